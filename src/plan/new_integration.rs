//! Plans a new integration in a note: a block made from the vault's template integration, under the right heading
//! and in the note's style, with the linked resources and the log entry that the vault's templates ask for.

use crate::model::integration::View;
use crate::plan::entry::{DraftEntry, Words, draft};
use crate::plan::escape;
use crate::plan::history::Timeline;
use crate::plan::obstacle::{CONTRADICTION, Obstacle, Refused, Spot, with_comment_closed};
use crate::plan::record::Addition;
use crate::plan::template::Values;
use crate::plan::value::written;
use crate::plan::{header, history, sync};
use crate::syntax::integration::{Integration, is_placeholder};
use crate::syntax::json::{Json, JsonValue};
use crate::syntax::log_template::LogTemplate;
use crate::systems::members;
use crate::text::edit::{Edit, Edits};
use crate::text::fold::fold;
use crate::text::place::line_ending_at;
use crate::text::stamp::Stamp;
use crate::vault::{Note, NoteId, Role, Vault};

mod block;
mod place;
mod resources;

/// A field of the template integration, with the names that it has on a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// The keys that lead to it.
    pub path: Vec<String>,
    /// The text in its brackets, if its value is a placeholder.
    pub placeholder: Option<String>,
}

impl Field {
    /// Returns the path of keys, such as `auth.type`.
    #[must_use]
    pub(crate) fn name(&self) -> String {
        self.path.join(".")
    }
}

/// The planned edits for a new integration.
#[derive(Debug)]
pub(crate) struct Planned {
    /// The edits of the note.
    pub edits: Edits,
    /// Why the integration is not logged, if the note has a history that takes no entries.
    pub unlogged: Option<Spot>,
}

/// The template integration for new integrations of a note.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pattern<'v> {
    vault: &'v Vault,
    /// The note that the integration goes into.
    id: NoteId,
    note: &'v Note,
    /// The note of the template integration.
    home: &'v Note,
    home_id: NoteId,
    template: &'v Integration,
}

