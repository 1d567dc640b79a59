//! Renders findings for people: the line of the note, and carets under the place.
//!
//! `annotate-snippets`, the renderer of rustc's own messages, draws them. It scans the whole source for each
//! snippet and counts a byte order mark as a column, so it gets only a window of lines.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use rayon::prelude::*;

use crate::model::finding::{Finding, Related, Severity};
use crate::text::place::{LineIndex, Place, after_bom};
use crate::text::span::Span;
use crate::text::visible::escape;
use crate::vault::Vault;

mod quick;

/// The most lines shown of a span of several lines.
const MAX_LINES: u32 = 4;
/// The most bytes shown of a line; longer lines are cut around the place.
const MAX_BYTES: usize = 400;
/// The most related places listed outside of the lines that are shown.
const FAR_SHOWN: usize = 4;

/// How findings are rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Look {
    /// Whether to use colours.
    pub colour: bool,
    /// The columns of the terminal; `None` if the output is not a terminal. Lines of notes are cut to that width,
    /// because a line that wraps would separate the carets from their text.
    pub columns: Option<u16>,
}

impl Look {
    /// No colours, and no terminal.
    pub const PLAIN: Self = Self { colour: false, columns: None };
}

/// The smallest width that lines are cut to. A narrower terminal could show nothing of them.
const NARROWEST: u16 = 40;

/// Renders findings, each with its place in the note. They must be sorted by note.
#[must_use]
pub fn render(vault: &Vault, findings: &[Finding], look: Look) -> String {
    let notes: Vec<&[Finding]> = findings.chunk_by(|a, b| a.note == b.note).collect();
    draw(vault, &notes, look).concat()
}

/// Renders one text for each note, given the findings of each.
pub(super) fn draw(vault: &Vault, notes: &[&[Finding]], look: Look) -> Vec<String> {
    let mut renderer = if look.colour { Renderer::styled() } else { Renderer::plain() };
    if let Some(columns) = look.columns {
        renderer = renderer.term_width(columns.max(NARROWEST).into());
    }
    // The quick renderer knows only the default width.
    let is_quick = !look.colour && look.columns.is_none();
    notes.par_iter().map(|findings| render_note(vault, findings, &renderer, is_quick)).collect()
}

/// Renders the findings of one note.
fn render_note(vault: &Vault, findings: &[Finding], renderer: &Renderer, is_quick: bool) -> String {
    let text = findings.first().and_then(|finding| super::shown_text(vault, &finding.note));
    let lines = text.as_deref().map(LineIndex::new);
    let shown = Shown { text: text.as_deref().zip(lines.as_ref()) };
    let mut out = String::new();
    for finding in findings {
        match is_quick.then(|| quick::draw(&shown, finding)).flatten() {
            Some(text) => out.push_str(&text),
            None => out.push_str(&visible(renderer.render(&shown.groups(finding)))),
        }
        out.push_str("\n\n");
    }
    // The texts of all notes are in memory at once.
    out.shrink_to_fit();
    out
}

/// Makes the C1 control characters (U+0080 to U+009F) in a rendered text visible. The renderer replaces all
/// other control characters; of these it only knows that each takes one column, as the replacement does.
fn visible(drawn: String) -> String {
    let is_left_in = |c: char| matches!(c, '\u{80}'..='\u{9f}');
    if drawn.contains(is_left_in) { drawn.replace(is_left_in, "\u{fffd}") } else { drawn }
}

/// The text of a note as it may be shown, with its lines; `None` where it is not available.
struct Shown<'t> {
    text: Option<(&'t str, &'t LineIndex<'t>)>,
}

