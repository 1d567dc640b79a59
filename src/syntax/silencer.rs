//! Silencers: comments that tell portolan to let something be.
//!
//! `<!-- portolan:allow RULE: why -->` covers the next block, `<!-- portolan:allow-file RULE: why -->`
//! the whole note. The former stands on a line of its own: behind a text it would be taken to mean that one. Where a
//! heading, a task or a row begins with it, it covers that line.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::source::Source;
use crate::text::place::Place;
use crate::text::span::Span;

/// A silencer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silencer {
    /// The comment.
    pub place: Place,
    /// The rules that it names.
    pub rules: Vec<String>,
    /// Why; empty where no reason was given.
    pub reason: String,
    /// What it covers.
    pub covers: Coverage,
    /// Whether it is commented out, with what it was for. It silences what counts in a comment as well, such as a link.
    pub hidden: bool,
    /// What goes when the silencer is deleted: its whole line where it stands alone. `None` where it parts two lists:
    /// without it they would be one.
    pub removal: Option<Span>,
}

/// What a silencer covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Coverage {
    /// The whole note.
    Note,
    /// A block.
    Block(Span),
    /// Nothing: it stands behind a text, in the line of it.
    Nothing,
    /// Nothing: it stands behind the `%%` that comments it out, in the line of that.
    Hidden,
}

/// The comment with the blanks that were there for it, or its whole line where nothing else stands there, and then one
/// of the blank lines around it. Looks no further than the blanks: a line may be a whole file.
///
/// The line stays, empty, where it parts two others: without it they might be one paragraph.
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
            // What stands behind it begins the line now, set in as far as it was. At the very top, dashes would begin
            // properties.
            return Span::new(comment.start as usize, source.text.len() - rest.len());
        }
        // What stands before it in a line, the sign of a quote perhaps, goes up to what stands behind it.
        let cuts_blanks = has_blanks && stays_apart;
        return if cuts_blanks { Span::new(before.len(), comment.end as usize) } else { comment };
    }
    let above = before.strip_suffix('\n').unwrap_or(before).trim_end_matches(blank);
    let below = rest.strip_prefix('\n').unwrap_or(rest).trim_start_matches(blank);
    let free_above = above.is_empty() || above.ends_with('\n');
    // How far the comment and the next line are set in.
    let own = comment.start as usize - before.len();
    let next = rest.len() - below.len() - usize::from(rest.starts_with('\n'));
    let free_below = below.is_empty() || below.starts_with('\n') || (begins_item(below) && next < own + 4);
    let rest_at = source.text.len() - rest.len();
    // At the very top, a line of dashes would begin properties.
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

/// Whether nothing but this comment stands between two items.
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

/// Whether a list item begins here that may follow a paragraph at once: `- ` alone would make a
/// heading of it.
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
            _ => return None,
        };
        let (rules, reason) = rest.split_once(':').unwrap_or((rest, ""));
        let rules = rules.split(|c: char| c == ',' || c.is_whitespace()).filter(|rule| !rule.is_empty());
        let hidden = source.outline.hidden_at(comment.span.start);
        Some(Silencer {
            place: source.place(comment.span),
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
                // The task goes on in the next line, which is no block of its own.
                Lead::Text | Lead::Task(_) => Coverage::Nothing,
                Lead::Begun(_) | Lead::Signs => Coverage::Block(covered.by(comment.span)),
            },
        })
    });
    let mut silencers: Vec<Silencer> = silencers.collect();
    silencers.reverse();
    silencers
}

/// What stands before a comment, in the line of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// Nothing but the signs of quotes, items and footnotes, and comments: it is a block by itself.
    Signs,
    /// Besides these, what begins the text that goes on behind the comment: the sign of a heading, the bar of a row, or a
    /// closed comment of Obsidian. Its line begins here.
    Begun(usize),
    /// The same, with the box of a task.
    Task(usize),
    /// A text.
    Text,
}

/// Where the line of each comment begins, and what stands there before it. Looks back no further than to the comment
/// before: a line may be a whole file.
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
    /// Of the beginning of a line, which is here in the note.
    fn of(line: &str, start: usize) -> Self {
        // A comment may have begun above.
        let begun = line.find("-->").filter(|end| !line[..*end].contains("<!--"));
        let mut rest = begun.map_or(line, |end| &line[end + 3..]);
        let mut lead = Self::Signs;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            if let Some(behind) = after_item_sign(rest) {
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

/// What stands behind a comment, in the line of it. Goes from the last comment to the first, and over each text once.
struct Behind<'s> {
    source: &'s Source<'s>,
    line_end: usize,
    has_text: bool,
    /// Where the comment begins that was there before.
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

/// What follows the sign of a quote or a footnote, or a comment.
fn after_sign(text: &str) -> Option<&str> {
    let label = || Some(text.strip_prefix("[^")?.split_once("]:")?.1);
    text.strip_prefix('>').or_else(|| after_comment(text)).or_else(label)
}

/// What follows the sign of a heading, a bar, or a closed comment of Obsidian.
fn after_beginning(text: &str) -> Option<&str> {
    let heading = || {
        let title = text.trim_start_matches('#');
        let level = text.len() - title.len();
        title.strip_prefix([' ', '\t']).filter(|_| (1..=6).contains(&level))
    };
    let comment = || Some(text.strip_prefix("%%")?.split_once("%%")?.1);
    text.strip_prefix('|').or_else(heading).or_else(comment)
}

/// What follows the sign of an item.
fn after_item_sign(text: &str) -> Option<&str> {
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let sign = if number.len() < text.len() {
        number.strip_prefix(['.', ')'])
    } else {
        text.strip_prefix(['-', '*', '+'])
    };
    sign?.strip_prefix([' ', '\t'])
}

/// What follows the box of a task.
fn after_box(item: &str) -> Option<&str> {
    let mut inner = item.trim_start().strip_prefix('[')?.chars();
    inner.next()?;
    inner.as_str().strip_prefix(']')?.strip_prefix([' ', '\t'])
}

/// What follows a comment.
fn after_comment(text: &str) -> Option<&str> {
    Some(text.strip_prefix("<!--")?.split_once("-->")?.1)
}

/// Finds the blocks that silencers cover, the last silencer first.
struct Covered<'s> {
    source: &'s Source<'s>,
    /// Blocks that are known to be comments, one behind the other: many silencers may stand before one block.
    passed: Range<usize>,
}

impl Covered<'_> {
    /// The next block behind a comment. Other comments may stand between, as where two rules are silenced.
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

    /// Whether a block is nothing but a comment. The marker of a board is the board.
    fn is_passed(&self, block: Span) -> bool {
        let text = block.of(self.source.text);
        text.starts_with("<!--")
            && text.find("-->") == text.len().checked_sub(3)
            && !text.contains("portolan:board")
    }
}
