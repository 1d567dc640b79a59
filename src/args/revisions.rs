//! Arguments of the commands that compare a vault with what it was.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Append history entries for what has changed since a revision.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  portolan record --diff                 what has changed since the last commit
  portolan record --since main...        since this branch left main
  portolan record 05_AUTOMATIONS         in one folder only

Exit status: 0 all was recorded, or there was nothing to record; 2 a note was refused.")]
pub struct Record {
    /// Write these notes and folders only; the whole vault is read all the same
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The revision to compare with; `REV...` is the commit at which this branch left REV
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    pub since: String,
    /// Write nothing; print what would change
    #[arg(long)]
    pub diff: bool,
    /// Where copies go.
    #[command(flatten)]
    pub backup: super::Backup,
}

/// Say what has changed in the model between two revisions.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  portolan diff HEAD                               what is not committed yet
  portolan diff v1.0 v1.1 --around                 between two releases, and who is affected
  portolan diff main... --format markdown          for a pull request
  portolan diff main...feature                     what a branch has changed that is not checked out

Exit status: 0 whether or not anything has changed, 2 a revision could not be read.")]
pub struct Diff {
    /// The older revision, or both as `A..B`; `REV...` is the commit at which this branch left REV, `A...B` that at which B left A
    #[arg(value_name = "REV")]
    pub from: String,
    /// The newer revision [default: the files as they are]
    #[arg(value_name = "REV")]
    pub to: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub format: DiffFormat,
    /// Name the systems that the changes affect: those that a diagram, a link or an integration joins with
    /// one that has changed
    #[arg(long)]
    pub around: bool,
}

/// How differences are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// Note by note, for people
    Text,
    /// One JSON document (`portolan schema diff`)
    Json,
    /// Tables for a pull request
    Markdown,
}

/// Merge two versions of a note, for git: its merge driver for notes with boards.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status: 0 merged, 1 conflicts are left, marked as git marks them, 2 it could not be merged.")]
pub struct MergeBoard {
    /// What both sides had before (`%O`)
    pub base: PathBuf,
    /// Our version, and where the result goes (`%A`)
    pub ours: PathBuf,
    /// Their version (`%B`)
    pub theirs: PathBuf,
    /// The path of the note (`%P`): its vault has the settings
    #[arg(long, value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// How long conflict markers are (`%L`)
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub marker_size: usize,
    /// What conflict markers call the three versions (`%S %X %Y`)
    #[arg(long, num_args = 3, value_names = ["BASE", "OURS", "THEIRS"])]
    pub labels: Vec<String>,
}
