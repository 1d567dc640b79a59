//! Reads the head of an entry: its timestamp, its version, and where its title begins.

use std::borrow::Cow;

use super::brackets::brackets_close;
use super::marks::Marks;
use super::separator::{behind_separator, behind_unit};
use crate::text::number::is_digits;
use crate::text::stamp::{StampFormat, StampReading, property_date};

/// What stands before the title of an entry.
pub(super) struct Head<'t> {
    /// The timestamp as written.
    pub(super) timestamp: &'t str,
    /// The timestamp read in the given format; `None` if it looks like a date but does not have that format.
    pub(super) reading: Option<StampReading>,
    /// The version, without a `v`.
    pub(super) version: Option<&'t str>,
    /// The text after the head.
    pub(super) title: Cow<'t, str>,
}

impl<'t> Head<'t> {
    /// Reads the head of an entry; `None` where the item is something else.
    pub(super) fn read(text: &'t str, format: &StampFormat) -> Option<Self> {
        let marks: &[char] = &['*', '_', '`', ' '];
        let mut rest = text.trim_start_matches(marks);
        let mut version = None;
        // In a vault that writes days first, a misspelt date begins with a day too.
        let by_day = format.pattern().starts_with('D');
        let like_a_date = |text: &str| starts_like_a_date(text) || (by_day && starts_like_a_day(text));
        // `2024.10.12` may be a version of that year; in a vault that writes dates this way, it is a date.
        let is_date = matches!(format.read_prefix(rest), Some((StampReading::Valid(_), _)));
        if let Some((found, after)) = version_prefix(rest)
            && !is_date
        {
            let is_between = |c: char| marks.contains(&c) || c.is_whitespace();
            let behind = after.trim_start_matches(is_between);
            let inner = behind.trim_start_matches(['(', '（', '[', '-', '–', '—', '|']);
            let apart = inner.len() < behind.len();
            let inner = inner.trim_start_matches(is_between);
            let real = || matches!(format.read_prefix(inner), Some((StampReading::Valid(_), _)));
            if like_a_date(inner) && (!like_a_date(found) || apart && real()) {
                version = Some(found);
                rest = inner;
            }
        }
        let (reading, len) = match format.read_prefix(rest) {
            Some((reading, len)) if !rest[len..].starts_with(|c: char| c.is_ascii_digit()) => {
                (Some(reading), len)
            }
            _ if like_a_date(rest) => (None, foreign_stamp(rest)),
            _ => return None,
        };
        let timestamp = &rest[..len];
        let before = &text[..text.len() - rest.len()];
        let mut open = Marks::opened(before);
        let mut after = &rest[len..];
        if let Some((inside, behind)) = brackets_close(before, after).map(|at| after.split_at(at)) {
            open.pass_brackets(inside);
            after = behind;
        }
        after = open.close_all(after);
        if tells_time(timestamp) {
            after = open.close_all(behind_unit(after));
        }
        let mut title = after;
        if let Some(behind) = behind_separator(after) {
            title = behind;
            // `**2025-01-01:** title`
            while let Some(closed) = open.close(title) {
                title = closed;
            }
        }
        Some(Self { timestamp, reading, version, title: open.without(title.trim()) })
    }
}

/// Whether a timestamp has more numbers than a day, or more digits where nothing separates them.
fn tells_time(timestamp: &str) -> bool {
    let numbers = timestamp.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    numbers.clone().count() > 3 || numbers.map(str::len).sum::<usize>() > 8
}

/// Returns the length of a timestamp that is not in the vault's format, including a time of day after a space and
/// what programs write after it.
fn foreign_stamp(text: &str) -> usize {
    let known = property_date(text).map_or(0, |date| date.len);
    let behind = |c: char| c.is_whitespace() || "),;]*`–—|：）→".contains(c);
    let end = text.find(behind).unwrap_or(text.len());
    let date = text[..end].trim_end_matches([':', '_']).len();
    let digits = |at: usize| text.as_bytes().iter().skip(at).take_while(|b| b.is_ascii_digit()).count();
    let part = |at: usize| text[at..].starts_with(':') && digits(at + 1) == 2;
    let hour = digits(end + 1);
    let minute = end + 1 + hour;
    if date < end || !text[end..].starts_with(' ') || !matches!(hour, 1 | 2) || !part(minute) {
        return known.max(date);
    }
    let second = minute + 3;
    known.max(if part(second) { second + 3 } else { second })
}

