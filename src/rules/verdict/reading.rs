//! Reads a vault that is judged only once, so that most notes need not stay in memory.
//!
//! Nine links in ten lead to a file and name nothing in it, and most others name a heading that exists. Once
//! that is known, no rule has anything to report about them. A note that has no other links and documents no
//! system is then settled: it counts as judged. What stays of the other notes are the links that may lead
//! nowhere, all links of notes with a header, which boards draw, and the facts about systems. [`Anchors`]
//! keeps what links can name in notes.

use crate::config::Config;
use crate::error::Result;
use crate::rules::notes::is_linkable;
use crate::rules::{Check, RULES, Rule, links, notes};
use crate::syntax::facts::Facts;
use crate::text::path;
use crate::vault::anchors::{Anchors, Own};
use crate::vault::fragment::{has_name_of_drawing, may_name_drawing};
use crate::vault::listing::Listed;
use crate::vault::names::Resolution;
use crate::vault::{Keep, Note, Origin, Progress, Read, Role, Vault};

/// Reads a vault that can only be judged: most notes keep no facts about links that resolve.
///
/// # Errors
/// The source cannot be listed.
pub fn read(origin: Origin, progress: Progress<'_>) -> Result<Vault> {
    let listing = origin.source.list()?;
    let (vault, ()) = read_listed(origin, listing, progress, |_| ());
    Ok(vault)
}

/// Like [`read`], for a vault that has been listed. `each` gets every note whole, before any of it is
/// dropped; its results are collected in the order of notes.
pub(super) fn read_listed<T: Send, Found: Default + Extend<T>>(
    origin: Origin,
    listing: impl Into<Listed>,
    progress: Progress<'_>,
    each: impl Fn(&Note) -> T + Sync,
) -> (Vault, Found) {
    let whole = asks_for_all(&origin.config);
    let narrowed = |vault: &Vault, note: Note| {
        let own = each(&note);
        let (read, anchors) = if whole { (Read::Open(note), Own::default()) } else { narrow(vault, note) };
        (read, (own, anchors))
    };
    let (vault, (found, anchors)): (_, (Found, Anchors)) =
        origin.read_each(Keep::Facts, listing, progress, narrowed);
    (if whole { vault } else { vault.with_anchors(anchors) }, found)
}

/// Drops what no rule will need.
fn narrow(vault: &Vault, mut note: Note) -> (Read, Own) {
    let mut anchors = Own::of(&note);
    let judged = matches!(note.role, Role::Ordinary | Role::Canvas);
    let mut open = Vec::with_capacity(note.facts.links.len());
    if judged {
        vault.resolve_each(&note, |link, resolution| {
            open.push(matches!(resolution, Resolution::Ambiguous(_) | Resolution::Missing));
            // The fragment of a link to a drawing is for the drawing's viewer.
            if let Resolution::File(file) = resolution
                && let Some(fragment) = Vault::fragment(&note, link)
                && !(may_name_drawing(note.facts.text(link.path))
                    && has_name_of_drawing(vault.names().path(file)))
            {
                anchors.name(file, &fragment);
            }
        });
    }
    open.resize(note.facts.links.len(), false);
    let Facts { aliases, .. } = &note.facts;
    let says_nothing = !note.facts.has_system() && aliases.is_empty() && is_linkable(&note.path);
    if note.role == Role::Excluded || (says_nothing && !open.contains(&true)) {
        return (Read::Settled(note), anchors);
    }
    if note.facts.system().header.is_none() {
        note.facts.keep_links(&open);
    }
    note.facts.forget_anchors(path::stem(&note.path));
    (Read::Open(note), anchors)
}

