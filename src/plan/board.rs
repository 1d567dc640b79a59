//! Renders boards: the text that a generated region of a note should show.
//!
//! The text depends on the vault alone: not on the clock, the locale or the command line. Findings come in as
//! data, since the rules stand on a higher floor and compare boards with this very text.

use std::collections::HashSet;

use self::demand::Asked;
pub use self::source::Source;
use self::table::Table;
use self::template::BuiltIn;
use crate::config::Config;
use crate::syntax::board::{Attributes, Board, end_marker};
use crate::text::digest::body_digest;
use crate::text::edit::Edit;

pub(crate) mod add;
pub(crate) mod cell;
pub(crate) mod condition;
pub(crate) mod custom;
mod demand;
mod groups;
mod index;
mod kinds;
pub(crate) mod model;
mod order;
mod replaced;
pub(crate) mod rows;
mod source;
mod table;
mod template;

/// The built-in kinds of board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Integrations by category.
    Integrations,
    /// Notes with a header.
    Components,
    /// Figures and their targets.
    Metrics,
    /// Findings of severity error.
    Alerts,
    /// The newest history entries of the vault.
    Events,
    /// Counts of components, integrations, metrics and findings.
    Summary,
    /// A diagram of components and integrations by level.
    Health,
    /// A diagram of integrations by category, joined with the diagrams of the vault.
    Architecture,
}

/// Which findings a kind of board shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// No findings.
    Nothing,
    /// Findings about the documentation of systems.
    OfSystems,
    /// Errors of any kind.
    Errors,
    /// All findings.
    All,
}

impl Kind {
    /// Every kind, with its name in markers.
    pub const ALL: [(&'static str, Self); 8] = [
        ("integrations", Self::Integrations),
        ("components", Self::Components),
        ("metrics", Self::Metrics),
        ("alerts", Self::Alerts),
        ("events", Self::Events),
        ("summary", Self::Summary),
        ("health", Self::Health),
        ("architecture", Self::Architecture),
    ];

    /// Returns the kind with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(n, _)| *n == name).map(|(_, kind)| *kind)
    }

    /// Returns which findings it shows. Its boards do not change with other findings.
    #[must_use]
    pub const fn shown(self) -> Shown {
        match self {
            Self::Integrations => Shown::OfSystems,
            Self::Alerts => Shown::Errors,
            Self::Summary => Shown::All,
            Self::Components | Self::Metrics | Self::Events | Self::Health | Self::Architecture => {
                Shown::Nothing
            }
        }
    }

    /// Returns the attributes that it understands.
    #[must_use]
    pub const fn attributes(self) -> &'static [&'static str] {
        match self.shape() {
            Shape::Table(_) => &table::ATTRIBUTES,
            Shape::List(_) => &table::OF_LISTS,
            Shape::Diagram(_) => &["where"],
            Shape::Summary => &[],
        }
    }

    const fn shape(self) -> Shape {
        match self {
            Self::Integrations => Shape::Table(kinds::integrations),
            Self::Components => Shape::Table(kinds::components),
            Self::Metrics => Shape::Table(kinds::metrics),
            Self::Events => Shape::Table(kinds::events),
            Self::Alerts => Shape::List(kinds::alerts),
            Self::Summary => Shape::Summary,
            Self::Health => Shape::Diagram(kinds::health),
            Self::Architecture => Shape::Diagram(kinds::architecture),
        }
    }

    /// Returns the column that identifies its rows.
    const fn key(self) -> &'static str {
        match self {
            Self::Integrations => "name",
            Self::Metrics => "metric",
            Self::Alerts => "alert",
            Self::Events => "event",
            Self::Components | Self::Summary | Self::Health | Self::Architecture => "component",
        }
    }

    /// Returns the identifying cells of the rows that a board selects by `where` or `limit`. Returns `None` if it
    /// shows all rows, or if its marker cannot be applied.
    fn chosen(self, source: &Source<'_>, board: &Board) -> Option<Vec<String>> {
        let Shape::Table(rows) = self.shape() else { return None };
        let chooses = |key: &str| matches!(key, "where" | "sort" | "limit");
        let choosing = board.attributes.iter().filter(|(key, _)| chooses(key));
        if !choosing.clone().any(|(key, _)| key != "sort") {
            return None;
        }
        let asked: Attributes = choosing.chain([("columns", self.key()), ("group-by", "none")]).collect();
        source
            .table(self, rows, &Asked::by(&asked))
            .shape(&asked, &source.vault.config().reading.stamp)
            .ok()
            .map(|shaped| shaped.groups.into_iter().flat_map(|group| group.rows).flatten().collect())
    }

    /// Returns the folded titles of all columns that a kind can have; empty for one without rows.
    fn titles(self, source: &Source<'_>) -> HashSet<String> {
        let (Shape::Table(rows) | Shape::List(rows)) = self.shape() else { return HashSet::new() };
        let columns = rows(source, &Asked::columns()).columns;
        columns.iter().map(|column| crate::text::fold::fold(&column.title).into_owned()).collect()
    }
}

