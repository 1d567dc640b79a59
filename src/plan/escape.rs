//! Escapes text from notes that is written into a line of another note.
//!
//! No name may end a board, open a block or a marker, or look like a conflict.

use crate::syntax::block_start::{atx_heading, is_fence, is_thematic_break, list_marker};
use crate::text::number::split_digits;

/// Returns text for use within a line: one line, without HTML, links, block ids or changelog tags.
#[must_use]
pub(crate) fn inline(text: &str) -> String {
    // The text around it may open or close a code span, so code is not exempted here. What a link shows may begin
    // or end with a blank, so blanks are trimmed again.
    untagged(one_line(&prose(&one_line(text))))
}

/// Escapes a block id at the end of a text, and the changelog tags of histories, so that they are shown as text.
fn untagged(text: String) -> String {
    if !text.contains(['^', '#']) {
        return text;
    }
    let text = text.replace("[changelog#", "[changelog\\#");
    let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let (before, id) = text.split_at(text.trim_end_matches(is_id).len());
    match before.strip_suffix('^') {
        Some(before) if !id.is_empty() && (before.is_empty() || before.ends_with(' ')) => {
            format!("{before}\\^{id}")
        }
        _ => text,
    }
}

/// Like [`inline`], but also safe at the start of a line: it opens no block.
#[must_use]
pub(crate) fn line(text: &str) -> String {
    let out = inline(text);
    let (number, rest) = split_digits(&out);
    let is_item = !number.is_empty() && rest.starts_with(['.', ')']);
    let opens =
        number.is_empty() && rest.starts_with(['#', '>', '-', '+', '*', '=', '<', '|', '`', '~', '$']);
    if is_item || opens { format!("{number}\\{rest}") } else { out }
}

/// Keeps what a person has written for a line of its own from opening a block there. The rest of the line stays
/// as it is.
#[must_use]
pub(crate) fn no_block(text: &str) -> String {
    let text = text.trim();
    match block_mark(text) {
        Some(at) => format!("{}\\{}", &text[..at], &text[at..]),
        None => text.to_owned(),
    }
}

/// Returns the position of the mark by which a line opens a block (sections 4 and 5 of the `CommonMark`
/// specification).
fn block_mark(text: &str) -> Option<usize> {
    if let Some((marker, _)) = list_marker(text) {
        return Some(marker.len() - 1);
    }
    let opens = match text.chars().next()? {
        '#' => atx_heading(text).is_some(),
        '-' | '*' | '_' => is_thematic_break(text),
        '>' => true,
        '`' => is_fence(text) && !begins_with_code(text),
        '~' => is_fence(text),
        '<' => opens_html(text),
        // The definition of a link or a footnote shows nothing.
        '[' => text.find(']').is_some_and(|end| text[end + 1..].starts_with(':')),
        _ => false,
    };
    opens.then_some(0)
}

/// The tags that open a block at the start of a line, whatever stands behind them: HTML blocks of `CommonMark`,
/// conditions 1 and 6.
const HTML_BLOCKS: &str = "address article aside base basefont blockquote body caption center col colgroup dd details dialog dir \
    div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html \
    iframe legend li link main menu menuitem nav noframes ol optgroup option p param pre script search \
    section source style summary table tbody td textarea tfoot th thead title tr track ul";

/// Whether a line opens a block of HTML, which shows none of its text: a comment, the tag of a block, or a tag
/// that stands alone.
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

/// Returns text on one line: runs of blanks and line breaks become single blanks, and invisible characters become
/// visible.
pub(super) fn one_line(text: &str) -> String {
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

/// Returns text without HTML, comments and links; what they show stays.
pub(super) fn prose(text: &str) -> String {
    // Everything below begins or ends with one of these.
    if !text.contains(['[', ']', '%', '<', '>']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = unlinked(text);
    // Brackets in the text must not become links of the board.
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
    // Seven equal characters begin a conflict marker, and `-->` closes a comment.
    out.replace("-->", "--&gt;").replace("<<<<<<<", "&lt;<<<<<<").replace(">>>>>>>", "&gt;>>>>>>")
}

/// Replaces links by what they show, since the text will stand in another note.
fn unlinked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // The position of the next `]]`, counted from the end. It is searched only once, however many `[[` stand
    // before it.
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

/// Applies a function to the text outside of code spans, since markup has no effect in code.
pub(super) fn outside_code(text: &str, apply: impl Fn(&str) -> String) -> String {
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

/// Whether a text begins with a code span. Such a line opens no fence, because the first line of a fence has no
/// further backtick (section 4.5 of the `CommonMark` specification).
#[must_use]
pub(crate) fn begins_with_code(text: &str) -> bool {
    let runs = backticks(text.trim_start());
    matches!(runs[..], [(0, len), ref rest @ ..] if rest.iter().any(|(_, other)| *other == len))
}

/// Returns the position and length of each run of backticks.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_no_conflict_and_opens_no_block() {
        assert_eq!(line("<<<<<<< HEAD [[x]]"), "&lt;<<<<<< HEAD x");
        assert_eq!([line("1. x"), line("1 x"), line("- x")], ["1\\. x", "1 x", "\\- x"]);
        assert_eq!(line("[[# ]]```"), "\\```");
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
        assert_eq!([inline("See [[ x ]] [[ ]] y"), inline("[[ ]]")], ["See x y", ""]);
    }
}
