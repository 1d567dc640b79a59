//! Decides which items without a timestamp belong to the history entry before them.

use super::head::starts_like_a_day;
use super::separator::behind_separator;
use super::vacant::keeps_a_place;
use crate::text::number::is_digits;
use crate::text::stamp::StampFormat;

/// Whether an item belongs to the entry that it follows. An item that begins with a time in another form does not.
/// Nor does one that is only a placeholder or is entirely in brackets (`- (new entries go above)`): it is a note
/// for whoever writes the next entry.
pub(super) fn belongs(text: &str, format: &StampFormat) -> bool {
    let bare = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '`'));
    let in_brackets =
        [('(', ')'), ('<', '>')].iter().any(|(a, b)| bare.starts_with(*a) && bare.ends_with(*b));
    !in_brackets && !begins_with_a_time(bare) && !keeps_a_place(text, format)
}

/// Whether a text begins with a year or a day: `2024`, `[[2024-12-07]]`, `7.12.2024`.
fn begins_with_a_time(text: &str) -> bool {
    let text = text.trim_start_matches('[');
    let year = text.get(..4).filter(|year| is_digits(year));
    let is_year = year.is_some_and(|year| year.starts_with("19") || year.starts_with("20")) && {
        let behind = text[4..].trim_start_matches([']', '*', '_', '`', ' ']);
        behind.is_empty() || behind.starts_with(['/', '.']) || behind_separator(behind).is_some()
    };
    is_year || starts_like_a_day(text)
}

#[cfg(test)]
mod tests {
    use super::belongs;
    use crate::text::stamp::StampFormat;

    #[test]
    fn patterns_and_items_of_another_time_do_not_belong_to_an_entry() {
        for text in [
            "Moved",
            "[[Queue]]",
            "see [[Queue]]",
            "(minor) Moved",
            "[Security] Moved",
            "[a](b.md)",
            "**Moved**",
            "2000 messages lost",
            "10.5 seconds",
            "v1.2: Moved",
        ] {
            assert!(belongs(text, &StampFormat::default()), "{text}");
        }
        for text in [
            "",
            "…",
            "---",
            "(new entries go above)",
            "*(add yours here)*",
            "[Date] - [Change]",
            "{{date}} - x",
            "<% tp.date.now() %>",
            "<!-- next -->",
            "TBD",
            "_No further changes yet_",
            "YYYY-MM-DD - what",
            "`YYYY-MM-DD` …",
            "2024",
            "**2024**",
            "2024: Moved",
            "[[2024-12-07]] - Moved",
            "7.12.2024: Moved",
            "2024-12: Moved",
        ] {
            assert!(!belongs(text, &StampFormat::default()), "{text}");
        }
    }
}
