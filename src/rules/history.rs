//! The history family: entries with wrong dates, in the wrong order, or told twice.

use std::cell::LazyCell;

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::header::date;
use super::{NoteContext, Sink, declare_rule, respell};
use crate::model::chronology::{Direction, direction, out_of_place, shared};
use crate::model::finding::Severity;
use crate::syntax::facts::ProblemKind;
use crate::syntax::header::keys;
use crate::syntax::history::HistoryEntry;
use crate::syntax::title_form::Forms;
use crate::text::stamp::{Precision, Stamp, StampFormat, StampReading, read_property_date};
use crate::vault::{Note, Vault};

/// Whether a moment has not come yet: in the time zone of the vault, or, where none is set, anywhere in the
/// world.
pub(super) fn is_future(ctx: &NoteContext<'_>, stamp: Stamp) -> bool {
    ctx.context.now.is_some_and(|now| is_ahead(ctx.vault, stamp, now))
}

fn is_ahead(vault: &Vault, stamp: Stamp, now: Stamp) -> bool {
    stamp.seconds() - now.seconds() > vault.config().allowed_ahead()
}

/// Whether an entry with this time would be reported as in the future, where that rule is on for the note.
#[must_use]
pub fn would_be_in_future(vault: &Vault, note: &Note, stamp: Stamp, now: Stamp) -> bool {
    let is_asked = HISTORY_IN_FUTURE.severity_in(vault, &note.path) > Severity::Off;
    is_asked && !note.is_template() && is_ahead(vault, stamp, now)
}

/// Returns what identifies an entry among those of its note.
pub(super) fn subject(entry: &HistoryEntry) -> String {
    format!("{} {}", entry.timestamp(), entry.title())
}

declare_rule! {
    /// A history entry has no valid timestamp.
    ///
    /// ## Why
    ///
    /// Without a time the entry has no place in the history, and nothing can be compared with it.
    ///
    /// ## Example
    ///
    /// ```md
    /// ### Modification History
    ///
    /// - 2025-2-30 - Moved to the new cluster
    /// ```
    ///
    /// ## Fix
    ///
    /// Write it in the vault's format: `YYYY-MM-DD_HH-mm`, unless `timestamp` in `portolan.toml` sets
    /// another one.
    ///
    /// A list of several entries may also use the dates of Obsidian's properties (`2025-03-01`,
    /// `2025-03-01T10:20`) or days in the vault's format, if most of its entries do, or if it began with
    /// several that do. It may also use dates with slashes (`2025/03/01`) or with dots, if all of its dates
    /// have them. So may a single entry, but with a time of day only if the note has no times in the vault's
    /// format in its header or in other lists. An entry without a time of day is compared by its day. A time
    /// zone after the time of day (`14:02 CEST`) is ignored: the time counts as written.
    pub(super) static HISTORY_TIMESTAMP_INVALID = "history-timestamp-invalid", Error, Ordinary(history_timestamp_invalid), quiet_in_conflict;
}

fn history_timestamp_invalid(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let format = &ctx.vault.config().reading.stamp;
    for entry in ctx.note.facts.system().entries().filter(|entry| entry.stamp.is_none()) {
        let dated = read_property_date(entry.timestamp());
        if format.read(entry.timestamp()).is_some() || dated == Some(StampReading::Impossible) {
            let message = format!("`{}` is not a real date or time", entry.timestamp());
            sink.report(&ctx.note.path, entry.place, &subject(entry), message);
            continue;
        }
        let message =
            format!("`{}` is not a timestamp of the form `{}`", entry.timestamp(), format.pattern());
        let finding = sink.report(&ctx.note.path, entry.place, &subject(entry), message);
        let wanted = match dated {
            Some(StampReading::Valid(stamp)) if stamp.precision > Precision::Day => format.write(stamp),
            _ => format.pattern().to_owned(),
        };
        // If the vault has set a form, another one would turn the dates in that form into errors.
        let is_set = *format != StampFormat::default();
        let setting =
            if is_set { "" } else { "; `timestamp` in `portolan.toml` sets another form for the vault" };
        finding.advise(format!("write it as `{wanted}`{setting}"));
    }
}