/// Whether a text begins with a year, a month and a day, with any of the usual signs between them. With dots and
/// single digits it may be a version (`2024.1.0`), so that does not count.
fn starts_like_a_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |at: usize| bytes[at.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let Some(sign @ (b'-' | b'/' | b'.')) = bytes.get(4).copied() else { return false };
    let month = digits(5);
    let day = digits(5 + month + 1);
    let whole = |part: usize| part == 2 || (part == 1 && sign != b'.');
    digits(0) == 4 && whole(month) && bytes.get(5 + month) == Some(&sign) && whole(day)
}

/// Whether a text begins with a day, a month and a year. A year of two digits may be the last number of a version,
/// so it needs a time of day after it or a leading zero in day or month.
pub(super) fn starts_like_a_day(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let day = digits(text);
    let Some(sign @ ('-' | '/' | '.')) = text[day..].chars().next() else { return false };
    let month = digits(&text[day + 1..]);
    let Some(year) = text[day + 1 + month..].strip_prefix(sign) else { return false };
    let behind = &year[digits(year)..];
    let zero = || text.starts_with('0') || text[day + 1..].starts_with('0');
    let time = || {
        let hour = behind.trim_start_matches([' ', '_', 'T', ',']);
        hour.len() < behind.len() && digits(hour) > 0 && hour[digits(hour)..].starts_with([':', '-', '.'])
    };
    let is_year = match digits(year) {
        4 => true,
        2 => zero() || time(),
        _ => false,
    };
    matches!(day, 1 | 2) && matches!(month, 1 | 2) && is_year && !behind.starts_with(sign)
}

