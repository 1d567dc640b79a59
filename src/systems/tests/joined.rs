//! Tests: which boxes, notes and blocks are joined into one system, and which stay two.

use super::super::*;
use crate::config::Config;

fn graph(notes: &[(&str, &str)]) -> Systems {
    Systems::of(&Vault::of_texts(Config::default(), notes))
}

/// A note with a header.
fn note(title: &str, status: &str, more: &str) -> String {
    format!("# {title}\n\n## System Initialization\n\n- Status: {status}\n\n{more}")
}

fn chart(lines: &str) -> String {
    format!("```mermaid\ngraph LR\n{lines}\n```\n\n")
}

const STRIPE: &str =
    "```json\n{ \"integration\": { \"name\": \"Stripe\", \"type\": \"a\", \"endpoint\": \"b\" } }\n```\n";

/// Each system as `id: label`, each relation as `from -> to`, or `from -- to` without a direction.
fn shown(graph: &Systems) -> (Vec<String>, Vec<String>) {
    let id = |at: usize| graph.systems[at].id.as_str();
    let systems = graph.systems.iter().map(|system| format!("{}: {}", system.id, system.label));
    let relations = graph.relations.iter().map(|r| {
        let sign = if r.directed { "->" } else { "--" };
        format!("{} {sign} {}", id(r.from), id(r.to))
    });
    (systems.collect(), relations.collect())
}

#[test]
fn two_boxes_of_one_diagram_are_two() {
    let check = |text: &str, systems: &[&str], relations: &[&str]| {
        let (found, joined) = shown(&graph(&[("a.md", text)]));
        assert_eq!(found, systems, "{text}");
        assert_eq!(joined, relations, "{text}");
    };
    // The label of one box is the id of another.
    check(
        &chart("web[API] --> api[Backend]\napi --> db[(Orders)]"),
        &["api: API", "backend: Backend", "orders: Orders"],
        &["api -> backend", "backend -> orders"],
    );
    check(
        &chart("w1[Worker] --> d1[(DB)]\nw2[Worker] --> d2[(DB)]\nd1 -- replicates --> d2"),
        &["worker: Worker", "db: DB", "worker_2: Worker", "db_2: DB"],
        &["worker -> db", "worker_2 -> db_2", "db -> db_2"],
    );
    // Two diagrams may show the same system.
    check(
        &(chart("a[Worker] --> b[DB]\nc[Worker]") + &chart("x[worker] --> y[Mail]\nz[WORKER] --> v[Worker]")),
        &["worker: Worker", "db: DB", "worker_2: Worker", "mail: Mail", "worker_3: Worker"],
        &["worker -> db", "worker -> mail", "worker_2 -> worker_3"],
    );
    // A system with a note is one, however often it is drawn, and may be known by id.
    check(
        &note("Worker", "Active", &chart("w1[Worker] --> worker[Nightly]\nw2[Worker] --> d[DB]\nw1 --> d")),
        &["worker: Worker", "db: DB"],
        &["worker -> db"],
    );
}

#[test]
fn a_line_without_an_arrow_has_no_direction() {
    let check = |text: &str, relations: &[&str]| {
        assert_eq!(shown(&graph(&[("a.md", text)])).1, relations, "{text}");
    };
    check(
        &chart("a --- b\nb === c\nc -.- d\na ---|uplink| d\nb -- text --- d"),
        &["a -- b", "b -- c", "c -- d", "a -- d", "b -- d"],
    );
    // Any arrowhead makes a direction.
    check(&chart("a --> b\nb --x c\nc --o d\nd o--o e"), &["a -> b", "b -> c", "c -> d", "d -> e", "e -> d"]);
    check(&chart("a <--> b\nc ~~~ a"), &["a -> b", "b -> a"]);
    // Lines are equal in both directions, and an arrow with the same label replaces a line.
    check(&(chart("a --- b\nb --- a\nc --- b") + &chart("b --- a")), &["a -- b", "c -- b"]);
    check(&(chart("a --- b\nb --- c") + &chart("b --> a")), &["b -- c", "b -> a"]);
    check(&chart("a <--> b\nb --- a"), &["a -> b", "b -> a"]);
    check(&chart("a -->|orders| b\na --- b\nb ---|orders| a"), &["a -> b", "a -- b"]);
    check(&chart("subgraph g\n a\n b\nend\ng --- c"), &["a -- c", "b -- c"]);
}

