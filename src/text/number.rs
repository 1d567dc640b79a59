//! Numbers as people write them: with signs between thousands and before fractions.

use std::borrow::Cow;

/// A number with thousands separators: `1,024` and `1.5`, not `1,5`, `0,500` or `1.2.3`.
pub(crate) fn number(text: &str) -> Option<f64> {
    let digits = if text.contains(',') {
        let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
        if !is_grouped(whole, ',') {
            return None;
        }
        let whole = whole.replace(',', "");
        Cow::Owned(fraction.map_or_else(|| whole.clone(), |f| format!("{whole}.{f}")))
    } else {
        Cow::Borrowed(text)
    };
    digits.parse().ok().filter(|v: &f64| v.is_finite())
}

/// What `1.500` is where dots stand between thousands. `0.125` has none.
pub(crate) fn grouped(text: &str) -> Option<f64> {
    is_grouped(text, '.').then(|| text.replace('.', "").parse().ok()).flatten()
}

/// What `1,500` is where a comma stands before a fraction. With more than one, or a dot, it stands between
/// thousands.
pub(crate) fn with_decimal_comma(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once(',')?;
    if fraction.contains([',', '.']) { None } else { format!("{whole}.{fraction}").parse().ok() }
}

/// What `0,5`, `0,500` and `1.200,75` are: nothing else than a comma before a fraction is written so. `1,500` may be
/// a thousand and a half.
pub(crate) fn fraction_by_comma(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once(',')?;
    let by_dots = is_grouped(whole, '.');
    let by_nothing = is_digits(unsigned(whole)) && !is_grouped(text, ',');
    let is_one = is_digits(fraction) && (by_dots || by_nothing);
    is_one.then(|| format!("{}.{fraction}", whole.replace('.', "")).parse().ok()).flatten()
}

/// Whether a comma stands before a fraction in one of the numbers of a text, and nothing else can be meant.
pub(crate) fn has_fraction_by_comma(text: &str) -> bool {
    let words = text.split(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.')));
    words
        .filter(|word| word.contains(','))
        .any(|word| fraction_by_comma(word.trim_matches(['.', ','])).is_some())
}

/// Whether a sign stands between thousands, and there alone: at least once, before every three digits.
fn is_grouped(text: &str, sign: char) -> bool {
    let Some((first, rest)) = unsigned(text).split_once(sign) else { return false };
    let starts = first.len() <= 3 && is_digits(first) && !first.starts_with('0');
    starts && rest.split(sign).all(|group| group.len() == 3 && is_digits(group))
}

fn unsigned(text: &str) -> &str {
    text.trim_start_matches(['-', '+'])
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_and_dots() {
        for (text, expected, by_comma) in [
            ("1024", Some(1024.0), None),
            ("1,024", Some(1024.0), None),
            ("-1,024.5", Some(-1024.5), None),
            ("1.5", Some(1.5), None),
            ("1,5", None, Some(1.5)),
            ("-0,5", None, Some(-0.5)),
            ("0,500", None, Some(0.5)),
            ("1234,567", None, Some(1234.567)),
            ("1.200,750", None, Some(1200.75)),
            ("1,2,3", None, None),
            ("1.2.3", None, None),
            ("1,", None, None),
            (",5", None, None),
        ] {
            assert_eq!((number(text), fraction_by_comma(text)), (expected, by_comma), "{text}");
        }
    }

    #[test]
    fn commas_before_fractions_in_texts() {
        for text in ["< 0,5 ms", "about 12,5.", "1,5-2,5 s", "1.200,750"] {
            assert!(has_fraction_by_comma(text), "{text}");
        }
        for text in ["1,500 ms", "1,2,3", "a, b, 5", "1.5, 2.5", "1,024.5"] {
            assert!(!has_fraction_by_comma(text), "{text}");
        }
    }
}