/// Whether links that resolve are needed: by a rule that is on, or by a board of the vault's own, which may
/// show anything.
fn asks_for_all(config: &Config) -> bool {
    let asks = |rule: &&&Rule| {
        let whole = [&links::LINK_CASE, &notes::HEADING_DUPLICATE, &notes::BLOCK_DUPLICATE];
        matches!(rule.check, Check::Graph(_)) || whole.iter().any(|whole| whole.name == rule.name)
    };
    !config.boards.is_empty() || RULES.iter().filter(asks).any(|rule| rule.is_on_by(config))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::rules;
    use crate::vault::fragment::Fragment;
    use crate::vault::source::Texts;

    fn origin(texts: &[(&str, &str)]) -> Origin {
        Origin::new(Path::new(""), Arc::new(Texts::new(texts)), Config::default())
    }

    /// A note with another text has only what that text has.
    #[test]
    fn a_changed_note_no_longer_has_what_it_had() {
        let many = (0..100).map(|i| format!("## Term {i}\n\n")).collect::<Vec<_>>().concat();
        let texts = [("Far.md", "# Far\n"), ("Long.md", &many), ("Near.md", "[[Far#Far]] [[Long#Term 3]]\n")];
        for vault in [Vault::of_texts(Config::default(), &texts), read(origin(&texts), &|_, _| {}).unwrap()] {
            let file = |path: &str| vault.names().exact(path).unwrap();
            let changed = ["Far.md", "Long.md"].map(|path| vault.note_of(file(path)).unwrap());
            for count in 0..=2 {
                let changed: Vec<_> =
                    changed[..count].iter().map(|id| (*id, "# Else\n".to_owned())).collect();
                let after = vault.with_texts(&changed);
                for (path, had, number) in [("Far.md", "Far", 1), ("Long.md", "Term 3", 2)] {
                    let has = |name: &str| after.fragment_ok(file(path), Fragment::read(name).as_ref());
                    let is_changed = number <= count;
                    assert_eq!(
                        (has(had), has("Else")),
                        (Some(!is_changed), Some(is_changed)),
                        "{path}, {count}"
                    );
                }
            }
        }
    }

    /// A vault of which only some notes are left answers for these as it did before.
    #[test]
    fn what_is_left_of_a_vault_gives_the_same_answers() {
        let many = (0..100).map(|i| format!("## Term {i}\n\n")).collect::<Vec<_>>().concat();
        let texts = [
            ("Ahead.md", "---\naliases: [Nearby]\n---\n# Only ahead\n\ntext ^ahead\n"),
            ("Far.md", "# Far\n\n# Top\n## Deep\n\ntext ^here\n"),
            ("Long.md", &many),
            ("Near.md", "---\naliases: [Farther]\n---\n[[Far#Top#Deep]] [[Long#Term 3]] [[Frther]]\n"),
        ];
        let whole = Vault::of_texts(Config::default(), &texts);
        let narrow = read(origin(&texts), &|_, _| {}).unwrap();
        let suggested = |vault: &Vault, link: &str| -> Vec<String> {
            vault.suggest(link).iter().map(|near| vault.names().path(near.file).to_owned()).collect()
        };
        for (vault, gone) in
            [(&whole, "Ahead.md"), (&narrow, "Ahead.md"), (&narrow, "Far.md"), (&narrow, "Long.md")]
        {
            assert_eq!(suggested(vault, "Frther"), ["Near.md"]);
            let left = vault.only(|path| path != gone);
            assert_eq!(left.ids().len(), 3);
            for path in ["Far.md", "Long.md", "Near.md"].into_iter().filter(|path| *path != gone) {
                let file = whole.names().exact(path).unwrap();
                for fragment in ["Only ahead", "^ahead", "Top", "Top#Deep", "^here", "Term 3", "Term 200"] {
                    let fragment = Fragment::read(fragment);
                    let (left, was) =
                        [&left, &whole].map(|vault| vault.fragment_ok(file, fragment.as_ref())).into();
                    assert_eq!(left, was, "{fragment:?} of {path} without {gone}");
                }
            }
            let near = left.note(left.find("Near.md").unwrap()).unwrap();
            let led = near.facts.links.iter().map(|link| left.resolve(near, link).file());
            let written = near
                .facts
                .links
                .iter()
                .map(|link| whole.names().exact(&format!("{}.md", near.facts.text(link.path))));
            assert!(led.eq(written), "the names of all files stay");
            assert_eq!(suggested(&left, "Frther"), ["Near.md"], "without {gone}");
        }
    }

    /// No rule misses what was dropped.
    #[test]
    fn the_verdict_is_that_on_the_whole_vault() {
        let board = "<!-- portolan:board components -->\n\n## In a board\n\n<!-- portolan:end -->";
        let system = "# S\n\n## System Initialization\n- Status: Active\n\n[[Far#Top#Deep]] [[Far#Nope]]";
        let texts = [
            ("Far.md", "# Far\n\n# Top\n## Deep\n\ntext ^here\n".to_owned()),
            ("Well.md", "[[Far]] [[Far#Top]] [[far#top#deep]] [[Far#^here]] [[#Own]]\n\n# Own\n".to_owned()),
            ("Gone.md", "[[Nowhere]] [[Far]]".to_owned()),
            (
                "Headless.md",
                "[[Far#Tpo]] [[Far#^gone]] [[Far#Deep#Top]] [[Far#[^1]]] [[Far#^a_b]]".to_owned(),
            ),
            ("Board.md", format!("# B\n\n{board}\n")),
            ("To board.md", "[[Board#In a board]] [[Board#Not there]]".to_owned()),
            ("Drawing.excalidraw.md", "---\nexcalidraw-plugin: parsed\n---\n".to_owned()),
            ("To drawing.md", "[[Drawing.excalidraw#^frame=1]]".to_owned()),
            ("Drawn.md", "---\nexcalidraw-plugin: parsed\n---\n# Here\n".to_owned()),
            ("To drawn.md", "[[Drawn#^frame=1]] [[Drawn#Here]] [[Drawn#There]]".to_owned()),
            ("System.md", system.to_owned()),
            ("Templates/T.md", "[[Nowhere]] [[Far#Nope]]".to_owned()),
            ("C# style.md", "text".to_owned()),
            ("Alias.md", "---\naliases: [Nearby]\n---\n".to_owned()),
            ("To alias.md", "[[Nearby]] [[Nearbi]]".to_owned()),
            ("Board.canvas", r##"{"nodes":[{"type":"file","file":"Far.md","subpath":"#Nope"}]}"##.to_owned()),
            ("a/Twice.md", "# One".to_owned()),
            ("b/Twice.md", "# Two".to_owned()),
            ("To twice.md", "[[Twice#Two]] [[Twice#One]] [[Twice#Three]]".to_owned()),
            ("Unrendered.md", "[[Far#{{HEADING}}]]".to_owned()),
        ];
        let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let whole = Vault::of_texts(Config::default(), &texts);
        let narrow = read(origin(&texts), &|_, _| {}).unwrap();
        let expected = rules::run(&whole, None);
        assert_eq!(rules::run(&narrow, None), expected);
        for rule in ["link-unresolved", "link-heading-missing", "link-block-missing", "name-unlinkable"] {
            assert!(expected.iter().any(|finding| finding.rule == rule), "{rule} is not tried");
        }
        let settled: Vec<&str> =
            narrow.ids().filter(|id| narrow.is_settled(*id)).map(|id| narrow.path_of(id)).collect();
        assert!(settled.contains(&"Well.md") && settled.contains(&"Far.md"), "{settled:?}");
        assert!(!settled.contains(&"Headless.md"), "{settled:?}");
    }
}
