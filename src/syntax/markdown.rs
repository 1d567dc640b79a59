//! One pass over the Markdown of a note. The only module that names `pulldown_cmark`.
//!
//! The parser reads `CommonMark` with the extensions of Obsidian Flavored Markdown. Where its reading
//! of wikilinks differs from Obsidian's, it is put right here, from its own events and offsets.
//! Its option for metadata blocks stays off: it also takes `---` blocks in mid-note, so properties
//! are cut off before (see `frontmatter`).

use pulldown_cmark::{
    CodeBlockKind, Event, HeadingLevel, LinkType, OffsetIter, Options, Parser, Tag, TagEnd,
};

use super::outline::{Comment, Fence, Heading, Item, LinkForm, LinkToken, Outline, Row, Table};
use crate::text::joined::Joined;
use crate::text::span::{Span, trim};

/// More block containers than this on one line are refused: `d` levels of `> ` with `d` lazy lines
/// behind them cost the parser d² steps.
const MAX_CONTAINERS: usize = 1000;

const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_MATH)
    .union(Options::ENABLE_WIKILINKS);

/// Reads the Markdown of `text` from byte `body` on (behind the byte order mark and properties).
/// Spans of the answer are spans of `text`.
#[must_use]
pub fn outline(text: &str, body: usize) -> Outline {
    let markdown = text.get(body..).unwrap_or("");
    if let Some(line) = too_deep(markdown) {
        return Outline { too_deep: Some(line.shifted(body)), ..Outline::default() };
    }
    let mut pass = Pass {
        text,
        body,
        out: Outline::default(),
        lists: Vec::new(),
        list_count: 0,
        quotes: 0,
        prose: None,
    };
    let mut events = Parser::new_ext(markdown, OPTIONS).into_offset_iter();
    while let Some((event, range)) = events.next() {
        let span = Span::from(range).shifted(body);
        pass.event(event, span, &mut events);
    }
    pass.close_prose();
    pass.out
}

/// The first line with more container markers than the parser is asked to bear.
fn too_deep(markdown: &str) -> Option<Span> {
    let mut start = 0;
    for line in markdown.split_inclusive('\n') {
        // Each marker takes at least a byte, so most lines are done with after this look.
        if line.len() > MAX_CONTAINERS {
            let prefix = line.bytes().take_while(|b| b" \t>-+*.)0123456789".contains(b));
            if prefix.filter(|b| b">-+*.)".contains(b)).count() > MAX_CONTAINERS && !is_rule(line) {
                return Some(Span::new(start, start + line.trim_end().len()));
            }
        }
        start += line.len();
    }
    None
}

/// Whether a line is nothing but one repeated mark, as a thematic break is.
fn is_rule(line: &str) -> bool {
    let mut marks = line.bytes().filter(|b| !b.is_ascii_whitespace());
    marks.next().is_none_or(|first| first != b'>' && marks.all(|b| b == first))
}

/// The state of the pass: where in the tree of blocks it stands.
struct Pass<'t> {
    text: &'t str,
    body: usize,
    out: Outline,
    lists: Vec<OpenList>,
    list_count: u32,
    /// Quotes, callouts and footnote definitions around the current place.
    quotes: u32,
    /// The run of inline text that is being read.
    prose: Option<Prose>,
}

struct OpenList {
    id: u32,
    /// Index of the item that is open, if any.
    item: Option<u32>,
}

/// A paragraph, or the bare text of an item of a tight list.
struct Prose {
    span: Span,
    /// The last piece of plain text, if nothing else came behind it.
    tail: Option<Span>,
    /// The item whose first block this is.
    item: Option<u32>,
}

