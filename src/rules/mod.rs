//! Floor 8: the rules. Pure: a vault goes in, findings come out. What keeps the verdict on a vault up to date while it
//! changes, and between two runs, is [`verdict`].
//!
//! A rule is a record ([`Rule`]) whose manual is its doc comment, and a plain function. The
//! registry ([`RULES`]) is the only list of them: `explain`, `list rules`, the README's table and
//! the tests are made from it.

use std::sync::LazyLock;

use self::context::{Context, NoteContext};
use self::sink::Sink;
use crate::config::Config;
use crate::model::finding::Severity;
use crate::vault::{Note, Role, Vault};

mod boards;
mod context;
mod diagrams;
mod files;
mod fragments;
mod header;
mod history;
mod integrations;
mod links;
mod measures;
mod metrics;
mod notes;
mod offers;
mod orphans;
mod repair;
mod respell;
mod run;
mod secrets;
mod shared;
mod silence;
mod sink;
mod status;
pub mod step;
mod unlogged;
pub mod verdict;
mod versions;

/// A rule: what it is called, how much it matters, its manual and its function.
#[derive(Debug)]
pub struct Rule {
    /// The identifier, such as `link-unresolved`.
    pub name: &'static str,
    /// The severity where `portolan.toml` says nothing.
    pub severity: Severity,
    /// Whether some of its findings come with a fix.
    pub fixable: bool,
    /// The manual, in Markdown.
    pub doc: &'static str,
    check: Check,
    reach: Reach,
    /// Whether its answer depends on the clock. Boards never show it.
    by_clock: bool,
    /// Whether it is quiet about a note in which a merge conflict is not settled.
    of_one_side: bool,
    /// Whether it offers the nearest name, and so depends on every name of the vault.
    guessing: bool,
}

/// How a rule is run.
#[derive(Clone, Copy, Debug)]
enum Check {
    /// On every note that is no template, each by itself.
    Ordinary(fn(&NoteContext<'_>, &mut Sink<'_>)),
    /// On every note.
    Every(fn(&NoteContext<'_>, &mut Sink<'_>)),
    /// On every note that is no template, and on every canvas.
    Linking(fn(&NoteContext<'_>, &mut Sink<'_>)),
    /// On what could not be read: files and folders, and notes that nest too deep.
    Unread(fn(&Context<'_>, &mut Sink<'_>)),
    /// On all integrations together: what else their notes say is nothing to it, nor are the names of other files.
    Integrations(fn(&Context<'_>, &mut Sink<'_>)),
    /// On all integrations and histories together, where the vault lists audit logging as a measure.
    Logged(fn(&Context<'_>, &mut Sink<'_>)),
    /// On the vault as a whole: its names, and the notes that document systems.
    Vault(fn(&Context<'_>, &mut Sink<'_>)),
    /// On the links of all notes together.
    Graph(fn(&Context<'_>, &mut Sink<'_>)),
    /// On every note, when all findings that can feed a board are known.
    Board(fn(&NoteContext<'_>, &mut Sink<'_>)),
    /// On what lies between two states of the vault, where there is another one to compare with.
    Step(fn(&Step<'_>, &mut Sink<'_>)),
    /// By the runner itself, when all other findings are known.
    Silencers,
}

