//! Lists the first few of many names, for a sentence.

use std::fmt::Display;

/// Joins up to `most` of the names, and says how many more there are.
///
/// ```
/// use portolan::text::few::few;
///
/// let names = ["a.md", "b.md", "c.md", "d.md"];
/// assert_eq!(few(names.iter(), 2), "a.md, b.md and 2 more");
/// assert_eq!(few(names.iter(), 4), "a.md, b.md, c.md, d.md");
/// ```
#[must_use]
pub fn few(names: impl ExactSizeIterator<Item: Display>, most: usize) -> String {
    let more = names.len().saturating_sub(most);
    let shown = names.take(most).map(|name| name.to_string()).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}
