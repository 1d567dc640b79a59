//! Messages and hints for text in brackets, in quotes and in links, and for `@{ … }`.

use std::ops::Range;

use crate::text::message::did_you_mean;

use super::data_block::Bad;
use super::hints::Advice;
use super::labels::Fault;
use super::lexer::line_end;
use super::shapes::{self, Bracket, TextMode};
use super::slanted_hints;
use super::tokens::Token;
use super::write::requoted;

pub(super) const QUOTE_IT: &str =
    "text with brackets, bars or quotes in it must stand in quotes; a quote inside is written `#quot;`";

/// Describes what is wrong with the text in brackets.
pub(super) fn for_text(
    text: &str,
    fault: Fault,
    at: Range<usize>,
    opener: Token,
    bracket: &Bracket,
) -> (String, Option<Advice>) {
    let closer = bracket.closers.first().map_or("]", |(closer, _)| closer);
    let opening = bracket.opener;
    if opening == ">" && text.get(..opener.start).is_some_and(|before| before.ends_with('-')) {
        let start = opener.start - 1;
        let advice = Advice::hint("a link is written `-->`").fix(
            "write the link in full",
            true,
            start..opener.end,
            "-->",
        );
        return ("expected a link, found `->`".to_owned(), Some(advice));
    }
    if is_left_open(text, fault, at.start, opener) {
        let found = match fault {
            Fault::Unclosed | Fault::UnclosedQuote => "the end of the diagram".to_owned(),
            _ => format!("`{}` in a later line", text.get(at).unwrap_or("")),
        };
        let message = format!("expected {} to close `{opening}`, found {found}", closers(bracket));
        return (message, Some(close_line(text, fault, opener, closer)));
    }
    match fault {
        Fault::Bracket(_) | Fault::QuoteInside | Fault::Closer("|") => {
            let found = text.get(at).unwrap_or("");
            let message =
                format!("expected {} after the text in `{opening}`, found `{found}`", closers(bracket));
            let advice = match bracket.mode {
                TextMode::Slanted => slanted_hints::for_text(text, opener, bracket),
                _ => quote_all(text, opener, bracket),
            };
            (message, Some(advice.unwrap_or_else(|| Advice::hint(QUOTE_IT))))
        }
        Fault::Closer(found) => {
            let message = format!("expected `{closer}` to close `{opening}`, found `{found}`");
            let advice = Advice::hint(format!("`{opening}` is closed by `{closer}`"));
            // `A[text)` has one probable meaning, `A([text)` has several.
            let can_fix = closer.len() == 1 && found.len() == 1;
            let advice = if can_fix {
                advice.fix("close the bracket that is open", false, at, closer)
            } else {
                advice
            };
            (message, Some(advice))
        }
        Fault::Empty => {
            let message = format!("expected a text between `{opening}` and `{closer}`, found nothing");
            let advice = Advice::hint("a space is enough: `[\" \"]`; or leave the brackets out");
            (message, Some(advice))
        }
        Fault::Tildes => {
            ("expected a text, found the link `~~~`".to_owned(), Some(Advice::hint("put the text in quotes")))
        }
        other => for_quote(other),
    }
}

/// Returns the closers of a bracket in words.
pub(super) fn closers(bracket: &Bracket) -> String {
    match (bracket.mode, bracket.closers) {
        (TextMode::Slanted, [(first, _), (second, _)]) => format!("`{first}` or `{second}`"),
        (_, closers) => format!("`{}`", closers.first().map_or("]", |(closer, _)| closer)),
    }
}

/// Whether a bracket or its quotes were probably meant to be closed on the line where they open.
fn is_left_open(text: &str, fault: Fault, at: usize, opener: Token) -> bool {
    match fault {
        Fault::Unclosed | Fault::UnclosedQuote => true,
        Fault::Bracket(_) | Fault::QuoteInside | Fault::Closer(_) => line_end(text, opener.end) < at,
        _ => false,
    }
}

/// Suggests to close a bracket, and its quotes, at the end of the line.
fn close_line(text: &str, fault: Fault, opener: Token, closer: &str) -> Advice {
    let line = text.get(opener.end..line_end(text, opener.end)).unwrap_or("").trim_end();
    let end = opener.end + line.len();
    let is_quote_open = line.starts_with('"') && line.matches('"').count() == 1;
    if !is_quote_open {
        let advice = Advice::hint(format!("put `{closer}` after the text"));
        return advice.fix("close the bracket", false, end..end, closer);
    }
    let advice = Advice::hint("text in quotes ends at the next quote; a quote inside is written `#quot;`");
    match line.strip_suffix(closer) {
        Some(inner) => {
            let end = opener.end + inner.len();
            advice.fix("close the quotes", false, end..end, "\"")
        }
        None if fault == Fault::UnclosedQuote => {
            advice.fix("close the quotes", false, end..end, format!("\"{closer}"))
        }
        None => advice,
    }
}

