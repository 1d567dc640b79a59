//! The facts of a note: everything that portolan reads out of it, in one pass.
//!
//! [`read()`] is a pure function of the bytes of a note and of how notes are read
//! ([`Reading`](super::reading::Reading)). It asks no disk, no clock and no other note, never fails and never panics;
//! what it could not understand is a fact too ([`Problem`]). Facts are serialisable, so they can be kept.
//!
//! Secrets are masked before anything else is read: no fact can hold one.

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
    /// The texts of the facts below.
    pub pool: Pool,
    /// The first heading of level 1 that opens no section of a meaning of its own, if there is one.
    pub title: Option<Pooled>,
    /// Headings in the order of the note.
    pub headings: Box<[HeadingFact]>,
    /// Links of the properties, then of the text.
    pub links: Box<[RawLink]>,
    /// What else shows files or leads to them and is no link of the note: link reference definitions, and what stands
    /// beside other text in its properties.
    pub mentions: Box<[RawLink]>,
    /// Block ids as written, without `^`; those on the lines of quotes last.
    pub block_ids: Box<[Pooled]>,
    /// Tags of the properties and the text, each once, without `#`.
    pub tags: Box<[Pooled]>,
    /// Aliases.
    pub aliases: Box<[Pooled]>,
    /// Whether its properties make it a drawing of the Excalidraw plug-in.
    pub is_drawing: bool,
    /// What few notes have.
    system: Option<Box<SystemFacts>>,
}

/// A heading that a link can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadingFact {
    /// 1 to 6.
    pub level: u8,
    /// Its text as written, inline marks included.
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
    /// The first merge conflict, or what looks like a marker of one. What else was read of the note may be
    /// neither side's then.
    pub conflict: Option<Marked>,
    /// Silencers.
    pub silencers: Vec<Silencer>,
    /// Template expressions that were never rendered.
    pub placeholders: Vec<Placeholder>,
    /// Where secrets stand. Their text is nowhere.
    pub secrets: Vec<SecretFact>,
    /// What could not be understood.
    pub problems: Vec<Problem>,
}

/// A template expression that was never rendered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placeholder {
    /// The expression.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// Whether it is commented out. What it has in it, such as a link, waits to be rendered all the same.
    pub hidden: bool,
}

/// Where a secret stands, and what it looks like.
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
    /// The integrations that are none of the patterns for new ones.
    #[must_use]
    pub fn instances(&self) -> impl DoubleEndedIterator<Item = &Integration> {
        self.integrations.iter().filter(|integration| !integration.is_template)
    }

    /// The template integrations: the patterns for new ones.
    pub fn template_integrations(&self) -> impl Iterator<Item = &Integration> {
        self.integrations.iter().filter(|integration| integration.is_template)
    }

    /// Whether there is a block that was meant as an integration and cannot be read. A key that stands twice is a
    /// problem too, but stands in a block that can.
    #[must_use]
    pub fn has_unreadable_integration(&self) -> bool {
        let in_block = |place: Place| self.integrations.iter().any(|own| own.fence.span.contains(place.span));
        self.problems.iter().any(|p| p.kind == ProblemKind::Integration && !in_block(p.place))
    }

    /// The lists of history entries, whatever section they stand in.
    pub fn entry_lists(&self) -> impl Iterator<Item = &[HistoryEntry]> {
        self.history.iter().flat_map(|section| &section.lists).map(Vec::as_slice)
    }

    /// Every history entry, list by list.
    pub fn entries(&self) -> impl Iterator<Item = &HistoryEntry> {
        self.entry_lists().flatten()
    }

    /// Gives back the room that was made for more, but for terms, which few notes have: the first entry of a list
    /// makes some for four, and facts are kept for as long as the vault is.
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
    /// The facts that make the note part of the documentation of a system; empty for most notes.
    #[must_use]
    pub fn system(&self) -> &SystemFacts {
        self.system.as_deref().unwrap_or(&NO_FACTS)
    }

    /// Whether the note is part of the documentation of a system at all.
    #[must_use]
    pub const fn has_system(&self) -> bool {
        self.system.is_some()
    }

    /// The text of a name.
    #[must_use]
    pub fn text(&self, name: Pooled) -> &str {
        self.pool.get(name)
    }

    /// The heading that begins last at or before an offset.
    #[must_use]
    pub fn heading_before(&self, offset: u32) -> Option<&HeadingFact> {
        let after = self.headings.partition_point(|heading| heading.span.start <= offset);
        self.headings.get(after.checked_sub(1)?)
    }

    /// Lets go of all links but these, of mentions and of tags.
    pub fn keep_links(&mut self, kept: &[bool]) {
        let mut links = Vec::with_capacity(kept.iter().filter(|kept| **kept).count());
        links.extend(self.links.iter().zip(kept).filter(|(_, kept)| **kept).map(|(link, _)| *link));
        self.links = links.into();
        (self.mentions, self.tags) = (Box::default(), Box::default());
    }

    /// Lets go of headings and block ids. The title stays, unless the name of the file says the same: most notes
    /// have such a title. What is left takes no more room than it needs.
    pub fn forget_anchors(&mut self, name: &str) {
        let said = self.title.is_some_and(|title| self.text(title) == name);
        (self.headings, self.block_ids) = (Box::default(), Box::default());
        self.title = self.title.filter(|_| !said);
        self.pack();
    }

    /// Lets go of texts that nothing names any more.
    fn pack(&mut self) {
        let old = std::mem::take(&mut self.pool);
        // Asking for memory once and giving some back is cheaper than to ask again for each few texts.
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

    /// Whether the file could be read as text at all.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.system().problems.iter().all(|p| p.kind != ProblemKind::Encoding)
    }

    /// Whether nothing could be read out of the file: it is no text, nests too deep, or is no canvas where it has the
    /// name of one.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        let unread =
            |kind| matches!(kind, ProblemKind::Encoding | ProblemKind::Nesting | ProblemKind::Canvas);
        self.system().problems.iter().any(|p| unread(p.kind))
    }
}
