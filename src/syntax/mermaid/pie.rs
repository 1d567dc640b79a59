//! Pie charts.
use serde::{Deserialize, Serialize};
use super::error::MermaidError;
use super::model::Diagram;
use super::source::Mapped;
/// A pie chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pie {}
pub(super) fn parse(_: &Mapped<'_>, _: &mut Diagram, _: &mut Vec<MermaidError>) {}
