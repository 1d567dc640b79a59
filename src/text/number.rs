//! Parses numbers as people write them, with thousands separators and decimal signs.

use std::borrow::Cow;

/// Parses a number that may have commas between thousands: `1,024` and `1.5`, not `1,5`, `0,500` or `1.2.3`.
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

/// The Unicode minus sign, which differs from the hyphen.
const MINUS: char = '\u{2212}';

/// Splits a text after the number that it begins with. In the number, a Unicode minus becomes `-`, and spaces
/// between groups of three digits are removed.
pub(crate) fn leading_number(text: &str) -> (Cow<'_, str>, &str) {
    let is_sign = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | MINUS);
    let end_from = |at: usize| text[at..].find(|c| !is_sign(c)).map_or(text.len(), |len| at + len);
    let mut end = end_from(0);
    let first = unsigned(&text[..end]).trim_start_matches(MINUS);
    let mut starts = first.len() <= 3 && is_digits(first) && !first.starts_with('0');
    while starts && text[end..].starts_with(' ') {
        let next = end_from(end + 1);
        let group = &text[end + 1..next];
        let whole = group.find(['.', ',']).unwrap_or(group.len());
        if whole != 3 || !is_digits(&group[..whole]) {
            break;
        }
        starts = whole == group.len();
        end = next;
    }
    let written = &text[..end];
    let plain = if written.contains([' ', MINUS]) {
        Cow::Owned(written.replace(' ', "").replace(MINUS, "-"))
    } else {
        Cow::Borrowed(written)
    };
    (plain, &text[end..])
}

/// Parses a number with dots between thousands, so that `1.500` is 1500. `None` for others, such as `0.125`.
pub(crate) fn grouped(text: &str) -> Option<f64> {
    is_grouped(text, '.').then(|| text.replace('.', "").parse().ok()).flatten()
}

/// Parses a number with a decimal comma, so that `1,500` is 1.5. `None` where a second comma or a dot follows,
/// since the comma then groups thousands.
pub(crate) fn with_decimal_comma(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once(',')?;
    if fraction.contains([',', '.']) { None } else { format!("{whole}.{fraction}").parse().ok() }
}

/// Parses a number whose comma can only be a decimal comma: `0,5`, `0,500` or `1.200,75`. `None` for `1,500`,
/// which may also be fifteen hundred.
pub(crate) fn fraction_by_comma(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once(',')?;
    let by_dots = is_grouped(whole, '.');
    let by_nothing = is_digits(unsigned(whole)) && !is_grouped(text, ',');
    let is_one = is_digits(fraction) && (by_dots || by_nothing);
    is_one.then(|| format!("{}.{fraction}", whole.replace('.', "")).parse().ok()).flatten()
}

/// Whether a text has a number with a comma that can only be a decimal comma.
pub(crate) fn has_fraction_by_comma(text: &str) -> bool {
    let words = text.split(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.')));
    words
        .filter(|word| word.contains(','))
        .any(|word| fraction_by_comma(word.trim_matches(['.', ','])).is_some())
}

/// Returns the numbers before and after the dot of a text such as `3.12`, as parts of a version. Such parts have
/// at most three digits and no leading zero.
pub(crate) fn two_parts(text: &str) -> Option<(u16, u16)> {
    let part = |text: &str| {
        let is_part = text.len() <= 3 && is_digits(text) && (text == "0" || !text.starts_with('0'));
        is_part.then(|| text.parse().ok()).flatten()
    };
    let (first, second) = text.split_once('.')?;
    Some((part(first)?, part(second)?))
}

/// Whether `sign` groups thousands in a number: it occurs at least once, and only before groups of three digits.
fn is_grouped(text: &str, sign: char) -> bool {
    let Some((first, rest)) = unsigned(text).split_once(sign) else { return false };
    let starts = first.len() <= 3 && is_digits(first) && !first.starts_with('0');
    starts && rest.split(sign).all(|group| group.len() == 3 && is_digits(group))
}

fn unsigned(text: &str) -> &str {
    text.trim_start_matches(['-', '+'])
}

/// Whether a text is one or more ASCII digits.
pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Splits a text after the ASCII digits that it begins with, if any.
#[inline]
pub(crate) fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

/// Returns the byte that two hexadecimal digits stand for.
pub(crate) fn hex_byte(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some((digit(high)? << 4 | digit(low)?) as u8)
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
    fn numbers_at_the_beginning() {
        for (text, expected) in [
            ("200ms", ("200", "ms")),
            ("1 200 ms", ("1200", " ms")),
            ("\u{2212}1 200 300,5", ("-1200300,5", "")),
            ("1 200.5 300", ("1200.5", " 300")),
            ("10 20", ("10", " 20")),
            ("1000 200", ("1000", " 200")),
            ("0 200", ("0", " 200")),
            ("1.5 200", ("1.5", " 200")),
            ("1 2000", ("1", " 2000")),
            ("1 +20", ("1", " +20")),
            ("", ("", "")),
            ("ms", ("", "ms")),
        ] {
            let (number, rest) = leading_number(text);
            assert_eq!((number.as_ref(), rest), expected, "{text}");
        }
    }

    #[test]
    fn parts_of_versions() {
        for (text, expected) in [
            ("3.12", Some((3, 12))),
            ("0.9", Some((0, 9))),
            ("3.0", Some((3, 0))),
            ("24.04", None),
            ("0.0009", None),
            ("3", None),
            ("3.1.2", None),
            ("-3.1", None),
            ("3,1", None),
            (".1", None),
            ("1234.1", None),
        ] {
            assert_eq!(two_parts(text), expected, "{text}");
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
