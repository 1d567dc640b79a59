//! The status family: which changes of a status a commit may make.

use super::step::{Commits, Step, integration};
use super::{Sink, declare_rule};
use crate::difference::{Act, Change, FieldChange, Subject};
use crate::syntax::header::keys;
use crate::syntax::placeholder;
use crate::text::message::quoted;
use crate::text::place::Place;
use crate::vault::Note;

declare_rule! {
    /// A status has changed in a way that the vault does not allow.
    ///
    /// ## Why
    ///
    /// The steps between two statuses are there for a reason: a system that goes from offline straight to
    /// active has skipped the test in between.
    ///
    /// The rule compares with a commit, so it only reports with `check --staged` and `check --since`. It
    /// looks at the statuses of headers and of integrations. Silent where no note lists changes under
    /// *Status Transitions*, and where none of them has the old status. A branch may have taken several
    /// steps: with `check --since REV` and commits in between, every status is accepted that the listed
    /// changes lead to.
    ///
    /// ## Example
    ///
    /// ```md
    /// ## STATUS TRANSITIONS
    ///
    /// - 🟢 Active → 🔴 Offline: outage
    /// - 🔴 Offline → 🟡 Maintenance: repair under way
    /// - 🟡 Maintenance → 🟢 Active: smoke test passed
    /// ```
    ///
    /// A commit that turns `- Status: 🔴 Offline` into `- Status: 🟢 Active` does not pass.
    ///
    /// ## Fix
    ///
    /// Take the steps one by one, with a commit for each, or add the change to the list.
    pub(super) static STATUS_TRANSITION = "status-transition", Error, Step(status_transition), quiet_in_conflict;
}

fn status_transition(step: &Step<'_>, sink: &mut Sink<'_>) {
    let vocabulary = step.after.vocabulary();
    for change in step.changes.iter().filter(|change| change.act() == Act::Changed) {
        let Some(FieldChange { old: Some(old), new: Some(new), .. }) = change.field(keys::STATUS) else {
            continue;
        };
        if placeholder::is_in(old) || placeholder::is_in(new) || vocabulary.allows(old, new) != Some(false) {
            continue;
        }
        if step.commits == Commits::Several && vocabulary.leads_to(old, new) {
            continue;
        }
        let found = status_of(step, change).filter(|(note, ..)| !STATUS_TRANSITION.is_quiet_about(note));
        let Some((note, place, whose)) = found else { continue };
        let message = format!("{whose}: `{new}` may not follow `{old}`");
        let next = vocabulary.may_follow(old);
        let finding = sink.report(&note.path, place, &format!("{whose}: {old} → {new}"), message);
        finding.advise(if next.is_empty() {
            format!("the vault lists no status that may follow `{old}`")
        } else {
            format!("`{old}` may become {}", quoted(next, " or "))
        });
    }
}

/// Returns the note and the place of a changed status, and the words for whose status it is.
fn status_of<'v>(step: &Step<'v>, change: &Change) -> Option<(&'v Note, Place, String)> {
    let note = step.note(change)?;
    match &change.subject {
        Subject::Component(_) => {
            let field = note.facts.system().header.as_ref()?.get(keys::STATUS)?;
            Some((note, field.place, "the status".to_owned()))
        }
        Subject::Integration(name) => {
            let json = integration(note, change)?.json.at(&[keys::STATUS])?;
            Some((note, json.place, format!("the status of `{name}`")))
        }
        _ => None,
    }
}
