//! Property tests of the links of any note and any canvas, however broken.

use portolan::syntax::facts::{self, Facts};
use portolan::syntax::link::Spelling;
use portolan::syntax::reading::Reading;
use portolan::syntax::uri;
use portolan::text::fold::{fold, fold_into, folds_to};
use portolan::vault::fragment::{Fragment, link_heading_key};
use portolan::vault::names::{FileId, Names, Resolution};
use proptest::collection::vec;
use proptest::prelude::*;

/// Pieces of which notes are made; a string of them meets more of the grammar than random letters.
const PIECES: &[&str] = &[
    "[[",
    "]]",
    "[",
    "]",
    "![[",
    "![",
    "](",
    "(",
    ")",
    "<",
    ">",
    "|",
    "\\|",
    "#",
    "#^",
    "^",
    "\\",
    "`",
    "```\n",
    "~~~\n",
    "$",
    "$$",
    "%%",
    "<!--",
    "-->",
    "---\n",
    "\n",
    "\r\n",
    "\n\n",
    "> ",
    "- ",
    "1. ",
    "    ",
    "\t",
    "| a |\n|---|\n",
    "| ",
    "Note",
    "a b",
    "é",
    "😀",
    "e\u{301}",
    "\u{a0}",
    "\u{feff}",
    "\0",
    "[^1]",
    "[^1]: ",
    "<div>\n",
    "</div>",
    "<b title=\"",
    "\">",
    "&amp;",
    "%20",
    "https://x.y",
    "# ",
    "===\n",
    "*",
    "**",
    "_",
    "~~",
    "==",
    "!",
    "\"",
    "'",
    ":",
    "key: ",
    "\"[[x]]\"",
    "[[a|b]]",
    "![[p.png|100]]",
    "[t](n.md#h)",
    "[![[i]]](n)",
];

fn pieces() -> impl Strategy<Value = String> {
    vec(prop::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.concat())
}

