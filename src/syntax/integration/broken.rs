//! Finds credentials in a block that cannot be parsed.
//!
//! The block is shown with its error, but its secrets must not be. The values of keys are found in the pieces of
//! the text ([`Pieces`]). Where it is unclear whether something belongs to a credential, it is treated as if it
//! does.

use super::credentials::{is_known, is_short_number, stands_beside};
use crate::syntax::json::{Piece, PieceKind, Pieces};
use crate::syntax::outline::Fence;
use crate::syntax::secret::{Secret, SecretShape, is_credential_key, is_reference};
use crate::syntax::source::Source;
use crate::text::span::Span;

/// Returns the literal credentials of a block, as far as its pieces show. `known` are the secrets that are masked
/// in the text.
pub(super) fn credentials(source: &Source<'_>, fence: &Fence, known: &[Secret]) -> Vec<Secret> {
    let text = fence.content.text();
    let mut secrets: Vec<Secret> = Vec::new();
    let mut run = None;
    for value in values(text, is_program(&fence.language)) {
        let span = fence.content.to_file(value.span);
        let is_reference = |line| is_reference(line, &source.reading.secret_schemes);
        let refers = value.judged.is_some_and(|judged| judged.of(text).lines().all(is_reference));
        if refers && !is_known(known, span) {
            continue;
        }
        // The words of one value count as one secret.
        match secrets.last_mut().filter(|_| run == Some(value.run)) {
            Some(last) => last.span = last.span.join(span),
            None => secrets.push(Secret { span, shape: SecretShape::Credential }),
        }
        run = Some(value.run);
    }
    secrets
}

/// Whether a language is a programming language, in which names and calls stand for values.
pub(super) fn is_program(language: &str) -> bool {
    ["javascript", "js"].iter().any(|program| program.eq_ignore_ascii_case(language))
}

/// A piece of the text after a credentials key.
struct Value {
    span: Span,
    /// The part that may be a reference, which ends early where a closing quote is missing; `None` where it
    /// contains other texts.
    judged: Option<Span>,
    /// A number that pieces of one value on one line share.
    run: usize,
}

/// Returns the values after the credentials keys of a text, without names and signs of programs.
fn values(text: &str, program: bool) -> Vec<Value> {
    let mut walk = Walk { text, program, ..Walk::default() };
    let mut pieces = Pieces::new(text);
    while let Some(piece) = pieces.next(walk.key.is_some()) {
        match piece.kind {
            PieceKind::Open(bracket) => walk.open(bracket),
            PieceKind::Close(bracket) => walk.close(bracket),
            PieceKind::Comma => {
                // `hunter,2` without quotes is a single value.
                let inside =
                    walk.last.is_some_and(|l| l.kind == PieceKind::Word && l.span.end == piece.span.start);
                if !(inside && pieces.is_glued()) {
                    walk.comma();
                }
            }
            PieceKind::Sign => {}
            PieceKind::Text | PieceKind::Word => walk.take(piece, &mut pieces),
        }
        walk.last = Some(piece);
    }
    walk.found
}

/// The state while going over the pieces of a text.
#[derive(Default)]
struct Walk<'t> {
    text: &'t str,
    program: bool,
    /// The open brackets, each with the credentials key whose value it belongs to.
    levels: Vec<(char, Option<&'t str>)>,
    /// The number of open `{`, `[` and `(`.
    open: [usize; 3],
    /// The credentials key whose value is being read.
    key: Option<&'t str>,
    /// The offset where that key ends, until the first piece of its value.
    expected: Option<u32>,
    last: Option<Piece>,
    run: usize,
    found: Vec<Value>,
}

impl<'t> Walk<'t> {
    fn open(&mut self, bracket: char) {
        self.levels.push((bracket, self.key));
        self.count(bracket, true);
        (self.expected, self.run) = (None, self.run + 1);
    }

    fn close(&mut self, bracket: char) {
        (self.expected, self.run) = (None, self.run + 1);
        // Brackets opened in between were never closed, and are dropped. A bracket that was never opened closes
        // nothing.
        while self.open[kind_of(bracket)] > 0
            && let Some((open, key)) = self.levels.pop()
        {
            self.count(open, false);
            self.key = key;
            if open == bracket {
                break;
            }
        }
    }

    fn comma(&mut self) {
        self.run += 1;
        // `"key": , "value"`
        if self.expected.take().is_some() {
            return;
        }
        let around = self.levels.last();
        self.key = around.filter(|(bracket, _)| *bracket != '{').and_then(|(_, key)| *key);
    }

    fn count(&mut self, bracket: char, more: bool) {
        let open = &mut self.open[kind_of(bracket)];
        *open = if more { *open + 1 } else { open.saturating_sub(1) };
    }

