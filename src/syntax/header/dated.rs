//! Reads the date in a value of a header, and decides what may follow it.

use std::ops::Range;

use crate::text::calendar::{self, Style};
use crate::text::number::{is_digits, split_digits};
use crate::text::stamp::{StampFormat, StampReading, property_date, slashed_date};

/// The date in a value.
pub(crate) struct Dated<'f> {
    /// Its byte range.
    pub(crate) at: Range<usize>,
    /// The date, or that no such day or time exists.
    pub(crate) reading: StampReading,
    /// The format of the date, without what programs write after a time (`.802Z`).
    pub(crate) form: &'f StampFormat,
    /// Whether the date is the name of a note that the value links to.
    pub(crate) linked: bool,
    /// Whether brackets after it belong to this date, and would be wrong after another one: ` (10:30)`, ` (Mon)`.
    pub(crate) is_bound: bool,
}

/// Marks that may surround a date.
const MARKS: [char; 5] = ['*', '_', '`', '"', '\''];

/// Reads the date that a value starts with, where at most a remark follows, or the date in the target of a link,
/// whatever text the link shows.
pub(crate) fn dated<'f>(value: &str, format: &'f StampFormat) -> Option<Dated<'f>> {
    let bare = value.trim_start_matches(MARKS);
    let opening = &value[..value.len() - bare.len()];
    let link = bare.strip_prefix("[[").and_then(|rest| rest.split_once("]]"));
    let name = link.map(|(link, _)| link.split('|').next().unwrap_or(link));
    let text = name.map_or(bare, |name| name.rsplit('/').next().unwrap_or(name));
    let start = opening.len() + name.map_or(0, |name| "[[".len() + name.len() - text.len());
    let whole = |reading, len, form| {
        let behind = text.get(len..)?;
        let behind = link.map_or(Some(behind), |(_, rest)| behind.is_empty().then_some(rest))?;
        let ends = is_remark(behind) || is_parted(closed(behind, opening)?);
        ends.then(|| Dated {
            at: start..start + len,
            reading,
            form,
            linked: link.is_some(),
            is_bound: is_bound(behind),
        })
    };
    let own = format.read_prefix(text).and_then(|(reading, len)| whole(reading, len, format));
    let other = || property_date(text).or_else(|| slashed_date(text).filter(|_| link.is_none()));
    let other = || other().and_then(|date| whole(date.reading, date.len, date.form));
    let day = || {
        let day = format.day().filter(|day| *day != format)?;
        day.read_prefix(text).and_then(|(reading, len)| whole(reading, len, day))
    };
    own.or_else(other).or_else(day)
}

/// Returns the text after the marks that close those in `opening`, which may stand before the key:
/// `**Created: x** · y`.
fn closed<'t>(text: &'t str, opening: &str) -> Option<&'t str> {
    if opening.is_empty() {
        return Some(text.strip_prefix("**").unwrap_or(text));
    }
    opening.chars().rev().try_fold(text, |rest, mark| rest.strip_prefix(mark))
}

/// Whether the text after a date has no words outside brackets: ` (by Ruth)`, ` ✅`.
pub(crate) fn is_remark(text: &str) -> bool {
    let (before, remark) = text.split_once('(').map_or((text, None), |(before, rest)| (before, Some(rest)));
    let plain = |text: &str| !text.contains(char::is_alphanumeric);
    (text.is_empty() || text.starts_with(char::is_whitespace))
        && plain(before)
        && remark.is_none_or(|rest| rest.rsplit_once(')').is_some_and(|(_, behind)| plain(behind)))
}

/// Whether the brackets of [a remark](is_remark) contain a date or a time of day, or one part of a list in them is
/// a form of one that may be another number elsewhere. That is ignored when the date is read, but it would
/// contradict another date that is written in its place.
pub(crate) fn is_bound(remark: &str) -> bool {
    let mut rest = remark;
    while let Some((before, behind)) = rest.split_once('(') {
        let (inner, behind) = behind.split_once(')').unwrap_or((behind, ""));
        if before.contains(char::is_alphanumeric) {
            return false;
        }
        if inner.split_whitespace().any(is_certain) || inner.split([',', ';']).any(is_only_time) {
            return true;
        }
        rest = behind;
    }
    false
}

