//! The number of findings by rule and severity, updated as findings change.

use std::collections::BTreeMap;

use crate::model::finding::{Finding, Severity};

/// The number of findings of each rule and severity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<(Severity, &'static str), usize>);

impl Tally {
    /// Counts findings.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let mut tally = Self::default();
        for finding in findings {
            *tally.0.entry((finding.severity, finding.rule)).or_default() += 1;
        }
        tally
    }

    /// Removes old findings from the count, and adds new ones.
    pub(super) fn change(&mut self, old: &[Finding], new: &[Finding]) {
        for finding in new {
            *self.0.entry((finding.severity, finding.rule)).or_default() += 1;
        }
        for finding in old {
            if let Some(count) = self.0.get_mut(&(finding.severity, finding.rule)) {
                *count = count.saturating_sub(1);
            }
        }
        self.0.retain(|_, count| *count > 0);
    }

    /// Returns the number of all findings.
    #[must_use]
    pub fn total(&self) -> usize {
        self.0.values().sum()
    }

    /// Returns the number of findings with a severity.
    #[must_use]
    pub fn of_severity(&self, severity: Severity) -> usize {
        self.0.iter().filter(|((own, _), _)| *own == severity).map(|(_, count)| count).sum()
    }

    /// Returns the number of findings of a rule.
    #[must_use]
    pub fn of_rule(&self, rule: &str) -> usize {
        self.0.iter().filter(|((_, own), _)| *own == rule).map(|(_, count)| count).sum()
    }
}
