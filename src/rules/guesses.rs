//! What is offered for links that lead nowhere depends on every name of the vault.

use std::collections::HashMap;

use super::GUESSING;
use super::links::{Offer, names_several, offer, offer_file, offered};
use crate::model::finding::Finding;
use crate::vault::Vault;
use crate::vault::names::FileId;

/// What has been offered for lost links, for as long as no name has come or gone. A note that is judged again
/// usually has the same lost links, and indexing every name of the vault would be the most expensive step.
#[derive(Debug, Default)]
pub(super) struct Offered(HashMap<String, Known>);

/// What is known to be offered for a link.
#[derive(Debug)]
enum Known {
    Nothing,
    File(FileId),
    /// Several files, in these words.
    Several(String),
}

impl Offered {
    /// What these findings say is offered. Aliases are left out: they are offered in more words.
    pub(super) fn by<'f>(vault: &Vault, findings: impl Iterator<Item = &'f Finding>) -> Self {
        let guesses = findings.filter(|finding| GUESSING.contains(&finding.rule));
        let known = guesses.filter_map(|finding| {
            let known = match &finding.help {
                Some(help) if names_several(help) => Known::Several(help.clone()),
                Some(help) => Known::File(offered(vault, help)?),
                None => Known::Nothing,
            };
            Some((finding.subject.clone(), known))
        });
        Self(known.collect())
    }

    /// What to offer for a link that leads nowhere: what was offered, or else what is found now.
    pub(super) fn offer<'v>(&self, vault: &'v Vault, link: &str) -> Option<Offer<'v>> {
        match self.0.get(link) {
            Some(Known::Nothing) => None,
            Some(Known::File(file)) => Some(offer_file(vault, *file)),
            Some(Known::Several(help)) => Some(Offer { near: None, help: help.clone() }),
            None => offer(vault, link),
        }
    }
}
