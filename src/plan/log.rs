//! Plans a log: an entry that a person asks for, in the history of one note.
//!
//! Nothing is written that `check` would report at once, and the note with its entry is read back first.

use std::collections::HashMap;
use std::ops::Range;

use super::entry::{Words, draft, has_unread_version, states_version};
use super::header::{self, date_that_stays, stays_aside, unread_aside};
use super::history::{
    Histories, Inserter, NewEntry, Timeline, can_tell_time, habit, loses_nothing, misread, new_section,
    subject_at,
};
use super::new_history;
use super::obstacle::{Obstacle, Refused, with_comment_closed};
use crate::model::finding::Finding;
use crate::model::version::Version;
use crate::syntax::header::keys;
use crate::syntax::reading::Section;
use crate::text::edit::{Edit, Edits};
use crate::text::stamp::Stamp;
use crate::text::visible::escape;
use crate::vault::{Note, NoteId, Vault};

/// A note that is to get an entry, with its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenNote<'v> {
    /// The vault of the note.
    pub vault: &'v Vault,
    /// The number of the note.
    pub id: NoteId,
    /// The note.
    pub note: &'v Note,
    /// The text of the note.
    pub text: &'v str,
}

/// The entry that a person asks for.
#[derive(Clone, Debug)]
pub(crate) struct NewLog<'n> {
    /// What the entry is to say.
    pub words: Words<'n>,
    /// The time of the entry.
    pub stamp: Stamp,
    /// The time at which it is written.
    pub now: Stamp,
    /// The histories of the note that the entry may go into.
    pub among: Range<usize>,
    /// What the person calls these histories.
    pub name: &'n str,
}

/// What the rules say about a history. The rules stand on a floor above the planners.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'r> {
    /// Returns what `check` would report about the history of the note, in a vault with or without the entry.
    pub found: &'r dyn Fn(&Vault) -> Vec<Finding>,
    /// Returns what a person can do about such a finding.
    pub way_out: &'r dyn Fn(&Finding) -> &'static str,
}

/// The result of planning a log.
#[derive(Debug)]
pub(crate) struct LogPlan {
    /// The edits of the note.
    pub edits: Edits,
    /// The title of the entry.
    pub title: String,
    /// The name or heading that the entry goes under, if the note has several.
    pub under: Option<String>,
    /// Messages about what the entry does not say or change.
    pub said: Vec<String>,
}

/// Plans an entry. `judge` says what `check` would report.
///
/// # Errors
/// The entry cannot be written as it is meant, or `check` would report it at once.
pub(crate) fn plan(open: OpenNote<'_>, new: &NewLog<'_>, judge: Judge<'_>) -> Result<LogPlan, Refused> {
    let OpenNote { vault, note, text, .. } = open;
    let NewLog { words, stamp, now, ref among, name } = *new;
    let format = &vault.config().reading.stamp;
    let timeline = Timeline::up_to(vault.config(), if now.is_before(stamp) { stamp } else { now });
    let template = words.template;
    let is_unread = template.is_some_and(|t| t.class.is_some()) && has_unread_version(note, timeline);
    if is_unread && template.is_some_and(|t| states_version(note, t) || t.has_version_in_title()) {
        return Err(unread_version(open));
    }
    let mut said = Vec::new();
    let mut drafted = draft(note, words, stamp, timeline);
    // What the entry does not say, the header must not say either.
    if drafted.entry.version.is_some() && Histories::of(note).telling(among.clone()) != *among {
        (drafted.entry.version, drafted.version) = (None, None);
        said.push(format!("no version is raised: the entries of `{}` tell none", escape(name)));
    }
    if !can_tell_time(note, text, &drafted.entry, timeline, among.clone()) {
        let day = drafted.entry.stamp.time().format("%Y-%m-%d");
        return Err(Refused::new(
            format!("`{day}` has no time of day, but the entries of `{}` do", note.path),
            format!("write `--at` in the form `{}`", format.pattern()),
        ));
    }
    let refuse = |obstacle| Refused::by(note, obstacle);
    let mut edits = inserted(open, &drafted.entry, timeline, among.clone()).map_err(refuse)?;
    let under = edits.first().and_then(|edit| subject_at(note, edit.span.start, format));
    edits.extend(header::set_last_modified(vault, note, stamp).map_err(refuse)?);
    if let Some(version) = &drafted.version {
        edits.extend(header::set_version(note, &version.to_string()).map_err(refuse)?);
    }
    let edits = Edits::of(edits).ok_or_else(Obstacle::contradiction).map_err(refuse)?;
    said.extend(what_stays(open, stamp, is_unread || drafted.version.is_some()));
    let after = read_back(open, &edits)?;
    refuse_what_is_found(open, &after, judge)?;
    if note.facts.system().history.is_empty() {
        refuse_in_a_comment(open, &edits)?;
    }
    Ok(LogPlan { edits, title: drafted.entry.title, under, said })
}

