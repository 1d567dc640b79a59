//! Property tests of renames of headings, blocks and integrations in generated notes.
//!
//! After a rename, every link names the same heading or block as before, and nothing but its fragment has changed.
//! Renaming back restores the bytes if no link had to take another form.

use std::collections::BTreeMap;

use portolan::config::Config;
use portolan::plan::rename::{
    BlockOf, HeadingOf, Permit, RenamePlan, rename_block, rename_heading, rename_integration,
};
use portolan::syntax::link::RawLink;
use portolan::syntax::uri;
use portolan::vault::fragment::{Fragment, in_a_link, link_heading_key};
use portolan::vault::{NoteId, Vault};
use proptest::collection::vec;
use proptest::prelude::*;

type Texts = BTreeMap<String, String>;

/// Headings as people have them: with marks, links and code in them, and several of one name.
const HEADINGS: [&str; 16] = [
    "Limits",
    "limits!",
    "A: b",
    "`code()` x",
    "See [[Other]] and *more* _u_",
    "1. First",
    "Twice",
    "Twice",
    "é — “q”",
    "x #tag",
    "50% & more (1)",
    "p | q",
    "C# \\ ^ %% d",
    "e\u{301}te\u{301}",
    "[t](Other.md) <b>",
    "#1197: # x",
];

const NEW: [&str; 10] = [
    "Quotas",
    "Twice",
    "B: [[Other]] `c`",
    "x | y #z",
    "Limits",
    "2. (zwei) & 3%",
    "é",
    "a_b",
    "[t](Other.md)",
    "limits",
];

const IDS: [&str; 5] = ["one", "ONE", "two-2", "z9", "one-1"];

#[derive(Clone, Debug)]
struct Pointer {
    target: prop::sample::Index,
    /// The heading above is named too.
    with_parent: bool,
    /// As the app writes it, as its key, in capitals, or raw.
    spelling: u8,
    form: u8,
}

fn pointer() -> impl Strategy<Value = Pointer> {
    (any::<prop::sample::Index>(), any::<bool>(), 0..8u8, 0..8u8)
        .prop_map(|(target, with_parent, spelling, form)| Pointer { target, with_parent, spelling, form })
}

#[derive(Clone, Debug)]
struct NotePlan {
    headings: Vec<(usize, u8, u8)>,
    pointers: Vec<Pointer>,
    windows: bool,
}

fn note() -> impl Strategy<Value = NotePlan> {
    let headings = vec((0..HEADINGS.len(), 1..4u8, 0..6u8), 1..7);
    (headings, vec(pointer(), 0..8), any::<bool>()).prop_map(|(headings, pointers, windows)| NotePlan {
        headings,
        pointers,
        windows,
    })
}

fn heading(text: &str, level: u8, style: u8) -> String {
    let marks = "#".repeat(level.into());
    match style {
        0 => format!("{marks} {text} ##"),
        1 if level < 3 => format!("{text}\n{}", if level == 1 { "===" } else { "---" }),
        2 => format!("  {marks}   {text}  "),
        _ => format!("{marks} {text}"),
    }
}

fn written(fragment: &str, form: u8, own: bool) -> String {
    let note = if own { "" } else { "Note" };
    let encoded = uri::encode(fragment);
    match form {
        0 => format!("![[{note}#{fragment}|300]]"),
        1 => format!("[[{note}#{fragment}|shown]]"),
        2 => format!("[t]({note}#{encoded} \"title\")"),
        3 if !fragment.contains(['%', '<', '>', '\\']) => format!("[t](<{note}#{fragment}>)"),
        4 => format!("\n\n| [[{note}#{fragment}\\|s]] | x |\n| --- | --- |\n\n"),
        5 => format!("\n\n> [[{note}#{fragment}]]\n\n"),
        6 => format!("`[[{note}#{fragment}]]`"),
        _ => format!("[[{note}#{fragment}]]"),
    }
}

