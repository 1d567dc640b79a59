//! What must hold for any bytes at all. Shared by the fuzz targets, which need a fuzzer, and by
//! `tests/fuzz_seeds.rs`, which runs them over the seeds in the ordinary test-suite.
//!
//! To fuzz: `cargo +nightly fuzz run TARGET fuzz/corpus/TARGET fuzz/seeds/TARGET` in the root of the
//! repository. What a fuzzer finds is mended, and its input becomes a seed.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use portolan::config::Config;
use portolan::model::chronology::Direction;
use portolan::model::finding::Severity;
use portolan::plan::conflict::Versions;
use portolan::plan::history::{NewEntry, Timeline, insert, new_section};
use portolan::plan::rename::{Move, Permit, rename_path};
use portolan::plan::sync::{SyncOptions, SyncPlan, plan as plan_sync};
use portolan::plan::template::{Circumstances, Template, Values};
use portolan::plan::{fix, header};
use portolan::report;
use portolan::report::human::Look;
use portolan::rules;
use portolan::syntax::facts::{self, Facts};
use portolan::syntax::json::Json;
use portolan::syntax::mermaid;
use portolan::syntax::properties::{self, PropertyValue};
use portolan::syntax::reading::Reading;
use portolan::syntax::secret;
use portolan::syntax::silencer::Coverage;
use portolan::text::edit::{Edit, Edits};
use portolan::text::place::Place;
use portolan::text::span::Span;
use portolan::text::stamp::{Precision, Stamp, StampFormat};
use portolan::vault::{NoteId, Vault};

/// Longer inputs find nothing that shorter ones do not.
const MAX_BYTES: usize = 1 << 20;

/// Every span is one of the text.
fn spans(text: &str, facts: &Facts) {
    let whole = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?} in {} bytes", text.len());
    let place = |place: Place| {
        whole(place.span);
        assert!(place.line > 0 && place.column > 0);
        assert!((place.line, place.column) <= (place.end_line, place.end_column), "{place:?}");
    };
    for link in &facts.links {
        place(link.place);
        for part in [link.path_span(), link.fragment_span(), link.display()].into_iter().flatten() {
            whole(part);
        }
    }
    facts.headings.iter().for_each(|heading| whole(heading.span));
    let system = facts.system();
    system.header.iter().flat_map(|header| &header.fields).for_each(|field| place(field.place));
    for section in &system.history {
        whole(section.body);
        section.lists.iter().flatten().for_each(|entry| {
            place(entry.place);
            whole(entry.span);
        });
    }
    system.templates.iter().for_each(|template| place(template.place));
    system.metrics.iter().for_each(|metric| place(metric.place));
    system.placeholders.iter().for_each(|placeholder| place(placeholder.place));
    system.secrets.iter().for_each(|secret| place(secret.place));
    system.problems.iter().for_each(|problem| place(problem.place));
    system.diagrams.iter().for_each(|diagram| place(diagram.place));
    for board in &system.boards {
        place(board.place);
        whole(board.body);
        place(board.end);
        assert!(board.place.span.end <= board.body.start && board.body.end <= board.end.span.start);
    }
    for silencer in &system.silencers {
        place(silencer.place);
        silencer.removal.into_iter().for_each(whole);
        if let Coverage::Block(block) = silencer.covers {
            whole(block);
        }
    }
    for integration in &system.integrations {
        place(integration.anchor);
        place(integration.fence);
        integration.json.walk(&mut Vec::new(), &mut |_, value: &Json| place(value.place));
    }
}

fn bytes_of(facts: &Facts) -> Vec<u8> {
    postcard::to_stdvec(facts).expect("facts can be written down")
}

/// The facts of a note: the same each time, in its bytes, whole after they were kept, and without secrets.
pub(crate) fn extract(data: &[u8]) {
    if data.len() > MAX_BYTES {
        return;
    }
    let reading = Reading::default();
    let read = facts::read(data, &reading);
    let kept = bytes_of(&read);
    assert_eq!(kept, bytes_of(&facts::read(data, &reading)), "the same each time");
    assert_eq!(postcard::from_bytes::<Facts>(&kept).expect("what was kept can be read"), read);
    let Ok(text) = std::str::from_utf8(data) else {
        assert!(!read.is_text());
        return;
    };
    spans(text, &read);
    let shown = facts::masked(text, &read);
    assert_eq!(shown.len(), text.len(), "every byte stays in its place");
    for found in secret::scan(text) {
        let token = found.span.of(text).as_bytes();
        if token.len() >= 12 && !token.iter().all(u8::is_ascii_punctuation) {
            assert!(!kept.windows(token.len()).any(|window| window == token), "a fact holds a secret");
        }
        assert_ne!(found.span.of(&shown), found.span.of(text), "what is shown holds a secret");
    }
}

