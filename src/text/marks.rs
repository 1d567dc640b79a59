//! Removes paired marks of emphasis and code from around words: `**Open Errors** (10)` has one pair.
//!
//! This is not a Markdown parser. It is for names and titles, which are short. A mark without a partner counts as
//! a letter (`_id`, `Delay*`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::span::Span;

/// The marks of emphasis and code.
pub const MARKS: [char; 3] = ['*', '_', '`'];

/// Returns the text without its paired marks, and keeps what they enclose.
///
/// ```
/// use portolan::text::marks::unmarked;
/// assert_eq!(unmarked("**Open Errors** (10)"), "Open Errors (10)");
/// assert_eq!(unmarked("_id of `p99`*"), "_id of p99*");
/// ```
#[must_use]
pub fn unmarked(text: &str) -> Cow<'_, str> {
    let pairs = pairs(text);
    if pairs.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for pair in pairs {
        out.push_str(&text[done..pair.start as usize]);
        done = pair.end as usize;
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// Returns the runs of marks that are paired, in the order of the text. Each closing run is paired with the last
/// open run of the same mark and length.
fn pairs(text: &str) -> Vec<Span> {
    let mut pairs = Vec::new();
    let mut open: BTreeMap<(char, usize), Span> = BTreeMap::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(MARKS) {
        let start = at + found;
        let Some(mark) = text[start..].chars().next() else { break };
        at = text.len() - text[start..].trim_start_matches(mark).len();
        let (run, kind) = (Span::new(start, at), (mark, at - start));
        let (opens, closes) = ways(mark, text[..start].chars().next_back(), text[at..].chars().next());
        if closes && let Some(first) = open.remove(&kind) {
            pairs.extend([first, run]);
        } else if opens {
            open.insert(kind, run);
        }
    }
    pairs.sort_unstable_by_key(|run| run.start);
    pairs
}

/// Whether a mark between these two characters may open and may close a pair: emphasis adjoins its words, `_` is
/// no mark inside a word, and a backslash makes any mark a letter.
fn ways(mark: char, before: Option<char>, behind: Option<char>) -> (bool, bool) {
    if before == Some('\\') {
        return (false, false);
    }
    if mark == '`' {
        return (true, true);
    }
    let word = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    let letter = |c: Option<char>| mark == '_' && c.is_some_and(char::is_alphanumeric);
    (word(behind) && !letter(before), word(before) && !letter(behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pairs_are_taken_away() {
        for (text, expected) in [
            ("**Open Errors** (10)", "Open Errors (10)"),
            ("Errors **(open)**", "Errors (open)"),
            ("**a** and **b**", "a and b"),
            ("**_Open_ Errors**", "Open Errors"),
            ("**Open *and* new**", "Open and new"),
            ("***Open Errors***", "Open Errors"),
            ("`p99` of __API__", "p99 of API"),
            ("` p99 `", " p99 "),
            ("🟢 **API**", "🟢 API"),
            // Of two possible opening marks, the nearer one counts.
            ("**a **b**", "**a b"),
            ("**a** b**", "a b**"),
            ("**a ** b**", "a ** b"),
        ] {
            assert_eq!(unmarked(text), expected, "{text}");
        }
        for text in [
            "_id",
            "Delay*",
            "snake_case_name",
            "_a_b",
            "2 * 3 * 4",
            "***Open** Errors*",
            "\\*a\\*",
            "*",
            "**",
            "",
            "* a *",
        ] {
            assert_eq!(unmarked(text), text);
        }
    }
}
