//! Finds pairs of numbers in a heading that name two times though only one was read: `1–7 January`, `KW 1-2`.

use std::ops::Range;

use super::UP_TO;
use super::read::{Kind, Token};
use crate::text::calendar;
use crate::text::fold::fold;
use crate::text::sorted::last_where;

/// Signs and words that join two numbers, in addition to [`UP_TO`].
const AND: [&str; 30] = [
    "&", "+", "~", "～", "〜", "=>", "--", "|", "and", "und", "et", "y", "e", "en", "och", "og", "i", "и",
    "till", "til", "thru", "tot", "t/m", "do", "по", "до", "a", "à", "至", "から",
];

/// Suffixes of the number of a day, a month or a week.
const ORDINALS: [&str; 15] =
    ["st", "nd", "rd", "th", "er", "e", "º", "日", "일", "月", "월", "号", "周", "週", "주"];

/// The tokens of a heading, and which of them were read.
pub(super) struct Numbers<'r, 'h> {
    text: &'h str,
    tokens: &'r [Token<'h>],
    /// The ranges of tokens that were read together, in order.
    read: &'r [Range<usize>],
    /// The index of the first word.
    first_word: usize,
}

/// The text that joins two numbers.
struct Gap {
    is_word: bool,
    is_comma: bool,
    has_blank: bool,
    has_stop: bool,
}

impl<'r, 'h> Numbers<'r, 'h> {
    pub(super) fn of(text: &'h str, tokens: &'r [Token<'h>], read: &'r [Range<usize>]) -> Self {
        let first_word = tokens.iter().position(|token| token.kind == Kind::Word).unwrap_or(tokens.len());
        Self { text, tokens, read, first_word }
    }

    /// Whether a number that was read is joined to one that was not.
    pub(super) fn name_two(&self) -> bool {
        self.read.iter().any(|read| self.is_joined_before(read) || self.is_joined_behind(read))
    }

    /// Returns the value of a number that may be a day, a month or a week.
    fn value(&self, at: usize) -> Option<u32> {
        let token =
            self.tokens.get(at).filter(|token| token.kind == Kind::Number && token.text.len() <= 2)?;
        token.text.parse().ok().filter(|value| (1..=53).contains(value))
    }

    fn is_bare(&self, at: usize) -> bool {
        last_where(self.read, |read| read.start <= at).is_none_or(|last| last.end <= at)
    }

    /// Whether a range is a date in numbers.
    fn is_date(&self, read: &Range<usize>) -> bool {
        read.len() > 2 && self.tokens.get(read.start).is_some_and(|token| token.kind == Kind::Number)
    }

    /// Returns the text between two numbers if it does nothing but join them.
    fn gap(&self, first: usize, second: usize) -> Option<Gap> {
        let between = self.tokens.get(first + 1..second)?;
        let is_ordinal = |token: &&Token<'_>| ORDINALS.contains(&&*fold(token.text));
        let ordinal = between.first().filter(is_ordinal).map_or(0, |token| token.text.len());
        let start = self.tokens[first].at + self.tokens[first].text.len() + ordinal;
        let text = self.text.get(start..self.tokens.get(second)?.at)?;
        let sign =
            fold(text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '*' | '_' | '[' | ']')));
        let is_comma = sign == ",";
        (is_comma || UP_TO.contains(&&*sign) || AND.contains(&&*sign)).then(|| Gap {
            is_word: sign.contains(char::is_alphabetic),
            is_comma,
            has_blank: text.contains(char::is_whitespace),
            has_stop: text.starts_with('.'),
        })
    }

    /// Whether a number before this range is joined to it: `1–7 January`, `01.-07.01.2025`.
    fn is_joined_before(&self, read: &Range<usize>) -> bool {
        let joined = || {
            let second = self.value(read.start)?;
            let at = self.tokens[..read.start].iter().rposition(|token| token.kind == Kind::Number)?;
            let first = self.value(at).filter(|_| self.is_bare(at))?;
            let gap = self.gap(at, read.start)?;
            // The first date may lack its year: `28.12. – 03.01.2025`.
            let is_part = at > 1
                && self.tokens[at - 2].kind == Kind::Number
                && matches!(self.tokens[at - 1].text, "." | "/" | "-");
            // The number may belong to a name: `Sprint 12 – 25.01.2025`, `Sprint 12, 25 January 2025`.
            let is_first = at < self.first_word;
            let may_be_named =
                gap.is_comma || (self.is_date(read) && gap.has_blank && !gap.has_stop && !gap.is_word);
            Some(is_part || (first < second && (is_first || !may_be_named)))
        };
        joined().unwrap_or(false)
    }

    /// Whether a number behind this range is joined to it: `KW 1-2`, `Jan 1 & 7`, `2025-01-01–07`.
    fn is_joined_behind(&self, read: &Range<usize>) -> bool {
        let joined = || {
            let at = read.start
                + self.tokens.get(read.clone())?.iter().rposition(|token| token.kind == Kind::Number)?;
            let first = self.value(at)?;
            let next = read.end
                + self.tokens.get(read.end..)?.iter().position(|token| token.kind == Kind::Number)?;
            let second = self.value(next).filter(|_| self.is_bare(next))?;
            let gap = self.gap(at, next)?;
            let behind = self.tokens.get(next + 1..).unwrap_or_default();
            // It may be a time of day: `10:00`.
            let is_clock = behind.first().is_some_and(|token| token.text.starts_with(':'));
            // It may be part of a remark: `2025-01-07 – 9 nodes added`, `2025-01-07 - 2`.
            let goes_on =
                behind.iter().find(|token| token.kind != Kind::Other || token.text.contains([')', ']']));
            let is_end = goes_on
                .is_none_or(|token| token.kind == Kind::Other || calendar::month(token.text).is_some());
            let is_remark = gap.is_comma || second <= first || (gap.has_blank && !is_end);
            Some(!(is_clock || (self.is_date(read) && is_remark)))
        };
        joined().unwrap_or(false)
    }
}
