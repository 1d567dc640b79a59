//! Makes text from notes harmless in a board.
//!
//! No name may end a board, break a table, open a marker or look like a conflict.

/// Text for a line of a board: one line, no HTML comment, no wikilink of its own.
#[must_use]
pub fn line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut out = words.join(" ").replace("<!--", "&lt;!--").replace("-->", "--&gt;").replace("%%", "% %");
    // Brackets of the text are no links of the board.
    for (marks, spaced) in [("[[", "[ ["), ("]]", "] ]")] {
        while out.contains(marks) {
            out = out.replace(marks, spaced);
        }
    }
    // A line that begins like a block would be one.
    let starts_block = out.starts_with(['#', '>', '-', '+', '*', '=', '<', '|', '`', '~'])
        || out.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['.', ')']);
    if starts_block { format!("\\{out}") } else { out }
}

/// Text for a cell of a table: a line whose bars are escaped; `-` where there is none.
#[must_use]
pub fn cell(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ").replace("<!--", "&lt;!--").replace("-->", "--&gt;").replace("%%", "% %");
    let line = line.replace("[[", "[ [").replace("]]", "] ]");
    let line = bars(&line);
    if line.is_empty() { "-".to_owned() } else { line }
}

/// A bar is written `\|` in a table, whatever stands before it.
fn bars(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' => out.push_str("\\|"),
            // A backslash at the end would escape the bar behind the cell.
            '\\' => out.push_str("\\\\"),
            c => out.push(c),
        }
    }
    out
}

/// What a cell says, its escapes taken back.
#[must_use]
pub fn read_cell(cell: &str) -> String {
    cell.replace("\\|", "|").replace("\\\\", "\\").replace("&lt;!--", "<!--").replace("--&gt;", "-->")
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
    link(path, shown).unwrap_or_else(|| line(shown))
}

fn link(path: &str, shown: &str) -> Option<String> {
    let target = path.strip_suffix(".md").unwrap_or(path);
    let linkable = !target.contains(['#', '^', '|', '[', ']', '\\', '\n', '\r']) && !target.contains("%%");
    let shown: String =
        shown.chars().map(|c| if matches!(c, '|' | '[' | ']' | '<' | '>') { ' ' } else { c }).collect();
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = if shown.is_empty() { target.to_owned() } else { shown };
    (linkable && !target.contains("--")).then(|| format!("[[{target}|{shown}]]"))
}

/// The path and the shown name of a cell that [`link_cell`] wrote.
#[must_use]
pub fn read_link(cell: &str) -> Option<(String, String)> {
    let inner = cell.trim().strip_prefix("[[")?.strip_suffix("]]")?;
    let (path, shown) = inner.split_once("\\|").or_else(|| inner.split_once('|'))?;
    Some((format!("{path}.md"), shown.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_cell() {
        assert_eq!(cell("a | b \\"), "a \\| b \\\\");
        assert_eq!(read_cell(&cell("a | b \\")), "a | b \\");
        assert_eq!(cell("x --> <!-- portolan:end -->\n| y"), "x --&gt; &lt;!-- portolan:end --&gt; \\| y");
        assert_eq!(cell(" "), "-");
        assert_eq!(line("<<<<<<< HEAD [[x]]"), "\\<<<<<<< HEAD [ [x] ]");
        assert_eq!(line("1. x"), "\\1. x");
    }

    #[test]
    fn links_are_read_back() {
        let cell = link_cell("a/b c.md", "The | name");
        assert_eq!(cell, "[[a/b c\\|The name]]");
        assert_eq!(read_link(&cell), Some(("a/b c.md".to_owned(), "The name".to_owned())));
        assert_eq!(link_cell("a#b.md", "x"), "x");
    }
}
