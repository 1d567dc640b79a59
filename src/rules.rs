//! Floor 8: the rules. They are pure: a vault goes in, findings come out. [`verdict`] keeps the findings of a
//! vault up to date while it changes, and between two runs.
//!
//! A rule is a record ([`Rule`]) with a plain function; the doc comment of the record is its manual. The
//! registry ([`RULES`]) is the only list of rules: `explain`, `list rules`, the README's table and the tests
//! are made from it.

use std::collections::HashMap;
use std::sync::LazyLock;

use self::context::{Context, NoteContext};
use self::sink::Sink;
use crate::config::Config;
use crate::model::finding::{Finding, Severity};
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
mod silence;
mod sink;
mod status;
pub mod step;
mod unlogged;
mod vault_facts;
pub mod verdict;
mod versions;

/// A rule: its name, severity, manual and function.
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
    /// Whether its findings depend on the clock. Boards never show those.
    uses_clock: bool,
    /// Whether it is silent about notes with an unsettled merge conflict.
    quiet_in_conflict: bool,
    /// Whether it suggests the nearest name, and so depends on all names of the vault.
    suggests_names: bool,
}

/// When a rule runs, and what it may look at.
#[derive(Clone, Copy, Debug)]
enum Check {
    /// Runs on every note that is not a template, each by itself.
    Ordinary(fn(&NoteContext<'_>, &mut Sink<'_>)),
    /// Runs on every note, each by itself.
    Every(fn(&NoteContext<'_>, &mut Sink<'_>)),
    /// Runs on every note that is not a template, and on every canvas.
    Linking(fn(&NoteContext<'_>, &mut Sink<'_>)),
    /// Runs on what could not be read: files and folders, and notes that are nested too deep.
    Unread(fn(&Context<'_>, &mut Sink<'_>)),
    /// Runs on all integrations together. It depends neither on other facts of their notes nor on names of
    /// other files.
    Integrations(fn(&Context<'_>, &mut Sink<'_>)),
    /// Runs on all integrations and histories together, where the vault lists audit logging as a measure.
    Logged(fn(&Context<'_>, &mut Sink<'_>)),
    /// Runs on the vault as a whole: its names, and the notes that document systems.
    Vault(fn(&Context<'_>, &mut Sink<'_>)),
    /// Runs on the links of all notes together.
    Graph(fn(&Context<'_>, &mut Sink<'_>)),
    /// Runs on every note, once all findings that a board can show are known.
    Board(fn(&NoteContext<'_>, &mut Sink<'_>)),
    /// Runs on the differences between two states of the vault, where there is another state to compare with.
    Step(fn(&Step<'_>, &mut Sink<'_>)),
    /// Run by the runner itself, once all other findings are known.
    Silencers,
}

/// Declares a rule, whose doc comment is its manual. Words behind its function set what differs from most
/// rules, such as `fixable`.
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

/// All rules, grouped by family.
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

/// The index of each rule in [`RULES`], by its name.
static NUMBERS: LazyLock<HashMap<&str, usize>> =
    LazyLock::new(|| RULES.iter().zip(0..).map(|(rule, number)| (rule.name, number)).collect());

/// Returns the index in [`RULES`] of the rule with this name.
#[must_use]
pub fn number(name: &str) -> Option<usize> {
    NUMBERS.get(name).copied()
}

/// Finds a rule by its name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.get(number(name)?).copied()
}

/// Returns the names of all rules.
#[must_use]
pub fn names() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.name).collect()
}

/// The constructor, and the words that `declare_rule` accepts.
impl Rule {
    const fn new(name: &'static str, severity: Severity, doc: &'static str, check: Check) -> Self {
        let (fixable, reach) = (false, Reach::Block);
        let (uses_clock, quiet_in_conflict, suggests_names) = (false, false, false);
        Self { name, severity, fixable, doc, check, reach, uses_clock, quiet_in_conflict, suggests_names }
    }

    const fn fixable(self) -> Self {
        Self { fixable: true, ..self }
    }

    /// Its findings are about whole notes, not about a place in them.
    const fn of_whole_notes(self) -> Self {
        Self { reach: Reach::Note, ..self }
    }

