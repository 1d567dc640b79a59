//! Renders the common kind of finding without the renderer: one line with one place in it, without colours.
//!
//! The renderer puts every character into a table of styles first, which for thousands of findings takes
//! longer than the verdict. This module draws the same text byte for byte (a test compares them), and leaves
//! all unusual findings to the renderer.

use std::fmt::Write as _;
use std::ops::Range;

use super::{FAR_SHOWN, Shown, Window};
use crate::model::finding::{Finding, Severity};
use crate::model::help::Help;

/// The default width of the renderer, in columns. It cuts longer lines to the part around the place of the
/// finding.
const WIDTH: usize = 140;
/// What it writes instead of a part that is left out.
const CUT: &str = "...";
/// The number of blanks at the start of a line that it leaves as they are.
const INDENT: usize = 20;

/// Renders a finding; `None` where it is not of the common kind.
pub(super) fn draw(shown: &Shown<'_>, finding: &Finding) -> Option<String> {
    let (text, lines) = shown.text?;
    let place = finding.place?;
    if place.line != place.end_line {
        return None;
    }
    let window = Window::of(text, lines, place)?;
    let (line, marked) = (window.text.as_str(), window.span(place.span));
    let indent = line.len() - line.trim_start_matches(' ').len();
    if window.cut
        || !line.chars().all(is_narrow)
        || line.ends_with(' ')
        || indent > INDENT
        || marked.is_empty()
    {
        return None;
    }
    let near = |place| window.holds(place);
    if finding.related.iter().any(|related| related.note == finding.note && near(related.place)) {
        return None;
    }
    let help = finding.help.as_ref().map(Help::text);
    let help = help.as_deref().or(finding.fix.as_ref().map(|fix| fix.title.as_str()));
    let mut said = vec![finding.message.as_str(), finding.note.as_str()];
    said.extend(help);
    said.extend(finding.related.iter().flat_map(|related| [related.note.as_str(), related.message.as_str()]));
    if !said.into_iter().all(is_simple) {
        return None;
    }

    let number = place.line.to_string();
    let (gap, level) = (" ".repeat(number.len()), level(finding.severity));
    let marked = columns(line, marked);
    let (column, carets) = (marked.start + 1, "^".repeat(marked.len()));
    let part = Part::of(line, indent, &marked, WIDTH.checked_sub(number.len() + 3)?)?;
    let mut out = String::with_capacity(2 * line.len() + finding.message.len() + 2 * finding.note.len() + 64);
    let Finding { rule, message, note, .. } = finding;
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "{level}[{rule}]: {message}\n{gap}--> {note}:{number}:{column}\n{gap} |\n{number} | {}{}{}\n{gap} | {:indent$}{carets}",
        part.before,
        part.shown,
        part.behind,
        "",
        indent = marked.start - part.start,
    );
    for related in finding.related.iter().take(FAR_SHOWN) {
        let (note, place, message) = (&related.note, related.place, &related.message);
        let _ = write!(out, "\n{gap}::: {note}:{}:{}\n{gap} = note: {message}", place.line, place.column);
    }
    if let Some(help) = help {
        let space = if finding.related.is_empty() { format!("\n{gap} |") } else { String::new() };
        let _ = write!(out, "{space}\n{gap} = help: {help}");
    }
    Some(out)
}

/// Translates a range of bytes of a line into columns.
fn columns(line: &str, bytes: Range<usize>) -> Range<usize> {
    let column = |at: usize| line.get(..at).map_or(0, |before| before.chars().count());
    column(bytes.start)..column(bytes.end)
}

/// The part of a line that is shown.
struct Part<'l> {
    shown: &'l str,
    /// The column at which it begins, counting the mark of what is left out before it.
    start: usize,
    before: &'static str,
    behind: &'static str,
}

impl<'l> Part<'l> {
    /// Returns as much of a line as fits into `width` columns; `indent` is its number of leading blanks, and
    /// `marked` are the columns to show. `None` for cases that only the renderer decides.
    fn of(line: &'l str, indent: usize, marked: &Range<usize>, width: usize) -> Option<Self> {
        let len = line.chars().count();
        if len <= width {
            return Some(Self { shown: line, start: 0, before: "", behind: "" });
        }
        // As the renderer does: with room for the dots on both sides, it shows the start of the line where
        // the place fits in, and else the place in the middle.
        let room = CUT.len() * 2;
        let (blank, from, to) = (
            indent.min(marked.start).saturating_sub(room),
            marked.start.saturating_sub(room),
            marked.end + room,
        );
        let start = if to.checked_sub(blank)? <= width {
            blank
        } else {
            from.saturating_sub(width.checked_sub(to - from)? / 2)
        };
        let end = if len - start <= width { len } else { start + width };
        let (before, skipped) = if start > 0 { (CUT, CUT.len()) } else { ("", 0) };
        let (behind, left) = if end < len { (CUT, CUT.len()) } else { ("", 0) };
        let byte = |column| line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
        let shown = line.get(byte(start + skipped)..byte(end - left))?;
        Some(Self { shown, start, before, behind })
    }
}

