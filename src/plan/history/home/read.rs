//! Reads the lists of a history and the headings above them, and what each heading means.

use std::collections::{HashMap, HashSet};

use super::groups::{is_group, name_in};
use super::{Headed, Homes, LINE, Listed, Title, inside};
use crate::plan::history::heading_line::{last_line, lines_over_lists};
use crate::plan::history::period::{self, Meaning, Period, Unit, meaning};
use crate::syntax::facts::HeadingFact;
use crate::syntax::history::HistorySection;
use crate::text::span::Span;
use crate::text::stamp::{Stamp, StampFormat};
use crate::vault::Note;

/// For each level, the heading that a text stands under, if it says something about entries.
type Open = [Option<usize>; LINE as usize + 1];

/// How many entries, or headings, have the time that is named, and how many have another one.
#[derive(Clone, Copy, Default)]
struct Told {
    own: usize,
    other: usize,
}

impl<'n> Homes<'n> {
    pub(in super::super) fn read_all(
        note: &'n Note,
        text: &'n str,
        sections: &'n [HistorySection],
        format: &StampFormat,
    ) -> Self {
        let day = format.day();
        let mut homes = Self {
            lists: Vec::new(),
            headings: Vec::new(),
            sections,
            latest: 0,
            versioned: None,
            unversioned: None,
            telling: HashSet::new(),
        };
        for (index, section) in sections.iter().enumerate() {
            homes.read((note, text), day, (index, section));
        }
        homes.compare();
        homes.add_groups(note, text);
        homes
    }

    /// Compares headings with each other and with the entries below them, since these tell what a heading means.
    fn compare(&mut self) {
        let mut told: HashMap<(usize, u8, String), (Period, bool)> = HashMap::new();
        for headed in &self.headings {
            let Some(named) = headed.named() else { continue };
            let Some(remark) = named.remark() else { continue };
            let key = (headed.section, headed.title.level, remark.to_owned());
            let (first, again) = told.entry(key).or_insert((named.period, false));
            *again |= *first != named.period;
        }
        for headed in &mut self.headings {
            let Meaning::Period(named) = &mut headed.meaning else { continue };
            let Some(remark) = named.remark() else { continue };
            // A remark that two headings share is not a remark about either.
            let key = (headed.section, headed.title.level, remark.to_owned());
            if told.get(&key).is_some_and(|(_, again)| *again) {
                named.is_said_of_any();
            }
        }
        // If one week of a section is named by a day other than Monday, weeks there may begin on any day.
        let by_day = |headed: &Headed<'_>| headed.named().is_some_and(|named| named.is_week_by_day);
        let is_odd =
            |headed: &&Headed<'_>| by_day(headed) && headed.period().is_some_and(|p| p.unit == Unit::Day);
        let odd: HashSet<usize> = self.headings.iter().filter(is_odd).map(|headed| headed.section).collect();
        for headed in self.headings.iter_mut().filter(|h| odd.contains(&h.section) && by_day(h)) {
            if let Meaning::Period(named) = &mut headed.meaning {
                named.is_of_day();
            }
        }
        // `Port 2049`, `Since 2024`: if some entries below are of another time, the heading does not name the
        // time of new ones. A heading that names two times is about the time between them, whether or not that
        // can be read.
        let mut told = vec![Told::default(); self.headings.len()];
        for list in &self.lists {
            let Some(heading) = list.heading else { continue };
            let Some(period) = self.headings[heading].period() else { continue };
            for time in list.entries.iter().filter_map(|entry| entry.stamp).map(Stamp::time) {
                let Told { own, other } = &mut told[heading];
                *if period.contains(time) { own } else { other } += 1;
            }
        }
        self.doubt_days(&told);
        for (headed, told) in self.headings.iter_mut().zip(told) {
            let is_year = headed.period().is_some_and(|period| period.unit <= Unit::Year);
            let may_be_any = is_year || headed.named().is_some_and(|named| !named.is_unsure);
            if told.other > 0 && may_be_any && !headed.is_bare() {
                headed.meaning = Meaning::Nothing;
            }
        }
    }

