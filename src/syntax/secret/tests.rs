//! Tests of scans of whole texts. The tokens are composed from pieces, and none was ever issued.

use proptest::prelude::*;

use super::base64::tests::encode;
use super::token::tests::samples;
use super::vendors::TOKENS;
use super::*;

/// Returns the only secret of a text, as written, and its shape.
#[track_caller]
pub(super) fn found(text: &str) -> (&str, SecretShape) {
    let all = scan(text);
    assert_eq!(all.len(), 1, "{text}\n{all:?}");
    (all[0].span.of(text), all[0].shape)
}

/// Asserts that a text has no secret.
#[track_caller]
pub(super) fn clean(text: &str) {
    assert_eq!(scan(text), [], "{text}");
}

/// Composes a JSON Web Token from its parts.
pub(super) fn jwt(header: &str, claims: &str, signature: &str) -> String {
    format!("{}.{}.{signature}", encode(header.as_bytes()), encode(claims.as_bytes()))
}

/// A signature of HMAC with SHA-256.
pub(super) const SIGNATURE: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The lines of a made-up key.
pub(super) const BLOCK_LINES: [&str; 3] = [
    "MIIEowIBAAKCAQEAy8Dbv8prpJ/0kKhlGeJYozo2t60EG8L0561g13R29LvMR5hy",
    "vGZlGJpmn65+A4xHXInJYiPuKzrKUnApeLZ+vw1HocOAZtWK0z3r26uA8kQYOKX9",
    "Qt/DbCdvsF9wF8gRK0ptx9M6R13NvBxvVQAp==",
];

/// A key block, line by line.
pub(super) fn block(label: &str, lines: &[&str]) -> Vec<String> {
    let dashes = "-----";
    let mut all = vec![format!("{dashes}BEGIN {label}{dashes}")];
    all.extend(lines.iter().map(ToString::to_string));
    all.push(format!("{dashes}END {label}{dashes}"));
    all
}

#[test]
fn what_holds_a_block_together_stays() {
    let lines = block("PRIVATE KEY", &BLOCK_LINES);
    for joint in ["\n  ", "\r\n\t", "\n> ", "\n> > "] {
        let text = format!("key: |{joint}{}\nup: y\n", lines.join(joint));
        let masked = mask(&text, &scan(&text));
        let expected: Vec<String> = lines.iter().map(|line| "x".repeat(line.len())).collect();
        assert_eq!(masked, format!("key: |{joint}{}\nup: y\n", expected.join(joint)), "{joint:?}");
    }
}

#[test]
fn what_is_only_random_is_no_secret() {
    for text in [
        "commit da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "integrity sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
        "550e8400-e29b-41d4-a716-446655440000",
        "![](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==)",
        "cache-key-d41d8cd98f00b204e9800998ecf8427e",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGkX9cVn0qY3m7Zt8uHh2yq1d3bT5rJ0w8sE6fK4pLxA me@host",
        "[[2024-03-01_10-20 A long note about task-management_and_risk-assessment]]",
        "https://acme.example/api/v1/users/550e8400e29b41d4a716446655440000/settings?tab=security#section-3",
        "| --------------------------------------- | :------------------------------------: |",
        concat!("pk_live_", "aB3dE6gH9jK2mN5pQ8rS1tU4"),
        concat!("https://hooks.slack.com/services/", "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"),
        "block ^9f2c1a; sk-learn; xoxb-your-token; ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "d41d8cd98f00b204e9800998ecf8427e-us-east-1",
        concat!("123456789:", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ] {
        clean(text);
    }
}

#[test]
fn a_token_that_is_the_password_of_a_url_is_one_secret() {
    let token = format!("glpat-{}", "kX9_-T0JxMi3p28BqW7z");
    assert_eq!(
        found(&format!("https://oauth2:{token}@gitlab.com/a.git")),
        (token.as_str(), SecretShape::Gitlab)
    );
    let jwt = jwt(r#"{"alg":"HS256"}"#, "{}", SIGNATURE);
    let text = format!("https://u:{jwt}!@h");
    assert_eq!(found(&text), (format!("{jwt}!").as_str(), SecretShape::JsonWebToken));
}

#[test]
fn a_mask_keeps_every_byte_in_its_place() {
    let block = block("PRIVATE KEY", &BLOCK_LINES).join("\r\n");
    let text = format!("é postgres://app:größe9@db\n{block}\nend");
    let masked = mask(&text, &scan(&text));
    assert_eq!(masked.len(), text.len());
    assert_eq!(masked.lines().count(), text.lines().count());
    assert!(masked.starts_with("é postgres://app:xx\u{445}\u{445}xx@db\nxxxx"), "{masked}");
    assert_eq!(masked.chars().count(), text.chars().count());
    assert!(masked.ends_with("xxxx\nend"));
    assert_eq!(
        mask("aé", &[Secret { span: Span::new(2, 3), shape: SecretShape::UrlPassword }]),
        "aé",
        "no character boundary"
    );
}

/// Returns a random sequence of pieces of secrets.
fn soup() -> impl Strategy<Value = String> {
    let pieces: Vec<String> = TOKENS
        .iter()
        .flat_map(|token| {
            samples(token)
                .into_iter()
                .take(1)
                .map(|s| s.text)
                .chain(token.prefixes.iter().map(ToString::to_string))
        })
        .chain(block("PRIVATE KEY", &BLOCK_LINES))
        .chain([
            jwt(r#"{"alg":"HS256"}"#, "{}", SIGNATURE),
            "://a:b".into(),
            "://u:hunter2@h".into(),
            "AWS_SECRET_ACCESS_KEY=".into(),
        ])
        .collect();
    let piece = prop_oneof![3 => proptest::sample::select(pieces), 2 => "[ -~\n]{0,4}", 1 => "\\PC{0,3}"];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_gives_sorted_disjoint_spans_on_boundaries(text in prop_oneof![soup(), any::<String>()]) {
        let found = scan(&text);
        for secret in &found {
            prop_assert!(!secret.span.of(&text).is_empty());
        }
        for pair in found.windows(2) {
            prop_assert!(pair[0].span.end <= pair[1].span.start);
        }
    }

    #[test]
    fn a_masked_text_has_no_secret(text in soup()) {
        let masked = mask(&text, &scan(&text));
        prop_assert_eq!(masked.len(), text.len());
        prop_assert_eq!(scan(&masked), []);
    }

    #[test]
    fn keys_and_values_of_any_text_are_judged(text in any::<String>()) {
        let _ = (is_reference(&text, &[]), is_credential_key(&text));
    }
}

/// Texts that would take hours if any part were read again for each match.
#[test]
fn hostile_texts_take_linear_time() {
    let begin = &block("PRIVATE KEY", &[])[0];
    for piece in [
        "eyJ",
        "eyJ.",
        "eyJhbGciOiJIUzI1NiJ9.",
        "-----BEGIN",
        begin,
        "PRIVATE KEY-----",
        "://a:b",
        "://a:b@",
        "://a:",
        "ghp_",
        "-ghp_",
        "pypi-AgEIcHlwaS5vcmc-",
        "A",
        "a.",
        "AKIA/",
        "hvs.-",
        "PuTTY-User-Key-File-2:\n",
        "-----BEGIN PRIVATE KEY-----A: ",
        "é",
        "=",
        "-us",
        "Q~",
        "MTIzNDU2Nzg5MDEyMzQ1Njc4.aaaaaa.",
    ] {
        let text = piece.repeat(1_000_000 / piece.len());
        let _ = scan(&text);
    }
}
