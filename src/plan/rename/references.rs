//! Goes through every reference of a note: its links, and the definitions of its reference links, which Obsidian
//! does not count but does follow.

use std::cell::OnceCell;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Cause, Outcome, Permit};
use crate::syntax::canvas::is_canvas;
use crate::syntax::facts::{self, Facts};
use crate::syntax::link::{LinkKind, RawLink};
use crate::text::edit::Edit;
use crate::vault::{Note, NoteId, Vault};

/// A reference, with its path and fragment.
#[derive(Clone, Copy)]
pub(super) struct Reference<'r> {
    pub(super) link: &'r RawLink,
    /// The path, decoded; empty for the note itself.
    pub(super) path: &'r str,
    pub(super) fragment: Option<&'r str>,
}

/// Iterates over the references of a note, always in the same order.
fn all(facts: &Facts) -> impl Iterator<Item = Reference<'_>> {
    // Links beside other text in a property do not follow: Obsidian does not read them.
    let definitions = facts.mentions.iter().filter(|link| link.kind == LinkKind::Markdown);
    facts.links.iter().chain(definitions).map(|link| Reference {
        link,
        path: facts.text(link.path),
        fragment: link.fragment.map(|fragment| facts.text(fragment)),
    })
}

/// Returns the facts of a changed note.
pub(super) fn reread(vault: &Vault, path: &str, text: &str) -> Facts {
    if is_canvas(path) {
        facts::read_canvas(text.as_bytes())
    } else {
        facts::read(text.as_bytes(), &vault.config().reading)
    }
}

/// What happens to a reference.
pub(super) enum Verdict<W> {
    /// It stays as it is.
    Keep,
    /// It stays as it is, and leads to what was renamed, while it led nowhere before.
    Healed,
    /// It gets another path or fragment.
    Write(Rewrite<W>),
    /// It prevents the rename.
    Refuse(Cause, String),
}

/// Another path or fragment for a reference.
pub(super) struct Rewrite<W> {
    /// What it will say.
    pub(super) said: String,
    /// Whether it changes its form, too.
    pub(super) reshaped: bool,
    /// What its edit depends on.
    pub(super) how: W,
}

/// A note whose references a rename may change.
pub(super) struct Referrer<'v> {
    vault: &'v Vault,
    id: NoteId,
    pub(super) note: &'v Note,
    pub(super) permit: Permit,
    /// Most notes change nothing, and their texts are not needed.
    text: OnceCell<Arc<str>>,
}

impl<'v> Referrer<'v> {
    pub(super) fn new(vault: &'v Vault, id: NoteId, permit: Permit) -> Option<Self> {
        Some(Self { vault, id, note: vault.note(id)?, permit, text: OnceCell::new() })
    }

    pub(super) fn text(&self) -> &str {
        self.text.get_or_init(|| self.vault.text(self.id).unwrap_or_else(|| "".into()))
    }

    /// Judges every reference, and does what the verdicts say. `write` makes the edit of a reference that changes;
    /// it is not asked if the note must not be written.
    pub(super) fn each_reference<W>(
        &self,
        judge: impl Fn(Reference<'v>) -> Verdict<W>,
        write: impl Fn(&RawLink, &Rewrite<W>) -> Option<Edit>,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        for reference in all(&self.note.facts) {
            let rewrite = match judge(reference) {
                Verdict::Keep => continue,
                Verdict::Healed => {
                    outcome.healed += 1;
                    continue;
                }
                Verdict::Refuse(cause, why) => {
                    outcome.refuse(cause, self.note, reference.link.place.line, why);
                    continue;
                }
                Verdict::Write(rewrite) => rewrite,
            };
            let said = &rewrite.said;
            let refused = if !self.permit.to_write(self.note) {
                let why = format!("it would have to say `{said}`, and excluded notes are not written");
                Some((Cause::Excluded, why))
            } else if write(reference.link, &rewrite).is_some_and(|edit| outcome.edits.add(edit)) {
                outcome.followed += 1;
                outcome.reshaped += usize::from(rewrite.reshaped);
                None
            } else {
                Some((Cause::Unwritable, format!("it cannot be written with `{said}` where it stands")))
            };
            if let Some((cause, why)) = refused {
                outcome.refuse(cause, self.note, reference.link.place.line, why);
            }
        }
        outcome
    }

    /// Reads the changed note at its new path, and refuses the outcome unless it has the same references and each
    /// fits: `fits` compares one as it was with the one that it has become.
    pub(super) fn verify(
        &self,
        outcome: &mut Outcome,
        path: &str,
        fits: impl Fn(Reference<'_>, Reference<'_>) -> bool,
    ) {
        if outcome.edits.is_empty() || !outcome.refused.is_empty() {
            return;
        }
        let Some(text) = outcome.edits.apply(self.text()) else {
            outcome.refuse(
                Cause::Unwritable,
                self.note,
                1,
                "the edits of its links stand in each other's way",
            );
            return;
        };
        let facts = reread(self.vault, path, &text);
        let mut after = all(&facts);
        for before in all(&self.note.facts) {
            if !after.next().is_some_and(|after| fits(before, after)) {
                let why = "it would not be read as the same link";
                outcome.refuse(Cause::Unwritable, self.note, before.link.place.line, why);
                return;
            }
        }
        if after.next().is_some() {
            outcome.refuse(Cause::Unwritable, self.note, 1, "it would have a link more");
        }
    }
}

/// Returns the outcome for every note of a vault.
pub(super) fn each_note(
    vault: &Vault,
    permit: Permit,
    judge: impl Fn(&Referrer<'_>) -> Outcome + Sync,
) -> Vec<(NoteId, Outcome)> {
    let ids: Vec<NoteId> = vault.ids().collect();
    let outcome = |id| Some((id, judge(&Referrer::new(vault, id, permit)?)));
    ids.into_par_iter().with_min_len(32).filter_map(outcome).collect()
}
