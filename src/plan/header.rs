//! Plans changes of header values: only the value changes, while its quotes and comments stay.

use std::ops::Range;

use super::obstacle::Obstacle;
use crate::model::version::Version;
use crate::syntax::commented::pieces;
use crate::syntax::facts::ProblemKind;
use crate::syntax::header::{Dated, HeaderField, Slot, dated, is_bound, is_remark, keys, make_a_header};
use crate::syntax::properties::is_key;
use crate::syntax::{frontmatter, placeholder};
use crate::text::edit::Edit;
use crate::text::span::Span;
use crate::text::stamp::{Stamp, StampFormat, StampReading};
use crate::text::visible::escape;
use crate::vault::names::Resolution;
use crate::vault::{Note, Vault};

/// Returns a value of a note's header with another timestamp, in the form that it has: the vault's own format, or
/// one of Obsidian's date properties. A link to a daily note becomes a link to that of the other day, if it
/// exists. Text behind the date stays. Expressions left by a template are replaced by the vault's own format.
/// Returns `None` for any other value, because nobody can tell what was meant.
#[must_use]
pub fn in_the_form_of(value: &str, stamp: Stamp, vault: &Vault, note: &Note) -> Option<String> {
    let format = &vault.config().reading.stamp;
    if value.is_empty() {
        return Some(format.write(stamp));
    }
    let Some(Dated { at, form, linked, is_bound, .. }) = dated(value, format) else {
        return to_fill_in(value).map(|end| format!("{}{}", format.write(stamp), &value[end..]));
    };
    let written = form.write(stamp);
    // A folder in the path does not tell where the notes of other days lie, and no note stands for a minute. If
    // the link shows other words, those are about its own day.
    let is_bare = || value[..at.start].ends_with("[[") && value[at.end..].starts_with("]]");
    let is_there = || matches!(vault.names().resolve(&written, note.file), Resolution::File(_));
    if is_bound || linked && !(is_bare() && form.day() == Some(form) && is_there()) {
        return None;
    }
    Some(format!("{}{written}{}", &value[..at.start], &value[at.end..]))
}

/// Returns the date of last change that cannot be set at this moment, because its form cannot be kept.
#[must_use]
pub fn unwritable_last_modified<'n>(vault: &Vault, note: &'n Note, stamp: Stamp) -> Option<&'n HeaderField> {
    let fields = note.facts.system().header.as_ref()?.all(keys::LAST_MODIFIED);
    let mut left = fields.filter(|field| {
        let says = field.is_stated() || (field.is_unrendered() && !note.is_template());
        says && in_the_form_of(&field.value, stamp, vault, note).is_none()
    });
    left.find(|field| is_outdated(field, stamp, &vault.config().reading.stamp))
}

/// Whether a key stands in the header only in a form that is not read, so that it is never set.
#[must_use]
pub fn has_aside(note: &Note, key: &str) -> bool {
    let header = note.facts.system().header.as_ref();
    header.is_some_and(|header| header.has_aside(key) && header.get(key).is_none())
}

fn is_outdated(field: &HeaderField, stamp: Stamp, format: &StampFormat) -> bool {
    match field.stamp(format) {
        Some(StampReading::Valid(own)) => own.is_before(stamp),
        _ => true,
    }
}

/// Returns edits that set `Last Modified` to a moment, in the list and in the properties if both have it. The
/// date never goes back, and a missing key is not added. In a template note, a value that Obsidian is to render
/// stays.
///
/// # Errors
/// The value has a form that only a person can change.
pub fn set_last_modified(vault: &Vault, note: &Note, stamp: Stamp) -> Result<Vec<Edit>, Obstacle> {
    let Some(header) = &note.facts.system().header else { return Ok(Vec::new()) };
    let format = &vault.config().reading.stamp;
    let fields = header.all(keys::LAST_MODIFIED).filter(|field| is_outdated(field, stamp, format));
    let fields = fields.filter(|field| !(note.is_template() && field.is_unrendered()));
    let written = |field: &HeaderField| in_the_form_of(&field.value, stamp, vault, note);
    joined(fields.filter_map(|field| Some(set(field, &written(field)?))))
}

