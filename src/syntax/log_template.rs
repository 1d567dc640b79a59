//! Reads log templates: the formats that a vault has defined for its history entries.
//!
//! In `- Label: 'YYYY-MM-DD_HH-mm - Added/Modified alert for [condition]'`, the part before the first ` - `
//! contains the timestamp, in the vault's format or a form of Obsidian's properties. The rest is the form of the
//! title, with alternative words and bracketed placeholders.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::field;
use super::history;
use super::outline::Heading;
use super::reading::{Section, uncommented};
use super::source::Source;
use super::term;
use crate::text::fold::{fold, undecorated, unnumbered};
use crate::text::place::Place;
use crate::text::span::{Span, trim};
use crate::text::stamp::{self, StampFormat};

mod title;

pub(super) use self::title::pieces;
use self::title::version_form;

/// A log template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogTemplate {
    /// Its label, without a class.
    pub label: String,
    /// The whole format between the quotes.
    pub text: String,
    /// The place of the format, without its quotes.
    pub place: Place,
    /// The part of a version that an entry of this kind raises.
    pub class: Option<Class>,
    /// The form of an entry's title.
    pub title: TitleForm,
}

/// A part of a semantic version (semver.org, 2.0.0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Class {
    /// `X.0.0`
    Major,
    /// `0.X.0`
    Minor,
    /// `0.0.X`
    Patch,
}

/// The form of a title: its pieces in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TitleForm(pub Vec<Piece>);

/// A piece of a title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    /// Fixed words.
    Literal(String),
    /// Alternative words: `Added/Modified`. The first is written by default. For what may be a single word
    /// (`I/O`), that is the whole word.
    Choice(Vec<String>),
    /// A placeholder such as `[purpose]`, without the brackets.
    Placeholder(String),
    /// The form of the version that the entry brings: `X.Y.Z`, `vX.0.0`.
    Version(String),
}

/// A log template that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TemplateProblem {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl Class {
    /// Returns the name in the JSON contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Patch => "patch",
        }
    }

    /// Returns the class in a label or heading: `Major: …`, `Patch (0.0.X)`.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let folded = fold(text);
        let has_word = |word: &str| folded.split(|c: char| !c.is_alphanumeric()).any(|w| w == word);
        [(Self::Major, "major", "x.0.0"), (Self::Minor, "minor", "0.x.0"), (Self::Patch, "patch", "0.0.x")]
            .into_iter()
            .find(|(_, word, form)| has_word(word) || folded.contains(form))
            .map(|(class, ..)| class)
    }
}

impl TitleForm {
    /// Returns the place of the form of a version in a title that was made from this one. Returns `None` if a
    /// value has the same form, and it is unclear which of both it is.
    #[must_use]
    pub fn version_in(&self, title: &str) -> Option<Range<usize>> {
        let (at, form) = self.0.iter().enumerate().find_map(|(at, piece)| match piece {
            Piece::Version(form) => Some((at, form.as_str())),
            _ => None,
        })?;
        let (before, behind) = (&self.0[..at], &self.0[at + 1..]);
        let is_fixed = |pieces: &[Piece]| {
            pieces.iter().all(|piece| match piece {
                Piece::Literal(text) => !text.contains(form),
                Piece::Choice(words) => !words.iter().any(|word| word.contains(form)),
                Piece::Placeholder(_) | Piece::Version(_) => false,
            })
        };
        let (first, last) = (title.find(form)?, title.rfind(form)?);
        let start =
            if first == last || is_fixed(before) { first } else { is_fixed(behind).then_some(last)? };
        Some(start..start + form.len())
    }
}

impl LogTemplate {
    /// Returns the names of the placeholders, in order, each once.
    #[must_use]
    pub fn placeholders(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for piece in &self.title.0 {
            if let Piece::Placeholder(name) = piece
                && !names.contains(&name.as_str())
            {
                names.push(name);
            }
        }
        names
    }

    /// Whether the version of an entry stands in its title.
    #[must_use]
    pub fn has_version_in_title(&self) -> bool {
        self.title.0.iter().any(|piece| matches!(piece, Piece::Version(_)))
    }

