//! Reads links: `-->`, `x==x`, `-. text .->`, `~~~`.
//!
//! As in mermaid, a link is read in two steps: patterns find where it starts and ends, then its characters are
//! read again for its meaning. That is why `<---` is one rank longer than `---`: the second step does not know
//! that `<` was meant as a head.

use std::ops::Range;

use super::chars::{is_space, trim};
use super::model::{Arrow, Stroke};

/// A link, or the first half of one, found in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) end: usize,
    /// Whether it is complete without a second half.
    pub(super) is_whole: bool,
}

/// The largest rank that mermaid counts.
const MAX_LENGTH: usize = 10;

const fn is_start_head(byte: Option<u8>) -> bool {
    matches!(byte, Some(b'<' | b'x' | b'o'))
}

const fn is_end_head(byte: Option<u8>) -> bool {
    matches!(byte, Some(b'>' | b'x' | b'o'))
}

/// Returns the length of the run of one byte.
fn run(bytes: &[u8], from: usize, byte: u8) -> usize {
    bytes.get(from..).unwrap_or_default().iter().take_while(|&&found| found == byte).count()
}

/// Returns the link that starts exactly at an offset. A whole link is preferred to a half.
pub(super) fn at(text: &str, at: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let body = if is_start_head(bytes.get(at).copied()) { at + 1 } else { at };
    match bytes.get(body)? {
        b'-' if bytes.get(body + 1) != Some(&b'-') => {
            let half =
                (bytes.get(body + 1) == Some(&b'.')).then_some(Found { end: body + 2, is_whole: false });
            dotted(bytes, body + 1).or(half)
        }
        b'.' => dotted(bytes, body),
        &line @ (b'-' | b'=') => {
            let half = (run(bytes, body, line) == 2).then_some(Found { end: body + 2, is_whole: false });
            solid(bytes, body, line).or(half)
        }
        b'~' if body == at => {
            let length = run(bytes, at, b'~');
            (length > 2).then_some(Found { end: at + length, is_whole: true })
        }
        _ => None,
    }
}

/// Reads `--` or `==`, more of the same, and perhaps a head.
fn solid(bytes: &[u8], body: usize, line: u8) -> Option<Found> {
    let length = run(bytes, body, line);
    let end = body + length;
    let has_head = is_end_head(bytes.get(end).copied());
    (length > 2 || length == 2 && has_head)
        .then_some(Found { end: end + usize::from(has_head), is_whole: true })
}

/// Reads dots, `-`, and perhaps a head.
fn dotted(bytes: &[u8], dots: usize) -> Option<Found> {
    let length = run(bytes, dots, b'.');
    let minus = dots + length;
    let has_head = is_end_head(bytes.get(minus + 1).copied());
    let fits = length > 0 && bytes.get(minus) == Some(&b'-');
    fits.then_some(Found { end: minus + 1 + usize::from(has_head), is_whole: true })
}

/// The second half of a link that has its text inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Closing {
    /// Where the text ends. White space before the second half is part of that.
    pub(super) text_end: usize,
    pub(super) link: Range<usize>,
}

/// Finds the second half of a link whose first half is `opening` and whose text begins at `from`. Something that
/// cannot be part of the text, such as a lone `=` in a thick link, ends the search: the error is its offset.
pub(super) fn closing(text: &str, from: usize, opening: &str) -> Result<Closing, usize> {
    let bytes = text.as_bytes();
    let rest = text.get(from..).unwrap_or("");
    let (mark, found) = match stroke_of(opening) {
        Stroke::Thick => ("=", rest.find('=')),
        Stroke::Dotted => (".", rest.find('.')),
        _ => ("--", rest.find("--")),
    };
    let mark_at = from + found.ok_or(text.len())?;
    let whole = match mark {
        "." => dotted(bytes, mark_at),
        "=" => solid(bytes, mark_at, b'='),
        _ => solid(bytes, mark_at, b'-'),
    };
    let end = whole.ok_or(mark_at)?.end;
    let before = |at: usize| at.checked_sub(1).filter(|&at| at >= from).and_then(|at| bytes.get(at).copied());
    let mut start = mark_at;
    if mark == "." && before(start) == Some(b'-') {
        start -= 1;
    }
    if is_start_head(before(start)) {
        start -= 1;
    }
    let text_end =
        text.get(from..start).map_or(start, |inside| from + inside.trim_end_matches(is_space).len());
    Ok(Closing { text_end, link: start..end })
}