/// Returns edits that set the version in the form that it has (with or without `v`), and change nothing else of a
/// value that says more. A version that cannot be read stays, because nobody can tell what was meant. So does a
/// link to the note of a version, and in a template note a value that Obsidian is to render.
///
/// # Errors
/// The value has a form that only a person can change.
pub fn set_version(note: &Note, version: &str) -> Result<Vec<Edit>, Obstacle> {
    let Some(header) = &note.facts.system().header else { return Ok(Vec::new()) };
    let fields = header.all(keys::VERSION).filter(|field| !(note.is_template() && field.is_unrendered()));
    joined(fields.filter_map(|field| Some(set(field, &with_version(&field.value, version)?))))
}

/// Returns a value with another version. Returns `None` if the value has no version that can be read, or if its
/// version is the name of a linked note: whether a note of another version exists, the value does not say.
fn with_version(value: &str, version: &str) -> Option<String> {
    let prefix = |text: &str| if text.starts_with(['v', 'V']) { text[..1].to_owned() } else { String::new() };
    if value.is_empty() {
        return Some(version.to_owned());
    }
    // A version that touches an expression is incomplete: `1.2.{{PATCH}}`.
    let is_whole = |at: &Range<usize>| {
        placeholder::find_all(value).all(|it| at.end < it.start as usize || (it.end as usize) < at.start)
    };
    let Some((at, _)) = Version::find(value).filter(|(at, _)| is_whole(at)) else {
        return to_fill_in(value).map(|end| format!("{}{version}{}", prefix(value), &value[end..]));
    };
    let (before, old, behind) = (&value[..at.start], &value[at.clone()], &value[at.end..]);
    let number = old.trim_start_matches(['v', 'V']);
    if let Some((_, target)) = before.split_once("[[")
        && (target.is_empty() || target.contains(number))
    {
        return None;
    }
    Some(format!("{before}{}{version}{behind}", prefix(old)))
}

/// Returns the end of what a template has left to be filled in: expressions, and the text that joins them
/// (`{{D}}_{{T}}`, `v{{V}}`). A mark or a remark in brackets may follow. Returns `None` if a person has written
/// more.
fn to_fill_in(value: &str) -> Option<usize> {
    let mut end = 0;
    for expression in placeholder::find_all(value) {
        let between = &value[end..expression.start as usize];
        if !is_glue(between) || (end > 0 && between.contains('(')) {
            break;
        }
        end = expression.end as usize;
    }
    let behind = &value[end..];
    let glued = behind.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(behind.len());
    let (glued, rest) = behind.split_at(glued);
    (end > 0 && is_glue(glued) && is_remark(rest) && !is_bound(rest)).then_some(end + glued.len())
}

/// Whether a text next to expressions has no words, so that it may be a part of a date or a version.
fn is_glue(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic());
    matches!((letters.next(), letters.next()), (None, _) | (Some('v' | 'V' | 'T'), None))
}

/// Returns a version in the header that can never be set.
#[must_use]
pub fn unwritable_version(note: &Note) -> Option<&HeaderField> {
    let fields = note.facts.system().header.as_ref()?.all(keys::VERSION);
    let mut fields = fields.filter(|field| !(note.is_template() && field.is_unrendered()));
    fields.find(|field| with_version(&field.value, "").is_none())
}

/// Returns the name, as written, of a property that is not set because the properties are invalid YAML and only
/// their lines are known. Returns `None` if they are valid, or if nothing would be set in them anyway: in a
/// template note, which need not be valid, or where they make no header.
#[must_use]
pub fn in_invalid_properties<'t>(note: &Note, text: &'t str, key: &str) -> Option<&'t str> {
    let system = note.facts.system();
    let is_invalid = system.problems.iter().any(|problem| problem.kind == ProblemKind::Properties);
    if !is_invalid || note.is_template() {
        return None;
    }
    let yaml = frontmatter::cut(text).yaml?.of(text);
    let name = |line: &'t str| Some(line.split_once(':')?.0.trim_end()).filter(|name| !name.is_empty());
    // Indented lines belong to the key above them.
    let names = || yaml.lines().filter(|line| !line.starts_with([' ', '\t', '#'])).filter_map(name);
    let find = |key: &str| names().find(|name| is_key(name.trim_matches(['"', '\'']), key));
    (system.header.is_some() || make_a_header(|key| find(key).is_some())).then(|| find(key))?
}

