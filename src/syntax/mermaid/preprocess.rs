//! Prepares a text as mermaid does before parsing: normalises line ends, and removes frontmatter, directives and
//! comments.
//!
//! Mermaid does this with patterns over the whole text, so it also happens inside quoted labels. Every step here
//! is a single pass, because the patterns' backtracking would take quadratic time on hostile input.

use std::ops::Range;

use super::chars::{after_one, ends_line, is_space, skip};
use super::directive;
use super::frontmatter::{self, Settings};
use super::source::Mapped;
use crate::text::line::next_line;

/// A text ready for type detection.
#[derive(Debug)]
pub(super) struct Prepared<'s> {
    pub(super) text: Mapped<'s>,
    pub(super) settings: Settings,
    /// Where the frontmatter is not YAML, and why.
    pub(super) bad_frontmatter: Option<(Range<usize>, String)>,
}

/// Runs all steps up to type detection.
pub(super) fn prepare(source: &str) -> Prepared<'_> {
    let mut text = Mapped::new(source);
    settle_line_ends(&mut text);
    quote_attributes(&mut text);

    let mut settings = Settings::default();
    let mut bad_frontmatter = None;
    if let Some(block) = frontmatter::find(text.text()) {
        match frontmatter::read(block.yaml.clone(), text.text()) {
            Ok(read) => settings = read,
            // The block is at the start of the text, where only carriage returns have been removed so far.
            Err(reason) => bad_frontmatter = Some((text.span(block.yaml).range(), reason)),
        }
        text.cut_start(block.end);
    }
    if let Some(cuts) = directive::find(text.text(), &mut settings) {
        text.cut(&cuts);
    }
    let cuts = comments(text.text());
    text.cut(&cuts);
    let leading = skip(text.text(), 0, is_space);
    text.cut_start(leading);
    Prepared { text, settings, bad_frontmatter }
}

/// Replaces CRLF and lone CR by LF.
fn settle_line_ends(text: &mut Mapped<'_>) {
    let bytes = text.text().as_bytes();
    let cuts: Vec<_> = memchr::memchr_iter(b'\r', bytes)
        .filter(|&at| bytes.get(at + 1) == Some(&b'\n'))
        .map(|at| at..at + 1)
        .collect();
    text.cut(&cuts);
    if text.text().contains('\r') {
        text.replace(text.text().replace('\r', "\n"));
    }
}

/// Replaces `="v"` by `='v'` in anything like `<tag …>`, so that HTML may stand in a quoted label.
fn quote_attributes(text: &mut Mapped<'_>) {
    let old = text.text();
    let mut new = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(open) = old.get(at..).and_then(|rest| rest.find('<')).map(|found| at + found) {
        let name_end = super::chars::skip_word(old, open + 1);
        at = open + 1;
        if name_end == at {
            continue;
        }
        let Some(close) = old.get(at..).and_then(|rest| rest.find('>')).map(|found| at + found) else {
            break;
        };
        while let Some((from, to)) = attribute(old, at, close) {
            new.push_str(old.get(copied..from).unwrap_or(""));
            new.push('\'');
            new.push_str(old.get(from + 1..to).unwrap_or(""));
            new.push('\'');
            copied = to + 1;
            at = copied;
        }
        at = close + 1;
    }
    if copied > 0 {
        new.push_str(old.get(copied..).unwrap_or(""));
        text.replace(new);
    }
}

/// Returns the offsets of the two quotes of the first `="…"` between two offsets.
fn attribute(text: &str, from: usize, to: usize) -> Option<(usize, usize)> {
    let open = from + text.get(from..to)?.find("=\"")? + 1;
    let close = open + 1 + text.get(open + 1..to)?.find('"')?;
    Some((open, close))
}