/// Splits off a version at the start, such as `v1.1.2` or `1.1`: returns it without the `v`, and the text after
/// it.
fn version_prefix(text: &str) -> Option<(&str, &str)> {
    let bare = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let end = bare
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+')))
        .unwrap_or(bare.len());
    let version = &bare[..end];
    let numbers = version.split(['-', '+']).next().unwrap_or_default();
    let parts = numbers.split('.').count();
    let numeric = numbers.split('.').all(|part| part.len() <= 9 && is_digits(part));
    let marked = bare.len() < text.len();
    (numeric && (parts > 1 || marked) && parts <= 4).then(|| (version, &bare[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, Option<&str>, bool, &str)>) {
        let head = Head::read(text, &StampFormat::default());
        let shown = head.map(|h| {
            let is_valid = matches!(h.reading, Some(StampReading::Valid(_)));
            (h.timestamp, h.version, is_valid, h.title.into_owned())
        });
        let expected =
            expected.map(|(timestamp, version, valid, title)| (timestamp, version, valid, title.into()));
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn heads_of_entries() {
        let t = "2024-12-07_08-00";
        check("2024-12-07_08-00 - Initial - setup", Some((t, None, true, "Initial - setup")));
        check("**2024-12-07_08-00** – Setup", Some((t, None, true, "Setup")));
        check("v1.1.2 (2024-12-07_08-00) - Setup", Some((t, Some("1.1.2"), true, "Setup")));
        check("**1.1** [2024-12-07_08-00]: Setup", Some((t, Some("1.1"), true, "Setup")));
        check("v2.0.0-rc.1 (2024-12-07_08-00) - x", Some((t, Some("2.0.0-rc.1"), true, "x")));
        check("v1.1.0 (**2024-12-07_08-00**) - x", Some((t, Some("1.1.0"), true, "x")));
        check("2024-12-07_08-00", Some((t, None, true, "")));
        // Emphasis may reach past the timestamp.
        check("**2024-12-07_08-00:** x", Some((t, None, true, "x")));
        check("__2024-12-07_08-00:__ x", Some((t, None, true, "x")));
        check("**2024-12-07_08-00 -** x", Some((t, None, true, "x")));
        check("**2024-12-07_08-00 - all bold**", Some((t, None, true, "all bold")));
        check("**2024-12-07_08-00 - part** bold", Some((t, None, true, "part bold")));
        check("*2024-12-07_08-00 - it*", Some((t, None, true, "it")));
        check("***2024-12-07_08-00** - x*", Some((t, None, true, "x")));
        check("**v1.1 (2024-12-07_08-00)** - **a** b", Some((t, Some("1.1"), true, "**a** b")));
        check("2024-12-07_08-00 **a** b", Some((t, None, true, "**a** b")));
        check("2024-12-07_08-00 - **a** b", Some((t, None, true, "**a** b")));
        check("**2024-12-07_08-00** - **a** b", Some((t, None, true, "**a** b")));
        check("**2024-12-07_08-00 - never closed", Some((t, None, true, "never closed")));
        check("`2024-12-07_08-00` x", Some((t, None, true, "x")));
        check("2024-12-07_08-00\u{a0}: Création", Some((t, None, true, "Création")));
        check("2024-12-07_08-00：作成", Some((t, None, true, "作成")));
        check("2024-12-07_08-00 → x", Some((t, None, true, "x")));
        for separator in [
            ", ",
            "; ",
            "－",
            " -- ",
            " --- ",
            " -> ",
            " => ",
            " ⇒ ",
            " ― ",
            " ｜ ",
            " • ",
            ":: ",
            " :: ",
            " > ",
            " / ",
            " Uhr – ",
            " Uhr ",
        ] {
            check(&format!("{t}{separator}x"), Some((t, None, true, "x")));
        }
        check("2024-12-07_08-00 | x", Some((t, None, true, "x")));
        check("2024-12-07_08-00 /etc moved", Some((t, None, true, "/etc moved")));
        check("2024-12-07_08-00 Uhren", Some((t, None, true, "Uhren")));
        check("2024-12-07_08-00 - -5 degrees", Some((t, None, true, "-5 degrees")));
        check("v1.1\u{a0}（2024-12-07_08-00）：x", Some((t, Some("1.1"), true, "x")));
        check("v1.1 | 2024-12-07_08-00 | x", Some((t, Some("1.1"), true, "x")));
        check("2024-13-07_08-00 - x", Some(("2024-13-07_08-00", None, false, "x")));
        check("2024-12-7 - x", Some(("2024-12-7", None, false, "x")));
        check("2024-12-07 08:00 - x", Some(("2024-12-07 08:00", None, false, "x")));
        check("v1.1 (2024-12-07 8:00:30): x", Some(("2024-12-07 8:00:30", Some("1.1"), false, "x")));
        check("2024-12-07 08:00: x", Some(("2024-12-07 08:00", None, false, "x")));
        check("2024-12-07T08:00: x", Some(("2024-12-07T08:00", None, false, "x")));
        check("2024-12-07: 08:00 x", Some(("2024-12-07", None, false, "08:00 x")));
        check("2024-12-07 08 ships", Some(("2024-12-07", None, false, "08 ships")));
        check("2024-12-07 é", Some(("2024-12-07", None, false, "é")));
        // What programs write after a time belongs to it; separators before the title do not.
        for stamp in ["2024-12-07T08:00:30.802Z", "2024-12-07 08:00:30.802Z", "2024-12-07 08:00 +0200"] {
            check(&format!("{stamp} - x"), Some((stamp, None, false, "x")));
            check(&format!("v1.1 ({stamp}): x"), Some((stamp, Some("1.1"), false, "x")));
        }
        for text in [
            "2024-12-07, x",
            "2024-12-07; x",
            "2024-12-07—x",
            "2024-12-07：x",
            "2024-12-07\u{a0}: x",
            "_2024-12-07_ x",
            "__2024-12-07:__ x",
            "2024-12-07\tx",
        ] {
            check(text, Some(("2024-12-07", None, false, "x")));
        }
        check("2024-12-07_08-000", Some(("2024-12-07_08-000", None, false, "")));
        check("2024.1.0 (2024-12-07_08-00) - a", Some((t, Some("2024.1.0"), true, "a")));
        check("v2024.12.10 (2024-12-07_08-00) - a", Some((t, Some("2024.12.10"), true, "a")));
        check("2024.12.10 - 2024-12-07_08-00 - a", Some((t, Some("2024.12.10"), true, "a")));
        check("2024.12.10 - a", Some(("2024.12.10", None, false, "a")));
        check("2024-12-10 - 2024-12-11 was wet", Some(("2024-12-10", None, false, "2024-12-11 was wet")));
        check("2024.1.0 - a", None);
        check("2024.10 LTS installed", None);
        check("2024-2025 plan", None);
        check("2024-10 was wet", None);
        check("No changes yet", None);
        check("1.1.2 of the parser", None);
        check("2024 was a good year", None);
    }

    #[test]
    fn what_else_stands_in_the_brackets_is_no_part_of_the_title() {
        let t = "2024-12-07_08-00";
        for inside in
            [", AI Agent", " by Ruth (ops)", " – 2024-12-09_10-00", ", **Ruth**", ", [[Ruth]]", ", my_name"]
        {
            check(&format!("v1.1 ({t}{inside}): x"), Some((t, Some("1.1"), true, "x")));
            check(&format!("v1.1 [{t}{inside}] - **x** y"), Some((t, Some("1.1"), true, "**x** y")));
            check(&format!("**v1.1 ({t}{inside})** – x_y"), Some((t, Some("1.1"), true, "x_y")));
            check(&format!("v1.1 (**{t}**{inside}) x"), Some((t, Some("1.1"), true, "x")));
        }
        check(&format!("v1.1 ([[{t}]], Ruth): x"), Some((t, Some("1.1"), true, "x")));
        for inside in [" - 2024-12-09", " – 10:30", ": 20241209"] {
            check(&format!("v1.1 ({t}{inside}): x"), Some((t, Some("1.1"), true, "x")));
        }
        // The brackets may contain the title.
        for (inside, title) in [
            ("(T: Moved it), see ticket 12", "Moved it), see ticket 12"),
            ("(T – Moved the (old) queue) done", "Moved the (old) queue) done"),
            ("(T - 3 nodes moved) done", "3 nodes moved) done"),
            ("(**T**: Moved it) done", "Moved it) done"),
            ("[T - Moved it](b.md)", "Moved it](b.md)"),
            ("[T, Moved it](b.md)", "Moved it](b.md)"),
        ] {
            let text = format!("v1.1 {}", inside.replace('T', t));
            check(&text, Some((t, Some("1.1"), true, title)));
        }
        check(&format!("v1.1 ({t}, AI Agent)"), Some((t, Some("1.1"), true, "AI Agent)")));
        check(&format!("v1.1 ({t} - a (b)"), Some((t, Some("1.1"), true, "a (b)")));
        check(&format!("v1.1 - {t}, a): b"), Some((t, Some("1.1"), true, "a): b")));
        check(&format!("v1.1 ({t}) - (a) b"), Some((t, Some("1.1"), true, "(a) b")));
    }

    #[test]
    fn a_zone_belongs_to_the_time_of_day() {
        let t = "2024-12-07_08-00";
        for zone in [" CEST – ", " UTC: ", " (CET) - ", " [UTC+2] ", " Z - ", " GMT-03:30, ", " MEZ - "] {
            check(&format!("{t}{zone}x"), Some((t, None, true, "x")));
            check(
                &format!("**{t}{}** - x", zone.trim_end_matches([' ', '–', ':', '-', ','])),
                Some((t, None, true, "x")),
            );
            check(&format!("2024-12-07 08:00{zone}x"), Some(("2024-12-07 08:00", None, false, "x")));
            check(
                &format!("2024-12-07 - {}x", zone.trim_start()),
                Some(("2024-12-07", None, false, &format!("{}x", zone.trim_start()))),
            );
        }
        check(&format!("v1.1 ({t} UTC): x"), Some((t, Some("1.1"), true, "x")));
        check(&format!("v1.1 ({t} UTC)"), Some((t, Some("1.1"), true, "")));
        check(&format!("{t} UTC clock drifts"), Some((t, None, true, "UTC clock drifts")));
        check("2024-12-07 UTC - x", Some(("2024-12-07", None, false, "UTC - x")));
        check("2024-12-07, 08:00: x", Some(("2024-12-07, 08:00", None, false, "x")));
        check("2024-12-07, 08:00:30 - x", Some(("2024-12-07, 08:00:30", None, false, "x")));
        check("2024-12-07, 08:00 Uhr - x", Some(("2024-12-07, 08:00", None, false, "x")));
        check("2024-12-07, 8 nodes", Some(("2024-12-07", None, false, "8 nodes")));
        check("2024-12-07 | x", Some(("2024-12-07", None, false, "x")));
    }

    #[test]
    fn a_vault_may_write_its_dates_with_dots() {
        let format = StampFormat::of("YYYY.MM.DD");
        let head = Head::read("2024.10.12 - 2024.10.11 was worse", &format).unwrap();
        assert_eq!((head.timestamp, head.version), ("2024.10.12", None));
    }

    #[test]
    fn a_time_of_day_may_be_compact() {
        for (pattern, text, title) in [
            ("YYYYMMDD HHmm", "20250101 1000 Uhr – Moved", "Moved"),
            ("YYYYMMDD_HHmmss", "20250101_100000 CET - Moved", "Moved"),
            ("YYYYMMDDHHmm", "202501011000 Uhr: Moved", "Moved"),
            ("YYYYMMDD", "20250101 Uhr – Moved", "Uhr – Moved"),
            ("YYYY-MM-DD", "2025-01-01 Uhr – Moved", "Uhr – Moved"),
        ] {
            let head = Head::read(text, &StampFormat::of(pattern)).unwrap();
            assert_eq!(head.title, title, "{text}");
        }
    }

    #[test]
    fn a_vault_may_begin_its_dates_with_the_day() {
        let format = StampFormat::of("DD.MM.YYYY HH:mm");
        for (text, expected) in [
            ("03.02.2025 08:00 - x", Some(("03.02.2025 08:00", None, true))),
            ("v1.2.0 (03.02.2025 08:00) - x", Some(("03.02.2025 08:00", Some("1.2.0"), true))),
            ("1.2.0 - 03.02.2025 08:00 - x", Some(("03.02.2025 08:00", Some("1.2.0"), true))),
            ("3.2.2025 08:00 - x", Some(("3.2.2025 08:00", None, false))),
            ("03.02.25 08:00 - x", Some(("03.02.25 08:00", None, false))),
            ("3.2.25 08:00 - x", Some(("3.2.25 08:00", None, false))),
            ("03.02.2025 - x", Some(("03.02.2025", None, false))),
            ("03.02.25 - x", Some(("03.02.25", None, false))),
            ("04/02/2025 08:00 - x", Some(("04/02/2025 08:00", None, false))),
            ("3-2-2025: x", Some(("3-2-2025", None, false))),
            ("v1.1.0 (3.2.2025) - x", Some(("3.2.2025", Some("1.1.0"), false))),
            ("2025-02-03 08:00 - x", Some(("2025-02-03 08:00", None, false))),
            ("1.2.25 - x", None),
            ("1.2.2025.1 - x", None),
            ("1.12.3 - x", None),
            ("1/2 of it", None),
            ("10.5 seconds", None),
            ("192.168.10.25 moved", None),
        ] {
            let head = Head::read(text, &format);
            let valid = |h: &Head<'_>| matches!(h.reading, Some(StampReading::Valid(_)));
            assert_eq!(head.map(|h| (h.timestamp, h.version, valid(&h))), expected, "{text}");
        }
        assert!(Head::read("3.2.2025 08:00 - x", &StampFormat::default()).is_none());
    }
}
