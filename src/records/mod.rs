//! Floor 6: the JSON contract's records of what a vault holds, one struct a kind, and how each is made.
//!
//! `list` prints them, and templates of boards are filled in with them: whoever knows the one knows the
//! other.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::integration::{View, to_value};
use crate::model::level::Status;
use crate::model::metric::judged;
use crate::model::quantity::{Quantity, Target};
use crate::syntax::header::{HeaderField, keys};
use crate::syntax::link::{LinkKind, RawLink, shown_in_properties};
use crate::syntax::title_form::Forms;
use crate::systems::members;
use crate::text::span::Span;
use crate::vault::fragment::Fragment;
use crate::vault::names::Resolution;
use crate::vault::{Note, Vault};

pub mod diagrams;
pub mod systems;

/// A status and its level.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatusRecord {
    /// As written.
    pub text: String,
    /// `ok`, `warning`, `critical` or `unknown`.
    #[schemars(extend("enum" = ["ok", "warning", "critical", "unknown"]))]
    pub level: String,
}

impl From<Status> for StatusRecord {
    fn from(status: Status) -> Self {
        Self { text: status.text, level: status.level.name().to_owned() }
    }
}

/// A note.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NoteRecord {
    /// Relative to the vault.
    pub path: String,
    /// The first heading of level 1, or the name of the file.
    pub title: String,
    /// Null for a note without a header.
    pub header: Option<HeaderRecord>,
    /// In the order of the note.
    pub headings: Vec<HeadingRecord>,
    /// Without `#`, each once.
    pub tags: Vec<String>,
    /// As written.
    pub aliases: Vec<String>,
    /// Whether it is a pattern for other notes.
    pub is_template: bool,
}

/// The header of a note.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HeaderRecord {
    /// How the note's subject is doing.
    pub status: Option<StatusRecord>,
    /// As written.
    pub version: Option<String>,
    /// As written.
    pub created: Option<String>,
    /// As written.
    pub last_modified: Option<String>,
    /// As written.
    pub context_layer: Option<String>,
    /// Further fields of the list.
    pub extra: BTreeMap<String, String>,
}

/// A heading.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HeadingRecord {
    /// 1 to 6.
    pub level: u8,
    /// As written.
    pub text: String,
    /// The 1-based line.
    pub line: u32,
}

/// Every note.
#[must_use]
pub fn notes(vault: &Vault) -> Vec<NoteRecord> {
    notes_of(vault, vault.notes().map(|(_, note)| note))
}

/// Some notes.
#[must_use]
pub fn notes_of<'v>(vault: &Vault, notes: impl Iterator<Item = &'v Note>) -> Vec<NoteRecord> {
    let record = |note: &Note| {
        let facts = &note.facts;
        let texts =
            |names: &[crate::text::pool::Pooled]| names.iter().map(|n| facts.text(*n).to_owned()).collect();
        NoteRecord {
            path: note.path.clone(),
            title: note.title().to_owned(),
            header: facts.system().header.as_ref().map(|header| {
                let value = |key: &str| header.get(key).map(|f| f.value.clone());
                let further = |f: &&HeaderField| !keys::ALL.contains(&f.key.as_str());
                HeaderRecord {
                    status: value(keys::STATUS).map(|text| vault.vocabulary().status(&text).into()),
                    version: value(keys::VERSION),
                    created: value(keys::CREATED),
                    last_modified: value(keys::LAST_MODIFIED),
                    context_layer: value(keys::CONTEXT_LAYER),
                    extra: header
                        .fields
                        .iter()
                        .filter(further)
                        .map(|f| (f.name.clone(), f.value.clone()))
                        .collect(),
                }
            }),
            headings: facts
                .headings
                .iter()
                .map(|h| HeadingRecord { level: h.level, text: facts.text(h.text).to_owned(), line: h.line })
                .collect(),
            tags: texts(&facts.tags),
            aliases: texts(&facts.aliases),
            is_template: note.is_template(),
        }
    };
    notes.map(record).collect()
}

