//! The order of cells: for `sort`, for groups, and for the bounds in `where`.

use std::cmp::Ordering;

use chrono::NaiveDateTime;

use super::condition::Dates;
use super::table::Holds;
use crate::model::duration::duration_ms;
use crate::model::level::Level;
use crate::model::quantity::{Quantity, Target};
use crate::model::version::Version;
use crate::text::fold::fold;
use crate::text::number::split_digits;
use crate::text::stamp::Stamp;

/// Compares a text with a bound, by what their column holds. Returns `None` if they cannot be compared: two
/// figures whose units do not convert, or a figure and a text that is not one, unless both may be versions.
pub(super) fn bounded(holds: Holds, shown: &str, bound: &str) -> Option<Ordering> {
    if holds == Holds::Duration
        && let (Some(is), Some(bound)) = (duration_ms(shown), duration_ms(bound))
    {
        return is.partial_cmp(&bound);
    }
    match holds {
        Holds::Level => Some(badness(shown)?.cmp(&badness(bound)?)),
        Holds::Version => match (version(shown), version(bound)) {
            (Some(is), Some(bound)) => Some(is.cmp(&bound)),
            // A text such as `1.x` is no version, but sorts among them.
            (None, None) => Some(compare(shown, bound)),
            _ => (begins_with_number(shown) && begins_with_number(bound)).then(|| compare(shown, bound)),
        },
        _ => match (figure(holds, shown), figure(holds, bound)) {
            (Some(is), Some(bound)) => is.against(&bound),
            (None, None) => Some(compare(shown, bound)),
            // `1.9` is a figure and a version, but `1.10.0` is only a version.
            _ => (Version::read(shown).is_some() && Version::read(bound).is_some())
                .then(|| compare(shown, bound)),
        },
    }
}

/// Whether two texts are the same value, however written: `900 ms` and `0.9 s`, `v1.2` and `1.2.0`. Two targets
/// must also have the same operator.
pub(super) fn is_same_value(holds: Holds, shown: &str, wanted: &str) -> bool {
    let have = |known: &dyn Fn(&str) -> bool| known(shown) && known(wanted);
    let are_values = match holds {
        Holds::Version => have(&|text| version(text).is_some()),
        Holds::Target => {
            let operator = |text| Target::read(text).map(|target| target.operator);
            operator(shown).is_some() && operator(shown) == operator(wanted)
        }
        Holds::Duration if have(&|text| duration_ms(text).is_some()) => true,
        _ => have(&|text| Quantity::read(text).is_some()),
    };
    are_values && bounded(holds, shown, wanted) == Some(Ordering::Equal)
}

/// Whether another text may be the same value: `0.9 s` is `900 ms`.
pub(super) fn may_be_written_otherwise(holds: Holds, text: &str) -> bool {
    match holds {
        Holds::Version => version(text).is_some(),
        Holds::Target => Target::read(text).is_some(),
        Holds::Duration if duration_ms(text).is_some() => true,
        _ => Quantity::read(text).is_some(),
    }
}

/// Returns how bad the level of this name is. Unknown ranks below ok, so that `health >= warning` selects only
/// warnings and worse.
pub(super) fn badness(level: &str) -> Option<u8> {
    let from_best = [Level::Unknown, Level::Ok, Level::Warning, Level::Critical];
    (0u8..).zip(from_best).find(|(_, own)| *own.name() == *fold(level)).map(|(at, _)| at)
}

/// Returns the version at the start of a text, ignoring what stands behind it.
fn version(text: &str) -> Option<Version> {
    Version::find(text).map(|(_, version)| version)
}

fn begins_with_number(text: &str) -> bool {
    text.trim_start_matches(['v', 'V']).starts_with(|c: char| c.is_ascii_digit())
}

/// Returns the figure in a text, or in the target that it states.
fn figure(holds: Holds, text: &str) -> Option<Quantity> {
    let target = || Target::read(text).filter(|_| holds == Holds::Target).map(|target| target.quantity);
    Quantity::read(text).or_else(target)
}

/// What the cells of a column are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Their times.
    Time,
    /// Their figures, with words behind them.
    Figure,
    /// Their target figures, with words behind them.
    Target,
    /// Their versions, with words behind them.
    Version,
    /// Their durations, with words behind them.
    Duration,
    /// Their levels, by how bad these are.
    Level,
    /// Their letters, with runs of digits by value.
    Text,
}

