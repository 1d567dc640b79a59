//! Recognises comments for portolan whose first word is misspelt. They have no effect, which nobody would notice
//! without a finding.

use crate::text::closest::nearest;

/// The words with which comments for portolan begin.
const KNOWN: [&str; 4] = ["board", "end", "allow", "allow-file"];

/// The words that other tools use for `allow`.
const OTHERS: [&str; 5] = ["ignore", "disable", "suppress", "silence", "skip"];

/// A word that is nearly a known one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misspelt {
    /// The word as it is written, with `portolan:` before it.
    pub(super) written: String,
    /// The known word that was probably meant.
    pub(super) meant: &'static str,
}

impl Misspelt {
    /// Reads the first word of a comment; `words` follow `portolan:`. `None` if the word is a known one, or if the
    /// comment may be prose, since a note may be about portolan.
    pub(super) fn read(words: &str) -> Option<Self> {
        let bare = words.trim_start();
        let (verb, rest) = bare.split_once(char::is_whitespace).unwrap_or((bare, ""));
        let verb = verb.trim_end_matches(':');
        let is_apart = bare.len() < words.len();
        let meant = if is_apart { as_a_marker_has_it(verb, rest) } else { near(verb, rest) }?;
        let blank = if is_apart { " " } else { "" };
        Some(Self { written: format!("portolan:{blank}{verb}"), meant })
    }

    /// Reads a comment as a start marker with a misspelt first word, whatever follows that. Only an end marker
    /// without a start tells it from prose.
    pub(super) fn read_as_start(words: &str) -> Option<Self> {
        let bare = words.trim_start();
        let verb = bare.split_whitespace().next()?.trim_end_matches(':');
        let is_apart = bare.len() < words.len();
        let is_first = verb.starts_with(['b', 'B']) && nearest(verb, KNOWN) == Some("board");
        let is_meant = if is_apart { verb == "board" } else { verb != "board" && is_first };
        let blank = if is_apart { " " } else { "" };
        is_meant.then(|| Self { written: format!("portolan:{blank}{verb}"), meant: "board" })
    }

    /// Returns what to say about it.
    pub(super) fn message(&self) -> String {
        format!("`{}` is nothing that portolan knows: did you mean `portolan:{}`?", self.written, self.meant)
    }

    /// Whether a silencer was probably meant.
    pub(super) fn is_silencer(&self) -> bool {
        self.meant.starts_with("allow")
    }
}

/// Returns the known word that is nearest to one directly after the colon.
fn near(verb: &str, rest: &str) -> Option<&'static str> {
    if KNOWN.contains(&verb) {
        return None;
    }
    let of_others = |other: &&str| {
        let behind = verb.get(..other.len()).filter(|word| word.eq_ignore_ascii_case(other));
        behind.is_some_and(|word| verb.len() == word.len() || verb[word.len()..].starts_with('-'))
    };
    if OTHERS.iter().any(of_others) {
        return Some(if verb.to_ascii_lowercase().contains("file") { "allow-file" } else { "allow" });
    }
    // Typing errors are rarely in the first letter, and `follow` is not a misspelt `allow`.
    let first = |word: &str| word.chars().next().map(|c| c.to_ascii_lowercase());
    let near = nearest(verb, KNOWN).filter(|known| first(known) == first(verb))?;
    let has_its_form = match near {
        "board" => is_kind(rest),
        "end" => is_digest(rest),
        _ => true,
    };
    has_its_form.then_some(near)
}

/// Returns the known word that follows the colon and a blank, if the rest has the form of a marker or a silencer.
fn as_a_marker_has_it(verb: &str, rest: &str) -> Option<&'static str> {
    let known = KNOWN.into_iter().find(|known| *known == verb)?;
    let mut words = rest.split_whitespace();
    let first = words.next();
    let is_so = match known {
        "board" => is_kind(rest),
        "end" => is_digest(rest),
        _ => first.is_some_and(|rule| rule.trim_end_matches([',', ':']).contains('-')) && rest.contains(':'),
    };
    is_so.then_some(known)
}

/// Whether a kind of board follows, with nothing or an attribute after it. The value of an attribute may have blanks.
fn is_kind(rest: &str) -> bool {
    let mut words = rest.split_whitespace();
    words.next().is_some() && words.next().is_none_or(|word| word.contains('='))
}

/// Whether nothing follows, or only the digest of a board.
fn is_digest(rest: &str) -> bool {
    let rest = rest.trim();
    rest.is_empty() || (rest.len() == 16 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_nearly_one() {
        for (words, expected) in [
            ("baord events", Some(("portolan:baord", "board"))),
            ("boards events", Some(("portolan:boards", "board"))),
            ("Board events", Some(("portolan:Board", "board"))),
            ("bord events limit=5", Some(("portolan:bord", "board"))),
            ("baord integrations where=\"health != ok\"", Some(("portolan:baord", "board"))),
            ("baord events columns=\"name, status\" limit=5", Some(("portolan:baord", "board"))),
            ("Board components where=\"status = 'In Progress'\"", Some(("portolan:Board", "board"))),
            ("bord", None),
            ("boards below are generated", None),
            ("Boards: see the README", None),
            ("board's owner: Ruth", None),
            (" board events limit=5", Some(("portolan: board", "board"))),
            ("ned", None),
            ("edn 5f1c0d2a9b3e4c77", Some(("portolan:edn", "end"))),
            ("End", Some(("portolan:End", "end"))),
            (" end", Some(("portolan: end", "end"))),
            ("ignore link-unresolved: x", Some(("portolan:ignore", "allow"))),
            ("ignore-file link-unresolved: x", Some(("portolan:ignore-file", "allow-file"))),
            ("disable-next-line link-unresolved", Some(("portolan:disable-next-line", "allow"))),
            ("allows link-unresolved: x", Some(("portolan:allows", "allow"))),
            ("allow_file: link-unresolved", Some(("portolan:allow_file", "allow-file"))),
            (" allow link-unresolved: x", Some(("portolan: allow", "allow"))),
            ("board events", None),
            ("allow: x", None),
            ("end", None),
            ("", None),
            (" see README", None),
            (" board members see the README", None),
            (" board", None),
            (" end of the generated part", None),
            (" allow no others", None),
            (" ignore what follows", None),
            ("ended in 2024", None),
            ("follow [[x]]", None),
            ("ignored by all", None),
            ("todo write more", None),
            ("a chart of ports", None),
        ] {
            let found = Misspelt::read(words);
            let found = found.as_ref().map(|found| (found.written.as_str(), found.meant));
            assert_eq!(found, expected, "{words:?}");
        }
    }
}