impl Pass<'_> {
    fn event(&mut self, event: Event<'_>, span: Span, events: &mut OffsetIter<'_>) {
        match event {
            Event::Start(tag) => self.start(tag, span, events),
            Event::End(tag) => self.end(tag, span),
            Event::Text(_) => {
                self.inline(span, true);
                self.tags_of(span);
            }
            Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {
                self.inline(span, false);
                self.out.opaque.push(span);
            }
            Event::InlineHtml(_) => {
                self.inline(span, false);
                self.comments_of(span);
                self.out.opaque.push(span);
            }
            Event::Html(_) => self.comments_of(span),
            Event::SoftBreak | Event::HardBreak | Event::FootnoteReference(_) => self.inline(span, false),
            Event::TaskListMarker(_) | Event::Rule => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Span, events: &mut OffsetIter<'_>) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {
                self.inline(span, false);
            }
            Tag::Link { link_type, dest_url, .. } => {
                self.inline(span, false);
                self.link(link_type, &dest_url, false, span);
            }
            Tag::Image { link_type, dest_url, .. } => {
                self.inline(span, false);
                self.link(link_type, &dest_url, true, span);
            }
            block => self.start_block(block, span, events),
        }
    }

    fn start_block(&mut self, tag: Tag<'_>, span: Span, events: &mut OffsetIter<'_>) {
        self.close_prose();
        if !matches!(tag, Tag::Item | Tag::TableHead | Tag::TableRow | Tag::TableCell) {
            self.out.blocks.push(trim(self.text, span));
        }
        match tag {
            Tag::Paragraph => self.open_prose(trim(self.text, span)),
            Tag::Heading { level, .. } => self.heading(level, span, events),
            Tag::BlockQuote(_) | Tag::FootnoteDefinition(_) => self.quotes += 1,
            Tag::CodeBlock(kind) => self.code(&kind, span, events),
            Tag::HtmlBlock => self.out.opaque.push(span),
            Tag::List(_) => {
                self.lists.push(OpenList { id: self.list_count, item: None });
                self.list_count += 1;
            }
            Tag::Item => self.item(span),
            Tag::Table(_) => self.table(span, events),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, _span: Span) {
        match tag {
            TagEnd::Paragraph => self.close_prose(),
            TagEnd::Item => {
                self.close_prose();
                if let Some(list) = self.lists.last_mut() {
                    list.item = None;
                }
            }
            TagEnd::List(_) => {
                self.close_prose();
                self.lists.pop();
            }
            TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => {
                self.close_prose();
                self.quotes = self.quotes.saturating_sub(1);
            }
            _ => {}
        }
    }

    /// The item that is open and has no text yet.
    fn fresh_item(&self) -> Option<u32> {
        let index = self.lists.last()?.item?;
        self.out.items.get(index as usize).filter(|i| i.content.is_empty()).map(|_| index)
    }

    fn open_prose(&mut self, span: Span) {
        self.prose = Some(Prose { span, tail: None, item: self.fresh_item() });
    }

    /// Takes note of a piece of inline text.
    fn inline(&mut self, span: Span, plain: bool) {
        if self.prose.is_none() {
            self.open_prose(span);
        }
        if let Some(prose) = &mut self.prose {
            prose.span = prose.span.join(span);
            prose.tail = if plain { Some(span) } else { None };
        }
    }

    fn close_prose(&mut self) {
        let Some(prose) = self.prose.take() else { return };
        if let Some(item) = prose.item.and_then(|i| self.out.items.get_mut(i as usize)) {
            item.content = trim(self.text, prose.span);
        }
        if let Some(tail) = prose.tail {
            self.block_id(tail, prose.span);
        }
    }

    /// A block id stands behind a blank at the very end of a paragraph or item, or on a line of its
    /// own (Help, Internal links, "Link to a block in a note").
    fn block_id(&mut self, tail: Span, prose: Span) {
        let text = trim(self.text, tail).of(self.text);
        let Some(caret) = text.rfind('^') else { return };
        let id = &text[caret + 1..];
        let at =
            tail.start as usize + (tail.of(self.text).len() - tail.of(self.text).trim_start().len()) + caret;
        let before = self.text[..at].chars().next_back();
        let free = at == prose.start as usize || before.is_none_or(char::is_whitespace);
        // A line of a quote cannot be linked to; a line behind it, without `>`, names the quote.
        let line = self.text[..at].rfind('\n').map_or(0, |n| n + 1);
        let own_line = self.text[line..at].trim().is_empty();
        if free
            && !id.is_empty()
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && (self.quotes == 0 || own_line)
        {
            self.out.block_ids.push(Span::new(at + 1, at + 1 + id.len()));
        }
    }

    fn heading(&mut self, level: HeadingLevel, span: Span, events: &mut OffsetIter<'_>) {
        let mut text: Option<Span> = None;
        while let Some((event, range)) = events.next() {
            let piece = Span::from(range).shifted(self.body);
            if matches!(event, Event::End(TagEnd::Heading(_))) {
                break;
            }
            text = Some(text.map_or(piece, |t| t.join(piece)));
            self.event(event, piece, events);
        }
        self.prose = None;
        if self.quotes == 0 && self.lists.is_empty() {
            let text = text.map_or(Span::at(span.end as usize), |t| trim(self.text, t));
            self.out.headings.push(Heading { level: level as u8, span: trim(self.text, span), text });
        }
    }

    fn item(&mut self, span: Span) {
        let parent = self.lists.iter().rev().skip(1).find_map(|l| l.item);
        let index = self.out.items.len() as u32;
        if let Some(list) = self.lists.last_mut() {
            list.item = Some(index);
            let start = Span::at(span.start as usize);
            self.out.items.push(Item {
                list: list.id,
                parent,
                span: trim(self.text, span),
                content: start,
                quoted: self.quotes > 0,
            });
        }
    }

    fn code(&mut self, kind: &CodeBlockKind<'_>, span: Span, events: &mut OffsetIter<'_>) {
        self.out.opaque.push(span);
        let mut content = Joined::default();
        for (event, range) in events.by_ref() {
            match event {
                Event::Text(_) => content.push(self.text, Span::from(range).shifted(self.body)),
                _ => break,
            }
        }
        if let CodeBlockKind::Fenced(info) = kind {
            let language = info.split([' ', '\t', ',', '{']).next().unwrap_or_default().to_owned();
            self.out.fences.push(Fence { span: trim(self.text, span), language, content });
        }
    }

    fn table(&mut self, span: Span, events: &mut OffsetIter<'_>) {
        let nested = self.quotes > 0 || !self.lists.is_empty();
        let mut table = Table { span: trim(self.text, span), header: Vec::new(), rows: Vec::new(), nested };
        let mut cells = Vec::new();
        while let Some((event, range)) = events.next() {
            let piece = Span::from(range).shifted(self.body);
            match event {
                Event::Start(Tag::TableHead | Tag::TableRow) => {}
                Event::Start(Tag::TableCell) => cells.push(trim(self.text, piece)),
                Event::End(TagEnd::TableCell) => self.prose = None,
                Event::End(TagEnd::TableHead) => table.header = std::mem::take(&mut cells),
                Event::End(TagEnd::TableRow) => {
                    let cells = std::mem::take(&mut cells);
                    table.rows.push(Row { span: trim(self.text, piece), cells });
                }
                Event::End(TagEnd::Table) => break,
                other => self.event(other, piece, events),
            }
        }
        self.prose = None;
        self.table_id(&mut table);
        self.out.tables.push(table);
    }

    /// An id directly under a table is a row for CommonMark, and the table's id for Obsidian.
    fn table_id(&mut self, table: &mut Table) {
        let is_id = |row: &Row| {
            let text = row.span.of(self.text);
            text.len() > 1
                && text.starts_with('^')
                && text[1..].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if let Some(row) = table.rows.pop_if(|row| is_id(row)) {
            self.out.block_ids.push(Span::new(row.span.start as usize + 1, row.span.end as usize));
        }
    }

    fn link(&mut self, kind: LinkType, destination: &str, embed: bool, span: Span) {
        let form = match kind {
            LinkType::WikiLink { .. } => LinkForm::Wiki,
            LinkType::Inline => LinkForm::Inline,
            LinkType::Autolink | LinkType::Email => return,
            _ => LinkForm::Reference,
        };
        let raw = span.of(self.text);
        let inner = usize::from(embed) + if form == LinkForm::Wiki { 2 } else { 1 };
        let (destination, display) = if form == LinkForm::Wiki {
            // Obsidian's links do not cross a line, and a blank is no name.
            if raw.contains(['\n', '\r']) || destination.trim().is_empty() {
                return;
            }
            let bar = raw.find('|').map(|at| Span::new(at + 1, raw.len().saturating_sub(2)));
            // In a table cell the bar is written `\|`, and the parser leaves the `\` on the name.
            let name = if bar.is_some() {
                destination.strip_suffix('\\').unwrap_or(destination)
            } else {
                destination
            };
            (name.to_owned(), bar)
        } else {
            let close = closing_bracket(raw, inner);
            (destination.to_owned(), close.map(|at| Span::new(inner, at)))
        };
        let display = display.map(|d| d.shifted(span.start as usize));
        self.out.links.push(LinkToken { span, form, embed, destination, display });
    }

    fn comments_of(&mut self, span: Span) {
        let html = span.of(self.text);
        let mut from = 0;
        while let Some(open) = html[from..].find("<!--").map(|at| from + at) {
            let Some(close) = html[open + 4..].find("-->").map(|at| open + 4 + at) else { return };
            let inner = trim(html, Span::new(open + 4, close));
            if let Some(words) = inner.of(html).strip_prefix("portolan:") {
                let text = Span::new(inner.end as usize - words.len(), inner.end as usize);
                let whole = Span::new(open, close + 3).shifted(span.start as usize);
                self.out.comments.push(Comment {
                    span: whole,
                    text: text.shifted(span.start as usize),
                    own_line: self.is_own_line(whole),
                });
            }
            from = close + 3;
        }
    }

    fn is_own_line(&self, span: Span) -> bool {
        let before = &self.text[self.body..span.start as usize];
        let line_start = before.rfind('\n').map_or(before, |at| &before[at + 1..]);
        let after = &self.text[span.end as usize..];
        let line_end = after.find('\n').map_or(after, |at| &after[..at]);
        self.quotes == 0
            && self.lists.is_empty()
            && line_start.trim().is_empty()
            && line_end.trim().is_empty()
            && !span.of(self.text).contains('\n')
    }

    /// Tags: `#` and then letters, digits, `_`, `-`, `/` or anything beyond `ASCII` that is no blank
    /// or punctuation, with at least one character that is no digit (Help, Tags).
    fn tags_of(&mut self, span: Span) {
        let piece = span.of(self.text);
        for at in memchr::memchr_iter(b'#', piece.as_bytes()) {
            let start = span.start as usize + at;
            let before = self.text[..start].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '\\' | '#' | '/' | '&' | '_')) {
                continue;
            }
            let rest = &self.text[start + 1..];
            let tag =
                rest.find(|c: char| !is_tag_char(c)).map_or(rest, |end| &rest[..end]).trim_end_matches('/');
            if tag.chars().any(|c| !c.is_ascii_digit()) {
                self.out.tags.push(Span::new(start + 1, start + 1 + tag.len()));
            }
        }
    }
}

