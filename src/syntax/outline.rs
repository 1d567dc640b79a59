//! The outline of a note: what one pass of the Markdown parser found, as plain data.
//!
//! Every extractor reads the outline and none reads Markdown, so that no two of them can disagree
//! about what is a list, a table or code. All spans are bytes of the file.
//!
//! What the app does not show is not in it, or is told by [`Outline::hidden_at`]: see `markdown::hidden`.

use crate::text::joined::Joined;
use crate::text::span::Span;

/// The Markdown structure of one note, each list in the order of the text.
#[derive(Debug, Default)]
pub struct Outline {
    /// Headings of the note. Those inside quotes, callouts and list items are not among them:
    /// Obsidian cannot link to them.
    pub headings: Vec<Heading>,
    /// Every block element (paragraph, text of an item, heading, whole list, table, code, quote) behind the first
    /// comment that speaks to portolan, outer before inner: nobody else asks for blocks.
    pub blocks: Vec<Span>,
    /// List items, outer before inner.
    pub items: Vec<Item>,
    /// Tables.
    pub tables: Vec<Table>,
    /// Fenced code blocks.
    pub fences: Vec<Fence>,
    /// Those in HTML, most often in a comment, of which nothing counts but the secrets.
    pub fences_in_html: Vec<Fence>,
    /// Links and embeds as the parser sees them.
    pub links: Vec<LinkToken>,
    /// Link reference definitions, `[label]: destination`, as links that show nothing. Of several with one
    /// label only the first counts.
    pub definitions: Vec<LinkToken>,
    /// HTML comments that speak to portolan.
    pub comments: Vec<Comment>,
    /// Code, math and HTML: text that is not prose.
    pub opaque: Vec<Span>,
    /// Comments of Obsidian and formulas of several blocks, from their first `%%` or `$$` to behind their last.
    pub hidden: Vec<Span>,
    /// Tags in the text, without their `#`.
    pub tags: Vec<Span>,
    /// Block ids, without their `^`: of the blocks of the note itself.
    pub block_ids: Vec<Span>,
    /// The same on the lines of quotes, callouts and footnotes. Obsidian's own help and what people report of it
    /// disagree whether a link finds them: to one that names them nothing is said.
    pub quoted_ids: Vec<Span>,
    /// A line whose containers nest too deep to be read; the note has no outline then.
    pub too_deep: Option<Span>,
}

/// A heading of the note.
#[derive(Clone, Copy, Debug)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The whole heading, its line ending left out.
    pub span: Span,
    /// Its text as written, inline marks included.
    pub text: Span,
}

/// A list item.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// Which list it belongs to; every list of the note has its own number.
    pub list: u32,
    /// The item around it.
    pub parent: Option<u32>,
    /// The whole item with everything nested in it, blank ends left out.
    pub span: Span,
    /// The text of its first block.
    pub content: Span,
    /// Whether it stands in a quote, callout or footnote.
    pub quoted: bool,
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// The whole table.
    pub span: Span,
    /// The cells of the header row, blanks at both ends left out.
    pub header: Vec<Span>,
    /// The cells of each further row.
    pub rows: Vec<Row>,
    /// Whether it stands in a quote, list item or footnote.
    pub nested: bool,
}

/// A row of a table.
#[derive(Debug)]
pub struct Row {
    /// The row without its line ending.
    pub span: Span,
    /// Its cells, blanks at both ends left out.
    pub cells: Vec<Span>,
}

/// A fenced code block.
#[derive(Debug)]
pub struct Fence {
    /// From the opening to the closing fence.
    pub span: Span,
    /// The first word behind the opening fence, as written.
    pub language: String,
    /// The content, without quote marks, indents and carriage returns.
    pub content: Joined,
}

/// How a link was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkForm {
    /// `[[…]]`
    Wiki,
    /// `[text](destination)`
    Inline,
    /// `[text][label]` and its short forms
    Reference,
}

