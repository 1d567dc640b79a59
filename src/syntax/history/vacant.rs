//! Recognises items of a history that only hold a place for entries.

use crate::syntax::placeholder;
use crate::text::fold::fold;
use crate::text::stamp::StampFormat;

/// Whether an item or a cell says that there is nothing yet, or describes how entries are written.
#[must_use]
pub fn keeps_a_place(text: &str, format: &StampFormat) -> bool {
    let text = text.trim();
    let is_sign = |c: char| c.is_whitespace() || c.is_ascii_punctuation() || "–—…·•“”„‘’。、".contains(c);
    let task = |c: char| text.strip_prefix('[').and_then(|rest| rest.strip_prefix(c)?.strip_prefix(']'));
    let said = task(' ').or_else(|| task('x')).or_else(|| task('X')).unwrap_or(text);
    if said.chars().all(is_sign) || placeholder::is_in(said) || said.contains(format.pattern()) {
        return true;
    }
    // `YYYY-MM-DD`, in any order, and with the letters of other languages.
    if ["YYYY", "yyyy", "JJJJ", "AAAA"].iter().any(|year| said.contains(year)) {
        return true;
    }
    let words = fold(said.trim_matches(is_sign)).replace(is_sign, " ");
    let words: Vec<&str> = words.split_whitespace().collect();
    is_empty_word(&words.join(" ")) || says_nothing_yet(&words) || is_bracketed(said, is_sign)
}

/// Whether the words are a usual way to say that there is nothing.
fn is_empty_word(words: &str) -> bool {
    matches!(
        words,
        "n a"
            | "na"
            | "none"
            | "none yet"
            | "none so far"
            | "nothing"
            | "nothing yet"
            | "nil"
            | "tbd"
            | "tba"
            | "todo"
            | "to do"
            | "to be added"
            | "to be done"
            | "to be determined"
            | "to be filled in"
            | "empty"
            | "keine"
            | "noch keine"
            | "noch nichts"
            | "aucun"
            | "aucune"
            | "ninguno"
            | "ninguna"
            | "nessuna"
            | "无"
            | "暂无"
            | "なし"
    )
}

/// Whether the words say that there are no entries yet: `No changes yet`, `no entries have been logged`,
/// `Noch keine Änderungen`.
fn says_nothing_yet(words: &[&str]) -> bool {
    let things = [
        "change",
        "changes",
        "entry",
        "entries",
        "update",
        "updates",
        "modification",
        "modifications",
        "history",
        "version",
        "versions",
        "release",
        "releases",
        "änderungen",
        "einträge",
    ];
    let rest = [
        "yet",
        "so",
        "far",
        "recorded",
        "logged",
        "made",
        "have",
        "has",
        "been",
        "noch",
        "bisher",
        "vorhanden",
        "other",
        "further",
    ];
    let none = ["no", "keine"];
    words.iter().any(|word| none.contains(word))
        && words.iter().any(|word| things.contains(word))
        && words.iter().all(|word| none.contains(word) || things.contains(word) || rest.contains(word))
}

/// Whether a text consists of bracketed words that are not links: `[date] - [what changed]`.
fn is_bracketed(text: &str, is_sign: impl Fn(char) -> bool) -> bool {
    let mut rest = text.trim_matches(['*', '_', '`', ' ']);
    let mut count = 0;
    while let Some((before, behind)) = rest.split_once('[') {
        let Some((inner, after)) = behind.split_once(']') else { return false };
        let is_words = inner.starts_with(char::is_alphabetic) && !inner.contains('[');
        if !before.chars().all(&is_sign) || !is_words || after.starts_with(['(', '[', ']']) {
            return false;
        }
        (rest, count) = (after, count + 1);
    }
    count > 0 && rest.chars().all(is_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_kept_by_what_says_nothing_yet() {
        for text in [
            "",
            "[ ] ",
            "[ ]",
            "-",
            "…",
            "...",
            "N/A",
            "n/a",
            "_None_",
            "None yet",
            "*(none yet)*",
            "No changes yet.",
            "_No entries have been logged so far._",
            "TBD",
            "TODO:",
            "YYYY-MM-DD_HH-mm - What changed",
            "'YYYY-MM-DD - Updated [integration]'",
            "vX.Y.Z (YYYY-MM-DD): …",
            "TT.MM.JJJJ: Was",
            "<% tp.date.now() %> - x",
            "{{DATE}} - x",
            "[Date] - [What changed]",
            "**[Version]** ([Date]): [Changes]",
            "Noch keine Änderungen",
            "[ ] [Date]: [Change]",
        ] {
            assert!(keeps_a_place(text, &StampFormat::default()), "{text}");
        }
        for text in [
            "v1.0: First",
            "Moved",
            "[x] Renewed",
            "[[CHANGELOG]]",
            "[2025-01-03] Moved",
            "[Ruth] Moved",
            "None of it worked",
            "No changes to the API",
            "No TLS any more",
            "1",
            "[Release](CHANGELOG.md)",
            "[a] [b](c)",
            "to be or not",
            "2025",
        ] {
            assert!(!keeps_a_place(text, &StampFormat::default()), "{text}");
        }
    }
}
