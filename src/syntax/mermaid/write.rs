//! Writes mermaid: turns a simple graph into the text of a flowchart. Nothing else writes flowcharts.
//!
//! The text reads back as the same graph, whatever the labels contain, except that NUL becomes U+FFFD as in HTML
//! and Markdown. Labels are plain text: `<b>` is drawn as three characters, not as bold. Each item is on a
//! separate line, so that changes by two people merge; there is no alignment and no total. Ids are only names and
//! may be changed to be safe: see [`safe_id`].

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use crate::text::message::counted;

use super::entities::{begins_html, encode};
use super::flowchart::{MAX_DRAWN_EDGES, MAX_DRAWN_TEXT};
use super::lexer::is_keyword;
use super::model::{Direction, LabelKind, Stroke};
use crate::text::number::split_digits;

/// A graph that is to be written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// The direction.
    pub direction: Direction,
    /// The classes that nodes may have.
    pub classes: Vec<DrawnClass>,
    /// The groups, both parents and children.
    pub groups: Vec<DrawnGroup>,
    /// The nodes.
    pub nodes: Vec<DrawnNode>,
    /// The edges.
    pub edges: Vec<DrawnEdge>,
}

/// A class of nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrawnClass {
    /// The name.
    pub name: String,
    /// Styles such as `fill:#dfd`. A style that mermaid could not read is left out.
    pub styles: Vec<String>,
}

/// A subgraph.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrawnGroup {
    /// The id.
    pub id: String,
    /// The title.
    pub title: String,
    /// The id of the group around it.
    pub parent: Option<String>,
}

/// A node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrawnNode {
    /// The id.
    pub id: String,
    /// The label.
    pub label: String,
    /// The shape.
    pub shape: Shape,
    /// The class.
    pub class: Option<String>,
    /// The id of the group around it.
    pub group: Option<String>,
}

/// An edge, with an arrow at its end unless it is open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrawnEdge {
    /// The id where it starts.
    pub from: String,
    /// The id where it ends.
    pub to: String,
    /// The label; empty if there is none.
    pub label: String,
    /// The line. An invisible one has no arrow.
    pub stroke: Stroke,
    /// Whether it has no arrow.
    pub open: bool,
}

/// The shapes that can be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// `[…]`
    #[default]
    Square,
    /// `(…)`
    Round,
    /// `([…])`
    Stadium,
    /// `[[…]]`
    Subroutine,
    /// `[(…)]`
    Cylinder,
    /// `((…))`
    Circle,
    /// `{…}`
    Diamond,
    /// `{{…}}`
    Hexagon,
}

impl Shape {
    const fn brackets(self) -> (&'static str, &'static str) {
        match self {
            Self::Square => ("[", "]"),
            Self::Round => ("(", ")"),
            Self::Stadium => ("([", "])"),
            Self::Subroutine => ("[[", "]]"),
            Self::Cylinder => ("[(", ")]"),
            Self::Circle => ("((", "))"),
            Self::Diamond => ("{", "}"),
            Self::Hexagon => ("{{", "}}"),
        }
    }
}

/// Writes a flowchart, with a newline at its end.
///
/// ```
/// use portolan::syntax::mermaid::write::{Drawing, DrawnEdge, DrawnNode, flowchart};
///
/// let node = |id: &str, label: &str| DrawnNode { id: id.into(), label: label.into(), ..Default::default() };
/// let text = flowchart(&Drawing {
///     nodes: vec![node("shop", "Shop (EU)"), node("bus", "say \"hi\"")],
///     edges: vec![DrawnEdge { from: "shop".into(), to: "bus".into(), ..Default::default() }],
///     ..Default::default()
/// });
/// assert_eq!(
///     text,
///     "flowchart TB\n  shop[\"Shop (EU)\"]\n  bus[\"say #quot;hi#quot;\"]\n  shop --> bus\n"
/// );
/// ```
#[must_use]
pub fn flowchart(drawing: &Drawing) -> String {
    draw(drawing).text
}

