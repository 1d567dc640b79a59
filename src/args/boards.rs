//! What boards are kept up to date with: `sync`, `board` and `watch`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::key_value;

/// Bring boards up to date.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status: 0 every board is up to date, 1 a board that was edited by hand is kept, or with
`--check` one is stale, or with `--exit-code` a note was written, 2 a note was refused.")]
pub struct Sync {
    /// Write these notes and folders only; the whole vault is read all the same
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write nothing; exit with 1 if a board is stale
    #[arg(long, conflicts_with = "backup")]
    pub check: bool,
    /// Write nothing; print what would change
    #[arg(long)]
    pub diff: bool,
    /// Write boards that were edited by hand too, in the whole vault unless PATH is given
    #[arg(long)]
    pub force: bool,
    /// Exit with 1 if a note was written, as `git diff --exit-code` does
    #[arg(long)]
    pub exit_code: bool,
    /// Where copies go.
    #[command(flatten)]
    pub backup: Backup,
}

/// Where copies go.
#[derive(Debug, Default, Args)]
pub struct Backup {
    /// Copy each note into a new folder in DIR before it is written
    #[arg(long, value_name = "DIR", conflicts_with = "diff")]
    pub backup: Option<PathBuf>,
}

/// Boards of notes.
#[derive(Debug, Args)]
pub struct Board {
    /// What to do.
    #[command(subcommand)]
    pub what: BoardWhat,
}

/// What can be done with boards.
#[derive(Debug, Subcommand)]
pub enum BoardWhat {
    /// Put a board under a heading of a note, filled in
    ///
    /// It goes after what is there. A table that shares two columns with it is taken to show the same: the
    /// board replaces it only with `--replace`.
    Add(BoardAdd),
}

/// Put a board under a heading of a note.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  portolan board add '03_STATUS_BOARD#Recent Events' events limit=5
  portolan board add 'Status#Components' components where='status != Active' --diff
  portolan board add 'Status#Components' components --replace    replaces a table kept by hand")]
pub struct BoardAdd {
    /// Where: a note, as a path or as in a link, and one of its headings
    #[arg(value_name = "NOTE#HEADING")]
    pub place: String,
    /// What it shows: integrations, components, metrics, alerts, events, summary, health, architecture, or a
    /// board of the vault's own
    pub kind: String,
    /// Attributes, such as `limit=5`
    #[arg(value_name = "KEY=VALUE", value_parser = key_value)]
    pub attributes: Vec<(String, String)>,
    /// Replace a table (for alerts: a list) kept by hand that shows the same
    #[arg(long)]
    pub replace: bool,
    /// Write nothing; print what would change
    #[arg(long)]
    pub diff: bool,
    /// Where copies go.
    #[command(flatten)]
    pub backup: Backup,
}

/// Check again at every change.
#[derive(Debug, Args)]
pub struct Watch {
    /// How to print what has changed
    #[arg(long, value_enum, default_value_t = WatchFormat::Human)]
    pub format: WatchFormat,
    /// Bring boards up to date when the vault has rested for a moment
    #[arg(long)]
    pub sync: bool,
    /// Check the files every second: for network folders, which report no changes
    #[arg(long)]
    pub poll: bool,
}

impl Watch {
    /// Whether programs read what is printed.
    #[must_use]
    pub const fn json(&self) -> bool {
        matches!(self.format, WatchFormat::Json)
    }
}

/// How changes are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum WatchFormat {
    /// For people
    #[default]
    Human,
    /// One JSON document a line (`portolan schema watch`)
    Json,
}
