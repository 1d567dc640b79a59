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

/// A value up to a comment.
pub(crate) fn without_comment(text: &str, value: Span) -> Span {
    let source = value.of(text);
    let comment = ["<!--", "%%"].iter().filter_map(|open| source.find(open)).min().unwrap_or(source.len());
    trim(text, Span::new(value.start as usize, value.start as usize + comment))
}

/// The value itself: without the emphasis and the quotes around it.
pub(crate) fn bare_value(text: &str, value: Span) -> Span {
    let value = without_emphasis(text, value);
    let inner = value.of(text);
    for quote in ['"', '\'', '`'] {
        if inner.len() >= 2 && inner.starts_with(quote) && inner.ends_with(quote) {
            return Span::new(value.start as usize + 1, value.end as usize - 1);
        }
    }
    value
}

/// A value without the emphasis around the whole of it, which may have begun before the key: `**Key: value**`.
fn without_emphasis(text: &str, value: Span) -> Span {
    let inner = value.of(text);
    for mark in ["***", "**", "__", "*", "_"] {
        let Some(rest) = inner.strip_suffix(mark) else { continue };
        let opened = rest.strip_prefix(mark);
        let bare = opened.unwrap_or(rest);
        // `**a** or **b**` is emphasised in parts, and a lone `_` at the end is part of a name.
        if bare.is_empty() || bare.contains(mark) || (opened.is_none() && mark != "**") {
            return value;
        }
        let start = value.start as usize + opened.map_or(0, |_| mark.len());
        return trim(text, Span::new(start, start + bare.len()));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<(&str, &str)>) {
        let field = split(line, Span::new(0, line.len()));
        let shown =
            field.map(|f| (f.key.of(line), bare_value(line, without_comment(line, f.value)).of(line)));
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
        check("Created: **2024-12-07**", Some(("Created", "2024-12-07")));
        check("**Created: 2024-12-07** <!-- x -->", Some(("Created", "2024-12-07")));
        check("**Created:** *\"2024-12-07\"*", Some(("Created", "2024-12-07")));
        check("Created: ***2024-12-07***", Some(("Created", "2024-12-07")));
        check("Status: 🟢 **Active**", Some(("Status", "🟢 **Active**")));
        check("Status: **A** or **B**", Some(("Status", "**A** or **B**")));
        check("Name: __init__", Some(("Name", "init")));
        check("Name: a_", Some(("Name", "a_")));
        check("Name: **", Some(("Name", "**")));
        check("Version:", Some(("Version", "")));
        check("no field", None);
        check("`a: b`", None);
        check("[[a: b]] c", None);
        check(": x", None);
    }
}
