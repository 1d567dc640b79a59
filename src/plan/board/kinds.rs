//! The rows and lines of each kind of board.

use super::Source;
use super::escape::{cell, line, link_cell, link_line};
use super::table::{Row, Table};
use crate::model::finding::{Finding, Severity};
use crate::model::integration::View;
use crate::model::level::Level;
use crate::syntax::header::keys;
use crate::systems::members;
use crate::text::place::Place;

/// Integrations: one a row, by category.
pub(super) fn integrations(source: Source<'_>) -> Table {
    let vault = source.vault;
    let mut rows: Vec<(Vec<String>, String, Row)> = members::integrations(vault)
        .map(|(note, integration)| {
            let view = View(integration);
            let name = view.name().unwrap_or("(no name)");
            let text = |path: &[&str]| cell(view.text(path).unwrap_or_default());
            let category =
                view.text(&["type"]).and_then(|t| vault.vocabulary().category(t)).unwrap_or_default();
            let findings = own_findings(source.findings, &note.path)
                .iter()
                .filter(|f| {
                    let own =
                        |p: Place| integration.json.place.span.contains(p.span) || p == integration.anchor;
                    f.place.is_some_and(own)
                })
                .count();
            let status = members::integration_status(note, integration).map_or("", |(text, _)| text);
            let group = if category.is_empty() { "Uncategorised".to_owned() } else { category.join(" › ") };
            let cells = vec![
                cell(&group),
                link_cell(&note.path, name),
                text(&["type"]),
                text(&["version"]),
                text(&["endpoint"]),
                text(&["auth", "type"]),
                cell(status),
                findings.to_string(),
            ];
            let order = if category.is_empty() { vec!["\u{10ffff}".to_owned()] } else { category.to_vec() };
            (order, crate::text::fold::fold(name).into_owned(), Row { cells })
        })
        .collect();
    rows.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    Table {
        columns: vec![
            ("category", "Category"),
            ("name", "Integration"),
            ("type", "Type"),
            ("version", "Version"),
            ("endpoint", "Endpoint"),
            ("auth", "Auth"),
            ("status", "Status"),
            ("findings", "Findings"),
        ],
        rows: rows.into_iter().map(|(.., row)| row).collect(),
        empty: "No integrations",
        group_by: Some("category"),
    }
}

/// The findings about one note: they come in the order of notes.
fn own_findings<'f>(findings: &'f [Finding], note: &str) -> &'f [Finding] {
    let start = findings.partition_point(|f| f.note.as_str() < note);
    let len = findings[start..].partition_point(|f| f.note == note);
    &findings[start..start + len]
}

/// Notes with a header: one a row, in the order of paths.
pub(super) fn components(source: Source<'_>) -> Table {
    let vocabulary = source.vault.vocabulary();
    let rows = members::components(source.vault).map(|(note, header)| {
        let value = |key: &str| {
            let field = header.get(key).filter(|f| !f.is_unrendered());
            cell(field.map_or("", |f| f.value.as_str()))
        };
        let level = members::component_status(header).map_or(Level::Unknown, |text| vocabulary.level(text));
        Row {
            cells: vec![
                link_cell(&note.path, note.title()),
                value(keys::STATUS),
                value(keys::VERSION),
                value(keys::LAST_MODIFIED),
                level.name().to_owned(),
            ],
        }
    });
    Table {
        columns: vec![
            ("component", "Component"),
            ("status", "Status"),
            ("version", "Version"),
            ("last-modified", "Last Modified"),
            ("health", "Health"),
        ],
        rows: rows.collect(),
        empty: "No components",
        group_by: None,
    }
}

/// The newest history entries of the vault, newest first.
pub(super) fn events(source: Source<'_>, limit: usize) -> Table {
    let mut entries: Vec<_> = source
        .vault
        .system_notes()
        .filter(|(_, note)| !note.is_template())
        .flat_map(|(_, note)| {
            let lists = note.facts.system().history.iter().flat_map(|s| &s.lists).flatten();
            lists.filter_map(move |entry| Some((entry.stamp?, note, entry)))
        })
        .collect();
    entries.sort_by(|a, b| {
        let newest = b.0.time().cmp(&a.0.time());
        newest.then_with(|| (&a.1.path, &a.2.title).cmp(&(&b.1.path, &b.2.title)))
    });
    let rows = entries.into_iter().take(limit).map(|(_, note, entry)| {
        let title = match &entry.version {
            Some(version) => format!("v{version}: {}", entry.title),
            None => entry.title.clone(),
        };
        Row { cells: vec![cell(&entry.timestamp), link_cell(&note.path, note.title()), cell(&title)] }
    });
    Table {
        columns: vec![("timestamp", "Timestamp"), ("component", "Component"), ("event", "Event")],
        rows: rows.collect(),
        empty: "No recent events",
        group_by: None,
    }
}

/// Findings of severity error, in the order of notes.
pub(super) fn alerts(source: Source<'_>, limit: usize) -> Vec<String> {
    let errors = source.findings.iter().filter(|f| f.severity == Severity::Error);
    errors
        .take(limit)
        .map(|finding| {
            let note = source.vault.find(&finding.note).and_then(|id| source.vault.note(id));
            let title = note.map_or(finding.note.as_str(), |n| n.title());
            format!("🔴 {}: {} (`{}`)", link_line(&finding.note, title), line(&finding.message), finding.rule)
        })
        .collect()
}

/// How many components and integrations there are of each level, and what is wrong with them.
pub(super) fn summary(source: Source<'_>) -> Table {
    let vocabulary = source.vault.vocabulary();
    let tally = |levels: &mut dyn Iterator<Item = Level>| {
        let mut counts = [0usize; 4];
        levels.for_each(|level| counts[level as usize] += 1);
        counts
    };
    let level = |text: Option<&str>| text.map_or(Level::Unknown, |text| vocabulary.level(text));
    let components = tally(
        &mut members::components(source.vault).map(|(_, header)| level(members::component_status(header))),
    );
    let integrations = tally(&mut members::integrations(source.vault).map(|(note, integration)| {
        level(members::integration_status(note, integration).map(|(text, _)| text))
    }));
    let row = |name: &str, counts: [usize; 4]| Row {
        cells: std::iter::once(name.to_owned()).chain(counts.iter().map(usize::to_string)).collect(),
    };
    Table {
        columns: vec![
            ("of", "Summary"),
            ("ok", "🟢 ok"),
            ("warning", "🟡 warning"),
            ("critical", "🔴 critical"),
            ("unknown", "⚪ unknown"),
        ],
        rows: vec![row("Components", components), row("Integrations", integrations)],
        empty: "Nothing to count",
        group_by: None,
    }
}
