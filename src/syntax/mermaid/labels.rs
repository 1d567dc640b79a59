//! Reads text in brackets, between bars, and in quotes.
//!
//! Quotes have no escapes and may only come first. Every bracket inside bare text is an error. The functions here
//! read from an offset and return where they stopped, independently of the statement around them.

use std::ops::Range;

use super::chars::{is_space, skip, trim};
use super::entities;
use super::model::{Label, LabelKind};
use super::shapes::{Bracket, TextMode};

/// The range of a quoted text, without its quotes, and the kind of quotes.
pub(super) type Quoted = (Range<usize>, LabelKind);

/// A text as ranges in the prepared text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Content {
    /// The part in quotes, without them.
    pub(super) quoted: Option<Quoted>,
    /// The bare part.
    pub(super) raw: Range<usize>,
    /// Empty quotes in the bare part, which are neither text nor an error.
    pub(super) gaps: Vec<Range<usize>>,
}

impl Content {
    /// Returns the range of the text, without white space around it.
    pub(super) fn range(&self, text: &str) -> Range<usize> {
        let raw = text.get(self.raw.clone()).unwrap_or("");
        match &self.quoted {
            Some((quoted, _)) if trim(raw).is_empty() => quoted.clone(),
            Some((quoted, _)) => quoted.start..self.raw.start + raw.trim_end_matches(is_space).len(),
            None => {
                let start = skip(text, self.raw.start, is_space).min(self.raw.end);
                start..(self.raw.start + raw.trim_end_matches(is_space).len()).max(start)
            }
        }
    }

    pub(super) fn label(&self, text: &str) -> Label {
        let part = |range: Range<usize>| text.get(range).unwrap_or("");
        let (quoted, kind) = match &self.quoted {
            Some((quoted, kind)) => (part(quoted.clone()), *kind),
            None => ("", LabelKind::Text),
        };
        if quoted.is_empty() && self.gaps.is_empty() {
            return label(part(self.raw.clone()), kind);
        }
        let mut joined = quoted.to_owned();
        let mut at = self.raw.start;
        for gap in &self.gaps {
            joined.push_str(part(at..gap.start));
            at = gap.end;
        }
        joined.push_str(part(at..self.raw.end));
        label(&joined, kind)
    }
}

/// Creates a label from its text, which is trimmed, stripped of quotes around it, and decoded.
pub(super) fn label(text: &str, kind: LabelKind) -> Label {
    let trimmed = trim(text);
    let text = trimmed.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(trimmed);
    decoded(text, kind)
}

/// Creates a label from a text that must not be trimmed.
pub(super) fn decoded(text: &str, kind: LabelKind) -> Label {
    match entities::decode(text) {
        Some(decoded) => Label { text: decoded, raw: Some(text.to_owned()), kind },
        None => Label { text: text.to_owned(), raw: None, kind },
    }
}

/// The reason why a text could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The diagram ends before the text does.
    Unclosed,
    /// The quotes are not closed.
    UnclosedQuote,
    /// A quote after other text.
    QuoteInside,
    /// A quote or backtick inside a markdown text.
    MarkdownQuote,
    /// A backtick right after the closing quote.
    BacktickAfterQuote,
    /// A bracket or bar that must be quoted.
    Bracket(char),
    /// A closing bracket of another shape.
    Closer(&'static str),
    /// There is no text.
    Empty,
    /// `~~~` where the text begins, which the lexer takes for a link.
    Tildes,
}

/// A fault and its place.
pub(super) type Read<T> = Result<T, (Fault, Range<usize>)>;

