//! Recognises placeholders for secrets: masks, forms to fill in, and words of documentation.

use std::borrow::Cow;

use super::class::Class;
use crate::text::number::hex_byte;

/// Whether the variable part of a token is a dummy: `xxxxxxxx`, `00000000-XXXX`, `your-token-here`.
///
/// Random text of this length has many different characters, of more than one kind. The word `EXAMPLE` inside does
/// not change that.
pub(super) fn is_blank_form(body: &[u8]) -> bool {
    let seen = body.iter().filter(|b| Class::ALNUM.has(**b)).fold(Class::NONE, |set, &b| set.with(b));
    let kinds = [Class::LOWER, Class::UPPER, Class::DIGIT].iter().filter(|c| c.meets(seen)).count();
    // Sixteen random characters may well contain no digit; of texts with twenty-two, hardly one in a thousand does
    // not.
    seen.len() < 6 || kinds < 2 && body.len() > 16 || has_filler(body)
}

/// Whether a character is repeated eight times. `A` and `/` are exempt, because base 64 writes zeros and ones this
/// way.
pub(super) fn has_filler(body: &[u8]) -> bool {
    body.chunk_by(|a, b| a == b).any(|run| run.len() >= 8 && !b"A/".contains(&run[0]))
}

/// Characters that masks are made of.
const MASK: &str = "*•●·█.…xX#-_?";

/// Texts which show that a value, or part of it, is left out or comes from elsewhere.
const MARKS: &str = "*** ••• ... … ${ {{ $( #{ <% [^";

/// Whether a password is masked, left out or computed: `***`, `npg_xxx`, `ab…`, `$PW`, `{pw}`, `[pw]`, `%s`.
pub(super) fn is_elided(value: &str) -> bool {
    let pairs = [('<', '>'), ('{', '}'), ('[', ']'), ('(', ')'), ('%', '%')];
    pairs.iter().any(|(open, close)| value.starts_with(*open) && value.ends_with(*close))
        || value.chars().all(|c| MASK.contains(c))
        || is_masked_behind_prefix(value)
        || MARKS.split(' ').any(|mark| value.contains(mark))
        || value.strip_prefix(['$', '%', ':']).is_some_and(is_name)
        || ["&lt;", "%("].iter().any(|open| value.starts_with(open))
}

/// Whether only the prefix of a token is shown, by which its kind is recognised: `npg_xxx`, `SG.xxxx.xxxx`. The
/// prefix must have a few letters, and each mask only one repeated character, because otherwise the text might be
/// a password.
fn is_masked_behind_prefix(value: &str) -> bool {
    let is_mask = |part: &str| {
        let first = part.chars().next();
        first.is_some_and(|c| "xX*•●".contains(c) && part.chars().all(|own| own == c))
    };
    let is_prefix =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic());
    let parts: Vec<&str> = value.split(['_', '-', '.']).collect();
    let masks = parts.iter().rev().take_while(|part| is_mask(part)).count();
    let (prefix, masked) = parts.split_at(parts.len() - masks);
    (1..=3).contains(&prefix.len())
        && prefix.iter().all(|part| is_prefix(part))
        && masked.iter().any(|part| part.chars().count() >= 3)
}

/// Whether a text is an identifier as in programs.
fn is_name(text: &str) -> bool {
    let rest = text.strip_prefix("env:").unwrap_or(text);
    rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && Class::WORD.count(rest.as_bytes()) == rest.len()
}

/// Words that documentation writes in place of a secret.
const CORE: &str = "\
    apikey bar baz changeit changeme credential example foo hidden key masked pass passphrase passwd \
    password passwort placeholder pw pwd qux redacted removed secret token xoauthbasic xtokenauth \
    clave contrasena contraseña geheim geheimes geheimnis haslo hasło heslo kennwort lösenord losenord mdp motdepasse \
    parola passord salasana segredo segreto senha wachtwoord пароль секрет";

/// Words that are combined with these.
const FILL: &str = "\
    a access account actual admin an api app auth bot change client database db github gitlab goes here \
    insert is long me mongo my mysql new old personal pg postgres postgresql proxy real redis replace root \
    safe sample secure service smtp some strong super the this to user very with your \
    dein hier ihr mein mon votre ваш мой твой";

/// Whether a value consists of such words only: `password`, `my-secret-pw`, `YOUR_TOKEN_HERE`, `mysecretpassword`.
pub(super) fn is_stand_in(value: &str) -> bool {
    if value.len() > 64 {
        return false;
    }
    let folded: String = value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let mut rest = folded.as_str();
    let mut core = false;
    while !rest.is_empty() {
        let longest = |words: &str| {
            let fits = words.split(' ').filter(|word| rest.starts_with(word)).map(str::len);
            fits.max().unwrap_or(0)
        };
        let (said, filled) = (longest(CORE), longest(FILL));
        core |= said >= filled && said > 0;
        match rest.get(said.max(filled)..) {
            Some(next) if next.len() < rest.len() => rest = next,
            _ => return false,
        }
    }
    core
}

/// Returns the text with percent escapes such as `%41` decoded. Bytes that are then not UTF-8 are lost, which
/// affects only the checks of this module.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escape = || {
            let [high, low, ..] = tail else { return None };
            hex_byte(*high, *low)
        };
        let read = escape().filter(|_| *first == b'%');
        bytes.push(read.unwrap_or(*first));
        rest = &tail[if read.is_some() { 2 } else { 0 }..];
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_are_words_of_documentation_and_nothing_else() {
        for word in [
            "password",
            "PASS",
            "pwd",
            "my-secret-pw",
            "mysecretpassword",
            "YOUR_TOKEN_HERE",
            "your-api-key",
            "dbPassword",
            "changeme",
            "change_me_secret",
            "REDACTED",
            "x-oauth-basic",
            "personal-access-token",
            "example",
            "geheim",
            "mein-geheimes-Passwort",
            "ihr_kennwort_hier",
            "votre-mot-de-passe",
            "пароль",
            "Мой_пароль",
            "wachtwoord",
            "senha",
        ] {
            assert!(is_stand_in(word), "{word}");
        }
        for word in [
            "",
            "hunter2",
            "s3cret",
            "password1",
            "passat",
            "correcthorse",
            "root",
            "mypass9",
            "tokenring",
            "geheim7",
            "пароль1",
            "ihr",
        ] {
            assert!(!is_stand_in(word), "{word}");
        }
    }

    #[test]
    fn elided_values_show_nothing() {
        for value in [
            "***",
            "xxx",
            "…",
            "ab****",
            "$PW",
            "${PW}",
            "{pw}",
            "[pw]",
            "<pw>",
            "%s",
            "%PW%",
            "%(pw)s",
            "$(pass db)",
            "{{ pw }}",
            "$env:PW",
            "&lt;pw&gt;",
            "abc...",
            "npg_xxx",
            "SG.xxxx.XXXX",
        ] {
            assert!(is_elided(value), "{value}");
        }
        for value in [
            "p$ss",
            "$2b$12$abc",
            "a{b}c",
            "hunter2",
            "[a",
            "100%",
            "xXy",
            "npg_",
            "npg_xx",
            "npg_xxy",
            "npg2_xxx",
            "axxx",
            "xxx_a",
        ] {
            assert!(!is_elided(value), "{value}");
        }
    }

    #[test]
    fn escapes_are_read() {
        assert_eq!(unescaped("%3Cpw%3E%"), "<pw>%");
        assert_eq!(unescaped("%zz%4"), "%zz%4");
    }
}
