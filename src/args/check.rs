//! What judges: `check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Backup;
use crate::model::finding::Severity;

/// Check the vault.
#[derive(Debug, Default, Args)]
pub struct Check {
    /// Report on these notes and folders only; the whole vault is read all the same
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to print findings
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
    /// Run this rule only; may be repeated
    #[arg(long = "rule", value_name = "RULE")]
    pub rules: Vec<String>,
    /// The mildest severity that makes the exit status 1
    #[arg(long, value_enum, default_value_t = Threshold::Error)]
    pub severity: Threshold,
    /// Apply the safe fixes, which keep what the notes mean
    #[arg(long)]
    pub fix: bool,
    /// Apply the unsafe fixes too, which are good guesses; implies `--fix`
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Write nothing; print what the fixes would change (with `--unsafe-fixes`, those too)
    #[arg(long)]
    pub diff: bool,
    /// Where copies go.
    #[command(flatten)]
    pub backup: Backup,
    /// Judge the vault as the next commit will have it, and report what the commit brings
    #[arg(long, conflicts_with = "since")]
    pub staged: bool,
    /// Report what is found in the vault on disk but was not at this revision; `REV...` is the commit at
    /// which this branch left REV
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,
    /// With `--staged` or `--since`, report what was there before too
    #[arg(long)]
    pub all: bool,
    /// Read and judge every note, whatever is known from the last run
    #[arg(long)]
    pub no_cache: bool,
    /// Leave out the findings that this file excuses
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the baseline: all findings of the vault if there is none yet, else take out those that are gone
    #[arg(long, requires = "baseline")]
    pub baseline_update: bool,
}

/// The mildest severity that fails a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Threshold {
    /// Anything that is reported
    Info,
    /// Warnings and errors
    Warning,
    /// Errors alone
    #[default]
    Error,
}

impl Threshold {
    /// The severity.
    #[must_use]
    pub const fn level(self) -> Severity {
        match self {
            Self::Info => Severity::Info,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
        }
    }
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// With the line of the note, for people
    #[default]
    Human,
    /// One line each
    Concise,
    /// One JSON document (`portolan schema check`)
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
    /// XML as `JUnit` writes it, for CI systems
    Junit,
}
