//! Renames in the labels of diagrams that name a system.

use super::Renaming;
use crate::syntax::mermaid::write::{in_quotes, is_plain};
use crate::syntax::mermaid::{self, Body, Flowchart, Label, LabelKind, Node, sequence};
use crate::systems::name_key;
use crate::text::edit::{Edit, Edits};
use crate::text::line::{line_end, line_start};
use crate::text::span::Span;

/// The result of renaming in a diagram.
#[derive(Debug, Default)]
pub(super) struct Relabelled {
    /// The edits of the diagram's text.
    pub(super) edits: Vec<Edit>,
    /// Where the name stands but cannot be changed, and why.
    pub(super) left: Vec<(Span, &'static str)>,
}

/// Renames the nodes of a diagram that are labelled with a name.
pub(super) fn relabel(text: &str, name: Renaming<'_>) -> Relabelled {
    let Renaming { old, new } = name;
    let (diagram, errors) = mermaid::parse(text);
    let mut done = Relabelled::default();
    let key = name_key(old);
    let Body::Flowchart(chart) = &diagram.body else {
        if diagram.kind.as_deref() == Some("sequence") {
            done.edits = participants(text, &key, new);
        }
        let mentions = text.match_indices(old).map(|(at, _)| Span::new(at, at + old.len()));
        let named = mentions.filter(|span| !done.edits.iter().any(|edit| edit.span.contains(*span)));
        done.left =
            named.map(|span| (span, "only labels of flowcharts and of participants follow")).collect();
        return done;
    };
    for node in &chart.nodes {
        let named: Vec<_> = node.labels.iter().filter(|l| name_key(&l.label.text) == key).collect();
        for given in &named {
            match label(text, given.span, given.label.kind, name) {
                Some(label) => done.edits.push(Edit::replace(given.span, label)),
                None => done.left.push((given.span, "the label is written in a way of its own")),
            }
        }
        if named.is_empty() && node.id.len() > 2 && name_key(&node.id) == key {
            if node.labels.is_empty() && node.shape.is_none() {
                // The id stays, and shows the new name by a label.
                done.edits.push(Edit::insert(
                    node.span.end as usize,
                    format!("[{}]", bare(new, line_around(text, node.span))),
                ));
            } else {
                done.left.push((node.span, "the id has the old name; what it shows is another"));
            }
        }
    }
    for subgraph in chart.subgraphs.iter().filter(|s| name_key(&s.title.text) == key) {
        let title = subgraph.title_span(text);
        match title.and_then(|at| Some((at, label(text, at, subgraph.title.kind, name)?))) {
            Some((at, label)) => done.edits.push(Edit::replace(at, label)),
            // A subgraph without a title shows its id, which edges may use.
            None => done.left.push((subgraph.span, "the subgraph has the old name")),
        }
    }
    if !done.edits.is_empty() && !is_same_chart(text, &done.edits, chart, errors.len(), name) {
        let spans = done.edits.drain(..).map(|edit| (edit.span, "the diagram would be read otherwise"));
        done.left = spans.collect();
    }
    done
}

/// Renames the participants of a sequence diagram that are shown under the name.
fn participants(text: &str, key: &str, new: &str) -> Vec<Edit> {
    let named = sequence::participants(text).into_iter().filter(|shown| name_key(&shown.name) == key);
    named.map(|shown| Edit::replace(shown.span, sequence::written(new))).collect()
}

/// Returns the label at a place with the new name instead of the old one.
fn label(text: &str, at: Span, kind: LabelKind, name: Renaming<'_>) -> Option<String> {
    let new = name.new;
    let raw = at.of(text);
    let in_block = raw.starts_with("@{") || raw.starts_with('{');
    if in_block {
        let cannot_stand = new.contains(['"', '\'', '{', '}', ':', ',', '#', '\n']);
        return if cannot_stand { None } else { in_data(raw, name) };
    }
    // Numbers, icons and emphasis around the name stay. A label that spells the name otherwise is replaced whole.
    let (before, behind) = around(raw, name).unwrap_or(("", ""));
    let coded = format!("{before}{}{behind}", in_quotes(new, kind, line_around(text, at)));
    Some(if kind == LabelKind::Text && !is_plain(new) { format!("\"{coded}\"") } else { coded })
}

/// The most occurrences of the name that are tried in a label, since some may stand in its tags and icons.
const TRIED: usize = 8;

/// Returns the text around the name in a label, where it is the name and not a word of a tag or an icon
/// (`fa:fa-github github`).
fn around<'r>(raw: &'r str, Renaming { old, new }: Renaming<'_>) -> Option<(&'r str, &'r str)> {
    let key = name_key(new);
    let parts = raw.match_indices(old).map(|(at, _)| (&raw[..at], &raw[at + old.len()..]));
    parts.take(TRIED).find(|(before, behind)| name_key(&format!("{before}{new}{behind}")) == key)
}

