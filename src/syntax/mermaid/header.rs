//! The first line of a flowchart, and its accessible title and description.

use super::chars::{is_blank, is_space, skip, trim, word_ends_at};
use super::detect::FLOWCHART_WORDS;
use super::error::Parse;
use super::hints;
use super::labels;
use super::model::{Direction, LabelKind};
use super::parser::Parser;
use super::tokens::Kind;

/// The directions of a header. The signs may touch the word before them.
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
    /// `graph LR` and its like. Without a direction nothing but a newline may follow.
    pub(super) fn header(&mut self) -> Parse<()> {
        while matches!(self.peek().kind, Kind::Newline | Kind::Blank) {
            self.bump();
        }
        let keyword = self.expect(Kind::Graph, &format!("`{}`", FLOWCHART_WORDS.join("`, `")))?;
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
            let token = { self.jump(blanks_end); self.peek() };
            let message = format!(
                "expected a direction (TB, TD, BT, LR or RL) or the end of the line, found {}",
                hints::describe(self.text, token)
            );
            let advice = hints::for_direction(self.text, blanks_end);
            return Err(self.failure(token.range(), message, advice));
        };
        self.graph.chart.direction = *direction;
        self.jump(blanks_end + word.len());
        let end = self.offset();
        if self.take(Kind::Semicolon).is_none() {
            self.blanks();
            if self.take(Kind::Newline).is_none() {
                let mut failure = self.unexpected("the end of the line after the direction");
                let first = skip(self.text, end, is_blank);
                if failure.error.fix.is_none() {
                    let advice = hints::break_line(end..first);
                    failure = self.failure(self.header_rest(first), failure.error.message, Some(advice));
                }
                // What stands in the header line is read as if the newline were there.
                failure.resume = end;
                return Err(failure);
            }
        }
        Ok(())
    }

    fn header_rest(&self, from: usize) -> std::ops::Range<usize> {
        from..super::lexer::line_end(self.text, from).max(from)
    }

    /// `accTitle: …`, `accDescr: …`, `accDescr { … }`.
    pub(super) fn accessibility(&mut self) -> Parse<()> {
        let keyword = self.bump();
        let from = self.offset();
        let stop = if keyword.kind == Kind::AccDescrBlock { '}' } else { '\n' };
        let rest = self.slice(from..self.text.len());
        let Some(length) = rest.find(stop).filter(|&length| length > 0 || stop == '}') else {
            let end = self.text.len();
            let message = format!("expected a text after `{}`", trim(self.slice(keyword.range())));
            return Err(self.opened_at(self.failure(end..end, message, None), keyword.range()));
        };
        let value = self.slice(from..from + length);
        let label = labels::label(value, LabelKind::Text).text;
        if keyword.kind == Kind::AccTitle { self.acc_title = Some(label) } else { self.acc_descr = Some(label) }
        self.jump(from + length + usize::from(stop == '}'));
        Ok(())
    }
}
