//! An index of the texts in a table's columns, so that a board of one component need not scan the rows of all.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::cell::shown;
use super::table::Row;
use crate::text::fold::fold;

/// The texts of each column, indexed on first use.
#[derive(Clone, Debug, Default)]
pub(super) struct Index(OnceLock<Vec<OnceLock<Said>>>);

/// The rows of each folded text, in order.
type Said = HashMap<String, Vec<usize>>;

impl Index {
    /// Returns the indexes of the rows that show a text in a column, ignoring case, in order.
    pub(super) fn rows(&self, rows: &[Row], column: usize, text: &str) -> &[usize] {
        let columns = self.0.get_or_init(|| {
            let columns = rows.first().map_or(0, Vec::len);
            std::iter::repeat_with(OnceLock::new).take(columns).collect()
        });
        let said = columns.get(column).map(|said| said.get_or_init(|| said_in(rows, column)));
        said.and_then(|said| said.get(fold(text).as_ref())).map_or(&[], Vec::as_slice)
    }
}

fn said_in(rows: &[Row], column: usize) -> Said {
    let mut said = Said::new();
    for (at, row) in rows.iter().enumerate() {
        if let Some(cell) = row.get(column) {
            said.entry(fold(shown(cell.as_ref())).into_owned()).or_default().push(at);
        }
    }
    said
}