/// A flowchart within the limits of what mermaid draws.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Its text, with a newline at its end. Anything left out is also mentioned in a comment in the text.
    pub text: String,
    /// The number of nodes beyond what mermaid draws.
    pub nodes_left_out: usize,
    /// The number of edges beyond that, or connected to such a node.
    pub edges_left_out: usize,
}

impl Drawn {
    /// Returns what was left out, in words; empty if nothing was.
    #[must_use]
    pub fn left_out(&self) -> String {
        let count = |count: usize, noun: &str| (count > 0).then(|| counted(count, noun));
        let counts: Vec<String> = [count(self.nodes_left_out, "node"), count(self.edges_left_out, "link")]
            .into_iter()
            .flatten()
            .collect();
        if counts.is_empty() {
            String::new()
        } else {
            format!("{} left out: more than mermaid draws", counts.join(" and "))
        }
    }
}

/// Bytes that are reserved for the comment about what was left out, and for indents.
const RESERVE: usize = 200;

/// Writes as much of a graph as mermaid draws: it refuses a chart with too many edges or too long a text. The
/// first nodes and edges are kept.
#[must_use]
pub fn draw(drawing: &Drawing) -> Drawn {
    let mut text = format!("flowchart {}\n", drawing.direction.as_str());
    for class in &drawing.classes {
        let styles: Vec<_> =
            class.styles.iter().map(String::as_str).filter(|style| is_plain_style(style)).collect();
        if !styles.is_empty() {
            line(&mut text, 1, &format!("classDef {} {}", safe_id(&class.name), styles.join(",")));
        }
    }
    // Nodes take at most two thirds of the text, so that there is room for edges.
    let frame = text.len() + drawing.groups.iter().map(group_size).sum::<usize>() + RESERVE;
    if frame > MAX_DRAWN_TEXT / 2 && !drawing.groups.is_empty() {
        return draw(&Drawing { groups: Vec::new(), ..drawing.clone() });
    }
    let room = MAX_DRAWN_TEXT.saturating_sub(frame);
    let nodes = fitting(drawing.nodes.iter().map(|node| node_line(node).len() + INDENT), room / 3 * 2);
    write_groups(&mut text, drawing, drawing.nodes.get(..nodes).unwrap_or_default());
    let gone: HashSet<&str> = drawing.nodes.iter().skip(nodes).map(|node| node.id.as_str()).collect();
    let stays = |edge: &&DrawnEdge| !gone.contains(edge.from.as_str()) && !gone.contains(edge.to.as_str());
    let lines: Vec<String> =
        drawing.edges.iter().filter(stays).take(MAX_DRAWN_EDGES).map(edge_line).collect();
    let room = (MAX_DRAWN_TEXT - RESERVE).saturating_sub(text.len());
    let edges = fitting(lines.iter().map(|line| line.len() + INDENT), room);
    for edge in lines.iter().take(edges) {
        line(&mut text, 1, edge);
    }
    let mut drawn = Drawn {
        text,
        nodes_left_out: drawing.nodes.len() - nodes,
        edges_left_out: drawing.edges.len() - edges,
    };
    let left_out = drawn.left_out();
    if !left_out.is_empty() {
        line(&mut drawn.text, 1, &format!("%% {left_out}"));
    }
    drawn
}

/// Bytes of the deepest indent and a line break.
const INDENT: usize = 17;

/// Returns the size of a group without its nodes.
fn group_size(group: &DrawnGroup) -> usize {
    let id = safe_id(&group.id);
    "subgraph []end".len() + id.len() + quoted(&group.title, &id).len() + 2 * INDENT
}

/// Returns how many of the sizes fit into `room`, from the first one on.
fn fitting(sizes: impl Iterator<Item = usize>, room: usize) -> usize {
    let mut sum = 0;
    sizes
        .take_while(|size| {
            sum += size;
            sum <= room
        })
        .count()
}