/// Refuses a note without a history, unless one is to be created (`create`) and no section looks like a history
/// under another name.
///
/// # Errors
/// The note has no history, and gets none.
pub(crate) fn refuse_without_history(open: OpenNote<'_>, create: bool) -> Result<(), Refused> {
    let OpenNote { vault, note, text, .. } = open;
    if !note.facts.system().history.is_empty() {
        return Ok(());
    }
    if let Some(heading) = new_history::unseen(vault, note, text) {
        let name = escape(note.facts.text(heading.text));
        let others =
            if vault.config().reading.history.is_none() { usual_histories() } else { "…".to_owned() };
        return Err(Refused::new(
            format!(
                "{}:{}: `{name}` looks like a history, and is none that the settings name",
                note.path, heading.line
            ),
            format!("write `history = [{others}, \"{name}\"]` under `[sections]` in `portolan.toml`"),
        ));
    }
    if create {
        return Ok(());
    }
    let home = new_history::home(vault, note, text);
    let heading = escape(&home.heading);
    let place = match &home.under {
        Some(under) => format!("under `{}`", escape(under)),
        None => "at the end of the note".to_owned(),
    };
    Err(Refused::new(
        format!("`{}` has no history section", note.path),
        format!("`--create` adds `{heading}` {place}"),
    ))
}

/// Returns the default headings of histories, as the settings would write them.
fn usual_histories() -> String {
    let usual = Section::ALL.iter().filter(|(section, ..)| *section == Section::History);
    let headings: Vec<String> =
        usual.flat_map(|(_, _, headings)| *headings).map(|h| format!("{h:?}")).collect();
    headings.join(", ")
}

/// Returns the refusal of an entry that has to raise the version, where the last version cannot be read.
fn unread_version(open: OpenNote<'_>) -> Refused {
    let OpenNote { vault, note, .. } = open;
    let (line, what, way) = if let Some(field) = header::unwritable_version(note) {
        let value = vault.as_shown(&note.path, &field.value);
        let what = format!("`{}: {}` is not a version", escape(&field.name), escape(&value));
        (field.place.line, what, "write one")
    } else {
        let line = note.facts.system().header.as_ref().map_or(1, |header| header.place.line);
        (line, unread_aside("Version"), "write it as an item of its own, `- Version: …`")
    };
    Refused::new(
        format!("{}:{line}: {what}, and no entry tells one", escape(&note.path)),
        format!("{way}, or give the entry a title of its own with `-m`, which raises none"),
    )
}

/// Returns the edits that insert the entry, in a new section where the note has no history.
fn inserted(
    open: OpenNote<'_>,
    entry: &NewEntry,
    timeline: Timeline<'_>,
    among: Range<usize>,
) -> Result<Vec<Edit>, Obstacle> {
    let OpenNote { vault, note, text, .. } = open;
    let entries = std::slice::from_ref(entry);
    let inserted = Inserter::new(note, text, habit(vault), timeline).among(entries, among)?;
    Ok(inserted.unwrap_or_else(|| {
        let home = new_history::home(vault, note, text);
        let before = text.get(..home.end).unwrap_or(text);
        vec![new_section(before, &home.heading, entries, timeline.format)]
    }))
}

