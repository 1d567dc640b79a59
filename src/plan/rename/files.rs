//! Renames and moves files and folders.

use std::collections::HashSet;

use rayon::prelude::*;

use super::diagrams;
use super::form::Form;
use super::heading_links::Retitled;
use super::references::{Reference, Referrer, Rewrite, Verdict, each_note};
use super::rewrite::{self, Part};
use super::{Cause, Move, Outcome, Permit, Refused, RenamePlan, Renaming, gather, retitled_in_boards};
use crate::plan::board::cell::{NoteLink, link_cell, link_line, read_link};
use crate::plan::filename;
use crate::syntax::link::{RawLink, Spelling};
use crate::text::edit::Edit;
use crate::text::fold::fold;
use crate::text::path::{self, behind, is_in};
use crate::vault::names::{FileId, Names, Resolution};
use crate::vault::{Note, NoteId, Vault};

/// Plans that a file, or a folder with all that it holds, gets another path.
///
/// # Errors
/// No link can lead to the new path, the path is taken, or a reference to something else would lead elsewhere.
pub fn rename_path(vault: &Vault, moved: Move, permit: Permit) -> Result<RenamePlan, Refused> {
    check_path(vault, &moved)?;
    let after = After::of(vault, &moved, permit);
    let mut outcomes = after.all();
    retitle(vault, &mut outcomes, permit);
    // A note without a title has the name of its file as title.
    let untitled = vault.find(&moved.from).and_then(|id| vault.note(id)).filter(|n| n.facts.title.is_none());
    let title = Renaming { old: path::stem(&moved.from), new: path::stem(&moved.to) };
    let mut left = match untitled {
        Some(_) => retitled_in_boards(vault, &mut outcomes, title, permit),
        None => Vec::new(),
    };
    left.extend(diagrams::left(&after));
    left.sort();
    let mut plan = gather(vault, outcomes)?;
    plan.moved = Some(moved);
    plan.left = left;
    Ok(plan)
}

/// Updates links to headings whose text changes because a link in the heading changes.
fn retitle(vault: &Vault, outcomes: &mut [(NoteId, Outcome)], permit: Permit) {
    let mut texts = Vec::new();
    for (id, outcome) in outcomes.iter() {
        let touched = |note: &Note| {
            let around = |edit: &Edit| note.facts.heading_before(edit.span.start);
            outcome.edits.iter().any(|edit| around(edit).is_some_and(|h| h.span.contains(edit.span)))
        };
        if !outcome.edits.is_empty() && vault.note(*id).is_some_and(touched) {
            texts.extend(vault.text(*id).and_then(|text| Some((*id, outcome.edits.apply(&text)?))));
        }
    }
    if texts.is_empty() {
        return;
    }
    let ids: Vec<NoteId> = texts.iter().map(|(id, _)| *id).collect();
    let after = vault.with_texts(&texts);
    let retitled = Retitled::new(vault, &after, &ids);
    outcomes.par_iter_mut().with_min_len(32).for_each(|(id, outcome)| {
        if let Some(referrer) = Referrer::new(vault, *id, permit) {
            outcome.merge(retitled.references(&referrer), referrer.note);
        }
    });
}

fn check_path(vault: &Vault, moved: &Move) -> Result<(), Refused> {
    let names = vault.names();
    let Move { from, to } = moved;
    let refuse = |why: String, way_out: &str| Err(Refused::new(why, way_out));
    let mut old = from.rsplit('/');
    let mut fresh = Vec::new();
    for (i, piece) in to.rsplit('/').enumerate() {
        // An existing folder may have any name.
        let folder = to.rsplitn(i + 1, '/').last().unwrap_or_default();
        let known = i > 0 && names.paths().iter().any(|path| is_in(path, folder));
        if old.next() != Some(piece) && !known {
            fresh.push(piece);
        }
    }
    if let Some(why) = fresh.iter().find_map(|piece| filename::fault(piece)) {
        return refuse(format!("`{to}` cannot be its name: {why}"), "choose another name");
    }
    if from == to {
        return refuse(format!("`{from}` has that name already"), "choose another name");
    }
    if is_in(to, from) {
        return refuse(format!("`{from}` cannot go into itself"), "choose another folder");
    }
    let wanted = fold(to);
    let in_the_way = |path: &&str| behind(&fold(path), &wanted).is_some() && moved.apply(path).is_none();
    match names.paths().iter().find(in_the_way) {
        Some(taken) => refuse(
            format!("`{taken}` is there already"),
            "choose another name; to move into a folder, end its name with `/`",
        ),
        None => Ok(()),
    }
}

