//! Recognises notes of a baseline that have another path now. No file records that, so they are recognised by
//! the findings that they are excused for.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::finding::Finding;
use crate::report::baseline::Excused;
use crate::text::path;

/// A finding that more notes than this have identifies none of them: every note of a vault may lack the same
/// two keys.
const FEW: usize = 64;

/// The most trials of a finding in a note that is gone. Beyond that, only findings of notes with the same
/// file name are tried.
const MAX_TRIALS: usize = 500_000;

/// A note that seems to have another path now.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Followed {
    pub(super) from: String,
    pub(super) to: String,
}

/// Moves the entries of notes that are gone to the notes that they seem to be now. Each goes to the only note
/// that has most of the findings excused for the old one, that has the same file name or some finding that
/// [few](FEW) notes have, and that has no entries under its present path. `judged` tells whether the check
/// has run a rule on a note, and may have to read the note for that.
pub(super) fn follow(
    entries: &mut BTreeMap<String, Excused>,
    findings: &[Finding],
    is_there: impl Fn(&str) -> bool,
    judged: impl Fn(&str, &str) -> bool,
) -> Vec<Followed> {
    let mut gone: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut known: HashSet<String> = HashSet::new();
    for (fingerprint, entry) in entries.iter() {
        if known.contains(&entry.note) || is_there(&entry.note) {
            known.insert(entry.note.clone());
        } else {
            gone.entry(entry.note.clone()).or_default().push(fingerprint.clone());
        }
    }
    if gone.is_empty() {
        return Vec::new();
    }
    let mut others: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|f| !known.contains(&f.note) && !gone.contains_key(&f.note)) {
        others.entry(&finding.note).or_default().push(finding);
    }
    learn(entries, &gone, &others);
    let having = Having::of(&others);
    let mut followed = Vec::new();
    for (from, fingerprints) in &gone {
        let excused: Vec<&Excused> = fingerprints.iter().filter_map(|print| entries.get(print)).collect();
        let fits = having.fits(from, &excused, |note| others.contains_key(note), &judged);
        let Some(to) = fits else { continue };
        for finding in others.remove(to).unwrap_or_default() {
            let Some(old) = entries.get_mut(&as_in(finding, from)).filter(|old| old.count > 0) else {
                continue;
            };
            old.count -= 1;
            entries.entry(finding.fingerprint()).or_insert_with(|| Excused::none_of(finding)).count += 1;
        }
        followed.push(Followed { from: from.clone(), to: to.to_owned() });
    }
    entries.retain(|_, entry| entry.count > 0);
    followed
}

/// Finds out by trial what entries are about that lack `about`, because an earlier portolan wrote them. Where
/// there are too many to try, notes with another file name are not recognised.
fn learn(
    entries: &mut BTreeMap<String, Excused>,
    gone: &BTreeMap<String, Vec<String>>,
    others: &BTreeMap<&str, Vec<&Finding>>,
) {
    let of = |from: &String| gone.get(from).into_iter().flatten();
    let unknown: Vec<&String> = gone
        .keys()
        .filter(|from| of(from).any(|print| entries.get(print).is_some_and(|entry| entry.about.is_none())))
        .collect();
    if unknown.is_empty() {
        return;
    }
    let one_of_each: BTreeMap<String, &Finding> =
        others.values().flatten().map(|finding| (finding.about(), *finding)).collect();
    let unknown_count = unknown.len();
    let of_all = unknown_count * one_of_each.len() <= MAX_TRIALS;
    let mut by_name: HashMap<&str, Vec<&Finding>> = HashMap::new();
    for (note, findings) in others.iter().filter(|_| !of_all) {
        by_name.entry(path::file_name(note)).or_default().extend(findings);
    }
    for from in unknown {
        let mut learn = |finding: &Finding| {
            if let Some(entry) = entries.get_mut(&as_in(finding, from)) {
                entry.about.get_or_insert_with(|| finding.about());
            }
        };
        if of_all {
            one_of_each.values().copied().for_each(&mut learn);
        } else {
            // There may also be too many notes of one name to try them all.
            let named = by_name.get(path::file_name(from)).into_iter().flatten().copied();
            named.take(MAX_TRIALS / unknown_count).for_each(&mut learn);
        }
    }
}

