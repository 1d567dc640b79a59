//! Versions, as notes give them for the things they document.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

use crate::syntax::log_template::Class;
use crate::text::marks::MARKS;

/// A version: numbers, and perhaps a pre-release (semver.org, 2.0.0, but with any count of numbers).
#[derive(Clone, Debug)]
pub struct Version {
    numbers: Vec<u64>,
    pre: String,
}

impl Version {
    /// Reads `1.2.0`, `v1.2`, `2.0.0-rc.1+build`; `None` for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches(['v', 'V']);
        let text = text.split('+').next().unwrap_or(text);
        let (numbers, pre) = text.split_once('-').unwrap_or((text, ""));
        let mut numbers: Vec<u64> = numbers.split('.').map(|n| n.parse().ok()).collect::<Option<_>>()?;
        // `1.2` and `1.2.0` are the same version.
        while numbers.len() < 3 {
            numbers.push(0);
        }
        Some(Self { numbers, pre: pre.to_owned() })
    }

    /// Returns the version that a text begins with, and its byte range. More may follow, and it may be the text of
    /// a link: `1.2.0 (stable)`, `[[Releases|v1.2]]`.
    #[must_use]
    pub fn find(text: &str) -> Option<(Range<usize>, Self)> {
        let bare = text.trim_start_matches(MARKS);
        let link = bare.strip_prefix("[[");
        let shown = link.map_or(bare, |link| link.split_once('|').map_or(link, |(_, shown)| shown));
        let start = text.len() - shown.len();
        let end = shown.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+')));
        let word = &shown[..end.unwrap_or(shown.len())];
        // A number without a dot may count anything, unless it is the whole text.
        let version = if word.contains('.') || word == text { Self::read(word) } else { None };
        Some((start..start + word.len(), version?))
    }

    /// Returns the version that a text [begins with](Self::find), if only a remark follows: in brackets, or after
    /// a comma, a semicolon, or a dot, dash or bar between spaces. `None` where words of a pre-release follow,
    /// which belong to the version: `2.0.0 RC 1`, `2.0.0 (beta)`.
    #[must_use]
    pub fn remarked(text: &str) -> Option<Self> {
        let (at, version) = Self::find(text)?;
        // Skips the signs that close a link or emphasis.
        let behind = text[at.end..].trim_start_matches([']', '*', '_', '`']);
        let said = behind.trim_start();
        let is_apart = said.len() < behind.len();
        let is_remark = match said.chars().next() {
            Some(',' | ';' | '(') => true,
            Some('[') => is_apart,
            Some(sign @ ('·' | '•' | '-' | '–' | '—' | '|')) => {
                let rest = said.trim_start_matches(sign);
                is_apart && (rest.is_empty() || rest.starts_with(char::is_whitespace))
            }
            _ => !said.contains(char::is_alphanumeric),
        };
        (is_remark && !said.split_whitespace().any(is_of_a_pre_release)).then_some(version)
    }

    /// Returns the numbers that are compared. Zeros after the third are left out: `1.2.3` and `1.2.3.0` are the
    /// same version.
    fn compared(&self) -> &[u64] {
        let mut numbers = self.numbers.as_slice();
        while let [rest @ .., 0] = numbers
            && rest.len() >= 3
        {
            numbers = rest;
        }
        numbers
    }

    /// Returns the version that follows after a change of `class`.
    #[must_use]
    pub fn bumped(&self, class: Class) -> Self {
        let mut numbers = self.numbers.clone();
        let at = class as usize;
        if let Some(number) = numbers.get_mut(at) {
            *number = number.saturating_add(1);
        }
        numbers.iter_mut().skip(at + 1).for_each(|number| *number = 0);
        Self { numbers, pre: String::new() }
    }

    /// Returns the class of the change from an earlier version to this one, which is that of the first number that
    /// differs. `None` where none of the first three differs, or where either version is a pre-release.
    #[must_use]
    pub fn class_since(&self, earlier: &Self) -> Option<Class> {
        if !(self.pre.is_empty() && earlier.pre.is_empty()) {
            return None;
        }
        let at = self.numbers.iter().zip(&earlier.numbers).position(|(own, other)| own != other)?;
        [Class::Major, Class::Minor, Class::Patch].get(at).copied()
    }
}

/// Words for versions that precede a release.
const BEFORE: [&str; 16] = [
    "alpha",
    "beta",
    "rc",
    "cr",
    "candidate",
    "preview",
    "pre",
    "prerelease",
    "pre-release",
    "snapshot",
    "dev",
    "nightly",
    "canary",
    "milestone",
    "draft",
    "unreleased",
];

