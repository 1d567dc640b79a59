//! Splits a text that was meant as JSON, but is invalid, into pieces.
//!
//! A parser stops at the first error, and the quotes may be wrong long before that. These pieces cover the whole
//! text. A quote is skipped where nothing on its line closes it, or what closes it belongs to another text. A
//! quote after a word and before a colon closes a key even if none was opened. The time is linear in the length of
//! the text.

use crate::text::span::Span;

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The kind of piece.
    pub kind: PieceKind,
    /// Its span, without quotes.
    pub span: Span,
}

/// The kinds of piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// `{`, `[` or `(`.
    Open(char),
    /// `}`, `]` or `)`, as the bracket that it closes.
    Close(char),
    /// `,` or `;`.
    Comma,
    /// `:` or `=`.
    Sign,
    /// Text between quotes of any kind.
    Text,
    /// Anything else up to the next space, bracket or sign: a number, a name, an operator.
    Word,
}

/// Splits a text into pieces, one at a time.
#[derive(Debug)]
pub struct Pieces<'t> {
    text: &'t str,
    at: usize,
    /// Whether the last piece was a sign. A word after it may contain signs.
    valued: bool,
    /// For each of [`QUOTES`], the offset up to which no such quote is closed.
    unclosed: [usize; 4],
    /// Whether no comment is closed from here on.
    unended: bool,
}

/// Opening quotes, and the quotes that may close them. The last ones are those of word processors.
const QUOTES: [(&str, &str); 4] = [("\"", "\""), ("'", "'"), ("`", "`"), ("“”„", "“”\"")];

impl<'t> Pieces<'t> {
    /// Creates an iterator over the pieces of a text.
    #[must_use]
    pub const fn new(text: &'t str) -> Self {
        Self { text, at: 0, valued: false, unclosed: [0; 4], unended: false }
    }

    /// Returns the next piece. Where it is `wanted` as a value, an unclosed text extends to the end of its line,
    /// and one in backticks over several lines.
    pub fn next(&mut self, wanted: bool) -> Option<Piece> {
        loop {
            self.skip();
            let (start, valued) = (self.at, std::mem::take(&mut self.valued));
            let first = self.rest(start).chars().next()?;
            if let Some(quote) = QUOTES.iter().position(|(open, _)| open.contains(first)) {
                if let Some(span) = self.quoted(quote, start + first.len_utf8(), wanted) {
                    return Some(Piece { kind: PieceKind::Text, span });
                }
                // Nothing closes the quote, so the text after it is split like any other.
                self.at = start + first.len_utf8();
                continue;
            }
            let kind = match first {
                '{' | '[' | '(' => PieceKind::Open(first),
                '}' => PieceKind::Close('{'),
                ']' => PieceKind::Close('['),
                ')' => PieceKind::Close('('),
                ',' | ';' => PieceKind::Comma,
                ':' | '=' => PieceKind::Sign,
                _ => PieceKind::Word,
            };
            self.valued = kind == PieceKind::Sign;
            self.at = match kind {
                PieceKind::Word => self.word_end(start, valued),
                _ => start + 1,
            };
            return Some(Piece { kind, span: Span::new(start, self.at) });
        }
    }

    /// Whether a sign follows the last piece, which makes it a key.
    pub fn is_key(&mut self) -> bool {
        // In `name": …` the opening quote was taken as part of another text.
        let rest = self.rest(self.at);
        if let Some(behind) = rest.strip_prefix(['"', '\'', '`', '”', '“'])
            && is_sign(behind.trim_start())
        {
            self.at += rest.len() - behind.len();
        }
        self.skip();
        is_sign(self.rest(self.at))
    }

    /// Whether a sign follows on the same line after misplaced marks. If so, the marks are skipped.
    pub fn is_key_behind_marks(&mut self) -> bool {
        let rest = self.rest(self.at);
        let behind = rest.trim_start_matches([' ', ',', ';', '{', '}', '[', ']', '(', ')']);
        let key = is_sign(behind);
        self.at += if key { rest.len() - behind.len() } else { 0 };
        key
    }

    /// Whether another piece follows, other than a comma, a closing bracket or the brackets of a call.
    pub fn goes_on(&mut self) -> bool {
        self.skip();
        self.rest(self.at).chars().next().is_some_and(|c| !",;}])(".contains(c))
    }

    /// Whether a word that is not a key follows without a space.
    #[must_use]
    pub fn is_glued(&self) -> bool {
        let end = self.word_end(self.at, false);
        end > self.at && !is_sign(self.rest(end).trim_start_matches(['"', '\'', '`']).trim_start())
    }

