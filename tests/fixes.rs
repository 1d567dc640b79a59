//! Property tests of fixes in generated vaults: applying them ends, in a single possible result, and changes
//! nothing but what they name.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use portolan::config::Config;
use portolan::model::finding::{Applicability, Finding, Fix};
use portolan::plan::fix;
use portolan::rules::{self, RULES};
use portolan::text::edit::{Edit, Edits};
use portolan::text::span::Span;
use portolan::text::stamp::{Precision, Stamp};
use portolan::vault::Vault;
use proptest::prelude::*;

/// Every rule on: the ones that are off have fixes too.
fn config() -> Config {
    let rules = RULES.iter().map(|rule| format!("{} = \"warning\"\n", rule.name));
    Config::read(&format!("[rules]\n{}", rules.collect::<String>()), &rules::names())
        .expect("a configuration")
}

const PATHS: [&str; 10] = [
    "Alpha.md",
    "Beta.md",
    "sub/Alpha.md",
    "other/Alpha.md",
    "sub/Gamma note.md",
    "sub/one/Same.md",
    "two/one/Same.md",
    "map.canvas",
    "Pic.png",
    "Terms.md",
];

/// Pieces of notes: defects with fixes, defects without, and what is fine.
const PIECES: [&str; 36] = [
    "# Limits\n\n",
    "## Retry rules\n\n",
    "Text. ^p1\n\n",
    "See [[alpha]], [[BETA]] and [[gamma NOTE|the note]].\n\n",
    "See [[Alhpa]], [[Betta#Limits]], [[Gamma notes]] and [g](gama%20note.md).\n\n",
    "See [[Beta#Limts]], [[Beta#Retry ruls|r]] and [[sub/Gamma note#Limits#Retry rule]].\n\n",
    "![[pic.png]] ![[Pik.png]] ![pic](Pic.png) [[Other nam]] [[Third name]] [[Same#Limits]]\n\n",
    "| a | b |\n| - | - |\n| [[alpha\\|A]] | [[Betta\\|B]] |\n\n",
    "> Quoted [[alpha]] and [[Bta]].\n\n",
    "- [[gamma note]]\n  - [[Gamma nite]]\n\n",
    "---\naliases: [Other name, Third name]\nup: \"[[alpha]]\"\nnext: '[[Betta]]'\n---\n\n",
    "---\ntitle: Alpha: the first\nup: [[Beta]], [[alpha]]\ntags: [a, b\nowner:@ana 'the' 1st\n---\n\n",
    "## System Initialization\n\n- Status: Active\n- Created: 2026-01-02_10-00\n- Last Modified: 2026-01-02_10-00\n\n",
    "## System Initialization\n\n- Status: Active\n- Created: 2026-01-02\n- **Last Modified:** `2026-01-02`\n\n",
    "## System Initialization\n\n- Status: Active\n- Created: <% tp.date.now() %>\n- Last Modified: soon\n\n",
    "## Modification History\n\n- 2026-02-01_10-00 - Moved\n- 2026-03-01_10-00 - Changed\n\n",
    "## Modification History\n\n- 2126-02-01_10-00 - Too early\n- 2026-04-01_10-00 - Changed\n\n",
    "```mermaid\ngraph TD\n  A[Gateway (public)] --> B[Queue]\n  B --> C[\"fine\"]\n```\n\n",
    "```mermaid\ngraph TD\n  A[One (1)] --> B[Two (2)]\n  C{Is it (so)?} --> end\n  D --> E[x\n```\n\n",
    "```mermaid\nGraph TD\n  a->b\n  subgraph one\n  c --> d\n```\n\n",
    "> ```mermaid\n> flowchart lr\n>   A[x (y)] -> B\n> ```\n\n",
    "<!-- portolan:allow link-unresolved: nothing wrong below -->\nFine.\n\n",
    "Above.\n<!-- portolan:allow link-case: nothing wrong below -->\nBelow.\n\n",
    "<!-- portolan:allow-file link-case: our own spelling -->\n\n",
    "<!-- portolan:allow link-unresolved: written next sprint -->\nSee [[Nowhere at all]].\n\n",
    "- <!-- portolan:allow diagram-syntax: x -->\n- item\n\n",
    "<!-- portolan:allow link-case, link-unresolved: y -->\n[[alpha]]\n\n",
    "<!-- portolan:board events -->\n<!-- portolan:end -->\n\n",
    "```json\n{ \"integration\": { \"name\": \"Pay\", \"type\": \"x\", \"endpont\": \"http://pay.example\" } }\n```\n\n",
    "```md\n[[alpha]] <!-- portolan:allow link-case: z -->\n```\n\n",
    "## Integration Categories\n\n- REST endpoints\n- Message queues\n\n## Integration Protocols\n\n### Authentication\n\n- OAuth 2.0\n- API keys\n\n",
    "```json\n{ \"integration\": { \"name\": \"Mail\", \"type\": \"REST endponts\", endpont: 'x.example:1', 'endpiont': 'y', \"auth\": { \"type\": \"OAut 2.0\" } } }\n```\n\n",
    "> ```json\n> { \"integration\": { \"name\": \"Bus\", \"type\": \"Mesage \\u0071ueues\", \"Endpoint\": \"x.example:2\" } }\n> ```\n\n",
    "## Status Indicators\n\n- 🟢 Active/Healthy\n- 🔴 Offline\n\n",
    "## System Initialization\n\n- Status: **🟢 Actve**\n- Version: v1.0.0\n- Created: 2026-01-02_10-00\n- Last Modified: 2026-01-02_10-00\n\n## Version History\n\n- v1.1.0 (2026-01-02_10-00) - Started\n\n",
    "Line with trailing blanks   \n\ttabs and `[[alpha]]`\n\n",
];

