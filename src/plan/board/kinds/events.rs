//! Rows of the events board: the newest history entries.

use std::collections::HashMap;

use crate::model::chronology::{Direction, direction, shared};
use crate::plan::board::Source;
use crate::plan::board::cell::Cell;
use crate::plan::board::demand::Asked;
use crate::plan::board::table::{Column, Columns, Table};
use crate::plan::history::habit;
use crate::syntax::history::HistoryEntry;
use crate::syntax::title_form::Forms;
use crate::vault::Note;

/// The number of events that are shown by default.
pub(in crate::plan::board) const EVENTS: usize = 10;

/// The column of log templates, which is made only on demand because matching entries takes time.
pub(in crate::plan::board) const TEMPLATE: &str = "template";

/// Returns the history entries of the vault, newest first.
pub(in crate::plan::board) fn events(source: &Source<'_>, asked: &Asked<'_>) -> Table {
    let habit = habit(source.vault);
    let notes = source.vault.system_notes().filter(|(_, note)| !note.is_template());
    let mut entries: Vec<_> = notes
        .flat_map(|(_, note)| newest_first(note, habit))
        .filter_map(|(note, entry)| Some((entry.stamp?, note, entry)))
        .collect();
    // The sort is stable: entries of one note with the same time keep their order.
    entries.sort_by(|a, b| b.0.time().cmp(&a.0.time()).then_with(|| a.1.path.cmp(&b.1.path)));
    let mut forms = HashMap::new();
    let events = entries.into_iter().take(asked.rows(EVENTS)).map(|(_, note, entry)| {
        let template = if asked.names(TEMPLATE) {
            let templates = &note.facts.system().templates;
            let forms = forms
                .entry(note.path.as_str())
                .or_insert_with(|| Forms::of(templates.iter().map(|template| &template.title)));
            forms.first(entry.title()).and_then(|at| templates.get(at))
        } else {
            None
        };
        Event { note, entry, template: template.map(|template| template.label.as_str()) }
    });
    let columns = Columns::new()
        .with(Column::new("timestamp", "Timestamp"), |event: &Event<'_>| Cell::text(event.entry.timestamp()))
        .with(Column::new("component", "Component"), |event| Cell::link(&event.note.path, event.note.title()))
        .with(Column::new("event", "Event"), |event| Cell::text(&titled(event.entry)))
        .with(Column::on_demand("details", "Details"), |event| {
            Cell::text(&event.entry.details().collect::<Vec<_>>().join("; "))
        })
        .with(Column::on_demand(TEMPLATE, "Template"), |event| Cell::text(event.template?))
        .with(Column { by_default: false, ..Column::version("version", "Version") }, |event| {
            Cell::text(event.entry.version()?)
        });
    Table { empty: "No recent events", limit: Some(EVENTS), ..columns.table(events) }
}

/// A history entry, with what a row shows of it.
struct Event<'v> {
    note: &'v Note,
    entry: &'v HistoryEntry,
    /// The label of the log template that it follows, if that is asked for.
    template: Option<&'v str>,
}

/// Returns the title of an entry, with its version.
fn titled(entry: &HistoryEntry) -> String {
    match entry.version() {
        Some(version) => format!("v{version}: {}", entry.title()),
        None => entry.title().to_owned(),
    }
}

/// Returns the entries of a note, each list from its newest end. For entries with the same time, only their places
/// tell which one is later. If the times of a list do not tell its order, it has that of most lists of the note,
/// or else of the vault.
fn newest_first(note: &Note, habit: Direction) -> impl Iterator<Item = (&Note, &HistoryEntry)> {
    let system = note.facts.system();
    let own = shared(system.entry_lists()).unwrap_or(habit);
    let lists = turned(system.entry_lists(), own);
    let entries = lists.flat_map(move |list| turned(list.iter(), direction(list).unwrap_or(own)));
    entries.map(move |entry| (note, entry))
}

/// Returns things that are in this order, newest first.
fn turned<T>(all: impl Iterator<Item = T>, direction: Direction) -> impl Iterator<Item = T> {
    let mut all: Vec<T> = all.collect();
    if direction == Direction::OldestFirst {
        all.reverse();
    }
    all.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::vault::Vault;

    #[test]
    fn templates_are_looked_for_where_a_board_asks_for_them() {
        let note = "# A\n\n## Change Log Templates\n\n- Updates: 'YYYY-MM-DD_HH-mm - Updated [x]'\n\n\
                    ## Modification History\n\n- 2025-01-01_00-00 - Updated a\n";
        let vault = Vault::of_texts(Config::default(), &[("a.md", note)]);
        for (attribute, expected) in [
            (("sort", "event"), ""),
            (("where", "template = Updates"), "Updates"),
            (("columns", "template"), "Updates"),
        ] {
            let attributes = [attribute].into_iter().collect();
            let table = events(&Source::new(&vault, &[]), &Asked::by(&attributes));
            let cells: Vec<_> =
                table.rows.iter().map(|row| row[4].as_ref().map_or("", Cell::shown)).collect();
            assert_eq!(cells, [expected], "{attribute:?}");
        }
    }
}
