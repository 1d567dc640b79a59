//! The rows and lines of each kind of board.

mod alerts;
mod components;
mod events;
mod graphs;
mod integrations;
mod metrics;
mod summary;

pub(super) use alerts::alerts;
pub(super) use components::components;
pub(super) use events::{EVENTS, TEMPLATE, events};
pub(super) use graphs::{Graph, architecture, described, health};
pub(super) use integrations::integrations;
pub(super) use metrics::metrics;
pub(super) use summary::summary;

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::plan::board::asked::Asked;
    use crate::plan::board::{Kind, Shape, Source};
    use crate::rules;
    use crate::syntax::board::Attributes;
    use crate::vault::Vault;

    #[test]
    fn every_row_has_a_cell_for_each_column() {
        let note = "# Hub\n\n## System Initialization\n\n- Status: Active\n- Load: 3\n\n[[nowhere]]\n\n\
                    | Metric | Target | Current |\n| --- | --- | --- |\n| Delay | < 5 ms | 4 ms |\n\n\
                    ```json\n{ \"integration\": { \"name\": \"Bus\", \"type\": \"x\", \"endpoint\": \"kafka://b:1\" } }\n```\n\n\
                    ## Modification History\n\n- 2025-01-01_00-00 - Moved\n";
        let vault = Vault::of_texts(Config::default(), &[("a.md", note)]);
        let findings = rules::feed(&vault);
        let source = Source::new(&vault, &findings);
        let mut tables = vec![("systems", source.described().clone())];
        for (name, kind) in Kind::ALL {
            if let Shape::Table(rows) | Shape::List(rows) = kind.shape() {
                tables.push((name, rows(&source, &Asked::by(&Attributes::default()))));
            }
        }
        assert_eq!(tables.len(), 6);
        for (name, table) in tables {
            assert!(!table.rows.is_empty(), "{name}");
            assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{name}: {table:?}");
        }
    }
}
