//! Finds what entries say last about the status and the version of a note's own component.
//!
//! A value may have been added, removed and added again since the older vault. The last entry that tells or
//! states one counts, and the next step starts from there.

use super::{Added, Said, values};
use crate::difference::FieldChange;
use crate::model::version::Version;
use crate::plan::record::event::{Event, Thing};
use crate::plan::record::fit;
use crate::plan::value::{in_detail, new_value, statement, tells_status, tells_version};
use crate::text::fold::fold;

/// What entries say last about a value.
pub(super) enum LastWord {
    /// They tell the current value.
    Tells,
    /// They state another value, or none.
    States(Option<String>),
    /// They say nothing.
    None,
}

impl Said<'_> {
    /// Returns what the entries say last about a value of the note's own component.
    pub(super) fn last_word(&self, event: &Event, field: &FieldChange, name: &str) -> LastWord {
        let (number, own) = (self.names.number(name), self.that_name(name));
        // In an entry that names another system, a detail may be about that one, and so may any detail if an
        // integration shares the component's name.
        let is_about_own = |entry: &Added| {
            let named = self.names.in_text(&fold(entry.title()));
            !self.is_shared && named.names.into_iter().all(|named| Some(named) == number)
        };
        let is_status = matches!(event.thing, Thing::Status(_));
        let new = in_detail(field.new.as_deref());
        let is_new = |value: &str| match (field.new.as_deref(), Version::read(value), Version::read(&new)) {
            (None, ..) => matches!(value, "-" | "none"),
            (Some(_), ..) if is_status => value == new || tells_status(value, [].into_iter(), values(field)),
            (Some(_), Some(value), Some(new)) => value == new,
            (own, ..) => value == new || tells_version(value, [].into_iter(), own),
        };
        let free = fit::free(event);
        let titled = free.strip_suffix(&*new);
        // For an unchanged value, entries about a time before the last old entry do not count, and neither do
        // plans.
        let is_kept = event.is_kept();
        let first = if is_kept { self.earlier } else { 0 };
        let entries = self.entries.iter().enumerate().skip(first).rev();
        for (at, entry) in entries.filter(|(_, entry)| !(is_kept && entry.is_planned)) {
            let details = entry.details().filter_map(statement).filter(|(of, _)| *of == field.field);
            // What a detail states takes precedence over the title. A detail may be about another system, which
            // may not be known any more.
            let is_titled = titled.is_some_and(|titled| entry.title().starts_with(titled));
            let is_own = own.binary_search(&at).is_ok();
            let is_stated = |entry: &Added| (is_own || is_titled) && is_about_own(entry);
            let (told, other) = if let Some((_, said)) = details.last().filter(|_| is_stated(entry)) {
                let value = new_value(&said).unwrap_or(&said);
                // A value may contain an arrow itself.
                (is_new(value) || said.ends_with(&format!(" → {new}")), Some(value.to_owned()))
            } else {
                let value = titled.and_then(|titled| entry.title().strip_prefix(titled));
                (self.tells(entry, field, is_status, is_own), value.map(str::to_owned))
            };
            if told {
                return LastWord::Tells;
            }
            if let Some(value) = other.filter(|_| !self.is_shared) {
                return LastWord::States(Some(value).filter(|value| value != "-"));
            }
        }
        LastWord::None
    }

    fn tells(&self, entry: &Added, field: &FieldChange, is_status: bool, is_own: bool) -> bool {
        if !is_status {
            return self.tells_version(entry, field.new.as_deref());
        }
        // Many entries are about the status of another system.
        (!entry.is_of_a_status || is_own) && tells_status(entry.title(), entry.details(), values(field))
    }
}
