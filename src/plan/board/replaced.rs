//! Compares hand-written content with the board that is to replace it, because whatever the board does not show
//! would be lost.

use std::collections::{HashMap, HashSet};

use super::cell::{read_cell, read_link};
use crate::syntax::block_start::list_marker;
use crate::syntax::markdown;
use crate::syntax::outline::{Outline, Row, Table};
use crate::text::fold::{fold, undecorated};
use crate::text::line::line_start;
use crate::text::message::few;
use crate::text::path;
use crate::text::span::Span;

/// The most missing items of one kind that are named.
const NAMED: usize = 5;

/// What the board shows.
pub(super) struct Showing<'b> {
    /// The text of the board.
    pub(super) rendered: &'b str,
    /// The title of the column that identifies its rows.
    pub(super) key: &'b str,
    /// Whether its rows are about notes: then a link to a note identifies a row, whatever it shows.
    pub(super) of_notes: bool,
    /// The title of the column that groups its rows, which stands above them.
    pub(super) group: Option<&'b str>,
    /// The text that the board shows when it has no rows.
    pub(super) empty: &'b str,
}

/// Says what a board does not show of a table; `None` if nothing would be lost. A value that differs on the board
/// is not lost, because the notes have it.
pub(super) fn lost_of_table(text: &str, table: &Table, showing: &Showing<'_>) -> Option<String> {
    let outline = markdown::outline(showing.rendered, 0);
    let titles = |table: &Table, text: &str| -> Vec<String> {
        table.header.iter().map(|cell| key(cell.of(text))).collect()
    };
    let own = titles(table, text);
    // All groups have the same columns.
    let there = outline.tables.first().map(|table| titles(table, showing.rendered)).unwrap_or_default();
    let group = showing.group.map(key);
    // The first column says what a row is about, whatever its title.
    let by = own.iter().position(|title| *title == key(showing.key)).unwrap_or(0);
    let named = there.iter().position(|title| *title == key(showing.key));
    let shown = named.map(|at| shown_rows(&outline, showing.rendered, at)).unwrap_or_default();
    let place = |column: usize| {
        if column == by { named } else { there.iter().position(|title| Some(title) == own.get(column)) }
    };
    let is_said =
        |row: &Row, column: usize| row.cells.get(column).is_some_and(|cell| says_something(cell.of(text)));
    let columns = (0..own.len()).filter(|column| {
        let shown = place(*column).is_some() || own.get(*column) == group.as_ref();
        !shown && table.rows.iter().any(|row| is_said(row, *column))
    });
    let columns: Vec<String> = columns.map(|column| table.header[column].of(text).to_owned()).collect();
    let (mut missing, mut values) = (Vec::new(), Vec::new());
    for row in table.rows.iter().filter(|row| (0..row.cells.len()).any(|column| is_said(row, column))) {
        let name = row.cells.get(by).map_or("", |cell| cell.of(text));
        let known = names(name).into_iter().filter_map(|name| shown.get(&name)).flatten();
        let is_it = |cell: &str| {
            if showing.of_notes { is_of_note(cell, name) } else { key(cell) == key(name) }
        };
        let Some((_, twin)) = known.into_iter().find(|(cell, _)| is_it(cell)) else {
            missing.push(name.to_owned());
            continue;
        };
        for (column, title) in table.header.iter().enumerate() {
            let shown = place(column).and_then(|at| twin.cells.get(at));
            if shown.is_some_and(|cell| !says_something(cell.of(showing.rendered))) && is_said(row, column) {
                values.push(format!("{}` of `{name}", title.of(text)));
            }
        }
    }
    said([("row", missing), ("column", columns), ("value", values)])
}

