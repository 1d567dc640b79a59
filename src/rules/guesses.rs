//! What is offered for links that lead nowhere depends on every name of the vault.

use std::collections::HashMap;

use super::GUESSING;
use super::links::{offer, offer_file, offered};
use crate::model::finding::Finding;
use crate::vault::Vault;
use crate::vault::names::FileId;
use crate::vault::suggest::Suggestion;

/// What has been offered for lost links, for as long as no name has come or gone. A note that is judged again
/// usually has the same lost links, and indexing every name of the vault would be the most expensive step.
#[derive(Debug, Default)]
pub(super) struct Offered(HashMap<String, Option<FileId>>);

impl Offered {
    /// What these findings say is offered. Aliases are left out: they are offered in more words.
    pub(super) fn by<'f>(vault: &Vault, findings: impl Iterator<Item = &'f Finding>) -> Self {
        let guesses = findings.filter(|finding| GUESSING.contains(&finding.rule));
        let known = guesses.filter_map(|finding| {
            let file = match &finding.help {
                Some(help) => Some(offered(vault, help)?),
                None => None,
            };
            Some((finding.subject.clone(), file))
        });
        Self(known.collect())
    }

    /// What to offer for a link that leads nowhere: what was offered, or else what is found now.
    pub(super) fn offer<'v>(&self, vault: &'v Vault, link: &str) -> Option<(Suggestion<'v>, String)> {
        match self.0.get(link) {
            Some(known) => known.map(|file| offer_file(vault, file)),
            None => offer(vault, link),
        }
    }
}
