//! The grammar of tokens: what precedes them, how they begin, and what follows.

use std::ops::Range;

use super::class::Class;
use super::placeholder::is_blank_form;
use super::shape::SecretShape;

/// A part of a token.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// At least the second and at most the third number of characters of the class, as many as there are.
    Run(Class, usize, usize),
    /// Exactly these characters.
    Text(&'static str),
}

/// A part of exactly `len` characters.
pub(super) const fn n(class: Class, len: usize) -> Part {
    Part::Run(class, len, len)
}

/// A part of `min` to `max` characters.
pub(super) const fn to(class: Class, min: usize, max: usize) -> Part {
    Part::Run(class, min, max)
}

/// A part of exactly these characters.
pub(super) const fn lit(text: &'static str) -> Part {
    Part::Text(text)
}

/// The form of a vendor's tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) shape: SecretShape,
    /// The prefixes, of which every token has one, usually at its beginning.
    pub(super) prefixes: &'static [&'static str],
    body: &'static [Part],
    /// What precedes the prefix and belongs to the token: a class, and the fewest and most characters of it.
    lead: Option<(Class, usize, usize)>,
    /// Whether the prefix only names the secret, which begins after it.
    named: bool,
    /// A word that must be nearby, in any case, because the shape alone is not distinctive.
    pub(super) near: Option<&'static str>,
    /// A check of the text after the prefix, made when everything else fits.
    check: fn(&[u8]) -> bool,
}

/// Creates a row of the table: a shape, its prefixes and what follows them.
pub(super) const fn token(
    shape: SecretShape,
    prefixes: &'static [&'static str],
    body: &'static [Part],
) -> Token {
    Token { shape, prefixes, body, lead: None, named: false, near: None, check: |_| true }
}

impl Token {
    /// Adds a check that tokens must pass.
    pub(super) const fn checked(self, check: fn(&[u8]) -> bool) -> Self {
        Self { check, ..self }
    }

    /// Allows tokens to begin before the prefix.
    pub(super) const fn behind(self, class: Class, min: usize, max: usize) -> Self {
        Self { lead: Some((class, min, max)), ..self }
    }

    /// Makes the prefix the name of the secret rather than a part of it.
    pub(super) const fn named(self) -> Self {
        Self { named: true, ..self }
    }

    /// Requires a word nearby.
    pub(super) const fn near(self, word: &'static str) -> Self {
        Self { near: Some(word), ..self }
    }

    /// Returns the token with its prefix at `prefix`, if the text is a token from end to end.
    pub(super) fn at(&self, text: &[u8], prefix: Range<usize>) -> Option<Range<usize>> {
        let lead = self.lead.map_or(Some(0), |(class, min, max)| {
            let len = text[..prefix.start].iter().rev().take(max).take_while(|&&b| class.has(b)).count();
            (len >= min).then_some(len)
        })?;
        let start = prefix.start - lead;
        // A name such as `AccountKey=` may be the end of a longer name.
        if !self.named && !begins(text, start) {
            return None;
        }
        let mut end = prefix.end;
        // Characters that must not follow the token: those of its last run, and those of a word.
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
        // A lead, such as the number of a Telegram bot, makes a dummy look less like one.
        let own = &text[prefix.end..end];
        let blank = is_blank_form(body) || own.len() >= 8 && own.iter().all(|b| *b == own[0]);
        let genuine = whole && near && !blank && (self.check)(body);
        genuine.then_some(if self.named { prefix.end..end } else { start..end })
    }
}

/// Whether a token may begin at `at`. It must not be inside a word, unless an escape (`\n`, `%3D`) or Telegram's
/// path of a bot (`/bot123…`) precedes it.
pub(super) fn begins(text: &[u8], at: usize) -> bool {
    let before = &text[..at];
    let inside = before.last().is_some_and(|b| Class::WORD.has(*b));
    let escape = matches!(before, [.., b'\\', b'n' | b'r' | b't'])
        || matches!(before, [.., b'%', a, b] if Class::ANY_HEX.has(*a) && Class::ANY_HEX.has(*b));
    !inside || escape || before.ends_with(b"/bot")
}

/// How near a required word must be, in bytes.
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
        /// The offset of the prefix.
        pub(in crate::syntax::secret) lead: usize,
        /// The offset after the prefix.
        pub(in crate::syntax::secret) body: usize,
        named: bool,
    }

    impl Sample {
        pub(in crate::syntax::secret) fn secret(&self) -> &str {
            &self.text[if self.named { self.body } else { 0 }..]
        }
    }

    /// Returns pseudo-random characters of all kinds in a class.
    fn fill(class: Class, len: usize, seed: usize) -> String {
        let all: Vec<char> = (b'!'..=b'~').filter(|&b| class.has(b) && b != b'%').map(char::from).collect();
        let mut state = seed * 7919 + 17;
        let pick = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            all[(state >> 33) % all.len()]
        };
        (0..len).map(pick).collect()
    }

    /// Creates tokens of a row, for each prefix: the shortest, the longest and some between.
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
