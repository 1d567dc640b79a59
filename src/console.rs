//! Floor 11: what the commands share: the terminal, the clock, the vault and the notes that a command line names,
//! and writing with a way back. Only this module and the commands print, and only its `clock` asks what time it is.

// Imports that most commands share.
pub(crate) use self::clock::{now, this_minute};
pub(crate) use self::interrupted::Access;
pub(crate) use self::opening::{find_root, load, place, read};
pub(crate) use self::selection::Wanted;
pub(crate) use self::terminal::Terminal;

pub(crate) mod apply;
pub(crate) mod ask;
pub(crate) mod clock;
pub(crate) mod git_line;
pub(crate) mod interrupted;
pub(crate) mod merged;
pub(crate) mod named;
pub(crate) mod opening;
pub(crate) mod progress;
pub(crate) mod refusal;
pub(crate) mod revision;
pub(crate) mod selection;
pub(crate) mod terminal;
pub(crate) mod undo;
pub(crate) mod words;

/// The exit status of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitStatus {
    /// No findings of the failing severity.
    Success,
    /// Findings, or stale boards.
    Findings,
    /// The command could not do its work.
    Failure,
}

impl ExitStatus {
    /// Returns the exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Findings => 1,
            Self::Failure => 2,
        }
    }
}
