//! The link family: links that lead nowhere.
//!
//! Links that Obsidian itself resolves are never reported. Links in template notes are not judged, and a link
//! whose name was never rendered is left to `placeholder-unrendered`.

use super::offers::Offer;
use super::{NoteContext, Sink, declare_rule, repair};
use crate::model::help::{Help, Meant, SAID};
use crate::syntax::link::{LinkKind, RawLink, Spelling};
use crate::syntax::placeholder;
use crate::text::path;
use crate::text::place::Place;
use crate::vault::names::{FileId, Resolution};

declare_rule! {
    /// A link names a note or file that is not in the vault.
    ///
    /// ## Why
    ///
    /// Readers who follow it get an empty new note instead of what was promised. Links break when notes are
    /// renamed outside of Obsidian, merged or deleted.
    ///
    /// The link is resolved as in Obsidian: an exact path from the root, then a path from the folder of the
    /// note, then the shortest path that ends with the name. Case does not matter. Aliases do not resolve,
    /// as in Obsidian. `[[_TOC_]]` and `[[_TOSP_]]` alone on their line are not links and are not reported:
    /// GitLab and Azure insert a table of contents or of subpages there.
    ///
    /// ## Example
    ///
    /// ```md
    /// See [[Payment Gatway]] for the limits.
    /// ```
    ///
    /// ## Fix
    ///
    /// Name an existing note, or write the missing one. To link to an alias, write `[[Note|Alias]]`.
    /// `--unsafe-fixes` writes the nearest name or alias, if only one file has it and no other is as near.
    /// `portolan resolve --explain` shows every step that was tried.
    pub static LINK_UNRESOLVED = "link-unresolved", Error, Linking(link_unresolved), fixable, suggests_names;
}

fn link_unresolved(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    missing(ctx, sink, |kind| kind != LinkKind::Embed, "note or file");
}

declare_rule! {
    /// An embed names a note or file that is not in the vault.
    ///
    /// ## Why
    ///
    /// The reader sees a grey box where a picture or a section should be.
    ///
    /// ## Example
    ///
    /// ```md
    /// ![[network-plan.svg]]
    /// ```
    ///
    /// ## Fix
    ///
    /// Put the file back, or write its present name. Files that are not notes need their extension.
    /// `--unsafe-fixes` writes the nearest name, if only one file has it and no other is as near.
    pub static EMBED_MISSING = "embed-missing", Error, Linking(embed_missing), fixable, suggests_names;
}

fn embed_missing(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    missing(ctx, sink, |kind| kind == LinkKind::Embed, "file");
}

fn missing(ctx: &NoteContext<'_>, sink: &mut Sink<'_>, wanted: impl Fn(LinkKind) -> bool, what: &str) {
    let facts = &ctx.note.facts;
    for (link, resolution) in ctx.links() {
        let name = facts.text(link.path);
        let judged = *resolution == Resolution::Missing && wanted(link.kind);
        if !judged || is_unrendered(link, name) || link.is_search(&facts.pool) || may_lead(ctx, link, name) {
            continue;
        }
        if is_table_of_contents(ctx, link, name) {
            continue;
        }
        let message = format!("no {what} `{name}` in the vault");
        let finding = sink.report(&ctx.note.path, link.place, name, message);
        let Some(Offer { near, mut meant }) = ctx.context.offered.offer(ctx.vault, name) else {
            if let Some(help) = other_text(link, name) {
                finding.advise(help);
            }
            continue;
        };
        if let (Meant::Alias(alias), Some(near)) = (&mut meant, near)
            && alias.is_exact
        {
            let path = repair::path_to(ctx, link, near.file);
            alias.written = path.and_then(|path| repair::as_written(ctx, link, &path, near.alias));
        }
        finding.advise(Help::Meant(meant));
        finding.mended_by(near.and_then(|near| repair::lead_to(ctx, link, near.file, near.alias)));
    }
}

/// Returns the help for a link that was probably meant as an address or as code.
fn other_text(link: &RawLink, name: &str) -> Option<&'static str> {
    let is_path = matches!(link.spelling, Spelling::Encoded | Spelling::Angled);
    if is_path {
        return name.starts_with("www.").then_some("an address needs `https://`");
    }
    // `[[ -f "$x" ]]` and `[[1,2],[3,4]]`: no file can have such a name, and few have a `$`.
    let is_code = name.contains(['"', '$']) || name.contains("],");
    is_code.then_some("if this is not a link, write it as code")
}

