//! Makes history entries from log templates.

use crate::model::version::Version;
use crate::plan::escape;
use crate::plan::header::{has_aside, unwritable_version};
use crate::plan::history::{NewEntry, Timeline, headed_versions};
use crate::syntax::header::keys;
use crate::syntax::log_template::{LogTemplate, Piece};
use crate::text::fold::fold;
use crate::text::stamp::Stamp;
use crate::vault::Note;

/// Why a template cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FillError {
    /// Placeholders without a value.
    Missing(Vec<String>),
    /// A key that the template does not have.
    Unknown(String),
    /// A key with two values.
    Twice(String),
}

/// The values that a template is filled in with. A placeholder may be called `[form]`, so the choices among
/// alternatives are kept apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TemplateValues {
    /// The words chosen among alternatives.
    pub choices: Vec<String>,
    /// The names of placeholders, each with its value.
    pub placeholders: Vec<(String, String)>,
}

/// The key that chooses among alternatives on a command line.
const FORM: &str = "form";

impl TemplateValues {
    /// Reads the values of a command line. `form=WORD` chooses among alternatives, unless the template has a
    /// placeholder of that name.
    ///
    /// # Errors
    /// A value belongs to nothing in the template, or to a placeholder that has a value already.
    pub(crate) fn read(template: &LogTemplate, given: &[(String, String)]) -> Result<Self, FillError> {
        let named = template.placeholders();
        let mut values = Self::default();
        for (key, value) in given {
            if fold(key) == FORM && has_form_key(template) {
                values.choose(template, value)?;
                continue;
            }
            if !named.iter().any(|name| fold(name) == fold(key)) {
                return Err(FillError::Unknown(key.clone()));
            }
            if given.iter().filter(|(other, _)| fold(other) == fold(key)).count() > 1 {
                return Err(FillError::Twice(key.clone()));
            }
            values.placeholders.push((key.clone(), value.clone()));
        }
        // Of two words for one place, only one could be written.
        let is_written =
            |choice: &String| forms(template).any(|words| fold(values.chosen(words)) == fold(choice));
        if !values.choices.iter().all(is_written) {
            return Err(FillError::Twice(FORM.to_owned()));
        }
        Ok(values)
    }

    /// Chooses a word among the alternatives of a template.
    ///
    /// # Errors
    /// No alternative of the template has this word.
    pub(crate) fn choose(&mut self, template: &LogTemplate, word: &str) -> Result<(), FillError> {
        if !forms(template).flatten().any(|own| fold(own) == fold(word)) {
            return Err(FillError::Unknown(format!("{FORM}={word}")));
        }
        self.choices.push(word.to_owned());
        Ok(())
    }

    /// Returns the word that is chosen among these alternatives: the first one, unless another was asked for.
    fn chosen<'w>(&self, words: &'w [String]) -> &'w str {
        let asked = |choice: &String| words.iter().find(|word| fold(word) == fold(choice));
        self.choices.iter().find_map(asked).or(words.first()).map_or("", String::as_str)
    }

    /// Returns the value of a placeholder; `None` if it is missing or empty.
    fn of(&self, name: &str) -> Option<&str> {
        let (_, value) = self.placeholders.iter().find(|(own, _)| fold(own) == fold(name))?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }
}

/// Whether `form=WORD` chooses among the alternatives of a template on a command line.
#[must_use]
pub(crate) fn has_form_key(template: &LogTemplate) -> bool {
    !template.placeholders().into_iter().any(|name| fold(name) == FORM)
}

/// Returns the title that a template gives with these values, with the form of a version for [`with_version`].
///
/// # Errors
/// Placeholders have no value, or an empty one.
pub(crate) fn fill(template: &LogTemplate, values: &TemplateValues) -> Result<String, FillError> {
    let mut missing = Vec::new();
    let mut title = String::new();
    for piece in &template.title.0 {
        match piece {
            Piece::Literal(text) | Piece::Version(text) => title.push_str(text),
            Piece::Choice(words) => title.push_str(values.chosen(words)),
            Piece::Placeholder(name) => match values.of(name) {
                Some(value) => title.push_str(value),
                None if missing.contains(name) => {}
                None => missing.push(name.clone()),
            },
        }
    }
    if missing.is_empty() { Ok(title) } else { Err(FillError::Missing(missing)) }
}

