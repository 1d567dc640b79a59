//! Updates references to headings whose text changes, alone or in a path of headings.
//!
//! A heading changes if it is renamed, or if a link in it changes: links name it by its text.

use std::cell::LazyCell;
use std::collections::HashMap;

use super::references::{self, Definitions, Reference, Reread};
use super::rewrite::{self, Fragments};
use super::{Cause, NoteId, Outcome, Permit};
use crate::syntax::facts::HeadingFact;
use crate::syntax::link::RawLink;
use crate::text::edit::Edit;
use crate::vault::fragment::{Fragment, in_a_link, link_heading_key};
use crate::vault::names::FileId;
use crate::vault::{Note, Vault};

/// The notes whose headings change.
pub(super) struct Retitled<'v> {
    vault: &'v Vault,
    permit: Permit,
    notes: HashMap<FileId, Titles<'v>>,
}

/// A note before and after: the same headings, with other texts.
#[derive(Clone, Copy)]
struct Titles<'v> {
    now: &'v Note,
    then: &'v Note,
}

impl<'v> Retitled<'v> {
    /// Makes this of a vault and of `then`, the vault in which these notes have their new texts.
    pub(super) fn new(vault: &'v Vault, then: &'v Vault, notes: &[NoteId], permit: Permit) -> Self {
        let titles = |id: &NoteId| Some(Titles { now: vault.note(*id)?, then: then.note(*id)? });
        let notes = notes.iter().filter_map(titles).map(|titles| (titles.now.file, titles)).collect();
        Self { vault, permit, notes }
    }

    /// Returns the outcome for the references of a note.
    pub(super) fn references(&self, id: NoteId, note: &Note) -> Outcome {
        let mut outcome = Outcome::default();
        let definitions = references::definitions(self.vault, id, note);
        let text = LazyCell::new(|| self.vault.text(id).unwrap_or_else(|| "".into()));
        let fragments = LazyCell::new(|| Fragments::of(&text));
        for reference in references::all(&note.facts, &definitions) {
            let Some((titles, parts)) = self.named(note, reference) else { continue };
            let line = reference.link.place.line;
            let named = match titles.judge(&parts, self.permit) {
                Verdict::Keep => continue,
                Verdict::Healed => {
                    outcome.healed += 1;
                    continue;
                }
                Verdict::Refuse(cause, why) => {
                    outcome.refuse(cause, note, line, why);
                    continue;
                }
                Verdict::Write(named) => named,
            };
            let said = format!("#{}", named.join("#"));
            let edit = || written(&fragments, reference.link, &parts, &named);
            if outcome.follow((note, self.permit), line, &said, edit) {
                outcome.reshaped += usize::from(named.len() != parts.len());
            }
        }
        if !outcome.edits.is_empty() && outcome.refused.is_empty() {
            self.verify(note, &definitions, &text, &mut outcome);
        }
        outcome
    }

    /// Checks the changed references: each must lead to the same heading as before.
    fn verify(&self, note: &Note, definitions: &Definitions, text: &str, outcome: &mut Outcome) {
        let reread = Reread::of(self.vault, &note.path, &outcome.edits.apply(text).unwrap_or_default());
        let mut again = reread.references();
        for reference in references::all(&note.facts, definitions) {
            let now =
                self.named(note, reference).and_then(|(titles, parts)| titles.now.heading_index(&parts));
            let then = again.next().map(|reference| {
                self.named(note, reference).and_then(|(titles, parts)| titles.then.heading_index(&parts))
            });
            if then.is_none_or(|then| now.is_some() && then != now) {
                let why = "it would not be read as the same link";
                outcome.refuse(Cause::Unwritable, note, reference.link.place.line, why);
            }
        }
    }

    /// Returns the changed note that a reference leads to, and the path of headings that it names.
    fn named(&self, note: &Note, reference: Reference<'_>) -> Option<(Titles<'v>, Vec<String>)> {
        let fragment = reference.fragment?;
        let names = self.vault.names();
        let target = names.resolve_spelt(reference.link.spelling, reference.path, note.file);
        let titles = self.notes.get(&target.file()?)?;
        match Fragment::read(fragment)? {
            Fragment::Heading(parts) => Some((*titles, parts)),
            _ => None,
        }
    }
}

