//! Splits a status text into its emoji, its name, and remarks.
//!
//! Headers, boards, histories and comparisons all use these functions, so that they agree on which statuses are
//! the same.

use super::term;
use crate::text::fold::{fold, is_pictograph, undecorated};

/// Words that have a level by default: for what is well, for what wants attention, and for what is broken.
pub const WITH_LEVEL: [&[&str]; 3] = [
    &["active", "online", "operational", "healthy", "good", "normal", "complete", "verified"],
    &["warning", "degraded", "optimizing", "in progress", "pending", "setup required", "maintenance"],
    &["inactive", "offline", "critical", "blocked", "failed", "down", "deprecated"],
];

/// Whether the first word or two of a status have a level by default, whatever follows them.
pub(crate) fn begins_with_level(words: &str) -> bool {
    let mut first = words.split_whitespace().map(status_key);
    let one = first.next().unwrap_or_default();
    let one = one.trim_end_matches([',', ';', ':']);
    let two = format!("{one} {}", first.next().unwrap_or_default());
    WITH_LEVEL.iter().any(|words| words.contains(&one) || words.contains(&&*two))
}

/// Splits a status into the emoji at its start and the words after it: `🔴 Down`, `🔴: Down`, `🔴 - Down`,
/// `==🔴 Down==`.
#[must_use]
pub fn split_status(text: &str) -> (&str, &str) {
    let text = unwrapped(text);
    let end = text.find(|c: char| !is_pictograph(c)).unwrap_or(text.len());
    let (mark, words) = text.split_at(end);
    let between = |c: char| is_set_off(c) || term::SIGNS.contains(&c);
    (mark, bare(if mark.is_empty() { words } else { words.trim_start_matches(between) }))
}

/// Returns the statuses that a text shows beside the one it begins with: the later ones of a change (`🔴 → 🟢`,
/// `❌ Down -> ✅ Up`), and all marks, including those of a choice (`🔴/🟢`). Statuses in a remark do not count:
/// `🟢 Active (🔴 until May)`.
pub fn steps(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let text = unwrapped(text);
    let said = text.split(['(', '（', ',', ';', '，', '；']).next().unwrap_or_default();
    let changes = said.split(is_arrow).flat_map(|step| step.split("->")).flat_map(|step| step.split("=>"));
    changes.enumerate().flat_map(|(at, step)| {
        let marks = step.split('/').flat_map(|choice| {
            choice
                .split_whitespace()
                .take_while(|word| word.chars().all(is_pictograph))
                .map(|mark| (mark, ""))
        });
        (at > 0).then(|| split_status(step)).into_iter().chain(marks)
    })
}

/// Whether a character is an arrow. Arrows count as pictographs too.
const fn is_arrow(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2794}'..='\u{27be}' | '\u{27f0}'..='\u{27ff}' | '\u{2900}'..='\u{297f}'
        | '\u{2b00}'..='\u{2b11}')
}

/// Returns a status without emphasis, highlight or brackets around the whole of it. A link is replaced by its
/// displayed text.
fn unwrapped(text: &str) -> &str {
    const PAIRS: [(&str, &str); 3] = [("[[", "]]"), ("[", "]"), ("(", ")")];
    let mut text = text.trim_start_matches(is_set_off);
    loop {
        let whole = text.trim_end_matches(is_set_off);
        let inner = PAIRS.iter().find_map(|(open, close)| {
            let inner = whole.strip_prefix(open)?.strip_suffix(close)?;
            let inner = if *open == "[[" { inner.rsplit('|').next()? } else { inner };
            (!inner.contains(open) && !inner.contains(close)).then_some(inner)
        });
        match inner {
            Some(inner) => text = inner.trim_start_matches(is_set_off),
            None => return text,
        }
    }
}

/// Whether a character is white space or a mark of emphasis or highlighting.
fn is_set_off(c: char) -> bool {
    c.is_whitespace() || matches!(c, '*' | '_' | '`' | '=')
}

/// Returns words without decoration around them.
fn bare(words: &str) -> &str {
    let whole = words.trim_matches(is_set_off);
    let own = undecorated(whole);
    if own.ends_with(DOTS)
        && whole.ends_with(is_pictograph)
        && let Some(start) = whole.find(own)
    {
        return &whole[start..];
    }
    own
}

/// In longer statuses, names are only searched within this many bytes. Without a limit, each sign in a long status
/// would end a name that must be compared.
const LONGEST: usize = 120;