    /// Marks headings of days as unsure if the entries below them say that their form does not name a day:
    /// `01 January` may be the first month, and `w/c 2025-01-27` a week. `below` counts the entries below each
    /// heading.
    fn doubt_days(&mut self, below: &[Told]) {
        let form = |headed: &Headed<'_>| {
            let named = headed.named()?;
            let (form, has_words) = named.form_of_day()?;
            // The only heading with words, or with a day that may be a month, is enough to tell.
            let least = if has_words || !named.is_full_day() { 1 } else { 2 };
            Some(((headed.section, headed.title.level, form), (has_words, least)))
        };
        // For each form, the headings whose entries are of their day, and those whose entries are not.
        let mut told: HashMap<_, Told> = HashMap::new();
        // The forms of headings with several entries, all of them of other days.
        let mut contradicted = HashSet::new();
        for (headed, below) in
            self.headings.iter().zip(below).filter(|(_, below)| below.own + below.other > 0)
        {
            let Some((key, _)) = form(headed) else { continue };
            if below.own == 0 && below.other > 1 {
                contradicted.insert(key.clone());
            }
            let Told { own, other } = told.entry(key).or_default();
            *if below.other == 0 { own } else { other } += 1;
        }
        told.retain(|_, told| told.other > 0);
        if told.is_empty() {
            return;
        }
        for headed in &mut self.headings {
            let Some((key, (has_words, least))) = form(headed) else { continue };
            // Below a plain date, a single entry of another day may be a slip.
            let least = if contradicted.contains(&key) { 1 } else { least };
            let is_doubtful = told
                .get(&key)
                .is_some_and(|Told { own, other }| has_words || (other >= own && *other >= least));
            if let Meaning::Period(named) = &mut headed.meaning
                && is_doubtful
            {
                named.is_not_copied();
            }
        }
    }

    fn read(
        &mut self,
        (note, text): (&'n Note, &'n str),
        day: Option<&StampFormat>,
        (index, section): (usize, &'n HistorySection),
    ) {
        let before = self.lists.len();
        let mut lists = section.lists.iter().peekable();
        let mut open = Open::default();
        let nearest = |open: &Open| open.iter().rev().find_map(|heading| *heading);
        let mut add = |homes: &mut Self, until: u32, open: &Open, group: Option<&'n str>| {
            while let Some(list) = lists.next_if(|list| list.first().is_some_and(|e| e.span.start < until)) {
                let heading = nearest(open);
                if let Some(heading) = heading.and_then(|heading| homes.headings.get_mut(heading)) {
                    heading.filled = true;
                }
                let times = || list.iter().filter_map(|e| e.stamp).map(Stamp::time);
                let is_unreleased = |at: usize| homes.headings[at].meaning == Meaning::Unreleased;
                let group = group.or_else(|| {
                    let start = homes.headings[heading.filter(|at| is_unreleased(*at))?].title.span.end;
                    let before = homes.lists.last().filter(|before| before.section == index);
                    let before = before.and_then(|before| before.entries.last()).map_or(0, |e| e.span.end);
                    let line = last_line(text, start.max(before), list.first()?.span.start)?.of(text);
                    let name = name_in(line);
                    is_group(name).then_some(name)
                });
                let (oldest, newest) = (times().min(), times().max());
                homes.lists.push(Listed {
                    entries: list,
                    section: index,
                    oldest,
                    newest,
                    told: newest,
                    heading,
                    group,
                });
            }
        };
        let mut titles = titles(note, text, section).into_iter().peekable();
        let mut group = None;
        while let Some(title) = titles.next() {
            add(self, title.span.start, &open, group);
            group = Some(title.text);
            if let Some(before) = self.headings.last_mut().filter(|before| before.section == index) {
                before.own.end = before.own.end.min(title.span.start);
            }
            let level = usize::from(title.level.min(LINE));
            for ended in open[level..].iter_mut().filter_map(Option::take) {
                self.headings[ended].body.end = title.span.start;
            }
            let around = nearest(&open);
            let over = around.and_then(|around| self.headings[around].period());
            let until = titles.peek().map_or(section.body.end, |next| next.span.start);
            let below = section.lists.get(self.lists.len() - before..).unwrap_or_default();
            let below = below.iter().take_while(|list| list.first().is_some_and(|e| e.span.start < until));
            let first = below.clone().next().and_then(|list| list.first()?.stamp);
            let known = meaning(title.text, over, first.map(Stamp::time), day);
            let days: Vec<_> =
                below.flatten().filter_map(|entry| entry.stamp).map(|stamp| stamp.time().date()).collect();
            let guess = period::guessed(title.text, known.as_ref(), over, &days);
            if let Some(mut meaning) = guess.or(known) {
                if let Meaning::Period(named) = &mut meaning
                    && !title.is_copied
                {
                    named.is_not_copied();
                }
                group = None;
                open[level] = Some(self.headings.len());
                let body = Span { start: title.span.end, end: section.body.end };
                if let Some(around) = around.and_then(|around| self.headings.get_mut(around)) {
                    around.divided = true;
                }
                let version =
                    (meaning == Meaning::Release).then(|| period::version(title.text, day)).flatten();
                self.headings.push(Headed {
                    title,
                    meaning,
                    version,
                    around,
                    section: index,
                    body,
                    own: body,
                    filled: false,
                    divided: false,
                    is_group: false,
                });
            }
        }
        add(self, u32::MAX, &open, group);
    }
}

pub(super) fn title<'n>(note: &'n Note, heading: &'n HeadingFact) -> Title<'n> {
    Title {
        span: heading.span,
        level: heading.level.min(6),
        text: note.facts.text(heading.text),
        is_copied: true,
    }
}

/// Returns the headings of a section, and the lines above its lists that serve as headings.
fn titles<'n>(note: &'n Note, text: &'n str, section: &HistorySection) -> Vec<Title<'n>> {
    let mut titles: Vec<Title<'n>> = inside(note, section.body).map(|heading| title(note, heading)).collect();
    let lines = lines_over_lists(text, section, &titles);
    titles.extend(lines);
    titles.sort_by_key(|title| title.span.start);
    titles
}
