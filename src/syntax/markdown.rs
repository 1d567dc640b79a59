//! Reads the Markdown of a note in one pass. This is the only module that uses `pulldown_cmark`.
//!
//! The parser reads `CommonMark` with the extensions of Obsidian Flavored Markdown. Where it differs from
//! Obsidian, its events and offsets are corrected here: links in `links`, math and block ids in `inline`, hidden
//! text in `hidden`. The parser leaves HTML alone, so `html` searches that.
//!
//! Two of its options are off. The one for metadata blocks also accepts `---` blocks in the middle of a note, so
//! properties are cut off first (see `frontmatter`). The one for math lets a `$` inside `[[ ]]` open math and
//! swallow the link, which Obsidian never does, so `inline` pairs the dollars.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, OffsetIter, Options, Parser, RefDefs, Tag, TagEnd};

use self::hidden::Percents;
use self::html::InHtml;
use self::inline::{Dollars, NextMark, Run, is_id_byte};
use self::links::OpenLink;
use super::frontmatter;
use super::outline::{Fence, Heading, Item, Outline, Row, Table};
use crate::text::joined::Joined;
use crate::text::line::line_end;
use crate::text::span::{Span, trim};

mod hidden;
mod html;
mod inline;
mod links;

/// The most block containers on one line. More are refused, because `d` levels of `> ` followed by `d` lazy lines
/// cost the parser d² steps.
const MAX_CONTAINERS: usize = 1000;

const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_WIKILINKS);

/// Reads the Markdown of a whole note, which begins after its properties.
#[must_use]
pub(crate) fn outline_of(note: &str) -> Outline {
    outline(note, frontmatter::cut(note).body)
}

/// Reads the Markdown of `text` from byte `body` on (behind the byte order mark and properties).
/// Spans of the answer are spans of `text`.
#[must_use]
pub(crate) fn outline(text: &str, body: usize) -> Outline {
    let markdown = text.get(body..).unwrap_or("");
    if let Some(line) = too_deep(markdown) {
        return Outline { too_deep: Some(line.shifted(body)), ..Outline::default() };
    }
    let mut pass = Pass {
        text,
        body,
        out: Outline {
            // Capacities that suffice for most notes, so that the lists need not grow.
            headings: Vec::with_capacity(8),
            items: Vec::with_capacity(16),
            links: Vec::with_capacity(16),
            opaque: Vec::with_capacity(8),
            ..Outline::default()
        },
        lists: Vec::new(),
        list_count: 0,
        quotes: 0,
        run: None,
        links: Vec::new(),
        dollars: Vec::new(),
        displays: Vec::new(),
        percents: Percents::default(),
        in_html: InHtml::default(),
        next_mark: NextMark::default(),
        in_table: false,
    };
    let mut events = Parser::new_ext(markdown, OPTIONS).into_offset_iter();
    pass.definitions(events.reference_definitions());
    while let Some((event, range)) = events.next() {
        let span = Span::from(range).shifted(body);
        pass.event(event, span, &mut events);
    }
    pass.close_prose();
    pass.leave_out_hidden();
    pass.out
}

/// Returns the first line with more container markers than [`MAX_CONTAINERS`]. Each marker takes at least one
/// byte, so the search can skip to the last line end in every thousand bytes.
fn too_deep(markdown: &str) -> Option<Span> {
    let bytes = markdown.as_bytes();
    let mut start = 0;
    while let Some(window) = bytes.get(start..start + MAX_CONTAINERS) {
        if let Some(end) = memchr::memrchr(b'\n', window) {
            start += end + 1;
            continue;
        }
        let line = &markdown[start..line_end(markdown, start)];
        // An item marker is followed by a space or the end of the line.
        let ends = |at: usize| line.as_bytes().get(at + 1).is_none_or(|next| b" \t\r".contains(next));
        let prefix = line.bytes().enumerate().take_while(|(_, b)| b" \t>-+*.)0123456789".contains(b));
        let opens = |(at, b): &(usize, u8)| *b == b'>' || b"-+*.)".contains(b) && ends(*at);
        if prefix.filter(opens).count() > MAX_CONTAINERS && !is_rule(line) {
            return Some(Span::new(start, start + line.trim_end().len()));
        }
        start += line.len();
    }
    None
}