/// A note with headings and blocks, and links to them in it, in another note and on a canvas.
fn texts(plan: &NotePlan) -> (Texts, bool) {
    let mut body = String::new();
    for (i, (text, level, style)) in plan.headings.iter().enumerate() {
        body.push_str(&format!("{}\n\npara {i}", heading(HEADINGS[*text], *level, *style)));
        if i < IDS.len() {
            body.push_str(&format!(" ^{}", IDS[i]));
        }
        body.push_str("\n\n> # No heading\n\n");
    }
    let mut as_the_app = true;
    let mut fragments = Vec::new();
    for pointer in &plan.pointers {
        let at = pointer.target.index(plan.headings.len());
        let text = HEADINGS[plan.headings[at].0];
        let one = |text: &str| match pointer.spelling {
            0 => link_heading_key(text),
            1 => in_a_link(text).to_uppercase(),
            _ => in_a_link(text),
        };
        let above = at.checked_sub(1).filter(|_| pointer.with_parent).map(|i| HEADINGS[plan.headings[i].0]);
        let heading = above.map_or(one(text), |above| format!("{}#{}", one(above), one(text)));
        // Two headings may have one key, and a link the spelling of the other.
        as_the_app &= pointer.spelling > 1 && !link_heading_key(&heading).contains("limits");
        fragments.push((heading, pointer.form));
        fragments.push((format!("^{}", IDS[pointer.target.index(IDS.len())]), pointer.form));
    }
    let links =
        |own| fragments.iter().map(|(f, form)| written(f, *form, own)).collect::<Vec<_>>().join(" and ");
    let cards = fragments
        .iter()
        .map(|(f, _)| serde_json::json!({"type": "file", "file": "Note.md", "subpath": format!("#{f}")}));
    let notes = fragments
        .iter()
        .map(|(f, form)| serde_json::json!({"type": "text", "text": written(f, *form, false)}));
    let canvas = serde_json::json!({"nodes": cards.chain(notes).collect::<Vec<_>>()}).to_string();
    let properties = fragments
        .first()
        .map_or(String::new(), |(f, _)| format!("---\nup: '[[Note#{}]]'\n---\n", f.replace('\'', "''")));
    let eol =
        |text: String| if plan.windows { format!("\u{feff}{}", text.replace('\n', "\r\n")) } else { text };
    let texts = [
        ("Note.md", eol(format!("{body}{}\n", links(true)))),
        ("other.md", eol(format!("{properties}{}\n", links(false)))),
        ("c.canvas", canvas),
        ("Other.md", String::new()),
    ];
    (texts.into_iter().map(|(path, text)| (path.to_owned(), text)).collect(), as_the_app)
}

fn vault(texts: &Texts) -> Vault {
    let files: Vec<(&str, &str)> = texts.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    Vault::of_texts(Config::default(), &files)
}

fn carried_out(vault: &Vault, before: &Texts, plan: &RenamePlan) -> Texts {
    let mut after = before.clone();
    for (id, edits) in &plan.writes {
        let path = vault.path_of(*id).to_owned();
        let text = edits.apply(&before[&path]).expect("edits that fit");
        after.insert(path, text);
    }
    after
}

/// Which heading or block each link of each note names, by its number in its note.
fn named(vault: &Vault) -> Vec<(String, Option<usize>)> {
    let mut all = Vec::new();
    for (_, from) in vault.linking_notes() {
        // Those within headings come and go with their texts.
        let headings = &from.facts.headings;
        let of_the_text = |link: &&RawLink| !headings.iter().any(|h| h.span.contains(link.place.span));
        for link in from.facts.links.iter().filter(of_the_text) {
            let target = vault.resolve(from, link).file().and_then(|file| vault.note(vault.note_of(file)?));
            let found = target.and_then(|target| match Vault::fragment(from, link)? {
                Fragment::Heading(parts) => {
                    let span = target.heading(&parts)?.span;
                    target.facts.headings.iter().position(|heading| heading.span == span)
                }
                Fragment::Block(id) => {
                    let names = |name: &&str| name.eq_ignore_ascii_case(&id);
                    let mut ids = target.facts.block_ids.iter().map(|name| target.facts.text(*name));
                    ids.position(|name| names(&name)).map(|at| at + 1000)
                }
                Fragment::Footnote => None,
            });
            all.push((from.path.clone(), found));
        }
    }
    all
}

