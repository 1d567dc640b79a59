//! Decides whether the title of an entry has the form that a log template defines.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use aho_corasick::AhoCorasick;

use super::log_template::{Piece, TitleForm};
use crate::text::fold::fold;

impl TitleForm {
    /// Whether a title has this form: the literal words in order, ignoring case and spacing, with some text in the
    /// place of each placeholder.
    #[must_use]
    pub fn matches(&self, title: &str) -> bool {
        Form::of(self).matches(&squeeze(title))
    }
}

/// The forms of many templates, prepared for matching many titles.
#[derive(Default)]
pub(crate) struct Forms {
    /// The forms with their indexes. Of equal forms only the first is kept.
    all: Vec<(usize, Form)>,
    /// For each text that is searched, the forms that require it in a title.
    by_text: Vec<Vec<usize>>,
    /// The forms that must be compared with every title.
    others: Vec<usize>,
    search: Option<AhoCorasick>,
}

/// Up to this many forms are compared directly, because a search for their texts would take longer.
const FEW: usize = 8;

impl Forms {
    pub(crate) fn of<'t>(forms: impl Iterator<Item = &'t TitleForm>) -> Self {
        let mut seen = HashSet::new();
        let forms = forms.map(Form::of).enumerate().filter(|(_, form)| seen.insert(form.clone()));
        let mut ready = Self { all: forms.collect(), ..Self::default() };
        if ready.all.len() <= FEW {
            ready.others = (0..ready.all.len()).collect();
            return ready;
        }
        let mut common: HashMap<&str, usize> = HashMap::new();
        for option in ready.all.iter().flat_map(|(_, form)| form.pieces()).flatten() {
            *common.entry(option).or_default() += 1;
        }
        let mut texts: HashMap<&str, usize> = HashMap::new();
        let mut patterns = Vec::new();
        for (at, (_, form)) in ready.all.iter().enumerate() {
            // Every matching title contains this piece, and few other forms have it.
            let commonest = |piece: &&[String]| piece.iter().map(|option| common.get(option.as_str())).max();
            let sayings = form.pieces().filter(|piece| !piece.is_empty() && !piece.contains(&String::new()));
            let Some(rarest) = sayings.min_by_key(commonest) else {
                ready.others.push(at);
                continue;
            };
            for option in rarest {
                let number = *texts.entry(option).or_insert_with(|| {
                    patterns.push(option.as_str());
                    ready.by_text.push(Vec::new());
                    patterns.len() - 1
                });
                ready.by_text[number].push(at);
            }
        }
        ready.search = AhoCorasick::new(&patterns).ok();
        if ready.search.is_none() {
            // The texts need more memory than there is.
            ready.others = (0..ready.all.len()).collect();
        }
        ready
    }

    /// Returns the index of the first form that a title has.
    pub(crate) fn first(&self, title: &str) -> Option<usize> {
        let title = squeeze(title);
        let found = self.search.iter().flat_map(|search| search.find_overlapping_iter(&title));
        let texts: BTreeSet<usize> = found.map(|found| found.pattern().as_usize()).collect();
        let begun = texts.iter().filter_map(|text| self.by_text.get(*text)).chain([&self.others]);
        let first = begun.fold(None, |found, forms| {
            let earlier = forms.iter().copied().take_while(|at| found.is_none_or(|found| *at < found));
            earlier
                .filter_map(|at| self.all.get(at).map(|(_, form)| (at, form)))
                .find(|(_, form)| form.matches(&title))
                .map(|(at, _)| at)
                .or(found)
        });
        first.and_then(|at| self.all.get(at)).map(|(place, _)| *place)
    }
}

/// A prepared form, with its words folded and grouped into runs.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Form {
    /// The run before the first placeholder.
    first: Run,
    /// The runs between two placeholders.
    between: Vec<Run>,
    /// The run after the last placeholder; `None` where there is no placeholder.
    last: Option<Run>,
}

impl Form {
    fn of(form: &TitleForm) -> Self {
        let mut pieces: Vec<Cow<'_, Piece>> = Vec::with_capacity(form.0.len());
        for piece in &form.0 {
            // The sign before a version is a fixed one.
            if let Piece::Version(form) = piece
                && form.starts_with(['v', 'V'])
            {
                pieces.push(Cow::Owned(Piece::Literal("v".to_owned())));
            }
            pieces.push(Cow::Borrowed(piece));
        }
        let is_open = |piece: &Cow<'_, Piece>| matches!(**piece, Piece::Placeholder(_) | Piece::Version(_));
        let mut runs = pieces.split(is_open).map(Run::of);
        let first = runs.next().unwrap_or_else(|| Run(Vec::new()));
        let mut between: Vec<Run> = runs.collect();
        let last = between.pop();
        between.retain(|run| !run.0.is_empty());
        Self { first, between, last }
    }

    /// Returns the pieces, each as a list of texts of which every matching title contains one.
    fn pieces(&self) -> impl Iterator<Item = &[String]> {
        let runs = std::iter::once(&self.first).chain(&self.between).chain(&self.last);
        runs.flat_map(|run| run.0.iter().map(Vec::as_slice))
    }

