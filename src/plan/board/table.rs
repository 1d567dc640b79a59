//! Tables of boards: columns, rows, and the attributes that narrow them.

use chrono::NaiveDateTime;
use serde::Serialize;

use super::condition::{Condition, Dates, compare, shown};
use crate::text::stamp::{Stamp, StampFormat};

/// A table before its attributes have been applied.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    /// For each row its cells, as written into the board, in the order of the columns.
    pub(super) rows: Vec<Vec<String>>,
    /// What stands there when there is no row.
    pub(super) empty: &'static str,
    /// The column that rows are grouped by unless an attribute says otherwise.
    pub(super) group_by: Option<&'static str>,
    /// How many rows there are unless an attribute says otherwise.
    pub(super) limit: Option<usize>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// The name in attributes.
    pub(super) key: String,
    pub(super) title: String,
    /// Whether it is there unless `columns` says otherwise.
    pub(super) by_default: bool,
    /// Whether its cells are statuses: `Active` is `🟢 Active` there.
    pub(super) is_status: bool,
}

impl Column {
    pub(super) fn new(key: &str, title: &str) -> Self {
        Self { key: key.to_owned(), title: title.to_owned(), by_default: true, is_status: false }
    }

    pub(super) fn status(key: &str, title: &str) -> Self {
        Self { is_status: true, ..Self::new(key, title) }
    }

    /// One that is there only where `columns` asks for it.
    pub(super) fn on_demand(key: &str, title: &str) -> Self {
        Self { by_default: false, ..Self::new(key, title) }
    }
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
    /// Whether `limit` has left rows out.
    pub(super) cut: bool,
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

/// The attributes that a list understands: it has one line an item.
pub(super) const OF_LISTS: [&str; 3] = ["where", "sort", "limit"];

/// The index of a column.
pub(super) fn column(columns: &[Column], key: &str) -> Result<usize, String> {
    columns.iter().position(|column| column.key == key).ok_or_else(|| {
        let names: Vec<&str> = columns.iter().map(|column| column.key.as_str()).collect();
        format!("this board has no column `{key}`; it has {}", names.join(", "))
    })
}

impl Table {
    /// Applies attributes: `where`, then `sort`, `limit`, `group-by` and `columns`.
    pub(super) fn shape(
        mut self,
        attributes: &[(String, String)],
        format: &StampFormat,
    ) -> Result<Shaped, String> {
        let get = |key: &str| attributes.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str());
        if let Some(text) = get("where") {
            let condition = Condition::read(text, &self.columns, format)?;
            self.rows.retain(|row| condition.holds(row));
        }
        if let Some(keys) = get("sort") {
            self.sort(keys, format)?;
        }
        let limit = match get("limit") {
            Some(value) => Some(value.parse().map_err(|_| format!("`limit={value}` is no number"))?),
            None => self.limit,
        };
        let cut = limit.is_some_and(|limit| limit < self.rows.len());
        self.rows.truncate(limit.unwrap_or(usize::MAX));
        let grouped = match get("group-by").or(self.group_by) {
            None | Some("none") => None,
            Some(key) => Some(column(&self.columns, key)?),
        };
        let visible: Vec<usize> = if let Some(keys) = get("columns") {
            keys.split(',').map(|key| column(&self.columns, key.trim())).collect::<Result<_, _>>()?
        } else {
            let all = self.columns.iter().enumerate();
            all.filter(|(i, c)| c.by_default && Some(*i) != grouped).map(|(i, _)| i).collect()
        };
        let mut shaped = self.grouped(grouped, &visible);
        if get("group-by").is_some() {
            // Groups in the order of their first rows would change places whenever one of those does.
            shaped.groups.sort_by(|a, b| compare(&a.title, &b.title));
        }
        Ok(Shaped { cut, ..shaped })
    }

    /// `sort=status,-version`: by several columns, each up or down. Rows without a value come last. A column
    /// whose values are dates has them in the order of time.
    fn sort(&mut self, keys: &str, format: &StampFormat) -> Result<(), String> {
        let dates = Dates::of(format);
        let mut order = Vec::new();
        for key in keys.split(',').map(str::trim) {
            let column = column(&self.columns, key.trim_start_matches('-'))?;
            let mut cells = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| shown(cell));
            let of_dates = cells.all(|cell| cell == "-" || dates.read(&cell).is_some());
            order.push((column, key.starts_with('-'), of_dates));
        }
        let texts = |row: &Vec<String>| {
            let cells = order.iter().map(|(i, _, of_dates)| {
                let text = row.get(*i).map_or_else(String::new, |cell| shown(cell));
                let date = of_dates.then(|| dates.read(&text)).flatten();
                (date.map(Stamp::time), text)
            });
            cells.collect()
        };
        self.rows.sort_by_cached_key(|row| SortKey { cells: texts(row), order: &order });
        Ok(())
    }

    fn grouped(self, by: Option<usize>, visible: &[usize]) -> Shaped {
        let mut groups: Vec<Group> = Vec::new();
        let mut index = std::collections::HashMap::new();
        for row in self.rows {
            let title = match by.and_then(|column| row.get(column)).map(String::as_str) {
                None => String::new(),
                Some("-") => "None".to_owned(),
                Some(title) => title.to_owned(),
            };
            let at = *index.entry(title.clone()).or_insert_with(|| {
                groups.push(Group { title, rows: Vec::new() });
                groups.len() - 1
            });
            groups[at].rows.push(visible.iter().filter_map(|i| row.get(*i)).cloned().collect());
        }
        let titles = visible.iter().filter_map(|i| self.columns.get(*i)).map(|column| column.title.clone());
        Shaped { columns: titles.collect(), groups, empty: self.empty.to_owned(), cut: false }
    }
}

