//! Plans a new board under a heading, already filled in.

use super::cell::read_cell;
use super::demand::Asked;
use super::replaced::{self, Showing};
use super::{Kind, Shape, Source, render};
use crate::model::finding::Finding;
use crate::plan::history::past_blanks;
use crate::plan::obstacle::{CONTRADICTION, Refused, obstacle_to_lines, with_comment_closed};
use crate::syntax::board::{Attributes, Board, end_marker, start_marker};
use crate::syntax::markdown;
use crate::syntax::outline::Outline;
use crate::text::edit::{Edit, Edits};
use crate::text::fold::{fold, undecorated};
use crate::text::place::{LineIndex, line_ending_at};
use crate::text::span::Span;
use crate::vault::{Note, NoteId, Vault};

/// A board that is to be added.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewBoard<'n> {
    /// The kind of board.
    pub kind: &'n str,
    /// The attributes for its marker.
    pub attributes: &'n Attributes,
    /// The index of the heading that it goes under.
    pub heading: usize,
    /// Whether it replaces a hand-written table or list of its shape under that heading.
    pub replace: bool,
}

/// Returns the edits that add a board under a heading, behind what stands there. The board is filled in, except in
/// a template note. `feed` gives the findings that boards may show.
///
/// # Errors
/// The note is broken, the kind or an attribute is unknown, the section has a board of that kind already, or a
/// person has written something of its shape there.
pub(crate) fn plan(
    vault: &Vault,
    id: NoteId,
    new: NewBoard<'_>,
    feed: impl Fn(&Vault) -> Vec<Finding>,
) -> Result<Edits, Refused> {
    let (Some(note), Some(text)) = (vault.note(id), vault.text(id)) else {
        return Err("the note is not text".into());
    };
    if let Some(obstacle) = obstacle_to_lines(note, &text) {
        return Err(format!("line {}: {}", obstacle.line, obstacle.message).into());
    }
    let marker = start_marker(new.kind, new.attributes)?;
    let section = own_text(note, &text, new.heading);
    let lines = LineIndex::new(&text);
    let boards = &note.facts.system().boards;
    if let Some(there) = boards.iter().find(|b| b.kind == new.kind && section.contains(b.place.span)) {
        let message = format!("there already is a board `{}`, on line {}", new.kind, there.place.line);
        return Err(message.into());
    }
    let alike: Vec<Span> = alike(vault, note, &text, new.kind, section);
    let place = match (&alike[..], new.replace) {
        ([], false) => None,
        ([], true) => {
            return Err(nothing_to_replace(vault, new.kind));
        }
        ([one], true) => Some(replaceable(note, &text, new.kind, *one)?),
        ([first, ..], false) => {
            let line = lines.line(first.start);
            return Err(Refused::new(
                format!("a board `{}` would repeat the table or list that line {line} holds", new.kind),
                "`--replace` puts the board in its place",
            ));
        }
        (several, true) => {
            let lines: Vec<String> = several.iter().map(|span| lines.line(span.start).to_string()).collect();
            return Err(format!(
                "more than one table or list could be replaced, on lines {}: put the board there by hand",
                lines.join(", ")
            )
            .into());
        }
    };
    let markers = inserted(&text, section, place, &marker);
    let at = markers.span.start as usize + markers.text.find(&marker).unwrap_or(0);
    let markers = Edits::of([markers]).ok_or(CONTRADICTION)?;
    let with_markers = markers.apply(&text).ok_or("the edits do not fit")?;
    let after = vault.with_texts(&[(id, with_markers.clone())]);
    let board = after.note(id).and_then(|note| added(note, at, boards.len()));
    let board = board.ok_or_else(|| unread(&with_markers, at))?;
    let closed = with_comment_closed(vault, id, &with_markers);
    if closed.note(id).and_then(|note| added(note, at, boards.len())).is_none() {
        return Err(Refused::in_a_comment("the new board"));
    }
    let findings = feed(&after);
    let source = Source::new(&after, &findings);
    let rendered = render(&source, board)?;
    if let Some(place) = place
        && let Some(what) = not_shown(&source, new, &rendered, (&text, place))
    {
        let line = lines.line(place.start);
        return Err(Refused::new(
            format!("line {line} has what the board would not show: {what}"),
            "move that elsewhere, or delete it if nobody needs it",
        ));
    }
    if note.is_template() {
        // A template note is a pattern, and no sync would bring rows in it up to date.
        return Ok(markers);
    }
    let filled = Edits::of(super::edits(&rendered, &with_markers, board)).ok_or(CONTRADICTION)?;
    Ok(markers.then(&filled))
}