/// Whether the text after a date is only [a remark](is_remark), or has a bar, a dot or a dash between blanks after
/// at most a remark: ` | Author: Ruth`, ` (CI) · see https://ci.example`. A date or a time after that sign is part
/// of the value, so the text is then not separate from the date.
fn is_parted(text: &str) -> bool {
    let is_sign = |c| matches!(c, '|' | '·' | '•' | '-' | '–' | '—');
    let sign = text.match_indices(is_sign).find_map(|(at, sign)| {
        // In a table, a bar is written `\|`.
        let before = if sign == "|" { text[..at].trim_end_matches('\\') } else { &text[..at] };
        if !before.ends_with(char::is_whitespace) {
            return None;
        }
        let behind = text[at..].trim_start_matches(is_sign);
        (behind.is_empty() || behind.starts_with(char::is_whitespace)).then_some((before, behind))
    });
    is_remark(text) || sign.is_some_and(|(before, behind)| is_remark(before) && !is_time(behind))
}

/// Whether a word says when, whatever words are around it: a time with minutes (`10:30`), a full date, the name of
/// a weekday.
fn is_certain(word: &str) -> bool {
    let plain = bare(word);
    let weekday = calendar::any_weekday(&plain);
    has_clock(word)
        || has_date(&plain)
        // `sun` and `so` are words too.
        || weekday.is_some_and(|style| style.is_full() || style.is_plain() && has_capital(word))
        || LONG_DAYS.contains(&plain.as_str())
        || calendar::is_east_asian_weekday(&plain)
}

