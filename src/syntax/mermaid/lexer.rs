//! Splits text outside brackets and quotes into tokens.
//!
//! Mermaid's lexer tries some eighty patterns at every position, and the first that matches wins. The order in
//! [`Lexer::token`] is the same. Three of the patterns look far ahead (to the end of a line, of a word, of white
//! space); their results are remembered, so that a long line costs no more than a short one. The parser has the
//! text inside brackets, quotes and links read by `labels` and `links`.

use super::chars::{ends_line, is_letter, is_space, is_word, skip, word_ends_at};
use super::detect::FLOWCHART_WORDS;
use super::direction::Directions;
use super::entities;
use super::labels;
use super::links;
use super::shapes::BRACKETS;
use super::tokens::{Kind, Token};

/// The words that are tokens if no word character follows.
const WORDS: [(&str, Kind); 12] = [
    ("style", Kind::Style),
    ("default", Kind::Default),
    ("linkStyle", Kind::LinkStyle),
    ("interpolate", Kind::Interpolate),
    ("classDef", Kind::ClassDef),
    ("class", Kind::Class),
    ("subgraph", Kind::Subgraph),
    ("end", Kind::End),
    ("_self", Kind::LinkTarget),
    ("_blank", Kind::LinkTarget),
    ("_parent", Kind::LinkTarget),
    ("_top", Kind::LinkTarget),
];

/// A cursor over the prepared text. Requested positions must not decrease.
#[derive(Debug)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    directions: Directions,
    /// The run without white space and quotes around the last requested position.
    run: Run,
    /// The end of the white space around the last requested position.
    space_end: usize,
}