const CANVAS: &str = "{ \"nodes\": [\n{ \"id\": \"1\", \"type\": \"text\", \"text\": \"[[alpha]] [[Betta]]\", \"x\": 0, \"y\": 0, \"width\": 1, \"height\": 1 },\n{ \"id\": \"2\", \"type\": \"file\", \"file\": \"Betta.md\", \"x\": 0, \"y\": 0, \"width\": 1, \"height\": 1 }\n], \"edges\": [] }";

#[derive(Clone, Debug)]
struct NotePlan {
    pieces: Vec<usize>,
    crlf: bool,
    bom: bool,
    cut: bool,
}

fn note() -> impl Strategy<Value = NotePlan> {
    let pieces = proptest::collection::vec(0..PIECES.len(), 0..7);
    let flags = (any::<bool>(), proptest::bool::weighted(0.2), any::<bool>());
    (pieces, flags).prop_map(|(pieces, (crlf, bom, cut))| NotePlan { pieces, crlf, bom, cut })
}

fn texts(notes: &[Option<NotePlan>]) -> Vec<(&'static str, String)> {
    let written = |(path, plan): (&'static str, &Option<NotePlan>)| {
        let plan = plan.as_ref()?;
        if path.ends_with(".canvas") {
            return Some((path, CANVAS.to_owned()));
        }
        let mut text: String = plan.pieces.iter().map(|piece| PIECES[*piece]).collect();
        if plan.cut {
            text.truncate(text.trim_end().len());
        }
        if plan.crlf {
            text = text.replace('\n', "\r\n");
        }
        Some((path, if plan.bom { format!("\u{feff}{text}") } else { text }))
    };
    PATHS.into_iter().zip(notes).filter_map(written).collect()
}

fn vault(texts: &[(&str, String)]) -> Vault {
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
    Vault::of_texts(config(), &texts)
}

fn judge(vault: &Vault) -> Vec<Finding> {
    let now = NaiveDate::from_ymd_opt(2026, 6, 1).and_then(|d| d.and_hms_opt(12, 0, 0)).expect("a time");
    rules::run(vault, Some(Stamp::new(now, Precision::Minute)))
}

fn is_wanted(finding: &Finding, unsafe_too: bool) -> bool {
    finding.fix.as_ref().is_some_and(|fix| unsafe_too || fix.applicability == Applicability::Safe)
}

