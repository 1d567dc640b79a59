//! A pool for short texts, which share one allocation because a vault has millions of them.

use serde::{Deserialize, Serialize};

use super::span::Span;

/// A pool of texts, stored one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool(String);

/// A handle to a text in a [`Pool`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pooled(Span);

impl Pool {
    /// Creates a pool with room for about `bytes` bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Adds a text and returns its handle.
    pub fn add(&mut self, text: &str) -> Pooled {
        let start = self.0.len();
        self.0.push_str(text);
        Pooled(Span::new(start, self.0.len()))
    }

    /// Returns a text of this pool.
    #[must_use]
    pub fn get(&self, text: Pooled) -> &str {
        text.0.of(&self.0)
    }

    /// Whether any of the texts contains this byte.
    pub(crate) fn has(&self, byte: u8) -> bool {
        memchr::memchr(byte, self.0.as_bytes()).is_some()
    }

    /// Returns the total number of bytes.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Frees memory that was allocated and not used.
    pub fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }
}
