//! Finds secret access keys of AWS.
//!
//! They are 40 characters of base 64 without any mark, and many harmless texts are too. So the text before a key
//! decides: a name of the key on the same line, or an access key id a few lines above.

use std::ops::Range;

use super::class::Class;
use super::verify::mixed;

/// The length of a key.
const LEN: usize = 40;
/// How far before a key its name or the access key id is searched, in bytes.
const WITHIN: usize = 200;
/// How many letters and digits before a key its name may begin. This has room for the name and one more word.
const NAME_WITHIN: usize = 30;
/// The names of a key, folded.
const NAMES: [&[u8]; 2] = [b"secretaccesskey", b"awssecret"];

/// Returns the secret access keys in a word of the text.
pub(super) fn secret_keys(text: &[u8], word: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = word.start;
    std::iter::from_fn(move || {
        while at + LEN <= word.end {
            // Searches from the end, because most runs break off near it: one check per 40 bytes.
            if let Some(i) = text[at..at + LEN].iter().rposition(|&b| !Class::BASE64.has(b)) {
                at += i + 1;
                continue;
            }
            let run = at..at + Class::BASE64.count(&text[at..word.end]);
            at = run.end + 1;
            let whole = run.len() == LEN && !text[run.end..].starts_with(b"=");
            if whole && mixed(&text[run.clone()]) && is_named(text, run.start) {
                return Some(run);
            }
        }
        None
    })
}

/// Whether the text before `at` shows that a secret access key begins there.
fn is_named(text: &[u8], at: usize) -> bool {
    let before = &text[at.saturating_sub(WITHIN)..at];
    if before.windows(4).any(|w| w == b"AKIA" || w == b"ASIA") {
        return true;
    }
    let line = before.rsplit(|&b| b == b'\n').next().unwrap_or(before);
    let said: Vec<u8> =
        line.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect();
    let said = &said[said.len().saturating_sub(NAME_WITHIN)..];
    NAMES.iter().any(|name| said.windows(name.len()).any(|w| w == *name))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{clean, found};
    use super::super::{SecretShape, scan};

    #[test]
    fn aws_secret_keys_need_a_name_or_their_id() {
        let key = format!("{}/K7MDENG/{}", "wJalrXUtnFEMI", "bPxRfiCYEXAMPLEKEY");
        let id = format!("AKIA{}", "IOSFODNN7EXAMPLE");
        let shape = SecretShape::AwsSecretKey;
        for name in [
            "aws_secret_access_key = ",
            "AWS_SECRET_ACCESS_KEY=",
            "\"SecretAccessKey\": \"",
            "Secret access key: ",
            "| Secret Access Key       | `",
            "aws_secret_key: prod ",
        ] {
            assert_eq!(found(&format!("{name}{key}")), (key.as_str(), shape), "{name}");
        }
        let text = format!("- Id: {id}\n- Key: {key}\n");
        assert_eq!(scan(&text).iter().map(|s| s.span.of(&text)).collect::<Vec<_>>(), [id.as_str(), &key]);
        clean(&key);
        clean(&format!("aws_secret_access_key\n\n{key}"));
        clean(&format!("aws_secret_access_key = {key}A"));
        clean("aws_secret_access_key = da39a3ee5e6b4b0d3255bfef95601890afd80709");
        clean("aws_secret_access_key = xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    }
}
