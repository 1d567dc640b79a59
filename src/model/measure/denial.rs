//! Decides whether the text about a security measure denies it.

use super::{Said, clauses};

/// Words that deny a measure, or put it off, wherever they stand.
const ANYWHERE: [&str; 24] = [
    "no",
    "not",
    "none",
    "never",
    "without",
    "off",
    "disabled",
    "planned",
    "later",
    "pending",
    "todo",
    "tbd",
    "wip",
    "upcoming",
    "soon",
    "roadmap",
    "backlog",
    "proposed",
    "wishlist",
    "deferred",
    "postponed",
    "someday",
    "eventually",
    "unimplemented",
];

/// Words that deny only their own subject, which may be something other than the measure:
/// `requests missing a token are rejected`.
const STATES: [&str; 8] =
    ["missing", "lacking", "absent", "unavailable", "inactive", "optional", "underway", "nowhere"];

/// Whether an item, folded, says that its measure does not exist, or not yet: in words, or by being struck out.
/// The first clause of `name` is the measure's name; later clauses may be about other things.
pub(super) fn denies(name: &str, about: &str) -> bool {
    let is_future = |said: &Said<'_>| said.has(&["future"]) && !said.has_pair("future", "proof");
    let anywhere = |text: &str| {
        let said = Said::of(text);
        text.contains("~~") || said.has(&ANYWHERE) || is_future(&said)
    };
    if anywhere(name) || anywhere(about) {
        return true;
    }
    // A longer text may mean the region North America, so `na` counts only where it stands alone.
    if about.trim_matches(|c: char| !c.is_alphanumeric()) == "na" {
        return true;
    }
    let mut own = clauses(name);
    own.next().is_some_and(|called| names_a_state(&called))
        || own.any(|clause| is_state(&clause, false))
        || clauses(about).enumerate().any(|(at, clause)| is_state(&clause, at == 0))
}

/// Whether the name of an item contains a denial: `Missing encryption`, `Encryption is optional`.
fn names_a_state(called: &Said<'_>) -> bool {
    let words = &called.0;
    (0..words.len()).any(|at| {
        let is_word = STATES.contains(&words[at]);
        is_word && (at == 0 || is_apart(&words[at + 1..])) || phrase(&words[at..]).is_some()
    })
}

/// Whether a clause denies: with all of its words, or with its first words where `first` is set.
fn is_state(clause: &Said<'_>, first: bool) -> bool {
    const LEADS: [&str; 18] = [
        "is",
        "are",
        "was",
        "been",
        "being",
        "it",
        "this",
        "still",
        "currently",
        "now",
        "yet",
        "all",
        "completely",
        "rollout",
        "work",
        "implementation",
        "introduction",
        "setup",
    ];
    let leads = clause.0.iter().take_while(|word| LEADS.contains(word)).count();
    let words = &clause.0[leads..];
    let word = words.first().filter(|word| STATES.contains(word)).map(|_| 1);
    let Some(behind) = phrase(words).or(word).map(|len| &words[len..]) else { return false };
    behind.is_empty() || first && (word.is_none() || is_apart(behind))
}

/// Whether the words after a denial are not its subject, as they are in `missing tokens are rejected`.
fn is_apart(behind: &[&str]) -> bool {
    const BEHIND: [&str; 22] = [
        "for",
        "on",
        "in",
        "at",
        "to",
        "from",
        "by",
        "with",
        "within",
        "until",
        "till",
        "since",
        "because",
        "due",
        "as",
        "so",
        "and",
        "but",
        "yet",
        "today",
        "now",
        "everywhere",
    ];
    behind.first().is_none_or(|word| BEHIND.contains(word))
}

/// Returns how many words at the beginning form a phrase that denies: `in progress`, `under review`, `to be done`.
fn phrase(words: &[&str]) -> Option<usize> {
    const STAGES: [&str; 8] = [
        "evaluation",
        "consideration",
        "construction",
        "development",
        "discussion",
        "investigation",
        "review",
        "way",
    ];
    const WORK: [&str; 13] = [
        "done",
        "added",
        "decided",
        "defined",
        "determined",
        "discussed",
        "evaluated",
        "implemented",
        "introduced",
        "built",
        "rolled",
        "enabled",
        "configured",
    ];
    match words {
        ["in", "progress" | "planning" | "preparation", ..] | ["to", "do" | "come", ..] | ["n", "a", ..] => {
            Some(2)
        }
        ["under", stage, ..] if STAGES.contains(stage) => Some(2),
        ["to", "be", work, ..] if WORK.contains(work) => Some(3),
        _ => None,
    }
}
