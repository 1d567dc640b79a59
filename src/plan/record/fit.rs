//! Chooses the log template that fits an event, and makes the title from it.
//!
//! A template fits if nothing in it is untrue: its first word is one for what has happened (`Added`, `Updated`,
//! `Disconnected`), its placeholders all have a value, and its other words are about the event (`Changed limits
//! of [integration] to [value]` fits a changed rate limit and no other field). Of the templates that fit, the one
//! that says the most is taken, and of equals the first in the note. If none fits, the title is free.

use super::event::{Event, Thing};
use crate::difference::{Act, FieldChange};
use crate::plan::entry::{TemplateValues, fill};
use crate::plan::value::written;
use crate::syntax::header::keys;
use crate::syntax::log_template::{LogTemplate, Piece};
use crate::text::fold::{collapsed, fold, term_key};
use crate::text::message::few;

mod addition;

pub(in crate::plan) use self::addition::Addition;

/// An event, with the title of its entry.
pub(super) struct Titled<'e, 't> {
    pub(super) event: &'e Event,
    /// The template that the title was made from.
    pub(super) template: Option<&'t LogTemplate>,
    pub(super) title: String,
}

/// Makes the title of an event.
pub(super) fn titled<'e, 't>(
    event: &'e Event,
    templates: &'t [LogTemplate],
    is_integration: &dyn Fn(&str) -> bool,
) -> Titled<'e, 't> {
    let facts = Facts::of(event, is_integration);
    let mut best: Option<(usize, &LogTemplate, String)> = None;
    for template in templates {
        let Some((score, values)) = facts.fit(template) else { continue };
        let Ok(title) = fill(template, &values) else { continue };
        if best.as_ref().is_none_or(|(most, ..)| score > *most) {
            best = Some((score, template, title));
        }
    }
    let best = best.map(|(_, template, title)| (template, title));
    match best.or_else(|| of_state(event, templates)) {
        Some((template, title)) => Titled { event, template: Some(template), title },
        None => Titled { event, template: None, title: free(event) },
    }
}

/// Returns the title of a change of status, from a template that asks for a component and a state, whatever its
/// other words are. `sync` uses the same template.
fn of_state<'t>(event: &Event, templates: &'t [LogTemplate]) -> Option<(&'t LogTemplate, String)> {
    let Thing::Status(_) = event.thing else { return None };
    let form = StatusForm::among(templates)?;
    Some((form.template, form.title(event)?))
}

/// The form of entries about a change of status.
pub(super) struct StatusForm<'t> {
    /// The template that they are made from.
    pub(super) template: &'t LogTemplate,
    /// Whether the template fits such an event like any recorded one. If not, it asks for [`STATE_OF`] by name.
    fits: bool,
}

/// The placeholders of a template about the states of components, in whatever words.
const STATE_OF: [&str; 2] = ["component", "state"];

impl<'t> StatusForm<'t> {
    /// Returns the template that says the most about a component and its new state, and nothing else. Templates
    /// that ask for a component and a state by name are preferred to others that mention a state or status.
    pub(super) fn among(templates: &'t [LogTemplate]) -> Option<Self> {
        let (old, new) = (Some("a".to_owned()), Some("b".to_owned()));
        let field = FieldChange { field: keys::STATUS.to_owned(), old, new };
        let any = Event {
            act: Act::Changed,
            thing: Thing::Status("c".to_owned()),
            fields: vec![field],
            line: None,
        };
        let facts = Facts::of_status(&any);
        let is_named = |template: &&LogTemplate| {
            let mut names: Vec<_> = template.placeholders().into_iter().map(fold).collect();
            names.sort_unstable();
            names == STATE_OF
        };
        let named: Vec<&LogTemplate> = templates.iter().filter(is_named).collect();
        let first = named.first().copied();
        let tells_state = |template: &&LogTemplate| {
            let text = fold(&template.text);
            text.contains("state") || text.contains("status")
        };
        let all = if named.is_empty() { templates.iter().filter(tells_state).collect() } else { named };
        let scored = all.into_iter().filter_map(|template| Some((facts.fit(template)?.0, template)));
        // Of templates that say equally much, the first counts.
        let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best });
        let fitting = best.map(|(_, template)| Self { template, fits: true });
        fitting.or_else(|| Some(Self { template: first?, fits: false }))
    }

    /// Returns the title of a change of status; `None` if one of its values shows nothing.
    pub(super) fn title(&self, event: &Event) -> Option<String> {
        let facts = Facts::of_status(event);
        let values = if self.fits {
            facts.fit(self.template)?.1
        } else {
            let value = |name: &str| facts.named(name, |_| true).map(|(_, value)| value.text.clone());
            let placeholders =
                STATE_OF.iter().filter_map(|name| Some(((*name).to_owned(), value(name)?))).collect();
            TemplateValues { placeholders, ..TemplateValues::default() }
        };
        fill(self.template, &values).ok()
    }
}

