//! Handles unquoted properties that a template fills in, whole or in part: some values need quotes, which go
//! around the whole scalar.

use std::ops::Range;

use super::quotes::{Quotes, in_quotes, is_enclosed, is_plain};
use crate::syntax::properties;
use crate::text::line::line_before;
use crate::text::span::Span;

/// An unquoted scalar, and the places in it.
#[derive(Debug)]
pub(super) struct Bare {
    pub(super) span: Span,
    in_flow: bool,
    is_item: bool,
    /// The range of the template's places in it.
    pub(super) slots: Range<usize>,
}

/// Returns the unquoted scalars that contain places. `slots` and `expressions` are sorted. Returns `None` if the
/// properties are not valid YAML before they are filled in.
pub(super) fn around(text: &str, yaml: Span, slots: &[Span], expressions: &[Span]) -> Option<Vec<Bare>> {
    let own = slots.partition_point(|slot| slot.end <= yaml.end);
    if own == 0 {
        return Some(Vec::new());
    }
    let masked = masked(text, yaml, &slots[..own], expressions)?;
    let mut found = Vec::new();
    for bare in properties::bare(&masked, yaml)? {
        let first = slots.partition_point(|slot| slot.start < bare.span.start);
        let behind = slots.partition_point(|slot| slot.end <= bare.span.end);
        if first < behind {
            let properties::Bare { span, in_flow, is_item } = bare;
            found.push(Bare { span, in_flow, is_item, slots: first..behind });
        }
    }
    Some(found)
}

/// Returns the text with a plain word of equal length in each place. An expression that stays becomes a word as
/// well, or a comment if it has lines of its own.
fn masked(text: &str, yaml: Span, slots: &[Span], expressions: &[Span]) -> Option<String> {
    let mut bytes = text.as_bytes()[..yaml.end as usize].to_vec();
    for span in expressions.iter().filter(|span| span.end <= yaml.end) {
        let line = line_before(text, span.start as usize);
        let mask = if line.trim().is_empty() { b'#' } else { b'x' };
        bytes[span.range()].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = mask);
    }
    for span in slots {
        bytes[span.range()].fill(b'x');
    }
    String::from_utf8(bytes).ok()
}

impl Bare {
    /// Returns the scalar with values in its places; a place without a value stays.
    pub(super) fn write(&self, text: &str, slots: &[(Span, Option<&str>)]) -> String {
        if let [(span, Some(value))] = slots
            && *span == self.span
            && (!self.in_flow || is_enclosed(value, &[('"', '"'), ('\'', '\'')]))
        {
            return Quotes::Property.write(value);
        }
        if let [(span, Some(value))] = slots
            && *span == self.span
            && self.is_item
            && !value.contains(['[', ']', '{', '}', '"', '\''])
        {
            // `tags: [{{Tags}}]`: commas separate the items of the list, for the user as for YAML.
            let items = value.split(',').map(str::trim).filter(|item| !item.is_empty());
            return items.map(|item| Quotes::Property.write(item)).collect::<Vec<_>>().join(", ");
        }
        // The text that is written, and how it reads if the remaining places were words.
        let (mut written, mut read) = (String::new(), String::new());
        let mut at = self.span.start;
        for (span, value) in slots {
            let between = Span { start: at, end: span.start }.of(text);
            written.extend([between, value.unwrap_or(span.of(text))]);
            read.extend([between, value.unwrap_or("x")]);
            at = span.end;
        }
        let rest = Span { start: at, end: self.span.end }.of(text);
        written.push_str(rest);
        read.push_str(rest);
        let ends = self.in_flow && read.contains([',', '[', ']', '{', '}']);
        // YAML strips the blanks at both ends.
        if is_plain(read.trim()) && !ends { written } else { in_quotes(written.trim()) }
    }
}
