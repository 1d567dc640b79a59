//! Judges vaults with the help of what earlier runs have kept.

use std::path::Path;
use std::sync::{Arc, LazyLock, OnceLock};

use xxhash_rust::xxh3::xxh3_128;

use crate::config::Config;
use crate::console::clock::nanoseconds;
use crate::console::progress::Progress;
use crate::console::{Terminal, counted};
use crate::error::Result;
use crate::rules;
use crate::rules::verdict::cache::{self as verdict, Basis, Judged, Store};
use crate::text::stamp::Stamp;
use crate::text::store::{StoreFile, Writing};
use crate::vault::obsidian;
use crate::vault::source::{Folder, Key, Source};
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
    if !cached {
        let progress = Progress::new(terminal.watched);
        let tick = |done, total| progress.tick(done, total);
        let vault = rules::verdict::reading::read(root, Arc::new(Folder::new(root)), config, &tick);
        progress.finish();
        let mut vault = vault?;
        let findings = rules::run_once(&mut vault, Some(now));
        return Ok(Judged::new(vault, findings));
    }
    let source = Arc::new(Folder::with_keys(root));
    judge_from(Memory::of_disk(root), root, source, config, now, terminal)
}

/// Judges the vault that `source` reads, starting from `memory`.
pub(super) fn judge_from(
    memory: Memory,
    root: &Path,
    source: Arc<dyn Source>,
    config: Config,
    now: Stamp,
    terminal: &mut Terminal<'_>,
) -> Result<Judged> {
    judge_on(memory, root, source, config, now, terminal).map(|(judged, _)| judged)
}

/// Like [`judge_from`], but also returns what is known now, for judging a nearly identical vault next.
pub(super) fn judge_kept(
    memory: Memory,
    root: &Path,
    source: Arc<dyn Source>,
    config: Config,
    now: Stamp,
    terminal: &mut Terminal<'_>,
) -> Result<(Judged, Memory)> {
    judge_on(Memory { remembers: true, ..memory }, root, source, config, now, terminal)
}

fn judge_on(
    mut memory: Memory,
    root: &Path,
    source: Arc<dyn Source>,
    config: Config,
    now: Stamp,
    terminal: &mut Terminal<'_>,
) -> Result<(Judged, Memory)> {
    let setup = setup_hash(&*source, &config);
    let keep = memory.cache.is_some() || memory.remembers;
    let basis = Basis { setup, now, read_at: nanoseconds(), keep };
    let progress = Progress::new(terminal.watched);
    let tick = |done, total| progress.tick(done, total);
    let judged = verdict::judge(root, source, config, &memory, basis, &tick);
    progress.finish();
    let judged = judged?;
    if memory.facts_cache.is_some()
        && let Some(facts) = judged.facts(basis)
    {
        memory.keep_facts(facts);
    }
    terminal.detail(&format!("{} judged", counted(judged.notes, "note")));
    if memory.cache.is_some() && memory.new.get().is_some() {
        terminal.detail("kept for the next run");
    }
    Ok((judged, memory.renewed()))
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
