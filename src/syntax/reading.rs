//! How notes are read: the names of the sections that carry meaning, and the timestamp format.
//!
//! The facts of a note depend on its bytes and on this alone; everything else about a vault comes
//! later. Two runs with the same reading may share the facts of a note.

use serde::{Deserialize, Serialize};

use crate::text::fold::heading_key;
use crate::text::stamp::StampFormat;

/// A section of a note that carries meaning, known by its heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Section {
    /// The note's header.
    Header,
    /// Quoted formats of history entries.
    LogTemplates,
    /// History entries.
    History,
    /// Status words with their levels.
    StatusIndicators,
    /// Allowed changes of status.
    StatusTransitions,
    /// The tree of integration types.
    Categories,
    /// The tree of protocols.
    Protocols,
    /// Measures that the vault has committed itself to.
    SecurityMeasures,
}

impl Section {
    /// Every section with its key in `portolan.toml` and the headings that it has by default.
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

/// How notes are read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The format of timestamps.
    pub stamp: StampFormat,
    /// Prefixes of references to secrets beyond the known ones, such as `bao:`.
    pub secret_schemes: Vec<String>,
    names: Vec<(String, Section)>,
    /// Bit `n` is set where a name has `n` letters: most headings are done with after this look.
    letters: u128,
}

impl Default for Reading {
    fn default() -> Self {
        Self::new(StampFormat::default(), |_| None)
    }
}

impl Reading {
    /// A reading with its own section names: `names_of` gives the headings of a section, or `None`
    /// for the default ones.
    #[must_use]
    pub fn new(stamp: StampFormat, names_of: impl Fn(Section) -> Option<Vec<String>>) -> Self {
        let mut names = Vec::new();
        for (section, _, defaults) in Section::ALL {
            match names_of(section) {
                Some(own) => names.extend(own.iter().map(|name| (heading_key(name), section))),
                None => names.extend(defaults.iter().map(|name| (heading_key(name), section))),
            }
        }
        let letters = names.iter().fold(0, |bits, (name, _)| bits | letter_bit(name));
        Self { stamp, secret_schemes: Vec::new(), names, letters }
    }

    /// The section that a heading with this text opens, whatever its case, numbering or emoji.
    #[must_use]
    pub fn section(&self, heading: &str) -> Option<Section> {
        if self.letters & letter_bit(heading) == 0 {
            return None;
        }
        let key = heading_key(heading);
        self.names.iter().find(|(name, _)| *name == key).map(|(_, section)| *section)
    }
}

fn letter_bit(text: &str) -> u128 {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    1u128.checked_shl(letters as u32).unwrap_or(1 << 127)
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
        assert_eq!(own.section("Modification History"), None);
    }
}