/// Whether a line consists of one repeated mark, as a thematic break does.
fn is_rule(line: &str) -> bool {
    let mut marks = line.bytes().filter(|b| !b.is_ascii_whitespace());
    marks.next().is_none_or(|first| first != b'>' && marks.all(|b| b == first))
}

/// The state of the pass: its position in the tree of blocks, and the outline so far.
struct Pass<'t> {
    text: &'t str,
    body: usize,
    out: Outline,
    lists: Vec<OpenList>,
    list_count: u32,
    /// The number of quotes, callouts and footnote definitions around the current position.
    quotes: u32,
    /// The run of inline text that is being read.
    run: Option<Run>,
    /// The open links at the current position, outer before inner.
    links: Vec<OpenLink<'t>>,
    /// The dollars in the plain text of the run, in order.
    dollars: Vec<Dollars>,
    /// Each `$$` so far without a partner in its run.
    displays: Vec<u32>,
    /// Each `%%` of the text so far.
    percents: Percents,
    in_html: InHtml,
    next_mark: NextMark,
    in_table: bool,
}

struct OpenList {
    id: u32,
    /// The index of the open item, if any.
    item: Option<u32>,
}

impl<'t> Pass<'t> {
    /// Takes over the reference definitions, which the parser collects before the first event and which have no
    /// events.
    fn definitions(&mut self, definitions: &RefDefs<'_>) {
        let found = definitions.iter().map(|(_, definition)| {
            let span = Span::from(definition.span.clone()).shifted(self.body);
            links::definition(self.text, span, &definition.dest)
        });
        self.out.definitions = found.collect();
        self.out.definitions.sort_by_key(|definition| definition.span.start);
    }

    fn event(&mut self, event: Event<'t>, span: Span, events: &mut OffsetIter<'t>) {
        match event {
            Event::Start(tag) => self.start(tag, span, events),
            Event::End(tag) => self.end(tag, span),
            Event::Text(text) => {
                // Dropping the text here, where its variant is known, costs almost nothing.
                drop(text);
                self.plain_text(span);
            }
            Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {
                self.inline(span);
                self.out.opaque.push(span);
            }
            Event::InlineHtml(_) => {
                self.inline(span);
                self.comments_of(span);
                self.out.opaque.push(span);
            }
            Event::SoftBreak | Event::HardBreak => self.line_break(span),
            Event::FootnoteReference(_) => self.inline(span),
            // The comments of an HTML block are read at its start, because they may span several lines.
            Event::Html(_) | Event::TaskListMarker(_) | Event::Rule => {}
        }
    }

