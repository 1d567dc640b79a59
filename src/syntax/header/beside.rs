//! Fields that stand behind another one on its line: `**Status:** Active | **Version:** 1.0.0`.

use super::keys;
use crate::syntax::field;
use crate::text::span::Span;

/// What stands between fields for whoever writes several on a line, with or without a blank behind it: `<br>`, too.
const SIGNS: [char; 6] = ['|', '·', '•', ';', ',', '>'];

/// The keys of a header that what stands behind a key has in it, each with a colon behind it. In brackets it is a
/// remark, but as the Dataview plug-in writes it, and a word before it makes another key of it (`Schema Version:`).
pub(super) fn known_in(rest: &str) -> Vec<&'static str> {
    // Most values have no colon at all.
    if !rest.contains([':', '：']) {
        return Vec::new();
    }
    // As long as the value, byte by byte.
    let plain = rest.to_ascii_lowercase().replace(['_', '-'], " ");
    let is_field = |at: usize, key: &str| {
        let behind = plain[at + key.len()..].trim_start_matches([' ', '*', '`']);
        let before = &rest[..at];
        let unmarked = before.trim_end_matches(['*', '_', '`']);
        let bare = unmarked.trim_end();
        let is_apart = bare.len() < unmarked.len();
        let is_parted = unmarked.len() < before.len() || unmarked.len() > bare.len() + 1;
        behind.starts_with([':', '：'])
            && match bare.chars().next_back() {
                None => true,
                Some('(' | '[') => behind.starts_with("::"),
                Some(c) if c.is_alphanumeric() => is_apart && is_parted,
                Some(c) => is_apart || SIGNS.contains(&c),
            }
    };
    let names = |key: &&str| plain.match_indices(*key).any(|(at, _)| is_field(at, key));
    keys::ALL.into_iter().filter(names).collect()
}

/// Whether a field of any key stands behind a bar or a dot of a value: `Active | Owner: Ruth`.
pub(super) fn has_further(text: &str, value: Span) -> bool {
    const BARS: [char; 3] = ['|', '·', '•'];
    let mut start = value.start as usize;
    let parts = value.of(text).split_inclusive(BARS).map(|part| {
        start += part.len();
        Span::new(start - part.len(), start)
    });
    parts.skip(1).any(|part| field::split(text, part).is_some())
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
            (" A (version: 1) [created: x]", ""),
            (" A, Schema Version: 1, **Build Status:** ok", ""),
            (" A, api-version: 1, date_created: x", ""),
            (" A since version: 1", ""),
            (" Created", ""),
            (" A | Version 1", ""),
            (" http://example.org/status:80", ""),
        ] {
            assert_eq!(known_in(rest).join(" "), expected, "{rest}");
        }
    }

    #[test]
    fn a_field_of_any_key_behind_a_bar() {
        for (value, expected) in [
            ("Active | Owner: Ruth", true),
            ("Active · **Owner:** Ruth", true),
            ("Active | since March", false),
            ("[[2025-03-01|the day]]", false),
            ("Active: yes", false),
        ] {
            assert_eq!(has_further(value, Span::new(0, value.len())), expected, "{value}");
        }
    }
}