fn now() -> Stamp {
    let day = NaiveDate::from_ymd_opt(2026, 3, 1).and_then(|day| day.and_hms_opt(9, 5, 0));
    Stamp::new(day.expect("a day"), Precision::Minute)
}

/// A vault in which the text stands beside a component and an integration.
fn vault(path: &str, text: &str) -> Vault {
    let component = "# C\n\n## SYSTEM INITIALIZATION\n\n- Status: 🔴 Down\n- Created: 2025-01-01_08-00\n\
                     - Last Modified: 2025-01-01_08-00\n\n[[N]] [[N#One]] [n](N.md)\n\n```json\n\
                     {\"integration\": {\"name\": \"Pay\", \"type\": \"REST\", \"endpoint\": \"https://a.b/c\"}}\n```\n";
    Vault::of_texts(Config::default(), &[("C.md", component), (path, text)])
}

fn id_of(vault: &Vault, path: &str) -> NoteId {
    vault.find(path).expect("the note")
}

/// Everything that is found, in every format: no finding points out of its note, no edit does not fit.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if data.len() > MAX_BYTES {
        return;
    }
    let vault = vault("N.md", text);
    let findings = rules::run(&vault, Some(now()));
    for finding in findings.iter().filter(|finding| finding.note == "N.md") {
        if let Some(place) = finding.place {
            assert!(text.get(place.span.range()).is_some(), "{finding:?}");
        }
        for (note, edit) in finding.fix.iter().flat_map(|fix| &fix.edits) {
            assert!(note != "N.md" || text.get(edit.span.range()).is_some(), "{finding:?}");
        }
    }
    for colour in [true, false] {
        let _ = report::human::render(&vault, &findings, Look { colour, columns: colour.then_some(40) });
    }
    let _ = report::concise(&findings);
    report::json(&findings, report::summary(&findings, 2, 0), &mut std::io::sink()).expect("JSON");
    report::sarif::render(&findings, "").expect("JSON");
    let _ = report::github::render(&findings, "");
    let _ = report::junit::render(&findings, 2, 0, Severity::Error);
    let again = rules::run(&vault, Some(now()));
    let known = |findings: &[portolan::model::finding::Finding]| -> Vec<String> {
        findings.iter().map(portolan::model::finding::Finding::fingerprint).collect()
    };
    assert_eq!(known(&findings), known(&again), "the same each time");
}

fn applied(edits: &Edits, text: &str) -> String {
    edits.apply(text).expect("the edits fit")
}

/// What a sync may touch in a note: bodies and end markers of boards, values of the header. Anything else it
/// only adds to.
fn promised(facts: &Facts, edits: &Edits) {
    let system = facts.system();
    let boards = system.boards.iter().map(|board| Span { start: board.body.start, end: board.end.span.end });
    let values = system.header.iter().flat_map(|header| &header.fields).map(|field| field.place.span);
    let may: Vec<Span> = boards.chain(values).collect();
    for Edit { span, .. } in edits.iter() {
        let inside = may.iter().any(|own| own.start <= span.start && span.end <= own.end);
        assert!(span.is_empty() || inside, "{span:?} is none of portolan's bytes");
    }
}

fn sync(vault: &Vault, force: bool) -> SyncPlan {
    plan_sync(
        vault,
        SyncOptions { now: now(), force, wanted: &|_: &str| true, versions: &|_| Versions::default() },
        rules::feed,
    )
}

/// Whatever is written changes what it promises and nothing else, and is at its end after one time. The first
/// byte says what is written.
pub(crate) fn write_back(data: &[u8]) {
    let Some((what, text)) =
        data.split_first().and_then(|(first, rest)| Some((*first, std::str::from_utf8(rest).ok()?)))
    else {
        return;
    };
    if data.len() > MAX_BYTES {
        return;
    }
    match what % 4 {
        0 => sync_back(text, what & 4 != 0),
        1 => log_back(text, what & 4 != 0),
        2 => fix_back(text, what & 4 != 0),
        _ => rename_back(text),
    }
}

