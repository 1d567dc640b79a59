//! The header family: the fields at the top of a note.

use super::{NoteContext, Sink, declare_rule, respell};
use crate::model::finding::{Applicability, Fix, Related};
use crate::model::level::Level;
use crate::model::version::Version;
use crate::plan::header::{in_the_form_of, set_last_modified, set_version};
use crate::syntax::header::{Header, HeaderField, dated, keys};
use crate::syntax::history::HistoryEntry;
use crate::syntax::status::{names, split_status, status_key};
use crate::text::fold::collapsed;
use crate::text::message::did_you_mean;
use crate::text::place::Place;
use crate::text::stamp::{Precision, Stamp, StampFormat, StampReading, other_form};
use crate::vault::{Note, NoteId, Vault};

declare_rule! {
    /// A header lacks its status, its date of creation or its date of last change.
    ///
    /// ## Why
    ///
    /// Boards, reviews and the history all rely on these three fields.
    ///
    /// A note has a header where it has the heading *System Initialization*, or properties with
    /// `context_layer`, or with both `status` and `last_modified`. Text below that heading which has none of a header's
    /// keys is about how a system starts, and makes none. The first list with one of them is the header; what stands
    /// behind further text is about something else. Where there is no list below the heading, lines
    /// such as `**Status:** Active` are read as one. Of what stands in a table, in a quote or beside another field
    /// on one line nothing is said, and nothing is set there, unless it is an item of fields in Dataview's brackets; nor
    /// where a value stands on the line below its key, or a property is a list of several values, or a link without
    /// quotes. A date of creation under another common name (`date_created`, `created_at`) is not missing.
    ///
    /// ## Example
    ///
    /// ```md
    /// ## SYSTEM INITIALIZATION
    ///
    /// - Status: Active
    /// - Created: 2025-03-01_09-00
    /// ```
    ///
    /// ## Fix
    ///
    /// Add the missing line, here `- Last Modified: 2025-03-01_09-00`.
    pub(super) static HEADER_FIELD_MISSING = "header-field-missing", Warning, Ordinary(header_field_missing), quiet_in_conflict;
}

fn header_field_missing(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let Some(header) = header(ctx) else { return };
    for (key, name) in
        [(keys::STATUS, "Status"), (keys::CREATED, "Created"), (keys::LAST_MODIFIED, "Last Modified")]
    {
        let is_elsewhere = || key == keys::CREATED && header.fields.iter().any(tells_of_creation);
        let is_missing = header.get(key).is_none_or(|field| field.value.is_empty());
        if is_missing && !header.has_aside(key) && !is_elsewhere() {
            let message = format!("the header has no `{name}`");
            sink.report(&ctx.note.path, header.place, name, message);
        }
    }
}

/// Whether a field has the date of creation under a name that other conventions and plug-ins use.
fn tells_of_creation(field: &HeaderField) -> bool {
    const NAMES: [&str; 6] =
        ["created date", "createddate", "date created", "datecreated", "created at", "createdat"];
    NAMES.contains(&field.key.as_str()) && !field.value.is_empty()
}

fn header<'v>(ctx: &NoteContext<'v>) -> Option<&'v Header> {
    ctx.note.facts.system().header.as_ref()
}

/// Returns the fields with this key that have a value.
fn filled<'v>(header: &'v Header, key: &'v str) -> impl Iterator<Item = &'v HeaderField> {
    header.all(key).filter(|field| field.is_stated())
}

declare_rule! {
    /// A date in a header is not a timestamp.
    ///
    /// ## Why
    ///
    /// A date that cannot be read cannot be compared, so nobody sees that the note is older than its
    /// history.
    ///
    /// ## Example
    ///
    /// ```md
    /// - Created: last March
    /// - Last Modified: 2025-02-30_10-00
    /// ```
    ///
    /// ## Fix
    ///
    /// Write it in the vault's format: `YYYY-MM-DD_HH-mm`, unless `timestamp` in `portolan.toml` sets
    /// another one. A day in that format is accepted without its time.
    ///
    /// The forms of Obsidian's own date properties are accepted too, and so are `2025/03/01` and a link to
    /// a daily note. If a program has written an offset (`2025-03-01T10:20:30.802Z`), the time counts as
    /// written. A remark may follow the date in brackets, or after a bar, a dot or a dash with spaces
    /// around it: `2025-03-01_10-00 | by Ruth`.
    pub(super) static HEADER_TIMESTAMP_INVALID = "header-timestamp-invalid", Error, Ordinary(header_timestamp_invalid), quiet_in_conflict;
}

