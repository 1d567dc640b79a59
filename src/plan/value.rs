//! How entries tell values: in details of the form `field: old → new`, and in words.
//!
//! An entry tells a value if it has the value as a record or a sync writes it, without links and markup, or as
//! somebody has copied it from the note.

use crate::difference::{Act, FieldChange};
use crate::plan::escape;
use crate::syntax::placeholder;
use crate::syntax::status::split_status;
use crate::text::fold::{fold, has_words};

/// Stands for a missing value in a detail.
const GONE: &str = "-";

/// Returns a value as it is written in an entry; empty if it shows nothing, such as a link to a blank.
pub(super) fn written(value: &str) -> String {
    // The letter in front begins no block, so that the start of the value is not escaped.
    let line = escape::line(&format!("x {value}"));
    seen(line.strip_prefix('x').unwrap_or(&line).trim_start())
}

/// Escapes the template expressions of a text, so that they are shown: in a history nothing is left to fill in.
fn seen(text: &str) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    while let Some(open) = placeholder::find(text, at).map(|span| span.start as usize) {
        let (mark, shown) = if text[open..].starts_with('<') { ("<", "&lt;") } else { ("{{", "\\{{") };
        out.push_str(&text[at..open]);
        out.push_str(shown);
        at = open + mark.len();
    }
    out + &text[at..]
}

/// Returns a value, which may be missing, as it is written in a detail.
pub(super) fn in_detail(value: Option<&str>) -> String {
    value.map(written).filter(|shown| !shown.is_empty()).unwrap_or_else(|| GONE.to_owned())
}

/// Returns the detail of a changed field.
pub(super) fn field_detail(field: &FieldChange) -> String {
    value_detail(&field.field, field.old.as_deref(), field.new.as_deref())
}

/// Like [`field_detail`], given the field, its old and its new value.
pub(super) fn value_detail(field: &str, old: Option<&str>, new: Option<&str>) -> String {
    format!("{}: {} → {}", escape::line(field), in_detail(old), in_detail(new))
}

/// Splits a detail `field: old → new` into the field and its values.
pub(super) fn statement(detail: &str) -> Option<(String, String)> {
    let (field, values) = detail.split_once(": ")?;
    let is_field = !field.is_empty() && !field.contains(' ');
    (is_field && new_value(values).is_some()).then(|| (field.to_owned(), values.to_owned()))
}

/// Returns the new value of a statement.
pub(super) fn new_value(values: &str) -> Option<&str> {
    Some(values.rsplit_once(" → ").or_else(|| values.rsplit_once(" -> "))?.1)
}

/// Returns a detail that tells one of several edges.
pub(super) fn edge_detail(act: Act, from: &str, to: &str) -> String {
    format!("{} {} → {}", act.name(), written(from), written(to))
}

/// Whether a detail tells one of several edges.
pub(super) fn is_edge(detail: &str) -> bool {
    let acts = [Act::Added, Act::Removed, Act::Changed].map(Act::name);
    detail.split_once(' ').is_some_and(|(act, ends)| acts.contains(&act) && ends.contains(" → "))
}

/// Whether an entry is about a status, by its folded title or a detail.
pub(super) fn is_about_a_status<'n>(title: &str, mut details: impl Iterator<Item = &'n str>) -> bool {
    has_words(title, "status") || details.any(|detail| states("status", detail).is_some())
}

/// Whether an entry tells that a status is now `new`, after it was `old`.
pub(super) fn tells_status<'n>(
    title: &str,
    mut details: impl Iterator<Item = &'n str>,
    (old, new): (Option<&str>, Option<&str>),
) -> bool {
    let Some(new) = new else { return tells_gone("status", title, details) };
    let own = spellings(new);
    // `Not active` does not tell that it is active.
    let longer = |was: &String| own.iter().any(|is| was != is && was.contains(is.as_str()));
    let before: Vec<String> = old.map(spellings).into_iter().flatten().filter(longer).collect();
    let tells = |text: &str| {
        let folded = fold(text);
        let rest = before.iter().fold(folded.into_owned(), |rest, was| rest.replace(was.as_str(), " "));
        own.iter().any(|is| has_status(&rest, is))
    };
    tells(title)
        // A detail about a field counts only if the field is the status, and only by its new value.
        || details.any(|detail| match statement(detail) {
            Some((field, said)) => field == "status" && new_value(&said).is_some_and(tells),
            None => tells(detail),
        })
}