/// A text in brackets: the content, the shape that follows from its closer, and the end of the closer.
pub(super) type InBrackets = (Content, &'static str, usize);

/// Reads from after an opening bracket to after its closing one.
pub(super) fn in_brackets(text: &str, from: usize, bracket: &Bracket) -> Read<InBrackets> {
    let (quoted, raw) = leading_quote(text, from)?;
    let mut gaps = Vec::new();
    let found = match bracket.mode {
        TextMode::Plain => plain_end(text, raw, &mut gaps)?,
        TextMode::Slanted => slanted_end(text, raw, &mut gaps)?,
        TextMode::Ellipse => ellipse_end(text, raw, &mut gaps)?,
    };
    let (closer, shape) = closer(text, found, bracket)?;
    let content = Content { quoted, raw: raw..found, gaps };
    if content.quoted.is_none() && content.raw.is_empty() {
        return Err((Fault::Empty, found..found + closer.len()));
    }
    Ok((content, shape, found + closer.len()))
}

/// Reads the bare text of a link up to its second half, whose position is known. Returns the ranges of empty
/// quotes in it.
pub(super) fn in_link(text: &str, raw: Range<usize>) -> Read<Vec<Range<usize>>> {
    let mut gaps = Vec::new();
    let mut at = raw.start;
    while let Some(found) = text.get(at..raw.end).and_then(|rest| rest.find('"')) {
        let quote = at + found;
        at = empty_quotes(text, quote).ok_or((Fault::QuoteInside, quote..quote + 1))?;
        gaps.push(quote..at);
    }
    Ok(gaps)
}

/// Returns the end of empty quotes, plain or markdown. They are not a token, wherever they stand.
pub(super) fn empty_quotes(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let empty = ["\"\"", "\"``\""].into_iter().find(|empty| rest.starts_with(empty))?;
    // A backtick after the closing quote opens markdown instead.
    let ends = rest.as_bytes().get(empty.len()) != Some(&b'`');
    ends.then_some(at + empty.len())
}

/// Returns a quoted text at the beginning, if any, and where the text after it begins. Empty quotes are ignored.
pub(super) fn leading_quote(text: &str, from: usize) -> Read<(Option<Quoted>, usize)> {
    let mut at = from;
    while text.as_bytes().get(at) == Some(&b'"') {
        let (inside, kind, end) = quote(text, at)?;
        if !inside.is_empty() {
            return Ok((Some((inside, kind)), end));
        }
        at = end;
    }
    Ok((None, at))
}

/// Returns the range of the text in the quotes that open at an offset, their kind, and where they end.
pub(super) fn quote(text: &str, at: usize) -> Read<(Range<usize>, LabelKind, usize)> {
    let bytes = text.as_bytes();
    let rest = |from: usize| text.get(from..).unwrap_or("");
    if bytes.get(at + 1) == Some(&b'`') {
        let from = at + 2;
        let end = from + rest(from).find(['"', '`']).ok_or((Fault::UnclosedQuote, at..text.len()))?;
        if rest(end).starts_with("`\"") {
            return Ok((from..end, LabelKind::Markdown, end + 2));
        }
        return Err((Fault::MarkdownQuote, end..end + 1));
    }
    let from = at + 1;
    let end = from + rest(from).find('"').ok_or((Fault::UnclosedQuote, at..text.len()))?;
    match bytes.get(end + 1) {
        Some(b'`') => Err((Fault::BacktickAfterQuote, end + 1..end + 2)),
        _ => Ok((from..end, LabelKind::String, end + 1)),
    }
}

/// Returns a fault if the lexer would see a link here.
fn tildes(text: &str, at: usize) -> Option<(Fault, Range<usize>)> {
    let start = skip(text, at, is_space);
    let found = text.get(start..).is_some_and(|rest| rest.starts_with("~~~"));
    found.then_some((Fault::Tildes, start..start + 3))
}

const PLAIN_STOPS: [char; 8] = ['[', ']', '(', ')', '{', '}', '"', '|'];

fn plain_end(text: &str, from: usize, gaps: &mut Vec<Range<usize>>) -> Read<usize> {
    let mut at = from;
    loop {
        if let Some(fault) = tildes(text, at) {
            return Err(fault);
        }
        let rest = text.get(at..).unwrap_or("");
        let end = at + rest.find(PLAIN_STOPS).ok_or((Fault::Unclosed, from..text.len()))?;
        let Some(after) = empty_quotes(text, end) else { return refuse(text, end) };
        gaps.push(end..after);
        at = after;
    }
}

/// Accepts closing brackets, and returns a fault for quotes and opening ones.
fn refuse(text: &str, at: usize) -> Read<usize> {
    match text.get(at..).and_then(|rest| rest.chars().next()) {
        Some('"') => Err((Fault::QuoteInside, at..at + 1)),
        Some(c @ ('[' | '(' | '{')) => Err((Fault::Bracket(c), at..at + 1)),
        _ => Ok(at),
    }
}

/// Finds the end of a text in slanted brackets. The lexer stops at every `/` and `\` there, and recognises quotes,
/// links and closers.
fn slanted_end(text: &str, from: usize, gaps: &mut Vec<Range<usize>>) -> Read<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        if let Some(fault) = tildes(text, at) {
            return Err(fault);
        }
        let closes = bytes.get(at + 1) == Some(&b']');
        match bytes.get(at) {
            None => return Err((Fault::Unclosed, from..text.len())),
            Some(b'"') => {
                let after = empty_quotes(text, at).ok_or((Fault::QuoteInside, at..at + 1))?;
                gaps.push(at..after);
                at = after;
            }
            Some(b'/' | b'\\' | b'(' | b')' | b']' | b'?' | b'=') if closes => return Ok(at),
            Some(b'/' | b'\\') => at += 1,
            Some(&c @ (b'[' | b']' | b'(' | b')' | b'{' | b'}')) => {
                return Err((Fault::Bracket(char::from(c)), at..at + 1));
            }
            Some(_) => {
                at = skip(text, at, |c| !matches!(c, '\\' | '/' | '[' | ']' | '(' | ')' | '{' | '}'));
            }
        }
    }
}

