//! Runs the rules: first all that look at notes and at the vault, then those about boards, which show
//! what the others have found, then the silencers.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::history::{HISTORY_BEFORE_CREATED, HISTORY_DUPLICATE};
use super::versions::HISTORY_VERSION_ORDER;
use super::{BY_CLOCK, Check, Context, NoteContext, RULES, Rule, Sink, silence};
use crate::model::finding::Finding;
use crate::text::stamp::Stamp;
use crate::vault::{NoteId, Role, Traits, Vault};

/// So many notes are judged before what was found is put together.
const ROUND: usize = 1 << 12;

/// Runs every rule that is not switched off. The findings come in the order of notes and places.
#[must_use]
pub fn run(vault: &Vault, now: Option<Stamp>) -> Vec<Finding> {
    let context = Context::new(vault, now);
    let findings = first_phase(&context);
    completed(vault, now, findings)
}

/// The same for a vault of which nothing is asked afterwards: what it offers for links that lead nowhere takes as much
/// room as all that is found, and is let go of before the other rules find anything.
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

/// All findings, given those that need not wait for others.
fn completed(vault: &Vault, now: Option<Stamp>, mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.extend(boards(vault, now, &findings));
    silence::apply(vault, &mut findings);
    findings.sort_by(Finding::order);
    findings
}

/// The findings that boards may show: those that the vault alone decides. Command-line filters never
/// count, nor does what stands inside a board.
#[must_use]
pub fn feed(vault: &Vault) -> Vec<Finding> {
    let context = Context::new(vault, None);
    feed_of(vault, &first_phase(&context))
}

/// What the rules say that look at notes and at the vault, silenced or not.
fn first_phase(context: &Context<'_>) -> Vec<Finding> {
    let ids: Vec<NoteId> = context.vault.ids().collect();
    let mut findings = of_notes(context, &ids);
    findings.extend(of_vault(context));
    findings
}

/// What the rules say that look at each note by itself.
pub(super) fn of_notes(context: &Context<'_>, notes: &[NoteId]) -> Vec<Finding> {
    run_rules(context, notes, 64, looks_at_notes)
}

/// The same of the rules that offer names for what leads nowhere.
pub(super) fn guesses(context: &Context<'_>, notes: &[NoteId]) -> Vec<Finding> {
    run_rules(context, notes, 64, |rule| looks_at_notes(rule) && rule.guessing)
}

/// The same of all others, put behind what there is: these are most of what is found, and are not to be there twice.
pub(super) fn without_guesses(context: &Context<'_>, notes: &[NoteId], found: &mut Vec<Finding>) {
    run_rules_into(found, context, notes, 64, |rule| looks_at_notes(rule) && !rule.guessing);
}

/// Whether a rule looks at each note by itself.
const fn looks_at_notes(rule: &Rule) -> bool {
    matches!(rule.check, Check::Ordinary(_) | Check::Every(_) | Check::Linking(_))
}

/// What the rules say of a note that a new entry of its history may break, whatever its title.
#[must_use]
pub fn of_history(vault: &Vault, note: NoteId) -> Vec<Finding> {
    let asked = [HISTORY_DUPLICATE.name, HISTORY_BEFORE_CREATED.name, HISTORY_VERSION_ORDER.name];
    let mut findings = run_rules(&Context::new(vault, None), &[note], 1, |rule| asked.contains(&rule.name));
    silence::hush(vault, &mut findings);
    findings
}

/// What the rules say that look at the vault as a whole.
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

/// What the rules say about boards, when everything else has been found.
fn boards(vault: &Vault, now: Option<Stamp>, found: &[Finding]) -> Vec<Finding> {
    let marked = marked(vault);
    if marked.is_empty() { Vec::new() } else { of_boards(vault, now, &feed_of(vault, found), &marked) }
}

/// What the rules say about the boards of these notes, which show what `feed` has.
pub(super) fn of_boards(
    vault: &Vault,
    now: Option<Stamp>,
    feed: &[Finding],
    notes: &[NoteId],
) -> Vec<Finding> {
    let context = Context::with_feed(vault, now, feed);
    // Each of them may show something of every note.
    run_rules(&context, notes, 1, |rule| matches!(rule.check, Check::Board(_)))
}

/// The notes with markers of boards.
pub(super) fn marked(vault: &Vault) -> Vec<NoteId> {
    vault.ids().filter(|id| vault.has(*id, Traits::BOARDS)).collect()
}

/// What boards may show of what was found, in the order of notes and places.
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

/// What boards may show of everything that is said of a note. `timeless` is a context without a clock.
pub(super) fn feed_of_note<'f>(
    timeless: &Context<'_>,
    note: &str,
    said: impl Iterator<Item = &'f Finding>,
) -> Vec<Finding> {
    let vault = timeless.vault;
    let mut feed: Vec<Finding> = said.filter(|f| !BY_CLOCK.contains(&f.rule)).cloned().collect();
    let id = vault.find(note);
    let with = |wanted: Traits| id.filter(|id| vault.has(*id, wanted));
    let read = |wanted: Traits| with(wanted).and_then(|id| vault.note(id));
    if let Some(id) = with(Traits::SYSTEM) {
        // What depends on the clock is judged again without one.
        feed.extend(run_rules(timeless, &[id], 1, |rule| rule.by_clock));
    }
    if let Some(note) = read(Traits::BOARDS) {
        let boards = &note.facts.system().boards;
        let starts_in = |at: u32| boards.iter().any(|b| b.body.start <= at && at < b.body.end);
        feed.retain(|finding| !finding.place.is_some_and(|place| starts_in(place.span.start)));
    }
    if let Some(note) = read(Traits::SILENCERS) {
        silence::apply_in(vault, note, &mut feed);
    }
    feed.retain(|finding| finding.rule != silence::ALLOW_UNUSED.name);
    feed.sort_by(Finding::order);
    feed
}

/// What the wanted rules say of these notes.
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

/// The same, put behind what there is. Notes are judged in parallel; `at_once` are not worth the trouble of handing
/// some of them to another thread.
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
                // These look at more than one note.
                _ => continue,
            };
            let mut sink = Sink::new(rule, context.vault);
            function(&note_context, &mut sink);
            findings.extend(sink.into_findings());
        }
        // Each note's are in order, and notes come in order: sorting the whole list then finds long runs.
        findings.sort_by(Finding::order);
        findings
    };
    // In rounds: what threads have found is not to be there twice, by itself and in the list that it goes into.
    for round in notes.chunks(ROUND) {
        found.par_extend(round.par_iter().with_min_len(at_once).flat_map_iter(judge));
    }
}