    /// Whether a squeezed title has this form.
    fn matches(&self, title: &str) -> bool {
        // Most titles that begin like a form end differently.
        if !self.last.as_ref().unwrap_or(&self.first).may_end(title) {
            return false;
        }
        let Some(last) = &self.last else { return self.first.ends(title, 0).contains(&title.len()) };
        // The text after a placeholder may be anywhere, so the shortest match leaves the most for the rest.
        let Some(mut at) = self.first.ends(title, 0).first().copied() else { return false };
        let mut tries = TRIES;
        for run in &self.between {
            let Some(end) = run.find(title, at, &mut tries) else { return false };
            at = end;
        }
        if last.0.is_empty() {
            return !title[at..].trim().is_empty();
        }
        last.start(title).is_some_and(|start| start > at)
    }
}

/// How many positions in a title are tried for alternative words. Titles that people write stay far below this.
const TRIES: usize = 2_000;

/// The pieces between two placeholders, each as a list of alternative texts.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Run(Vec<Vec<String>>);

impl Run {
    fn of(pieces: &[Cow<'_, Piece>]) -> Self {
        let options = |piece: &Cow<'_, Piece>| match &**piece {
            Piece::Literal(text) => vec![squeeze(text)],
            // A title may contain the alternatives as the template writes them.
            Piece::Choice(words) => {
                words.iter().map(|word| squeeze(word)).chain([squeeze(&words.join("/"))]).collect()
            }
            Piece::Placeholder(_) | Piece::Version(_) => Vec::new(),
        };
        Self(pieces.iter().map(options).collect())
    }

    /// Whether a title may end with the last piece.
    fn may_end(&self, title: &str) -> bool {
        self.0.last().is_none_or(|options| options.iter().any(|option| title.ends_with(&**option)))
    }

    /// Returns where the pieces may end that begin at a position of a title, nearest first. With `Update/Updated`,
    /// both may match there, and only the text after them decides.
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

    /// Returns where the next occurrence of the pieces ends, after at least one character from `at` on.
    fn find(&self, title: &str, at: usize, tries: &mut usize) -> Option<usize> {
        let first = self.0.first()?;
        // The next position of each option. An option that was found is not searched again.
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

    /// Returns where the pieces begin that the title ends with; the last such position.
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

/// Folds case, and replaces runs of white space by one space.
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
    use crate::text::growth::excess;

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
        let version = form("vX.Y.Z: Added [what]");
        assert!(version.matches("v1.3.0: Added x") && !version.matches("Later: Added x"));
        let ends = form("Linked [a] with [b] again");
        assert!(ends.matches("Linked x again with y again") && !ends.matches("Linked x with y again."));
    }

    #[test]
    fn of_many_forms_the_first_counts() {
        let templates =
            ["Updated [x] twice", "Added/Modified [x]", "[x] added", "Updated [x]", "Modified a", ""];
        let forms: Vec<TitleForm> = templates.into_iter().map(form).collect();
        let ready = Forms::of(forms.iter());
        for (title, expected) in [
            ("Updated a twice", Some(0)),
            ("UPDATED  a", Some(3)),
            ("Modified a", Some(1)),
            ("Modified/x added", Some(2)),
            ("Added/Modified x added", Some(1)),
            ("", Some(5)),
            ("Removed a", None),
            ("Updated", None),
        ] {
            assert_eq!(ready.first(title), expected, "{title}");
            assert_eq!(forms.iter().position(|form| form.matches(title)), expected, "{title}");
        }
    }

    #[test]
    fn many_forms_are_looked_up() {
        let all =
            ["Step{n} of [x]", "[a] for [b] t{n}", "Did [a] s{n} with [b]", "Add/[a]{n} now", "[a]", "s{n}"];
        let forms: Vec<TitleForm> =
            (0..20).flat_map(|n| all.map(|text| form(&text.replace("{n}", &n.to_string())))).collect();
        let ready = Forms::of(forms.iter());
        for n in [0, 1, 7, 19, 20] {
            for title in
                ["step{n}  of x", "x for y t{n}", "did s1 s{n} with s2", "add", "x{n} now", "s{n}", ""]
            {
                let title = title.replace("{n}", &n.to_string());
                assert_eq!(
                    ready.first(&title),
                    forms.iter().position(|form| form.matches(&title)),
                    "{title}"
                );
            }
        }
        // Each title is read once, not once for each form.
        for text in &all {
            let make = |count: usize| {
                let text = |n: usize| text.replace("{n}", &n.to_string());
                let forms: Vec<TitleForm> = (0..count).map(|n| form(&text(n))).collect();
                let titles: Vec<String> = (0..count).map(|n| text(n).replace(['[', ']'], "") + "?").collect();
                (Forms::of(forms.iter()), titles)
            };
            let excess = excess(text, 200, make, |(ready, titles)| {
                for title in titles {
                    std::hint::black_box(ready.first(title));
                }
            });
            assert_eq!(excess, None);
        }
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