/// Returns the title of an event that no template fits.
pub(super) fn free(event: &Event) -> String {
    let new =
        || event.fields.first().and_then(|field| field.new.as_deref()).map_or("none".to_owned(), written);
    match (&event.thing.written(), event.act) {
        (Thing::Note(title), _) => format!("Created {title}"),
        (Thing::Integration(name), Act::Added) => format!("Added integration {name}"),
        (Thing::Integration(name), Act::Removed) => format!("Removed integration {name}"),
        (Thing::Integration(name), _) => format!("Updated integration {name}"),
        (Thing::Edge(from, to), Act::Added) => format!("Added connection from {from} to {to}"),
        (Thing::Edge(from, to), Act::Removed) => format!("Removed connection from {from} to {to}"),
        (Thing::Edge(from, to), _) => format!("Changed connection from {from} to {to}"),
        (Thing::Status(name), _) => format!("Updated {name} status to {}", new()),
        (Thing::Version(name), _) => format!("Updated {name} to version {}", new()),
    }
}

/// Words for something new, in the languages whose names of months are known. `record` takes templates with them
/// too, so they say no more than a diff shows.
const ADDED: &str = "added connected introduced created linked joined new \
                     hinzugefügt neu neue neuer neues ergänzt ajouté ajoutée ajout nouveau nouvelle \
                     añadido añadida agregado agregada nuevo nueva aggiunto aggiunta nuovo nuova \
                     adicionado adicionada novo nova toegevoegd nieuw nieuwe dodano dodany dodana nowy nowa nowe \
                     přidáno přidán přidána nový nová nové добавлен добавлена добавлено новый новая новое \
                     додано додана новий нова нове tillagd tillagt ny nytt tilføjet nyt lisätty uusi \
                     eklendi yeni adăugat adăugată nou nouă hozzáadva új 新增 添加 追加 を追加 新規 추가 추가됨";
const REMOVED: &str = "removed disconnected deleted dropped retired unlinked decommissioned";
const CHANGED: &str = "updated changed modified adjusted revised altered set";

/// Whether a word is one of several, which have blanks between them.
fn is_among(word: &str, all: &str) -> bool {
    all.split(' ').any(|one| one == word)
}

/// Words that say nothing by themselves.
const SMALL: &[&str] = &[
    "a", "an", "the", "of", "for", "to", "in", "on", "at", "by", "with", "from", "and", "between", "its",
    "is",
];

/// The names that a template may give to an integration.
const INTEGRATION: &[&str] = &["integration", "connection", "api", "interface"];

/// The names that a template may use for a system of any kind.
const SYSTEM: &[&str] = &["system", "component", "service", "name"];

/// What can be said about an event.
struct Facts {
    /// The words for what has happened, with blanks between them.
    verbs: &'static str,
    /// The words that a template may have, folded.
    words: Vec<String>,
    /// The values for placeholders, the most telling ones first.
    values: Vec<Value>,
    /// The indexes of values of which all must be in the title.
    subjects: Vec<usize>,
    /// The index of the new value, if exactly one field has changed.
    new: Option<usize>,
}

