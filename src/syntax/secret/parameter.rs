//! Finds passwords among parameters: `…/orders?user=app&password=…`, `Server=db;Password=…;`.

use std::ops::Range;

use super::class::Class;
use super::is_credential_key;
use super::placeholder::{is_elided, is_stand_in, unescaped};
use super::reference::{is_capital_name, is_reference};

/// Returns the parameters of a text: the name before each `=`, with the byte range of the value after it.
fn parameters(text: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let mut start = 0;
    text.split(['?', '&', ';']).filter_map(move |piece| {
        let from = start;
        // Each separator is one byte.
        start += piece.len() + 1;
        let (name, value) = piece.split_once('=')?;
        let at = from + name.len() + 1;
        Some((name.trim(), at..at + value.len()))
    })
}

/// Characters that end a URL in a text.
const ENDS: Class = Class::CONTROL.or(Class::of(" #\"'`<>\\|)]"));

/// Returns the passwords among the parameters of the URL that a text begins with.
pub(super) fn passwords(url: &str) -> impl Iterator<Item = Range<usize>> {
    let end = url.bytes().position(|b| ENDS.has(b) || !b.is_ascii()).unwrap_or(url.len());
    let url = &url[..end];
    // The text before the first separator is not a parameter.
    let first = memchr::memchr3(b'?', b'&', b';', url.as_bytes()).unwrap_or(url.len());
    parameters(&url[first..]).filter_map(move |(name, at)| {
        let at = first + at.start..first + at.end;
        let value = unescaped(&url[at.clone()]);
        let is_password = names_password(name) && value.chars().count() >= 3 && is_literal(&value);
        (is_password && !is_same_name(name, &value) && !invites(&url[..first])).then_some(at)
    })
}

/// Whether a value only repeats the name of its parameter: `sentinelPassword=sentinel-password`.
fn is_same_name(name: &str, value: &str) -> bool {
    let letters = |text: &str| -> Vec<u8> {
        let own = text.bytes().filter(u8::is_ascii_alphanumeric);
        own.map(|byte| byte.to_ascii_lowercase()).collect()
    };
    value.is_ascii() && letters(name) == letters(value)
}

/// Whether a URL, given from after its `://` to its parameters, is an invitation to a Zoom meeting. Its password
/// is part of the link that everybody who is invited gets.
fn invites(address: &str) -> bool {
    let Some((host, path)) = address.split_once('/') else { return false };
    let host = host.to_ascii_lowercase();
    let is_zoom = ["zoom.us", "zoom.com"].iter().any(|domain| {
        host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    });
    is_zoom && ["j/", "w/"].iter().any(|meeting| path.starts_with(meeting))
}

/// Returns the literal credentials within the value of an integration that is not a credential as a whole: among
/// the parameters of a URL or connection string, or after `Bearer`. `schemes` are further schemes of references.
#[must_use]
pub fn credentials_within(value: &str, schemes: &[String]) -> Vec<Range<usize>> {
    let parameters = parameters(value).filter(|(name, at)| {
        let own = &value[at.clone()];
        let is_name = !name.contains(char::is_whitespace) && is_credential_key(name);
        is_name && own.chars().count() >= 3 && is_literal(&unescaped(own)) && !is_reference(own, schemes)
    });
    parameters.map(|(_, at)| at).chain(authorization(value)).collect()
}

/// Whether a parameter of this name is a password. In URLs, values of other credential names are too often
/// samples.
fn names_password(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "passwd", "pwd"].iter().any(|end| name.ends_with(end)) && is_credential_key(&name)
}

fn is_literal(value: &str) -> bool {
    !(is_elided(value) || is_stand_in(value) || is_capital_name(value))
}

