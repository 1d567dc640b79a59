//! Gantt charts: sections and tasks, `name : active, id, 2024-01-01, 3d`.
//!
//! Only the data is read, and no errors are reported. Whether a date fits its format is decided by a library that
//! mermaid uses, which accepts far more than the format says. A date is given in ISO form where it is unambiguous.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::chars::trim;
use super::lines::{Line, accessibility, lines};
use super::model::{Body, Diagram};
use super::source::Mapped;
use crate::text::span::Span;

/// A Gantt chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gantt {
    /// The title in the chart.
    pub title: Option<String>,
    /// The format of the dates, as written; mermaid's default is `YYYY-MM-DD`.
    pub date_format: Option<String>,
    /// The tasks in source order.
    pub tasks: Vec<Task>,
}

/// A task of a Gantt chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// The text before the colon.
    pub name: String,
    /// The section that contains it.
    pub section: Option<String>,
    /// The id, if it has one.
    pub id: Option<String>,
    /// `active`, `done`, `crit`, `milestone`, `vert`.
    pub tags: Vec<String>,
    /// When it starts: a date, or `after` and ids. Without it, the task starts when the one before it ends.
    pub start: Option<When>,
    /// When it ends: a date, a duration, or `until` and ids.
    pub end: Option<When>,
    /// Everything after the colon, as written.
    pub metadata: String,
    /// The span of the line.
    pub span: Span,
}

/// A point in time, as a task gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct When {
    /// As written.
    pub text: String,
    /// As `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SS`, if it is a date of the chart's own format.
    pub iso: Option<String>,
}

const TAGS: [&str; 5] = ["active", "done", "crit", "milestone", "vert"];

/// The words that begin a line that is not a task, even if it has a colon.
const SETTINGS: [&str; 10] = [
    "axisFormat",
    "tickInterval",
    "excludes",
    "includes",
    "todayMarker",
    "weekday",
    "weekend",
    "inclusiveEndDates",
    "topAxis",
    "click",
];

/// Reads a Gantt chart into the body of a diagram.
pub(super) fn parse(text: &Mapped<'_>, diagram: &mut Diagram) {
    let mut gantt = Gantt::default();
    let mut section = None;
    let mut lines = lines(text.text()).skip(1);
    while let Some(line) = lines.next() {
        if accessibility(&line, &mut lines, diagram) {
            continue;
        }
        if let Some(title) = line.after("title") {
            gantt.title = Some(title.text.to_owned());
        } else if let Some(format) = line.after("dateFormat") {
            gantt.date_format = Some(format.text.to_owned());
        } else if let Some(name) = line.after("section") {
            section = Some(name.text.to_owned());
        } else if !SETTINGS.iter().any(|word| line.after(word).is_some()) && !line.text.starts_with("%%") {
            let span = text.span(line.range());
            gantt.tasks.extend(task(&line).map(|task| Task { section: section.clone(), span, ..task }));
        }
    }
    let format = gantt.date_format.as_deref().unwrap_or("YYYY-MM-DD");
    for when in gantt.tasks.iter_mut().flat_map(|task| [&mut task.start, &mut task.end]).flatten() {
        when.iso = iso(&when.text, format);
    }
    diagram.body = Body::Gantt(gantt);
}

/// Splits a line at its first colon, and what follows at commas: tags, then at most an id, a start and an end.
fn task(line: &Line<'_>) -> Option<Task> {
    let (name, metadata) = line.text.split_once(':')?;
    let mut task =
        Task { name: trim(name).to_owned(), metadata: trim(metadata).to_owned(), ..Task::default() };
    let mut parts: Vec<_> = metadata.split(',').map(trim).collect();
    let tags = parts.iter().take_while(|part| TAGS.contains(part)).count();
    task.tags = parts.drain(..tags).map(str::to_owned).collect();
    let when = |text: &str| Some(When { text: text.to_owned(), iso: None });
    match *parts.as_slice() {
        [end] if !end.is_empty() => task.end = when(end),
        [start, end] => (task.start, task.end) = (when(start), when(end)),
        [id, start, end, ..] => {
            task.id = Some(id.to_owned());
            (task.start, task.end) = (when(start), when(end));
        }
        _ => {}
    }
    Some(task)
}

/// Returns a date in ISO form, if the format consists only of the plain parts of a date.
fn iso(text: &str, format: &str) -> Option<String> {
    let mut pattern = format.replace('%', "%%");
    for (theirs, ours) in
        [("YYYY", "%Y"), ("MM", "%m"), ("DD", "%d"), ("HH", "%H"), ("mm", "%M"), ("ss", "%S")]
    {
        pattern = pattern.replace(theirs, ours);
    }
    let letters = |text: &str| text.bytes().filter(u8::is_ascii_alphabetic).count();
    if letters(&pattern) != pattern.matches('%').count() {
        return None;
    }
    if pattern.contains("%H") {
        let padded = if pattern.contains("%S") { text.to_owned() } else { format!("{text} 00") };
        let pattern = if pattern.contains("%S") { pattern } else { format!("{pattern} %S") };
        let time = NaiveDateTime::parse_from_str(&padded, &pattern).ok()?;
        return Some(time.format("%Y-%m-%dT%H:%M:%S").to_string());
    }
    let date = NaiveDate::parse_from_str(text, &pattern).ok()?;
    Some(date.format("%Y-%m-%d").to_string())
}