    /// Whether the version of an entry precedes its timestamp: `vX.Y.Z (TIMESTAMP) - …`.
    #[must_use]
    pub fn begins_with_version(&self) -> bool {
        self.text.split_whitespace().next().is_some_and(|word| version_form(word).is_some())
    }
}

/// Reads the log templates of a note.
pub(crate) fn read(source: &Source<'_>) -> (Vec<LogTemplate>, Vec<TemplateProblem>) {
    let (mut templates, mut problems) = (Vec::new(), Vec::new());
    let mut read_to = 0;
    for (heading, section) in source.sections(Section::LogTemplates) {
        // A section inside another one is read with the outer one.
        if heading.span.start < read_to {
            continue;
        }
        read_to = section.end;
        for (_, item) in source.items(section) {
            let line = source.first_line(item);
            let Some(found) = field::split(source.text, line) else { continue };
            let Some((label, at)) = labelled(source.text, found.key, found.value) else { continue };
            let value = at.of(source.text);
            let Some((open, close)) = quotes(value) else { continue };
            // A text that begins with an actual timestamp is an example of an entry.
            if history::begins_entry(&value[open.len_utf8()..], &source.reading.stamp) {
                continue;
            }
            let mut fail =
                |message: &str, span| problems.push(TemplateProblem { message: message.to_owned(), span });
            let Some(end) = closing(source, at, open, close) else {
                fail(&format!("the template is opened with `{open}` and never closed"), at);
                continue;
            };
            let start = at.start as usize;
            // Some people put a no-break space inside their quotes.
            let format = trim(source.text, Span::new(start + open.len_utf8(), start + end));
            match title_of(format.of(source.text), source.reading.stamp.pattern()) {
                Ok(title) => {
                    let label = label.of(source.text);
                    templates.push(LogTemplate {
                        label: undecorated(unnumbered(label)).to_owned(),
                        text: format.of(source.text).to_owned(),
                        place: source.place(format),
                        class: Class::of(label).or_else(|| class_of_heading(source, heading, format)),
                        title,
                    });
                }
                Err(message) => fail(&message, format),
            }
        }
    }
    (templates, problems)
}

/// Returns the label of a template and the quoted value after it. A label with a class contains a colon itself
/// (`Major: X.0.0: '…'`).
fn labelled(text: &str, key: Span, value: Span) -> Option<(Span, Span)> {
    let behind = value.of(text);
    if quotes(behind).is_some() {
        return Some((key, value));
    }
    let colon = value.start as usize + behind.find(':')?;
    let label = Span::new(key.start as usize, colon);
    let rest = trim(text, Span::new(colon + 1, value.end as usize));
    (quotes(rest.of(text)).is_some() && Class::of(label.of(text)).is_some()).then_some((label, rest))
}

/// Returns the class of the sub-heading above a template.
fn class_of_heading(source: &Source<'_>, section: &Heading, at: Span) -> Option<Class> {
    let heading = source.outline.heading_before(at.start)?;
    let text = heading.text.of(source.text);
    let class = || uncommented(text).map_or_else(|| Class::of(text), |shown| Class::of(&shown));
    (heading.span.start > section.span.start).then(class).flatten()
}

/// Returns the quote that opens a value, and the quotes that may close it in various languages.
fn quotes(value: &str) -> Option<(char, &'static [char])> {
    let open = value.chars().next()?;
    let close: &[char] = match open {
        '\'' => &['\''],
        '"' => &['"'],
        '`' => &['`'],
        '“' | '”' => &['”'],
        '‘' | '’' => &['’'],
        '„' => &['“', '”'],
        '‚' => &['‘', '’'],
        '«' => &['»'],
        '»' => &['«', '»'],
        '‹' => &['›'],
        '›' => &['‹', '›'],
        _ => return None,
    };
    Some((open, close))
}

