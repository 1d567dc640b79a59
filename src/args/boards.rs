//! Arguments of the commands that keep boards up to date: `sync`, `board` and `watch`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::key_value;

/// Bring boards up to date.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  portolan sync                                  bring every board of the vault up to date
  portolan sync --check                          for CI: fail if a board is stale
  portolan sync --force 03_STATUS_BOARD.md       overwrite a board that was edited by hand

Exit status: 0 every board is up to date; 1 a board that was edited by hand was kept, a board is
stale (with `--check`), or a note was written (with `--exit-code`); 2 a note was refused.")]
pub struct Sync {
    /// Write only these notes and folders; the whole vault is read all the same
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write nothing; exit with 1 if a board is stale
    #[arg(long, conflicts_with = "backup")]
    pub check: bool,
    /// Write nothing; print what would change
    #[arg(long)]
    pub diff: bool,
    /// Also write boards that were edited by hand: those of the whole vault, unless PATH is given
    #[arg(long)]
    pub force: bool,
    /// Exit with 1 if a note was written, as `git diff --exit-code` does
    #[arg(long)]
    pub exit_code: bool,
    /// Where copies of notes go.
    #[command(flatten)]
    pub backup: Backup,
}

/// Where copies of notes go.
#[derive(Debug, Default, Args)]
pub struct Backup {
    /// Before a note is written, copy it into a new folder in DIR
    #[arg(long, value_name = "DIR", conflicts_with = "diff")]
    pub backup: Option<PathBuf>,
}

/// Commands about boards.
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
    /// The board goes after the text that is there. In a template note it stays empty. A table that has two
    /// columns in common with the board counts as one that shows the same: it must be replaced with
    /// `--replace`, or the board is not added.
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
    /// Where the board goes: a note, as a path or as in a link, and one of its headings
    #[arg(value_name = "NOTE#HEADING")]
    pub place: String,
    /// What the board shows: integrations, components, metrics, alerts, events, summary, health, architecture, or
    /// a kind that `portolan.toml` defines
    pub kind: String,
    /// Attributes of the board, such as `limit=5`
    #[arg(value_name = "KEY=VALUE", value_parser = key_value)]
    pub attributes: Vec<(String, String)>,
    /// Replace a table that is kept by hand and shows the same (for alerts: a list)
    #[arg(long)]
    pub replace: bool,
    /// Write nothing; print what would change
    #[arg(long)]
    pub diff: bool,
    /// Where copies of notes go.
    #[command(flatten)]
    pub backup: Backup,
}

/// Check again whenever a file changes.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  portolan watch --sync            keep boards up to date while you write
  portolan watch --format json     for an editor or another program")]
pub struct Watch {
    /// How to print the changes
    #[arg(long, value_enum, default_value_t = WatchFormat::Human)]
    pub format: WatchFormat,
    /// Bring boards up to date, too, after a second without changes
    #[arg(long)]
    pub sync: bool,
    /// Look at the files every second: for network folders, which report no changes
    #[arg(long)]
    pub poll: bool,
}

impl Watch {
    /// Whether the output is JSON, for programs.
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
    /// One JSON document per line (`portolan schema watch` describes it)
    Json,
}