/// Returns how an entry may tell a status, folded: as written and as escaped, by its words, or by its mark if it
/// has no words.
fn spellings(status: &str) -> [String; 2] {
    [&written(status), status].map(|form| {
        let (mark, words) = split_status(form);
        let told = [words, mark].into_iter().find(|told| !told.is_empty());
        fold(told.unwrap_or(form)).into_owned()
    })
}

/// Whether a text has a status, both folded. A status made of signs may stand anywhere, words must be whole.
fn has_status(text: &str, status: &str) -> bool {
    let is_sign = !status.contains(char::is_alphanumeric);
    if is_sign { !status.is_empty() && text.contains(status) } else { has_words(text, status) }
}

/// Whether an entry contains the number of a version.
pub(super) fn tells_version<'n>(
    title: &'n str,
    details: impl Iterator<Item = &'n str>,
    new: Option<&str>,
) -> bool {
    let Some(new) = new else { return tells_gone("version", title, details) };
    let spellings = [&written(new), new].map(|form| {
        let form = fold(form).into_owned();
        let number = form.trim_start_matches('v').to_owned();
        [format!("v{number}"), number, form]
    });
    let mut texts = std::iter::once(title).chain(details).map(fold);
    texts.any(|text| spellings.as_flattened().iter().any(|spelling| has_words(&text, spelling)))
}

/// Whether an entry tells that a field has no value any more.
fn tells_gone<'n>(field: &str, title: &str, mut details: impl Iterator<Item = &'n str>) -> bool {
    let title = fold(title);
    (has_words(&title, field) && has_words(&title, "none"))
        || details.any(|detail| states(field, detail).is_some_and(|new| matches!(&*new, GONE | "none")))
}

/// Returns the new value that a detail states for this field.
fn states(field: &str, detail: &str) -> Option<String> {
    let (_, said) = statement(detail).filter(|(own, _)| own == field)?;
    new_value(&said).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_name_a_field_and_its_value() {
        let read =
            |detail| statement(detail).map(|(field, said)| format!("{field}={}", new_value(&said).unwrap()));
        assert_eq!(read("config.timeout: 30s → 15s").as_deref(), Some("config.timeout=15s"));
        assert_eq!(read("status: 🟢 Active -> 🟡 Idle").as_deref(), Some("status=🟡 Idle"));
        assert_eq!(read("Two seconds: no retry → slow"), None);
        assert_eq!(read("Moved: from a to b"), None);
        assert_eq!(read(&edge_detail(Act::Added, "a: b", "c")), None);
    }

    #[test]
    fn a_value_is_written_without_what_notes_may_read() {
        for (value, expected) in [
            ("[[a/B|C]]  x", "C x"),
            ("- 1", "- 1"),
            ("[[ ]]", ""),
            ("", ""),
            ("%% <b>", "% % &lt;b>"),
            ("x", "x"),
            ("{{KEY}} <% x %>", "\\{{KEY}} &lt;% x %>"),
            ("<% {{A}} %> \\{{B}} {{C}}", "&lt;% \\{{A}} %> \\{{B}} \\{{C}}"),
            ("{{c1::x}} a <% b", "{{c1::x}} a <% b"),
            ("Offline ^id", "Offline \\^id"),
            ("^id", "\\^id"),
            ("x^2", "x^2"),
            ("Offline [changelog#2] now", "Offline [changelog\\#2] now"),
        ] {
            assert_eq!(written(value), expected, "{value}");
            assert_eq!(written(expected).replace('\\', ""), expected.replace('\\', ""), "{value}");
        }
    }
}