/// Returns a message if the date of last change stays as it is, though an entry at this time should change
/// it.
#[must_use]
pub(crate) fn date_that_stays(vault: &Vault, note: &Note, stamp: Stamp) -> Option<String> {
    if has_aside(note, keys::LAST_MODIFIED) {
        return Some(stays_aside("Last Modified"));
    }
    let field = unwritable_last_modified(vault, note, stamp)?;
    let is_date = field.stamp(&vault.config().reading.stamp).is_some();
    let why = if is_date { "which has to be changed by hand" } else { "which cannot be read as a date" };
    let value = vault.as_shown(&note.path, &field.value);
    Some(format!("`{}` stays `{}`, {why}", escape(&field.name), escape(&value)))
}

/// Returns the message for a header key that stands in a form which is never written.
#[must_use]
pub(crate) fn stays_aside(name: &str) -> String {
    format!("`{name}` of the header stays as it is: it is not set {ASIDE}")
}

/// Returns the message for a header key that stands in a form which is never read.
#[must_use]
pub(crate) fn unread_aside(name: &str) -> String {
    format!("`{name}` of the header is not read {ASIDE}")
}

/// Where header values are not read or set, because it is uncertain where they end; part of messages.
const ASIDE: &str = "in a table, in a quote, beside other fields, in a list or below its key";

/// Collects the edits of several values.
fn joined(all: impl Iterator<Item = Result<Vec<Edit>, Obstacle>>) -> Result<Vec<Edit>, Obstacle> {
    Ok(all.collect::<Result<Vec<_>, _>>()?.concat())
}

fn set(field: &HeaderField, value: &str) -> Result<Vec<Edit>, Obstacle> {
    if field.value == value {
        return Ok(Vec::new());
    }
    let text = match &field.slot {
        Slot::Open => value.to_owned(),
        Slot::Bare => format!(" {value}"),
        Slot::Parted(gaps) => return Ok(set_around(field, gaps, value)),
        Slot::Closed => {
            let name = &field.name;
            let message = format!(
                "`{name}` cannot be set, since its value has escapes or spans several lines: write it on the \
                 line of `{name}`, without escapes"
            );
            return Err(Obstacle { line: field.place.line, message });
        }
    };
    Ok(vec![Edit::replace(field.place.span, text)])
}