/// The vault after a rename.
pub(super) struct After<'v> {
    pub(super) vault: &'v Vault,
    permit: Permit,
    names: Names,
    /// The new file of each file of the vault.
    file: Vec<FileId>,
    movers: Vec<bool>,
    /// The folded names that links may use for anything that moves, old and new, with and without `.md`. Links
    /// with other names are not affected, since only files of the same name decide where a link leads.
    concerned: HashSet<String>,
}

impl<'v> After<'v> {
    fn of(vault: &'v Vault, moved: &Move, permit: Permit) -> Self {
        let mut concerned = HashSet::new();
        let mut paths: Vec<(String, Option<u32>)> = Vec::with_capacity(vault.names().paths().len());
        for (i, path) in (0u32..).zip(vault.names().paths().iter()) {
            let new = moved.apply(path);
            concerned.extend(new.iter().flat_map(|new| [path, new.as_str()]).flat_map(names_of));
            paths.push((new.unwrap_or_else(|| path.to_owned()), Some(i)));
        }
        Self::new(vault, permit, paths, concerned)
    }

    /// Returns the vault with one more file.
    pub(super) fn with(vault: &'v Vault, path: &str) -> Self {
        let before = (0u32..).zip(vault.names().paths().iter()).map(|(i, path)| (path.to_owned(), Some(i)));
        let paths = before.chain([(path.to_owned(), None)]).collect();
        let concerned = names_of(path).collect();
        // Nothing is written for this, so excluded notes count as writable.
        Self::new(vault, Permit { excluded: true, lengthen: false }, paths, concerned)
    }

    /// Makes this from the new paths of all files, each with its current number, if it has one.
    fn new(
        vault: &'v Vault,
        permit: Permit,
        mut paths: Vec<(String, Option<u32>)>,
        concerned: HashSet<String>,
    ) -> Self {
        let before = vault.names().paths();
        paths.sort_unstable();
        let mut file = vec![FileId(0); before.len()];
        let mut movers = vec![false; before.len()];
        for (new, (path, old)) in (0u32..).zip(&paths) {
            if let Some(old) = old.map(|old| old as usize) {
                file[old] = FileId(new);
                movers[old] = before.get(old) != Some(path);
            }
        }
        let names = Names::new(paths.into_iter().map(|(path, _)| path).collect());
        Self { vault, permit, names, file, movers, concerned }
    }

    fn moves(&self, file: FileId) -> bool {
        self.movers.get(file.0 as usize) == Some(&true)
    }

    fn becomes(&self, file: FileId) -> FileId {
        self.file.get(file.0 as usize).copied().unwrap_or(file)
    }

    /// Whether the path of a link ends with the name of something that moves.
    fn concerns(&self, link: &str) -> bool {
        let name = fold(link.rsplit(['/', '\\']).next().unwrap_or(link));
        self.concerned.contains(name.as_ref())
    }

