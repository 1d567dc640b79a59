//! Makes text from notes harmless in a board.
//!
//! No name may end a board, break a table, open a marker or look like a conflict.

use crate::text::path;

/// Text within a line of a board: one line, no HTML, no link of its own.
#[must_use]
pub fn inline(text: &str) -> String {
    // What stands around it may open or close a code span, so none is told apart here.
    // What a link shows may begin or end with a blank.
    one_line(&prose(&one_line(text)))
}

/// The same where a line may begin with it: it opens no block.
#[must_use]
pub fn line(text: &str) -> String {
    let out = inline(text);
    let digits = out.len() - out.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = out.split_at(digits);
    let is_item = digits > 0 && rest.starts_with(['.', ')']);
    let opens = digits == 0 && rest.starts_with(['#', '>', '-', '+', '*', '=', '<', '|', '`', '~', '$']);
    if is_item || opens { format!("{number}\\{rest}") } else { out }
}

/// What a person has written for a line of its own, kept from opening a block there. Within the line it stays what it is.
#[must_use]
pub fn no_block(text: &str) -> String {
    let text = text.trim();
    match block_mark(text) {
        Some(at) => format!("{}\\{}", &text[..at], &text[at..]),
        None => text.to_owned(),
    }
}

/// Where the mark stands by which a line opens a block (section 4 and 5 of the specification).
fn block_mark(text: &str) -> Option<usize> {
    let run = |mark: char| text.len() - text.trim_start_matches(mark).len();
    let ends =
        |at: usize| text.get(at..).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if (1..=9).contains(&digits) && text[digits..].starts_with(['.', ')']) && ends(digits + 1) {
        return Some(digits);
    }
    let is_break = ['-', '*', '_'].into_iter().any(|mark| {
        run(mark) > 0
            && text.chars().all(|c| c == mark || matches!(c, ' ' | '\t'))
            && text.chars().filter(|c| *c == mark).count() >= 3
    });
    let opens = match text.chars().next()? {
        '#' => run('#') <= 6 && ends(run('#')),
        '-' | '+' | '*' => is_break || ends(1),
        '_' => is_break,
        '>' => true,
        '`' => run('`') >= 3 && !begins_with_code(text),
        '~' => run('~') >= 3,
        '<' => opens_html(text),
        // A definition, of a link or a footnote, shows nothing.
        '[' => text.find(']').is_some_and(|end| text[end + 1..].starts_with(':')),
        _ => false,
    };
    opens.then_some(0)
}

/// Tags that open a block wherever they begin a line, whatever stands behind them: HTML blocks of `CommonMark`, the conditions
/// 1 and 6.
const HTML_BLOCKS: &str = "address article aside base basefont blockquote body caption center col colgroup dd details dialog dir \
    div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html \
    iframe legend li link main menu menuitem nav noframes ol optgroup option p param pre script search \
    section source style summary table tbody td textarea tfoot th thead title tr track ul";

/// Whether a line opens a block of HTML, which shows nothing of it: a comment, the tag of a block, or one that stands
/// alone.
fn opens_html(text: &str) -> bool {
    let inner = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    let name_len = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (name, behind) = inner.split_at(name_len);
    let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && (behind.is_empty() || behind.starts_with([' ', '\t', '/', '>']));
    let stands_alone = || behind.split_once('>').is_none_or(|(_, rest)| rest.trim().is_empty());
    inner.starts_with(['!', '?'])
        || is_tag && (stands_alone() || HTML_BLOCKS.split(' ').any(|block| name.eq_ignore_ascii_case(block)))
}

/// Text for a cell of a table: a line whose bars are escaped; `-` where there is none.
#[must_use]
pub fn cell(text: &str) -> String {
    let line = bars(&outside_code(&one_line(text), prose));
    // A link may show a blank.
    let line = line.trim();
    if line.is_empty() { "-" } else { line }.to_owned()
}

