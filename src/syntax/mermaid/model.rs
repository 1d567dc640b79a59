//! The content of a diagram as plain data.
//!
//! Names and values are those of mermaid (`arrow_point`, `lean_right`, `flowchart-v2`), so that they can be looked
//! up there and compared with it. Every span counts bytes of the text given to [`parse`](super::parse()).

use serde::{Deserialize, Serialize};

use super::gantt::Gantt;
use super::pie::Pie;
use crate::text::span::Span;

/// One diagram, as far as it was understood.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Diagram {
    /// The type that mermaid detects (`flowchart-v2`, `sequence`, …); `None` if it detects none.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The title in the frontmatter.
    pub title: Option<String>,
    /// The accessible title, `accTitle: …`.
    pub acc_title: Option<String>,
    /// The accessible description, `accDescr: …`.
    pub acc_descr: Option<String>,
    /// What the diagram shows.
    pub body: Body,
}

/// The content of a diagram, for the types that are parsed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// `graph`, `flowchart`, `flowchart-elk`, `swimlane-beta`.
    Flowchart(Flowchart),
    /// `pie`.
    Pie(Pie),
    /// `gantt`.
    Gantt(Gantt),
    /// Any other type: only its header is looked at.
    #[default]
    Other,
}

/// A flowchart: nodes, the edges between them, and the subgraphs around them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Flowchart {
    /// The direction of the whole chart; `TB` where none is given, never `TD`.
    pub direction: Direction,
    /// The nodes, in the order of their first mention. An id that also belongs to a subgraph is not among them.
    pub nodes: Vec<Node>,
    /// The edges, in source order: `A & B --> C & D` gives AC, AD, BC, BD.
    pub edges: Vec<Edge>,
    /// The subgraphs, in the order in which they end.
    pub subgraphs: Vec<Subgraph>,
    /// The classes defined with `classDef`.
    pub class_defs: Vec<ClassDef>,
    /// The effects of clicks, one record per id.
    pub clicks: Vec<Click>,
    /// `linkStyle default …`.
    pub default_link_style: Vec<String>,
    /// `linkStyle default interpolate …`.
    pub default_link_curve: Option<String>,
}

/// The direction of a chart or a subgraph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Direction {
    /// Top to bottom.
    #[default]
    Tb,
    /// Top to bottom, as it may be written in a subgraph.
    Td,
    /// Left to right.
    Lr,
    /// Right to left.
    Rl,
    /// Bottom to top.
    Bt,
    /// Accepted by mermaid in a header, but without a meaning.
    Br,
}

impl Direction {
    /// Returns the word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tb => "TB",
            Self::Td => "TD",
            Self::Lr => "LR",
            Self::Rl => "RL",
            Self::Bt => "BT",
            Self::Br => "BR",
        }
    }
}

/// How a label was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LabelKind {
    /// Bare.
    #[default]
    Text,
    /// In quotes.
    String,
    /// In quotes and backticks, or as `@{ label: … }`.
    Markdown,
}

/// The text on a node, an edge or a subgraph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The text, trimmed, with codes such as `#quot;` and `#9829;` decoded. Less common entities stay as `&name;`,
    /// as mermaid passes them to the browser.
    pub text: String,
    /// The text with these codes as written, where that differs.
    pub raw: Option<String>,
    /// How it was written.
    pub kind: LabelKind,
}

/// A label and the place where it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenLabel {
    /// The label.
    pub label: Label,
    /// Its text, without brackets and quotes; the whole block where it stands in `@{ … }`.
    pub span: Span,
}

