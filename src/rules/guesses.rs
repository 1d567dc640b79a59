//! What is offered for links that lead nowhere depends on every name of the vault. When names come or go,
//! the notes are found here for whose links something else is offered now: reading all that have a lost
//! link would take seconds in a large vault.

use std::collections::HashMap;

use rayon::prelude::*;

use super::GUESSING;
use super::by_path::ByPath;
use super::links::{offer, offer_file, offered};
use crate::model::finding::Finding;
use crate::vault::names::FileId;
use crate::vault::suggest::{Disturbed, Suggestion};
use crate::vault::{NoteId, Vault};

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

/// The notes whose findings offer something else, now that these files have come or gone. Which aliases have
/// is not known: where some have, every lost link is asked for again.
pub(super) fn changed(vault: &Vault, own: &ByPath, files: &[String], aliases: bool) -> Vec<NoteId> {
    let disturbed = Disturbed::by(files, vault);
    let is_another = |findings: &[Finding]| {
        findings.iter().filter(|finding| GUESSING.contains(&finding.rule)).any(|finding| {
            (aliases || disturbed.concerns(&finding.subject)) && {
                let (near, help) = offer(vault, &finding.subject).unzip();
                // The same may be offered, and have to be written in another way.
                help != finding.help || near.is_some_and(|near| disturbed.has(vault.names().path(near.file)))
            }
        })
    };
    let lost = own.groups().filter(|own| own.iter().any(|finding| GUESSING.contains(&finding.rule)));
    let lost: Vec<&[Finding]> = lost.collect();
    let changed: Vec<&Finding> =
        lost.par_iter().filter(|own| is_another(own)).filter_map(|own| own.first()).collect();
    changed.into_iter().filter_map(|finding| vault.find(&finding.note)).collect()
}