/// Returns the offset of the quote that closes a value. Quotes in comments and in a bracketed remark at the end do
/// not count.
fn closing(source: &Source<'_>, at: Span, open: char, close: &[char]) -> Option<usize> {
    let mut shown = Cow::Borrowed(at.of(source.text));
    // Most values end with their quote.
    let may_have_more = !shown.ends_with(close) || memchr::memchr2(b'%', b'<', shown.as_bytes()).is_some();
    let beside = if may_have_more { term::beside_words(source, at) } else { Vec::new() };
    for part in beside {
        let inner = part.start.max(at.start) - at.start..part.end.min(at.end) - at.start;
        let (start, end) = (inner.start as usize, inner.end as usize);
        shown.to_mut().replace_range(start..end, &" ".repeat(end - start));
    }
    let shown = shown.trim_end();
    let all = || shown.rmatch_indices(close).filter(|(quote, _)| *quote >= open.len_utf8());
    let is_last = |(quote, sign): &(usize, &str)| {
        let behind = &shown[quote + sign.len()..];
        let remark = behind.trim_start();
        remark.is_empty() || behind.len() > remark.len() && remark.starts_with('(') && remark.ends_with(')')
    };
    let is_of_a_word = |(quote, sign): &(usize, &str)| {
        let behind = &shown[quote + sign.len()..];
        matches!(*sign, "'" | "’")
            && shown[..*quote].ends_with(char::is_alphabetic)
            && behind.starts_with(char::is_alphabetic)
    };
    let found =
        all().find(is_last).or_else(|| all().find(|found| !is_of_a_word(found))).or_else(|| all().next());
    found.map(|(quote, _)| quote)
}

/// Reads the form of the title after the timestamp.
fn title_of(format: &str, pattern: &str) -> Result<TitleForm, String> {
    let none = || format!("the template does not begin with the timestamp `{pattern}`");
    let (at, end) = timestamp_in(format, pattern).ok_or_else(none)?;
    let front = format[..at].trim();
    // In a version history, the version precedes the timestamp: `vX.Y.Z (TIMESTAMP) - …`. More than that one word
    // is a sentence, in which the timestamp does not come first.
    let words = front.split(' ').filter(|word| word.contains(|c: char| c.is_ascii_alphanumeric())).count();
    if words > 1
        || !front.chars().all(|c| c.is_ascii_alphanumeric() || " .([]*_-".contains(c))
        || front.contains(" - ")
    {
        return Err(none());
    }
    let rest = format[end..].trim_start_matches(|c: char| matches!(c, ')' | '*') || c.is_whitespace());
    let title = history::behind_separator(rest).unwrap_or(rest).trim();
    pieces(title).map(TitleForm)
}