/// Returns the board that begins at byte `at`, if its markers are the only change to boards.
fn added(note: &Note, at: usize, before: usize) -> Option<&Board> {
    let system = note.facts.system();
    let whole = system.marker_that_stops_writes().is_none() && system.boards.len() == before + 1;
    system.boards.iter().find(|board| whole && board.place.span.start as usize == at)
}

/// Says why a marker at this byte would not begin a board.
fn unread(text: &str, at: usize) -> Refused {
    let outline = markdown::outline_of(text);
    if outline.opaque_at(at as u32).is_some_and(|around| (around.start as usize) < at) {
        let way_out = "close the comment or other block that it would stand in";
        return Refused::new("the new board would not be read as one", way_out);
    }
    "a marker would not be alone on its line there; put the board in by hand".into()
}

/// Returns the text between a heading and the next one of any level.
fn own_text(note: &Note, text: &str, heading: usize) -> Span {
    let start = note.facts.headings.get(heading).map_or(0, |h| h.span.end);
    let next = note.facts.headings.get(heading + 1).map_or(text.len() as u32, |h| h.span.start);
    Span { start, end: next.max(start) }
}

/// Finds what a person has written in a section in the shape of a board: a table that shares two columns with it,
/// or for alerts a list. The content of boards does not count.
fn alike(vault: &Vault, note: &Note, text: &str, kind: &str, section: Span) -> Vec<Span> {
    let boards = &note.facts.system().boards;
    let own = |span: Span| {
        section.contains(span)
            && !boards.iter().any(|board| board.body.start <= span.start && span.start < board.body.end)
    };
    let outline = markdown::outline_of(text);
    match Kind::named(kind) {
        Some(Kind::Alerts) => lists(&outline).into_iter().filter(|span| own(*span)).collect(),
        Some(kind) => {
            let titles = kind.titles(&Source::new(vault, &[]));
            let shared = |table: &&crate::syntax::outline::Table| {
                let cells = table.header.iter().map(|cell| read_cell(cell.of(text)));
                cells.filter(|cell| titles.contains(&*fold(undecorated(cell)))).count() >= 2
            };
            let tables = outline.tables.iter().filter(|table| !table.nested && own(table.span));
            tables.filter(shared).map(|table| replaced::without_id(text, table)).collect()
        }
        None => Vec::new(),
    }
}

/// Returns the lists that are not nested in other blocks.
fn lists(outline: &Outline) -> Vec<Span> {
    let mut lists: Vec<(u32, Span)> = Vec::new();
    for item in outline.items.iter().filter(|item| item.parent.is_none() && !item.quoted) {
        match lists.last_mut() {
            Some((list, span)) if *list == item.list => *span = span.join(item.span),
            _ => lists.push((item.list, item.span)),
        }
    }
    lists.into_iter().map(|(_, span)| span).collect()
}

/// Returns the error for a section that has nothing of the board's shape.
fn nothing_to_replace(vault: &Vault, kind: &str) -> Refused {
    let titles = Kind::named(kind).map(|kind| kind.titles(&Source::new(vault, &[]))).unwrap_or_default();
    let mut titles: Vec<String> = titles.iter().map(|title| format!("`{title}`")).collect();
    titles.sort_unstable();
    match Kind::named(kind) {
        Some(Kind::Alerts) => "there is no list under that heading for it to replace".into(),
        Some(kind) if matches!(kind.shape(), Shape::Table(_)) => {
            let titles = titles.join(", ");
            format!(
                "there is no table under that heading for it to replace, with two of the columns {titles}"
            )
            .into()
        }
        _ => {
            Refused::new(format!("a board `{kind}` cannot replace a table or list"), "leave out `--replace`")
        }
    }
}

