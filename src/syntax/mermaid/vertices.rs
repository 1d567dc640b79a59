//! Parses nodes and the links between them: `A[text] --> B & C`.

use std::ops::Range;

use super::chars::{is_space, skip, trim};
use super::data_block::{self, Bad};
use super::error::{Failure, Parse};
use super::graph::Link;
use super::hints::{self, Advice};
use super::labels::{self, Content, Fault};
use super::links;
use super::model::{GivenLabel, Label};
use super::parser::Parser;
use super::shapes::{Bracket, DOUBLED, TextMode};
use super::text_hints;
use super::tokens::{Kind, Token};

/// The content of brackets, and the shape that they make.
pub(super) struct Shaped {
    pub(super) content: Content,
    shape: &'static str,
    /// The property of `[|name:value|text]`.
    property: Option<(String, String)>,
}

/// The last part of a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Its id, which a shape could have followed.
    Id,
    /// A shape or a class.
    Shaped,
    /// Data.
    Data,
}

/// What may follow a node, in words.
const AFTER_NODE: &str = "a link, `;` or the end of the line after the node";

impl Parser<'_> {
    /// Parses groups of nodes, with links between them.
    pub(super) fn vertices(&mut self) -> Parse<()> {
        let mut left = self.group("a node")?;
        while self.peek().kind.is_link() {
            let (link, mark) = self.link()?;
            let expected = format!("a node after the link `{mark}`");
            let right = self.group(&expected)?;
            self.graph.connect(&left, &right, &link);
            left = right;
        }
        if matches!(self.peek().kind, Kind::Bracket(_)) && self.last.kind != Kind::Blank {
            return Err(self.unexpected_here(AFTER_NODE, || {
                Advice::hint("a node has one shape, and it stands before the class: `a[text]:::class`")
            }));
        }
        self.separator(AFTER_NODE)
    }

    /// Parses `A & B & C`, and returns the ids. Blanks around the `&` are required.
    fn group(&mut self, expected: &str) -> Parse<Vec<String>> {
        let mut ids = Vec::new();
        let mut end = self.node(expected, &mut ids)?;
        loop {
            let node_end = self.offset();
            if self.blanks() == 0 {
                return Ok(ids);
            }
            let next = self.peek();
            match (next.kind, end) {
                (Kind::Ampersand, _) => {}
                (_, End::Data) => return Err(self.unexpected("a link or the end of the line after `}`")),
                (Kind::Bracket(bracket), End::Id) if bracket.opens_shape() => {
                    let failure = self.unexpected(AFTER_NODE);
                    let id = ids.last().map_or("", String::as_str);
                    return Err(self.advised(failure, hints::for_parted_shape(id, node_end..next.start)));
                }
                _ => return Ok(ids),
            }
            self.bump();
            if self.blanks() == 0 {
                return Err(self.unexpected("a space and a node after `&`"));
            }
            end = self.node("a node after `&`", &mut ids)?;
        }
    }

    /// Parses an id and what may adjoin it: a shape, a class, data. Returns which of them came last.
    fn node(&mut self, expected: &str, ids: &mut Vec<String>) -> Parse<End> {
        let id_range = self.id(expected)?;
        let id = self.slice(id_range.clone());
        let span = self.span(id_range.clone());
        self.graph.node(id, span);
        self.graph.list(id);
        ids.push(id.to_owned());
        let mut end = End::Id;
        if let Kind::Bracket(bracket) = self.peek().kind
            && bracket.opener != "|"
        {
            end = End::Shaped;
            let Shaped { content, shape, property } = self.bracket_text()?;
            let label = content.label(self.text);
            let given = GivenLabel { label, span: self.span(content.range(self.text)) };
            self.graph.shape(id, span, shape, given);
            if let Some(property) = property
                && let Some(node) = self.graph.node(id, span)
            {
                node.props.push(property);
            }
        }
        if self.take(Kind::ClassMark).is_some() {
            end = End::Shaped;
            let class = self.id("the name of a class after `:::`")?;
            self.graph.class(id, self.slice(class));
        }
        if self.peek().kind != Kind::Data {
            return Ok(end);
        }
        let opener = self.bump();
        let inside = data_block::find(self.text, opener.end).map_err(|bad| self.bad_data(&bad, opener))?;
        self.jump(inside.end + 1);
        let data = data_block::read(self.slice(inside.clone())).map_err(|bad| self.bad_data(&bad, opener))?;
        self.graph.data(id, span, data, self.span(opener.start..inside.end + 1));
        Ok(End::Data)
    }

    /// Parses the text between brackets, from the opener that comes next to its closer, and the shape that they
    /// make.
    pub(super) fn bracket_text(&mut self) -> Parse<Shaped> {
        let opener = self.bump();
        let Kind::Bracket(mut bracket) = opener.kind else { return Err(self.unexpected("a bracket")) };
        let mut property = None;
        if bracket.opener == "[|" {
            property = Some(self.property()?);
        } else if let Some(doubled) = self.doubled(bracket) {
            bracket = doubled;
        }
        let from = self.offset();
        let (content, shape, end) = labels::in_brackets(self.text, from, &bracket)
            .map_err(|(fault, at)| self.bad_text(fault, at, opener, &bracket))?;
        self.jump(end);
        Ok(Shaped { content, shape, property })
    }

    /// Takes the second opener of `((` or `{{`, which are two tokens to the lexer. It must not be part of a longer
    /// opener.
    fn doubled(&mut self, bracket: Bracket) -> Option<Bracket> {
        // The text here is usually not a token, and reading one would be wasted work. So this checks first whether
        // there may be an opener, perhaps after empty quotes.
        let first = self.text.as_bytes().get(self.offset());
        if first != bracket.opener.as_bytes().first() && first != Some(&b'"') {
            return None;
        }
        let Kind::Bracket(next) = self.peek().kind else { return None };
        if next.opener != bracket.opener || next.mode != TextMode::Plain {
            return None;
        }
        let doubled = DOUBLED
            .into_iter()
            .find(|doubled| doubled.opener.strip_prefix(bracket.opener) == Some(next.opener))?;
        self.bump();
        Some(doubled)
    }

    /// Parses `name:value|` in `[|name:value|text]`.
    fn property(&mut self) -> Parse<(String, String)> {
        let name = self.expect(Kind::Name, "the name of a property after `[|`")?;
        self.expect(Kind::Colon, "`:` after the name of the property")?;
        let value = self.expect(Kind::Name, "a value after `:`")?;
        match self.peek().kind {
            Kind::Bracket(Bracket { opener: "|", .. }) => self.bump(),
            _ => return Err(self.unexpected("`|` after the value")),
        };
        Ok((self.slice(name.range()).to_owned(), self.slice(value.range()).to_owned()))
    }

    /// Parses a link with its id and label. Also returns the text to call it by in an error.
    fn link(&mut self) -> Parse<(Link, String)> {
        let id = self.take(Kind::EdgeId);
        if id.is_some() && !matches!(self.peek().kind, Kind::Link | Kind::LinkOpen) {
            return Err(self.unexpected("a link after the edge id"));
        }
        let token = self.bump();
        let place = self.trimmed(token.range());
        let mark = self.slice(place.clone());
        let (meaning, label, end) = if token.kind == Kind::LinkOpen {
            let (closing, label) = self.text_in_link(token)?;
            (links::meaning_of_halves(mark, self.slice(closing.clone())), label, closing.end)
        } else if let Some(label) = self.text_in_bars()? {
            let end = self.offset();
            // One blank, but no newline, may follow the bars.
            self.take(Kind::Blank);
            (links::meaning(mark), label, end)
        } else {
            (links::meaning(mark), Label::default(), place.end)
        };
        let span = self.span(id.map_or(place.start, |id| id.start)..end);
        let id = id.map(|id| self.slice(id.range()).replacen('@', "", 1));
        Ok((Link { meaning, label, id, span }, mark.to_owned()))
    }

    /// Parses `|text|`, if it comes next.
    fn text_in_bars(&mut self) -> Parse<Option<Label>> {
        match self.peek().kind {
            Kind::Bracket(Bracket { opener: "|", .. }) => {
                self.bracket_text().map(|shaped| Some(shaped.content.label(self.text)))
            }
            _ => Ok(None),
        }
    }

    /// Parses the text after the first half of a link. Also returns the range of the second half.
    fn text_in_link(&mut self, opener: Token) -> Parse<(Range<usize>, Label)> {
        let from = self.offset();
        let mark = trim(self.slice(opener.range()));
        let (quoted, raw) = labels::leading_quote(self.text, from)
            .map_err(|(fault, at)| self.bad_link_text(Some(fault), at, opener))?;
        let found = links::closing(self.text, raw, mark);
        let stop = found.as_ref().map_or_else(|&at| at, |closing| closing.text_end);
        let gaps = labels::in_link(self.text, raw..stop)
            .map_err(|(fault, at)| self.bad_link_text(Some(fault), at, opener))?;
        let closing =
            found.map_err(|at| self.bad_link_text(None, at..(at + 1).min(self.text.len()), opener))?;
        let content = Content { quoted, raw: raw..closing.text_end, gaps };
        if content.quoted.is_none() && content.raw.is_empty() {
            return Err(self.bad_link_text(Some(Fault::Empty), closing.link, opener));
        }
        self.jump(skip(self.text, closing.link.end, is_space));
        Ok((closing.link, content.label(self.text)))
    }

    fn bad_text(&self, fault: Fault, at: Range<usize>, opener: Token, bracket: &Bracket) -> Box<Failure> {
        let (message, advice) = text_hints::for_text(self.text, fault, at.clone(), opener, bracket);
        let at = if fault == Fault::Unclosed { self.text.len()..self.text.len() } else { at };
        self.opened_at(self.failure(at, message, advice), opener.range())
    }

    fn bad_link_text(&self, fault: Option<Fault>, at: Range<usize>, opener: Token) -> Box<Failure> {
        let (message, advice) = text_hints::for_link_text(self.text, fault, at.clone(), opener);
        self.opened_at(self.failure(at, message, advice), opener.range())
    }

    fn bad_data(&self, bad: &Bad, opener: Token) -> Box<Failure> {
        let end = self.text.len();
        let at = match *bad {
            Bad::Unclosed | Bad::UnclosedQuote(_) => end..end,
            Bad::Caret(at) => at..at + 1,
            Bad::Yaml(_) | Bad::Empty | Bad::Shape(_) => opener.start..self.offset().max(opener.end),
        };
        let (message, advice) = text_hints::for_data(bad);
        self.opened_at(self.failure(at, message, advice), opener.range())
    }
}