fn sync_back(text: &str, force: bool) {
    let vault = vault("N.md", text);
    let plan = sync(&vault, force);
    let mut new = text.to_owned();
    for write in plan.writes.iter().filter(|write| vault.path_of(write.note) == "N.md") {
        promised(&vault.note(write.note).expect("the note").facts, &write.edits);
        new = applied(&write.edits, text);
    }
    let after = self::vault("N.md", &new);
    let again = sync(&after, force);
    let rewritten = again.writes.iter().filter(|write| after.path_of(write.note) == "N.md");
    assert_eq!(rewritten.count(), 0, "a second sync writes nothing: {new:?}");
    assert!(again.refused.len() <= plan.refused.len(), "a sync is in the way of the next one: {new:?}");
}

fn log_back(text: &str, details: bool) {
    let vault = vault("N.md", text);
    let id = id_of(&vault, "N.md");
    let note = vault.note(id).expect("the note");
    if !note.facts.is_text()
        || note.facts.system().problems.iter().any(|p| p.kind == facts::ProblemKind::Nesting)
    {
        return;
    }
    let entry = NewEntry {
        stamp: now(),
        version: None,
        title: "Something new".to_owned(),
        details: if details { vec!["why".to_owned()] } else { Vec::new() },
    };
    let format = StampFormat::default();
    let count = |facts: &Facts| facts.system().history.iter().flat_map(|s| &s.lists).flatten().count();
    let entries = std::slice::from_ref(&entry);
    // Where nobody can tell where it belongs, nothing is written.
    let section = insert(note, text, entries, Direction::OldestFirst, Timeline::endless(&format))
        .unwrap_or(Some(Vec::new()));
    let mut edits =
        section.unwrap_or_else(|| vec![new_section(text, "## Modification History", entries, &format)]);
    assert!(edits.iter().all(|edit| edit.span.is_empty()), "an entry is only added");
    edits.extend(header::set_last_modified(&vault, note, now()).unwrap_or_default());
    let edits = Edits::of(edits).expect("the edits do not overlap");
    promised(&note.facts, &edits);
    let new = applied(&edits, text);
    let after = facts::read(new.as_bytes(), &Reading::default());
    // A section without a list may end in a comment that is never closed, which holds whatever comes after it.
    if count(&note.facts) > 0 {
        assert_eq!(count(&after), count(&note.facts) + 1, "one more entry: {new:?}");
    }
}

fn fix_back(text: &str, unsafe_too: bool) {
    let vault = vault("N.md", text);
    let judge = |vault: &Vault| rules::run(vault, Some(now()));
    let plan = fix::plan(&vault, unsafe_too, &std::collections::BTreeSet::new(), judge);
    let mut changed = BTreeSet::new();
    for (id, edits) in &plan.writes {
        let path = vault.path_of(*id);
        let old = vault.text(*id).expect("a text");
        let new = applied(edits, &old);
        assert_eq!(plan.after.text(id_of(&plan.after, path)).as_deref(), Some(new.as_str()));
        changed.insert(path.to_owned());
    }
    assert!(changed.iter().all(|path| path == "N.md" || path == "C.md"));
    // One more time there is nothing left, unless there was more than is done at once.
    let again = fix::plan(&plan.after, unsafe_too, &std::collections::BTreeSet::new(), judge);
    assert!(
        again.writes.is_empty() || plan.applied >= 10,
        "fixes come to an end: {:?}",
        plan.after.text(id_of(&plan.after, "N.md"))
    );
}

fn rename_back(text: &str) {
    let before = vault("N.md", text);
    let moved = Move { from: "N.md".to_owned(), to: "sub/M.md".to_owned() };
    let Ok(plan) = rename_path(&before, moved, Permit::default()) else { return };
    let mut own = text.to_owned();
    for (id, edits) in &plan.writes {
        let new = applied(edits, &before.text(*id).expect("a text"));
        if before.path_of(*id) == "N.md" {
            own = new;
        }
    }
    // No reference comes or goes, and none loses its note.
    let leads = |vault: &Vault, path: &str| -> Vec<bool> {
        let note = vault.note(id_of(vault, path)).expect("the note");
        note.facts.links.iter().map(|link| vault.resolve(note, link).file().is_some()).collect()
    };
    let after = vault("sub/M.md", &own);
    let (old, new) = (leads(&before, "N.md"), leads(&after, "sub/M.md"));
    assert_eq!(old.len(), new.len(), "{own:?}");
}