    /// Its findings cannot be silenced by comments: they are about files that hold none, or about comments.
    const fn beyond_comments(self) -> Self {
        Self { reach: Reach::Nothing, ..self }
    }

    /// Its findings are about facts that each side of a merge has its own version of, so in a conflict they
    /// say nothing about either side.
    const fn quiet_in_conflict(self) -> Self {
        Self { quiet_in_conflict: true, ..self }
    }

    const fn uses_clock(self) -> Self {
        Self { uses_clock: true, ..self }
    }

    const fn suggests_names(self) -> Self {
        Self { suggests_names: true, ..self }
    }
}

/// What the rule of a finding says about it.
impl Finding {
    /// Whether `rule` has reported the finding.
    #[must_use]
    pub fn is_of(&self, rule: &Rule) -> bool {
        self.rule == rule.name
    }

    /// Whether the finding depends on the clock.
    fn uses_clock(&self) -> bool {
        find(self.rule).is_some_and(|rule| rule.uses_clock)
    }

    /// Whether the finding may suggest the nearest name, and so depends on all names of the vault.
    fn suggests_names(&self) -> bool {
        find(self.rule).is_some_and(|rule| rule.suggests_names)
    }
}

impl Rule {
    /// Returns how far a comment can silence its findings.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        self.reach
    }

    /// Returns what the rule finds: the first paragraph of its manual, without the period at its end.
    #[must_use]
    pub fn summary(&self) -> String {
        let lines = self.doc.lines().map(str::trim).take_while(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
    }

    /// Returns the manual, line by line.
    pub fn manual(&self) -> impl Iterator<Item = &'static str> {
        self.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line))
    }

    /// Whether the rule compares two states of a vault, so that it finds nothing in a single state.
    #[must_use]
    pub const fn is_about_a_change(&self) -> bool {
        matches!(self.check, Check::Step(_))
    }

    /// Whether the rule skips a note because of an unsettled merge conflict in it. A lone conflict marker
    /// does not count: no rule reports it, and the note has only one version of its facts.
    #[must_use]
    pub fn is_quiet_about(&self, note: &Note) -> bool {
        self.quiet_in_conflict && note.facts.system().conflict.is_some_and(|conflict| conflict.is_whole)
    }

    /// Whether the rule judges notes of this role, and what they are part of. No rule is asked about excluded
    /// notes.
    const fn judges(&self, role: Role) -> bool {
        match self.check {
            Check::Every(_) | Check::Board(_) => role.is_note(),
            Check::Ordinary(_) => matches!(role, Role::Ordinary),
            Check::Linking(_) => matches!(role, Role::Ordinary | Role::Canvas),
            Check::Unread(_) | Check::Silencers => true,
            // What a template shows is a pattern: it is no integration, links nowhere and is no change.
            Check::Integrations(_)
            | Check::Logged(_)
            | Check::Vault(_)
            | Check::Graph(_)
            | Check::Step(_) => !matches!(role, Role::Template),
        }
    }

    /// Returns the severity of the rule in a note, as the vault sets it.
    #[must_use]
    pub fn severity_in(&self, vault: &Vault, note: &str) -> Severity {
        vault.config().severity(self.name, note).unwrap_or(self.severity)
    }

    /// Whether the rule is on anywhere in the vault.
    #[must_use]
    pub fn is_on(&self, vault: &Vault) -> bool {
        self.is_on_by(vault.config())
    }

    /// Whether the rule is on anywhere in a vault with this configuration.
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
    /// `check` and the README list these rules in words, which a new rule could make untrue.
    #[test]
    fn what_is_judged_of_template_notes() {
        let judging: Vec<&str> =
            RULES.iter().filter(|rule| rule.judges(Role::Template)).map(|rule| rule.name).collect();
        let (syntax, boards) = (
            ["integration-syntax", "integration-secret", "diagram-syntax"],
            ["board-stale", "board-edited", "board-unclosed", "board-unknown"],
        );
        let files = ["file-not-utf8", "file-unreadable", "merge-conflict", "allow-unused"];
        assert_eq!(judging, [&syntax[..], &boards, &files].concat());
    }
}