/// A run without white space and quotes.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    end: usize,
    /// The position of its last `@` that makes everything before it an edge id.
    last_at: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, directions: Directions::find(text), run: Run::default(), space_end: 0 }
    }

    /// Returns the token at an offset. Empty quotes are skipped.
    pub(super) fn token(&mut self, at: usize) -> Token {
        let mut start = at;
        while let Some(end) = labels::empty_quotes(self.text, start) {
            start = end;
        }
        let (kind, end) = self.scan(start);
        Token { kind, start, end }
    }

    fn scan(&mut self, at: usize) -> (Kind, usize) {
        let Some(first) = self.rest(at).chars().next() else { return (Kind::EndOfText, at) };
        if let Some(found) = self.keyword(at) {
            return found;
        }
        if first == '"' {
            return (Kind::Quote, at + 1);
        }
        if let Some((direction, end)) = self.directions.at(self.text, at) {
            return (Kind::Direction(direction), end);
        }
        if let Some(end) = self.edge_id(at, first) {
            return (Kind::EdgeId, end);
        }
        self.punctuation(at)
            .or_else(|| self.link(at, first))
            .or_else(|| self.bracket(at))
            .unwrap_or_else(|| self.plain(at, first))
    }

    fn rest(&self, at: usize) -> &'t str {
        self.text.get(at..).unwrap_or("")
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Reads everything that begins with a fixed word.
    fn keyword(&self, at: usize) -> Option<(Kind, usize)> {
        let rest = self.rest(at);
        if rest.starts_with("@{") {
            return Some((Kind::Data, at + 2));
        }
        // The first letters of all words below, to skip most tokens quickly.
        let first = self.byte(at)?;
        if !b"acdefghils_".contains(&first) {
            return None;
        }
        let space_after = |end: usize| skip(self.text, end, is_space);
        if rest.starts_with("accTitle") || rest.starts_with("accDescr") {
            let mark = space_after(at + "accTitle".len());
            let kind = match (rest.as_bytes().get(3), self.byte(mark)) {
                (Some(b'T'), Some(b':')) => Some(Kind::AccTitle),
                (Some(b'D'), Some(b':')) => Some(Kind::AccDescr),
                (Some(b'D'), Some(b'{')) => Some(Kind::AccDescrBlock),
                _ => None,
            };
            return kind.map(|kind| (kind, space_after(mark + 1)));
        }
        for (word, kind) in [("call", Kind::Call), ("click", Kind::Click), ("href", Kind::Href)] {
            if rest.starts_with(word) {
                let end = at + word.len();
                let next = self.rest(end).chars().next().filter(|&c| is_space(c))?;
                let takes_all = kind != Kind::Href;
                return Some((kind, if takes_all { space_after(end) } else { end + next.len_utf8() }));
            }
        }
        let is_word_here = |word: &str| {
            word.as_bytes()[0] == first && rest.starts_with(word) && word_ends_at(self.text, at + word.len())
        };
        if let Some(word) = FLOWCHART_WORDS.iter().find(|word| is_word_here(word)) {
            return Some((Kind::Graph, at + word.len()));
        }
        let (word, kind) = WORDS.iter().find(|(word, _)| is_word_here(word))?;
        let end = at + word.len();
        Some((*kind, if *kind == Kind::End { space_after(end) } else { end }))
    }

    /// Reads `id@`: the longest run that ends in `@`, unless `{` or `"` follows.
    fn edge_id(&mut self, at: usize, first: char) -> Option<usize> {
        if is_space(first) {
            return None;
        }
        if at >= self.run.end {
            let rest = self.rest(at);
            let length = rest.find(|c| is_space(c) || c == '"').unwrap_or(rest.len());
            let counts = |&found: &usize| !matches!(self.byte(at + found + 1), None | Some(b'{' | b'"'));
            let last_at = memchr::memrchr_iter(b'@', rest.as_bytes().get(..length)?).find(counts);
            self.run = Run { end: at + length, last_at: at + last_at.unwrap_or(0) };
        }
        (self.run.last_at > at).then_some(self.run.last_at + 1)
    }

    fn punctuation(&self, at: usize) -> Option<(Kind, usize)> {
        let kind = match self.byte(at)? {
            b'0'..=b'9' => return Some((Kind::Digits, skip(self.text, at, |c| c.is_ascii_digit()))),
            b'#' if entities::end(self.text, at).is_some() => Kind::Unknown,
            b'#' => Kind::Hash,
            b':' if self.rest(at).starts_with(":::") => return Some((Kind::ClassMark, at + 3)),
            b':' => Kind::Colon,
            b'&' => Kind::Ampersand,
            b';' => Kind::Semicolon,
            b',' => Kind::Comma,
            b'*' => Kind::Star,
            _ => return None,
        };
        Some((kind, at + 1))
    }

    /// Reads a link or its first half, with the white space before and after it.
    fn link(&mut self, at: usize, first: char) -> Option<(Kind, usize)> {
        let mut start = at;
        if is_space(first) {
            if at >= self.space_end {
                self.space_end = skip(self.text, at, is_space);
            }
            start = self.space_end;
        }
        let found = links::at(self.text, start)?;
        let kind = if found.is_whole { Kind::Link } else { Kind::LinkOpen };
        Some((kind, skip(self.text, found.end, is_space)))
    }

    fn bracket(&self, at: usize) -> Option<(Kind, usize)> {
        let rest = self.rest(at);
        let first = self.byte(at)?;
        let opens = |opener: &str| opener.as_bytes()[0] == first && rest.starts_with(opener);
        let bracket = BRACKETS.iter().find(|bracket| opens(bracket.opener))?;
        Some((Kind::Bracket(*bracket), at + bracket.opener.len()))
    }

    /// Reads any other token: names, single letters, white space.
    fn plain(&self, at: usize, first: char) -> (Kind, usize) {
        if first == '^' {
            return (Kind::Caret, at + 1);
        }
        if first == 'v' && word_ends_at(self.text, at + 1) {
            return (Kind::V, at + 1);
        }
        let name_end = self.name_end(at);
        if name_end > at {
            return (Kind::Name, name_end);
        }
        let end = at + first.len_utf8();
        match first {
            '-' => (Kind::Minus, end),
            '\n' => (Kind::Newline, skip(self.text, at, |c| c == '\n')),
            c if is_space(c) => (Kind::Blank, end),
            c if is_letter(c) => (Kind::Letter, end),
            _ => (Kind::Unknown, end),
        }
    }

    fn name_end(&self, at: usize) -> usize {
        let mut end = at;
        while let Some(byte) = self.byte(end) {
            let belongs = match byte {
                b'#' => entities::end(self.text, end).is_none(),
                b'-' => !matches!(self.byte(end + 1), None | Some(b'>' | b'-' | b'.')),
                b'!' | b'"' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'.' | b'`' | b'?' | b'\\'
                | b'/' => true,
                _ => is_word(byte),
            };
            if !belongs {
                break;
            }
            end += 1;
        }
        end
    }
}

/// Whether a word cannot be an id, at least in some places.
pub(super) fn is_keyword(word: &str) -> bool {
    let odd = ["accTitle", "accDescr", "call", "click", "href", "direction"];
    odd.contains(&word)
        || FLOWCHART_WORDS.contains(&word)
        || WORDS.iter().any(|(reserved, _)| *reserved == word)
}

/// Returns the end of the line that an offset lies in, for resuming after an error.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    skip(text, at, |c| !ends_line(c))
}
