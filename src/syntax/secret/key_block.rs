//! Finds blocks of private keys: PEM, OpenSSH, PGP, and `PuTTY`'s format.
//!
//! Encrypted keys count, because somebody who has the block may try passphrases without limit. A block without a
//! key (`…`, `<your key>`, a mention in prose) does not count.

use std::ops::Range;

use super::class::Class;
use super::placeholder::has_filler;

/// The label that all blocks of PEM, OpenSSH and PGP have.
const LABEL: &[u8] = b"PRIVATE KEY";
/// The beginning of `PuTTY`'s key files.
pub(super) const PUTTY: &str = "PuTTY-User-Key-File-";
/// The fewest characters of a key. The shortest key (Ed25519) has 64, and half of one is still confidential.
const LEAST: usize = 32;
/// The fewest characters of a line of a key, except for the last line.
const SHORT: usize = 16;
/// The longest distance from `BEGIN` to the label. `RSA`, `OPENSSH`, `SSH2 ENCRYPTED` or the like may stand
/// between.
const LABEL_WITHIN: usize = 48;
/// The longest header line (`Proc-Type: 4,ENCRYPTED`, a comment).
const HEADER: usize = 200;

/// Returns all private key blocks of the text, in order.
pub(super) fn blocks(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    // Searching for a byte is three times as fast as searching for a word, and few texts have many of this byte.
    let labels = memchr::memchr_iter(b'Y', text).filter_map(|last| {
        let start = (last + 1).checked_sub(LABEL.len())?;
        (text[start..=last] == *LABEL).then_some(start)
    });
    let mut done = 0;
    labels.filter_map(move |at| {
        let body = body_of(text, at)?;
        let begin = begin_of(text, at)?;
        if begin < done {
            return None;
        }
        let end = Body::read(text, body)?;
        done = end;
        Some(begin..end)
    })
}

/// Returns the `PuTTY` key file that begins at `at`.
pub(super) fn putty(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..text.len().min(at + HEADER))?;
    let line = memchr::memchr(b'\n', rest)?;
    Some(at..Body::read(text, at + line)?)
}

/// Returns where the `-----BEGIN` before the label at `at` begins.
fn begin_of(text: &[u8], at: usize) -> Option<usize> {
    let start = at.saturating_sub(LABEL_WITHIN);
    let before = &text[start..at];
    let named =
        before.iter().rev().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b' ');
    let open = before.len() - named.count();
    let words = before[open..].trim_ascii_start();
    let dashes = before[..open].iter().rev().take(5).take_while(|b| **b == b'-').count();
    (words.starts_with(b"BEGIN ") && dashes >= 4).then_some(start + open - dashes)
}

/// Returns where the text after `PRIVATE KEY-----` begins.
fn body_of(text: &[u8], at: usize) -> Option<usize> {
    let rest = &text[at + LABEL.len()..];
    let rest = rest.strip_prefix(b" BLOCK").unwrap_or(rest);
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let rest = rest.strip_prefix(b"-----").or_else(|| rest.strip_prefix(b"----"))?;
    Some(text.len() - rest.len())
}

/// The part of a block's body that has been read.
#[derive(Default)]
struct Body {
    /// The number of characters of the key, and the set of them.
    material: usize,
    seen: Option<Class>,
    /// The end of the last of them.
    end: usize,
    /// Whether the last line has been read, which is shorter or padded.
    closed: bool,
}

impl Body {
    /// Reads a body from `at` on and returns where the block ends.
    ///
    /// Lines may be quoted or indented, or joined to one line with `\n` as in JSON. Reading stops at the first
    /// text that is neither key, header nor decoration, so no byte is read for two blocks.
    fn read(text: &[u8], mut at: usize) -> Option<usize> {
        let mut body = Self { end: at, ..Self::default() };
        loop {
            let line = at;
            at += decoration(&text[at..]);
            let rest = &text[at..];
            if let Some(len) = end_line(rest) {
                body.end = at + len;
                return body.is_key().then_some(body.end);
            }
            if let Some(len) = header(rest) {
                at += len;
                continue;
            }
            let len = KEY.count(rest);
            let short = len < SHORT && rest[..len] != *b"+";
            if len == 0
                || body.closed && rest[0] != b'='
                || short && !is_last_line(&text[line..at], &rest[len..])
            {
                break;
            }
            let word = &rest[..len];
            body.take(word, at);
            at += len;
            if has_filler(word) || is_cut(&text[at..]) {
                return None;
            }
        }
        body.is_key().then_some(body.end)
    }