    fn rest(&self, from: usize) -> &'t str {
        self.text.get(from..).unwrap_or("")
    }

    /// Skips spaces and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.rest(self.at);
            let bare = rest.trim_start();
            self.at += rest.len() - bare.len();
            if bare.starts_with("//") {
                self.at += bare.find('\n').unwrap_or(bare.len());
            } else if bare.starts_with("/*") && !self.unended {
                // A comment that is never closed hides nothing.
                let Some(end) = bare.find("*/") else {
                    self.unended = true;
                    return;
                };
                self.at += end + "*/".len();
            } else {
                return;
            }
        }
    }

    /// Returns the span of a quoted text that begins at `start`; `None` where nothing closes it.
    fn quoted(&mut self, quote: usize, start: usize, wanted: bool) -> Option<Span> {
        let (_, closing) = QUOTES[quote];
        let over_lines = wanted && closing == "`" && self.unclosed[quote] < self.text.len();
        if !wanted && start < self.unclosed[quote] {
            return None;
        }
        let rest = self.rest(start);
        let (mut escaped, mut line_end, mut before) = (false, None, ' ');
        for (at, c) in rest.char_indices() {
            if c == '\n' && !escaped && line_end.is_none() {
                line_end = Some(start + at);
                if !over_lines {
                    break;
                }
            }
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if closing.contains(c) {
                // In `"key: "value"` and `'text, key: 'value'`, the quote that would close this text opens the
                // next one.
                let keyed = rest[..at].trim_end_matches(|c: char| c.is_whitespace() || "{[(".contains(c));
                let behind = &rest[at + c.len_utf8()..];
                if !wanted
                    && keyed.ends_with([':', '='])
                    && behind.starts_with(|c: char| !c.is_whitespace() && !",;:=)]}".contains(c))
                {
                    return None;
                }
                self.at = start + at + c.len_utf8();
                return Some(Span::new(start, start + at));
            } else if !wanted
                && "\"'`".contains(c)
                && before.is_alphanumeric()
                && is_sign(rest[at + 1..].trim_start())
            {
                // A key of another text ends in here.
                return None;
            }
            before = c;
        }
        let line_end = line_end.unwrap_or(self.text.len());
        self.unclosed[quote] = if over_lines { self.text.len() } else { line_end };
        wanted.then(|| {
            self.at = line_end;
            Span::new(start, line_end)
        })
    }

    /// Returns the offset where a word that begins at `start` ends.
    fn word_end(&self, start: usize, valued: bool) -> usize {
        let rest = self.rest(start);
        let (mut escaped, mut chars) = (false, rest.char_indices().peekable());
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map_or(' ', |(_, next)| *next);
            // A sign inside a value is part of it: `https://…`, `user:password`.
            let sign =
                matches!(c, ':' | '=') && !(valued && !next.is_whitespace() && !"\"'`“".contains(next));
            if !escaped && (sign || c.is_whitespace() || "{}[](),;\"'`“”„".contains(c)) {
                return start + at;
            }
            escaped = c == '\\' && !escaped;
        }
        self.text.len()
    }
}

/// Whether a text begins with the sign after a key: `:` or `=`, but not `=>` or `==`.
fn is_sign(text: &str) -> bool {
    text.starts_with(':') || text.starts_with('=') && !text.starts_with("=>") && !text.starts_with("==")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::growth::excess;

    /// Splits a text, and marks keys with a colon and texts with quotes.
    fn taken(text: &str, wanted: bool) -> Vec<String> {
        let mut pieces = Pieces::new(text);
        let mut found = Vec::new();
        while let Some(piece) = pieces.next(wanted) {
            let written = piece.span.of(text);
            let key = if pieces.is_key() { ":" } else { "" };
            match piece.kind {
                PieceKind::Text => found.push(format!("'{written}'{key}")),
                PieceKind::Word => found.push(format!("{written}{key}")),
                PieceKind::Sign | PieceKind::Comma => {}
                PieceKind::Open(_) | PieceKind::Close(_) => found.push(written.to_owned()),
            }
        }
        found
    }

    #[test]
    fn quotes_that_went_wrong_hide_no_key() {
        for (text, expected) in [
            (r#"{"a": 'x y', b: -1.5e3}"#, "{ 'a': 'x y' b: -1.5e3 }"),
            (r#""a": "x, "b": "y""#, "'a': 'x, ' b: 'y'"),
            (r#""a": "x \"y\"", "b": 1"#, r#"'a': 'x \"y\"' 'b': 1"#),
            ("\"a\": \"x\n\"b\": 1", "'a': x 'b': 1"),
            (r#"a": "x""#, "a: 'x'"),
            (r#""a: "x""#, "a: 'x'"),
            (r#""a: { "b": "x" }"#, "a: { 'b': 'x' }"),
            ("a: 'x, b: 'y'", "a: x b: 'y'"),
            ("a: \" b: 'y'", "a: b: 'y'"),
            ("a: : b: 'y'", "a: b: 'y'"),
            ("a: 'x: ', b: 'y'", "a: 'x: ' b: 'y'"),
            (r#""a": 'x, "b": 'y'"#, "'a': x 'b': 'y'"),
            ("“a”: “x, y”", "'a': 'x, y'"),
            ("a: https://x:1=2, b: c", "a: https://x:1=2 b: c"),
            ("a /* b: */ : 1 // c: 2\nd: /* 3", "a: 1 d: /* 3"),
            ("a => b == c = d", "a > b c: d"),
        ] {
            assert_eq!(taken(text, false).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_value_that_is_not_closed_goes_to_the_end_of_its_line() {
        for (text, expected) in [
            ("\"x, 1 }\n]", "'x, 1 }' ]"),
            ("`x\ny` 1", "'x\ny' 1"),
            ("`x\ny", "'x' y"),
            ("'x\\'y' 1", "'x\\'y' 1"),
        ] {
            assert_eq!(taken(text, true).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn hostile_texts_take_linear_time() {
        for piece in
            ["\"\\", "\\\"", "`\n", "'\"", "/*", "a\":", "\"a:", "“", "{[(", "=", ",a", "'x\":", "`\"'"]
        {
            for wanted in [false, true] {
                let make = |bytes: usize| piece.repeat(bytes / piece.len());
                let excess = excess(piece, 40_000, make, |text| {
                    let mut pieces = Pieces::new(text);
                    while pieces.next(wanted).is_some() {
                        let _ = (pieces.is_key(), pieces.goes_on(), pieces.is_glued());
                    }
                });
                assert_eq!(excess, None);
            }
        }
    }
}
