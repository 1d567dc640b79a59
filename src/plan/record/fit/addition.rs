//! Chooses the log template for the entry of a new integration.
//!
//! A recorded change takes a template only if each word of it is about the change. Here a person has said that an
//! integration is new, so a template may say more than that, with any verb for something that begins (`Onboarded`).
//! Only words that are known to say so count: those for something else cannot be listed.

use super::{ADDED, CHANGED, Facts, INTEGRATION, REMOVED, SMALL, SYSTEM, is_among};
use crate::difference::Act;
use crate::plan::entry::{TemplateValues, fill};
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
        let mut placeholders = vec![(subject.to_owned(), written(name))];
        for own in &asks {
            let text = value(own);
            is_whole &= text.is_some();
            let text = text.unwrap_or_default();
            facts.value(&[own], &text, 2);
            placeholders.push(((*own).to_owned(), written(&text)));
        }
        let said = Said::by(template, subject);
        // `Created by [integration]` is about something else.
        if said.as_ref().is_some_and(|said| said.before.iter().any(|word| word == "by")) {
            return None;
        }
        let is_about_it = named.first().is_some_and(|first| INTEGRATION.contains(&&*fold(first)));
        let (fit, values) = if let Some((score, values)) = facts.fit(template) {
            (Fit::Words(score), values)
        } else {
            let choices = said?.fit(&facts)?;
            (Fit::Verb, TemplateValues { choices, placeholders })
        };
        let title = fill(template, &values).ok().filter(|_| is_whole);
        Some(Self { template, asks, title, is_about_it, fit })
    }

    /// Returns the template for an entry: of those with all values the one that says the most, else the first one
    /// that is about the integration.
    pub(in crate::plan) fn best(all: Vec<Self>) -> Option<Self> {
        let (whole, open): (Vec<Self>, Vec<Self>) = all.into_iter().partition(|one| one.title.is_some());
        let most = whole.into_iter().reduce(|best, next| if next.fit > best.fit { next } else { best });
        most.or_else(|| open.into_iter().find(|one| one.is_about_it))
    }
}

/// The words of a template around the integration, folded, in which the alternatives are chosen.
#[derive(Default)]
struct Said {
    before: Vec<String>,
    behind: Vec<String>,
    /// Whether a sign or a blank separates the integration from the next word: `[integration]: …`.
    is_set_off: bool,
    /// The chosen alternatives.
    forms: Vec<String>,
}

impl Said {
    /// Reads the words of a template. Returns `None` if alternatives leave open what has happened.
    fn by(template: &LogTemplate, subject: &str) -> Option<Self> {
        let (mut said, mut is_behind) = (Self::default(), false);
        for piece in &template.title.0 {
            let own = match piece {
                Piece::Literal(text) => {
                    if is_behind && said.behind.is_empty() {
                        let signs = text.trim_start();
                        said.is_set_off |= !signs.starts_with(char::is_alphanumeric);
                    }
                    words_in(text)
                }
                Piece::Choice(all) => {
                    let form = all.iter().find(|word| is_addition(&fold(word)))?;
                    said.forms.push(form.clone());
                    vec![fold(form).into_owned()]
                }
                Piece::Placeholder(name) if !is_behind && fold(name) == fold(subject) => {
                    is_behind = true;
                    continue;
                }
                // A value of something else: `[field] to [integration]`.
                Piece::Placeholder(name) => {
                    let name = fold(name);
                    let own = match &*name {
                        name if SYSTEM.contains(&name) => "system",
                        "type" | "category" | "kind" => KIND,
                        _ => "",
                    };
                    vec![own.to_owned()]
                }
                Piece::Version(_) => continue,
            };
            if is_behind { &mut said.behind } else { &mut said.before }.extend(own);
        }
        is_behind.then_some(said)
    }

    /// Returns the chosen alternatives if the words say that the integration is new.
    fn fit(self, facts: &Facts) -> Option<Vec<String>> {
        let is_told = if self.before.iter().any(|word| is_addition(word)) {
            self.is_told_before(facts)
        } else {
            self.is_told_behind(facts)
        };
        let is_other = |word: &String| is_among(word, REMOVED) || is_among(word, CHANGED);
        (is_told && !self.behind.iter().any(is_other)).then_some(self.forms)
    }

