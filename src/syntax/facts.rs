//! The facts of a note: everything that portolan reads out of it, in one pass.
//!
//! [`read`] is a pure function of the bytes of a note and of how notes are read ([`Reading`]). It
//! asks no disk, no clock and no other note, never fails and never panics; what it could not
//! understand is a fact too ([`Problem`]). Facts are serialisable, so they can be kept.
//!
//! Secrets are masked before anything else is read: no fact can hold one.

use serde::{Deserialize, Serialize};

use super::board::{self, Board, MarkerProblem};
use super::canvas;
use super::conflict;
use super::diagram::{self, Diagram};
use super::frontmatter;
use super::header::{self, Header, keys};
use super::history::{self, HistoryEntry, HistorySection};
use super::integration::{self, Integration};
use super::link::{self, RawLink};
use super::log_template::{self, LogTemplate};
use super::markdown;
use super::metric::{self, Metric};
use super::placeholder;
use super::properties::{self, Property, is_key};
use super::reading::Reading;
use super::secret::{self, Secret, SecretShape};
use super::silencer::{self, Silencer};
use super::source::Source;
use super::vocabulary::{self, Terms};
use crate::text::place::{LineIndex, Place};
use crate::text::pool::{Pool, Pooled};
use crate::text::span::Span;

mod problem;

pub(crate) use self::problem::subject;
pub use self::problem::{Problem, ProblemKind};

/// The facts of one note.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The texts of the facts below.
    pub pool: Pool,
    /// The first heading of level 1, if there is one.
    pub title: Option<Pooled>,
    /// Headings in the order of the note.
    pub headings: Box<[HeadingFact]>,
    /// Links of the properties, then of the text.
    pub links: Box<[RawLink]>,
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
    /// The 1-based line of the first marker of a merge conflict. What else was read of the note may be
    /// neither side's then.
    pub conflict: Option<u32>,
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

    /// Lets go of all links but these, and of tags.
    pub fn keep_links(&mut self, kept: &[bool]) {
        let mut links = Vec::with_capacity(kept.iter().filter(|kept| **kept).count());
        links.extend(self.links.iter().zip(kept).filter(|(_, kept)| **kept).map(|(link, _)| *link));
        self.links = links.into();
        self.tags = Box::default();
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
        for link in &mut self.links {
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

/// Reads the facts of a note from the bytes of its file.
///
/// ```
/// use portolan::syntax::{facts, reading::Reading};
/// let note = facts::read(b"# Gateway\n\nSee [[Queue#Limits|the queue]].\n", &Reading::default());
/// let link = note.links[0];
/// assert_eq!(note.text(link.path), "Queue");
/// assert_eq!((link.place.line, link.place.column), (3, 5));
/// ```
#[must_use]
pub fn read(bytes: &[u8], reading: &Reading) -> Facts {
    match std::str::from_utf8(bytes) {
        Ok(text) => read_text(text, reading),
        Err(error) => not_utf8(bytes, error.valid_up_to()),
    }
}

/// Reads the facts of a canvas from the bytes of its file: its links, and whether it could be read.
#[must_use]
pub fn read_canvas(bytes: &[u8]) -> Facts {
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let secrets = secret::scan(text);
            let text = secret::mask(text, &secrets);
            let mut facts = Facts::default();
            let problems = canvas::read(&text, &mut facts);
            let secrets = secret_facts(&LineIndex::new(&text), secrets, Vec::new());
            if !(problems.is_empty() && secrets.is_empty()) {
                facts.system = Some(Box::new(SystemFacts { secrets, problems, ..SystemFacts::default() }));
            }
            facts
        }
        Err(error) => not_utf8(bytes, error.valid_up_to()),
    }
}

/// The text of a note as it may be shown: known secrets masked, every byte in its place.
#[must_use]
pub fn masked<'t>(text: &'t str, facts: &Facts) -> std::borrow::Cow<'t, str> {
    let secrets = &facts.system().secrets;
    if secrets.is_empty() {
        return std::borrow::Cow::Borrowed(text);
    }
    let spans: Vec<Secret> = secrets.iter().map(|s| Secret { span: s.place.span, shape: s.shape }).collect();
    std::borrow::Cow::Owned(secret::mask(text, &spans))
}

