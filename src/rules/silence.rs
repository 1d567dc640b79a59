//! Applies silencers: comments in a note that suppress findings there.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use super::{Rule, declare_rule, measures};
use crate::model::finding::{Applicability, Finding, Fix, Severity};
use crate::model::help::Help;
use crate::plan::fix::offered;
use crate::syntax::frontmatter;
use crate::syntax::silencer::{Coverage, Silencer};
use crate::text::closest::nearest;
use crate::text::edit::Edit;
use crate::text::message::did_you_mean;
use crate::text::sorted::last_where;
use crate::text::span::Span;
use crate::vault::{Note, Traits, Vault};

declare_rule! {
    /// A silencer silences nothing, names no rule, or gives no reason.
    ///
    /// ## Why
    ///
    /// A silencer that outlives its finding hides the next one. And a year later, only the reason tells
    /// whether it can be deleted. A comment with a misspelt word (`portolan:ignore`) silences nothing.
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
    /// Delete the comment, correct the name of the rule, or add the reason.
    ///
    /// `<!-- portolan:allow RULE: why -->` covers the next block, and stands on a separate line. At the
    /// start of a heading, a task or a table row, it covers that line.
    /// `<!-- portolan:allow-file RULE: why -->` covers the whole note. Rules whose findings are about whole
    /// notes need this form, and so do findings in properties, because no comment can stand before those.
    pub(super) static ALLOW_UNUSED = "allow-unused", Warning, Silencers, fixable, beyond_comments;
}

/// How far a comment in a note can silence the findings of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A comment can silence findings in the block after it, or in the whole note.
    Block,
    /// A comment can only silence findings in the whole note: they have no place in it, or one before which
    /// no comment can stand.
    Note,
    /// No comment can silence the findings: they are about a file that holds no comments, or about the
    /// comments.
    Nothing,
}

/// Removes the silenced findings, and adds one for each silencer that has no effect.
pub(super) fn apply(vault: &Vault, findings: &mut Vec<Finding>) {
    let silencers: BTreeMap<&str, &[Silencer]> = vault
        .notes_with(Traits::SILENCERS)
        .map(|(_, note)| (note.path.as_str(), note.facts.system().silencers.as_slice()))
        .collect();
    settle(vault, &silencers, findings);
}

/// Like [`apply`], but for one note: `findings` must be all findings about it.
pub(super) fn apply_in(vault: &Vault, note: &Note, findings: &mut Vec<Finding>) {
    settle(vault, &[(note.path.as_str(), note.facts.system().silencers.as_slice())].into(), findings);
}

/// Removes the silenced findings without judging the silencers, for findings that are only some of those
/// about their notes.
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
        // The text is read once, because a note may have many silencers.
        let text = LazyCell::new(|| vault.text(vault.find(note)?));
        let body = LazyCell::new(|| Body::of(text.as_deref()?));
        let text = || text.as_deref();
        for silencer in own {
            let effect = |rule: &str| reported.effect(note, rule, silencer, &body);
            unused.extend(Judged { vault, note, text: &text, silencer, severity }.judge(effect));
        }
    }
    Silenced::of(silencers).leave_out(findings);
    findings.append(&mut unused);
}

/// Where a silencer has an effect for one of its rules.
enum Effect {
    /// Where it stands.
    Here,
    /// In the properties, before which no comment can stand, so the silencer is as near as it can be. `meant`
    /// is whether the rule reports nothing in the rest of the note.
    InProperties { meant: bool },
    /// Nowhere.
    None,
}

/// The part of a note after its properties.
struct Body {
    start: usize,
    /// The end of the comments that it begins with.
    first_comments_end: usize,
}

impl Body {
    fn of(text: &str) -> Option<Self> {
        let start = frontmatter::cut(text).body;
        let mut rest = text.get(start..)?.trim_start();
        while let Some((_, behind)) = rest.strip_prefix("<!--").and_then(|comment| comment.split_once("-->"))
        {
            rest = behind.trim_start();
        }
        Some(Self { start, first_comments_end: text.len() - rest.len() })
    }