/// The meaning of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) stroke: Stroke,
    pub(super) start: Arrow,
    pub(super) end: Arrow,
    pub(super) length: Option<u8>,
}

/// Returns the meaning of a whole link.
pub(super) fn meaning(link: &str) -> Meaning {
    let link = trim(link);
    let (end, opposite) = match link.chars().next_back() {
        Some('x') => (Arrow::Cross, 'x'),
        Some('>') => (Arrow::Point, '<'),
        Some('o') => (Arrow::Circle, 'o'),
        _ => (Arrow::Open, ' '),
    };
    // Mermaid counts the last character as a head even where there is none.
    let body = link.get(..link.len().saturating_sub(1)).unwrap_or("");
    let (start, body) = match body.strip_prefix(opposite) {
        Some(inner) => (end, inner),
        None => (Arrow::Open, body),
    };
    let dots = body.matches('.').count();
    let (stroke, length) = match body.chars().next() {
        _ if dots > 0 => (Stroke::Dotted, dots),
        Some('=') => (Stroke::Thick, body.len() - 1),
        Some('~') => (Stroke::Invisible, body.len() - 1),
        _ => (Stroke::Normal, body.len().saturating_sub(1)),
    };
    Meaning { stroke, start, end, length: u8::try_from(length.min(MAX_LENGTH)).ok() }
}

/// Returns the meaning of a link that has its text inside. If its halves do not match, the link is invalid, which
/// is not an error.
pub(super) fn meaning_of_halves(opening: &str, closing: &str) -> Meaning {
    let whole = meaning(closing);
    let head = match trim(opening).chars().next() {
        Some('<') => Arrow::Point,
        Some('x') => Arrow::Cross,
        Some('o') => Arrow::Circle,
        _ => Arrow::Open,
    };
    let is_double = whole.start != Arrow::Open;
    if stroke_of(opening) != whole.stroke || head != Arrow::Open && (is_double || head != whole.end) {
        return Meaning { stroke: Stroke::Invalid, start: Arrow::Open, end: Arrow::Invalid, length: None };
    }
    Meaning { start: if head == Arrow::Open { whole.start } else { head }, ..whole }
}

fn stroke_of(opening: &str) -> Stroke {
    if opening.contains('.') {
        Stroke::Dotted
    } else if opening.contains('=') {
        Stroke::Thick
    } else {
        Stroke::Normal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, whole: bool, length: usize) {
        assert_eq!(at(text, 0), Some(Found { end: length, is_whole: whole }), "{text:?}");
    }

    #[test]
    fn links_are_found_greedily() {
        for link in ["-->", "---", "<-->", "x--x", "o====o", "-.-", "-..->", ".->", "~~~", "--x", "------"] {
            check(link, true, link.len());
        }
        check("--->A", true, 4);
        check("---oB", true, 4);
        check("-- text", false, 2);
        check("== text", false, 2);
        check("-. text", false, 2);
        for other in ["->", "=>", "~~", "x", "-", "x~~~", ".>"] {
            assert_eq!(at(other, 0), None, "{other:?}");
        }
    }

    #[test]
    fn lengths_count_what_mermaid_counts() {
        let length = |link| meaning(link).length;
        for (link, expected) in [
            ("-->", 1),
            ("--->", 2),
            ("---", 1),
            ("<-->", 1),
            ("<---", 2),
            ("x-->", 2),
            ("-.->", 1),
            ("-..->", 2),
            ("~~~", 1),
            ("==>", 1),
            ("-------------------->", 10),
        ] {
            assert_eq!(length(link), Some(expected), "{link:?}");
        }
        assert_eq!(meaning("x==>").stroke, Stroke::Normal);
        assert_eq!(meaning("x==x").stroke, Stroke::Thick);
    }

    #[test]
    fn a_closing_link_takes_the_head_that_touches_it() {
        let text = "foo-->B";
        assert_eq!(closing(text, 0, "--"), Ok(Closing { text_end: 2, link: 2..6 }));
        assert_eq!(closing("foo -->", 0, "--"), Ok(Closing { text_end: 3, link: 4..7 }));
        assert_eq!(closing("v1.2 .->", 0, "-."), Err(2));
        assert_eq!(closing("a = b ==>", 0, "=="), Err(2));
        assert_eq!(closing("foo", 0, "--"), Err(3));
    }
}