/// Whether a word is one of [`BEFORE`], perhaps with a number or punctuation: `(Beta`, `RC1`, `rc.2,`.
fn is_of_a_pre_release(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    BEFORE.iter().any(|own| word.eq_ignore_ascii_case(own))
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.compared() == other.compared() && self.pre == other.pre
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.compared().cmp(other.compared()).then_with(|| {
            match (self.pre.is_empty(), other.pre.is_empty()) {
                (true, true) => Ordering::Equal,
                // A pre-release comes before its release.
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_pre(&self.pre, &other.pre),
            }
        })
    }
}

fn compare_pre(a: &str, b: &str) -> Ordering {
    let mut parts = a.split('.').zip(b.split('.'));
    let unequal = parts.find_map(|(a, b)| {
        let order = match (a.parse::<u64>(), b.parse::<u64>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => a.cmp(b),
        };
        (order != Ordering::Equal).then_some(order)
    });
    unequal.unwrap_or_else(|| a.split('.').count().cmp(&b.split('.').count()))
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.numbers.iter().map(u64::to_string).collect();
        f.write_str(&numbers.join("."))?;
        if self.pre.is_empty() { Ok(()) } else { write!(f, "-{}", self.pre) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v(text: &str) -> Version {
        Version::read(text).unwrap()
    }

    #[test]
    fn versions_compare_and_rise() {
        let order = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0",
            "1.2",
            "1.10.0",
            "v2.0.0",
        ];
        assert!(order.windows(2).all(|w| v(w[0]) < v(w[1])));
        assert_eq!(v("1.2"), v("v1.2.0+build"));
        assert_eq!(v("1.2.3"), v("1.2.3.0.0"));
        assert!(v("1.2.3.0").cmp(&v("1.2.3")).is_eq() && v("1.2.3.0.1") > v("1.2.3"));
        assert_eq!(v("1.2.3.0").bumped(Class::Patch).to_string(), "1.2.4.0");
        assert_eq!(v("1.2.3-rc.1").bumped(Class::Minor).to_string(), "1.3.0");
        assert_eq!(v("1.2.3").bumped(Class::Patch).to_string(), "1.2.4");
        assert_eq!(v("1.2.3.4").bumped(Class::Minor).to_string(), "1.3.0.0");
        assert_eq!(v("1.2.3").bumped(Class::Major).to_string(), "2.0.0");
        assert!(["", "1.x", "version 2", "1..2"].iter().all(|t| Version::read(t).is_none()));
    }

    #[test]
    fn a_version_may_be_followed_by_more() {
        for (text, expected) in [
            ("1.2.0", Some("1.2.0")),
            ("v1.2 (stable)", Some("v1.2")),
            ("1.2.0-rc.1, since March", Some("1.2.0-rc.1")),
            ("[[Releases|1.2.0]]", Some("1.2.0")),
            ("[[1.2.0]] of them", Some("1.2.0")),
            ("**v1.2.0** (stable)", Some("v1.2.0")),
            ("7", Some("7")),
            ("7 of them", None),
            ("based on 3.1.0", None),
            ("", None),
        ] {
            assert_eq!(Version::find(text).map(|(at, _)| &text[at]), expected, "{text}");
        }
    }

    #[test]
    fn words_of_a_pre_release_are_no_remark() {
        for text in [
            "2.0.0",
            "v2.0 · see https://ci.example/beta",
            "2.0.0 - stable",
            "2.0.0 | by Ruth",
            "2.0.0, stable",
            "2.0.0; see below",
            "2.0.0 (stable)",
            "[[Releases|2.0.0]] (stable)",
            "**2.0.0** – stable",
            "2.0.0 ✅",
        ] {
            assert_eq!(Version::remarked(text), Some(v("2.0.0")), "{text}");
        }
        for text in [
            "2.0.0 RC 1",
            "2.0.0 beta",
            "2.0.0 (beta)",
            "2.0.0 [rc.2]",
            "2.0.0 (Release Candidate 2)",
            "2.0.0 - RC1",
            "2.0.0, dev",
            "2.0.0 · public preview",
            "[[2.0.0 beta]]",
            "2.0.0 stable",
            "2.0.0[x]",
            "2.0.0 -x",
            "see 2.0.0",
        ] {
            assert_eq!(Version::remarked(text), None, "{text}");
        }
    }
}
