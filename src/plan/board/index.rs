//! Which rows of a table say something: a board that asks for those of one component does not look at all the others.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::condition::shown;
use super::table::Row;
use crate::text::fold::fold;

/// Where the texts of the columns stand, as far as somebody has asked for them.
#[derive(Clone, Debug, Default)]
pub(super) struct Index(OnceLock<Vec<OnceLock<Said>>>);

/// The rows that say a text, folded, in their order.
type Said = HashMap<String, Vec<usize>>;

impl Index {
    /// The rows of these that show a text in a column, whatever its case, in their order.
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
            said.entry(fold(&shown(cell)).into_owned()).or_default().push(at);
        }
    }
    said
}