/// Whether a word contains hours and minutes: `10:30`, `T10:30:05Z`, `~9:05`, but not `16:9` or `host:8080`.
fn has_clock(word: &str) -> bool {
    word.match_indices(':').any(|(at, _)| {
        let hours = word[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
        let minutes = word[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let below = |digits: &str, end: u32| digits.parse::<u32>().is_ok_and(|number| number < end);
        (1..=2).contains(&hours)
            && minutes == 2
            && below(&word[at - hours..at], 25)
            && below(&word[at + 1..at + 3], 60)
            && !word[..at - hours].ends_with(':')
    })
}

/// Whether a word begins with a full date: `2025-01-02`, `2/1/2025`, `2.1.2025`, `20250102`. A version may have a
/// year and dots.
fn has_date(word: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let first = digits(word);
    let Some(sign) = word[first..].chars().next() else {
        return first == 8 && is_year(word) && is_within(&word[4..6], 12) && is_within(&word[6..], 31);
    };
    let second = word[first..].strip_prefix(['-', '/', '.']).unwrap_or_default();
    let middle = digits(second);
    let third = second[middle..].strip_prefix(sign).map_or(0, digits);
    let last = second.get(middle + 1..middle + 1 + third).unwrap_or_default();
    (1..=2).contains(&middle)
        && (first == 4 && is_year(word) && sign != '.' && (1..=2).contains(&third)
            || (1..=2).contains(&first) && third == 4 && is_year(last))
}

/// Whether a text begins with a year of these times.
fn is_year(text: &str) -> bool {
    text.starts_with("19") || text.starts_with("20")
}

/// Whether a text is a number from one to `last`.
fn is_within(text: &str, last: u32) -> bool {
    text.parse().is_ok_and(|number| (1..=last).contains(&number))
}

/// Whether words are a date or a time of day and nothing else: `Wed at 10:30`, `Jan 5`, `Do, 2.1.`, but not
/// `2 PM tickets`.
fn is_only_time(words: &str) -> bool {
    let is_named = |word: &str| calendar::month(word).is_some();
    let raw: Vec<&str> = words.split_whitespace().filter(|word| !bare(word).is_empty()).collect();
    let words: Vec<String> = raw.iter().copied().map(bare).collect();
    let mut says_when = false;
    for (at, word) in words.iter().enumerate() {
        let before = at.checked_sub(1).map_or("", |before| words[before].as_str());
        let behind = words.get(at + 1).map_or("", String::as_str);
        // `2 de enero`
        let further = words.get(at + 2).map_or("", String::as_str);
        let earlier = at.checked_sub(2).map_or("", |before| words[before].as_str());
        let is_joined = |word: &str| JOINING.contains(&word);
        let is_part = is_moment(word)
            || is_day(raw[at])
            || is_named(word)
                && (is_numbered(before) || is_numbered(behind) || is_joined(before) && is_numbered(earlier))
            || is_half(word) && word != "h" && is_numbered(before);
        let is_number = is_numbered(word)
            && (is_half(behind) || is_named(behind) || is_joined(behind) && is_named(further))
            || is_named(before) && is_day_of_month(word);
        if !is_part && !is_number && !is_joined(word) && !BEFORE_TIME.contains(&word.as_str()) {
            return false;
        }
        says_when |= is_part;
    }
    says_when
}

/// Whether a word is a day alone: a weekday, also shortened (`Mi`), `2.1.` or `02/01`.
fn is_day(raw: &str) -> bool {
    let word = bare(raw);
    let is_date = || {
        let (day, month) = raw
            .strip_suffix('.')
            .and_then(|day| day.split_once('.'))
            .or_else(|| raw.split_once('/').filter(|(day, month)| day.len() == 2 && month.len() == 2))?;
        let (most, least) = (day.parse::<u32>().ok()?, month.parse::<u32>().ok()?);
        Some(is_within(day, 31) && is_within(month, 31) && most.min(least) <= 12)
    };
    let is_short = |style: Style| word.chars().count() > 2 || has_capital(raw) || style.is_full();
    calendar::any_weekday(&word).is_some_and(is_short) || is_date() == Some(true)
}

/// Whether a word has a capital at its start.
fn has_capital(word: &str) -> bool {
    word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase)
}

/// Whether one word says when, if nothing else stands beside it: `10h`, `5pm`, `2025-03`, `noon`. A year does, but
/// other plain numbers, versions and ratios do not.
fn is_moment(word: &str) -> bool {
    if TIMES.contains(&word) {
        return true;
    }
    let word = word.strip_prefix('t').unwrap_or(word);
    let is_sign = |c: char| matches!(c, '-' | '/' | '.' | ':' | '_' | '+' | 't' | 'z' | '–');
    let (number, behind) = split_digits(word);
    let is_plain = word.chars().all(|c| c.is_ascii_digit() || is_sign(c));
    match number.len() {
        1 | 2 if behind.starts_with('h') => {
            let is_hour = number.parse::<u32>().is_ok_and(|hour| hour < 24);
            is_hour && (behind.len() == 1 || behind.len() == 3 && is_digits(&behind[1..]))
        }
        1 | 2 => is_half(behind),
        4 => is_plain && (!behind.is_empty() || is_year(word)),
        _ => false,
    }
}

/// Whether a word is a number of a day, which may have an ending: `5`, `5th`.
fn is_day_of_month(word: &str) -> bool {
    let (number, ending) = split_digits(word);
    matches!(number.len(), 1 | 2) && ["", "st", "nd", "rd", "th"].contains(&ending)
}

/// Words that may precede a time of day.
const BEFORE_TIME: [&str; 9] = ["at", "um", "utc", "gmt", "cet", "cest", "ca", "about", "around"];

/// Words that may join a day and a month.
const JOINING: [&str; 4] = ["de", "of", "the", "le"];

/// Words for times of day.
const TIMES: [&str; 4] = ["noon", "midnight", "mittag", "mitternacht"];

/// Short names of weekdays with more than three letters.
const LONG_DAYS: [&str; 4] = ["tues", "weds", "thur", "thurs"];

/// Whether a word is certainly a weekday: its name, or its short form in English.
fn is_weekday(word: &str) -> bool {
    LONG_DAYS.contains(&word) || calendar::any_weekday(word).is_some_and(Style::is_plain)
}

/// Whether a word is certainly a month: its name, or its short form in English.
fn is_month_name(word: &str) -> bool {
    calendar::month(word).is_some_and(|(_, style)| style.is_plain())
}

/// Returns a word in lower case, without the punctuation and tags around it.
fn bare(mut word: &str) -> String {
    while let Some((_, behind)) = word.strip_prefix('<').and_then(|tag| tag.split_once('>')) {
        word = behind;
    }
    let word = word.split_once("</").map_or(word, |(word, _)| word);
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Whether a word begins with a digit.
fn is_numbered(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a word marks the number before it as a time of day.
fn is_half(word: &str) -> bool {
    ["am", "pm", "a.m", "p.m", "h", "uhr", "o'clock"].contains(&word)
}

/// Whether words begin with a date or a time of day: `2025-03-02`, `at 10:30`, `5 pm`, `Wed`, `Jan 5`, but not
/// `3 nodes`.
pub(super) fn is_time(words: &str) -> bool {
    let mut words = words.split_whitespace().map(bare).filter(|word| !word.is_empty()).peekable();
    while words.next_if(|word| BEFORE_TIME.contains(&word.as_str())).is_some() {}
    let Some(mut first) = words.next() else { return false };
    // `Friday` and `Friday, Jan 2` are days, but `Friday deploy` is not.
    if TIMES.contains(&first.as_str()) || is_weekday(&first) {
        while words.next_if(|word| BEFORE_TIME.contains(&word.as_str())).is_some() {}
        let Some(next) = words.next() else { return true };
        if is_numbered(&next) {
            return true;
        }
        first = next;
    }
    let next = words.next().unwrap_or_default();
    // `2 May` is a day, but `2 may be late` is not.
    let is_month =
        is_month_name(&next) && (next != "may" || words.peek().is_none_or(|word| is_numbered(word)));
    if is_month_name(&first) && is_numbered(&next) || is_numbered(&first) && is_month {
        return true;
    }
    // Programs write a time as `T10:30`.
    let is_digit = |c: char| c.is_ascii_digit();
    let first = first
        .strip_prefix('t')
        .filter(|rest| rest.starts_with(is_digit) && rest.trim_start_matches(is_digit).starts_with(':'))
        .unwrap_or(&first);
    let number = first.bytes().take_while(u8::is_ascii_digit).count();
    let behind = &first[number..];
    let is_joined = behind.starts_with(['-', '/', '.', ':', '_', 'h'])
        && behind[1..].starts_with(|c: char| c.is_ascii_digit());
    let is_timed = if behind.is_empty() { is_half(&next) } else { is_half(behind) };
    number >= 4 || (number > 0 && (is_joined || is_timed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_before_a_remark() {
        let format = StampFormat::default();
        for (value, expected) in [
            ("2025-03-01_10-00", Some("2025-03-01_10-00")),
            ("2025-03-01_10-00 (by Ruth) ✅", Some("2025-03-01_10-00")),
            ("2025-03-01_10-00 | Author: Ruth", Some("2025-03-01_10-00")),
            ("2025-03-01_10-00 \\| Ruth", Some("2025-03-01_10-00")),
            ("2025-03-01 · https://x.example/2025-03-02", Some("2025-03-01")),
            ("2025-03-01T10:20:30Z - by the build", Some("2025-03-01T10:20:30Z")),
            ("2025/03/01 – 3 nodes, 10:30", Some("2025/03/01")),
            ("2025-03-01 (CI) -- see below", Some("2025-03-01")),
            ("2025-03-01 ✅ • Ruth", Some("2025-03-01")),
            ("2025-03-01 -", Some("2025-03-01")),
            ("[[2025-03-01|1 March]] | Ruth", Some("2025-03-01")),
            ("[[days/2025-03-01]] (by Ruth)", Some("2025-03-01")),
            ("**2025-03-01** · Ruth", Some("2025-03-01")),
            ("**[[2025-03-01]]** - Ruth", Some("2025-03-01")),
            ("2025-03-01** | Ruth", Some("2025-03-01")),
            ("`2025-03-01_10-00` | Ruth", Some("2025-03-01_10-00")),
            ("2025-03-01_10-00|Ruth", None),
            ("2025-03-01 -Ruth", None),
            ("2025-03-01, perhaps", None),
            ("2025-03-01 or so - Ruth", None),
            ("2025-03-01 - 2025-04-01", None),
            ("**2025-03-01** - **2025-04-01**", None),
            ("[[2025-03-01]] | [[2025-04-01]]", None),
            ("[[2025-03-01]]s | Ruth", None),
            ("2025-03-01 | 10:30", None),
            ("2025-03-01 · 10 p.m., or so", None),
            ("2025-03-01 · 9am", None),
            ("2025-03-01 | at 10:30", None),
            ("2025-03-01 · Wed 10:30", None),
            ("2025-03-01 - Wednesday", None),
            ("2025-03-01 | T10:30", None),
            ("2025-03-01 | UTC 10:30", None),
            ("2025-03-01 | 10h30", None),
            ("2025-03-01 · ~10:30", None),
            ("2025-03-01 · @10:30", None),
            ("2025-03-01 | ==10:30==", None),
            ("2025-03-01 | <b>10:30</b>", None),
            ("2025-03-01 | 🕙 10:30", None),
            ("2025-03-01 | ⏰10:30", None),
            ("2025-03-01 | | 10:30", None),
            ("2025-03-01 · — 10:30", None),
            ("2025-03-01 - noon", None),
            ("2025-03-01 - Jan 5, 2025", None),
            ("2025-03-01 - May 5", None),
            ("2025-03-01 | Saturday, Mar 1", None),
            ("2025-03-01 | Sat, 1 March 2025", None),
            ("2025-03-01 - 1 March", None),
            ("2025-03-01 - 1. März, 10 Uhr", None),
            ("2025-03-01 - 1 May", None),
            ("2025-03-01 | Thurs", None),
            ("2025-03-01 | Friday at 10:30", None),
            ("2025-03-01 - 2 may be late", Some("2025-03-01")),
            ("2025-03-01 - 2 marchers", Some("2025-03-01")),
            ("2025-03-01 - Friday March", Some("2025-03-01")),
            ("2025-03-01 - may be late", Some("2025-03-01")),
            ("2025-03-01 - at last", Some("2025-03-01")),
            ("2025-03-01 | T1 line", Some("2025-03-01")),
            ("2025-03-01 | T1000 replaced", Some("2025-03-01")),
            ("2025-03-01 | Sam", Some("2025-03-01")),
            ("2025-03-01 - mit Ruth", Some("2025-03-01")),
            ("2025-03-01 - Sun Valley site", Some("2025-03-01")),
            ("2025-03-01 - Friday deploy", Some("2025-03-01")),
            ("2025-03-01 · Friday, 10:30", None),
            ("2025-03-01 - 1/4/2025", None),
            ("2025-03-01 | 2026", None),
            ("**2025-03-01 | Ruth", None),
            ("| 2025-03-01", None),
            ("May · 2025-03-01", None),
            ("", None),
        ] {
            let found = dated(value, &format).map(|dated| &value[dated.at]);
            assert_eq!(found, expected, "{value}");
        }
    }

    #[test]
    fn brackets_may_say_more_of_a_day() {
        let format = StampFormat::default();
        for (behind, expected) in [
            (" (10:30)", true),
            (" (Mon)", true),
            (" (10:30) | x", true),
            (" - (10:30)", true),
            (" ✅ (by Ruth) (at noon)", true),
            (" (by Ruth)", false),
            (" (3 nodes)", false),
            (" | Ruth (10:30 shift)", false),
            (" (CI, 10:30)", true),
            (" (by Ruth, 10:30)", true),
            (" (Ruth, Monday)", true),
            (" (Mon, Mar 3; CI)", true),
            (" (March 3, 2025)", true),
            (" (1. März 2025)", true),
            (" (2nd May)", true),
            (" (Wed at 10:30 UTC)", true),
            (" (🕙10:30–11:15)", true),
            (" (<b>10:30</b>)", true),
            (" (at 5 p.m.)", true),
            (" (10.30 Uhr)", true),
            (" (10h30)", true),
            (" (T10:30:05Z)", true),
            (" (2025-03-02_10-00)", true),
            (" (2025-03-02T10:00:00.5+02:00)", true),
            (" (1/4/2025)", true),
            (" (2/3)", false),
            (" (7/7 nodes)", false),
            (" (3 h outage)", false),
            (" (24 h on call)", false),
            (" (24 h)", false),
            (" (1.2)", false),
            (" (1.2.3)", false),
            (" (4.2 release)", false),
            (" (10.1.0.5)", false),
            (" (2025 audit)", false),
            (" (2 PM tickets)", false),
            (" (3 dec nodes)", false),
            // A time with minutes, a full date or a weekday binds whatever words are around it.
            (" (10:30 shift)", true),
            (" (Friday deploy)", true),
            (" (10:30 EST)", true),
            (" (10:30 MEZ)", true),
            (" (10:30 GMT+1)", true),
            (" (10:30 UTC by CI)", true),
            (" (CI 10:30)", true),
            (" (CI / 10:30)", true),
            (" (2025-01-02 10:30 by Ruth)", true),
            (" (2025-01-02 by Ruth)", true),
            (" (was 2024-12-01)", true),
            (" (by Ruth on 2/1/2025)", true),
            (" (20250102)", true),
            (" (Wed by Ruth)", true),
            (" (周三)", true),
            (" (水曜日)", true),
            (" (수요일)", true),
            (" (mercredi)", true),
            (" (by Ruth, mercredi soir)", true),
            (" (Mi)", true),
            (" (Do, 2.1.)", true),
            (" (2.1.)", true),
            (" (02/01)", true),
            (" (10h)", true),
            (" (2 janvier)", true),
            (" (2 de enero)", true),
            (" (Wednesday the 2nd)", true),
            (" (do not edit)", false),
            (" (so far, to do)", false),
            (" (mit Ruth)", false),
            (" (set by CI)", false),
            (" (host:8080)", false),
            (" (16:9)", false),
            (" (build 2025.1.2)", false),
            (" (12345678)", false),
            (" (1735808400)", false),
            (" (99/99)", false),
            (" (24h)", false),
            (" (3h outage)", false),
            (" (utc)", false),
            (" (may)", false),
            ("", false),
        ] {
            let value = format!("2025-01-02{behind}");
            assert_eq!(dated(&value, &format).map(|dated| dated.is_bound), Some(expected), "{value}");
        }
    }
}
