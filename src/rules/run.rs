//! Runs the rules: first those that look at notes and at the vault, then those about boards, which show what
//! the others have found, and last the silencers.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::history::{HISTORY_BEFORE_CREATED, HISTORY_DUPLICATE};
use super::versions::HISTORY_VERSION_ORDER;
use super::{Check, Context, NoteContext, RULES, Rule, Sink, silence};
use crate::model::finding::Finding;
use crate::text::stamp::Stamp;
use crate::vault::{NoteId, Role, Traits, Vault};

/// How many notes are judged before their findings are collected.
const ROUND: usize = 1 << 12;

/// Runs all rules that are on. The findings are sorted by note and place.
#[must_use]
pub fn run(vault: &Vault, now: Option<Stamp>) -> Vec<Finding> {
    let context = Context::new(vault, now);
    let findings = first_phase(&context);
    completed(vault, now, findings)
}

/// Like [`run()`], for a vault that is not used afterwards. Suggestions for unresolved links take as much
/// memory as all findings, so they are computed first and freed before the other rules run.
#[must_use]
pub fn run_once(vault: &mut Vault, now: Option<Stamp>) -> Vec<Finding> {
    let ids: Vec<NoteId> = vault.ids().collect();
    let mut findings = guesses(&Context::new(vault, now), &ids);
    vault.forget_suggestions();
    let context = Context::new(vault, now);
    without_guesses(&context, &ids, &mut findings);
    findings.extend(of_vault(&context));
    completed(vault, now, findings)
}

/// Adds the findings about boards to `findings`, applies the silencers, and sorts.
fn completed(vault: &Vault, now: Option<Stamp>, mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.extend(boards(vault, now, &findings));
    silence::apply(vault, &mut findings);
    findings.sort_by(Finding::order);
    findings
}

/// Returns the findings that boards may show, which depend on the vault alone. Command-line filters have no
/// effect on them, and findings inside boards are left out.
#[must_use]
pub fn feed(vault: &Vault) -> Vec<Finding> {
    let context = Context::new(vault, None);
    feed_of(vault, &first_phase(&context))
}

/// Runs the rules that look at notes and at the vault, without applying silencers.
fn first_phase(context: &Context<'_>) -> Vec<Finding> {
    let ids: Vec<NoteId> = context.vault.ids().collect();
    let mut findings = of_notes(context, &ids);
    findings.extend(of_vault(context));
    findings
}

/// Runs the rules that look at each note by itself.
pub(super) fn of_notes(context: &Context<'_>, notes: &[NoteId]) -> Vec<Finding> {
    run_rules(context, notes, 64, looks_at_notes)
}

/// Like [`of_notes`], but only for the rules that suggest names.
pub(super) fn guesses(context: &Context<'_>, notes: &[NoteId]) -> Vec<Finding> {
    run_rules(context, notes, 64, |rule| looks_at_notes(rule) && rule.suggests_names)
}

/// Like [`of_notes`], but for all other rules, and appends to `found`: these are most of the findings, and
/// must not be in memory twice.
pub(super) fn without_guesses(context: &Context<'_>, notes: &[NoteId], found: &mut Vec<Finding>) {
    run_rules_into(found, context, notes, 64, |rule| looks_at_notes(rule) && !rule.suggests_names);
}

/// Whether a rule looks at each note by itself.
const fn looks_at_notes(rule: &Rule) -> bool {
    matches!(rule.check, Check::Ordinary(_) | Check::Every(_) | Check::Linking(_))
}

/// Runs the rules that a new history entry of a note may break, whatever its title.
#[must_use]
pub fn of_history(vault: &Vault, note: NoteId) -> Vec<Finding> {
    let asked = [HISTORY_DUPLICATE.name, HISTORY_BEFORE_CREATED.name, HISTORY_VERSION_ORDER.name];
    let mut findings = run_rules(&Context::new(vault, None), &[note], 1, |rule| asked.contains(&rule.name));
    silence::hush(vault, &mut findings);
    findings
}

/// Runs the rules that look at the vault as a whole.
pub(super) fn of_vault(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        let (Check::Unread(function)
        | Check::Integrations(function)
        | Check::Logged(function)
        | Check::Vault(function)
        | Check::Graph(function)) = rule.check
        else {
            continue;
        };
        if rule.is_on(context.vault) {
            let mut sink = Sink::new(rule, context.vault);
            function(context, &mut sink);
            findings.extend(sink.into_findings());
        }
    }
    findings
}

/// Runs the rules about boards, once everything else has been found.
fn boards(vault: &Vault, now: Option<Stamp>, found: &[Finding]) -> Vec<Finding> {
    let marked = marked(vault);
    if marked.is_empty() { Vec::new() } else { of_boards(vault, now, &feed_of(vault, found), &marked) }
}

