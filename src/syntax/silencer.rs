//! Reads silencers: comments that suppress findings.
//!
//! `<!-- portolan:allow RULE: why -->` covers the next block, `<!-- portolan:allow-file RULE: why -->` the whole
//! note. The former must not follow text on its line, where it would seem to refer to that text. Where a heading,
//! a task or a table row begins with it, it covers that line.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::block_start::{atx_heading, list_marker};
use super::outline::Comment;
use super::source::Source;
use super::verb::Misspelt;
use crate::text::place::Place;
use crate::text::span::Span;

/// A silencer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silencer {
    /// The comment.
    pub place: Place,
    /// If its first word is misspelt, what to say about that, and the word. Such a comment silences nothing.
    pub misspelt: Option<(String, String)>,
    /// The rules that it names.
    pub rules: Vec<String>,
    /// The reason; empty if none was given.
    pub reason: String,
    /// The part of the note that it covers.
    pub covers: Coverage,
    /// Whether it is commented out, together with what it was for. It still silences what counts inside a comment,
    /// such as a link.
    pub hidden: bool,
    /// What is removed to delete the silencer: its whole line if it stands alone. `None` where it separates two
    /// lists that would merge without it.
    pub removal: Option<Span>,
}

/// The part of a note that a silencer covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Coverage {
    /// The whole note.
    Note,
    /// A block.
    Block(Span),
    /// Nothing, because it follows text on its line.
    Nothing,
    /// Nothing, because it follows the `%%` that comments it out on its line.
    Hidden,
}

/// Returns the span to remove with a comment: the comment and the spaces that belong to it, or, where it stands
/// alone, its whole line and one of the blank lines around it. Only the spaces around it are examined, because a
/// line may be a whole file.
///
/// Where the comment separates two lines, an empty line is left, because the two might otherwise form one
/// paragraph.
fn removal(source: &Source<'_>, comment: Span) -> Span {
    let blank = [' ', '\t', '\r'];
    let before = source.text[..comment.start as usize].trim_end_matches(blank);
    let after = &source.text[comment.end as usize..];
    let rest = after.trim_start_matches(blank);
    let (begins_line, ends_line) =
        (before.is_empty() || before.ends_with('\n'), rest.is_empty() || rest.starts_with('\n'));
    if !(begins_line && ends_line) {
        let has_blanks = before.len() < comment.start as usize;
        let stays_apart = ends_line || after.starts_with(blank);
        if begins_line && !(before.is_empty() && rest.starts_with("---")) {
            // The text after the comment now begins the line, with the same indent as before. At the very top of
            // the note, dashes would begin properties.
            return Span::new(comment.start as usize, source.text.len() - rest.len());
        }
        // The text before the comment on its line, such as a quote mark, is joined to the text after it.
        let cuts_blanks = has_blanks && stays_apart;
        return if cuts_blanks { Span::new(before.len(), comment.end as usize) } else { comment };
    }
    let above = before.strip_suffix('\n').unwrap_or(before).trim_end_matches(blank);
    let below = rest.strip_prefix('\n').unwrap_or(rest).trim_start_matches(blank);
    let free_above = above.is_empty() || above.ends_with('\n');
    // The indents of the comment and of the next line.
    let own = comment.start as usize - before.len();
    let next = rest.len() - below.len() - usize::from(rest.starts_with('\n'));
    let free_below = below.is_empty() || below.starts_with('\n') || (begins_item(below) && next < own + 4);
    let rest_at = source.text.len() - rest.len();
    // At the very top of the note, a line of dashes would begin properties.
    if !(free_above || free_below) || (before.is_empty() && below.starts_with("---")) {
        let line_end = after.trim_start_matches([' ', '\t']);
        return Span::new(before.len(), source.text.len() - line_end.len());
    }
    let below_at = source.text.len() - below.len();
    let further =
        below.strip_prefix('\n').filter(|further| !(before.is_empty() && further.starts_with("---")));
    if free_above && further.is_some() {
        return Span::new(before.len(), below_at + 1);
    }
    let start = if below.is_empty() && above.ends_with('\n') { above.len() } else { before.len() };
    Span::new(start, rest_at + usize::from(!rest.is_empty()))
}

