//! Reads the text of the settings, subject by subject, and says what is wrong with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::{TZ_VARIANTS, Tz};
use serde::Deserialize;
use toml::Spanned;

use super::{Config, ConfigError, File, OwnBoard, PathRules};
use crate::model::finding::Severity;
use crate::model::measure::Measure;
use crate::model::vocabulary::Words;
use crate::syntax::reading::{Reading, Section};
use crate::text::closest::nearest;
use crate::text::fold::nfc;
use crate::text::message::{did_you_mean, quoted};
use crate::text::stamp::StampFormat;

/// The text of the settings, and the rules that it may name.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) known_rules: &'t [&'t str],
}

/// Severities by the names of the rules.
type Severities = BTreeMap<String, Severity>;

impl Reader<'_> {
    /// Reads all settings. The first error ends it.
    pub(super) fn read(&self) -> Result<Config, ConfigError> {
        let file: File = toml::from_str(self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            self.error(at, explained(error.message()))
        })?;
        let stamp = self.stamp_format(file.timestamp.as_ref())?;
        let timezone = file.timezone.as_ref().map(|name| self.timezone(name)).transpose()?;
        self.check_sections(&file.sections)?;
        self.check_measures(&file.vocabulary)?;
        let path_severities = self.path_severities(&file.paths)?;
        let boards = self.boards(file.boards)?;
        let mut reading = Reading::new(stamp, |section| own_headings(&file.sections, section));
        reading.secret_schemes = file.secret_schemes;
        Ok(Config {
            identity: 0,
            reading,
            timezone,
            exclude: self.beginnings(&file.exclude)?,
            templates: self.beginnings(&file.templates)?,
            severities: self.severities(&file.rules)?,
            path_severities,
            review_days: file.review_days,
            words: file.vocabulary,
            integration_schema: file.integration_schema,
            boards,
            board_files: Arc::default(),
            integration_validator: None,
        })
    }

    /// Reads the format of timestamps.
    fn stamp_format(&self, pattern: Option<&Spanned<String>>) -> Result<StampFormat, ConfigError> {
        let Some(pattern) = pattern else { return Ok(StampFormat::default()) };
        StampFormat::new(pattern.get_ref()).map_err(|message| self.error_at(pattern, message))
    }

    /// Reads the name of a time zone.
    fn timezone(&self, name: &Spanned<String>) -> Result<Tz, ConfigError> {
        let zones = TZ_VARIANTS.map(Tz::name);
        name.get_ref().parse().map_err(|_| self.error_at(name, unknown_zone(name.get_ref(), &zones)))
    }

    /// Refuses unknown sections.
    fn check_sections(&self, sections: &BTreeMap<Spanned<String>, Vec<String>>) -> Result<(), ConfigError> {
        let names = Section::ALL.map(|(_, name, _)| name);
        let Some(key) = sections.keys().find(|key| !names.contains(&key.get_ref().as_str())) else {
            return Ok(());
        };
        let all = || format!("the sections are {}", quoted(names, ", "));
        Err(self.error_at(key, unknown("section", key.get_ref(), &names, all)))
    }

    /// Refuses measures that nearly match a known one.
    fn check_measures(&self, words: &Words) -> Result<(), ConfigError> {
        let Some((at, name, near)) = misspelt_measure(self.text, words) else { return Ok(()) };
        let message = format!("`{name}` is not a measure that portolan knows; {}", did_you_mean(near));
        Err(self.error(at, message))
    }

    /// Reads the severities of rules.
    fn severities(&self, rules: &BTreeMap<Spanned<String>, String>) -> Result<Severities, ConfigError> {
        let mut severities = BTreeMap::new();
        for (rule, severity) in rules {
            let name = rule.get_ref();
            if !self.known_rules.contains(&name.as_str()) {
                let all = || "`portolan list rules` shows all of them".to_owned();
                return Err(self.error_at(rule, unknown("rule", name, self.known_rules, all)));
            }
            let severity = severity.parse().map_err(|message| self.error_at(rule, message))?;
            severities.insert(name.clone(), severity);
        }
        Ok(severities)
    }

    /// Reads the severities for parts of the vault.
    fn path_severities(&self, parts: &[PathRules]) -> Result<Vec<(String, Severities)>, ConfigError> {
        let read = |part: &PathRules| Ok((self.beginning(&part.path)?, self.severities(&part.rules)?));
        parts.iter().map(read).collect()
    }

    /// Reads the beginnings of paths.
    fn beginnings(&self, paths: &[Spanned<String>]) -> Result<Vec<String>, ConfigError> {
        paths.iter().map(|path| self.beginning(path)).collect()
    }

    /// Reads the beginning of a path. File systems may store the same letters in another Unicode form, so paths
    /// are compared in the composed one.
    fn beginning(&self, path: &Spanned<String>) -> Result<String, ConfigError> {
        match no_beginning(path.get_ref()) {
            Some(message) => Err(self.error_at(path, message)),
            None => Ok(nfc(path.get_ref()).into_owned()),
        }
    }

    /// Reads the names of the vault's own boards, and the paths of their templates.
    fn boards(
        &self,
        boards: BTreeMap<Spanned<String>, OwnBoard>,
    ) -> Result<BTreeMap<String, String>, ConfigError> {
        if let Some(key) = boards.keys().find(|key| !is_board_name(key.get_ref())) {
            let name = key.get_ref();
            let message = format!("`{name}` is not a valid board name: use letters, digits, `-` and `_`");
            return Err(self.error_at(key, message));
        }
        Ok(boards.into_iter().map(|(name, board)| (name.into_inner(), board.template)).collect())
    }

    fn error_at(&self, place: &Spanned<String>, message: String) -> ConfigError {
        self.error(place.span().start, message)
    }

    fn error(&self, offset: usize, message: String) -> ConfigError {
        ConfigError { message, position: position(self.text, offset) }
    }
}

