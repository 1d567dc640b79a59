//! Whether the title of an entry has the form that a log template sets.

use super::log_template::{Piece, TitleForm};
use crate::text::fold::fold;

impl TitleForm {
    /// Whether a title has this form: the literal words in order, case and blanks folded, with
    /// something in the place of each placeholder.
    #[must_use]
    pub fn matches(&self, title: &str) -> bool {
        let title = squeeze(title);
        let mut runs = self.0.split(|piece| matches!(piece, Piece::Placeholder(_))).map(Run::of);
        let Some(first) = runs.next() else { return false };
        let mut runs: Vec<Run> = runs.collect();
        let Some(last) = runs.pop() else { return first.ends(&title, 0).contains(&title.len()) };
        // What comes behind a placeholder may stand anywhere, so the shortest way to it leaves most to come.
        let Some(mut at) = first.ends(&title, 0).first().copied() else { return false };
        let mut tries = TRIES;
        for run in runs.iter().filter(|run| !run.0.is_empty()) {
            let Some(end) = run.find(&title, at, &mut tries) else { return false };
            at = end;
        }
        if last.0.is_empty() {
            return !title[at..].trim().is_empty();
        }
        last.start(&title).is_some_and(|start| start > at)
    }
}

/// How many places of a title are tried for words that alternate. No title that anybody reads has as many.
const TRIES: usize = 2_000;

/// The pieces between two placeholders, each as the texts that may stand for it.
struct Run(Vec<Vec<String>>);

impl Run {
    fn of(pieces: &[Piece]) -> Self {
        let options = |piece: &Piece| match piece {
            Piece::Literal(text) => vec![squeeze(text)],
            // What the template has may stand in the title as it is.
            Piece::Choice(words) => {
                words.iter().map(|word| squeeze(word)).chain([squeeze(&words.join("/"))]).collect()
            }
            Piece::Placeholder(_) => Vec::new(),
        };
        Self(pieces.iter().map(options).collect())
    }

    /// Where the pieces end that stand at a place of a title, the nearest first. Of `Update/Updated` both may stand
    /// there, and only what follows tells which does.
    fn ends(&self, title: &str, at: usize) -> Vec<usize> {
        let mut ends = vec![at];
        for options in &self.0 {
            let after = |at: &usize| {
                let (at, rest) = (*at, &title[*at..]);
                options.iter().filter(move |option| rest.starts_with(&***option)).map(move |o| at + o.len())
            };
            ends = ends.iter().flat_map(after).collect();
            ends.sort_unstable();
            ends.dedup();
        }
        ends
    }

    /// Where the pieces end that come next behind something that begins at a place.
    fn find(&self, title: &str, at: usize, tries: &mut usize) -> Option<usize> {
        let first = self.0.first()?;
        // Where each option stands next; what has been found is not looked for again.
        let mut next = vec![Some(0); first.len()];
        let mut from = at + title[at..].chars().next()?.len_utf8();
        loop {
            for (option, hit) in
                first.iter().zip(&mut next).filter(|(_, hit)| hit.is_some_and(|hit| hit < from))
            {
                *hit = title[from..].find(option.as_str()).map(|hit| from + hit);
            }
            let start = next.iter().flatten().copied().min()?;
            if let Some(end) = self.ends(title, start).first() {
                return Some(*end);
            }
            *tries = tries.checked_sub(1)?;
            from = start + title[start..].chars().next()?.len_utf8();
        }
    }

    /// Where the pieces begin that stand at the end of a title, the furthest that they may.
    fn start(&self, title: &str) -> Option<usize> {
        let mut starts = vec![title.len()];
        for options in self.0.iter().rev() {
            let before = |at: &usize| {
                let (at, front) = (*at, &title[..*at]);
                options.iter().filter(move |option| front.ends_with(&***option)).map(move |o| at - o.len())
            };
            starts = starts.iter().flat_map(before).collect();
            starts.sort_unstable();
            starts.dedup();
        }
        starts.last().copied()
    }
}

/// Case folded and runs of blanks as one.
fn squeeze(text: &str) -> String {
    let folded = fold(text);
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::log_template::pieces;

    fn form(title: &str) -> TitleForm {
        TitleForm(pieces(title).unwrap())
    }

    #[test]
    fn titles_match_their_forms() {
        let update = form("Updated [component] status to [state]");
        assert!(update.matches("Updated Parcel Scanner status to 🟡 Degraded"));
        assert!(update.matches("updated  x status to y"));
        assert!(!update.matches("Updated status to y"), "nothing in the place of the component");
        assert!(!update.matches("Updated x status to "));
        let alert = form("Added/Modified alert for [condition]");
        assert!(alert.matches("Modified alert for rain") && alert.matches("added alert for rain"));
        assert!(!alert.matches("Removed alert for rain") && !alert.matches("Added alert for"));
        let ends = form("Linked [a] with [b] again");
        assert!(ends.matches("Linked x again with y again") && !ends.matches("Linked x with y again."));
    }

    #[test]
    fn words_of_which_one_begins_like_another() {
        for (template, fits, others) in [
            ("Update/Updated [x]", &["Update a", "Updated a"][..], &["Updates a", "Updated"][..]),
            ("Add/Added/Adding [x] on/only", &["Added a on", "adding a only"], &["Added a o", "Add on"]),
            (
                "[x] fix/fixed in [y]",
                &["a fix in b", "a fixed in b", "fix fixed in b"],
                &["fixed in b", "a fixes in b"],
            ),
            ("I/O error on [x]", &["I/O error on disk 1", "O error on a"], &["IO error on a"]),
            ("Set a/ab/abc", &["Set a", "Set abc", "Set a/ab/abc"], &["Set abcd", "Set"]),
            ("[a][b] on/off", &["x on"], &["on", " on"]),
            ("[x] to [y] to [z]", &["a to b to c", "a to to to c"], &["a to b"]),
        ] {
            let form = form(template);
            for title in fits {
                assert!(form.matches(title), "{template}: {title}");
            }
            for title in others {
                assert!(!form.matches(title), "{template}: {title}");
            }
        }
        let long = form("[x] a/b c/d [y]");
        assert!(!long.matches(&"a e ".repeat(50_000)), "and it ends");
    }
}
