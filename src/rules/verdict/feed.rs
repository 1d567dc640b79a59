//! The findings that boards may show, kept up to date note by note.

use std::collections::{BTreeMap, BTreeSet};

use super::by_path::ByPath;
use crate::model::finding::Finding;
use crate::rules::{Context, run};
use crate::vault::Vault;

/// The findings that boards may show, sorted by note and place.
#[derive(Debug)]
pub(super) struct Feed(Vec<Finding>);

impl Feed {
    /// Up to this many notes are updated one by one; for more, all findings are sorted again.
    const FEW: usize = 8;

    /// Selects the findings that boards may show.
    pub(super) fn of(vault: &Vault, said: [&ByPath; 2]) -> Self {
        let said: Vec<Finding> = said.into_iter().flat_map(ByPath::findings).cloned().collect();
        Self(run::feed_of(vault, &said))
    }

    /// Returns the findings, sorted by note and place.
    pub(super) fn findings(&self) -> &[Finding] {
        &self.0
    }

    /// Replaces the findings of these notes.
    pub(super) fn refresh(&mut self, vault: &Vault, said: [&ByPath; 2], notes: &BTreeSet<String>) {
        let timeless = Context::new(vault, None);
        let fresh = notes.iter().map(|note| {
            let said = said.into_iter().flat_map(|by| by.of(note));
            (note.as_str(), run::feed_of_note(&timeless, note, said))
        });
        if notes.len() > Self::FEW {
            let fresh: BTreeMap<&str, Vec<Finding>> = fresh.collect();
            self.0.retain(|finding| !fresh.contains_key(finding.note.as_str()));
            self.0.extend(fresh.into_values().flatten());
            self.0.sort_by(Finding::order);
            return;
        }
        for (note, findings) in fresh {
            let start = self.0.partition_point(|finding| finding.note.as_str() < note);
            let len = self.0[start..].partition_point(|finding| finding.note == note);
            self.0.splice(start..start + len, findings);
        }
    }
}
