//! Notes with a header.

use std::collections::BTreeMap;

use crate::model::level::Level;
use crate::plan::board::Source;
use crate::plan::board::escape::{cell, link_cell};
use crate::plan::board::table::{Column, Table};
use crate::syntax::header::{Header, keys};
use crate::systems::members;

/// Notes with a header: one a row, in the order of paths. Every further key of a header is a column that can
/// be asked for: `Load` is `load`, `Context Layer` is `context-layer`.
pub(in crate::plan::board) fn components(source: Source<'_>) -> Table {
    let vocabulary = source.vault.vocabulary();
    let mut columns = vec![
        Column::new("component", "Component"),
        Column::status("status", "Status"),
        Column::version("version", "Version"),
        Column::new("last-modified", "Last Modified"),
        Column::new("health", "Health"),
        Column::on_demand("created", "Created"),
    ];
    let further = further_keys(source, &columns);
    columns.extend(further.iter().map(|(key, title)| Column::on_demand(key, title)));
    let rows = members::components(source.vault).map(|(note, header)| {
        let level = members::component_status(header).map_or(Level::Unknown, |text| vocabulary.level(text));
        let mut cells = vec![
            link_cell(&note.path, note.title()),
            value(header, keys::STATUS),
            value(header, keys::VERSION),
            value(header, keys::LAST_MODIFIED),
            level.name().to_owned(),
            value(header, keys::CREATED),
        ];
        cells.extend(further.keys().map(|key| value(header, &key.replace('-', " "))));
        cells
    });
    Table { rows: rows.collect(), columns, empty: "No components", ..Table::default() }
}

fn value(header: &Header, key: &str) -> String {
    let field = header.get(key).filter(|f| !f.is_unrendered());
    cell(field.map_or("", |f| f.value.as_str()))
}

/// The keys of all headers that are no column yet, each with the way in which it is first written.
fn further_keys(source: Source<'_>, columns: &[Column]) -> BTreeMap<String, String> {
    let mut further = BTreeMap::new();
    for (_, header) in members::components(source.vault) {
        for field in &header.fields {
            let key = field.key.split_whitespace().collect::<Vec<_>>().join("-");
            // An attribute is one word without marks of its own.
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