/// Each link names what it named; one that named nothing may have come to name what was renamed.
fn kept(now: &Vault, then: &Vault, healed: usize) -> Result<(), TestCaseError> {
    let (old, new) = (named(now), named(then));
    prop_assert_eq!(old.len(), new.len());
    let mut found = 0;
    for (old, new) in old.iter().zip(&new) {
        if old.1.is_none() && new.1.is_some() {
            found += 1;
        } else {
            prop_assert_eq!(old, new);
        }
    }
    prop_assert!(found <= healed, "{} links came to lead somewhere, and {} were told", found, healed);
    Ok(())
}

/// A path of headings that names this one.
fn path_to(vault: &Vault, id: NoteId, index: usize) -> Option<Vec<String>> {
    let note = vault.note(id)?;
    let text = |at: usize| note.facts.text(note.facts.headings[at].text).to_owned();
    let is =
        |parts: &[String]| note.heading(parts).is_some_and(|h| h.span == note.facts.headings[index].span);
    let alone = vec![text(index)];
    let above = (0..index).map(|at| vec![text(at), text(index)]);
    std::iter::once(alone).chain(above).find(|parts| is(parts))
}

fn heading_check(
    plan: &NotePlan,
    which: prop::sample::Index,
    new: &str,
    permit: Permit,
) -> Result<bool, TestCaseError> {
    let (before, as_the_app) = texts(plan);
    let now = vault(&before);
    let id = now.find("Note.md").expect("the note");
    let headings = &now.note(id).expect("the note").facts.headings;
    if headings.is_empty() {
        return Ok(false);
    }
    let index = which.index(headings.len());
    let Some(parts) = path_to(&now, id, index) else { return Ok(false) };
    let old = now.note(id).map(|note| note.facts.text(headings[index].text).to_owned()).unwrap_or_default();
    let Ok(plan) = rename_heading(&now, HeadingOf { note: id, path: &parts }, new, permit) else {
        return Ok(false);
    };
    let after = carried_out(&now, &before, &plan);
    let then = vault(&after);
    kept(&now, &then, plan.healed)?;
    let note = then.note(id).expect("the note");
    prop_assert_eq!(note.facts.text(note.facts.headings[index].text), new);
    if plan.reshaped > 0 || plan.healed > 0 || !as_the_app {
        return Ok(true);
    }
    let Some(parts) = path_to(&then, id, index) else { return Ok(true) };
    // Of two headings that read the same now, links say either.
    if note
        .facts
        .headings
        .iter()
        .filter(|h| link_heading_key(note.facts.text(h.text)) == link_heading_key(new))
        .count()
        > 1
    {
        return Ok(true);
    }
    let back = rename_heading(&then, HeadingOf { note: id, path: &parts }, &old, Permit::default());
    let Ok(back) = back else {
        return Err(TestCaseError::fail(format!("no way back to `{old}`: {back:?} in {after:?}")));
    };
    if back.reshaped == 0 {
        prop_assert_eq!(carried_out(&then, &after, &back), before);
    }
    Ok(true)
}

