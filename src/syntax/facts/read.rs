//! Reads the facts of a note: calls each extractor once, all on the same outline.

use std::borrow::Cow;

use super::placeholders::placeholders;
use super::{Facts, HeadingFact, Problem, ProblemKind, SecretFact, SystemFacts, subject};
use crate::syntax::properties::{self, Property, is_key};
use crate::syntax::reading::{Reading, Section};
use crate::syntax::secret::{self, Secret};
use crate::syntax::source::Source;
use crate::syntax::{
    board, canvas, conflict, diagram, frontmatter, header, history, integration, link, log_template,
    markdown, metric, silencer, vocabulary,
};
use crate::text::place::LineIndex;
use crate::text::pool::Pool;
use crate::text::span::Span;

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

/// Reads the facts of a canvas from the bytes of its file: its links and its problems.
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

/// Returns the text of a note with its secrets masked, so that it may be shown. Every byte keeps its place.
#[must_use]
pub fn masked<'t>(text: &'t str, facts: &Facts) -> Cow<'t, str> {
    let secrets = &facts.system().secrets;
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let spans: Vec<Secret> = secrets.iter().map(|s| Secret { span: s.place.span, shape: s.shape }).collect();
    Cow::Owned(secret::mask(text, &spans))
}

fn not_utf8(bytes: &[u8], at: usize) -> Facts {
    let valid = std::str::from_utf8(&bytes[..at]).unwrap_or_default();
    let place = LineIndex::new(valid).place(Span::at(at));
    let message = format!("byte 0x{:02X} is not UTF-8", bytes.get(at).copied().unwrap_or_default());
    only(Problem { kind: ProblemKind::Encoding, message, subject: String::new(), place }, Vec::new())
}

/// Returns the facts of a note that was not read: the problem, and the secrets that must not be shown.
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
        // The subject is given, because the line of the problem may hold a credential.
        note_problem(ProblemKind::Integration, problem.message, Some(problem.subject), problem.span);
    }
    let (templates, template_problems) = log_template::read(&source);
    for problem in template_problems {
        note_problem(ProblemKind::LogTemplate, problem.message, None, problem.span);
    }
    system.templates = templates;
    system.integrations = found.integrations;
    let (header, header_text) = header::read(&source, &properties, cut.yaml);
    system.header = header;
    system.history = history::read(&source, system.header.as_ref());
    system.diagrams = diagram::read(&source);
    system.metrics = metric::read(&source, header_text);
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

/// Reads what other notes may refer to: links, headings, ids, tags and aliases.
fn names(source: &Source<'_>, properties: &[Property], facts: &mut Facts) {
    let (text, outline) = (source.text, source.outline);
    let count = outline.links.len() + outline.headings.len();
    let mut pool = Pool::with_capacity(16 + 32 * count);
    let named = link::read(source, properties, &mut pool);
    (facts.links, facts.mentions) = (named.links.into(), named.mentions.into());
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
    // In a note whose file name is its title, sections may be headings of level 1.
    let is_section =
        |h: &HeadingFact| source.reading.section(pool.get(h.text)).is_some_and(Section::is_of_its_note);
    let is_title = |h: &&HeadingFact| h.level == 1 && !is_section(h);
    facts.title = facts.headings.iter().find(is_title).map(|h| h.text);
    let ids = outline.block_ids.iter().chain(&outline.quoted_ids);
    facts.block_ids = ids.map(|id| pool.add(id.of(text))).collect();
    facts.aliases = list_property(properties, "aliases").map(|alias| pool.add(alias)).collect();
    facts.tags = tags(source, properties).into_iter().map(|tag| pool.add(tag)).collect();
    facts.is_drawing = properties.iter().any(|own| own.key.eq_ignore_ascii_case("excalidraw-plugin"));
    pool.shrink();
    facts.pool = pool;
}

/// Returns the texts of a property that is a list or a single text.
fn list_property<'p>(properties: &'p [Property], key: &'static str) -> impl Iterator<Item = &'p str> {
    let scalars = properties.iter().filter(move |p| is_key(&p.key, key)).flat_map(|p| p.value.scalars());
    scalars.map(|scalar| scalar.text.trim()).filter(|text| !text.is_empty())
}

fn tags<'a>(source: &Source<'a>, properties: &'a [Property]) -> Vec<&'a str> {
    let listed = list_property(properties, "tags").map(|tag| tag.trim_start_matches('#'));
    // `tags: a, b` used to be a list, but recent versions of Obsidian do not split it.
    let listed = listed.filter(|tag| !tag.contains([',', ' ']));
    let written = source.outline.tags.iter().filter(|tag| !source.is_generated(**tag));
    let mut tags: Vec<&str> = listed.chain(written.map(|tag| tag.of(source.text))).collect();
    // Most notes have a handful of tags.
    if tags.len() > 8 {
        // With the hash map of the standard library, this would cost more per tag than the parser does.
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

fn secret_facts(lines: &LineIndex<'_>, known: Vec<Secret>, credentials: Vec<Secret>) -> Vec<SecretFact> {
    let mut all = known;
    // A credential that is also a known token counts as one secret, with the longer span of the two.
    all.extend(credentials.into_iter().filter(|c| !c.span.is_empty()));
    secret::join(all).into_iter().map(|s| SecretFact { shape: s.shape, place: lines.place(s.span) }).collect()
}
