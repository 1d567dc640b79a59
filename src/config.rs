//! Reads `portolan.toml`, the optional settings of a vault, into a [`Config`].
//!
//! This module only reads the text of the file. The `vault` module finds the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::model::finding::Severity;
use crate::model::vocabulary::Words;
use crate::syntax::reading::Reading;
use crate::text::fold::nfc;

mod read;
mod schema;

/// The name of the file, at the root of a vault.
pub const FILE_NAME: &str = "portolan.toml";

/// The settings of a vault (`portolan.toml`). All of them are optional.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct File {
    /// The format of timestamps, such as `YYYY-MM-DD_HH-mm`, which is the default.
    #[schemars(with = "Option<String>")]
    timestamp: Option<Spanned<String>>,
    /// The time zone of the timestamps, by its name in the IANA database, such as `Europe/Berlin` or `UTC`.
    /// Without it, timestamps are local time and may come from any time zone.
    #[schemars(with = "Option<String>")]
    timezone: Option<Spanned<String>>,
    /// Notes that are not checked, listed or written, by the beginnings of their paths. Links to them still
    /// resolve.
    #[schemars(with = "Vec<String>")]
    exclude: Vec<Spanned<String>>,
    /// Template notes, which are patterns for other notes, by the beginnings of their paths.
    #[schemars(with = "Vec<String>")]
    templates: Vec<Spanned<String>>,
    /// The severity of rules in the whole vault: `off`, `info`, `warning` or `error`.
    #[schemars(with = "BTreeMap<String, String>")]
    rules: BTreeMap<Spanned<String>, String>,
    /// Severities for parts of the vault. If several fit a note, the last one counts.
    paths: Vec<PathRules>,
    /// How many days a note may go without a change before `note-review-overdue` reports it.
    review_days: Option<u32>,
    /// Prefixes of references to secrets, such as `bao:`, beyond those that are known.
    secret_schemes: Vec<String>,
    /// Words beyond those that the notes list. Where both have a word, this one counts.
    vocabulary: Words,
    /// The path in the vault of a JSON Schema that every integration must match.
    integration_schema: Option<String>,
    /// Boards that the vault defines, by the names that their markers use.
    #[schemars(with = "BTreeMap<String, OwnBoard>")]
    boards: BTreeMap<Spanned<String>, OwnBoard>,
    /// The headings of sections that carry meaning. A list here replaces the default one.
    #[schemars(with = "BTreeMap<String, Vec<String>>")]
    sections: BTreeMap<Spanned<String>, Vec<String>>,
}

/// A board that the vault defines.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct OwnBoard {
    /// The path in the vault of its template, such as `boards/incidents.md.j2`.
    template: String,
}

/// Severities for a part of the vault.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PathRules {
    /// The beginning of the paths of the notes, such as `Archive/`.
    #[schemars(with = "String")]
    path: Spanned<String>,
    /// The severity of rules in these notes: `off`, `info`, `warning` or `error`.
    #[schemars(with = "BTreeMap<String, String>")]
    rules: BTreeMap<Spanned<String>, String>,
}

/// The settings of a vault, as read from its `portolan.toml`; the default is those of a vault without the file.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// How its notes are read.
    pub reading: Reading,
    /// The time zone of its timestamps. Where none is set they are local time, wherever they were written.
    pub timezone: Option<Tz>,
    /// Path prefixes of notes that are left alone, in Unicode's composed form (NFC). Notes below such a path are
    /// left alone too.
    pub exclude: Vec<String>,
    /// Path prefixes of template notes.
    pub templates: Vec<String>,
    /// Severities that differ from the defaults of the rules, by the name of the rule.
    pub severities: BTreeMap<String, Severity>,
    /// Severities for notes whose paths have a prefix, in the order of the file. The last one that fits a note
    /// counts.
    pub path_severities: Vec<(String, BTreeMap<String, Severity>)>,
    /// How many days a note may go without a change before `note-review-overdue` reports it.
    pub review_days: Option<u32>,
    /// Words that the settings add to those that the notes list.
    pub words: Words,
    /// The path in the vault of a JSON Schema for integrations.
    pub integration_schema: Option<String>,
    /// The templates of boards that the vault defines: the name of each board, and the template's path in the
    /// vault.
    pub boards: BTreeMap<String, String>,
    /// The files that those templates consist of, by their paths in the vault: the text of each, or why it cannot
    /// be used. A path that is not in the map does not exist.
    pub board_files: Arc<BTreeMap<String, Result<String, String>>>,
    /// A hash over the files that the configuration was read from. It tells one configuration from another.
    pub identity: u128,
    /// The validator for `integration_schema`, once that schema has been read.
    pub integration_validator: Option<jsonschema::Validator>,
}