/// Whether the path of a link is a template expression. A destination in angle brackets has lost the brackets
/// of `<% url %>`.
fn is_unrendered(link: &RawLink, name: &str) -> bool {
    let command = |name: &str| name.len() > 1 && name.starts_with('%') && name.ends_with('%');
    placeholder::is_in(name) || (link.spelling == Spelling::Angled && command(name))
}

/// Whether a link is the placeholder for which GitLab and Azure insert a table of contents or of subpages. It
/// must be alone on its line.
fn is_table_of_contents(ctx: &NoteContext<'_>, link: &RawLink, name: &str) -> bool {
    let (start, end) = (link.place.span.start as usize, link.place.span.end as usize);
    let is_alone = |text: &str| {
        let inside = text.get(start..end)?.strip_prefix("[[")?.strip_suffix("]]")?;
        let before = text.get(..start)?.trim_end_matches([' ', '\t']);
        let behind = text.get(end..)?.trim_start_matches([' ', '\t', '\r']);
        let ends =
            (before.is_empty() || before.ends_with('\n')) && (behind.is_empty() || behind.starts_with('\n'));
        Some(inside == name && ends)
    };
    matches!(name, "_TOC_" | "_TOSP_") && ctx.text().and_then(is_alone) == Some(true)
}

/// Whether a link may lead to an existing file in a case where nobody has recorded what Obsidian does: a name
/// that ends with a bracket (`[[a [b]]]`), and a file without an extension, which programs other than
/// Obsidian find.
fn may_lead(ctx: &NoteContext<'_>, link: &RawLink, name: &str) -> bool {
    let names = ctx.vault.names();
    if matches!(link.spelling, Spelling::Encoded | Spelling::Angled) && !path::file_name(name).contains('.') {
        let folder = path::folder(&ctx.note.path);
        let whole = path::join(folder, name.strip_prefix('/').unwrap_or(name));
        let from_root = name.trim_start_matches('/');
        return whole.iter().map(String::as_str).chain([from_root]).any(|path| names.exact(path).is_some());
    }
    let bracketed = || names.resolve(&format!("{name}]"), ctx.note.file).file().is_some();
    let behind = || {
        ctx.text()
            .and_then(|text| text.get(link.place.span.end as usize..))
            .is_some_and(|rest| rest.starts_with(']'))
    };
    name.contains('[') && bracketed() && behind()
}

declare_rule! {
    /// A link fits several files equally well, and Obsidian may open any of them.
    ///
    /// ## Why
    ///
    /// Several files have the same name, and their paths are equally long. Obsidian opens one of them now,
    /// and may open another one tomorrow. Nothing is reported where an exact path, the note's own folder or
    /// a shorter path decides.
    ///
    /// ## Example
    ///
    /// With `alpha/Setup.md` and `gamma/Setup.md`, in a note of a third folder:
    ///
    /// ```md
    /// Follow [[Setup]].
    /// ```
    ///
    /// ## Fix
    ///
    /// Write the folder: `[[alpha/Setup]]`. `--unsafe-fixes` does so if exactly one of the files is below
    /// the folder of the note. Otherwise, only you know which one is meant.
    pub(super) static LINK_AMBIGUOUS = "link-ambiguous", Warning, Linking(link_ambiguous), fixable;
}

fn link_ambiguous(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for (link, resolution) in ctx.links() {
        let Resolution::Ambiguous(files) = *resolution else { continue };
        let [first, ..] = *files else { continue };
        let name = ctx.note.facts.text(link.path);
        let names = ctx.vault.names();
        let path = names.path(first);
        let message = format!(
            "`{name}` fits {} files equally well; portolan takes `{path}`, Obsidian may take another",
            files.len(),
        );
        let finding = sink.report(&ctx.note.path, link.place, name, message);
        for file in files.iter().take(5) {
            finding.points_to(names.path(*file), Place::START, "fits the link");
        }
        let near = only_below(ctx, files);
        let meant = near.as_ref().map_or(files, std::slice::from_ref);
        let ways: Vec<String> =
            meant.iter().take(SAID).map(|file| with_folder(ctx, link, names.path(*file))).collect();
        finding.advise(format!("write the folder: {}", ways.join(" or ")));
        finding.mended_by(near.and_then(|near| repair::lead_to(ctx, link, near, None)));
    }
}

