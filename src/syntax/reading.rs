//! The settings by which notes are read: the names of meaningful sections, and the timestamp format.
//!
//! The facts of a note depend only on its bytes and on these settings; everything else about a vault is added
//! later. Runs with the same settings may share the facts of a note.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::text::fold::{heading_key, is_pictograph, without_bare_number};
use crate::text::stamp::StampFormat;

/// A section of a note that has a meaning, recognised by its heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Section {
    /// The note's header.
    Header,
    /// The quoted formats of history entries.
    LogTemplates,
    /// History entries.
    History,
    /// Statuses with their levels.
    StatusIndicators,
    /// Allowed changes of status.
    StatusTransitions,
    /// The tree of integration types.
    Categories,
    /// The tree of protocols.
    Protocols,
    /// The security measures of the vault.
    SecurityMeasures,
}

impl Section {
    /// Whether the section is about its own note, so that its heading is not the note's title. The heading of a
    /// vocabulary section may be the title.
    #[must_use]
    pub const fn is_of_its_note(self) -> bool {
        matches!(self, Self::Header | Self::LogTemplates | Self::History)
    }

    /// All sections, each with its key in `portolan.toml` and its default headings.
    pub const ALL: [(Self, &'static str, &'static [&'static str]); 8] = [
        (Self::Header, "header", &["System Initialization"]),
        (Self::LogTemplates, "log-templates", &["Change Log Templates"]),
        (Self::History, "history", &["Modification History", "Version History"]),
        (Self::StatusIndicators, "status-indicators", &["Status Indicators", "Status Indicators Reference"]),
        (Self::StatusTransitions, "status-transitions", &["Status Transitions"]),
        (Self::Categories, "categories", &["Integration Categories"]),
        (Self::Protocols, "protocols", &["Integration Protocols"]),
        (Self::SecurityMeasures, "security-measures", &["Security Measures"]),
    ];
}

/// The settings by which notes are read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The format of timestamps.
    pub stamp: StampFormat,
    /// Further prefixes of references to secrets, such as `bao:`.
    pub secret_schemes: Vec<String>,
    /// The heading for a new history, if the settings name one.
    pub history: Option<String>,
    names: Vec<(String, Section)>,
    /// For each first ASCII letter, and in the last element for all names, the letter counts of names: bit `n` is
    /// set if a name has `n` letters. This rules out most headings quickly.
    letters: [u64; ANY + 1],
    /// The length in bytes of the shortest name.
    shortest: usize,
}

impl Default for Reading {
    fn default() -> Self {
        Self::new(StampFormat::default(), |_| None)
    }
}

impl Reading {
    /// Creates settings with own section names. `names_of` returns the headings of a section, or `None` for the
    /// default ones.
    #[must_use]
    pub fn new(stamp: StampFormat, names_of: impl Fn(Section) -> Option<Vec<String>>) -> Self {
        let mut names = Vec::new();
        for (section, _, defaults) in Section::ALL {
            match names_of(section) {
                Some(own) => names.extend(own.iter().map(|name| (heading_key(name), section))),
                None => names.extend(defaults.iter().map(|name| (heading_key(name), section))),
            }
        }
        let mut letters = [0; ANY + 1];
        for (name, _) in &names {
            let (first, bit) = glance(name);
            letters[first] |= bit;
            letters[ANY] |= bit;
        }
        let history = names_of(Section::History).and_then(|own| own.into_iter().next());
        let shortest = names.iter().map(|(name, _)| name.len()).min().unwrap_or_default();
        Self { stamp, secret_schemes: Vec::new(), history, names, letters, shortest }
    }

    /// Returns the section that a heading with this text opens, ignoring case, numbering, emoji and comments.
    #[must_use]
    pub fn section(&self, heading: &str) -> Option<Section> {
        self.named(heading).or_else(|| {
            // Few headings are long enough for a name and a comment, and fewer contain a comment sign.
            let may_have = heading.len() >= self.shortest + "%%%%".len()
                && memchr::memchr2(b'<', b'%', heading.as_bytes()).is_some();
            if may_have { self.named(&uncommented(heading)?) } else { None }
        })
    }