/// A step of writing groups: a group, or the end of one.
enum Step<'d> {
    Group(&'d DrawnGroup),
    End,
}

/// Writes groups with their nodes inside, then the nodes without a group. A group whose parent does not exist, or
/// that is its own ancestor, is written at the top level.
fn write_groups(text: &mut String, drawing: &Drawing, nodes: &[DrawnNode]) {
    let known: HashSet<&str> = drawing.groups.iter().map(|group| group.id.as_str()).collect();
    let parents = true_parents(&drawing.groups);
    let mut children: HashMap<&str, Vec<&DrawnGroup>> = HashMap::new();
    let mut members: HashMap<Option<&str>, Vec<&DrawnNode>> = HashMap::new();
    let mut steps = Vec::new();
    for group in drawing.groups.iter().rev() {
        match parents.get(group.id.as_str()) {
            Some(parent) => children.entry(parent).or_default().push(group),
            None => steps.push(Step::Group(group)),
        }
    }
    for node in nodes {
        let group = node.group.as_deref().filter(|id| known.contains(id));
        members.entry(group).or_default().push(node);
    }
    let mut depth = 1;
    while let Some(step) = steps.pop() {
        match step {
            Step::End => {
                depth -= 1;
                line(text, depth, "end");
            }
            Step::Group(group) => {
                let id = safe_id(&group.id);
                line(text, depth, &format!("subgraph {id}[{}]", quoted(&group.title, &id)));
                depth += 1;
                for node in members.remove(&Some(group.id.as_str())).unwrap_or_default() {
                    line(text, depth, &node_line(node));
                }
                steps.push(Step::End);
                steps.extend(
                    children.remove(group.id.as_str()).unwrap_or_default().into_iter().map(Step::Group),
                );
            }
        }
    }
    for node in members.remove(&None).unwrap_or_default() {
        line(text, 1, &node_line(node));
    }
}

/// Returns the parent of every group that has a valid one, with cycles broken.
fn true_parents(groups: &[DrawnGroup]) -> HashMap<&str, &str> {
    let mut parents: HashMap<&str, &str> = HashMap::new();
    for group in groups {
        if let Some(parent) = group.parent.as_deref() {
            parents.entry(&group.id).or_insert(parent);
        }
    }
    let known: HashSet<&str> = groups.iter().map(|group| group.id.as_str()).collect();
    parents.retain(|_, parent| known.contains(parent));
    let mut settled: HashSet<&str> = HashSet::new();
    for group in groups {
        let mut at = group.id.as_str();
        let mut path = HashSet::new();
        while !settled.contains(at) {
            if !path.insert(at) {
                parents.remove(at);
                break;
            }
            let Some(parent) = parents.get(at) else { break };
            at = parent;
        }
        settled.extend(path);
    }
    parents
}

fn line(text: &mut String, depth: usize, content: &str) {
    // Very deep nesting is not indented further, so that lines stay readable.
    for _ in 0..depth.min(8) {
        text.push_str("  ");
    }
    text.push_str(content);
    text.push('\n');
}

fn node_line(node: &DrawnNode) -> String {
    let id = safe_id(&node.id);
    let (open, close) = node.shape.brackets();
    let mut line = format!("{id}{open}{}{close}", quoted(&node.label, &id));
    if let Some(class) = &node.class {
        let _ = write!(line, ":::{}", safe_id(class));
    }
    line
}

fn edge_line(edge: &DrawnEdge) -> String {
    let link = match (edge.stroke, edge.open) {
        (Stroke::Thick, false) => "==>",
        (Stroke::Thick, true) => "===",
        (Stroke::Dotted, false) => "-.->",
        (Stroke::Dotted, true) => "-.-",
        (Stroke::Invisible, _) => "~~~",
        (Stroke::Normal | Stroke::Invalid, false) => "-->",
        (Stroke::Normal | Stroke::Invalid, true) => "---",
    };
    let (from, to) = (safe_id(&edge.from), safe_id(&edge.to));
    if edge.label.is_empty() {
        return format!("{from} {link} {to}");
    }
    let label = quoted(&edge.label, &format!("{from} {to}"));
    format!("{from} {link}|{label}| {to}")
}

