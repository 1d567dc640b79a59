//! Differences between links: added, removed, broken, mended, or leading elsewhere. The links of a note that was
//! itself added or removed are not listed. A link that only followed its target, or is written in another form,
//! is unchanged.

use std::collections::HashSet;

use super::notes::Pairs;
use super::{Change, FieldChange, Spot, Subject, paired};
use crate::syntax::link::RawLink;
use crate::vault::fragment::Fragment;
use crate::vault::names::Resolution;
use crate::vault::{Note, Role, Vault};

/// A link of a note. Links with the same text count once.
struct Led {
    line: u32,
    /// The path and fragment as written.
    written: String,
    /// The path of its target; `None` if it leads nowhere.
    target: Option<String>,
    /// The path of its target, mapped to the newer vault.
    target_now: Option<String>,
}

pub(super) fn changes(pairs: &Pairs<'_>, changes: &mut Vec<Change>) {
    let reach = Reach::of(pairs);
    for pair in &pairs.all {
        let (Some(before), Some(after)) = (pair.before, pair.after) else { continue };
        if pair.is_unchanged() && !reach.touches(pairs.new, after) {
            continue;
        }
        let judged = |note: &Note| matches!(note.role, Role::Ordinary | Role::Canvas);
        let legible = |note: &Note| judged(note) && !note.facts.is_unread();
        if !legible(before) || !legible(after) {
            continue;
        }
        let was = links(pairs.old, before, |path| pairs.now(path));
        let is = links(pairs.new, after, |path| path);
        let mut push = |was: Option<&Led>, is: Option<&Led>| {
            let target = |led: Option<&Led>| led.and_then(|led| led.target.clone());
            let (old, new) = (target(was), target(is));
            let Some(shown) = is.or(was) else { return };
            let led = old.is_some() || new.is_some();
            let field = led.then(|| FieldChange { field: "target".to_owned(), old, new });
            let spot = |note: &Note, led: &Led| Spot { note: note.path.clone(), line: Some(led.line) };
            changes.push(Change {
                subject: Subject::Link(shown.written.clone()),
                before: was.map(|led| spot(before, led)),
                after: is.map(|led| spot(after, led)),
                fields: field.into_iter().collect(),
            });
        };
        let by_text = |links: &'_ [Led]| -> Vec<(String, usize)> {
            links.iter().map(|led| led.written.clone()).zip(0..).collect()
        };
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for pair in paired(by_text(&was), by_text(&is)) {
            match pair {
                (Some(a), Some(b)) if was[a].target_now == is[b].target_now => {}
                (Some(a), Some(b)) => push(Some(&was[a]), Some(&is[b])),
                (a, b) => {
                    gone.extend(a.map(|a| &was[a]));
                    come.extend(b.map(|b| &is[b]));
                }
            }
        }
        // The same target in other words: the link followed a rename, or has another form.
        let targets = |links: &[&Led]| -> HashSet<String> {
            links.iter().filter_map(|led| led.target_now.clone()).collect()
        };
        let (left, right) = (targets(&gone), targets(&come));
        let other = |led: &&Led, targets: &HashSet<String>| {
            led.target_now.as_ref().is_none_or(|target| !targets.contains(target))
        };
        gone.into_iter().filter(|led| other(led, &right)).for_each(|led| push(Some(led), None));
        come.into_iter().filter(|led| other(led, &left)).for_each(|led| push(None, Some(led)));
    }
}

/// The other changes that can change where the links of an unchanged note lead.
struct Reach<'v> {
    /// Whether a file was added or removed: then any link may lead elsewhere.
    names: bool,
    /// The notes that changed: a link to a part of one may now lead nowhere, or lead somewhere again.
    notes: HashSet<&'v str>,
}

impl<'v> Reach<'v> {
    fn of(pairs: &Pairs<'v>) -> Self {
        let changed = pairs.all.iter().filter(|pair| !pair.is_unchanged());
        Self {
            names: pairs.old.names().paths() != pairs.new.names().paths(),
            notes: changed.filter_map(|pair| Some(pair.after?.path.as_str())).collect(),
        }
    }

    fn touches(&self, vault: &Vault, note: &Note) -> bool {
        let changed = |link: &RawLink| {
            let file = vault.resolve(note, link).file();
            file.is_some_and(|file| self.notes.contains(vault.names().path(file)))
        };
        let parts = || note.facts.links.iter().filter(|link| link.fragment.is_some());
        self.names || (!self.notes.is_empty() && parts().any(changed))
    }
}

/// Returns the links of a note outside of boards, each text once.
fn links<'p>(vault: &'p Vault, note: &Note, now: impl Fn(&'p str) -> &'p str) -> Vec<Led> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for link in note.facts.links.iter().filter(|link| !link.generated) {
        let fragment = link.fragment.map(|fragment| note.facts.text(fragment));
        let end = fragment.map_or_else(String::new, |fragment| format!("#{fragment}"));
        let written = format!("{}{end}", note.facts.text(link.path));
        if !seen.insert(written.clone()) {
            continue;
        }
        let resolution = vault.resolve(note, link);
        let named = Vault::fragment(note, link);
        let file = resolution.file().filter(|file| leads_there(vault, *file, named.as_ref()));
        let target = |path: &str| format!("{path}{end}");
        let out = || (resolution == Resolution::External).then(|| written.clone());
        let (target, target_now) = match file.map(|file| vault.names().path(file)) {
            Some(path) => (Some(target(path)), Some(target(now(path)))),
            None => (out(), out()),
        };
        found.push(Led { line: link.place.line, written, target, target_now });
    }
    found
}

fn leads_there(vault: &Vault, file: crate::vault::names::FileId, fragment: Option<&Fragment>) -> bool {
    vault.fragment_ok(file, fragment) != Some(false)
}
