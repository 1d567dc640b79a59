//! Rows of the integrations board.

use std::sync::Arc;

use crate::model::finding::Finding;
use crate::model::integration::View;
use crate::plan::board::Source;
use crate::plan::board::cell::Cell;
use crate::plan::board::demand::Asked;
use crate::plan::board::table::{Column, Columns, Holds, Table};
use crate::syntax::integration::Integration;
use crate::systems::members;
use crate::text::fold::fold;
use crate::text::place::Place;
use crate::vault::Note;

/// Returns the integrations, sorted by category and name.
pub(in crate::plan::board) fn integrations(source: &Source<'_>, asked: &Asked<'_>) -> Table {
    let vocabulary = source.vault.vocabulary();
    let mut members: Vec<(Vec<Arc<str>>, String, Member<'_>)> = members::integrations(source.vault)
        .map(|(note, integration)| {
            let view = View(integration);
            let category = view.text(&["type"]).and_then(|t| vocabulary.category(t)).unwrap_or_default();
            // Integrations without a category come last.
            let order = if category.is_empty() { vec![Arc::from("\u{10ffff}")] } else { category.to_vec() };
            let status = members::integration_status(note, integration).map_or("", |(text, _)| text);
            let member = Member { note, integration, category, status };
            (order, fold(member.name()).into_owned(), member)
        })
        .collect();
    members.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    let columns = Columns::new()
        .with(Column::new("category", "Category"), Member::category)
        .with(Column::new("name", "Integration"), |member| Cell::link(&member.note.path, member.name()))
        .with(Column::new("type", "Type"), |member| member.text(&["type"]))
        .with(Column::version("version", "Version"), |member| member.text(&["version"]))
        .with(Column::new("endpoint", "Endpoint"), |member| member.text(&["endpoint"]))
        .with(Column::new("auth", "Auth"), |member| member.text(&["auth", "type"]))
        .with(Column::status("status", "Status"), |member| Cell::text(member.status))
        .with(Column::new("findings", "Findings"), |member| {
            Cell::text(&findings(source.findings, member.note, member.integration).to_string())
        })
        .with(Column { by_default: false, ..Column::health() }, |member| {
            Cell::text(vocabulary.level(member.status).name())
        })
        .with(Column { holds: Holds::Duration, ..Column::on_demand("timeout", "Timeout") }, |member| {
            member.text(&["config", "timeout"])
        })
        .with(Column::on_demand("retry", "Retry"), |member| member.text(&["config", "retry"]))
        .with(Column::on_demand("rate-limit", "Rate Limit"), |member| member.text(&["config", "rateLimit"]))
        .with(Column::on_demand("component", "Component"), |member| {
            Cell::link(&member.note.path, member.note.title())
        });
    let members = members.into_iter().take(asked.rows(usize::MAX)).map(|(.., member)| member);
    Table { empty: "No integrations", group_by: Some("category"), ..columns.table(members) }
}

/// An integration, with what a row shows of it.
struct Member<'v> {
    note: &'v Note,
    integration: &'v Integration,
    category: &'v [Arc<str>],
    status: &'v str,
}

impl<'v> Member<'v> {
    fn name(&self) -> &'v str {
        View(self.integration).name().unwrap_or("(no name)")
    }

    fn category(&self) -> Option<Cell> {
        let category = self.category.join(" › ");
        Cell::text(if category.is_empty() { "Uncategorised" } else { &category })
    }

    /// Returns the cell of a value in the block.
    fn text(&self, path: &[&str]) -> Option<Cell> {
        Cell::text(View(self.integration).text(path)?)
    }
}

/// Counts the findings about an integration. Findings are sorted by note and place ([`Finding::order`]), and no
/// integration lies within another, so only its own are looked at.
fn findings(findings: &[Finding], note: &Note, integration: &Integration) -> usize {
    let span = integration.json.place.span;
    let own = |p: Place| span.contains(p.span) || p == integration.anchor;
    let from = |at: u32| {
        findings.partition_point(|f| {
            (f.note.as_str(), f.place.map_or(0, |p| p.span.start)) < (note.path.as_str(), at)
        })
    };
    let starting = |first: u32, last: u32| &findings[from(first)..from(last + 1)];
    // The key of a single integration stands before its object.
    let key = integration.anchor.span.start;
    let at_key = if key < span.start { starting(key, key) } else { &[] };
    at_key.iter().chain(starting(span.start, span.end)).filter(|f| f.place.is_some_and(own)).count()
}
