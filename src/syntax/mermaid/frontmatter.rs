//! Reads the YAML block at the very start of a diagram. It is not to be confused with the properties of a note.
//!
//! This follows mermaid: the block counts only at offset 0. Only `title` and two options of `config` matter here.

use std::ops::Range;

use super::chars::{is_blank, is_space, skip};
use super::yaml::{self, Place, Value};

/// The settings in frontmatter and directives that matter to a parser.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Settings {
    pub(super) title: Option<String>,
    /// `config.flowchart.defaultRenderer`: it changes the type of a flowchart.
    pub(super) renderer: Option<String>,
    /// `config.flowchart.inheritDir`: a subgraph without a direction has that of the chart.
    pub(super) inherits_direction: bool,
}

/// A block of frontmatter.
pub(super) struct Block {
    pub(super) yaml: Range<usize>,
    /// The offset where the diagram begins.
    pub(super) end: usize,
}

/// Finds the block: `---`, at least one line, `---` with the same indent, a newline.
pub(super) fn find(text: &str) -> Option<Block> {
    let open = skip(text, 0, is_blank);
    let indent = text.get(..open)?;
    let after = open + 3;
    if text.get(open..after)? != "---" {
        return None;
    }
    let blanks_end = skip(text, after, is_space);
    let first = after + text.get(after..blanks_end)?.find('\n')? + 1;
    let last = after + text.get(after..blanks_end)?.rfind('\n')? + 1;
    // Blank lines belong to the opening line, unless the block holds nothing else.
    close(text, last, last, indent).or_else(|| close(text, first, last, indent))
}

/// Finds the closing line of a block, from a newline at `from` or later.
fn close(text: &str, from: usize, yaml: usize, indent: &str) -> Option<Block> {
    let mut at = from;
    loop {
        let newline = at + text.get(at..)?.find('\n')?;
        let line = newline + 1;
        at = line;
        let Some(rest) = text.get(line..)?.strip_prefix(indent) else { continue };
        if !rest.starts_with("---") {
            continue;
        }
        let dashes_end = line + indent.len() + 3;
        let blanks_end = skip(text, dashes_end, is_space);
        if let Some(end) = text.get(dashes_end..blanks_end)?.rfind('\n') {
            return Some(Block { yaml: yaml.min(newline)..newline, end: dashes_end + end + 1 });
        }
    }
}

/// Reads a block, or says why it is not YAML. Anything but a mapping is ignored.
pub(super) fn read(block: Range<usize>, text: &str) -> Result<Settings, String> {
    let value = yaml::read(text.get(block).unwrap_or(""), Place::Block)?;
    let option = |name| value.get("config")?.get("flowchart")?.get(name);
    Ok(Settings {
        title: value.get("title").and_then(Value::to_text),
        renderer: option("defaultRenderer").and_then(Value::as_str).map(str::to_owned),
        inherits_direction: option("inheritDir").is_some_and(Value::is_truthy),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str)>) {
        let found = find(text);
        let found = found.as_ref().map(|block| (&text[block.yaml.clone()], &text[block.end..]));
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn a_block_stands_at_the_start_and_is_closed() {
        check("---\ntitle: x\n---\ngraph", Some(("title: x", "graph")));
        check("  ---\n  a: b\n  ---\n\n graph", Some(("  a: b", " graph")));
        check("---\n\n---\ngraph", Some(("", "graph")));
        check("---\n---\ngraph", None);
        check("\n---\na: b\n---\ngraph", None);
        check("---\na: b\n --- \ngraph", None);
        check("---\na: b\n---", None);
    }

    #[test]
    fn title_and_renderer_are_read() {
        let yaml = "title: A chart\nconfig:\n  flowchart:\n    defaultRenderer: elk";
        let settings = read(0..yaml.len(), yaml).unwrap();
        assert_eq!(settings.title.as_deref(), Some("A chart"));
        assert_eq!(settings.renderer.as_deref(), Some("elk"));
        assert!(read(0..8, "a: [b, c").is_err());
        assert_eq!(read(0..5, "plain"), Ok(Settings::default()));
    }
}