    fn named(&self, heading: &str) -> Option<Section> {
        let (first, bit) = glance(heading);
        if self.letters[first] & bit == 0 {
            return None;
        }
        let key = heading_key(heading);
        let find = |key: &str| self.names.iter().find(|(name, _)| *name == key).map(|(_, section)| *section);
        find(&key).or_else(|| find(without_bare_number(&key)))
    }
}

/// Returns the parts of a heading outside its comments of Obsidian and HTML; `None` if it has no comment. Comment
/// signs in code count too, but a heading with code has no meaning either way.
#[must_use]
pub fn outside_comments(heading: &str) -> Option<Vec<&str>> {
    let (mut outside, mut done) = (Vec::new(), 0);
    while let Some(comment) = comment_in(heading, done) {
        outside.push(&heading[done..comment.start]);
        done = comment.end;
    }
    if done == 0 {
        return None;
    }
    outside.push(&heading[done..]);
    Some(outside)
}

/// Returns the first comment of Obsidian or HTML in a text from `at` on.
#[must_use]
pub fn comment_in(text: &str, mut at: usize) -> Option<Range<usize>> {
    loop {
        let start = at + memchr::memchr2(b'<', b'%', &text.as_bytes()[at..])?;
        let rest = &text[start..];
        let marks = [("<!--", "-->"), ("%%", "%%")].into_iter().find(|(open, _)| rest.starts_with(open));
        let Some((open, close)) = marks else {
            at = start + 1;
            continue;
        };
        let end = rest[open.len()..].find(close)?;
        return Some(start..start + open.len() + end + close.len());
    }
}

/// Returns a heading, or another line, without its comments and the blanks before them; `None` if it has no
/// comment.
#[must_use]
pub fn uncommented(heading: &str) -> Option<String> {
    let outside = outside_comments(heading)?;
    let mut shown = String::new();
    for piece in outside {
        if piece.is_empty() || piece.starts_with(char::is_whitespace) {
            shown.truncate(shown.trim_end().len());
        }
        shown.push_str(piece);
    }
    Some(shown)
}

/// The index in [`Reading::letters`] for texts whose first letter does not tell.
const ANY: usize = 26;

/// Returns the index for the first letter of a heading, and a bit for its number of letters. Both are the same for
/// the heading's key, whatever surrounds the letters. Outside ASCII, the first letter may differ in the key, so
/// the index is [`ANY`].
fn glance(text: &str) -> (usize, u64) {
    let bit = |letters: usize| 1 << letters.min(63);
    if !text.is_ascii() {
        // Unicode counts some pictographs as letters: `ℹ️`, `🅰️`.
        let is_letter = |c: &char| c.is_alphabetic() && (c.is_ascii() || !is_pictograph(*c));
        return (ANY, bit(text.chars().filter(is_letter).count()));
    }
    let first = text.bytes().find(u8::is_ascii_alphabetic);
    let place = first.map_or(ANY, |letter| usize::from(letter.to_ascii_lowercase() - b'a'));
    (place, bit(text.bytes().filter(u8::is_ascii_alphabetic).count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_headings_of_meaning() {
        let reading = Reading::default();
        assert_eq!(reading.section("📝 1. Change Log Templates"), Some(Section::LogTemplates));
        assert_eq!(reading.section("VERSION HISTORY"), Some(Section::History));
        assert_eq!(reading.section("Version Control"), None);
        let own = Reading::new(StampFormat::default(), |s| {
            (s == Section::History).then(|| vec!["Änderungen".to_owned()])
        });
        assert_eq!(own.section("ÄNDERUNGEN"), Some(Section::History));
        assert_eq!(own.section("✍️ 2. System Initialization:"), Some(Section::Header));
        assert_eq!(own.section("Modification History"), None);
        assert_eq!(own.section("1️⃣ System Initialization"), Some(Section::Header));
        assert_eq!(own.section("2 System Initialization"), Some(Section::Header));
        assert_eq!(own.section("2024 System Initialization"), None);
        for signs in ["ℹ️", "‼️", "⁉️", "㊗️", "㊙️", "🅰️", "Ⓜ️"] {
            let heading = format!("{signs} Modification History {signs}");
            assert_eq!(reading.section(&heading), Some(Section::History), "{heading}");
        }
    }

    #[test]
    fn comments_are_none_of_a_heading() {
        let reading = Reading::default();
        for (heading, expected) in [
            ("Version History <!-- by hand -->", Some(Section::History)),
            ("Version History %%%%", Some(Section::History)),
            ("<!-- portolan:allow a: b --> 2. Version History %% newest first %%", Some(Section::History)),
            ("📝 %%a%% Version <!-- c --> History:", Some(Section::History)),
            ("Version History <!-- by hand", None),
            ("Version History %% by hand", None),
            ("Version History <b> of 100 %", None),
            ("Version Control <!-- Version History -->", None),
            ("<!-- Version History -->", None),
        ] {
            assert_eq!(reading.section(heading), expected, "{heading}");
        }
    }
}
