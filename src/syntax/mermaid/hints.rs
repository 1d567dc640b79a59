//! Hints and fixes for tokens that do not fit.
//!
//! Nearly all broken diagrams have one of a dozen typical errors, which mermaid's own messages do not name. Each
//! is recognised here from the offending token and its surroundings. A fix is safe only where nothing else can
//! have been meant.

use std::ops::Range;

use crate::text::message::shortened;

use super::chars::{is_blank, is_space, skip, trim};
use super::lexer::line_end;
use super::links;
use super::tokens::{Kind, Token};
use super::write::requoted;

/// A hint, perhaps with a fix.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Advice {
    pub(super) hint: String,
    pub(super) fix: Option<Change>,
}

/// A change of the prepared text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change {
    pub(super) title: &'static str,
    pub(super) safe: bool,
    pub(super) edits: Vec<(Range<usize>, String)>,
}

impl Advice {
    pub(super) fn hint(hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), fix: None }
    }

    pub(super) fn fix(
        mut self,
        title: &'static str,
        safe: bool,
        at: Range<usize>,
        new: impl Into<String>,
    ) -> Self {
        self.fix.get_or_insert(Change { title, safe, edits: Vec::new() }).edits.push((at, new.into()));
        self
    }
}

/// The length of the longest piece of a diagram that a message quotes.
const QUOTED: usize = 24;

/// Describes a token in words.
pub(super) fn describe(text: &str, token: Token) -> String {
    match token.kind {
        Kind::EndOfText => "the end of the diagram".to_owned(),
        Kind::Newline => "the end of the line".to_owned(),
        Kind::Blank => "a space".to_owned(),
        Kind::Quote => "a quote".to_owned(),
        kind => {
            let arrow = slipped_arrow(text, token).map(|(_, written, _)| written);
            let written = arrow.unwrap_or_else(|| trim(text.get(token.range()).unwrap_or("")));
            let shown = shortened(written, QUOTED).replace('\n', " ");
            let word = if kind.is_reserved() { "the reserved word " } else { "" };
            format!("{word}`{shown}`")
        }
    }
}

/// Returns advice where a token does not fit after the last one.
pub(super) fn for_token(text: &str, last: Token, token: Token) -> Option<Advice> {
    let rest = text.get(token.start..).unwrap_or("");
    let blanks_from = last_blank_run(text, token.start);
    if rest.starts_with("%%") {
        return Some(break_comment(blanks_from..token.start));
    }
    if let Some(advice) = arrow(text, token) {
        return Some(advice);
    }
    if text.get(..token.start).is_some_and(|before| before.ends_with("| ")) && token.kind == Kind::Blank {
        let end = skip(text, token.start, is_blank);
        let advice = Advice::hint("only one space may stand between `|` and the node");
        return Some(advice.fix("remove the spaces", true, token.start..end, ""));
    }
    let starts_statement = matches!(last.kind, Kind::Newline | Kind::Semicolon | Kind::Link);
    match token.kind {
        Kind::Graph if last.kind == Kind::Newline => {
            Some(Advice::hint("a second diagram needs a block of its own"))
        }
        kind if kind.is_reserved() => reserved(text, last, token),
        Kind::Bracket(bracket)
            if bracket.opens_shape() && (starts_statement || lacks_id(text, blanks_from)) =>
        {
            Some(Advice::hint("a shape needs the id of its node before it, as in `a[text]`"))
        }
        kind if kind.is_link() && last.kind.is_reserved() => reserved(text, token, last),
        Kind::Newline | Kind::EndOfText | Kind::Semicolon if last.kind == Kind::Link => Some(
            swallowed_head(text, last).unwrap_or_else(|| Advice::hint("a link needs a node on either side")),
        ),
        // An id stands before its link; `C[ops@example.org]` is a text.
        kind if kind.is_link()
            && last.kind == Kind::Link
            && (kind != Kind::EdgeId || is_edge_id(text, token)) =>
        {
            Some(Advice::hint("a link needs a node on either side"))
        }
        kind if kind.is_id() && last.kind == Kind::Ampersand => {
            Some(Advice::hint("`&` needs a space on both sides").fix(
                "add a space",
                true,
                token.start..token.start,
                " ",
            ))
        }
        Kind::Ampersand => Some(Advice::hint("`&` needs a space on both sides, and a node")),
        Kind::Direction(_) => Some(Advice::hint(
            "mermaid takes a line with `direction TB` in it for a direction statement, wherever it stands; \
             write the word differently",
        )),
        Kind::EdgeId => Some(Advice::hint(
            "an `@` makes what stands before it the id of a link; put text with `@` in quotes",
        )),
        Kind::Quote if starts_statement => Some(Advice::hint(
            "an id cannot be quoted: write an id and put the text in brackets, as in `a[\"text\"]`",
        )),
        kind if kind.is_id() && last.kind == Kind::Blank => Some(Advice::hint(
            "an id holds no spaces: link two nodes with `-->`, or write a text as `a[\"text\"]`",
        )),
        Kind::Unknown if rest.starts_with('#') => {
            Some(Advice::hint("`#…;` stands for a character, and only in brackets or quotes"))
        }
        Kind::Unknown => Some(Advice::hint(
            "ids are made of letters, digits and `_`: put other characters in quotes, as in `a[\"text\"]`",
        )),
        _ => None,
    }
}

