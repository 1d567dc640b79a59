//! What an expression of a template asks for: `<% tp.date.now("YYYY") %>` of Templater, `{{date:YYYY}}` of
//! Obsidian's own templates.

use chrono::NaiveDateTime;

use super::call::{self, Argument};
use super::date;
use crate::text::moment;
use crate::text::path;

/// What a new note is called, where it lies and when it is made.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// Its path.
    pub path: String,
    /// The time by the wall clock.
    pub now: NaiveDateTime,
    /// The format of `{{date}}`.
    pub date: String,
    /// The format of `{{time}}`.
    pub time: String,
}

/// What stands in the place of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// This text.
    Text(String),
    /// What somebody says when asked for this, or else the text behind it.
    Ask(String, Option<String>),
    /// Nobody can tell without running it.
    Unknown,
}

/// Reads an expression, its marks included.
pub(super) fn read(expression: &str, now: &Circumstances) -> Answer {
    if let Some(inner) = expression.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")) {
        return braces(inner.trim(), now);
    }
    let inner = expression.strip_prefix("<%").and_then(|rest| rest.strip_suffix("%>")).unwrap_or_default();
    // A script, or one that runs each time that the note is shown.
    if inner.starts_with(['*', '+']) {
        return Answer::Unknown;
    }
    let call = inner.trim_matches(['-', '_']).trim();
    templater(call.strip_prefix("await ").unwrap_or(call).trim(), now).unwrap_or(Answer::Unknown)
}

/// Blanks that an expression takes away before and behind it: none, one line end, or all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trim {
    Nothing,
    LineEnd,
    All,
}

/// What an expression trims (Templater, "Whitespace Control").
pub(super) fn trims(expression: &str) -> (Trim, Trim) {
    let kind = |mark: Option<char>| match mark {
        Some('-') => Trim::LineEnd,
        Some('_') => Trim::All,
        _ => Trim::Nothing,
    };
    let inner = expression.strip_prefix("<%").and_then(|rest| rest.strip_suffix("%>")).unwrap_or_default();
    (kind(inner.chars().next()), kind(inner.chars().next_back()))
}

fn braces(inner: &str, now: &Circumstances) -> Answer {
    let (name, format) = inner.split_once(':').map_or((inner, None), |(name, format)| (name, Some(format)));
    let written = |default: &str| {
        moment::format(format.unwrap_or(default).trim(), now.now).map_or(Answer::Unknown, Answer::Text)
    };
    match name.trim().to_ascii_lowercase().as_str() {
        "date" => written(&now.date),
        "time" => written(&now.time),
        "title" if format.is_none() => Answer::Text(path::stem(&now.path).to_owned()),
        _ => Answer::Ask(name.trim().to_owned(), None),
    }
}

/// A call of one of Templater's functions that need no script.
fn templater(expression: &str, now: &Circumstances) -> Option<Answer> {
    let chain = call::chain(expression)?;
    if let Some(date) = date::written(&chain, now) {
        return Some(Answer::Text(date));
    }
    let [call] = &chain[..] else { return None };
    let text = |i: usize| match call.arguments.get(i) {
        None => Some(None),
        Some(Argument::Text(text)) => Some(Some((*text).to_owned())),
        Some(_) => None,
    };
    let whole = call.arguments.first() == Some(&Argument::Bool(true));
    match call.name {
        "tp.file.title" => Some(Answer::Text(path::stem(&now.path).to_owned())),
        "tp.file.folder" => {
            let folder = path::folder(&now.path);
            Some(Answer::Text(if whole { folder } else { path::file_name(folder) }.to_owned()))
        }
        "tp.file.path" if whole => Some(Answer::Text(now.path.clone())),
        // Where the cursor would stand.
        "tp.file.cursor" => Some(Answer::Text(String::new())),
        "tp.system.prompt" => Some(Answer::Ask(text(0)?.unwrap_or_default(), text(1)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_no_script_is_rendered() {
        let now = Circumstances {
            path: "a/b/New One.md".to_owned(),
            now: chrono::NaiveDate::from_ymd_opt(2026, 2, 28).and_then(|d| d.and_hms_opt(9, 5, 0)).unwrap(),
            date: "YYYY-MM-DD".to_owned(),
            time: "HH-mm".to_owned(),
        };
        let text = |text: &str| Answer::Text(text.to_owned());
        for (expression, expected) in [
            ("<% tp.date.now(\"YYYY-MM-DD_HH-mm\") %>", text("2026-02-28_09-05")),
            ("<%- tp.date.now() -%>", text("2026-02-28")),
            ("<% tp.date.now('DD.MM.', 1) %>", text("01.03.")),
            ("<% tp.date.now('DD.MM.', 'P1M') %>", text("28.03.")),
            ("<% tp.date.now('DD', 'next week') %>", Answer::Unknown),
            ("<% tp.date.now('DD.MM.', -1, '2024-03-01', 'YYYY-MM-DD') %>", text("29.02.")),
            ("<% tp.date.now('YYYY', 0, tp.file.title, 'YYYY-MM-DD') %>", Answer::Unknown),
            ("<% tp.date.now('YYYY', 0, tp.frontmatter.date) %>", Answer::Unknown),
            ("<% tp.date.weekday('YYYY', 0) %>", Answer::Unknown),
            ("<% moment().format('YYYY') %>", text("2026")),
            ("<% moment().add(2, 'days').subtract(1, 'month').format('DD.MM.') %>", text("02.02.")),
            ("<% moment('2024-12-31').add(1, 'y').format('DD.MM.YYYY') %>", text("31.12.2025")),
            ("<% moment().startOf('week').format('DD') %>", Answer::Unknown),
            ("<% tp.date.yesterday(\"D\") %>", text("27")),
            ("<% tp.file.creation_date() %>", text("2026-02-28 09:05")),
            ("<% tp.file.title %>", text("New One")),
            ("<% tp.file.folder() %>", text("b")),
            ("<% tp.file.folder(true) %>", text("a/b")),
            ("<% tp.file.cursor(1) %>", text("")),
            (
                "<% await tp.system.prompt(\"Owner\", \"me\") %>",
                Answer::Ask("Owner".into(), Some("me".into())),
            ),
            ("<%* tp.date.now() %>", Answer::Unknown),
            ("<% tp.user.mine() %>", Answer::Unknown),
            ("<% tp.system.prompt(\"Owner\") %>", Answer::Ask("Owner".into(), None)),
            ("<% tp.file.title.slice(0, 2) %>", Answer::Unknown),
            ("{{time}}", text("09-05")),
            ("{{date:YYYY}}", text("2026")),
            ("{{ Title }}", text("New One")),
            ("{{Service Name}}", Answer::Ask("Service Name".into(), None)),
            ("{{date:Z}}", Answer::Unknown),
        ] {
            assert_eq!(read(expression, &now), expected, "{expression}");
        }
    }
}