    /// Takes a piece as a key or as part of a value.
    fn take(&mut self, piece: Piece, pieces: &mut Pieces<'t>) {
        let written = piece.span.of(self.text);
        let between = |from: u32| Span { start: from, end: piece.span.start }.of(self.text).contains('\n');
        // The first piece after a key is its value, even if a sign follows.
        let value = self.expected.take().is_some_and(|end| !between(end));
        let broken = self.last.is_none_or(|last| between(last.span.end));
        // `a ? "b" : "c"`
        let chosen = self.program && self.last.is_some_and(|last| last.span.of(self.text) == "?");
        let first =
            broken || self.last.is_some_and(|l| matches!(l.kind, PieceKind::Open(_) | PieceKind::Comma));
        // A list has no keys, unless its closing bracket is missing.
        let listed = self.key.is_some() && self.levels.last().is_some_and(|(bracket, _)| *bracket != '{');
        let signed = !value && pieces.is_key() && !chosen && (first || !listed);
        if signed || self.is_key(written, first, pieces) {
            self.name(written, piece.span.end);
        } else if self.key.is_some() {
            self.run += usize::from(broken);
            if piece.kind == PieceKind::Text || !self.is_code(piece) {
                self.found.push(Value { span: piece.span, judged: self.judged(piece), run: self.run });
            }
        }
    }

    /// Whether a piece is a credentials key although no sign follows, because the sign is missing or comes later.
    /// `first` tells whether a member may begin here.
    fn is_key(&self, written: &str, first: bool, pieces: &mut Pieces<'t>) -> bool {
        let member = self.levels.last().is_some_and(|(bracket, _)| *bracket == '{');
        member
            && self.key.is_none()
            && is_credential_key(written)
            && (pieces.is_key_behind_marks() || first && pieces.goes_on())
    }

    fn name(&mut self, key: &'t str, end: u32) {
        // A list that contains a key was not closed.
        while let Some((bracket, _)) = self.levels.pop_if(|(bracket, _)| *bracket != '{') {
            self.count(bracket, false);
        }
        let below = self.levels.last().is_some_and(|(_, key)| key.is_some());
        self.key = (is_credential_key(key) || below && !stands_beside(key)).then_some(key);
        (self.expected, self.run) = (self.key.map(|_| end), self.run + 1);
    }

    /// Returns the part of a value that is most likely meant; `None` where that is unclear.
    fn judged(&self, piece: Piece) -> Option<Span> {
        let behind = self.text.get(piece.span.end as usize..).unwrap_or("");
        let closed =
            behind.strip_prefix(['"', '\'', '`', '“', '”']).map(|rest| rest.trim_start_matches([' ', '\t']));
        if closed
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([',', '}', ']', ')', ';', '\n', '/']))
        {
            return Some(piece.span);
        }
        let written = piece.span.of(self.text);
        let meant = written.find([',', '}', ']']).unwrap_or(written.len());
        let whole = !written.contains(['"', '`']) && !written.contains("':");
        whole.then(|| Span::new(piece.span.start as usize, piece.span.start as usize + meant))
    }

    /// Whether a word is not a secret literal: a few digits, an operator, an ellipsis, a call, or in programs a
    /// name.
    fn is_code(&self, piece: Piece) -> bool {
        let word = piece.span.of(self.text);
        let number = self.key.is_some_and(|key| is_short_number(key, word));
        if number || !word.contains(char::is_alphanumeric) || word.starts_with("...") {
            return true;
        }
        let name = |c: char| c.is_ascii_alphabetic() || "_$.?!".contains(c);
        let rest = self.text.get(piece.span.end as usize..).unwrap_or("").trim_start_matches([' ', '\t']);
        let ends = rest.is_empty() || rest.starts_with(|c: char| "\n,;:=)]}([?|&+".contains(c));
        let named = self.program && (ends || ["await", "new"].contains(&word));
        word.chars().all(name) && (named || rest.starts_with('('))
    }
}