/// Returns messages about header values that the new entry should change but cannot, because they cannot be read
/// or written. `raises` tells whether the entry raises the version.
fn what_stays(open: OpenNote<'_>, stamp: Stamp, raises: bool) -> Vec<String> {
    let OpenNote { vault, note, text, .. } = open;
    let mut said: Vec<String> = date_that_stays(vault, note, stamp).into_iter().collect();
    if raises && header::has_aside(note, keys::VERSION) {
        said.push(stays_aside("Version"));
    }
    if let Some(field) = header::unwritable_version(note).filter(|_| raises) {
        let why = if Version::find(&field.value).is_some() {
            "which has to be changed by hand"
        } else {
            "which cannot be read as a version"
        };
        let value = vault.as_shown(&note.path, &field.value);
        said.push(format!("`{}` stays `{}`, {why}", escape(&field.name), escape(&value)));
    }
    for key in [Some(keys::LAST_MODIFIED), raises.then_some(keys::VERSION)].into_iter().flatten() {
        if let Some(name) = header::in_invalid_properties(note, text, key) {
            let name = vault.as_shown(&note.path, name);
            said.push(format!("`{}` stays as it is, since the properties are not valid", escape(&name)));
        }
    }
    said
}

/// Reads the note with its new entry back, and returns the vault with it. An entry behind a comment that is never
/// closed, or inside another unclosed construct, would be part of that instead of an entry.
fn read_back(open: OpenNote<'_>, edits: &Edits) -> Result<Vault, Refused> {
    let OpenNote { vault, id, note, text } = open;
    let unread = || {
        Refused::new(
            format!("an entry in the history of `{}` would not be read as one", note.path),
            "close the comment or other block that the history section lies in",
        )
    };
    let after = edits.apply(text).map(|new| vault.with_texts(&[(id, new)])).ok_or_else(unread)?;
    let then = after.note(id).ok_or_else(unread)?;
    let (was, is) = (note.facts.system(), then.facts.system());
    if is.marker_problems.len() > was.marker_problems.len() {
        return Err(Refused::new(
            format!("the entry would contain a board marker, which would break `{}`", note.path),
            "leave `<!-- portolan:` out, or put it in backticks",
        ));
    }
    if is.secrets.len() > was.secrets.len() {
        let way_out = "name where it is kept, such as `env:NAME`";
        return Err(Refused::new("what the entry says looks like a secret", way_out));
    }
    let stamps = &vault.config().reading.stamp;
    if let Some(entry) = misread(note, then) {
        let date = entry.timestamp();
        return Err(Refused::new(
            format!("beside an entry of that time, `{date}` would no longer be read as a date"),
            format!(
                "write that date in the form `{}` first, or log this by its day alone: `--at YYYY-MM-DD`",
                stamps.pattern()
            ),
        ));
    }
    if loses_nothing(note, then, edits, 1, stamps) { Ok(after) } else { Err(unread()) }
}

/// Refuses an entry that `check` would report at once.
fn refuse_what_is_found(open: OpenNote<'_>, after: &Vault, judge: Judge<'_>) -> Result<(), Refused> {
    let mut known: HashMap<String, usize> = HashMap::new();
    for finding in (judge.found)(open.vault) {
        *known.entry(finding.fingerprint()).or_default() += 1;
    }
    let mut is_new = |finding: &Finding| match known.get_mut(&finding.fingerprint()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    let Some(found) = (judge.found)(after).into_iter().find(|finding| is_new(finding)) else {
        return Ok(());
    };
    let message = format!("`check` would find of `{}`: {}", open.note.path, found.message);
    Err(Refused::new(message, (judge.way_out)(&found)))
}

/// Refuses a new section inside an unclosed comment: it would disappear as soon as somebody closes the comment.
fn refuse_in_a_comment(open: OpenNote<'_>, edits: &Edits) -> Result<(), Refused> {
    let OpenNote { vault, id, note, text } = open;
    let Some(new) = edits.apply(text) else { return Ok(()) };
    let closed = with_comment_closed(vault, id, &new);
    if closed.note(id).is_some_and(|note| note.facts.system().entry_lists().next().is_some()) {
        return Ok(());
    }
    Err(Refused::in_a_comment(&format!("the new history of `{}`", note.path)))
}
