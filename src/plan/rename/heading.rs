//! Renames a heading: its text, and every link that names it, alone or on a path of headings.

use super::references::{self, Definitions, Reference, Reread};
use super::rewrite;
use super::{Cause, NoteId, Outcome, Permit, Refused, RenamePlan, gather};
use crate::syntax::facts::{Facts, HeadingFact};
use crate::syntax::link::{RawLink, Spelling};
use crate::text::edit::Edit;
use crate::text::span::Span;
use crate::vault::fragment::{Fragment, heading_key, in_a_link};
use crate::vault::{Note, Vault};

/// Plans that the heading which a path of headings names gets another text.
///
/// # Errors
/// The note has no such heading, or the text can be none that a link names, or a link that names another
/// heading would lead elsewhere.
pub fn rename_heading(
    vault: &Vault,
    (id, parts): (NoteId, &[String]),
    new: &str,
    permit: Permit,
) -> Result<RenamePlan, Refused> {
    let (Some(note), Some(text)) = (vault.note(id), vault.text(id)) else {
        return Err(Refused::new("the note cannot be read", "see `portolan check`"));
    };
    let Some(index) = note.heading(parts).and_then(|heading| index_of(&note.facts, heading)) else {
        let refused = format!("`{}` has no heading `{}`", note.path, parts.join("#"));
        let near = parts.last().and_then(|part| note.nearest_heading(part));
        return Err(Refused::new(
            refused,
            near.map_or("`portolan list notes --format json` has all headings".to_owned(), |near| {
                format!("did you mean `{near}`?")
            }),
        ));
    };
    let edit = retitle(vault, note, &text, index, new.trim())?;
    let after =
        [edit.clone()].into_iter().collect::<crate::text::edit::Edits>().apply(&text).unwrap_or_default();
    let renamed = vault.with_texts(&[(id, after)]);
    let Some(then) = renamed.note(id) else {
        return Err(Refused::new("the note would not be read", "choose another name"));
    };
    let rename = Rename { vault, permit, now: note, then, index };
    let mut outcomes: Vec<(NoteId, Outcome)> =
        vault.ids().filter_map(|id| Some((id, rename.references(id, vault.note(id)?)))).collect();
    if let Some((_, outcome)) = outcomes.iter_mut().find(|(own, _)| *own == id) {
        // A link inside the heading itself goes with the heading's old text.
        if !outcome.edits.add(edit) {
            let why = "a link in the heading names the heading itself; take it out first";
            outcome.refuse(Cause::Unwritable, note, 1, why);
        }
    }
    gather(vault, outcomes)
}

fn index_of(facts: &Facts, heading: &HeadingFact) -> Option<usize> {
    facts.headings.iter().position(|other| other.span == heading.span)
}

/// The edit of the heading itself, where the note would have the same headings with it but for this text.
fn retitle(vault: &Vault, note: &Note, text: &str, index: usize, new: &str) -> Result<Edit, Refused> {
    let refuse =
        |why: &str| Err(Refused::new(format!("`{new}` cannot be the heading: {why}"), "choose another text"));
    if heading_key(&in_a_link(new)).is_empty() {
        return refuse("no link could name it");
    }
    let old = &note.facts.headings[index];
    let raw = old.span.of(text);
    let marks = raw.len() - raw.trim_start_matches([' ', '#']).len();
    let said = note.facts.text(old.text);
    let Some(at) = raw.get(marks..).and_then(|rest| rest.find(said)).map(|at| marks + at) else {
        return refuse("where its text stands cannot be told");
    };
    let start = old.span.start as usize + at;
    let edit = Edit::replace(Span::new(start, start + said.len()), new);
    let edits = [edit.clone()].into_iter().collect::<crate::text::edit::Edits>();
    let then = Reread::of(vault, &note.path, &edits.apply(text).unwrap_or_default()).facts;
    let levels = |facts: &Facts| facts.headings.iter().map(|h| h.level).collect::<Vec<_>>();
    if levels(&then) != levels(&note.facts)
        || then.headings.get(index).is_none_or(|heading| then.text(heading.text) != new)
    {
        return refuse("Markdown would read it as something else");
    }
    if then.block_ids.len() < note.facts.block_ids.len() {
        return refuse("the block id at its end would be lost");
    }
    Ok(edit)
}

struct Rename<'v> {
    vault: &'v Vault,
    permit: Permit,
    /// The note as it is.
    now: &'v Note,
    /// The note as it would be.
    then: &'v Note,
    /// Which of its headings is renamed.
    index: usize,
}

