//! Reads the facts of a note: everything that portolan extracts from it, in one pass.
//!
//! [`read()`] is a pure function of the bytes of a note and of how notes are read
//! ([`Reading`](super::reading::Reading)). It uses no disk, no clock and no other note; it never fails and never
//! panics. What it could not understand is a fact too ([`Problem`]). Facts are serialisable, so they can be kept.
//!
//! Secrets of a known shape are masked before anything else is read, and credentials that only their key gives away are
//! redacted with their block, so no fact can contain one.

use serde::{Deserialize, Serialize};

use super::board::{Board, MarkerProblem};
use super::conflict::Marked;
use super::diagram::Diagram;
use super::header::Header;
use super::history::{HistoryEntry, HistorySection};
use super::integration::Integration;
use super::link::RawLink;
use super::log_template::LogTemplate;
use super::metric::Metric;
use super::secret::SecretShape;
use super::silencer::Silencer;
use super::vocabulary::Terms;
use crate::text::place::Place;
use crate::text::pool::{Pool, Pooled};
use crate::text::sorted::last_where;
use crate::text::span::Span;

mod placeholders;
mod problem;
mod read;

pub(crate) use self::problem::subject;
pub use self::problem::{Problem, ProblemKind};
pub use self::read::{masked, read, read_canvas};

/// The facts of one note.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The pool with the texts of the facts below.
    pub pool: Pool,
    /// The first heading of level 1 that does not open a section with a meaning, if there is one.
    pub title: Option<Pooled>,
    /// The headings, in the order of the note.
    pub headings: Box<[HeadingFact]>,
    /// The links of the properties, followed by those of the text.
    pub links: Box<[RawLink]>,
    /// References to files that are not links of the note: link reference definitions, and links beside other text
    /// in its properties.
    pub mentions: Box<[RawLink]>,
    /// Block ids as written, without `^`. Those on the lines of quotes come last.
    pub block_ids: Box<[Pooled]>,
    /// The tags of the properties and of the text, each once, without `#`.
    pub tags: Box<[Pooled]>,
    /// The aliases of the note.
    pub aliases: Box<[Pooled]>,
    /// Whether its properties make it a drawing of the Excalidraw plug-in.
    pub is_drawing: bool,
    /// Facts that only notes about systems have.
    system: Option<Box<SystemFacts>>,
}

/// A heading of a note, which links can refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadingFact {
    /// 1 to 6.
    pub level: u8,
    /// Its text as written, including inline marks.
    pub text: Pooled,
    /// The 1-based line.
    pub line: u32,
    /// The whole heading.
    pub span: Span,
}

/// The facts that make a note part of the documentation of a system.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SystemFacts {
    /// The header.
    pub header: Option<Header>,
    /// Log templates.
    pub templates: Vec<LogTemplate>,
    /// Sections that hold history.
    pub history: Vec<HistorySection>,
    /// Integrations.
    pub integrations: Vec<Integration>,
    /// Mermaid blocks.
    pub diagrams: Vec<Diagram>,
    /// Metrics.
    pub metrics: Vec<Metric>,
    /// What the note adds to the vocabulary of its vault.
    pub terms: Terms,
    /// Boards.
    pub boards: Vec<Board>,
    /// Markers that make no board.
    pub marker_problems: Vec<MarkerProblem>,
    /// The first merge conflict, or a line that looks like a conflict marker. The other facts of the note may then
    /// be neither side's.
    pub conflict: Option<Marked>,
    /// Silencers.
    pub silencers: Vec<Silencer>,
    /// Template expressions that were not rendered.
    pub placeholders: Vec<Placeholder>,
    /// The places of secrets. Their text is not kept.
    pub secrets: Vec<SecretFact>,
    /// Problems that were found while the note was read.
    pub problems: Vec<Problem>,
}

/// A template expression that was not rendered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placeholder {
    /// The expression.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// Whether it is inside a comment. Its content, such as a link, is still going to be rendered.
    pub hidden: bool,
}

/// The place of a secret, and its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretFact {
    /// What it looks like.
    pub shape: SecretShape,
    /// Where it stands.
    pub place: Place,
}

static NO_FACTS: SystemFacts = SystemFacts {
    header: None,
    templates: Vec::new(),
    history: Vec::new(),
    integrations: Vec::new(),
    diagrams: Vec::new(),
    metrics: Vec::new(),
    terms: Terms {
        indicators: Vec::new(),
        transitions: Vec::new(),
        branches: Vec::new(),
        categories: Vec::new(),
        protocols: Vec::new(),
        measures: Vec::new(),
    },
    boards: Vec::new(),
    marker_problems: Vec::new(),
    conflict: None,
    silencers: Vec::new(),
    placeholders: Vec::new(),
    secrets: Vec::new(),
    problems: Vec::new(),
};

