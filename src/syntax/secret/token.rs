//! The grammar of a token: what stands before, what it begins with, what follows.

use std::ops::Range;

use super::class::Class;
use super::placeholder::is_blank_form;
use super::shape::SecretShape;

/// A stretch of a token.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// From the second to the third number of characters of the class, as many as there are.
    Run(Class, usize, usize),
    /// These characters.
    Text(&'static str),
}

/// Exactly `len` characters.
pub(super) const fn n(class: Class, len: usize) -> Part {
    Part::Run(class, len, len)
}

/// Between `min` and `max` characters.
pub(super) const fn to(class: Class, min: usize, max: usize) -> Part {
    Part::Run(class, min, max)
}

/// These characters.
pub(super) const fn lit(text: &'static str) -> Part {
    Part::Text(text)
}

/// What a vendor's tokens look like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) shape: SecretShape,
    /// One of these every token has, mostly as its beginning.
    pub(super) prefixes: &'static [&'static str],
    body: &'static [Part],
    /// What stands before the prefix and belongs to the token: a class and how many of it.
    lead: Option<(Class, usize, usize)>,
    /// Whether the prefix only names the secret, which begins behind it.
    named: bool,
    /// A word that must stand nearby, in any case: the shape alone would not be enough.
    pub(super) near: Option<&'static str>,
    /// What is checked of the text behind the prefix when all else fits.
    check: fn(&[u8]) -> bool,
}

/// A row of the table: a shape, its prefixes and what follows them.
pub(super) const fn token(
    shape: SecretShape,
    prefixes: &'static [&'static str],
    body: &'static [Part],
) -> Token {
    Token { shape, prefixes, body, lead: None, named: false, near: None, check: |_| true }
}

impl Token {
    /// The same row, for tokens that also pass a check.
    pub(super) const fn checked(self, check: fn(&[u8]) -> bool) -> Self {
        Self { check, ..self }
    }

    /// The same row, for tokens that begin before the prefix.
    pub(super) const fn behind(self, class: Class, min: usize, max: usize) -> Self {
        Self { lead: Some((class, min, max)), ..self }
    }

    /// The same row, for a prefix that is the name of the secret.
    pub(super) const fn named(self) -> Self {
        Self { named: true, ..self }
    }

    /// The same row, for tokens that need a word nearby.
    pub(super) const fn near(self, word: &'static str) -> Self {
        Self { near: Some(word), ..self }
    }

    /// The token whose prefix stands at `prefix`, if it is one from end to end.
    pub(super) fn at(&self, text: &[u8], prefix: Range<usize>) -> Option<Range<usize>> {
        let lead = self.lead.map_or(Some(0), |(class, min, max)| {
            let len = text[..prefix.start].iter().rev().take(max).take_while(|&&b| class.has(b)).count();
            (len >= min).then_some(len)
        })?;
        let start = prefix.start - lead;
        // A name such as `AccountKey=` may be the end of a longer one.
        if !self.named && !begins(text, start) {
            return None;
        }
        let mut end = prefix.end;
        // What the token could not end before: more of its last run, or of a word.
        let mut more = Class::WORD;
        for part in self.body {
            let rest = text.get(end..)?;
            end += match *part {
                Part::Run(class, min, max) => {
                    more = Class::WORD.or(class);
                    let len = class.count(&rest[..rest.len().min(max)]);
                    (len >= min).then_some(len)?
                }
                Part::Text(lit) => {
                    more = Class::WORD;
                    rest.starts_with(lit.as_bytes()).then_some(lit.len())?
                }
            };
        }
        let body = text.get(if lead > 0 { start } else { prefix.end }..end)?;
        let whole = text.get(end).is_none_or(|&b| !more.has(b));
        let near = self.near.is_none_or(|word| stands_near(text, start..end, word));
        let genuine = whole && near && !is_blank_form(body) && (self.check)(body);
        genuine.then_some(if self.named { prefix.end..end } else { start..end })
    }
}

/// Whether a token may begin at `at`: not inside of a word, unless what stands before is an escape
/// (`\n`, `%3D`) or Telegram's path of a bot (`/bot123…`).
pub(super) fn begins(text: &[u8], at: usize) -> bool {
    let before = &text[..at];
    let inside = before.last().is_some_and(|b| Class::WORD.has(*b));
    let escape = matches!(before, [.., b'\\', b'n' | b'r' | b't'])
        || matches!(before, [.., b'%', a, b] if Class::ANY_HEX.has(*a) && Class::ANY_HEX.has(*b));
    !inside || escape || before.ends_with(b"/bot")
}

/// How far a word of the neighbourhood may be, in bytes.
const NEAR: usize = 160;

fn stands_near(text: &[u8], span: Range<usize>, word: &str) -> bool {
    let around = &text[span.start.saturating_sub(NEAR)..text.len().min(span.end + NEAR)];
    around.windows(word.len()).any(|w| w.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::verify::tests::with_crc;
    use super::*;

    /// A made-up token of a row.
    pub(in crate::syntax::secret) struct Sample {
        pub(in crate::syntax::secret) text: String,
        /// Where the prefix begins.
        pub(in crate::syntax::secret) lead: usize,
        /// Where what follows the prefix begins.
        pub(in crate::syntax::secret) body: usize,
        named: bool,
    }

    impl Sample {
        pub(in crate::syntax::secret) fn secret(&self) -> &str {
            &self.text[if self.named { self.body } else { 0 }..]
        }
    }

    /// Characters of a class, as if at random, and of all its kinds.
    fn fill(class: Class, len: usize, seed: usize) -> String {
        let all: Vec<char> = (b'!'..=b'~').filter(|&b| class.has(b) && b != b'%').map(char::from).collect();
        let mut state = seed * 7919 + 17;
        let pick = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            all[(state >> 33) % all.len()]
        };
        (0..len).map(pick).collect()
    }

    /// Tokens of a row: the shortest, the longest and some between, of each prefix.
    pub(in crate::syntax::secret) fn samples(token: &Token) -> Vec<Sample> {
        let one = |prefix: &&str, seed: usize| {
            let lead = token.lead.map_or(String::new(), |(class, min, _)| fill(class, min, seed));
            let head = format!("{lead}{prefix}");
            let of = |(i, part): (usize, &Part)| match *part {
                Part::Run(class, min, max) => {
                    fill(class, [min, max, usize::midpoint(min, max)][seed % 3], seed + 31 * (i + 1))
                }
                Part::Text(text) => text.to_owned(),
            };
            let body: String = token.body.iter().enumerate().map(of).collect();
            let text = match token.shape {
                SecretShape::Slack if prefix.starts_with("xo") && !prefix.starts_with("xoxd") => {
                    format!("{head}{}-{}", fill(Class::DIGIT, 11 + seed, seed), fill(Class::ALNUM, 24, seed))
                }
                SecretShape::AzureSas => {
                    format!("{head}{}%2F{}%3D", fill(Class::ALNUM, 21, seed), fill(Class::ALNUM, 21, seed))
                }
                SecretShape::Github | SecretShape::Npm | SecretShape::Vercel if token.body.len() == 1 => {
                    with_crc(&head, &body[..body.len() - 6])
                }
                _ => format!("{head}{body}"),
            };
            Sample { lead: lead.len(), body: head.len(), text, named: token.named }
        };
        token.prefixes.iter().flat_map(|prefix| (3..9).map(move |seed| one(prefix, seed))).collect()
    }
}
