//! Floor 8: the rules. Pure: a vault goes in, findings come out. What keeps the verdict on a vault up to date while it
//! changes, and between two runs, is [`verdict`].
//!
//! A rule is a record ([`Rule`]) whose manual is its doc comment, and a plain function. The
//! registry ([`RULES`]) is the only list of them: `explain`, `list rules`, the README's table and
//! the tests are made from it.

use std::cell::OnceCell;
use std::sync::{Arc, LazyLock, OnceLock};

use self::guesses::Offered;
use self::shared::Shared;
use crate::config::Config;
use crate::model::finding::{Finding, Severity};
use crate::plan::board;
use crate::syntax::board::Board;
use crate::syntax::link::RawLink;
use crate::text::place::Place;
use crate::text::stamp::Stamp;
use crate::vault::names::Resolution;
use crate::vault::nearest::Nearest;
use crate::vault::{Note, NoteId, Vault};

mod boards;
mod diagrams;
mod files;
mod fragments;
mod guesses;
mod header;
mod history;
mod integrations;
mod links;
mod measures;
mod metrics;
mod notes;
mod orphans;
mod repair;
mod respell;
mod run;
mod secrets;
mod shared;
mod silence;
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

pub use self::boards::{BOARD_EDITED, BOARD_STALE, CONFLICT};
pub use self::files::MERGE_CONFLICT;
pub use self::history::would_be_in_future;
pub use self::notes::NOTE_REVIEW_OVERDUE;
pub use self::run::{feed, run, run_once};
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

    /// Whether the rule says nothing about notes in which a merge conflict is not settled.
    #[must_use]
    pub const fn is_of_one_side(&self) -> bool {
        self.of_one_side
    }

    /// Whether the rule says nothing about a note because a merge conflict is not settled in it.
    fn is_quiet_about(&self, note: &Note) -> bool {
        self.of_one_side && note.facts.system().conflict.is_some()
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

/// What every rule can see.
#[derive(Debug)]
pub struct Context<'v> {
    /// The vault.
    pub vault: &'v Vault,
    /// The time by the wall clock; `None` where the answer must not depend on it.
    pub now: Option<Stamp>,
    /// What may feed a board; empty until that is known.
    feed: &'v [Finding],
    /// What is offered for lost links, as far as that is known already.
    offered: Offered,
    /// What notes share, where that is known already.
    known: Option<&'v Shared>,
    shared: OnceLock<Shared>,
    types: OnceLock<WordList>,
    auth: OnceLock<WordList>,
    statuses: OnceLock<WordList>,
}

/// Words that the vault lists, to find what somebody meant who wrote another.
#[derive(Debug)]
struct WordList {
    words: Vec<String>,
    nearest: Nearest,
}

impl WordList {
    fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        Self { nearest: Nearest::new(words.iter().map(String::as_str)), words }
    }

    fn near(&self, word: &str) -> Option<&str> {
        self.nearest.find(word).map(|(i, _)| self.words[i].as_str())
    }
}

impl<'v> Context<'v> {
    /// What a rule sees that looks at notes and at the vault.
    fn new(vault: &'v Vault, now: Option<Stamp>) -> Self {
        Self::with_feed(vault, now, &[])
    }

    /// What a rule sees that looks at boards.
    fn with_feed(vault: &'v Vault, now: Option<Stamp>, feed: &'v [Finding]) -> Self {
        let (types, auth, statuses) = Default::default();
        let offered = Offered::default();
        Self { vault, now, feed, offered, known: None, shared: OnceLock::new(), types, auth, statuses }
    }

    /// The types of integrations that the vault lists.
    fn types(&self) -> &WordList {
        self.types.get_or_init(|| WordList::new(self.vault.vocabulary().types()))
    }

    /// The ways to authenticate that the vault lists.
    fn auth(&self) -> &WordList {
        self.auth.get_or_init(|| WordList::new(self.vault.vocabulary().auth_methods()))
    }

    /// The status words that the vault lists.
    fn statuses(&self) -> &WordList {
        self.statuses.get_or_init(|| WordList::new(self.vault.vocabulary().status_words()))
    }

    fn shared(&self) -> &Shared {
        self.known.unwrap_or_else(|| self.shared.get_or_init(|| Shared::of(self.vault)))
    }
}

/// What a rule sees of one note.
struct NoteContext<'v> {
    context: &'v Context<'v>,
    vault: &'v Vault,
    id: NoteId,
    note: &'v Note,
    links: OnceCell<Vec<(&'v RawLink, Resolution<'v>)>>,
    text: OnceCell<Option<Arc<str>>>,
    boards: OnceCell<Vec<Result<String, String>>>,
}

impl<'v> NoteContext<'v> {
    fn new(context: &'v Context<'v>, id: NoteId, note: &'v Note) -> Self {
        let (links, text, boards) = Default::default();
        Self { context, vault: context.vault, id, note, links, text, boards }
    }

    /// The boards of the note, each with what it should show or why it can show nothing. To render one takes
    /// the notes of the whole vault, and is done once for all rules.
    fn boards(&self) -> impl Iterator<Item = (&'v Board, &Result<String, String>)> {
        let boards = &self.note.facts.system().boards;
        let source = board::Source { vault: self.vault, findings: self.context.feed };
        let rendered = self.boards.get_or_init(|| boards.iter().map(|b| board::render(source, b)).collect());
        boards.iter().zip(rendered)
    }

    /// The text of the note. Facts are enough to judge it: only what is to be said may need more, and a
    /// note about which there is much to say is read once.
    fn text(&self) -> Option<&str> {
        self.text.get_or_init(|| self.vault.text(self.id)).as_deref()
    }

    /// The links of the note and where they lead, resolved once for all rules.
    fn links(&self) -> &[(&'v RawLink, Resolution<'v>)] {
        self.links.get_or_init(|| {
            self.note.facts.links.iter().map(|link| (link, self.vault.resolve(self.note, link))).collect()
        })
    }
}

/// Takes what a rule has to say.
struct Sink<'v> {
    rule: &'static Rule,
    vault: &'v Vault,
    findings: Vec<Finding>,
}

impl<'v> Sink<'v> {
    fn new(rule: &'static Rule, vault: &'v Vault) -> Self {
        Self { rule, vault, findings: Vec::new() }
    }

    /// What the rule had to say, save where it is switched off.
    fn into_findings(self) -> impl Iterator<Item = Finding> {
        self.findings.into_iter().filter(|finding| finding.severity > Severity::Off)
    }

    /// Says something about a place of a note. The subject tells findings of one rule and note
    /// apart, whatever line they stand in.
    fn report(
        &mut self,
        note: &str,
        place: impl Into<Option<Place>>,
        subject: &str,
        message: String,
    ) -> &mut Finding {
        self.findings.push(Finding {
            rule: self.rule.name,
            severity: self.rule.severity_in(self.vault, note),
            message,
            note: note.to_owned(),
            place: place.into(),
            related: Vec::new(),
            help: None,
            subject: subject.to_owned(),
            fix: None,
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
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
}