/// A diagram: read the same each time, every place in its text.
pub(crate) fn mermaid(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if data.len() > MAX_BYTES {
        return;
    }
    let (chart, errors) = mermaid::parse(text);
    assert_eq!((&chart, &errors), (&mermaid::parse(text).0, &mermaid::parse(text).1));
    let whole = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
    for error in &errors {
        whole(error.span);
        assert!(!error.message.is_empty());
        if let Some((span, _)) = &error.related {
            whole(*span);
        }
    }
    if let mermaid::Body::Flowchart(chart) = &chart.body {
        chart.nodes.iter().for_each(|node| whole(node.span));
        chart.edges.iter().for_each(|edge| whole(edge.span));
        chart.subgraphs.iter().for_each(|subgraph| whole(subgraph.span));
    }
    // In a note, in a quote, with other line endings.
    if !text.contains("```") {
        for note in [
            format!("```mermaid\n{text}\n```\n"),
            format!("> ```mermaid\n> {}\n> ```\n", text.replace('\n', "\n> ")).replace('\n', "\r\n"),
        ] {
            spans(&note, &facts::read(note.as_bytes(), &Reading::default()));
        }
    }
}

/// An integration block: its places lie in the note, quoted and with CRLF too, and what it says is the same.
pub(crate) fn integration(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if data.len() > MAX_BYTES || text.contains("```") || text.contains('\r') {
        return;
    }
    let read = |note: &str| {
        let facts = facts::read(note.as_bytes(), &Reading::default());
        spans(note, &facts);
        facts.system().integrations.len()
    };
    let plain = read(&format!("```json\n{text}\n```\n"));
    assert_eq!(plain, read(&format!("```json\n{text}\n```\n").replace('\n', "\r\n")), "with CRLF");
    check(format!("# N\n\n```json\n{text}\n```\n").as_bytes());
}

/// Properties: every place lies in the text.
pub(crate) fn properties(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if data.len() > MAX_BYTES {
        return;
    }
    let whole = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
    let (properties, problems) = properties::read(text, Span::new(0, text.len()));
    for property in &properties {
        whole(property.key_span);
        match &property.value {
            PropertyValue::Scalar(scalar) => whole(scalar.span),
            PropertyValue::List(scalars) => scalars.iter().for_each(|scalar| whole(scalar.span)),
            PropertyValue::Other => {}
        }
    }
    for problem in &problems {
        whole(problem.span);
    }
    extract(format!("---\n{text}\n---\n# N\n").as_bytes());
}

/// A canvas: as a note.
pub(crate) fn canvas(data: &[u8]) {
    if data.len() > MAX_BYTES {
        return;
    }
    let read = facts::read_canvas(data);
    assert_eq!(bytes_of(&read), bytes_of(&facts::read_canvas(data)));
    if let Ok(text) = std::str::from_utf8(data) {
        spans(text, &read);
        let vault = Vault::of_texts(Config::default(), &[("a.canvas", text), ("b.md", "# B\n")]);
        let findings = rules::run(&vault, Some(now()));
        let _ = report::human::render(&vault, &findings, Look::PLAIN);
    }
}

/// A template note: filled in without a value for anything it changes nothing but what it knows.
pub(crate) fn template(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if data.len() > MAX_BYTES {
        return;
    }
    let vault = vault("N TEMPLATE.md", text);
    let note = vault.note(id_of(&vault, "N TEMPLATE.md")).expect("the note");
    let circumstances = Circumstances {
        path: "New.md".to_owned(),
        at: now().time(),
        date: "YYYY-MM-DD".to_owned(),
        time: "HH:mm".to_owned(),
    };
    let template = Template::read(note, text, &circumstances);
    let names = template.names();
    assert!(template.fill(&Values::default()).is_some(), "no places overlap");
    let mut values = Values::default();
    for name in &names {
        values.set(name, "a \"b\" 'c' \\ d");
    }
    assert!(template.fill(&values).is_some(), "no places overlap");
    assert!(template.missing(&values).is_empty(), "everything has a value");
}