/// Whether a character fills exactly one column and is shown as it is.
const fn is_narrow(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{24f}' | '\u{2010}'..='\u{2027}')
}

/// Returns the renderer's name of a severity.
const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Off => "info",
    }
}

/// Whether a text is shown unchanged, on one line.
fn is_simple(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, ' '..='~') || c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Related, Renderer};
    use super::*;
    use crate::text::place::LineIndex;
    use crate::text::span::Span;

    fn finding() -> impl Strategy<Value = (String, Finding)> {
        let line = prop_oneof![
            4 => "[ -~]{0,60}",
            2 => " {0,24}[ -~]{0,140}",
            2 => " {0,24}[ -~¡-ɏ‐-‧]{100,400}",
            1 => "[ -~äß\t]{0,30}",
        ];
        let text = (prop::collection::vec(line, 1..14), prop_oneof![Just(0), Just(98), Just(9995)]);
        let text = text.prop_map(|(lines, before)| "\n".repeat(before) + &lines.join("\n"));
        let said = || prop_oneof![4 => "[a-z`\\[(=:.]{1,9}( [!-~]{1,9}){0,12}", 1 => "[ -~ü\n]{0,12}"];
        let place = || (any::<prop::sample::Index>(), 0..40usize);
        let related = prop::collection::vec((place(), said(), any::<bool>()), 0..6);
        let help = prop::option::of(said().prop_map(Help::from));
        let severity = prop_oneof![Just(Severity::Error), Just(Severity::Warning), Just(Severity::Info)];
        (text, place(), said(), related, help, severity).prop_map(
            |(text, at, message, related, help, severity)| {
                let index = LineIndex::new(&text);
                let place = |(at, length): (prop::sample::Index, usize)| {
                    let boundary =
                        |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                    let start = boundary(at.index(text.len() + 1).max(text.len().saturating_sub(400)));
                    index.place(Span::new(start, boundary((start + length).min(text.len())).max(start)))
                };
                let note = |own| if own { "a folder/A.md" } else { "Ü.md" }.to_owned();
                let related = related.into_iter();
                let related =
                    related.map(|(at, message, own)| Related { note: note(own), place: place(at), message });
                let finding = Finding {
                    place: Some(place(at)),
                    related: related.collect(),
                    help,
                    ..Finding::new("link-unresolved", severity, &note(true), "", message)
                };
                (text, finding)
            },
        )
    }

    proptest! {
        #[test]
        fn it_is_what_the_renderer_draws((text, finding) in finding()) {
            let lines = LineIndex::new(&text);
            let shown = Shown { text: Some((&text, &lines)) };
            if let Some(quick) = draw(&shown, &finding) {
                prop_assert_eq!(quick, Renderer::plain().render(&shown.groups(&finding)));
            }
        }
    }

    /// The quick drawing of a finding about `[[Nowhere]]`, if there is one. Asserts that the renderer draws
    /// the same.
    fn drawn(text: &str) -> Option<String> {
        let lines = LineIndex::new(text);
        let at = text.find("[[").unwrap();
        let message = "no note or file `Nowhere` in the vault".to_owned();
        let finding = Finding {
            place: Some(lines.place(Span::new(at, at + 11))),
            help: Some(Help::from("make it")),
            ..Finding::new("link-unresolved", Severity::Error, "A.md", "", message)
        };
        let shown = Shown { text: Some((text, &lines)) };
        let drawn = draw(&shown, &finding);
        let rendered = Renderer::plain().render(&shown.groups(&finding));
        assert!(drawn.as_ref().is_none_or(|drawn| *drawn == rendered), "{rendered}");
        drawn
    }

    #[test]
    fn common_findings_are_drawn_here() {
        let expected = "\
error[link-unresolved]: no note or file `Nowhere` in the vault
 --> A.md:1:5
  |
1 | See [[Nowhere]] and more.
  |     ^^^^^^^^^^^
  |
  = help: make it";
        assert_eq!(drawn("See [[Nowhere]] and more.\n").as_deref(), Some(expected));
        let [few, many] = [30, 300].map(|length| "Wörter – ".repeat(length / 9));
        for line in [
            format!("{few}[[Nowhere]]{few}."),
            format!("{few}[[Nowhere]]{many}."),
            format!("{many}[[Nowhere]]{many}."),
            format!("  {many}[[Nowhere]]"),
        ] {
            assert!(drawn(&line).is_some(), "{line}");
        }
    }

    #[test]
    fn what_is_out_of_the_ordinary_is_left_to_the_renderer() {
        let long = "x".repeat(2000) + "[[Nowhere]]";
        for line in ["🟢 [[Nowhere]]", "\t[[Nowhere]]", "[[Nowhere]] ", &long] {
            assert!(drawn(line).is_none(), "{line}");
        }
    }
}
