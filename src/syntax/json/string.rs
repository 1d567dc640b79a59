//! How a string is written between quotes: as an older one is, escapes and all.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The habits of whoever wrote a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StringStyle {
    /// Around it: `"` or `'`.
    pub quote: char,
    /// Whether slashes are escaped, as PHP does.
    slashes: bool,
    /// Whether letters beyond ASCII are, as Python does.
    letters: bool,
}

impl StringStyle {
    /// With these quotes, and nothing escaped that need not be.
    #[must_use]
    pub const fn plain(quote: char) -> Self {
        Self { quote, slashes: false, letters: false }
    }

    /// The style of a string, with or without its quotes.
    #[must_use]
    pub fn of(raw: &str) -> Self {
        let quote = if raw.starts_with('\'') { '\'' } else { '"' };
        Self { quote, slashes: raw.contains("\\/"), letters: raw.contains("\\u") }
    }

    /// What stands between the quotes.
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

    /// The string with its quotes.
    #[must_use]
    pub fn quoted(self, text: &str) -> String {
        format!("{0}{1}{0}", self.quote, self.inner(text))
    }
}