/// Finds the end of a text in an ellipse, in which every character is a separate token.
fn ellipse_end(text: &str, from: usize, gaps: &mut Vec<Range<usize>>) -> Read<usize> {
    let stops = |c| PLAIN_STOPS.contains(&c) && c != '|';
    let mut at = from;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let stop = at + rest.find(stops).ok_or((Fault::Unclosed, from..text.len()))?;
        if let Some(found) = text.get(at..stop).and_then(|inside| inside.find("~~~")) {
            return Err((Fault::Tildes, at + found..at + found + 3));
        }
        if let Some(after) = empty_quotes(text, stop) {
            gaps.push(stop..after);
            at = after;
            continue;
        }
        let before = stop.checked_sub(1).filter(|&before| before >= at);
        let closes = before.filter(|_| text.as_bytes().get(stop) == Some(&b')'));
        return match closes.filter(|&before| matches!(text.as_bytes().get(before), Some(b'-' | b'/'))) {
            Some(before) => Ok(before),
            None => refuse(text, stop),
        };
    }
}

/// The closers in plain text. A longer one comes before those that it begins with.
const CLOSERS: [&str; 8] = ["])", "]]", ")]", ")))", "|", ")", "]", "}"];

/// Checks that the text at an offset closes the bracket.
fn closer(text: &str, at: usize, bracket: &Bracket) -> Read<(&'static str, &'static str)> {
    let rest = text.get(at..).unwrap_or("");
    let found = bracket.closers.iter().find(|(closer, _)| rest.starts_with(closer));
    let other = |at: usize| {
        let rest = text.get(at..).unwrap_or("");
        CLOSERS.iter().find(|closer| rest.starts_with(**closer)).copied()
    };
    if bracket.mode != TextMode::Plain {
        // Mermaid takes `)]`, `]]` and a few others for `\]`.
        let odd = || {
            bracket
                .closers
                .iter()
                .find(|(closer, _)| *closer == "\\]")
                .filter(|_| rest.get(1..2) == Some("]"))
        };
        return found.or_else(odd).copied().ok_or((Fault::Closer(other(at).unwrap_or("")), at..at + 1));
    }
    let longest = other(at).unwrap_or("");
    match found {
        // A doubled closer is two tokens, and each must be the longest at its place.
        Some(&(closer @ ("))" | "}}"), shape))
            if longest.len() == 1 && other(at + 1).is_some_and(|c| c.len() == 1) =>
        {
            Ok((closer, shape))
        }
        Some(&(closer, shape)) if closer == longest => Ok((closer, shape)),
        _ => Err((Fault::Closer(longest), at..at + longest.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::shapes::{BRACKETS, DOUBLED};
    use super::*;

    fn check(text: &str, expected: Result<(&str, &str), Fault>) {
        let all = DOUBLED.iter().chain(&BRACKETS);
        let bracket =
            all.filter(|bracket| text.starts_with(bracket.opener)).max_by_key(|b| b.opener.len()).unwrap();
        let found = in_brackets(text, bracket.opener.len(), bracket);
        let found =
            found.map(|(content, shape, _)| (content.label(text).text, shape)).map_err(|(fault, _)| fault);
        assert_eq!(found, expected.map(|(label, shape)| (label.to_owned(), shape)), "{text:?}");
    }

    #[test]
    fn brackets_make_shapes() {
        check("[a]", Ok(("a", "square")));
        check("( a b )", Ok(("a b", "round")));
        check("([a])", Ok(("a", "stadium")));
        check("[[a]]", Ok(("a", "subroutine")));
        check("[(a)]", Ok(("a", "cylinder")));
        check("((a))", Ok(("a", "circle")));
        check("(((a)))", Ok(("a", "doublecircle")));
        check("(-a-)", Ok(("a", "ellipse")));
        check(">a]", Ok(("a", "odd")));
        check("{a}", Ok(("a", "diamond")));
        check("{{a}}", Ok(("a", "hexagon")));
        check("[/a/]", Ok(("a", "lean_right")));
        check("[\\a\\]", Ok(("a", "lean_left")));
        check("[/a\\]", Ok(("a", "trapezoid")));
        check("[\\a/]", Ok(("a", "inv_trapezoid")));
        check("[/a/b/]", Ok(("a/b", "lean_right")));
        check("[/a)]", Ok(("a", "trapezoid")));
    }

    #[test]
    fn quotes_come_first_and_have_no_escapes() {
        check("[\"a (b)\"]", Ok(("a (b)", "square")));
        check("[\"a\" b]", Ok(("a b", "square")));
        check("[\"\" b]", Ok(("b", "square")));
        check("[\"`a`\"]", Ok(("a", "square")));
        check("[a \"\" b]", Ok(("a  b", "square")));
        check("(-a\"\"b-)", Ok(("ab", "ellipse")));
        check("[a \"b\"]", Err(Fault::QuoteInside));
        check("[ \"b\"]", Err(Fault::QuoteInside));
        check("[\"a\"`]", Err(Fault::BacktickAfterQuote));
        check("[\"`a]", Err(Fault::UnclosedQuote));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        check("[]", Err(Fault::Empty));
        check("[\"\"]", Err(Fault::Empty));
        check("[ ]", Ok(("", "square")));
        check("[a (b)]", Err(Fault::Bracket('(')));
        check("[a | b]", Err(Fault::Closer("|")));
        check("[a)", Err(Fault::Closer(")")));
        check("[a])", Err(Fault::Closer("])")));
        check("((a)))", Err(Fault::Closer(")))")));
        check("[a", Err(Fault::Unclosed));
        check("[ ~~~a]", Err(Fault::Tildes));
        check("[/usr/bin]", Err(Fault::Bracket(']')));
    }
}