/// Returns the span of the timestamp pattern in a format: the vault's pattern or the day in it, or one of
/// Obsidian's properties. Histories may use the latter two, but entries are always written in the vault's form.
fn timestamp_in(format: &str, pattern: &str) -> Option<(usize, usize)> {
    let whole = |at: usize| stamp::pattern_prefix(&format[at..]).map(|len| at + len);
    if let Some(at) = format.find(pattern) {
        // A date may be the beginning of a longer pattern.
        return Some((at, whole(at).unwrap_or(0).max(at + pattern.len())));
    }
    let own = StampFormat::of(pattern);
    let is_own_day = |text: &str| own.day().is_some_and(|day| day.pattern() == text);
    let day = own.day().and_then(|day| format.find(day.pattern()));
    let at = day.or_else(|| format.find("YYYY-MM-DD"))?;
    let end = whole(at).filter(|end| {
        let text = &format[at..*end];
        stamp::is_property_form(text) || is_own_day(text)
    })?;
    // These hours have letters that no format has, so it is unclear where the title begins.
    let next = format[end..].split_whitespace().next().unwrap_or_default();
    let is_time = next.len() > 1 && next.contains(':') && next.chars().all(|c| "HhKkmsSAaZz:.".contains(c));
    (!is_time).then_some((at, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATTERN: &str = "YYYY-MM-DD_HH-mm";

    fn form(title: &str) -> TitleForm {
        title_of(&format!("{PATTERN} - {title}"), PATTERN).unwrap()
    }

    #[test]
    fn forms_that_are_broken() {
        for (format, expected) in [
            ("Updated [x]", "the template does not begin with the timestamp `YYYY-MM-DD_HH-mm`"),
            (
                "Updated [x] - YYYY-MM-DD_HH-mm",
                "the template does not begin with the timestamp `YYYY-MM-DD_HH-mm`",
            ),
            (
                "Updated [x] at YYYY-MM-DD_HH-mm",
                "the template does not begin with the timestamp `YYYY-MM-DD_HH-mm`",
            ),
            ("YYYY-MM-DD_HH-mm - Updated [x", "a bracket is never closed"),
            ("YYYY-MM-DD_HH-mm - Updated x]", "a closing bracket has no opening one"),
            ("YYYY-MM-DD_HH-mm - Updated [[x]]", "brackets cannot be nested"),
        ] {
            assert_eq!(title_of(format, PATTERN).unwrap_err(), expected);
        }
        assert_eq!(
            title_of("\u{a0}YYYY-MM-DD_HH-mm\u{a0}- Updated [x]\u{a0}", PATTERN).unwrap(),
            form("Updated [x]")
        );
        assert!(title_of("vX.0.0 (YYYY-MM-DD_HH-mm) - Rebuilt [x]", PATTERN).is_ok());
    }

    #[test]
    fn dates_of_properties_are_timestamps_too() {
        for front in [
            "YYYY-MM-DD - ",
            "YYYY-MM-DD: ",
            "YYYY-MM-DD ",
            "**YYYY-MM-DD** - ",
            "vX.Y.Z (YYYY-MM-DD) - ",
            "YYYY-MM-DD HH:mm - ",
            "YYYY-MM-DDTHH:mm:ss : ",
        ] {
            let format = format!("{front}Updated [x] for [y]");
            assert_eq!(title_of(&format, PATTERN), Ok(form("Updated [x] for [y]")), "{format}");
        }
        assert_eq!(title_of("YYYY-MM-DD_HH-mm - Updated [x]", "YYYY-MM-DD"), Ok(form("Updated [x]")));
        for format in [
            "YYYY-MM - Updated [x]",
            "YYYY-MM-DD h:mm A - Updated [x]",
            "YYYY-MM-DD HH:MM - Updated [x]",
            "YYYY-MM-DD_HH:mm - Updated [x]",
            "DD/MM/YYYY - Updated [x]",
            "Updated [x] on YYYY-MM-DD",
            "date - Updated [x]",
        ] {
            assert_eq!(
                title_of(format, PATTERN).unwrap_err(),
                "the template does not begin with the timestamp `YYYY-MM-DD_HH-mm`"
            );
        }
    }

    #[test]
    fn blanks_inside_the_quotes_are_none_of_the_format() {
        let text = "## Change Log Templates\n\n- A: «\u{a0}YYYY-MM-DD_HH-mm - Updated [x]\u{a0}»\n";
        let facts = super::super::facts::read(text.as_bytes(), &super::super::reading::Reading::default());
        let template = &facts.system().templates[0];
        assert_eq!(template.text, "YYYY-MM-DD_HH-mm - Updated [x]");
        assert_eq!(template.place.span.of(text), template.text);
    }

    #[test]
    fn an_apostrophe_closes_where_nothing_else_does() {
        for (value, expected) in [
            ("'YYYY-MM-DD_HH-mm - Fixed Ruth's [x]' #log", "YYYY-MM-DD_HH-mm - Fixed Ruth's [x]"),
            ("‘YYYY-MM-DD_HH-mm - Fixed [x]’ for Ruth’s team", "YYYY-MM-DD_HH-mm - Fixed [x]"),
            ("'YYYY-MM-DD_HH-mm - Set [x] to 100%%' (by Ruth)", "YYYY-MM-DD_HH-mm - Set [x] to 100%%"),
            ("'YYYY-MM-DD_HH-mm - Fixed Ruth's", "YYYY-MM-DD_HH-mm - Fixed Ruth"),
        ] {
            let note = format!("## Change Log Templates\n\n- Fix: {value}\n");
            let facts =
                crate::syntax::facts::read(note.as_bytes(), &crate::syntax::reading::Reading::default());
            let read: Vec<_> = facts.system().templates.iter().map(|t| t.text.as_str()).collect();
            assert_eq!(read, [expected], "{value}");
        }
    }

    #[test]
    fn a_label_with_a_class_may_have_a_colon() {
        let note = "## Change Log Templates\n\n- Major: X.0.0: 'YYYY-MM-DD_HH-mm - Broke [x]'\n\
                    - Fixes: small: 'YYYY-MM-DD_HH-mm - Fixed [x]'\n- Other: 'YYYY-MM-DD_HH-mm - Did: [x]'\n";
        let facts = crate::syntax::facts::read(note.as_bytes(), &crate::syntax::reading::Reading::default());
        let read: Vec<_> = facts.system().templates.iter().map(|t| (t.label.as_str(), t.class)).collect();
        assert_eq!(read, [("Major: X.0.0", Some(Class::Major)), ("Other", None)]);
    }

    #[test]
    fn a_comment_in_the_heading_of_templates_is_none_of_their_class() {
        let template = "- Fixes: 'YYYY-MM-DD_HH-mm - Fixed [x]'\n";
        for (heading, class) in [
            ("Templates <!-- major ones are below -->", None),
            ("%%Major%% Minor", Some(Class::Minor)),
            ("Patch %%for now", Some(Class::Patch)),
        ] {
            let note = format!("## Change Log Templates\n\n### {heading}\n\n{template}");
            let facts =
                crate::syntax::facts::read(note.as_bytes(), &crate::syntax::reading::Reading::default());
            let read: Vec<_> = facts.system().templates.iter().map(|template| template.class).collect();
            assert_eq!(read, [class], "{heading}");
        }
    }

    #[test]
    fn what_stands_behind_a_template_is_none_of_it() {
        let whole = "YYYY-MM-DD_HH-mm - Fixed [x]";
        for (behind, expected) in [
            (" <!-- Ruth's wish -->", whole),
            (" %% don't %%", whole),
            (" (not Ruth's)", whole),
            (" <!-- don't --> (not Ruth's) %% or Ina's %%", whole),
            (" (Ruth said 'no')", whole),
            (" of Ruth's'", "YYYY-MM-DD_HH-mm - Fixed [x]' of Ruth's"),
            (", for Ruth's", whole),
            (" (Ruth's) #log", whole),
            (" (Ruth's) ^fix", whole),
            (". Don't use", whole),
            (" - for Ruth's team", whole),
            ("(Ruth's)", whole),
            (" [[Ruth's note]]", whole),
            (" see [a](b.md 'c d')", whole),
            (" #log #fix", whole),
        ] {
            let note = format!("## Change Log Templates\n\n- Fix: '{whole}'{behind}\n");
            let facts =
                crate::syntax::facts::read(note.as_bytes(), &crate::syntax::reading::Reading::default());
            let read: Vec<_> = facts.system().templates.iter().map(|t| t.text.as_str()).collect();
            assert_eq!(read, [expected], "{behind}");
        }
    }

    #[test]
    fn a_section_in_another_one_is_read_once() {
        let list = "- Fix: 'YYYY-MM-DD_HH-mm - Fixed [x]'\n";
        let note = format!(
            "## Change Log Templates\n\n### Change Log Templates\n\n{list}\n## Change Log Templates\n\n{list}"
        );
        let facts = crate::syntax::facts::read(note.as_bytes(), &crate::syntax::reading::Reading::default());
        assert_eq!(facts.system().templates.len(), 2);
    }

    #[test]
    fn classes_of_labels() {
        assert_eq!(Class::of("Major Updates"), Some(Class::Major));
        assert_eq!(Class::of("Fixes (0.0.X)"), Some(Class::Patch));
        assert_eq!(Class::of("### Minor: 0.X.0"), Some(Class::Minor));
        assert_eq!(Class::of("Majority"), None);
    }
}
