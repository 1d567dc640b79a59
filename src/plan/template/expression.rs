//! What an expression of a template asks for: `<% tp.date.now("YYYY") %>` of Templater, `{{date:YYYY}}` of
//! Obsidian's own templates.

use chrono::{Duration, NaiveDateTime};

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
fn templater(call: &str, now: &Circumstances) -> Option<Answer> {
    let (name, args) = match call.split_once('(') {
        Some((name, rest)) => (name.trim(), arguments(rest.trim_end().strip_suffix(')')?)?),
        None => (call, Vec::new()),
    };
    let text = |i: usize, default: &str| match args.get(i) {
        None => Some(default.to_owned()),
        Some(Argument::Text(text)) => Some(text.clone()),
        Some(_) => None,
    };
    let date = |default: &str, days: i64| {
        let time = now.now.checked_add_signed(Duration::try_days(days)?)?;
        moment::format(&text(0, default)?, time).map(Answer::Text)
    };
    match name {
        "tp.date.now" => match args.get(1..).unwrap_or_default() {
            [] => date("YYYY-MM-DD", 0),
            [Argument::Number(days)] => date("YYYY-MM-DD", *days),
            _ => None,
        },
        "tp.date.tomorrow" if args.len() <= 1 => date("YYYY-MM-DD", 1),
        "tp.date.yesterday" if args.len() <= 1 => date("YYYY-MM-DD", -1),
        "tp.file.creation_date" | "tp.file.last_modified_date" if args.len() <= 1 => {
            date("YYYY-MM-DD HH:mm", 0)
        }
        "tp.file.title" => Some(Answer::Text(path::stem(&now.path).to_owned())),
        "tp.file.folder" => {
            let folder = path::folder(&now.path);
            let whole = matches!(args.first(), Some(Argument::Bool(true)));
            Some(Answer::Text(if whole { folder } else { path::file_name(folder) }.to_owned()))
        }
        "tp.file.path" if args.first() == Some(&Argument::Bool(true)) => Some(Answer::Text(now.path.clone())),
        // Where the cursor would stand.
        "tp.file.cursor" => Some(Answer::Text(String::new())),
        "tp.system.prompt" => Some(Answer::Ask(text(0, "")?, text(1, "").filter(|text| !text.is_empty()))),
        _ => None,
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Argument {
    Text(String),
    Number(i64),
    Bool(bool),
    Other,
}

/// The arguments of a call, where each is a plain value.
fn arguments(text: &str) -> Option<Vec<Argument>> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|c| "\"'`".contains(*c));
        let (argument, behind) = if let Some(quote) = quote {
            let (inner, behind) = rest[1..].split_once(quote)?;
            if inner.contains(['\\', '$']) {
                return None;
            }
            (Argument::Text(inner.to_owned()), behind.trim_start())
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            let argument = match word.trim() {
                "true" => Argument::Bool(true),
                "false" => Argument::Bool(false),
                word => word.parse().map_or(Argument::Other, Argument::Number),
            };
            (argument, behind)
        };
        found.push(argument);
        rest = match behind.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if behind.is_empty() => "",
            None => return None,
        };
    }
    Some(found)
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
            ("<% tp.date.now('DD', 'P1M') %>", Answer::Unknown),
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
