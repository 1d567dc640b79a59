//! Writes cells of tables and links in boards, escaped so that their text cannot break out, and reads them back.

use crate::plan::escape::{inline, one_line, outside_code, prose};
use crate::text::path;

/// The cell for a missing value.
pub(super) const NO_VALUE: &str = "-";

/// A cell with a value. Where a value is missing, there is no cell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Cell {
    /// Its Markdown.
    written: String,
    /// What a person reads in it, where that is not the Markdown.
    shown: Option<String>,
}

impl Cell {
    /// Makes a cell of a text; `None` if the text is empty or a dash, which is how people write that they have
    /// none.
    pub(super) fn text(text: &str) -> Option<Self> {
        Self::of(cell(text))
    }

    /// Makes a cell of a link to a note, like [`link_cell`].
    pub(super) fn link(path: &str, shown: &str) -> Option<Self> {
        let Some((link, shown)) = link(path, shown) else { return Self::text(shown) };
        Some(Self { written: link.replace('|', "\\|"), shown: Some(shown) })
    }

    /// Makes a cell of Markdown with escapes.
    pub(super) fn of(written: String) -> Option<Self> {
        let shown = written.contains(['\\', '&']).then(|| read_cell(&written));
        (written != NO_VALUE).then_some(Self { written, shown })
    }

    /// Returns what a person reads in it: for a link, what it shows.
    pub(super) fn shown(&self) -> &str {
        self.shown.as_deref().unwrap_or(&self.written)
    }

    /// Returns its Markdown.
    pub(super) fn written(&self) -> &str {
        &self.written
    }
}

/// Returns what a person reads in a cell, or where there is none.
pub(super) fn shown(cell: Option<&Cell>) -> &str {
    cell.map_or(NO_VALUE, Cell::shown)
}

/// Returns text as a cell of a table: one line with escaped bars, or [`NO_VALUE`] for an empty text.
#[must_use]
pub(crate) fn cell(text: &str) -> String {
    let line = bars(&outside_code(&one_line(text), prose));
    // A link may show a blank.
    let line = line.trim();
    if line.is_empty() { NO_VALUE } else { line }.to_owned()
}

/// Escapes the bars of a text as `\|`, whatever stands before them.
fn bars(text: &str) -> String {
    if !text.contains(['|', '\\']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '|' => out.push_str("\\|"),
            // A backslash at the end would escape the bar behind the cell, and one before punctuation would
            // vanish.
            '\\' if chars.peek().is_none_or(char::is_ascii_punctuation) => out.push_str("\\\\"),
            c => out.push(c),
        }
    }
    out
}

/// Returns the text of a cell, without its escapes.
#[must_use]
pub(crate) fn read_cell(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let mut chars = cell.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = (c == '\\').then(|| chars.next_if(char::is_ascii_punctuation)).flatten();
        out.push(escaped.unwrap_or(c));
    }
    out.replace("&lt;", "<").replace("&gt;", ">")
}

/// Returns a link to a note for a cell. It names the whole path, so it cannot become ambiguous, and shows a name.
/// A path that no link can name is shown as text.
#[must_use]
pub(crate) fn link_cell(path: &str, shown: &str) -> String {
    link(path, shown).map_or_else(|| cell(shown), |(link, _)| link.replace('|', "\\|"))
}

/// Like [`link_cell`], but for a line outside of tables.
#[must_use]
pub(crate) fn link_line(path: &str, shown: &str) -> String {
    link(path, shown).map_or_else(|| inline(shown), |(link, _)| link)
}

/// Returns a link to a note and what it shows.
fn link(path: &str, shown: &str) -> Option<(String, String)> {
    let target = target(path);
    let linkable =
        !target.contains(['#', '^', '|', '[', ']', '\\', '\n', '\r', '`', '<']) && !target.contains("%%");
    let shown: String =
        shown.chars().map(|c| if matches!(c, '|' | '[' | ']' | '<' | '>') { ' ' } else { c }).collect();
    // An unpaired backtick would pair with one behind the link, and turn the end of the link into code.
    let mut shown = outside_code(&one_line(&shown), |text| text.replace('`', "'"));
    while shown.contains("%%") {
        shown = shown.replace("%%", "% %");
    }
    let shown = if shown.is_empty() { target.to_owned() } else { shown };
    let linkable = linkable && !target.contains("--");
    // A link shows its path if it has no other text.
    let link = if shown == target { format!("[[{target}]]") } else { format!("[[{target}|{shown}]]") };
    linkable.then_some((link, shown))
}

/// Returns the target of a link to a note: the path without its extension, if that is read as the same path
/// again.
fn target(path: &str) -> &str {
    path.strip_suffix(".md").filter(|bare| !path::is_note(bare)).unwrap_or(path)
}

