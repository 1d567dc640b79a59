//! The tables of boards: columns, rows, and the attributes that select from them.

use std::cmp::Ordering;
use std::collections::HashMap;

use serde::Serialize;

use super::cell::{Cell, NO_VALUE};
use super::condition::{Condition, Dates};
use super::groups;
use super::index::Index;
use super::order::{By, Key};
use crate::syntax::board::Attributes;
use crate::text::stamp::StampFormat;

/// A table before its attributes have been applied.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    /// The rows: their cells in the order of the columns.
    pub(super) rows: Vec<Row>,
    /// The text that is shown when there are no rows.
    pub(super) empty: &'static str,
    /// The column that rows are grouped by, by default.
    pub(super) group_by: Option<&'static str>,
    /// The number of rows, by default.
    pub(super) limit: Option<usize>,
    /// An index of the texts in each column.
    pub(super) index: Index,
}

/// The cells of a row; `None` where a value is missing.
pub(super) type Row = Vec<Option<Cell>>;

/// The columns of a table, each with the function that makes its cells from what the rows are about.
pub(super) struct Columns<'s, T> {
    columns: Vec<Column>,
    makers: Vec<Maker<'s, T>>,
}

/// A function that makes the cells of a column.
type Maker<'s, T> = Box<dyn Fn(&T) -> Option<Cell> + 's>;

impl<'s, T> Columns<'s, T> {
    pub(super) const fn new() -> Self {
        Self { columns: Vec::new(), makers: Vec::new() }
    }

    /// Adds a column and the function that makes its cells.
    #[must_use]
    pub(super) fn with(mut self, column: Column, cell: impl Fn(&T) -> Option<Cell> + 's) -> Self {
        self.columns.push(column);
        self.makers.push(Box::new(cell));
        self
    }

    /// Returns the columns so far.
    pub(super) fn so_far(&self) -> &[Column] {
        &self.columns
    }

    /// Returns a table with a row for each item.
    pub(super) fn table(self, items: impl IntoIterator<Item = T>) -> Table {
        let row = |item: T| self.makers.iter().map(|cell| cell(&item)).collect();
        let rows = items.into_iter().map(row).collect();
        Table { columns: self.columns, rows, ..Table::default() }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// The name in attributes.
    pub(super) key: String,
    pub(super) title: String,
    /// Whether it is shown unless `columns` says otherwise.
    pub(super) by_default: bool,
    /// What its cells hold.
    pub(super) holds: Holds,
}

/// What the cells of a column hold, which decides how they compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Any text. Dates and figures are recognised.
    Text,
    /// Statuses: `Active` equals `🟢 Active`.
    Status,
    /// Versions: `1.9` comes before `1.10`.
    Version,
    /// Timeouts: one without a unit is in milliseconds.
    Duration,
    /// Levels, from unknown over ok and warning to critical.
    Level,
    /// Targets: `< 200 ms` counts as two hundred milliseconds.
    Target,
}

impl Column {
    pub(super) fn new(key: &str, title: &str) -> Self {
        Self { key: key.to_owned(), title: title.to_owned(), by_default: true, holds: Holds::Text }
    }

    pub(super) fn status(key: &str, title: &str) -> Self {
        Self { holds: Holds::Status, ..Self::new(key, title) }
    }

    pub(super) fn version(key: &str, title: &str) -> Self {
        Self { holds: Holds::Version, ..Self::new(key, title) }
    }

    pub(super) fn health() -> Self {
        Self { holds: Holds::Level, ..Self::new("health", "Health") }
    }

    /// Makes a column that is shown only if `columns` asks for it.
    pub(super) fn on_demand(key: &str, title: &str) -> Self {
        Self { by_default: false, ..Self::new(key, title) }
    }
}

/// The values for the template of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Shaped {
    /// The titles of the columns.
    pub(super) columns: Vec<String>,
    /// The groups in order; a single one without a title if rows are not grouped.
    pub(super) groups: Vec<Group>,
    /// The text that is shown when there are no rows.
    pub(super) empty: String,
    /// Whether `limit` has left rows out.
    pub(super) cut: bool,
}

/// The rows of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Group {
    /// The title; empty if rows are not grouped.
    pub(super) title: String,
    /// The cells of each row.
    pub(super) rows: Vec<Vec<String>>,
}

/// The attributes that a table understands.
pub(super) const ATTRIBUTES: [&str; 5] = ["where", "columns", "sort", "limit", "group-by"];

/// The attributes that a list understands, whose items are lines.
pub(super) const OF_LISTS: [&str; 3] = ["where", "sort", "limit"];