/// Returns the possible names in the words of a status, longest first: all of the words, or the words before a
/// remark. For `Active, see below - since May` these are the whole text, `Active, see below` and `Active`.
pub fn names(words: &str) -> impl Iterator<Item = &str> {
    let first = words.char_indices().take_while(|(at, _)| *at < LONGEST);
    let ends: Vec<usize> = first.filter_map(|(at, sign)| end(words, at, sign)).collect();
    let beginnings = ends.into_iter().rev().map(|end| bare(&words[..end]));
    std::iter::once(words).chain(beginnings.filter(|name| !name.is_empty()))
}

/// Returns the parts after a dot in a status, if `name` ends at a dot. They may be a remark (`Active · since May`)
/// or further statuses, in which case no single one was chosen (`🟢 Active · 🔴 Down`).
pub fn beside<'w>(words: &'w str, name: &str) -> impl Iterator<Item = (&'w str, &'w str)> {
    let behind = words.find(name).map_or("", |at| &words[at + name.len()..]);
    let said = behind.trim_start_matches(is_set_off).strip_prefix(DOTS);
    said.into_iter().flat_map(|said| said.split(DOTS).flat_map(|said| said.split('|'))).map(split_status)
}

/// Dots that separate the parts of a status.
const DOTS: [char; 2] = ['·', '•'];

/// Words that begin a remark about a period.
const TIMES: [&str; 5] = ["since ", "until ", "till ", "seit ", "bis "];

/// Returns where a name may end because a sign begins a remark: a comma or bracket; a colon or period at the end
/// of a word; a dash or dot between spaces; a bar between spaces, if a colon follows as in a remark, but not in a
/// choice (`Active | Down`); or a space before a word of [`TIMES`].
fn end(words: &str, at: usize, sign: char) -> Option<usize> {
    let ends_word = words[at + sign.len_utf8()..].chars().next().is_none_or(is_set_off);
    match sign {
        ',' | ';' | '(' | '，' | '；' | '（' | '：' | '。' => Some(at),
        ':' | '.' => ends_word.then_some(at),
        '-' | '–' | '—' | '=' | '·' | '•' => {
            let before = words[..at].trim_end_matches(sign);
            (ends_word && before.ends_with(char::is_whitespace)).then_some(before.len())
        }
        '|' => {
            // In a table, it may be written `\|`.
            let before = words[..at].trim_end_matches('\\');
            let is_parted = ends_word && before.ends_with(char::is_whitespace);
            // A remark after a bar (a time, an address, a key) has a colon, while the name of a status has none.
            (is_parted && words[at..].contains(':')).then_some(before.len())
        }
        ' ' => {
            let rest = &words.as_bytes()[at + 1..];
            let begins =
                |word: &&str| rest.get(..word.len()).is_some_and(|r| r.eq_ignore_ascii_case(word.as_bytes()));
            TIMES.iter().any(begins).then_some(at)
        }
        _ => None,
    }
}

/// Returns the key by which names of statuses compare. It ignores case and a final period, and treats hyphens and
/// underscores as spaces: `In-Progress` and `in_progress` have the same key.
#[must_use]
pub fn status_key(name: &str) -> String {
    let folded = fold(bare(name));
    let mut key = String::with_capacity(folded.len());
    for word in folded.trim_end_matches('.').split_whitespace() {
        // A dash between spaces is not part of a word.
        let dash = word.chars().all(is_hyphen).then_some(word);
        for part in word.split(is_hyphen).filter(|part| !part.is_empty()).chain(dash) {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(part);
        }
    }
    // A name that consists of signs only is its own key.
    if key.is_empty() { folded.into_owned() } else { key }
}

