//! The cursor over a flowchart, and the loop over its statements.
//!
//! The files for the kinds of statements add methods to [`Parser`]. A statement that cannot be parsed is reported
//! and the rest of its line skipped; what was parsed before the error stays in the graph. Open subgraphs are kept
//! on a stack rather than by recursion, so that any depth of nesting is possible.

use std::ops::Range;

use super::chars::{is_space, trim};
use super::error::{Failure, Fix, MermaidError, Parse, Resume, Stage};
use super::graph::Graph;
use super::hints::{self, Advice};
use super::lexer::Lexer;
use super::recovery;
use super::source::Mapped;
use super::tokens::{Kind, Token};
use crate::text::span::Span;

/// Parsing stops after this many errors, because each may have searched to the end of the text.
const MAX_ERRORS: usize = 50;

/// The state of parsing one flowchart.
pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    source: &'t Mapped<'t>,
    lexer: Lexer<'t>,
    at: usize,
    ahead: Option<Token>,
    /// The last token that was taken.
    pub(super) last: Token,
    pub(super) graph: Graph,
    pub(super) acc_title: Option<String>,
    pub(super) acc_descr: Option<String>,
    pub(super) errors: Vec<MermaidError>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(source: &'t Mapped<'t>) -> Self {
        let text = source.text();
        Self {
            text,
            source,
            lexer: Lexer::new(text),
            at: 0,
            ahead: None,
            last: Token { kind: Kind::EndOfText, start: 0, end: 0 },
            graph: Graph::default(),
            acc_title: None,
            acc_descr: None,
            errors: Vec::new(),
        }
    }

    /// Parses the header and all statements.
    pub(super) fn run(&mut self) {
        if let Err(failure) = self.header() {
            self.recover(*failure);
        }
        while self.peek().kind != Kind::EndOfText && self.errors.len() < MAX_ERRORS {
            if let Err(failure) = self.statement() {
                self.recover(*failure);
            }
        }
        if self.errors.len() < MAX_ERRORS {
            self.check_subgraphs_closed();
        }
    }

    fn statement(&mut self) -> Parse<()> {
        match self.peek().kind {
            Kind::Newline | Kind::Blank | Kind::Semicolon => {
                self.bump();
                Ok(())
            }
            Kind::Style => self.style(),
            Kind::LinkStyle => self.link_style(),
            Kind::ClassDef => self.class_def(),
            Kind::Class => self.class(),
            Kind::Click => self.click(),
            Kind::Subgraph => self.subgraph(),
            Kind::End => self.subgraph_end(),
            Kind::Direction(direction) => {
                self.bump();
                if let Some(open) = self.graph.open.last_mut() {
                    open.direction = Some(direction);
                }
                Ok(())
            }
            Kind::AccTitle | Kind::AccDescr | Kind::AccDescrBlock => self.accessibility(),
            kind if kind.is_id() => self.vertices(),
            _ => Err(self.unexpected("a statement")),
        }
    }

    /// Returns the next token without taking it.
    pub(super) fn peek(&mut self) -> Token {
        let at = self.at;
        *self.ahead.get_or_insert_with(|| self.lexer.token(at))
    }

    /// Takes the next token.
    pub(super) fn bump(&mut self) -> Token {
        let token = self.peek();
        self.at = token.end;
        self.ahead = None;
        self.last = token;
        token
    }

    /// Takes the next token if it is of a kind.
    pub(super) fn take(&mut self, kind: Kind) -> Option<Token> {
        (self.peek().kind == kind).then(|| self.bump())
    }

    /// Takes the next token if it is of `kind`, or fails with a message that names what was expected.
    pub(super) fn expect(&mut self, kind: Kind, expected: &str) -> Parse<Token> {
        self.take(kind).ok_or_else(|| self.unexpected(expected))
    }

    /// Returns the offset after the tokens taken so far.
    pub(super) const fn offset(&self) -> usize {
        self.at
    }

    /// Continues at a later offset, after text that does not consist of tokens.
    pub(super) fn jump(&mut self, to: usize) {
        self.last = Token { kind: Kind::Unknown, start: self.at, end: to };
        self.at = to;
        self.ahead = None;
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or("")
    }

    /// Returns a range without the white space at its ends.
    pub(super) fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let text = self.slice(range.clone());
        let start = range.start + (text.len() - text.trim_start_matches(is_space).len());
        start..start + trim(text).len()
    }

    pub(super) fn span(&self, range: Range<usize>) -> Span {
        self.source.span(range)
    }

    /// Takes all blanks that come next, and returns their number.
    pub(super) fn blanks(&mut self) -> usize {
        let mut count = 0;
        while self.take(Kind::Blank).is_some() {
            count += 1;
        }
        count
    }

    /// Takes the newline or `;` that ends a statement.
    pub(super) fn separator(&mut self, expected: &str) -> Parse<()> {
        if self.peek().kind.is_separator() {
            self.bump();
            return Ok(());
        }
        Err(self.unexpected(expected))
    }

    /// Takes one or more adjoining tokens that form an id.
    pub(super) fn id(&mut self, expected: &str) -> Parse<Range<usize>> {
        if !self.peek().kind.is_id() {
            return Err(self.unexpected(expected));
        }
        let start = self.bump().start;
        while self.peek().kind.is_id() {
            self.bump();
        }
        Ok(start..self.at)
    }

    /// Returns the failure that the next token is not what was expected.
    pub(super) fn unexpected(&mut self, expected: &str) -> Box<Failure> {
        let token = self.peek();
        let found = hints::describe(self.text, token);
        let advice = hints::for_token(self.text, self.last, token);
        let trimmed = self.trimmed(token.range());
        let at = if trimmed.is_empty() { token.range() } else { trimmed.start..token.end };
        self.failure(at, format!("expected {expected}, found {found}"), advice)
    }

    /// Like [`unexpected`](Self::unexpected), but with the given advice where the token itself suggests none.
    pub(super) fn unexpected_here(
        &mut self,
        expected: &str,
        advice: impl FnOnce() -> Advice,
    ) -> Box<Failure> {
        let failure = self.unexpected(expected);
        if failure.error.hint.is_some() { failure } else { self.advised(failure, advice()) }
    }

    /// Replaces the advice of a failure.
    pub(super) fn advised(&self, mut failure: Box<Failure>, advice: Advice) -> Box<Failure> {
        failure.error.hint = Some(advice.hint);
        failure.error.fix = advice.fix.map(|fix| Fix {
            title: fix.title.to_owned(),
            safe: fix.safe,
            edits: fix.edits.into_iter().map(|(range, new)| (self.span(range), new)).collect(),
        });
        failure
    }

    /// Returns a failure at a place. Parsing resumes in the line after it.
    pub(super) fn failure(&self, at: Range<usize>, message: String, advice: Option<Advice>) -> Box<Failure> {
        let resume = Resume::After(at.start);
        let span = self.span(at);
        let error = MermaidError { stage: Stage::Parse, span, message, hint: None, related: None, fix: None };
        let failure = Box::new(Failure { error, resume });
        match advice {
            Some(advice) => self.advised(failure, advice),
            None => failure,
        }
    }

    /// Adds the place where the construct was opened to a failure. Parsing resumes in the line after that place.
    pub(super) fn opened_at(&self, mut failure: Box<Failure>, opener: Range<usize>) -> Box<Failure> {
        failure.resume = Resume::After(opener.start);
        failure.error.related = Some((self.span(opener), "opened here".to_owned()));
        failure
    }

    fn recover(&mut self, failure: Failure) {
        self.errors.push(failure.error);
        let offset = match failure.resume {
            Resume::After(offset) => recovery::resume_from(self.text, offset.max(self.at)),
            Resume::At(offset) => offset.max(self.at),
        };
        self.jump(offset);
    }
}