/// Whether there is only this comment between two list items.
fn parts_lists(source: &Source<'_>, comment: Span) -> bool {
    let items = &source.outline.items;
    let next = items.partition_point(|item| item.span.start < comment.end);
    let before = next.checked_sub(1).and_then(|last| items.get(last));
    let blank = |from: u32, to: u32| {
        source.text.get(from as usize..to as usize).is_some_and(|between| between.trim().is_empty())
    };
    before.zip(items.get(next)).is_some_and(|(before, next)| {
        blank(before.span.end, comment.start) && blank(comment.end, next.span.start)
    })
}

/// Whether a list item begins here that may directly follow a paragraph. An empty `- ` would turn the paragraph
/// into a heading.
fn begins_item(text: &str) -> bool {
    let item = ["- ", "* ", "+ "].iter().find_map(|bullet| text.strip_prefix(bullet));
    item.and_then(|item| item.lines().next()).is_some_and(|line| !line.trim().is_empty())
}

/// Reads the silencers of a note.
pub(crate) fn read(source: &Source<'_>) -> Vec<Silencer> {
    let comments = &source.outline.comments;
    let mut covered = Covered { source, passed: 0..0 };
    let leads = leads(source);
    let mut behind = Behind { source, line_end: source.text.len(), has_text: false, seen: source.text.len() };
    let silencers = comments.iter().zip(leads).rev().filter_map(|(comment, (line, lead))| {
        behind.go_to(comment.span);
        let words = comment.text.of(source.text);
        let (verb, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        let whole = match verb.trim_end_matches(':') {
            "allow" => false,
            "allow-file" => true,
            _ => return misspelt(source, comment),
        };
        let (rules, reason) = rest.split_once(':').unwrap_or((rest, ""));
        let rules = rules.split(|c: char| c == ',' || c.is_whitespace()).filter(|rule| !rule.is_empty());
        let hidden = source.outline.hidden_at(comment.span.start);
        Some(Silencer {
            place: source.place(comment.span),
            misspelt: None,
            rules: rules.map(str::to_owned).collect(),
            reason: reason.trim().to_owned(),
            hidden: hidden.is_some(),
            removal: (!parts_lists(source, comment.span)).then(|| removal(source, comment.span)),
            covers: match lead {
                _ if whole => Coverage::Note,
                Lead::Begun(start) | Lead::Task(start) if behind.has_text => {
                    Coverage::Block(Span::new(start, behind.line_end))
                }
                Lead::Text if hidden.is_some_and(|hidden| line <= hidden.start as usize) => Coverage::Hidden,
                // The task continues on the next line, which is not a separate block.
                Lead::Text | Lead::Task(_) => Coverage::Nothing,
                Lead::Begun(_) | Lead::Signs => Coverage::Block(covered.by(comment.span)),
            },
        })
    });
    let mut silencers: Vec<Silencer> = silencers.collect();
    silencers.reverse();
    silencers
}

/// Returns a silencer that silences nothing, for a comment whose misspelt first word was probably meant as one.
fn misspelt(source: &Source<'_>, comment: &Comment) -> Option<Silencer> {
    let word = Misspelt::read(comment.text.of(source.text)).filter(Misspelt::is_silencer)?;
    Some(Silencer {
        place: source.place(comment.span),
        misspelt: Some((word.message(), word.written)),
        rules: Vec::new(),
        reason: String::new(),
        covers: Coverage::Nothing,
        hidden: source.outline.hidden_at(comment.span.start).is_some(),
        removal: None,
    })
}

/// What precedes a comment on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// Only signs of quotes, items and footnotes, and comments: the comment is a separate block.
    Signs,
    /// Also the beginning of a text that continues after the comment: the sign of a heading, the bar of a table
    /// row, or a closed Obsidian comment. Holds the start of the line.
    Begun(usize),
    /// Like [`Lead::Begun`], but with the box of a task.
    Task(usize),
    /// A text.
    Text,
}

/// Returns where the line of each comment begins, and what precedes the comment there. Examines the text only back
/// to the previous comment, because a line may be a whole file.
fn leads(source: &Source<'_>) -> Vec<(usize, Lead)> {
    let mut leads = Vec::with_capacity(source.outline.comments.len());
    let (mut seen, mut lead, mut line_start) = (0, Lead::Signs, 0);
    for comment in &source.outline.comments {
        let between = source.text.get(seen..comment.span.start as usize).unwrap_or_default();
        let line = between.rfind(['\n', '\r']).map(|end| end + 1);
        line_start = line.map_or(line_start, |line| seen + line);
        let here = Lead::of(&between[line.unwrap_or_default()..], seen + line.unwrap_or_default());
        lead = match (line, here) {
            (Some(_), here) | (None, here @ Lead::Text) => here,
            (None, here) if lead == Lead::Signs => here,
            (None, _) => lead,
        };
        leads.push((line_start, lead));
        seen = comment.span.end as usize;
    }
    leads
}

