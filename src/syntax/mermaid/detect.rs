//! Detects the type of a diagram.
//!
//! Mermaid checks its types in order, and takes the first whose pattern matches the beginning of the text. Few
//! patterns check where the word ends: `graphql` is a flowchart, until it is parsed.

use super::chars::{trim, word_ends_at};
use super::frontmatter::Settings;

/// How the opening word of a type must end.
#[derive(Clone, Copy)]
enum Ending {
    /// In any way.
    Open,
    /// Before a character that is not a word character.
    Word,
}
use Ending::{Open, Word};

/// The opening words and their types, in mermaid's order.
const TYPES: &[(&str, Ending, &str)] = &[
    ("C4Context", Open, "c4"),
    ("kanban", Open, "kanban"),
    ("classDiagram", Open, "classDiagram"),
    ("erDiagram", Open, "er"),
    ("gantt", Open, "gantt"),
    ("info", Open, "info"),
    ("pie", Open, "pie"),
    ("requirement", Open, "requirement"),
    ("sequenceDiagram", Open, "sequence"),
    ("swimlane-beta", Open, "swimlane"),
    ("mindmap", Open, "mindmap"),
    ("timeline", Open, "timeline"),
    ("gitGraph", Open, "gitGraph"),
    ("stateDiagram", Open, "stateDiagram"),
    ("journey", Open, "journey"),
    ("quadrantChart", Open, "quadrantChart"),
    ("sankey", Open, "sankey"),
    ("packet", Open, "packet"),
    ("xychart", Open, "xychart"),
    ("block", Open, "block"),
    ("eventmodeling", Open, "eventmodeling"),
    ("radar-beta", Open, "radar"),
    ("treemap", Open, "treemap"),
    ("treeView-beta", Open, "treeView"),
    ("venn-beta", Open, "venn"),
    ("wardley-beta", Open, "wardley"),
    ("cynefin-beta", Word, "cynefin"),
    ("railroad-beta", Open, "railroad"),
    ("railroad-ebnf-beta", Open, "railroad"),
    ("railroad-abnf-beta", Open, "railroad"),
    ("railroad-peg-beta", Open, "railroad"),
    ("architecture", Open, "architecture"),
];

/// Mermaid looks for these anywhere in the text.
const C4_ANYWHERE: [&str; 4] = ["C4Container", "C4Component", "C4Dynamic", "C4Deployment"];

/// The words of types that mermaid checks before those of [`C4_ANYWHERE`].
const BEFORE_C4: [&str; 3] = ["flowchart-elk", "mindmap", "architecture"];

/// The words that open a flowchart. A longer one comes before those that it begins with.
pub(super) const FLOWCHART_WORDS: [&str; 4] = ["flowchart-elk", "swimlane-beta", "flowchart", "graph"];

/// Returns the type of a text, which must not begin with white space.
pub(super) fn kind(text: &str, settings: &Settings) -> Option<&'static str> {
    if text.starts_with("---") {
        return Some("---");
    }
    // A joke in mermaid: this text draws its error sign.
    if trim(text).eq_ignore_ascii_case("error") {
        return Some("error");
    }
    let is_asked_first = BEFORE_C4.iter().any(|word| text.starts_with(word));
    if !is_asked_first && C4_ANYWHERE.iter().any(|word| text.contains(word)) {
        return Some("c4");
    }
    if FLOWCHARTS.iter().any(|word| text.starts_with(word)) {
        return flowchart_kind(text, settings);
    }
    let found = TYPES.iter().find(|(word, ending, _)| {
        text.starts_with(word) && (matches!(ending, Open) || word_ends_at(text, word.len()))
    });
    found.map(|&(_, _, kind)| kind).or_else(|| is_ishikawa(text).then_some("ishikawa"))
}

/// Whether a type is parsed as a flowchart.
pub(super) fn is_flowchart(kind: &str) -> bool {
    matches!(kind, "flowchart-v2" | "flowchart-elk" | "flowchart" | "swimlane")
}

/// The words whose type depends on the configured renderer.
const FLOWCHARTS: [&str; 2] = ["flowchart", "graph"];

/// Returns the type of a text that begins with one of [`FLOWCHARTS`]. With some settings, no type accepts it.
fn flowchart_kind(text: &str, settings: &Settings) -> Option<&'static str> {
    if text.starts_with("flowchart-elk") {
        return Some("flowchart-elk");
    }
    match settings.renderer.as_deref().unwrap_or("dagre-wrapper") {
        "elk" => Some("flowchart-elk"),
        "dagre-wrapper" => Some("flowchart-v2"),
        _ if text.starts_with("graph") => Some("flowchart"),
        "dagre-d3" => None,
        _ => Some("flowchart-v2"),
    }
}

/// Whether a text is of the one type whose word may be in any case.
fn is_ishikawa(text: &str) -> bool {
    ["ishikawa-beta", "ishikawa"].iter().any(|word| {
        text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
            && word_ends_at(text, word.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, renderer: Option<&str>, expected: Option<&str>) {
        let settings = Settings { renderer: renderer.map(str::to_owned), ..Settings::default() };
        assert_eq!(kind(text, &settings), expected, "{text:?} {renderer:?}");
    }

    #[test]
    fn words_open_types() {
        check("graph TD", None, Some("flowchart-v2"));
        check("graphql", None, Some("flowchart-v2"));
        check("flowchart-elk", None, Some("flowchart-elk"));
        check("stateDiagram-v2", None, Some("stateDiagram"));
        check("ISHIKAWA", None, Some("ishikawa"));
        check("cynefin-betas", None, None);
        check("Graph TD", None, None);
        check("", None, None);
    }

    #[test]
    fn a_word_of_c4_wins_wherever_it_stands() {
        check("graph TD\nA[C4Container]", None, Some("c4"));
        check("graph TD\nA[C4Context]", None, Some("flowchart-v2"));
    }

    #[test]
    fn the_renderer_changes_the_type() {
        check("graph TD", Some("elk"), Some("flowchart-elk"));
        check("graph TD", Some("dagre-d3"), Some("flowchart"));
        check("flowchart TD", Some("dagre-d3"), None);
        check("flowchart TD", Some("elk"), Some("flowchart-elk"));
    }
}
