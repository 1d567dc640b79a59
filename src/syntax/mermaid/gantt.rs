//! Gantt charts.
use serde::{Deserialize, Serialize};
use super::error::MermaidError;
use super::model::Diagram;
use super::source::Mapped;
/// A gantt chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gantt {}
pub(super) fn parse(_: &Mapped<'_>, _: &mut Diagram, _: &mut Vec<MermaidError>) {}
