//! The findings known to a receiver of updates, for tests that replay them.

use portolan::model::finding::Finding;
use portolan::rules::verdict::update::Update;

/// All findings, according to the updates so far.
pub(crate) struct Known(Vec<Finding>);

impl Known {
    pub(crate) fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        Self(findings.into_iter().cloned().collect())
    }

    /// Applies an update.
    pub(crate) fn hear(&mut self, update: &Update) {
        for removed in &update.removed {
            let at = self.0.iter().position(|known| known == removed);
            self.0.swap_remove(
                at.unwrap_or_else(|| panic!("a finding was removed that was never added: {removed:?}")),
            );
        }
        for updated in &update.updated {
            let known = self.0.iter().any(|known| known.fingerprint() == updated.fingerprint());
            assert!(known, "a finding was updated that is not known: {updated:?}");
        }
        self.0.retain(|known| {
            update.updated.iter().all(|updated| updated.fingerprint() != known.fingerprint())
        });
        self.0.extend(update.updated.iter().chain(&update.added).cloned());
        self.0.sort_by(Finding::order);
    }

    pub(crate) fn findings(&self) -> &[Finding] {
        &self.0
    }
}