/// Why a configuration cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// What is wrong and what would be right.
    pub message: String,
    /// The 1-based line and column.
    pub position: (u32, u32),
}

/// How many seconds an entry may be ahead of now where timestamps are local time and may come from any time zone.
const AHEAD_ANYWHERE: i64 = 26 * 3600;

/// How many seconds an entry may be ahead of now where the time zone is known. This allows for clocks that are
/// wrong.
const AHEAD_IN_ZONE: i64 = 5 * 60;

impl Config {
    /// Returns how many seconds a timestamp may be ahead of now and still count as something that has happened.
    #[must_use]
    pub const fn allowed_ahead(&self) -> i64 {
        if self.timezone.is_some() { AHEAD_IN_ZONE } else { AHEAD_ANYWHERE }
    }

    /// Reads a configuration. `known_rules` are the names that its `[rules]` may use.
    ///
    /// # Errors
    /// Returns what is wrong, and where: invalid TOML, an unknown key, a wrong type, or an unknown rule, section
    /// or severity.
    pub fn read(text: &str, known_rules: &[&str]) -> Result<Self, ConfigError> {
        read::Reader { text, known_rules }.read()
    }

    /// Returns the path prefixes in the settings, each with the key under which it stands.
    pub fn beginnings(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let exclude = self.exclude.iter().map(|path| ("exclude", path.as_str()));
        let templates = self.templates.iter().map(|path| ("templates", path.as_str()));
        let paths = self.path_severities.iter().map(|(path, _)| ("[[paths]]", path.as_str()));
        exclude.chain(templates).chain(paths)
    }

    /// Returns the severity that the settings give `rule` in `note`, if they give one.
    #[must_use]
    pub fn severity(&self, rule: &str, note: &str) -> Option<Severity> {
        let of_all = || self.severities.get(rule).copied();
        if self.path_severities.is_empty() {
            return of_all();
        }
        let note = nfc(note);
        let mut fitting =
            self.path_severities.iter().rev().filter(|(prefix, _)| note.starts_with(prefix.as_str()));
        fitting.find_map(|(_, rules)| rules.get(rule)).copied().or_else(of_all)
    }

