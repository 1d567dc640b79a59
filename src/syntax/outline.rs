//! The outline of a note: the result of one pass of the Markdown parser, as plain data.
//!
//! All extractors read the outline rather than Markdown, so that they agree on what is a list, a table or code.
//! All spans are bytes of the file.
//!
//! Text that the app does not show is left out, or is reported by [`Outline::hidden_at`]: see `markdown::hidden`.

use crate::text::joined::Joined;
use crate::text::sorted::last_where;
use crate::text::span::{Span, containing};

/// The Markdown structure of one note, each list in the order of the text.
#[derive(Debug, Default)]
pub struct Outline {
    /// Headings of the note, except those inside quotes, callouts and list items, which Obsidian cannot link to.
    pub headings: Vec<Heading>,
    /// All block elements (paragraph, text of an item, heading, whole list, table, code, quote) after the first
    /// comment with instructions to portolan, outer before inner. Only those comments need blocks.
    pub blocks: Vec<Span>,
    /// List items, outer before inner.
    pub items: Vec<Item>,
    /// Tables.
    pub tables: Vec<Table>,
    /// Fenced code blocks.
    pub fences: Vec<Fence>,
    /// Fenced code blocks in HTML, most often in a comment. Only secrets in them matter.
    pub fences_in_html: Vec<Fence>,
    /// Links and embeds as the parser sees them.
    pub links: Vec<LinkToken>,
    /// Link reference definitions, `[label]: destination`, as links without a displayed text. Of several with the
    /// same label, only the first is kept.
    pub definitions: Vec<LinkToken>,
    /// HTML comments with instructions to portolan.
    pub comments: Vec<Comment>,
    /// Code, math and HTML, which are not prose.
    pub opaque: Vec<Span>,
    /// Obsidian comments, and formulas that span several blocks, from their first `%%` or `$$` to the end of their
    /// last.
    pub hidden: Vec<Span>,
    /// Tags in the text, without their `#`.
    pub tags: Vec<Span>,
    /// Block ids of the note's own blocks, without their `^`.
    pub block_ids: Vec<Span>,
    /// Block ids on the lines of quotes, callouts and footnotes. Obsidian's help and reports of users disagree on
    /// whether a link finds them, so a link to one is never reported.
    pub quoted_ids: Vec<Span>,
    /// A line whose containers nest too deep to be parsed. The outline is then empty.
    pub too_deep: Option<Span>,
}

/// A heading of the note.
#[derive(Clone, Copy, Debug)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The whole heading, without its line ending.
    pub span: Span,
    /// Its text as written, including inline marks.
    pub text: Span,
}

/// A list item.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// The number of the list that it belongs to, unique in the note.
    pub list: u32,
    /// The index of the item around it.
    pub parent: Option<u32>,
    /// The whole item with everything nested in it, without blank ends.
    pub span: Span,
    /// The text of its first block.
    pub content: Span,
    /// Whether it is in a quote, callout or footnote.
    pub quoted: bool,
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// The whole table.
    pub span: Span,
    /// The cells of the header row, without spaces at both ends.
    pub header: Vec<Span>,
    /// The rows after the header.
    pub rows: Vec<Row>,
    /// Whether it is in a quote, list item or footnote.
    pub nested: bool,
}

/// A row of a table.
#[derive(Debug)]
pub struct Row {
    /// The row without its line ending.
    pub span: Span,
    /// Its cells, without spaces at both ends.
    pub cells: Vec<Span>,
}

/// A fenced code block.
#[derive(Debug)]
pub struct Fence {
    /// From the opening to the closing fence.
    pub span: Span,
    /// The first word after the opening fence, as written.
    pub language: String,
    /// The content, without quote marks, indents and carriage returns.
    pub content: Joined,
}

impl Fence {
    /// Whether the block is a mermaid diagram, going by its language in any case.
    #[must_use]
    pub fn is_mermaid(&self) -> bool {
        self.language.eq_ignore_ascii_case("mermaid")
    }
}

