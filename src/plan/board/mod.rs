//! Boards: what a region of a note should show, rendered from the vault.
//!
//! The text depends on the vault alone: not on the clock, the locale or the command line. Findings
//! come in as data, since the rules stand on a higher floor and compare boards with this very text.

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, context};

use crate::model::finding::Finding;
use crate::syntax::board::Board;
use crate::systems::Systems;
use crate::systems::draw::{self, Extent};
use crate::text::digest::body_digest;
use crate::text::edit::Edit;
use crate::vault::Vault;

pub mod escape;
mod kinds;
pub mod rows;
mod table;

/// The kinds of board, and the attributes that each understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Integrations by category.
    Integrations,
    /// Notes with a header.
    Components,
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

impl Kind {
    /// Every kind with its name in the marker.
    pub const ALL: [(&'static str, Self); 7] = [
        ("integrations", Self::Integrations),
        ("components", Self::Components),
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

    /// The attributes that it understands.
    #[must_use]
    pub const fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::Integrations | Self::Components | Self::Events => &table::ATTRIBUTES,
            Self::Alerts => &["limit"],
            Self::Summary | Self::Health | Self::Architecture => &[],
        }
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
    let Some(kind) = Kind::named(&board.kind) else {
        let names: Vec<&str> = Kind::ALL.iter().map(|(name, _)| *name).collect();
        return Err(format!("`{}` is no kind of board; there are {}", board.kind, names.join(", ")));
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
    let (template, values) = match kind {
        Kind::Integrations => ("table", shape(kinds::integrations(source), board)?),
        Kind::Components => ("table", shape(kinds::components(source), board)?),
        Kind::Events => ("table", shape(kinds::events(source, limit(board, 10)?), board)?),
        Kind::Summary => ("table", shape(kinds::summary(source), board)?),
        Kind::Health => ("diagram", context! { diagram => draw::health(&Systems::of(source.vault)) }),
        Kind::Architecture => {
            let diagram = draw::mermaid(&Systems::of(source.vault), Extent::Architecture);
            ("diagram", context! { diagram })
        }
        Kind::Alerts => {
            let lines = kinds::alerts(source, limit(board, usize::MAX)?);
            ("list", context! { lines, empty => "No current alerts" })
        }
    };
    environment()
        .get_template(template)
        .and_then(|template| template.render(values))
        .map(|text| text.trim_matches('\n').to_owned() + "\n")
        .map_err(|error| format!("the template of `{}` failed: {error}", board.kind))
}

fn shape(table: table::Table, board: &Board) -> Result<minijinja::Value, String> {
    Ok(minijinja::Value::from(Serde(table.shape(&board.attributes)?)))
}

fn limit(board: &Board, default: usize) -> Result<usize, String> {
    match board.attributes.iter().find(|(key, _)| key == "limit") {
        Some((_, value)) => value.parse().map_err(|_| format!("`limit={value}` is no number")),
        None => Ok(default),
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let templates = [
        ("table", include_str!("templates/table.md.j2")),
        ("list", include_str!("templates/list.md.j2")),
        ("diagram", include_str!("templates/diagram.md.j2")),
    ];
    for (name, text) in templates {
        // The templates are part of the program; a test renders each of them.
        let added = environment.add_template(name, text);
        debug_assert!(added.is_ok(), "{name}: {added:?}");
    }
    environment
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
