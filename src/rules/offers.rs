//! Suggestions for links that lead nowhere, and their wording. They depend on all names of the vault, so a
//! run that continues from an older one reads them back from its findings.

use std::collections::HashMap;

use crate::model::finding::Finding;
use crate::text::path;
use crate::vault::Vault;
use crate::vault::names::FileId;
use crate::vault::suggest::{SEVERAL, Suggestion, several};

/// A suggestion for a link that leads nowhere.
pub(super) struct Offer<'v> {
    /// The file that was probably meant, if it is the only candidate.
    pub(super) near: Option<Suggestion<'v>>,
    /// The help text of the finding.
    pub(super) help: String,
}

impl<'v> Offer<'v> {
    /// Returns the suggestion for a link with this path.
    pub(super) fn of(vault: &'v Vault, name: &str) -> Option<Self> {
        let all = vault.suggest(name);
        let (near, others) = all.split_first()?;
        let path = vault.names().path(near.file);
        let only = others.is_empty().then_some(*near);
        if near.distance == 0 && near.alias.is_none() && !path::file_name(path).contains('.') {
            let help = format!("Obsidian finds no file without an extension, and `{path}` has none");
            return Some(Self { near: only, help });
        }
        if only.is_none() {
            return Some(Self { near: None, help: several(vault.names(), &all) });
        }
        let help = match near.alias {
            Some(_) if near.distance == 0 => format!("`{name}` is an alias of `{path}`"),
            Some(alias) => format!("did you mean `{alias}`, an alias of `{path}`?"),
            None => return Some(Self::of_file(vault, near.file)),
        };
        Some(Self { near: only, help })
    }

    /// Returns the suggested note if the link names one of its aliases exactly.
    pub(super) fn own_alias(&self) -> Option<Suggestion<'v>> {
        self.near.filter(|near| near.distance == 0 && near.alias.is_some())
    }

    /// Returns the suggestion of a file by its name.
    fn of_file(vault: &'v Vault, file: FileId) -> Self {
        let help = format!("did you mean `{}`?", vault.names().path(file));
        Self { near: Some(Suggestion { file, alias: None, distance: 0 }), help }
    }
}

/// The suggestions for unresolved links, valid while no name is added or removed. A note that is judged again
/// usually has the same unresolved links, and indexing all names of the vault would be the most expensive
/// step.
#[derive(Debug, Default)]
pub(super) struct Offered(HashMap<String, Known>);

/// A known suggestion for a link.
#[derive(Debug)]
enum Known {
    Nothing,
    File(FileId),
    /// Several files, as the help text names them.
    Several(String),
}

impl Known {
    /// Reads a suggestion from the help text of a finding; `None` where it has to be computed again, as for
    /// an alias, whose text is longer.
    fn read(vault: &Vault, help: Option<&str>) -> Option<Self> {
        let Some(help) = help else { return Some(Self::Nothing) };
        if help.starts_with(SEVERAL) {
            return Some(Self::Several(help.to_owned()));
        }
        let path = help.strip_prefix("did you mean `")?.strip_suffix("`?")?;
        // A name with a backtick could be part of another text.
        vault.names().exact(path).filter(|_| !path.contains('`')).map(Self::File)
    }
}

impl Offered {
    /// Reads the suggestions back from findings.
    pub(super) fn by<'f>(vault: &Vault, findings: impl Iterator<Item = &'f Finding>) -> Self {
        let guesses = findings.filter(|finding| finding.suggests_names());
        let known = guesses.filter_map(|finding| {
            Some((finding.subject.clone(), Known::read(vault, finding.help.as_deref())?))
        });
        Self(known.collect())
    }

    /// Returns the suggestion for a link that leads nowhere: the known one, or else a new one.
    pub(super) fn offer<'v>(&self, vault: &'v Vault, link: &str) -> Option<Offer<'v>> {
        match self.0.get(link) {
            Some(Known::Nothing) => None,
            Some(Known::File(file)) => Some(Offer::of_file(vault, *file)),
            Some(Known::Several(help)) => Some(Offer { near: None, help: help.clone() }),
            None => Offer::of(vault, link),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

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
            let said = offer.as_ref().map(|offer| offer.help.as_str());
            assert_eq!(said, help, "{link}");
            let known = Known::read(&vault, said);
            assert_eq!(known.is_some(), is_known, "{link}: {known:?}");
            let known = known.map(|known| (link.to_owned(), known));
            let again = Offered(known.into_iter().collect()).offer(&vault, link);
            assert_eq!(again.as_ref().map(|offer| offer.help.as_str()), said, "{link}");
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