const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '_' | '\u{2010}' | '\u{2011}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_a_mark_and_words() {
        assert_eq!(split_status("🟢 Active"), ("🟢", "Active"));
        assert_eq!(split_status("**⚠️ Degraded**"), ("⚠️", "Degraded"));
        assert_eq!(split_status("Active"), ("", "Active"));
        assert_eq!(split_status("🟢"), ("🟢", ""));
        assert_eq!(split_status("🟢 Active 🎉"), ("🟢", "Active"));
        assert_eq!(split_status("**🟢 Active · 🔴**"), ("🟢", "Active · 🔴"));
        assert_eq!(split_status("Active · since May 🎉"), ("", "Active · since May"));
        for text in ["🔴: Down", "🔴 - Down", "🔴 – Down", "🔴 = Down", "**🔴:** Down", "🔴 **Down**"]
        {
            assert_eq!(split_status(text), ("🔴", "Down"), "{text}");
        }
    }

    #[test]
    fn what_sets_off_the_whole_is_no_part_of_it() {
        for text in [
            "==🔴 Down==",
            "[🔴 Down]",
            "(🔴 Down)",
            "**==🔴 Down==**",
            "==**🔴 Down**==",
            "[[🔴 Down]]",
            "[[Statuses#Down|🔴 Down]]",
            "[==🔴 Down==]",
        ] {
            assert_eq!(split_status(text), ("🔴", "Down"), "{text}");
        }
        assert_eq!(split_status("==🔴 Down== - since May"), ("🔴", "Down== - since May"));
        for text in ["[Down", "(a) or (b)", "a== and ==b", "[a] - [b]", "[a](b)"] {
            assert_eq!(split_status(text), ("", text), "{text}");
        }
        assert_eq!(
            (split_status("===="), split_status("[]"), split_status("")),
            (("", ""), ("", ""), ("", ""))
        );
    }

    #[test]
    fn a_change_has_steps() {
        for (text, expected) in [
            ("🟢 Active", &["🟢"][..]),
            ("🔴 → 🟢", &["🔴", "🟢", "🟢"]),
            ("🔴→🟢", &["🔴", "🟢", "🟢"]),
            ("🔴/🟢", &["🔴", "🟢"]),
            ("🔴 🟢", &["🔴", "🟢"]),
            ("🟢 (🔴 → 🟢)", &["🟢"]),
            ("Up", &[]),
            ("", &[]),
        ] {
            assert_eq!(steps(text).map(|(mark, _)| mark).collect::<Vec<_>>(), expected, "{text}");
        }
        assert_eq!(steps("**Down -> Up**").collect::<Vec<_>>(), [("", "Up")]);
    }

    #[test]
    fn a_name_ends_where_a_remark_begins() {
        for (words, expected) in [
            ("Active", &["Active"][..]),
            ("Active - stable since May", &["Active - stable since May", "Active - stable", "Active"]),
            ("Active Since May", &["Active Since May", "Active"]),
            ("Active sincerely", &["Active sincerely"]),
            ("Active – stable", &["Active – stable", "Active"]),
            ("Active —— stable", &["Active —— stable", "Active"]),
            ("Active, monitoring", &["Active, monitoring", "Active"]),
            ("Active; see below", &["Active; see below", "Active"]),
            ("Active. All is well", &["Active. All is well", "Active"]),
            ("Active.", &["Active.", "Active"]),
            ("**Active**: stable", &["**Active**: stable", "Active"]),
            ("Active== - stable", &["Active== - stable", "Active"]),
            ("Active(2)", &["Active(2)", "Active"]),
            ("A, b - c", &["A, b - c", "A, b", "A"]),
            ("On-call, v1.2", &["On-call, v1.2", "On-call"]),
            ("Active · since 10:30", &["Active · since 10:30", "Active ·", "Active"]),
            ("Active | 10:30", &["Active | 10:30", "Active"]),
            ("Active | see x | 10:30", &["Active | see x | 10:30", "Active | see x", "Active"]),
            ("Active \\| see x: y", &["Active \\| see x: y", "Active \\| see x", "Active"]),
            ("Active | Down", &["Active | Down"]),
            ("Active • stable", &["Active • stable", "Active"]),
            ("10:30 a.b a-b a=b a|b a·b", &["10:30 a.b a-b a=b a|b a·b"]),
            ("- none", &["- none"]),
            (", none", &[", none"]),
            ("", &[""]),
        ] {
            assert_eq!(names(words).collect::<Vec<_>>(), expected, "{words}");
        }
        let long = "a, ".repeat(100_000);
        assert!(names(&long).count() <= LONGEST);
    }

    #[test]
    fn names_compare_by_their_words() {
        for name in [
            "In Progress",
            "in-progress",
            "IN_PROGRESS",
            "in  progress.",
            "**In progress**",
            "in\u{a0}progress:",
        ] {
            assert_eq!(status_key(name), "in progress", "{name}");
        }
        assert_ne!(status_key("On"), status_key("On-call"));
        assert_ne!(status_key("On · 🔴"), status_key("On · 🟡"));
        assert_ne!(status_key("Read only"), status_key("Read - only"));
        assert_ne!(status_key("-"), status_key("—"));
    }
}
