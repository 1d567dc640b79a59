//! Fetches the report that an earlier check has kept, while the vault is judged.

use std::io;
use std::path::Path;
use std::thread::{Builder, JoinHandle};

use crate::error::Result;
use crate::report::rendered::{Drawing, Drawn};
use crate::write::cache::{Cache, DRAWN};

/// A kept report that is being read in a thread of its own. The thread only reads, so it need not be waited
/// for.
pub(super) struct Fetch {
    cache: Option<Cache>,
    drawn: Option<JoinHandle<Drawn>>,
}

impl Fetch {
    /// Starts to read what was kept for the vault at `root`.
    pub(super) fn begin(root: &Path) -> Self {
        let cache = Cache::of(root, DRAWN);
        let drawn = cache.clone().and_then(|cache| {
            let kept = |kept: Option<Vec<u8>>| kept.unwrap_or_default();
            let read = move || Drawn::read(kept(cache.read()), kept(cache.read_beside()));
            // Without a thread, the cache counts as empty.
            Builder::new().spawn(read).ok()
        });
        Self { cache, drawn }
    }

    /// Reads nothing and keeps nothing.
    pub(super) const fn nothing() -> Self {
        Self { cache: None, drawn: None }
    }

    /// Returns what was kept.
    pub(super) fn drawn(&mut self) -> Drawn {
        self.drawn.take().and_then(|drawn| drawn.join().ok()).unwrap_or_default()
    }

    /// Prints a report, and keeps its new pieces at the same time.
    pub(super) fn print(
        &self,
        drawing: &Drawing<'_>,
        print: &mut dyn FnMut(&str) -> Result<()>,
    ) -> Result<()> {
        let mut printed = None;
        if let (Some(cache), Some(place)) = (&self.cache, drawing.place()) {
            cache.keep(place, &mut |to| match drawing.print_and_keep(print, to) {
                Ok(kept) => {
                    printed = Some(Ok(()));
                    kept
                }
                Err(error) => {
                    printed = Some(Err(error));
                    // An incomplete report is not kept.
                    Err(io::ErrorKind::BrokenPipe.into())
                }
            });
        }
        // Where the cache could not be written, nothing has been printed yet.
        printed.unwrap_or_else(|| drawing.print(print))
    }
}
