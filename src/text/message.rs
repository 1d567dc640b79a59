//! Parts of messages: lists, counts, suggestions and shortened texts.

use std::borrow::Cow;
use std::fmt::Display;

/// Joins up to `most` of the names, and says how many more there are.
///
/// ```
/// use portolan::text::message::few;
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

/// Joins names in backticks, with `between` in between them; empty if there are none.
///
/// ```
/// use portolan::text::message::quoted;
///
/// assert_eq!(quoted(["a", "b", "c"], " or "), "`a` or `b` or `c`");
/// ```
#[must_use]
pub fn quoted(names: impl IntoIterator<Item: Display>, between: &str) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(between)
}

/// Renders a count with its noun.
///
/// ```
/// use portolan::text::message::counted;
///
/// assert_eq!((counted(1, "note"), counted(2, "entry")), ("1 note".to_owned(), "2 entries".to_owned()));
/// ```
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    match noun.strip_suffix('y') {
        _ if count == 1 => format!("{count} {noun}"),
        Some(stem) => format!("{count} {stem}ies"),
        None => format!("{count} {noun}s"),
    }
}

/// Suggests a name that may have been meant.
#[must_use]
pub fn did_you_mean(name: &(impl Display + ?Sized)) -> String {
    format!("did you mean `{name}`?")
}

/// Cuts a text to `most` characters, with `…` directly behind the last word of them if it has more.
///
/// ```
/// use portolan::text::message::shortened;
///
/// assert_eq!((shortened("Zürich", 6), shortened("Zürich", 2)), ("Zürich".into(), "Zü…".into()));
/// ```
#[must_use]
pub fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", text[..end].trim_end())),
        None => Cow::Borrowed(text),
    }
}