/// Returns the data of a node, `@{ icon: "fa:github", label: "github" }`, with the new name in its label.
fn in_data(raw: &str, Renaming { old, new }: Renaming<'_>) -> Option<String> {
    let key = name_key(new);
    let is_named = |data: &String| {
        let (diagram, errors) = mermaid::parse(&format!("graph TD\nx@{}", data.trim_start_matches('@')));
        let Body::Flowchart(chart) = &diagram.body else { return false };
        let named = |node: &Node| node.labels.iter().any(|given| name_key(&given.label.text) == key);
        errors.is_empty() && chart.nodes.iter().any(named)
    };
    let parts = raw.match_indices(old).map(|(at, _)| (&raw[..at], &raw[at + old.len()..]));
    parts.take(TRIED).map(|(before, behind)| format!("{before}{new}{behind}")).find(is_named)
}

/// Returns a text for use between brackets in a line, quoted if needed.
fn bare(text: &str, beside: &str) -> String {
    let coded = in_quotes(text, LabelKind::String, beside);
    if is_plain(text) { coded } else { format!("\"{coded}\"") }
}

/// Returns the lines that hold a place.
fn line_around(text: &str, at: Span) -> &str {
    text.get(line_start(text, at.start as usize)..line_end(text, at.end as usize)).unwrap_or_default()
}