    /// Returns the file that a path leads to from a note now, if it would not lead there after the rename.
    pub(super) fn lost(&self, note: &Note, path: &str) -> Option<&'v str> {
        if path.is_empty() || !(self.moves(note.file) || self.concerns(path)) {
            return None;
        }
        let target = self.vault.names().resolve(path, note.file).file()?;
        let after = self.names.resolve(path, self.becomes(note.file)).file();
        (after != Some(self.becomes(target))).then(|| self.vault.names().path(target))
    }

    /// Returns the outcome for every note.
    pub(super) fn all(&self) -> Vec<(NoteId, Outcome)> {
        each_note(self.vault, self.permit, |referrer| self.references(referrer))
    }

    /// Returns the outcome for the references of a note.
    fn references(&self, referrer: &Referrer<'_>) -> Outcome {
        let note = referrer.note;
        let own = self.moves(note.file);
        let mut outcome = referrer.each_reference(
            |reference| {
                if reference.path.is_empty() || !(own || self.concerns(reference.path)) {
                    return Verdict::Keep;
                }
                let in_board = || self.in_board(referrer, reference).map(Verdict::Write);
                in_board().unwrap_or_else(|| self.judge(note, reference))
            },
            |link, rewrite| match &rewrite.how {
                Way::Whole(edit) => Some(edit.clone()),
                Way::Path { same } => {
                    let text = referrer.text();
                    let raw = rewrite::raw_path(text, link);
                    let kept = |i| same.get(i) == Some(&true);
                    let written = rewrite::spelled(link, raw.as_deref(), &rewrite.said, kept)?;
                    rewrite::edit(text, link, Part::Path, &written)
                }
            },
        );
        // Each must lead to the same file as before.
        let source = self.becomes(note.file);
        referrer.verify(&mut outcome, self.names.path(source), |before, after| {
            let was = self.vault.names().resolve_spelt(before.link.spelling, before.path, note.file).file();
            let is = self.names.resolve_spelt(after.link.spelling, after.path, source).file();
            was.is_none_or(|was| is == Some(self.becomes(was)))
        });
        outcome
    }

    /// Returns how a link in a board changes, in the form that the board would write. Such a link has no text of
    /// its own if it shows its path.
    fn in_board(&self, referrer: &Referrer<'_>, reference: Reference<'_>) -> Option<Rewrite<Way>> {
        let (link, note) = (reference.link, referrer.note);
        if !link.generated || !self.permit.to_write(note) {
            return None;
        }
        let NoteLink { path, shown } = read_link(link.place.span.of(referrer.text()))?;
        let target = self.vault.names().exact(&path).filter(|file| self.moves(*file))?;
        if self.vault.resolve(note, link).file() != Some(target) {
            return None;
        }
        let new = self.names.path(self.becomes(target));
        let is_bare = path.strip_suffix(".md") == Some(&*shown);
        let title =
            self.vault.note_of(target).and_then(|id| self.vault.note(id)).map(|own| match own.facts.title {
                Some(title) => own.facts.text(title),
                None => path::stem(new),
            });
        let shown = title.filter(|_| is_bare).unwrap_or(&shown);
        let write = if link.in_table { link_cell } else { link_line };
        let edit = Edit::replace(link.place.span, write(new, shown));
        Some(Rewrite { said: new.to_owned(), reshaped: false, how: Way::Whole(edit) })
    }

    fn judge(&self, note: &Note, reference: Reference<'_>) -> Verdict<Way> {
        let Reference { link, path: said, .. } = reference;
        let before = self.vault.names().resolve_spelt(link.spelling, said, note.file);
        let after = self.lead(note, link, said);
        let Some(target) = before.file() else { return self.judge_broken(note, after.file()) };
        let goal = self.becomes(target);
        // If Obsidian's choice was open before, it may stay open.
        let open = matches!(before, Resolution::Ambiguous(_));
        let stays = after == Resolution::File(goal) || (open && after.file() == Some(goal));
        let part = self.moves(target);
        let old = self.vault.names().path(target);
        // A link that was the shortest way from note to file must be the shortest from the new place as well,
        // because the old way would now be a detour.
        let detour = self.moves(note.file) && Form::of(said, old).is_shortest_way(said, old, &note.path);
        if stays && !part && !detour {
            return Verdict::Keep;
        }
        let undecided = matches!(after, Resolution::Ambiguous(files) if files.contains(&goal));
        if !part && !self.moves(note.file) && !undecided && !self.permit.lengthen {
            let why = match after.file() {
                Some(found) => format!("it leads to `{old}`, and would lead to `{}`", self.names.path(found)),
                None => format!("it leads to `{old}`, and would lead nowhere"),
            };
            return Verdict::Refuse(Cause::Elsewhere, why);
        }
        self.led_to(note, reference, target, stays)
    }

    /// Judges a reference that leads nowhere now.
    fn judge_broken(&self, note: &Note, after: Option<FileId>) -> Verdict<Way> {
        match after {
            None => Verdict::Keep,
            Some(_) if !self.moves(note.file) => Verdict::Healed,
            Some(found) => {
                let found = self.names.path(found);
                let why = format!("it leads nowhere now, and would lead to `{found}`");
                Verdict::Refuse(Cause::Unwritable, why)
            }
        }
    }

    /// Returns where a link of a note with this path leads after the rename.
    fn lead(&self, note: &Note, link: &RawLink, path: &str) -> Resolution<'_> {
        self.names.resolve_spelt(link.spelling, path, self.becomes(note.file))
    }

    /// Gives a reference the first path in its form that leads to the new place of its target. `stays` tells
    /// whether it would lead there as it is.
    fn led_to(&self, note: &Note, reference: Reference<'_>, target: FileId, stays: bool) -> Verdict<Way> {
        let Reference { link, path: said, .. } = reference;
        let goal = self.becomes(target);
        let (old, new) = (self.vault.names().path(target), self.names.path(goal));
        let same = same_pieces(said, old, new);
        let write = |path: String, reshaped| {
            if path == said {
                Verdict::Keep
            } else {
                Verdict::Write(Rewrite { said: path, reshaped, how: Way::Path { same: same.clone() } })
            }
        };
        if link.spelling == Spelling::Rooted {
            return write(new.to_owned(), false);
        }
        let form = Form::of(said, old);
        let source = self.names.path(self.becomes(note.file));
        for candidate in form.candidates(new, source, form.detour(said, old, &note.path)) {
            let path = with_pieces_of(said, &candidate, &same);
            if path == said && stays {
                return Verdict::Keep;
            }
            if self.lead(note, link, &path) == Resolution::File(goal) {
                let reshaped = Form::of(&path, new) != form;
                return write(path, reshaped);
            }
        }
        Verdict::Refuse(Cause::Unwritable, format!("no link can lead from here to `{new}`"))
    }
}

