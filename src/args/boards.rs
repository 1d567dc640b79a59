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
    #[arg(long, conflicts_with = "diff")]
    pub check: bool,
    /// Write nothing; print what would change
    #[arg(long)]
    pub diff: bool,
    /// Write boards that were edited by hand too
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
    #[arg(long, value_name = "DIR")]
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
    Add(BoardAdd),
}

/// Put a board under a heading of a note.
///
/// It goes behind what stands there. A table that shares two columns with it says the same by hand: the
/// board takes its place only with `--replace`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  portolan board add '03_STATUS_BOARD#Recent Events' events limit=5
  portolan board add 'Status#Components' components where='status != Active' --diff
  portolan board add 'Status#Components' components --replace      in the place of a table kept by hand")]
pub struct BoardAdd {
    /// Where: a note as a path, or a name as a link would have it, and a heading
    #[arg(value_name = "NOTE#HEADING")]
    pub place: String,
    /// What it shows: integrations, components, metrics, alerts, events, summary, health, architecture, or a
    /// board of the vault's own
    pub kind: String,
    /// Attributes, such as `limit=5`
    #[arg(value_name = "KEY=VALUE", value_parser = key_value)]
    pub attributes: Vec<(String, String)>,
    /// Take the place of a table (for alerts: a list) that says the same by hand
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
///
/// Shows what a save has added and resolved, as soon as the file rests. On a terminal `f` applies the safe
/// fixes, `s` brings boards up to date and `q` ends.
#[derive(Debug, Args)]
pub struct Watch {
    /// How to print what has changed
    #[arg(long, value_enum, default_value_t = WatchFormat::Human)]
    pub format: WatchFormat,
    /// Bring boards up to date when the vault has rested for a moment
    #[arg(long)]
    pub sync: bool,
    /// Look at the files every second, for folders of the network whose changes nobody tells
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