#[test]
fn around_a_system_a_line_leads_both_ways() {
    let found = |lines: &str| {
        let whole = graph(&[("a.md", &chart(lines))]);
        let start = whole.find("start").unwrap();
        let part = whole.around(start, 2);
        part.systems.into_iter().map(|system| system.label).collect::<Vec<_>>()
    };
    assert_eq!(found("hub --- start\nhub --- leaf\nleaf --- far"), ["hub", "start", "leaf"]);
    assert_eq!(found("hub --- start\nhub --> leaf\nother --> hub"), ["hub", "start", "leaf", "other"]);
    // A system that only leads to the same hub is not a neighbour.
    assert_eq!(found("start --> hub\nother --> hub"), ["start", "hub"]);
}

#[test]
fn one_of_several_with_a_name_is_found_by_its_id() {
    let graph = graph(&[("a.md", &chart("a[Worker] --> b[Worker]"))]);
    let found = ["Worker", "worker_2", "worker_3"].map(|name| graph.find_or_id(name));
    assert_eq!(found, [Some(0), Some(1), None]);
}

#[test]
fn notes_and_blocks_of_one_name_are_each_seen_at_its_level() {
    let block = |names: &str| format!("```json\n{{ \"integrations\": [{names}] }}\n```\n");
    let one = |name: &str, status: &str| {
        format!("{{ \"name\": \"{name}\", \"type\": \"a\", \"endpoint\": \"b\", \"status\": \"{status}\" }}")
    };
    let check = |notes: &[(&str, String)], expected: &[&str]| {
        let notes: Vec<_> = notes.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let graph = graph(&notes);
        let found = graph.systems.iter().map(|s| format!("{}: {} {}", s.id, s.kind.name(), s.level.name()));
        assert_eq!(found.collect::<Vec<_>>(), expected, "{notes:?}");
    };
    check(
        &[("a/README.md", note("Overview", "Active", "")), ("b/README.md", note("Overview", "Offline", ""))],
        &["overview: component ok", "overview_2: component critical"],
    );
    check(
        &[("a.md", note("1.1 Storage", "Active", "")), ("b.md", note("2.1 Storage", "Failed", ""))],
        &["storage: component ok", "storage_2: component critical"],
    );
    // An integration and the note with its name are one system, no healthier than either.
    check(
        &[("a.md", block(&one("Stripe", ""))), ("b.md", note("Stripe", "Down", ""))],
        &["stripe: integration critical"],
    );
    check(
        &[("a.md", block(&one("Stripe", "Offline"))), ("b.md", note("Stripe", "Active", ""))],
        &["stripe: integration critical"],
    );
    // Only one note describes the integration: the one that holds it, else the first.
    let stripe = |status: &str, more: &str| note("Stripe", status, more);
    check(
        &[("a.md", stripe("Down", "")), ("b.md", stripe("Active", &block(&one("Stripe", "Active"))))],
        &["stripe: integration ok", "stripe_2: component critical"],
    );
    check(
        &[
            ("a.md", block(&one("Stripe", "Active"))),
            ("b.md", stripe("Active", "")),
            ("c.md", stripe("Down", "")),
        ],
        &["stripe: integration ok", "stripe_2: component critical"],
    );
    check(
        &[("a.md", block(&[one("Order Queue", "Active"), one("order_queue", "Down")].join(", ")))],
        &["order_queue: integration ok", "order_queue_2: integration critical"],
    );
}

#[test]
fn of_several_with_a_name_a_diagram_means_that_of_its_own_note() {
    let overview = |other: &str| note("Overview", "Active", &chart(&format!("o[Overview] --> s[{other}]")));
    let (a, b) = (overview("Shop"), overview("Till"));
    let (systems, relations) = shown(&graph(&[("a/README.md", &a), ("b/README.md", &b)]));
    assert_eq!(systems, ["overview: Overview", "overview_2: Overview", "shop: Shop", "till: Till"]);
    assert_eq!(relations, ["overview -> shop", "overview_2 -> till"]);
}

