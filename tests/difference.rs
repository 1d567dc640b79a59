//! Tests of what counts as a difference between two vaults.

use portolan::config::Config;
use portolan::difference::{self, Act, Change, Kind, Spot, affected};
use portolan::report::changes::{Told, markdown};
use portolan::vault::Vault;
use proptest::prelude::*;

type Files<'f> = &'f [(&'f str, &'f str)];

fn vault(files: Files<'_>) -> Vault {
    Vault::of_texts(Config::default(), files)
}

/// `act kind name @ note: field: old → new; …`
fn shown(change: &Change) -> String {
    let place = |spot: &Option<Spot>| spot.as_ref().map(|spot| spot.note.clone()).unwrap_or_default();
    let (before, after) = (place(&change.before), place(&change.after));
    let at = match (before.as_str(), after.as_str()) {
        ("", at) | (at, "") => at.to_owned(),
        (before, after) if before == after => after.to_owned(),
        (before, after) => format!("{before}>{after}"),
    };
    let fields: Vec<String> = change.fields.iter().map(ToString::to_string).collect();
    let kind = change.subject.kind().name();
    format!("{} {kind} {} @ {at}: {}", change.act().name(), change.name(), fields.join("; "))
}

/// Checks what is different, and that the way back says the same of it.
fn check(old: Files<'_>, new: Files<'_>, expected: &[&str]) {
    let changes = difference::between(&vault(old), &vault(new));
    let lines: Vec<String> = changes.iter().map(shown).collect();
    assert_eq!(lines, expected);
    assert_eq!(mirrored(&difference::between(&vault(new), &vault(old))), sorted(&changes));
}

/// What a change says, apart from the name that it is told by.
type Plain =
    (Kind, Option<Spot>, Option<Spot>, Vec<(String, Option<String>, Option<String>)>, Option<String>);

fn plain(change: &Change, back: bool) -> Plain {
    let (before, after) = (change.before.clone(), change.after.clone());
    let mut fields: Vec<_> = change
        .fields
        .iter()
        .map(|f| {
            let (old, new) = (f.old.clone(), f.new.clone());
            if back { (f.field.clone(), new, old) } else { (f.field.clone(), old, new) }
        })
        .collect();
    fields.sort();
    let name = matches!(change.act(), Act::Added | Act::Removed).then(|| change.name());
    let (before, after) = if back { (after, before) } else { (before, after) };
    (change.subject.kind(), before, after, fields, name)
}

fn sorted(changes: &[Change]) -> Vec<Plain> {
    let mut all: Vec<Plain> = changes.iter().map(|change| plain(change, false)).collect();
    all.sort();
    all
}

fn mirrored(changes: &[Change]) -> Vec<Plain> {
    let mut all: Vec<Plain> = changes.iter().map(|change| plain(change, true)).collect();
    all.sort();
    all
}

fn block(name: &str, rest: &str) -> String {
    format!("```json\n{{ \"integration\": {{ \"name\": \"{name}\", \"type\": \"REST\"{rest} }} }}\n```\n")
}

