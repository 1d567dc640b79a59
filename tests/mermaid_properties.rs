//! Property tests of the mermaid parser on any text: reading never panics, spans fit the text, what is written
//! reads back the same, and hostile shapes cost no more than others.

use std::collections::HashMap;

use portolan::syntax::mermaid::write::{
    Drawing, DrawnClass, DrawnEdge, DrawnGroup, DrawnNode, Shape, flowchart, safe_id,
};
use portolan::syntax::mermaid::{Arrow, Body, Direction, Flowchart, MAX_DRAWN_EDGES, Stage, Stroke, parse};
use portolan::text::span::Span;
use portolan::text::visible::is_unseen;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

#[path = "../src/text/growth.rs"]
mod growth;

use growth::excess;

/// Pieces that mean something to mermaid, and a few that trip careless readers.
const PIECES: &[&str] = &[
    "graph TD\n",
    "flowchart",
    "A",
    "b1",
    " ",
    "\n",
    ";",
    "-",
    "--",
    "-->",
    "---",
    "==>",
    "-.->",
    "~~~",
    "x",
    "o",
    "<",
    "|",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "[/",
    "\\]",
    ">",
    "\"",
    "`",
    "\"`",
    "`\"",
    "@",
    "@{",
    "e1@",
    ":::",
    ":",
    ",",
    "&",
    " & ",
    "#",
    "#35;",
    "#quot;",
    "%%",
    "\n%% c\n",
    "%%{init: {}}%%",
    "%%{",
    "---\n",
    "title: [\n",
    "subgraph ",
    "end",
    "direction LR",
    "style A fill:#f9f;",
    "classDef c fill:#f00",
    "class A c",
    "click A ",
    "call f(",
    "href \"u\"",
    "linkStyle 0 ",
    "accTitle: t",
    "accDescr {",
    "default",
    "é",
    "中",
    "🚀",
    "\u{2028}",
    "\u{a0}",
    "\r\n",
    "\r",
    "\0",
    "<br class=\"x\">",
    "shape: rect",
    "label: \"",
    "pie\n",
    "gantt\n",
    "section s\n",
    "C4Container",
];

fn all_spans(source: &str) -> Vec<Span> {
    let (diagram, errors) = parse(source);
    let mut spans = Vec::new();
    for error in errors {
        spans.push(error.span);
        spans.extend(error.related.map(|(span, _)| span));
        spans.extend(error.fix.into_iter().flat_map(|fix| fix.edits).map(|(span, _)| span));
    }
    match diagram.body {
        Body::Flowchart(chart) => {
            for node in chart.nodes {
                spans.push(node.span);
                spans.extend(node.labels.iter().map(|given| given.span));
            }
            spans.extend(chart.edges.iter().map(|edge| edge.span));
            spans.extend(chart.subgraphs.iter().map(|subgraph| subgraph.span));
            spans.extend(chart.class_defs.iter().map(|class| class.span));
            spans.extend(chart.clicks.iter().map(|click| click.span));
        }
        Body::Pie(pie) => spans.extend(pie.slices.iter().map(|slice| slice.span)),
        Body::Gantt(gantt) => spans.extend(gantt.tasks.iter().map(|task| task.span)),
        Body::Other => {}
    }
    spans
}

fn spans_fit(source: &str) -> Result<(), TestCaseError> {
    for span in all_spans(source) {
        prop_assert!(source.get(span.range()).is_some(), "{:?} in {:?}", span, source);
    }
    Ok(())
}

fn text() -> impl Strategy<Value = String> {
    let pieces = vec(select(PIECES), 0..8).prop_map(|pieces| pieces.concat());
    prop_oneof![".{0,20}", pieces, "[\"#;:%<>&\\\\`\n\t \\[\\](){}|a-z]{0,20}"]
}

