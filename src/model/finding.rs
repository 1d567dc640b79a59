//! Findings: the problems that rules report, with their severity, place and fix.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::help::{Help, Meant};
use crate::text::digest::short_hash;
use crate::text::edit::Edit;
use crate::text::place::Place;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// The rule is switched off.
    Off,
    /// The finding is for information only.
    Info,
    /// The problem is worth fixing.
    Warning,
    /// The note is wrong.
    Error,
}

impl Severity {
    /// The names of the severities, from mildest to most severe.
    pub const NAMES: [&'static str; 4] = ["off", "info", "warning", "error"];

    /// Returns the name of the severity, as `portolan.toml` and the JSON output write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "off" => Ok(Self::Off),
            "info" => Ok(Self::Info),
            "warning" => Ok(Self::Warning),
            "error" => Ok(Self::Error),
            other => Err(format!("`{other}` is not a severity: use one of {}", Self::NAMES.join(", "))),
        }
    }
}

/// A problem that a rule reports.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// The name of the rule.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong: a sentence without a period that names the thing.
    pub message: String,
    /// The path of the note or canvas that the finding is about.
    pub note: String,
    /// Where the problem is; `None` where something is missing and no place can be named.
    pub place: Option<Place>,
    /// Other places that matter.
    pub related: Vec<Related>,
    /// How to solve the problem, if there is something to say.
    pub help: Option<Help>,
    /// What the finding is about, apart from where it stands. It keeps the identity of the finding stable when
    /// lines move.
    pub subject: String,
    /// A change that fixes the problem.
    pub fix: Option<Box<Fix>>,
}

/// Another place that matters to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Related {
    /// The path of the note.
    pub note: String,
    /// Where it is in that note.
    pub place: Place,
    /// Why it matters.
    pub message: String,
}

/// A change that fixes the problem of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fix {
    /// What the change does, as an instruction.
    pub title: String,
    /// Whether it can be applied without review.
    pub applicability: Applicability,
    /// The edits, each with the path of its note.
    pub edits: Vec<(String, Edit)>,
    /// Whether the fix is offered to nobody, because one of its edits is in a board, which `sync` writes anew, or
    /// in a note that must not be written to.
    pub withheld: bool,
}

impl Fix {
    /// Creates a fix that changes one note.
    #[must_use]
    pub fn of_note(
        note: &str,
        title: String,
        applicability: Applicability,
        edits: impl IntoIterator<Item = Edit>,
    ) -> Self {
        let edits = edits.into_iter().map(|edit| (note.to_owned(), edit)).collect();
        Self { title, applicability, edits, withheld: false }
    }
}

/// Whether a fix can be applied without review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Applicability {
    /// The fix keeps what the note means.
    Safe,
    /// The fix is a good guess.
    Unsafe,
}

impl Applicability {
    /// Returns the name in the JSON contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

impl Finding {
    /// Creates a finding of `rule` about `subject`. It has neither place nor help, and points to nothing else.
    #[must_use]
    pub fn new(rule: &'static str, severity: Severity, note: &str, subject: &str, message: String) -> Self {
        Self {
            rule,
            severity,
            message,
            note: note.to_owned(),
            place: None,
            related: Vec::new(),
            help: None,
            subject: subject.to_owned(),
            fix: None,
        }
    }

    /// Adds another place that matters to the finding, with the reason.
    pub fn points_to(&mut self, note: &str, place: Place, why: impl Into<String>) {
        // Most findings that point anywhere point to one place. Room for more would be a third of a finding's
        // size.
        self.related.reserve_exact(1);
        self.related.push(Related { note: note.to_owned(), place, message: why.into() });
    }

    /// Says how to solve the problem.
    pub fn advise(&mut self, help: impl Into<Help>) {
        self.help = Some(help.into());
    }

    /// Attaches a change that fixes the problem, or none.
    pub fn mended_by(&mut self, fix: Option<Fix>) {
        self.fix = fix.map(Box::new);
    }

    /// Returns what the link that the finding is about probably meant, if it suggests anything.
    #[must_use]
    pub const fn meant(&self) -> Option<&Meant> {
        match &self.help {
            Some(Help::Meant(meant)) => Some(meant),
            _ => None,
        }
    }

    /// Returns the identity of the finding, a hash of its rule, note and subject. It does not depend on lines.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        Self::fingerprint_of(self.rule, &self.note, &self.subject)
    }

    /// Returns the identity of a finding of `rule` in `note` about `subject`.
    #[must_use]
    pub fn fingerprint_of(rule: &str, note: &str, subject: &str) -> String {
        let pieces: [&[u8]; 5] = [rule.as_bytes(), b"\0", note.as_bytes(), b"\0", subject.as_bytes()];
        short_hash(pieces)
    }

    /// Returns a hash of rule and subject, which stays the same when the note is moved.
    #[must_use]
    pub fn about(&self) -> String {
        short_hash([self.rule.as_bytes(), b"\0", self.subject.as_bytes()])
    }

    /// Compares two findings in the order of reports: by note, place, rule and subject.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        self.sort_key().cmp(&other.sort_key())
    }

    fn sort_key(&self) -> (&str, u32, u32, &str, &str) {
        let start = self.place.map_or(0, |p| p.span.start);
        let end = self.place.map_or(0, |p| p.span.end);
        (&self.note, start, end, self.rule, &self.subject)
    }
}