#[test]
fn integrations_are_known_by_name() {
    let old = block("Payments", r#", "config": { "timeout": "30s", "retry": "3x" }"#);
    let new = block("payments", r#", "config": { "timeout": 15, "owner": null }"#);
    check(
        &[("a.md", &old)],
        &[("a.md", &new)],
        &["changed integration payments @ a.md: name: Payments → payments; config.timeout: 30s → 15; \
           config.owner: - → null; config.retry: 3x → -"],
    );
    // In another note it is the same one.
    check(
        &[("a.md", &block("X", "")), ("b.md", "")],
        &[("a.md", ""), ("b.md", &block("X", ""))],
        &["changed integration X @ a.md>b.md: note: a.md → b.md"],
    );
    // Where nothing but the name is another, that is what changed.
    check(
        &[("a.md", &block("X", ""))],
        &[("a.md", &block("Y", ""))],
        &["changed integration Y @ a.md: name: X → Y"],
    );
    check(
        &[("a.md", &block("X", r#", "endpoint": "https://x.example""#))],
        &[("a.md", &block("Y", ""))],
        &[
            "added integration Y @ a.md: type: - → REST",
            "removed integration X @ a.md: type: REST → -; endpoint: https://x.example → -",
        ],
    );
    // What is only written otherwise is no change.
    let spelt = |kind: &str, endpoint: &str, auth: &str, limit: &str| {
        format!(
            "```json\n{{ \"integration\": {{ \"name\": \"X\", \"type\": \"{kind}\", \"endpoint\": \"{endpoint}\", \
             \"auth\": {{ \"type\": \"{auth}\" }}, \"config\": {{ \"rateLimit\": \"{limit}\" }} }} }}\n```\n"
        )
    };
    check(
        &[("a.md", &spelt("REST", "https://x.example", "API key", "300 requests/min"))],
        &[("a.md", &spelt("rest", "https://X.example/", "API Keys", "300 req/minute"))],
        &[],
    );
    check(
        &[("a.md", &spelt("REST", "https://x.example", "API key", "300 requests/min"))],
        &[("a.md", &spelt("GraphQL", "https://x.example/v1", "OAuth", "5 requests/s"))],
        &[
            "changed integration X @ a.md: type: REST → GraphQL; endpoint: https://x.example → https://x.example/v1; \
           auth.type: API key → OAuth; config.rateLimit: 300 requests/min → 5 requests/s",
        ],
    );
    // Of two that have one name, the one that is left is the one of its note.
    check(
        &[("a.md", &block("X", "")), ("b.md", &block("X", ""))],
        &[("a.md", ""), ("b.md", &block("X", ""))],
        &["removed integration X @ a.md: type: REST → -"],
    );
}

#[test]
fn a_block_that_cannot_be_read_says_nothing() {
    let broken = "```json\n{ \"integration\": { \"name\": \"X\", \"type\": } }\n```\n";
    check(&[("a.md", &block("X", ""))], &[("a.md", broken)], &[]);
    // Half a merge is no side of it.
    let half = format!(
        "```json\n<<<<<<< HEAD\n{}=======\n{{}}\n>>>>>>> z\n```\n",
        &block("X", "")[8..block("X", "").len() - 4]
    );
    check(&[("a.md", &block("X", ""))], &[("a.md", &half)], &[]);
    let twice = block("Y", r#", "type": "SOAP""#);
    let both = format!("{}{}", block("X", ""), twice);
    check(&[("a.md", &both)], &[("a.md", &twice)], &["removed integration X @ a.md: type: REST → -"]);
    check(
        &[("a.md", "```mermaid\ngraph LR\n A[One] --> B[Two]\n```\n")],
        &[("a.md", "```mermaid\ngraph LR\n A[One --> B[Two]\n```\n")],
        &[],
    );
}

#[test]
fn a_diagram_that_cannot_be_read_hides_only_what_may_be_in_it() {
    let chart = |lines: &str| format!("```mermaid\ngraph LR\n{lines}\n```\n");
    let (one, two) = (chart("A[One] --> B[Two]"), chart("A[One] --> B[Two]\nB --> C[Three]"));
    let (broken, other) = (chart("X --> Y\nZ[Old"), chart("X --> Y\nZ[New"));
    let added = ["added edge Two → Three @ a.md: ", "added node Three @ a.md: "];
    let told = |old: &[&str], new: &[&str], expected: &[&str]| {
        check(&[("a.md", &old.concat())], &[("a.md", &new.concat())], expected);
    };
    // It stays as it is, wherever it stands.
    told(&[&broken, &one], &[&broken, &two], &added);
    told(&[&broken, &one], &[&two, &broken], &added);
    // What has come in another is not in the older note; what has gone may be where nobody can see it.
    told(&[&one], &[&two, &broken], &added);
    told(&[&two], &[&one, &broken], &[]);
    told(&[&chart("A --> B")], &[&chart("A -->|x| B"), &broken], &[]);
    told(&[&broken, &one], &[&two], &[]);
    told(&[&broken, &one], &[&other, &two], &[]);
    told(&[&broken, &broken, &one], &[&broken, &two], &[]);
}

#[test]
fn no_secret_is_told() {
    let old = block("X", r#", "auth": { "credentials": "hunter2-hunter2" }"#);
    let new = block("X", r#", "auth": { "credentials": "env:X_KEY" }"#);
    check(
        &[("a.md", &old)],
        &[("a.md", &new)],
        &["changed integration X @ a.md: auth.credentials: <redacted> → env:X_KEY"],
    );
}

#[test]
fn headers_without_their_dates() {
    let header = |rest: &str| format!("# Gateway\n\n## System Initialization\n\n{rest}");
    let old = header("- Status: Active\n- Version: 1.2\n- Last Modified: 2026-01-01_10-00\n- Owner: Ruth\n");
    let new =
        header("- Status: 🔴 Down\n- Version: v1.3.0\n- Last Modified: 2026-02-01_10-00\n- Team: Ops\n");
    check(
        &[("g.md", &old)],
        &[("g.md", &new)],
        &[
            "changed component Gateway @ g.md: status: Active → 🔴 Down; version: 1.2 → v1.3.0; team: - → Ops; \
           owner: Ruth → -",
        ],
    );
    let same = header("- **Owner**: Ruth\n- version: v1.2.0\n- Status: 🟢 Active\n");
    check(&[("g.md", &old)], &[("g.md", &same)], &[]);
    let with = |status: &str, version: &str| {
        header(&format!("- Owner: Ruth\n- Status: {status}\n- Version: {version}\n"))
    };
    for (status, version) in [
        ("🟢 Active · since 10:30", "1.2 · see https://ci.example/a"),
        ("Active | see https://status.example", "v1.2.0 (stable)"),
    ] {
        check(&[("g.md", &old)], &[("g.md", &with(status, version))], &[]);
    }
    check(
        &[("g.md", &with("Active · a", "1.2 · a"))],
        &[("g.md", &with("Active · b", "1.3 · a"))],
        &["changed component Gateway @ g.md: status: Active · a → Active · b; version: 1.2 · a → 1.3 · a"],
    );
    for early in ["1.2.0 RC 1", "1.2.0 beta", "1.2.0 (beta)", "1.2.0 - snapshot"] {
        let expected = format!("changed component Gateway @ g.md: version: {early} → 1.2.0");
        check(&[("g.md", &with("Active", early))], &[("g.md", &with("Active", "1.2.0"))], &[&expected]);
    }
    check(
        &[("g.md", &with("Active", "1.2 (beta)"))],
        &[("g.md", &with("Active", "1.2 (stable)"))],
        &["changed component Gateway @ g.md: version: 1.2 (beta) → 1.2 (stable)"],
    );
    check(
        &[("g.md", "# Gateway\n")],
        &[("g.md", &header("- Status: Active\n"))],
        &["added component Gateway @ g.md: status: - → Active"],
    );
}

#[test]
fn diagrams_are_known_by_their_labels() {
    let chart = |lines: &str| format!("```mermaid\ngraph LR\n{lines}\n```\n");
    check(
        &[("a.md", &chart("A[Gateway] --> B[Queue]\nB -->|old| C[Store]"))],
        &[("a.md", &chart("x[Gateway] --> y[\"01_QUEUE\"]\ny -.->|new| z[Store]\nz --> w[Disk]"))],
        &[
            "added edge Store → Disk @ a.md: ",
            "changed edge 01_QUEUE → Store @ a.md: label: old → new; line: normal → dotted",
            "added node Disk @ a.md: ",
        ],
    );
    // Labels are told as they are read.
    check(
        &[("a.md", &chart("A[Gateway] -->|x<br/>y| B[Queue]"))],
        &[(
            "a.md",
            &chart(
                "A[\"Gate<b>way</b>\"] -->|x y| B[fa:fa-box Queue] --> C[\"Card<br/>payments\"] --> D[\"<i class='fa'></i> **Box**\"]",
            ),
        )],
        &[
            "added edge Queue → Card payments @ a.md: ",
            "added edge Card payments → Box @ a.md: ",
            "added node Box @ a.md: ",
            "added node Card payments @ a.md: ",
        ],
    );
    check(
        &[("a.md", &chart("A --> B"))],
        &[("a.md", &chart("A --> B\nB --> C[fa:fa-box]"))],
        &["added edge B → fa:fa-box @ a.md: ", "added node fa:fa-box @ a.md: "],
    );
    // A line without a head, or with two, leads neither way.
    check(
        &[("a.md", &chart("A --- B\nB <--> C\nD --- C\nE --> D\nE --- F\nG --- H"))],
        &[("a.md", &chart("B --- A\nC <--> B\nC ---|x| D\nD --> E\nE --> F\nG --- H\nH --- G"))],
        &[
            "added edge D → E @ a.md: ",
            "added edge H → G @ a.md: arrows: - → none",
            "removed edge E → D @ a.md: ",
            "changed edge E → F @ a.md: arrows: none → forward",
            "changed edge C → D @ a.md: label: - → x",
        ],
    );
    // A new label is no new node, and the edges stay.
    check(
        &[("a.md", &chart("A[Gateway] --> B[Queue]"))],
        &[("a.md", &chart("A[Edge Gateway] --> B[Queue]"))],
        &["changed node Edge Gateway @ a.md: name: Gateway → Edge Gateway"],
    );
    // Another chart with the same letters is another chart.
    check(
        &[("a.md", &chart("A[One] --> B[Two]"))],
        &[("a.md", &chart("A[Three] --> B[Four]"))],
        &[
            "added edge Three → Four @ a.md: ",
            "removed edge One → Two @ a.md: ",
            "added node Four @ a.md: ",
            "added node Three @ a.md: ",
            "removed node One @ a.md: ",
            "removed node Two @ a.md: ",
        ],
    );
    // An edge that moves to another chart of the note, or is drawn twice, is drawn.
    let one = chart("A[One] --> B[Two]\nB --> C[Three]");
    let two = format!("{}{}", chart("A[One] --> B[Two]"), chart("q[Two] --> r[Three]\nq --> r"));
    check(&[("a.md", &one)], &[("a.md", &two)], &[]);
}

#[test]
fn metrics_of_tables_and_items() {
    let table = |row: &str| format!("| Metric | Target | Current | Status |\n| - | - | - | - |\n{row}\n");
    check(
        &[("m.md", &table("| Uptime | > 99% | 99.5% | 🟢 |"))],
        &[("m.md", &table("| Uptime | > 99.9% | 99.5% | 🔴 |"))],
        &["changed metric Uptime @ m.md: target: > 99% → > 99.9%; within: yes → no; status: 🟢 → 🔴"],
    );
    check(
        &[("m.md", "- Response Time: 0ms\n- Errors: 1%\n")],
        &[("m.md", "- Errors: 1%\n- Response Time: 5ms\n- Load: 3%\n")],
        &[
            "changed metric Response Time @ m.md: current: 0ms → 5ms",
            "added metric Load @ m.md: name: - → Load; current: - → 3%",
        ],
    );
}

#[test]
fn metrics_of_one_name_under_several_headings() {
    let section = |title: &str, current: &str| {
        format!(
            "## {title}\n\n### Figures\n\n| Metric | Target | Current |\n| - | - | - |\n| Latency | < 9ms | {current} |\n\n"
        )
    };
    let check = |old: &[(&str, &str)], new: &[(&str, &str)], expected: &[&str]| {
        let text = |sections: &[(&str, &str)]| {
            sections.iter().map(|(title, current)| section(title, current)).collect::<String>()
        };
        check(&[("m.md", &text(old))], &[("m.md", &text(new))], expected);
    };
    let (eu, us) = (("EU", "3ms"), ("US", "5ms"));
    let gone = "removed metric Latency @ m.md: name: Latency → -; target: < 9ms → -; current: 3ms → -; within: yes → -";
    check(&[eu, us], &[us], &[gone]);
    check(&[eu, us], &[us, eu], &[]);
    check(&[eu, us], &[("Europe", "3ms"), us], &[]);
    check(&[eu, ("US", "3ms")], &[("US", "3ms")], &[gone]);
    check(&[eu, us], &[("US", "6ms"), eu], &["changed metric Latency @ m.md: current: 5ms → 6ms"]);
    check(&[eu, us], &[("US", "6ms")], &[gone, "changed metric Latency @ m.md: current: 5ms → 6ms"]);
    check(&[eu], &[("Europe", "4ms")], &["changed metric Latency @ m.md: current: 3ms → 4ms"]);
}

#[test]
fn links_break_and_mend() {
    check(
        &[("a.md", "[[b]] [[b#One]] [[c]] [[d]]"), ("b.md", "# One\n"), ("c.md", "")],
        &[("a.md", "[[b]] [[b#One]] [[c]] [[e]]"), ("b.md", "# Two\n"), ("x.md", "")],
        &[
            "removed note c.md @ c.md: ",
            "added note x.md @ x.md: ",
            "added link e @ a.md: ",
            "removed link d @ a.md: ",
            "broken link b#One @ a.md: target: b.md#One → -",
            "broken link c @ a.md: target: c.md → -",
        ],
    );
    check(
        &[("s.md", "[[x]]"), ("a/x.md", "one")],
        &[("s.md", "[[x]]"), ("a/x.md", "one"), ("x.md", "two")],
        &["added note x.md @ x.md: ", "changed link x @ s.md: target: a/x.md → x.md"],
    );
}

#[test]
fn links_that_follow_are_the_same() {
    let long = "The queue holds orders until the store has taken them.\nIt is never longer than an hour.\n";
    check(
        &[("s.md", "[[Queue]] ![[p.png]] [x](c.md)"), ("Queue.md", long), ("a/p.png", ""), ("c.md", "")],
        &[
            ("s.md", "[[Bus|q]] ![[b/p.png]] [[c]]"),
            ("Bus.md", &format!("{long}More.\n")),
            ("b/p.png", ""),
            ("c.md", ""),
        ],
        &["renamed note Bus.md @ Queue.md>Bus.md: "],
    );
    // What stands in a board is portolan's own.
    let board = |body: &str| format!("<!-- portolan:board events -->\n{body}\n<!-- portolan:end -->\n");
    let rows = board("[[c]]\n\n- Response Time: 5ms\n\n```mermaid\ngraph LR\nA --> B\n```\n");
    check(&[("s.md", &board("")), ("c.md", "")], &[("s.md", &rows), ("c.md", "")], &[]);
}

#[test]
fn notes_are_followed_by_their_text() {
    let a = "# A\n\n## System Initialization\n- Status: Active\n\nWhat stands here is long enough to tell.\n";
    let b =
        "# B\n\n## System Initialization\n- Status: Active\n\nThis one is about something else altogether.\n";
    let changed = a.replace("Status: Active", "Status: 🔴 Down");
    check(
        &[("x/A.md", a), ("x/B.md", b)],
        &[("y/A.md", &changed), ("y/B.md", b)],
        &[
            "renamed note y/A.md @ x/A.md>y/A.md: ",
            "renamed note y/B.md @ x/B.md>y/B.md: ",
            "changed component A @ x/A.md>y/A.md: status: Active → 🔴 Down",
        ],
    );
    check(&[("a.md", "")], &[("b.md", "")], &["removed note a.md @ a.md: ", "added note b.md @ b.md: "]);
    // A pattern is none of the vault's systems.
    let chart = "```mermaid\ngraph LR\nA --> B\n```\n- Load: 3%\n";
    check(&[("TEMPLATE.md", "x")], &[("TEMPLATE.md", &format!("x\n\n{chart}{a}"))], &[]);
}

#[test]
fn histories_and_templates() {
    let note = |entries: &str, form: &str| {
        format!("# Change Log Templates\n\n- Updates: '{form}'\n\n# Modification History\n\n{entries}")
    };
    check(
        &[("h.md", &note("- 2026-01-01_10-00 - One\n", "YYYY-MM-DD_HH-mm - Updated [x]"))],
        &[(
            "h.md",
            &note(
                "- 2026-01-01_10-00 - One\n  - why\n- 2026-01-02_10-00 - Two\n",
                "YYYY-MM-DD_HH-mm - Did [x]",
            ),
        )],
        &[
            "changed template Updates @ h.md: text: YYYY-MM-DD_HH-mm - Updated [x] → YYYY-MM-DD_HH-mm - Did [x]",
            "added entry Two @ h.md: timestamp: - → 2026-01-02_10-00",
        ],
    );
}

#[test]
fn who_is_affected() {
    let header = "## System Initialization\n\n- Status: Active\n\n";
    let old = block("Payments", "");
    let new = block("Payments", r#", "endpoint": "https://pay.example""#);
    let holder = |block: &str| format!("# Shop\n\n{header}{block}");
    let chart = "```mermaid\ngraph LR\n Payments --> Ledger\n Other --> Ledger\n```\n";
    let rest: [(&str, &str); 2] = [
        ("desk.md", &format!("# Desk\n\n{header}[[shop]]\n")),
        ("map.md", &format!("# Map\n\n{header}{chart}")),
    ];
    let files = |holder: &str| -> Vec<(String, String)> {
        let all = [("shop.md", holder), rest[0], rest[1]];
        all.map(|(path, text)| (path.to_owned(), text.to_owned())).to_vec()
    };
    let read = |files: Vec<(String, String)>| {
        let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
        vault(&files)
    };
    let affected_by = |old: &str, new: &str| {
        let (old, new) = (read(files(&holder(old))), read(files(&holder(new))));
        let found = affected::by(&difference::between(&old, &new), &old, &new);
        let reasons = found.into_iter().map(|a| {
            let why: Vec<_> =
                a.reasons.iter().map(|r| format!("{} of {}", r.relation.name(), r.note)).collect();
            format!("{}: {}", a.name, why.join(", "))
        });
        reasons.collect::<Vec<_>>()
    };
    let expected = ["Ledger: diagram of map.md", "Shop: integration of shop.md"];
    assert_eq!(affected_by(&old, &new), expected);
    // What is gone is looked for where it was; the diagram still draws it.
    assert_eq!(affected_by(&old, ""), expected);
}

#[test]
fn who_is_affected_by_a_new_edge() {
    let header = "## System Initialization\n\n- Status: Active\n\n";
    let stripe = block("Stripe", "");
    // Who is found where the map of the shop gets an edge to a box that is Stripe by other means than its label.
    let check = |edge: &str, expected: &[&str]| {
        let shop =
            |edge: &str| format!("# Shop\n\n{header}```mermaid\ngraph LR\n Shop --> Till\n {edge}\n```\n");
        let desk = format!("# Desk\n\n{header}```mermaid\ngraph LR\n Desk --> Stripe\n```\n");
        let of =
            |edge: &str| vault(&[("desk.md", &desk), ("pay/cards.md", &stripe), ("shop.md", &shop(edge))]);
        let (old, new) = (of(""), of(edge));
        for (from, to) in [(&old, &new), (&new, &old)] {
            let found = affected::by(&difference::between(from, to), from, to);
            let reasons = found.iter().flat_map(|a| a.reasons.iter().map(move |r| (a, r)));
            let reasons: Vec<_> = reasons.map(|(a, r)| format!("{}: {}", a.name, r.changed)).collect();
            assert_eq!(reasons, expected, "{edge}");
        }
    };
    let expected = ["Desk: Stripe", "Till: Shop"];
    check("Shop --> s[Stripe]", &expected);
    check("Shop --> stripe[Card payments]", &expected);
    check("Shop --> s[\"[[cards|Card payments]]\"]", &expected);
    check("Shop --> s[Card payments]\n click s \"pay/cards.md\"", &expected);
    check("subgraph stripe [Card payments]\n Keys\n end\n Shop --> stripe", &expected);
    check("Shop --> s[Card payments]", &["Till: Shop"]);
}

#[test]
fn who_is_affected_has_the_name_of_what_has_changed() {
    let note = |status: &str, more: &str| {
        format!("# Overview\n\n## System Initialization\n\n- Status: {status}\n\n{more}")
    };
    let of = |status: &str| {
        vault(&[("a/README.md", &note(status, "")), ("b/README.md", &note("Active", "[[a/README]]\n"))])
    };
    let (old, new) = (of("Active"), of("Down"));
    let found = affected::by(&difference::between(&old, &new), &old, &new);
    let notes: Vec<_> = found.iter().map(|a| (a.name.as_str(), a.note.as_deref())).collect();
    assert_eq!(notes, [("Overview", Some("b/README.md"))]);
}

#[test]
fn a_new_label_is_told_beside_its_edges() {
    let note = |lines: &str| format!("```mermaid\ngraph LR\n{lines}\nB --> C\n```\n");
    let old = vault(&[("a.md", &note("A[Gateway v1] -->|10 rps| B"))]);
    let new = vault(&[("a.md", &note("A[Router] -->|20 rps| B\nC --> D"))]);
    let changes = difference::between(&old, &new);
    let told = Told { from: "x", to: None, changes: &changes, affected: None };
    for text in [portolan::report::changes::text(told), markdown::render(told)] {
        assert!(text.contains("Gateway v1") && text.contains("1 node changed"), "{text}");
        // What has come is told with its edge.
        assert!(!text.contains("node D"), "{text}");
    }
}

#[test]
fn no_value_gets_out_of_its_table() {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let hostile = [
        "a|b",
        "a\\\\|b",
        "``x`` | `",
        "</code></td>|",
        "@team #12 [x](y) ![i](j)",
        "<script>",
        "\\\\",
        "| |",
        "&#124;",
        "é…→",
    ];
    for value in hostile {
        let old = vault(&[("a.md", &block("X", ""))]);
        let new = vault(&[("a.md", &block("X", &format!(r#", "owner": "{value}""#)))]);
        let found = difference::between(&old, &new);
        assert_eq!(found.len(), 1, "{value}");
        let told = Told { from: "a`b|c", to: None, changes: &found, affected: None };
        let text = markdown::render(told);
        let parser = Parser::new_ext(&text, Options::ENABLE_TABLES);
        let (mut cells, mut code) = (0, false);
        for event in parser {
            match event {
                Event::Start(Tag::TableCell) => cells += 1,
                Event::InlineHtml(tag) if matches!(&*tag, "<code>" | "</code>") => code = &*tag == "<code>",
                Event::Code(shown) => assert!(!shown.is_empty()),
                Event::End(TagEnd::TableCell) => assert!(!code, "{value}: code goes on"),
                Event::Start(Tag::Link { .. } | Tag::Image { .. })
                | Event::Html(_)
                | Event::InlineHtml(_) => {
                    panic!("{value} is markup in {text}")
                }
                Event::Text(words) => assert!(code || !words.contains("@team"), "{value} mentions somebody"),
                _ => {}
            }
        }
        assert_eq!(cells, 8, "{value}: {text}");
    }
}

/// A small vault of every notation.
fn files() -> impl Strategy<Value = Vec<(String, String)>> {
    let piece = prop_oneof![
        (0..3usize, 0..3usize).prop_map(|(n, t)| block(["X", "Y", "x"][n], &format!(r#", "timeout": {t}"#))),
        (0..3usize, 0..3usize).prop_map(|(a, b)| {
            let label = ["One", "Two", "Three"];
            format!("```mermaid\ngraph LR\nA[{}] --> B[{}]\n```\n\n", label[a], label[b])
        }),
        (0..4usize).prop_map(|s| format!("# System Initialization\n\n- Status: S{s}\n- Version: 1.{s}\n\n")),
        (0..3usize).prop_map(|n| format!("[[n{n}]] and [[n{n}#T]]\n\n# T\n\n")),
        (0..3usize).prop_map(|n| format!("- Load: {n}%\n- Load: 1{n}%\n\n")),
        (0..3usize).prop_map(|n| format!("# Modification History\n\n- 2026-01-0{}_10-00 - E{n}\n\n", n + 1)),
        (0..4usize).prop_map(|n| format!("Words of {n} that are long enough to tell a note by.\n\n")),
    ];
    let note = proptest::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat());
    let path =
        (0..4usize, any::<bool>()).prop_map(|(n, deep)| format!("{}n{n}.md", if deep { "d/" } else { "" }));
    proptest::collection::btree_map(path, note, 0..4).prop_map(|files| files.into_iter().collect())
}

fn of(files: &[(String, String)]) -> Vault {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    vault(&files)
}

proptest! {
    #[test]
    fn the_way_back_says_the_same(a in files(), b in files()) {
        let (a, b) = (of(&a), of(&b));
        let (there, back) = (difference::between(&a, &b), difference::between(&b, &a));
        prop_assert_eq!(sorted(&there), mirrored(&back));
        prop_assert_eq!(difference::between(&a, &a), vec![]);
    }
}
