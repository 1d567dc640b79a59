//! Writes the block of a new integration, in the style of existing blocks.

use super::raw;
use crate::syntax::integration::Integration;
use crate::syntax::json::{Json, JsonValue, StringStyle};
use crate::text::place::line_ending_at;
use crate::vault::Note;

/// The style of the integration blocks of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Style {
    /// The opening fence, with its language.
    fence: String,
    /// The indent of one level.
    indent: String,
    quote: char,
    bare_keys: bool,
    trailing_comma: bool,
    pub(super) eol: &'static str,
}

impl Style {
    /// Returns the style of the last integration of a note that is not a template; `None` if there is none.
    pub(super) fn of(note: &Note, text: &str) -> Option<Self> {
        let last = note.facts.system().instances().next_back()?;
        Some(Self::of_integration(last, text, line_ending_at(text, last.fence.span.start as usize)))
    }

    /// Returns the style of an integration, for a note that may use other line endings. `text` is the text that
    /// holds the integration.
    pub(super) fn of_integration(integration: &Integration, text: &str, eol: &'static str) -> Self {
        let block = integration.fence.span.of(text);
        let first = block.lines().next().unwrap_or("```json").trim_end();
        let json = &integration.json;
        let members = json.members();
        let nested = integration.fence.column > 1;
        // The key `integration` is indented by one level, unless the block is on one line.
        let indented = block.lines().skip(1).find(|line| line.starts_with([' ', '\t']));
        let indent = indented.map_or("  ", |line| &line[..line.len() - line.trim_start().len()]);
        let string = members.iter().find(|m| matches!(m.value.value, JsonValue::String(_)));
        let single = string.is_some_and(|m| raw(&m.value, text).starts_with('\''));
        let bare_keys = members.iter().any(|m| !m.key_place.span.of(text).starts_with(['"', '\'']));
        let trailing_comma = members.last().is_some_and(|last| {
            let (from, to) = (last.value.place.span.end as usize, json.place.span.end as usize);
            text.get(from..to).is_some_and(|rest| rest.trim_start().starts_with(','))
        });
        Self {
            fence: first.to_owned(),
            indent: if nested { "  ".to_owned() } else { indent.to_owned() },
            quote: if single { '\'' } else { '"' },
            bare_keys,
            trailing_comma,
            eol,
        }
    }

    /// Returns the block with its fences, without a line ending behind it. `text` is that of the template's note;
    /// `value` returns the value for a path of keys.
    pub(super) fn write<'a>(
        &self,
        template: &Json,
        text: &str,
        value: &impl Fn(&[&str]) -> Option<&'a str>,
    ) -> String {
        let mut out = format!("{}{}{{{}", self.fence, self.eol, self.eol);
        out.push_str(&format!("{}{}: ", self.indent, self.key("integration")));
        self.value(template, text, value, &mut Vec::new(), &mut out);
        if self.trailing_comma {
            out.push(',');
        }
        let marks = self.fence.len() - self.fence.trim_start_matches(['`', '~']).len();
        out.push_str(&format!("{}}}{}{}", self.eol, self.eol, &self.fence[..marks]));
        out
    }

    fn value<'j, 'a>(
        &self,
        json: &'j Json,
        text: &str,
        value: &impl Fn(&[&str]) -> Option<&'a str>,
        path: &mut Vec<&'j str>,
        out: &mut String,
    ) {
        match (&json.value, value(path)) {
            (JsonValue::Object(members), _) if !members.is_empty() => {
                out.push('{');
                let inner = self.indent.repeat(path.len() + 2);
                for (i, member) in members.iter().enumerate() {
                    path.push(&member.key);
                    out.push_str(&format!("{}{inner}{}: ", self.eol, self.key(&member.key)));
                    self.value(&member.value, text, value, path, out);
                    path.pop();
                    if i + 1 < members.len() || self.trailing_comma {
                        out.push(',');
                    }
                }
                out.push_str(&format!("{}{}}}", self.eol, self.indent.repeat(path.len() + 1)));
            }
            (JsonValue::Bool(_), Some(given @ ("true" | "false"))) => out.push_str(given),
            (JsonValue::Number(_), Some(given)) if given.parse::<f64>().is_ok_and(f64::is_finite) => {
                out.push_str(given);
            }
            (_, Some(given)) => out.push_str(&self.string(given)),
            (JsonValue::String(own), None) => out.push_str(&self.string(own)),
            (_, None) => out.push_str(raw(json, text)),
        }
    }

    fn key(&self, key: &str) -> String {
        let word = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if self.bare_keys && word { key.to_owned() } else { self.string(key) }
    }

    fn string(&self, text: &str) -> String {
        StringStyle::plain(self.quote).quoted(text)
    }
}