/// A link or embed as the parser sees it.
#[derive(Clone, Debug)]
pub struct LinkToken {
    /// The whole link, brackets included.
    pub span: Span,
    /// How it was written.
    pub form: LinkForm,
    /// Whether a `!` makes it an embed.
    pub embed: bool,
    /// The destination after `CommonMark`'s escapes, where it does not read as it is written.
    pub escaped: Option<Box<str>>,
    /// Where the destination stands, without angle brackets and blanks at both ends; of a wikilink what
    /// stands before the bar. `None` where that cannot be told.
    pub target: Option<Span>,
    /// Whether the destination stands in angle brackets.
    pub angled: bool,
    /// What it shows: the text between brackets or behind the bar.
    pub display: Option<Span>,
    /// Whether it stands in a cell of a table, where a bar is written `\|`.
    pub in_table: bool,
}

/// An HTML comment whose text begins with `portolan:`.
#[derive(Clone, Copy, Debug)]
pub struct Comment {
    /// From `<!--` to `-->`.
    pub span: Span,
    /// What stands between, without blanks at both ends and without `portolan:`.
    pub text: Span,
    /// Whether it stands alone on a line outside of quotes, lists and footnotes.
    pub own_line: bool,
}

impl LinkToken {
    /// The destination after `CommonMark`'s escapes, where `text` is the text of the outline.
    #[must_use]
    pub fn destination<'a>(&'a self, text: &'a str) -> &'a str {
        match (&self.escaped, self.target) {
            (Some(destination), _) => destination,
            (None, Some(target)) => target.of(text),
            (None, None) => "",
        }
    }
}

impl Outline {
    /// The headings with their sections: from behind a heading to the next one of its level or a
    /// higher one, or to `end`.
    pub fn sections(&self, end: usize) -> impl Iterator<Item = (&Heading, Span)> {
        self.headings.iter().enumerate().map(move |(i, heading)| {
            let next = self.headings[i + 1..].iter().find(|h| h.level <= heading.level);
            let until = next.map_or(end, |h| h.span.start as usize);
            (heading, Span::new(heading.span.end as usize, until))
        })
    }

    /// The items that begin inside `span`, and their indexes.
    pub fn items_in(&self, span: Span) -> impl Iterator<Item = (u32, &Item)> {
        let first = self.items.partition_point(|item| item.span.start < span.start);
        self.items[first..]
            .iter()
            .take_while(move |item| item.span.start < span.end)
            .enumerate()
            .map(move |(i, item)| ((first + i) as u32, item))
    }

    /// The comments that may be markers of boards. What is commented out is no board.
    pub fn markers(&self) -> impl Iterator<Item = &Comment> {
        self.comments.iter().filter(|comment| self.hidden_at(comment.span.start).is_none())
    }

    /// The heading whose section holds the byte at `offset`: the last one before it.
    #[must_use]
    pub fn heading_before(&self, offset: u32) -> Option<&Heading> {
        let after = self.headings.partition_point(|h| h.span.start <= offset);
        after.checked_sub(1).and_then(|i| self.headings.get(i))
    }

    /// The comment of Obsidian, or the formula of several blocks, that the byte at `offset` lies in.
    #[must_use]
    pub fn hidden_at(&self, offset: u32) -> Option<Span> {
        let after = self.hidden.partition_point(|s| s.start <= offset);
        after.checked_sub(1).and_then(|i| self.hidden.get(i)).copied().filter(|s| offset < s.end)
    }

    /// Whether the byte at `offset` lies in code, math or HTML.
    #[must_use]
    pub fn is_opaque(&self, offset: u32) -> bool {
        self.opaque_at(offset).is_some()
    }

    /// The code, math or HTML that the byte at `offset` lies in.
    #[must_use]
    pub fn opaque_at(&self, offset: u32) -> Option<Span> {
        let after = self.opaque.partition_point(|s| s.start <= offset);
        after.checked_sub(1).and_then(|i| self.opaque.get(i)).copied().filter(|s| offset < s.end)
    }

    /// Whether the byte at `offset` lies in a comment, of Obsidian or of HTML. `text` is the text of the outline.
    #[must_use]
    pub fn is_commented_out(&self, text: &str, offset: u32) -> bool {
        let begins = |span: Option<Span>, mark| span.is_some_and(|span| span.of(text).starts_with(mark));
        begins(self.hidden_at(offset), "%%") || begins(self.opaque_at(offset), "<!--")
    }
}