/// How the edit of a reference is made.
enum Way {
    /// It gets another path; `same` tells which pieces of it, counted from the end, have not changed.
    Path { same: Vec<bool> },
    /// It is replaced as a whole.
    Whole(Edit),
}

/// Returns the folded names that a link may use for a file.
fn names_of(path: &str) -> impl Iterator<Item = String> + use<> {
    let name = fold(path::file_name(path)).into_owned();
    let bare = name.strip_suffix(".md").map(str::to_owned);
    std::iter::once(name).chain(bare)
}

/// Returns for each piece of a link's path, from the end, whether the same piece of the file's path has not
/// changed.
fn same_pieces(link: &str, old: &str, new: &str) -> Vec<bool> {
    let said = link.rsplit('/');
    let pieces = old.rsplit('/').zip(new.rsplit('/')).zip(said);
    pieces.map(|((old, new), said)| old == new && !matches!(said, "" | "." | "..")).collect()
}

/// Returns a new path with the unchanged pieces spelled as in the older path.
fn with_pieces_of(said: &str, path: &str, same: &[bool]) -> String {
    let older: Vec<&str> = said.rsplit('/').collect();
    let mut pieces: Vec<&str> = Vec::new();
    for (i, piece) in path.rsplit('/').enumerate() {
        let kept = older.get(i).filter(|_| same.get(i) == Some(&true) && !matches!(piece, "" | "." | ".."));
        // The extension may be written in only one of them.
        let alike = |kept: &&&str| path::is_note(kept) == path::is_note(piece);
        pieces.push(kept.filter(alike).copied().unwrap_or(piece));
    }
    pieces.reverse();
    pieces.join("/")
}
