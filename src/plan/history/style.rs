//! The style of the entries in a list, and new entries in that style.

use std::borrow::Cow;

use super::details::{self, Details};
use super::{NewEntry, number_behind, plain_head};
use crate::syntax::history::{
    HistoryEntry, behind_separator, behind_zone, brackets_close, closes_its_marks, is_separator, title_on,
};
use crate::syntax::markdown::without_block_id;
use crate::syntax::reading::{outside_comments, uncommented};
use crate::text::line::line_before;
use crate::text::marks::MARKS;
use crate::text::span::Span;
use crate::text::stamp::{Precision, StampFormat, property_date};

/// The style of the entries in a list.
pub(super) struct Style {
    /// Blank lines between two entries.
    pub(super) between: usize,
    /// Blank lines between the title and the first detail.
    pub(super) before_details: usize,
    /// Blank lines between two details.
    pub(super) between_details: usize,
    /// The prefix of the first detail: indent, and bullet or number. Some entries need a deeper one.
    pub(super) detail: String,
}

impl Style {
    /// Returns the style of a list without entries.
    pub(super) fn plain() -> Self {
        Self { between: 0, before_details: 0, between_details: 0, detail: details::PLAIN.to_owned() }
    }

    pub(super) fn of(text: &str, list: &[HistoryEntry]) -> Self {
        let gaps = list.windows(2).map(|pair| Span { start: pair[0].reach.end, end: pair[1].span.start });
        let details = list.iter().rev().find_map(|entry| Details::of(text, entry));
        let blank = |gap: Span| Self::blank_lines(gap.of(text));
        let before_details = details.as_ref().map_or(0, |d| d.before);
        Self {
            between: gaps.map(blank).next_back().unwrap_or(before_details),
            before_details,
            between_details: details.as_ref().map_or(0, |d| d.between),
            detail: details.map_or_else(|| details::prefix_in(text, list), |d| d.prefix),
        }
    }

    /// Counts the blank lines at the start of a text.
    pub(super) fn blank_lines(behind: &str) -> usize {
        let blank = &behind[..behind.len() - behind.trim_start().len()];
        blank.matches('\n').count().saturating_sub(1)
    }

    /// Returns an entry in the style of its neighbour, without a line ending.
    pub(super) fn write(
        &self,
        text: &str,
        neighbour: &HistoryEntry,
        entry: &NewEntry,
        (format, eol): (&StampFormat, &str),
        behind: u64,
    ) -> String {
        let item = neighbour.span.start as usize;
        let content = neighbour.place.span.start as usize;
        let lead = line_before(text, item);
        // A logged entry is done, even if its neighbour is an open task.
        let marker = number_behind(&own_marker(&text[item..content]), behind).replace("[ ]", "[x]");
        let head = head(text, neighbour, entry, format);
        let body = self.body(entry, &details::below(lead, &marker, &self.detail), eol);
        format!("{lead}{marker}{head}{body}")
    }

    pub(super) fn body(&self, entry: &NewEntry, prefix: &str, eol: &str) -> String {
        let mut out = String::new();
        for (i, detail) in entry.details.iter().enumerate() {
            let blank = if i == 0 { self.before_details } else { self.between_details };
            out.push_str(&eol.repeat(1 + blank));
            out.push_str(&number_behind(prefix, i as u64));
            out.push_str(detail);
        }
        out
    }
}

