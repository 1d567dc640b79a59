//! Tests of boards that a vault defines: their templates, what these may read, and that no template and no name
//! can do harm.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use portolan::config::Config;
use portolan::plan::conflict::Versions;
use portolan::plan::sync::{SyncOptions, plan};
use portolan::rules;
use portolan::syntax::facts;
use portolan::syntax::reading::Reading;
use portolan::text::stamp::{Precision, Stamp};
use portolan::vault::Vault;
use proptest::prelude::*;

mod place;
use place::Place;

/// What a board shows that has this template, in a vault of these notes.
fn shown(template: &str, marker: &str, notes: &[(&str, &str)]) -> Result<String, String> {
    let files =
        [("own.j2", template), ("part.j2", "part of {{ board.kind }}"), ("bad.j2", "\n{{ nothing }}")];
    let config = Config {
        boards: BTreeMap::from([("own".to_owned(), "own.j2".to_owned())]),
        board_files: Arc::new(files.iter().map(|(p, t)| ((*p).to_owned(), Ok((*t).to_owned()))).collect()),
        ..Config::default()
    };
    let note = format!("<!-- portolan:board {marker} -->\n<!-- portolan:end -->\n");
    let all: Vec<(&str, &str)> = notes.iter().copied().chain([("Z.md", note.as_str())]).collect();
    let vault = Vault::of_texts(config, &all);
    let time = NaiveDate::from_ymd_opt(2026, 1, 2).and_then(|d| d.and_hms_opt(3, 4, 0)).expect("a time");
    let now = Stamp::new(time, Precision::Minute);
    let wanted = |note: &str| note == "Z.md";
    let plan = plan(
        &vault,
        SyncOptions { now, force: false, wanted: &wanted, versions: &|_| Versions::default() },
        rules::feed,
    );
    if let Some(refusal) = plan.refused.first() {
        return Err(refusal.message.clone());
    }
    let new = plan.writes[0].edits.apply(&note).expect("the edits fit");
    let body = new.split_once("-->\n\n").map_or("", |(_, rest)| rest);
    Ok(body.split_once("\n<!-- portolan:end").map_or("", |(body, _)| body).to_owned())
}

const GAUGE: &str = "# Gauge\n\n## System Initialization\n\n- Status: 🟢 Active\n- Owner: Ada\n- Created: 2025-01-01_08-00\n\
    - Last Modified: 2025-01-03_08-00\n\n```json\n{ \"integration\": { \"name\": \"Tide feed\", \"type\": \"API\", \
    \"endpoint\": \"https://tide.example\", \"region\": \"north\" } }\n```\n";

#[test]
fn a_template_has_the_records_of_the_contract() {
    let notes = [("a/Gauge.md", GAUGE)];
    for (template, expected) in [
        (
            "| Note | Owner |\n| --- | --- |\n{% for note in notes if note.header %}\n| {{ note.path | link(note.title, table=true) }} | {{ note.header.extra.Owner }} |\n{% endfor %}\n",
            "| Note | Owner |\n| --- | --- |\n| [[a/Gauge\\|Gauge]] | Ada |\n",
        ),
        (
            "{% for i in integrations %}{{ i.name }}: {{ i.extra.region }}, {{ i.status.level }}, {{ i.note | link }}{% endfor %}",
            "Tide feed: north, ok, [[a/Gauge|Gauge]]\n",
        ),
        ("{% include 'a/../part.j2' %}, {% include './part.j2' %}", "part of own, part of own\n"),
        ("{{ board.kind }} {{ board.attributes.limit | default(3) }}", "own 3\n"),
        (
            "{{ integrations | length }} {{ metrics | length }} {{ history | length }} {{ systems | length }}",
            "1 0 0 2\n",
        ),
        ("{{ relations[0].from }} → {{ relations[0].to }}", "gauge → tide_feed\n"),
        ("{{ notes[1].header.version }}.", ".\n"),
        ("{% include 'part.j2' %}", "part of own\n"),
        ("{% for x in [1, 2] %}{{ x }}{{ ', ' if not loop.last }}{% endfor %}", "1, 2\n"),
        (
            "{% macro m(x) %}*{{ x }}*{% endmacro %}{{ m('a|b') }}{% set s %}{{ 'c|d' }}{% endset %} {{ s }}",
            "*a\\|b* c\\|d\n",
        ),
        (
            "```mermaid\ngraph LR\n  a[{{ '\"]; click' | mermaid }}]\n```",
            "```mermaid\ngraph LR\n  a[\"#quot;]; click\"]\n```\n",
        ),
        ("[{{ notes[1].header.version | mermaid }}]", "[\" \"]\n"),
        ("{{ 'a/b.md' | link('B') }} {{ 'a/b.md' | link('B', table=true) }}", "[[a/b|B]] [[a/b\\|B]]\n"),
    ] {
        assert_eq!(shown(template, "own", &notes).as_deref(), Ok(expected), "{template}");
    }
    assert_eq!(shown("{{ board.attributes.limit }}", "own limit=5", &[]).as_deref(), Ok("5\n"));
}

