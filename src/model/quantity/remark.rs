//! Remarks in brackets after a figure, if they are of a kind that does not change it.
//!
//! Any other remark may be an exception (`25 (in the storm)`) or another limit (`243 ms (limit raised to 300)`). A
//! scope (`< 0.65 % (Visa)`) makes the figure one of a part, and wording alone does not tell it from `(paused)`. A
//! footnote may say any of these.

use super::super::unit::{Family, Unit};
use super::Quantity;
use crate::text::fold::fold;
use crate::text::number::split_digits;
use crate::text::unit::{is_time, time_ms};

/// The content of a remark.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Remark {
    /// Further figures of the same kind: `peak 94 %`.
    pub(super) others: Vec<Quantity>,
    /// Which statistic the figure is: `p95`.
    statistic: Option<String>,
    /// The period that the figure covers: `last 30 d`.
    window: Option<String>,
}

impl Remark {
    /// Reads a remark about a figure; `None` where it contains anything else.
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
                // A figure of another kind is about something else, so the remark is rejected.
                remark.others.push(other.filter(|other| Unit::of(&other.unit).family == family)?);
            } else {
                remark.window = Some(window(&folded, family == Family::Time)?);
            }
        }
        Some(remark)
    }

    /// Adds the statistic that the name of the figure (folded) states, as in `p95 latency`. `None` where it
    /// contradicts that of the remark. Low ranks such as `P1` are priorities in a name, and are ignored.
    pub(super) fn named(self, name: &str) -> Option<Self> {
        const LOWEST: f64 = 50.0;
        let words = name.split(|c: char| !c.is_alphanumeric() && c != '.').map(|word| word.trim_matches('.'));
        let is_priority = |word: &str| percentile(word).is_some_and(|rank| rank < LOWEST);
        let mut statistics = words.filter(|word| is_statistic(word) && !is_priority(word));
        let (Some(named), None) = (statistics.next(), statistics.next()) else { return Some(self) };
        let statistic = self.statistic.clone().unwrap_or_else(|| named.to_owned());
        (statistic == named).then_some(Self { statistic: Some(statistic), ..self })
    }

    /// Whether a target may have this remark. With a second figure it would be unclear which one is wanted.
    pub(super) fn is_of_target(&self) -> bool {
        self.others.is_empty()
    }

    /// Whether a target with this remark applies to a figure with the remark `current`. A target that names no
    /// statistic does not apply to a figure that does; one that names no period applies to the figure's period.
    pub(super) fn is_of_one_with(&self, current: &Self) -> bool {
        let is_same = |own: &Option<String>, other: &Option<String>| {
            own.as_ref().zip(other.as_ref()).is_none_or(|(own, other)| own == other)
        };
        is_same(&self.statistic, &current.statistic)
            && is_same(&self.window, &current.window)
            && (current.statistic.is_none() || self.statistic.is_some())
    }
}

/// Whether a folded word names a statistic: `p95`, `avg`.
fn is_statistic(word: &str) -> bool {
    matches!(word, "avg" | "average" | "mean" | "median") || percentile(word).is_some()
}

/// Returns the rank of a percentile such as `p99.9`.
fn percentile(word: &str) -> Option<f64> {
    let rank = word.strip_prefix('p')?;
    rank.starts_with(|c: char| c.is_ascii_digit()).then(|| rank.parse().ok()).flatten()
}

/// Reads the period of a measurement from a folded text: `30 d`, `last 7 days`, `30-day`. Where the figure is a
/// time too, a word such as `last` is required.
fn window(folded: &str, is_about_time: bool) -> Option<String> {
    let lead = ["last ", "past ", "rolling ", "trailing "].iter().find_map(|lead| folded.strip_prefix(lead));
    let time = lead.or(Some(folded).filter(|_| !is_about_time))?.trim();
    let (number, unit) = split_digits(time);
    let unit = unit.trim_start_matches([' ', '-']);
    if !is_time(unit) || number.is_empty() {
        return None;
    }
    Some(match (number.parse::<f64>(), time_ms(unit)) {
        (Ok(number), Some(ms)) => format!("{} ms", number * ms),
        _ => format!("{number} {}", unit.strip_suffix('s').unwrap_or(unit)),
    })
}