/// A link.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LinkRecord {
    /// The note or canvas that it stands in.
    pub note: String,
    /// The 1-based line; may be null in a canvas.
    pub line: Option<u32>,
    /// The 1-based column, in Unicode scalar values.
    pub column: Option<u32>,
    /// `[start, end)` in bytes of the file.
    pub span: Option<[u32; 2]>,
    /// As written.
    pub raw: String,
    /// `wikilink`, `embed`, `markdown`, `frontmatter` or `canvas`.
    #[schemars(extend("enum" = ["wikilink", "embed", "markdown", "frontmatter", "canvas"]))]
    pub kind: String,
    /// The file that it leads to; null where it leads nowhere.
    pub target: Option<String>,
    /// What it names inside its target.
    pub fragment: Option<FragmentRecord>,
    /// Whether the target has that; null where there is nothing to have.
    pub fragment_ok: Option<bool>,
    /// What it shows instead of its target.
    pub display: Option<String>,
}

/// What a link names inside its target.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FragmentRecord {
    /// A heading, below others.
    Heading(Vec<String>),
    /// A block id.
    Block(String),
}

/// Every link, of notes and canvases, in the order of paths.
#[must_use]
pub fn links(vault: &Vault) -> Vec<LinkRecord> {
    links_where(vault, |_, _| true)
}

/// The same without those that boards hold: what a board shows must not rest on what boards show.
#[must_use]
pub fn links_outside_boards(vault: &Vault) -> Vec<LinkRecord> {
    links_where(vault, |link, _| !link.generated)
}

/// The links of which something is true, with where they lead.
#[must_use]
pub fn links_where(vault: &Vault, wanted: impl Fn(&RawLink, Resolution<'_>) -> bool) -> Vec<LinkRecord> {
    let mut records = Vec::new();
    for (id, note) in vault.with_links() {
        let found = note.facts.links.iter().map(|link| (link, vault.resolve(note, link)));
        let found: Vec<_> = found.filter(|(link, resolution)| wanted(link, *resolution)).collect();
        if found.is_empty() {
            continue;
        }
        let text = vault.shown_text(id).unwrap_or_default();
        let properties = OnceCell::new();
        for (link, resolution) in found {
            let target = resolution.file();
            let fragment = Vault::fragment(note, link);
            records.push(LinkRecord {
                note: note.path.clone(),
                line: Some(link.place.line),
                column: Some(link.place.column),
                span: Some(span(link.place.span)),
                raw: link.place.span.of(&text).to_owned(),
                kind: link.kind.name().to_owned(),
                target: target.map(|file| vault.names().path(file).to_owned()),
                fragment_ok: target.and_then(|file| vault.fragment_ok(file, fragment.as_ref())),
                fragment: fragment.and_then(|f| match f {
                    Fragment::Heading(parts) => Some(FragmentRecord::Heading(parts)),
                    Fragment::Block(id) => Some(FragmentRecord::Block(id)),
                    Fragment::Footnote => None,
                }),
                display: shown(link, &text, &properties),
            });
        }
    }
    records
}

/// What a link shows: in a canvas the escapes of JSON are read, and in properties those of YAML. For these the
/// properties of the note are read anew, once, and only where a link has some.
fn shown(link: &RawLink, text: &str, properties: &OnceCell<HashMap<Span, String>>) -> Option<String> {
    let written = link.display().map(|display| display.of(text));
    let read = match (link.kind, written) {
        (LinkKind::Canvas, Some(written)) => serde_json::from_str(&format!("\"{written}\"")).ok(),
        (LinkKind::Frontmatter, None) if link.path_span().is_none() => {
            properties.get_or_init(|| shown_in_properties(text)).get(&link.place.span).cloned()
        }
        _ => None,
    };
    read.or_else(|| written.map(str::to_owned))
}

const fn span(span: Span) -> [u32; 2] {
    [span.start, span.end]
}

/// An integration.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IntegrationRecord {
    /// The note that it stands in.
    pub note: String,
    /// The 1-based line of its object.
    pub line: u32,
    /// Its object, in bytes of the file.
    pub span: [u32; 2],
    /// `instance` or `template`.
    #[schemars(extend("enum" = ["instance", "template"]))]
    pub kind: String,
    /// As written.
    pub name: Option<String>,
    /// As written.
    #[serde(rename = "type")]
    pub integration_type: Option<String>,
    /// As written.
    pub version: Option<String>,
    /// As written.
    pub endpoint: Option<String>,
    /// How it authenticates.
    pub auth: AuthRecord,
    /// How it is used.
    pub config: ConfigRecord,
    /// Further keys.
    pub extra: BTreeMap<String, serde_json::Value>,
    /// The headings above its type in the vault's categories.
    pub category: Option<Vec<String>>,
    /// Its own status, or that of its note.
    pub status: Option<StatusRecord>,
}