impl Shown<'_> {
    fn groups(&self, finding: &Finding) -> Vec<Group<'static>> {
        let title =
            level(finding.severity).primary_title(escape(&finding.message).into_owned()).id(finding.rule);
        let mut group = Group::with_title(title);
        let window = |place| self.text.and_then(|(text, lines)| Window::of(text, lines, place));
        match finding.place.and_then(|place| Some((place, window(place)?))) {
            Some((place, mut window)) => {
                let near = finding.related.iter().filter(|r| r.note == finding.note && window.holds(r.place));
                let near: Vec<&Related> = near.collect();
                let mut annotations = vec![AnnotationKind::Primary.span(window.span(place.span))];
                for related in &near {
                    let span = window.span(related.place.span);
                    annotations.push(
                        AnnotationKind::Context.span(span).label(escape(&related.message).into_owned()),
                    );
                }
                group = group.element(window.snippet(&finding.note, annotations));
                if window.cut {
                    // Its columns count from the cut, so the true place is named separately.
                    group = group.element(origin(&finding.note, place));
                }
                let far = finding.related.iter().filter(|r| !near.contains(r));
                for related in far.take(FAR_SHOWN) {
                    group = group
                        .element(origin(&related.note, related.place))
                        .element(Level::NOTE.message(escape(&related.message).into_owned()));
                }
            }
            // What cannot be shown, such as bytes that are not UTF-8, can still be found by its place.
            None => {
                group = group.element(finding.place.map_or_else(
                    || Origin::path(escape(&finding.note).into_owned()),
                    |place| origin(&finding.note, place),
                ));
            }
        }
        if let Some(help) = &finding.help {
            group = group.element(Level::HELP.message(escape(&help.text()).into_owned()));
        } else if let Some(fix) = &finding.fix {
            group = group.element(Level::HELP.message(escape(&fix.title).into_owned()));
        }
        vec![group]
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info | Severity::Off => Level::INFO,
    }
}

fn origin(note: &str, place: Place) -> Origin<'static> {
    let column = place.column as usize;
    Origin::path(escape(note).into_owned()).line(place.line as usize).char_column(column)
}

/// The lines of a note around a place, or part of one long line.
struct Window {
    text: String,
    /// The offset in the note, in bytes, at which the window begins.
    start: usize,
    line: u32,
    /// Whether the window begins within a line.
    cut: bool,
}

impl Window {
    fn of(text: &str, index: &LineIndex<'_>, place: Place) -> Option<Self> {
        let first = index.line_span(place.line);
        let last = index.line_span(place.end_line.min(place.line + MAX_LINES - 1));
        let mut span = Span::new(first.start as usize, last.end as usize);
        // The note may have changed since it was judged.
        text.get(place.span.range())?;
        if span.len() > MAX_BYTES * MAX_LINES as usize {
            span = around(text, span, place.span);
        }
        let cut = span.start > first.start;
        let shown = span.of(text);
        let mark = after_bom(shown);
        Some(Self {
            text: shown[mark..].to_owned(),
            start: span.start as usize + mark,
            line: place.line,
            cut,
        })
    }

    /// Whether a place lies in the lines that are shown and fits their text: the note may have changed since
    /// it was judged.
    fn holds(&self, place: Place) -> bool {
        place.span.start as usize >= self.start
            && self.text.get(self.span(place.span)).is_some()
            && place.span.end as usize <= self.start + self.text.len()
    }

    /// Translates a span of the note into a range of the window.
    fn span(&self, span: Span) -> std::ops::Range<usize> {
        let clamp = |at: u32| (at as usize).saturating_sub(self.start).min(self.text.len());
        clamp(span.start)..clamp(span.end)
    }

    fn snippet(
        &mut self,
        note: &str,
        annotations: Vec<Annotation<'static>>,
    ) -> Snippet<'static, Annotation<'static>> {
        let text = std::mem::take(&mut self.text);
        let snippet = Snippet::source(text).line_start(self.line as usize).annotations(annotations);
        if self.cut { snippet } else { snippet.path(escape(note).into_owned()) }
    }
}

/// Returns the part of a very long line that is shown.
fn around(text: &str, line: Span, place: Span) -> Span {
    let floor = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor((place.start as usize).saturating_sub(MAX_BYTES / 2).max(line.start as usize));
    let end = floor((place.end as usize).min(place.start as usize + MAX_BYTES) + MAX_BYTES / 2);
    Span::new(start, end.min(line.end as usize))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::rules;

    #[test]
    fn a_line_of_a_note_is_cut_to_the_terminal() {
        for lines in [0, 9, 99] {
            let line = format!("{}[[Nowhere]] {}\n", "before ".repeat(20), "behind ".repeat(20));
            let text = "\n".repeat(lines) + &line;
            let vault = Vault::of_texts(Config::default(), &[("A.md", &text)]);
            let findings = rules::run(&vault, None);
            assert_eq!(findings.len(), 1);
            let width = |colour, columns| {
                let drawn = render(&vault, &findings, Look { colour, columns });
                let plain = anstream::adapter::strip_str(&drawn).to_string();
                let shown = plain.lines().find(|line| line.contains("[[Nowhere]]")).unwrap_or_default();
                shown.chars().count()
            };
            for colour in [false, true] {
                for (columns, expected) in [(Some(80), 80), (Some(60), 60), (Some(1), 40), (None, 140)] {
                    assert_eq!(width(colour, columns), expected, "{columns:?}");
                }
            }
        }
    }
}
