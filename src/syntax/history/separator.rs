//! What stands between the timestamp of an entry and its title.

/// The signs, those that are written with several characters before those that they begin with.
const SIGNS: [&str; 19] =
    ["---", "--", "->", "=>", "-", "–", "—", "―", "－", ":", "：", "→", "⇒", "|", "｜", "·", "•", ",", ";"];

/// What stands behind the sign that a text begins with.
#[must_use]
pub fn behind_separator(text: &str) -> Option<&str> {
    SIGNS.iter().find_map(|sign| text.strip_prefix(sign))
}

/// Text without what belongs to the time of day before it: its zone, and what German has there.
pub(super) fn behind_unit(text: &str) -> &str {
    let hour = text.strip_prefix("Uhr").filter(|rest| !rest.starts_with(char::is_alphanumeric));
    let text = hour.map_or(text, str::trim_start);
    behind_zone(text).map_or(text, str::trim_start)
}

/// The names of time zones. Of those that others have, too, only what is written in capitals is one.
const ZONES: [&str; 34] = [
    "UTC", "GMT", "Z", "WET", "WEST", "CET", "CEST", "EET", "EEST", "MEZ", "MESZ", "OEZ", "OESZ", "BST",
    "IST", "MSK", "SGT", "HKT", "JST", "KST", "AWST", "ACST", "AEST", "AEDT", "NZST", "NZDT", "EST", "EDT",
    "CST", "CDT", "MST", "MDT", "PST", "PDT",
];

/// What stands behind the time zone that a text begins with: `CEST – `, `(UTC+2) `. Without brackets it is one only where
/// the title is set apart from it: `UTC clock drifts` is a title.
#[must_use]
pub fn behind_zone(text: &str) -> Option<&str> {
    if let Some(inner) = text.strip_prefix(['(', '[']) {
        let (inner, behind) = inner.split_once([')', ']'])?;
        return zone(inner).filter(|rest| rest.is_empty()).map(|_| behind);
    }
    let behind = zone(text).filter(|behind| !behind.starts_with('-'))?;
    let next = behind.trim_start_matches([' ', '\u{a0}', '*', '_', '`', ')', ']', '）']);
    (next.is_empty() || behind_separator(next).is_some()).then_some(behind)
}

/// What stands behind a zone, which may be told by its hours: `UTC+2`, `GMT-03:30`.
fn zone(text: &str) -> Option<&str> {
    let name = text.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(text.len());
    let (name, behind) = text.split_at(name);
    ZONES.contains(&name).then_some(())?;
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let hours = behind.strip_prefix(['+', '-']).filter(|hours| matches!(digits(hours), 1 | 2 | 4));
    let behind = hours.map_or(behind, |hours| {
        let rest = &hours[digits(hours)..];
        let minutes = rest.strip_prefix(':').filter(|minutes| digits(minutes) == 2);
        minutes.map_or(rest, |minutes| &minutes[2..])
    });
    (!behind.starts_with(char::is_alphanumeric)).then_some(behind)
}

/// Whether a text between a timestamp and a title is nothing but signs, blanks, brackets and emphasis.
#[must_use]
pub fn is_separator(text: &str) -> bool {
    let is_sign = |c: char| SIGNS.iter().any(|sign| sign.contains(c));
    let known = |c: char| c.is_whitespace() || matches!(c, ')' | ']' | '）' | '*' | '_' | '`') || is_sign(c);
    text.replacen("Uhr", "", 1).chars().all(known)
}

#[cfg(test)]
mod tests {
    use super::behind_zone;

    #[test]
    fn zones_are_told_from_titles() {
        for (text, expected) in [
            ("CEST – alarm", Some(" – alarm")),
            ("UTC: alarm", Some(": alarm")),
            ("Z | alarm", Some(" | alarm")),
            ("UTC+2 - alarm", Some(" - alarm")),
            ("GMT-03:30, alarm", Some(", alarm")),
            ("MEZ** – alarm", Some("** – alarm")),
            ("(CET) alarm", Some(" alarm")),
            ("[UTC+0200] - alarm", Some(" - alarm")),
            ("PST", Some("")),
            ("UTC clock drifts", None),
            ("Z-Wave hub", None),
            ("Z axis", None),
            ("MEZ-Umstellung: alarm", None),
            ("UTCX - alarm", None),
            ("est: alarm", None),
            ("CTO - alarm", None),
            ("(CET clock) alarm", None),
            ("(EST", None),
            ("UTC+2h - alarm", None),
            ("", None),
        ] {
            assert_eq!(behind_zone(text), expected, "{text}");
        }
    }
}