fn drawing() -> impl Strategy<Value = Drawing> {
    let id = || {
        prop_oneof![
            select(&["a", "b", "end", "1class", "direction", "_u_", "ö x", ""][..]).prop_map(str::to_owned),
            text()
        ]
    };
    let shape = select(
        &[
            Shape::Square,
            Shape::Round,
            Shape::Stadium,
            Shape::Subroutine,
            Shape::Cylinder,
            Shape::Circle,
            Shape::Diamond,
            Shape::Hexagon,
        ][..],
    );
    let stroke = select(&[Stroke::Normal, Stroke::Thick, Stroke::Dotted, Stroke::Invisible][..]);
    let node = (id(), text(), shape, proptest::option::of(id()), proptest::option::of(0..4_usize)).prop_map(
        |(id, label, shape, class, group)| DrawnNode {
            id: format!("n{id}"),
            label,
            shape,
            class,
            group: group.map(|group| format!("g{group}")),
        },
    );
    let group = (0..4_usize, text(), proptest::option::of(0..5_usize)).prop_map(|(id, title, parent)| {
        DrawnGroup { id: format!("g{id}"), title, parent: parent.map(|parent| format!("g{parent}")) }
    });
    let edge = (id(), id(), text(), stroke, any::<bool>()).prop_map(|(from, to, label, stroke, open)| {
        DrawnEdge { from: format!("m{from}"), to: format!("m{to}"), label, stroke, open }
    });
    let style = prop_oneof![
        text(),
        "[a-z]{1,3}-?[a-z]?:[ #a-z0-9.%-]{0,6}",
        "(end|v|1v|style|call):(1?end|v| [xo] | #|)"
    ];
    let class = (id(), vec(style, 0..3)).prop_map(|(name, styles)| DrawnClass { name, styles });
    (vec(node, 0..5), vec(group, 0..4), vec(edge, 0..5), vec(class, 0..3)).prop_map(
        |(nodes, mut groups, edges, classes)| {
            groups.sort_by(|a, b| a.id.cmp(&b.id));
            groups.dedup_by(|a, b| a.id == b.id);
            Drawing { direction: Direction::Lr, classes, groups, nodes, edges }
        },
    )
}

fn read_back(text: &str) -> Flowchart {
    let (diagram, errors) = parse(text);
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    let Body::Flowchart(chart) = diagram.body else { panic!("no flowchart:\n{text}") };
    chart
}

/// A label as it is read: NUL is in no Markdown, nor in HTML.
fn read(label: &str) -> String {
    label.replace('\0', "\u{fffd}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_never_panics_and_spans_fit(source in ".{0,200}") {
        spans_fit(&source)?;
        spans_fit(&format!("graph TD\n{source}"))?;
    }

    #[test]
    fn nor_does_reading_what_looks_like_a_diagram(pieces in vec(select(PIECES), 0..40)) {
        let source = pieces.concat();
        spans_fit(&source)?;
        spans_fit(&format!("graph TD\n{source}"))?;
    }

    #[test]
    fn what_is_written_reads_back_the_same(drawing in drawing()) {
        let text = flowchart(&drawing);
        prop_assert!(!text.contains(|c| c != '\n' && is_unseen(c)), "{:?}", text);
        let chart = read_back(&text);
        prop_assert_eq!(chart.direction, drawing.direction);
        // The last of several records of one id counts, as it does for mermaid.
        let wanted: HashMap<String, &DrawnNode> = drawing.nodes.iter().map(|node| (safe_id(&node.id), node)).collect();
        let unique = drawing.nodes.len() == wanted.len();
        for node in chart.nodes.iter().filter(|node| unique && node.shape.is_some()) {
            let wanted = wanted[&node.id];
            prop_assert_eq!(&node.label.text, &read(&wanted.label), "{}", text);
            let classes: Vec<_> = wanted.class.iter().map(|class| safe_id(class)).collect();
            prop_assert_eq!(&node.classes, &classes);
            let group = wanted.group.as_ref().filter(|id| drawing.groups.iter().any(|group| group.id == **id));
            prop_assert_eq!(&node.subgraph, &group.map(|id| safe_id(id)));
        }
        prop_assert!(wanted.keys().all(|id| chart.nodes.iter().any(|node| node.id == *id)));
        prop_assert_eq!(chart.edges.len(), drawing.edges.len());
        for (edge, wanted) in chart.edges.iter().zip(&drawing.edges) {
            prop_assert_eq!(&edge.from, &safe_id(&wanted.from));
            prop_assert_eq!(&edge.to, &safe_id(&wanted.to));
            prop_assert_eq!(&edge.label.text, &read(&wanted.label), "{}", text);
            prop_assert_eq!(edge.stroke, wanted.stroke);
            let is_open = wanted.open || wanted.stroke == Stroke::Invisible;
            prop_assert_eq!(edge.arrow_end == Arrow::Open, is_open, "{}", text);
        }
        prop_assert_eq!(chart.subgraphs.len(), drawing.groups.len());
        for subgraph in &chart.subgraphs {
            let wanted = drawing.groups.iter().find(|group| safe_id(&group.id) == subgraph.id);
            prop_assert_eq!(Some(subgraph.title.text.clone()), wanted.map(|group| read(&group.title)), "{}", text);
        }
    }

    #[test]
    fn safe_ids_stay_apart(a in text(), b in text()) {
        prop_assert_eq!(a == b, safe_id(&a) == safe_id(&b));
    }
}