/// Runs the rules about the boards of these notes, which show the findings of `feed`.
pub(super) fn of_boards(
    vault: &Vault,
    now: Option<Stamp>,
    feed: &[Finding],
    notes: &[NoteId],
) -> Vec<Finding> {
    let context = Context::with_feed(vault, now, feed);
    // One note per task, since each board may show something of every note.
    run_rules(&context, notes, 1, |rule| matches!(rule.check, Check::Board(_)))
}

/// Returns the notes with markers of boards.
pub(super) fn marked(vault: &Vault) -> Vec<NoteId> {
    vault.ids().filter(|id| vault.has(*id, Traits::BOARDS)).collect()
}

/// Selects the findings that boards may show, sorted by note and place.
pub(super) fn feed_of(vault: &Vault, found: &[Finding]) -> Vec<Finding> {
    let timeless = Context::new(vault, None);
    let mut by_note: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for (_, note) in vault.system_notes() {
        by_note.entry(&note.path).or_default();
    }
    for finding in found {
        by_note.entry(&finding.note).or_default().push(finding);
    }
    let by_note: Vec<(&str, Vec<&Finding>)> = by_note.into_iter().collect();
    let one = |(note, said): &(&str, Vec<&Finding>)| feed_of_note(&timeless, note, said.iter().copied());
    by_note.par_iter().with_min_len(64).flat_map_iter(one).collect()
}

/// Selects the findings of one note that boards may show. `timeless` is a context without a clock.
pub(super) fn feed_of_note<'f>(
    timeless: &Context<'_>,
    note: &str,
    said: impl Iterator<Item = &'f Finding>,
) -> Vec<Finding> {
    let vault = timeless.vault;
    let mut feed: Vec<Finding> = said.filter(|finding| !finding.uses_clock()).cloned().collect();
    let id = vault.find(note);
    let with = |wanted: Traits| id.filter(|id| vault.has(*id, wanted));
    let read = |wanted: Traits| with(wanted).and_then(|id| vault.note(id));
    if let Some(id) = with(Traits::SYSTEM) {
        // Rules that depend on the clock judge the note again without one.
        feed.extend(run_rules(timeless, &[id], 1, |rule| rule.uses_clock));
    }
    if let Some(note) = read(Traits::BOARDS) {
        let boards = &note.facts.system().boards;
        let starts_in = |at: u32| boards.iter().any(|b| b.body.start <= at && at < b.body.end);
        feed.retain(|finding| !finding.place.is_some_and(|place| starts_in(place.span.start)));
    }
    if let Some(note) = read(Traits::SILENCERS) {
        silence::apply_in(vault, note, &mut feed);
    }
    feed.retain(|finding| !finding.is_of(&silence::ALLOW_UNUSED));
    feed.sort_by(Finding::order);
    feed
}

/// Runs the wanted rules on these notes.
fn run_rules(
    context: &Context<'_>,
    notes: &[NoteId],
    at_once: usize,
    wanted: impl Fn(&Rule) -> bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    run_rules_into(&mut findings, context, notes, at_once, wanted);
    findings
}

/// Like [`run_rules`], but appends to `found`. Notes are judged in parallel, but no fewer than `at_once` are
/// handed to another thread.
fn run_rules_into(
    found: &mut Vec<Finding>,
    context: &Context<'_>,
    notes: &[NoteId],
    at_once: usize,
    wanted: impl Fn(&Rule) -> bool,
) {
    let active: Vec<&'static Rule> =
        RULES.iter().copied().filter(|r| wanted(r) && r.is_on(context.vault)).collect();
    let judge = |id: &NoteId| {
        if context.vault.is_settled(*id) {
            return Vec::new();
        }
        let Some(note) = context.vault.note(*id).filter(|note| note.role != Role::Excluded) else {
            return Vec::new();
        };
        let note_context = NoteContext::new(context, *id, note);
        let mut findings = Vec::new();
        for rule in active.iter().filter(|rule| rule.judges(note.role) && !rule.is_quiet_about(note)) {
            let function = match rule.check {
                Check::Ordinary(function) | Check::Every(function) => function,
                Check::Linking(function) | Check::Board(function) => function,
                // The other kinds look at more than one note.
                _ => continue,
            };
            let mut sink = Sink::new(rule, context.vault);
            function(&note_context, &mut sink);
            findings.extend(sink.into_findings());
        }
        // The findings of each note are sorted, and notes come in order, so sorting the whole list finds long
        // runs.
        findings.sort_by(Finding::order);
        findings
    };
    // In rounds, so that not all findings are in memory twice: with the threads and in the final list.
    for round in notes.chunks(ROUND) {
        found.par_extend(round.par_iter().with_min_len(at_once).flat_map_iter(judge));
    }
}
