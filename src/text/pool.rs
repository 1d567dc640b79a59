//! Short texts that share one piece of memory: a vault has millions of them.

use serde::{Deserialize, Serialize};

use super::span::Span;

/// Texts, one behind the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool(String);

/// A text in a [`Pool`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pooled(Span);

impl Pool {
    /// A pool that takes about so many bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Keeps a text.
    pub fn add(&mut self, text: &str) -> Pooled {
        let start = self.0.len();
        self.0.push_str(text);
        Pooled(Span::new(start, self.0.len()))
    }

    /// A text that was kept here.
    #[must_use]
    pub fn get(&self, text: Pooled) -> &str {
        text.0.of(&self.0)
    }

    /// Whether one of them has this byte.
    pub(crate) fn has(&self, byte: u8) -> bool {
        memchr::memchr(byte, self.0.as_bytes()).is_some()
    }

    /// How many bytes they are together.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Gives back what was allocated and not used.
    pub fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }
}
