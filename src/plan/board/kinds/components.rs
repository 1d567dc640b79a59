//! Rows of the components board: notes with a header.

use std::collections::{BTreeMap, HashMap};

use crate::model::level::Level;
use crate::plan::board::Source;
use crate::plan::board::cell::{Cell, cell};
use crate::plan::board::demand::Asked;
use crate::plan::board::table::{Column, Columns, Holds, Table};
use crate::syntax::header::{Header, HeaderField, keys};
use crate::systems::members;
use crate::vault::Note;

/// Returns the notes with a header, in the order of paths. Every further key of a header is a column on demand:
/// `Load` is `load`, `Context Layer` is `context-layer`.
pub(in crate::plan::board) fn components(source: &Source<'_>, asked: &Asked<'_>) -> Table {
    let vocabulary = source.vault.vocabulary();
    let mut columns = Columns::new()
        .with(Column::new("component", "Component"), |component: &Component<'_>| {
            Cell::link(&component.note.path, component.note.title())
        })
        .with(Column::status("status", "Status"), |component| value(component.header.get(keys::STATUS)))
        .with(Column::version("version", "Version"), |component| value(component.header.get(keys::VERSION)))
        .with(Column::new("last-modified", "Last Modified"), |component| {
            value(component.header.get(keys::LAST_MODIFIED))
        })
        .with(Column::health(), |component| {
            let status = members::component_status(component.header);
            Cell::text(status.map_or(Level::Unknown, |text| vocabulary.level(text)).name())
        })
        .with(Column::on_demand("created", "Created"), |component| {
            value(component.header.get(keys::CREATED))
        });
    let mut further = further_keys(source, columns.so_far());
    // A vault may have as many further keys as notes. Those that no attribute names become columns only if a
    // named one does not exist, so that the error can list them.
    let is_column =
        |key: &str| further.contains_key(key) || columns.so_far().iter().any(|column| column.key == key);
    let can_be_shown = asked.named().is_some_and(|named| named.iter().all(|key| is_column(key)));
    if can_be_shown {
        further.retain(|key, _| asked.names(key));
    }
    let has_further = !further.is_empty();
    for (key, title) in further {
        let holds = if key.ends_with("version") { Holds::Version } else { Holds::Text };
        let column = Column { holds, ..Column::on_demand(&key, &title) };
        let key = key.replace('-', " ");
        columns = columns.with(column, move |component| value(component.fields.get(key.as_str()).copied()));
    }
    let most = if can_be_shown { asked.rows(usize::MAX) } else { 0 };
    let components = members::components(source.vault).take(most).map(|(note, header)| {
        let fields = if has_further { header.by_key() } else { HashMap::new() };
        Component { note, header, fields }
    });
    Table { empty: "No components", ..columns.table(components) }
}

/// A note with a header.
struct Component<'v> {
    note: &'v Note,
    header: &'v Header,
    /// The fields of the header by their keys, if further ones are shown.
    fields: HashMap<&'v str, &'v HeaderField>,
}

fn value(field: Option<&HeaderField>) -> Option<Cell> {
    Cell::text(&field.filter(|field| field.is_stated())?.value)
}

/// Returns the keys of all headers that are not columns yet, each in its first spelling.
fn further_keys(source: &Source<'_>, columns: &[Column]) -> BTreeMap<String, String> {
    let mut further = BTreeMap::new();
    for (_, header) in members::components(source.vault) {
        for field in &header.fields {
            let key = field.key.split_whitespace().collect::<Vec<_>>().join("-");
            // An attribute value is one word, so a key with other characters cannot be named.
            let plain =
                !key.is_empty() && !key.contains(|c: char| ",=!<>~\"|`[]".contains(c) || c.is_control());
            if plain && key.replace('-', " ") == field.key && !columns.iter().any(|column| column.key == key)
            {
                further.entry(key).or_insert_with(|| cell(&field.name));
            }
        }
    }
    further
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::vault::Vault;

    #[test]
    fn properties_beside_those_of_a_header_are_columns_too() {
        let note = "---\nstatus: Active\nlast_modified: 2025-01-01\nowner: Mina\nlane: [4]\ntags: [a]\n\
                    publish: true\nteam: [a, b]\n---\n# P\n";
        let further = |note: &str| {
            let vault = Vault::of_texts(Config::default(), &[("p.md", note)]);
            let columns = [("columns", "component,nothing")].into_iter().collect();
            let table = components(&Source::new(&vault, &[]), &Asked::by(&columns));
            let keys: Vec<_> = table.columns.iter().skip(6).map(|column| column.key.clone()).collect();
            keys.join(" ")
        };
        assert_eq!(further(note), "lane owner");
        let listed = |yaml: &str| {
            further(&format!("---\n{yaml}\n---\n## System Initialization\n\n- Status: Active\n- Load: 3\n"))
        };
        assert_eq!(listed("version: 1.0.0\nowner: Mina"), "load owner");
        // Without a key of a header, the properties are about something else.
        assert_eq!(listed("owner: Mina"), "load");
    }

    #[test]
    fn further_columns_are_there_where_they_are_asked_for() {
        let note = "# A\n\n## System Initialization\n\n- Status: Active\n- Load: 3\n- Schema Version: 1.10\n";
        let vault = Vault::of_texts(Config::default(), &[("a.md", note)]);
        let check = |attributes: &[(&str, &str)], further: &[&str], cells: Option<&[&str]>| {
            let attributes = attributes.iter().copied().collect();
            let table = components(&Source::new(&vault, &[]), &Asked::by(&attributes));
            let keys: Vec<_> = table.columns.iter().skip(6).map(|column| column.key.as_str()).collect();
            assert_eq!(keys, further, "{attributes:?}");
            let rows: Vec<_> = table.rows.iter().map(|row| &row[6..]).collect();
            let expected: Vec<Vec<Option<Cell>>> =
                cells.iter().map(|cells| cells.iter().map(|text| Cell::text(text)).collect()).collect();
            assert_eq!(rows, expected, "{attributes:?}");
        };
        check(&[], &[], Some(&[]));
        check(&[("columns", "component, load")], &["load"], Some(&["3"]));
        check(&[("sort", "-load")], &["load"], Some(&["3"]));
        check(&[("where", "status = Active and load > 2")], &["load"], Some(&["3"]));
        check(&[("group-by", "schema-version")], &["schema-version"], Some(&["1.10"]));
        // To list the columns in an error, all of them are made, without rows.
        check(&[("columns", "component,lode")], &["load", "schema-version"], None);
    }
}