/// Returns the index of a column.
pub(super) fn column(columns: &[Column], key: &str) -> Result<usize, String> {
    columns.iter().position(|column| column.key == key).ok_or_else(|| {
        let names: Vec<&str> = columns.iter().map(|column| column.key.as_str()).collect();
        format!("this board has no column `{key}`; it has {}", names.join(", "))
    })
}

impl Table {
    /// Applies attributes: `where`, then `sort`, `limit`, `group-by` and `columns`.
    pub(super) fn shape(&self, attributes: &Attributes, format: &StampFormat) -> Result<Shaped, String> {
        let get = |key: &str| attributes.get(key);
        let mut rows: Vec<&Row> = match get("where") {
            Some(text) => {
                let chosen = Condition::read(text, &self.columns, format)?.of(self);
                chosen.into_iter().filter_map(|at| self.rows.get(at)).collect()
            }
            None => self.rows.iter().collect(),
        };
        let grouped = match get("group-by").or(self.group_by) {
            None | Some("none") => None,
            Some(key) => Some(column(&self.columns, key)?),
        };
        // A table with groups of its own keeps them in its own order, whatever `sort` says about rows, also if
        // `group-by` names its own column.
        let is_own = get("group-by").is_none_or(|key| Some(key) == self.group_by);
        let own = grouped.filter(|_| is_own).map(|column| titles(&rows, column));
        let holds = grouped.and_then(|column| self.columns.get(column)).map_or(Holds::Text, |c| c.holds);
        // Titles are computed from all rows, so that they change neither with the order of rows nor with `limit`.
        let one = grouped
            .filter(|_| holds == Holds::Status)
            .map(|column| groups::titles(rows.iter().filter_map(|row| at(row, column))));
        let dates = Dates::of(format);
        if let Some(keys) = get("sort") {
            self.sort(&mut rows, keys, &dates)?;
        }
        let limit = match get("limit") {
            Some(value) => Some(value.parse().map_err(|_| format!("`limit={value}` is not a number"))?),
            None => self.limit,
        };
        let cut = limit.is_some_and(|limit| limit < rows.len());
        rows.truncate(limit.unwrap_or(usize::MAX));
        let visible: Vec<usize> = if let Some(keys) = get("columns") {
            keys.split(',').map(|key| column(&self.columns, key.trim())).collect::<Result<_, _>>()?
        } else {
            let all = self.columns.iter().enumerate();
            all.filter(|(i, c)| c.by_default && Some(*i) != grouped).map(|(i, _)| i).collect()
        };
        let mut groups = grouped_by(&rows, grouped, &one.unwrap_or_default());
        // Groups in the order of their first rows would swap places whenever those do.
        if let Some(own) = own {
            groups.sort_by_key(|group| own.get(&group.title).copied());
        } else {
            let by = By::of(holds, &dates, &groups.iter().filter_map(|group| Some(group.title?.written())));
            groups.sort_by_cached_key(|group| {
                SortKey(vec![(by.key(&dates, group.title.map(Cell::written)), false)])
            });
        }
        let titles = visible.iter().filter_map(|i| self.columns.get(*i)).map(|column| column.title.clone());
        let group = |Grouped { title, rows }: Grouped<'_>| Group {
            title: if grouped.is_some() { group_title(title) } else { String::new() },
            rows: rows
                .into_iter()
                .map(|row| visible.iter().map(|column| written(at(row, *column))).collect())
                .collect(),
        };
        Ok(Shaped {
            columns: titles.collect(),
            groups: groups.into_iter().map(group).collect(),
            empty: self.empty.to_owned(),
            cut,
        })
    }

    /// Sorts rows by `sort=status,-version`: by several columns, each ascending or descending. Rows without a
    /// value come last.
    fn sort(&self, rows: &mut [&Row], keys: &str, dates: &Dates) -> Result<(), String> {
        let mut order = Vec::new();
        for key in keys.split(',').map(str::trim) {
            let column = column(&self.columns, key.trim_start_matches('-'))?;
            let texts = rows.iter().filter_map(|row| at(row, column)).map(Cell::shown);
            order.push((column, By::of(self.columns[column].holds, dates, &texts), key.starts_with('-')));
        }
        rows.sort_by_cached_key(|row| {
            let key = |(column, by, descending): &(usize, By, bool)| {
                (by.key(dates, at(row, *column).map(Cell::shown)), *descending)
            };
            SortKey(order.iter().map(key).collect())
        });
        Ok(())
    }
}

/// Returns the cell of a row in a column.
fn at(row: &Row, column: usize) -> Option<&Cell> {
    row.get(column).and_then(Option::as_ref)
}

/// Returns what is written into a cell.
fn written(cell: Option<&Cell>) -> String {
    cell.map_or(NO_VALUE, Cell::written).to_owned()
}