#[test]
fn groups_that_go_round_in_a_circle_are_written_once() {
    let group = |id: &str, parent: &str| DrawnGroup {
        id: id.into(),
        parent: Some(parent.into()),
        ..DrawnGroup::default()
    };
    let groups = vec![group("a", "b"), group("b", "a"), group("c", "c"), group("d", "a")];
    let chart = read_back(&flowchart(&Drawing { groups, ..Drawing::default() }));
    assert_eq!(chart.subgraphs.len(), 4);
}

#[test]
fn edges_beyond_the_limit_are_left_out_and_named() {
    let edges =
        vec![DrawnEdge { from: "a".into(), to: "b".into(), ..DrawnEdge::default() }; MAX_DRAWN_EDGES + 3];
    let text = flowchart(&Drawing { edges, ..Drawing::default() });
    assert!(text.contains("%% 3 links left out"));
    assert_eq!(read_back(&text).edges.len(), MAX_DRAWN_EDGES);
}

#[test]
fn too_many_edges_are_kept_and_reported() {
    let (diagram, errors) = parse(&format!("graph LR\n{}", "a --> b\n".repeat(MAX_DRAWN_EDGES + 1)));
    let Body::Flowchart(chart) = diagram.body else { panic!("no flowchart") };
    assert_eq!(chart.edges.len(), MAX_DRAWN_EDGES + 1);
    assert!(errors.iter().all(|error| error.stage == Stage::Draw));
    assert_eq!(errors.len(), 1);
}

/// Shapes that are slow for a reader that looks ahead again and again, or that recurses.
#[test]
fn hostile_shapes_are_read_in_linear_time() {
    const TIMES: usize = 1_000;
    let shapes: &[(&str, &str)] = &[
        ("", "subgraph a\n"),
        ("", "A["),
        ("", "["),
        ("", "A((("),
        ("", "A[\n"),
        ("", "A[\""),
        ("", "\""),
        ("", "A@{\n"),
        ("", "A@{ \"\n"),
        ("", "A@{}\n"),
        ("", "@"),
        ("A", "@{"),
        ("", "a@"),
        ("", "A-->"),
        ("", "A-->B;"),
        ("", "A & "),
        ("", "A --"),
        ("", "A -- \n"),
        ("", "A == \n"),
        ("", "A -. \n"),
        ("", "-"),
        ("", "="),
        ("", "."),
        ("", "~"),
        ("A", " "),
        ("A", "\n"),
        ("A", "\n\n "),
        ("", "direction"),
        ("", "direction "),
        ("A direction LR", " direction LR"),
        ("", "A;direction\n"),
        ("", "%%{"),
        ("", "%%{a"),
        ("", "%%{a: "),
        ("", "\n%%"),
        ("", "\n%% c"),
        ("", "<a"),
        ("", "<a x=\""),
        ("", "#a"),
        ("", "style:#"),
        ("", "style:#;\n"),
        ("", "}"),
        ("", "} "),
        ("", "accDescr {"),
        ("", "accTitle:\n"),
        ("", "click A call f\n"),
        ("", "click A call f("),
        ("", "linkStyle 0 "),
        ("", "A e1@--> B\n"),
        ("", "end\n"),
        ("", "中"),
        ("", "A[/"),
        ("A[/", "/"),
        ("A(-", "-"),
        ("A[", "~~~"),
        ("", "\"\""),
        ("A-->|", "x|"),
        ("", "class A b\n"),
        ("A-->B\nlinkStyle 0", ",0"),
        ("", "style A a:b\n"),
        ("", "\u{2028}"),
        ("", "\r"),
    ];
    let front = [("- ", ""), ("[", ""), ("--- \n", "a: b\n"), ("\n", ""), ("---", "")];
    let shapes = shapes.iter().map(|(before, piece)| (format!("graph TD\n{before}"), *piece, ""));
    let front = front.iter().map(|(piece, before)| (format!("---\n{before}"), *piece, "\n---\ngraph TD\n"));
    let excesses = shapes.chain(front).filter_map(|(before, piece, after)| {
        let source = |times: usize| format!("{before}{}{after}", piece.repeat(times));
        excess(&format!("{before}{piece}"), TIMES, source, |source| {
            std::hint::black_box(parse(source));
        })
    });
    let excesses: Vec<_> = excesses.collect();
    assert!(excesses.is_empty(), "{}", excesses.concat());
}

