//! The headings and block ids that links can name in a note.
//!
//! Most notes have a handful of headings and one link that names one of them: these are searched one by one. A
//! long note may have ten thousand links to its headings: its headings are indexed when the first link asks.

use std::sync::{Arc, OnceLock};

use super::Note;
use super::fragment::{Fragment, has_link_heading_key, in_a_link, link_heading_key};
use super::nearest::Nearest;
use super::slug::Slugs;
use crate::syntax::facts::Facts;

/// The most headings and block ids that are searched without an index.
const FEW: usize = 64;

/// The level of the deepest headings.
const DEEPEST: u8 = 6;

/// An index of the headings and block ids of a long note, in the form in which links compare them.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// Each heading in the form in which links compare it, its level, and its index in the note; sorted.
    headings: Box<[(Box<str>, u8, u32)]>,
    /// Block ids in lower case, sorted.
    blocks: Box<[Box<str>]>,
    nearest: OnceLock<Nearest>,
    slugs: OnceLock<Slugs>,
}

/// The heading that an anchor of another tool means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchored<'n> {
    /// The shortest path of headings that leads to it. Only the first of equal headings can be named alone.
    At(Vec<String>),
    /// The text of a heading that no link can lead to, because every path finds an equal one above it.
    Hidden(&'n str),
}

impl Anchored<'_> {
    /// Returns the advice for a link to the anchor.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::At(parts) => {
                format!("did you mean `{}`? Obsidian knows no anchors as GitHub makes them", parts.join("#"))
            }
            Self::Hidden(text) => format!(
                "Obsidian knows no anchors as GitHub makes them, and finds only the first of equal headings: \
                 give the other `{text}` another name"
            ),
        }
    }
}

impl Targets {
    fn new(note: &Facts) -> Self {
        if is_short(note) {
            return Self::default();
        }
        let keys = (0u32..).zip(&note.headings).map(|(i, heading)| {
            let key = link_heading_key(note.text(heading.text));
            (key.into_boxed_str(), heading.level, i)
        });
        let mut headings: Vec<_> = keys.filter(|(key, ..)| !key.is_empty()).collect();
        headings.sort_unstable();
        let ids = note.block_ids.iter().map(|id| note.text(*id).to_ascii_lowercase().into_boxed_str());
        let mut blocks: Vec<_> = ids.collect();
        blocks.sort_unstable();
        Self { headings: headings.into(), blocks: blocks.into(), ..Self::default() }
    }

    /// Finds the first heading with this key that is deeper than `above` and stands at `from` or behind. Returns
    /// its index and level.
    fn find(&self, key: &str, from: u32, above: u8) -> Option<(u32, u8)> {
        let of_level = |level: u8| {
            let at =
                self.headings.partition_point(|(own, depth, i)| (&**own, *depth, *i) < (key, level, from));
            let (own, depth, i) = self.headings.get(at)?;
            (**own == *key && *depth == level).then_some((*i, level))
        };
        (above + 1..=DEEPEST).filter_map(of_level).min()
    }
}

fn is_short(note: &Facts) -> bool {
    note.headings.len().max(note.block_ids.len()) <= FEW
}

/// Like [`Targets::find`], but searches the headings of a short note one by one.
fn find(note: &Facts, key: &str, from: u32, above: u8) -> Option<(u32, u8)> {
    if key.is_empty() {
        return None;
    }
    let rest = (0u32..).zip(&note.headings).skip(from as usize);
    let mut deep = rest.filter(|(_, heading)| heading.level > above);
    let found = deep.find(|(_, heading)| has_link_heading_key(note.text(heading.text), key));
    found.map(|(i, heading)| (i, heading.level))
}

impl Note {
    fn targets(&self) -> &Targets {
        self.targets.get_or_init(|| Arc::new(Targets::new(&self.facts)))
    }

    /// Whether the note has what a fragment names; `None` where it is not recorded what Obsidian does.
    pub(super) fn has(&self, fragment: &Fragment) -> Option<bool> {
        match fragment {
            _ if !fragment.can_be_missing() => None,
            Fragment::Footnote => None,
            Fragment::Block(id) => Some(self.has_block(id)),
            // The level of a heading in a board is not kept, so nobody can tell whether it stands below others.
            Fragment::Heading(parts) if self.is_in_board(parts) => None,
            Fragment::Heading(parts) => Some(self.heading_index(parts).is_some()),
        }
    }

    /// Whether the last of these headings stands in a board; those are not among the headings of the note.
    fn is_in_board(&self, parts: &[String]) -> bool {
        let mut headings = self.facts.system().boards.iter().flat_map(|board| &board.headings).peekable();
        let Some(last) = parts.last().filter(|_| headings.peek().is_some()) else { return false };
        let key = link_heading_key(last);
        headings.any(|heading| has_link_heading_key(heading, &key))
    }

