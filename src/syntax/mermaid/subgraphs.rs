//! Parses `subgraph … end`.

use super::chars::{after_one, is_space, skip, trim};
use super::error::Parse;
use super::hints;
use super::labels;
use super::lexer::line_end;
use super::model::{Label, LabelKind, Subgraph};
use super::parser::Parser;
use super::text_hints;
use super::tokens::{Kind, Token};
use crate::text;
use crate::text::span::Span;

impl Subgraph {
    /// Returns the span of the title in its brackets, without quotes; `None` if the title is the id.
    #[must_use]
    pub fn title_span(&self, text: &str) -> Option<Span> {
        let written = self.span.of(text);
        let start = self.span.start as usize;
        let brackets = Span::new(start + written.find('[')? + 1, start + written.rfind(']')?);
        let inner = text::span::trim(text, brackets);
        let marks = match self.title.kind {
            _ if !inner.of(text).starts_with('"') => 0,
            LabelKind::Markdown => "\"`".len(),
            _ => "\"".len(),
        };
        let quoted = inner.of(text);
        (quoted.len() >= 2 * marks)
            .then(|| Span::new(inner.start as usize + marks, inner.end as usize - marks))
    }
}

impl Parser<'_> {
    /// Parses the line that opens a subgraph. Opens the subgraph even if the line is wrong, so that its `end`
    /// fits.
    pub(super) fn subgraph(&mut self) -> Parse<()> {
        let keyword = self.bump();
        self.subgraph_header(keyword).map_err(|failure| {
            let line = self.slice(keyword.end..line_end(self.text, keyword.end));
            let id = trim(line).to_owned();
            let title = labels::label(line, LabelKind::Text);
            self.graph.open((!id.is_empty()).then_some(id), title, self.span(keyword.range()));
            if failure.error.fix.is_some() || failure.error.related.is_some() {
                return failure;
            }
            self.advised(failure, hints::for_title(self.text, keyword.end))
        })
    }

    fn subgraph_header(&mut self, keyword: Token) -> Parse<()> {
        self.expect(Kind::Blank, "a space and a name after `subgraph`")?;
        let (written, kind) = self.title()?;
        let mut id = Some(trim(&written).to_owned());
        let mut title = labels::label(&written, kind);
        if let Kind::Bracket(bracket) = self.peek().kind
            && bracket.opener == "["
        {
            title = self.bracket_text()?.content.label(self.text);
        } else {
            // Mermaid generates an id whenever the title has white space, even at its end.
            id = id.filter(|_| !written.contains(is_space));
            title = Label { text: title.text, raw: title.raw, kind };
        }
        let end = self.offset();
        self.separator("`[` or the end of the line after the name of the subgraph")?;
        let span = self.span(self.trimmed(keyword.start..end));
        self.graph.open(id, title, span);
        Ok(())
    }

    /// Parses a title: a quoted text, a run of tokens including blanks and reserved words, or the first followed
    /// by the second.
    fn title(&mut self) -> Parse<(String, LabelKind)> {
        let mut title = String::new();
        let mut kind = LabelKind::Text;
        if let Some(opener) = self.take(Kind::Quote) {
            let (quoted, after) = labels::leading_quote(self.text, opener.start).map_err(|(fault, at)| {
                let (message, advice) = text_hints::for_quote(fault);
                self.opened_at(self.failure(at, message, advice), opener.range())
            })?;
            self.jump(after);
            if let Some((range, quoted_kind)) = quoted {
                title.push_str(self.slice(range));
                kind = quoted_kind;
            }
        }
        loop {
            let token = self.peek();
            match token.kind {
                Kind::Comma | Kind::Default | Kind::Interpolate | Kind::LinkTarget => break,
                Kind::Blank | Kind::Caret => {}
                kind if kind.is_id() => {}
                // After `click`, the lexer expects ids, and takes the next word and the white space character
                // after it.
                Kind::Click if !self.slice(token.end..self.text.len()).starts_with('"') => {
                    let ids_end = skip(self.text, token.end, |c| !is_space(c));
                    title.push_str(self.slice(token.end..ids_end));
                    self.jump(after_one(self.text, ids_end));
                    continue;
                }
                kind if kind.is_reserved() && !matches!(kind, Kind::Click | Kind::Call | Kind::Href) => {}
                _ => break,
            }
            self.bump();
            title.push_str(self.slice(token.range()));
        }
        if title.is_empty() {
            return Err(self.unexpected("a name after `subgraph`"));
        }
        Ok((title, kind))
    }

    /// Parses `end`. Another statement may follow directly.
    pub(super) fn subgraph_end(&mut self) -> Parse<()> {
        if self.graph.open.is_empty() {
            return Err(self.unexpected("a statement"));
        }
        self.bump();
        self.graph.close();
        Ok(())
    }

    /// Reports the innermost subgraph that is still open at the end of the text.
    pub(super) fn check_subgraphs_closed(&mut self) {
        let Some(open) = self.graph.open.last() else { return };
        let end = self.text.len();
        let count = self.graph.open.len();
        let (message, advice) = hints::for_open_subgraph(self.text, &open.title.text, count);
        let opened = open.span;
        let mut failure = self.failure(end..end, message, Some(advice));
        failure.error.related = Some((opened, "opened here".to_owned()));
        self.errors.push(failure.error);
    }
}
