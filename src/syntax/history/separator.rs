//! Recognises the separator between the timestamp of an entry and its title.

/// The separator signs. A longer one comes before those that it begins with. Those that may begin a title, such as
/// a path, need a blank behind them.
const SIGNS: [&str; 22] = [
    "---", "--", "->", "=>", "-", "–", "—", "―", "－", "::", ":", "：", "→", "⇒", "|", "｜", "·", "•", ",",
    ";", "> ", "/ ",
];

/// Returns the text after the separator that a text begins with.
#[must_use]
pub fn behind_separator(text: &str) -> Option<&str> {
    SIGNS.iter().find_map(|sign| text.strip_prefix(sign))
}

/// Strips what belongs to the time of day before a text: a time zone, and `Uhr` in German.
pub(super) fn behind_unit(text: &str) -> &str {
    let hour = text.strip_prefix("Uhr").filter(|rest| !rest.starts_with(char::is_alphanumeric));
    let text = hour.map_or(text, str::trim_start);
    behind_zone(text).map_or(text, str::trim_start)
}

/// The names of time zones. They count only in capitals, because some are words too.
const ZONES: [&str; 34] = [
    "UTC", "GMT", "Z", "WET", "WEST", "CET", "CEST", "EET", "EEST", "MEZ", "MESZ", "OEZ", "OESZ", "BST",
    "IST", "MSK", "SGT", "HKT", "JST", "KST", "AWST", "ACST", "AEST", "AEDT", "NZST", "NZDT", "EST", "EDT",
    "CST", "CDT", "MST", "MDT", "PST", "PDT",
];

/// Returns the text after the time zone that a text begins with: `CEST – `, `(UTC+2) `. Without brackets, a
/// separator must follow the zone: `UTC clock drifts` is a title.
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

/// Returns the text after a zone, which may have an offset in hours: `UTC+2`, `GMT-03:30`.
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

/// Whether the text between a timestamp and a title consists of separators, spaces, brackets and emphasis.
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