/// Suggests to quote the whole text in brackets, if its end can be found.
fn quote_all(text: &str, opener: Token, bracket: &Bracket) -> Option<Advice> {
    let line = text.get(opener.end..line_end(text, opener.end))?;
    let end = opener.end + balanced_end(line, bracket.closers)?;
    let inside = text.get(opener.end..end)?;
    Some(Advice::hint(QUOTE_IT).fix(QUOTE_TITLE, true, opener.end..end, requoted(inside)))
}

/// The title of a fix that puts a text in quotes.
pub(super) const QUOTE_TITLE: &str = "put the text in quotes";

/// Returns the offset of the closer of a bracket in its line, taking account of brackets between.
pub(super) fn balanced_end(line: &str, closers: &[(&str, &str)]) -> Option<usize> {
    let ends = |at: usize| {
        let rest = line.get(at..).unwrap_or("");
        closers.iter().any(|(closer, _)| rest.starts_with(closer))
    };
    let mut depth = 0_usize;
    for (at, c) in line.char_indices() {
        if depth == 0 && ends(at) {
            return Some(at);
        }
        match c {
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

/// Describes what is wrong with the text inside a link.
pub(super) fn for_link_text(
    text: &str,
    fault: Option<Fault>,
    at: Range<usize>,
    opener: Token,
) -> (String, Option<Advice>) {
    let mark = text.get(opener.range()).unwrap_or("").trim();
    let closer = match mark.chars().next_back() {
        Some('=') => "==>",
        Some('.') => "-.->",
        _ => "-->",
    };
    match fault {
        Some(Fault::Empty) => (
            format!("expected a text between `{mark}` and the rest of the link, found none"),
            Some(Advice::hint("leave the space out to get a link without text")),
        ),
        Some(Fault::QuoteInside) => (
            "expected the text of the link to be quoted as a whole, found a quote in it".to_owned(),
            Some(Advice::hint(
                "quotes may stand around the whole text only; a quote inside is written `#quot;`",
            )),
        ),
        Some(fault) => for_quote(fault),
        None => {
            let rest = text.get(at.start..).unwrap_or("");
            let end = rest.find(|c| !matches!(c, '-' | '=' | '.')).unwrap_or(rest.len());
            let found = match rest.get(..end).unwrap_or("") {
                "" => "the end of the diagram".to_owned(),
                found => format!("`{found}`"),
            };
            let message = format!("expected `{closer}` after the text of the link `{mark}`, found {found}");
            let touches = text.as_bytes().get(opener.end.wrapping_sub(1)) == Some(&b'-');
            let advice = if mark == "--" && touches {
                Advice::hint("a link without a head has three dashes").fix(
                    "write the link in full",
                    false,
                    opener.end..opener.end,
                    "-",
                )
            } else {
                Advice::hint(format!(
                    "`{mark}` opens a text: close it with `{closer}`, or write `{closer}|text|`"
                ))
            };
            (message, Some(advice))
        }
    }
}

/// Describes what is wrong with quotes.
pub(super) fn for_quote(fault: Fault) -> (String, Option<Advice>) {
    let (message, hint) = match fault {
        Fault::UnclosedQuote => (
            "expected a closing quote, found the end of the diagram",
            "text in quotes ends at the next quote; there is no way to escape one but `#quot;`",
        ),
        Fault::MarkdownQuote => (
            "expected a backtick and a quote to close the markdown text",
            "markdown text holds no quotes and no backticks; a quote inside is written `#quot;`",
        ),
        Fault::BacktickAfterQuote => {
            ("expected no backtick right after a quote", "mermaid reads it as the start of markdown text")
        }
        Fault::Empty => ("expected a text in quotes, found none", "a space is enough"),
        _ => ("expected a text in quotes", "a quote inside a text is written `#quot;`"),
    };
    (message.to_owned(), Some(Advice::hint(hint)))
}

/// Describes what is wrong with `@{ … }`.
pub(super) fn for_data(bad: &Bad) -> (String, Option<Advice>) {
    match bad {
        Bad::Unclosed => ("expected `}` to close `@{`, found the end of the diagram".to_owned(), None),
        Bad::UnclosedQuote(_) => for_quote(Fault::UnclosedQuote),
        Bad::Caret(_) => (
            "expected YAML in `@{ }`, found `^`".to_owned(),
            Some(Advice::hint("mermaid takes a `^` here only in quotes")),
        ),
        Bad::Yaml(reason) => (
            format!("expected YAML in `@{{ }}`: {reason}"),
            Some(Advice::hint(
                "on one line, separate entries by commas; on several, write one a line without commas",
            )),
        ),
        Bad::Empty => ("expected entries in `@{ }`, found blank lines".to_owned(), None),
        Bad::Shape(name) => {
            let near = nearest_shape(name);
            let hint = near.map(|near| Advice::hint(did_you_mean(near)));
            (format!("expected the name of a shape, found `{name}`"), hint)
        }
    }
}

/// Returns the known shape whose name is most similar.
fn nearest_shape(name: &str) -> Option<&'static str> {
    let wanted = name.to_ascii_lowercase().replace('_', "-");
    let likeness = |known: &&str| strsim::jaro_winkler(&wanted, known);
    let best = shapes::NAMES.split_ascii_whitespace().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(&best) > 0.8).then_some(best)
}
