//! Reads the expressions of templates: `<% tp.date.now("YYYY") %>` of Templater, `{{date:YYYY}}` of Obsidian's
//! own templates.

use chrono::NaiveDateTime;

use super::call::{self, Argument};
use super::date;
use crate::text::moment;
use crate::text::path;

/// The circumstances of a new note: its path, and when it is made.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// The path of the note.
    pub path: String,
    /// The local time.
    pub at: NaiveDateTime,
    /// The format of `{{date}}`.
    pub date: String,
    /// The format of `{{time}}`.
    pub time: String,
}

/// What replaces an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A known text.
    Text(String),
    /// The answer to a prompt with this name, or else the default.
    Ask(String, Option<String>),
    /// Like `Ask`, for a prompt of `QuickAdd` that processes the answer. The second text is the list of choices
    /// or the format of a date. Two prompts with one name but different forms cannot share an answer.
    Form(String, String, Option<String>),
    /// Only running the expression would tell.
    Unknown,
}

/// Reads an expression, including its delimiters.
pub(super) fn read(expression: &str, made: &Circumstances) -> Answer {
    if let Some(inner) = expression.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")) {
        return braces(inner.trim(), made);
    }
    let inner = expression.strip_prefix("<%").and_then(|rest| rest.strip_suffix("%>")).unwrap_or_default();
    // A script, or an expression that runs each time the note is shown.
    if inner.starts_with(['*', '+']) {
        return Answer::Unknown;
    }
    let call = inner.trim_matches(['-', '_']).trim();
    templater(call.strip_prefix("await ").unwrap_or(call).trim(), made).unwrap_or(Answer::Unknown)
}

/// The blanks that an expression removes before or behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trim {
    Nothing,
    LineEnd,
    All,
}

/// Returns what an expression trims before and behind it (Templater, "Whitespace Control").
pub(super) fn trims(expression: &str) -> (Trim, Trim) {
    let kind = |mark: Option<char>| match mark {
        Some('-') => Trim::LineEnd,
        Some('_') => Trim::All,
        _ => Trim::Nothing,
    };
    let inner = expression.strip_prefix("<%").and_then(|rest| rest.strip_suffix("%>")).unwrap_or_default();
    (kind(inner.chars().next()), kind(inner.chars().next_back()))
}

fn braces(inner: &str, made: &Circumstances) -> Answer {
    let (name, format) = inner.split_once(':').map_or((inner, None), |(name, format)| (name, Some(format)));
    let written = |default: &str| {
        moment::format(format.unwrap_or(default).trim(), made.at).map_or(Answer::Unknown, Answer::Text)
    };
    match name.trim().to_ascii_lowercase().as_str() {
        "date" | "time" if format.is_some_and(has_options) => Answer::Unknown,
        "date" => match format.filter(|_| name.trim() == "DATE").and_then(moved) {
            Some((format, days)) => date::moved(format, days, made).map_or(Answer::Unknown, Answer::Text),
            None => written(&made.date),
        },
        "time" => written(&made.time),
        "title" if format.is_none() => Answer::Text(path::stem(&made.path).to_owned()),
        "value" | "vdate" if format.is_some() => prompt(name.trim(), format.unwrap_or_default()),
        _ => Answer::Ask(name.trim().to_owned(), None),
    }
}

/// Splits the format of `QuickAdd`'s `{{DATE:…}}` into a format and a shift in days (`YYYY-MM-DD+3`,
/// `YYYY-MM-DD+-3`). In Obsidian's own `{{date:…}}` all of it is a format, and so is what may as well be a time
/// offset, in capitals too: `HH:mm+0200`, `[GMT]+2`.
fn moved(format: &str) -> Option<(&str, i64)> {
    let (format, days) = format.split_once('+')?;
    let format = format.trim();
    let digits = days.strip_prefix('-').unwrap_or(days);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_time = format.ends_with(['H', 'h', 'k', 'm', 's', 'S', 'A', 'a']);
    let is_offset = format.ends_with(']')
        || (digits.starts_with('0') && digits.len() > 1)
        || (is_time && digits.len() == "0200".len());
    Some((format, days.parse().ok().filter(|_| is_number && !is_offset)?))
}

/// Whether `QuickAdd` changes a date before it is written: `YYYY-MM-DD|startof:week`.
fn has_options(format: &str) -> bool {
    let mut options = format.split('|').skip(1).filter_map(|option| option.split_once(':'));
    options.any(|(option, _)| ["startof", "endof", "case"].contains(&&*option.trim().to_ascii_lowercase()))
}