fn is_tag_char(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/')
    } else {
        !c.is_whitespace()
            && !('\u{2000}'..='\u{200c}').contains(&c)
            && !('\u{2010}'..='\u{206f}').contains(&c)
    }
}

/// Where the text of a Markdown link ends: the bracket that closes the one before byte `from`.
fn closing_bracket(raw: &str, from: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut escaped = false;
    for (at, byte) in raw.bytes().enumerate().skip(from) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'[' => depth += 1,
            b']' if depth == 0 => return Some(at),
            b']' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<'t>(text: &'t str, spans: impl IntoIterator<Item = Span>) -> Vec<&'t str> {
        spans.into_iter().map(|s| s.of(text)).collect()
    }

    #[test]
    fn headings_of_the_note_only() {
        let text = "# One *x* [[l]] ##\n\nTwo\n===\n> # Quoted\n\n- # In a list\n\n## \n";
        let out = outline(text, 0);
        assert_eq!(texts(text, out.headings.iter().map(|h| h.text)), ["One *x* [[l]]", "Two", ""]);
        assert_eq!(out.links.len(), 1);
    }

    #[test]
    fn items_know_their_text_and_their_parents() {
        let text = "- a **b**\n  - sub\n    wrapped\n\n  second\n- [ ] task\n\n> - quoted\n\n- \n";
        let out = outline(text, 0);
        let contents = texts(text, out.items.iter().map(|i| i.content));
        assert_eq!(contents, ["a **b**", "sub\n    wrapped", "task", "quoted", ""]);
        assert_eq!(out.items[1].parent, Some(0));
        assert_eq!(out.items[2].parent, None);
        assert_eq!(out.items[0].list, out.items[2].list);
        assert!(out.items[3].quoted && !out.items[2].quoted);
        assert_eq!(out.items[0].span.of(text), "- a **b**\n  - sub\n    wrapped\n\n  second");
    }

    #[test]
    fn table_cells_and_the_id_under_a_table() {
        let text = "| a | b |\n|---|---|\n| [[x\\|y]] | c \\| d |\n^t-1\n";
        let out = outline(text, 0);
        assert_eq!(texts(text, out.tables[0].header.clone()), ["a", "b"]);
        assert_eq!(texts(text, out.tables[0].rows[0].cells.clone()), ["[[x\\|y]]", "c \\| d"]);
        assert_eq!(out.tables[0].rows.len(), 1);
        assert_eq!(texts(text, out.block_ids), ["t-1"]);
        assert_eq!(out.links[0].destination, "x");
        assert_eq!(out.links[0].display.unwrap().of(text), "y");
    }

    #[test]
    fn wikilinks_that_obsidian_does_not_see() {
        let text = "[[ ]] [[a\nb]] [[c]] [t](<d e.md>) ![[f|100]]";
        let out = outline(text, 0);
        let seen: Vec<_> = out.links.iter().map(|l| (l.destination.as_str(), l.embed)).collect();
        assert_eq!(seen, [("c", false), ("d e.md", false), ("f", true)]);
    }

    #[test]
    fn comments_that_speak_to_portolan() {
        let text = "<!-- portolan:board events -->\n<!-- other -->\n\nx <!-- portolan:allow a: b -->\n\n`<!-- portolan:end -->`\n\n- <!-- portolan:end -->\n";
        let out = outline(text, 0);
        let seen: Vec<_> = out.comments.iter().map(|c| (c.text.of(text), c.own_line)).collect();
        assert_eq!(seen, [("board events", true), ("allow a: b", false), ("end", false)]);
    }

    #[test]
    fn tags_and_block_ids() {
        let text = "#a/b x#no \\#no (#in) #12 #y2\n\npara ^p-1\n\n- item ^i\n  - sub\n\n> quote ^no\n\n`^code` ^c\n\nnot^this\n\n^own\n";
        let out = outline(text, 0);
        assert_eq!(texts(text, out.tags), ["a/b", "in", "y2"]);
        assert_eq!(texts(text, out.block_ids), ["p-1", "i", "c", "own"]);
    }

    #[test]
    fn fences_keep_the_way_back_to_the_file() {
        let text = "> ```js x\r\n> a\r\n> b\r\n> ```\r\n";
        let out = outline(text, 0);
        assert_eq!(out.fences[0].language, "js");
        assert_eq!(out.fences[0].content.text(), "a\nb\n");
        assert_eq!(out.fences[0].content.to_file(Span::new(2, 3)).of(text), "b");
    }

    #[test]
    fn nesting_that_would_be_quadratic_is_not_parsed() {
        let deep = format!("ok\n{}x\n{}", "> ".repeat(20_000), "y\n".repeat(20_000));
        assert!(outline(&deep, 0).too_deep.is_some());
        assert!(outline(&"- ".repeat(20_000), 0).too_deep.is_none(), "a thematic break of dashes");
        assert!(outline(&"=".repeat(20_000), 0).too_deep.is_none());
    }
}