impl By {
    /// Returns what a column with these texts is sorted by: by what all of them are, else by letters. A version
    /// is not a figure, though `1.10` may look like one.
    pub(super) fn of<'t>(
        holds: Holds,
        dates: &Dates,
        texts: &(impl Iterator<Item = &'t str> + Clone),
    ) -> Self {
        let all = |is: &dyn Fn(&str) -> bool| texts.clone().all(is);
        // A text that begins with a digit without being a figure is a name or a version, and sorts among its
        // like.
        let is_word = |text: &str| !text.starts_with(|c: char| c.is_ascii_digit());
        if holds == Holds::Version {
            Self::Version
        } else if holds == Holds::Target {
            Self::Target
        } else if holds == Holds::Level {
            Self::Level
        } else if all(&|text| dates.read(text).is_some()) {
            Self::Time
        } else if holds == Holds::Duration && all(&|text| is_word(text) || duration_ms(text).is_some()) {
            Self::Duration
        } else if all(&|text| is_word(text) || Quantity::read(text).is_some()) {
            Self::Figure
        } else {
            Self::Text
        }
    }

    /// Returns the sort key of a text in such a column; `None` is a missing value.
    pub(super) fn key<'t>(self, dates: &Dates, text: Option<&'t str>) -> Key<'t> {
        let place = text.and_then(|text| match self {
            Self::Time => dates.read(text).map(|stamp| Place::Time(Stamp::time(stamp))),
            Self::Figure => figure(Holds::Text, text).as_ref().map(Place::of),
            Self::Target => figure(Holds::Target, text).as_ref().map(Place::of),
            Self::Version => version(text).map(Place::Version),
            Self::Duration => duration_ms(text).map(|ms| Place::Figure(0, Figure(ms))),
            Self::Level => badness(text).map(Place::Level),
            Self::Text => None,
        });
        Key { place: place.unwrap_or(Place::Words), text }
    }
}

/// The sort key of a text in its column.
#[derive(Debug)]
pub(super) struct Key<'t> {
    place: Place,
    text: Option<&'t str>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Time(NaiveDateTime),
    /// A figure, with the number of its kind of unit.
    Figure(u8, Figure),
    Version(Version),
    Level(u8),
    Words,
}

impl Place {
    fn of(figure: &Quantity) -> Self {
        let (rank, value) = figure.rank();
        Self::Figure(rank, Figure(value))
    }
}

#[derive(Clone, Copy, Debug)]
struct Figure(f64);

impl Key<'_> {
    /// Compares two keys of a column. A missing value comes last in either direction.
    pub(super) fn compare(&self, other: &Self, descending: bool) -> Ordering {
        match (self.text, other.text) {
            (Some(this), Some(that)) => {
                let up = self.place.cmp(&other.place).then_with(|| compare(this, that));
                if descending { up.reverse() } else { up }
            }
            (this, that) => this.is_none().cmp(&that.is_none()),
        }
    }
}

impl Ord for Figure {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Figure {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Figure {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Figure {}

/// Compares two texts in natural order: ignoring case, and numbers by their value, so that `1.9.0` comes before
/// `1.10.0`.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (fold(a), fold(b));
    let (mut left, mut right) = (a.as_ref(), b.as_ref());
    loop {
        let (one, two) = (token(left), token(right));
        let order = match (number(one), number(two)) {
            (Some(x), Some(y)) => x.len().cmp(&y.len()).then_with(|| x.cmp(y)),
            _ => one.cmp(two),
        };
        if order != Ordering::Equal || one.is_empty() {
            return order;
        }
        (left, right) = (&left[one.len()..], &right[two.len()..]);
    }
}

/// Returns the first token of a text: a run of digits, or one character.
fn token(text: &str) -> &str {
    let (digits, _) = split_digits(text);
    if digits.is_empty() { &text[..text.chars().next().map_or(0, char::len_utf8)] } else { digits }
}

/// Returns the digits of a number without leading zeros.
fn number(token: &str) -> Option<&str> {
    token.starts_with(|c: char| c.is_ascii_digit()).then(|| token.trim_start_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value() {
        let mut texts = ["v1.10.0", "V1.9.0", "b", "-", "10", "9", "1.0-rc", "É", "e"];
        texts.sort_by(|a, b| compare(a, b));
        assert_eq!(texts, ["-", "1.0-rc", "9", "10", "b", "e", "V1.9.0", "v1.10.0", "É"]);
    }
}
