//! portolan keeps an Obsidian-style vault of system documentation true.

pub mod text {
    //! Floor 0: bytes, places and edits. Knows nothing of Markdown.
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
    pub mod markdown;
    pub mod outline;
}