/// A node of a flowchart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// The id, as written.
    pub id: String,
    /// The label that counts: the one given last, or the id.
    pub label: Label,
    /// The shape as mermaid keeps it: `square`, `round`, …, or the word given in `@{ shape: … }`.
    pub shape: Option<String>,
    /// The classes in the order given, repeats kept; a click adds `clickable`.
    pub classes: Vec<String>,
    /// The id of the subgraph that owns the node.
    pub subgraph: Option<String>,
    /// The id at its first mention.
    pub span: Span,
    /// Every label that was given to the node. A later one replaces an earlier one, which is rarely meant.
    pub labels: Vec<GivenLabel>,
    /// The link of a click statement.
    pub href: Option<String>,
    /// Styles given with `style`, as written.
    pub styles: Vec<String>,
    /// Other attributes in `@{ … }` (`icon`, `img`, `w`, …), and the property of `[|name:value|…]`.
    pub props: Vec<(String, String)>,
}

/// The line of an edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stroke {
    /// `--`
    #[default]
    #[serde(rename = "normal")]
    Normal,
    /// `==`
    #[serde(rename = "thick")]
    Thick,
    /// `-.-`
    #[serde(rename = "dotted")]
    Dotted,
    /// `~~~`
    #[serde(rename = "invisible")]
    Invisible,
    /// The two halves of a labelled link do not match, but mermaid accepts it.
    #[serde(rename = "INVALID")]
    Invalid,
}

/// One end of an edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Arrow {
    /// No head.
    #[default]
    #[serde(rename = "arrow_open")]
    Open,
    /// `>` or `<`
    #[serde(rename = "arrow_point")]
    Point,
    /// `x`
    #[serde(rename = "arrow_cross")]
    Cross,
    /// `o`
    #[serde(rename = "arrow_circle")]
    Circle,
    /// See [`Stroke::Invalid`].
    #[serde(rename = "INVALID")]
    Invalid,
}

/// An edge of a flowchart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Edge {
    /// The id of the node or subgraph where it starts.
    pub from: String,
    /// The id of the node or subgraph where it ends.
    pub to: String,
    /// The text on it; empty if there is none.
    pub label: Label,
    /// The line.
    pub stroke: Stroke,
    /// The head at `from`.
    pub arrow_start: Arrow,
    /// The head at `to`.
    pub arrow_end: Arrow,
    /// How many ranks it spans at least, 1 to 10; `None` where the link is invalid.
    pub length: Option<u8>,
    /// The id given with `id@-->`, if it was free.
    pub id: Option<String>,
    /// The link, including its label.
    pub span: Span,
    /// Classes given to its id.
    pub classes: Vec<String>,
    /// The styles of `linkStyle`, as mermaid keeps them.
    pub styles: Vec<String>,
    /// Other attributes in `@{ … }` (`animate`, `animation`, `curve`), and `linkStyle … interpolate`.
    pub props: Vec<(String, String)>,
}

/// A subgraph of a flowchart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Subgraph {
    /// The id; `subGraph0` and so on where mermaid generates it.
    pub id: String,
    /// The title.
    pub title: Label,
    /// The nodes and subgraphs it owns, in the order of their first listing.
    pub members: Vec<String>,
    /// Its own direction, as written.
    pub direction: Option<Direction>,
    /// The id of the subgraph around it.
    pub parent: Option<String>,
    /// The classes in the order given.
    pub classes: Vec<String>,
    /// Its header: the word `subgraph`, id and title.
    pub span: Span,
}

/// A class and its styles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassDef {
    /// The name.
    pub id: String,
    /// The styles as written, untrimmed; a repeated `classDef` adds to them.
    pub styles: Vec<String>,
    /// The name where it is first defined.
    pub span: Span,
}

/// The effect of a click on a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Click {
    /// The id as written; there need not be a node with it.
    pub node: String,
    /// The text of the tooltip.
    pub tooltip: Option<String>,
    /// What happens.
    pub action: ClickAction,
    /// The whole statement.
    pub span: Span,
}

/// The two kinds of clicks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClickAction {
    /// Follow a link.
    Link {
        /// The URL as written.
        href: String,
        /// `_self`, `_blank`, `_parent` or `_top`.
        target: Option<String>,
    },
    /// Call a function of the page.
    Call {
        /// The name of the function.
        callback: String,
        /// The text between the parentheses, as written.
        args: Option<String>,
    },
}
