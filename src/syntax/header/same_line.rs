//! Finds fields that follow another field on the same line: `**Status:** Active | **Version:** 1.0.0`.

use super::keys;
use super::masked::masked;
use crate::syntax::field::{self, COLONS, Field};
use crate::text::span::Span;

/// Signs that separate fields of any key.
pub(super) const BARS: [char; 3] = ['|', '·', '•'];

/// Line breaks that also separate fields on one line.
const PARTS: [&str; 3] = ["<br>", "<br/>", "<br />"];

/// Signs that may separate fields, with or without a space after them, but also occur in sentences.
const SIGNS: [char; 3] = [',', ';', '>'];

/// Returns the known keys that occur as fields in the text after a key. Each needs a colon and then a space,
/// unless the key is marked as a field by bold type or a double colon. Text in brackets is a remark, except for
/// fields of the Dataview plug-in, and a word before the key makes it another key (`Schema Version:`). `of_header`
/// tells whether the key before the text is one of a header: after another key there may be a sentence
/// (`Tracks orders, status: see below`).
pub(super) fn known_in(rest: &str, of_header: bool) -> Vec<&'static str> {
    // Most values have no colon.
    if !rest.contains(COLONS) {
        return Vec::new();
    }
    // The masked text has the length of the value, byte by byte.
    let own = masked(rest).to_ascii_lowercase();
    let plain = own.replace(['_', '-'], " ");
    let is_field = |at: usize, key: &str| {
        let behind = &plain[at + key.len()..];
        let colon = behind.trim_start_matches([' ', '*']);
        let closed = &own[at + key.len()..own.len() - colon.len()];
        let value = &own[own.len() - colon.trim_start_matches(COLONS).len()..];
        let before = &own[..at];
        let unmarked = before.trim_end_matches(['*', '_']);
        let bare = unmarked.trim_end();
        let is_apart = bare.len() < unmarked.len();
        let is_wide = unmarked.len() > bare.len() + 1;
        let is_bold =
            unmarked.len() < before.len() && (closed.contains(['*', '_']) || value.starts_with(['*', '_']));
        let is_dataview = colon.starts_with("::");
        let is_blank = value.is_empty() || value.starts_with(char::is_whitespace) || colon.starts_with('：');
        let is_marked = is_bold || is_dataview;
        let is_parted = bare.ends_with(BARS) || PARTS.iter().any(|part| bare.ends_with(part));
        colon.starts_with(COLONS)
            && (is_marked || is_blank)
            && match bare.chars().next_back() {
                None => of_header || is_marked,
                Some('(' | '[') => is_dataview,
                Some(c) if c.is_alphanumeric() => is_apart && (is_bold || (is_wide && of_header)),
                Some(_) if is_parted => true,
                Some(c) => (is_apart || SIGNS.contains(&c)) && (of_header || is_marked),
            }
    };
    let names = |key: &&str| plain.match_indices(*key).any(|(at, _)| is_field(at, key));
    keys::ALL.into_iter().filter(names).collect()
}

/// Whether a field with any key follows a bar or dot in a value, and is marked as a field:
/// `Active | **Owner:** Ruth`. Without a mark it is a remark: `Active · since 10:30`.
pub(super) fn has_further(value: &str) -> bool {
    if !value.contains(BARS) || !value.contains(COLONS) {
        return false;
    }
    let own = masked(value);
    let is_field = |part: &str| {
        let line = Span::new(0, part.len());
        field::split(part, line).is_some_and(|found| {
            let between = Span { start: found.key.end, end: found.value.start }.of(part);
            let is_apart = found.value.is_empty() || between.ends_with(char::is_whitespace);
            is_bold(part, line, &found) || (between.contains("::") && is_apart)
        })
    };
    own.split(BARS).skip(1).any(is_field)
}

/// Whether the key of a field is bold.
pub(super) fn is_bold(text: &str, line: Span, found: &Field) -> bool {
    let before = Span { start: line.start, end: found.key.start }.of(text);
    let behind = Span { start: found.key.end, end: found.value.start }.of(text);
    ["**", "__"].iter().any(|mark| before.ends_with(mark) && behind.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_behind_a_value_begins_a_field() {
        for (rest, expected) in [
            (" 🟢 Active | **Version:** 1.0.0", "version"),
            (" Active|Version：1.0.0", "version"),
            (" A; Created: x, last-modified: y", "created last modified"),
            (" A<br>Created: x<br/>Last_Modified: y", "created last modified"),
            (" A  **Created**: x  Version: y", "version created"),
            (" A **Created:** x ✅ Version: y", "version created"),
            (" A] [Created:: x] (Version:: y)", "version created"),
            ("** A / Version: 1", "version"),
            (" A (see b) | **Created**:x · __Version:__y", "version created"),
            (" [[n|A]] | Version:: `1` | Created:", "version created"),
            (" A (version: 1) [created: x]", ""),
            (" A, Schema Version: 1, **Build Status:** ok", ""),
            (" A, api-version: 1, date_created: x", ""),
            (" A since version: 1", ""),
            (" Created", ""),
            (" A | Version 1", ""),
            (" http://example.org/status:80", ""),
            (" A | version:1, status:80", ""),
            (" A *created: by hand*", ""),
            (" A (see | Version: x)", ""),
            (" A `x | version: y`", ""),
            (" [[n|Version: all]] | [a | Status: b](c)", ""),
            (" {{STATUS|status: Active}}", ""),
            (" <% a | version: b %>", ""),
        ] {
            assert_eq!(known_in(rest, true).join(" "), expected, "{rest}");
        }
    }

    #[test]
    fn behind_any_other_key_a_sentence_may_stand() {
        for (rest, expected) in [
            (" M | Version: 1", "version"),
            (" M; Created: x<br>Status: y", "status"),
            (" M, **Created:** x, Status:: y", "status created"),
            (" M **Created:** x", "created"),
            (" Tracks orders, status: see below", ""),
            (" Tracks orders. Status: see below", ""),
            (" a -> status: b", ""),
            (" status: see below", ""),
        ] {
            assert_eq!(known_in(rest, false).join(" "), expected, "{rest}");
        }
    }

    #[test]
    fn a_marked_field_of_any_key_behind_a_bar() {
        for (value, expected) in [
            ("Active | Owner:: Ruth", true),
            ("Active · **Owner:** Ruth", true),
            ("Active (see b) • __Owner__: Ruth", true),
            ("Active | **Owner:**", true),
            ("Active | Owner: Ruth", false),
            ("Active · since 10:30", false),
            ("Active · **since 10:30**", false),
            ("Active | see a::b", false),
            ("Active | since March", false),
            ("Active (see | **Note:** x)", false),
            ("Active `a | b:: c`", false),
            ("[[2025-03-01|the day]]", false),
            ("Active: yes", false),
        ] {
            assert_eq!(has_further(value), expected, "{value}");
        }
    }
}