fn not_utf8(bytes: &[u8], at: usize) -> Facts {
    let valid = std::str::from_utf8(&bytes[..at]).unwrap_or_default();
    let place = LineIndex::new(valid).place(Span::at(at));
    let message = format!("byte 0x{:02X} is not UTF-8", bytes.get(at).copied().unwrap_or_default());
    only(Problem { kind: ProblemKind::Encoding, message, subject: String::new(), place }, Vec::new())
}

/// What is known of a note that was not read: why, and where not to show it.
fn only(problem: Problem, secrets: Vec<SecretFact>) -> Facts {
    let system = SystemFacts { secrets, problems: vec![problem], ..SystemFacts::default() };
    Facts { system: Some(Box::new(system)), ..Facts::default() }
}

fn read_text(text: &str, reading: &Reading) -> Facts {
    let secrets = secret::scan(text);
    if secrets.is_empty() {
        return read_masked(text, reading, Vec::new());
    }
    read_masked(&secret::mask(text, &secrets), reading, secrets)
}

fn read_masked(text: &str, reading: &Reading, secrets: Vec<Secret>) -> Facts {
    let cut = frontmatter::cut(text);
    let lines = LineIndex::new(text);
    let outline = markdown::outline(text, cut.body);
    if let Some(line) = outline.too_deep {
        let message = "blocks nest more than 1,000 deep; the note was not read".to_owned();
        let problem =
            Problem { kind: ProblemKind::Nesting, message, subject: String::new(), place: lines.place(line) };
        return only(problem, secret_facts(&lines, secrets, Vec::new()));
    }
    let (properties, yaml_problems) = cut.yaml.map(|yaml| properties::read(text, yaml)).unwrap_or_default();
    let (boards, marker_problems) =
        if outline.comments.is_empty() { Default::default() } else { board::read(&outline, &lines) };
    let source = Source::new(&lines, &outline, reading, boards.iter().map(|b| b.body).collect());

    let mut facts = Facts::default();
    names(&source, &properties, &mut facts);
    let mut system = SystemFacts { boards, marker_problems, ..SystemFacts::default() };
    system.conflict = conflict::first_in(text, &outline);
    let mut note_problem = |kind, message, subject: Option<String>, span: Span| {
        let subject = subject.unwrap_or_else(|| self::subject(&lines, span.start));
        system.problems.push(Problem { kind, message, subject, place: lines.place(span) });
    };
    for problem in yaml_problems {
        note_problem(ProblemKind::Properties, problem.message, None, problem.span);
    }
    let found = integration::read(&source, &secrets);
    for problem in found.problems {
        // Its line may hold a credential.
        note_problem(ProblemKind::Integration, problem.message, Some(problem.subject), problem.span);
    }
    let (templates, template_problems) = log_template::read(&source);
    for problem in template_problems {
        note_problem(ProblemKind::LogTemplate, problem.message, None, problem.span);
    }
    system.templates = templates;
    system.integrations = found.integrations;
    system.header = header::read(&source, &properties, cut.yaml);
    system.history = history::read(&source);
    system.diagrams = diagram::read(&source);
    system.metrics = metric::read(&source);
    if source.has_sections() {
        system.terms = vocabulary::read(&source);
    }
    system.silencers = silencer::read(&source);
    system.placeholders = placeholders(&source, cut.body, &properties, system.header.as_ref());
    system.secrets = secret_facts(&lines, secrets, found.secrets);
    if system != SystemFacts::default() {
        system.fit();
        facts.system = Some(Box::new(system));
    }
    facts
}

/// Links, headings, ids, tags and aliases: what other notes may ask for.
fn names(source: &Source<'_>, properties: &[Property], facts: &mut Facts) {
    let (text, outline) = (source.text, source.outline);
    let count = outline.links.len() + outline.headings.len();
    let mut pool = Pool::with_capacity(16 + 32 * count);
    facts.links = link::read(source, properties, &mut pool).into();
    let mut places = source.lines.cursor();
    facts.headings = outline
        .headings
        .iter()
        .filter(|heading| !source.is_generated(heading.span))
        .map(|heading| HeadingFact {
            level: heading.level,
            text: pool.add(heading.text.of(text)),
            line: places.line(heading.span.start),
            span: heading.span,
        })
        .collect();
    facts.title = facts.headings.iter().find(|h| h.level == 1).map(|h| h.text);
    let ids = outline.block_ids.iter().chain(&outline.quoted_ids);
    facts.block_ids = ids.map(|id| pool.add(id.of(text))).collect();
    facts.aliases = list_property(properties, "aliases").map(|alias| pool.add(alias)).collect();
    facts.tags = tags(source, properties).into_iter().map(|tag| pool.add(tag)).collect();
    facts.is_drawing = properties.iter().any(|own| own.key.eq_ignore_ascii_case("excalidraw-plugin"));
    pool.shrink();
    facts.pool = pool;
}