/// The rows with one value in the column that rows are grouped by.
struct Grouped<'r> {
    title: Option<&'r Cell>,
    rows: Vec<&'r Row>,
}

/// Groups rows by a column. `one` maps equal cells to their common title.
fn grouped_by<'r>(
    rows: &[&'r Row],
    by: Option<usize>,
    one: &HashMap<&'r Cell, &'r Cell>,
) -> Vec<Grouped<'r>> {
    let mut groups: Vec<Grouped<'_>> = Vec::new();
    let mut index = HashMap::new();
    for row in rows {
        let cell = by.and_then(|column| at(row, column));
        let title = cell.map(|cell| one.get(cell).copied().unwrap_or(cell));
        let at = *index.entry(title).or_insert_with(|| {
            groups.push(Grouped { title, rows: Vec::new() });
            groups.len() - 1
        });
        groups[at].rows.push(row);
    }
    groups
}

/// Returns the titles of the groups by a column, each with its position.
fn titles<'r>(rows: &[&'r Row], column: usize) -> HashMap<Option<&'r Cell>, usize> {
    let mut titles = HashMap::new();
    for row in rows {
        let next = titles.len();
        titles.entry(at(row, column)).or_insert(next);
    }
    titles
}

/// Returns the title of the group of a cell. It stands on a line outside of tables, where bars need no escape,
/// and those of links must not have one.
fn group_title(cell: Option<&Cell>) -> String {
    cell.map_or_else(|| "None".to_owned(), |cell| cell.written().replace("\\|", "|"))
}

/// The sort key of a row: the keys of its cells, each ascending or descending.
struct SortKey<'t>(Vec<(Key<'t>, bool)>);

