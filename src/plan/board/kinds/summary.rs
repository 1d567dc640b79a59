//! How many there are of what.

use serde::Serialize;

use super::metrics;
use crate::model::finding::Severity;
use crate::model::level::Level;
use crate::plan::board::Source;
use crate::syntax::mermaid::write_pie::pie;
use crate::systems::members;

/// A summary as its template sees it.
#[derive(Debug, Serialize)]
pub(in crate::plan::board) struct Summary {
    /// What is counted, each with how many there are of each level.
    rows: Vec<(&'static str, [usize; 4])>,
    /// A pie of each row that has something to show.
    pies: Vec<String>,
    /// The severities of findings, each with how many there are.
    findings: Vec<(&'static str, usize)>,
}

/// Components, integrations and metrics by level, drawn too, and findings by severity.
pub(in crate::plan::board) fn summary(source: &Source<'_>) -> Summary {
    let vocabulary = source.vault.vocabulary();
    let level = |text: Option<&str>| text.map_or(Level::Unknown, |text| vocabulary.level(text));
    let components =
        tally(members::components(source.vault).map(|(_, header)| level(members::component_status(header))));
    let integrations = tally(members::integrations(source.vault).map(|(note, integration)| {
        level(members::integration_status(note, integration).map(|(text, _)| text))
    }));
    // What somebody says of a metric is how it is, as in the column `health` of its own board; the figures speak
    // where nobody does.
    let metrics = tally(metrics::of(source.vault).map(|(_, metric, within)| match (&metric.mark, within) {
        (Some(mark), _) => vocabulary.level(&mark.text),
        (None, Some(true)) => Level::Ok,
        (None, Some(false)) => Level::Warning,
        (None, None) => Level::Unknown,
    }));
    let rows = vec![("Components", components), ("Integrations", integrations), ("Metrics", metrics)];
    let pies = rows.iter().filter(|(_, counts)| counts.iter().any(|count| *count > 0));
    let count = |severity| source.findings.iter().filter(|f| f.severity == severity).count();
    Summary {
        pies: pies.map(|(name, counts)| drawn(name, *counts)).collect(),
        findings: vec![
            ("Errors", count(Severity::Error)),
            ("Warnings", count(Severity::Warning)),
            ("Infos", count(Severity::Info)),
        ],
        rows,
    }
}

fn tally(levels: impl Iterator<Item = Level>) -> [usize; 4] {
    let mut counts = [0; 4];
    levels.for_each(|level| counts[level as usize] += 1);
    counts
}

/// A pie of those levels that there are.
fn drawn(name: &str, counts: [usize; 4]) -> String {
    let levels = [Level::Ok, Level::Warning, Level::Critical, Level::Unknown];
    let slices = levels.iter().map(|level| (level.name(), counts[*level as usize]));
    pie(name, &slices.filter(|(_, count)| *count > 0).collect::<Vec<_>>())
}