fn header_timestamp_invalid(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let Some(header) = header(ctx) else { return };
    let format = &ctx.vault.config().reading.stamp;
    for key in [keys::CREATED, keys::LAST_MODIFIED] {
        for field in filled(header, key) {
            let message = match field.stamp(format) {
                Some(StampReading::Valid(_)) => continue,
                Some(StampReading::Impossible) => format!("`{}` is not a real date or time", field.value),
                // These are the letters of the format itself, which nobody has filled in.
                None if StampFormat::new(&field.value).is_ok() => {
                    format!("the format `{}` stands where a timestamp belongs", field.value)
                }
                None => format!("`{}` is not a timestamp of the form `{}`", field.value, format.pattern()),
            };
            let finding = sink.report(&ctx.note.path, field.place, &field.name, message);
            // If the vault has set a form, another one would turn the dates in that form into errors.
            let pattern = other_form(&field.value).filter(|_| *format == StampFormat::default());
            if let Some(pattern) = pattern {
                finding.advise(format!(
                    "`timestamp = \"{pattern}\"` in `portolan.toml` sets this form for the vault"
                ));
            }
        }
    }
}

declare_rule! {
    /// A status is not one that the vault lists.
    ///
    /// ## Why
    ///
    /// A board shows an undefined status as a separate one, beside the one that was meant. Its level is
    /// that of its emoji. Without an emoji its level is unknown.
    ///
    /// A remark may follow a listed status: `Active - since March`, `Active, on trial`, `Active (node 2)`,
    /// `Active · at 10:30`. After a bar, the remark must contain a colon (`Active | 10:30`); otherwise the
    /// text leaves a choice between statuses (`Active | Down`). A status of another level after a dot also
    /// leaves a choice (`Active · Down`). Hyphens and underscores count as spaces. A highlight or brackets
    /// around the status are ignored.
    ///
    /// Silent where neither a note nor `portolan.toml` lists statuses. In notes, they are a list of
    /// indicators under *Status Indicators*. Most of its items must have a mark or a common word for a
    /// state. A list of what an interface shows does not count, and neither does one that only ticks things
    /// off. The finding points to the first note that has a list.
    ///
    /// Properties without `context_layer` and without a header below them may follow another convention, such
    /// as that of decision records. There, only a status with a mark or a common word for a state is reported,
    /// or one that resembles a listed status.
    ///
    /// ## Example
    ///
    /// ```md
    /// - Status: 🟢 Actve
    /// ```
    ///
    /// ## Fix
    ///
    /// Use a listed status, or add the word to the list. `--unsafe-fixes` writes the nearest one.
    pub(super) static HEADER_STATUS_UNKNOWN = "header-status-unknown", Warning, Ordinary(header_status_unknown), fixable, quiet_in_conflict;
}

fn header_status_unknown(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let Some(header) = header(ctx) else { return };
    let vocabulary = ctx.vault.vocabulary();
    if !vocabulary.lists_indicators() {
        return;
    }
    for field in filled(header, keys::STATUS).filter(|field| !vocabulary.knows_status(&field.value)) {
        let (mark, words) = split_status(&field.value);
        // The whole value may be misspelt, or only the part before a remark.
        let mut meant =
            [Some(words), names(words).last()].into_iter().flatten().filter(|name| !name.is_empty());
        // A listed name is not a typing error: the text is then a choice, and another part of it is not listed.
        let near = |name| {
            let near = ctx.context.statuses().near(name)?;
            (status_key(near) != status_key(name)).then_some((name, near))
        };
        let meant = meant.find_map(near);
        let is_state = || !mark.is_empty() || names(words).any(|name| Level::of_word(name).is_some());
        if header.is_of_common_properties() && meant.is_none() && !is_state() {
            continue;
        }
        let message = format!("`{}` is not a status that the vault lists", field.value);
        let finding = sink.report(&ctx.note.path, field.place, &field.value, message);
        finding.related.extend(list_of_statuses(ctx.vault));
        if let Some((name, near)) = meant {
            finding.advise(did_you_mean(near));
            // In properties these characters would need quotes or escapes.
            let plain = !field.property || !near.contains(['"', '\'', '\\', '#', ':']);
            let new = field.value.replacen(name, near, 1);
            let fix = plain.then(|| respell::word(ctx, field.place, &field.value, &new)).flatten();
            finding.mended_by(fix);
        }
    }
}

/// Returns the place of the list of statuses in the first note that has one.
fn list_of_statuses(vault: &Vault) -> Option<Related> {
    let note = vault.find(vault.vocabulary().statuses_in()?).and_then(|id| vault.note(id))?;
    let place = first_indicator(note)?;
    Some(Related { note: note.path.clone(), place, message: "the vault lists its statuses here".to_owned() })
}

fn first_indicator(note: &Note) -> Option<Place> {
    note.facts.system().terms.indicators.first().map(|indicator| indicator.place)
}