/// Returns timestamp and title in the form of the neighbour: with its emphasis, separator and brackets.
fn head(text: &str, neighbour: &HistoryEntry, entry: &NewEntry, format: &StampFormat) -> String {
    let line = neighbour.place.span.of(text);
    // A comment is not part of the separator before the title, and belongs to its own entry only.
    let line = &*without_comments(line).map_or(Cow::Borrowed(line), Cow::Owned);
    let is_hidden = |title: &str| ["%%", "<!--"].iter().any(|open| title.starts_with(open));
    let stamp = form(neighbour, entry, format).write(entry.stamp);
    let pieces = || {
        let at = line.find(neighbour.timestamp())?;
        let rest = &line[at + neighbour.timestamp().len()..];
        // Other text in the brackets, such as a name, is about the neighbour alone.
        let rest = &rest[brackets_close(&line[..at], rest).unwrap_or_default()..];
        let shown = title_on(line, format).filter(|title| !title.is_empty() && !is_hidden(title))?;
        let title = rest.find(&shown)?;
        let front = match (neighbour.version(), &entry.version) {
            (Some(old), Some(new)) => line[..at].replacen(old, new, 1),
            (None, None) => line[..at].to_owned(),
            _ => return None,
        };
        let separator = match &rest[..title] {
            blank if blank.trim().is_empty() => behind_time(&shown).unwrap_or(blank),
            separator => separator,
        };
        let separator = &*without_zone(separator);
        // Marks that are closed behind the title were opened before it, so they are repeated.
        let behind = &rest[title + shown.len()..];
        let behind = without_block_id(behind).trim_end();
        let closing = &behind[behind.trim_end_matches(MARKS).len()..];
        // A changelog tag that names the version of its entry gets the version of the new one.
        let tag = tag(neighbour, entry.version.as_deref());
        let is_shut = !front.contains(['(', '[', '（']) || separator.contains([')', ']', '）']);
        let is_whole =
            is_shut && is_separator(separator) && closes_its_marks(&format!("{front}x{separator}x{closing}"));
        // Without a separator, what follows the timestamp is set off by its own first sign, such as a link, a tag
        // or another script, and the form cannot be copied.
        (is_whole && !separator.is_empty() && !is_set_off(separator, &shown))
            .then(|| format!("{front}{stamp}{separator}{}{tag}{closing}", entry.title))
    };
    pieces().unwrap_or_else(|| plain_head(entry, &stamp))
}

/// Whether a title behind nothing but blanks begins with a sign that stands alone, and so is a separator that is
/// not read: `~ Moved`.
fn is_set_off(separator: &str, title: &str) -> bool {
    let sign = title.split(char::is_whitespace).next().unwrap_or_default();
    let is_sign = |c: char| c.is_ascii_punctuation() || matches!(c, '»' | '›' | '≫' | '⟶' | '➜' | '➔' | '▸');
    separator.trim().is_empty() && sign.len() < title.len() && sign.chars().all(is_sign)
}

/// Returns the bullet or number of an item, without a comment on a line between it and the text.
fn own_marker(marker: &str) -> Cow<'_, str> {
    let Some(shown) = uncommented(marker) else { return Cow::Borrowed(marker) };
    let bare = shown.trim_end();
    Cow::Owned(if bare.len() < shown.len() && shown.contains('\n') { format!("{bare} ") } else { shown })
}

/// Returns a line without its comments and the blanks that they leave; `None` if it has no comment. A blank
/// behind a mark that opens, or before one that closes, would keep the mark from that.
fn without_comments(line: &str) -> Option<String> {
    let mut pieces = outside_comments(line)?.into_iter().peekable();
    let mut shown = pieces.next()?.to_owned();
    while let Some(piece) = pieces.next() {
        if piece.is_empty() && pieces.peek().is_some() {
            continue;
        }
        let before = shown.trim_end();
        let is_open = before.is_empty() || opens(before);
        if is_open || piece.trim_start().is_empty() || piece.starts_with(char::is_whitespace) || closes(piece)
        {
            shown.truncate(before.len());
        }
        let own = piece.trim_start();
        let gap = &piece[..piece.len() - own.len()];
        if !is_open {
            shown.push_str(if gap.contains('\n') {
                gap
            } else {
                gap.split_inclusive(char::is_whitespace).next().unwrap_or_default()
            });
        }
        shown.push_str(own);
    }
    Some(shown)
}