/// Whether the edited chart has the same nodes, edges and subgraphs, shows the same labels apart from the name,
/// and has no more errors.
fn is_same_chart(text: &str, edits: &[Edit], before: &Flowchart, errors: usize, name: Renaming<'_>) -> bool {
    let new = Edits::of(edits.iter().cloned()).and_then(|edits| edits.apply(text));
    let Some(new) = new else { return false };
    let (after, errors_after) = mermaid::parse(&new);
    let Body::Flowchart(after) = &after.body else { return false };
    let ids = |chart: &Flowchart| chart.nodes.iter().map(|n| n.id.clone()).collect::<Vec<_>>();
    let ends =
        |chart: &Flowchart| chart.edges.iter().map(|e| (e.from.clone(), e.to.clone())).collect::<Vec<_>>();
    let groups = |chart: &Flowchart| {
        chart.subgraphs.iter().map(|s| (s.id.clone(), s.members.clone())).collect::<Vec<_>>()
    };
    let key = name_key(name.new);
    let fits = |before: &Label, after: &Label| {
        before.text == after.text
            || (before.kind == after.kind || before.kind == LabelKind::Text) && name_key(&after.text) == key
    };
    let nodes_fit = before.nodes.iter().zip(&after.nodes).all(|(before, after)| {
        // A node that showed its id has got a label.
        let is_new = before.labels.is_empty() && !after.labels.is_empty();
        let pairs = before.labels.iter().zip(&after.labels);
        is_new && after.labels.iter().all(|given| name_key(&given.label.text) == key)
            || before.labels.len() == after.labels.len()
                && pairs.into_iter().all(|(before, after)| fits(&before.label, &after.label))
    });
    let mut titles = before.subgraphs.iter().zip(&after.subgraphs);
    errors_after.len() <= errors
        && ids(after) == ids(before)
        && ends(after) == ends(before)
        && groups(after) == groups(before)
        && nodes_fit
        && titles.all(|(before, after)| fits(&before.title, &after.title))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, old: &str, new: &str, expected: &str) {
        let done = relabel(text, Renaming { old, new });
        let edits = Edits::of(done.edits).unwrap();
        assert_eq!(edits.apply(text).as_deref(), Some(expected), "{:?}", done.left);
    }

    #[test]
    fn labels_follow_and_ids_stay() {
        check("graph TD\n A[Order Queue] --> B", "Order Queue", "Bus", "graph TD\n A[Bus] --> B");
        check("graph TD\n A[(1. order-queue)] --> B", "Order Queue", "Bus", "graph TD\n A[(Bus)] --> B");
        check("graph TD\n A[\"Order Queue\"]", "Order Queue", "Bus (EU)", "graph TD\n A[\"Bus (EU)\"]");
        check("graph TD\n A{Order Queue}", "Order Queue", "Bus (EU)", "graph TD\n A{\"Bus (EU)\"}");
        check(
            "graph TD\n order_queue --> B\n B --> order_queue",
            "Order Queue",
            "Bus",
            "graph TD\n order_queue[Bus] --> B\n B --> order_queue",
        );
        check(
            "graph TD\n A[Other] -->|Order Queue| B",
            "Order Queue",
            "Bus",
            "graph TD\n A[Other] -->|Order Queue| B",
        );
        check("graph TD\n A[fa:fa-box Order Queue]", "Order Queue", "Bus", "graph TD\n A[fa:fa-box Bus]");
        for (label, expected) in [
            // The name in a tag or an icon does not name the box.
            ("[fa:fa-github github]", "[fa:fa-github gitlab]"),
            ("[github fa:fa-github]", "[gitlab fa:fa-github]"),
            ("[\"<i class='fa fa-github'></i> github\"]", "[\"<i class='fa fa-github'></i> gitlab\"]"),
            ("[\"<b title='github'>1. github</b>\"]", "[\"<b title='github'>1. gitlab</b>\"]"),
            ("[fa:fa-github GitHub]", "[gitlab]"),
            ("@{ icon: \"fa:github\", label: \"github\" }", "@{ icon: \"fa:github\", label: \"gitlab\" }"),
            ("@{ label: \"1. github\" }", "@{ label: \"1. gitlab\" }"),
        ] {
            let chart = |label: &str| format!("graph TD\n A{label} --> B");
            check(&chart(label), "github", "gitlab", &chart(expected));
        }
        check(
            "graph TD\n subgraph s [Order Queue]\n A\n end\n subgraph t[\"1. Order Queue\"]\n B\n end",
            "Order Queue",
            "Bus (EU)",
            "graph TD\n subgraph s [\"Bus (EU)\"]\n A\n end\n subgraph t[\"1. Bus (EU)\"]\n B\n end",
        );
        check(
            "sequenceDiagram\n participant Q as Order Queue\n  actor order_queue as 1. order-queue \n Q->>A: x",
            "Order Queue",
            "Bus; #2",
            "sequenceDiagram\n participant Q as Bus#59; #35;2\n  actor order_queue as Bus#59; #35;2 \n Q->>A: x",
        );
        check("pie\n \"Order Queue\": 3", "Order Queue", "Bus", "pie\n \"Order Queue\": 3");
    }

    #[test]
    fn new_names_read_back() {
        let chart = |statement: &str| format!("graph TD\n {statement}");
        for (before, new, expected) in [
            ("A[Order Queue]", "C4Container", "A[\"#67;4Container\"]"),
            ("A[Order Queue]", "direction TB", "A[\"direction#32;TB\"]"),
            ("A[\"Order Queue\"]", r"C:\new", "A[\"C:#92;new\"]"),
            ("A[\"Order Queue\"]", "R&amp;D", "A[\"R#amp;amp;D\"]"),
            // A browser reads `&reg` without a semicolon too.
            ("A[Order Queue]", "Q&regs", "A[\"Q#amp;regs\"]"),
            ("A[Order Queue]", "Search & Rescue", "A[Search & Rescue]"),
            ("A[Order Queue]", "R&D", "A[R&D]"),
            ("A[\"Order Queue\"]", "Search & Rescue", "A[\"Search & Rescue\"]"),
            ("A[\"Order Queue\"]", "Bus %%{init: {}}%%", "A[\"Bus #37;#37;{init: {}}#37;#37;\"]"),
            ("B -->|style| A[Order Queue]", "a:#b", "B -->|style| A[\"a#58;#35;b\"]"),
            ("A[\"`**Order Queue**`\"]", "a*b", "A[\"`**a#42;b**`\"]"),
            ("A[\"`order queue`\"]", "_b_", "A[\"`#95;b#95;`\"]"),
            ("subgraph s [\"`order-queue`\"]\n A\n end", "Bus", "subgraph s [\"`Bus`\"]\n A\n end"),
        ] {
            check(&chart(before), "Order Queue", new, &chart(expected));
        }
    }

    #[test]
    fn a_label_that_would_be_read_otherwise_stays() {
        // In a line with `style`, mermaid removes the semicolon of a code behind a colon.
        let text = "graph TD\n A[\"<b style='color:red'>Order Queue</b>\"]";
        let done = relabel(text, Renaming { old: "Order Queue", new: "a#b" });
        assert!(done.edits.is_empty() && done.left.len() == 1, "{done:?}");
    }

    #[test]
    fn participants_follow_however_they_are_declared() {
        let diagram = |statement: &str| format!("sequenceDiagram\n {statement}\n Q->>A: x");
        for (before, new, expected) in [
            ("create participant Q as Order Queue", "Bus", "create participant Q as Bus"),
            ("Participant Q\tAS\tOrder Queue", "Bus", "Participant Q\tAS\tBus"),
            ("participant Q as Order Queue; Q->>A: y", "Bus", "participant Q as Bus; Q->>A: y"),
            ("participant Q as Order Queue # waits", "Bus", "participant Q as Bus # waits"),
            ("participant Q as Order#32;Queue", "Bus", "participant Q as Bus"),
            ("participant Q as Order Queue", "<b>\\n", "participant Q as #lt;b#gt;#92;n"),
            ("participant Q as Order Queue", "wrap: it", "participant Q as wrap#58; it"),
            ("participant Q as Order Queue", "Search & Rescue", "participant Q as Search & Rescue"),
        ] {
            check(&diagram(before), "Order Queue", new, &diagram(expected));
        }
    }

    #[test]
    fn what_cannot_follow_is_told() {
        for text in [
            "graph TD\n order_queue[What waits] --> B",
            "graph TD\n subgraph Order Queue\n A\n end",
            "pie\n \"Order Queue\": 3",
        ] {
            let done = relabel(text, Renaming { old: "Order Queue", new: "Bus" });
            assert!(done.edits.is_empty() && done.left.len() == 1, "{text}");
        }
    }
}
