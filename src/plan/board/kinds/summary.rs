//! The counts of the summary board.

use serde::Serialize;

use super::metrics;
use crate::model::finding::Severity;
use crate::model::level::Level;
use crate::plan::board::Source;
use crate::syntax::mermaid::write_pie::pie;
use crate::systems::members;

/// The values for the template of a summary.
#[derive(Debug, Serialize)]
pub(in crate::plan::board) struct Summary {
    /// What is counted, with the count of each level.
    rows: Vec<(&'static str, [usize; 4])>,
    /// A pie chart for each row that has something to show.
    pies: Vec<String>,
    /// The severities of findings, with the count of each.
    findings: Vec<(&'static str, usize)>,
}

/// Counts components, integrations and metrics by level, with pie charts, and findings by severity.
pub(in crate::plan::board) fn summary(source: &Source<'_>) -> Summary {
    let vocabulary = source.vault.vocabulary();
    let level = |text: Option<&str>| text.map_or(Level::Unknown, |text| vocabulary.level(text));
    let components =
        tally(members::components(source.vault).map(|(_, header)| level(members::component_status(header))));
    let integrations = tally(members::integrations(source.vault).map(|(note, integration)| {
        level(members::integration_status(note, integration).map(|(text, _)| text))
    }));
    // The mark that somebody gave a metric decides its level, as in the column `health` of its own board; without
    // a mark the figures do.
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

/// Returns a pie chart of the levels that occur.
fn drawn(name: &str, counts: [usize; 4]) -> String {
    let levels = [Level::Ok, Level::Warning, Level::Critical, Level::Unknown];
    let slices = levels.iter().map(|level| (level.name(), counts[*level as usize]));
    pie(name, &slices.filter(|(_, count)| *count > 0).collect::<Vec<_>>())
}