/// Returns the index of a bracket in the counts of open brackets.
fn kind_of(bracket: char) -> usize {
    "{[(".find(bracket).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, program: bool) -> Vec<&str> {
        values(text, program).iter().map(|value| value.span.of(text)).collect()
    }

    #[test]
    fn what_follows_a_credentials_key_is_its_value() {
        for (text, expected) in [
            ("{ \"credentials\": \"a b, c\n \"type\": \"x\" }", "a b, c"),
            ("{ \"credentials\": \"a, \"type\": \"x\" }", "a, "),
            ("{ \"name\": \"N, \"credentials\": \"a\", \"type\": \"x\" }", "a"),
            ("{ \"name: \"N\", \"credentials: \"a\" }", "a"),
            ("{ \"name\": 'N\", \"password\": 'a' }", "a"),
            ("{ name: \"N, password: \"a\" }", "a"),
            ("{ name: 'N, auth: { password: 'a', type: 'x' } }", "a"),
            ("{ \"credentials: { \"value\": \"a\" } }", "a"),
            ("{ \"credentials;: \"a\", \"type\": \"x\" }", "a"),
            ("{ \"credentials\"}: \"a\", \"type\": \"x\" }", "a"),
            ("{ auth: \" credentials: \"a\", type: \"x\" }", "a"),
            ("{ \"credentials\": , \"a\", \"type\": \"x\" }", "a"),
            ("{ \"credentials\": , \"type\": \"x\" }", ""),
            ("{ \"secrets\": [\"a\", 12, b], \"token\": 12, \"type\": \"x\" }", "a|12|b"),
            ("{ \"secrets\": [\"a\", \"b\", \"type\": \"x\" }", "a|b"),
            ("{ \"secrets\": [\"a\", \"b\" }, \"type\": \"x\" }", "a|b"),
            ("{ \"credentials\": { \"value\": \"a\", \"user\": \"x\" }, \"type\": \"x\" }", "a"),
            ("{ \"credentials\": 123456789, \"type\": \"x\" }", "123456789"),
            ("{ \"credentials\" = \"a\" \"type\" = \"x\" }", "a"),
            ("{ \"credentials\" \"a\", \"type\": \"x\" }", "a"),
            ("{ credentials: `a\nb`, type: `x` }", "a\nb"),
            ("{ credentials: u:a-1, type: x }", "u:a-1"),
            ("{ credentials: a,1, type: x }", "a|1"),
            ("{credentials:a1,type:x}", "a1"),
            ("{ “credentials”: “a b”, “type”: “x” }", "a b"),
            ("{ \"credentials\":\n \"type\": \"x\" }", ""),
            ("{ \"credentials\": \"a\": \"b\", \"type\": \"x\" }", "a|b"),
            ("{ \"type\": \"password\", \"x\": [\"token\", \"y\"] }", ""),
        ] {
            assert_eq!(found(text, false).join("|"), expected, "{text}");
        }
    }

    #[test]
    fn programs_have_names_for_what_is_secret() {
        for (text, expected) in [
            ("{ token: config.token, secret: get(\"a\"), type: 'x' }", "a"),
            ("{ ...base, credentials: prod ? \"a\" : \"b\", type: 'x' }", "a|b"),
            ("{ credentials: { ...base, token, key: await read('a1') }, type: 'x' }", "a1"),
            ("{ token, user }", ""),
            ("{ token() { return 'x' } }", ""),
            ("{ password: hunter2 }", "hunter2"),
            ("{ password: correct horse\" }", "correct|horse| }"),
        ] {
            assert_eq!(found(text, true).join("|"), expected, "{text}");
        }
    }

    /// Tests every error of one character in a block, except those that leave no key.
    #[test]
    fn one_wrong_character_shows_nothing() {
        const SECRET: &str = "gulls-7-pier";
        for block in [
            "{ \"integration\": {\n  \"name\": \"Pay\",\n  \"auth\": { \"type\": \"x\", \"credentials\": \"S\" },\n  \"config\": {}\n} }",
            "{ \"integration\": { \"name\": \"Pay\", \"credentials\": { \"credentials\": \"S\" }, \"type\": \"x\" } }",
            "{ integration: { name: 'Pay', auth: { credentials: 'S', type: 'x' }, config: { timeout: '30s' } } }",
        ] {
            let text = block.replace('S', SECRET);
            let kept =
                ["credentials", SECRET].map(|word| text.rfind(word).map(|at| at..at + word.len()).unwrap());
            for at in (0..text.len()).filter(|at| !kept.iter().any(|word| word.contains(at))) {
                let (before, behind) = text.split_at(at);
                let mut slips = vec![format!("{before}{}", &behind[1..])];
                for slip in ["\"", "'", "`", ":", "=", "\\", "\n"] {
                    slips.push(format!("{before}{slip}{behind}"));
                    slips.push(format!("{before}{slip}{}", &behind[1..]));
                }
                for slip in slips.iter().filter(|slip| !slip.contains("\\credentials")) {
                    let at = slip.find(SECRET).unwrap();
                    let secret = Span::new(at, at + SECRET.len());
                    let refers = |judged: Span| judged.of(slip).lines().all(|line| is_reference(line, &[]));
                    let hidden = |program| {
                        let values = values(slip, program);
                        values.iter().any(|v| v.span.contains(secret) && !v.judged.is_some_and(refers))
                    };
                    assert!(hidden(false) && hidden(true), "{slip}");
                }
            }
        }
    }
}