declare_rule! {
    /// A history entry is out of order in its list.
    ///
    /// ## Why
    ///
    /// A history is read from one end. An entry in the wrong place is overlooked, or gives a wrong idea of
    /// what came first.
    ///
    /// The order of a list, oldest or newest first, is that of most of its neighbouring entries. If that is
    /// undecided, the other lists of the note decide, and then those of the vault.
    ///
    /// ## Example
    ///
    /// ```md
    /// - 2025-03-01_09-00 - Set up
    /// - 2025-05-01_09-00 - Added retries
    /// - 2025-04-01_09-00 - Raised the limits
    /// - 2025-06-01_09-00 - Moved
    /// ```
    ///
    /// ## Fix
    ///
    /// Move the entry to its place, or correct its timestamp.
    pub(super) static HISTORY_ORDER = "history-order", Warning, Ordinary(history_order), quiet_in_conflict;
}

fn history_order(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let lists = || ctx.note.facts.system().entry_lists();
    let habit = LazyCell::new(|| shared(lists()).unwrap_or_else(|| ctx.context.shared().habit));
    for list in lists().filter(|list| list.len() > 1) {
        // Where the list rises as often as it falls, the note's other lists decide, or else the vault's
        // habit.
        let order = direction(list).unwrap_or_else(|| *habit);
        for entry in out_of_place(list, order).into_iter().filter_map(|i| list.get(i)) {
            let first = if order == Direction::OldestFirst { "oldest to newest" } else { "newest to oldest" };
            let message = format!("`{}` is out of order: this list runs from {first}", entry.timestamp());
            sink.report(&ctx.note.path, entry.place, &subject(entry), message);
        }
    }
}

declare_rule! {
    /// A history entry appears twice in its list.
    ///
    /// ## Why
    ///
    /// A merge or a paste has doubled it. Counts and boards show the change twice.
    ///
    /// Two entries are the same if they have the same time, version and title. Two entries of one minute
    /// with different titles are fine. So are two entries of one day, without a time, with different
    /// details.
    ///
    /// ## Example
    ///
    /// ```md
    /// - 2025-03-01_09-00 - Set up
    /// - 2025-03-01_09-00 - Set up
    /// ```
    ///
    /// ## Fix
    ///
    /// Delete one of them.
    pub static HISTORY_DUPLICATE = "history-duplicate", Warning, Ordinary(history_duplicate), quiet_in_conflict;
}

fn history_duplicate(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for list in ctx.note.facts.system().entry_lists() {
        let mut seen: HashMap<_, &HistoryEntry> = HashMap::with_capacity(list.len());
        for entry in list {
            // The same thing may be done twice on one day, so without a time the details count too.
            let of_a_day = entry.stamp.is_some_and(|stamp| stamp.precision == Precision::Day);
            let details: Vec<&str> = if of_a_day { entry.details().collect() } else { Vec::new() };
            let key = (entry.timestamp(), entry.version(), entry.title(), details);
            let first = match seen.entry(key) {
                Entry::Occupied(first) => *first.get(),
                Entry::Vacant(place) => {
                    place.insert(entry);
                    continue;
                }
            };
            let message = format!("the entry `{}` appears twice", entry.timestamp());
            let finding = sink.report(&ctx.note.path, entry.place, &subject(entry), message);
            finding.points_to(&ctx.note.path, first.place, "first here");
        }
    }
}

declare_rule! {
    /// A history entry is older than its note.
    ///
    /// ## Why
    ///
    /// Either the note's date of creation is wrong, or the history was copied from another note.
    ///
    /// ## Example
    ///
    /// ```md
    /// - Created: 2025-03-01_09-00
    /// …
    /// ### Modification History
    ///
    /// - 2025-02-01_09-00 - Set up
    /// ```
    ///
    /// ## Fix
    ///
    /// Correct the date that is wrong.
    pub static HISTORY_BEFORE_CREATED = "history-before-created", Warning, Ordinary(history_before_created), quiet_in_conflict;
}

