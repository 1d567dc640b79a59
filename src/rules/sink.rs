//! Collects the findings of a rule.

use super::Rule;
use crate::model::finding::{Finding, Severity};
use crate::plan::fix;
use crate::text::place::Place;
use crate::vault::Vault;

/// Collects the findings of one rule.
pub(super) struct Sink<'v> {
    rule: &'static Rule,
    vault: &'v Vault,
    findings: Vec<Finding>,
}

impl<'v> Sink<'v> {
    pub(super) fn new(rule: &'static Rule, vault: &'v Vault) -> Self {
        Self { rule, vault, findings: Vec::new() }
    }

    /// Returns the findings, without those in notes where the rule is off. Fixes that must not be applied are
    /// marked.
    pub(super) fn into_findings(self) -> impl Iterator<Item = Finding> {
        let said = self.findings.into_iter().filter(|finding| finding.severity > Severity::Off);
        said.map(|mut finding| {
            finding.fix = finding.fix.map(|fix| Box::new(fix::offered(self.vault, *fix)));
            finding
        })
    }

    /// Adds a finding about a place in a note. `subject` tells findings of the same rule and note apart,
    /// regardless of their lines.
    pub(super) fn report(
        &mut self,
        note: &str,
        place: impl Into<Option<Place>>,
        subject: &str,
        message: String,
    ) -> &mut Finding {
        let severity = self.rule.severity_in(self.vault, note);
        let finding = Finding::new(self.rule.name, severity, note, subject, message);
        self.findings.push(Finding { place: place.into(), ..finding });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }
}
