//! Writes the first entries of a history that has none yet.

use std::borrow::Cow;

use super::content::Own;
use super::home::{self, Homes};
use super::style::Style;
use super::{NewEntry, details, new_heading, other_form, plain_head};
use crate::model::chronology::Direction;
use crate::plan::obstacle::Obstacle;
use crate::syntax::facts::masked;
use crate::syntax::history::HistorySection;
use crate::text::edit::Edit;
use crate::text::place::line_ending_at;
use crate::text::span::Span;
use crate::text::stamp::StampFormat;
use crate::vault::Note;

/// A note with histories that have no entries yet: parsed once, however many such sections it has.
pub(super) struct Unwritten<'n> {
    text: &'n str,
    own: Own<'n>,
    masked: Cow<'n, str>,
}

impl<'n> Unwritten<'n> {
    pub(super) fn of(note: &'n Note, text: &'n str) -> Self {
        Self { text, own: Own::of(note, text), masked: masked(text, &note.facts) }
    }
}

/// Returns the edit for the first entries of a section without any: a plain list below whatever stands there
/// before the next heading.
pub(super) fn entries(
    note: &Note,
    Unwritten { text, own, masked }: &Unwritten<'_>,
    section: &HistorySection,
    entries: &[NewEntry],
    habit: Direction,
    format: &StampFormat,
) -> Result<Edit, Obstacle> {
    let homes = Homes::read_all(note, text, std::slice::from_ref(section), format);
    if let Some(obstacle) = other_form::in_the_way((masked, section), (own, &homes), format) {
        return Err(obstacle);
    }
    let named = homes.heading_of(entries);
    let body = named.unwrap_or(section.body);
    let next = home::inside(note, body).next();
    let body = Span { end: next.map_or(body.end, |heading| heading.span.start), ..body };
    let end = new_heading::end_of(text, body);
    let eol = line_ending_at(text, end);
    let last = own.last_item(body, end);
    let (prefix, detail) = match &last {
        Some(last) => (last.prefix(), last.detail()),
        None => ("- ".to_owned(), details::PLAIN.to_owned()),
    };
    let style = Style::plain();
    let mut written: Vec<String> = entries
        .iter()
        .map(|e| format!("{prefix}{}{}", plain_head(e, &format.write(e.stamp)), style.body(e, &detail, eol)))
        .collect();
    if habit == Direction::NewestFirst {
        written.reverse();
    }
    let written = written.join(eol);
    Ok(match last.map(|last| last.empty) {
        // An empty item was kept for the first entry.
        Some(Some(blank)) => {
            let rest = written.get(prefix.len() - 1 + blank.len()..).unwrap_or_default();
            new_heading::behind(text, body, "", rest, eol)
        }
        Some(None) => new_heading::behind(text, body, eol, &written, eol),
        None => new_heading::below_heading(text, body, 1, &written),
    })
}
