//! Writes strings between quotes, in the style of an existing string.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The style in which a string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StringStyle {
    /// The quote around it: `"` or `'`.
    pub quote: char,
    /// Whether slashes are escaped, as PHP does.
    slashes: bool,
    /// Whether characters outside ASCII are escaped, as Python does.
    letters: bool,
}

impl StringStyle {
    /// Creates a style with these quotes that escapes only what it must.
    #[must_use]
    pub const fn plain(quote: char) -> Self {
        Self { quote, slashes: false, letters: false }
    }

    /// Returns the style of a string, given with or without its quotes.
    #[must_use]
    pub fn of(raw: &str) -> Self {
        let quote = if raw.starts_with('\'') { '\'' } else { '"' };
        Self { quote, slashes: raw.contains("\\/"), letters: raw.contains("\\u") }
    }

    /// Returns the text for between the quotes.
    ///
    /// ```
    /// use portolan::syntax::json::StringStyle;
    /// assert_eq!(StringStyle::plain('"').inner("a/é \"b\""), r#"a/é \"b\""#);
    /// assert_eq!(StringStyle::of(r"'caf\u00e9'").inner("it's é"), r"it\'s \u00e9");
    /// ```
    #[must_use]
    pub fn inner(self, text: &str) -> Cow<'_, str> {
        let special = |c: char| {
            c == self.quote
                || c == '\\'
                || c.is_control()
                || (self.slashes && c == '/')
                || (self.letters && !c.is_ascii())
        };
        if !text.contains(special) {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len() + 8);
        let mut units = [0; 2];
        for c in text.chars() {
            match c {
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if !special(c) => out.push(c),
                '\\' | '/' | '"' | '\'' => out.extend(['\\', c]),
                c => {
                    for unit in c.encode_utf16(&mut units) {
                        // Writing to a string cannot fail.
                        let _ = write!(out, "\\u{unit:04x}");
                    }
                }
            }
        }
        Cow::Owned(out)
    }

    /// Returns the string with its quotes.
    #[must_use]
    pub fn quoted(self, text: &str) -> String {
        format!("{0}{1}{0}", self.quote, self.inner(text))
    }
}