    /// Whether only comments precede a silencer.
    fn begins_with(&self, silencer: &Silencer) -> bool {
        (silencer.place.span.start as usize) < self.first_comments_end
    }
}

/// The places of findings by note and rule. A note may have as many silencers as findings, so neither list is
/// searched one by one.
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

    /// Returns where a silencer has an effect on the findings of a rule. The body of its note is only
    /// computed where it matters.
    fn effect(
        &self,
        note: &str,
        rule: &str,
        silencer: &Silencer,
        body: &impl Deref<Target = Option<Body>>,
    ) -> Effect {
        if self.has(note, rule, silencer.covers) {
            return Effect::Here;
        }
        let (Some(Some(first)), Some(Some(last))) =
            (self.starts(note, rule).first(), self.starts(note, rule).last())
        else {
            return Effect::None;
        };
        let body = (*first < silencer.place.span.start).then(|| body.as_ref()).flatten();
        // A silencer further down was meant for the block after it.
        match body.filter(|body| (*first as usize) < body.start && body.begins_with(silencer)) {
            Some(body) => Effect::InProperties { meant: (*last as usize) < body.start },
            None => Effect::None,
        }
    }

    /// Returns the places of a rule's findings in a note.
    fn starts<'a>(&'a self, note: &'a str, rule: &'a str) -> &'a [Option<u32>] {
        self.0.get(&(note, rule)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a rule has a finding in a note where a silencer covers it.
    fn has(&self, note: &str, rule: &str, covers: Coverage) -> bool {
        let starts = self.starts(note, rule);
        let block = match covers {
            Coverage::Note => return !starts.is_empty(),
            Coverage::Block(block) => block,
            Coverage::Nothing | Coverage::Hidden => return false,
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
    /// The covered blocks, sorted and disjoint.
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
                        Coverage::Nothing | Coverage::Hidden => {}
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

    /// Removes the findings that are covered.
    fn leave_out(&self, findings: &mut Vec<Finding>) {
        findings.retain(|finding| !self.has(finding));
    }

    fn has(&self, finding: &Finding) -> bool {
        let Some(cover) = self.0.get(&(finding.note.as_str(), finding.rule)) else { return false };
        let covers = |start: u32| {
            last_where(&cover.blocks, |block| block.start <= start).is_some_and(|block| start <= block.end)
        };
        cover.whole || finding.place.is_some_and(|place| covers(place.span.start))
    }
}

/// A silencer that is being judged.
struct Judged<'j> {
    vault: &'j Vault,
    note: &'j str,
    /// The text of the note, which is only read where it matters.
    text: &'j dyn Fn() -> Option<&'j str>,
    silencer: &'j Silencer,
    severity: Severity,
}

impl Judged<'_> {
    /// Returns the findings about the silencer; `effect` tells where it has an effect for each of its rules.
    fn judge(&self, effect: impl Fn(&str) -> Effect) -> Vec<Finding> {
        let silencer = self.silencer;
        if let Some((message, word)) = &silencer.misspelt {
            return vec![self.finding(word, message.clone())];
        }
        let mut found = Vec::new();
        if silencer.rules.is_empty() {
            found.push(self.finding("", "the silencer names no rule".to_owned()));
        }
        for name in &silencer.rules {
            match super::find(name) {
                Some(rule) => found.extend(self.judge_rule(rule, &effect)),
                None => found.push(self.unknown(name)),
            }
        }
        if silencer.reason.is_empty() && !silencer.rules.is_empty() {
            let mut bare = self.finding("reason", "the silencer gives no reason".to_owned());
            bare.advise("write why after a colon: `portolan:allow RULE: why`");
            found.push(bare);
        }
        found
    }

    fn judge_rule(&self, rule: &Rule, effect: impl Fn(&str) -> Effect) -> Option<Finding> {
        if self.had_no_say(rule) {
            return None;
        }
        let (rule, reach, covers) = (rule.name, rule.reach(), self.silencer.covers);
        let say = |message, way_out| {
            Some(Finding { help: Some(Help::Words(way_out)), ..self.finding(rule, message) })
        };
        let for_all = || format!("write `portolan:allow-file {rule}: why`");
        match (reach, covers) {
            (Reach::Nothing, _) => say(
                format!("no comment can silence `{rule}`"),
                format!("write `{rule} = \"off\"` under `[rules]` in `portolan.toml`"),
            ),
            (Reach::Note, Coverage::Block(_) | Coverage::Nothing | Coverage::Hidden) => {
                let narrow = say(format!("`{rule}` is about the whole note, not a block"), for_all())?;
                Some(Finding { fix: self.widened(), ..narrow })
            }
            (Reach::Block, Coverage::Nothing) => say(
                format!("behind a text, a silencer of `{rule}` covers nothing"),
                "a silencer stands before the block, on a line of its own".to_owned(),
            ),
            _ => match effect(rule) {
                Effect::Here => None,
                Effect::InProperties { meant } => {
                    let message = format!("`{rule}` is about the properties, before which nothing can stand");
                    let fix = self.widened().filter(|_| meant);
                    Some(Finding { fix, ..say(message, for_all())? })
                }
                // It was commented out together with the block that it was for.
                Effect::None if self.silencer.hidden => None,
                Effect::None => Some(self.unused(rule)),
            },
        }
    }

    /// Whether the rule cannot report anything in this note: it is off, compares with a commit, waits for a
    /// merge, or enforces a measure that the vault does not list. In a template, a silencer of a rule that
    /// does not judge templates is part of the pattern.
    fn had_no_say(&self, rule: &Rule) -> bool {
        let note = self.vault.find(self.note).and_then(|id| self.vault.note(id));
        rule.is_about_a_change()
            || rule.severity_in(self.vault, self.note) == Severity::Off
            || note.is_some_and(|note| rule.is_quiet_about(note) || !rule.judges(note.role))
            || measures::enforced_by(rule).is_some_and(|measure| !self.vault.vocabulary().enforces(measure))
    }

    fn unused(&self, rule: &str) -> Finding {
        let deleted = |removal| Box::new(self.fix("delete the silencer", Edit::replace(removal, "")));
        let fix = self.silencer.removal.filter(|_| self.silencer.rules.len() == 1).map(deleted);
        Finding { fix, ..self.finding(rule, format!("there is no `{rule}` finding here to silence")) }
    }

    fn unknown(&self, rule: &str) -> Finding {
        let way_out = nearest(rule, super::names())
            .map_or_else(|| "`portolan list rules` shows all of them".to_owned(), did_you_mean);
        Finding { help: Some(Help::Words(way_out)), ..self.finding(rule, format!("`{rule}` is not a rule")) }
    }

    fn finding(&self, subject: &str, message: String) -> Finding {
        let finding = Finding::new(ALLOW_UNUSED.name, self.severity, self.note, subject, message);
        Finding { place: Some(self.silencer.place), ..finding }
    }

    /// Returns the fix that makes a silencer of a block apply to the whole note, if it names only one rule.
    fn widened(&self) -> Option<Box<Fix>> {
        const VERB: &str = "allow";
        if self.silencer.rules.len() != 1 {
            return None;
        }
        let comment = self.silencer.place.span;
        let at = comment.start as usize + comment.of((self.text)()?).find(VERB)? + VERB.len();
        Some(Box::new(self.fix("silence it in the whole note", Edit::insert(at, "-file"))))
    }

    fn fix(&self, title: &str, edit: Edit) -> Fix {
        offered(self.vault, Fix::of_note(self.note, title.to_owned(), Applicability::Safe, [edit]))
    }
}