    fn has_block(&self, id: &str) -> bool {
        let facts = &self.facts;
        if is_short(facts) {
            return facts.block_ids.iter().any(|own| facts.text(*own).eq_ignore_ascii_case(id));
        }
        self.targets().blocks.binary_search(&id.to_ascii_lowercase().into()).is_ok()
    }

    /// Returns the index of the heading that a path of headings names. Parts match in the order of the note, each
    /// deeper than the one before; of equal headings the first counts.
    #[must_use]
    pub fn heading_index(&self, parts: &[String]) -> Option<usize> {
        let mut found: Option<(u32, u8)> = None;
        for part in parts {
            let key = link_heading_key(part);
            let (from, above) = found.map_or((0, 0), |(i, level)| (i + 1, level));
            found = Some(self.find_heading(&key, from, above)?);
        }
        found.map(|(i, _)| i as usize)
    }

    /// See [`Targets::find`].
    fn find_heading(&self, key: &str, from: u32, above: u8) -> Option<(u32, u8)> {
        if is_short(&self.facts) {
            find(&self.facts, key, from, above)
        } else {
            self.targets().find(key, from, above)
        }
    }

    /// Returns the first heading that links cannot tell from this text.
    #[must_use]
    pub fn heading_like(&self, text: &str) -> Option<&str> {
        let (index, _) = self.find_heading(&link_heading_key(text), 0, 0)?;
        self.facts.headings.get(index as usize).map(|heading| self.facts.text(heading.text))
    }

    /// Returns the heading that other tools give this anchor.
    #[must_use]
    pub fn heading_of_anchor(&self, anchor: &str) -> Option<Anchored<'_>> {
        let headings = &self.facts.headings;
        let texts = || headings.iter().map(|heading| (self.facts.text(heading.text), heading.level));
        let slugs = self.targets().slugs.get_or_init(|| Slugs::new(texts()));
        let index = slugs.find(anchor)?;
        let named =
            |index: usize| headings.get(index).map(|heading| in_a_link(self.facts.text(heading.text)));
        let mut parts = vec![named(index)?];
        let mut above = slugs.above(index);
        // The path has at most six parts, one for each level.
        while self.heading_index(&parts) != Some(index) {
            let Some(next) = above else {
                return Some(Anchored::Hidden(self.facts.text(headings.get(index)?.text)));
            };
            parts.insert(0, named(next)?);
            above = slugs.above(next);
        }
        Some(Anchored::At(parts))
    }

    /// Returns the heading whose text is nearest to this one, if it is near enough to be meant.
    #[must_use]
    pub fn nearest_heading(&self, text: &str) -> Option<&str> {
        let facts = &self.facts;
        let texts = || facts.headings.iter().map(|heading| facts.text(heading.text));
        let (heading, _) = self.targets().nearest.get_or_init(|| Nearest::new(texts())).find(text)?;
        facts.headings.get(heading).map(|heading| facts.text(heading.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::text::growth::excess;
    use crate::vault::Vault;

    fn asked(text: &str, ask: impl Fn(&Note)) {
        let vault = Vault::of_texts(Config::default(), &[("a.md", text)]);
        ask(vault.find("a.md").and_then(|id| vault.note(id)).unwrap());
    }

    #[test]
    fn many_headings_are_asked_as_few_are() {
        for many in ["", &"# x\n## x\n".repeat(FEW)] {
            asked(&format!("# Top\n# b\n## B: c\n### b\n# ?!\n# b\n{many}"), |note| {
                for (parts, expected) in [
                    (&["b"][..], Some(1)),
                    (&["Top", "b"], Some(3)),
                    (&["b", "b"], Some(3)),
                    (&["b", "b c", "b"], Some(3)),
                    (&["b c", "b c"], None),
                    (&["?!"], None),
                ] {
                    let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
                    assert_eq!(note.heading_index(&parts), expected, "{parts:?}");
                }
                let like = ["b #c", "B", "none", "!?"].map(|text| note.heading_like(text));
                assert_eq!(like, [Some("B: c"), Some("b"), None, None]);
            });
        }
    }

    #[test]
    fn what_many_links_name_is_looked_up() {
        for heading in ["b", "b{i}"] {
            let make = |n: usize| {
                let text = |i: usize| format!("# {}\n", heading.replace("{i}", &i.to_string()));
                let vault =
                    Vault::of_texts(Config::default(), &[("a.md", &(0..n).map(text).collect::<String>())]);
                (n, vault)
            };
            let excess = excess(heading, 200, make, |(n, vault)| {
                let note = vault.find("a.md").and_then(|id| vault.note(id)).unwrap();
                for i in 0..*n {
                    let last = heading.replace("{i}", &(n - 1 - i).to_string());
                    std::hint::black_box(note.heading_like(&last));
                    assert_eq!(note.heading_index(&[heading.replace("{i}", "0"), last]), None);
                }
            });
            assert_eq!(excess, None);
        }
    }
}
