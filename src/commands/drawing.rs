//! The report that an earlier check has kept, fetched while the vault is judged.

use std::io;
use std::path::Path;
use std::thread::{Builder, JoinHandle};

use crate::error::Result;
use crate::report::drawn::{Drawing, Drawn};
use crate::write::cache::{Cache, DRAWN};

/// A kept report that is being fetched. Nobody has to wait for it: it is read, and nothing else.
pub(super) struct Fetch {
    cache: Option<Cache>,
    drawn: Option<JoinHandle<Drawn>>,
}

impl Fetch {
    /// Begins to fetch what was kept of the vault that lies at `root`.
    pub(super) fn begin(root: &Path) -> Self {
        let cache = Cache::of(root, DRAWN);
        let drawn = cache.clone().and_then(|cache| {
            let kept = |kept: Option<Vec<u8>>| kept.unwrap_or_default();
            let read = move || Drawn::read(kept(cache.read()), kept(cache.read_beside()));
            // Without a thread it is as if nothing was kept.
            Builder::new().spawn(read).ok()
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

    /// Prints a report, and keeps what is new in it meanwhile.
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
                    // Half of a report is not kept.
                    Err(io::ErrorKind::BrokenPipe.into())
                }
            });
        }
        // Where nothing can be kept nobody has asked for the text yet.
        printed.unwrap_or_else(|| drawing.print(print))
    }
}