impl Rename<'_> {
    fn references(&self, id: NoteId, note: &Note) -> Outcome {
        let mut outcome = Outcome::default();
        let definitions = references::definitions(self.vault, id, note);
        let mut text = None;
        for reference in references::all(&note.facts, &definitions) {
            let Some(Fragment::Heading(parts)) = self.fragment(note, reference) else { continue };
            let line = reference.link.place.line;
            let (now, then) = (heading(self.now, &parts), heading(self.then, &parts));
            let named_here = |i: &usize| heading(self.now, &parts[..=*i]) == Some(self.index);
            let on_the_way = (0..parts.len()).find(named_here).filter(|_| now.is_some());
            if on_the_way.is_none() {
                let leads_elsewhere = now.is_some() && now != then;
                outcome.healed += usize::from(now.is_none() && then.is_some());
                if leads_elsewhere && !self.permit.lengthen {
                    let why = format!("`#{}` would name another heading, or none", parts.join("#"));
                    outcome.refuse(Cause::Elsewhere, note, line, why);
                }
                if !leads_elsewhere || !self.permit.lengthen {
                    continue;
                }
            }
            let Some(named) = self.renamed(&parts, on_the_way, now) else {
                let why = format!("`#{}` could not name the heading any more", parts.join("#"));
                outcome.refuse(Cause::Unwritable, note, line, why);
                continue;
            };
            if named == parts {
                continue;
            }
            if !self.permit.to_write(note) {
                let why = format!(
                    "it would have to say `#{}`, and excluded notes are not written",
                    named.join("#")
                );
                outcome.refuse(Cause::Excluded, note, line, why);
                continue;
            }
            let text = text.get_or_insert_with(|| self.vault.text(id).unwrap_or_else(|| "".into()));
            let edit = written(text, reference.link, &parts, &named);
            if edit.is_some_and(|edit| outcome.edits.add(edit)) {
                outcome.followed += 1;
                outcome.reshaped += usize::from(named.len() != parts.len());
            } else {
                let why = format!("it cannot be written with `#{}` where it stands", named.join("#"));
                outcome.refuse(Cause::Unwritable, note, line, why);
            }
        }
        if let (Some(text), true) = (text, outcome.refused.is_empty()) {
            self.verify(note, &definitions, &text, &mut outcome);
        }
        outcome
    }

    /// Reads the references again as they would be: each leads to the heading that it led to.
    fn verify(&self, note: &Note, definitions: &Definitions, text: &str, outcome: &mut Outcome) {
        let reread = Reread::of(self.vault, &note.path, &outcome.edits.apply(text).unwrap_or_default());
        let named = |reference: Reference<'_>, target: &Note| match self.fragment(note, reference) {
            Some(Fragment::Heading(parts)) => heading(target, &parts),
            _ => None,
        };
        let mut again = reread.references();
        for reference in references::all(&note.facts, definitions) {
            let now = named(reference, self.now);
            let then = again.next().map(|reference| named(reference, self.then));
            if then.is_none_or(|then| now.is_some() && then != now) {
                let why = "it would not be read as the same link";
                outcome.refuse(Cause::Unwritable, note, reference.link.place.line, why);
            }
        }
    }

    /// The fragment of a reference that leads to the note.
    fn fragment(&self, note: &Note, reference: Reference<'_>) -> Option<Fragment> {
        let fragment = reference.fragment?;
        let names = self.vault.names();
        let target = match reference.link.spelling {
            Spelling::Rooted => names.card(reference.path),
            _ => names.resolve(reference.path, note.file),
        };
        (target.file() == Some(self.now.file)).then(|| Fragment::read(fragment))?
    }

    /// A path of headings that leads to the same heading, with the new text at the step that is renamed: as
    /// long as it was, else with the headings above.
    fn renamed(&self, parts: &[String], step: Option<usize>, goal: Option<usize>) -> Option<Vec<String>> {
        let facts = &self.then.facts;
        let mut path = parts.to_vec();
        if let Some(part) = step.and_then(|step| path.get_mut(step)) {
            *part = in_a_link(facts.text(facts.headings.get(self.index)?.text));
        }
        let mut above: Vec<&HeadingFact> = Vec::new();
        let first = heading(self.now, &parts[..1]).unwrap_or(self.index);
        for other in facts.headings[..first.min(facts.headings.len())].iter().rev() {
            let lowest = above.last().map_or(facts.headings[first].level, |last| last.level);
            if other.level < lowest {
                above.push(other);
            }
        }
        let longer = (0..=above.len()).map(|n| {
            let front = above[..n].iter().rev().map(|heading| in_a_link(facts.text(heading.text)));
            front.chain(path.iter().cloned()).collect::<Vec<_>>()
        });
        longer.into_iter().find(|path| heading(self.then, path) == goal && goal.is_some())
    }
}

/// Which heading of a note a path of headings names.
fn heading(note: &Note, parts: &[String]) -> Option<usize> {
    index_of(&note.facts, note.heading(parts)?)
}

/// The edit that writes another path of headings into a link; what has not changed is written as it was.
fn written(text: &str, link: &RawLink, old: &[String], new: &[String]) -> Option<Edit> {
    let raw = link.fragment_span().map(|span| span.of(text));
    let kept: Vec<&str> =
        raw.unwrap_or_default().split('#').map(str::trim).filter(|p| !p.is_empty()).collect();
    let pieces = new.iter().enumerate().map(|(i, part)| {
        // Counted from the end: a path gets longer in front.
        let older = (i + old.len()).checked_sub(new.len());
        match older.and_then(|at| Some((old.get(at)?, *kept.get(at)?))) {
            Some((said, raw)) if said == part && kept.len() == old.len() => Some(raw.to_owned()),
            _ => rewrite::spelled(link, None, part, |_| false),
        }
    });
    let pieces: Option<Vec<String>> = pieces.collect();
    rewrite::fragment(text, link, &pieces?.join("#"))
}