    fn take(&mut self, word: &[u8], at: usize) {
        self.closed = word.len() < SHORT && word != b"+" || word.ends_with(b"=");
        self.material += word.len();
        self.seen = Some(word.iter().fold(self.seen.unwrap_or(Class::NONE), |set, &b| set.with(b)));
        self.end = at + word.len();
    }

    /// Whether the body has enough of a key, and is not a dummy such as `xxxxxxxx`.
    fn is_key(&self) -> bool {
        self.material >= LEAST && self.seen.is_some_and(|seen| seen.len() >= 10)
    }
}

/// Whether a short word is the last line of a key rather than prose after it: it stands alone, directly below the
/// line before.
fn is_last_line(before: &[u8], behind: &[u8]) -> bool {
    let alone = behind.trim_ascii_start().first().is_none_or(|b| b"-\\\"'`".contains(b));
    let newline = behind.iter().find(|b| **b != b' ').is_none_or(|b| *b == b'\n' || *b == b'\r');
    (alone || newline) && memchr::memchr_iter(b'\n', before).count() <= 1
}

const KEY: Class = Class::BASE64.or(Class::of("="));

/// Returns the length of the text that surrounds the lines of a key: spaces, line ends (also as escapes), marks of
/// quotes and comments, and string quotes with the signs between them.
fn decoration(text: &[u8]) -> usize {
    let marks = Class::of(" \t\r\n>\"'`,;\\|#");
    let mut len = 0;
    loop {
        len += match &text[len..] {
            [b'\\', b'n' | b'r' | b't', ..] | [b'%', b'%', ..] | [b'*', b' ', ..] => 2,
            [b'+' | b'/', b'\r' | b'\n' | b' ', ..] => 1,
            [b'/', b'/', b' ' | b'\t', ..] => 3,
            [b'<', b'b', b'r', b'>', ..] => 4,
            [b'<', b'b', b'r', b'/', b'>', ..] => 5,
            [mark, ..] if marks.has(*mark) => 1,
            _ => return len,
        };
    }
}

/// Returns the length of `-----END … PRIVATE KEY-----` if the text begins with it.
fn end_line(text: &[u8]) -> Option<usize> {
    let dashes = text.iter().take(6).take_while(|b| **b == b'-').count();
    let rest = &text[dashes..];
    let blank = rest.len() - rest.trim_ascii_start().len();
    if dashes < 4 || !rest[blank..].starts_with(b"END ") {
        return None;
    }
    let named =
        rest.iter().take(64).take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b' ');
    let label = dashes + named.count();
    Some(label + text[label..].iter().take(5).take_while(|b| **b == b'-').count())
}

/// Returns the length of a header line such as `DEK-Info: AES-128-CBC,0A…`.
fn header(text: &[u8]) -> Option<usize> {
    let name = Class::ALNUM.or(Class::of("-")).count(&text[..text.len().min(40)]);
    let rest = text.get(name..text.len().min(name + HEADER))?;
    if name < 2 || !rest.starts_with(b": ") {
        return None;
    }
    let escaped = memchr::memmem::find(rest, b"\\n");
    memchr::memchr(b'\n', rest).into_iter().chain(escaped).min().map(|len| name + len)
}