impl<'v> Pattern<'v> {
    /// Returns the template integration for a note: its own, else the first one of the vault. Returns `None` if
    /// there is none.
    #[must_use]
    pub(crate) fn of(vault: &'v Vault, id: NoteId) -> Option<Self> {
        let note = vault.note(id)?;
        let in_note = |id: NoteId, note: &'v Note| {
            let template = note.facts.system().template_integrations().next()?;
            Some((id, note, template))
        };
        let anywhere = || vault.system_notes().find_map(|(id, note)| in_note(id, note));
        let (home_id, home, template) = in_note(id, note).or_else(anywhere)?;
        Some(Self { vault, id, note, home, home_id, template })
    }

    /// Returns the fields that take a value.
    #[must_use]
    pub(crate) fn fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        self.template.json.walk(&mut Vec::new(), &mut |path, value| {
            let placeholder = match &value.value {
                JsonValue::Object(_) | JsonValue::List(_) => return,
                JsonValue::String(text) if is_placeholder(text) => {
                    Some(text.trim().trim_matches(['[', ']']).to_owned())
                }
                _ => None,
            };
            if path != ["name"] {
                let path = path.iter().map(|key| (*key).to_owned()).collect();
                fields.push(Field { path, placeholder });
            }
        });
        fields
    }

    /// Returns the field that a key of a command line names: by its path, by its placeholder, or by its last key
    /// if only one field has that.
    #[must_use]
    pub(crate) fn field(&self, key: &str) -> Option<Field> {
        let fields = self.fields();
        let whole = fields.iter().find(|field| fold(&field.name()) == fold(key));
        let asked =
            |field: &&Field| field.placeholder.as_deref().is_some_and(|name| Values::same_name(name, key));
        let last = |field: &&Field| field.path.last().is_some_and(|last| fold(last) == fold(key));
        let mut by_last = fields.iter().filter(last);
        let one = by_last.next().filter(|_| by_last.next().is_none());
        whole.or_else(|| fields.iter().find(asked)).or(one).cloned()
    }

    /// Returns the placeholders of the log templates that fit a new integration, without the one for its name.
    #[must_use]
    pub(crate) fn log_names(&self) -> Vec<&'v str> {
        self.additions("", &Values::default()).into_iter().flat_map(|addition| addition.asks).collect()
    }

    /// Returns the log template for the entry, and its placeholders that have no value yet. `None` if no template
    /// fits or no value is missing.
    #[must_use]
    pub(crate) fn log_missing(&self, name: &str, values: &Values) -> Option<(&'v LogTemplate, Vec<String>)> {
        let addition = Addition::best(self.additions(name, values))?;
        let missing = addition.asks.into_iter().filter(|name| values.get(name).is_none());
        let missing: Vec<String> = missing.map(str::to_owned).collect();
        (!missing.is_empty()).then_some((addition.template, missing))
    }

    fn additions(&self, name: &str, values: &Values) -> Vec<Addition<'v>> {
        let value = |name: &str| values.get(name).map(str::to_owned);
        Addition::among(&self.note.facts.system().templates, name, &value)
    }

    /// Plans the integration. `values` are known by the names of fields, and of the placeholders of the log
    /// template; a field without a value keeps its placeholder.
    ///
    /// # Errors
    /// An integration has that name already, or the changed note would not be read as having it.
    pub(crate) fn plan(&self, name: &str, values: &Values, now: Stamp) -> Result<Planned, Refused> {
        let named = is_named(name);
        if let Some((note, _)) = members::integrations(self.vault).find(|(_, i)| named(i)) {
            return Err(format!("`{}` already has an integration `{name}`", note.path).into());
        }
        let text = self.vault.text(self.id).ok_or_else(|| format!("`{}` is not text", self.note.path))?;
        let home = self.vault.text(self.home_id).unwrap_or_else(|| text.clone());
        let value = |path: &[&str]| {
            let key = path.join(".");
            if path == ["name"] { Some(name) } else { values.get(&key) }
        };
        let style = block::Style::of(self.note, &text).unwrap_or_else(|| {
            block::Style::of_integration(self.template, &home, line_ending_at(&text, text.len()))
        });
        let written = style.write(&self.template.json, &home, &value);
        let kind = value(&["type"]).or_else(|| View(self.template).text(&["type"]));
        let category = kind.and_then(|kind| self.vault.vocabulary().category(kind)).unwrap_or_default();
        let block = place::insert(self.note, &text, category, name, &written, style.eol);
        let resources = resources::edits(self.vault, self.note, &text, self.home, &home, name, values);
        let mut unlogged = None;
        let logged = self.log(name, values, now, &text, &mut unlogged);
        let logged =
            logged.map_err(|Obstacle { line, message }| format!("{}:{line}: {message}", self.note.path))?;
        let entries = usize::from(logged.is_some());
        // Insertions at one place keep their order, so an item of a list comes before a block behind it.
        let all = resources.into_iter().chain(logged.into_iter().flatten()).chain([block]);
        let edits = Edits::of(all).ok_or(CONTRADICTION)?;
        let after = edits.apply(&text).ok_or(CONTRADICTION)?;
        self.would_be_read(name, &edits, entries, after)?;
        Ok(Planned { edits, unlogged })
    }

    /// Checks that the changed note reads as intended: with the integration, with this number of new entries, and
    /// without new problems or secrets.
    fn would_be_read(&self, name: &str, edits: &Edits, entries: usize, after: String) -> Result<(), Refused> {
        let closed = with_comment_closed(self.vault, self.id, &after);
        let then = self.vault.with_texts(&[(self.id, after)]);
        let unread = || format!("`{name}` would not be read as an integration there");
        let then = then.note(self.id).ok_or_else(unread)?;
        let (was, is) = (self.note.facts.system(), then.facts.system());
        if is.secrets.len() > was.secrets.len() {
            return Err("a value looks like a secret: write a reference such as `env:NAME` instead".into());
        }
        if !is.integrations.iter().any(is_named(name)) || is.problems.len() > was.problems.len() {
            return Err(unread().into());
        }
        let stamps = &self.vault.config().reading.stamp;
        if !history::loses_nothing(self.note, then, edits, entries, stamps) {
            return Err("the rest of the note would no longer be read as it is now".into());
        }
        if !closed
            .note(self.id)
            .is_some_and(|note| note.facts.system().integrations.iter().any(is_named(name)))
        {
            return Err(Refused::in_a_comment("the new integration"));
        }
        Ok(())
    }

    /// Returns the edits that log the integration. Returns `None` if the note has no history, or one that takes
    /// no entries; then `unlogged` says why.
    fn log(
        &self,
        name: &str,
        values: &Values,
        now: Stamp,
        text: &str,
        unlogged: &mut Option<Spot>,
    ) -> Result<Option<Vec<Edit>>, Obstacle> {
        let timeline = Timeline::up_to(self.vault.config(), now);
        let DraftEntry { entry, version } = self.entry(name, values, now);
        let entries = std::slice::from_ref(&entry);
        let inserted = history::insert(self.note, text, entries, history::habit(self.vault), timeline);
        let inserted = inserted.unwrap_or_else(|obstacle| {
            *unlogged = Some(sync::not_logged(&self.note.path, obstacle, std::iter::once(&*entry.title)));
            None
        });
        let Some(mut edits) = inserted else { return Ok(None) };
        edits.extend(header::set_last_modified(self.vault, self.note, now)?);
        if let Some(version) = version {
            edits.extend(header::set_version(self.note, &version.to_string())?);
        }
        Ok(Some(edits))
    }

    fn entry(&self, name: &str, values: &Values, now: Stamp) -> DraftEntry {
        let addition = Addition::best(self.additions(name, values));
        let filled = addition.and_then(|addition| Some((addition.template, addition.title?)));
        let (template, title) = match filled {
            Some((template, title)) => (Some(template), title),
            None => (None, format!("Added integration {}", written(name))),
        };
        let words = Words { template, title: &escape::inline(&title), details: &[] };
        draft(self.note, words, now, Timeline::up_to(self.vault.config(), now))
    }
}

/// Whether an integration has this name.
fn is_named(name: &str) -> impl Fn(&Integration) -> bool {
    let name = fold(name).into_owned();
    move |integration| View(integration).name().is_some_and(|own| fold(own) == name)
}

/// Whether a note may get an integration: excluded notes are not written, and template notes hold no instances.
#[must_use]
pub(crate) fn takes_integrations(note: &Note) -> bool {
    note.role == Role::Ordinary
}

/// Returns the text of a value as written, with its quotes.
fn raw<'t>(json: &Json, text: &'t str) -> &'t str {
    json.place.span.of(text)
}
