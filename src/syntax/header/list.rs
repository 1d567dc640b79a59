//! The lists of a header's section.
//!
//! The first of them with a key of a header is the header, and goes on in those behind further text that have other
//! keys of one. A list that says again what the header says, or no date where that has one, and what stands behind it,
//! is about something else: a sub-system's own status, or what is done at each start.

use super::{HeaderField, field_of, keys, told_lines};
use crate::syntax::field;
use crate::syntax::outline::Item;
use crate::syntax::source::Source;
use crate::text::span::Span;

/// Items with nothing to read between them. Blank lines, comments and another bullet may part a header.
pub(super) struct List {
    /// From its first item to the end of its last.
    pub(super) span: Span,
    /// The fields that its items are.
    pub(super) fields: Vec<HeaderField>,
}

impl List {
    /// Whether one of its keys is that of a header.
    pub(super) fn is_header(&self) -> bool {
        self.fields.iter().any(|field| keys::ALL.contains(&field.key.as_str()))
    }
}

/// The lists of a section.
pub(super) fn all(source: &Source<'_>, section: Span) -> Vec<List> {
    let mut lists: Vec<List> = Vec::new();
    for (_, item) in source.items(section).filter(|(_, item)| item.parent.is_none()) {
        let fields = own_field(source, item);
        match lists.last_mut() {
            Some(list) if is_silent(source, Span { start: list.span.end, end: item.span.start }) => {
                list.span.end = item.span.end;
                list.fields.extend(fields);
            }
            _ => lists.push(List { span: item.span, fields: fields.into_iter().collect() }),
        }
    }
    lists
}

/// The field that an item is.
pub(super) fn own_field(source: &Source<'_>, item: &Item) -> Option<HeaderField> {
    let line = source.first_line(item);
    let line = field::bracketed(source.text, line).unwrap_or(line);
    field::split(source.text, line).map(|found| field_of(source, &found))
}

/// Whether nothing stands between two items that says something. A board does, even where nobody has filled it yet.
fn is_silent(source: &Source<'_>, between: Span) -> bool {
    !source.has_board_in(between) && told_lines(source, between).all(|(_, says)| !says)
}

#[cfg(test)]
mod tests {
    use crate::syntax::facts;
    use crate::syntax::reading::Reading;

    /// The fields of a header, and the metrics beside it.
    fn check(section: &str, fields: &str, metrics: &str) {
        let facts =
            facts::read(format!("## System Initialization\n\n{section}").as_bytes(), &Reading::default());
        let system = facts.system();
        let own = system.header.as_ref().map(|header| header.fields.as_slice()).unwrap_or_default();
        let own: Vec<String> = own.iter().map(|field| format!("{}={}", field.key, field.value)).collect();
        let found: Vec<&str> = system.metrics.iter().map(|metric| metric.name.as_str()).collect();
        assert_eq!((own.join(" "), found.join(" ")), (fields.to_owned(), metrics.to_owned()), "{section}");
    }

    #[test]
    fn what_stands_behind_further_text_is_no_part_of_a_header() {
        check("- Load: 3 ms\n\nx\n\n- Status: A\n- Owner: M\n", "status=A owner=M", "Load");
        check("- Status: A\n- Load: 3 ms\n\nThe lanes:\n\n- Delay: 4 ms\n", "status=A load=3 ms", "Delay");
        check("- Status: A\n\n---\n<br>\n\n<!-- x\ny -->\n* Owner: M\n", "status=A owner=M", "");
        check(
            "- Status: A\n<!-- portolan:board x -->\n<!-- portolan:end -->\n- Delay: 4 ms\n",
            "status=A",
            "Delay",
        );
        check("- Status: A\n\n### Lanes\n\n- Delay: 4 ms\n", "status=A", "Delay");
        check("Status: A\n\n- Owner: M\n\nThe lanes:\n\n- Delay: 4 ms\n", "status=A owner=M", "Delay");
        check("- Delay: 4 ms\n\nStatus: A\n", "status=A", "Delay");
        check("- Created: A\n\nNow:\n\n- Status: B\n- Owner: M\n", "created=A status=B owner=M", "");
        check("- Status: A\n\nPart:\n\n- Status: B\n- Version: 1\n\nx\n\n- Created: C\n", "status=A", "");
        check(
            "- Status: A\n<<<<<<< HEAD\n- Version: 1\n||||||| b\n- Version: 2\n=======\n- Version: 3\n>>>>>>> b\n- Owner: M\n",
            "status=A version=1 version=2 version=3 owner=M",
            "",
        );
    }
}