impl SystemFacts {
    /// Returns the integrations that are not templates.
    #[must_use]
    pub fn instances(&self) -> impl DoubleEndedIterator<Item = &Integration> {
        self.integrations.iter().filter(|integration| !integration.is_template)
    }

    /// Returns the template integrations: the patterns for new ones.
    pub fn template_integrations(&self) -> impl Iterator<Item = &Integration> {
        self.integrations.iter().filter(|integration| integration.is_template)
    }

    /// Whether the note has a block that was meant as an integration but cannot be read. A duplicate key is a
    /// problem too, but its block can be read.
    #[must_use]
    pub fn has_unreadable_integration(&self) -> bool {
        let in_block = |place: Place| self.integrations.iter().any(|own| own.fence.span.contains(place.span));
        self.problems.iter().any(|p| p.kind == ProblemKind::Integration && !in_block(p.place))
    }

    /// Returns the first board marker because of which the note is not written to.
    #[must_use]
    pub fn marker_that_stops_writes(&self) -> Option<&MarkerProblem> {
        self.marker_problems.iter().find(|problem| problem.stops_writes)
    }

    /// Returns the lists of history entries of all sections.
    pub fn entry_lists(&self) -> impl Iterator<Item = &[HistoryEntry]> {
        self.history.iter().flat_map(|section| &section.lists).map(Vec::as_slice)
    }

    /// Returns every history entry, list by list.
    pub fn entries(&self) -> impl Iterator<Item = &HistoryEntry> {
        self.entry_lists().flatten()
    }

    /// Frees unused capacity, except in the terms, which few notes have. The first item of a list allocates room
    /// for four, and facts are kept as long as the vault.
    fn fit(&mut self) {
        if let Some(header) = &mut self.header {
            header.fields.shrink_to_fit();
            header.aside.shrink_to_fit();
        }
        self.templates.shrink_to_fit();
        self.history.shrink_to_fit();
        self.integrations.shrink_to_fit();
        self.diagrams.shrink_to_fit();
        self.metrics.shrink_to_fit();
        self.boards.shrink_to_fit();
        self.marker_problems.shrink_to_fit();
        self.silencers.shrink_to_fit();
        self.placeholders.shrink_to_fit();
        self.secrets.shrink_to_fit();
        self.problems.shrink_to_fit();
    }
}

impl Facts {
    /// Returns the facts that make the note part of the documentation of a system; empty for most notes.
    #[must_use]
    pub fn system(&self) -> &SystemFacts {
        self.system.as_deref().unwrap_or(&NO_FACTS)
    }

    /// Whether the note is part of the documentation of a system.
    #[must_use]
    pub const fn has_system(&self) -> bool {
        self.system.is_some()
    }

    /// Returns the text of a pooled name.
    #[must_use]
    pub fn text(&self, name: Pooled) -> &str {
        self.pool.get(name)
    }

    /// Returns the last heading that begins at or before an offset.
    #[must_use]
    pub fn heading_before(&self, offset: u32) -> Option<&HeadingFact> {
        last_where(&self.headings, |heading| heading.span.start <= offset)
    }

    /// Drops all links except those marked in `kept`, and all mentions and tags.
    pub fn keep_links(&mut self, kept: &[bool]) {
        let mut links = Vec::with_capacity(kept.iter().filter(|kept| **kept).count());
        links.extend(self.links.iter().zip(kept).filter(|(_, kept)| **kept).map(|(link, _)| *link));
        self.links = links.into();
        (self.mentions, self.tags) = (Box::default(), Box::default());
    }

    /// Drops headings and block ids. Also drops the title if it equals `name`, the name of the file, which most
    /// titles do. The rest is packed.
    pub fn forget_anchors(&mut self, name: &str) {
        let said = self.title.is_some_and(|title| self.text(title) == name);
        (self.headings, self.block_ids) = (Box::default(), Box::default());
        self.title = self.title.filter(|_| !said);
        self.pack();
    }

    /// Drops pooled texts that nothing refers to any more.
    fn pack(&mut self) {
        let old = std::mem::take(&mut self.pool);
        // Allocating once and giving some back is cheaper than growing for every few texts.
        let mut pool = Pool::with_capacity(old.len());
        self.title = self.title.map(|title| pool.add(old.get(title)));
        for link in self.links.iter_mut().chain(&mut self.mentions) {
            *link = link.renamed(|name| pool.add(old.get(name)));
        }
        for name in self.aliases.iter_mut().chain(&mut self.tags) {
            *name = pool.add(old.get(*name));
        }
        pool.shrink();
        self.pool = pool;
    }

    /// Whether the file could be read as text.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.system().problems.iter().all(|p| p.kind != ProblemKind::Encoding)
    }

    /// Whether nothing could be read from the file: it is not text, nests too deep, or has the name of a canvas
    /// but is none.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        let unread =
            |kind| matches!(kind, ProblemKind::Encoding | ProblemKind::Nesting | ProblemKind::Canvas);
        self.system().problems.iter().any(|p| unread(p.kind))
    }
}