/// Returns edits of the changed middle of a value only, so that comments in it stay.
fn set_around(field: &HeaderField, gaps: &[Span], value: &str) -> Vec<Edit> {
    let old = field.value.as_str();
    let same = |(a, b): &(char, char)| a == b;
    let len = |(c, _): (char, char)| c.len_utf8();
    let start: usize = old.chars().zip(value.chars()).take_while(same).map(len).sum();
    let ends = old[start..].chars().rev().zip(value[start..].chars().rev());
    let behind: usize = ends.take_while(same).map(len).sum();
    let (end, mut text) = (old.len() - behind, Some(&value[start..value.len() - behind]));
    let (mut edits, mut at) = (Vec::new(), 0);
    for piece in pieces(field.place.span, gaps) {
        let (from, to) = (start.max(at), end.min(at + piece.len()));
        let is_changed = if start < end { from < to } else { from == to && text.is_some() };
        if is_changed {
            // The new text stands where the old one began.
            let place = |offset: usize| piece.start as usize + offset - at;
            edits.push(Edit::replace(Span::new(place(from), place(to)), text.take().unwrap_or_default()));
        }
        at += piece.len();
    }
    edits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::Config;
    use crate::text::edit::Edits;
    use crate::vault::NoteId;

    fn modified(text: &str) -> Result<String, Obstacle> {
        let format = StampFormat::default();
        let Some(StampReading::Valid(stamp)) = format.read("2026-03-04_05-06") else { panic!() };
        let vault = Vault::of_texts(Config::default(), &[("N.md", text), ("days/2026-03-04.md", "")]);
        let note = vault.note(NoteId(0)).unwrap();
        assert_eq!(note.facts.system().problems, [], "{text:?}");
        let edits = set_last_modified(&vault, note, stamp)?;
        Ok(Edits::of(edits).unwrap().apply(text).unwrap())
    }

    /// Checks properties before and after an edit.
    fn check(yaml: &str, expected: &str) {
        let note = |yaml: &str| format!("---\n{yaml}\n---\n## System Initialization\n");
        assert_eq!(modified(&note(yaml)).as_deref(), Ok(&*note(expected)), "{yaml:?}");
    }

    #[test]
    fn a_value_gets_a_place_where_there_is_none() {
        check("last_modified:", "last_modified: 2026-03-04_05-06");
        check("last_modified:\ncreated: 1", "last_modified: 2026-03-04_05-06\ncreated: 1");
        check("last_modified: # when\nx: 1", "last_modified: 2026-03-04_05-06 # when\nx: 1");
        check("last_modified: [2025-03-01_10-00] # when", "last_modified: [2026-03-04_05-06] # when");
        check("last_modified:\n  - 2025-03-01", "last_modified:\n  - 2026-03-04");
        check("last_modified: [[2025-03-01]]", "last_modified: [[2025-03-01]]");
        check("last_modified: 2025/03/01", "last_modified: 2026/03/04");
        check("last_modified: 2025/03/01 10:20", "last_modified: 2026/03/04 05:06");
        check("last_modified: \"\" # when", "last_modified: \"2026-03-04_05-06\" # when");
        check("last_modified: ''", "last_modified: '2026-03-04_05-06'");
        check("last_modified: ~", "last_modified: 2026-03-04_05-06");
        check("last_modified: null # when\nx: 1", "last_modified: 2026-03-04_05-06 # when\nx: 1");
        check("{last_modified: Null, a: 1}", "{last_modified: 2026-03-04_05-06, a: 1}");
        check("last_modified: !!str\nx: 1", "last_modified: !!str 2026-03-04_05-06\nx: 1");
        check("{last_modified: , version: 1}", "{last_modified: 2026-03-04_05-06 , version: 1}");
        check("{last_modified: '2025-01-01' , a: 1}", "{last_modified: '2026-03-04' , a: 1}");
        check("last_modified: \"[[2025-01-01]]\"", "last_modified: \"[[2026-03-04]]\"");
        check("last_modified: 2025-01-01 (by Ruth) # x", "last_modified: 2026-03-04 (by Ruth) # x");
        check("last_modified: 2025-01-01_10-00 ✅", "last_modified: 2026-03-04_05-06 ✅");
        // An offset is removed along with its time: the new time is the local wall time.
        check("last_modified: 2025-06-23T03:43:37.802Z", "last_modified: 2026-03-04T05:06:00");
        check("last_modified: 2025-01-01T10:30Z # x\na: 1", "last_modified: 2026-03-04T05:06 # x\na: 1");
        check("last_modified: \"2025-01-01 10:20:30 +0200\"", "last_modified: \"2026-03-04 05:06:00\"");
        check("last_modified: 2025-01-01 10:20:30.5+02:00 (CI)", "last_modified: 2026-03-04 05:06:00 (CI)");
        check("{last_modified: 2025-01-01T10:20:30Z, a: 1}", "{last_modified: 2026-03-04T05:06:00, a: 1}");
        // These values stay as they are.
        for value in [
            "yesterday",
            "'-'",
            "\"[[days/2025-01-01]]\"",
            "\"[[2025-01-01|May]]\"",
            "2025-01-01, perhaps",
            // A time or a weekday belongs to the old date.
            "2025-01-02 (10:30)",
            "2025-01-02 (Thu)",
            "2025-01-02 (10:30) | x",
            "2025-01-02 - (10:30)",
            "2025-01-02 | Thursday, Jan 2",
            "2025-01-02 - 2 January",
            "2025-01-02 | Thurs",
        ] {
            let yaml = format!("last_modified: {value}");
            check(&yaml, &yaml);
        }
        // Of values left by a template, only the expressions are filled in.
        for (old, new) in [
            ("{{D}}", "2026-03-04_05-06"),
            ("{{D}}_{{T}}", "2026-03-04_05-06"),
            ("<% D %>T{{T}}", "2026-03-04_05-06"),
            ("{{date:YYYY-MM-DD}}_00-00", "2026-03-04_05-06"),
            ("2025-01-02 {{T}}", "2026-03-04_05-06"),
            ("({{D}})", "2026-03-04_05-06"),
            ("[[{{D}}]]", "2026-03-04_05-06"),
            ("{{D}} (by Bob)", "2026-03-04_05-06 (by Bob)"),
            ("{{D}} ({{AUTHOR}}) ✅", "2026-03-04_05-06 ({{AUTHOR}}) ✅"),
            ("2025-01-02_10-00 ({{AUTHOR}})", "2026-03-04_05-06 ({{AUTHOR}})"),
        ] {
            check(&format!("last_modified: \"{old}\""), &format!("last_modified: \"{new}\""));
        }
        for value in [
            "{{D}} by Bob, see [[Minutes]]",
            "{{D}} by {{AUTHOR}}",
            "<% D %> | Owner: Bob",
            "Bob, {{D}}",
            "{{D}}(by Bob)",
            "{{D}} (10:30)",
            "2025-01-02_10-00 by {{AUTHOR}}",
            "[[days/{{D}}]]",
        ] {
            let yaml = format!("last_modified: \"{value}\"");
            check(&yaml, &yaml);
        }
        check("last_modified: &a # x\n  2025-01-01 # y", "last_modified: &a # x\n  2026-03-04 # y");
    }

    /// Properties alone can make a header, too.
    #[test]
    fn an_empty_value_is_filled_in_without_a_heading() {
        for (old, new) in [
            ("last_modified:", "last_modified: 2026-03-04_05-06"),
            ("last_modified: \"\"", "last_modified: \"2026-03-04_05-06\""),
            ("last_modified: # when", "last_modified: 2026-03-04_05-06 # when"),
            ("last_modified:\t# when", "last_modified: 2026-03-04_05-06\t# when"),
        ] {
            let note = |value: &str| format!("---\nstatus: Active\n{value}\n---\n# N\n");
            assert_eq!(modified(&note(old)), Ok(note(new)), "{old:?}");
        }
        // Without a key of portolan's own, the properties belong to something else.
        let other = "---\nlast_modified:\n---\n# N\n".to_owned();
        assert_eq!(modified(&other), Ok(other.clone()));
    }

    #[test]
    fn a_key_of_invalid_properties_is_found_by_its_line() {
        for (yaml, expected) in [
            ("context_layer: [x\nlast_modified: 1", Some("last_modified")),
            ("status: a: b\n\"Last Modified\" : 1", Some("\"Last Modified\"")),
            ("last_modified:\nlast_modified:\nstatus: x", Some("last_modified")),
            ("context_layer: [x", None),
            // Valid, or not a header.
            ("context_layer: x\nlast_modified: 1", None),
            ("a: [x\nlast_modified: 1", None),
            ("context_layer: [x\na:\n  last_modified: 1", None),
        ] {
            let text = format!("---\n{yaml}\n---\n# N\n");
            let vault = Vault::of_texts(Config::default(), &[("N.md", &text)]);
            let note = vault.note(NoteId(0)).unwrap();
            assert_eq!(in_invalid_properties(note, &text, keys::LAST_MODIFIED), expected, "{yaml:?}");
        }
    }

    #[test]
    fn a_value_in_other_words_is_left_to_a_person() {
        for value in ["\"2025\\x2d01-01\"", "&a \"2025\\x2d01-01\" # b"] {
            let read = modified(&format!("---\nlast_modified: {value}\ncontext_layer: x\n---\n"));
            assert_eq!(read.map_err(|obstacle| obstacle.line), Err(2), "{value:?}");
        }
        for value in ["|\n", ">", "|+\n\n"] {
            let text = format!("---\nlast_modified: {value}\n---\n## System Initialization\n");
            assert!(modified(&text).is_err(), "{value:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_but_the_value_changes(
            before in "(|é: ü\n|a: 'it''s' # b\n|up: \"\\[\\[x\\]\\]\"\t\n)",
            key in "(last_modified|Last Modified|\"last-modified\"|'last_modified' )",
            marks in "(|!!str |&a |!!str &a |&a !!str )",
            style in prop::sample::select(&[
                ("", ""), ("\"", "\""), ("'", "'"), (" \"", "\""), ("\"  ", " \""), (">-\n  ", ""), ("|\n  ", ""),
                ("|2-\n  ", ""), ("> # c\n   ", ""), ("\n  ", ""), ("\n  '", "'"),
            ][..]),
            behind in "(|  |\t| # by \"hand\"|\t# é|\n  # c)",
            after in "(|\ncreated: 2024-01-01|\n# c\n\nz: \\[a, \"b\"\\]|\n\n)",
            crlf in any::<bool>(),
        ) {
            let is_block = style.0.starts_with(['>', '|']);
            // In a block scalar, `#` is text.
            let behind = if is_block && behind.contains('#') { "" } else { &*behind };
            let note = |value: &str| {
                let text = format!(
                    "---\n{before}{key}: {marks}{}{value}{}{behind}{after}\nstatus: x\n---\n# T\n",
                    style.0, style.1,
                );
                if crlf { text.replace('\n', "\r\n") } else { text }
            };
            let read = modified(&note("2025-01-01"));
            prop_assert_eq!(read, Ok(note("2026-03-04")));
        }
    }
}
