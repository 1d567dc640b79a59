//! Help for findings in a commit that come from what the commit leaves out, and need another fix than usual.

use std::collections::{BTreeSet, HashMap};
use std::ops::Deref;
use std::path::Path;

use crate::console::{Terminal, git_line};
use crate::model::finding::{Finding, Severity};
use crate::rules::{BOARD_STALE, EMBED_MISSING, LINK_UNRESOLVED};
use crate::text::message::counted;
use crate::text::path::{is_hidden, is_note};
use crate::text::span::Span;
use crate::text::visible::escape;
use crate::vault::Vault;
use crate::vault::git::left_out::LeftOut;
use crate::vault::names::{FileId, Names};
use crate::vault::on_disk;
use crate::vault::source::{Folder, Source as _};

/// The most files that are named.
const MAX_NAMED: usize = 3;

/// Changes the help of findings about missing files to `git add`, where the file exists on disk. The disk is
/// only listed where something is missing, and git is only asked (`left`) where the file exists.
pub(super) fn tell_missing(
    root: &Path,
    left: &impl Deref<Target = LeftOut>,
    staged: &Vault,
    findings: &mut [Finding],
) {
    let mut missing = findings.iter_mut().filter(|f| f.is_of(&LINK_UNRESOLVED) || f.is_of(&EMBED_MISSING));
    let Some(first) = missing.next() else { return };
    let Ok(listing) = Folder::new(root).list() else { return };
    let disk = Names::new(listing.files.into_iter().map(|file| file.path).collect());
    for finding in std::iter::once(first).chain(missing) {
        let from = disk.exact(&finding.note).unwrap_or(FileId::ROOT);
        let file = disk.resolve(&finding.subject, from).file().map(|file| disk.path(file));
        if let Some(file) = file.filter(|file| staged.names().exact(file).is_none()) {
            if let Some(other) = other_repository(root, file) {
                finding.advise(format!(
                    "it lies in a repository of its own, `{}`, and is not committed from here",
                    escape(other)
                ));
                continue;
            }
            let (why, command) = if left.ignored.contains(file) {
                ("git ignores it", "add --force")
            } else {
                ("it is not added", "add")
            };
            finding.advise(format!(
                "{why}: `{}`",
                git_line::on_files(&root.to_string_lossy(), command, &[file])
            ));
        }
    }
}

/// Returns the folder of the vault that is another repository, such as a submodule, and contains `file`, if
/// there is one.
fn other_repository<'f>(root: &Path, file: &'f str) -> Option<&'f str> {
    let mut folders = file.match_indices('/').map(|(at, _)| &file[..at]);
    folders.find(|folder| on_disk(root, folder).join(".git").exists())
}

/// Changes the help of findings about stale boards. A sync alone does not help where the board, as it is on
/// disk, shows notes that the commit leaves out.
pub(super) fn tell_stale(root: &Path, left: &impl Deref<Target = LeftOut>, findings: &mut [Finding]) {
    // A finding without help is one that a sync would not fix.
    for finding in findings.iter_mut().filter(|f| f.is_of(&BOARD_STALE) && f.help.is_some()) {
        finding.advise(way_out(root, left, &finding.note));
    }
}

/// Removes the findings inside boards whose staleness fails the commit: they are part of that problem.
pub(super) fn leave_what_stale_boards_show(staged: &Vault, findings: &mut Vec<Finding>) {
    let failing = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let stale = stale_boards(staged, failing);
    if !stale.is_empty() {
        findings.retain(|finding| finding.is_of(&BOARD_STALE) || !stands_in(&stale, finding));
    }
}

fn way_out(root: &Path, left: &LeftOut, note: &str) -> String {
    let usual = "run `portolan sync`, then `git add` the note";
    if left.changed.contains(note) {
        return usual.to_owned();
    }
    // On disk the board is the same as in the commit, and may well be up to date there.
    let notes = |files: &BTreeSet<String>| -> Vec<String> {
        files.iter().filter(|path| is_note(path) && !is_hidden(path)).cloned().collect()
    };
    let (changed, ignored) = (notes(&left.changed), notes(&left.ignored));
    match (changed.as_slice(), ignored.as_slice()) {
        ([], []) => usual.to_owned(),
        ([], [first, ..]) => {
            format!(
                "{usual}; if it changes nothing, the board shows notes that git ignores, such as `{first}`: \
                 `exclude` them in `portolan.toml`"
            )
        }
        (changed, _) if changed.len() > MAX_NAMED => {
            format!(
                "{usual}; if it changes nothing, the board shows some of the {} that the commit leaves out: see \
                 `git status`",
                counted(changed.len(), "note")
            )
        }
        (changed, _) => {
            let files: Vec<&str> = changed.iter().map(String::as_str).collect();
            let add = git_line::on_files(&root.to_string_lossy(), "add", &files);
            format!("{usual}; if it changes nothing, the board shows what the commit leaves out: `{add}`")
        }
    }
}

/// Removes the findings about stale boards from the check of a merge, and those inside such boards. Two
/// branches with fresh boards give one with stale boards, and git commits a merge without conflicts before
/// anybody can sync, so this alone must not stop a merge. The same holds for content of such boards, such as
/// a link to a note that the other branch has renamed: a sync rewrites it. Conflicts that a sync cannot
/// settle still count.
pub(super) fn leave_boards(vault: &Vault, findings: &mut Vec<Finding>, terminal: &mut Terminal<'_>) {
    let stale = stale_boards(vault, findings.iter());
    findings.retain(|finding| !stands_in(&stale, finding) && !is_about(&stale, finding));
    let stale: usize = stale.values().map(Vec::len).sum();
    if stale > 0 {
        let boards = counted(stale, "board");
        terminal.say(&format!("the merge makes {boards} stale; `portolan sync` brings them up to date"));
    }
}

/// The boards that are reported as stale, by the paths of their notes: the place and the body of each.
type Stale = HashMap<String, Vec<(Span, Span)>>;

fn stale_boards<'f>(vault: &Vault, findings: impl Iterator<Item = &'f Finding>) -> Stale {
    let mut stale = Stale::new();
    for finding in findings.filter(|finding| finding.is_of(&BOARD_STALE)) {
        let note = vault.find(&finding.note).and_then(|id| vault.note(id));
        let mut boards = note.iter().flat_map(|note| &note.facts.system().boards);
        if let Some(own) = boards.find(|board| Some(board.place) == finding.place) {
            stale.entry(finding.note.clone()).or_default().push((own.place.span, own.body));
        }
    }
    stale
}

fn is_about(stale: &Stale, finding: &Finding) -> bool {
    let own = |place: &Span| finding.place.is_some_and(|at| at.span == *place);
    finding.is_of(&BOARD_STALE)
        && stale.get(&finding.note).is_some_and(|boards| boards.iter().any(|(place, _)| own(place)))
}

fn stands_in(stale: &Stale, finding: &Finding) -> bool {
    let inside = |body: &Span| finding.place.is_some_and(|place| body.contains(place.span));
    stale.get(&finding.note).is_some_and(|boards| boards.iter().any(|(_, body)| inside(body)))
}