/// The notes that have a finding, in order.
#[derive(Default)]
struct Having<'f> {
    /// By finding: what it is about in any note, and how many like it the note has before it.
    by_finding: HashMap<(String, usize), Vec<&'f str>>,
    /// By file name.
    by_name: HashMap<&'f str, Vec<&'f str>>,
}

impl<'f> Having<'f> {
    fn of(others: &BTreeMap<&'f str, Vec<&'f Finding>>) -> Self {
        let mut having = Self::default();
        for (note, findings) in others {
            having.by_name.entry(path::file_name(note)).or_default().push(note);
            let mut alike: HashMap<String, usize> = HashMap::new();
            for finding in findings {
                let about = finding.about();
                let before = alike.entry(about.clone()).or_default();
                having.by_finding.entry((about, *before)).or_default().push(note);
                *before += 1;
            }
        }
        having
    }

    /// Returns the note that a missing one seems to be now: the only one that has most of what is excused,
    /// among those with the same file name, or else among all.
    fn fits(
        &self,
        from: &str,
        excused: &[&Excused],
        is_free: impl Fn(&str) -> bool,
        judged: impl Fn(&str, &str) -> bool,
    ) -> Option<&'f str> {
        let mut of_rule: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in excused {
            *of_rule.entry(&entry.rule).or_default() += entry.count;
        }
        let all_in = |note: &str| -> usize {
            of_rule.iter().filter(|(rule, _)| judged(rule, note)).map(|(_, count)| count).sum()
        };
        let (rare, common): (Vec<&[&str]>, Vec<&[&str]>) =
            excused.iter().flat_map(|entry| self.that_have(entry)).partition(|notes| notes.len() <= FEW);
        let named = self.by_name.get(path::file_name(from)).map_or(&[][..], Vec::as_slice);
        let mut same: BTreeMap<&str, usize> = BTreeMap::new();
        if named.len() <= FEW {
            same.extend(named.iter().map(|note| (*note, 0)));
        }
        for note in rare.into_iter().flatten() {
            *same.entry(note).or_default() += 1;
        }
        let has_most = |(note, rare): (&&'f str, &usize)| {
            if !is_free(note) {
                return false;
            }
            let all = all_in(note);
            let is_most = |same: usize| all > 0 && same * 2 > all;
            let shared = || common.iter().filter(|notes| notes.binary_search(note).is_ok()).count();
            is_most(rare + common.len()) && is_most(rare + shared())
        };
        let most: Vec<&'f str> = same.iter().filter(|of| has_most(*of)).map(|(note, _)| *note).collect();
        // With two candidates, nothing tells which one it is.
        let only = |notes: &[&'f str]| if let [note] = notes { Some(*note) } else { None };
        let of_that_name: Vec<&'f str> =
            most.iter().copied().filter(|note| path::file_name(note) == path::file_name(from)).collect();
        only(&of_that_name).or_else(|| only(&most))
    }

    /// Returns the notes that have a finding like an excused one, then those that have a second one like it,
    /// and so on.
    fn that_have<'h>(&'h self, entry: &'h Excused) -> impl Iterator<Item = &'h [&'f str]> {
        let of = |about: &String, before| self.by_finding.get(&(about.clone(), before));
        let counts = entry.about.iter().flat_map(|about| (0..entry.count).map(move |n| (about, n)));
        counts.map_while(move |(about, before)| of(about, before)).map(Vec::as_slice)
    }
}

