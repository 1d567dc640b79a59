//! What a rule can see: the vault, the facts that notes share, and one note at a time. What several rules
//! need is computed once.

use std::cell::OnceCell;
use std::sync::{Arc, OnceLock};

use super::offers::Offered;
use super::vault_facts::Shared;
use crate::model::finding::Finding;
use crate::model::metric::judged;
use crate::plan::board;
use crate::syntax::board::Board;
use crate::syntax::link::RawLink;
use crate::syntax::metric::Metric;
use crate::syntax::placeholder;
use crate::text::place::Place;
use crate::text::span::{Span, containing};
use crate::text::stamp::Stamp;
use crate::vault::names::Resolution;
use crate::vault::nearest::Nearest;
use crate::vault::{Note, NoteId, Vault};

/// What every rule can see.
#[derive(Debug)]
pub(super) struct Context<'v> {
    /// The vault.
    pub(super) vault: &'v Vault,
    /// The current time; `None` where the findings must not depend on it.
    pub(super) now: Option<Stamp>,
    /// The source that boards are rendered from. It has no findings until all that boards can show are known.
    boards: board::Source<'v>,
    /// The suggestions for unresolved links that are known already.
    pub(super) offered: Offered,
    /// The shared facts, where the caller knows them already.
    known: Option<&'v Shared>,
    shared: OnceLock<Shared>,
    types: OnceLock<WordList>,
    auth: OnceLock<WordList>,
    statuses: OnceLock<WordList>,
}

/// The words of one list of the vault, for finding the listed word that is nearest to another.
#[derive(Debug)]
pub(super) struct WordList {
    /// The words as the vault writes them.
    pub(super) words: Vec<String>,
    nearest: Nearest,
}

impl WordList {
    fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        Self { nearest: Nearest::new(words.iter().map(String::as_str)), words }
    }

    /// Returns the word of the list that somebody may have meant by `word`.
    pub(super) fn near(&self, word: &str) -> Option<&str> {
        self.nearest.find(word).map(|(i, _)| self.words[i].as_str())
    }
}

impl<'v> Context<'v> {
    /// Creates the context for rules that look at notes and at the vault.
    pub(super) fn new(vault: &'v Vault, now: Option<Stamp>) -> Self {
        Self::with_feed(vault, now, &[])
    }

    /// Creates the context for rules that look at boards, which show the findings of `feed`.
    pub(super) fn with_feed(vault: &'v Vault, now: Option<Stamp>, feed: &'v [Finding]) -> Self {
        let (types, auth, statuses) = Default::default();
        let offered = Offered::default();
        let boards = board::Source::new(vault, feed);
        Self { vault, now, boards, offered, known: None, shared: OnceLock::new(), types, auth, statuses }
    }

    /// Uses `known` as the shared facts, instead of gathering them.
    pub(super) fn knowing(self, known: Option<&'v Shared>) -> Self {
        Self { known, ..self }
    }

    /// Returns the types of integrations that the vault lists.
    pub(super) fn types(&self) -> &WordList {
        self.types.get_or_init(|| WordList::new(self.vault.vocabulary().types()))
    }

    /// Returns the ways to authenticate that the vault lists.
    pub(super) fn auth(&self) -> &WordList {
        self.auth.get_or_init(|| WordList::new(self.vault.vocabulary().auth_methods()))
    }

    /// Returns the status words that the vault lists.
    pub(super) fn statuses(&self) -> &WordList {
        self.statuses.get_or_init(|| WordList::new(self.vault.vocabulary().status_words()))
    }

    /// Returns the facts that notes share, and gathers them on first use.
    pub(super) fn shared(&self) -> &Shared {
        self.known.unwrap_or_else(|| self.shared.get_or_init(|| Shared::of(self.vault)))
    }
}

/// What a rule can see of one note.
pub(super) struct NoteContext<'v> {
    pub(super) context: &'v Context<'v>,
    pub(super) vault: &'v Vault,
    pub(super) id: NoteId,
    pub(super) note: &'v Note,
    links: OnceCell<Vec<(&'v RawLink, Resolution<'v>)>>,
    text: OnceCell<Option<Arc<str>>>,
    expressions: OnceCell<Vec<Span>>,
    boards: OnceCell<Vec<Result<String, String>>>,
    metrics: OnceCell<Vec<(&'v Metric, Option<bool>)>>,
}

impl<'v> NoteContext<'v> {
    pub(super) fn new(context: &'v Context<'v>, id: NoteId, note: &'v Note) -> Self {
        let (links, text, expressions, boards, metrics) = Default::default();
        Self { context, vault: context.vault, id, note, links, text, expressions, boards, metrics }
    }

    /// Returns the boards of the note, each with its rendered text or the reason why it has none. Rendering
    /// may need the notes of the whole vault, so it is done once for all rules.
    pub(super) fn boards(&self) -> impl Iterator<Item = (&'v Board, &Result<String, String>)> {
        let boards = &self.note.facts.system().boards;
        let rendered = || boards.iter().map(|board| board::render(&self.context.boards, board)).collect();
        let rendered = self.boards.get_or_init(rendered);
        boards.iter().zip(rendered)
    }

    /// Returns the metrics of the note, each with whether it meets its target. They are judged once for all rules.
    pub(super) fn metrics(&self) -> impl Iterator<Item = (&'v Metric, Option<bool>)> {
        let metrics = &self.note.facts.system().metrics;
        self.metrics.get_or_init(|| judged(metrics, self.vault.vocabulary()).collect()).iter().copied()
    }

    /// Returns the text of the note, read on first use. Facts are enough to judge it; the text is only needed
    /// for some of the things that a finding says.
    pub(super) fn text(&self) -> Option<&str> {
        self.text.get_or_init(|| self.vault.text(self.id)).as_deref()
    }

    /// Whether a place in a template note is inside an expression, so that what is wrong there will be
    /// replaced when the template is used.
    pub(super) fn is_yet_to_come(&self, place: Place) -> bool {
        let written = || self.text().map(|text| placeholder::find_all(text).collect()).unwrap_or_default();
        self.note.is_template()
            && containing(self.expressions.get_or_init(written), place.span.start).is_some()
    }

    /// Returns the links of the note with their targets, resolved once for all rules. Links inside unrendered
    /// expressions are left out: `placeholder-unrendered` reports those.
    pub(super) fn links(&self) -> &[(&'v RawLink, Resolution<'v>)] {
        self.links.get_or_init(|| {
            let facts = &self.note.facts;
            let mut unrendered: Vec<Span> =
                facts.system().placeholders.iter().map(|placeholder| placeholder.place.span).collect();
            unrendered.sort_unstable();
            let links =
                facts.links.iter().filter(|link| containing(&unrendered, link.place.span.start).is_none());
            links.map(|link| (link, self.vault.resolve(self.note, link))).collect()
        })
    }
}
