//! Suggestions for links that lead nowhere. They depend on all names of the vault, so a run that continues from an
//! older one takes them from its findings.

use std::collections::HashMap;

use crate::model::finding::Finding;
use crate::model::help::{Alias, Help, Meant};
use crate::text::path;
use crate::vault::Vault;
use crate::vault::suggest::{Suggestion, several};

/// A suggestion for a link that leads nowhere.
pub(super) struct Offer<'v> {
    /// The file that was probably meant, if it is the only candidate.
    pub(super) near: Option<Suggestion<'v>>,
    /// What the finding says about it.
    pub(super) meant: Meant,
}

impl<'v> Offer<'v> {
    /// Returns the suggestion for a link with this path.
    pub(super) fn of(vault: &'v Vault, name: &str) -> Option<Self> {
        let all = vault.suggest(name);
        let (near, others) = all.split_first()?;
        let path = vault.names().path(near.file).to_owned();
        let is_exact = near.distance == 0;
        let meant = match near.alias {
            None if is_exact && !path::file_name(&path).contains('.') => Meant::Bare(path),
            _ if !others.is_empty() => several(vault.names(), &all),
            Some(alias) => {
                let name = if is_exact { name } else { alias }.to_owned();
                Meant::Alias(Box::new(Alias { name, path, is_exact, written: None }))
            }
            None => Meant::File(path),
        };
        Some(Self { near: others.is_empty().then_some(*near), meant })
    }
}

/// The suggestions for unresolved links, valid while no name is added or removed. A note that is judged again
/// usually has the same unresolved links, and indexing all names of the vault would be the most expensive
/// step.
#[derive(Debug, Default)]
pub(super) struct Offered(HashMap<String, Option<Meant>>);

impl Offered {
    /// Takes the suggestions from findings.
    pub(super) fn by<'f>(findings: impl Iterator<Item = &'f Finding>) -> Self {
        let guesses = findings.filter(|finding| finding.suggests_names());
        let known = guesses.filter_map(|finding| {
            let meant = match &finding.help {
                None => None,
                Some(Help::Meant(meant @ (Meant::File(_) | Meant::Several { .. }))) => Some(meant.clone()),
                // The alias itself, or whether there are other files, is not known.
                Some(_) => return None,
            };
            Some((finding.subject.clone(), meant))
        });
        Self(known.collect())
    }

    /// Returns the suggestion for a link that leads nowhere: the known one, or else a new one.
    pub(super) fn offer<'v>(&self, vault: &'v Vault, link: &str) -> Option<Offer<'v>> {
        let Some(known) = self.0.get(link) else { return Offer::of(vault, link) };
        let meant = known.clone()?;
        let near = match &meant {
            Meant::File(path) => vault.names().exact(path),
            _ => None,
        };
        Some(Offer { near: near.map(|file| Suggestion { file, alias: None, distance: 0 }), meant })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::model::finding::Severity;

    #[test]
    fn what_was_said_is_offered_again() {
        let aliased = "---\naliases: [Ledger]\n---\n";
        let vault = Vault::of_texts(
            Config::default(),
            &[
                ("Payments.md", ""),
                ("a/Depot.md", ""),
                ("b/Depot.md", ""),
                ("Books.md", aliased),
                ("LICENSE", ""),
            ],
        );
        let check = |link: &str, help: Option<&str>, is_known: bool| {
            let offer = Offer::of(&vault, link);
            let meant = offer.as_ref().map(|offer| offer.meant.clone());
            assert_eq!(meant.as_ref().map(Meant::to_string).as_deref(), help, "{link}");
            let finding = Finding {
                help: meant.clone().map(Help::Meant),
                ..Finding::new("link-unresolved", Severity::Error, "a.md", link, String::new())
            };
            let known = Offered::by(std::iter::once(&finding));
            assert_eq!(known.0.contains_key(link), is_known, "{link}: {known:?}");
            let again = known.offer(&vault, link);
            assert_eq!(again.as_ref().map(|offer| &offer.meant), meant.as_ref(), "{link}");
            let near = |offer: &Option<Offer<'_>>| offer.as_ref().and_then(|o| o.near).map(|near| near.file);
            assert_eq!(near(&again), near(&offer), "{link}");
        };
        check("Elsewhere", None, true);
        check("Paymens", Some("did you mean `Payments.md`?"), true);
        check("Depott", Some("several files have such a name: `a/Depot.md`, `b/Depot.md`"), true);
        check("Ledger", Some("`Ledger` is an alias of `Books.md`"), false);
        check("Ledgr", Some("did you mean `Ledger`, an alias of `Books.md`?"), false);
        check("LICENSE", Some("Obsidian finds no file without an extension, and `LICENSE` has none"), false);
    }
}