/// The texts of a property that is a list, or one text.
fn list_property<'p>(properties: &'p [Property], key: &'static str) -> impl Iterator<Item = &'p str> {
    let scalars = properties.iter().filter(move |p| is_key(&p.key, key)).flat_map(|p| p.value.scalars());
    scalars.map(|scalar| scalar.text.trim()).filter(|text| !text.is_empty())
}

fn tags<'a>(source: &Source<'a>, properties: &'a [Property]) -> Vec<&'a str> {
    let listed = list_property(properties, "tags").map(|tag| tag.trim_start_matches('#'));
    // `tags: a, b` was a list once and is none in recent versions.
    let listed = listed.filter(|tag| !tag.contains([',', ' ']));
    let written = source.outline.tags.iter().filter(|tag| !source.is_generated(**tag));
    let mut tags: Vec<&str> = listed.chain(written.map(|tag| tag.of(source.text))).collect();
    // Most notes have a handful.
    if tags.len() > 8 {
        // The map of the standard library spends more on a tag than the parser did.
        let mut seen = hashbrown::HashSet::with_capacity(tags.len());
        tags.retain(|tag| seen.insert(*tag));
    } else {
        for at in (1..tags.len()).rev() {
            if tags[..at].contains(&tags[at]) {
                tags.remove(at);
            }
        }
    }
    tags
}

/// Expressions in the text outside of code, in the properties that are header fields, and commands of Templater in
/// any: braces may stand in a text of a property as they are.
fn placeholders(
    source: &Source<'_>,
    body: usize,
    properties: &[Property],
    header: Option<&Header>,
) -> Vec<Placeholder> {
    let mut found = Vec::new();
    for field in header.iter().flat_map(|h| &h.fields).filter(|field| field.property) {
        for span in placeholder::find_all(&field.value) {
            found.push(Placeholder { text: span.of(&field.value).to_owned(), place: field.place });
        }
    }
    if source.text.get(..body).is_some_and(|yaml| memchr::memchr(b'<', yaml.as_bytes()).is_some()) {
        let is_field = |own: &Property| keys::ALL.iter().any(|key| is_key(&own.key, key));
        let others = properties.iter().filter(|own| header.is_none() || !is_field(own));
        commands(source, others, &mut found);
    }
    for span in placeholder::find_all(source.text.get(body..).unwrap_or("")) {
        let span = span.shifted(body);
        if !source.outline.is_opaque(span.start) && !source.is_generated(span) {
            found.push(Placeholder { text: span.of(source.text).to_owned(), place: source.place(span) });
        }
    }
    found
}

/// Commands of Templater in the values of properties.
fn commands<'p>(
    source: &Source<'_>,
    properties: impl Iterator<Item = &'p Property>,
    found: &mut Vec<Placeholder>,
) {
    for value in properties.flat_map(|own| own.value.scalars()) {
        for span in placeholder::find_all(value.span.of(source.text)) {
            let span = span.shifted(value.span.start as usize);
            if span.of(source.text).starts_with("<%") {
                let text = span.of(source.text).to_owned();
                found.push(Placeholder { text, place: source.place(span) });
            }
        }
    }
}

fn secret_facts(lines: &LineIndex<'_>, known: Vec<Secret>, credentials: Vec<Secret>) -> Vec<SecretFact> {
    let mut all = known;
    // A credential that is also a known token is one secret, as long as the longer of the two.
    all.extend(credentials.into_iter().filter(|c| !c.span.is_empty()));
    secret::join(all).into_iter().map(|s| SecretFact { shape: s.shape, place: lines.place(s.span) }).collect()
}