/// Returns the title from a template with the version that the entry brings in the place of its form (`X.Y.Z`).
#[must_use]
pub(crate) fn with_version(
    title: String,
    template: Option<&LogTemplate>,
    version: Option<&Version>,
) -> String {
    let filled = template.zip(version).and_then(|(template, version)| {
        let place = template.title.version_in(&title)?;
        let sign = title[place.clone()].strip_prefix(['v', 'V']).map_or("", |_| &title[place.start..][..1]);
        Some(format!("{}{sign}{version}{}", &title[..place.start], &title[place.end..]))
    });
    filled.unwrap_or(title)
}

/// Iterates over the alternating words of a template, one slice for each place that has some.
pub(crate) fn forms(template: &LogTemplate) -> impl Iterator<Item = &[String]> {
    template.title.0.iter().filter_map(Piece::choices).map(Vec::as_slice)
}

impl Piece {
    /// Returns the alternating words of this piece, if it has some.
    fn choices(&self) -> Option<&Vec<String>> {
        match self {
            Self::Choice(words) => Some(words),
            _ => None,
        }
    }
}

/// Returns the version that an entry from a template brings: the greater version of the note's header and
/// history, raised by the template's class. Returns `None` if the template has no class, or if the current
/// version is unknown.
#[must_use]
pub(crate) fn next_version(note: &Note, template: &LogTemplate, timeline: Timeline<'_>) -> Option<Version> {
    let class = template.class.filter(|_| !has_unread_version(note, timeline))?;
    Some(newest_version(note, timeline).map_or_else(|| Version::read("0.0.0"), Some)?.bumped(class))
}

/// Whether a note has a version that nobody can read: what the header says of it is not read, or is none
/// (`2.x`), and the history has none. Counting would begin below it.
#[must_use]
pub(crate) fn has_unread_version(note: &Note, timeline: Timeline<'_>) -> bool {
    newest_version(note, timeline).is_none()
        && (has_aside(note, keys::VERSION)
            || unwritable_version(note).is_some_and(|field| !is_none(&field.value)))
}

/// Whether a value says that there is none yet.
fn is_none(value: &str) -> bool {
    !value.contains(char::is_alphanumeric) || matches!(&*fold(value.trim()), "none" | "n/a" | "na")
}

/// Returns the greater version of a note's header and history.
#[must_use]
pub(crate) fn newest_version(note: &Note, timeline: Timeline<'_>) -> Option<Version> {
    let system = note.facts.system();
    let header = system.header.as_ref().and_then(|header| header.get(keys::VERSION));
    let header = header.and_then(|field| Version::find(&field.value)).map(|(_, version)| version);
    header.into_iter().chain(newest_told(note, timeline)).max()
}

/// Returns the greatest version in the history of a note, in its entries and in the headings above them. Planned
/// versions do not count.
#[must_use]
pub(crate) fn newest_told(note: &Note, timeline: Timeline<'_>) -> Option<Version> {
    let entries = note.facts.system().entries();
    let out = entries.filter(|entry| !entry.stamp.is_some_and(|stamp| timeline.plans(stamp)));
    let told = out.filter_map(|entry| Version::read(entry.version()?));
    told.chain(headed_versions(note, timeline)).max()
}

/// Whether the entries of a note's history have versions; if there are no entries yet, whether its heading says
/// that they will.
#[must_use]
pub(crate) fn has_version_history(note: &Note) -> bool {
    let system = note.facts.system();
    let mut entries = system.entries().peekable();
    if entries.peek().is_some() {
        return entries.any(|entry| entry.version().is_some());
    }
    let Some(section) = system.history.first() else { return false };
    let heading = note.facts.headings.iter().find(|heading| heading.span == section.heading.span);
    heading.is_some_and(|heading| fold(note.facts.text(heading.text)).contains("version"))
}