/// Like [`lost_of_table`], for a list.
pub(super) fn lost_of_list(list: &str, showing: &Showing<'_>) -> Option<String> {
    let there: HashSet<String> = showing.rendered.lines().chain([showing.empty]).map(item).collect();
    let lines = list.lines().filter(|line| says_something(line) && !there.contains(&item(line)));
    let lines: Vec<String> = lines.map(|line| unmarked(line).to_owned()).collect();
    said([("line", lines)])
}

fn said<const N: usize>(kinds: [(&str, Vec<String>); N]) -> Option<String> {
    let named = kinds.into_iter().filter(|(_, names)| !names.is_empty()).map(|(kind, names)| {
        let plural = if names.len() == 1 { "" } else { "s" };
        format!("the {kind}{plural} {}", few(names.iter().map(|name| format!("`{name}`")), NAMED))
    });
    let named: Vec<String> = named.collect();
    (!named.is_empty()).then(|| named.join(", "))
}

/// Returns what a cell shows, for comparison: a link without a text shows its note.
fn key(cell: &str) -> String {
    let shown = match (read_link(cell).filter(|_| cell.contains('|')), target(cell)) {
        (Some(link), _) => link.shown,
        (None, Some(target)) => path::file_name(target).to_owned(),
        (None, None) => read_cell(cell),
    };
    fold(undecorated(&shown)).into_owned()
}

/// Returns the rows of a board by all names for what they are about.
fn shown_rows<'b>(
    outline: &'b Outline,
    board: &'b str,
    column: usize,
) -> HashMap<String, Vec<(&'b str, &'b Row)>> {
    let mut shown: HashMap<String, Vec<(&str, &Row)>> = HashMap::new();
    for row in outline.tables.iter().flat_map(|table| &table.rows) {
        let Some(cell) = row.cells.get(column).map(|cell| cell.of(board)) else { continue };
        for name in names(cell) {
            shown.entry(name).or_default().push((cell, row));
        }
    }
    shown
}

/// Returns the names for what a cell is about: its text, and the name of the file that it links to.
fn names(cell: &str) -> Vec<String> {
    let target = target(cell).map(|target| fold(path::file_name(path::without_md(target))).into_owned());
    std::iter::once(key(cell)).chain(target).collect()
}

/// Returns the path of a cell that is nothing but a link.
fn target(cell: &str) -> Option<&str> {
    let link = undecorated(cell).strip_prefix("[[")?.strip_suffix("]]")?;
    Some(link.split(['|', '\\', '#']).next().unwrap_or(link).trim())
}

/// Whether a row of a board is about the note that a person has named: by a link to it, its title or its file.
fn is_of_note(cell: &str, name: &str) -> bool {
    match (target(cell).map(fold), target(name).map(fold)) {
        (Some(path), Some(target)) => {
            let before = path.strip_suffix(path::without_md(&target));
            before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
        }
        (Some(path), None) if key(name) == path::file_name(&path) => true,
        _ => key(cell) == key(name),
    }
}

/// Whether a text says more than a dash for nothing.
fn says_something(text: &str) -> bool {
    !text.trim_matches(|c: char| c.is_whitespace() || "-–—*+".contains(c)).is_empty()
}

fn item(line: &str) -> String {
    fold(undecorated(unmarked(line))).into_owned()
}

/// Returns a line without its bullet or number.
fn unmarked(line: &str) -> &str {
    let line = line.trim();
    let item = list_marker(line).map(|(_, item)| item.trim_start());
    item.filter(|item| !item.is_empty()).unwrap_or(line)
}

/// Returns the span of a table without a block id directly below it, which `CommonMark` takes for a row. The id
/// stays, behind the board.
pub(super) fn without_id(text: &str, table: &Table) -> Span {
    let written = table.span.of(text);
    let (above, below) = written.split_at(line_start(written, written.len()));
    if !below.starts_with('^') || table.rows.last().is_some_and(|row| row.span.end == table.span.end) {
        return table.span;
    }
    Span { end: table.span.start + above.trim_end_matches(['\r', '\n']).len() as u32, ..table.span }
}