/// All blanks and line breaks as single blanks; characters that nobody sees as what they are.
fn one_line(text: &str) -> String {
    // Most texts of notes are one line already.
    if text.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
        && !text.contains("  ")
        && !text.starts_with(' ')
        && !text.ends_with(' ')
    {
        return text.to_owned();
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Text without HTML, comments and links: what they show stays.
fn prose(text: &str) -> String {
    // Everything below begins or ends with one of these.
    if !text.contains(['[', ']', '%', '<', '>']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = unlinked(text);
    // Brackets of the text are no links of the board.
    for (marks, apart) in [("[[", "[ ["), ("]]", "] ]"), ("](", "] ("), ("][", "] ["), ("%%", "% %")] {
        while rest.contains(marks) {
            rest = rest.replace(marks, apart);
        }
    }
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        let opens = chars.peek().is_some_and(|next| next.is_ascii_alphabetic() || "!/?".contains(*next));
        if c == '<' && opens { out.push_str("&lt;") } else { out.push(c) }
    }
    // Seven of one kind begin a conflict, and these three close a comment.
    out.replace("-->", "--&gt;").replace("<<<<<<<", "&lt;<<<<<<").replace(">>>>>>>", "&gt;>>>>>>")
}

/// Links of a text as what they show: it will stand in another note.
fn unlinked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Where the next `]]` is, counted from the end: looked for once, however many `[[` stand before it.
    let mut close = None;
    while let Some(at) = rest.find("[[") {
        let inner = &rest[at + 2..];
        if close.is_none_or(|close| close > inner.len()) {
            let Some(next) = inner.find("]]") else { break };
            close = Some(inner.len() - next);
        }
        let end = close.map_or(0, |close| inner.len() - close);
        if inner[..end].contains("[[") {
            out.push_str(&rest[..at + 2]);
            rest = inner;
            continue;
        }
        let before = rest[..at].strip_suffix('!').unwrap_or(&rest[..at]);
        let (target, shown) =
            inner[..end].split_once('|').map_or((&inner[..end], None), |(t, s)| (t, Some(s)));
        out.push_str(before);
        match shown {
            Some(shown) => out.push_str(shown),
            None => out.push_str(&target.trim_start_matches('#').replace('#', " > ")),
        }
        rest = &inner[end + 2..];
    }
    out + rest
}

/// Applies something to what is no code span: what stands in one is no mark-up.
fn outside_code(text: &str, apply: impl Fn(&str) -> String) -> String {
    let runs = backticks(text);
    let mut out = String::with_capacity(text.len());
    let (mut at, mut next) = (0, 0);
    while let Some(&(start, len)) = runs.get(next) {
        let close = runs[next + 1..].iter().position(|(_, other)| *other == len).map(|i| next + 1 + i);
        let Some(close) = close else {
            next += 1;
            continue;
        };
        let end = runs[close].0 + len;
        out.push_str(&apply(&text[at..start]));
        out.push_str(&text[start..end]);
        (at, next) = (end, close + 1);
    }
    out + &apply(&text[at..])
}

/// Whether a text begins with a code span: that opens no fence, whose first line has no backtick behind its
/// first ones (section 4.5 of the specification).
#[must_use]
pub fn begins_with_code(text: &str) -> bool {
    let runs = backticks(text.trim_start());
    matches!(runs[..], [(0, len), ref rest @ ..] if rest.iter().any(|(_, other)| *other == len))
}

/// Where each run of backticks begins, and how long it is.
fn backticks(text: &str) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in text.match_indices('`') {
        match runs.last_mut() {
            Some((start, len)) if *start + *len == at => *len += 1,
            _ => runs.push((at, 1)),
        }
    }
    runs
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

/// The path and the shown name of a cell that [`link_cell`] wrote.
#[must_use]
pub fn read_link(cell: &str) -> Option<(String, String)> {
    let inner = cell.trim().strip_prefix("[[")?.strip_suffix("]]")?;
    let (path, shown) = inner.split_once("\\|").or_else(|| inner.split_once('|')).unwrap_or((inner, inner));
    let path = if path::is_note(path) { path.to_owned() } else { format!("{path}.md") };
    Some((path, shown.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_cell() {
        assert_eq!(cell("a | b \\"), "a \\| b \\\\");
        assert_eq!(read_cell(&cell("a | b \\")), "a | b \\");
        assert_eq!(cell("x --> <!-- portolan:end -->\n| y"), "x --&gt; &lt;!-- portolan:end --&gt; \\| y");
        assert_eq!(cell("a <b>x</b> < 3, `Vec<u8>` `<"), "a &lt;b>x&lt;/b> < 3, `Vec<u8>` `<");
        assert_eq!(cell("\\d \\. \\|"), "\\d \\\\. \\\\\\|");
        assert_eq!(read_cell(&cell("\\d \\. \\| <b>")), "\\d \\. \\| <b>");
        assert_eq!([cell(" "), cell("[[ ]]")], ["-", "-"]);
        assert_eq!(line("<<<<<<< HEAD [[x]]"), "&lt;<<<<<< HEAD x");
        assert_eq!([line("1. x"), line("1 x"), line("- x")], ["1\\. x", "1 x", "\\- x"]);
        assert_eq!(line("[[# ]]```"), "\\```");
    }

    #[test]
    fn a_link_is_read_as_the_path_that_was_written() {
        for (path, target) in
            [("a/B.md", "a/B"), ("B.MD", "B.MD"), ("b.md.md", "b.md.md"), ("v1.2.md", "v1.2")]
        {
            assert_eq!(link_cell(path, "B"), format!("[[{target}\\|B]]"));
            assert_eq!(read_link(&link_cell(path, "B")), Some((path.to_owned(), "B".to_owned())));
        }
    }

    #[test]
    fn a_line_of_a_person_opens_no_block() {
        for (text, expected) in [
            ("# a", "\\# a"),
            ("#", "\\#"),
            ("#tag", "#tag"),
            ("####### a", "####### a"),
            ("- a", "\\- a"),
            ("* * *", "\\* * *"),
            ("---", "\\---"),
            ("-20 %", "-20 %"),
            ("**a** b", "**a** b"),
            ("___", "\\___"),
            ("_a_", "_a_"),
            ("1. a", "1\\. a"),
            ("1.5 a", "1.5 a"),
            ("1234567890. a", "1234567890. a"),
            ("> a", "\\> a"),
            ("```", "\\```"),
            ("~~~ a", "\\~~~ a"),
            ("`a` b", "`a` b"),
            ("```a``` b", "```a``` b"),
            ("[a]: b", "\\[a]: b"),
            ("<div>", "\\<div>"),
            ("</details>", "\\</details>"),
            ("<h2>x</h2> y", "\\<h2>x</h2> y"),
            ("<!-- a", "\\<!-- a"),
            ("<br>", "\\<br>"),
            ("<b>a</b> b", "<b>a</b> b"),
            ("<https://a.example>", "<https://a.example>"),
            ("< 3 s", "< 3 s"),
            ("[[a]]: b", "[[a]]: b"),
            ("[ ] a", "[ ] a"),
            ("      a", "a"),
            ("\\# a", "\\# a"),
            ("", ""),
        ] {
            assert_eq!(no_block(text), expected);
            assert_eq!(no_block(expected), expected);
            let item = format!("- {expected}\n");
            let outline = crate::syntax::markdown::outline(&item, 0);
            assert!(outline.items.len() == 1 && outline.fences.is_empty(), "{item}");
        }
    }

    #[test]
    fn a_code_span_opens_no_fence() {
        for (text, code) in
            [("`a` b", true), ("```a```", true), ("```a``", false), ("a `b`", false), ("`", false)]
        {
            assert_eq!(begins_with_code(text), code, "{text}");
        }
    }

    #[test]
    fn links_of_a_text_are_what_they_show() {
        assert_eq!(
            cell("See [[a/B#C#D]], ![[p.png|a plan]] and [[#Here]]"),
            "See a/B > C > D, a plan and Here"
        );
        assert_eq!([inline("See [[ x ]] [[ ]] y"), inline("[[ ]]")], ["See x y", ""]);
        assert_eq!(cell("[x](../y.md) [[ [[z"), "[x] (../y.md) [ [ [ [z");
    }

    #[test]
    fn links_are_read_back() {
        let cell = link_cell("a/b c.md", "The | name");
        assert_eq!(cell, "[[a/b c\\|The name]]");
        assert_eq!(read_link(&cell), Some(("a/b c.md".to_owned(), "The name".to_owned())));
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
            assert_eq!(read_link(link), Some((path.to_owned(), shown.to_owned())));
        }
        assert_eq!(link_line("a.md", "The `cfg"), "[[a|The 'cfg]]");
        assert_eq!(link_line("a.md", "The `cfg` ``"), "[[a|The `cfg` '']]");
    }
}
