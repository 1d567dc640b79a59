//! Hints for text in slanted brackets: `[/text/]` is a shape, but also how a path such as `/orders/{id}` begins.

use super::hints::Advice;
use super::lexer::line_end;
use super::shapes::Bracket;
use super::text_hints::{QUOTE_IT, QUOTE_TITLE, balanced_end, closers};
use super::tokens::Token;
use super::write::requoted;

/// Returns advice for a text that does not fit between slanted brackets, if its end can be found.
pub(super) fn for_text(text: &str, opener: Token, bracket: &Bracket) -> Option<Advice> {
    let line = text.get(opener.end..line_end(text, opener.end))?;
    let sign = bracket.opener.chars().next_back()?;
    match balanced_end(line, bracket.closers) {
        Some(end) => closed(line.get(..end)?, line.get(end..)?, sign, opener, bracket),
        None => left_open(line.get(..balanced_end(line, &[("]", "")])?)?, sign, opener, bracket),
    }
}

/// Suggests to quote the text of a slanted box, including both signs where they probably belong to a path. Text
/// between two signs of a kind may always be a path, so only other texts are quoted safely.
fn closed(inside: &str, rest: &str, sign: char, opener: Token, bracket: &Bracket) -> Option<Advice> {
    let end = opener.end + inside.len();
    let may_be_path = rest.starts_with(sign) && !inside.starts_with('"');
    if may_be_path && is_path(inside, sign) {
        let whole = requoted(&format!("{sign}{inside}{sign}"));
        return Some(as_label(bracket).fix(QUOTE_TITLE, false, opener.end.checked_sub(1)?..end + 1, whole));
    }
    Some(Advice::hint(QUOTE_IT).fix(QUOTE_TITLE, !may_be_path, opener.end..end, requoted(inside)))
}

/// Suggests to quote a text that a plain bracket closes, because it most likely just begins with the sign.
fn left_open(inside: &str, sign: char, opener: Token, bracket: &Bracket) -> Option<Advice> {
    let end = opener.end + inside.len();
    let advice = as_label(bracket);
    if inside.starts_with('"') {
        return Some(advice.fix("close the bracket", false, end..end, sign));
    }
    let whole = requoted(&format!("{sign}{inside}"));
    Some(advice.fix(QUOTE_TITLE, false, opener.end.checked_sub(1)?..end, whole))
}

fn as_label(bracket: &Bracket) -> Advice {
    let (opening, closing) = (bracket.opener, closers(bracket));
    let sign = opening.trim_start_matches('[');
    Advice::hint(format!(
        "`{opening}` opens a slanted box, which {closing} closes; a label that begins with `{sign}` must stand in quotes"
    ))
}

/// Whether another sign follows the first with at most a name between. `/Read / write` and `/one<br/>two` are
/// texts rather than paths.
fn is_path(inside: &str, sign: char) -> bool {
    let is_name = |name: &str| !name.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '"'));
    inside.split_once(sign).is_some_and(|(name, _)| is_name(name))
}
