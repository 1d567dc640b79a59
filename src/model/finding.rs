//! Findings: what the rules have to say.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::digest::short_hash;
use crate::text::edit::Edit;
use crate::text::place::Place;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// The rule is switched off.
    Off,
    /// Good to know.
    Info,
    /// Worth mending.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// The names, mildest first.
    pub const NAMES: [&'static str; 4] = ["off", "info", "warning", "error"];

    /// The name.
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

/// One thing that a rule has to say.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong: a sentence without a period, which names the thing.
    pub message: String,
    /// The path of the note (or canvas) that it is about.
    pub note: String,
    /// Where it stands; `None` for what is missing without a place.
    pub place: Option<Place>,
    /// Other places that matter.
    pub related: Vec<Related>,
    /// The way out, where there is one to name.
    pub help: Option<String>,
    /// What it is about, apart from where it stands: it makes the finding the same one after lines
    /// have moved.
    pub subject: String,
    /// A change that mends it.
    pub fix: Option<Box<Fix>>,
}

/// Another place that matters to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Related {
    /// The path of the note.
    pub note: String,
    /// Where.
    pub place: Place,
    /// Why it matters.
    pub message: String,
}

/// A change that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fix {
    /// What it does, as an order.
    pub title: String,
    /// Whether it can be applied without a look.
    pub applicability: Applicability,
    /// Edits with the paths of their notes.
    pub edits: Vec<(String, Edit)>,
    /// Whether one of them is in a board, which a sync writes anew, or in a note that nothing may be written into:
    /// then nobody is offered it.
    pub withheld: bool,
}

impl Fix {
    /// A change of one note.
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

/// Whether a fix can be applied without a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Applicability {
    /// It keeps what the note means.
    Safe,
    /// It is a good guess.
    Unsafe,
}

impl Applicability {
    /// The name in the JSON contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

impl Finding {
    /// Points to another place that matters to it, and says why.
    pub fn points_to(&mut self, note: &str, place: Place, why: impl Into<String>) {
        // Nearly all that do point to one place, and room for more would be a third of what a finding takes.
        self.related.reserve_exact(1);
        self.related.push(Related { note: note.to_owned(), place, message: why.into() });
    }

    /// Offers a change that mends it, where there is one.
    pub fn mended_by(&mut self, fix: Option<Fix>) {
        self.fix = fix.map(Box::new);
    }

    /// The identity of the finding: of its rule, note and subject, never of lines.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        Self::fingerprint_of(self.rule, &self.note, &self.subject)
    }

    /// The identity of a finding of this rule, in this note, about this subject.
    #[must_use]
    pub fn fingerprint_of(rule: &str, note: &str, subject: &str) -> String {
        let pieces: [&[u8]; 5] = [rule.as_bytes(), b"\0", note.as_bytes(), b"\0", subject.as_bytes()];
        short_hash(pieces)
    }

    /// What it is about wherever its note is: of its rule and subject.
    #[must_use]
    pub fn about(&self) -> String {
        short_hash([self.rule.as_bytes(), b"\0", self.subject.as_bytes()])
    }

    /// The order of reports: by note, place and rule.
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
