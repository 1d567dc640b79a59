//! Reads metric rows: what is measured, its target, its current value, and its mark.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use self::columns::Columns;
use super::commented::Comments;
use super::outline::Table;
use super::reading::Section;
use super::source::Source;
use super::{field, term};
use crate::text::figure::{ROUNDED, in_plain_signs, remark_of, undressed, without_signs};
use crate::text::fold::{fold, is_pictograph, undecorated_whole};
use crate::text::marks::unmarked;
use crate::text::number::{fraction_by_comma, has_fraction_by_comma, leading_number, number};
use crate::text::place::{Cursor, Place};
use crate::text::sorted::last_where;
use crate::text::span::Span;
use crate::text::unit::{is_currency, is_measured, parts, waiting_ms};

mod columns;

/// A metric as a note states it. Its figures are texts here; the model parses them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metric {
    /// The table row or list item.
    pub place: Place,
    /// The name of what is measured.
    pub name: String,
    /// The target value.
    pub target: Option<Cell>,
    /// The current value.
    pub current: Cell,
    /// The status mark that the note gives it.
    pub mark: Option<Cell>,
    /// For a row whose target column is a threshold, the number of its table. A threshold may be an alarm limit.
    pub threshold: Option<u32>,
    /// Whether a figure in its note has a decimal comma (`0,5`). If so, `1,500` may be one and a half.
    pub decimal_comma: bool,
}

/// A text of a metric and its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The text, trimmed.
    pub text: String,
    /// Where.
    pub place: Place,
}

/// Reads the metrics of a note. `header` is the span of the note's header.
pub(crate) fn read(source: &Source<'_>, header: Option<Span>) -> Vec<Metric> {
    let mut metrics = Vec::new();
    let mut places = source.lines.cursor();
    for (table, number) in source.outline.tables.iter().zip(0..) {
        if !table.nested && !source.is_generated(table.span) {
            rows(source, (table, number), &mut places, &mut metrics);
        }
    }
    items(source, header, &mut metrics);
    // Rows and items are each in order, so this sort is a merge of two runs.
    metrics.sort_by_key(|metric| metric.place.span.start);
    let figures = metrics.iter().flat_map(|metric| metric.target.iter().chain([&metric.current]));
    if figures.into_iter().any(|figure| has_fraction_by_comma(&figure.text)) {
        for metric in &mut metrics {
            metric.decimal_comma = true;
        }
    }
    metrics
}

