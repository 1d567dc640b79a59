//! Boards: the regions of a note that portolan writes.
//!
//! ```text
//! <!-- portolan:board integrations limit=5 -->
//! … generated …
//! <!-- portolan:end 5f1c0d2a9b3e4c77 -->
//! ```

use serde::{Deserialize, Serialize};

use super::outline::{Comment, Outline};
use super::verb::Misspelt;
use crate::text::digest::body_digest;
use crate::text::edit::Edit;
use crate::text::line::next_line;
use crate::text::place::{LineIndex, Place};
use crate::text::span::Span;

mod attributes;
mod marker;

pub use self::attributes::Attributes;
use self::marker::Marker;
pub use self::marker::{MarkerLine, end_marker, marker_line, start_marker};

/// A board between its two markers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// The kind of board, which says what it shows.
    pub kind: String,
    /// Its attributes.
    pub attributes: Attributes,
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

impl Board {
    /// Returns the edit that gives an attribute of the start marker another value; `None` if the marker does not
    /// have the attribute or cannot hold the value. `text` is that of the note.
    #[must_use]
    pub fn with_attribute(&self, text: &str, key: &str, value: &str) -> Option<Edit> {
        marker::with_attribute(text, self.place.span, key, value)
    }

    /// Returns the edit that gives the end marker another digest in place of its own; `None` if it has none.
    /// `text` is that of the note.
    #[must_use]
    pub fn with_digest(&self, text: &str, digest: &str) -> Option<Edit> {
        marker::with_digest(text, self.end.span, digest)
    }
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

/// Reads the boards of a note.
pub(crate) fn read(outline: &Outline, lines: &LineIndex<'_>) -> (Vec<Board>, Vec<MarkerProblem>) {
    let mut reader =
        Reader { outline, lines, boards: Vec::new(), problems: Vec::new(), open: Open::default() };
    outline.markers().for_each(|comment| reader.comment(*comment));
    reader.finish()
}

/// What the markers so far leave open.
#[derive(Default)]
enum Open {
    /// No board.
    #[default]
    None,
    /// A board without its end.
    Board(Opened),
    /// A start marker that cannot be read, with the index of its problem. Its end marker is no mistake.
    Unreadable(usize),
    /// A comment that is a misspelt start marker if an end marker follows, and prose otherwise.
    Perhaps(Comment, Misspelt),
}

/// A start marker.
struct Opened {
    comment: Comment,
    kind: String,
    attributes: Attributes,
}

/// Pairs the markers of a note.
struct Reader<'t> {
    outline: &'t Outline,
    lines: &'t LineIndex<'t>,
    boards: Vec<Board>,
    problems: Vec<MarkerProblem>,
    open: Open,
}

