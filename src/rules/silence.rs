//! Silencers: comments in a note that say which findings are wanted there.

use std::collections::{BTreeMap, BTreeSet};

use super::{Rule, declare_rule};
use crate::config::nearest;
use crate::model::finding::{Applicability, Finding, Fix, Severity};
use crate::syntax::silencer::{Coverage, Silencer};
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
    /// the whole note, which is what some rules are about. The former stands on a line of its own.
    pub(super) static ALLOW_UNUSED = "allow-unused", Warning, Silencers, fixable, beyond_comments;
}

/// How far a comment in a note reaches the findings of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those of the block after it, or of the whole note.
    Block,
    /// Those of the whole note only: they are about no place in it.
    Note,
    /// None: they are about a file that holds no comments, or about the comments.
    Nothing,
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
    let notes: BTreeSet<&str> = findings.iter().map(|finding| finding.note.as_str()).collect();
    let notes = notes.into_iter().filter_map(|path| vault.note(vault.find(path)?));
    let silencers =
        notes.map(|note| (note.path.as_str(), note.facts.system().silencers.as_slice())).collect();
    Silenced::of(&silencers).leave_out(findings);
}

fn settle(vault: &Vault, silencers: &BTreeMap<&str, &[Silencer]>, findings: &mut Vec<Finding>) {
    if silencers.is_empty() {
        return;
    }
    let reported =
        Reported::of(findings.iter().filter(|finding| silencers.contains_key(finding.note.as_str())));
    let mut unused = Vec::new();
    for (&note, &own) in silencers {
        let severity = ALLOW_UNUSED.severity_in(vault, note);
        if severity == Severity::Off {
            continue;
        }
        for silencer in own {
            let is_used = |rule: &str| reported.has(note, rule, silencer.covers);
            unused.extend(judge(vault, note, silencer, severity, is_used));
        }
    }
    Silenced::of(silencers).leave_out(findings);
    findings.append(&mut unused);
}

/// Where in which note each rule has said something: a note may hold as many silencers as findings, so
/// neither is looked for one by one.
struct Reported<'f>(BTreeMap<(&'f str, &'f str), Vec<Option<u32>>>);

impl<'f> Reported<'f> {
    fn of(findings: impl Iterator<Item = &'f Finding>) -> Self {
        let mut said: BTreeMap<(&str, &str), Vec<Option<u32>>> = BTreeMap::new();
        for finding in findings {
            let start = finding.place.map(|place| place.span.start);
            said.entry((&finding.note, finding.rule)).or_default().push(start);
        }
        for starts in said.values_mut() {
            starts.sort_unstable();
        }
        Self(said)
    }

    /// Whether a rule has said something in a note where a silencer covers it.
    fn has(&self, note: &str, rule: &str, covers: Coverage) -> bool {
        let Some(starts) = self.0.get(&(note, rule)) else { return false };
        let block = match covers {
            Coverage::Note => return true,
            Coverage::Block(block) => block,
            Coverage::Nothing => return false,
        };
        let first = starts.partition_point(|start| *start < Some(block.start));
        starts.get(first).copied().flatten().is_some_and(|start| start <= block.end)
    }
}

/// What silencers cover, by note and rule.
#[derive(Default)]
struct Silenced<'s>(BTreeMap<(&'s str, &'s str), Cover>);

/// What the silencers of one rule cover in a note.
#[derive(Default)]
struct Cover {
    whole: bool,
    /// Blocks in order, none of which touches the next.
    blocks: Vec<Span>,
}

impl<'s> Silenced<'s> {
    fn of(silencers: &BTreeMap<&'s str, &'s [Silencer]>) -> Self {
        let mut silenced = Self::default();
        for (&note, &own) in silencers {
            for silencer in own {
                for rule in &silencer.rules {
                    let cover = silenced.0.entry((note, rule)).or_default();
                    match silencer.covers {
                        Coverage::Note => cover.whole = true,
                        Coverage::Block(block) => cover.blocks.push(block),
                        Coverage::Nothing => {}
                    }
                }
            }
        }
        for cover in silenced.0.values_mut() {
            cover.blocks.sort_unstable();
            cover.blocks.dedup_by(|later, kept| {
                let touches = later.start <= kept.end;
                if touches {
                    *kept = kept.join(*later);
                }
                touches
            });
        }
        silenced
    }

    /// Takes out the findings that are covered.
    fn leave_out(&self, findings: &mut Vec<Finding>) {
        findings.retain(|finding| !self.has(finding));
    }

    fn has(&self, finding: &Finding) -> bool {
        let Some(cover) = self.0.get(&(finding.note.as_str(), finding.rule)) else { return false };
        let covers = |start: u32| {
            let behind = cover.blocks.partition_point(|block| block.start <= start);
            behind.checked_sub(1).is_some_and(|at| start <= cover.blocks[at].end)
        };
        cover.whole || finding.place.is_some_and(|place| covers(place.span.start))
    }
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
            let asked = !known.is_about_a_change() && known.severity_in(vault, note) > Severity::Off;
            match known.reach() {
                _ if !asked => {}
                Reach::Nothing => {
                    let mut beyond = finding(rule, format!("no comment can silence `{rule}`"));
                    beyond.help =
                        Some(format!("write `{rule} = \"off\"` under `[rules]` in `portolan.toml`"));
                    found.push(beyond);
                }
                Reach::Note if silencer.covers != Coverage::Note => {
                    let mut narrow = finding(rule, format!("`{rule}` is about the whole note, not a block"));
                    narrow.help = Some(format!("write `portolan:allow-file {rule}: why`"));
                    narrow.fix = widened(vault, note, silencer).map(Box::new);
                    found.push(narrow);
                }
                _ if silencer.covers == Coverage::Nothing => {
                    let mut behind =
                        finding(rule, format!("behind a text, a silencer of `{rule}` covers nothing"));
                    behind.help = Some("a silencer stands before the block, on a line of its own".to_owned());
                    found.push(behind);
                }
                _ if is_used(rule) => {}
                _ => {
                    let mut unused = finding(rule, format!("there is no `{rule}` finding here to silence"));
                    if silencer.rules.len() == 1 {
                        unused.fix = Some(Box::new(Fix {
                            title: "delete the silencer".to_owned(),
                            applicability: Applicability::Safe,
                            edits: vec![(note.to_owned(), Edit::replace(silencer.removal, ""))],
                        }));
                    }
                    found.push(unused);
                }
            }
        } else {
            let mut unknown = finding(rule, format!("`{rule}` is not a rule"));
            unknown.help = Some(nearest(rule, super::names()).map_or_else(
                || "`portolan list rules` shows all of them".to_owned(),
                |near| format!("did you mean `{near}`?"),
            ));
            found.push(unknown);
        }
    }
    if silencer.reason.is_empty() && !silencer.rules.is_empty() {
        let mut bare = finding("reason", "the silencer gives no reason".to_owned());
        bare.help = Some("write why after a colon: `portolan:allow RULE: why`".to_owned());
        found.push(bare);
    }
    found
}

/// A fix that makes a silencer of a block one of the whole note, where it names no other rule.
fn widened(vault: &Vault, note: &str, silencer: &Silencer) -> Option<Fix> {
    const VERB: &str = "allow";
    let text = vault.text(vault.find(note)?)?;
    let comment = silencer.place.span;
    let at = comment.start as usize + comment.of(&text).find(VERB)? + VERB.len();
    (silencer.rules.len() == 1).then(|| Fix {
        title: "silence it in the whole note".to_owned(),
        applicability: Applicability::Safe,
        edits: vec![(note.to_owned(), Edit::insert(at, "-file"))],
    })
}
