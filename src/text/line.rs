//! Finds the bounds of lines.

use memchr::memchr;

/// Returns where the line around a byte offset starts. In Markdown, YAML and mermaid, a lone carriage return ends
/// a line too.
#[must_use]
pub fn line_start(text: &str, offset: usize) -> usize {
    text.get(..offset).and_then(|before| before.rfind(['\n', '\r'])).map_or(0, |at| at + 1)
}

/// Returns the part of a line before a byte offset.
#[must_use]
pub fn line_before(text: &str, offset: usize) -> &str {
    text.get(line_start(text, offset)..offset).unwrap_or_default()
}

/// Returns where the line around a byte offset ends: before its line feed, but behind a carriage return.
#[must_use]
#[inline]
pub fn line_end(text: &str, offset: usize) -> usize {
    newline(text, offset).unwrap_or(text.len())
}

/// Returns where the line after that around a byte offset starts, or the end of the text.
#[must_use]
#[inline]
pub fn next_line(text: &str, offset: usize) -> usize {
    newline(text, offset).map_or(text.len(), |at| at + 1)
}

#[inline]
fn newline(text: &str, offset: usize) -> Option<usize> {
    Some(offset + memchr(b'\n', text.as_bytes().get(offset..)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_of_lines() {
        let text = "ab\r\ncd\ref\n\ng";
        for (offset, bounds) in [
            (0, (0, 3, 4)),
            (2, (0, 3, 4)),
            (4, (4, 9, 10)),
            // A lone carriage return starts a line, but line numbers do not count it.
            (7, (7, 9, 10)),
            (9, (7, 9, 10)),
            (10, (10, 10, 11)),
            (11, (11, 12, 12)),
            (12, (11, 12, 12)),
            (99, (0, 12, 12)),
        ] {
            let found = (line_start(text, offset), line_end(text, offset), next_line(text, offset));
            assert_eq!(found, bounds, "{offset}");
        }
        assert_eq!([line_before(text, 8), line_before(text, 7), line_before(text, 99)], ["e", "", ""]);
    }
}
