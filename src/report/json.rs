//! Prints JSON with invisible characters escaped: a program reads the same values from it, and no text in it
//! can control the terminal that shows it.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use crate::text::visible::is_unseen;

/// Serialises a document over several lines.
///
/// # Errors
/// It cannot be serialised, which never happens for documents of the contract.
pub fn pretty(document: &impl Serialize) -> serde_json::Result<String> {
    text_of(document, PrettyFormatter::new())
}

/// Serialises a document on one line.
///
/// # Errors
/// As with [`pretty`].
pub fn on_one_line(document: &impl Serialize) -> serde_json::Result<String> {
    text_of(document, CompactFormatter)
}

/// Writes a document over several lines.
///
/// # Errors
/// It cannot be written.
pub fn write_pretty(document: &impl Serialize, to: &mut dyn Write) -> serde_json::Result<()> {
    write(document, to, PrettyFormatter::new())
}

fn text_of(document: &impl Serialize, layout: impl Formatter) -> serde_json::Result<String> {
    let mut text = Vec::new();
    write(document, &mut text, layout)?;
    String::from_utf8(text).map_err(serde::ser::Error::custom)
}

fn write(document: &impl Serialize, to: impl Write, layout: impl Formatter) -> serde_json::Result<()> {
    document.serialize(&mut serde_json::Serializer::with_formatter(to, Visible(layout)))
}

/// A formatter that escapes characters which nobody sees. JSON itself demands that only below U+0020.
struct Visible<L>(L);

impl<L: Formatter> Formatter for Visible<L> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, to: &mut W, fragment: &str) -> io::Result<()> {
        let mut written = 0;
        for (at, c) in unseen(fragment) {
            to.write_all(fragment.get(written..at).unwrap_or_default().as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(to, "\\u{unit:04x}")?;
            }
            written = at + c.len_utf8();
        }
        to.write_all(fragment.get(written..).unwrap_or_default().as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_array(to)
    }

    fn end_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_array(to)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(to, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_array_value(to)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_object(to)
    }

    fn end_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_object(to)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(to, first)
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_object_key(to)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_object_value(to)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_object_value(to)
    }
}

/// Returns the invisible characters of a text that JSON leaves unescaped, so none below U+0020, with their
/// byte offsets.
fn unseen(text: &str) -> impl Iterator<Item = (usize, char)> {
    // Only three bytes begin such a character, and looking for these costs next to nothing.
    let starts = memchr::memchr3_iter(0x7f, 0xc2, 0xe2, text.as_bytes());
    starts.filter_map(|at| Some((at, text.get(at..)?.chars().next().filter(|c| is_unseen(*c))?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_escaped_and_nothing_else() {
        for c in '\0'..=char::MAX {
            let value = format!("a{c}b{c}");
            let plain = serde_json::to_string(&value).unwrap();
            let json = on_one_line(&value).unwrap();
            assert!(!json.contains(is_unseen), "{json:?}");
            if !is_unseen(c) {
                assert_eq!(json, plain);
            } else if c > '\u{1f}' {
                assert_eq!(json, plain.replace(c, &format!("\\u{:04x}", u32::from(c))));
                assert_eq!(serde_json::from_str::<String>(&json).unwrap(), value);
            }
        }
    }

    #[test]
    fn the_layout_is_as_ever() {
        let document = serde_json::json!({
            "empty": [{}, [], ""], "deep": { "list": [1, 2.5, null, true, "é — \"\\\n\t"], "key—": {} },
        });
        assert_eq!(pretty(&document).unwrap(), serde_json::to_string_pretty(&document).unwrap());
        assert_eq!(on_one_line(&document).unwrap(), serde_json::to_string(&document).unwrap());
        let mut written = Vec::new();
        write_pretty(&document, &mut written).unwrap();
        assert_eq!(written, serde_json::to_vec_pretty(&document).unwrap());
        let key = serde_json::json!({ "a\u{9b}": "\u{202e}\u{7f}" });
        assert_eq!(on_one_line(&key).unwrap(), r#"{"a\u009b":"\u202e\u007f"}"#);
    }
}