/// Returns a link as it would be written with the whole path of a file, in its own form.
fn with_folder(ctx: &NoteContext<'_>, link: &RawLink, target: &str) -> String {
    let is_markdown = matches!(link.spelling, Spelling::Encoded | Spelling::Angled);
    // Programs other than Obsidian follow Markdown links too, and may need the extension.
    let keeps_extension = is_markdown && path::is_note(ctx.note.facts.text(link.path));
    let target = if keeps_extension { target } else { path::without_md(target) };
    let written = repair::as_written(ctx, link, target, None);
    format!("`{}`", written.unwrap_or_else(|| format!("[[{target}]]")))
}

/// Returns the only one of these files below the folder of the note, since a chapter often has its own folder
/// of pictures.
fn only_below(ctx: &NoteContext<'_>, files: &[FileId]) -> Option<FileId> {
    let folder = path::folder(&ctx.note.path);
    let names = ctx.vault.names();
    let mut below = files.iter().filter(|file| path::is_in(names.path(**file), folder));
    below.next().copied().filter(|_| below.next().is_none())
}

declare_rule! {
    /// A link is written in another case than the name of its file.
    ///
    /// ## Why
    ///
    /// Obsidian and `check` follow it all the same. A web server, a static site generator or a Git checkout
    /// on Linux may not. Off by default.
    ///
    /// ## Example
    ///
    /// With a note `Payment Gateway.md`:
    ///
    /// ```md
    /// See [[payment gateway]].
    /// ```
    ///
    /// ## Fix
    ///
    /// Write the name as the file has it, which `--fix` does. To show it in another case, write
    /// `[[Payment Gateway|payment gateway]]`.
    pub(super) static LINK_CASE = "link-case", Off, Linking(link_case), fixable;
}