/// How an integration authenticates.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuthRecord {
    /// As written.
    #[serde(rename = "type")]
    pub auth_type: Option<String>,
    /// A reference as written, or `<redacted>`.
    pub credentials: Option<String>,
}

/// How an integration is used.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConfigRecord {
    /// As written.
    pub timeout: Option<String>,
    /// As written.
    pub retry: Option<String>,
    /// As written.
    #[serde(rename = "rateLimit")]
    pub rate_limit: Option<String>,
}

/// Every integration.
#[must_use]
pub fn integrations(vault: &Vault) -> Vec<IntegrationRecord> {
    const KNOWN: [&str; 7] = ["name", "type", "version", "endpoint", "auth", "config", "status"];
    let mut records = Vec::new();
    for (_, note) in vault.system_notes() {
        for integration in &note.facts.system().integrations {
            let view = View(integration);
            let text = |path: &[&str]| view.text(path).map(str::to_owned);
            let category = view.text(&["type"]).and_then(|t| vault.vocabulary().category(t));
            let status = members::integration_status(note, integration);
            records.push(IntegrationRecord {
                note: note.path.clone(),
                line: integration.json.place.line,
                span: span(integration.json.place.span),
                kind: if integration.is_template { "template" } else { "instance" }.to_owned(),
                name: text(&["name"]),
                integration_type: text(&["type"]),
                version: text(&["version"]),
                endpoint: text(&["endpoint"]),
                auth: AuthRecord {
                    auth_type: text(&["auth", "type"]),
                    credentials: view.credentials().map(str::to_owned),
                },
                config: ConfigRecord {
                    timeout: text(&["config", "timeout"]),
                    retry: text(&["config", "retry"]),
                    rate_limit: text(&["config", "rateLimit"]),
                },
                extra: integration
                    .json
                    .members()
                    .iter()
                    .filter(|m| !KNOWN.contains(&m.key.as_str()))
                    .map(|m| (m.key.clone(), to_value(&m.value)))
                    .collect(),
                category: category.map(|path| path.iter().map(ToString::to_string).collect()),
                status: status.map(|(text, _)| vault.vocabulary().status(text).into()),
            });
        }
    }
    records
}

/// A history entry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HistoryRecord {
    /// The note that it stands in.
    pub note: String,
    /// The 1-based line.
    pub line: u32,
    /// The entry with its details, in bytes of the file.
    pub span: [u32; 2],
    /// As written.
    pub timestamp: String,
    /// Local wall time without offset, that of a day without a time its beginning; null where there is no such time.
    pub time: Option<String>,
    /// Without `v`.
    pub version: Option<String>,
    /// Without a changelog tag.
    pub title: String,
    /// The texts of its nested items.
    pub details: Vec<String>,
    /// The changelog tag, as `changelog`.
    pub extra: BTreeMap<String, String>,
    /// The label of the note's log template that it has the form of.
    pub template: Option<String>,
}

