//! What people put around a figure that is no part of it: emphasis, signs in other forms, trends and remarks.

use std::borrow::Cow;

/// A text without the emphasis and backticks around the whole of it: they are decoration.
pub(crate) fn undressed(text: &str) -> &str {
    let mut text = text.trim().trim_matches('`');
    for mark in ["***", "___", "**", "__", "*", "_"] {
        let inner = text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
        if let Some(inner) = inner.filter(|inner| !inner.contains(mark)) {
            text = inner.trim().trim_matches('`');
        }
    }
    text
}

/// A text with the signs that are meant by those of full width (`＜`, `％`), by entities (`&lt;`) and by blanks at which
/// no line breaks.
pub(crate) fn in_plain_signs(text: &str) -> Cow<'_, str> {
    const SIGNS: [(&str, &str); 12] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&le;", "≤"),
        ("&ge;", "≥"),
        ("&nbsp;", " "),
        ("＜", "<"),
        ("＞", ">"),
        ("＝", "="),
        ("％", "%"),
        ("\u{a0}", " "),
        ("\u{2009}", " "),
        ("\u{202f}", " "),
    ];
    let mut plain = Cow::Borrowed(text);
    if !text.is_ascii() || text.contains('&') {
        for (sign, meant) in SIGNS.iter().filter(|(sign, _)| text.contains(sign)) {
            plain = Cow::Owned(plain.replace(sign, meant));
        }
    }
    plain
}

/// What stands before a figure that is rounded.
pub(crate) const ROUNDED: [char; 2] = ['~', '≈'];

/// A text without the signs at its end that say where a figure is going (`243 ms ↗`), or that this function knows.
pub(crate) fn without_signs(text: &str, is_known: impl Fn(&str) -> bool) -> &str {
    let mut text = text.trim_end();
    loop {
        let bare = text.trim_end_matches('\u{fe0f}');
        let Some(sign) = bare.chars().next_back().filter(|sign| !sign.is_ascii()) else { return text };
        let at = bare.len() - sign.len_utf8();
        if !is_trend(sign) && !is_known(&bare[at..]) {
            return text;
        }
        text = bare[..at].trim_end();
    }
}

const fn is_trend(sign: char) -> bool {
    matches!(
        sign,
        '→' | '↑'
            | '↓'
            | '↔'
            | '↗'
            | '↘'
            | '⇧'
            | '⇩'
            | '⬆'
            | '⬇'
            | '➡'
            | '⬈'
            | '⬊'
            | '▲'
            | '▼'
            | '△'
            | '▽'
            | '📈'
            | '📉'
    )
}

/// The remark in round brackets that a text ends with, and what stands before it: `81 % (peak 94 %)`.
pub(crate) fn remark_of(text: &str) -> Option<(&str, &str)> {
    let (before, remark) = text.strip_suffix(')')?.split_once('(')?;
    (!before.trim().is_empty() && !remark.contains(['(', ')'])).then_some((before.trim_end(), remark.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_at_the_end() {
        let known = |sign: &str| sign == "⚠";
        for (text, expected) in [
            ("243 ms ↗", "243 ms"),
            ("243 ms ⚠️ ↘", "243 ms"),
            ("243 ms 🎯", "243 ms 🎯"),
            ("↗ 243 ms", "↗ 243 ms"),
            ("20 °", "20 °"),
            ("→", ""),
            ("", ""),
        ] {
            assert_eq!(without_signs(text, known), expected, "{text}");
        }
    }

    #[test]
    fn remarks_at_the_end() {
        assert_eq!(remark_of("81 % (peak 94 %)"), Some(("81 %", "peak 94 %")));
        for text in ["81 %", "(81 %)", "81 (a) (b)", "81 (a) b", "81 ((a))", "81 )"] {
            assert_eq!(remark_of(text), None, "{text}");
        }
    }
}