#[test]
fn what_is_wrong_with_a_template_comes_with_its_line() {
    for (template, message) in [
        ("a\n{{ nothing }}", "own.j2:2: undefined value: `nothing`"),
        ("\n\n{{ notes[0].colour }}", "own.j2:3: undefined value: `notes[0].colour`"),
        ("a\n{{ nothing | mermaid }}", "own.j2:2: undefined value: `nothing | mermaid`"),
        ("{{ notes[0].path ~ nothing }}", "own.j2:1: undefined value: `nothing`"),
        ("{% for note in nothing %}{% endfor %}", "own.j2:1: undefined value: `nothing`"),
        ("{{ 'a.md' | link(nothing) }}", "own.j2:1: undefined value: `… | link(nothing)`"),
        ("{{ 'a.md' | link('a', 'b') }}", "own.j2:1: too many arguments"),
        ("a\n{% for %}", "own.j2:2: syntax error"),
        ("{% include 'bad.j2' %}", "bad.j2:2: undefined value: `nothing`"),
        ("{% include 'gone.j2' %}", "own.j2:1: template not found"),
        ("{{ 'x' | safe }}", "own.j2:1: unknown filter"),
        (
            "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
            "it takes more than 10000000 steps",
        ),
        (
            "{% for a in range(9999) %}{{ 'x' * 999 }}{% endfor %}",
            "own.j2: it writes more than 1048576 bytes",
        ),
        (
            "{% set n = namespace(s='ab') %}{% for i in range(40) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
            "it takes more than 10000000 steps (64 bytes of text count as one)",
        ),
        (
            "{% set s = 'a' * 1000000 %}{% set n = namespace(l=[]) %}{% for i in range(9999) %}\
             {% set n.l = n.l + [s ~ i] %}{% endfor %}",
            "it takes more than 10000000 steps (64 bytes of text count as one)",
        ),
        (
            "{% macro m(s) %}{% set t = s ~ s %}{{ m(t) }}{% endmacro %}{{ m('a') }}",
            "it takes more than 10000000 steps (64 bytes of text count as one)",
        ),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "recursion limit exceeded"),
        ("```\n{{ 'a' }}", "a fence, a comment or an HTML block that it opens is not closed"),
        ("<!-- portolan:end -->", "or it writes a marker of a board"),
        ("<script>", "a fence, a comment or an HTML block that it opens is not closed"),
        ("<<<<<<< HEAD", "line 1 of what it writes looks like a merge conflict"),
    ] {
        let error = shown(template, "own", &[("G.md", GAUGE)]).expect_err(template);
        assert!(
            error.starts_with("the template of `own` failed: ") && error.contains(message),
            "{template}: {error}"
        );
    }
    let error = shown("", "ovn", &[]).expect_err("no such board");
    assert!(error.ends_with("health, architecture, own"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_value_gets_out_of_its_place(pieces in proptest::collection::vec(prop_oneof![
        Just("<!-- portolan:end -->"), Just("-->"), Just("|"), Just("\\"), Just("```"), Just("~~~"), Just("[["), Just("]]"),
        Just("[x](y)"), Just("<<<<<<< HEAD"), Just(">>>>>>> x"), Just("<div>"), Just("%%"), Just("# "), Just("- "),
        Just("1. "), Just("\n"), Just("\r\n\r\n"), Just("{{ x }}"), Just("word"),
    ], 1..6)) {
        let name = pieces.concat();
        let json = serde_json::to_string(&name).expect("text");
        let note = format!("# N\n\n```json\n{{ \"integration\": {{ \"name\": {json}, \"type\": \"x\", \"endpoint\": \"y\" }} }}\n```\n");
        let template = "| A | B |\n| --- | --- |\n{% for i in integrations %}\n| {{ i.name }} | end |\n{% endfor %}\n\n\
            {% for i in integrations %}\n{{ i.name }}\n{% endfor %}\n\n- {{ integrations[0].name }}\n";
        let text = shown(template, "own", &[("N.md", &note)]);
        prop_assert!(text.is_ok(), "{:?}", text);
        let text = text.expect("checked");
        let read = facts::read(format!("<!-- portolan:board x -->\n\n{text}\n<!-- portolan:end -->\n").as_bytes(), &Reading::default());
        let table = &read.system().boards[0].tables[0];
        prop_assert_eq!(table.rows.len(), 1);
        prop_assert_eq!(table.rows[0][1].as_str(), "end");
        prop_assert!(read.links.is_empty(), "{}", text);
    }
}

const CONFIG: &str = "[boards.own]\ntemplate = \"boards/own.md.j2\"\n";
const MARKER: &str = "<!-- portolan:board own -->\n<!-- portolan:end -->\n";

#[test]
fn a_verdict_rests_on_the_templates_too() {
    let place = Place::new(&[
        ("portolan.toml", CONFIG),
        ("boards/own.md.j2", "{% include \"boards/part.j2\" %}\n"),
        ("boards/part.j2", "{{ notes | length }} notes\n"),
        ("a.md", MARKER),
    ]);
    assert_eq!(place.said(&["sync"]).0, 0);
    assert!(place.read("a.md").contains("\n\n1 notes\n\n"));
    assert_eq!(place.said(&["check"]).0, 0);
    assert_eq!(place.said(&["check"]).0, 0, "with the kept verdict");
    place.write("boards/part.j2", "{{ notes | length }} of them\n");
    let (status, text) = place.said(&["check"]);
    assert!(
        status == 1 && text.contains("board-stale"),
        "the changed part does not make the board stale: {text}"
    );
    assert_eq!(place.said(&["sync"]).0, 0);
    assert_eq!(place.said(&["check"]).0, 0);
    // A note that documents no system counts in such a board.
    place.write("b.md", "# B\n");
    assert!(place.said(&["check"]).1.contains("board-stale"));
    place.write("b.md", "# B\n\n#tag\n");
    place.write("boards/part.j2", "{% for note in notes %}{{ note.tags | join }}{% endfor %}\n");
    assert_eq!(place.said(&["sync"]).0, 0);
    assert_eq!(place.said(&["check"]).0, 0);
    place.write("b.md", "# B\n\n#other\n");
    assert!(place.said(&["check"]).1.contains("board-stale"), "any fact of any note");
}

#[test]
fn what_boards_hold_is_in_no_board() {
    let place = Place::new(&[
        ("portolan.toml", CONFIG),
        (
            "boards/own.md.j2",
            "## Links and tags\n\n{% for note in notes %}{{ note.path | link }} {{ note.headings }} #at {{ note.tags }}\n\n{% endfor %}\n\
             {% for link in links %}- {{ link.raw }}\n{% endfor %}",
        ),
        ("a.md", MARKER),
        ("b.md", "<!-- portolan:board components -->\n<!-- portolan:end -->\n"),
        ("c.md", GAUGE),
        ("z.md", "#tag\n\n[[a]]\n"),
    ]);
    assert_eq!(place.said(&["sync"]).0, 0);
    let text = place.read("a.md");
    assert!(text.contains("'tag'"), "{text}");
    let (status, said) = place.said(&["sync", "--check"]);
    assert_eq!(status, 0, "{said}");
    assert_eq!(place.said(&["check", "--no-cache"]).0, 0);
}

#[test]
fn nothing_outside_the_vault_is_read() {
    let place = Place::new(&[("portolan.toml", CONFIG), ("a.md", MARKER)]);
    place::write(&place.beside("outside.j2"), "a secret");
    let refused = |why: &str| {
        let (status, text) = place.said(&["sync"]);
        assert_eq!(status, 2, "{text}");
        assert!(text.contains(why) && !text.contains("a secret"), "{text}");
        assert!(place.said(&["check"]).1.contains("board-unknown"));
    };
    refused("is not there: `boards/own.md.j2`");
    place.write("boards/own.md.j2", "{% include \"../outside.j2\" %}");
    refused("`../outside.j2` lies outside of the vault");
    place.write("portolan.toml", "[boards.own]\ntemplate = \"../outside.j2\"\n");
    refused("lies outside of the vault");
    #[cfg(unix)]
    {
        place.write("portolan.toml", CONFIG);
        std::fs::remove_file(place.path("boards/own.md.j2")).expect("removed");
        std::os::unix::fs::symlink(place.beside("outside.j2"), place.path("boards/own.md.j2"))
            .expect("a link");
        refused("`boards/own.md.j2` lies outside of the vault");
    }
    place.write("portolan.toml", "[boards.events]\ntemplate = \"x.j2\"\n");
    let (status, text) = place.said(&["sync"]);
    assert!(status == 2 && text.contains("has the name of a built-in board"), "{text}");
}
