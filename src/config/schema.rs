//! Builds the JSON Schema of `portolan.toml`, for editors. It accepts what portolan accepts.
//!
//! It cannot express four checks: whether a word of `measures` nearly matches a known one, what is on the disk,
//! that `3.0` is not a whole number, and which characters beyond ASCII are letters.

use chrono_tz::{TZ_VARIANTS, Tz};
use serde_json::{Map, Value, json};

use super::{Config, File};
use crate::model::finding::Severity;
use crate::syntax::reading::Section;

/// Matches a timestamp format that has a part twice. Three letters are one part of two and a literal letter.
const TWICE: &str = r"YYYY[\s\S]*YYYY|MM[\s\S]*MM|DD[\s\S]*DD|HH[\s\S]*HH|mm[\s\S]*mm|ss[\s\S]*ss";

/// Matches a text that cannot be the prefix of a path in the vault.
const NO_BEGINNING: &str = r"^\.$|^\./|^/|\*";

/// Matches a path that cannot lead to a file in the vault.
const NO_FILE: &str = r"^(\.?/)*(\.?$|\.\.(/|$))";

/// Matches the names that a marker can use for a board: no blanks, and of the ASCII signs only `-` and `_`. It does
/// without classes such as `\p{L}`, because not every validator knows them (Python's `jsonschema` does not).
const BOARD_NAME: &str = r"^[^\s!-,./:-@\[-\^`{-~]+$";

impl Config {
    /// Returns the JSON Schema of `portolan.toml`. `rules` are the rules, each with a sentence on what it finds;
    /// `boards` are the names of the built-in boards.
    #[must_use]
    pub fn schema<'r>(rules: impl Iterator<Item = (&'r str, String)>, boards: &[&str]) -> Value {
        let mut schema = schemars::schema_for!(File).to_value();
        let rules: Map<String, Value> = rules
            .map(|(name, finds)| (name.to_owned(), json!({ "description": finds, "enum": Severity::NAMES })))
            .collect();
        let sections: Map<String, Value> = Section::ALL
            .iter()
            .map(|(_, key, headings)| {
                let list = json!({ "type": "array", "items": { "type": "string" }, "default": headings });
                ((*key).to_owned(), list)
            })
            .collect();
        let keys = |of: &Map<String, Value>| json!({ "properties": of, "additionalProperties": false });
        let has = |pattern: &str| json!({ "pattern": pattern });
        let beginning = json!({ "pattern": r"\S", "not": has(NO_BEGINNING) });
        let name = json!({ "pattern": BOARD_NAME, "not": { "enum": boards } });
        for (place, more) in [
            ("/properties/rules", keys(&rules)),
            ("/$defs/PathRules/properties/rules", keys(&rules)),
            ("/properties/sections", keys(&sections)),
            (
                "/properties/timestamp",
                json!({ "allOf": [has("YYYY"), has("MM"), has("DD")], "not": has(TWICE) }),
            ),
            ("/properties/timezone", json!({ "enum": TZ_VARIANTS.map(Tz::name)[..] })),
            ("/properties/exclude/items", beginning.clone()),
            ("/properties/templates/items", beginning.clone()),
            ("/$defs/PathRules/properties/path", beginning),
            ("/properties/review-days", json!({ "maximum": u32::MAX })),
            ("/properties/integration-schema", json!({ "not": has(NO_FILE) })),
            ("/properties/boards", json!({ "propertyNames": name })),
        ] {
            if let (Some(Value::Object(own)), Value::Object(more)) = (schema.pointer_mut(place), more) {
                own.extend(more);
                // A default of null is left out: TOML has no null, and not every schema here would accept it.
                if own.get("default").is_some_and(Value::is_null) {
                    own.remove("default");
                }
            }
        }
        schema
    }
}