/// The pieces of each note that no wanted fix touches, in order; where there is a fix at all.
fn untouched<'t>(
    texts: &'t [(&str, String)],
    findings: &[Finding],
    unsafe_too: bool,
) -> BTreeMap<&'t str, Vec<&'t str>> {
    let mut spans: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for fix in findings.iter().filter(|f| is_wanted(f, unsafe_too)).filter_map(|f| f.fix.as_ref()) {
        for (note, edit) in &fix.edits {
            spans.entry(note).or_default().push(edit.span);
        }
    }
    let mut pieces = BTreeMap::new();
    for (path, text) in texts {
        let Some(own) = spans.get_mut(path) else { continue };
        own.sort_unstable();
        let mut at = 0;
        let mut rest: Vec<&str> = Vec::new();
        for span in own {
            rest.push(&text[at.min(span.start as usize)..span.start as usize]);
            at = at.max(span.end as usize);
        }
        rest.push(&text[at..]);
        pieces.insert(*path, rest);
    }
    pieces
}

/// Whether a text is these pieces in order, with anything between them and nothing around them.
fn holds(text: &str, pieces: &[&str]) -> bool {
    let [first, middle @ .., last] = pieces else { return false };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    for piece in middle {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

fn all_texts(vault: &Vault) -> Vec<(String, String)> {
    let text = |id| Some((vault.path_of(id).to_owned(), vault.text(id)?.to_string()));
    vault.ids().filter_map(text).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fixes_come_to_an_end_that_is_one(
        notes in proptest::collection::vec(proptest::option::weighted(0.8, note()), PATHS.len()),
        unsafe_too: bool,
    ) {
        let before = vault(&texts(&notes));
        let plan = fix::plan(&before, unsafe_too, &BTreeSet::new(), judge);
        let left: Vec<Finding> = judge(&plan.after).into_iter().filter(|f| is_wanted(f, unsafe_too)).collect();
        prop_assert!(left.is_empty(), "{left:#?}\n{:#?}", all_texts(&plan.after));
        let again = fix::plan(&plan.after, unsafe_too, &BTreeSet::new(), judge);
        prop_assert!(again.writes.is_empty() && again.applied == 0);
        // What is written is what was planned.
        for (id, edits) in &plan.writes {
            let old = before.text(*id).expect("a text");
            prop_assert_eq!(edits.apply(&old), plan.after.text(*id).map(|text| text.to_string()));
        }
    }

    #[test]
    fn a_round_changes_nothing_but_what_its_fixes_name(
        notes in proptest::collection::vec(proptest::option::weighted(0.8, note()), PATHS.len()),
        unsafe_too: bool,
    ) {
        let texts = texts(&notes);
        let before = vault(&texts);
        let round = Cell::new(0);
        let first_only = |vault: &Vault| {
            round.set(round.get() + 1);
            if round.get() == 1 { judge(vault) } else { Vec::new() }
        };
        let plan = fix::plan(&before, unsafe_too, &BTreeSet::new(), first_only);
        let untouched = untouched(&texts, &judge(&before), unsafe_too);
        let after: BTreeMap<String, String> = all_texts(&plan.after).into_iter().collect();
        for (path, old) in texts.iter().filter(|(path, _)| *path != "Pic.png") {
            let new = &after[*path];
            if let Some(pieces) = untouched.get(path) {
                prop_assert!(holds(new, pieces), "{path}\n{old:?}\n{new:?}\n{pieces:?}");
            } else {
                prop_assert_eq!(old, new);
            }
        }
        prop_assert_eq!(plan.applied == 0, plan.writes.is_empty());
    }
}

#[test]
fn the_generated_vaults_are_worth_it() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = proptest::collection::vec(proptest::option::weighted(0.8, note()), PATHS.len());
    let mut fixes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for _ in 0..60 {
        let notes = strategy.new_tree(&mut runner).expect("a vault").current();
        for finding in judge(&vault(&texts(&notes))) {
            if let Some(fix) = &finding.fix {
                *fixes.entry((finding.rule, fix.applicability.name())).or_default() += 1;
            }
        }
    }
    // Rules about a change have nothing to say of a vault as it is.
    let fixable = RULES.iter().filter(|rule| rule.fixable && !rule.is_about_a_change());
    for rule in fixable.map(|rule| rule.name) {
        assert!(fixes.keys().any(|(name, _)| *name == rule), "no fix of `{rule}`: {fixes:?}");
    }
    assert!(
        fixes.contains_key(&("diagram-syntax", "safe")) && fixes.contains_key(&("diagram-syntax", "unsafe"))
    );
}

#[test]
fn without_its_silencer_a_note_reads_as_before() {
    const SILENCER: &str = "<!-- portolan:allow link-unresolved: nothing wrong -->";
    for (before, after) in [
        ("Above.\n\nSILENCER\nBelow.\n", "Above.\n\nBelow.\n"),
        ("Above.\nSILENCER\n\nBelow.\n", "Above.\n\nBelow.\n"),
        ("SILENCER\nBelow.\n", "Below.\n"),
        ("Above.\r\n\r\n  SILENCER\r\nBelow.\r\n", "Above.\r\n\r\nBelow.\r\n"),
        // Lines that it has parted would be one paragraph.
        ("Above.\nSILENCER\nBelow.\n", "Above.\n\nBelow.\n"),
        ("Above.\r\nSILENCER\r\n===\r\n", "Above.\r\n\r\n===\r\n"),
        // And these would be properties.
        ("SILENCER\n---\nstatus: x\n---\n", "\n---\nstatus: x\n---\n"),
        ("SILENCER\n\n---\nstatus: x\n---\n", "\n---\nstatus: x\n---\n"),
        // One for the whole note may stand anywhere, and one for a block is not where it was meant to be.
        ("Words FOR_ALL and more.\n", "Words and more.\n"),
        ("Words FOR_ALL\nand more.\n", "Words\nand more.\n"),
        ("WordsFOR_ALL and more.\n", "Words and more.\n"),
        ("Words SILENCER\nand more.\n", "Words SILENCER\nand more.\n"),
        ("> SILENCER\n> Quoted.\n", ">\n> Quoted.\n"),
        ("Above.\n\nSILENCER", "Above.\n"),
        ("Above.\r\n\r\nSILENCER\r\n", "Above.\r\n"),
        // One blank line is enough, and a list stays tight.
        ("Above.\n\nSILENCER\n\nBelow.\n", "Above.\n\nBelow.\n"),
        ("SILENCER\n\n# Title\n", "# Title\n"),
        ("- a\n  SILENCER\n  - b\n", "- a\n  - b\n"),
        ("Above.\nSILENCER\n- \n", "Above.\n\n- \n"),
        ("Above.\nSILENCER\n    - b\n", "Above.\n\n    - b\n"),
        ("  SILENCER\nBelow.\n", "Below.\n"),
        // What stands behind it begins the line, and still no properties.
        ("SILENCER Below.\n", "Below.\n"),
        ("Above.\r\n\r\n  SILENCER \t Below.\r\n", "Above.\r\n\r\n  Below.\r\n"),
        ("SILENCER ---\nstatus: x\n---\n", " ---\nstatus: x\n---\n"),
    ] {
        let for_all = SILENCER.replace("allow", "allow-file");
        let with_silencers = |text: &str| text.replace("SILENCER", SILENCER).replace("FOR_ALL", &for_all);
        let text = with_silencers(before);
        let plan = fix::plan(
            &Vault::of_texts(Config::default(), &[("a.md", &text)]),
            false,
            &BTreeSet::new(),
            judge,
        );
        assert_eq!(all_texts(&plan.after)[0].1, with_silencers(after), "{before:?}");
    }
}

/// What the safe fixes of all rules make of a note.
#[track_caller]
fn check(note: &str, expected: &str) {
    let vault = Vault::of_texts(config(), &[("Note.md", note)]);
    let plan = fix::plan(&vault, false, &BTreeSet::new(), |vault| rules::run(vault, None));
    let text = plan.after.find("Note.md").and_then(|id| plan.after.text(id));
    assert_eq!(text.as_deref(), Some(expected));
}

#[test]
fn silencers_that_are_alike_all_go() {
    const SILENCER: &str = "<!-- portolan:allow-file link-case: x -->";
    for (before, after) in [
        ("SILENCER\n\nSILENCER", ""),
        ("SILENCER\n\nSILENCER\n\nSILENCER\n\nSILENCER", ""),
        ("Above.\n\nSILENCER\n\nSILENCER", "Above.\n"),
        ("Above. SILENCER SILENCER SILENCER", "Above."),
    ] {
        check(&before.replace("SILENCER", SILENCER), after);
    }
}

/// Two lists would be one, and numbers would go on from one to the other.
#[test]
fn a_silencer_between_two_lists_stays() {
    const SILENCER: &str = "<!-- portolan:allow link-unresolved: nothing wrong -->";
    for text in ["1. a\n\nSILENCER\n\n1. b", "- a\nSILENCER\n- b", "- a\n  - c\n\nSILENCER\n\n- b"] {
        let text = text.replace("SILENCER", SILENCER);
        check(&text, &text);
    }
    check(&"- a\n\nSILENCER\n\ntext".replace("SILENCER", SILENCER), "- a\n\ntext");
}

#[test]
fn a_fix_that_does_not_help_is_applied_once() {
    for new in ["", "W", "Well, w"] {
        let judge = |vault: &Vault| {
            let edit = Edit::replace(Span::new(0, 2), new);
            let fix = Fix::of_note("Note.md", "mend it".to_owned(), Applicability::Safe, [edit]);
            let mut findings = rules::run(vault, None);
            let mut finding = findings.pop().expect("a finding");
            finding.fix = Some(Box::new(fix));
            vec![finding]
        };
        let vault = Vault::of_texts(config(), &[("Note.md", "Well. [[nowhere]]")]);
        let plan = fix::plan(&vault, false, &BTreeSet::new(), judge);
        let text = plan.after.find("Note.md").and_then(|id| plan.after.text(id));
        assert_eq!(text.as_deref(), Some(&*format!("{new}ll. [[nowhere]]")));
    }
}

/// What `--fix` will never write is offered to nobody: in a board, or in a note that nothing is written into.
#[test]
fn a_fix_that_may_not_be_applied_is_withheld() {
    let board = "<!-- portolan:board components -->\n\n[[Gatewya]]\n\n<!-- portolan:end -->";
    let conflict = "<<<<<<< ours\n[[Gatewya]]\n=======\n[[Gateway]]\n>>>>>>> theirs";
    for (text, offered) in [("[[Gatewya]]", true), (board, false), (conflict, false)] {
        let vault = Vault::of_texts(config(), &[("Gateway.md", "# G"), ("Note.md", text)]);
        let findings = rules::run(&vault, None);
        let lost = findings.iter().find(|finding| finding.rule == "link-unresolved").expect("a lost link");
        assert_eq!(lost.fix.as_ref().map(|fix| !fix.withheld), Some(offered), "{text}");
        let summary = portolan::report::summary(&findings, 2, 0);
        let mut document = Vec::new();
        portolan::report::json(&findings, summary, &mut document).expect("written");
        let shown = String::from_utf8(document).expect("UTF-8").contains("link to `Gateway`");
        assert_eq!(shown, offered, "{text}");
    }
}

/// Nobody has looked for tables on the cards of a canvas, of which the bar of an alias would part a row.
#[test]
fn a_link_on_a_card_gets_no_bar() {
    let canvas =
        |card: &str| format!(r#"{{"nodes":[{{"id":"1","type":"text","text":"{card}"}}],"edges":[]}}"#);
    let real = ("Real.md", "---\naliases: [Gate]\n---\n# Real\n");
    for (note, before, after) in [
        (
            "b.canvas",
            canvas(r"| a | b |\n| - | - |\n| [[Gate]] | x |"),
            canvas(r"| a | b |\n| - | - |\n| [[Real]] | x |"),
        ),
        ("b.md", "| a |\n| - |\n| [[Gate]] |\n".to_owned(), "| a |\n| - |\n| [[Real\\|Gate]] |\n".to_owned()),
    ] {
        let vault = Vault::of_texts(Config::default(), &[(note, &before), real]);
        let plan = fix::plan(&vault, true, &BTreeSet::new(), |vault| rules::run(vault, None));
        let text = plan.after.find(note).and_then(|id| plan.after.text(id));
        assert_eq!(text.as_deref(), Some(&*after));
    }
}

/// The heading that a link is made to name may be changed by another fix: the link names what it is afterwards.
#[test]
fn a_heading_is_named_as_the_other_fixes_leave_it() {
    let other = "contributing/code-of-conduct.md";
    let heading = |folder: &str| format!("## [Code of Conduct]({folder}contributing/code-of-conduct.md)\n");
    let before = format!("* [Conduct](#code-of-conduct)\n\n{}", heading("./doc/"));
    let vault = Vault::of_texts(Config::default(), &[("c.md", &before), (other, "Text.\n")]);
    let plan = fix::plan(&vault, true, &BTreeSet::new(), |vault| rules::run(vault, None));
    let text = plan.after.find("c.md").and_then(|id| plan.after.text(id)).expect("the note");
    assert!(text.contains(&heading("./")) && !text.contains("#code-of-conduct"), "{text}");
    let left = rules::run(&plan.after, None);
    assert!(left.iter().all(|finding| !finding.rule.starts_with("link-")), "{left:?}");
    assert_eq!(plan.applied, 2);
}

#[test]
fn both_dates_of_the_last_change_are_mended() {
    let note = |property: &str, item: &str| {
        format!(
            "---\nstatus: Active\nlast_modified: {property}\n---\n\n## System Initialization\n\n- Status: Active\n\
             - Created: 2026-01-01_10-00\n- Last Modified: {item}\n\n## Modification History\n\n- 2026-02-01_10-00 - Moved\n"
        )
    };
    for (property, item, [new_property, new_item]) in [
        ("2026-01-01", "2026-01-01_10-00", ["2026-02-01", "2026-02-01_10-00"]),
        ("2026-03-01", "2026-01-01_10-00", ["2026-03-01", "2026-02-01_10-00"]),
        ("\"2026-01-01_10-00\"", "2026-01-01", ["\"2026-02-01_10-00\"", "2026-02-01"]),
        (
            "!!str '2026-01-01' # it's by hand",
            "2026-01-01",
            ["!!str '2026-02-01' # it's by hand", "2026-02-01"],
        ),
        (">-\n  2026-01-01\ntags: [a]", "2026-01-01", [">-\n  2026-02-01\ntags: [a]", "2026-02-01"]),
        ("\"2026\\x2d01-01\"", "2026-01-01", ["\"2026\\x2d01-01\"", "2026-01-01"]),
    ] {
        check(&note(property, item), &note(new_property, new_item));
    }
}

#[test]
fn a_day_is_no_time_of_the_last_change() {
    let note = |item: &str| {
        format!(
            "## System Initialization\n\n- Status: Active\n- Created: 2026-01-01_10-00\n- Last Modified: {item}\n\n\
             ## Modification History\n\n- 2026-02-01: Moved\n- 2026-01-01: Set up\n"
        )
    };
    check(&note("2026-01-01"), &note("2026-02-01"));
    // What time of that day it was, nobody has said.
    check(&note("2026-01-01_10-00"), &note("2026-01-01_10-00"));
    check(&note("2026-01-01T10:00:00Z"), &note("2026-01-01T10:00:00Z"));
}

/// A date that is a link is written where the note of the other day is there.
#[test]
fn no_fix_links_to_a_day_without_a_note() {
    let note = "## System Initialization\n\n- Status: Active\n- Created: 2026-01-01_10-00\n- Last Modified: [[2026-01-01]]\n\n\
         ## Modification History\n\n- 2026-02-01_10-00 - Moved\n";
    let notes = [("Note.md", note), ("2026-01-01.md", "")];
    let has_fix = |findings: &[Finding]| {
        let stale = findings.iter().find(|finding| finding.rule == "header-modified-stale");
        stale.expect("a finding").fix.is_some()
    };
    assert!(!has_fix(&rules::run(&Vault::of_texts(config(), &notes), None)));
    let with = Vault::of_texts(config(), &[&notes[..], &[("days/2026-02-01.md", "")]].concat());
    assert!(has_fix(&rules::run(&with, None)));
}

#[test]
fn a_stale_version_is_mended_unless_a_note_has_its_name() {
    for (old, new) in [
        ("1.0.0 (stable)", Some("1.2.0 (stable)")),
        ("[[Releases|v1.0.0]]", Some("[[Releases|v1.2.0]]")),
        ("[[v1.0.0]]", None),
        ("[[v1.0.0|1.0.0]]", None),
        // A release that nobody has logged is not taken back.
        ("1.3.0", None),
        ("1.2.0-rc.1", Some("1.2.0")),
    ] {
        let note = |version: &str| {
            format!(
                "## System Initialization\n\n- Status: Active\n- Version: {version}\n- Created: 2026-01-01_10-00\n\
                 - Last Modified: 2026-02-01_10-00\n\n## Version History\n\n- v1.2.0 (2026-02-01_10-00) - Moved\n"
            )
        };
        let vault = Vault::of_texts(config(), &[("Note.md", &note(old))]);
        let findings = rules::run(&vault, None);
        let stale = findings.iter().find(|finding| finding.rule == "header-version-stale");
        let fix = stale.expect("a finding").fix.as_ref();
        let edits = fix.and_then(|fix| Edits::of(fix.edits.iter().map(|(_, edit)| edit.clone())));
        let mended = edits.and_then(|edits| edits.apply(&note(old)));
        assert_eq!(mended, new.map(note), "{old}");
    }
}

#[test]
fn a_silencer_that_reaches_too_little_is_widened_and_not_deleted() {
    let text = "\n\nText.\n";
    for (comment, expected) in [
        (
            "<!-- portolan:allow note-orphan: start page -->",
            "<!-- portolan:allow-file note-orphan: start page -->",
        ),
        (
            "<!--portolan:allow note-orphan: to allow it-->",
            "<!--portolan:allow-file note-orphan: to allow it-->",
        ),
        ("<!-- portolan:allow canvas-invalid: why -->", "<!-- portolan:allow canvas-invalid: why -->"),
        (
            "<!-- portolan:allow-file file-unreadable: why -->",
            "<!-- portolan:allow-file file-unreadable: why -->",
        ),
        (
            "<!-- portolan:allow note-orphan, link-case: why -->",
            "<!-- portolan:allow note-orphan, link-case: why -->",
        ),
    ] {
        check(&format!("{comment}{text}"), &format!("{expected}{text}"));
    }
    // What it would be for stands where no comment can: in the properties. Where the rule has more to say in the note,
    // nobody can tell.
    let properties = "---\nrelated: \"[[Nope]]\"\n---\n";
    let (narrow, wide) = (
        "<!-- portolan:allow link-unresolved: later -->",
        "<!-- portolan:allow-file link-unresolved: later -->",
    );
    for (before, after) in [
        (format!("{narrow}\nText.\n"), format!("{wide}\nText.\n")),
        (format!("<!-- a -->\n\n{narrow}\n"), format!("<!-- a -->\n\n{wide}\n")),
        (format!("{narrow}\nText.\n\n[[None]]\n"), format!("{narrow}\nText.\n\n[[None]]\n")),
        // Further down it was about the block below it.
        (format!("Text.\n\n{narrow}\nText.\n"), "Text.\n\nText.\n".to_owned()),
    ] {
        check(&format!("{properties}{before}"), &format!("{properties}{after}"));
    }
}