/// Returns the fingerprint that a finding would have in another note.
fn as_in(finding: &Finding, note: &str) -> String {
    Finding::fingerprint_of(finding.rule, note, &finding.subject)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Severity;
    use crate::text::growth::excess;

    fn finding(note: &str, subject: &str) -> Finding {
        Finding::new("link-unresolved", Severity::Error, note, subject, String::new())
    }

    /// Builds findings from notes, each with what is found in it.
    fn findings(notes: &[(&str, &str)]) -> Vec<Finding> {
        let of = |(note, subjects): &(&str, &str)| {
            subjects.split(' ').map(|subject| finding(note, subject)).collect::<Vec<_>>()
        };
        notes.iter().flat_map(of).collect()
    }

    fn excused(findings: &[Finding]) -> BTreeMap<String, Excused> {
        let mut entries = BTreeMap::new();
        for finding in findings {
            entries.entry(finding.fingerprint()).or_insert_with(|| Excused::none_of(finding)).count += 1;
        }
        entries
    }

    fn all(entries: &mut BTreeMap<String, Excused>, findings: &[Finding]) -> Vec<(String, String)> {
        let followed = follow(entries, findings, |_| false, |_, _| true);
        followed.into_iter().map(|followed| (followed.from, followed.to)).collect()
    }

    #[test]
    fn a_note_is_known_by_most_of_what_it_is_excused_for() {
        for (old, new, expected) in [
            ("a b", &[("m", "a b")][..], Some("m")),
            ("a b", &[("m", "a")], None),
            ("a b", &[("m", "a b"), ("o", "a b")], None),
            ("a b", &[("m", "a b"), ("d/n", "a b")], Some("d/n")),
            ("a b c", &[("m", "a b"), ("d/n", "c")], Some("m")),
            ("a a b", &[("m", "a b"), ("o", "a c")], Some("m")),
            ("a a b", &[("m", "a a a"), ("o", "a c")], Some("m")),
            ("a a a b", &[("m", "a b")], None),
        ] {
            let new = findings(new);
            let mut entries = excused(&findings(&[("n", old)]));
            let to = all(&mut entries, &new).pop().map(|(_, to)| to);
            assert_eq!(to.as_deref(), expected, "{old} {new:?}");
            // An earlier portolan did not write `about`.
            let mut entries = excused(&findings(&[("n", old)]));
            for entry in entries.values_mut() {
                entry.about = None;
            }
            assert_eq!(all(&mut entries, &new).pop().map(|(_, to)| to).as_deref(), expected, "{old} {new:?}");
        }
    }

    /// Builds `n` notes, each with the findings `beside` and one that no other note has.
    fn many(n: usize, name: &str, beside: &[&str]) -> Vec<Finding> {
        let of = |i: usize| {
            let note = format!("{name}{i}/index.md");
            let beside = beside.iter().map(|subject| (*subject).to_owned());
            beside.chain([format!("own{i}")]).map(|subject| finding(&note, &subject)).collect::<Vec<_>>()
        };
        (0..n).flat_map(of).collect()
    }

    #[test]
    fn what_all_have_tells_of_none() {
        let old = many(100, "old", &["x", "y", "z"]);
        let followed = all(&mut excused(&old), &many(100, "new", &["x", "y", "z"]));
        assert_eq!(followed.len(), 100);
        assert!(followed.iter().all(|(from, to)| from.strip_prefix("old") == to.strip_prefix("new")));
        let mut new = many(100, "new", &["x", "y", "z"]);
        new.retain(|finding| !finding.subject.starts_with("own"));
        assert_eq!(all(&mut excused(&old), &new), []);
    }

    /// Entries of an earlier portolan have no `about`.
    #[test]
    fn many_entries_are_learnt_by_the_names_of_their_notes() {
        let make = |n: usize| (many(n, "old", &[]), n);
        let excess = excess("entries of an earlier portolan", 200, make, |(old, n)| {
            let mut new = old.clone();
            for (i, finding) in new.iter_mut().enumerate() {
                finding.note = format!("new/{i}.md");
            }
            let mut entries = excused(old);
            for entry in entries.values_mut() {
                entry.about = None;
            }
            all(&mut entries, &new);
            assert_eq!(old.len(), *n);
        });
        assert_eq!(excess, None);
    }

    #[test]
    fn any_number_of_notes_is_followed() {
        let make = |n: usize| (many(n, "old", &["x", "y"]), many(n, "new", &["x", "y"]));
        let excess = excess("renamed notes", 100, make, |(old, new)| {
            assert_eq!(all(&mut excused(old), new).len() * 3, old.len());
        });
        assert_eq!(excess, None);
    }
}
