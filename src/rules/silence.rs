//! Silencers: comments in a note that say which findings are wanted there.

use std::collections::{BTreeMap, HashSet};

use super::{Check, Rule, declare_rule};
use crate::config::nearest;
use crate::model::finding::{Applicability, Finding, Fix, Severity};
use crate::syntax::silencer::Silencer;
use crate::text::edit::Edit;
use crate::vault::{Note, Traits, Vault};

declare_rule! {
    /// A silencer silences nothing, names no rule, or gives no reason.
    ///
    /// ## Why
    ///
    /// A silencer that outlives its finding hides the next one. And a year on, only the reason tells
    /// whether it may go.
    ///
    /// ## Example
    ///
    /// ```md
    /// <!-- portolan:allow link-unresolved: written next sprint -->
    /// See [[A note that is there by now]].
    /// ```
    ///
    /// ## Fix
    ///
    /// Delete the comment, correct the name of the rule, or write why:
    /// `<!-- portolan:allow RULE: why -->` covers the next block, `<!-- portolan:allow-file RULE: why -->`
    /// the whole note.
    pub(super) static ALLOW_UNUSED = "allow-unused", Warning, Silencers, fixable;
}

/// Takes out the findings that are silenced, and adds one for each silencer that does nothing.
pub(super) fn apply(vault: &Vault, findings: &mut Vec<Finding>) {
    let silencers: BTreeMap<&str, &[Silencer]> = vault
        .notes_with(Traits::SILENCERS)
        .map(|(_, note)| (note.path.as_str(), note.facts.system().silencers.as_slice()))
        .collect();
    settle(vault, &silencers, findings);
}

/// The same for one note: `findings` are all that are about it.
pub(super) fn apply_in(vault: &Vault, note: &Note, findings: &mut Vec<Finding>) {
    settle(vault, &[(note.path.as_str(), note.facts.system().silencers.as_slice())].into(), findings);
}

/// Takes out what is silenced, of findings that say nothing about what else silencers are for.
pub(super) fn hush(vault: &Vault, findings: &mut Vec<Finding>) {
    findings.retain(|finding| {
        let note = vault.find(&finding.note).and_then(|id| vault.note(id));
        !note.is_some_and(|note| note.facts.system().silencers.iter().any(|own| covers(own, finding)))
    });
}

fn settle(vault: &Vault, silencers: &BTreeMap<&str, &[Silencer]>, findings: &mut Vec<Finding>) {
    if silencers.is_empty() {
        return;
    }
    // The silencers and rules of them that have silenced something.
    let mut used: HashSet<(*const Silencer, &str)> = HashSet::new();
    findings.retain(|finding| {
        let Some(own) = silencers.get(finding.note.as_str()) else { return true };
        let mut silenced = false;
        for silencer in own.iter().filter(|s| covers(s, finding)) {
            used.insert((std::ptr::from_ref(silencer), finding.rule));
            silenced = true;
        }
        !silenced
    });
    for (&note, &own) in silencers {
        let severity = ALLOW_UNUSED.severity_in(vault, note);
        if severity == Severity::Off {
            continue;
        }
        for silencer in own {
            let is_used = |rule: &str| used.contains(&(std::ptr::from_ref(silencer), rule));
            findings.extend(judge(vault, note, silencer, severity, is_used));
        }
    }
}

fn covers(silencer: &Silencer, finding: &Finding) -> bool {
    silencer.rules.iter().any(|rule| rule == finding.rule)
        && silencer.covers.is_none_or(|block| {
            finding.place.is_some_and(|p| block.start <= p.span.start && p.span.start <= block.end)
        })
}

fn judge(
    vault: &Vault,
    note: &str,
    silencer: &Silencer,
    severity: Severity,
    is_used: impl Fn(&str) -> bool,
) -> Vec<Finding> {
    let finding = |subject: &str, message: String| Finding {
        rule: ALLOW_UNUSED.name,
        severity,
        message,
        note: note.to_owned(),
        place: Some(silencer.place),
        related: Vec::new(),
        help: None,
        subject: subject.to_owned(),
        fix: None,
    };
    let mut found = Vec::new();
    if silencer.rules.is_empty() {
        found.push(finding("", "the silencer names no rule".to_owned()));
    }
    for rule in &silencer.rules {
        let known: Option<&Rule> = super::find(rule);
        if let Some(known) = known {
            // A rule that is switched off, or needs a commit to compare with, has had no say.
            let asked = !matches!(known.check, Check::Step(_));
            if asked && known.severity_in(vault, note) > Severity::Off && !is_used(rule) {
                let mut unused = finding(rule, format!("no `{rule}` here to silence"));
                if silencer.rules.len() == 1 {
                    unused.fix = Some(Fix {
                        title: "delete the silencer".to_owned(),
                        applicability: Applicability::Safe,
                        edits: vec![(note.to_owned(), Edit::replace(silencer.removal, ""))],
                    });
                }
                found.push(unused);
            }
        } else {
            let mut unknown = finding(rule, format!("`{rule}` is no rule"));
            unknown.help = nearest(rule, super::names()).map(|near| format!("did you mean `{near}`?"));
            found.push(unknown);
        }
    }
    if silencer.reason.is_empty() && !silencer.rules.is_empty() {
        let mut bare = finding("reason", "the silencer gives no reason".to_owned());
        bare.help = Some("write why behind a colon: `portolan:allow RULE: why`".to_owned());
        found.push(bare);
    }
    found
}
