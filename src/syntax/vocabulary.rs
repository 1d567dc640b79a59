//! Reads the vocabulary that a note adds to its vault: the indicators, transitions, categories, protocols and
//! security measures in its lists.

use serde::{Deserialize, Serialize};

use super::field::COLONS;
use super::outline::Item;
use super::reading::Section;
use super::source::Source;
use super::status::split_status;
use super::term;
use crate::text::fold::{undecorated, unnumbered};
use crate::text::place::Place;
use crate::text::span::Span;

/// The terms that one note adds to the vocabulary.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Status words.
    pub indicators: Vec<Indicator>,
    /// Allowed changes of status.
    pub transitions: Vec<Transition>,
    /// The headings and items above the leaves. Each comes after its parent.
    pub branches: Vec<Branch>,
    /// Leaves of the tree of integration types.
    pub categories: Vec<Leaf>,
    /// Leaves of the tree of protocols.
    pub protocols: Vec<Leaf>,
    /// The security measures of the vault.
    pub measures: Vec<Leaf>,
}

/// A line such as `- 🟢 Active/Healthy/Complete`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// The emoji, if there is one.
    pub mark: String,
    /// The words for the status, which all mean the same.
    pub words: Vec<String>,
    /// Where.
    pub place: Place,
}

/// A line such as `- 🟢 Active → 🟡 Optimizing: reason`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// The status before the change.
    pub from: String,
    /// The status after the change.
    pub to: String,
    /// Where.
    pub place: Place,
}

/// A heading or an item above leaves. It is stored once rather than with each leaf, because a long one above a
/// long list would take memory quadratic in the size of the note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// The index of its parent among the branches.
    pub above: Option<u32>,
    /// Its text, without a number.
    pub name: String,
    /// Whether it is an item of a list.
    pub is_item: bool,
}

/// A leaf of a tree of headings and list items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// The index of what is above it among the branches.
    pub branch: Option<u32>,
    /// The text of the leaf.
    pub name: String,
    /// For a security measure, the text about it on the same line, which may deny or narrow it.
    pub about: String,
    /// Where.
    pub place: Place,
}

