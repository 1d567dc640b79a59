//! portolan keeps an Obsidian-style vault of system documentation true.
//!
//! It reads every note of a vault into one model (integrations, diagrams, change logs, status, links),
//! says where the notes contradict each other or the facts, and writes the status boards and the
//! modification history back into the notes, without touching a byte that is not its own.
//!
//! # The way of a note
//!
//! bytes → [`syntax::facts::read`] (one pass of the Markdown parser, then an extractor for each
//! notation) → [`vault::Vault`] (facts of all notes, names, vocabulary) → [`rules::run`] (findings) and
//! [`plan`] (edits) → [`report`] (text) and [`write`](mod@write) (disk).
//!
//! ```
//! use portolan::{config::Config, rules, vault::Vault};
//!
//! let vault = Vault::of_texts(Config::default(), &[
//!     ("Gateway.md", "See [[Queue#Limits]] and [[Quue]].\n"),
//!     ("Queue.md", "# Limits\n"),
//! ]);
//! let findings = rules::run(&vault, None);
//! assert_eq!(findings.len(), 1);
//! assert_eq!(findings[0].rule, "link-unresolved");
//! assert_eq!(findings[0].place.map(|p| (p.line, p.column)), Some((1, 26)));
//! ```
//!
//! A vault on disk is read with its own settings: see [`setup`], and `examples/check.rs` for a whole program.
//!
//! # Floors
//!
//! A module uses lower floors only, and none on its own; `tests/tidy.rs` reads the imports and fails on any other.
//!
//! | floor | modules | what it must not do |
//! | --- | --- | --- |
//! | 0 | [`text`] | know Markdown |
//! | 1 | [`syntax`], beside it [`error`] | do I/O, fail, know other notes; only `syntax::markdown` names pulldown-cmark |
//! | 2 | [`model`] | do I/O, know paths of a disk |
//! | 3 | [`config`] | read a file: the text of one comes in |
//! | 4 | [`vault`] | judge; it is the only reader of notes, and a snapshot that [`rules::verdict`] alone brings up to date; only `vault::git` asks git what it has |
//! | 5 | [`systems`] | judge |
//! | 6 | [`records`], [`difference`] | judge |
//! | 7 | [`plan`] | do I/O; equal text is no edit |
//! | 8 | [`rules`] | do I/O, print, format |
//! | 9 | [`report`], [`write`](mod@write), [`watch`], [`setup`] | decide; `write` is the only writer |
//! | 10 | [`args`] | do what they ask for |
//! | 11 | [`commands`] | know Markdown; the only place that prints, and that asks the clock for a verdict |
//! | 12 | `main` | anything but arguments in, exit status out |
//!
//! What would be expensive to change later: the identity of a finding ([`model::finding::Finding::fingerprint`]
//! is made of rule, note and subject, never of lines), the facts as a pure function of a note's bytes,
//! and the one place where secrets are masked (in [`syntax::facts`], before anything else is read).

pub mod text {
    //! Floor 0: bytes, places and edits. Knows nothing of Markdown.
    pub mod digest;
    pub mod edit;
    pub mod few;
    pub(crate) mod figure;
    pub mod fold;
    #[cfg(test)]
    pub(crate) mod growth;
    pub mod joined;
    pub mod marks;
    pub mod moment;
    pub mod near;
    pub(crate) mod number;
    pub mod path;
    pub mod place;
    pub mod pool;
    pub mod seal;
    pub mod shell;
    pub mod span;
    pub mod stamp;
    pub(crate) mod unit;
    pub mod visible;
}

pub mod error;

pub mod syntax {
    //! Floor 1: one file a notation. Text goes in; what was understood comes out, with a list of what
    //! was not.
    pub mod board;
    pub mod canvas;
    pub(crate) mod commented;
    pub mod conflict;
    pub mod diagram;
    pub mod facts;
    pub(crate) mod field;
    pub mod frontmatter;
    pub mod header;
    pub mod history;
    pub mod integration;
    pub mod json;
    pub mod link;
    pub mod log_template;
    pub mod markdown;
    pub mod mermaid;
    pub mod metric;
    pub mod outline;
    pub mod placeholder;
    pub mod properties;
    pub mod reading;
    pub mod secret;
    pub mod silencer;
    pub(crate) mod source;
    pub mod status;
    pub(crate) mod term;
    pub(crate) mod title_form;
    pub mod uri;
    pub mod vocabulary;
}

pub mod model {
    //! Floor 2: what the facts of notes mean.
    pub mod chronology;
    pub mod duration;
    pub mod finding;
    pub mod integration;
    pub mod level;
    pub mod measure;
    pub mod metric;
    pub mod quantity;
    pub mod transport;
    mod unit;
    pub mod version;
    pub mod vocabulary;
}

pub mod config;
pub mod vault;

pub mod records;
pub mod systems;

pub mod difference;

pub mod plan {
    //! Floor 7: planners. Pure: a vault goes in, edits come out.
    pub mod board;
    pub mod conflict;
    pub mod entry;
    pub mod escape;
    pub mod filename;
    pub mod fix;
    pub mod header;
    pub mod history;
    pub mod new_history;
    pub mod new_integration;
    pub mod obstacle;
    pub mod record;
    pub mod rename;
    pub mod sync;
    pub mod template;
    mod value;
}

pub mod rules;

pub mod report;
pub mod setup;
pub mod watch;
pub mod write;

pub mod args;
pub mod commands;