/// Half of each text is long, the other half asks for copies of it.
#[test]
fn short_texts_do_not_grow_without_bound() {
    const HALF: usize = 100_000;
    let long = "x".repeat(HALF);
    let many = vec!["a"; HALF / 2].join(" & ");
    let list = vec!["a"; HALF / 2].join(",");
    let texts = [
        format!("{many} --> {many}"),
        format!("{long} --> {many}"),
        format!("a -->|{long}| {many}"),
        format!("a\nclass {list} {long}"),
        format!("a\nclick {list} \"{long}\""),
        format!(
            "classDef {} fill:{long}",
            (0..HALF / 8).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",")
        ),
        format!("{}linkStyle {} fill:{long}", "a-->b\n".repeat(2000), vec!["1"; HALF / 2].join(",")),
        format!(
            "subgraph {long}\n{}end",
            (0..HALF / 8).map(|n| format!("n{n}\n")).collect::<Vec<_>>().concat()
        ),
    ];
    for text in texts {
        let (_, errors) = parse(&format!("graph LR\n{text}\n"));
        assert!(errors.iter().all(|error| error.stage == Stage::Draw), "{errors:?}");
    }
}

#[test]
fn nesting_is_as_deep_as_it_pleases() {
    const DEPTH: usize = 100_000;
    let nested = (0..DEPTH).map(|n| format!("subgraph s{n}")).collect::<Vec<_>>().join("\n");
    let source = format!("graph TD\n{nested}\na\n{}", "end\n".repeat(DEPTH));
    let (diagram, errors) = parse(&source);
    assert!(errors.iter().all(|error| error.stage == Stage::Draw), "only too long to be drawn");
    let Body::Flowchart(chart) = diagram.body else { panic!("no flowchart") };
    assert_eq!(chart.subgraphs.len(), DEPTH);

    let groups = (0..DEPTH).map(|n| DrawnGroup {
        id: format!("g{n}"),
        parent: n.checked_sub(1).map(|n| format!("g{n}")),
        ..DrawnGroup::default()
    });
    let _ = flowchart(&Drawing { groups: groups.collect(), ..Drawing::default() });
}

#[test]
fn fifty_thousand_edges_are_read_whole() {
    const EDGES: usize = 50_000;
    let edges: String =
        (0..EDGES).map(|n| format!("n{} -->|to| n{}[Node {n}]\n", n % 977, n)).collect::<Vec<_>>().concat();
    let source = format!("flowchart LR\n{edges}");
    let (diagram, _) = parse(&source);
    let Body::Flowchart(chart) = diagram.body else { panic!("no flowchart") };
    assert_eq!(chart.edges.len(), EDGES);
}
