//! Parses `style`, `classDef`, `class` and `linkStyle`. Exactly one blank separates their parts.

use super::chars::{is_blank, skip};
use super::error::Parse;
use super::hints::Advice;
use super::parser::Parser;
use super::tokens::{Kind, Token};

impl Parser<'_> {
    /// Parses `style ID STYLES`. Creates the node if it is new, but makes it a member of no subgraph.
    pub(super) fn style(&mut self) -> Parse<()> {
        self.bump();
        let id = self.part_id("the id of a node")?;
        let styles = self.part_styles()?;
        let span = self.span(id.clone());
        if let Some(node) = self.graph.node(self.slice(id), span) {
            node.styles.extend(styles);
        }
        self.end_of_styles()
    }

    /// Parses `classDef NAMES STYLES`.
    pub(super) fn class_def(&mut self) -> Parse<()> {
        self.bump();
        let names = self.part_id("the name of a class")?;
        let styles = join_escaped(self.part_styles()?);
        let mut at = names.start;
        for name in self.slice(names).split(',') {
            let span = self.span(at..at + name.len());
            self.graph.class_def(name, &styles, span);
            at += name.len() + 1;
        }
        self.end_of_styles()
    }

    /// Parses `class IDS NAME`.
    pub(super) fn class(&mut self) -> Parse<()> {
        self.bump();
        let ids = self.part_id("the ids of nodes")?;
        let class = self.part_id("the name of a class")?;
        for id in self.slice(ids).split(',') {
            self.graph.class(id, self.slice(class.clone()));
        }
        self.separator("the end of the line after the class")
    }

    /// Parses `linkStyle NUMBERS [interpolate CURVE] [STYLES]`, with numbers or `default`.
    pub(super) fn link_style(&mut self) -> Parse<()> {
        self.bump();
        self.expect(Kind::Blank, "a space after `linkStyle`")?;
        let mut numbers = Vec::new();
        if self.take(Kind::Default).is_none() {
            loop {
                numbers.push(self.expect(Kind::Digits, "the number of a link, or `default`")?);
                if self.take(Kind::Comma).is_none() {
                    break;
                }
            }
        }
        let edges = self.edges(&numbers)?;
        self.expect(Kind::Blank, "a space and styles")?;
        if self.take(Kind::Interpolate).is_some() {
            let curve = self.part_id("the name of a curve")?;
            let curve = self.slice(curve).to_owned();
            match &edges {
                None => self.graph.chart.default_link_curve = Some(curve),
                Some(edges) => {
                    self.each_edge(edges, curve.len(), |edge| {
                        edge.props.push(("curve".to_owned(), curve.clone()));
                    });
                }
            }
            if self.take(Kind::Blank).is_none() {
                return self.separator("a space and styles, or the end of the line, after the curve");
            }
        }
        let mut styles = self.styles()?;
        match &edges {
            None => self.graph.chart.default_link_style = styles,
            Some(edges) => {
                if !styles.iter().any(|style| style.starts_with("fill")) {
                    styles.push("fill:none".to_owned());
                }
                let bytes = styles.iter().map(String::len).sum();
                self.each_edge(edges, bytes, |edge| edge.styles.clone_from(&styles));
            }
        }
        self.end_of_styles()
    }

    fn end_of_styles(&mut self) -> Parse<()> {
        if self.peek().kind.is_separator() {
            self.bump();
            return Ok(());
        }
        Err(self.unexpected_here("`,` or the end of the line after a style", || {
            Advice::hint("styles hold no brackets and no quotes: write a colour as `#rrggbb` or by its name")
        }))
    }

    /// Returns the edges with these numbers, among those defined so far; `None` for `default`.
    fn edges(&self, numbers: &[Token]) -> Parse<Option<Vec<usize>>> {
        if numbers.is_empty() {
            return Ok(None);
        }
        let count = self.graph.chart.edges.len();
        let index = |number: &Token| {
            let text = self.slice(number.range());
            let index = text.parse().ok().filter(|&index: &usize| index < count);
            index.ok_or_else(|| {
                let message =
                    format!("expected one of the {count} links so far, counted from 0, found `{text}`");
                self.failure(number.range(), message, None)
            })
        };
        numbers.iter().map(index).collect::<Parse<Vec<_>>>().map(Some)
    }

    fn each_edge(&mut self, indexes: &[usize], bytes: usize, change: impl Fn(&mut super::model::Edge)) {
        for &index in indexes {
            if !self.graph.has_room(bytes) {
                return;
            }
            if let Some(edge) = self.graph.chart.edges.get_mut(index) {
                change(edge);
            }
        }
    }

    /// Parses a blank and an id.
    fn part_id(&mut self, expected: &str) -> Parse<std::ops::Range<usize>> {
        self.expect(Kind::Blank, &format!("a space and {expected}"))?;
        let start = self.offset();
        if self.peek().kind == Kind::Blank {
            let end = skip(self.text, start, is_blank);
            return Err(self.unexpected_here(expected, || {
                let advice = Advice::hint("exactly one space stands between the parts of this statement");
                advice.fix("remove the spaces", true, start..end, "")
            }));
        }
        self.id(expected)
    }

    fn part_styles(&mut self) -> Parse<Vec<String>> {
        self.expect(Kind::Blank, "a space and styles")?;
        self.styles()
    }

    /// Parses values separated by commas.
    fn styles(&mut self) -> Parse<Vec<String>> {
        let mut styles = Vec::new();
        loop {
            let start = self.peek().start;
            while matches!(
                self.peek().kind,
                Kind::Digits | Kind::Name | Kind::Colon | Kind::Hash | Kind::Blank | Kind::Style
            ) {
                self.bump();
            }
            let style = self.slice(start..self.offset());
            if style.is_empty() {
                return Err(self.unexpected("a style such as `fill:#fff`"));
            }
            styles.push(style.to_owned());
            if self.take(Kind::Comma).is_none() {
                return Ok(styles);
            }
        }
    }
}

/// Joins values at `\,`, which is a comma within a value in `classDef`.
fn join_escaped(styles: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::with_capacity(styles.len());
    for style in styles {
        match joined.last_mut().and_then(|last| Some((last.strip_suffix('\\')?.len(), last))) {
            Some((length, last)) => {
                last.truncate(length);
                last.push(',');
                last.push_str(&style);
            }
            None => joined.push(style),
        }
    }
    joined
}