impl Terms {
    /// Whether the note adds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Reads the terms that a note adds to the vocabulary.
pub(crate) fn read(source: &Source<'_>) -> Terms {
    let mut branches = Vec::new();
    Terms {
        indicators: lines(source, Section::StatusIndicators).filter_map(|i| indicator(source, i)).collect(),
        transitions: lines(source, Section::StatusTransitions).flat_map(|i| transitions(source, i)).collect(),
        categories: leaves(source, Section::Categories, &mut branches),
        protocols: leaves(source, Section::Protocols, &mut branches),
        measures: leaves(source, Section::SecurityMeasures, &mut branches),
        branches,
    }
}

fn lines<'s>(source: &'s Source<'_>, kind: Section) -> impl Iterator<Item = &'s Item> {
    source.sections(kind).flat_map(|(_, section)| source.items(section).map(|(_, item)| item))
}

fn indicator(source: &Source<'_>, item: &Item) -> Option<Indicator> {
    let line = source.first_line(item);
    let text = term::shown(source, line);
    let (mark, rest) = split_status(&text);
    // A description may follow: `- 🟢 Active - all is well`, `- 🟢 Active: all is well`.
    let (words, _) = term::split(rest, &term::SIGNS);
    let words: Vec<String> = alternatives(words).into_iter().map(str::to_owned).collect();
    (!mark.is_empty() || !words.is_empty()).then(|| Indicator {
        mark: mark.to_owned(),
        words,
        place: source.place(line),
    })
}

/// Returns the alternatives in a text: `Active/Healthy`, `Active, Healthy`, `Active | Healthy`,
/// `Active or Healthy`. Where the text may be a single name, or a name with a remark, the whole is included too:
/// `Up and running`, `Active (all is well)`.
#[must_use]
pub fn alternatives(text: &str) -> Vec<&str> {
    let bare = unqualified(text);
    let mut words: Vec<&str> = Vec::new();
    for word in bare.split(['/', ',', '|']) {
        words.push(word);
        let parts = || [" or ", " and ", ". "].into_iter().filter(|between| word.contains(between));
        words.extend(parts().flat_map(|between| word.split(between)));
    }
    words.extend((bare.len() < text.len()).then_some(text));
    let words = words.into_iter().map(undecorated).filter(|word| !word.is_empty());
    words.collect()
}

/// Returns a name without the brackets after it: `API keys (header)` gives `API keys`.
#[must_use]
pub fn unqualified(name: &str) -> &str {
    let cut = name.trim().strip_suffix(')').and_then(|inner| inner.rsplit_once(" ("));
    cut.map_or(name, |(bare, _)| bare)
}

/// Returns the transitions that a line allows: `A → B: reason`, `A → B → C`, and both directions for `A ↔ B`.
fn transitions(source: &Source<'_>, item: &Item) -> Vec<Transition> {
    const ARROWS: [(&str, bool); 8] = [
        ("↔", true),
        ("⇔", true),
        ("<->", true),
        ("→", false),
        ("->", false),
        ("➜", false),
        ("⇒", false),
        ("=>", false),
    ];
    let line = source.first_line(item);
    let text = term::shown(source, line);
    let (text, _reason) = term::split(&text, &COLONS);
    let text = text.trim_start_matches(['*', '_']);
    let place = source.place(line);
    let mut found = Vec::new();
    let mut rest = text;
    let next = |rest: &str| {
        let arrows = ARROWS.iter().filter_map(|(arrow, both)| Some((rest.find(arrow)?, arrow.len(), *both)));
        arrows.min_by_key(|(at, len, _)| (*at, std::cmp::Reverse(*len)))
    };
    while let Some((at, len, both)) = next(rest) {
        let (from, after) = (rest[..at].trim(), &rest[at + len..]);
        let to = &after[..next(after).map_or(after.len(), |(at, ..)| at)];
        // The reason may follow after another sign: `A → B – reason`.
        let (to, _reason) = term::split(to, &term::SIGNS);
        let to = to.trim().trim_end_matches(['*', '_']);
        if !from.is_empty() && !to.is_empty() {
            let one = |from: &str, to: &str| Transition { from: from.to_owned(), to: to.to_owned(), place };
            found.push(one(from, to));
            found.extend(both.then(|| one(to, from)));
        }
        rest = after;
    }
    found
}

fn leaves(source: &Source<'_>, kind: Section, branches: &mut Vec<Branch>) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    for (root, section) in source.sections(kind) {
        // The levels of the headings above the current item, and their indexes among the branches.
        let mut path: Vec<(u8, u32)> = Vec::new();
        let first = source.outline.headings.partition_point(|h| h.span.start <= root.span.start);
        let mut headings = source.outline.headings[first..].iter().peekable();
        // The items around the current one, each with its index among the branches, or that of what is above it.
        let mut above: Vec<(u32, Option<u32>)> = Vec::new();
        let items: Vec<(u32, &Item)> = source.items(section).collect();
        for (at, (index, item)) in items.iter().enumerate() {
            while let Some(heading) = headings.next_if(|h| h.span.start < item.span.start) {
                path.retain(|(level, _)| *level < heading.level);
                let text = term::uncommented(source, heading.text);
                let name = undecorated(unnumbered(undecorated(&text))).to_owned();
                let above = path.last().map(|(_, above)| *above);
                branches.push(Branch { above, name, is_item: false });
                path.push((heading.level, branches.len() as u32 - 1));
            }
            let line = source.first_line(item);
            while above.pop_if(|(upper, _)| item.parent != Some(*upper)).is_some() {}
            let heading = path.last().map(|(_, branch)| *branch);
            let branch = above.last().map_or(heading, |(_, branch)| *branch);
            // An item with nested items is a branch rather than a leaf.
            if items.get(at + 1).is_some_and(|(_, next)| next.parent == Some(*index)) {
                let text = term::shown(source, line);
                let name = undecorated(term::split(&text, &term::SIGNS).0);
                if kind == Section::Categories && !name.is_empty() {
                    branches.push(Branch { above: branch, name: name.to_owned(), is_item: true });
                    above.push((*index, Some(branches.len() as u32 - 1)));
                } else {
                    above.push((*index, branch));
                }
                continue;
            }
            // A measure with an empty check box has not been implemented.
            let bullet = Span { start: item.span.start, end: line.start }.of(source.text);
            if kind == Section::SecurityMeasures && bullet.contains("[ ]") {
                continue;
            }
            // A description may follow: `- REST endpoints: over HTTPS`.
            let text = term::shown(source, line);
            if kind == Section::SecurityMeasures && is_marked_as_missing(&text) {
                continue;
            }
            let (name, about) = term::split(&text, &term::SIGNS);
            let name = undecorated(name);
            if !name.is_empty() {
                let about = if kind == Section::SecurityMeasures { about } else { "" };
                leaves.push(Leaf {
                    branch,
                    name: name.to_owned(),
                    about: about.to_owned(),
                    place: source.place(line),
                });
            }
        }
    }
    leaves
}