/// Every place lies on characters, its line and column are those of its bytes, and parts lie in their
/// links.
fn check(text: &str, facts: &Facts) {
    for link in &facts.links {
        let span = link.place.span;
        let raw = text.get(span.range()).expect("a span on characters");
        assert!(!raw.is_empty(), "an empty link in {text:?}");
        let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let before = &text[mark..span.start as usize];
        let line = before.matches('\n').count() as u32 + 1;
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) as u32 + 1;
        assert_eq!((link.place.line, link.place.column), (line, column), "{raw:?} in {text:?}");
        for part in [link.path_span(), link.fragment_span(), link.display()].into_iter().flatten() {
            assert!(span.contains(part), "{part:?} outside of {raw:?}");
            assert!(text.get(part.range()).is_some(), "{part:?} cuts a character of {raw:?}");
        }
        if link.spelling == Spelling::Literal {
            assert!(
                raw.trim_start_matches('!').starts_with("[[") && raw.ends_with("]]") && !raw.contains('\n'),
                "{raw:?}"
            );
            assert_eq!(raw.matches("]]").count(), 1, "{raw:?}");
            // The brackets alone: a name may begin or end with others.
            let inner = raw.strip_prefix('!').unwrap_or(raw);
            let inner = &inner[2..inner.len() - 2];
            let bar = inner.chars().skip(1).any(|c| c == '|');
            assert_eq!(link.display().is_some(), bar, "{raw:?}");
            // What a fix replaces is the name and nothing else.
            if let Some(path) = link.path_span() {
                assert_eq!(&text[path.range()], facts.text(link.path), "{raw:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(bytes in vec(any::<u8>(), 0..400)) {
        let note = facts::read(&bytes, &Reading::default());
        let canvas = facts::read_canvas(&bytes);
        if let Ok(text) = std::str::from_utf8(&bytes) {
            check(text, &note);
            check(text, &canvas);
        }
    }

    #[test]
    fn any_text_is_read(text in "\\PC*") {
        check(&text, &facts::read(text.as_bytes(), &Reading::default()));
    }

    #[test]
    fn notes_of_marks_are_read(text in pieces()) {
        check(&text, &facts::read(text.as_bytes(), &Reading::default()));
        let properties = format!("---\nkey: {text}\n---\n{text}");
        check(&properties, &facts::read(properties.as_bytes(), &Reading::default()));
    }

    /// A card says what a note of the same text says.
    #[test]
    fn cards_of_text_link_as_notes_do(text in pieces()) {
        // A note takes its first lines for properties and drops a mark before them; a card does not.
        let text = format!("x {text}");
        let json = serde_json::json!({"nodes": [{"type": "text", "text": text}]}).to_string();
        let (note, canvas) = (facts::read(text.as_bytes(), &Reading::default()), facts::read_canvas(json.as_bytes()));
        check(&json, &canvas);
        let shown = |facts: &Facts| -> Vec<(String, Option<String>)> {
            facts.links.iter().map(|l| (facts.text(l.path).to_owned(), l.fragment.map(|f| facts.text(f).to_owned()))).collect()
        };
        prop_assert_eq!(shown(&note), shown(&canvas));
    }

    /// Whatever is written out is read back.
    #[test]
    fn destinations_survive_being_written(name in "[^\\[\\]#|\\\\\r\n\0-\u{1f}]{1,12}") {
        let encoded = uri::encode(&name);
        prop_assert_eq!(uri::decode(&encoded), name.as_str());
        let name = name.trim();
        let note = format!("[x]({})", uri::encode(name));
        let facts = facts::read(note.as_bytes(), &Reading::default());
        if !name.is_empty() && !uri::is_external(name) {
            prop_assert_eq!(facts.links.len(), 1, "{}", note);
            prop_assert_eq!(facts.text(facts.links[0].path), name);
        }
    }

    #[test]
    fn folding_without_a_buffer_is_folding(a in "\\PC{0,12}", b in "\\PC{0,12}") {
        let mut folded = String::new();
        fold_into(&mut folded, &a);
        prop_assert!(folded == fold(&a));
        prop_assert!(folds_to(&a, &folded));
        prop_assert_eq!(folds_to(&b, &folded), fold(&b) == fold(&a));
        prop_assert!(fold(&folded) == folded, "folded twice: {}", folded);
    }

    #[test]
    fn heading_keys_are_stable(text in "\\PC{0,30}") {
        let key = link_heading_key(&text);
        prop_assert_eq!(link_heading_key(&key), key.as_str());
        let _ = Fragment::read(&text);
    }

    /// The table of names decides as a search through all paths would.
    #[test]
    fn links_lead_where_a_plain_search_leads(
        mut paths in vec("([abB]/){0,3}[xyX](\\.md|\\.png|\\.md)", 1..14),
        link in "(\\./|\\.\\./|/)?([abA]/){0,2}[xyY](\\.md|\\.png)?",
        from in any::<prop::sample::Index>(),
    ) {
        paths.sort();
        paths.dedup();
        let from = from.index(paths.len());
        let names = Names::new(paths.clone());
        let found = names.resolve(&link, FileId(from as u32));
        let expected = plain_search(&paths, &link, &paths[from]);
        match (found, &expected[..]) {
            (Resolution::Missing, []) => {}
            (Resolution::File(id), [first, ..]) => prop_assert_eq!(names.path(id).to_lowercase(), first.to_lowercase()),
            (Resolution::Ambiguous(files), [first, _, ..]) => prop_assert_eq!(names.path(files[0]), first),
            (found, expected) => prop_assert!(false, "{:?} but {:?}", found, expected),
        }
    }
}

/// The rules of the dialect, written down as plainly as can be: the candidates that fit alike.
fn plain_search(paths: &[String], link: &str, from: &str) -> Vec<String> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let same = |path: &str, wanted: &str| path.to_lowercase() == wanted.to_lowercase();
    let exactly = |wanted: &str| -> Vec<String> {
        paths.iter().filter(|path| same(path, wanted)).take(1).cloned().collect()
    };
    let spellings = if link.rsplit('/').next().is_some_and(|name| name.contains('.')) {
        vec![link.to_owned(), format!("{link}.md")]
    } else {
        vec![format!("{link}.md")]
    };
    for wanted in spellings {
        let found = if let Some(rooted) = wanted.strip_prefix('/') {
            exactly(rooted)
        } else if wanted.starts_with('.') {
            let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
            let mut out = false;
            for part in wanted.split('/') {
                match part {
                    "." => {}
                    ".." => out |= parts.pop().is_none(),
                    name => parts.push(name),
                }
            }
            if out { Vec::new() } else { exactly(&parts.join("/")) }
        } else {
            let own = if folder.is_empty() { wanted.clone() } else { format!("{folder}/{wanted}") };
            let mut found = exactly(&wanted);
            if found.is_empty() {
                found = exactly(&own);
            }
            if found.is_empty() {
                let end = format!("/{}", wanted.to_lowercase());
                let mut fitting: Vec<&String> =
                    paths.iter().filter(|path| format!("/{}", path.to_lowercase()).ends_with(&end)).collect();
                fitting.sort_by_key(|path| (path.len(), path.as_str()));
                let length = fitting.first().map_or(0, |path| path.len());
                found = fitting.into_iter().filter(|path| path.len() == length).cloned().collect();
            }
            found
        };
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}
