//! portolan keeps an Obsidian-style vault of system documentation true.

pub mod text {
    //! Floor 0: bytes, places and edits. Knows nothing of Markdown.
    pub mod span;
}
pub mod syntax {
    //! Floor 1: one file a notation.
    pub mod mermaid;
}