/// A value, with the names that a placeholder for it may have.
struct Value {
    names: Vec<String>,
    /// The text as entries have it, so that two values next to each other form no link.
    text: String,
    /// How much it says.
    weight: usize,
}

impl Facts {
    fn of(event: &Event, is_integration: &dyn Fn(&str) -> bool) -> Self {
        let verbs = match event.act {
            Act::Added => ADDED,
            Act::Removed => REMOVED,
            _ => CHANGED,
        };
        let mut facts =
            Self { verbs, words: Vec::new(), values: Vec::new(), subjects: Vec::new(), new: None };
        match &event.thing {
            Thing::Note(_) => {}
            Thing::Integration(name) => {
                facts.words(&["integration", "service"]);
                facts.subject(INTEGRATION, SYSTEM, name);
                facts.fields(event);
            }
            Thing::Edge(from, to) => {
                facts.words(&["connection", "edge", "link", "diagram", "flow"]);
                facts.edge(from, to, is_integration);
            }
            Thing::Status(name) => {
                facts.words(&["status", "state", "health"]);
                facts.subject(&["component"], SYSTEM, name);
                facts.fields(event);
            }
            Thing::Version(name) => {
                facts.words(&["version", "release"]);
                facts.subject(&["component"], SYSTEM, name);
                facts.fields(event);
            }
        }
        facts
    }

    /// Returns what can be said about a change of status. The new status must be in the title.
    fn of_status(event: &Event) -> Self {
        let mut facts = Self::of(event, &|_| false);
        facts.subjects.extend(facts.new);
        facts
    }

    fn words(&mut self, words: &[&str]) {
        self.words.extend(words.iter().map(|word| term_key(word)));
    }

    fn value(&mut self, names: &[&str], text: &str, weight: usize) -> usize {
        let names = names.iter().map(|name| fold(name).into_owned()).collect();
        self.values.push(Value { names, text: written(text), weight });
        self.values.len() - 1
    }

    fn subject(&mut self, own: &[&str], any: &[&str], name: &str) {
        let names: Vec<&str> = own.iter().chain(any).copied().collect();
        let index = self.value(&names, name, 2);
        self.subjects.push(index);
    }

    /// Adds both ends of an edge. In a template with one name for each (`[system] with [integration]`), each end
    /// gets the name that fits it.
    fn edge(&mut self, from: &str, to: &str, is_integration: &dyn Fn(&str) -> bool) {
        let mut start: Vec<&str> = vec!["source", "from", "origin", "start"];
        let mut end: Vec<&str> = vec!["target", "to", "destination", "end"];
        let (integration, other) = if is_integration(from) && !is_integration(to) {
            (&mut start, &mut end)
        } else {
            (&mut end, &mut start)
        };
        if is_integration(from) || is_integration(to) {
            integration.push("integration");
        }
        other.extend(SYSTEM);
        let ends = [self.value(&start, from, 2), self.value(&end, to, 2)];
        self.subjects.extend(ends);
    }

    /// Adds the values that changed. If there is only one, it can be asked for by name.
    fn fields(&mut self, event: &Event) {
        if let [field] = event.fields.as_slice() {
            let name = words_of(&field.field);
            let parts: Vec<&str> = name.split(' ').collect();
            self.words(&parts);
            let mut own = vec![name.as_str()];
            own.extend(parts.last());
            match field.field.as_str() {
                keys::STATUS => own.extend(["state", keys::STATUS]),
                keys::VERSION => own.push("release"),
                _ => {}
            }
            let after: Vec<String> = own.iter().map(|own| format!("new {own}")).collect();
            let before = own.iter().flat_map(|own| [format!("old {own}"), format!("previous {own}")]);
            let before: Vec<String> = before.collect();
            let (old, new) = (field.old.as_deref().unwrap_or("none"), field.new.as_deref().unwrap_or("none"));
            let names = ["value", "new", "after", "new value", "to"];
            let names: Vec<&str> = names
                .into_iter()
                .chain(own.iter().copied())
                .chain(after.iter().map(String::as_str))
                .collect();
            self.new = Some(self.value(&names, new, 2));
            let names = ["old", "before", "old value", "from"];
            let names: Vec<&str> = names.into_iter().chain(before.iter().map(String::as_str)).collect();
            self.value(&names, old, 2);
            self.value(&["field", "setting", "parameter", "property"], &name, 2);
        }
        if event.act == Act::Changed && !event.fields.is_empty() {
            let purpose = ["purpose", "reason", "change", "changes", "update", "updates"];
            self.value(&purpose, &purpose_of(event), 1);
        }
    }

