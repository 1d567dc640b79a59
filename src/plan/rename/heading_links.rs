//! Updates references to headings whose text changes, alone or in a path of headings.
//!
//! A heading changes if it is renamed, or if a link in it changes: links name it by its text.

use std::cell::LazyCell;
use std::collections::HashMap;

use super::references::{Reference, Referrer, Rewrite, Verdict};
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
    notes: HashMap<FileId, Titles<'v>>,
}

/// A note before and after: the same headings, with other texts.
#[derive(Clone, Copy)]
struct Titles<'v> {
    before: &'v Note,
    after: &'v Note,
}

/// The path of headings that a reference names, before and after.
struct Path {
    before: Vec<String>,
    after: Vec<String>,
}

impl<'v> Retitled<'v> {
    /// Makes this of a vault and of `after`, the vault in which these notes have their new texts.
    pub(super) fn new(vault: &'v Vault, after: &'v Vault, notes: &[NoteId]) -> Self {
        let titles = |id: &NoteId| Some(Titles { before: vault.note(*id)?, after: after.note(*id)? });
        let notes = notes.iter().filter_map(titles).map(|titles| (titles.before.file, titles)).collect();
        Self { vault, notes }
    }

    /// Returns the outcome for the references of a note.
    pub(super) fn references(&self, referrer: &Referrer<'_>) -> Outcome {
        let note = referrer.note;
        let fragments = LazyCell::new(|| Fragments::of(referrer.text()));
        let mut outcome = referrer.each_reference(
            |reference| match self.named(note, reference) {
                Some((titles, parts)) => titles.judge(parts, referrer.permit),
                None => Verdict::Keep,
            },
            |link, rewrite| written(&fragments, link, &rewrite.how),
        );
        // Each must lead to the same heading as before.
        referrer.verify(&mut outcome, &note.path, |before, after| {
            let was =
                self.named(note, before).and_then(|(titles, parts)| titles.before.heading_index(&parts));
            let is = self.named(note, after).and_then(|(titles, parts)| titles.after.heading_index(&parts));
            was.is_none() || is == was
        });
        outcome
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

impl Titles<'_> {
    fn judge(&self, parts: Vec<String>, permit: Permit) -> Verdict<Path> {
        let (before, after) = (self.before.heading_index(&parts), self.after.heading_index(&parts));
        let Some(goal) = before else {
            return if after.is_some() { Verdict::Healed } else { Verdict::Keep };
        };
        let mut path = parts.clone();
        let mut part = false;
        for (i, step) in path.iter_mut().enumerate() {
            if let Some(new) = self.before.heading_index(&parts[..=i]).and_then(|at| self.new_text(at)) {
                *step = in_a_link(new);
                part = true;
            }
        }
        if !part && after == before {
            return Verdict::Keep;
        }
        match self.long_enough(&path, &parts, goal) {
            Some(path) if path == parts => Verdict::Keep,
            Some(_) if !part && !permit.lengthen => {
                let why = format!("`#{}` would name another heading, or none", parts.join("#"));
                Verdict::Refuse(Cause::Elsewhere, why)
            }
            Some(path) => Verdict::Write(Rewrite {
                said: format!("#{}", path.join("#")),
                reshaped: path.len() != parts.len(),
                how: Path { before: parts, after: path },
            }),
            None => {
                let why = format!("`#{}` could not name the heading any more", parts.join("#"));
                Verdict::Refuse(if self.is_taken(goal) { Cause::Taken } else { Cause::Unwritable }, why)
            }
        }
    }

    /// Whether links cannot tell this heading from another one.
    fn is_taken(&self, index: usize) -> bool {
        let facts = &self.after.facts;
        let mut keys = facts.headings.iter().map(|heading| link_heading_key(facts.text(heading.text)));
        let own = keys.clone().nth(index);
        own.is_some_and(|own| keys.by_ref().filter(|key| *key == own).count() > 1)
    }

    /// Returns the new text of a heading, if it changes.
    fn new_text(&self, index: usize) -> Option<&str> {
        let text = |note: &'_ Note| Some(note.facts.headings.get(index)?.text);
        let (before, after) =
            (self.before.facts.text(text(self.before)?), self.after.facts.text(text(self.after)?));
        (before != after).then_some(after)
    }

    /// Returns a path of headings that leads to a heading: this one, or else one with further headings in front.
    fn long_enough(&self, path: &[String], parts: &[String], goal: usize) -> Option<Vec<String>> {
        let facts = &self.after.facts;
        let first = self.before.heading_index(&parts[..1])?;
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
        longer.into_iter().find(|path| self.after.heading_index(path) == Some(goal))
    }
}

/// Returns the edit that gives a link another path of headings, keeping unchanged parts as written.
fn written(fragments: &Fragments<'_>, link: &RawLink, path: &Path) -> Option<Edit> {
    let Path { before, after } = path;
    let raw = link.fragment_span().map(|span| span.of(fragments.text));
    let kept: Vec<&str> =
        raw.unwrap_or_default().split('#').map(str::trim).filter(|p| !p.is_empty()).collect();
    let pieces = after.iter().enumerate().map(|(i, part)| {
        // Counted from the end, because a path gets longer at the front.
        let older = (i + before.len()).checked_sub(after.len());
        match older.and_then(|at| Some((before.get(at)?, *kept.get(at)?))) {
            Some((said, raw)) if said == part && kept.len() == before.len() => Some(raw.to_owned()),
            _ => rewrite::spelled(link, None, part, |_| false),
        }
    });
    let pieces: Option<Vec<String>> = pieces.collect();
    fragments.edit(link, &pieces?.join("#"))
}