/// Reads a prompt of the `QuickAdd` plug-in, by its documentation ("Format syntax"): `{{VALUE:owner}}` asks for
/// `owner`, `{{VALUE:low,high}}` for one of these, `{{VDATE:due,YYYY-MM-DD}}` for a date `due`. Options and a
/// default may follow, separated by bars.
fn prompt(kind: &str, asked: &str) -> Answer {
    let mut parts = asked.split('|').map(str::trim);
    let (what, mut named, mut default) = (parts.next().unwrap_or_default(), None, None);
    for part in parts {
        match part.split_once(':') {
            Some(("name", name)) => named = Some(name.trim()).filter(|name| !name.is_empty()),
            Some(("default", text)) => default = Some(text.trim().to_owned()),
            Some(_) => {}
            None if ["custom", "optional", "multi"].contains(&part) => {}
            None => default = Some(part.to_owned()),
        }
    }
    let is_date = kind.eq_ignore_ascii_case("vdate");
    match what.split_once(',') {
        // A default in words (`next monday`) is not a date yet.
        Some((name, form)) if is_date => Answer::Form(name.trim().to_owned(), form.trim().to_owned(), None),
        None if is_date => Answer::Form(what.to_owned(), String::new(), None),
        Some(_) => Answer::Form(named.unwrap_or(kind).to_owned(), what.to_owned(), default),
        None if what.is_empty() => Answer::Ask(kind.to_owned(), default),
        None => Answer::Ask(what.to_owned(), default),
    }
}

/// Evaluates a call of one of Templater's functions that need no script.
fn templater(expression: &str, made: &Circumstances) -> Option<Answer> {
    let chain = call::chain(expression)?;
    if let Some(date) = date::written(&chain, made) {
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
        "tp.file.title" => Some(Answer::Text(path::stem(&made.path).to_owned())),
        "tp.file.folder" => {
            let folder = path::folder(&made.path);
            Some(Answer::Text(if whole { folder } else { path::file_name(folder) }.to_owned()))
        }
        "tp.file.path" if whole => Some(Answer::Text(made.path.clone())),
        // The position of the cursor.
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
        let made = Circumstances {
            path: "a/b/New One.md".to_owned(),
            at: chrono::NaiveDate::from_ymd_opt(2026, 2, 28).and_then(|d| d.and_hms_opt(9, 5, 0)).unwrap(),
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
            ("{{DATE:YYYY-MM-DD+3}}", text("2026-03-03")),
            ("{{DATE:DD.MM.+-28}}", text("31.01.")),
            ("{{DATE:YYYY+MM}}", text("2026+02")),
            ("{{DATE:HH+1+2}}", text("09+1+2")),
            ("{{DATE:YYYY+99999999999999}}", Answer::Unknown),
            ("{{DATE:YYYY-MM-DD HH:mm+3}}", text("2026-03-03 09:05")),
            ("{{DATE:HH:mm:ss+0200}}", text("09:05:00+0200")),
            ("{{DATE:HH:mm+1030}}", text("09:05+1030")),
            ("{{DATE:HH:mm +1030}}", text("09:05 +1030")),
            ("{{DATE:HH:mm+02:00}}", text("09:05+02:00")),
            ("{{DATE:YYYY-MM-DD[GMT]+2}}", text("2026-02-28GMT+2")),
            ("{{date:YYYY-MM-DDTHH:mm:ss+0200}}", text("2026-02-28T09:05:00+0200")),
            ("{{date:YYYY-MM-DD[GMT]+2}}", text("2026-02-28GMT+2")),
            ("{{date:HH[h]+30}}", text("09h+30")),
            ("{{date:YYYY-MM-DD+3}}", text("2026-02-28+3")),
            ("{{DATE:YYYY-MM-DD|startof:week}}", Answer::Unknown),
            ("{{TIME:dddd|case:upper}}", Answer::Unknown),
            ("{{date:YYYY|MM}}", text("2026|02")),
            ("{{VALUE}}", Answer::Ask("VALUE".into(), None)),
            ("{{VALUE:owner}}", Answer::Ask("owner".into(), None)),
            ("{{value:host name|label:Which one?}}", Answer::Ask("host name".into(), None)),
            ("{{VALUE:owner|me}}", Answer::Ask("owner".into(), Some("me".into()))),
            ("{{VALUE:owner|type:multiline|default:me}}", Answer::Ask("owner".into(), Some("me".into()))),
            ("{{VALUE:low,high}}", Answer::Form("VALUE".into(), "low,high".into(), None)),
            ("{{VALUE:low,high|custom}}", Answer::Form("VALUE".into(), "low,high".into(), None)),
            (
                "{{VALUE:low,high|name:prio|default:low}}",
                Answer::Form("prio".into(), "low,high".into(), Some("low".into())),
            ),
            ("{{VDATE:due, YYYY-MM-DD|today}}", Answer::Form("due".into(), "YYYY-MM-DD".into(), None)),
        ] {
            assert_eq!(read(expression, &made), expected, "{expression}");
        }
    }
}