/// Returns the token after `Bearer` or `Basic` in the value of a header, if it is not a word of prose.
fn authorization(value: &str) -> Option<Range<usize>> {
    let (kind, rest) = value.trim_end().split_once(' ')?;
    let kinds = ["basic", "bearer", "token"];
    let token = rest.trim_start();
    let is_token = Class::ALNUM.or(Class::of("._~+/=-")).count(token.as_bytes()) == token.len();
    let has = |kind: fn(&u8) -> bool| token.bytes().any(|b| kind(&b));
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    let long =
        token.len() >= 20 || token.len() >= 12 && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    let end = value.trim_end().len();
    let own = end - token.len()..end;
    (kinds.iter().any(|k| kind.eq_ignore_ascii_case(k)) && is_token && mixed && long && is_literal(token))
        .then_some(own)
}

#[cfg(test)]
mod tests {
    use super::super::SecretShape;
    use super::super::tests::{clean, found};
    use super::*;

    #[test]
    fn passwords_among_the_parameters_of_a_url() {
        for (text, password) in [
            ("jdbc:postgresql://db:5432/orders?user=app&password=Zx81kqPq", "Zx81kqPq"),
            ("(postgresql://h/db?password=hunter2&x=1)", "hunter2"),
            ("jdbc:sqlserver://h:1433;databaseName=x;user=sa;Password=Tr0ub4dor;encrypt=true", "Tr0ub4dor"),
            ("[x](https://h/a?PWD=c0rrect)", "c0rrect"),
            ("https://h/a?next=https://i/?db_password=hunter2", "hunter2"),
            ("https://zoom.us.example/j/123?pwd=Zx81kqPq", "Zx81kqPq"),
            ("https://notzoom.us/j/123?pwd=Zx81kqPq", "Zx81kqPq"),
            ("https://api.zoom.us/v2/x?pwd=Zx81kqPq", "Zx81kqPq"),
        ] {
            assert_eq!(found(text), (password, SecretShape::UrlPassword));
        }
        for text in [
            "postgresql://h/db?user=u&password=$PW",
            "postgresql://h/db?password=${DB_PASSWORD}",
            "postgresql://h/db?password=your-password",
            "redis://:redis-password@sentinel-1?serviceName=main&sentinelPassword=sentinel-password",
            "postgresql://h/db?password=<password>",
            "postgresql://h/db?password=…",
            "https://h/login?reset_password=true",
            "https://h/a?password_policy=strict",
            "https://h/a?q=password",
            "https://h/docs?token=abc123def",
            "https://h/a#password=hunter2",
            "postgresql://h/db?password=geheim",
            "postgresql://h/db?password=%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C",
            "https://us02web.zoom.us/j/123?pwd=Zx81kqPq.1",
            "[call](https://zoom.us/w/123?tk=a&pwd=Zx81kqPq)",
            "https://Acme.Zoom.com/j/123?pwd=Zx81kqPq",
            "https://h/a and then ?password=hunter2",
            "password=hunter2",
        ] {
            clean(text);
        }
    }

    #[test]
    fn credentials_within_values() {
        for (value, secret) in [
            ("Server=db;Database=x;User Id=sa;Password=Tr0ub4dor;", "Tr0ub4dor"),
            ("https://h/v1?access_token=8f3kZq91", "8f3kZq91"),
            ("https://h/v1?x=1&api_key=8f3kZq91", "8f3kZq91"),
            ("Bearer 8f3kZq91LmPwT", "8f3kZq91LmPwT"),
            ("Basic dXNlcjpodW50ZXIy", "dXNlcjpodW50ZXIy"),
        ] {
            let found = credentials_within(value, &[]);
            assert_eq!(found.into_iter().map(|at| &value[at]).collect::<Vec<_>>(), [secret], "{value}");
        }
        for value in [
            "Server=db;Password=${PW};",
            "https://h/v1?access_token=env:TOKEN",
            "https://h/v1?api_key=YOUR_API_KEY",
            "Bearer token-based",
            "Bearer authentication",
            "Basic auth, then OAuth 2",
            "Bearer $TOKEN",
            "Bearer xxxxxxxxxxxxxxxxxxxxxxxx",
            "rotate the password = every 90 days",
            "a = b",
            "",
        ] {
            assert!(credentials_within(value, &[]).is_empty(), "{value}");
        }
    }
}