/// A link to a note in a board, read back.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NoteLink {
    /// The path of the note.
    pub path: String,
    /// The text that the link shows.
    pub shown: String,
}

/// Reads a link that [`link_cell`] or [`link_line`] wrote.
#[must_use]
pub(crate) fn read_link(cell: &str) -> Option<NoteLink> {
    let inner = cell.trim().strip_prefix("[[")?.strip_suffix("]]")?;
    let (path, shown) = inner.split_once("\\|").or_else(|| inner.split_once('|')).unwrap_or((inner, inner));
    let path = if path::is_note(path) { path.to_owned() } else { format!("{path}.md") };
    Some(NoteLink { path, shown: shown.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(path: &str, shown: &str) -> NoteLink {
        NoteLink { path: path.to_owned(), shown: shown.to_owned() }
    }

    #[test]
    fn a_cell_shows_what_its_markdown_says() {
        for text in ["a", "a | b \\", "\\d \\. \\| <b>", "See [[a/B#C]]", "`x | y`", "&lt; 3", "a --> b"] {
            let cell = Cell::text(text).unwrap();
            assert_eq!(
                (cell.written(), cell.shown()),
                (&*super::cell(text), &*read_cell(&super::cell(text)))
            );
        }
        for (path, name) in [("a/b.md", "B | b"), ("b.md", "b"), ("a.md", "x\\y"), ("a#b.md", "x | y")] {
            let cell = Cell::link(path, name).unwrap();
            let shown = read_link(&link_cell(path, name)).map(|link| link.shown);
            let shown = shown.unwrap_or_else(|| read_cell(&link_cell(path, name)));
            assert_eq!((cell.written(), cell.shown()), (&*link_cell(path, name), &*shown));
        }
        assert_eq!(["", " ", "-", "[[ ]]"].map(Cell::text), [None, None, None, None]);
    }

    #[test]
    fn nothing_gets_out_of_its_cell() {
        assert_eq!(cell("a | b \\"), "a \\| b \\\\");
        assert_eq!(read_cell(&cell("a | b \\")), "a | b \\");
        assert_eq!(cell("x --> <!-- portolan:end -->\n| y"), "x --&gt; &lt;!-- portolan:end --&gt; \\| y");
        assert_eq!(cell("a <b>x</b> < 3, `Vec<u8>` `<"), "a &lt;b>x&lt;/b> < 3, `Vec<u8>` `<");
        assert_eq!(cell("\\d \\. \\|"), "\\d \\\\. \\\\\\|");
        assert_eq!(read_cell(&cell("\\d \\. \\| <b>")), "\\d \\. \\| <b>");
        assert_eq!([cell(" "), cell("[[ ]]")], ["-", "-"]);
    }

    #[test]
    fn a_link_is_read_as_the_path_that_was_written() {
        for (path, target) in
            [("a/B.md", "a/B"), ("B.MD", "B.MD"), ("b.md.md", "b.md.md"), ("v1.2.md", "v1.2")]
        {
            assert_eq!(link_cell(path, "B"), format!("[[{target}\\|B]]"));
            assert_eq!(read_link(&link_cell(path, "B")), Some(to(path, "B")));
        }
    }

    #[test]
    fn links_of_a_text_are_what_they_show() {
        assert_eq!(
            cell("See [[a/B#C#D]], ![[p.png|a plan]] and [[#Here]]"),
            "See a/B > C > D, a plan and Here"
        );
        assert_eq!(cell("[x](../y.md) [[ [[z"), "[x] (../y.md) [ [ [ [z");
    }

    #[test]
    fn links_are_read_back() {
        let cell = link_cell("a/b c.md", "The | name");
        assert_eq!(cell, "[[a/b c\\|The name]]");
        assert_eq!(read_link(&cell), Some(to("a/b c.md", "The name")));
        assert_eq!(link_cell("a#b.md", "x"), "x");
        for (path, shown, link) in [
            ("Queue.md", "Queue", "[[Queue]]"),
            ("a/Queue.md", "a/Queue", "[[a/Queue]]"),
            ("a/Queue.md", "Queue", "[[a/Queue\\|Queue]]"),
            ("Queue.md", "queue", "[[Queue\\|queue]]"),
            ("Queue.md", "", "[[Queue]]"),
        ] {
            assert_eq!(link_cell(path, shown), link);
            let shown = if shown.is_empty() { "Queue" } else { shown };
            assert_eq!(read_link(link), Some(to(path, shown)));
        }
        assert_eq!(link_line("a.md", "The `cfg"), "[[a|The 'cfg]]");
        assert_eq!(link_line("a.md", "The `cfg` ``"), "[[a|The `cfg` '']]");
    }
}