/// Returns the headings that the settings give a section, if they give any.
fn own_headings(sections: &BTreeMap<Spanned<String>, Vec<String>>, section: Section) -> Option<Vec<String>> {
    let (_, key, _) = Section::ALL.iter().find(|(s, ..)| *s == section)?;
    let own = sections.iter().find(|(own, _)| own.get_ref() == key);
    own.map(|(_, headings)| headings.clone())
}

/// Returns the first measure of the settings that portolan does not know but that nearly matches a known one: its
/// offset in `text`, the name as written, and the known name.
fn misspelt_measure(text: &str, words: &Words) -> Option<(usize, String, &'static str)> {
    #[derive(Deserialize)]
    struct Places {
        vocabulary: Measures,
    }
    #[derive(Deserialize)]
    struct Measures {
        measures: Vec<Spanned<String>>,
    }
    let (at, near) =
        words.measures.iter().enumerate().find_map(|(i, name)| Some((i, Measure::nearly(name)?)))?;
    let places: Option<Places> = toml::from_str(text).ok();
    let start = places.and_then(|file| Some(file.vocabulary.measures.get(at)?.span().start));
    Some((start.unwrap_or_default(), words.measures[at].clone(), near))
}

/// Returns why `path` cannot be a prefix of paths in the vault (it would fit no path, or every path), with the one
/// that was probably meant; `None` where it can.
fn no_beginning(path: &str) -> Option<String> {
    let meant = |of: &str| {
        let mut rest = of;
        while let Some(shorter) = rest.strip_prefix("./").or_else(|| rest.strip_prefix('/')) {
            rest = shorter;
        }
        rest.split('*').next().filter(|rest| !rest.trim().is_empty() && *rest != ".").map(str::to_owned)
    };
    let why = if path.trim().is_empty() {
        "an empty path would fit every note".to_owned()
    } else if path.contains('*') {
        format!("`{path}` is read as the beginning of paths, and as no pattern")
    } else if path == "." || path.starts_with("./") || path.starts_with('/') {
        format!("`{path}` begins no path: those of the vault have nothing in front of their first folder")
    } else {
        return None;
    };
    Some(match meant(path) {
        Some(meant) => format!("{why}; write `{meant}`"),
        None => format!("{why}; write the beginning of a path, such as `Archive/`"),
    })
}

/// Whether a board marker can use `name` as the name of a board.
fn is_board_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

/// Rewords an error message of the TOML parser. For an unknown key it names the known key that was probably meant.
fn explained(message: &str) -> String {
    let message = message.trim_end();
    let Some(rest) = message.strip_prefix("unknown field `") else { return in_words_of_toml(message) };
    let mut names = rest.split('`').step_by(2);
    let key = names.next().unwrap_or_default();
    let known: Vec<&str> = names.collect();
    match nearest(key, known.iter().copied()) {
        Some(near) => format!("`{key}` is not a key here; {}", did_you_mean(near)),
        None => format!("`{key}` is not a key here; the keys are {}", quoted(known, ", ")),
    }
}

/// Replaces Rust's names of types in a message such as `invalid type: integer `3`, expected a sequence` by those
/// of TOML.
fn in_words_of_toml(message: &str) -> String {
    let Some((found, expected)) = message.split_once(", expected ") else { return message.to_owned() };
    let expected = match expected {
        "a sequence" => "a list",
        "a map" => "a table",
        "u32" => "a whole number",
        other if other.starts_with("struct ") => "a table",
        other => other,
    };
    let found = match found {
        "invalid type: sequence" => "invalid type: list",
        "invalid type: map" => "invalid type: table",
        other => other,
    };
    format!("{found}, expected {expected}")
}

/// Says that a name is unknown, and suggests the nearest known one. If none is near, `all` says which ones there
/// are.
fn unknown(what: &str, name: &str, known: &[&str], all: impl Fn() -> String) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("`{name}` is not a {what}; {}", did_you_mean(near)),
        None => format!("`{name}` is not a {what}; {}", all()),
    }
}

/// Says that a time zone is unknown. An offset such as `+02:00` is not one, because offsets change with the
/// season.
fn unknown_zone(name: &str, known: &[&str]) -> String {
    unknown("time zone", name, known, || {
        "write its name in the IANA database, such as `Europe/Berlin` or `UTC`".to_owned()
    })
}

fn position(text: &str, offset: usize) -> (u32, u32) {
    crate::text::place::LineIndex::new(text).position(offset as u32)
}
