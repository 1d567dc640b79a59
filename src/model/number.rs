//! Numbers as people write them: with signs between thousands and before fractions.

use std::borrow::Cow;

/// A number with thousands separators: `1,024` and `1.5`, not `1,5` or `1.2.3`.
pub(super) fn number(text: &str) -> Option<f64> {
    let digits = if text.contains(',') {
        let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
        let mut groups = whole.split(',');
        let first = groups.next()?.trim_start_matches(['-', '+']);
        let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
        let grouped = !first.is_empty() && digits(first) && groups.all(|g| g.len() == 3 && digits(g));
        if !grouped {
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
pub(super) fn grouped(text: &str) -> Option<f64> {
    let mut groups = text.trim_start_matches(['-', '+']).split('.');
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()) && !first.starts_with('0'))?;
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let mut more = groups.peekable();
    more.peek()?;
    (digits(first) && more.all(|group| group.len() == 3 && digits(group)))
        .then(|| text.replace('.', "").parse().ok())
        .flatten()
}

/// What `1,500` is where a comma stands before a fraction. With more than one, or a dot, it stands between
/// thousands.
pub(super) fn with_decimal_comma(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once(',')?;
    if fraction.contains([',', '.']) { None } else { format!("{whole}.{fraction}").parse().ok() }
}

/// What `0,5` and `1.200,75` are: nothing else than a comma before a fraction is written so. With three digits
/// behind the comma it is one where dots stand between thousands.
pub(super) fn fraction_by_comma(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once(',')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(fraction) {
        return None;
    }
    let thousands = grouped(whole).is_some();
    if !thousands && (fraction.len() == 3 || !digits(whole.trim_start_matches(['-', '+']))) {
        return None;
    }
    format!("{}.{fraction}", whole.replace('.', "")).parse().ok()
}