/// Says what the board would not show of the table or list that it replaces.
fn not_shown(
    source: &Source<'_>,
    new: NewBoard<'_>,
    rendered: &str,
    (text, place): (&str, Span),
) -> Option<String> {
    let kind = Kind::named(new.kind)?;
    let (Shape::Table(rows) | Shape::List(rows)) = kind.shape() else { return None };
    let shown = rows(source, &Asked::by(new.attributes));
    let title = |key: &str| shown.columns.iter().find(|column| column.key == key).map(|c| c.title.as_str());
    let group = new.attributes.get("group-by");
    let showing = Showing {
        rendered,
        key: title(kind.key()).unwrap_or_default(),
        of_notes: kind == Kind::Components,
        group: group.or(shown.group_by).and_then(title),
        empty: shown.empty,
    };
    if matches!(kind.shape(), Shape::List(_)) {
        return replaced::lost_of_list(place.of(text), &showing);
    }
    let outline = markdown::outline_of(text);
    let table = outline.tables.iter().find(|table| table.span.start == place.start);
    replaced::lost_of_table(text, table?, &showing)
}

/// Checks that a board may replace this text. A block id must stay, since links may name it. A board of metrics
/// must not replace the figures that it is made from, nor the thresholds of alerts, which it does not show.
fn replaceable(note: &Note, text: &str, kind: &str, span: Span) -> Result<Span, Refused> {
    let outline = markdown::outline_of(text);
    let mut ids = outline.block_ids.iter().chain(&outline.quoted_ids);
    if let Some(id) = ids.find(|id| span.contains(**id)) {
        let line = LineIndex::new(text).line(id.start);
        return Err(Refused::new(
            format!("line {line} has the block id `^{}`, which links may name", id.of(text)),
            "take it out first, and the links to it",
        ));
    }
    if Kind::named(kind) != Some(Kind::Metrics) {
        return Ok(span);
    }
    if let Some(metric) = note.facts.system().metrics.iter().find(|metric| span.contains(metric.place.span)) {
        return Err(format!(
            "line {} holds figures that the board is made from: move them to another note first",
            metric.place.line
        )
        .into());
    }
    let titles = span.of(text).lines().next().unwrap_or_default();
    if fold(titles).contains("threshold") {
        let line = LineIndex::new(text).line(span.start);
        return Err(format!("line {line} has thresholds, which the board would not show").into());
    }
    Ok(span)
}

/// Returns the edit that writes both markers with a blank line around them: in place of `place`, or behind all
/// that stands in the section.
fn inserted(text: &str, section: Span, place: Option<Span>, marker: &str) -> Edit {
    let eol = line_ending_at(text, section.start as usize);
    let span = place.unwrap_or_else(|| {
        Span::at(past_blanks(text, section.start as usize + section.of(text).trim_end().len()))
    });
    let markers = format!("{marker}{eol}{}", end_marker(None));
    let (before, after) = (&text[..span.start as usize], &text[span.end as usize..]);
    // A table or a list begins at the start of a line, while the end of the section is the end of one.
    let gap = |missing: usize| eol.repeat(missing);
    let blank_before = before.ends_with("\n\n") || before.ends_with("\n\r\n") || before.is_empty();
    let lead = match (place.is_some(), before.ends_with('\n')) {
        (true, true) => gap(usize::from(!blank_before)),
        _ => gap(2),
    };
    let rest = after.trim_start_matches('\r').strip_prefix('\n');
    let trail = match rest {
        None if after.is_empty() => String::new(),
        None => gap(2),
        Some(rest) if rest.is_empty() || rest.starts_with('\n') || rest.starts_with("\r\n") => String::new(),
        Some(_) => gap(1),
    };
    Edit::replace(span, format!("{lead}{markers}{trail}"))
}
