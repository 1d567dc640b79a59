//! Judges vaults with the help of what earlier runs have kept.

use std::path::Path;
use std::sync::{Arc, LazyLock, OnceLock};

use xxhash_rust::xxh3::xxh3_128;

use crate::config::Config;
use crate::console::Terminal;
use crate::console::clock::nanoseconds;
use crate::console::progress::Progress;
use crate::error::Result;
use crate::rules;
use crate::rules::verdict::cache::{self as verdict, Basis, Judged, Store};
use crate::text::message::counted;
use crate::text::stamp::Stamp;
use crate::text::store::{StoreFile, Writing};
use crate::vault::source::{Folder, Key, Source};
use crate::vault::{Origin, obsidian};
use crate::write::cache::{CHECK, Cache, FACTS, STAGED, STAGED_FACTS};

/// What earlier runs have kept, and where this run keeps its results.
pub(super) struct Memory {
    verdict: Part,
    increment: Part,
    facts: Part,
    /// Where the verdict is written; `None` where it is not to be kept.
    cache: Option<Cache>,
    /// Where facts are written; `None` where they are not to be kept.
    facts_cache: Option<Cache>,
    /// Whether this run itself needs what is kept again.
    remembers: bool,
    /// What this run has kept; with its bytes where it `remembers`.
    new: OnceLock<(StoreFile, Option<Vec<u8>>)>,
}

/// A file of the cache, read on first use.
type Part = LazyLock<Option<Vec<u8>>, Box<dyn FnOnce() -> Option<Vec<u8>> + Send>>;

fn part(read: impl FnOnce() -> Option<Vec<u8>> + Send + 'static) -> Part {
    LazyLock::new(Box::new(read))
}

impl Store for Memory {
    fn may_know(&self) -> bool {
        self.cache.as_ref().is_none_or(Cache::is_there)
    }

    fn verdict(&self) -> Option<&[u8]> {
        self.verdict.as_deref()
    }

    fn increment(&self) -> Option<&[u8]> {
        self.increment.as_deref()
    }

    fn facts(&self) -> Option<&[u8]> {
        self.facts.as_deref()
    }

    fn keep(&self, place: StoreFile, write: Writing<'_>) {
        let mut bytes = None;
        if self.remembers {
            let mut written = Vec::new();
            if write(&mut written).is_err() {
                return;
            }
            bytes = Some(written);
        }
        match (&self.cache, &bytes) {
            (Some(cache), Some(bytes)) => cache.keep(place, &mut |to| to.write_all(bytes)),
            (Some(cache), None) => cache.keep(place, write),
            (None, _) => {}
        }
        let _ = self.new.set((place, bytes));
    }
}

impl Memory {
    /// Returns what is kept for a folder on disk.
    fn of_disk(root: &Path) -> Self {
        Self::of(root, (CHECK, FACTS), true)
    }

    /// Returns what is kept for the last commit that was compared with.
    pub(super) fn of_commits(root: &Path, cached: bool) -> Self {
        Self::of(root, (STAGED, STAGED_FACTS), cached)
    }

    fn of(root: &Path, (verdict, facts): (&str, &str), cached: bool) -> Self {
        let cache = |purpose| cached.then(|| Cache::of(root, purpose)).flatten();
        let (cache, facts_cache) = (cache(verdict), cache(facts));
        let (verdict, increment, facts) = (cache.clone(), cache.clone(), facts_cache.clone());
        Self {
            verdict: part(move || verdict?.read()),
            increment: part(move || increment?.read_beside()),
            facts: part(move || facts?.read()),
            cache,
            facts_cache,
            remembers: false,
            new: OnceLock::new(),
        }
    }

    /// Returns the memory for judging a vault after which a nearly identical one is judged.
    pub(super) fn remembering(self) -> Self {
        Self { remembers: true, ..self }
    }

    /// Judges a vault, starting from what is kept. Also returns what is known now.
    pub(super) fn judge(
        mut self,
        origin: Origin,
        now: Stamp,
        terminal: &mut Terminal<'_>,
    ) -> Result<(Judged, Self)> {
        let setup = setup_hash(&*origin.source, &origin.config);
        let keep = self.cache.is_some() || self.remembers;
        let basis = Basis { setup, now, read_at: nanoseconds(), keep };
        let progress = Progress::new(terminal.watched);
        let tick = |done, total| progress.tick(done, total);
        let judged = verdict::judge(origin, &self, basis, &tick);
        progress.finish();
        let judged = judged?;
        if self.facts_cache.is_some()
            && let Some(facts) = judged.facts(basis)
        {
            self.keep_facts(facts);
        }
        terminal.detail(&format!("{} judged", counted(judged.notes, "note")));
        if self.cache.is_some() && self.new.get().is_some() {
            terminal.detail("kept for the next run");
        }
        Ok((judged, self.renewed()))
    }

    /// Returns the memory with the results of this run in place of the old ones.
    fn renewed(mut self) -> Self {
        match self.new.take() {
            Some((StoreFile::Whole, Some(verdict))) => {
                Self { verdict: part(move || Some(verdict)), increment: part(|| None), ..self }
            }
            Some((StoreFile::Beside, Some(increment))) => {
                Self { increment: part(move || Some(increment)), ..self }
            }
            _ => self,
        }
    }

    /// Keeps the facts that were read.
    fn keep_facts(&mut self, facts: Vec<u8>) {
        if let Some(cache) = &self.facts_cache {
            cache.keep(StoreFile::Whole, &mut |to| to.write_all(&facts));
        }
        self.facts = part(|| Some(facts));
    }

    /// Returns the memory for judging a nearly identical vault, whose verdict is not kept.
    pub(super) fn for_another(self) -> Self {
        Self { cache: None, remembers: false, ..self }
    }
}

/// Judges the vault at `root`. With `cached` it starts from what the last run has kept, and keeps its results
/// for the next one.
pub(super) fn judge(
    root: &Path,
    config: Config,
    cached: bool,
    now: Stamp,
    terminal: &mut Terminal<'_>,
) -> Result<Judged> {
    if cached {
        let origin = Origin::new(root, Arc::new(Folder::with_keys(root)), config);
        return Memory::of_disk(root).judge(origin, now, terminal).map(|(judged, _)| judged);
    }
    let progress = Progress::new(terminal.watched);
    let tick = |done, total| progress.tick(done, total);
    let origin = Origin::new(root, Arc::new(Folder::new(root)), config);
    let vault = rules::verdict::reading::read(origin, &tick);
    progress.finish();
    let mut vault = vault?;
    let findings = rules::run_once(&mut vault, Some(now));
    Ok(Judged::new(vault, findings))
}

/// A hash over what a verdict rests on beside files: this very program, the configuration, and settings
/// of Obsidian.
fn setup_hash(source: &dyn Source, config: &Config) -> u128 {
    let program = std::env::current_exe().and_then(std::fs::metadata);
    let program = program.map_or(Key::Unknown, |meta| Key::of(&meta));
    let mut all = env!("CARGO_PKG_VERSION").as_bytes().to_vec();
    all.extend(program.bytes());
    all.extend(config.identity.to_le_bytes());
    for file in obsidian::FILES {
        let text = source.setting(file);
        all.push(u8::from(text.is_some()));
        all.extend(text.unwrap_or_default().into_bytes());
    }
    xxh3_128(&all)
}