impl Ord for SortKey<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let pairs = self.0.iter().zip(&other.0);
        let mut orders = pairs.map(|((this, descending), (that, _))| this.compare(that, *descending));
        orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for SortKey<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
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
    use crate::plan::board::cell::read_link;

    /// Makes a cell of what stands in a board.
    fn cell(written: &str) -> Option<Cell> {
        match read_link(written) {
            Some(link) => Cell::link(&link.path, &link.shown),
            None => Cell::of(written.to_owned()),
        }
    }

    fn table() -> Table {
        let row = |cells: [&str; 3]| cells.iter().map(|text| cell(text)).collect();
        Table {
            columns: vec![
                Column::new("name", "Name"),
                Column::status("status", "Status"),
                Column { by_default: false, ..Column::version("version", "Version") },
            ],
            rows: vec![
                row(["b", "🟢 Active", "1.10.0"]),
                row(["[[x/a\\|A]]", "Down", "-"]),
                row(["c", "Active", "1.9.0"]),
            ],
            empty: "None",
            group_by: None,
            limit: None,
            index: Index::default(),
        }
    }

    fn shape(attributes: &[(&str, &str)]) -> Result<Vec<(String, Vec<String>)>, String> {
        let attributes = attributes.iter().copied().collect();
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
        let by_status = shape(&[("group-by", "status"), ("columns", "name"), ("sort", "-name")]).unwrap();
        let titles: Vec<_> = by_status.iter().map(|(title, rows)| (title.as_str(), rows.join(" "))).collect();
        assert_eq!(titles, [("Down", "[[x/a\\|A]]".to_owned()), ("🟢 Active", "c b".to_owned())]);
        let by_owner_of = |cells: &[&str]| {
            let rows = cells.iter().map(|text| vec![cell(text)]).collect();
            let table = Table { columns: vec![Column::new("owner", "Owner")], rows, ..Table::default() };
            let by_owner = [("group-by", "owner")].into_iter().collect();
            let shaped = table.shape(&by_owner, &StampFormat::default()).unwrap();
            shaped.groups.into_iter().map(|group| group.title).collect::<Vec<_>>()
        };
        // A missing value comes last, and is not the owner `None`; a link in a title is written as on a line.
        assert_eq!(by_owner_of(&["Zoe", "-", "None", "Abe", "-"]), ["Abe", "None", "Zoe", "None"]);
        assert_eq!(by_owner_of(&["[[x/a\\|A]]"]), ["[[x/a|A]]"]);
        let cut = [("limit", "2")].into_iter().collect();
        assert!(table().shape(&cut, &StampFormat::default()).unwrap().cut);
    }

    #[test]
    fn dates_are_sorted_by_time() {
        let format = StampFormat::of("DD.MM.YYYY");
        let sorted = |cells: &[&str], key: &str| {
            let rows = cells.iter().map(|text| vec![cell(text)]).collect();
            let table = Table { columns: vec![Column::new("created", "Created")], rows, ..Table::default() };
            let shaped = table.shape(&[("sort", key)].into_iter().collect(), &format).unwrap();
            shaped.groups.into_iter().flat_map(|group| group.rows.concat()).collect::<Vec<_>>()
        };
        assert_eq!(
            sorted(&["01.02.2025", "-", "03.01.2025", "2025-01-15"], "created"),
            ["03.01.2025", "2025-01-15", "01.02.2025", "-"]
        );
        assert_eq!(sorted(&["03.01.2025", "-", "01.02.2025"], "-created"), ["01.02.2025", "03.01.2025", "-"]);
        // With another kind of text among them, they are compared as texts.
        assert_eq!(
            sorted(&["01.02.2025", "03.01.2025", "soon"], "created"),
            ["01.02.2025", "03.01.2025", "soon"]
        );
    }

    #[test]
    fn figures_are_sorted_by_value() {
        let sorted = |column: Column, cells: &[&str]| {
            let rows = cells.iter().map(|text| vec![cell(text)]).collect();
            let key = ("sort", column.key.clone());
            let table = Table { columns: vec![column], rows, ..Table::default() };
            let shaped = table.shape(&[key].into_iter().collect(), &StampFormat::default()).unwrap();
            shaped.groups.into_iter().flat_map(|group| group.rows.concat()).collect::<Vec<_>>()
        };
        let check = |column: &str, cells: &[&str]| {
            let column = match column {
                "version" => Column::version("version", "Version"),
                "timeout" => Column { holds: Holds::Duration, ..Column::new("timeout", "Timeout") },
                "target" => Column { holds: Holds::Target, ..Column::new("target", "Target") },
                other => Column::new(other, ""),
            };
            let mut reversed = cells.to_vec();
            reversed.reverse();
            assert_eq!(sorted(column, &reversed), cells);
        };
        check("current", &["0.25%", "0.5%", "-"]);
        check("current", &["-100 dBm", "-60 dBm", "3", "1,024", "0.5%", "900 ms", "1 s", "unknown", "-"]);
        // Names and versions that begin with a digit are not figures.
        check("name", &["9 Beta", "10 Alpha", "Hub"]);
        check("name", &["2 s", "9 (old)", "10 Alpha"]);
        check("release", &["1.9", "1.9.1", "1.10.0", "v1.9", "v1.10"]);
        check("version", &["1.9", "1.10"]);
        check("version", &["v1.9.0", "1.10.0", "2.0.0-rc.1", "2.0.0 (stable)", "v2.1", "soon", "-"]);
        check("current", &["\u{2212}3", "0,4 %", "9 %", "10,5 %", "900 ms"]);
        check("target", &["< 2", "≥ 99,9 %", "under 900 ms", "< 1 s", "< 1.5 s", "< 2 h", "soon", "-"]);
        check("timeout", &["500ms", "3000", "1m 30s", "2m", "a while", "-"]);
    }

    #[test]
    fn groups_keep_their_places_whatever_rows_are_sorted_by() {
        let row = |group: &str, name: &str| vec![cell(group), cell(name)];
        let columns = vec![Column::new("category", "Category"), Column::new("name", "Name")];
        let titles = |attributes: &[(&str, &str)]| {
            let rows = vec![row("Data", "b"), row("Alarms", "c"), row("-", "a")];
            let table =
                Table { columns: columns.clone(), rows, group_by: Some("category"), ..Table::default() };
            let attributes = attributes.iter().copied().collect();
            let shaped = table.shape(&attributes, &StampFormat::default()).unwrap();
            shaped.groups.into_iter().map(|group| group.title).collect::<Vec<_>>()
        };
        assert_eq!(titles(&[]), ["Data", "Alarms", "None"]);
        for sort in ["name", "-name", "-category"] {
            assert_eq!(titles(&[("sort", sort)]), ["Data", "Alarms", "None"], "{sort}");
        }
        // Stating the defaults changes nothing.
        assert_eq!(titles(&[("sort", "name"), ("group-by", "category")]), ["Data", "Alarms", "None"]);
        assert_eq!(titles(&[("group-by", "name")]), ["a", "b", "c"]);
    }

    #[test]
    fn what_there_is_not_is_named() {
        for (attribute, message) in [
            (("sort", "-colour"), "no column `colour`; it has name, status, version"),
            (("columns", "name,colour"), "no column `colour`"),
            (("group-by", "colour"), "no column `colour`"),
            (("limit", "few"), "`limit=few` is not a number"),
        ] {
            assert!(shape(&[attribute]).unwrap_err().contains(message), "{attribute:?}");
        }
    }
}