/// The way a link is written.
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
    /// The whole link, including brackets.
    pub span: Span,
    /// The way it is written.
    pub form: LinkForm,
    /// Whether a `!` makes it an embed.
    pub embed: bool,
    /// The destination with `CommonMark`'s escapes resolved, if that differs from what is written.
    pub escaped: Option<Box<str>>,
    /// The span of the destination, without angle brackets and spaces at both ends; for a wikilink, of the part
    /// before the bar. `None` where it cannot be found.
    pub target: Option<Span>,
    /// Whether the destination is in angle brackets.
    pub angled: bool,
    /// The span of the displayed text, which is between brackets or after the bar.
    pub display: Option<Span>,
    /// Whether it is in a cell of a table, where a bar is written `\|`.
    pub in_table: bool,
}

/// An HTML comment whose text begins with `portolan:`.
#[derive(Clone, Copy, Debug)]
pub struct Comment {
    /// From `<!--` to `-->`.
    pub span: Span,
    /// The text between these, without `portolan:` and spaces at both ends.
    pub text: Span,
    /// Whether it stands alone on a line outside quotes, lists and footnotes.
    pub own_line: bool,
}

impl LinkToken {
    /// Returns the destination with `CommonMark`'s escapes resolved. `text` is the text of the outline.
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
    /// Returns the headings with their sections. A section extends from the end of a heading to the next one of
    /// the same or a higher level, or to `end`.
    pub fn sections(&self, end: usize) -> impl Iterator<Item = (&Heading, Span)> {
        self.headings.iter().enumerate().map(move |(i, heading)| {
            let next = self.headings[i + 1..].iter().find(|h| h.level <= heading.level);
            let until = next.map_or(end, |h| h.span.start as usize);
            (heading, Span::new(heading.span.end as usize, until))
        })
    }

    /// Returns the items that begin inside `span`, with their indexes.
    pub fn items_in(&self, span: Span) -> impl Iterator<Item = (u32, &Item)> {
        let first = self.items.partition_point(|item| item.span.start < span.start);
        self.items[first..]
            .iter()
            .take_while(move |item| item.span.start < span.end)
            .enumerate()
            .map(move |(i, item)| ((first + i) as u32, item))
    }

    /// Returns the comments that may be board markers, without those that are commented out.
    pub fn markers(&self) -> impl Iterator<Item = &Comment> {
        self.comments.iter().filter(|comment| self.hidden_at(comment.span.start).is_none())
    }

    /// Returns the heading whose section contains the byte at `offset`, which is the last heading before it.
    #[must_use]
    pub fn heading_before(&self, offset: u32) -> Option<&Heading> {
        last_where(&self.headings, |h| h.span.start <= offset)
    }

    /// Returns the Obsidian comment or multi-block formula that contains the byte at `offset`.
    #[must_use]
    pub fn hidden_at(&self, offset: u32) -> Option<Span> {
        containing(&self.hidden, offset)
    }

    /// Whether the byte at `offset` is in code, math or HTML.
    #[must_use]
    pub fn is_opaque(&self, offset: u32) -> bool {
        self.opaque_at(offset).is_some()
    }

    /// Returns the code, math or HTML that contains the byte at `offset`.
    #[must_use]
    pub fn opaque_at(&self, offset: u32) -> Option<Span> {
        containing(&self.opaque, offset)
    }

    /// Whether the byte at `offset` is in a comment of Obsidian or HTML. `text` is the text of the outline.
    #[must_use]
    pub fn is_commented_out(&self, text: &str, offset: u32) -> bool {
        let begins = |span: Option<Span>, mark| span.is_some_and(|span| span.of(text).starts_with(mark));
        begins(self.hidden_at(offset), "%%") || begins(self.opaque_at(offset), "<!--")
    }
}
