//! The anchors that GitHub, GitLab and most site generators give to headings: `#rate-limits` for `Rate limits`.
//! Obsidian does not know them, so a link to one leads nowhere; but the anchor tells exactly which heading was
//! meant.

/// The headings of a note, by their anchors.
#[derive(Debug, Default)]
pub(super) struct Slugs {
    /// The anchor of each heading, without the number that tells equal ones apart, and the index of the heading;
    /// sorted.
    all: Box<[(Box<str>, u32)]>,
    /// For each heading the one that it stands below.
    above: Box<[Option<u32>]>,
}

impl Slugs {
    /// Makes the anchors of headings, given their texts and levels.
    pub(super) fn new<'h>(headings: impl Iterator<Item = (&'h str, u8)>) -> Self {
        let (mut all, mut above) = (Vec::new(), Vec::new());
        // The headings that the next one may stand below, each deeper than the one before.
        let mut open: Vec<(u32, u8)> = Vec::new();
        for (i, (heading, level)) in (0u32..).zip(headings) {
            let slug = slug(heading);
            if !slug.is_empty() {
                all.push((slug.into_boxed_str(), i));
            }
            while open.pop_if(|(_, other)| *other >= level).is_some() {}
            above.push(open.last().map(|(above, _)| *above));
            open.push((i, level));
        }
        all.sort_unstable();
        Self { all: all.into(), above: above.into() }
    }

    /// Returns the heading that this one stands below.
    pub(super) fn above(&self, heading: usize) -> Option<usize> {
        self.above.get(heading).copied().flatten().map(|above| above as usize)
    }

    /// Returns the heading that has this anchor, if exactly one can have it. Of equal headings the first has no
    /// number, and the next one gets `-1`.
    pub(super) fn find(&self, written: &str) -> Option<usize> {
        let wanted = anchor(written)?;
        let numbered = wanted.rsplit_once('-').and_then(|(name, number)| {
            let number = number.parse().ok().filter(|&number: &usize| number > 0)?;
            self.alike(name).get(number)
        });
        match (self.alike(&wanted).first(), numbered) {
            (Some((_, heading)), None) | (None, Some((_, heading))) => Some(*heading as usize),
            _ => None,
        }
    }

    /// Returns the headings with the same anchor, in the order of the note.
    fn alike(&self, slug: &str) -> &[(Box<str>, u32)] {
        let first = self.all.partition_point(|(own, _)| **own < *slug);
        let rest = self.all.get(first..).unwrap_or_default();
        rest.get(..rest.partition_point(|(own, _)| **own == *slug)).unwrap_or_default()
    }
}

/// Returns an anchor in the form in which anchors compare; `None` if it is not one.
fn anchor(written: &str) -> Option<String> {
    let is_none = |c: char| c.is_whitespace() || c.is_ascii_punctuation() && !matches!(c, '-' | '_');
    let is_kept = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let kept = || written.chars().filter(is_kept).flat_map(char::to_lowercase).collect();
    (!written.contains(is_none)).then(kept)
}

/// Returns the anchor of a heading: its visible text in lower case, without punctuation, and with `-` for each
/// blank.
fn slug(heading: &str) -> String {
    let mut slug = String::with_capacity(heading.len());
    let mut rest = heading;
    let (mut in_code, mut may_be_tag, mut may_be_link) = (false, true, true);
    while let Some(c) = rest.chars().next() {
        let before = heading.get(..heading.len() - rest.len()).and_then(|before| before.chars().next_back());
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        match c {
            '`' => in_code = !in_code,
            // Tags and link destinations are not shown. Once one is unclosed, so are all behind it.
            '<' if !in_code
                && may_be_tag
                && rest.starts_with(|c: char| c == '/' || c.is_ascii_alphabetic()) =>
            {
                may_be_tag = leave_out(&mut rest, '>');
            }
            '(' if !in_code && may_be_link && before == Some(']') => may_be_link = leave_out(&mut rest, ')'),
            '-' => slug.push(c),
            // At the edge of a word it is emphasis.
            '_' if in_code || is_word(before) && is_word(rest.chars().next()) => slug.push(c),
            _ if c.is_whitespace() => slug.push('-'),
            _ if c.is_alphanumeric() => slug.extend(c.to_lowercase()),
            _ => {}
        }
    }
    slug
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '\\')
}

/// Skips to behind the closer, and returns whether there is one.
fn leave_out(rest: &mut &str, closer: char) -> bool {
    match rest.split_once(closer) {
        Some((_, behind)) => *rest = behind,
        None => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::growth::excess;

    #[test]
    fn headings_have_the_anchors_of_github() {
        for (heading, anchor) in [
            ("Rate limits", "rate-limits"),
            ("[1.2.0] - 2025-01-01", "120---2025-01-01"),
            ("**Bold** Heading", "bold-heading"),
            ("What (is) it?", "what-is-it"),
            ("A & B", "a--b"),
            ("🚀 Go", "-go"),
            ("Ünd so", "ünd-so"),
            ("snake_case and _emphasis_", "snake_case-and-emphasis"),
            ("`__init__` and `<T>`", "__init__-and-t"),
            ("The [guide](https://x.example/a-b) of [[B]]", "the-guide-of-b"),
            ("<a id=\"x\"></a>Setup", "setup"),
            ("a < b (c", "a--b-c"),
            ("re-use", "re-use"),
            ("?!", ""),
        ] {
            assert_eq!(slug(heading), anchor, "{heading}");
        }
    }

    #[test]
    fn of_equal_headings_each_has_a_number() {
        let headings = ["Added", "Fixed", "Added", "Fixed 1", "Fixed", "added", "Snake_case_x", "`__init__`"];
        let slugs = Slugs::new(headings.into_iter().map(|heading| (heading, 1)));
        for (anchor, expected) in [
            ("added", Some(0)),
            ("added-1", Some(2)),
            ("Added-2", Some(5)),
            ("added-3", None),
            ("added-0", None),
            // Ambiguous: the second heading with the name before the number, or one whose own text has the
            // number.
            ("fixed-1", None),
            ("fixed 1", None),
            ("fix.ed", None),
            ("__init__-1", None),
            ("__init__", Some(7)),
            ("snake_case_x", Some(6)),
            ("fixed-", None),
            ("", None),
            ("-1", None),
        ] {
            assert_eq!(slugs.find(anchor), expected, "{anchor}");
        }
    }

    #[test]
    fn each_heading_stands_below_the_last_that_is_higher() {
        let slugs = Slugs::new([2, 1, 2, 3, 3, 2, 4].into_iter().map(|level| ("x", level)));
        let above: Vec<_> = (0..8).map(|i| slugs.above(i)).collect();
        assert_eq!(above, [None, None, Some(1), Some(2), Some(2), Some(1), Some(5), None]);
    }

    #[test]
    fn what_is_never_closed_costs_no_more() {
        for piece in ["](", "<a", "`", "_", "](x", "[a]()"] {
            let work = |text: &String| {
                std::hint::black_box(slug(text));
            };
            assert_eq!(excess(piece, 5_000, |n| piece.repeat(n), work), None);
        }
    }
}