    fn start(&mut self, tag: Tag<'t>, span: Span, events: &mut OffsetIter<'t>) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {
                self.inline(span);
            }
            Tag::Link { link_type, dest_url, .. } => self.open_link(link_type, dest_url, false, span),
            Tag::Image { link_type, dest_url, .. } => self.open_link(link_type, dest_url, true, span),
            block => self.start_block(&block, span, events),
        }
    }

    fn start_block(&mut self, tag: &Tag<'t>, span: Span, events: &mut OffsetIter<'t>) {
        self.close_prose();
        let row = matches!(tag, Tag::Item | Tag::TableHead | Tag::TableRow | Tag::TableCell);
        if !row && !self.out.comments.is_empty() {
            self.out.blocks.push(trim(self.text, span));
        }
        match tag {
            Tag::Paragraph => self.open_run(span),
            Tag::Heading { level, .. } => self.heading(*level, span, events),
            Tag::BlockQuote(_) | Tag::FootnoteDefinition(_) => self.quotes += 1,
            Tag::CodeBlock(kind) => self.code(kind, span, events),
            Tag::HtmlBlock => self.html(span),
            Tag::List(_) => {
                self.lists.push(OpenList { id: self.list_count, item: None });
                self.list_count += 1;
            }
            Tag::Item => self.item(span),
            Tag::Table(_) => self.table(span, events),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, span: Span) {
        match tag {
            TagEnd::Link | TagEnd::Image => self.close_link(span),
            // A block id must be the last thing in its block.
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => self.inline(span),
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

    /// Returns the open item, if it has no text yet.
    fn fresh_item(&self) -> Option<u32> {
        let index = self.lists.last()?.item?;
        self.out.items.get(index as usize).filter(|i| i.content.is_empty()).map(|_| index)
    }

    fn heading(&mut self, level: HeadingLevel, span: Span, events: &mut OffsetIter<'t>) {
        let mut text: Option<Span> = None;
        while let Some((event, range)) = events.next() {
            let piece = Span::from(range).shifted(self.body);
            if matches!(event, Event::End(TagEnd::Heading(_))) {
                break;
            }
            text = Some(text.map_or(piece, |t| t.join(piece)));
            self.event(event, piece, events);
        }
        self.close_prose();
        if self.quotes == 0 && self.lists.is_empty() {
            let text = text.map_or(Span::at(span.end as usize), |t| trim(self.text, t));
            // The text is kept as written, but the parser leaves out the backslash of an escape.
            let escaped = self.text[..text.start as usize].ends_with('\\');
            let text = Span { start: text.start - u32::from(escaped), ..text };
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

    fn code(&mut self, kind: &CodeBlockKind<'_>, span: Span, events: &mut OffsetIter<'t>) {
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

    fn table(&mut self, span: Span, events: &mut OffsetIter<'t>) {
        let nested = self.quotes > 0 || !self.lists.is_empty();
        let mut table = Table { span: trim(self.text, span), header: Vec::new(), rows: Vec::new(), nested };
        let mut cells = Vec::new();
        self.in_table = true;
        while let Some((event, range)) = events.next() {
            let piece = Span::from(range).shifted(self.body);
            match event {
                Event::Start(Tag::TableHead | Tag::TableRow) => {}
                Event::Start(Tag::TableCell) => cells.push(trim(self.text, piece)),
                Event::End(TagEnd::TableCell) => self.close_cell(),
                Event::End(TagEnd::TableHead) => table.header = std::mem::take(&mut cells),
                Event::End(TagEnd::TableRow) => {
                    let cells = std::mem::take(&mut cells);
                    table.rows.push(Row { span: trim(self.text, piece), cells });
                }
                Event::End(TagEnd::Table) => break,
                other => self.event(other, piece, events),
            }
        }
        self.close_cell();
        self.in_table = false;
        self.table_id(&mut table);
        self.out.tables.push(table);
    }

    /// Handles an id directly under a table, which is a row to `CommonMark` but the table's id to Obsidian.
    fn table_id(&mut self, table: &mut Table) {
        let is_id = |row: &Row| {
            let text = row.span.of(self.text);
            text.strip_prefix('^').is_some_and(is_block_id)
        };
        if let Some(row) = table.rows.pop_if(|row| is_id(row)) {
            self.out.block_ids.push(Span::new(row.span.start as usize + 1, row.span.end as usize));
        }
    }
}

/// Whether a text is a block id.
pub(crate) fn is_block_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(is_id_byte)
}

/// Returns a line without the block id at its end.
pub(crate) fn without_block_id(line: &str) -> &str {
    let parted = line.rsplit_once(" ^").filter(|(_, id)| is_block_id(id));
    parted.map_or(line, |(shown, _)| shown.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, spans: impl IntoIterator<Item = Span>) -> Vec<&str> {
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
        assert_eq!(out.links[0].destination(text), "x");
        assert_eq!(out.links[0].display.unwrap().of(text), "y");
    }

    #[test]
    fn wikilinks_that_obsidian_does_not_see() {
        let text = "[[ ]] [[a\nb]] [[c]] [t](<d e.md>) ![[f|100]]";
        let out = outline(text, 0);
        let seen: Vec<_> = out.links.iter().map(|l| (l.destination(text), l.embed)).collect();
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
    fn formulas_over_several_blocks() {
        let text = "$$\nM = [[a, b], [c, d]]\n- [[x]] #no\n\n# No\n\n$$\n\n[[l]] $$ [[m]]\n\n$$ [[n]]\n\ny\n";
        let out = outline(text, 0);
        assert_eq!(texts(text, out.links.iter().map(|l| l.span)), ["[[l]]", "[[m]]", "[[n]]"]);
        assert!(
            out.headings.is_empty() && out.tags.is_empty() && out.is_opaque(text.find("No").unwrap() as u32)
        );
        let text = "costs $$\n\n- [[a]]\n\nmore $$ here\n";
        assert_eq!(outline(text, 0).links.len(), 1);
    }

    #[test]
    fn what_begins_first_hides_the_marks_in_it() {
        for (text, expected) in [
            ("%% a %%\n\n- b\n\n%%\n- c\n%%\n", &["%% a %%", "%%\n- c\n%%"][..]),
            ("a %%b\nc%% d %%e%%\n", &["%%b\nc%%", "%%e%%"]),
            ("a %%b\n\nc%% d\n", &[]),
            ("$$\n\n%%\n\n$$\n\n%%\n- a\n%%\n", &["$$\n\n%%\n\n$$", "%%\n- a\n%%"]),
            ("%%\n\n$$\n\n%%\n\n$$\n- a\n$$\n", &["%%\n\n$$\n\n%%", "$$\n- a\n$$"]),
            ("$$\n%% a\nb\n$$\n\nc\n\n$$\n%% a\nb\n$$\n", &[]),
            ("`%%` a `%%`\n\n    %%\n\n[[%%]] %%\n", &[]),
        ] {
            assert_eq!(texts(text, outline(text, 0).hidden), expected, "{text:?}");
        }
        let text = "\u{feff}%%\n- a\n%%\n";
        assert_eq!(texts(text, outline(text, 3).hidden), ["%%\n- a\n%%"]);
        let text = "# %%a%% B\n\n%%c%% D\n===\n\n%%\n\n## E\n\n%%\n";
        assert_eq!(texts(text, outline(text, 0).headings.iter().map(|h| h.text)), ["%%a%% B", "%%c%% D"]);
    }

    #[test]
    fn items_below_a_hidden_one_stand_below_the_one_above_it() {
        let text = "- a\n%%\n  - b %%\n    - c\n- d\n";
        let out = outline(text, 0);
        assert_eq!(texts(text, out.items.iter().map(|i| i.content)), ["a\n%%", "c", "d"]);
        assert_eq!(out.items.iter().map(|i| i.parent).collect::<Vec<_>>(), [None, Some(0), None]);
    }

    #[test]
    fn comments_over_several_lines() {
        let text = "<!-- portolan:allow a:\n why -->\n\nx <!-- portolan:allow\nb: why --> y\n\n<!--\nportolan:end\n-->\n";
        let out = outline(text, 0);
        let seen: Vec<_> = out.comments.iter().map(|c| (c.text.of(text), c.own_line)).collect();
        assert_eq!(seen, [("allow a:\n why", false), ("allow\nb: why", false), ("end", false)]);
    }

    #[test]
    fn tags_and_block_ids() {
        let text = "#a/b x#no \\#no (#in) #12 #y2\n\npara ^p-1\n\n- item ^i\n  - sub\n\n> quote ^q\n\n`^code` ^c\n\nnot^this\n\n^own\n";
        let out = outline(text, 0);
        assert_eq!(texts(text, out.tags), ["a/b", "in", "y2"]);
        assert_eq!(texts(text, out.block_ids), ["p-1", "i", "c", "own"]);
        assert_eq!(texts(text, out.quoted_ids), ["q"]);
    }

    #[test]
    fn lines_without_their_block_ids() {
        for (line, shown) in [
            ("2025 ^a-1", "2025"),
            ("a ^b  ^c", "a ^b"),
            ("a ^b c", "a ^b c"),
            ("a ^b_c", "a ^b_c"),
            ("a ^", "a ^"),
            ("a^b", "a^b"),
        ] {
            assert_eq!(without_block_id(line), shown);
        }
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
        let border = format!("```\n{}+\n```\n", "+-----".repeat(2_000));
        assert!(outline(&border, 0).too_deep.is_none(), "a table of ASCII");
        for marks in ["+ ", "* -\t", "1. ", "2) ", ">", "- >"] {
            assert!(outline(&format!("x\n{}*x\n", marks.repeat(1_001)), 0).too_deep.is_some(), "{marks:?}");
        }
    }
}
