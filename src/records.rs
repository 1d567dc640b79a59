//! Floor 6: the records of the JSON contract, one struct for each kind, and how they are made from a vault.
//!
//! `list` prints them, and templates of boards receive them as values, so both have the same fields.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::level::Status;
use crate::text::span::Span;

pub mod diagrams;
mod history;
mod integrations;
mod links;
mod metrics;
mod notes;
pub mod systems;
mod templates;

pub use self::history::{HistoryRecord, history};
pub use self::integrations::{AuthRecord, ConfigRecord, IntegrationRecord, integrations};
pub use self::links::{FragmentRecord, LinkRecord, links, links_outside_boards, links_where};
pub use self::metrics::{MetricRecord, QuantityRecord, TargetRecord, metrics};
pub use self::notes::{HeaderRecord, HeadingRecord, NoteRecord, notes, notes_of};
pub use self::templates::{TemplateRecord, templates};

/// A status and its level.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatusRecord {
    /// The status, as written.
    pub text: String,
    /// The level: `ok`, `warning`, `critical` or `unknown`.
    #[schemars(extend("enum" = ["ok", "warning", "critical", "unknown"]))]
    pub level: String,
}

impl From<Status> for StatusRecord {
    fn from(status: Status) -> Self {
        Self { text: status.text, level: status.level.name().to_owned() }
    }
}

/// Returns a span in the form of the contract: `[start, end)` in bytes of the file.
const fn span(span: Span) -> [u32; 2] {
    [span.start, span.end]
}