/// What happens to a reference.
enum Verdict {
    /// It stays as it is.
    Keep,
    /// It stays as it is, and names a heading, while it named none before.
    Healed,
    /// It gets this path of headings.
    Write(Vec<String>),
    /// It prevents the rename.
    Refuse(Cause, String),
}

impl Titles<'_> {
    fn judge(&self, parts: &[String], permit: Permit) -> Verdict {
        let (now, then) = (self.now.heading_index(parts), self.then.heading_index(parts));
        let Some(goal) = now else {
            return if then.is_some() { Verdict::Healed } else { Verdict::Keep };
        };
        let mut path = parts.to_vec();
        let mut part = false;
        for (i, step) in path.iter_mut().enumerate() {
            if let Some(new) = self.now.heading_index(&parts[..=i]).and_then(|at| self.new_text(at)) {
                *step = in_a_link(new);
                part = true;
            }
        }
        if !part && then == now {
            return Verdict::Keep;
        }
        match self.long_enough(&path, parts, goal) {
            Some(path) if path == parts => Verdict::Keep,
            Some(_) if !part && !permit.lengthen => {
                let why = format!("`#{}` would name another heading, or none", parts.join("#"));
                Verdict::Refuse(Cause::Elsewhere, why)
            }
            Some(path) => Verdict::Write(path),
            None => {
                let why = format!("`#{}` could not name the heading any more", parts.join("#"));
                Verdict::Refuse(if self.is_taken(goal) { Cause::Taken } else { Cause::Unwritable }, why)
            }
        }
    }

    /// Whether links cannot tell this heading from another one.
    fn is_taken(&self, index: usize) -> bool {
        let facts = &self.then.facts;
        let mut keys = facts.headings.iter().map(|heading| link_heading_key(facts.text(heading.text)));
        let own = keys.clone().nth(index);
        own.is_some_and(|own| keys.by_ref().filter(|key| *key == own).count() > 1)
    }

    /// Returns the new text of a heading, if it changes.
    fn new_text(&self, index: usize) -> Option<&str> {
        let text = |note: &'_ Note| Some(note.facts.headings.get(index)?.text);
        let (now, then) = (self.now.facts.text(text(self.now)?), self.then.facts.text(text(self.then)?));
        (now != then).then_some(then)
    }

    /// Returns a path of headings that leads to a heading: this one, or else one with further headings in front.
    fn long_enough(&self, path: &[String], parts: &[String], goal: usize) -> Option<Vec<String>> {
        let facts = &self.then.facts;
        let first = self.now.heading_index(&parts[..1])?;
        let mut above: Vec<&HeadingFact> = Vec::new();
        for other in facts.headings.get(..first)?.iter().rev() {
            let lowest = above.last().map_or(facts.headings[first].level, |last| last.level);
            if other.level < lowest {
                above.push(other);
            }
        }
        let longer = (0..=above.len()).map(|n| {
            let front = above[..n].iter().rev().map(|heading| in_a_link(facts.text(heading.text)));
            front.chain(path.iter().cloned()).collect::<Vec<_>>()
        });
        longer.into_iter().find(|path| self.then.heading_index(path) == Some(goal))
    }
}

/// Returns the edit that gives a link another path of headings, keeping unchanged parts as written.
fn written(fragments: &Fragments<'_>, link: &RawLink, old: &[String], new: &[String]) -> Option<Edit> {
    let raw = link.fragment_span().map(|span| span.of(fragments.text));
    let kept: Vec<&str> =
        raw.unwrap_or_default().split('#').map(str::trim).filter(|p| !p.is_empty()).collect();
    let pieces = new.iter().enumerate().map(|(i, part)| {
        // Counted from the end, because a path gets longer at the front.
        let older = (i + old.len()).checked_sub(new.len());
        match older.and_then(|at| Some((old.get(at)?, *kept.get(at)?))) {
            Some((said, raw)) if said == part && kept.len() == old.len() => Some(raw.to_owned()),
            _ => rewrite::spelled(link, None, part, |_| false),
        }
    });
    let pieces: Option<Vec<String>> = pieces.collect();
    fragments.edit(link, &pieces?.join("#"))
}
