//! Chooses among the groups of unreleased changes: `Added`, `Changed`, `Removed`.

use super::read::title;
use super::{Headed, Home, Homes, LINE, Meaning, Title, inside};
use crate::plan::history::lists_in;
use crate::syntax::markdown;
use crate::text::fold::{fold, heading_key, undecorated};
use crate::text::span::Span;
use crate::vault::Note;

/// The words with which titles of the same group begin. The first names the group.
const GROUPS: [&[&str]; 6] = [
    &[
        "added",
        "add",
        "adds",
        "created",
        "create",
        "new",
        "introduced",
        "introduces",
        "feat",
        "feature",
        "features",
        "new features",
    ],
    &[
        "changed", "change", "changes", "updated", "update", "updates", "modified", "renamed", "rename",
        "upgraded", "upgrade",
    ],
    &["deprecated", "deprecate", "deprecates"],
    &["removed", "remove", "removes", "deleted", "delete", "deletes", "dropped"],
    &["fixed", "fix", "fixes", "resolved", "bug", "bugfix", "bugfixes", "bug fixes", "hotfix", "corrected"],
    &["security"],
];
const CHANGED: usize = 1;
const REMOVED: usize = 3;

impl<'n> Homes<'n> {
    /// Adds the names of groups below headings for everything unreleased. They come behind all other headings, and
    /// say nothing about time.
    pub(super) fn add_groups(&mut self, note: &'n Note, text: &'n str) {
        for waiting in 0..self.headings.len() {
            let Headed { meaning: Meaning::Unreleased, section, body, .. } = self.headings[waiting] else {
                continue;
            };
            let first = inside(note, body).next().map_or(body.end, |heading| heading.span.start);
            let lines = group_lines(text, Span { end: first, ..body });
            let mut titles = lines.into_iter().chain(inside(note, body).map(|heading| title(note, heading)));
            let mut next = titles.next();
            while let Some(title) = next {
                next = titles.next();
                let end = next.as_ref().map_or(body.end, |next| next.span.start);
                let own = Span { start: title.span.end, end };
                let filled = !lists_in(&self.sections[section], own).is_empty();
                if self.headings.iter().any(|h| h.title.span == title.span) {
                    continue;
                }
                self.headings.push(Headed {
                    title,
                    meaning: Meaning::Nothing,
                    version: None,
                    around: Some(waiting),
                    section,
                    body: own,
                    own,
                    filled,
                    divided: false,
                    is_group: true,
                });
            }
        }
    }

    /// Returns the home below a heading for everything unreleased whose group fits a title.
    pub(super) fn among_groups(&self, heading: usize, title: &str) -> Home {
        let lists = || (0..self.lists.len()).filter(move |list| self.lists[*list].heading == Some(heading));
        let empty = || self.groups(heading).filter(|at| !self.headings[*at].filled);
        let latest = |fits: &dyn Fn(Option<&str>) -> bool| {
            lists().filter(|list| fits(self.lists[*list].group)).max_by_key(|list| self.lists[*list].told)
        };
        let find = |fits: &dyn Fn(&str) -> bool| {
            let list = latest(&|group| group.is_some_and(fits)).map(Home::List);
            list.or_else(|| empty().find(|at| fits(self.headings[*at].title.text)).map(Home::heading))
        };
        let without_group = || latest(&|group| group.is_none()).map(Home::List);
        if let Some(home) = find(&|group| fits(group, title)).or_else(without_group) {
            return home;
        }
        let is_any_known = find(&is_known).is_some();
        match known(first_word(&fold(title))) {
            // Removals are changes, too.
            Some(own) if is_any_known && own != CHANGED && own != REMOVED => Home::Ungrouped { heading },
            _ => find(&|group| names(group).any(|name| known(&name) == Some(CHANGED)))
                .or_else(|| latest(&|_| true).map(Home::List))
                .unwrap_or(Home::heading(heading)),
        }
    }

    /// Iterates over the names of groups below this heading for everything unreleased.
    fn groups(&self, heading: usize) -> impl Iterator<Item = usize> {
        let is_own = move |h: &Headed<'_>| h.is_group && h.around == Some(heading);
        (0..self.headings.len()).filter(move |at| is_own(&self.headings[*at]))
    }

