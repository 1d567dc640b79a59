//! Boards: the regions of a note that portolan writes.
//!
//! ```text
//! <!-- portolan:board integrations limit=5 -->
//! … generated …
//! <!-- portolan:end 5f1c0d2a9b3e4c77 -->
//! ```

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::outline::{Comment, Outline};
use super::verb::Misspelt;
use crate::text::digest::body_digest;
use crate::text::place::{LineIndex, Place};
use crate::text::span::Span;

/// A board between its two markers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// The kind of board, which says what it shows.
    pub kind: String,
    /// Its attributes in order, as written.
    pub attributes: Vec<(String, String)>,
    /// The start marker.
    pub place: Place,
    /// The end marker.
    pub end: Place,
    /// The lines between the two marker lines.
    pub body: Span,
    /// The digest in the end marker.
    pub digest: Option<String>,
    /// Whether the body differs from the one that the digest was made of, which means that somebody has edited it.
    pub edited: bool,
    /// The tables in the body, as texts.
    pub tables: Vec<BoardTable>,
    /// The headings in the body, as texts: links may name them.
    pub headings: Vec<String>,
}

/// Returns the value of an attribute of a board.
#[must_use]
pub fn attribute<'b>(attributes: &'b [(String, String)], key: &str) -> Option<&'b str> {
    attributes.iter().find(|(own, _)| own == key).map(|(_, value)| value.as_str())
}

/// A table in a board, as it was last written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardTable {
    /// The cells of its header.
    pub header: Vec<String>,
    /// The cells of its rows.
    pub rows: Vec<Vec<String>>,
}

/// A marker that cannot be read or paired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkerProblem {
    /// What is wrong.
    pub message: String,
    /// The text of the marker.
    pub marker: String,
    /// The marker.
    pub place: Place,
    /// Whether the marker could not be read; otherwise it could not be paired.
    pub unreadable: bool,
    /// Whether the note is not written to, because nobody can tell what is generated. A misspelt comment alone may
    /// be prose.
    pub stops_writes: bool,
}

/// A start marker without its end so far: the comment, the kind and the attributes.
type Opened = (Comment, String, Vec<(String, String)>);

/// A marker comment.
enum Marker {
    Board { kind: String, attributes: Vec<(String, String)> },
    End { digest: Option<String> },
}

/// The kind of a marker line, judged by that line alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerLine {
    /// It starts a board.
    Start,
    /// It ends one.
    End,
}

/// Returns the kind of marker that a line reads as. Whether it really is a marker depends on the lines around it.
#[must_use]
pub fn marker_line(line: &str) -> Option<MarkerLine> {
    let comment = line.trim().strip_prefix("<!--")?.strip_suffix("-->")?;
    match parse(comment.trim().strip_prefix("portolan:")?)? {
        Ok(Marker::End { .. }) => Some(MarkerLine::End),
        _ => Some(MarkerLine::Start),
    }
}

/// Reads the boards of a note.
pub(crate) fn read(outline: &Outline, lines: &LineIndex<'_>) -> (Vec<Board>, Vec<MarkerProblem>) {
    let text = lines.text();
    let (mut boards, mut problems) = (Vec::new(), Vec::new());
    let mut open: Option<Opened> = None;
    // Whether the open board has a start marker that cannot be read. Its end marker is then no mistake.
    let mut unread = false;
    for comment in outline.markers() {
        let words = comment.text.of(text);
        let mut cannot_be_read = |open: &mut Option<Opened>, ends: bool| {
            unread = !ends && open.is_none();
            if ends {
                *open = None;
            }
        };
        let mut fail = |message: String, comment: Comment, unreadable| {
            let marker = comment.text.of(text).trim().to_owned();
            let place = lines.place(comment.span);
            problems.push(MarkerProblem { message, marker, place, unreadable, stops_writes: true });
        };
        let is_end = || words.split_whitespace().next() == Some("end");
        let marker = match parse(words) {
            None => {
                if let Some(word) = Misspelt::read(words).filter(|word| !word.is_silencer()) {
                    let ends = word.meant == "end";
                    fail(word.message(), *comment, true);
                    if let Some(problem) = problems.last_mut() {
                        problem.stops_writes = ends && open.is_some();
                    }
                    cannot_be_read(&mut open, ends);
                }
                continue;
            }
            Some(Err(message)) => {
                fail(message, *comment, true);
                cannot_be_read(&mut open, is_end());
                continue;
            }
            Some(Ok(_)) if !comment.own_line => {
                let message = "a board marker must be alone on its line, outside lists and quotes".to_owned();
                fail(message, *comment, true);
                cannot_be_read(&mut open, is_end());
                continue;
            }
            Some(Ok(marker)) => marker,
        };
        let is_of_unread = std::mem::take(&mut unread);
        match (marker, open.take()) {
            (Marker::Board { kind, attributes }, None) => open = Some((*comment, kind, attributes)),
            (Marker::Board { kind, attributes }, Some((start, first, _))) => {
                let line = lines.place(comment.span).line;
                fail(
                    format!("the board `{first}` has no end before another one starts on line {line}"),
                    start,
                    false,
                );
                open = Some((*comment, kind, attributes));
            }
            (Marker::End { .. }, None) if is_of_unread => {
                // The last problem is the one of the start marker.
                if let Some(problem) = problems.last_mut() {
                    problem.stops_writes = true;
                }
            }
            (Marker::End { .. }, None) => fail("this marker ends no board".to_owned(), *comment, false),
            (Marker::End { digest }, Some((start, kind, attributes))) => {
                boards.push(board(outline, lines, (start, kind, attributes), *comment, digest));
            }
        }
    }
    if let Some((start, kind, _)) = open {
        let message = format!("the board `{kind}` has no end: `<!-- portolan:end -->` is missing");
        let marker = start.text.of(text).trim().to_owned();
        let place = lines.place(start.span);
        problems.push(MarkerProblem { message, marker, place, unreadable: false, stops_writes: true });
    }
    (boards, problems)
}

