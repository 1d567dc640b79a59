//! Where a rule says what it has to say.

use super::Rule;
use crate::model::finding::{Finding, Severity};
use crate::plan::fix;
use crate::text::place::Place;
use crate::vault::Vault;

/// Takes what a rule has to say.
pub(super) struct Sink<'v> {
    rule: &'static Rule,
    vault: &'v Vault,
    findings: Vec<Finding>,
}

impl<'v> Sink<'v> {
    pub(super) fn new(rule: &'static Rule, vault: &'v Vault) -> Self {
        Self { rule, vault, findings: Vec::new() }
    }

    /// What the rule had to say, save where it is switched off. Fixes that nobody may apply are marked.
    pub(super) fn into_findings(self) -> impl Iterator<Item = Finding> {
        let said = self.findings.into_iter().filter(|finding| finding.severity > Severity::Off);
        said.map(|mut finding| {
            finding.fix = finding.fix.map(|fix| Box::new(fix::offered(self.vault, *fix)));
            finding
        })
    }

    /// Says something about a place of a note. The subject tells findings of one rule and note
    /// apart, whatever line they stand in.
    pub(super) fn report(
        &mut self,
        note: &str,
        place: impl Into<Option<Place>>,
        subject: &str,
        message: String,
    ) -> &mut Finding {
        self.findings.push(Finding {
            rule: self.rule.name,
            severity: self.rule.severity_in(self.vault, note),
            message,
            note: note.to_owned(),
            place: place.into(),
            related: Vec::new(),
            help: None,
            subject: subject.to_owned(),
            fix: None,
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }
}