/// Declares a rule. Its doc comment is its manual; words behind its function say what is not so of most rules.
macro_rules! declare_rule {
    ($(#[doc = $doc:literal])+ $vis:vis static $id:ident = $name:literal, $severity:ident, $check:ident$(($function:path))? $(, $word:ident)*;) => {
        $(#[doc = $doc])+
        $vis static $id: $crate::rules::Rule = $crate::rules::Rule::new(
            $name,
            $crate::model::finding::Severity::$severity,
            concat!($($doc, "\n"),+),
            $crate::rules::Check::$check$(($function))?,
        )$(.$word())*;
    };
}
use declare_rule;

use self::step::Step;

pub use self::boards::{BOARD_EDITED, BOARD_STALE};
pub use self::files::MERGE_CONFLICT;
pub use self::history::{HISTORY_BEFORE_CREATED, HISTORY_DUPLICATE, would_be_in_future};
pub use self::links::{EMBED_MISSING, LINK_UNRESOLVED};
pub use self::notes::NOTE_REVIEW_OVERDUE;
pub use self::run::{feed, of_history, run, run_once};
pub use self::silence::Reach;
pub use self::unlogged::CHANGE_UNLOGGED;

/// Every rule, by family.
pub static RULES: &[&Rule] = &[
    &links::LINK_UNRESOLVED,
    &fragments::LINK_HEADING_MISSING,
    &fragments::LINK_BLOCK_MISSING,
    &links::EMBED_MISSING,
    &links::LINK_AMBIGUOUS,
    &links::LINK_CASE,
    &orphans::NOTE_ORPHAN,
    &orphans::ATTACHMENT_UNUSED,
    &header::HEADER_FIELD_MISSING,
    &header::HEADER_TIMESTAMP_INVALID,
    &header::HEADER_STATUS_UNKNOWN,
    &header::HEADER_MODIFIED_BEFORE_CREATED,
    &header::HEADER_MODIFIED_STALE,
    &header::HEADER_VERSION_STALE,
    &header::PLACEHOLDER_UNRENDERED,
    &history::HISTORY_TIMESTAMP_INVALID,
    &history::HISTORY_ORDER,
    &history::HISTORY_DUPLICATE,
    &history::HISTORY_BEFORE_CREATED,
    &history::HISTORY_IN_FUTURE,
    &versions::HISTORY_VERSION_ORDER,
    &versions::HISTORY_VERSION_CLASS,
    &history::HISTORY_TEMPLATE_UNMATCHED,
    &history::LOG_TEMPLATE_INVALID,
    &integrations::INTEGRATION_SYNTAX,
    &integrations::INTEGRATION_FIELD_MISSING,
    &integrations::INTEGRATION_FIELD_TYPE,
    &integrations::INTEGRATION_FIELD_UNKNOWN,
    &integrations::INTEGRATION_DUPLICATE,
    &integrations::INTEGRATION_TYPE_UNKNOWN,
    &integrations::INTEGRATION_AUTH_UNKNOWN,
    &integrations::INTEGRATION_ENDPOINT_INVALID,
    &integrations::INTEGRATION_DURATION_INVALID,
    &integrations::INTEGRATION_RATE_LIMIT_INVALID,
    &integrations::INTEGRATION_PLACEHOLDER,
    &integrations::INTEGRATION_SCHEMA,
    &secrets::INTEGRATION_SECRET,
    &measures::INTEGRATION_PLAINTEXT,
    &measures::INTEGRATION_UNLIMITED,
    &measures::INTEGRATION_UNAUTHENTICATED,
    &measures::INTEGRATION_UNLOGGED,
    &diagrams::DIAGRAM_SYNTAX,
    &diagrams::DIAGRAM_ISOLATED_NODE,
    &diagrams::DIAGRAM_LABEL_CONFLICT,
    &diagrams::INTEGRATION_UNDIAGRAMMED,
    &metrics::METRIC_OUT_OF_TARGET,
    &metrics::METRIC_HEALTH_MISMATCH,
    &status::STATUS_TRANSITION,
    &unlogged::CHANGE_UNLOGGED,
    &boards::BOARD_STALE,
    &boards::BOARD_EDITED,
    &boards::BOARD_UNCLOSED,
    &boards::BOARD_UNKNOWN,
    &notes::HEADING_DUPLICATE,
    &notes::BLOCK_DUPLICATE,
    &notes::NAME_UNLINKABLE,
    &notes::NOTE_REVIEW_OVERDUE,
    &files::PROPERTIES_INVALID,
    &files::CANVAS_INVALID,
    &files::FILE_NOT_UTF8,
    &files::FILE_UNREADABLE,
    &files::MERGE_CONFLICT,
    &silence::ALLOW_UNUSED,
];

/// The rule with this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}

/// The names of all rules.
#[must_use]
pub fn names() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.name).collect()
}

/// The words of `declare_rule`.
impl Rule {
    const fn new(name: &'static str, severity: Severity, doc: &'static str, check: Check) -> Self {
        let (fixable, reach) = (false, Reach::Block);
        let (by_clock, of_one_side, guessing) = (false, false, false);
        Self { name, severity, fixable, doc, check, reach, by_clock, of_one_side, guessing }
    }

    const fn fixable(self) -> Self {
        Self { fixable: true, ..self }
    }

    /// Its findings are about no place in the note.
    const fn of_whole_notes(self) -> Self {
        Self { reach: Reach::Note, ..self }
    }

    /// Its findings are about files that hold no comments, or about comments.
    const fn beyond_comments(self) -> Self {
        Self { reach: Reach::Nothing, ..self }
    }

    /// Its findings are about what each side of a merge has its own of: in a conflict none is anybody's.
    const fn of_one_side(self) -> Self {
        Self { of_one_side: true, ..self }
    }

