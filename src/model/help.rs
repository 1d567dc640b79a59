//! How to solve the problem of a finding: in words, or as what a link that leads nowhere probably meant.
//!
//! A suggestion is kept as data, because whoever keeps findings up to date compares it with a new one. Only this
//! module puts it into words.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::message::{did_you_mean, quoted};

/// The number of files that are shown where several may have been meant.
pub(crate) const SAID: usize = 3;

/// How to solve the problem of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Help {
    /// What to do.
    Words(String),
    /// What a link that leads nowhere probably meant.
    Meant(Meant),
}

impl Help {
    /// Returns the help in words.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Words(words) => Cow::Borrowed(words),
            Self::Meant(meant) => Cow::Owned(meant.to_string()),
        }
    }
}

impl fmt::Display for Help {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => f.write_str(words),
            Self::Meant(meant) => meant.fmt(f),
        }
    }
}

impl From<String> for Help {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<&str> for Help {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

/// What a link that leads nowhere probably meant. Files are named by their paths.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Meant {
    /// The file with the nearest name.
    File(String),
    /// A file that Obsidian does not find, because it has no extension.
    Bare(String),
    /// A note, by one of its aliases.
    Alias(Box<Alias>),
    /// One of several files.
    Several {
        /// The first three of them.
        paths: Vec<String>,
        /// Whether there are others.
        has_more: bool,
    },
}

/// An alias that a link probably meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Alias {
    /// The alias; if the link names it exactly, as the link writes it.
    pub name: String,
    /// The path of the note.
    pub path: String,
    /// Whether the link names it exactly.
    pub is_exact: bool,
    /// The link as it would be written to lead to the note, if that is known.
    pub written: Option<String>,
}

impl fmt::Display for Meant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.write_str(&did_you_mean(path)),
            Self::Bare(path) => {
                write!(f, "Obsidian finds no file without an extension, and `{path}` has none")
            }
            Self::Alias(alias) => alias.fmt(f),
            Self::Several { paths, has_more } => {
                let more = if *has_more { " and others" } else { "" };
                write!(f, "several files have such a name: {}{more}", quoted(paths, ", "))
            }
        }
    }
}

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, path, is_exact, written } = self;
        if !is_exact {
            return write!(f, "did you mean `{name}`, an alias of `{path}`?");
        }
        write!(f, "`{name}` is an alias of `{path}`")?;
        written.as_ref().map_or(Ok(()), |written| write!(f, ": write `{written}`"))
    }
}