/// The fix where a space separates the id of a node from its shape. It is safe only if it mends the line, because
/// the line may be prose with a link.
pub(super) const JOIN_SHAPE: &str = "remove the space";

/// Returns advice where a space separates the id of a node from its shape. What looks like the mark of a list item
/// is not joined, because a list may stand in a block that was never closed.
pub(super) fn for_parted_shape(id: &str, between: Range<usize>) -> Advice {
    let is_number = |number: &str| number.bytes().all(|b| b.is_ascii_digit());
    let is_mark = !id.contains(|c: char| c.is_alphanumeric() || c == '_')
        || id.strip_suffix('.').is_some_and(is_number);
    let advice = Advice::hint("no space may stand between an id and its bracket");
    if is_mark { advice } else { advice.fix(JOIN_SHAPE, true, between, "") }
}

/// Whether a node begins at an offset, with nothing before it in its statement or group.
fn lacks_id(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.is_empty() || before.ends_with(['\n', ';', '&']))
}

/// Whether a link follows a token, so that the token can be the link's id.
fn is_edge_id(text: &str, token: Token) -> bool {
    links::at(text, skip(text, token.end, is_blank)).is_some()
}

/// Returns the start of the spaces that end at an offset.
fn last_blank_run(text: &str, at: usize) -> usize {
    text.get(..at).map_or(at, |before| before.trim_end_matches(is_blank).len())
}

/// Returns the advice to put a comment on a separate line.
fn break_comment(blanks: Range<usize>) -> Advice {
    Advice::hint("a comment needs a line of its own").fix(
        "put the comment on its own line",
        true,
        blanks,
        "\n",
    )
}

/// Finds `->`, `=>` or an arrow made by a word processor. Returns its offset, the arrow, and the link that was
/// meant.
fn slipped_arrow(text: &str, token: Token) -> Option<(usize, &'static str, &'static str)> {
    let before = text.get(..token.start)?;
    let rest = text.get(token.start..)?;
    // The dash may already have been taken as the end of an id.
    let start = if rest.starts_with('>') && before.ends_with('-') { token.start - 1 } else { token.start };
    let rest = text.get(start..)?;
    [("->", "-->"), ("=>", "==>"), ("→", "-->"), ("–>", "-->"), ("—>", "-->"), ("⇒", "==>")]
        .into_iter()
        .find(|(written, _)| rest.starts_with(written))
        .map(|(written, meant)| (start, written, meant))
}

fn arrow(text: &str, token: Token) -> Option<Advice> {
    let (start, written, meant) = slipped_arrow(text, token)?;
    let advice = Advice::hint(format!("a link is written `{meant}`"));
    Some(advice.fix("write the link in full", true, start..start + written.len(), meant))
}

