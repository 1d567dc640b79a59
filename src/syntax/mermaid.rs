//! Parses mermaid diagrams: what they show, and why mermaid would reject them.
//!
//! Flowcharts are parsed completely, `pie` and `gantt` as far as their data goes; of all other types only the
//! header is checked. The reference is mermaid itself with its oddities: what it draws is no error here, and what
//! it rejects is one. Parsing never fails, does no I/O, and takes time linear in the text.
//!
//! A flowchart goes through `preprocess` (cuts, with `source` keeping the positions) → `detect` → `lexer` →
//! `parser`, with a file for each kind of statement (`header`, `vertices`, `subgraphs`, `styling`, `clicks`) →
//! `graph`. `labels`, `links` and `data_block` read what does not consist of tokens. `hints`, `text_hints` and
//! `slanted_hints` suggest fixes, and `proof` tries them. [`mod@write`] writes charts, [`sequence`] reads and writes
//! the names in sequence diagrams, and `entities` has the codes that all of them share.

mod chars;
mod clicks;
mod data_block;
mod detect;
mod direction;
mod directive;
mod entities;
mod error;
mod flowchart;
mod frontmatter;
pub mod gantt;
mod graph;
mod header;
mod hints;
mod labels;
mod lexer;
mod lines;
mod links;
mod model;
mod parser;
pub mod pie;
mod preprocess;
mod proof;
mod recovery;
pub mod sequence;
mod shapes;
mod slanted_hints;
mod source;
mod styling;
mod subgraphs;
mod text_hints;
mod tokens;
mod vertices;
pub mod write;
pub mod write_pie;
mod yaml;

pub(crate) use entities::as_browser;
pub use error::{Fix, MermaidError, Stage};
pub use flowchart::{MAX_DRAWN_EDGES, MAX_DRAWN_TEXT};
pub use model::{
    Arrow, Body, ClassDef, Click, ClickAction, Diagram, Direction, Edge, Flowchart, GivenLabel, Label,
    LabelKind, Node, Stroke, Subgraph,
};

use crate::text::span::Span;

/// Parses a diagram, given the text between its fences.
///
/// Returns whatever was understood, however many errors there are. Mermaid accepts the diagram if no error is of
/// [`Stage::Parse`].
///
/// ```
/// use portolan::syntax::mermaid::{Body, parse};
///
/// let (diagram, errors) = parse("graph LR\n  A[Orders] -->|sends| B((Bus))");
/// assert!(errors.is_empty());
/// let Body::Flowchart(chart) = diagram.body else { panic!("not a flowchart") };
/// assert_eq!(chart.nodes[0].label.text, "Orders");
/// assert_eq!(chart.edges[0].label.text, "sends");
///
/// let (_, errors) = parse("graph LR\n  A -> B");
/// assert_eq!(errors[0].message, "expected a link, `;` or the end of the line after the node, found `->`");
/// assert_eq!(errors[0].hint.as_deref(), Some("a link is written `-->`"));
/// ```
#[must_use]
pub fn parse(source: &str) -> (Diagram, Vec<MermaidError>) {
    let (diagram, mut errors) = read(source);
    proof::keep_what_mends(source, &mut errors, diagram.kind.is_some(), |text| read(text).1);
    (diagram, errors)
}

/// Like [`parse`], but with fixes that have not been tried.
fn read(source: &str) -> (Diagram, Vec<MermaidError>) {
    let prepared = preprocess::prepare(source);
    let mut errors = Vec::new();
    if let Some((range, reason)) = prepared.bad_frontmatter {
        let message = format!("expected YAML in the frontmatter: {reason}");
        errors.push(refused(Span::from(range), message, None));
    }
    let kind = detect::kind(prepared.text.text(), &prepared.settings);
    let mut diagram = Diagram {
        kind: kind.map(str::to_owned),
        title: prepared.settings.title.clone(),
        ..Diagram::default()
    };
    match kind {
        None => errors.push(unknown_type(&prepared.text)),
        Some("---") => {
            let start = prepared.text.span(0..3);
            let hint =
                "frontmatter starts in the very first line and is closed by `---`, with something between";
            let message = "expected a diagram, found `---` that is no frontmatter".to_owned();
            errors.push(refused(start, message, Some(hint.to_owned())));
        }
        Some("pie") => pie::parse(&prepared.text, &mut diagram),
        Some("gantt") => gantt::parse(&prepared.text, &mut diagram),
        Some(kind) if detect::is_flowchart(kind) => {
            flowchart::parse(prepared.text, &prepared.settings, &mut diagram, &mut errors);
        }
        Some(_) => {}
    }
    // Mermaid counts UTF-16 units of the original text.
    if source.len() > MAX_DRAWN_TEXT && source.encode_utf16().count() > MAX_DRAWN_TEXT {
        let message = format!("mermaid draws at most {MAX_DRAWN_TEXT} characters, this diagram has more");
        errors.push(flowchart::undrawn(Span::at(0), message, "split the diagram"));
    }
    (diagram, errors)
}

/// Words that open a diagram, as people write them, for suggestions.
const OPENINGS: [&str; 14] = [
    "flowchart",
    "graph",
    "sequenceDiagram",
    "classDiagram",
    "stateDiagram-v2",
    "erDiagram",
    "gantt",
    "pie",
    "gitGraph",
    "mindmap",
    "timeline",
    "journey",
    "quadrantChart",
    "block-beta",
];

fn unknown_type(text: &source::Mapped<'_>) -> MermaidError {
    let line = text.text().lines().next().unwrap_or("");
    let word = line.split(chars::is_space).next().unwrap_or("");
    let span = text.span(0..word.len());
    if word.is_empty() {
        return refused(
            span,
            "expected the type of a diagram, found the end of the diagram".to_owned(),
            None,
        );
    }
    let shown: String = word.chars().take(24).collect();
    let lower = word.to_ascii_lowercase();
    let near = OPENINGS
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&lower, &known.to_ascii_lowercase()), known))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > 0.85);
    let mut error = refused(
        span,
        format!("expected the type of a diagram, found `{shown}`"),
        near.map(|(_, known)| format!("did you mean `{known}`? upper and lower case matter")),
    );
    if let Some((_, known)) = near.filter(|(_, known)| known.eq_ignore_ascii_case(word)) {
        let edits = vec![(span, known.to_owned())];
        error.fix = Some(Fix { title: "correct the case".to_owned(), safe: true, edits });
    }
    error
}

fn refused(span: Span, message: String, hint: Option<String>) -> MermaidError {
    MermaidError { stage: Stage::Parse, span, message, hint, related: None, fix: None }
}
