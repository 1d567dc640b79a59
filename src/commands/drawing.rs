//! The report that an earlier check has kept, fetched while the vault is judged.

use std::borrow::Cow;
use std::path::Path;
use std::thread::{JoinHandle, spawn};

use crate::report::drawn::{Drawn, New};
use crate::write::cache::{Cache, DRAWN};

/// A kept report that is being fetched.
pub(super) struct Fetch {
    cache: Option<Cache>,
    drawn: Option<JoinHandle<Drawn>>,
}

impl Fetch {
    /// Begins to fetch what was kept of the vault that lies at `root`.
    pub(super) fn begin(root: &Path) -> Self {
        let cache = Cache::of(root, DRAWN);
        let drawn = cache.clone().map(|cache| {
            let kept = |kept: Option<Vec<u8>>| kept.unwrap_or_default();
            spawn(move || Drawn::read(kept(cache.read()), kept(cache.read_beside())))
        });
        Self { cache, drawn }
    }

    /// Nothing is kept, and nothing is to be.
    pub(super) const fn nothing() -> Self {
        Self { cache: None, drawn: None }
    }

    /// What was kept.
    pub(super) fn drawn(&mut self) -> Drawn {
        self.drawn.take().and_then(|drawn| drawn.join().ok()).unwrap_or_default()
    }

    /// Keeps what is new in a report of these parts.
    pub(super) fn keep(&self, new: &New, parts: &[Cow<'_, str>]) {
        let Some(cache) = &self.cache else { return };
        match new {
            New::Index(index) => {
                let parts = parts.iter().map(|part| part.as_bytes());
                cache.write(&std::iter::once(index.as_slice()).chain(parts).collect::<Vec<_>>());
            }
            New::Later(later) => cache.write_beside(&[later]),
        }
    }
}
