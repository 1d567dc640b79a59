//! Chooses the log template for the entry of a new integration.
//!
//! A recorded change takes a template only if each word of it is about the change. Here a person has said that an
//! integration is new, so a template may say more than that, and its verb may be one that is not known
//! (`Hinzugefügt: [integration]`), but not one for something else.

use super::{ADDED, CHANGED, Facts, INTEGRATION, REMOVED, SMALL, SYSTEM};
use crate::difference::Act;
use crate::plan::entry::fill;
use crate::plan::record::event::{Event, Thing};
use crate::plan::value::written;
use crate::syntax::log_template::{LogTemplate, Piece};
use crate::text::fold::{fold, term_key};

/// A log template that fits a new integration.
pub(in crate::plan) struct Addition<'t> {
    pub(in crate::plan) template: &'t LogTemplate,
    /// Its placeholders, except the one for the integration.
    pub(in crate::plan) asks: Vec<&'t str>,
    /// The title made from it; `None` if a placeholder has no value.
    pub(in crate::plan) title: Option<String>,
    /// Whether its first placeholder is the integration. It is not in `Connected [system] with [integration]`, so
    /// the user is not asked for the system.
    is_about_it: bool,
    fit: Fit,
}

/// How well a template fits, from the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Its verb is not known.
    Perhaps,
    /// Its verb is one for something new.
    Verb,
    /// All of its words are about a new integration, and say this much.
    Words(usize),
}

impl<'t> Addition<'t> {
    /// Returns the templates that fit a new integration. `value` returns the values of their other placeholders.
    pub(in crate::plan) fn among(
        templates: &'t [LogTemplate],
        name: &str,
        value: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<Self> {
        templates.iter().filter_map(|template| Self::of(template, name, value)).collect()
    }

    fn of(template: &'t LogTemplate, name: &str, value: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let named = template.placeholders();
        let first = |names: &[&str]| named.iter().find(|own| names.contains(&&*fold(own))).copied();
        let subject = first(INTEGRATION).or_else(|| first(SYSTEM))?;
        let thing = Thing::Integration(String::new());
        let event = Event { act: Act::Added, thing, fields: Vec::new(), line: None };
        // The values come from `value`, because a template may ask for more than a change shows.
        let mut facts = Facts { values: Vec::new(), subjects: Vec::new(), ..Facts::of(&event, &|_| false) };
        let at = facts.value(&[subject], name, 2);
        facts.subjects.push(at);
        let asks: Vec<&str> = named.iter().copied().filter(|own| fold(own) != fold(subject)).collect();
        let mut is_whole = true;
        let mut given = vec![(subject.to_owned(), written(name))];
        for own in &asks {
            let text = value(own);
            is_whole &= text.is_some();
            let text = text.unwrap_or_default();
            facts.value(&[own], &text, 2);
            given.push(((*own).to_owned(), written(&text)));
        }
        let is_about_it = named.first().is_some_and(|first| INTEGRATION.contains(&&*fold(first)));
        let (fit, values) = if let Some((score, values)) = facts.fit(template) {
            (Fit::Words(score), values)
        } else {
            let (fit, forms) = Said::by(template, subject)?.fit(&facts)?;
            given.extend(forms.into_iter().map(|form| ("form".to_owned(), form)));
            (fit, given)
        };
        // A name for any system, with a verb that is not known, may mean anything.
        if fit == Fit::Perhaps && !is_about_it {
            return None;
        }
        let title = fill(template, &values).ok().filter(|_| is_whole);
        Some(Self { template, asks, title, is_about_it, fit })
    }

    /// Returns the template for an entry: of those with all values the one that says the most, else the first one
    /// that is about the integration. A verb that is not known is the last choice.
    pub(in crate::plan) fn best(all: Vec<Self>) -> Option<Self> {
        let (known, unknown): (Vec<Self>, Vec<Self>) =
            all.into_iter().partition(|one| one.fit > Fit::Perhaps);
        let (whole, open): (Vec<Self>, Vec<Self>) = known.into_iter().partition(|one| one.title.is_some());
        let most = whole.into_iter().reduce(|best, next| if next.fit > best.fit { next } else { best });
        let first = most.or_else(|| open.into_iter().find(|one| one.is_about_it));
        first.or_else(|| unknown.into_iter().next())
    }
}

/// The words of a template, folded, in which the alternatives are chosen.
struct Said {
    words: Vec<String>,
    /// How many of them stand before the integration.
    before: usize,
    /// The chosen alternatives.
    forms: Vec<String>,
}

impl Said {
    /// Reads the words of a template. Returns `None` if all alternatives are about something else.
    fn by(template: &LogTemplate, subject: &str) -> Option<Self> {
        let (mut words, mut before, mut forms) = (Vec::new(), None, Vec::new());
        for piece in &template.title.0 {
            match piece {
                Piece::Literal(text) => {
                    let own = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
                    words.extend(own.map(|word| fold(word).into_owned()));
                }
                Piece::Choice(all) => {
                    let added = all.iter().find(|word| is_addition(&fold(word)));
                    let form = added.or_else(|| all.iter().find(|word| !is_another(&fold(word))))?;
                    words.push(fold(form).into_owned());
                    forms.push(form.clone());
                }
                Piece::Placeholder(name) if fold(name) == fold(subject) => {
                    before.get_or_insert(words.len());
                }
                Piece::Placeholder(_) => {}
            }
        }
        Some(Self { before: before?, words, forms })
    }