/// The cells that a row is sorted by.
struct SortKey<'o> {
    /// What each shows, and the time that it is in a column of dates.
    cells: Vec<(Option<NaiveDateTime>, String)>,
    order: &'o [(usize, bool, bool)],
}

impl Ord for SortKey<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let pairs = self.cells.iter().zip(&other.cells).zip(self.order);
        let mut orders =
            pairs.map(|(((this, a), (that, b)), (_, descending, _))| match (a == "-", b == "-") {
                (false, false) => {
                    let up = this.cmp(that).then_with(|| compare(a, b));
                    if *descending { up.reverse() } else { up }
                }
                (a, b) => a.cmp(&b),
            });
        orders.find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    }
}

impl PartialOrd for SortKey<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for SortKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for SortKey<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        Table {
            columns: vec![
                Column::new("name", "Name"),
                Column::status("status", "Status"),
                Column::on_demand("version", "Version"),
            ],
            rows: vec![
                row(["b", "🟢 Active", "1.10.0"]),
                row(["[[x/a\\|A]]", "Down", "-"]),
                row(["c", "Active", "1.9.0"]),
            ],
            empty: "None",
            group_by: None,
            limit: None,
        }
    }

    fn shape(attributes: &[(&str, &str)]) -> Result<Vec<(String, Vec<String>)>, String> {
        let attributes: Vec<_> = attributes.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let shaped = table().shape(&attributes, &StampFormat::default())?;
        let rows = |group: &Group| group.rows.iter().map(|row| row.join(" ")).collect();
        Ok(shaped.groups.iter().map(|group| (group.title.clone(), rows(group))).collect())
    }

    #[test]
    fn attributes_narrow_a_table() {
        let one = |attributes: &[(&str, &str)]| shape(attributes).unwrap().remove(0).1;
        assert_eq!(one(&[]), ["b 🟢 Active", "[[x/a\\|A]] Down", "c Active"]);
        assert_eq!(one(&[("sort", "name"), ("columns", "name")]), ["[[x/a\\|A]]", "b", "c"]);
        assert_eq!(one(&[("sort", "-version"), ("columns", "version")]), ["1.10.0", "1.9.0", "-"]);
        assert_eq!(one(&[("sort", "version"), ("columns", "version"), ("limit", "2")]), ["1.9.0", "1.10.0"]);
        assert_eq!(one(&[("where", "status = active"), ("columns", "name")]), ["b", "c"]);
        let groups = shape(&[("group-by", "version"), ("columns", "name")]).unwrap();
        let titles: Vec<_> = groups.iter().map(|(title, _)| title.as_str()).collect();
        assert_eq!(titles, ["1.9.0", "1.10.0", "None"]);
        let cut = [("limit".to_owned(), "2".to_owned())];
        assert!(table().shape(&cut, &StampFormat::default()).unwrap().cut);
    }

    #[test]
    fn dates_are_sorted_by_time() {
        let format = StampFormat::of("DD.MM.YYYY");
        let sorted = |cells: &[&str], key: &str| {
            let rows = cells.iter().map(|cell| vec![(*cell).to_owned()]).collect();
            let table = Table { columns: vec![Column::new("created", "Created")], rows, ..Table::default() };
            let shaped = table.shape(&[("sort".to_owned(), key.to_owned())], &format).unwrap();
            shaped.groups.into_iter().flat_map(|group| group.rows.concat()).collect::<Vec<_>>()
        };
        assert_eq!(
            sorted(&["01.02.2025", "-", "03.01.2025", "2025-01-15"], "created"),
            ["03.01.2025", "2025-01-15", "01.02.2025", "-"]
        );
        assert_eq!(sorted(&["03.01.2025", "-", "01.02.2025"], "-created"), ["01.02.2025", "03.01.2025", "-"]);
        // Where something else is among them they are texts.
        assert_eq!(
            sorted(&["01.02.2025", "03.01.2025", "soon"], "created"),
            ["01.02.2025", "03.01.2025", "soon"]
        );
    }

    #[test]
    fn what_there_is_not_is_named() {
        for (attribute, message) in [
            (("sort", "-colour"), "no column `colour`; it has name, status, version"),
            (("columns", "name,colour"), "no column `colour`"),
            (("group-by", "colour"), "no column `colour`"),
            (("limit", "few"), "`limit=few` is no number"),
        ] {
            assert!(shape(&[attribute]).unwrap_err().contains(message), "{attribute:?}");
        }
    }
}