fn link_case(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for (link, resolution) in ctx.links() {
        let name = ctx.note.facts.text(link.path);
        let Some(target) = resolution.file().filter(|_| !name.is_empty()) else { continue };
        let Some(own) = ctx.vault.names().in_own_case(name, target) else { continue };
        let message = format!("`{name}` is written `{own}` in the name of its file");
        let finding = sink.report(&ctx.note.path, link.place, name, message);
        finding.mended_by(repair::in_own_case(ctx, link, &own));
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::model::help::Help;
    use crate::rules;
    use crate::vault::Vault;

    /// Which of two pictures the fix links to.
    #[test]
    fn a_fix_takes_the_one_below_the_folder_of_the_note() {
        let check = |path: &str, pictures: [&str; 2], expected: Option<&str>| {
            let files = [(path, "![[p.png]]\n"), (pictures[0], ""), (pictures[1], "")];
            let vault = Vault::of_texts(Config::default(), &files);
            let findings = rules::run(&vault, None);
            let [one] = &findings[..] else { panic!("{findings:?}") };
            let edits = one.fix.iter().flat_map(|fix| &fix.edits).map(|(_, edit)| &*edit.text);
            assert_eq!(edits.collect::<Vec<_>>(), expected.as_slice(), "{path}");
        };
        let chapters = ["ch1/assets/p.png", "ch2/assets/p.png"];
        check("ch1/n.md", chapters, Some(chapters[0]));
        check("ch2/n.md", chapters, Some(chapters[1]));
        check("ch3/n.md", chapters, None);
        check("n.md", chapters, None);
        check("ch/n.md", chapters, None);
        check("ch2/n.md", ["ch2/a/p.png", "ch2/b/p.png"], None);
    }

    /// The help for links that lead nowhere, and what their fixes would write.
    #[test]
    fn only_what_alone_may_be_meant_is_offered() {
        let several = "several files have such a name: ";
        let check = |files: &[&str], link: &str, help: Option<String>, written: Option<&str>| {
            let mut texts: Vec<(&str, &str)> = files.iter().map(|path| (*path, "Text.\n")).collect();
            texts.push(("lib/a/Plan.md", link));
            let findings = rules::run(&Vault::of_texts(Config::default(), &texts), None);
            let [one] = &findings[..] else { panic!("{link}: {findings:?}") };
            assert_eq!(one.help.as_ref().map(Help::to_string), help, "{link}");
            let edits = one.fix.iter().flat_map(|fix| &fix.edits).map(|(_, edit)| &*edit.text);
            assert_eq!(edits.collect::<Vec<_>>(), written.as_slice(), "{link}");
        };
        let offered = |path| Some(format!("did you mean `{path}`?"));
        let both = ["b/CONTRIBUTING.md", "c/CONTRIBUTING.md"];
        let named = || Some(format!("{several}`b/CONTRIBUTING.md`, `c/CONTRIBUTING.md`"));
        for link in ["[x](../../CONTRIBUTING.md)", "[[old/CONTRIBUTING]]", "[[Contributng]]"] {
            check(&both, link, named(), None);
        }
        check(&both[..1], "[[Contributng]]", offered(both[0]), Some("CONTRIBUTING"));
        check(&both[..1], "[x](../../CONTRIBUTING.md)", offered(both[0]), Some("../../b/CONTRIBUTING.md"));
        // A file of this name in another folder is about that folder, so it is not suggested.
        let folders = ["README.md", "notes/index.md"];
        for link in ["[x](win32/README.md)", "[x](../README.md)", "[x](setup/index.md)", "[[setup/indx]]"] {
            check(&folders, link, None, None);
        }
        check(&folders, "[x](old/notes/index.md)", offered(folders[1]), Some("notes/index.md"));
        // A bare name may mean a file in any folder.
        check(&folders, "[[indx]]", offered(folders[1]), Some("index"));
        let three = ["a/notes/index.md", "b/notes/index.md", "c/index.md"];
        let named = Some(format!("{several}`{}`, `{}`", three[0], three[1]));
        check(&three, "[x](old/notes/index.md)", named, None);
    }

    #[test]
    fn the_folder_is_written_before_the_whole_name() {
        for (name, link) in [("Setup.md", "Setup"), ("Setup.md.md", "Setup.md"), ("map.canvas", "map.canvas")]
        {
            let files = [format!("alpha/{name}"), format!("gamma/{name}"), "sub/a.md".to_owned()];
            let text = format!("See [[{link}]].\n");
            let vault = Vault::of_texts(
                Config::default(),
                &[(&files[0], "{}\n"), (&files[1], "{}\n"), (&files[2], &text)],
            );
            let findings = rules::run(&vault, None);
            let helps = findings.iter().filter_map(|finding| finding.help.as_ref());
            let helps: Vec<String> = helps.map(Help::to_string).collect();
            let expected = format!("write the folder: `[[alpha/{link}]]` or `[[gamma/{link}]]`");
            assert_eq!(helps, [expected], "{name}");
        }
    }

    #[test]
    fn the_folder_is_written_in_the_form_of_the_link() {
        let two = ["b/My Plan.md", "c/My Plan.md"];
        for (link, first, second) in [
            ("[x](My%20Plan.md)", "[…](b/My%20Plan.md)", "[…](c/My%20Plan.md)"),
            ("[x](My%20Plan)", "[…](b/My%20Plan)", "[…](c/My%20Plan)"),
            ("[x](<My Plan.md>)", "[…](<b/My Plan.md>)", "[…](<c/My Plan.md>)"),
            ("[[My Plan|x]]", "[[b/My Plan|…]]", "[[c/My Plan|…]]"),
            ("![[My Plan.md]]", "![[b/My Plan]]", "![[c/My Plan]]"),
        ] {
            let vault = Vault::of_texts(
                Config::default(),
                &[(two[0], "Text.\n"), (two[1], "Text.\n"), ("sub/a.md", link)],
            );
            let findings = rules::run(&vault, None);
            let helps = findings.iter().filter_map(|finding| finding.help.as_ref());
            let helps: Vec<String> = helps.map(Help::to_string).collect();
            assert_eq!(helps, [format!("write the folder: `{first}` or `{second}`")], "{link}");
        }
    }
}
