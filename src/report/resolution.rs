//! Explains step by step how a link is resolved.

use crate::syntax::link::TypedLink;
use crate::text::fold::nfc;
use crate::text::message::{did_you_mean, few};
use crate::text::path;
use crate::text::visible::escape;
use crate::vault::fragment::Fragment;
use crate::vault::names::{FileId, Names, Resolution, Step};
use crate::vault::suggest::several;
use crate::vault::{Role, Vault};

/// Lists each step from a link to its target, one per line, then what is uncertain about it, then the target.
#[must_use]
pub(crate) fn explain(vault: &Vault, link: &TypedLink, from: FileId) -> String {
    let names = vault.names();
    let mut lines = vec![read_as(link)];
    let mut doubts = doubts_of_form(link);
    let mut found = Resolution::External;
    if link.external {
        lines.push("it has a scheme: it leads out of the vault".to_owned());
    } else {
        found = names.follow(&link.path, from, Some(&mut |step| lines.push(words(names, step))));
    }
    let end = match found.file() {
        Some(file) => {
            doubts.extend(doubts_of_file(vault, link, file, found));
            let within = fragment(vault, link, file, &mut lines);
            format!("→ {}{within}", names.path(file))
        }
        None if found == Resolution::External => "→ out of the vault".to_owned(),
        None => format!("→ nowhere: {}", missing(vault, link)),
    };
    let mut out = String::new();
    for (number, line) in (1..).zip(&lines) {
        out.push_str(&format!("{number:>2}. {}\n", escape(line)));
    }
    for doubt in doubts {
        out.push_str(&format!("    note: {}\n", escape(&doubt)));
    }
    out + &format!("{}\n", escape(&end))
}

/// Returns the message that no file has the name of a link, with the file that may have been meant.
#[must_use]
pub(crate) fn missing(vault: &Vault, link: &TypedLink) -> String {
    let name = &link.path;
    let said = format!("no note or file `{}` in the vault", escape(name));
    let all = vault.suggest(name);
    let Some(near) = all.first() else { return said };
    let path = escape(vault.names().path(near.file)).into_owned();
    if all.len() > 1 {
        return format!("{said}; {}", escape(&several(vault.names(), &all).to_string()));
    }
    match near.alias {
        Some(_) if near.distance == 0 => {
            format!("{said}; it is an alias of `{path}`, and aliases never resolve")
        }
        Some(alias) => format!("{said}; did you mean `{}`, an alias of `{path}`?", escape(alias)),
        None => format!("{said}; {}", did_you_mean(&path)),
    }
}

/// Returns the message that a file lacks the heading or block that a link names, with the one that may have
/// been meant.
#[must_use]
pub(crate) fn not_there(vault: &Vault, fragment: &Fragment, file: FileId) -> String {
    let path = vault.names().path(file);
    match fragment {
        Fragment::Heading(parts) => {
            let said = format!("`{path}` has no heading `{}`", parts.join("#"));
            let note = vault.note_of(file).and_then(|id| vault.note(id));
            let anchored = note.zip(parts.first()).filter(|_| parts.len() == 1);
            if let Some(meant) = anchored.and_then(|(note, anchor)| note.heading_of_anchor(anchor)) {
                return format!("{said}; {}", meant.advice());
            }
            let near = note.zip(parts.last()).and_then(|(note, last)| note.nearest_heading(last));
            near.map_or(said.clone(), |near| format!("{said}; {}", did_you_mean(near)))
        }
        Fragment::Block(id) => format!("`{path}` has no block `^{id}`"),
        Fragment::Footnote => format!("`{path}` has no such footnote"),
    }
}

fn read_as(link: &TypedLink) -> String {
    let fragment = link.fragment.as_deref().map_or_else(String::new, |f| format!(", in it `{f}`"));
    match (link.external, link.path.is_empty()) {
        (true, _) => format!("read as the address `{}`", link.path),
        (false, true) => format!("read as a link to the note itself{fragment}"),
        (false, false) => format!("read as the path `{}`{fragment}", link.path),
    }
}

