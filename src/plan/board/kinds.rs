//! The rows and lines of each kind of board.

mod alerts;
mod components;
mod events;
mod graphs;
mod integrations;
mod metrics;
mod summary;

pub(super) use alerts::alerts;
pub(super) use components::components;
pub(super) use events::{EVENTS, TEMPLATE, events};
pub(super) use graphs::{Graph, architecture, described, health};
pub(super) use integrations::integrations;
pub(super) use metrics::metrics;
pub(super) use summary::summary;