/// Returns the ranges of comment lines, each with the blank lines before it.
///
/// A bare `%%` is not a comment (mermaid takes it for a node), and neither is `%%{`.
fn comments(text: &str) -> Vec<Range<usize>> {
    let mut cuts = Vec::new();
    let mut at = 0;
    let mut blank_from = None;
    while at < text.len() {
        let from = *blank_from.get_or_insert(at);
        let first = skip(text, at, |c| is_space(c) && !ends_line(c));
        let rest = text.get(first..).unwrap_or("");
        let line_end = first + rest.find(ends_line).unwrap_or(rest.len());
        let is_comment =
            rest.strip_prefix("%%").is_some_and(|tail| tail.starts_with(|c: char| c != '{' && c != '\n'));
        if is_comment {
            let end = next_line(text, first);
            cuts.push(from..end);
            at = end;
            blank_from = None;
            continue;
        }
        if first < line_end {
            blank_from = None;
        }
        at = after_one(text, line_end);
    }
    cuts
}

/// Does the final steps, which are for flowcharts only: applies mermaid's protection of `style A fill:#fff;` from
/// being read as an entity, appends a newline, and removes blank lines after `}`.
pub(super) fn finish_flowchart(text: &mut Mapped<'_>) {
    for keyword in ["style", "classDef"] {
        let cuts = protecting_semicolons(text.text(), keyword);
        text.cut(&cuts);
    }
    text.append("\n");
    let cuts = blanks_after_braces(text.text());
    text.cut(&cuts);
}

/// Returns the last `;` of every line that has the keyword, then a `:`, then a `#` in the same word, and then a
/// `;`.
fn protecting_semicolons(text: &str, keyword: &str) -> Vec<Range<usize>> {
    let mut cuts = Vec::new();
    if !text.contains(keyword) {
        return cuts;
    }
    let mut line_start = 0;
    for line in text.split_inclusive(ends_line) {
        let parts = line.find(keyword).map(|at| at + keyword.len()).zip(line.rfind(';'));
        if let Some(between) = parts.and_then(|(from, to)| line.get(from..to))
            && has_colour(between)
        {
            let at = line_start + line.rfind(';').unwrap_or(0);
            cuts.push(at..at + 1);
        }
        line_start += line.len();
    }
    cuts
}

/// Whether a `#` follows a `:` within one word.
fn has_colour(text: &str) -> bool {
    let mut after_colon = false;
    for c in text.chars() {
        match c {
            ':' => after_colon = true,
            '#' if after_colon => return true,
            c if is_space(c) => after_colon = false,
            _ => {}
        }
    }
    false
}

/// Returns the white space between each `}` and the last newline that follows it.
fn blanks_after_braces(text: &str) -> Vec<Range<usize>> {
    memchr::memchr_iter(b'}', text.as_bytes())
        .filter_map(|brace| {
            let from = brace + 1;
            let to = skip(text, from, is_space);
            let newline = text.get(from..to)?.rfind('\n')?;
            (newline > 0).then_some(from..from + newline)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &str) {
        let mut prepared = prepare(source).text;
        finish_flowchart(&mut prepared);
        assert_eq!(prepared.text(), format!("{expected}\n"), "{source:?}");
    }

    #[test]
    fn comments_take_their_blank_lines_with_them() {
        check("a\n\n  %% gone\nb", "a\nb");
        check("a\n%%\nb %% stays\n%%{.stays\n%%gone", "a\n%%\nb %% stays\n%%{.stays\n");
        check("%% only", "");
        check("a[\"x\n%% gone\ny\"]", "a[\"x\ny\"]");
    }

    #[test]
    fn line_ends_become_newlines() {
        check("a\r\nb\rc", "a\nb\nc");
    }

    #[test]
    fn attribute_quotes_become_single() {
        check("a[\"<i class=\"x\" id=\"y\">\"]", "a[\"<i class='x' id='y'>\"]");
        check("a <-- b=\"c\" > <b=\"", "a <-- b=\"c\" > <b=\"");
    }

    #[test]
    fn the_semicolon_after_a_colour_goes() {
        check("style a fill:#fff;", "style a fill:#fff");
        check("style a fill:#fff; b; c", "style a fill:#fff; b c");
        check("style a fill: #fff;", "style a fill: #fff;");
        check("linkStyle 0 stroke:#f00;", "linkStyle 0 stroke:#f00;");
    }

    #[test]
    fn blank_lines_after_a_brace_go() {
        check("a{b} \n \n c", "a{b}\n c");
    }
}
