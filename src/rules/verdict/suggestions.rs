//! Finds the notes for whose unresolved links other suggestions are made after names were added or removed.
//! Reading all notes with unresolved links again would take seconds in a large vault.

use rayon::prelude::*;

use super::by_path::ByPath;
use crate::model::finding::Finding;
use crate::model::help::Meant;
use crate::rules::offers::Offer;
use crate::vault::suggest::Disturbed;
use crate::vault::{NoteId, Vault};

/// Returns the notes whose findings suggest something else after `files` were added or removed. With
/// `aliases`, some aliases have changed; it is not known which, so every unresolved link is checked.
pub(super) fn changed(vault: &Vault, own: &ByPath, files: &[String], aliases: bool) -> Vec<NoteId> {
    let disturbed = Disturbed::by(files, vault);
    let is_another = |findings: &[Finding]| {
        findings.iter().filter(|finding| finding.suggests_names()).any(|finding| {
            (aliases || disturbed.concerns(&finding.subject)) && {
                let offer = Offer::of(vault, &finding.subject);
                let (near, meant) = offer.map(|offer| (offer.near, offer.meant)).unzip();
                // How a link would be written that names an alias exactly is not known here.
                let is_exact = matches!(&meant, Some(Meant::Alias(alias)) if alias.is_exact);
                // The suggestion may be the same file, but need another spelling in the fix.
                is_exact
                    || meant.as_ref() != finding.meant()
                    || near.flatten().is_some_and(|near| disturbed.has(vault.names().path(near.file)))
            }
        })
    };
    let lost = own.groups().filter(|own| own.iter().any(Finding::suggests_names));
    let lost: Vec<&[Finding]> = lost.collect();
    let changed: Vec<&Finding> =
        lost.par_iter().filter(|own| is_another(own)).filter_map(|own| own.first()).collect();
    changed.into_iter().filter_map(|finding| vault.find(&finding.note)).collect()
}
