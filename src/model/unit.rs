//! Units of figures, and the families of units that can be compared.

use crate::text::fold::{fold, term_key};
use crate::text::unit::{is_counted, sides, size, time_ms};

/// What a figure measures. Only figures of the same family can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// A figure without a unit.
    Bare,
    Time,
    Size(Size),
    Percent,
    /// A unit that is not in a table here; for a rate of data, with the kind of size.
    Other(String, Option<Size>),
}

impl Family {
    /// Returns the position of the family in a sort over all families.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Bare | Self::Other(..) => 0,
            Self::Percent => 1,
            Self::Time => 2,
            Self::Size(size) => 3 + *size as u8,
        }
    }
}

/// What a size counts. A unit entirely in lower case may mean either, and compares only with other such units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    Bytes,
    Bits,
    Either,
}

/// A unit, with its family and its factor in that family.
pub(super) struct Unit {
    pub(super) family: Family,
    /// The factor to the base unit of the family, to be multiplied by a kilo to the power of `kilos`.
    pub(super) factor: f64,
    pub(super) kilos: i32,
}

impl Unit {
    /// Reads a unit as written.
    pub(super) fn of(written: &str) -> Self {
        let folded = fold(written);
        let unit = |family, factor, kilos| Self { family, factor, kilos };
        if let Some(ms) = time_ms(&folded) {
            return unit(Family::Time, ms, 0);
        }
        if let Some((factor, kilos)) = size(&folded) {
            return unit(Family::Size(Size::of(written)), factor, kilos);
        }
        match folded.as_ref() {
            "byte" | "bytes" => unit(Family::Size(Size::Bytes), 1.0, 0),
            "%" | "percent" => unit(Family::Percent, 1.0, 0),
            "" => unit(Family::Bare, 1.0, 0),
            _ => Self::other(written),
        }
    }

    /// Reads a unit that is not in a table here. A prefix for thousands or millions of something counted is taken
    /// as a factor.
    fn other(written: &str) -> Self {
        let prefix = [(['k', 'K'].as_slice(), 1e3), (&['M'], 1e6)].into_iter().find_map(|(signs, factor)| {
            let counted = written.strip_prefix(signs)?.trim_start();
            is_named_count(counted).then_some((counted, factor))
        });
        let (unit, factor) = prefix.unwrap_or((written, 1.0));
        Self { family: Family::Other(key(unit), size_of_rate(unit).map(Size::of)), factor, kilos: 0 }
    }

    /// Returns the unit of a target as one that a figure in `family` can be compared with. The unit as `written`
    /// may have a word for what is measured (`80% usage`), or name what is counted (`50 items`). The figure beside
    /// it often leaves that out.
    pub(super) fn without_subject(self, written: &str, family: &Family) -> Self {
        if self.family == *family || !matches!(self.family, Family::Other(..)) {
            return self;
        }
        let is_subject = match family {
            Family::Percent => written.strip_prefix('%').is_some_and(is_name),
            Family::Bare => matches!(&self.family, Family::Other(key, None) if is_thing(key)),
            _ => false,
        };
        if is_subject { Self { family: family.clone(), ..self } } else { self }
    }

    /// Converts a figure to the base unit of the family, where a kilobyte has `kilo` bytes.
    pub(super) fn in_base(&self, value: f64, kilo: f64) -> f64 {
        value * (self.factor * kilo.powi(self.kilos))
    }
}

impl Size {
    /// Tells bytes from bits by the case of the `b` in the unit.
    fn of(unit: &str) -> Self {
        if unit.ends_with('B') {
            Self::Bytes
        } else if unit.contains(|c: char| c.is_ascii_uppercase()) {
            Self::Bits
        } else {
            Self::Either
        }
    }
}

/// Whether a unit names something that limits count, or a rate of it.
fn is_named_count(unit: &str) -> bool {
    let folded = fold(unit);
    let counted = sides(&folded).map_or(folded.as_ref(), |(counted, _)| counted);
    !counted.is_empty() && is_counted(counted)
}

/// Whether a text names the share that is measured in percent: `usage`, `average CPU load`, `of capacity`. Other
/// words may name a scope (`in production`) or the opposite of what the metric measures (`free`, `errors`, `hits`).
fn is_name(text: &str) -> bool {
    const SHARES: [&str; 6] = ["usage", "utilization", "utilisation", "load", "coverage", "capacity"];
    const RESOURCES: [&str; 8] = ["cpu", "gpu", "disk", "memory", "ram", "storage", "heap", "swap"];
    const KINDS: [&str; 9] = ["of", "average", "mean", "code", "test", "line", "branch", "statement", "node"];
    let text = fold(text);
    let mut words = text.split_whitespace().rev();
    let is_of = |word: &str, lists: &[&[&str]]| lists.iter().any(|list| list.contains(&word));
    words.next().is_some_and(|word| is_of(word, &[&SHARES, &RESOURCES]))
        && words.all(|word| is_of(word, &[&RESOURCES, &KINDS]))
}

/// Whether the key of a unit is that of a word for things that are counted one by one.
fn is_thing(key: &str) -> bool {
    const THINGS: [&str; 22] = [
        "items",
        "tasks",
        "errors",
        "warnings",
        "failures",
        "incidents",
        "alerts",
        "tickets",
        "issues",
        "bugs",
        "users",
        "clients",
        "sessions",
        "entries",
        "files",
        "notes",
        "pages",
        "documents",
        "orders",
        "threads",
        "retries",
        "restarts",
    ];
    is_named_count(key) || THINGS.iter().any(|thing| term_key(thing) == key)
}

/// Returns the key by which units compare: `GB / day`, `GB/d` and `GB per day` have the same one.
fn key(unit: &str) -> String {
    let folded = fold(unit);
    let Some((counted, window)) = sides(&folded) else { return term_key(&folded) };
    let window = time_ms(window).map_or_else(|| term_key(window), |ms| format!("{ms} ms"));
    format!("{}/{window}", term_key(counted))
}

/// Returns the size in a rate: `Mb` of `Mb/s` and of `Mbps`.
fn size_of_rate(unit: &str) -> Option<&str> {
    let (name, is_short) = match (unit.split_once(['/', ' ']), unit.strip_suffix("ps")) {
        (Some((name, _)), _) => (name, false),
        (None, Some(name)) => (name, true),
        (None, None) => return None,
    };
    size(name)?;
    // `mbps` are bits, whatever the case, unless there is a capital `B`.
    Some(if is_short && !name.ends_with('B') { "Mb" } else { name })
}