    /// Returns the highest severity that the settings give `rule` in any part of the vault.
    #[must_use]
    pub fn highest(&self, rule: &str) -> Option<Severity> {
        let parts = self.path_severities.iter().filter_map(|(_, rules)| rules.get(rule));
        parts.chain(self.severities.get(rule)).max().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::reading::Section;

    const RULES: [&str; 2] = ["link-unresolved", "note-orphan"];

    #[test]
    fn reads_what_a_vault_says() {
        let text = "timestamp = \"DD.MM.YYYY HH:mm\"\nexclude = [\"Archive/\"]\n[rules]\nnote-orphan = \"info\"\n[sections]\nhistory = [\"Changes\"]\n";
        let config = Config::read(text, &RULES).unwrap();
        assert_eq!(config.severities["note-orphan"], Severity::Info);
        assert_eq!(config.reading.section("CHANGES"), Some(Section::History));
        assert_eq!(config.reading.stamp.pattern(), "DD.MM.YYYY HH:mm");
        assert_eq!(config.timezone, None);
        let zone = |name: &str| Config::read(&format!("timezone = {name:?}"), &RULES).unwrap().timezone;
        assert_eq!(zone("UTC"), Some(Tz::UTC));
        assert_eq!(zone("America/Sao_Paulo"), Some(Tz::America__Sao_Paulo));
        for measure in
            ["Encryption at rest", "No encryption", "Backups", "TLS", "Throttling", "Disk encryption"]
        {
            assert!(
                Config::read(&format!("vocabulary.measures = [{measure:?}]"), &RULES).is_ok(),
                "{measure}"
            );
        }
        for path in ["Archive/", "a", ".hidden/", "..a", "2024-"] {
            assert!(Config::read(&format!("exclude = [{path:?}]"), &RULES).is_ok(), "{path}");
        }
    }

    #[test]
    fn errors_name_the_place_and_the_way_out() {
        for (text, position, message) in [
            ("exclud = []\n", (1, 1), "`exclud` is not a key here; did you mean `exclude`?"),
            ("severity = \"x\"\n", (1, 1), "the keys are `timestamp`, `timezone`"),
            ("[[paths]]\npath = \"x/\"\nrule = {}\n", (3, 1), "did you mean `rules`?"),
            ("exclude = 3\n", (1, 11), "integer `3`, expected a list"),
            ("review-days = \"x\"\n", (1, 15), "expected a whole number"),
            ("review-days = -1\n", (1, 15), "expected a whole number"),
            ("rules = []\n", (1, 9), "list, expected a table"),
            ("vocabulary = 1\n", (1, 14), "expected a table"),
            ("paths = 1\n", (1, 9), "expected a list"),
            ("timezone = \"+02:00\"\n", (1, 12), "is not a time zone; write its name in the IANA database"),
            ("timezone = \"Europe/Berln\"\n", (1, 12), "did you mean `Europe/Berlin`?"),
            ("timezone = \"europe/berlin\"\n", (1, 12), "did you mean `Europe/Berlin`?"),
            ("timestamp = {}\n", (1, 13), "table, expected a string"),
            ("exclude = [\"a/\", \"\"]\n", (1, 18), "would fit every note; write the beginning"),
            ("exclude = [\" \"]\n", (1, 12), "write the beginning of a path"),
            ("exclude = [\"./Archive\"]\n", (1, 12), "begins no path: those of the vault"),
            ("exclude = [\"./Archive\"]\n", (1, 12), "write `Archive`"),
            ("templates = [\"/T/\"]\n", (1, 14), "write `T/`"),
            ("templates = [\".\"]\n", (1, 14), "write the beginning of a path"),
            ("exclude = [\"Archive/**\"]\n", (1, 12), "and as no pattern; write `Archive/`"),
            ("[[paths]]\npath = \"*.md\"\nrules = {}\n", (2, 8), "write the beginning of a path, such as"),
            (
                "[vocabulary]\nmeasures = [\"Audit logging\", \"Encrytion\"]\n",
                (2, 30),
                "did you mean `Encryption`?",
            ),
            ("[rules]\n\nlink-unresolve = \"off\"\n", (3, 1), "did you mean `link-unresolved`?"),
            ("[rules]\nnote-orphan = \"loud\"\n", (2, 1), "`loud` is not a severity"),
            ("[sections]\n  histry = []\n", (2, 3), "did you mean `history`?"),
            (
                "[sections]\nweather = []\n",
                (2, 1),
                "`weather` is not a section; the sections are `header`, `",
            ),
            (
                "[rules]\nweather = \"off\"\n",
                (2, 1),
                "is not a rule; `portolan list rules` shows all of them",
            ),
            ("timestamp = \"HH:mm\"\n", (1, 13), "has no `YYYY`"),
            ("a = \n", (1, 5), ""),
            (
                "[[paths]]\npath = \"x/\"\nrules = { note-orfan = \"off\" }\n",
                (3, 11),
                "did you mean `note-orphan`?",
            ),
            (
                "[rules]\nnote-orphan = \"off\"\n[[paths]]\npath = \"x/\"\nrules = { note-orphan = \"wrong\" }\n",
                (5, 11),
                "`wrong` is not a severity",
            ),
            ("# histry = 1\nsections.\"histry\" = []\n", (2, 10), "did you mean `history`?"),
            (
                "[boards]\nok.template = \"a b\"\n\"a b\".template = \"x\"\n",
                (3, 1),
                "is not a valid board name",
            ),
        ] {
            let error = Config::read(text, &RULES).unwrap_err();
            assert_eq!(error.position, position, "{error:?}");
            assert!(error.message.contains(message), "{error:?}");
        }
    }
}
