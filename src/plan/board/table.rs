//! Tables of boards: columns, rows, and the attributes that narrow them.

use serde::Serialize;

/// A table before its attributes have been applied.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// Key and title of each column.
    pub(super) columns: Vec<(&'static str, &'static str)>,
    pub(super) rows: Vec<Row>,
    /// What stands there when there is no row.
    pub(super) empty: &'static str,
    /// The column that rows are grouped by unless an attribute says otherwise.
    pub(super) group_by: Option<&'static str>,
}

/// A row: for each column its cell, as written into the board.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// In the order of the columns, and one for each group that the table can be grouped by.
    pub(super) cells: Vec<String>,
}

/// A table as its template sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Shaped {
    /// Titles of the columns.
    pub(super) columns: Vec<String>,
    /// Groups in order; one without a title where nothing is grouped.
    pub(super) groups: Vec<Group>,
    /// What stands there when there is no row.
    pub(super) empty: String,
}

/// Rows under one title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Group {
    /// The title; empty where nothing is grouped.
    pub(super) title: String,
    /// The cells of each row.
    pub(super) rows: Vec<Vec<String>>,
}

/// The attributes that a table understands.
pub(super) const ATTRIBUTES: [&str; 5] = ["where", "columns", "sort", "limit", "group-by"];

impl Table {
    /// Applies attributes: `where`, then `sort`, `limit`, `group-by` and `columns`.
    pub(super) fn shape(mut self, attributes: &[(String, String)]) -> Result<Shaped, String> {
        let mut grouped = self.group_by.map(|key| self.column(key)).transpose()?;
        let mut shown: Vec<usize> = (0..self.columns.len()).filter(|i| Some(*i) != grouped).collect();
        for (key, value) in attributes {
            match key.as_str() {
                "where" => {
                    let (column, equal, wanted) = self.condition(value)?;
                    self.rows.retain(|row| (fold_cell(&row.cells[column]) == fold_cell(&wanted)) == equal);
                }
                "sort" => {
                    let descending = value.starts_with('-');
                    let column = self.column(value.trim_start_matches('-'))?;
                    self.rows.sort_by(|a, b| {
                        let order = fold_cell(&a.cells[column]).cmp(&fold_cell(&b.cells[column]));
                        if descending { order.reverse() } else { order }
                    });
                }
                "group-by" if value == "none" => {
                    grouped = None;
                    shown = (0..self.columns.len()).collect();
                }
                "group-by" => {
                    grouped = Some(self.column(value)?);
                    shown = (0..self.columns.len()).filter(|i| Some(*i) != grouped).collect();
                }
                _ => {}
            }
        }
        for (key, value) in attributes {
            match key.as_str() {
                "limit" => {
                    let limit = value.parse().map_err(|_| format!("`limit={value}` is no number"))?;
                    self.rows.truncate(limit);
                }
                "columns" => {
                    shown = value.split(',').map(|key| self.column(key.trim())).collect::<Result<_, _>>()?;
                }
                _ => {}
            }
        }
        Ok(self.grouped(grouped, &shown))
    }

    fn grouped(self, by: Option<usize>, shown: &[usize]) -> Shaped {
        let mut groups: Vec<Group> = Vec::new();
        let mut index = std::collections::HashMap::new();
        for row in self.rows {
            let title = by.and_then(|column| row.cells.get(column)).cloned().unwrap_or_default();
            let at = *index.entry(title.clone()).or_insert_with(|| {
                groups.push(Group { title, rows: Vec::new() });
                groups.len() - 1
            });
            groups[at].rows.push(shown.iter().filter_map(|i| row.cells.get(*i)).cloned().collect());
        }
        let titles = shown.iter().filter_map(|i| self.columns.get(*i)).map(|(_, title)| (*title).to_owned());
        Shaped { columns: titles.collect(), groups, empty: self.empty.to_owned() }
    }

    fn column(&self, key: &str) -> Result<usize, String> {
        self.columns.iter().position(|(name, _)| *name == key).ok_or_else(|| {
            let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
            format!("this board has no column `{key}`; it has {}", names.join(", "))
        })
    }

    /// `column = value` or `column != value`.
    fn condition(&self, text: &str) -> Result<(usize, bool, String), String> {
        let split = |sign| {
            text.split_once(sign).map(|(key, value): (&str, &str)| (key.trim(), value.trim().to_owned()))
        };
        let (key, value, equal) = match (split("!="), split("=")) {
            (Some((key, value)), _) => (key, value, false),
            (None, Some((key, value))) => (key, value, true),
            (None, None) => return Err(format!("`where={text}` is no condition: write `column = value`")),
        };
        Ok((self.column(key)?, equal, value))
    }
}

/// A cell as conditions and orders compare it: a link by what it shows, without case.
fn fold_cell(cell: &str) -> String {
    let shown = super::escape::read_link(cell).map(|(_, shown)| shown);
    crate::text::fold::fold(shown.as_deref().unwrap_or(cell)).into_owned()
}