fn rows(
    source: &Source<'_>,
    (table, number): (&Table, u32),
    places: &mut Cursor<'_, '_>,
    metrics: &mut Vec<Metric>,
) {
    let Some(columns) = Columns::of(source, table) else { return };
    for row in &table.rows {
        let said = |column: usize| {
            let span = *row.cells.get(column)?;
            let text = term::uncommented(source, span);
            (!matches!(&*text, "" | "-" | "–" | "—")).then_some((span, text))
        };
        let name = said(columns.name).or_else(|| said(columns.spare));
        let (Some((name, _)), Some(current)) = (name, said(columns.current)) else { continue };
        let place = places.place(row.span);
        let mut cell =
            |(span, text): (Span, Cow<'_, str>)| Cell { text: text.into_owned(), place: places.place(span) };
        metrics.push(Metric {
            place,
            name: name_of(source, name),
            target: said(columns.target).map(&mut cell),
            current: cell(current),
            mark: columns.mark.and_then(said).map(cell),
            threshold: columns.has_thresholds.then_some(number),
            decimal_comma: false,
        });
    }
}

/// Returns the name in a text: links are replaced by the text they show, and comments and decoration are removed.
/// If nothing else is left, the name is the text as written.
fn name_of(source: &Source<'_>, text: Span) -> String {
    let shown = term::unlinked(source, text);
    let words = unmarked(&shown);
    let name = match undecorated_whole(&words) {
        "" => text.of(source.text),
        name => name,
    };
    name.to_owned()
}

/// Reads items such as `- Response Time: 0ms`: a field whose value is a figure with a unit. A figure without a
/// unit may be anything (a year, a version), and headers and histories contain figures that are not metrics.
fn items(source: &Source<'_>, header: Option<Span>, metrics: &mut Vec<Metric>) {
    let mut others: Vec<Span> = source.sections(Section::History).map(|(_, span)| span).collect();
    // Text in the header's section that is not part of the header may contain metrics.
    others.extend(header.or_else(|| source.sections(Section::Header).next().map(|(_, span)| span)));
    others.extend(source.sections(Section::Header).skip(1).map(|(_, span)| span));
    // These spans are nested or disjoint. Without the nested ones, each item is compared with only one.
    others.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    others.dedup_by(|later, first| first.contains(*later));
    for item in &source.outline.items {
        if item.quoted || !looks_like_figure(item.content.of(source.text)) {
            continue;
        }
        let line = source.first_line(item);
        if source.is_generated(item.span) {
            continue;
        }
        let Some(found) = field::split(source.text, line) else { continue };
        let comments = Comments::of(source, found.value);
        let at = comments.trimmed(source.text, found.value);
        let (key, value) = (found.key.of(source.text), comments.shown(source.text, at));
        // `09:30 standup` begins with a time of day.
        if is_figure(&value) && !key.bytes().all(|b| b.is_ascii_digit()) && !is_within(&others, item.span) {
            metrics.push(Metric {
                place: source.place(line),
                name: name_of(source, Span { end: found.value.start, ..line }),
                target: None,
                current: Cell { text: value.into_owned(), place: source.place(at) },
                mark: None,
                threshold: None,
                decimal_comma: false,
            });
        }
    }
}

/// Whether one of these spans, which are disjoint and in order, contains `span`.
fn is_within(others: &[Span], span: Span) -> bool {
    last_where(others, |other| other.start <= span.start).is_some_and(|other| other.contains(span))
}

/// Rejects most items quickly: a metric has a colon on the first line, followed by a digit, perhaps in bold or
/// after a sign.
fn looks_like_figure(text: &str) -> bool {
    let end = memchr::memchr3(b':', b'\n', b'\r', text.as_bytes());
    end.and_then(|at| text[at..].strip_prefix(':')).is_some_and(|rest| {
        let rest = rest.trim_start_matches([':', '*', '_', '`', ' ']);
        let is_digit = |c: char| c.is_ascii_digit();
        rest.starts_with(is_digit) || rest.trim_start_matches(is_sign).starts_with(is_digit)
    })
}

/// Whether a sign may precede the digits of a figure.
fn is_sign(c: char) -> bool {
    matches!(c, '-' | '\u{2212}' | ' ') || ROUNDED.contains(&c) || is_currency(c)
}

/// Whether a text is a number with a known unit: `0ms`, `99.9 %`, `12 ops/sec`, `2 h 30 min`. Emphasis, signs and
/// a remark in brackets may surround it; the model interprets them.
fn is_figure(text: &str) -> bool {
    let plain = in_plain_signs(text);
    let bare = |text| undressed(without_signs(text, |sign| sign.chars().all(is_pictograph)));
    let figure = bare(&plain);
    let figure = remark_of(figure).map_or(figure, |(before, _)| bare(before));
    let figure = figure.trim_start_matches(ROUNDED).trim_start();
    let number_and_unit = figure.trim_start_matches(is_currency);
    let (written, unit) = leading_number(number_and_unit);
    if number(&written).or_else(|| fraction_by_comma(&written)).is_none() {
        return false;
    }
    let currency = &figure[..figure.len() - number_and_unit.len()];
    is_measured(&format!("{currency}{}", unit.trim_start())) || is_duration(figure)
}

/// Whether a text is a duration of several parts. A single `5 m` may be a length.
fn is_duration(text: &str) -> bool {
    let folded = fold(text);
    let is_time = |part: Option<(&str, &str)>| part.is_some_and(|(_, unit)| waiting_ms(unit).is_some());
    parts(&folded).count() > 1 && parts(&folded).all(is_time)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the names of the metrics of a note.
    fn names(note: &str) -> Vec<String> {
        let facts = crate::syntax::facts::read(note.as_bytes(), &crate::syntax::reading::Reading::default());
        facts.system().metrics.iter().map(|metric| metric.name.clone()).collect()
    }

    #[test]
    fn times_of_day_are_no_metrics() {
        assert_eq!(names("- 09:30 standup\n- [ ] 14:00 dentist\n- Response Time: 3 ms\n"), ["Response Time"]);
    }

    #[test]
    fn names_are_without_decoration() {
        for (cell, expected) in [
            ("**Open Errors** (10)", "Open Errors (10)"),
            ("Errors **(open)**", "Errors (open)"),
            ("🟢 **_API_:**", "API"),
            ("`p99`", "p99"),
            ("_id", "_id"),
            ("Delay*", "Delay*"),
            ("[API](https://x)", "API"),
            ("**[API](https://x)** v2", "API v2"),
            ("[[n\\|Queue]]", "Queue"),
            ("[[Queue]] #fast", "Queue #fast"),
            ("![[n.png]]", "![[n.png]]"),
            ("🟢", "🟢"),
        ] {
            let table = format!("| Metric | Target | Current |\n| - | - | - |\n| {cell} | < 5% | 7% |\n");
            assert_eq!(names(&table), [expected], "{cell}");
        }
        for (item, expected) in [
            ("**Open Errors:** 5 ms", "Open Errors"),
            ("**Open Errors** (10): 5 ms", "Open Errors (10)"),
            ("⏱️ *Delay*:: 5 ms", "Delay"),
        ] {
            assert_eq!(names(&format!("- {item}\n")), [expected], "{item}");
        }
    }

    #[test]
    fn comments_are_none_of_a_figure() {
        let read = |note: &str| {
            let facts =
                crate::syntax::facts::read(note.as_bytes(), &crate::syntax::reading::Reading::default());
            let shown = facts.system().metrics.iter().map(|metric| {
                let place = metric.current.place.span.of(note);
                assert!(place.replace("<!-- was 9 --> ", "").contains(&metric.current.text), "{note}");
                format!("{}: {}", metric.name, metric.current.text)
            });
            shown.collect::<Vec<_>>().join(", ")
        };
        let table = "| Metric | Target | Current |\n| - | - | - |\n";
        for (row, expected) in [
            ("| Load %%of all%% | < 5% | 7% %%was more%% |", "Load: 7%"),
            ("| <!-- all --> [[Load]] | < 5% | <!-- now --> 7% |", "Load: 7%"),
            ("| Load | < 5% | <!-- 7% --> |", ""),
            ("| Load | < 5% | - %%7%% |", ""),
        ] {
            assert_eq!(read(&format!("{table}{row}\n")), expected, "{row}");
        }
        for (items, expected) in [
            ("- Load: 7 % <!-- was 9 % -->\n- Wait: 3 ms %%?%%\n", "Load: 7 %, Wait: 3 ms"),
            ("- Load: 7 <!-- was 9 --> %\n", "Load: 7 %"),
            ("- Load: %%7 %%%\n", ""),
        ] {
            assert_eq!(read(items), expected, "{items}");
        }
        let table = "| %%a%% Metric | Target <!-- per day --> | Current %%now%% |\n| - | - | - |\n";
        assert_eq!(read(&format!("{table}| Load | < 5% | 7% |\n")), "Load: 7%");
    }

    #[test]
    fn a_column_of_numbers_has_no_names() {
        for (titles, expected) in [
            (["#", "Condition"], "b"),
            (["ID", "Component"], "b"),
            (["**No.**", "KPI"], "b"),
            (["Nr", "Alert"], "b"),
            (["#", "Alert rules"], "b"),
            (["", "Name"], "b"),
            (["", "Since"], "a"),
            (["#", "Owner"], "a"),
            (["System", "Metric"], "a"),
            (["Component", "Condition"], "a"),
        ] {
            let [first, second] = titles;
            let table = format!(
                "| {first} | {second} | Target | Current |\n| - | - | - | - |\n| a | b | < 5% | 7% |\n"
            );
            assert_eq!(names(&table), [expected], "{titles:?}");
        }
        let table = "| # | Component | Metric | Target | Current |\n| - | - | - | - | - |\n| 2 | a | b | < 5% | 7% |\n";
        assert_eq!(names(table), ["b"]);
        // A row without a name is named by its number.
        assert_eq!(names(&table.replace("| b |", "| - |")), ["2"]);
    }

    #[test]
    fn marks_figures_and_dates_are_no_names() {
        let with = |first: &str, second: &str, row: &str| {
            names(&format!("| {first} | {second} | Target | Current |\n| - | - | - | - |\n{row}\n"))
        };
        for (first, second, expected) in [
            ("Status", "Metric", "b"),
            ("🚦 Health", "What", "b"),
            ("Date", "Owner", "a"),
            ("Quarter", "Region", "b"),
            ("Threshold", "Region", "b"),
            ("Region", "Status", "a"),
        ] {
            assert_eq!(with(first, second, "| a | b | < 5% | 7% |"), [expected], "{first} {second}");
        }
        // A mark does not serve as the name of a row.
        assert_eq!(with("Status", "Metric", "| 🟢 | - | < 5% | 7% |"), [""; 0]);
        assert_eq!(names("| Current | Target | Where |\n| - | - | - |\n| 7% | < 5% | c |\n"), ["c"]);
    }

    #[test]
    fn rows_and_items_come_as_they_stand() {
        let table = "| Metric | Target | Current |\n| - | - | - |\n| b | < 5% | 7% |\n";
        assert_eq!(names(&format!("- a: 5 ms\n\n{table}\n- c: 5 ms\n")), ["a", "b", "c"]);
    }

    #[test]
    fn figures_have_a_unit() {
        for text in [
            "0ms",
            "100%",
            "0 ops/sec",
            "99.95 %",
            "1,024 MB",
            "1.2M events/s",
            "52 °C",
            "\u{2212}4 °C",
            "99.95 % (30 d)",
            "~40 ms",
            "**41 %**",
            "2 h 30 min",
            "12 €/month",
            "€12/month",
            "5 / min",
            "0,5 %",
            "243 ms 🔥",
            "12 messages",
            "3 Tage",
        ] {
            assert!(is_figure(text), "{text}");
            assert!(looks_like_figure(&format!("Key: {text}")), "{text}");
        }
        for text in [
            "1.0.0",
            "2024",
            "10:30",
            "3 of the four services",
            "ms",
            "12 / 5",
            "3 pm",
            "4 B",
            "5 Dec",
            "3 pages",
            "1.0.0 ms",
            "10-20 ms",
            "5 m",
            "(5 ms)",
            "7 (of 9)",
            "€12",
            "5 D",
        ] {
            assert!(!is_figure(text), "{text}");
        }
    }
}
