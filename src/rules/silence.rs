//! Silencers: comments in a note that say which findings are wanted there.

use std::collections::{BTreeMap, HashMap};

use super::{Rule, declare_rule};
use crate::config::nearest;
use crate::model::finding::{Applicability, Finding, Fix, Severity};
use crate::syntax::silencer::Silencer;
use crate::text::edit::Edit;
use crate::text::span::Span;
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

fn settle(vault: &Vault, silencers: &BTreeMap<&str, &[Silencer]>, findings: &mut Vec<Finding>) {
    if silencers.is_empty() {
        return;
    }
    let mut reaches: BTreeMap<&str, Reaches<'_>> =
        silencers.iter().map(|(&note, &own)| (note, Reaches::of(own))).collect();
    findings.retain(|finding| {
        reaches.get_mut(finding.note.as_str()).is_none_or(|reaches| !reaches.silences(finding))
    });
    for (&note, &own) in silencers {
        let severity = ALLOW_UNUSED.severity_in(vault, note);
        let Some(reaches) = reaches.get(note).filter(|_| severity > Severity::Off) else { continue };
        for silencer in own {
            let is_used = |rule: &str| reaches.is_used(rule, silencer.covers);
            findings.extend(judge(vault, note, silencer, severity, is_used));
        }
    }
}

/// What the silencers of a note cover, by rule. A note may have as many silencers as findings, so neither is
/// searched for each of the other.
#[derive(Default)]
struct Reaches<'s> {
    rules: HashMap<&'s str, Reach>,
}

/// Where one rule is silenced.
#[derive(Default)]
struct Reach {
    /// In the whole note, and whether that has silenced something.
    whole: Option<bool>,
    /// In these blocks, in the order of the note, outer ones first.
    blocks: Vec<Block>,
}

struct Block {
    span: Span,
    /// The block around it that is silenced, too.
    outer: Option<usize>,
    used: bool,
}

impl<'s> Reaches<'s> {
    fn of(silencers: &'s [Silencer]) -> Self {
        let mut spans: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
        let mut reaches = Self::default();
        for silencer in silencers {
            for rule in &silencer.rules {
                match silencer.covers {
                    Some(block) => spans.entry(rule).or_default().push(block),
                    None => reaches.rules.entry(rule).or_default().whole = Some(false),
                }
            }
        }
        for (rule, spans) in spans {
            reaches.rules.entry(rule).or_default().blocks = nested(spans);
        }
        reaches
    }

    /// Whether a finding is silenced. What silences it has been of use from then on.
    fn silences(&mut self, finding: &Finding) -> bool {
        let Some(reach) = self.rules.get_mut(finding.rule) else { return false };
        let mut silenced = false;
        if let Some(used) = &mut reach.whole {
            *used = true;
            silenced = true;
        }
        let Some(at) = finding.place.map(|place| place.span.start) else { return silenced };
        let mut next = reach.blocks.partition_point(|block| block.span.start <= at).checked_sub(1);
        while let Some(block) = next.and_then(|i| reach.blocks.get_mut(i)) {
            next = block.outer;
            if at <= block.span.end {
                silenced = true;
                if std::mem::replace(&mut block.used, true) {
                    // And so were those around it.
                    break;
                }
            }
        }
        silenced
    }

    fn is_used(&self, rule: &str, covers: Option<Span>) -> bool {
        let Some(reach) = self.rules.get(rule) else { return false };
        match covers {
            None => reach.whole == Some(true),
            Some(span) => {
                let block = reach.blocks.binary_search_by_key(&order(span), |block| order(block.span));
                block.ok().and_then(|i| reach.blocks.get(i)).is_some_and(|block| block.used)
            }
        }
    }
}

/// Blocks in the order of the note, outer ones first.
fn order(span: Span) -> (u32, std::cmp::Reverse<u32>) {
    (span.start, std::cmp::Reverse(span.end))
}

/// Blocks, each once, with those around them: of two blocks one holds the other, or they have nothing in
/// common.
fn nested(mut spans: Vec<Span>) -> Vec<Block> {
    spans.sort_unstable_by_key(|span| order(*span));
    spans.dedup();
    let mut blocks: Vec<Block> = Vec::with_capacity(spans.len());
    for span in spans {
        let mut outer = blocks.len().checked_sub(1);
        while let Some(block) = outer.and_then(|i| blocks.get(i)).filter(|block| block.span.end < span.end) {
            outer = block.outer;
        }
        blocks.push(Block { span, outer, used: false });
    }
    blocks
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
            if known.severity_in(vault, note) > Severity::Off && !is_used(rule) {
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