/// Whether the key continues with an ellipsis or a mask, so that it is not a real key.
fn is_cut(text: &[u8]) -> bool {
    let text = &text[decoration(&text[..text.len().min(16)])..];
    [&b"..."[..], "…".as_bytes(), b"***", b"[...", "[…".as_bytes()].iter().any(|mark| text.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{BLOCK_LINES as LINES, block, clean, found};
    use super::super::{SecretShape, scan};

    const KEY: SecretShape = SecretShape::PrivateKey;

    #[test]
    fn a_key_block_is_one_secret_from_begin_to_end() {
        for label in [
            "PRIVATE KEY",
            "RSA PRIVATE KEY",
            "EC PRIVATE KEY",
            "OPENSSH PRIVATE KEY",
            "ENCRYPTED PRIVATE KEY",
            "PGP PRIVATE KEY BLOCK",
        ] {
            let lines = block(label, &LINES);
            let whole = lines.join("\n");
            assert_eq!(found(&format!("Key:\n\n{whole}\n\nText.")), (whole.as_str(), KEY));
            let joints = ["\r\n", "\n> ", "\n    ", "\\n", " ", "\\r\\n", "\\n\" +\n  \""];
            for joint in joints.into_iter().chain(["\n// ", "\n%% ", "\n * ", "<br>", "<br/>"]) {
                let text = lines.join(joint);
                assert_eq!(found(&format!("k = \"{text}\\n\" and more")), (text.as_str(), KEY), "{joint:?}");
            }
        }
        let header = ["Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,0F3A9C27", ""];
        let text = block("RSA PRIVATE KEY", &[&header[..], &LINES].concat()).join("\n");
        assert_eq!(found(&text), (text.as_str(), KEY));
        let armor = ["Version: GnuPG v2", "Comment: of nobody", "", LINES[0], LINES[1], "Qt/DbCdv", "=aB3d"];
        let text = block("PGP PRIVATE KEY BLOCK", &armor).join("\n");
        assert_eq!(found(&text), (text.as_str(), KEY));
    }

    #[test]
    fn an_unclosed_key_block_ends_with_its_last_line() {
        let lines = block("PRIVATE KEY", &LINES);
        let open = lines[..4].join("\n");
        for behind in
            ["", "\n", "\n```\n\nText follows, of several words.", "\n\nText follows", "\n- [ ] task"]
        {
            assert_eq!(found(&format!("{open}{behind}")), (open.as_str(), KEY), "{behind:?}");
        }
        let two = format!("{open}\n{}", lines.join("\n"));
        assert_eq!(scan(&two).len(), 2);
    }

    #[test]
    fn public_and_empty_blocks_are_no_secrets() {
        for label in [
            "PUBLIC KEY",
            "CERTIFICATE",
            "PGP PUBLIC KEY BLOCK",
            "RSA PUBLIC KEY",
            "CERTIFICATE REQUEST",
            "PGP SIGNATURE",
            "DH PARAMETERS",
        ] {
            clean(&block(label, &LINES).join("\n"));
        }
        for body in [
            "...",
            "…",
            "<your key>",
            "[redacted]",
            "MIIEowIBAAKCAQEA...",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "your private key goes here",
            "",
        ] {
            clean(&block("PRIVATE KEY", &[body]).join("\n"));
        }
        clean(&block("PRIVATE KEY", &[LINES[0], "...", LINES[1]]).join("\n"));
        let begin = &block("RSA PRIVATE KEY", &[])[0];
        clean(&format!("The file begins with `{begin}` and so on."));
        clean(&format!("The file begins with {begin} followed by base64 encoded lines of text"));
        clean("PRIVATE KEY-----\nMIIEowIBAAKCAQEAy8Dbv8prpJ/0kKhlGeJYozo2t60EG8L0561g13R29LvMR5hy");
    }

    #[test]
    fn key_files_of_putty() {
        let text = format!(
            "PuTTY-User-Key-File-{}: ssh-ed25519\nEncryption: none\nComment: me\nPublic-Lines: 1\n{}\nPrivate-Lines: 1\n{}",
            3, LINES[0], LINES[1]
        );
        assert_eq!(found(&format!("{text}\nPrivate-MAC: 0f3a\n")), (text.as_str(), KEY));
        clean("PuTTY-User-Key-File-3: the first line of a key file");
    }
}
