//! Units of figures, and what they measure.

use crate::text::fold::{fold, term_key};

/// What a figure measures. Figures of one family compare, those of two do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// A figure without a unit.
    Bare,
    Time,
    Size(Size),
    Percent,
    /// A unit that has no table here; where it is so much in a time, of what size.
    Other(String, Option<Size>),
}

impl Family {
    /// The place of its figures among those of all families.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Bare | Self::Other(..) => 0,
            Self::Percent => 1,
            Self::Time => 2,
            Self::Size(size) => 3 + *size as u8,
        }
    }
}

/// What a size counts. In small letters nobody knows which, so that it compares with its like alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    Bytes,
    Bits,
    Either,
}

/// A unit by its family.
pub(super) struct Unit {
    pub(super) family: Family,
    /// How many of the family's base unit it is, times a kilo so many times.
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
            other => unit(Family::Other(term_key(other), size_of_rate(written).map(Size::of)), 1.0, 0),
        }
    }

    /// A figure in the base unit of the family, where a kilobyte has so many bytes.
    pub(super) fn in_base(&self, value: f64, kilo: f64) -> f64 {
        value * (self.factor * kilo.powi(self.kilos))
    }
}

/// The units of sizes in small letters: how many bytes or bits each has, times a kilo so many times.
const SIZES: [(&str, f64, i32); 9] = [
    ("b", 1.0, 0),
    ("kb", 1.0, 1),
    ("mb", 1.0, 2),
    ("gb", 1.0, 3),
    ("tb", 1.0, 4),
    ("kib", 1024.0, 0),
    ("mib", 1_048_576.0, 0),
    ("gib", 1_073_741_824.0, 0),
    ("tib", 1_099_511_627_776.0, 0),
];

/// A unit of sizes, whatever its case: see [`SIZES`].
fn size(unit: &str) -> Option<(f64, i32)> {
    let size = SIZES.iter().find(|(name, ..)| unit.eq_ignore_ascii_case(name));
    size.map(|(_, factor, kilos)| (*factor, *kilos))
}

/// How many milliseconds a unit of time has. `m` is none: a figure in it may be a length.
fn time_ms(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1e-6,
        "µs" | "us" | "μs" => 1e-3,
        "ms" | "msec" | "millisecond" | "milliseconds" => 1.0,
        "s" | "sec" | "secs" | "second" | "seconds" => 1e3,
        "min" | "mins" | "minute" | "minutes" => 6e4,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3.6e6,
        "d" | "day" | "days" => 8.64e7,
        _ => return None,
    })
}

/// The same of a timeout or a limit: no length can be meant there, and nothing waits less than a millisecond.
pub(super) fn waiting_ms(unit: &str) -> Option<f64> {
    time_ms(if unit == "m" { "min" } else { unit }).filter(|ms| *ms >= 1.0)
}

impl Size {
    /// By the case of the `b` of its unit.
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

/// The size in a rate: `Mb` of `Mb/s` and of `Mbps`.
fn size_of_rate(unit: &str) -> Option<&str> {
    let (name, is_short) = match (unit.split_once(['/', ' ']), unit.strip_suffix("ps")) {
        (Some((name, _)), _) => (name, false),
        (None, Some(name)) => (name, true),
        (None, None) => return None,
    };
    size(name)?;
    // `mbps` are bits, however they are written, unless a capital says otherwise.
    Some(if is_short && !name.ends_with('B') { "Mb" } else { name })
}