/// Whether an entry from a template with a class states its version before its time: where the history does, or
/// the template asks for it. A history that has none yet need not repeat the one in the title.
#[must_use]
pub(crate) fn states_version(note: &Note, template: &LogTemplate) -> bool {
    let is_begun = || note.facts.system().entries().any(|entry| entry.version().is_some());
    template.begins_with_version()
        || has_version_history(note) && (!template.has_version_in_title() || is_begun())
}

/// An entry that is about to be logged, with the resulting version of its note.
#[derive(Clone, Debug)]
pub(crate) struct DraftEntry {
    /// The entry.
    pub entry: NewEntry,
    /// The version afterwards, if its template raises it.
    pub version: Option<Version>,
}

/// What an entry is to say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'w> {
    /// The template that the title was made from.
    pub template: Option<&'w LogTemplate>,
    /// The title, with the form of a version where its template has one.
    pub title: &'w str,
    /// The details.
    pub details: &'w [String],
}

/// Drafts an entry at a time. A template with a class raises the version; the entry itself states it where the
/// note's history or the template does.
#[must_use]
pub(crate) fn draft(note: &Note, words: Words<'_>, stamp: Stamp, timeline: Timeline<'_>) -> DraftEntry {
    let Words { template, title, details } = words;
    let version = template.and_then(|t| next_version(note, t, timeline));
    let is_told = template.is_some_and(|template| states_version(note, template));
    let told = version.as_ref().filter(|_| is_told).map(Version::to_string);
    let title = with_version(title.to_owned(), template, version.as_ref());
    // A title stands behind its time, while a detail stands where a block may begin.
    let details = details.iter().map(|detail| escape::no_block(detail)).collect();
    DraftEntry { entry: NewEntry { stamp, version: told, title, details }, version }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::text::stamp::{StampFormat, StampReading};
    use crate::vault::{NoteId, Vault};

    #[test]
    fn a_version_that_is_planned_is_not_out() {
        let format = StampFormat::default();
        let Some(StampReading::Valid(now)) = format.read("2026-11-30_10-00") else { panic!() };
        let told = |history: &str| {
            let text = format!("# J\n\n## Version History\n\n{history}\n");
            let vault = Vault::of_texts(Config::default(), &[("J.md", &text)]);
            let timeline = Timeline::up_to(vault.config(), now);
            newest_told(vault.note(NoteId(0)).unwrap(), timeline).map(|version| version.to_string())
        };
        let check = |history: &str, expected: Option<&str>| {
            assert_eq!(told(history).as_deref(), expected, "{history}");
        };
        check("- v1.4.0 (2026-03-05_10-00) - c\n- v2.0.0 (2027-06-15_10-00) - e", Some("1.4.0"));
        // Somebody in a time zone a day ahead of ours may have written this.
        check("- v1.4.0 (2026-03-05_10-00) - c\n- v2.0.0 (2026-12-01_10-00) - e", Some("2.0.0"));
        check("- v2.0.0 (2027-06-15_10-00) - e", None);
        check("### [2.0.0] - 2027-06-15\n\n- e\n\n### [1.4.0] - 2026-03-05\n\n- c", Some("1.4.0"));
        check("### v2.0.0\n\n- 2027-06-15_10-00 - e\n\n### v1.4.0\n\n- 2026-03-05_10-00 - c", Some("1.4.0"));
        check("### v2.0.0\n\n- 2027-06-15_10-00 - e\n- 2026-03-05_10-00 - c", Some("2.0.0"));
        check("### v2.0.0\n\n### v1.4.0\n\n- 2026-03-05_10-00 - c", Some("2.0.0"));
    }
}