impl Lead {
    /// Classifies the beginning of a line that starts at `start` in the note.
    fn of(line: &str, start: usize) -> Self {
        // A comment may have begun on a line above.
        let begun = line.find("-->").filter(|end| !line[..*end].contains("<!--"));
        let mut rest = begun.map_or(line, |end| &line[end + 3..]);
        let mut lead = Self::Signs;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            let item = list_marker(rest).and_then(|(_, behind)| behind.strip_prefix([' ', '\t']));
            if let Some(behind) = item {
                let task = after_box(behind);
                lead = if task.is_some() { Self::Task(start) } else { lead };
                rest = task.unwrap_or(behind);
            } else if let Some(behind) = after_sign(rest) {
                rest = behind;
            } else if let Some(behind) = after_beginning(rest) {
                lead = if lead == Self::Signs { Self::Begun(start) } else { lead };
                rest = behind;
            } else {
                return if rest.is_empty() { lead } else { Self::Text };
            }
        }
    }
}

/// What follows a comment on its line. Visits the comments from last to first, and each text between them once.
struct Behind<'s> {
    source: &'s Source<'s>,
    line_end: usize,
    has_text: bool,
    /// The start of the comment visited before.
    seen: usize,
}

impl Behind<'_> {
    fn go_to(&mut self, comment: Span) {
        let between = self.source.text.get(comment.end as usize..self.seen).unwrap_or_default();
        let line = between.find(['\n', '\r']);
        if let Some(end) = line {
            self.line_end = comment.end as usize + end;
            self.has_text = false;
        }
        self.has_text |= Lead::of(&between[..line.unwrap_or(between.len())], 0) == Lead::Text;
        self.seen = comment.start as usize;
    }
}

/// Returns the text after the sign of a quote or footnote, or after a comment.
fn after_sign(text: &str) -> Option<&str> {
    let label = || Some(text.strip_prefix("[^")?.split_once("]:")?.1);
    text.strip_prefix('>').or_else(|| after_comment(text)).or_else(label)
}

/// Returns the text after the sign of a heading, a bar, or a closed Obsidian comment.
fn after_beginning(text: &str) -> Option<&str> {
    let heading = || atx_heading(text)?.strip_prefix([' ', '\t']);
    let comment = || Some(text.strip_prefix("%%")?.split_once("%%")?.1);
    text.strip_prefix('|').or_else(heading).or_else(comment)
}

/// Returns the text after the box of a task.
fn after_box(item: &str) -> Option<&str> {
    let mut inner = item.trim_start().strip_prefix('[')?.chars();
    inner.next()?;
    inner.as_str().strip_prefix(']')?.strip_prefix([' ', '\t'])
}

/// Returns the text after a comment.
fn after_comment(text: &str) -> Option<&str> {
    Some(text.strip_prefix("<!--")?.split_once("-->")?.1)
}

/// Finds the blocks that silencers cover, from the last silencer to the first.
struct Covered<'s> {
    source: &'s Source<'s>,
    /// Consecutive blocks that are known to be comments. It saves time where many silencers precede one block.
    passed: Range<usize>,
}

impl Covered<'_> {
    /// Returns the next block after a comment. Further comments may stand between, as where two rules are
    /// silenced.
    fn by(&mut self, comment: Span) -> Span {
        let blocks = &self.source.outline.blocks;
        let first = blocks.partition_point(|block| block.start < comment.end);
        let mut next = first;
        while blocks.get(next).is_some_and(|block| self.is_passed(*block)) {
            next =
                if next == self.passed.start && !self.passed.is_empty() { self.passed.end } else { next + 1 };
        }
        self.passed = first..next;
        blocks.get(next).copied().unwrap_or_else(|| Span::at(comment.end as usize))
    }

    /// Whether a block is only a comment. The marker of a board does not count, because it stands for the board.
    fn is_passed(&self, block: Span) -> bool {
        let text = block.of(self.source.text);
        text.starts_with("<!--")
            && text.find("-->") == text.len().checked_sub(3)
            && !text.contains("portolan:board")
    }
}
