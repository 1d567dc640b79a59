//! Strips decoration from a figure: emphasis, signs in other forms, trends and remarks.

use std::borrow::Cow;

use super::fold::without_selector;

/// Returns the text without the emphasis and backticks around the whole of it.
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

/// Replaces full-width signs (`＜`, `％`), entities (`&lt;`) and no-break spaces by the plain signs that they stand
/// for.
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

/// Signs that mark a figure as rounded when they stand before it.
pub(crate) const ROUNDED: [char; 2] = ['~', '≈'];

/// Removes signs from the end of a text: arrows for a trend (`243 ms ↗`), and those for which `is_known` is true.
pub(crate) fn without_signs(text: &str, is_known: impl Fn(&str) -> bool) -> &str {
    let mut text = text.trim_end();
    loop {
        let bare = without_selector(text);
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

/// Splits a text that ends with a remark in round brackets, as in `81 % (peak 94 %)`: the text before it, and the
/// remark.
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