    /// Returns a name for the group of a title, to stand below this heading, in the form of those that are there.
    pub(in super::super) fn missing_group(&self, heading: usize, title: &str) -> String {
        let name = known(first_word(&fold(title))).map_or("changed", |own| GROUPS[own][0]);
        let (first, rest) = name.split_at(1);
        let name = format!("{}{rest}", first.to_uppercase());
        let like = self.groups(heading).map(|at| &self.headings[at].title).find(|title| is_known(title.text));
        let level = like.map_or(self.headings[heading].title.level + 1, |like| like.level);
        if level < LINE {
            return format!("{} {name}", "#".repeat(usize::from(level)));
        }
        let like = like.map_or("**-**", |like| like.text.trim());
        let inner = like.trim_start_matches(MARKS);
        let begin = &like[..like.len() - inner.len()];
        format!("{begin}{name}{}", &inner[inner.trim_end_matches(MARKS).len()..])
    }
}

/// The marks around the name of a group in a line.
const MARKS: [char; 3] = ['*', '_', ':'];

/// Returns the lines in a part of a text that stand alone and name a known group.
fn group_lines<'t>(text: &'t str, part: Span) -> Vec<Title<'t>> {
    let own = part.of(text);
    let mut at = 0;
    // Whether the line above is blank, or the name of a group itself.
    let mut is_behind_other = true;
    let mut lines = own.split_inclusive('\n').peekable();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let (start, shown) = (at, line.trim_end());
        at += line.len();
        let is_followed = |next: &&str| next.starts_with(char::is_alphanumeric) && !is_known(name_in(next));
        let is_own = is_behind_other
            && !lines.peek().is_some_and(is_followed)
            && !shown.starts_with(char::is_whitespace)
            && is_known(name_in(shown));
        is_behind_other = is_own || shown.is_empty();
        if is_own {
            found.push((start, shown));
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    let outline = markdown::outline_of(own);
    let is_shown = |at: u32| !outline.is_opaque(at) && outline.hidden_at(at).is_none();
    let found = found.into_iter().filter(|(start, _)| u32::try_from(*start).is_ok_and(is_shown));
    let title = |(start, line): (usize, &'t str)| {
        let start = part.start as usize + start;
        Title {
            span: Span::new(start, start + line.len()),
            level: LINE,
            text: name_in(line),
            is_copied: true,
        }
    };
    found.map(title).collect()
}

/// Returns the name of a group in a line: `**Added**` of `**Added** (features)`.
pub(super) fn name_in(line: &str) -> &str {
    line.split_once('(').map_or(line, |(name, _)| name)
}

/// Whether a line names a known group.
fn is_known(line: &str) -> bool {
    names(line).any(|name| known(&name).is_some())
}

/// Whether a line above a list is the name of its group, and no sentence.
pub(super) fn is_group(line: &str) -> bool {
    let line = line.trim();
    let is_short = line.ends_with(':') && line.split_whitespace().count() <= 3;
    let is_marked = ["*", "_"].iter().any(|mark| line.starts_with(mark) && line.ends_with(mark));
    is_short || is_marked || is_known(line)
}

/// Whether the title of an entry begins with the name of a group, or with a word that means the same.
fn fits(group: &str, title: &str) -> bool {
    let title = fold(undecorated(title));
    let own = known(first_word(&title));
    names(group).any(|name| {
        let behind = title.strip_prefix(&*name).filter(|_| !name.is_empty());
        behind.is_some_and(|behind| !behind.starts_with(char::is_alphanumeric))
            || own.is_some_and(|own| Some(own) == known(&name))
    })
}

/// Returns the names of a group: `Added / Changed` has two, and is also a name as a whole.
fn names(group: &str) -> impl Iterator<Item = String> {
    let parts = group.split(['/', '&']).map(heading_key);
    std::iter::once(heading_key(group)).chain(parts)
}

/// Returns the first word of a title: `fix` of `[fix] …`.
fn first_word(title: &str) -> &str {
    title.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default()
}

/// Returns the index of the group that a word belongs to.
fn known(word: &str) -> Option<usize> {
    GROUPS.iter().position(|words| words.contains(&word))
}
