//! Reads and writes the names of participants in sequence diagrams: `participant Q as Order Queue`.
//!
//! Nothing else of these diagrams is parsed. A `;` ends a line and a `#` begins a comment, unless they belong to a
//! code such as `#59;`.

use std::ops::Range;

use super::chars::is_space;
use super::entities;
use crate::text::line::line_end;
use crate::text::span::{Span, trim};

/// A participant that is shown under a name of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// The name, with codes decoded.
    pub name: String,
    /// Where it is written.
    pub span: Span,
}

/// Returns the participants that are shown under a name of their own.
///
/// ```
/// use portolan::syntax::mermaid::sequence::participants;
///
/// let found = participants("sequenceDiagram\n  participant Q as Orders #amp; Jobs\n  actor Ruth\n");
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].name, "Orders & Jobs");
/// ```
#[must_use]
pub fn participants(text: &str) -> Vec<Participant> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let line_end = line_end(text, at);
        let end = statement_end(text, at..line_end);
        let statement = text.get(at..end).unwrap_or("");
        let is_comment = statement.trim_start_matches(is_space).starts_with("%%");
        if let Some(from) = name_start(statement) {
            let span = trim(text, Span::new(at + from, end));
            let written = span.of(text);
            let name = entities::decode(written).unwrap_or_else(|| written.to_owned());
            found.push(Participant { name, span });
        }
        let goes_on = !is_comment && text.as_bytes().get(end) == Some(&b';');
        at = if goes_on { end } else { line_end } + 1;
    }
    found
}

/// Returns the end of the statement that begins a line or a part of one.
fn statement_end(text: &str, within: Range<usize>) -> usize {
    let mut at = within.start;
    while let Some(found) =
        text.as_bytes().get(at..within.end).and_then(|rest| memchr::memchr2(b';', b'#', rest))
    {
        match entities::end(text, at + found) {
            Some(end) => at = end,
            None => return at + found,
        }
    }
    within.end
}

/// Returns where the name begins if a statement declares a participant with one. The words may have any case.
fn name_start(statement: &str) -> Option<usize> {
    let mut end = 0;
    let mut words = statement
        .split_inclusive(is_space)
        .map(|piece| {
            end += piece.len();
            (piece.trim_end_matches(is_space), end)
        })
        .filter(|(word, _)| !word.is_empty());
    let is = |word: &str, keyword: &str| word.eq_ignore_ascii_case(keyword);
    let mut declaration = words.next()?.0;
    if is(declaration, "create") {
        declaration = words.next()?.0;
    }
    if !is(declaration, "participant") && !is(declaration, "actor") {
        return None;
    }
    // The word after it is the id, even if that is `as`.
    words.next()?;
    words.find(|(word, _)| is(word, "as")).map(|(_, end)| end)
}

/// Returns a name as it is written for a participant.
#[must_use]
pub fn written(name: &str) -> String {
    // `wrap:` and `nowrap:` before a name are not shown.
    let wraps = name.contains("wrap:");
    entities::encode(name, |c| c == ';' || (c == ':' && wraps))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn participants_have_names() {
        for (statement, expected) in [
            ("participant Q as Order Queue", Some("Order Queue")),
            ("create Actor Q\tAS  Order #35;1 ", Some("Order #1")),
            ("participant Q as Jobs; Q->>A: x as y", Some("Jobs")),
            ("Q->>A: x; participant Q as Jobs # waits", Some("Jobs")),
            ("participant as as Jobs as such", Some("Jobs as such")),
            ("participant Q@{ \"type\": \"queue\" } as Jobs", Some("Jobs")),
            ("participant as Jobs", None),
            ("participants Q as Jobs", None),
            ("%% participant Q as Jobs", None),
            ("%% see; participant Q as Jobs", None),
            ("Q->>A: x # participant Q as Jobs", None),
            ("Q->>A: participant Q as Jobs", None),
        ] {
            let text = format!("sequenceDiagram\r\n {statement}\r\n Q->>A: x");
            let found = participants(&text);
            assert_eq!(found.first().map(|one| one.name.as_str()), expected, "{statement}");
            assert!(found.len() < 2, "{statement}");
        }
    }

    #[test]
    fn written_names_read_back() {
        for name in ["Bus; #2", "R&D", "a&amp;b", "<b>x</b>", r"C:\new", "wrap: it", "%% x", "Jobs as such"] {
            let text = format!("sequenceDiagram\n participant Q as {}\n", written(name));
            assert_eq!(participants(&text).first().map(|one| one.name.as_str()), Some(name), "{text}");
        }
    }
}