/// Every history entry.
#[must_use]
pub fn history(vault: &Vault) -> Vec<HistoryRecord> {
    let mut records = Vec::new();
    for (_, note) in vault.system_notes() {
        let system = note.facts.system();
        let forms = Forms::of(system.templates.iter().map(|template| &template.title));
        for entry in system.entries() {
            let template = forms.first(entry.title()).and_then(|at| system.templates.get(at));
            records.push(HistoryRecord {
                note: note.path.clone(),
                line: entry.place.line,
                span: span(entry.span),
                timestamp: entry.timestamp().to_owned(),
                time: entry.stamp.map(crate::text::stamp::Stamp::iso),
                version: entry.version().map(str::to_owned),
                title: entry.title().to_owned(),
                details: entry.details().map(str::to_owned).collect(),
                extra: entry
                    .changelog()
                    .map(|tag| ("changelog".to_owned(), tag.to_owned()))
                    .into_iter()
                    .collect(),
                template: template.map(|t| t.label.clone()),
            });
        }
    }
    records
}

/// A log template.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TemplateRecord {
    /// The note that it stands in.
    pub note: String,
    /// The 1-based line.
    pub line: u32,
    /// Its label.
    pub label: String,
    /// The format as quoted.
    pub text: String,
    /// `major`, `minor`, `patch` or null.
    #[schemars(extend("enum" = ["major", "minor", "patch", null]))]
    pub class: Option<String>,
    /// What is to be filled in.
    pub placeholders: Vec<String>,
}

/// Every log template.
#[must_use]
pub fn templates(vault: &Vault) -> Vec<TemplateRecord> {
    let all = vault
        .system_notes()
        .flat_map(|(_, note)| note.facts.system().templates.iter().map(move |t| (note, t)));
    all.map(|(note, template)| TemplateRecord {
        note: note.path.clone(),
        line: template.place.line,
        label: template.label.clone(),
        text: template.text.clone(),
        class: template.class.map(|class| class.name().to_owned()),
        placeholders: template.placeholders().into_iter().map(str::to_owned).collect(),
    })
    .collect()
}

/// A metric.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MetricRecord {
    /// The note that it stands in.
    pub note: String,
    /// The 1-based line.
    pub line: u32,
    /// What is measured.
    pub name: String,
    /// What is wanted; null where there is none, or it may be read in two ways (`> 10.000`).
    pub target: Option<TargetRecord>,
    /// What is; null where it is no figure, or may be read in two ways.
    pub current: Option<QuantityRecord>,
    /// Whether what is meets what is wanted; null where they cannot be compared.
    pub within: Option<bool>,
    /// The mark that somebody gave it.
    pub mark: Option<StatusRecord>,
}

/// What a metric is wanted to be.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TargetRecord {
    /// `<`, `<=`, `>`, `>=` or `=`.
    #[schemars(extend("enum" = ["<", "<=", ">", ">=", "="]))]
    pub op: String,
    /// The figure.
    pub value: f64,
    /// As written; empty where there is none.
    pub unit: String,
}

/// A figure with its unit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QuantityRecord {
    /// The figure.
    pub value: f64,
    /// As written; empty where there is none.
    pub unit: String,
}

/// Every metric.
#[must_use]
pub fn metrics(vault: &Vault) -> Vec<MetricRecord> {
    let all = vault.system_notes().flat_map(|(_, note)| {
        judged(&note.facts.system().metrics, vault.vocabulary()).map(move |judged| (note, judged))
    });
    all.map(|(note, (metric, within))| {
        let target = metric.target.as_ref().and_then(|cell| Target::read(&cell.text));
        let current = Quantity::read(&metric.current.text);
        MetricRecord {
            note: note.path.clone(),
            line: metric.place.line,
            name: metric.name.clone(),
            within,
            target: target.and_then(|t| {
                let value = t.quantity.meant(metric.decimal_comma)?;
                Some(TargetRecord { op: t.operator.sign().to_owned(), value, unit: t.quantity.unit })
            }),
            current: current
                .and_then(|c| Some(QuantityRecord { value: c.meant(metric.decimal_comma)?, unit: c.unit })),
            mark: metric.mark.as_ref().map(|cell| vault.vocabulary().status(&cell.text).into()),
        }
    })
    .collect()
}
