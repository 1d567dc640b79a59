//! Renames and moves files and folders.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::drawn;
use super::form::Form;
use super::references::{self, Definitions, Reference, Reread};
use super::retitled::Retitled;
use super::rewrite::{self, Part};
use super::{Cause, Move, Outcome, Permit, Refused, RenamePlan, Renaming, gather, retitled_in_boards};
use crate::plan::board::cell::{NoteLink, link_cell, link_line, read_link};
use crate::plan::filename;
use crate::syntax::link::Spelling;
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
    left.extend(drawn::left(&after));
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
    let then = vault.with_texts(&texts);
    let retitled = Retitled::new(vault, &then, &ids, permit);
    outcomes.par_iter_mut().with_min_len(32).for_each(|(id, outcome)| {
        if let Some(note) = vault.note(*id) {
            outcome.merge(retitled.references(*id, note), note);
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
        let then = self.names.resolve(path, self.becomes(note.file)).file();
        (then != Some(self.becomes(target))).then(|| self.vault.names().path(target))
    }

    /// Returns the outcome for every note.
    pub(super) fn all(&self) -> Vec<(NoteId, Outcome)> {
        let ids: Vec<NoteId> = self.vault.ids().collect();
        let outcome = |id| Some((id, self.note(id, self.vault.note(id)?)));
        ids.into_par_iter().with_min_len(32).filter_map(outcome).collect()
    }

    fn note(&self, id: NoteId, note: &Note) -> Outcome {
        let mut outcome = Outcome::default();
        let definitions = references::definitions(self.vault, id, note);
        let own = self.moves(note.file);
        let text: OnceCell<Arc<str>> = OnceCell::new();
        let load = || text.get_or_init(|| self.vault.text(id).unwrap_or_else(|| "".into()));
        for reference in references::all(&note.facts, &definitions) {
            if reference.path.is_empty() || !(own || self.concerns(reference.path)) {
                continue;
            }
            if reference.link.generated
                && self.permit.to_write(note)
                && let Some(edit) = self.in_board(note, load(), reference)
            {
                outcome.followed += usize::from(outcome.edits.add(edit));
                continue;
            }
            match self.judge(note, reference) {
                Verdict::Keep => {}
                Verdict::Healed => outcome.healed += 1,
                Verdict::Refuse(cause, why) => {
                    outcome.refuse(cause, note, reference.link.place.line, why);
                }
                Verdict::Write { path, same, reshaped } => {
                    let link = reference.link;
                    let edit = || {
                        let text = load();
                        let raw = rewrite::raw_path(text, link);
                        let kept = |i| same.get(i) == Some(&true);
                        let written = rewrite::spelled(link, raw.as_deref(), &path, kept)?;
                        rewrite::edit(text, link, Part::Path, &written)
                    };
                    if outcome.follow((note, self.permit), link.place.line, &path, edit) {
                        outcome.reshaped += usize::from(reshaped);
                    }
                }
            }
        }
        if let (Some(text), true) = (text.get(), outcome.refused.is_empty()) {
            self.verify(note, &definitions, text, &mut outcome);
        }
        outcome
    }

    /// Returns the edit for a link in a board, in the form that the board would write. Such a link has no text of
    /// its own if it shows its path.
    fn in_board(&self, note: &Note, text: &str, reference: Reference<'_>) -> Option<Edit> {
        let link = reference.link;
        let NoteLink { path, shown } =
            link.generated.then(|| read_link(link.place.span.of(text))).flatten()?;
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
        Some(Edit::replace(link.place.span, write(new, shown)))
    }

    fn judge(&self, note: &Note, reference: Reference<'_>) -> Verdict {
        let Reference { link, path: said, .. } = reference;
        let before = self.vault.names().resolve_spelt(link.spelling, said, note.file);
        let source = self.becomes(note.file);
        let lead = |path: &str| self.names.resolve_spelt(link.spelling, path, source);
        let Some(target) = before.file() else {
            return match lead(said).file() {
                None => Verdict::Keep,
                Some(_) if !self.moves(note.file) => Verdict::Healed,
                Some(found) => {
                    let found = self.names.path(found);
                    let why = format!("it leads nowhere now, and would lead to `{found}`");
                    Verdict::Refuse(Cause::Unwritable, why)
                }
            };
        };
        let goal = self.becomes(target);
        let still = lead(said);
        // If Obsidian's choice was open before, it may stay open.
        let open = matches!(before, Resolution::Ambiguous(_));
        let stays = still == Resolution::File(goal) || (open && still.file() == Some(goal));
        let part = self.moves(target);
        let (old, new) = (self.vault.names().path(target), self.names.path(goal));
        let form = Form::of(said, old);
        // A link that was the shortest way from note to file must be the shortest from the new place as well,
        // because the old way would now be a detour.
        let detour = self.moves(note.file) && form.is_shortest_way(said, old, &note.path);
        if stays && !part && !detour {
            return Verdict::Keep;
        }
        let undecided = matches!(still, Resolution::Ambiguous(files) if files.contains(&goal));
        if !part && !self.moves(note.file) && !undecided && !self.permit.lengthen {
            let why = match still.file() {
                Some(found) => format!("it leads to `{old}`, and would lead to `{}`", self.names.path(found)),
                None => format!("it leads to `{old}`, and would lead nowhere"),
            };
            return Verdict::Refuse(Cause::Elsewhere, why);
        }
        let same = same_pieces(said, old, new);
        if link.spelling == Spelling::Rooted {
            return Verdict::write(said, new.to_owned(), same, false);
        }
        let ways = form.candidates(new, self.names.path(source), form.detour(said, old, &note.path));
        for candidate in ways {
            let path = with_pieces_of(said, &candidate, &same);
            if path == said && stays {
                return Verdict::Keep;
            }
            if lead(&path) == Resolution::File(goal) {
                let reshaped = Form::of(&path, new) != form;
                return Verdict::write(said, path, same, reshaped);
            }
        }
        Verdict::Refuse(Cause::Unwritable, format!("no link can lead from here to `{new}`"))
    }

    /// Reads the changed note, and checks where every reference in it leads.
    fn verify(&self, note: &Note, definitions: &Definitions, text: &str, outcome: &mut Outcome) {
        let source = self.becomes(note.file);
        let path = self.names.path(source);
        let Some(new) = outcome.edits.apply(text) else {
            outcome.refuse(Cause::Unwritable, note, 1, "the edits of its links stand in each other's way");
            return;
        };
        let reread = Reread::of(self.vault, path, &new);
        let mut again = reread.references();
        for reference in references::all(&note.facts, definitions) {
            let before = self.vault.names().resolve_spelt(reference.link.spelling, reference.path, note.file);
            let after = again.next().map(|now| self.names.resolve_spelt(now.link.spelling, now.path, source));
            let wanted = before.file().map(|file| self.becomes(file));
            let fits = after.is_some_and(|after| after.file() == wanted || wanted.is_none());
            if !fits {
                let why = "it would not be read as the same link";
                outcome.refuse(Cause::Unwritable, note, reference.link.place.line, why);
                return;
            }
        }
        if again.next().is_some() {
            outcome.refuse(Cause::Unwritable, note, 1, "it would have a link more");
        }
    }
}

/// What happens to a reference.
enum Verdict {
    /// It stays as it is.
    Keep,
    /// It stays as it is, and leads to what was renamed, while it led nowhere before.
    Healed,
    /// It gets this path; `same` tells which pieces of the path, counted from the end, have not changed.
    Write { path: String, same: Vec<bool>, reshaped: bool },
    /// It prevents the rename.
    Refuse(Cause, String),
}

impl Verdict {
    fn write(said: &str, path: String, same: Vec<bool>, reshaped: bool) -> Self {
        if path == said { Self::Keep } else { Self::Write { path, same, reshaped } }
    }
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