/// Returns advice for a reserved word where an id was meant.
fn reserved(text: &str, last: Token, token: Token) -> Option<Advice> {
    let written = text.get(token.range())?;
    let word = trim(written);
    if token.kind == Kind::End && !last.kind.is_link() && last.kind != Kind::Blank {
        return Some(Advice::hint("there is no open subgraph that this `end` could close"));
    }
    let other = match word.strip_prefix('_') {
        Some(rest) => rest.to_owned(),
        None => word.get(..1)?.to_ascii_uppercase() + word.get(1..)?,
    };
    Some(Advice::hint(format!("`{word}` means something to mermaid and cannot be an id; `{other}` can")).fix(
        "change the id",
        false,
        token.start..token.start + word.len(),
        other,
    ))
}

/// Returns advice for `A---o` at the end of a line, where the `o` was meant as a node.
fn swallowed_head(text: &str, link: Token) -> Option<Advice> {
    let written = text.get(link.range())?;
    let mark = trim(written);
    let head = mark.chars().next_back().filter(|c| matches!(c, 'o' | 'x'))?;
    let start = link.start + (written.len() - written.trim_start_matches(is_space).len());
    let at = start + mark.len() - 1;
    Some(Advice::hint(format!("an `{head}` that touches a link is its head; put a space between them")).fix(
        "put a space before the node",
        false,
        at..at,
        " ",
    ))
}

/// Returns advice where the word that opens the diagram is not followed by a direction, and the offset where
/// parsing may resume.
pub(super) fn for_direction(text: &str, at: usize) -> (Advice, usize) {
    let rest = text.get(at..line_end(text, at)).unwrap_or("");
    if rest.starts_with(';') {
        let advice = Advice::hint("without a direction only a new line may follow");
        return (advice.fix("break the line", true, at..at + 1, "\n"), at + 1);
    }
    let word_end = skip(text, at, |c| c.is_ascii_alphabetic());
    let word = text.get(at..word_end).unwrap_or("");
    let known = ["TB", "TD", "BT", "RL", "LR"].into_iter().find(|known| word.eq_ignore_ascii_case(known));
    match known {
        Some(known) => {
            let advice = Advice::hint("directions are written in capitals");
            (advice.fix("write it in capitals", true, at..word_end, known), word_end)
        }
        None => (break_line(text, last_blank_run(text, at)..at), at),
    }
}

/// Returns the advice to break the line before the text that follows.
pub(super) fn break_line(text: &str, blanks: Range<usize>) -> Advice {
    if text.get(blanks.end..).is_some_and(|rest| rest.starts_with("%%")) {
        return break_comment(blanks);
    }
    Advice::hint("the first line holds nothing but the direction").fix("break the line", true, blanks, "\n")
}

/// Returns advice where the name of a subgraph cannot be parsed.
pub(super) fn for_title(text: &str, from: usize) -> Advice {
    let start = skip(text, from, is_blank);
    let title = trim(text.get(start..line_end(text, start)).unwrap_or(""));
    let advice =
        Advice::hint("a subgraph is named by an id, by a text in quotes, or as in `subgraph id[\"text\"]`");
    if title.is_empty() || title.contains(['"', '[']) {
        return advice;
    }
    advice.fix("put the title in quotes", false, start..start + title.len(), requoted(title))
}

/// Returns message and advice where a subgraph is never closed.
pub(super) fn for_open_subgraph(text: &str, title: &str, count: usize) -> (String, Advice) {
    let others = match count {
        1 => String::new(),
        _ => format!(" ({count} subgraphs are open)"),
    };
    let message = format!("expected `end` for the subgraph `{title}`, found the end of the diagram{others}");
    let end = text.trim_end_matches(is_space).len();
    let advice = Advice::hint("every subgraph ends with the word `end` on a line of its own").fix(
        "close the subgraph",
        false,
        end..end,
        "\nend",
    );
    (message, advice)
}
