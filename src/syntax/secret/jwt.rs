//! Finds JSON Web Tokens (RFC 7519), signed (RFC 7515) or encrypted (RFC 7516).

use std::ops::Range;

use serde::Deserialize;

use super::base64::decode;
use super::class::Class;
use super::placeholder::is_blank_form;
use super::token::begins;

/// The beginning of a header: `{"` in base 64.
pub(super) const PREFIX: &str = "eyJ";

/// The signature of the sample token on jwt.io, which much documentation contains. Its key is public.
const SAMPLE: &[u8] = b"SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";

/// A token's header, which names its algorithm.
#[derive(Deserialize)]
struct Header {
    alg: String,
}

/// Returns the range of the token whose header begins at `at`.
///
/// A token with `alg: none` is not a secret, because anybody could have written it.
pub(super) fn at(text: &[u8], at: usize) -> Option<Range<usize>> {
    if !begins(text, at) || text[..at].ends_with(b"-") {
        return None;
    }
    let mut parts = [0..0, 0..0, 0..0, 0..0, 0..0];
    let mut count = 0;
    let mut end = at;
    for part in &mut parts {
        let len = Class::URL64.count(&text[end..]);
        *part = end..end + len;
        end += len;
        count += 1;
        // Only the key of an encrypted token may be empty.
        if len == 0 && count != 2 || text.get(end) != Some(&b'.') {
            break;
        }
        end += 1;
    }
    let [header, payload, signature, _, tag] = parts;
    let encrypted = count == 5 && tag.len() >= 16;
    let own = &text[signature.clone()];
    let signed = own.len() >= 20 && own != SAMPLE && !is_blank_form(own) && is_object(&text[payload]);
    let end = match (encrypted, signed) {
        (true, _) => tag.end,
        (false, true) => signature.end,
        (false, false) => return None,
    };
    let header: Header = serde_json::from_slice(&decode(&text[header])?).ok()?;
    (!header.alg.eq_ignore_ascii_case("none")).then_some(at..end)
}

/// Whether a part is a JSON object. The claims are read for no other purpose.
fn is_object(part: &[u8]) -> bool {
    decode(part).is_some_and(|json| {
        json.trim_ascii_start().starts_with(b"{")
            && serde_json::from_slice::<serde::de::IgnoredAny>(&json).is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::super::SecretShape;
    use super::super::base64::tests::encode;
    use super::super::tests::{SIGNATURE, clean, found, jwt};

    const JWT: SecretShape = SecretShape::JsonWebToken;

    #[test]
    fn json_web_tokens() {
        let token = jwt(r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"sub":"1234567890","admin":true}"#, SIGNATURE);
        for text in [
            token.clone(),
            format!("Authorization: Bearer {token}"),
            format!("\"{token}\","),
            format!("{token}."),
        ] {
            assert_eq!(found(&text), (token.as_str(), JWT));
        }
        let encrypted = format!(
            "{}..{}.{}.{}",
            encode(br#"{"alg":"dir","enc":"A128GCM"}"#),
            &SIGNATURE[..16],
            SIGNATURE,
            &SIGNATURE[..22]
        );
        assert_eq!(found(&encrypted), (encrypted.as_str(), JWT));
    }

    #[test]
    fn no_json_web_tokens() {
        let claims = r#"{"sub":"1234567890"}"#;
        // An unsigned token proves nothing.
        clean(&jwt(r#"{"alg":"none"}"#, claims, SIGNATURE));
        clean(&jwt(r#"{"alg":"none"}"#, claims, ""));
        clean(&jwt(r#"{"typ":"JWT"}"#, claims, SIGNATURE));
        clean(&jwt(r#"{"alg":"HS256"}"#, "no claims", SIGNATURE));
        clean(&jwt(r#"{"alg":"HS256"}"#, claims, "signature"));
        clean(&jwt(r#"{"alg":"HS256"}"#, claims, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"));
        clean(&format!("{}.payload.signature", encode(br#"{"alg":"HS256"}"#)));
        clean(&format!("a{}", jwt(r#"{"alg":"HS256"}"#, claims, SIGNATURE)));
        clean("eyJhbGciOiJIUzI1NiJ9...");
        // What jwt.io shows.
        let sample = "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
        clean(&jwt(r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"sub":"1234567890","name":"John Doe"}"#, sample));
    }
}