/// The shape of a kind of board, with the function that makes its content.
#[derive(Clone, Copy)]
enum Shape {
    Table(Rows),
    /// A table that is shown as a list, with one line a row.
    List(Rows),
    Summary,
    Diagram(fn(&Source<'_>, Option<&str>) -> Result<kinds::Graph, String>),
}

/// A function that makes the rows of a kind.
type Rows = fn(&Source<'_>, &Asked<'_>) -> Table;

/// Renders the text of a board, with `\n` line endings and without blank lines at its ends.
///
/// # Errors
/// A sentence that says what is wrong with the marker: an unknown kind, attribute or column.
pub fn render(source: &Source<'_>, board: &Board) -> Result<String, String> {
    source.text(board, || made(source, board))
}

/// Renders the text of a board without looking for an equal one that is made already.
fn made(source: &Source<'_>, board: &Board) -> Result<String, String> {
    let own = &source.vault.config().boards;
    let Some(kind) = Kind::named(&board.kind) else {
        return match own.get(&board.kind) {
            Some(template) => custom::render(source, board, template),
            None => Err(unknown(source.vault.config(), &board.kind)),
        };
    };
    if let Some((key, _)) = board.attributes.iter().find(|(key, _)| !kind.attributes().contains(key)) {
        let known = match kind.attributes() {
            [] => "it has none".to_owned(),
            known => format!("it has {}", known.join(", ")),
        };
        return Err(format!("the board `{}` has no attribute `{key}`; {known}", board.kind));
    }
    let shaped = |rows: Rows| {
        let format = &source.vault.config().reading.stamp;
        source.table(kind, rows, &Asked::by(&board.attributes)).shape(&board.attributes, format)
    };
    let chosen = board.attributes.get("where");
    let text = match kind.shape() {
        Shape::Table(rows) => BuiltIn::Table.render(shaped(rows)?),
        Shape::List(rows) => BuiltIn::List.render(shaped(rows)?),
        Shape::Summary => BuiltIn::Summary.render(kinds::summary(source)),
        Shape::Diagram(draw) => BuiltIn::Diagram.render(draw(source, chosen)?),
    };
    text.map(|text| trimmed(&text))
}

/// Whether there is a board with this name: built in, or the vault's own.
#[must_use]
pub fn is_known(config: &Config, kind: &str) -> bool {
    Kind::named(kind).is_some() || config.boards.contains_key(kind)
}

/// Returns the message for an unknown kind of board, with the known ones.
#[must_use]
pub fn unknown(config: &Config, kind: &str) -> String {
    let own = config.boards.keys().map(String::as_str);
    let names: Vec<&str> = Kind::ALL.iter().map(|(name, _)| *name).chain(own).collect();
    format!("`{kind}` is not a kind of board; the kinds are {}", names.join(", "))
}

/// Returns a text without blank lines at its ends.
fn trimmed(text: &str) -> String {
    text.trim_matches('\n').to_owned() + "\n"
}

/// Returns the lines that should stand between the markers of a board: its text between two blank lines, with the
/// line endings of its start marker.
#[must_use]
pub fn body(rendered: &str, note: &str, board: &Board) -> String {
    let marker_line = note.get(board.place.span.end as usize..board.body.start as usize).unwrap_or("");
    let lines = format!("\n{rendered}\n");
    if marker_line.ends_with("\r\n") { lines.replace('\n', "\r\n") } else { lines }
}

/// Returns the edits that bring a board up to date; none if it is fresh.
#[must_use]
pub fn edits(rendered: &str, note: &str, board: &Board) -> Vec<Edit> {
    let body = body(rendered, note, board);
    let digest = body_digest(&body);
    let mut edits = Vec::new();
    if body != board.body.of(note) {
        edits.push(Edit::replace(board.body, body));
    }
    if board.digest.as_ref() != Some(&digest) {
        edits.push(Edit::replace(board.end.span, end_marker(Some(&digest))));
    }
    edits
}