fn config() -> ProptestConfig {
    let own = std::env::var_os("PROPTEST_CASES").is_none().then_some(600);
    let default = ProptestConfig::default();
    ProptestConfig { cases: own.unwrap_or(default.cases), failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_heading_gets_another_text(
        plan in note(),
        which in any::<prop::sample::Index>(),
        new in prop::sample::select(&NEW[..]),
        lengthen in any::<bool>(),
    ) {
        heading_check(&plan, which, new, Permit { lengthen, ..Permit::default() })?;
    }

    #[test]
    fn a_block_gets_another_id(
        plan in note(),
        old in prop::sample::select(&IDS[..]),
        new in prop::sample::select(&["new-1", "TWO-2", "One", "q"][..]),
    ) {
        let (before, _) = texts(&plan);
        let now = vault(&before);
        let id = now.find("Note.md").expect("the note");
        let Ok(plan) = rename_block(&now, BlockOf { note: id, id: old }, new, Permit::default()) else { return Ok(()) };
        let after = carried_out(&now, &before, &plan);
        let then = vault(&after);
        kept(&now, &then, plan.healed)?;
        let same_case = before.values().all(|text| !text.contains(&old.to_uppercase()) || old == old.to_uppercase());
        if plan.healed == 0 && same_case && old != "ONE" {
            let back = rename_block(&then, BlockOf { note: id, id: new }, old, Permit::default()).expect("a way back");
            prop_assert_eq!(carried_out(&then, &after, &back), before);
        }
    }

    #[test]
    fn an_integration_gets_another_name(
        names in vec(prop::sample::select(&["Order Queue", "Pay", "É & \"q\"", "a/b's", "order-queue 2"][..]), 1..4),
        style in 0..4u8,
        new in prop::sample::select(&["Bus", "Order | Bus", "it's \"x\"", "Bus [EU] (2)", "é\\n", "end"][..]),
    ) {
        integration_check(&names, style, new)?;
    }
}

fn integration_check(names: &[&str], style: u8, new: &str) -> Result<(), TestCaseError> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names.dedup();
    let block = |name: &str| {
        let json = serde_json::Value::from(name).to_string();
        let single = format!("'{}'", name.replace('\'', "\\'"));
        let escaped = json.replace('/', "\\/").replace('É', "\\u00c9");
        match style {
            0 => format!(
                "```js\n{{ // {name}\n  integration: {{ name: {single}, type: 'x', endpoint: {single} }},\n}}\n```\n"
            ),
            1 => format!(
                "```json\r\n{{\"integration\": {{\"name\": {escaped}, \"type\": \"{}\"}}}}\r\n```\r\n",
                "x"
            ),
            _ => format!("> ```json5\n> {{\"integrations\": [{{\"name\": {json}}}]}}\n> ```\n"),
        }
    };
    let label = |name: &str| name.replace('"', "#quot;");
    let chart: Vec<String> =
        names.iter().enumerate().map(|(i, n)| format!("  n{i}[\"{}\"] --> z{{{{x}}}}\n", label(n))).collect();
    let body = format!(
        "# N\n\n{}\n```mermaid\ngraph TD\n{}```\n",
        names.iter().map(|n| block(n)).collect::<String>(),
        chart.concat()
    );
    let before: Texts = [("n.md".to_owned(), body)].into();
    let now = vault(&before);
    let old = names[0];
    let Ok(plan) = rename_integration(&now, old, new) else { return Ok(()) };
    let after = carried_out(&now, &before, &plan);
    let then = vault(&after);
    let of = |vault: &Vault| -> Vec<String> {
        let note = vault.note(NoteId(0)).expect("the note");
        let blocks = note.facts.system().integrations.iter();
        blocks.filter_map(|i| i.json.get("name")?.text().map(str::to_owned)).collect()
    };
    let expected: Vec<String> =
        of(&now).into_iter().map(|n| if n == old { new.to_owned() } else { n }).collect();
    prop_assert_eq!(of(&then), expected);
    let problems = |vault: &Vault| vault.note(NoteId(0)).map(|note| note.facts.system().problems.len());
    prop_assert_eq!(problems(&now), problems(&then));
    prop_assert!(plan.left.is_empty(), "{:?} in {:?}", plan.left, before);
    prop_assert_eq!(plan.followed, 1);
    let back = rename_integration(&then, new, old);
    let Ok(back) = back else {
        return Err(TestCaseError::fail(format!("no way back: {back:?} in {after:?}")));
    };
    if style != 1 {
        prop_assert_eq!(carried_out(&then, &after, &back), before);
    }
    Ok(())
}

/// The generator makes what the properties are about: renames that happen, and links that follow.
#[test]
fn the_generated_notes_are_worth_it() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut done, mut followed) = (0, 0);
    for _ in 0..200 {
        let plan = note().new_tree(&mut runner).expect("a note").current();
        let (before, _) = texts(&plan);
        let now = vault(&before);
        let id = now.find("Note.md").expect("the note");
        let first = now.note(id).is_some_and(|note| !note.facts.headings.is_empty());
        let Some(parts) = first.then(|| path_to(&now, id, 0)).flatten() else { continue };
        if let Ok(plan) =
            rename_heading(&now, HeadingOf { note: id, path: &parts }, "Quotas", Permit::default())
        {
            done += 1;
            followed += plan.followed;
        }
    }
    assert!(done > 100 && followed > 300, "{done} renames, {followed} followed");
}