/// Whether the list of statuses that a finding points to has moved, given the notes that were read again.
pub(super) fn points_elsewhere(vault: &Vault, lists: &[Related], read: &[NoteId]) -> bool {
    lists.iter().any(|list| {
        let id = vault.find(&list.note).filter(|id| read.binary_search(id).is_ok());
        id.is_some_and(|id| vault.note(id).and_then(first_indicator) != Some(list.place))
    })
}

/// Returns a header field with its date, if that is valid.
pub(super) fn date<'v>(ctx: &NoteContext<'v>, key: &str) -> Option<(&'v HeaderField, Stamp)> {
    let field = header(ctx)?.get(key).filter(|field| !field.is_unrendered())?;
    match field.stamp(&ctx.vault.config().reading.stamp) {
        Some(StampReading::Valid(stamp)) => Some((field, stamp)),
        _ => None,
    }
}

declare_rule! {
    /// A note was last changed before it was created.
    ///
    /// ## Why
    ///
    /// One of the two dates is wrong, and so is everything that is derived from it.
    ///
    /// ## Example
    ///
    /// ```md
    /// - Created: 2025-03-01_09-00
    /// - Last Modified: 2025-02-01_09-00
    /// ```
    ///
    /// ## Fix
    ///
    /// Correct the date that is wrong. A date without a time is compared by day.
    pub(super) static HEADER_MODIFIED_BEFORE_CREATED =
        "header-modified-before-created", Error, Ordinary(header_modified_before_created), quiet_in_conflict;
}

fn header_modified_before_created(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let Some((from, created)) = date(ctx, keys::CREATED) else { return };
    let Some((field, modified)) = date(ctx, keys::LAST_MODIFIED) else { return };
    if modified.is_before(created) {
        let message = format!("last modified `{}`, before the note was created", field.value);
        let finding = sink.report(&ctx.note.path, field.place, "", message);
        finding.points_to(&ctx.note.path, from.place, format!("created `{}`", from.value));
    }
}

declare_rule! {
    /// A note's date of last change is older than the newest entry of its history.
    ///
    /// ## Why
    ///
    /// Somebody has logged a change without updating the date, so readers think that the note is older than
    /// it is.
    ///
    /// ## Example
    ///
    /// ```md
    /// - Last Modified: 2025-03-01_09-00
    /// …
    /// ### Modification History
    ///
    /// - 2025-04-02_14-30 - Moved to the new cluster
    /// ```
    ///
    /// ## Fix
    ///
    /// Set the date to that of the entry. `--fix` does so, unless the date has a time of day and the entry
    /// has none. `portolan log` and `portolan sync` set it automatically.
    pub(super) static HEADER_MODIFIED_STALE = "header-modified-stale", Warning, Ordinary(header_modified_stale), fixable, uses_clock, quiet_in_conflict;
}

fn header_modified_stale(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let Some(header) = header(ctx) else { return };
    let Some((field, modified)) = date(ctx, keys::LAST_MODIFIED) else { return };
    let entries = ctx.note.facts.system().entries().filter_map(|entry| Some((entry, entry.stamp?)));
    let past = entries.filter(|(_, stamp)| !super::history::is_future(ctx, *stamp));
    // A date without a time counts as the start of the day, so of several entries the one with the latest
    // time is taken.
    let Some((newest, stamp)) = past.reduce(|a, b| if a.1.time() < b.1.time() { b } else { a }) else {
        return;
    };
    if modified.is_before(stamp) {
        let message = format!(
            "last modified `{}`, but the history has an entry of `{}`",
            field.value,
            newest.timestamp()
        );
        let finding = sink.report(&ctx.note.path, field.place, "", message);
        finding.points_to(&ctx.note.path, newest.place, format!("an entry of `{}`", newest.timestamp()));
        finding.mended_by(restamp_fix(ctx, header, field, stamp));
    }
}

/// Returns the fix that sets the date of the last change, in the list and in the properties, each in its own
/// form. `None` where one of these has a time of day and the entry has none.
fn restamp_fix(ctx: &NoteContext<'_>, header: &Header, field: &HeaderField, stamp: Stamp) -> Option<Fix> {
    let format = &ctx.vault.config().reading.stamp;
    let form = |field: &HeaderField| dated(&field.value, format).map_or(format, |date| date.form);
    let tells_time = |field: &HeaderField| form(field).precision() > Precision::Day;
    if stamp.precision == Precision::Day && header.all(keys::LAST_MODIFIED).any(tells_time) {
        return None;
    }
    let text = in_the_form_of(&field.value, stamp, ctx.vault, ctx.note)?;
    let edits = set_last_modified(ctx.vault, ctx.note, stamp).ok()?;
    let title = format!("set `{}` to `{text}`", field.name);
    Some(Fix::of_note(&ctx.note.path, title, Applicability::Safe, edits))
}