fn history_before_created(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let Some((field, created)) = date(ctx, keys::CREATED) else { return };
    for entry in ctx
        .note
        .facts
        .system()
        .entries()
        .filter(|entry| entry.stamp.is_some_and(|stamp| stamp.is_before(created)))
    {
        let message = format!("the entry `{}` is from before the note was created", entry.timestamp());
        let finding = sink.report(&ctx.note.path, entry.place, &subject(entry), message);
        finding.points_to(&ctx.note.path, field.place, format!("created `{}`", field.value));
    }
}

declare_rule! {
    /// A history entry lies in the future.
    ///
    /// ## Why
    ///
    /// A history tells what has happened. A date in the future is a mistake, and hides every later entry
    /// from readers who look for the newest one.
    ///
    /// An entry may be up to 26 hours ahead, because timestamps are local time and may come from any time
    /// zone. If `timezone` in `portolan.toml` names the time zone of the vault
    /// (`timezone = "Europe/Berlin"`), an entry may be five minutes ahead, to allow for clocks that are
    /// wrong.
    ///
    /// ## Example
    ///
    /// ```md
    /// - 2205-03-01_09-00 - Set up
    /// ```
    ///
    /// ## Fix
    ///
    /// Correct the timestamp.
    pub(super) static HISTORY_IN_FUTURE = "history-in-future", Error, Ordinary(history_in_future), uses_clock, quiet_in_conflict;
}

fn history_in_future(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for entry in ctx
        .note
        .facts
        .system()
        .entries()
        .filter(|entry| entry.stamp.is_some_and(|stamp| is_future(ctx, stamp)))
    {
        let message = format!("`{}` lies in the future", entry.timestamp());
        sink.report(&ctx.note.path, entry.place, &subject(entry), message);
    }
}

declare_rule! {
    /// A history entry fits none of its note's log templates.
    ///
    /// ## Why
    ///
    /// A history with entries in set forms can be searched and counted. Off unless `portolan.toml` switches
    /// it on: in most histories, the first entry has no set form.
    ///
    /// ## Example
    ///
    /// With the template `'YYYY-MM-DD_HH-mm - Updated [integration] for [purpose]'`:
    ///
    /// ```md
    /// - 2025-03-01_09-00 - changed some stuff
    /// ```
    ///
    /// ## Fix
    ///
    /// Use one of the note's templates (`portolan log NOTE --template LABEL`), or add one.
    pub(super) static HISTORY_TEMPLATE_UNMATCHED = "history-template-unmatched", Off, Ordinary(history_template_unmatched), quiet_in_conflict;
}

fn history_template_unmatched(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let templates = &ctx.note.facts.system().templates;
    if templates.is_empty() {
        return;
    }
    let forms = Forms::of(templates.iter().map(|template| &template.title));
    let labels: Vec<&str> = templates.iter().map(|template| template.label.as_str()).collect();
    let help = format!("its log templates are {}", respell::some(&labels));
    for entry in ctx.note.facts.system().entries().filter(|entry| forms.first(entry.title()).is_none()) {
        let message = format!("`{}` fits none of the note's log templates", entry.title());
        let finding = sink.report(&ctx.note.path, entry.place, &subject(entry), message);
        finding.advise(help.as_str());
    }
}

declare_rule! {
    /// A log template cannot be used.
    ///
    /// ## Why
    ///
    /// No entries can be made from it, and no entry can match it.
    ///
    /// A template is an item under *Change Log Templates* whose value is in quotes. It needs a closing
    /// quote, a timestamp pattern at the start, and brackets that pair up. The pattern may be that of dates
    /// in Obsidian's properties (`YYYY-MM-DD`); entries are written in the vault's format all the same.
    ///
    /// ## Example
    ///
    /// ```md
    /// ## CHANGE LOG TEMPLATES
    ///
    /// - Updates: 'Updated [integration] for [purpose'
    /// ```
    ///
    /// ## Fix
    ///
    /// Write it as `- Updates: 'YYYY-MM-DD_HH-mm - Updated [integration] for [purpose]'`.
    pub(super) static LOG_TEMPLATE_INVALID = "log-template-invalid", Warning, Ordinary(log_template_invalid);
}

fn log_template_invalid(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    super::files::problems(ctx, sink, ProblemKind::LogTemplate);
}
