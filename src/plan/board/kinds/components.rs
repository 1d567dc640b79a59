//! Rows of the components board: notes with a header.

use std::collections::BTreeMap;

use crate::model::level::Level;
use crate::plan::board::Source;
use crate::plan::board::asked::Asked;
use crate::plan::board::cell::{cell, link_cell};
use crate::plan::board::table::{Column, Holds, Table};
use crate::syntax::header::{HeaderField, keys};
use crate::systems::members;

/// Returns the notes with a header, in the order of paths. Every further key of a header is a column on demand:
/// `Load` is `load`, `Context Layer` is `context-layer`.
pub(in crate::plan::board) fn components(source: &Source<'_>, asked: &Asked<'_>) -> Table {
    let vocabulary = source.vault.vocabulary();
    let mut columns = vec![
        Column::new("component", "Component"),
        Column::status("status", "Status"),
        Column::version("version", "Version"),
        Column::new("last-modified", "Last Modified"),
        Column::health(),
        Column::on_demand("created", "Created"),
    ];
    let mut further = further_keys(source, &columns);
    // A vault may have as many further keys as notes. Those that no attribute names become columns only if a
    // named one does not exist, so that the error can list them.
    let is_column = |key: &str| further.contains_key(key) || columns.iter().any(|column| column.key == key);
    let can_be_shown = asked.named().is_some_and(|named| named.iter().all(|key| is_column(key)));
    if can_be_shown {
        further.retain(|key, _| asked.names(key));
    }
    columns.extend(further.iter().map(|(key, title)| {
        let holds = if key.ends_with("version") { Holds::Version } else { Holds::Text };
        Column { holds, ..Column::on_demand(key, title) }
    }));
    let further: Vec<String> = further.into_keys().map(|key| key.replace('-', " ")).collect();
    let most = if can_be_shown { asked.rows(usize::MAX) } else { 0 };
    let rows = members::components(source.vault).take(most).map(|(note, header)| {
        let level = members::component_status(header).map_or(Level::Unknown, |text| vocabulary.level(text));
        let mut cells = vec![
            link_cell(&note.path, note.title()),
            value(header.get(keys::STATUS)),
            value(header.get(keys::VERSION)),
            value(header.get(keys::LAST_MODIFIED)),
            level.name().to_owned(),
            value(header.get(keys::CREATED)),
        ];
        if !further.is_empty() {
            let fields = header.by_key();
            cells.extend(further.iter().map(|key| value(fields.get(key.as_str()).copied())));
        }
        cells
    });
    Table { rows: rows.collect(), columns, empty: "No components", ..Table::default() }
}

fn value(field: Option<&HeaderField>) -> String {
    let field = field.filter(|f| f.is_stated());
    cell(field.map_or("", |f| f.value.as_str()))
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
            let expected: Vec<Vec<String>> =
                cells.iter().map(|cells| cells.iter().map(|c| (*c).to_owned()).collect()).collect();
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