/// Whether a mark says that an item does not exist, or not yet: a cross, an empty box, or a box with something
/// other than a tick. A red light counts only where the item stands alone: with a value or a remark, it tells how
/// important the item is.
fn is_marked_as_missing(text: &str) -> bool {
    const MARKS: [char; 10] = ['❌', '✖', '✗', '✘', '☐', '⬜', '🔲', '⏳', '🚧', '🔜'];
    const LIGHTS: [char; 2] = ['🔴', '⚪'];
    let mut box_of_other = text.chars();
    let other = box_of_other.next() == Some('[')
        && !matches!(box_of_other.next(), Some('x' | 'X'))
        && box_of_other.next() == Some(']');
    let is_bare = || {
        let (name, about) = term::split(text, &term::SIGNS);
        let remark = name.split_once(['(', ',', ';']).map_or("", |(_, remark)| remark);
        !about.chars().chain(remark.chars()).any(char::is_alphanumeric)
    };
    other || text.contains(MARKS) || text.contains(LIGHTS) && is_bare()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_light_says_that_a_measure_is_missing_where_it_says_no_more() {
        for (text, missing) in [
            ("🔴 Encryption", true),
            ("Encryption: 🔴", true),
            ("Encryption (🔴)", true),
            ("⚪ Rate limiting", true),
            ("🔴 Encryption in transit (TLS 1.3)", false),
            ("🔴 Encryption: TLS 1.3", false),
            ("🔴 Rate limiting, 100/min", false),
            ("❌ Encryption: TLS 1.3", true),
            ("🟢 Encryption", false),
        ] {
            assert_eq!(super::is_marked_as_missing(text), missing, "{text}");
        }
    }

    #[test]
    fn a_line_may_allow_several_changes() {
        let text = "## Status Transitions\n\n- 🟢 Active → 🟡 Optimizing: a trial -> or two\n- A <-> B\n- C => D → E:\n- **D → A:** done <!-- soon -->\n- A → E #never ^x\n- no change\n";
        let facts = crate::syntax::facts::read(text.as_bytes(), &crate::syntax::reading::Reading::default());
        let found: Vec<_> =
            facts.system().terms.transitions.iter().map(|t| (t.from.as_str(), t.to.as_str())).collect();
        assert_eq!(
            found,
            [
                ("🟢 Active", "🟡 Optimizing"),
                ("A", "B"),
                ("B", "A"),
                ("C", "D"),
                ("D", "E"),
                ("D", "A"),
                ("A", "E")
            ]
        );
    }

    #[test]
    fn a_long_heading_is_kept_once() {
        let long = "x".repeat(2_000);
        let text = format!(
            "# Integration Categories\n\n## {long}\n\n{}{}",
            "- a\n".repeat(2_000),
            "### b\n\n- c\n".repeat(2_000)
        );
        let facts = crate::syntax::facts::read(text.as_bytes(), &crate::syntax::reading::Reading::default());
        let kept = postcard::to_stdvec(&facts.system().terms).unwrap();
        assert!(kept.len() < 5 * text.len(), "{} bytes of {}", kept.len(), text.len());
    }
}