    /// Returns the first value that a folded placeholder may ask for, among those still available.
    fn named(&self, placeholder: &str, is_left: impl Fn(usize) -> bool) -> Option<(usize, &Value)> {
        let asked = |value: &Value| value.names.iter().any(|own| *own == *placeholder);
        self.values.iter().enumerate().find(|(at, value)| asked(value) && is_left(*at))
    }

    /// Returns how much a template says about the event, and the values for its placeholders; `None` if it does
    /// not fit.
    fn fit(&self, template: &LogTemplate) -> Option<(usize, TemplateValues)> {
        let mut score = 0;
        let mut given = TemplateValues::default();
        let mut used = vec![false; self.values.len()];
        // Marks may stand before the first word.
        let mut is_begun = false;
        for piece in &template.title.0 {
            match piece {
                Piece::Choice(words) if !is_begun => {
                    let fitting = words.iter().find(|word| is_among(&fold(word), self.verbs))?;
                    given.choices.push(fitting.clone());
                }
                Piece::Choice(words) => {
                    let known = words.iter().find(|word| self.words.contains(&term_key(word)))?;
                    given.choices.push(known.clone());
                    score += 1;
                }
                Piece::Literal(text) => {
                    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
                    if !is_begun {
                        let Some(first) = words.next() else { continue };
                        is_among(&fold(first), self.verbs).then_some(())?;
                    }
                    for word in words.filter(|word| !SMALL.contains(&&*fold(word))) {
                        score += self.words.contains(&term_key(word)).then_some(2)?;
                    }
                }
                // The version is known to be raised.
                Piece::Version(_) if template.class.is_some() => continue,
                Piece::Version(_) => return None,
                Piece::Placeholder(name) => {
                    let folded = fold(name);
                    let is_given = given.placeholders.iter().any(|(name, _)| fold(name) == folded);
                    let is_left = |at: usize| !used[at] || is_given;
                    let (at, value) = self.named(&folded, is_left)?;
                    used[at] = true;
                    // A name for this kind of thing says more than one for any system.
                    score += value.weight + usize::from(!SYSTEM.contains(&&*folded));
                    given.placeholders.push((name.clone(), value.text.clone()));
                }
            }
            is_begun = true;
        }
        self.subjects.iter().all(|at| used[*at]).then_some((score, given))
    }
}

/// Returns the name of a field as words: `config.rateLimit` is `rate limit`. The prefix `config` only groups and
/// is left out.
fn words_of(field: &str) -> String {
    let own = field.strip_prefix("config.").unwrap_or(field);
    let own = if own == "auth.credentials" { "credentials" } else { own };
    let mut out = String::new();
    for c in own.chars() {
        if c.is_uppercase() && !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
        if c.is_alphanumeric() { out.extend(c.to_lowercase()) } else { out.push(' ') }
    }
    collapsed(&out)
}

/// The most fields that a title names; the details have all of them.
const NAMED: usize = 3;

/// Returns what a change was for, as far as the model tells: `new version and timeout`.
fn purpose_of(event: &Event) -> String {
    let listed = |of: &str, gone: bool| {
        let names: Vec<String> = event
            .fields
            .iter()
            .filter(|field| field.new.is_none() == gone)
            .map(|field| words_of(&field.field))
            .collect();
        let shown = match names.as_slice() {
            [] => return None,
            [one] => one.clone(),
            [all @ .., last] if names.len() <= NAMED => format!("{} and {last}", all.join(", ")),
            _ => few(names.iter(), NAMED),
        };
        Some(format!("{of} {shown}"))
    };
    let parts = [listed("new", false), listed("dropped", true)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