fn board(
    outline: &Outline,
    lines: &LineIndex<'_>,
    (start, kind, attributes): Opened,
    end: Comment,
    digest: Option<String>,
) -> Board {
    let text = lines.text();
    let line_after = |at: u32| text[at as usize..].find('\n').map_or(text.len(), |n| at as usize + n + 1);
    let (place, end_place) = (lines.place(start.span), lines.place(end.span));
    let body = Span::new(line_after(start.span.end), lines.line_span(end_place.line).start as usize);
    let edited = match &digest {
        Some(digest) => *digest != body_digest(body.of(text)),
        None => !body.of(text).trim().is_empty(),
    };
    let first = outline.tables.partition_point(|table| table.span.start < body.start);
    let tables = outline.tables[first..].iter().take_while(|table| table.span.start < body.end);
    let cell = |span: &Span| span.of(text).to_owned();
    let above = outline.headings.partition_point(|heading| heading.span.start < body.start);
    let headings = outline.headings[above..].iter().take_while(|heading| heading.span.start < body.end);
    Board {
        kind,
        attributes,
        place,
        end: end_place,
        body,
        digest,
        edited,
        headings: headings.map(|heading| cell(&heading.text)).collect(),
        tables: tables
            .map(|table| BoardTable {
                header: table.header.iter().map(cell).collect(),
                rows: table.rows.iter().map(|row| row.cells.iter().map(cell).collect()).collect(),
            })
            .collect(),
    }
}

