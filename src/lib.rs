//! portolan keeps an Obsidian-style vault of system documentation true.

pub mod text {
    //! Floor 0: bytes, places and edits. Knows nothing of Markdown.
    pub mod digest;
    pub mod edit;
    pub mod fold;
    pub mod joined;
    pub mod path;
    pub mod place;
    pub mod span;
    pub mod stamp;
}
pub mod syntax {
    //! Floor 1: one file a notation.
    pub mod board;
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
    pub mod vocabulary;
}
pub mod model {
    //! Floor 2: what the facts of notes mean.
    pub mod chronology;
    pub mod finding;
    pub mod integration;
    pub mod level;
    pub mod quantity;
    pub mod version;
    pub mod vocabulary;
}
pub mod config;
pub mod error;
pub mod vault;
pub mod plan {
    //! Floor 4: planners. Pure: a vault goes in, edits come out.
    pub mod board;
    pub mod entry;
    pub mod header;
    pub mod history;
    pub mod sync;
}
pub mod args;
pub mod commands;
pub mod report;
pub mod rules;
pub mod write;