impl Reader<'_> {
    fn comment(&mut self, comment: Comment) {
        let words = comment.text.of(self.lines.text());
        let Some((line, marker)) = marker::parse(words) else {
            self.other(comment, words);
            return;
        };
        match marker {
            Err(message) => self.unreadable(comment, line, message),
            Ok(_) if !comment.own_line => {
                let message = "a board marker must be alone on its line, outside lists and quotes";
                self.unreadable(comment, line, message);
            }
            Ok(Marker::Start { kind, attributes }) => self.start(Opened { comment, kind, attributes }),
            Ok(Marker::End { digest }) => self.end(comment, digest),
        }
    }

    fn start(&mut self, next: Opened) {
        if let Open::Board(Opened { comment, kind, .. }) = std::mem::take(&mut self.open) {
            let line = self.lines.place(next.comment.span).line;
            let message = format!("the board `{kind}` has no end before another one starts on line {line}");
            self.problems.push(self.unpaired(comment, message));
        }
        self.open = Open::Board(next);
    }

    fn end(&mut self, comment: Comment, digest: Option<String>) {
        match std::mem::take(&mut self.open) {
            Open::None => self.problems.push(self.unpaired(comment, "this marker ends no board")),
            Open::Board(start) => self.boards.push(self.board(start, comment, digest)),
            Open::Unreadable(start) => {
                if let Some(problem) = self.problems.get_mut(start) {
                    problem.stops_writes = true;
                }
            }
            Open::Perhaps(start, word) => {
                let problem = MarkerProblem { unreadable: true, ..self.unpaired(start, word.message()) };
                self.problems.push(problem);
            }
        }
    }

    /// Adds the problem of a marker that cannot be read.
    fn unreadable(&mut self, comment: Comment, line: MarkerLine, message: impl Into<String>) {
        let problem = MarkerProblem { unreadable: true, ..self.unpaired(comment, message) };
        self.problems.push(problem);
        self.pass(line);
    }

    /// Reads a comment that is no marker, but may be a misspelt one.
    fn other(&mut self, comment: Comment, words: &str) {
        if let Some(word) = Misspelt::read(words) {
            if word.is_silencer() {
                return;
            }
            let line = if word.meant == "end" { MarkerLine::End } else { MarkerLine::Start };
            let stops_writes = line == MarkerLine::End && matches!(self.open, Open::Board(_));
            let problem = self.unpaired(comment, word.message());
            self.problems.push(MarkerProblem { unreadable: true, stops_writes, ..problem });
            self.pass(line);
        } else if matches!(self.open, Open::None | Open::Perhaps(..))
            && let Some(word) = Misspelt::read_as_start(words)
        {
            self.open = Open::Perhaps(comment, word);
        }
    }

    /// Goes on behind the problem of a marker that cannot be read, which is the last one.
    fn pass(&mut self, line: MarkerLine) {
        match (line, &self.open) {
            (MarkerLine::End, _) => self.open = Open::None,
            (MarkerLine::Start, Open::Board(_)) => {}
            (MarkerLine::Start, _) => self.open = Open::Unreadable(self.problems.len() - 1),
        }
    }

    fn finish(mut self) -> (Vec<Board>, Vec<MarkerProblem>) {
        if let Open::Board(Opened { comment, kind, .. }) = std::mem::take(&mut self.open) {
            let message = format!("the board `{kind}` has no end: `{}` is missing", end_marker(None));
            self.problems.push(self.unpaired(comment, message));
        }
        (self.boards, self.problems)
    }

    /// Returns the problem of a marker that can be read and not be paired.
    fn unpaired(&self, comment: Comment, message: impl Into<String>) -> MarkerProblem {
        MarkerProblem {
            message: message.into(),
            // The marker is the subject of its finding, which is the same in every checkout.
            marker: comment.text.of(self.lines.text()).trim().replace("\r\n", "\n"),
            place: self.lines.place(comment.span),
            unreadable: false,
            stops_writes: true,
        }
    }

    fn board(&self, start: Opened, end: Comment, digest: Option<String>) -> Board {
        let (outline, lines, text) = (self.outline, self.lines, self.lines.text());
        let end_place = lines.place(end.span);
        let body_start = next_line(text, start.comment.span.end as usize);
        let body = Span::new(body_start, lines.line_span(end_place.line).start as usize);
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
            kind: start.kind,
            attributes: start.attributes,
            place: lines.place(start.comment.span),
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
        assert_eq!(boards[0].attributes.get("where"), Some("level = ok"));
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
    fn an_end_without_a_start_tells_what_was_meant_to_be_one() {
        let misspelt = "1: `portolan:baord` is nothing that portolan knows: did you mean `portolan:board`?";
        let lone = "this marker ends no board";
        for (text, expected) in [
            ("<!-- portolan:baord -->\n\n<!-- portolan:end -->", vec![misspelt.to_owned()]),
            (
                "<!-- portolan:baord -->\n<!-- portolan:end -->\n\n<!-- portolan:end -->",
                vec![misspelt.to_owned(), format!("4: {lone}")],
            ),
            ("<!-- portolan:boards below are generated -->\n", vec![]),
            ("<!-- portolan:baord -->\n<!-- portolan:board a -->\n<!-- portolan:end -->", vec![]),
            ("<!-- portolan:board a -->\n<!-- portolan:baord -->\n<!-- portolan:end -->", vec![]),
            (
                "<!-- portolan:baord -->\n<!-- portolan:edn -->",
                vec![
                    "2: `portolan:edn` is nothing that portolan knows: did you mean `portolan:end`?"
                        .to_owned(),
                ],
            ),
            ("<!-- portolan:blurb -->\n<!-- portolan:end -->", vec![format!("2: {lone}")]),
        ] {
            assert_eq!(check(text).1, expected, "{text}");
        }
        let problems = |text: &str| read(&outline(text, 0), &LineIndex::new(text)).1;
        let problem = problems("<!-- portolan: board -->\n<!-- portolan:end -->").remove(0);
        assert!(problem.unreadable && problem.stops_writes, "{problem:?}");
    }

    #[test]
    fn a_marker_over_several_lines_is_the_same_with_either_line_ending() {
        let marker = |text: &str| read(&outline(text, 0), &LineIndex::new(text)).1.remove(0).marker;
        let text = "<!-- portolan:board a\nb -->\n<!-- portolan:end -->\n";
        assert_eq!(marker(&text.replace('\n', "\r\n")), marker(text));
        let quoted = "> <!-- portolan:board a --\u{2028}>\n> <!-- portolan:end -->\n";
        assert_eq!(marker(&quoted.replace('\n', "\r\n")), marker(quoted));
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