/// Parses the words of a comment; `None` where it is not a board marker.
fn parse(words: &str) -> Option<Result<Marker, String>> {
    let (verb, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    match verb {
        "board" => Some(parse_board(rest)),
        "end" => {
            let digest = rest.trim();
            Some(if digest.contains(char::is_whitespace) {
                Err("an end marker may hold one digest and nothing else".to_owned())
            } else {
                Ok(Marker::End { digest: (!digest.is_empty()).then(|| digest.to_owned()) })
            })
        }
        _ => None,
    }
}

fn parse_board(rest: &str) -> Result<Marker, String> {
    let mut words = split_words(rest)?.into_iter();
    let kind = words
        .next()
        .ok_or("the marker names no kind of board: write one, as in `portolan:board integrations`")?;
    let mut attributes: Vec<(String, String)> = Vec::new();
    let mut seen = HashSet::new();
    for word in words {
        let Some((key, value)) = word.split_once('=') else {
            return Err(format!("`{word}` is not an attribute: write `key=value`"));
        };
        if !seen.insert(key.to_owned()) {
            return Err(format!("the attribute `{key}` appears twice"));
        }
        attributes.push((key.to_owned(), value.to_owned()));
    }
    Ok(Marker::Board { kind, attributes })
}

/// Splits a text at spaces outside double quotes, and removes the quotes.
fn split_words(text: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    for c in text.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            c if c.is_whitespace() && !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    if quoted {
        return Err("a quote is never closed".to_owned());
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::markdown::outline;
    use crate::text::growth::excess;

    fn check(text: &str) -> (Vec<Board>, Vec<String>) {
        let lines = LineIndex::new(text);
        let (boards, problems) = read(&outline(text, 0), &lines);
        (boards, problems.into_iter().map(|p| format!("{}: {}", p.place.line, p.message)).collect())
    }

    #[test]
    fn a_board_knows_its_body_and_its_tables() {
        let text = "<!-- portolan:board events limit=5 where=\"level = ok\" -->\n\n| A |\n| - |\n| 1 |\n\n<!-- portolan:end -->\n";
        let (boards, problems) = check(text);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(boards[0].body.of(text), "\n| A |\n| - |\n| 1 |\n\n");
        assert_eq!(boards[0].attributes[1], ("where".to_owned(), "level = ok".to_owned()));
        assert_eq!(boards[0].tables[0].rows, [["1"]]);
        assert!(boards[0].edited, "a body without a digest was written by a person");
        let text = "<!-- portolan:board x -->\r\n<!-- portolan:end -->";
        assert!(!check(text).0[0].edited);
    }

    #[test]
    fn the_digest_tells_an_edit() {
        let body = "\n- one\n\n";
        let whole = |body: &str| {
            format!("<!-- portolan:board x -->\n{body}<!-- portolan:end {} -->\n", body_digest("\n- one\n\n"))
        };
        assert!(!check(&whole(body)).0[0].edited);
        assert!(!check(&whole(body).replace('\n', "\r\n")).0[0].edited);
        assert!(check(&whole("\n- two\n\n")).0[0].edited);
    }

    #[test]
    fn markers_that_make_no_board() {
        let (boards, problems) = check(
            "<!-- portolan:end -->\n\n<!-- portolan:board a -->\n\n<!-- portolan:board b -->\n<!-- portolan:end -->\n\n\
             <!-- portolan:board -->\n\n- <!-- portolan:end -->\n\n<!-- portolan:board c x -->\n\n<!-- portolan:board d -->\n",
        );
        assert_eq!(boards.len(), 1);
        let lines: Vec<_> = problems.iter().map(|p| &p[..p.find(':').unwrap()]).collect();
        assert_eq!(lines, ["1", "3", "8", "10", "12", "14"], "{problems:#?}");
    }

    #[test]
    fn an_attribute_may_stand_once_among_many() {
        let make = |n: usize| {
            let attributes = (0..n).map(|i| format!("k{i}=v ")).collect::<Vec<_>>().concat();
            format!("<!-- portolan:board a {attributes}-->\n<!-- portolan:end -->\n")
        };
        assert_eq!(excess("attributes", 1000, make, |text| assert_eq!(check(text).0.len(), 1)), None);
        let twice = check(&make(3).replace("k2", "k0")).1;
        assert_eq!(
            twice,
            ["1: the attribute `k0` appears twice", "2: a board ends here that never started"][..1]
        );
    }

    #[test]
    fn a_misspelt_marker_stops_writes_only_if_it_would_pair() {
        for (text, expected) in [
            ("<!-- portolan:baord a -->", &[false][..]),
            ("<!-- portolan:edn -->", &[false]),
            ("<!-- portolan:baord a -->\n<!-- portolan:edn -->", &[false, false]),
            ("<!-- portolan:board a -->\n<!-- portolan:baord b -->\n<!-- portolan:end -->", &[false]),
            ("<!-- portolan:baord a -->\n<!-- portolan:end -->", &[true]),
            ("<!-- portolan:board a -->\n<!-- portolan:edn -->", &[true]),
            ("<!-- portolan:baord a -->\n<!-- portolan:end -->\n\n<!-- portolan:end -->", &[true, true]),
            ("<!-- portolan:board a b -->", &[true]),
        ] {
            let problems = read(&outline(text, 0), &LineIndex::new(text)).1;
            let stops: Vec<_> = problems.iter().map(|problem| problem.stops_writes).collect();
            assert_eq!(stops, expected, "{text}");
        }
    }

    #[test]
    fn what_follows_from_a_marker_that_cannot_be_read_is_no_problem_of_its_own() {
        for (text, expected) in [
            ("<!-- portolan:board a b -->\n<!-- portolan:end -->\n\n<!-- portolan:end -->", &["1", "4"][..]),
            ("- <!-- portolan:board a -->\n\n<!-- portolan:end -->", &["1"]),
            ("<!-- portolan:board a -->\n<!-- portolan:end b c -->\n\n<!-- portolan:end -->", &["2", "4"]),
            ("<!-- portolan:board a b -->\n\n<!-- portolan:board c -->\n<!-- portolan:end -->", &["1"]),
            ("<!-- portolan:board a -->\n<!-- portolan:board b c -->\n<!-- portolan:end -->", &["2"]),
        ] {
            let problems = check(text).1;
            let lines: Vec<_> = problems.iter().map(|p| &p[..p.find(':').unwrap()]).collect();
            assert_eq!(lines, expected, "{text} {problems:?}");
        }
    }
}
