//! Parses the first line of a flowchart, and its accessible title and description.

use super::chars::{is_blank, is_space, skip, trim, word_ends_at};
use super::detect::FLOWCHART_WORDS;
use super::error::{Parse, Resume};
use super::hints;
use super::labels;
use super::model::{Direction, LabelKind};
use super::parser::Parser;
use super::tokens::Kind;

/// The directions of a header. Signs may adjoin the word before them.
const DIRECTIONS: [(&str, Direction); 10] = [
    ("LR", Direction::Lr),
    ("RL", Direction::Rl),
    ("TB", Direction::Tb),
    ("BT", Direction::Bt),
    ("TD", Direction::Tb),
    ("BR", Direction::Br),
    ("<", Direction::Rl),
    (">", Direction::Lr),
    ("^", Direction::Bt),
    ("v", Direction::Tb),
];

impl Parser<'_> {
    /// Parses `graph LR` and the like. Without a direction only a newline may follow.
    ///
    /// Where something else follows, parsing continues as if the newline were there.
    pub(super) fn header(&mut self) -> Parse<()> {
        while matches!(self.peek().kind, Kind::Newline | Kind::Blank) {
            self.bump();
        }
        let keyword = self.expect(Kind::Graph, &format!("one of `{}`", FLOWCHART_WORDS.join("`, `")))?;
        let blanks_end = skip(self.text, keyword.end, is_blank);
        let rest = self.slice(blanks_end..self.text.len());
        if rest.starts_with('\n') {
            self.jump(skip(self.text, keyword.end, is_space));
            return Ok(());
        }
        let found = DIRECTIONS.iter().find(|(word, _)| {
            let is_word = word.bytes().all(|byte| byte.is_ascii_alphabetic());
            rest.starts_with(word) && (!is_word || word_ends_at(self.text, blanks_end + word.len()))
        });
        let Some((word, direction)) = found else {
            self.jump(blanks_end);
            let expected = "a direction (TB, TD, BT, LR or RL) or the end of the line";
            let failure = self.unexpected(expected);
            let (advice, resume) = hints::for_direction(self.text, blanks_end);
            let mut failure = self.advised(failure, advice);
            if !rest.starts_with("%%") {
                failure.resume = Resume::At(resume);
            }
            return Err(failure);
        };
        self.graph.chart.direction = *direction;
        self.jump(blanks_end + word.len());
        if self.take(Kind::Semicolon).is_some() {
            return Ok(());
        }
        let end = self.offset();
        self.blanks();
        if self.take(Kind::Newline).is_some() {
            return Ok(());
        }
        let first = skip(self.text, end, is_blank);
        let failure = self.unexpected("the end of the line after the direction");
        let mut failure = self.advised(failure, hints::break_line(self.text, end..first));
        if !self.slice(first..self.text.len()).starts_with("%%") {
            failure.resume = Resume::At(first);
        }
        Err(failure)
    }

    /// Parses `accTitle: …`, `accDescr: …` and `accDescr { … }`. Only the first two require a text; the last need
    /// not be closed.
    pub(super) fn accessibility(&mut self) -> Parse<()> {
        let keyword = self.bump();
        let from = self.offset();
        let rest = self.slice(from..self.text.len());
        if keyword.kind == Kind::AccDescrBlock {
            let value = rest.split('}').next().unwrap_or("");
            self.jump((from + value.len() + 1).min(self.text.len()));
            // Mermaid removes the indent of every line.
            let lines: Vec<_> = value.split('\n').map(|line| line.trim_start_matches(is_space)).collect();
            let text = labels::label(&lines.join("\n"), LabelKind::Text).text;
            self.acc_descr = Some(text).filter(|text| !text.is_empty());
            return Ok(());
        }
        let value = rest.split('\n').next().unwrap_or("");
        // Mermaid reports a missing text only where something follows.
        if value.is_empty() && !rest.is_empty() {
            let message = format!("expected a text after `{}`", trim(self.slice(keyword.range())));
            return Err(self.opened_at(self.failure(from..from, message, None), keyword.range()));
        }
        let text = labels::label(value, LabelKind::Text).text;
        if keyword.kind == Kind::AccTitle {
            self.acc_title = Some(text);
        } else {
            self.acc_descr = Some(text);
        }
        self.jump(from + value.len());
        Ok(())
    }
}