    /// Whether the words before the integration say that it is new: `Added the external [integration]`. Each word
    /// counts, because `Not added: …`, `Re-added …`, `New version of …` say something else.
    fn is_told_before(&self, facts: &Facts) -> bool {
        let joins = self.before.first().is_some_and(|first| JOINED.contains(&&**first));
        let mut is_of_another = false;
        let is_known = |word: &String| {
            let is_value = is_value(word);
            // `Added credential of [integration]` is about its credential, but `Connected [system] with
            // [integration]` is about both.
            if is_of_another && RELATING.contains(&&**word) {
                return joins && matches!(word.as_str(), "to" | "with");
            }
            is_of_another |= is_value;
            is_value
                || is_addition(word)
                || is_among(word, ITS)
                || is_among(word, KINDS)
                || SMALL.contains(&&**word)
                || facts.words.contains(&term_key(word))
        };
        let is_whole = self.before.iter().all(is_known);
        // `Added [integration] alert` is about an alert, but `Added [integration] API` is not about another thing.
        let next = self.behind.iter().find(|word| !is_its(word, facts));
        let goes_on = |word: &String| RELATING.contains(&&**word) || SMALL.contains(&&**word);
        let is_open = |word: &String| word.is_empty() || word == KIND || goes_on(word);
        is_whole && (self.is_set_off || next.is_none_or(is_open))
    }

    /// Whether the words behind the integration begin with one for something new: `[integration] has been added`,
    /// but not `[integration]: added limit`. Before it may be words for itself and its system.
    fn is_told_behind(&self, facts: &Facts) -> bool {
        let is_own = |word: &String| word == "system" || word == KIND || is_its(word, facts);
        let mut words =
            self.behind.iter().skip_while(|word| is_among(word, AUXILIARY) || is_its(word, facts));
        self.before.iter().all(is_own)
            && words.next().is_some_and(|word| is_addition(word) || word == "live")
            && words.next().is_none_or(|word| RELATING.contains(&&**word))
    }
}

/// The value of a placeholder for the kind of an integration, among words.
const KIND: &str = "[type]";

/// Whether a word is the value of a placeholder.
fn is_value(word: &str) -> bool {
    word.is_empty() || word == "system" || word == KIND
}

/// Whether a word is a name for an integration, or for what comes with it.
fn is_its(word: &str, facts: &Facts) -> bool {
    is_among(word, ITS) || facts.words.contains(&term_key(word))
}

/// Returns the words of a text, folded, without tags (`#new`). `Set up` is one word.
fn words_in(text: &str) -> Vec<String> {
    let said = text.split_whitespace().filter(|word| !word.starts_with('#'));
    let words = said.flat_map(|word| word.split(|c: char| !c.is_alphanumeric()));
    let mut all: Vec<String> = Vec::new();
    for word in words.filter(|word| !word.is_empty()) {
        match all.last_mut() {
            Some(last) if PAIRS.contains(&(last, &*fold(word))) => last.push_str(&fold(word)),
            _ => all.push(fold(word).into_owned()),
        }
    }
    all
}

/// Whether a folded word tells that something is new.
fn is_addition(word: &str) -> bool {
    is_among(word, ADDED) || is_among(word, BEGUN)
}

/// Verbs that join one thing to another.
const JOINED: &[&str] = &["connected", "linked", "joined"];

/// Words by which the thing before them is what a template is about, and not the thing behind them.
const RELATING: &[&str] =
    &["of", "for", "to", "in", "on", "at", "by", "with", "from", "as", "via", "über", "für", "mit"];

/// Verbs of two words.
const PAIRS: &[(&str, &str)] = &[("set", "up"), ("rolled", "out"), ("started", "using")];

/// Words between an integration and what happened to it.
const AUXILIARY: &str =
    "is was has been have now goes went wurde ist été est sido ha è stata stato foi är er";

/// Names for an integration, and things that come with it.
const ITS: &str = "access api apis client connection connector interface interfaces support integrations \
                   schnittstelle anbindung verbindung dienst intégration interfaz \
                   integración integrazione integração integratie koppeling integracja интеграция интеграцию \
                   система 集成 接口 連携";

/// Words for a kind of integration.
const KINDS: &str = "external internal third party partner upstream downstream shared public private another";

/// Words for something that begins. No diff shows so much, so [`ADDED`] does not have them.
const BEGUN: &str = "onboarded enabled activated registered provisioned launched integrated installed setup \
                     established attached commissioned add adds adding deployed implemented configured \
                     started startedusing rolledout \
                     angelegt erstellt eingerichtet eingeführt angebunden verbunden angeschlossen integriert \
                     aktiviert registriert \
                     créé créée connecté connectée intégré intégrée activé activée \
                     creado creada conectado conectada integrado integrada activado activada \
                     creato creata collegato collegata integrato integrata attivato attivata \
                     criado criada ligado ligada ativado ativada \
                     aangemaakt verbonden gekoppeld utworzono podłączono vytvořeno připojeno \
                     создан создана создано создали подключен подключена подключено подключён \
                     створено підключено skapad skapat ansluten oprettet opprettet luotu oluşturuldu creat létrehozva \
                     接入 上线 启用 接続 導入 연결";
