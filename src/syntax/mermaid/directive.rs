//! Finds directives: `%%{ init: { … } }%%`, which mermaid removes wherever they are.

use std::ops::Range;

use super::chars::{ends_line, is_space, skip, skip_word};
use super::frontmatter::Settings;

/// Returns the ranges of all directives, or `None` if there are none. Their options are stored in `settings`.
pub(super) fn find(text: &str, settings: &mut Settings) -> Option<Vec<Range<usize>>> {
    let mut cuts = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("%%{")).map(|found| at + found) {
        at = start + 3;
        if let Some(directive) = read(text, start) {
            at = directive.end;
            cuts.push(start..at);
            if matches!(directive.name, "init" | "initialize") {
                configure(directive.value, settings);
            }
        }
    }
    (!cuts.is_empty()).then_some(cuts)
}

struct Directive<'t> {
    name: &'t str,
    value: &'t str,
    end: usize,
}

/// Reads the directive at an offset. Its value is one word, or anything up to `}%%` or the end of the text.
fn read(text: &str, start: usize) -> Option<Directive<'_>> {
    let name = skip(text, start + 3, is_space);
    let name_end = skip_word(text, name);
    if name_end == name {
        return None;
    }
    let colon = skip(text, name_end, is_space);
    let value =
        if text.as_bytes().get(colon) == Some(&b':') { skip(text, colon + 1, is_space) } else { colon };
    let mut value_end = skip_word(text, value);
    if value_end == value {
        let rest = text.get(value..).unwrap_or("");
        // A value may contain newlines, but not the two other line ends. Both kinds of end are searched at once,
        // and no further than the first: there may be as many directives as the text has room for.
        let ends = |(at, c): &(usize, char)| match c {
            '}' => rest[*at..].starts_with("}%%"),
            '\n' => false,
            other => ends_line(*other),
        };
        value_end = value + rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at);
    }
    let mut end = skip(text, value_end, is_space);
    if text.get(end..).is_some_and(|rest| rest.starts_with("}%%")) {
        end += 3;
    }
    Some(Directive { name: text.get(name..name_end)?, value: text.get(value..value_end)?, end })
}

/// Takes over the options that change how a diagram is read. Invalid JSON is ignored, as mermaid does.
fn configure(value: &str, settings: &mut Settings) {
    let json = value.trim().replace('\'', "\"");
    let Ok(config) = serde_json::from_str::<serde_json::Value>(&json) else { return };
    let Some(flowchart) = config.get("flowchart") else { return };
    if let Some(renderer) = flowchart.get("defaultRenderer").and_then(|found| found.as_str()) {
        settings.renderer = Some(renderer.to_owned());
    }
    if let Some(inherits) = flowchart.get("inheritDir").and_then(serde_json::Value::as_bool) {
        settings.inherits_direction = inherits;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::growth::excess;

    fn check(text: &str, expected: &[&str]) {
        let cuts = find(text, &mut Settings::default()).unwrap_or_default();
        let found: Vec<_> = cuts.into_iter().filter_map(|cut| text.get(cut)).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn a_directive_ends_after_its_braces_or_its_word() {
        check("a %%{init: {'x': 1}}%%\nb", &["%%{init: {'x': 1}}%%"]);
        check("%%{wrap}%%x", &["%%{wrap}%%"]);
        check("%%{ init: word word }%%", &["%%{ init: word "]);
        check("%%{ init\n: { a }\nb", &["%%{ init\n: { a }\nb"]);
        check("%%{ { } }%% %%{", &[]);
        check("%%{a:.\u{2028}b}%% c", &["%%{a:.\u{2028}"]);
        check("%%{a:.}}%%\u{2028} c", &["%%{a:.}}%%"]);
    }

    #[test]
    fn each_is_read_once() {
        for piece in ["%%{a:.\u{2028}", "%%{a:.}%% "] {
            let make = |count: usize| (count, piece.repeat(count) + "\u{2028}}%%");
            let excess = excess(piece, 2_000, make, |(count, text)| {
                let cuts = find(text, &mut Settings::default()).unwrap_or_default();
                assert_eq!(cuts.len(), *count);
            });
            assert_eq!(excess, None);
        }
    }

    #[test]
    fn the_renderer_is_taken_over() {
        let mut settings = Settings::default();
        find("%%{init: {'flowchart': {'defaultRenderer': 'elk'}}}%%", &mut settings);
        assert_eq!(settings.renderer.as_deref(), Some("elk"));
    }
}