fn words(names: &Names, step: Step<'_>) -> String {
    let file = |found: Option<FileId>| {
        found.map_or_else(|| "no".to_owned(), |id| format!("yes, `{}`", names.path(id)))
    };
    match step {
        Step::OwnNote => "an empty path is the note that the link stands in".to_owned(),
        Step::External => {
            "it is an address: it leads out of the vault (Obsidian counts a link to a missing note)"
                .to_owned()
        }
        Step::Normalised(path) => format!("slashes put in order: `{path}`"),
        Step::Relative(Some(path)) => {
            format!("`./` and `../` start at the folder of the note: `{path}`, and nowhere else")
        }
        Step::Relative(None) => "`../` leads out of the vault".to_owned(),
        Step::Rooted(path) => format!("`/` starts at the root of the vault: `{path}`, and nowhere else"),
        Step::Name { name, ending, files } => {
            let count = match files {
                0 => "no file has".to_owned(),
                1 => "one file has".to_owned(),
                n => format!("{n} files have"),
            };
            format!("{count} the name `{name}{}`, ignoring case", ending.text())
        }
        Step::FromRoot(found) => format!("exactly this path from the root? {}", file(found)),
        Step::FromOwnFolder(found) => format!("this path from the folder of the note? {}", file(found)),
        Step::Shortest([only]) => {
            format!("the shortest path that ends with it: `{}`", names.path(*only))
        }
        Step::Shortest(files) => {
            let paths = few(files.iter().map(|id| format!("`{}`", names.path(*id))), 5);
            format!("{} paths that end with it are equally short: {paths}", files.len())
        }
        Step::WrongFolder(files) => {
            let first = files.first().map_or("", |id| names.path(*id));
            format!("no such folder has it; `{first}` has the name alone, which is not enough")
        }
    }
}

/// Adds a line about the link's fragment to `lines`, and returns what to append to the target: `:LINE` for a
/// heading.
fn fragment(vault: &Vault, link: &TypedLink, file: FileId, lines: &mut Vec<String>) -> String {
    let Some(fragment) = link.fragment.as_deref().and_then(Fragment::read) else { return String::new() };
    match vault.fragment_ok(file, Some(&fragment)) {
        None if vault.is_drawing(file) => {
            lines.push(
                "what follows the `#` is not judged: it is for Excalidraw, which looks for it in the drawing's data".to_owned(),
            );
            String::new()
        }
        None => {
            lines.push("what follows the `#` is not judged: nothing in this file could be missing, or nobody has recorded what Obsidian does".to_owned());
            String::new()
        }
        Some(false) => {
            let said = not_there(vault, &fragment, file);
            lines.push(said);
            ", at its top".to_owned()
        }
        Some(true) => {
            let note = vault.note_of(file).and_then(|id| vault.note(id));
            let heading = match &fragment {
                Fragment::Heading(parts) => note.and_then(|note| note.heading(parts)),
                _ => None,
            };
            if let (Some(heading), Some(note)) = (heading, note) {
                let text = note.facts.text(heading.text);
                let why = "case and punctuation are ignored, and the first match counts";
                lines.push(format!("its heading `{text}` on line {}: {why}", heading.line));
                return format!(":{}", heading.line);
            }
            lines.push("it has this block".to_owned());
            String::new()
        }
    }
}

/// Lists the doubts about how Obsidian reads the link as it is written: cases that nobody has recorded.
fn doubts_of_form(link: &TypedLink) -> Vec<String> {
    let mut doubts = Vec::new();
    let mut doubt = |holds: bool, what: &str| {
        if holds {
            doubts.push(what.to_owned());
        }
    };
    doubt(
        link.blank_before_fragment,
        "the space before the `#` is ignored here, though Obsidian keeps it in the name of a missing note",
    );
    doubt(
        link.path.contains(['\u{a0}', '\u{202f}']),
        "a no-break space is taken for a blank, which is recorded for paths of files alone",
    );
    doubt(
        nfc(&link.path) != link.path,
        "the name is in decomposed Unicode (NFD); it is compared in composed form (NFC)",
    );
    doubt(
        link.path.starts_with("^^"),
        "`[[^^` starts a search in the editor, which ends when something is chosen",
    );
    doubt(link.path.contains('^'), "without a `#` before it, a `^` is part of the name");
    doubts
}

fn doubts_of_file(vault: &Vault, link: &TypedLink, file: FileId, found: Resolution<'_>) -> Vec<String> {
    let names = vault.names();
    let path = names.path(file);
    let mut doubts = Vec::new();
    if let Resolution::Ambiguous(_) = found {
        doubts.push("Obsidian may take any of them; portolan takes the first in order".to_owned());
    }
    if let Some(own) = names.in_own_case(&link.path, file).filter(|_| !link.path.is_empty()) {
        doubts.push(format!("the file is named `{own}`; case is ignored"));
    }
    if !path::is_shown(path) {
        doubts.push("Obsidian shows files of this kind only with `Show all file types` on".to_owned());
    }
    let note = vault.note_of(file).and_then(|id| vault.note(id));
    if note.is_some_and(|note| note.role == Role::Excluded) {
        doubts.push("the file is excluded: it is not checked, and links to it resolve".to_owned());
    }
    if note.is_none() && path::is_note(path) {
        doubts.push("the note lies outside of the vault and is not read".to_owned());
    }
    doubts
}