/// Whether mermaid reads a style as one `name:value`.
fn is_plain_style(style: &str) -> bool {
    let Some((name, value)) = style.split_once(':') else { return false };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '#' | '%' | '.' | '-' | ' ');
    let is_word = |word: &str| {
        // A keyword ends where its letters end, so `end-x` cannot be used either.
        let (_, letters) = split_digits(word);
        let first = letters.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
        !word.ends_with('-') && !is_keyword(first) && first != "v"
    };
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
        && is_word(name)
        && value.chars().all(is_plain)
        && value.split([' ', '#']).all(is_word)
        && !["--", "-.", ".-", "C4", "direction"].iter().any(|odd| style.contains(odd))
}

/// Returns a safe id for mermaid that is different for every given id. Letters, digits and `_` are kept; any other
/// character becomes its code point between `_u` and `_`.
#[must_use]
pub fn safe_id(id: &str) -> String {
    let mut safe = String::with_capacity(id.len());
    if id.is_empty() {
        return "_u_".to_owned();
    }
    let word_at = split_digits(id).0.len();
    for (at, c) in id.char_indices() {
        let rest = id.get(at..).unwrap_or("");
        // Cases that need an escape: a reserved word, even after digits; `direction`, because `TB` may follow in
        // the next line; the word of another diagram type; and anything that looks like an escape of this
        // function.
        let is_odd = at == word_at && is_keyword(rest)
            || rest.starts_with("direction")
            || rest.starts_with("C4")
            || rest.starts_with("_u");
        if !is_odd && (c.is_ascii_alphanumeric() || c == '_') {
            safe.push(c);
        } else {
            let _ = write!(safe, "_u{:x}_", u32::from(c));
        }
    }
    safe
}

/// Returns a label in quotes, for a line that also contains `beside`.
#[must_use]
pub fn quoted(label: &str, beside: &str) -> String {
    // Mermaid refuses empty quotes.
    let gap = if label.is_empty() { " " } else { "" };
    let also = also_encoded(label, beside);
    // Every `&` is encoded, whether or not it must be: charts that exist have it so.
    format!("\"{gap}{}\"", encode(label, |c| c == '&' || also(c)))
}

/// Returns a plain text as it is written within the quotes of a label of this kind, for a line that also contains
/// `beside`.
#[must_use]
pub fn in_quotes(text: &str, kind: LabelKind, beside: &str) -> String {
    let also = also_encoded(text, beside);
    let formats = |c| kind == LabelKind::Markdown && matches!(c, '*' | '_');
    encode(text, |c| formats(c) || also(c))
}

/// Whether a text may stand in brackets without quotes and codes.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || " -_.,'&+".contains(c))
        && text.starts_with(char::is_alphanumeric)
        && !["--", "C4", "direction "].iter().any(|odd| text.contains(odd))
        && text.match_indices('&').all(|(at, _)| !begins_html(&text[at..]))
}

/// Returns text that is already written in mermaid's notation in quotes. Quotes that surround it are not part of
/// it, and its codes stay.
pub(super) fn requoted(written: &str) -> String {
    let bare = written.trim();
    let bare = bare.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(bare);
    format!("\"{}\"", bare.replace('"', "#quot;"))
}

/// Returns what else must be encoded in such a line: with one of these words, a `:` and a `#` in it, mermaid
/// removes the last `;`.
fn also_encoded(label: &str, beside: &str) -> impl Fn(char) -> bool + use<> {
    let guard_colons = [label, beside].iter().any(|text| text.contains("style") || text.contains("classDef"));
    move |c| guard_colons && c == ':'
}
