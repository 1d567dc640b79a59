//! Properties without quotes that a template fills in, whole or in part: some values need quotes there, and these go
//! around the whole of what stands there.

use std::ops::Range;

use super::quotes::{Quotes, in_quotes, is_enclosed, is_plain};
use crate::syntax::properties;
use crate::text::span::Span;

/// A text without quotes, and the places in it.
#[derive(Debug)]
pub(super) struct Bare {
    pub(super) span: Span,
    in_flow: bool,
    is_item: bool,
    /// Which places of the template stand in it.
    pub(super) slots: Range<usize>,
}

/// The texts without quotes that hold places, which come in order, as do all `expressions`. `None` where the
/// properties are no YAML before they are filled in.
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

/// The text with a word in each place, which ends nothing, of as many bytes. An expression that stays is one as well,
/// or a comment where it has lines of its own.
fn masked(text: &str, yaml: Span, slots: &[Span], expressions: &[Span]) -> Option<String> {
    let mut bytes = text.as_bytes()[..yaml.end as usize].to_vec();
    for span in expressions.iter().filter(|span| span.end <= yaml.end) {
        let line = text[..span.start as usize].rsplit('\n').next().unwrap_or_default();
        let mask = if line.trim().is_empty() { b'#' } else { b'x' };
        bytes[span.range()].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = mask);
    }
    for span in slots {
        bytes[span.range()].fill(b'x');
    }
    String::from_utf8(bytes).ok()
}

impl Bare {
    /// What is written there, given what each place becomes; what becomes nothing stays.
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
            // `tags: [{{Tags}}]`: commas part the items of a list, for whoever fills it in as for YAML.
            let items = value.split(',').map(str::trim).filter(|item| !item.is_empty());
            return items.map(|item| Quotes::Property.write(item)).collect::<Vec<_>>().join(", ");
        }
        // What is written, and how it reads if whatever stays were a word.
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
        // YAML leaves out the blanks at its ends.
        if is_plain(read.trim()) && !ends { written } else { in_quotes(written.trim()) }
    }
}
