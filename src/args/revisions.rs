//! Arguments of the commands that compare states of a vault: `record`, `diff` and `merge-board`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Add history entries for what has changed since a revision.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  portolan record --diff                 what has changed since the last commit
  portolan record --since main...        since this branch left main
  portolan record 05_AUTOMATIONS         in one folder only

Exit status: 0 everything was recorded, or there was nothing to record; 2 a note was refused.")]
pub struct Record {
    /// Write only these notes and folders; the whole vault is read all the same
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The revision to compare the files with; `REV...` is the commit at which this branch left REV
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    pub since: String,
    /// Write nothing; print what would change
    #[arg(long)]
    pub diff: bool,
    /// Where copies of notes go.
    #[command(flatten)]
    pub backup: super::Backup,
}

/// Show what has changed in the model between two revisions.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  portolan diff HEAD                               what is not committed yet
  portolan diff v1.0 v1.1 --around                 between two releases, and who is affected
  portolan diff main... --format markdown          for a pull request
  portolan diff main...feature                     what another branch has changed

Exit status: 0 whether or not anything has changed, 2 a revision could not be read.")]
pub struct Diff {
    /// The older revision, or both as `A..B`; `REV...` is the commit at which this branch left REV, and `A...B`
    /// compares B with the commit at which it left A
    #[arg(value_name = "REV")]
    pub from: String,
    /// The newer revision [default: the files as they are]
    #[arg(value_name = "REV")]
    pub to: Option<String>,
    /// How to print the differences
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub format: DiffFormat,
    /// Also name the systems that the changes affect: those that a diagram, a link or an integration joins with a
    /// changed one
    #[arg(long)]
    pub around: bool,
}

/// How differences are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// Note by note, for people
    Text,
    /// One JSON document (`portolan schema diff` describes it)
    Json,
    /// Tables for a pull request
    Markdown,
}

/// Merge two versions of a note, as git's merge driver.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status: 0 merged, 1 conflicts are left, marked as git marks them, 2 the merge failed.")]
pub struct MergeBoard {
    /// The file with the common ancestor of both versions (`%O`)
    pub base: PathBuf,
    /// The file with our version, which the result replaces (`%A`)
    pub ours: PathBuf,
    /// The file with their version (`%B`)
    pub theirs: PathBuf,
    /// The path of the note (`%P`), to find the settings of its vault
    #[arg(long, value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// The length of conflict markers (`%L`)
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub marker_size: usize,
    /// The names of the three versions in conflict markers (`%S %X %Y`)
    #[arg(long, num_args = 3, value_names = ["BASE", "OURS", "THEIRS"])]
    pub labels: Vec<String>,
}
