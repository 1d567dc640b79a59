//! Parses click statements: `click IDS "url"`, `click IDS href "url"`, `click IDS callback`,
//! `click IDS call name(args)`.

use super::chars::{after_one, is_space, skip, trim};
use super::error::{Failure, Parse};
use super::hints::Advice;
use super::labels;
use super::model::{Click, ClickAction};
use super::parser::Parser;
use super::text_hints;
use super::tokens::{Kind, Token};

impl Parser<'_> {
    /// Parses a click statement. Its ids are any text without white space, split at commas.
    pub(super) fn click(&mut self) -> Parse<()> {
        let keyword = self.bump();
        let ids_start = self.offset();
        let ids_end = skip(self.text, ids_start, |c| !is_space(c));
        let ids = self.slice(ids_start..ids_end);
        if ids.starts_with('"') {
            return Err(self.unexpected("the id of a node after `click`"));
        }
        // One white space character of any kind follows, even a newline.
        self.jump(after_one(self.text, ids_end));
        let (action, tooltip) = self.action()?;
        let span = self.span(keyword.start..self.offset());
        self.separator("the end of the line after the click statement")?;
        for id in ids.split(',') {
            if self.graph.is_full() {
                break;
            }
            let click = Click { node: id.to_owned(), tooltip: tooltip.clone(), action: action.clone(), span };
            self.graph.click(click);
        }
        Ok(())
    }

    fn action(&mut self) -> Parse<(ClickAction, Option<String>)> {
        match self.peek().kind {
            Kind::Call => {
                let keyword = self.bump();
                let (callback, args) = self.call(keyword)?;
                let tooltip = self.tooltip()?;
                Ok((ClickAction::Call { callback, args }, tooltip))
            }
            Kind::Href => {
                self.bump();
                self.url()
            }
            Kind::Quote => self.url(),
            kind if !kind.is_id() && self.slice(0..self.offset()).ends_with('\n') => {
                let message = "expected what a click does, found the end of the line".to_owned();
                let at = self.offset() - 1;
                let hint = "write a link in quotes or the name of a function after the id";
                Err(self.failure(at..at + 1, message, Some(Advice::hint(hint))))
            }
            _ => {
                let callback = self.id("a link in quotes, `href`, `call` or the name of a function")?;
                let callback = self.slice(callback).to_owned();
                let tooltip = self.tooltip()?;
                Ok((ClickAction::Call { callback, args: None }, tooltip))
            }
        }
    }

    fn url(&mut self) -> Parse<(ClickAction, Option<String>)> {
        let href = self.string("a link in quotes")?;
        let mut tooltip = None;
        let mut target = None;
        if self.take(Kind::Blank).is_some() {
            if self.peek().kind == Kind::Quote {
                tooltip = Some(self.string("a tooltip in quotes")?);
            }
            if tooltip.is_none() || self.take(Kind::Blank).is_some() {
                let word = self.expect(
                    Kind::LinkTarget,
                    "a tooltip in quotes, or `_self`, `_blank`, `_parent`, `_top`",
                )?;
                target = Some(self.slice(word.range()).to_owned());
            }
        }
        Ok((ClickAction::Link { href, target }, tooltip))
    }

    fn tooltip(&mut self) -> Parse<Option<String>> {
        if self.take(Kind::Blank).is_none() {
            return Ok(None);
        }
        self.string("a tooltip in quotes").map(Some)
    }

    /// Parses the name up to `(` and the text up to `)`.
    fn call(&mut self, keyword: Token) -> Parse<(String, Option<String>)> {
        let from = self.offset();
        let end = self.text.len();
        let rest = self.slice(from..end);
        let found = rest.find('(').and_then(|open| Some((open, open + rest.get(open..)?.find(')')?)));
        let Some((open, close)) = found.filter(|(open, _)| *open > 0) else {
            let message = "expected `name(…)` after `call`".to_owned();
            return Err(self.opened_at(self.failure(end..end, message, None), keyword.range()));
        };
        let name = self.slice(from..from + open);
        let args = self.slice(from + open + 1..from + close);
        self.jump(from + close + 1);
        let args = (!trim(args).is_empty()).then(|| args.to_owned());
        Ok((name.to_owned(), args))
    }

    /// Parses a string that is not empty.
    fn string(&mut self, expected: &str) -> Parse<String> {
        let opener = self.expect(Kind::Quote, expected)?;
        let fault = |parser: &Self, fault, at| -> Box<Failure> {
            let (message, advice) = text_hints::for_quote(fault);
            parser.opened_at(parser.failure(at, message, advice), opener.range())
        };
        let (inside, kind, end) =
            labels::quote(self.text, opener.start).map_err(|(f, at)| fault(self, f, at))?;
        if kind == super::model::LabelKind::Markdown {
            return Err(fault(self, labels::Fault::Empty, opener.start..end));
        }
        self.jump(end);
        Ok(self.slice(inside).to_owned())
    }
}