/// Whether a text ends with marks that open something.
fn opens(text: &str) -> bool {
    let before = text.trim_end_matches(['*', '_', '`', '~', '=', '(', '[', '（']);
    before.len() < text.len() && before.chars().next_back().is_none_or(char::is_whitespace)
}

/// Whether a text begins with marks that close something.
fn closes(text: &str) -> bool {
    let behind = text.trim_start_matches(['*', '_', '`', '~', '=', ')', ']', '）']);
    behind.len() < text.len() && !behind.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '(' | '['))
}

/// Returns the text between a timestamp and a title without the time zone: a new entry has the local time of the
/// vault, whose zone may differ from its neighbour's.
fn without_zone(separator: &str) -> Cow<'_, str> {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '*' | '_' | '`' | ')' | ']' | '）');
    let (before, zone) = separator.split_at(separator.len() - separator.trim_start_matches(is_end).len());
    let behind = behind_zone(zone).map(|behind| [before.trim_end(), behind].concat());
    behind.map_or(Cow::Borrowed(separator), Cow::Owned)
}

/// Returns the changelog tag of a new entry, with a blank before it, if its neighbour's tag is the neighbour's
/// version.
fn tag(neighbour: &HistoryEntry, version: Option<&str>) -> String {
    let tagged = || {
        let tag = neighbour.changelog()?;
        let sign = if tag.starts_with('v') { "v" } else { "" };
        (neighbour.version() == tag.get(sign.len()..)).then_some(())?;
        Some(format!(" [changelog#{sign}{}]", version?))
    };
    tagged().unwrap_or_default()
}

/// Returns the format of a new entry's timestamp: that of its neighbour, if that is a date of Obsidian's form,
/// can be read, and is a plain day or has a time as the new entry does; else the vault's own.
fn form<'f>(neighbour: &HistoryEntry, entry: &NewEntry, format: &'f StampFormat) -> &'f StampFormat {
    let written = neighbour.timestamp();
    if format.read(written).is_some() {
        return format;
    }
    let own = plain_form(written, format);
    let fits = |own: &StampFormat| match own.precision() {
        Precision::Day => entry.stamp.precision == Precision::Day,
        _ => neighbour.stamp.is_some() && entry.stamp.precision > Precision::Day,
    };
    own.filter(|own| fits(own)).unwrap_or(format)
}

/// Returns the format of a timestamp that is not in the vault's full form: that of properties, or the day in the
/// vault's form.
fn plain_form<'f>(written: &str, format: &'f StampFormat) -> Option<&'f StampFormat> {
    let property = property_date(written).filter(|date| date.len == written.len()).map(|date| date.form);
    property.or_else(|| format.day().filter(|day| day.read(written).is_some()))
}

/// Whether all entries of a list have dates without times.
pub(super) fn holds_dates(list: &[HistoryEntry], format: &StampFormat) -> bool {
    list.iter().all(|entry| {
        plain_form(entry.timestamp(), format).is_some_and(|form| form.precision() == Precision::Day)
    })
}

/// Returns the text between the date and the intended title if it is the rest of a timestamp: `(Sat) 09:00 -
/// Moved`. Returns `None` if the title does not begin with one.
fn behind_time(title: &str) -> Option<&str> {
    let mut rest = title;
    loop {
        let next = rest.trim_start();
        let behind = match next.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            Some((_, behind)) => behind,
            None => match clock(next) {
                Some(len) => &next[len..],
                None => break,
            },
        };
        rest = behind;
    }
    let after = behind_separator(rest.trim_start()).filter(|_| rest.len() < title.len())?;
    Some(&rest[..rest.len() - after.trim_start().len()])
}

/// Returns the length of a time of day at the start of a text: `9:00`, `09.00:30`.
fn clock(text: &str) -> Option<usize> {
    let len = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(text.len());
    let numbers: Vec<&str> = text[..len].split([':', '.']).collect();
    let is_clock =
        (2..=3).contains(&numbers.len()) && numbers.iter().all(|number| (1..=2).contains(&number.len()));
    is_clock.then_some(len)
}
