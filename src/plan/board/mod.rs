//! Boards: what a region of a note should show, rendered from the vault.
//!
//! The text depends on the vault alone: not on the clock, the locale or the command line. Findings
//! come in as data, since the rules stand on a higher floor and compare boards with this very text.

use crate::config::Config;
use crate::model::finding::Finding;
use crate::syntax::board::Board;
use crate::text::digest::body_digest;
use crate::text::edit::Edit;
use crate::vault::Vault;

pub mod add;
pub(crate) mod condition;
pub mod escape;
mod kinds;
pub mod model;
mod order;
pub mod own;
pub mod rows;
mod table;
mod template;

/// The kinds of board, and the attributes that each understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Counts.
    Summary,
    /// Components and integrations by level, drawn.
    Health,
    /// Integrations by category, joined with the diagrams of the vault.
    Architecture,
}

/// Which findings a kind of board shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// None.
    Nothing,
    /// Those about the documentation of systems.
    OfSystems,
    /// Errors, wherever they are.
    Errors,
    /// All of them.
    All,
}

impl Kind {
    /// Every kind with its name in the marker.
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

    /// The kind with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(n, _)| *n == name).map(|(_, kind)| *kind)
    }

    /// Which findings it shows: when others come or go, its boards stay what they are.
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

    /// The attributes that it understands.
    #[must_use]
    pub const fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::Integrations | Self::Components | Self::Metrics | Self::Events => &table::ATTRIBUTES,
            Self::Alerts => &table::OF_LISTS,
            Self::Health | Self::Architecture => &["where"],
            Self::Summary => &[],
        }
    }
}

impl Kind {
    /// The rows of a kind that has some: of those that come in an order of their own as many as are needed.
    fn table(self, source: Source<'_>, needed: usize) -> table::Table {
        match self {
            Self::Integrations => kinds::integrations(source),
            Self::Components => kinds::components(source),
            Self::Metrics => kinds::metrics(source),
            Self::Events => kinds::events(source, needed),
            Self::Alerts => kinds::alerts(source, needed),
            Self::Summary | Self::Health | Self::Architecture => table::Table::default(),
        }
    }

    /// The titles of the columns that a table of this kind can have, folded.
    fn titles(self, source: Source<'_>) -> std::collections::HashSet<String> {
        let columns = self.table(source, 0).columns;
        columns.iter().map(|column| crate::text::fold::fold(&column.title).into_owned()).collect()
    }
}

/// What boards are made from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'v> {
    /// The vault.
    pub vault: &'v Vault,
    /// The findings that boards may show.
    pub findings: &'v [Finding],
}

/// The text of a board, with `\n` line endings and without the blank lines at its ends.
///
/// # Errors
/// A sentence that says what is wrong with the marker: an unknown kind, attribute or column.
pub fn render(source: Source<'_>, board: &Board) -> Result<String, String> {
    let own = &source.vault.config().boards;
    let Some(kind) = Kind::named(&board.kind) else {
        return match own.get(&board.kind) {
            Some(template) => own::render(source, board, template),
            None => Err(unknown(source.vault.config(), &board.kind)),
        };
    };
    if let Some((key, _)) =
        board.attributes.iter().find(|(key, _)| !kind.attributes().contains(&key.as_str()))
    {
        let known = match kind.attributes() {
            [] => "it has none".to_owned(),
            known => format!("it has {}", known.join(", ")),
        };
        return Err(format!("the board `{}` has no attribute `{key}`; {known}", board.kind));
    }
    let chosen = board.attributes.iter().find(|(key, _)| key == "where").map(|(_, value)| value.as_str());
    let text = match kind {
        Kind::Summary => template::built_in("summary", kinds::summary(source)),
        Kind::Health => template::built_in("diagram", kinds::health(source, chosen)?),
        Kind::Architecture => template::built_in("diagram", kinds::architecture(source, chosen)?),
        Kind::Integrations | Kind::Components | Kind::Metrics | Kind::Events | Kind::Alerts => {
            let name = if kind == Kind::Alerts { "list" } else { "table" };
            let format = &source.vault.config().reading.stamp;
            template::built_in(name, kind.table(source, needed(board)).shape(&board.attributes, format)?)
        }
    };
    text.map(|text| trimmed(&text))
}

/// How many rows a board can show of those that there are, and one more to tell whether there are more: all
/// of them where it chooses among them.
fn needed(board: &Board) -> usize {
    let get = |wanted: &str| board.attributes.iter().find(|(key, _)| key == wanted).map(|(_, value)| value);
    if ["where", "sort"].into_iter().any(|key| get(key).is_some()) {
        return usize::MAX;
    }
    let default = if board.kind == "events" { kinds::EVENTS } else { usize::MAX };
    get("limit").map_or(default, |limit| limit.parse().unwrap_or(0)).saturating_add(1)
}

/// Whether there is a board of this name: built in, or the vault's own.
#[must_use]
pub fn is_known(config: &Config, kind: &str) -> bool {
    Kind::named(kind).is_some() || config.boards.contains_key(kind)
}

/// Says that there is no board of a name, and which there are.
#[must_use]
pub fn unknown(config: &Config, kind: &str) -> String {
    let own = config.boards.keys().map(String::as_str);
    let names: Vec<&str> = Kind::ALL.iter().map(|(name, _)| *name).chain(own).collect();
    format!("`{kind}` is no kind of board; there are {}", names.join(", "))
}

/// A text without the blank lines at its ends.
fn trimmed(text: &str) -> String {
    text.trim_matches('\n').to_owned() + "\n"
}

/// What the lines between the markers of a board should be: its text between two blank lines, in the
/// line endings of its start marker.
#[must_use]
pub fn body(rendered: &str, note: &str, board: &Board) -> String {
    let marker_line = note.get(board.place.span.end as usize..board.body.start as usize).unwrap_or("");
    let lines = format!("\n{rendered}\n");
    if marker_line.ends_with("\r\n") { lines.replace('\n', "\r\n") } else { lines }
}

/// The edits that bring a board up to date; none where it is.
#[must_use]
pub fn edits(rendered: &str, note: &str, board: &Board) -> Vec<Edit> {
    let body = body(rendered, note, board);
    let digest = body_digest(&body);
    let mut edits = Vec::new();
    if body != board.body.of(note) {
        edits.push(Edit::replace(board.body, body));
    }
    if board.digest.as_ref() != Some(&digest) {
        edits.push(Edit::replace(board.end.span, format!("<!-- portolan:end {digest} -->")));
    }
    edits
}
