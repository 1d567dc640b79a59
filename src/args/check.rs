//! Arguments of `check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Backup;
use crate::model::finding::Severity;

/// Check the vault.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
Examples:
  portolan check 05_AUTOMATIONS --severity warning    one folder, and fail on warnings too
  portolan check --rule header-modified-stale --fix   apply the safe fixes of one rule
  portolan check --staged                             before a commit: what it introduces
  portolan check --since main... --format sarif       in CI: what this branch introduces
  portolan check --baseline baseline.json             what the baseline does not excuse

Exit status: 0 no findings of the severity that `--severity` names or above, 1 some, 2 the vault
could not be checked, or a fix could not be written.")]
pub struct Check {
    /// Report only on these notes and folders; the whole vault is read all the same
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to print findings
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
    /// Run only this rule; may be repeated
    #[arg(long = "rule", value_name = "RULE")]
    pub rules: Vec<String>,
    /// The lowest severity that makes the exit status 1
    #[arg(long, value_enum, default_value_t = Threshold::Error)]
    pub severity: Threshold,
    /// Apply the safe fixes, which keep what the notes mean
    #[arg(long)]
    pub fix: bool,
    /// Also apply the unsafe fixes, which are good guesses; implies `--fix`
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Write nothing; print what the safe fixes would change (and, with `--unsafe-fixes`, the unsafe ones)
    #[arg(long)]
    pub diff: bool,
    /// Where copies of notes go.
    #[command(flatten)]
    pub backup: Backup,
    /// Check the vault as the next commit will have it, and report only findings that the commit introduces
    #[arg(long, conflicts_with = "since")]
    pub staged: bool,
    /// Check the vault on disk, and report only findings that it did not have at this revision; `REV...` is the
    /// commit at which this branch left REV
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,
    /// With `--staged` or `--since`: report earlier findings, too
    #[arg(long)]
    pub all: bool,
    /// Read and judge every note again, without the cache of the last run, and keep no cache
    #[arg(long)]
    pub no_cache: bool,
    /// Do not report the findings that this file excuses
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the baseline file: with all findings of the vault if it is new, else without those that are gone
    #[arg(long, requires = "baseline")]
    pub baseline_update: bool,
}

/// The lowest severity that fails a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Threshold {
    /// Anything that is reported
    Info,
    /// Warnings and errors
    Warning,
    /// Errors only
    #[default]
    Error,
}

impl Threshold {
    /// Returns the severity.
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
    /// For people, with the lines of the notes
    #[default]
    Human,
    /// One line per finding
    Concise,
    /// One JSON document (`portolan schema check` describes it)
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
    /// XML as `JUnit` writes it, for CI systems
    Junit,
}
