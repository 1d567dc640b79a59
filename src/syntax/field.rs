//! `Key: value` in a list item, as people write it.

use crate::text::fold::undecorated;
use crate::text::span::{Span, trim};

/// A key and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// The key without emphasis marks.
    pub(crate) key: Span,
    /// Everything behind the colon, trimmed.
    pub(crate) value: Span,
}

/// Reads `Key: value` with the marks that people put around it: `**Key:** value`, `**Key**: value`,
/// and `Key:: value` as the Dataview plug-in writes it. A colon inside the first code span, link or
/// quote makes it no field.
pub(crate) fn split(text: &str, line: Span) -> Option<Field> {
    let source = line.of(text);
    let colon = source.find(':')?;
    let (before, after) = (&source[..colon], source[colon..].trim_start_matches(':'));
    let key = undecorated(before);
    if key.is_empty() || before.contains(['`', '[', '\'', '"', '<']) {
        return None;
    }
    let key_start = line.start as usize + before.find(key)?;
    let opened = before.trim_start().starts_with("**") && !before.trim_end().ends_with("**");
    let value = if opened { after.trim_start_matches('*') } else { after };
    let value_start = line.end as usize - value.len();
    Some(Field {
        key: Span::new(key_start, key_start + key.len()),
        value: trim(text, Span::new(value_start, line.end as usize)),
    })
}

/// The value itself: without a trailing comment and the quotes around it. What is left out stays
/// when the value is replaced.
pub(crate) fn bare_value(text: &str, value: Span) -> Span {
    let source = value.of(text);
    let comment = ["<!--", "%%"].iter().filter_map(|open| source.find(open)).min().unwrap_or(source.len());
    let value = trim(text, Span::new(value.start as usize, value.start as usize + comment));
    let inner = value.of(text);
    for quote in ['"', '\'', '`'] {
        if inner.len() >= 2 && inner.starts_with(quote) && inner.ends_with(quote) {
            return Span::new(value.start as usize + 1, value.end as usize - 1);
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<(&str, &str)>) {
        let field = split(line, Span::new(0, line.len()));
        let shown = field.map(|f| (f.key.of(line), bare_value(line, f.value).of(line)));
        assert_eq!(shown, expected, "{line}");
    }

    #[test]
    fn reads_the_ways_of_writing_a_field() {
        check("Status: Active", Some(("Status", "Active")));
        check("**Status:** 🟢 Active", Some(("Status", "🟢 Active")));
        check("**Last Modified**: 2024-12-07_08-00", Some(("Last Modified", "2024-12-07_08-00")));
        check("Status:: Active", Some(("Status", "Active")));
        check("📅 Created: \"2024-12-07_08-00\" <!-- by hand -->", Some(("Created", "2024-12-07_08-00")));
        check("Status: Active %% note %%", Some(("Status", "Active")));
        check("Version:", Some(("Version", "")));
        check("no field", None);
        check("`a: b`", None);
        check("[[a: b]] c", None);
        check(": x", None);
    }
}
