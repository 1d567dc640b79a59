//! Rows of the integrations board.

use std::sync::Arc;

use crate::model::finding::Finding;
use crate::model::integration::View;
use crate::plan::board::Source;
use crate::plan::board::asked::Asked;
use crate::plan::board::cell::{cell, link_cell};
use crate::plan::board::table::{Column, Holds, Table};
use crate::syntax::integration::Integration;
use crate::systems::members;
use crate::text::fold::fold;
use crate::text::place::Place;
use crate::vault::Note;

/// Returns the integrations, sorted by category and name.
pub(in crate::plan::board) fn integrations(source: &Source<'_>, asked: &Asked<'_>) -> Table {
    let vocabulary = source.vault.vocabulary();
    let mut rows: Vec<(Vec<Arc<str>>, String, Vec<String>)> = members::integrations(source.vault)
        .map(|(note, integration)| {
            let view = View(integration);
            let category = view.text(&["type"]).and_then(|t| vocabulary.category(t)).unwrap_or_default();
            // Integrations without a category come last.
            let order = if category.is_empty() { vec![Arc::from("\u{10ffff}")] } else { category.to_vec() };
            let name = view.name().unwrap_or("(no name)");
            (order, fold(name).into_owned(), row(source, note, integration, category))
        })
        .collect();
    rows.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    Table {
        columns: vec![
            Column::new("category", "Category"),
            Column::new("name", "Integration"),
            Column::new("type", "Type"),
            Column::version("version", "Version"),
            Column::new("endpoint", "Endpoint"),
            Column::new("auth", "Auth"),
            Column::status("status", "Status"),
            Column::new("findings", "Findings"),
            Column { by_default: false, ..Column::health() },
            Column { holds: Holds::Duration, ..Column::on_demand("timeout", "Timeout") },
            Column::on_demand("retry", "Retry"),
            Column::on_demand("rate-limit", "Rate Limit"),
            Column::on_demand("component", "Component"),
        ],
        rows: rows.into_iter().take(asked.rows(usize::MAX)).map(|(.., row)| row).collect(),
        empty: "No integrations",
        group_by: Some("category"),
        ..Table::default()
    }
}

fn row(source: &Source<'_>, note: &Note, integration: &Integration, category: &[Arc<str>]) -> Vec<String> {
    let view = View(integration);
    let text = |path: &[&str]| cell(view.text(path).unwrap_or_default());
    let status = members::integration_status(note, integration).map_or("", |(text, _)| text);
    let level = source.vault.vocabulary().level(status);
    let category = if category.is_empty() { "Uncategorised".to_owned() } else { category.join(" › ") };
    vec![
        cell(&category),
        link_cell(&note.path, view.name().unwrap_or("(no name)")),
        text(&["type"]),
        text(&["version"]),
        text(&["endpoint"]),
        text(&["auth", "type"]),
        cell(status),
        findings(source.findings, note, integration).to_string(),
        level.name().to_owned(),
        text(&["config", "timeout"]),
        text(&["config", "retry"]),
        text(&["config", "rateLimit"]),
        link_cell(&note.path, note.title()),
    ]
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
