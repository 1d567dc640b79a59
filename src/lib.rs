//! portolan keeps an Obsidian-style vault of system documentation true.
//!
//! It reads every note of a vault into one model (integrations, diagrams, change logs, status, links),
//! says where the notes contradict each other or the facts, and writes the status boards and the
//! modification history back into the notes, without touching a byte that is not its own.
//!
//! # How a note flows through the crate
//!
//! 1. [`syntax::facts::read`] turns the bytes of a note into facts: one pass of the Markdown parser, then an extractor
//!    for each notation.
//! 2. [`vault::Vault`] holds the facts of all notes, their names and the vocabulary.
//! 3. [`rules::run`] finds what is wrong, and [`plan`] plans edits.
//! 4. [`report`] renders findings as text, and [`write`](mod@write) applies edits to the disk.
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
//! A module imports only from lower floors, never from its own. `tests/tidy.rs` reads this table and all imports, and
//! fails where they disagree.
//!
//! | floor | modules | job | must not |
//! | --- | --- | --- | --- |
//! | 0 | [`text`] | bytes, places and edits | know Markdown |
//! | 1 | [`syntax`], [`error`] | read one note or one notation; only `syntax::markdown` names pulldown-cmark | do I/O, fail, know other notes |
//! | 2 | [`model`] | say what facts mean | do I/O, know paths of a disk |
//! | 3 | [`config`] | read the text of `portolan.toml` | read files |
//! | 4 | [`vault`] | read notes, hold them, resolve links; the only reader of notes, and only `vault::git` reads them from git. A vault is a snapshot, which [`rules::verdict`] alone brings up to date | decide what is wrong |
//! | 5 | [`systems`] | join diagrams, integrations and components into one graph | decide what is wrong |
//! | 6 | [`records`], [`difference`] | the rows of `list`, and what is different between two vaults | decide what is wrong |
//! | 7 | [`plan`] | plan edits; an edit that changes nothing is none | do I/O of its own: the vault reads the notes it asks for |
//! | 8 | [`rules`] | find what is wrong | do I/O of their own, print, format |
//! | 9 | [`report`], [`write`](mod@write), [`watch`], [`setup`] | render, write to the disk, watch it, find settings; `write` is the only writer | decide what is wrong or what to write |
//! | 10 | [`args`] | define the command line | act on it |
//! | 11 | `console` | the terminal, the clock, the vault that a command line names, writing with a way back | know Markdown |
//! | 12 | [`commands`] | put the others together; only `console` and they print | know Markdown |
//! | 13 | `main` | turn arguments into an exit status | do anything else |
//!
//! # Expensive to change
//!
//! - The identity of a finding: [`model::finding::Finding::fingerprint`] is made of rule, note and subject, never of
//!   lines.
//! - Facts are a pure function of a note's bytes and of how notes are read.
//! - No fact holds a secret. Secrets of a known shape are masked before a note is read ([`syntax::facts`]), and
//!   credentials that only their key gives away are redacted as the block is read ([`syntax::integration`]).

pub mod text {
    //! Floor 0: bytes, places and edits. Knows nothing of Markdown.
    pub(crate) mod calendar;
    pub mod closest;
    pub mod digest;
    pub mod edit;
    pub(crate) mod figure;
    pub mod fold;
    #[cfg(test)]
    pub(crate) mod growth;
    pub(crate) mod joined;
    pub mod line;
    pub mod marks;
    pub mod message;
    pub mod moment;
    pub(crate) mod number;
    pub mod path;
    pub mod place;
    pub mod pool;
    pub mod seal;
    pub(crate) mod shell;
    pub mod sorted;
    pub mod span;
    pub mod stamp;
    pub mod store;
    pub(crate) mod unit;
    pub mod visible;
}

pub mod error;

pub mod syntax {
    //! Floor 1: one file a notation. Text goes in; what was understood comes out, with a list of what
    //! was not.
    pub(crate) mod block_start;
    pub mod board;
    pub(crate) mod canvas;
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
    pub(crate) mod log_template;
    pub(crate) mod markdown;
    pub mod mermaid;
    pub mod metric;
    pub mod outline;
    pub(crate) mod placeholder;
    pub mod properties;
    pub mod reading;
    pub mod secret;
    pub mod silencer;
    pub(crate) mod source;
    pub mod status;
    pub(crate) mod term;
    pub(crate) mod title_form;
    pub mod uri;
    pub(crate) mod verb;
    pub mod vocabulary;
}

pub mod model {
    //! Floor 2: what the facts of notes mean.
    pub mod chronology;
    pub(crate) mod duration;
    pub mod finding;
    pub mod help;
    pub mod integration;
    pub mod level;
    pub(crate) mod measure;
    pub mod metric;
    pub(crate) mod quantity;
    pub(crate) mod transport;
    mod unit;
    pub(crate) mod version;
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
    pub(crate) mod entry;
    pub(crate) mod escape;
    pub mod filename;
    pub mod fix;
    pub mod header;
    pub mod history;
    pub(crate) mod log;
    pub(crate) mod new_history;
    pub(crate) mod new_integration;
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
mod console;