    const fn by_clock(self) -> Self {
        Self { by_clock: true, ..self }
    }

    const fn guessing(self) -> Self {
        Self { guessing: true, ..self }
    }
}

/// The names of the rules whose answer depends on the clock.
static BY_CLOCK: LazyLock<Vec<&str>> = LazyLock::new(|| names_where(|rule| rule.by_clock));

/// The names of the rules that offer the nearest name.
static GUESSING: LazyLock<Vec<&str>> = LazyLock::new(|| names_where(|rule| rule.guessing));

fn names_where(holds: impl Fn(&Rule) -> bool) -> Vec<&'static str> {
    RULES.iter().filter(|rule| holds(rule)).map(|rule| rule.name).collect()
}

impl Rule {
    /// How far a comment reaches its findings.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        self.reach
    }

    /// What the rule finds: the first paragraph of its manual, without the period at its end.
    #[must_use]
    pub fn summary(&self) -> String {
        let lines = self.doc.lines().map(str::trim).take_while(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
    }

    /// The manual, line by line.
    pub fn manual(&self) -> impl Iterator<Item = &'static str> {
        self.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line))
    }

    /// Whether the rule compares two states of a vault, and has no say about one.
    #[must_use]
    pub const fn is_about_a_change(&self) -> bool {
        matches!(self.check, Check::Step(_))
    }

    /// Whether the rule says nothing about a note because a merge conflict is not settled in it. A marker alone is none:
    /// nothing says it, and the note says one thing.
    #[must_use]
    pub fn is_quiet_about(&self, note: &Note) -> bool {
        self.of_one_side && note.facts.system().conflict.is_some_and(|conflict| conflict.is_whole)
    }

    /// Whether the rule judges notes of a role, and what they are part of. What is left alone no rule is asked about.
    const fn judges(&self, role: Role) -> bool {
        match self.check {
            Check::Every(_) | Check::Board(_) => role.is_note(),
            Check::Ordinary(_) => matches!(role, Role::Ordinary),
            Check::Linking(_) => matches!(role, Role::Ordinary | Role::Canvas),
            Check::Unread(_) | Check::Silencers => true,
            // What a template shows is a pattern: it is no integration, links nowhere and changes nothing.
            Check::Integrations(_)
            | Check::Logged(_)
            | Check::Vault(_)
            | Check::Graph(_)
            | Check::Step(_) => !matches!(role, Role::Template),
        }
    }

    /// The severity that a vault gives to the rule in a note.
    #[must_use]
    pub fn severity_in(&self, vault: &Vault, note: &str) -> Severity {
        vault.config().severity(self.name, note).unwrap_or(self.severity)
    }

    /// Whether the rule has a say anywhere in the vault.
    #[must_use]
    pub fn is_on(&self, vault: &Vault) -> bool {
        self.is_on_by(vault.config())
    }

    /// Whether the rule has a say anywhere in a vault with this configuration.
    #[must_use]
    pub fn is_on_by(&self, config: &Config) -> bool {
        let set = config.highest(self.name);
        let general = config.severities.get(self.name).copied().unwrap_or(self.severity);
        general.max(set.unwrap_or(general)) > Severity::Off
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_documented_and_well_named() {
        let mut seen = std::collections::BTreeSet::new();
        for rule in RULES {
            assert!(seen.insert(rule.name), "{} stands twice", rule.name);
            assert!(
                rule.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{}",
                rule.name
            );
            assert!(
                !rule.summary().is_empty() && rule.summary().len() < 160,
                "{}: {}",
                rule.name,
                rule.summary()
            );
            let mut at = 0;
            for part in ["## Why", "## Example", "## Fix"] {
                let found = rule.doc[at..].find(part);
                assert!(found.is_some(), "{} has no `{part}` in its place", rule.name);
                at += found.unwrap_or(0);
            }
            assert_eq!(find(rule.name).map(|r| r.name), Some(rule.name));
        }
    }
    /// `check` and the README say it in words, which a further rule may make untrue.
    #[test]
    fn what_is_judged_of_template_notes() {
        let judging = names_where(|rule| rule.judges(Role::Template));
        let (syntax, boards) = (
            ["integration-syntax", "integration-secret", "diagram-syntax"],
            ["board-stale", "board-edited", "board-unclosed", "board-unknown"],
        );
        let files = ["file-not-utf8", "file-unreadable", "merge-conflict", "allow-unused"];
        assert_eq!(judging, [&syntax[..], &boards, &files].concat());
    }
}
