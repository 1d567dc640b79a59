//! Silencers: comments that tell portolan to let something be.
//!
//! `<!-- portolan:allow RULE: why -->` covers the next block, `<!-- portolan:allow-file RULE: why -->`
//! the whole note.

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
    /// What it covers; `None` is the whole note.
    pub covers: Option<Span>,
    /// What goes when the silencer is deleted: its whole line where it stands alone.
    pub removal: Span,
}

/// The comment, or its line with the end of it where nothing else stands there.
fn removal(source: &Source<'_>, comment: Span) -> Span {
    let (start, end) = (comment.start as usize, comment.end as usize);
    let line_start = source.text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = source.text[end..].find('\n').map_or(source.text.len(), |at| end + at + 1);
    let alone =
        source.text[line_start..start].trim().is_empty() && source.text[end..line_end].trim().is_empty();
    if alone { Span::new(line_start, line_end) } else { comment }
}

/// Reads the silencers of a note.
pub(crate) fn read(source: &Source<'_>) -> Vec<Silencer> {
    let comments = source.outline.comments.iter();
    comments
        .filter_map(|comment| {
            let words = comment.text.of(source.text);
            let (verb, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
            let whole = match verb.trim_end_matches(':') {
                "allow" => false,
                "allow-file" => true,
                _ => return None,
            };
            let (rules, reason) = rest.split_once(':').unwrap_or((rest, ""));
            let blocks = &source.outline.blocks;
            let next = blocks.partition_point(|block| block.start < comment.span.end);
            Some(Silencer {
                place: source.place(comment.span),
                rules: rules
                    .split([',', ' '])
                    .map(str::trim)
                    .filter(|r| !r.is_empty())
                    .map(str::to_owned)
                    .collect(),
                reason: reason.trim().to_owned(),
                removal: removal(source, comment.span),
                covers: (!whole).then(|| {
                    blocks.get(next).copied().unwrap_or_else(|| Span::at(comment.span.end as usize))
                }),
            })
        })
        .collect()
}
