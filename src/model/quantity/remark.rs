//! Remarks in brackets behind a figure that leave it what it is: whatever else is said there may be an exception
//! (`25 (in the storm)`) or another limit (`243 ms (limit raised to 300)`). A scope (`< 0.65 % (Visa)`) makes it another
//! figure than that of the whole, and no words tell it from `(paused)`. What a footnote says may be any of these.

use super::super::unit::{Family, Unit};
use super::Quantity;
use crate::text::fold::fold;
use crate::text::unit::{is_time, time_ms};

/// What a remark says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Remark {
    /// Figures of the same kind beside the one: `peak 94 %`.
    pub(super) others: Vec<Quantity>,
    /// Which of all the figures of a thing the one is: `p95`.
    statistic: Option<String>,
    /// Of what time it is: `last 30 d`.
    window: Option<String>,
}

impl Remark {
    /// Reads a remark about a figure; `None` where it says anything else.
    pub(super) fn read(text: &str, about: &Quantity) -> Option<Self> {
        let mut remark = Self::default();
        let family = Unit::of(&about.unit).family;
        for part in text.split([',', ';']).map(str::trim).filter(|_| !text.is_empty()) {
            let folded = fold(part);
            let (first, rest) = folded.split_once(' ').unwrap_or((&folded, ""));
            if rest.is_empty() && is_statistic(first) {
                remark.statistic = Some(first.to_owned());
            } else if is_statistic(first) || matches!(first, "peak" | "was") {
                let other = Quantity::plain(part.get(first.len()..)?.trim());
                // A figure of another kind is about something else.
                remark.others.push(other.filter(|other| Unit::of(&other.unit).family == family)?);
            } else {
                remark.window = Some(window(&folded, family == Family::Time)?);
            }
        }
        Some(remark)
    }

    /// The same of a figure with this name, in small letters: the statistic may stand there (`p95 latency`), but no other
    /// than here. `P1` is a priority there.
    pub(super) fn named(self, name: &str) -> Option<Self> {
        const LOWEST: f64 = 50.0;
        let words = name.split(|c: char| !c.is_alphanumeric() && c != '.').map(|word| word.trim_matches('.'));
        let is_priority = |word: &str| percentile(word).is_some_and(|rank| rank < LOWEST);
        let mut statistics = words.filter(|word| is_statistic(word) && !is_priority(word));
        let (Some(named), None) = (statistics.next(), statistics.next()) else { return Some(self) };
        let statistic = self.statistic.clone().unwrap_or_else(|| named.to_owned());
        (statistic == named).then_some(Self { statistic: Some(statistic), ..self })
    }

    /// Whether what is wanted may have it: with a second figure there nobody knows which of the two is wanted.
    pub(super) fn is_of_target(&self) -> bool {
        self.others.is_empty()
    }

    /// Whether a target with this remark is about a figure with another. A target that names no statistic may be about
    /// any, and one that names no time is about that of the figure.
    pub(super) fn is_of_one_with(&self, current: &Self) -> bool {
        let is_same = |own: &Option<String>, other: &Option<String>| {
            own.as_ref().zip(other.as_ref()).is_none_or(|(own, other)| own == other)
        };
        is_same(&self.statistic, &current.statistic)
            && is_same(&self.window, &current.window)
            && (current.statistic.is_none() || self.statistic.is_some())
    }
}

/// Whether a word in small letters names one of the figures of a thing: `p95`, `avg`.
fn is_statistic(word: &str) -> bool {
    matches!(word, "avg" | "average" | "mean" | "median") || percentile(word).is_some()
}

/// The rank of a percentile: that of `p99.9`.
fn percentile(word: &str) -> Option<f64> {
    let rank = word.strip_prefix('p')?;
    rank.starts_with(|c: char| c.is_ascii_digit()).then(|| rank.parse().ok()).flatten()
}

/// The time in which something was measured, in small letters: `30 d`, `last 7 days`, `30-day`. By itself it is none
/// where the figure is a time, too.
fn window(folded: &str, is_about_time: bool) -> Option<String> {
    let lead = ["last ", "past ", "rolling ", "trailing "].iter().find_map(|lead| folded.strip_prefix(lead));
    let time = lead.or(Some(folded).filter(|_| !is_about_time))?.trim();
    let unit = time.trim_start_matches(|c: char| c.is_ascii_digit());
    let (number, unit) = (&time[..time.len() - unit.len()], unit.trim_start_matches([' ', '-']));
    if !is_time(unit) || number.is_empty() {
        return None;
    }
    Some(match (number.parse::<f64>(), time_ms(unit)) {
        (Ok(number), Some(ms)) => format!("{} ms", number * ms),
        _ => format!("{number} {}", unit.strip_suffix('s').unwrap_or(unit)),
    })
}
