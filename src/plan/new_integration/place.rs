//! Chooses where the block of a new integration goes.

use std::collections::HashSet;
use std::sync::Arc;

use crate::plan::escape;
use crate::plan::history::past_blanks;
use crate::syntax::markdown;
use crate::syntax::outline::{Heading, Outline};
use crate::text::edit::Edit;
use crate::text::fold::heading_key;
use crate::text::span::Span;
use crate::vault::Note;

/// Returns the edit that inserts a block, whose lines end with `eol`. It goes under the heading of its category,
/// unless that heading only lists the categories while integrations stand elsewhere; else behind the existing
/// integrations; else behind the template; else before the history, under a heading of its own.
pub(super) fn insert(
    note: &Note,
    text: &str,
    category: &[Arc<str>],
    name: &str,
    block: &str,
    eol: &'static str,
) -> Edit {
    let outline = markdown::outline_of(text);
    let view = View { note, text, outline: &outline, eol };
    let name = escape::inline(name);
    let title = |level: usize| format!("{} {name}{}", "#".repeat(level.min(6)), view.eol.repeat(2));
    let (section, level) = match view.by_category(category) {
        Some((heading, section)) => {
            let own = view.sibling_level(section).or_else(|| view.sibling_level(Span::new(0, text.len())));
            (section, own.map(|_| usize::from(heading.level) + 1))
        }
        None => match view.behind_the_others() {
            Some(found) => found,
            None => match note.facts.system().template_integrations().next() {
                Some(template) => (template.fence.span, None),
                None => return view.before_the_history(&title, block),
            },
        },
    };
    let end = past_blanks(text, section.start as usize + section.of(text).trim_end().len());
    let heading = level.map_or(String::new(), title);
    Edit::insert(end, format!("{}{heading}{block}", view.eol.repeat(2)))
}

struct View<'t> {
    note: &'t Note,
    text: &'t str,
    outline: &'t Outline,
    eol: &'static str,
}

impl View<'_> {
    /// Iterates over the fences of integrations that are not templates.
    fn fences(&self) -> impl Iterator<Item = Span> {
        self.note.facts.system().instances().map(|integration| integration.fence.span)
    }

    /// Returns the heading of a category, the nearest to the leaf first: one that holds integrations already,
    /// else one that does not just list the categories, else one that does if no integration stands elsewhere.
    fn by_category(&self, category: &[Arc<str>]) -> Option<(&Heading, Span)> {
        let holds = |section: &Span| self.fences().any(|fence| section.contains(fence));
        let named = |name: &Arc<str>| {
            let key = heading_key(name);
            self.outline
                .sections(self.text.len())
                .filter(move |(h, _)| heading_key(h.text.of(self.text)) == key)
        };
        let found = category.iter().rev().flat_map(named);
        let (listed, found): (Vec<_>, Vec<_>) = found.partition(|(_, section)| self.lists(*section));
        let free = found.iter().find(|(_, section)| holds(section)).or(found.first());
        free.or_else(|| listed.first().filter(|_| self.may_stand_in_lists())).copied()
    }

    /// Whether a section lists categories of the vault.
    fn lists(&self, section: Span) -> bool {
        self.note.facts.system().terms.categories.iter().any(|leaf| section.contains(leaf.place.span))
    }

    /// Whether the integrations of the note stand where it lists the categories, or there are none yet.
    fn may_stand_in_lists(&self) -> bool {
        let leaves = self.note.facts.system().terms.categories.iter();
        let above = leaves.filter_map(|leaf| self.outline.heading_before(leaf.place.span.start));
        let above: HashSet<u32> = above.map(|heading| heading.span.start).collect();
        let mut lists = self.outline.sections(self.text.len()).filter(|(h, _)| above.contains(&h.span.start));
        self.fences().next().is_none()
            || lists.any(|(_, section)| self.fences().any(|fence| section.contains(fence)))
    }

    /// Returns the level of the headings above single integrations in a section.
    fn sibling_level(&self, section: Span) -> Option<u8> {
        let last = self.fences().filter(|fence| section.contains(*fence)).last()?;
        self.own_heading(last).map(|(heading, _)| heading.level)
    }

    /// Returns the heading that stands above one block alone.
    fn own_heading(&self, fence: Span) -> Option<(&Heading, Span)> {
        let sections = self.outline.sections(self.text.len());
        let (heading, section) = sections.filter(|(_, section)| section.contains(fence)).last()?;
        let alone = self.fences().filter(|other| section.contains(*other)).count() == 1;
        (alone && heading.level > 1 && !self.lists(section)).then_some((heading, section))
    }

    /// Returns the place behind the last integration of the note, and the level of a heading above it.
    fn behind_the_others(&self) -> Option<(Span, Option<usize>)> {
        let last = self.fences().last()?;
        Some(match self.own_heading(last) {
            Some((heading, section)) if self.fences().count() > 1 => {
                (section, Some(usize::from(heading.level)))
            }
            _ => (last, None),
        })
    }

    fn before_the_history(&self, title: &impl Fn(usize) -> String, block: &str) -> Edit {
        let history = self.note.facts.system().history.first().map(|section| section.heading.span.start);
        // The outermost section that contains the history, below the title.
        let below_the_title = || self.outline.sections(self.text.len()).filter(|(h, _)| h.level > 1);
        let above = below_the_title().find(|(heading, section)| {
            let holds = |at| heading.span.start == at || section.contains(Span::at(at as usize));
            history.is_some_and(holds)
        });
        let eol = self.eol.repeat(2);
        if let Some((heading, _)) = above {
            let title = title(heading.level.into());
            return Edit::insert(heading.span.start as usize, format!("{title}{block}{eol}"));
        }
        let level = below_the_title().map(|(heading, _)| heading.level).min().unwrap_or(2);
        let end = past_blanks(self.text, self.text.trim_end().len());
        let before = if end == 0 { "" } else { &eol };
        Edit::insert(end, format!("{before}{}{block}", title(level.into())))
    }
}
