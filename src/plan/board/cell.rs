//! Cells of tables and links in boards, written so that nothing gets out of them, and read back.

use crate::plan::escape::{inline, one_line, outside_code, prose};
use crate::text::path;

/// Text for a cell of a table: a line whose bars are escaped; `-` where there is none.
#[must_use]
pub fn cell(text: &str) -> String {
    let line = bars(&outside_code(&one_line(text), prose));
    // A link may show a blank.
    let line = line.trim();
    if line.is_empty() { "-" } else { line }.to_owned()
}

/// A bar is written `\|` in a table, whatever stands before it.
fn bars(text: &str) -> String {
    if !text.contains(['|', '\\']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '|' => out.push_str("\\|"),
            // One at the end would escape the bar behind the cell, one before a mark would vanish.
            '\\' if chars.peek().is_none_or(char::is_ascii_punctuation) => out.push_str("\\\\"),
            c => out.push(c),
        }
    }
    out
}

/// What a cell says, its escapes taken back.
#[must_use]
pub fn read_cell(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let mut chars = cell.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = (c == '\\').then(|| chars.next_if(char::is_ascii_punctuation)).flatten();
        out.push(escaped.unwrap_or(c));
    }
    out.replace("&lt;", "<").replace("&gt;", ">")
}

/// A link to a note for a cell: by its whole path, which nothing can make ambiguous, showing a name.
/// A path that no link can name is shown as text.
#[must_use]
pub fn link_cell(path: &str, shown: &str) -> String {
    link(path, shown).map_or_else(|| cell(shown), |link| link.replace('|', "\\|"))
}

/// The same for a line.
#[must_use]
pub fn link_line(path: &str, shown: &str) -> String {
    link(path, shown).unwrap_or_else(|| inline(shown))
}

fn link(path: &str, shown: &str) -> Option<String> {
    let target = target(path);
    let linkable =
        !target.contains(['#', '^', '|', '[', ']', '\\', '\n', '\r', '`', '<']) && !target.contains("%%");
    let shown: String =
        shown.chars().map(|c| if matches!(c, '|' | '[' | ']' | '<' | '>') { ' ' } else { c }).collect();
    // A backtick without another would find one behind the link, and make code of its end.
    let mut shown = outside_code(&one_line(&shown), |text| text.replace('`', "'"));
    while shown.contains("%%") {
        shown = shown.replace("%%", "% %");
    }
    let shown = if shown.is_empty() { target.to_owned() } else { shown };
    let linkable = linkable && !target.contains("--");
    // A link shows its path where it says nothing else.
    linkable.then(|| if shown == target { format!("[[{target}]]") } else { format!("[[{target}|{shown}]]") })
}

/// What a link to a note says: its path without an extension, where that is read as the same path again.
fn target(path: &str) -> &str {
    path.strip_suffix(".md").filter(|bare| !path::is_note(bare)).unwrap_or(path)
}

/// A link to a note in a board.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NoteLink {
    /// The path of the note.
    pub path: String,
    /// What is shown of it.
    pub shown: String,
}

/// Reads what [`link_cell`] or [`link_line`] wrote.
#[must_use]
pub fn read_link(cell: &str) -> Option<NoteLink> {
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