#[test]
fn a_group_may_be_a_system() {
    let check = |gateway: &str, systems: &[&str], relations: &[&str]| {
        let gateway = note("Gateway", "Active", &chart(gateway));
        // This diagram names a system, so that one without known systems would not count.
        let shop = note("Shop", "Active", &chart("Shop --> Till"));
        let graph = graph(&[("a.md", STRIPE), ("b.md", &gateway), ("c.md", &shop)]);
        let (found, joined) = shown(&graph);
        let drawn = graph.systems.iter().zip(found).filter(|(system, _)| system.drawn);
        assert_eq!(drawn.map(|(_, shown)| shown).collect::<Vec<_>>(), systems, "{gateway}");
        assert_eq!(joined[..joined.len() - 1], *relations, "{gateway}");
    };
    check(
        "subgraph Stripe\n api[Charges] --> hook[Hooks]\nend\nShop --> Stripe",
        &["stripe: Stripe", "shop: Shop", "charges: Charges", "hooks: Hooks", "till: Till"],
        &["charges -> hooks", "shop -> stripe"],
    );
    check(
        "subgraph Gateway\n in --> out\nend",
        &["gateway: Gateway", "shop: Shop", "in: in", "out: out", "till: Till"],
        &["in -> out"],
    );
    // By a title or an id, inside a group that is no system, and between groups.
    check(
        "subgraph Ours\n subgraph g[gateway]\n s & t\n end\n u\nend\nsubgraph stripe [Card payments]\n d & e\nend\nOurs --> stripe",
        &[
            "stripe: Stripe",
            "gateway: Gateway",
            "shop: Shop",
            "s: s",
            "t: t",
            "u: u",
            "d: d",
            "e: e",
            "till: Till",
        ],
        &["gateway -> stripe", "u -> stripe"],
    );
    // A diagram that names no system shows steps.
    check("subgraph Steps\n in --> out\nend", &["shop: Shop", "till: Till"], &[]);
}

#[test]
fn a_box_that_leads_to_the_note_of_an_integration_is_that_one() {
    let check = |integrations: &str, lines: &str, expected: bool| {
        let shop = note("Shop", "Active", &chart(lines));
        let graph = graph(&[("Shop.md", &shop), ("pay/Cards.md", integrations)]);
        assert_eq!(graph.is_drawn("Stripe"), expected, "{lines}");
        assert_eq!(shown(&graph).1.contains(&"shop -> stripe".to_owned()), expected, "{lines}");
    };
    let click = "Shop --> p[Payments]\nclick p \"pay/Cards.md\"";
    for lines in ["Shop --> p[\"[[Cards|Payments]]\"]", "Shop --> p[\"[[pay/Cards#Keys]]\"]", click] {
        check(STRIPE, lines, true);
        check(&note("Anything", "Active", STRIPE), lines, false);
        // With two integrations, nobody knows which one is meant.
        check(&(STRIPE.to_owned() + &STRIPE.replace("Stripe", "Adyen")), lines, false);
    }
}

#[test]
fn labels_join_without_their_mark_up() {
    let check = |label: &str, name: &str| {
        let block = STRIPE.replace("Stripe", name);
        let shop = note("Shop", "Active", &chart(&format!("Shop --> x[\"{label}\"]")));
        let graph = graph(&[("Pay.md", &block), ("Shop.md", &shop)]);
        assert!(graph.is_drawn(name), "{label}");
        assert_eq!(graph.systems.len(), 2, "{label}");
    };
    check("Orders &amp; Billing", "Orders & Billing");
    check("Orders&nbsp;Hub", "Orders Hub");
    check("Fine #amp; good", "Fine & good");
    check("<a href='https://x.example'>Adyen</a>", "Adyen");
    check("<img src='k.png'/><br/>Kafka", "Kafka");
    // No note has this name.
    check("[[Mollie]]", "Mollie");
}