    /// Returns how well the words fit, and the chosen alternatives.
    fn fit(self, facts: &Facts) -> Option<(Fit, Vec<String>)> {
        let is_set_up = |at: usize| self.words.get(at + 1).is_some_and(|next| next == "up");
        let is_other = |at: usize, word: &str| is_another(word) && !(word == "set" && is_set_up(at));
        let mut decisive =
            self.words.iter().enumerate().filter(|(at, word)| is_addition(word) || is_other(*at, word));
        let is_known = decisive.next().map(|(_, word)| is_addition(word));
        let before = &self.words[..self.before];
        let tells_another =
            is_known == Some(false) || before.iter().enumerate().any(|(at, word)| is_other(at, word));
        if self.words.is_empty() || tells_another {
            return None;
        }
        let is_known = is_known.is_some();
        // `Added credential of [integration]` is about its credential.
        let is_joined = before.first().is_some_and(|first| JOINED.contains(&first.as_str()));
        let relates = |word: &String| {
            RELATING.contains(&word.as_str()) && !(is_joined && matches!(word.as_str(), "to" | "with"))
        };
        let is_thing = |word: &String| {
            !is_known
                || !(is_addition(word)
                    || SMALL.contains(&word.as_str())
                    || ITS.contains(&word.as_str())
                    || facts.words.contains(&term_key(word)))
        };
        let mut from_thing = before.iter().skip_while(|word| !is_thing(word));
        if from_thing.any(relates) {
            return None;
        }
        Some((if is_known { Fit::Verb } else { Fit::Perhaps }, self.forms))
    }
}

/// Whether a folded word tells that something is new.
fn is_addition(word: &str) -> bool {
    ADDED.contains(&word)
}

/// Whether a folded word tells that something else has happened.
fn is_another(word: &str) -> bool {
    REMOVED.contains(&word) || CHANGED.contains(&word) || OTHER.iter().any(|stem| word.starts_with(stem))
}

/// Verbs that join one thing to another.
const JOINED: &[&str] = &["connected", "linked", "joined"];

/// Words by which the thing before them is what a template is about, and not the thing behind them.
const RELATING: &[&str] = &["of", "for", "to", "in", "on", "at", "by", "with", "from"];

/// Things of an integration that come with it.
const ITS: &[&str] = &["access", "api", "client", "connection", "connector", "interface", "support"];

/// The beginnings of words for what happens to things that are not new.
const OTHER: &[&str] = &[
    "adjust",
    "alter",
    "archiv",
    "audit",
    "block",
    "chang",
    "check",
    "correct",
    "decommission",
    "decreas",
    "degrad",
    "delet",
    "deprecat",
    "detach",
    "disabl",
    "disconnect",
    "document",
    "downgrad",
    "drop",
    "edit",
    "enhanc",
    "error",
    "escalat",
    "expir",
    "fail",
    "fault",
    "fix",
    "improv",
    "incident",
    "increas",
    "investigat",
    "limit",
    "migrat",
    "modif",
    "monitor",
    "offboard",
    "optimi",
    "outage",
    "patch",
    "paus",
    "plan",
    "reconfigur",
    "recover",
    "reduc",
    "remov",
    "renam",
    "renew",
    "repair",
    "replac",
    "resolv",
    "restart",
    "restor",
    "retir",
    "revert",
    "review",
    "revis",
    "revok",
    "rotat",
    "schedul",
    "stop",
    "suspend",
    "test",
    "uninstall",
    "unregister",
    "updat",
    "upgrad",
    "verif",
];
