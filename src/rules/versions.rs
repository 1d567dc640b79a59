//! The history family: versions of entries, and how they may change.

use super::history::subject;
use super::{NoteContext, Sink, declare_rule};
use crate::model::version::Version;
use crate::syntax::history::HistoryEntry;
use crate::syntax::log_template::{Class, LogTemplate};
use crate::text::stamp::Stamp;

/// A versioned entry, with the highest version among the entries that are certainly earlier.
struct Release<'e> {
    entry: &'e HistoryEntry,
    version: Version,
    before: Option<(Version, &'e HistoryEntry)>,
    /// Whether no other versioned entry may be of the same moment; otherwise it is not known which came
    /// first.
    alone: bool,
}

/// Returns the versioned entries of a list, sorted by time.
fn releases(list: &[HistoryEntry]) -> Vec<Release<'_>> {
    let version = |entry: &HistoryEntry| Version::read(entry.version()?);
    let mut versions: Vec<(Stamp, Version, &HistoryEntry)> =
        list.iter().filter_map(|entry| Some((entry.stamp?, version(entry)?, entry))).collect();
    // A day without a time is neither before nor after its hours. Sorting needs a total order, so it is put
    // at the start of the day.
    versions.sort_by_key(|(stamp, ..)| (stamp.time(), stamp.precision));
    let mut releases = Vec::with_capacity(versions.len());
    let mut highest: Option<(&Version, &HistoryEntry)> = None;
    let mut pending = 0;
    for (at, (stamp, version, entry)) in versions.iter().enumerate() {
        while let Some((_, v, e)) = versions.get(pending).filter(|(s, ..)| s.is_before(*stamp)) {
            if highest.is_none_or(|(best, _)| v > best) {
                highest = Some((v, e));
            }
            pending += 1;
        }
        let before = highest.map(|(best, first)| (best.clone(), first));
        let earlier = pending == at;
        let later = versions.get(at + 1).is_none_or(|(s, ..)| stamp.is_before(*s));
        releases.push(Release { entry, version: version.clone(), before, alone: earlier && later });
    }
    releases
}

declare_rule! {
    /// A later history entry has a lower version than an earlier one.
    ///
    /// ## Why
    ///
    /// Versions only rise. One of the two versions is mistyped, or one of their dates.
    ///
    /// ## Example
    ///
    /// ```md
    /// - v1.2.0 (2025-03-01_09-00) - Added retries
    /// - v1.1.0 (2025-04-01_09-00) - Raised the limits
    /// ```
    ///
    /// ## Fix
    ///
    /// Correct the version or the timestamp.
    pub(super) static HISTORY_VERSION_ORDER = "history-version-order", Error, Ordinary(history_version_order), quiet_in_conflict;
}

fn history_version_order(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for release in ctx.note.facts.system().entry_lists().flat_map(releases) {
        let Some((best, first)) = release.before.filter(|(best, _)| release.version < *best) else {
            continue;
        };
        let message = format!("version `{}` is lower than the earlier `{best}`", release.version);
        let finding = sink.report(&ctx.note.path, release.entry.place, &subject(release.entry), message);
        finding.points_to(&ctx.note.path, first.place, format!("`{best}` was logged earlier"));
    }
}

declare_rule! {
    /// A history entry raises the version in another way than its log template says.
    ///
    /// ## Why
    ///
    /// Readers expect a breaking change in `2.0.0` and none in `1.0.1`. The log templates of the note say
    /// which kind of change is which.
    ///
    /// A log template has a class if its label or heading says `Major`, `Minor` or `Patch`, or `X.0.0`,
    /// `0.X.0` or `0.0.X`. An entry is compared with the highest version before it. Silent where several
    /// templates of different classes fit the entry, for pre-releases, for the first version, and for
    /// entries of one moment, which have no order.
    ///
    /// ## Example
    ///
    /// With the template `Patch (0.0.X): 'YYYY-MM-DD_HH-mm - Fixed [issue]'`:
    ///
    /// ```md
    /// - v1.1.0 (2025-03-01_09-00) - Added retries
    /// - v2.0.0 (2025-04-01_09-00) - Fixed the retries
    /// ```
    ///
    /// ## Fix
    ///
    /// Correct the version, here to `1.1.1`, or use the template for this kind of change.
    /// `portolan log --template` raises the version automatically.
    pub(super) static HISTORY_VERSION_CLASS = "history-version-class", Warning, Ordinary(history_version_class), quiet_in_conflict;
}

fn history_version_class(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let templates = &ctx.note.facts.system().templates;
    if templates.iter().all(|template| template.class.is_none()) {
        return;
    }
    for release in ctx.note.facts.system().entry_lists().flat_map(releases) {
        let before = release.before.filter(|(best, _)| release.alone && release.version > *best);
        let Some((before, first)) = before else { continue };
        let Some((class, template)) = class_of(templates, release.entry.title()) else { continue };
        let Some(own) = release.version.class_since(&before).filter(|own| *own != class) else { continue };
        let message = format!(
            "`{}` after `{before}` is a {} change, but its template `{}` is for a {} one",
            release.version,
            own.name(),
            template.label,
            class.name()
        );
        let finding = sink.report(&ctx.note.path, release.entry.place, &subject(release.entry), message);
        finding.advise(format!("the next version would be `{}`", before.bumped(class)));
        finding.points_to(&ctx.note.path, first.place, format!("`{before}` was logged here"));
    }
}

/// Returns the class of the templates that a title matches; `None` where they disagree, or one has none.
fn class_of<'t>(templates: &'t [LogTemplate], title: &str) -> Option<(Class, &'t LogTemplate)> {
    let mut fitting = templates.iter().filter(|template| template.title.matches(title));
    let first = fitting.next()?;
    let class = first.class?;
    fitting.all(|template| template.class == Some(class)).then_some((class, first))
}
