//! Renames in the labels of diagrams that name a system.

use super::Renaming;
use crate::syntax::mermaid::{self, Body, Flowchart, LabelKind, Node};
use crate::systems::name_key;
use crate::text::edit::{Edit, Edits};
use crate::text::span::{Span, trim};

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
            match label(given.span.of(text), given.label.kind, name) {
                Some(label) => done.edits.push(Edit::replace(given.span, label)),
                None => done.left.push((given.span, "the label is written in a way of its own")),
            }
        }
        if named.is_empty() && node.id.len() > 2 && name_key(&node.id) == key {
            if node.labels.is_empty() && node.shape.is_none() {
                // The id stays, and shows the new name by a label.
                done.edits.push(Edit::insert(node.span.end as usize, format!("[{}]", bare(new))));
            } else {
                done.left.push((node.span, "the id has the old name; what it shows is another"));
            }
        }
    }
    for subgraph in chart.subgraphs.iter().filter(|s| name_key(&s.title.text) == key) {
        let title = title(text, subgraph.span);
        match title.and_then(|at| Some((at, label(at.of(text), subgraph.title.kind, name)?))) {
            Some((at, label)) => done.edits.push(Edit::replace(at, label)),
            // A subgraph without a title shows its id, which edges may use.
            None => done.left.push((subgraph.span, "the subgraph has the old name")),
        }
    }
    if !done.edits.is_empty() && !is_same_chart(text, &done.edits, chart, errors.len()) {
        let spans = done.edits.drain(..).map(|edit| (edit.span, "the diagram would be read otherwise"));
        done.left = spans.collect();
    }
    done
}

/// Renames the participants of a sequence diagram that are shown under a name: `participant Q as Order Queue`.
fn participants(text: &str, key: &str, new: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let declares = ["participant ", "actor "].iter().any(|word| line.trim_start().starts_with(word));
        if let Some(at) = line.find(" as ").filter(|_| declares) {
            let shown = trim(text, Span::new(start + at + " as ".len(), start + line.len()));
            if name_key(shown.of(text)) == key {
                // Characters that would end the label or begin a comment are written as codes.
                let coded = new.split(';').map(|part| part.replace('#', "#35;")).collect::<Vec<_>>();
                edits.push(Edit::replace(shown, coded.join("#59;")));
            }
        }
        start += line.len();
    }
    edits
}

/// Returns the span of a subgraph's title in its brackets, without quotes.
fn title(text: &str, header: Span) -> Option<Span> {
    let written = header.of(text);
    let start = header.start as usize;
    let brackets = Span::new(start + written.find('[')? + 1, start + written.rfind(']')?);
    let inner = trim(text, brackets);
    let quoted = inner.len() > 1 && inner.of(text).starts_with('"');
    Some(Span { start: inner.start + u32::from(quoted), end: inner.end - u32::from(quoted) })
}

/// Returns a label with the new name in place of the old one.
fn label(raw: &str, kind: LabelKind, name: Renaming<'_>) -> Option<String> {
    let new = name.new;
    let in_block = raw.starts_with("@{") || raw.starts_with('{');
    if in_block {
        let cannot_stand = new.contains(['"', '\'', '{', '}', ':', ',', '#', '\n']);
        return if cannot_stand { None } else { in_data(raw, name) };
    }
    // Numbers, icons and emphasis around the name stay. A label that spells the name otherwise is replaced whole.
    let (before, behind) = around(raw, name).unwrap_or(("", ""));
    Some(match kind {
        LabelKind::Text if is_plain(new) => format!("{before}{new}{behind}"),
        LabelKind::Text => format!("\"{before}{}{behind}\"", escaped(new)),
        LabelKind::String | LabelKind::Markdown => format!("{before}{}{behind}", escaped(new)),
    })
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

/// Returns a text for use between brackets, quoted if needed.
fn bare(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { format!("\"{}\"", escaped(text)) }
}

/// Whether a text needs no quotes in a label.
fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || " -_.,'&+".contains(c))
        && text.starts_with(char::is_alphanumeric)
        && !text.contains("--")
}

fn escaped(text: &str) -> String {
    text.replace('#', "#35;")
        .replace('"', "#quot;")
        .replace('`', "#96;")
        .replace('<', "#lt;")
        .replace('>', "#gt;")
}

/// Whether the edited chart has the same nodes, edges and subgraphs, and no more errors.
fn is_same_chart(text: &str, edits: &[Edit], chart: &Flowchart, errors: usize) -> bool {
    let new = Edits::of(edits.iter().cloned()).and_then(|edits| edits.apply(text));
    let Some(new) = new else { return false };
    let (then, now_wrong) = mermaid::parse(&new);
    let Body::Flowchart(then) = &then.body else { return false };
    let ids = |nodes: &[Node]| nodes.iter().map(|n| n.id.clone()).collect::<Vec<_>>();
    let ends =
        |chart: &Flowchart| chart.edges.iter().map(|e| (e.from.clone(), e.to.clone())).collect::<Vec<_>>();
    let groups = |chart: &Flowchart| {
        chart.subgraphs.iter().map(|s| (s.id.clone(), s.members.clone())).collect::<Vec<_>>()
    };
    now_wrong.len() <= errors
        && ids(&then.nodes) == ids(&chart.nodes)
        && ends(then) == ends(chart)
        && groups(then) == groups(chart)
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
