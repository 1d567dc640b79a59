//! Makes new headings for a history in the form of existing ones.

use super::home::{Headed, Homes, LINE};
use super::period::Period;
use super::{Style, past_blanks};
use crate::model::chronology::Direction;
use crate::syntax::block_start::is_thematic_break;
use crate::text::edit::Edit;
use crate::text::line::line_start;
use crate::text::place::line_ending_at;
use crate::text::span::Span;

impl<'n> Homes<'n> {
    /// Returns the line of a heading for `period`, in the form of another heading. Returns `None` if that form
    /// cannot be copied.
    pub(super) fn title_like(&self, like: usize, period: Period, text: &str) -> Option<String> {
        let model = &self.headings[like];
        let start = line_start(text, model.title.span.start as usize);
        let title = text.get(start..model.title.span.end as usize)?.trim_end();
        // Anything before the heading, such as the mark of a quote, would have to stand on each line.
        title.trim_start().starts_with(model.title.span.of(text).trim_end()).then_some(())?;
        let named = model.named()?;
        // `November` may be of several languages, but `Dezember` beside it is of one.
        let own = named.languages().unwrap_or_default();
        let others = self.headings.iter().filter(|h| h.section == model.section);
        let shared = others.filter_map(|h| h.named()?.languages()).fold(own, |all, its| all & its);
        named.renamed(title, period, if shared == 0 { own } else { shared })
    }

    /// Returns the headings of periods in the same place as this one, in the order of the note. Those that cannot
    /// be copied have their place in that order, too.
    fn alike(&self, like: usize) -> Vec<&Headed<'n>> {
        let model = &self.headings[like];
        let is_alike = |h: &&Headed<'_>| {
            h.period().is_some()
                && h.around == model.around
                && h.section == model.section
                && h.title.level == model.title.level
        };
        self.headings.iter().filter(is_alike).collect()
    }

    /// Returns the order of the headings that are like this one; `None` if it is the only one.
    pub(super) fn order_of(&self, like: usize) -> Option<Direction> {
        let alike = self.alike(like);
        match alike.first()?.period().cmp(&alike.last()?.period()) {
            std::cmp::Ordering::Less => Some(Direction::OldestFirst),
            std::cmp::Ordering::Greater => Some(Direction::NewestFirst),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// Returns the order of the nearest period headings above a list that tell one.
    pub(super) fn order_above(&self, list: usize) -> Option<Direction> {
        let above = std::iter::successors(self.above(list), |heading| self.headings[*heading].around);
        above
            .filter(|heading| self.headings[*heading].period().is_some())
            .find_map(|heading| self.order_of(heading))
    }

    /// Returns the numbers of blank lines above a heading that stands behind entries, and below it.
    pub(super) fn blank_around(&self, like: usize, text: &str) -> (usize, usize) {
        let below = blank_below(text, self.headings[like].body);
        let alike = self.alike(like);
        let above = alike.last().map_or(below, |last| blank_above(text, last));
        let above = if alike.len() == 1 { below.max(above) } else { above };
        // A line that is no heading of Markdown would continue the paragraph above it.
        (if self.headings[like].title.level == LINE { above.max(1) } else { above }, below)
    }

    /// Returns the edit for a heading of a period that has none yet, in the form and order of the others, with
    /// the text below it, and that order. Returns `None` if the form cannot be copied.
    pub(super) fn new_period(
        &self,
        (period, like, within): (Period, usize, &[usize]),
        usual: Direction,
        text: &str,
        written: &str,
    ) -> Option<(Edit, Direction)> {
        let title = self.title_like(like, period, text)?;
        let eol = line_ending_at(text, self.headings[like].title.span.start as usize);
        let siblings = self.alike(like);
        let (first, last) = (siblings.first()?, siblings.last()?);
        // A year that stands alone has the order of its months.
        let order =
            std::iter::once(&like).chain(within).find_map(|like| self.order_of(*like)).unwrap_or(usual);
        let (above, below) = self.blank_around(like, text);
        let block = format!("{title}{}{written}", eol.repeat(1 + below));
        let earlier = |sibling: &&&Headed<'_>| sibling.period() < Some(period);
        let behind = match order {
            Direction::OldestFirst => siblings.iter().rfind(earlier).ok_or(first),
            Direction::NewestFirst => siblings.iter().find(earlier).map_or(Ok(last), Err),
        };
        let edit = match behind {
            Ok(sibling) => {
                let end = end_of(text, sibling.body);
                Edit::insert(end, format!("{}{block}", line_ending_at(text, end).repeat(1 + above)))
            }
            Err(sibling) => {
                let at = line_start(text, sibling.title.span.start as usize);
                Edit::insert(at, format!("{block}{}", eol.repeat(1 + above)))
            }
        };
        Some((edit, order))
    }
}

/// Returns the edit for the first entries below a heading: behind what stands there, and separate from what
/// follows.
pub(super) fn below_heading(text: &str, body: Span, below: usize, written: &str) -> Edit {
    let end = end_of(text, body);
    let eol = line_ending_at(text, end);
    let below = if text[body.start as usize..end].trim().is_empty() { below } else { 1 };
    behind(text, body, &eol.repeat(1 + below), written, eol)
}

/// Returns the edit that adds text behind a block, after `gap`, and separate from what follows.
pub(super) fn behind(text: &str, body: Span, gap: &str, written: &str, eol: &str) -> Edit {
    let end = end_of(text, body);
    let rest = text[end..].trim_start_matches('\r').strip_prefix('\n').unwrap_or_default();
    let is_apart = rest.is_empty() || rest.starts_with(['\n', '\r']);
    let apart = if is_apart { "" } else { eol };
    Edit::insert(end, format!("{gap}{written}{apart}"))
}

/// Returns where the text of a block ends. A thematic break at its end belongs to what follows.
pub(super) fn end_of(text: &str, body: Span) -> usize {
    let mut own = body.of(text).trim_end();
    loop {
        let (before, line) = own.split_at(line_start(own, own.len()));
        if !is_thematic_break(line) {
            break;
        }
        own = before.trim_end();
    }
    past_blanks(text, body.start as usize + own.len())
}

/// Returns the number of blank lines behind a heading.
pub(super) fn blank_below(text: &str, body: Span) -> usize {
    Style::blank_lines(body.of(text))
}

/// Returns the number of blank lines before a heading.
fn blank_above(text: &str, headed: &Headed<'_>) -> usize {
    let before = &text[..line_start(text, headed.title.span.start as usize)];
    before[before.trim_end().len()..].matches('\n').count().saturating_sub(1)
}
