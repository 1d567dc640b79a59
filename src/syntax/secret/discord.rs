//! Finds bot tokens of Discord.
//!
//! They have no prefix, but three parts in base 64, of which the first is the bot's number. No other text has this
//! form by chance.

use std::ops::Range;

use super::base64::decode;
use super::class::Class;
use super::token::begins;
use super::verify::mixed;

/// The length of the shortest token: a number of 17 digits in base 64, the time and the key, with dots between.
const SHORTEST: usize = 23 + 1 + 6 + 1 + 27;

/// Returns the bot tokens in a word of the text: number, time of issue (6 characters), key.
pub(super) fn bot_tokens(text: &[u8], word: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let dots = if word.len() < SHORTEST { &[] } else { &text[word.clone()] };
    memchr::memchr_iter(b'.', dots).filter_map(move |dot| {
        let dot = word.start + dot;
        if text.get(dot + 7) != Some(&b'.') || Class::URL64.count(&text[dot + 1..dot + 7]) < 6 {
            return None;
        }
        let number = text[..dot].iter().rev().take(29).take_while(|&&b| Class::URL64.has(b)).count();
        let key = Class::URL64.count(&text[dot + 8..text.len().min(dot + 8 + 46)]);
        let id = decode(&text[dot - number..dot])?;
        let numbered = (17..=20).contains(&id.len()) && Class::DIGIT.count(&id) == id.len();
        let key_span = dot + 8..dot + 8 + key;
        let keyed = (27..=45).contains(&key) && mixed(&text[key_span.clone()]);
        (numbered && keyed && begins(text, dot - number)).then_some(dot - number..key_span.end)
    })
}

#[cfg(test)]
mod tests {
    use super::super::SecretShape;
    use super::super::base64::tests::encode;
    use super::super::tests::{clean, found};

    #[test]
    fn discord_tokens_hold_a_number() {
        let id = encode(b"839201847562019384");
        let key = "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0";
        let token = format!("{id}.GhT4kz.{key}");
        for text in [token.clone(), format!("DISCORD_TOKEN={token}"), format!("`{token}`")] {
            assert_eq!(found(&text), (token.as_str(), SecretShape::Discord));
        }
        clean(&format!("{}.GhT4kz.{key}", encode(b"not a number here!")));
        clean(&format!("{id}.GhT4k.{key}"));
        clean(&format!("{id}.GhT4kz.short"));
    }
}
