//! Parses pie charts: `"label" : value` lines.
//!
//! Only the data is read. Mermaid checks more than this, and a doubtful line is skipped silently, because a chart
//! that mermaid draws must never be reported.

use serde::{Deserialize, Serialize};

use super::entities;
use super::lines::{Line, accessibility, lines};
use super::model::{Body, Diagram};
use super::source::Mapped;
use crate::text::span::Span;

/// A pie chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pie {
    /// The title in the chart.
    pub title: Option<String>,
    /// Whether the values are shown.
    pub show_data: bool,
    /// The slices in source order.
    pub slices: Vec<Slice>,
}

/// A slice of a pie.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// The label, with entities decoded.
    pub label: String,
    /// The value.
    pub value: f64,
    /// The span of the line.
    pub span: Span,
}

/// Reads a pie chart into the body of a diagram.
pub(super) fn parse(text: &Mapped<'_>, diagram: &mut Diagram) {
    let mut pie = Pie::default();
    let mut lines = lines(text.text());
    if let Some(mut header) = lines.next().and_then(|line| line.after("pie")) {
        if let Some(rest) = header.after("showData") {
            pie.show_data = true;
            header = rest;
        }
        pie.title = header.after("title").map(|title| title.text.to_owned());
    }
    while let Some(line) = lines.next() {
        if accessibility(&line, &mut lines, diagram) {
            continue;
        }
        if line.text == "showData" {
            pie.show_data = true;
        } else if let Some(title) = line.after("title") {
            pie.title = Some(title.text.to_owned());
        } else if let Some((label, value)) = slice(&line) {
            pie.slices.push(Slice { label, value, span: text.span(line.range()) });
        }
    }
    diagram.body = Body::Pie(pie);
}

/// Reads a quoted label, a colon and a number.
fn slice(line: &Line<'_>) -> Option<(String, f64)> {
    let quote = line.text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (label, rest) = line.text.get(1..)?.split_once(quote)?;
    let value = rest.trim_start().strip_prefix(':')?.trim();
    let value = value.parse().ok().filter(|value: &f64| value.is_finite())?;
    Some((entities::decode(label).unwrap_or_else(|| label.to_owned()), value))
}