declare_rule! {
    /// A note's version differs from the newest version in its history.
    ///
    /// ## Why
    ///
    /// The header and the history disagree about what is running.
    ///
    /// Text around a version is ignored: `1.1.0 (stable)`, `[[Releases|1.1.0]]`. Silent where the value
    /// also names the newest version. Entries in the future are plans, and do not count.
    ///
    /// ## Example
    ///
    /// ```md
    /// - Version: 1.1.0
    /// …
    /// ### Version History
    ///
    /// - v1.2.0 (2025-04-02_14-30) - Added retries
    /// ```
    ///
    /// ## Fix
    ///
    /// If the version of the header is lower than that of the history, set it. `--unsafe-fixes` does so,
    /// unless the value is a link to a note about the version (`[[v1.1.0]]`). If it is higher, nobody has
    /// logged that release: log it.
    pub(super) static HEADER_VERSION_STALE = "header-version-stale", Warning, Ordinary(header_version_stale), fixable, uses_clock, quiet_in_conflict;
}

fn header_version_stale(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let Some(header) = header(ctx) else { return };
    let Some(field) = filled(header, keys::VERSION).next() else { return };
    let is_out = |entry: &&HistoryEntry| !entry.stamp.is_some_and(|at| super::history::is_future(ctx, at));
    let told = |entry: &HistoryEntry| Version::read(entry.version()?);
    let out = ctx.note.facts.system().entries().filter(is_out);
    let versions = out.filter_map(|entry| Some((entry, told(entry)?)));
    let Some((newest, version)) = versions.reduce(|a, b| if b.1 > a.1 { b } else { a }) else { return };
    // Text behind a version is ignored, as by `log`, which raises versions.
    let Some((_, own)) = Version::find(&field.value) else { return };
    // A planned version may be released before its date.
    let is_planned = || ctx.note.facts.system().entries().filter_map(told).any(|planned| planned == own);
    if own != version && !names_version(&field.value, &version) && !(own > version && is_planned()) {
        let shown = newest.version().unwrap_or_default();
        let message = format!("version `{}`, but the newest one in the history is `{shown}`", field.value);
        let finding = sink.report(&ctx.note.path, field.place, "", message);
        finding.points_to(&ctx.note.path, newest.place, format!("`{shown}` was logged here"));
        // Somebody has raised the version: the history is what is incomplete.
        let stated = filled(header, keys::VERSION).filter_map(|field| Version::find(&field.value));
        if stated.map(|(_, own)| own).any(|own| own > version) {
            finding.advise(format!("log the release, which the history has only up to `{shown}`"));
            return;
        }
        let edits = set_version(ctx.note, shown).ok().filter(|edits| !edits.is_empty());
        let fix = edits.map(|edits| {
            let title = format!("set `{}` to `{shown}`", field.name);
            Fix::of_note(&ctx.note.path, title, Applicability::Unsafe, edits)
        });
        finding.mended_by(fix);
    }
}

/// Whether a text contains a version anywhere, as `1.0.0 → 1.2.0` contains both.
fn names_version(text: &str, version: &Version) -> bool {
    let is_it = |text: &str| {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+')));
        words.filter(|word| word.contains('.')).any(|word| Version::read(word).as_ref() == Some(version))
    };
    // `1.4.0 beta` also counts as `1.4.0-beta`.
    is_it(text) || is_it(&text.replacen(' ', "-", 1))
}

declare_rule! {
    /// A template expression was never rendered.
    ///
    /// ## Why
    ///
    /// `<% … %>` and `{{NAME}}` are filled in when a note is made from a template. If one is left in an
    /// ordinary note, a fact is missing that nobody ever wrote down. Properties that are not fields of a
    /// header are searched for `<% … %>` only.
    ///
    /// Braces after a backslash, `\{{NAME}}`, are meant to be seen. So are those in an address: behind `://`
    /// or before a path (`{{base_url}}/api`). Code, comments and template notes are not searched. Template
    /// notes are those in the template folder of Obsidian or Templater, those with `template` or
    /// `templates`, in any case, as a word of their name or as the last word of a folder's name, and those
    /// under `templates` in `portolan.toml`.
    ///
    /// ## Example
    ///
    /// ```md
    /// - Created: <% tp.file.creation_date("YYYY-MM-DD_HH-mm") %>
    /// ```
    ///
    /// ## Fix
    ///
    /// Write the value. If the note is a template, say so in `portolan.toml`.
    pub(super) static PLACEHOLDER_UNRENDERED = "placeholder-unrendered", Warning, Ordinary(placeholder_unrendered);
}

fn placeholder_unrendered(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for placeholder in ctx.note.facts.system().placeholders.iter().filter(|found| !found.hidden) {
        let shown = collapsed(&placeholder.text);
        sink.report(&ctx.note.path, placeholder.place, &shown, format!("`{shown}` was never rendered"));
    }
}
