//! Verdicts with the help of the last run.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::{SystemTime, UNIX_EPOCH};

use xxhash_rust::xxh3::xxh3_128;

use super::{Progress, Terminal, counted};
use crate::config::Config;
use crate::error::Result;
use crate::rules;
use crate::rules::saved::{self, Basis, Judged, Kept, New};
use crate::text::stamp::Stamp;
use crate::vault::obsidian;
use crate::vault::source::{Folder, Key, Source};
use crate::write::cache::{CHECK, Cache, FACTS, STAGED, STAGED_FACTS};

/// What earlier runs have kept, and where the next ones look for it.
pub(super) struct Memory {
    verdict: Part,
    later: Part,
    facts: Part,
    /// `None`: no verdict is to be written.
    cache: Option<Cache>,
    /// The same for what was read.
    facts_cache: Option<Cache>,
}

/// A file of the cache, read when somebody asks for it.
type Part = LazyLock<Option<Vec<u8>>, Box<dyn FnOnce() -> Option<Vec<u8>> + Send>>;

fn part(read: impl FnOnce() -> Option<Vec<u8>> + Send + 'static) -> Part {
    LazyLock::new(Box::new(read))
}

impl Kept for Memory {
    fn verdict(&self) -> Option<&[u8]> {
        self.verdict.as_deref()
    }

    fn later(&self) -> Option<&[u8]> {
        self.later.as_deref()
    }

    fn facts(&self) -> Option<&[u8]> {
        self.facts.as_deref()
    }
}

impl Memory {
    /// What is known of a folder on disk.
    fn of_disk(root: &Path) -> Self {
        Self::of(root, (CHECK, FACTS), true)
    }

    /// What is known of the last commit that somebody compared with.
    pub(super) fn of_commits(root: &Path, cached: bool) -> Self {
        Self::of(root, (STAGED, STAGED_FACTS), cached)
    }

    fn of(root: &Path, (verdict, facts): (&str, &str), cached: bool) -> Self {
        let cache = |purpose| cached.then(|| Cache::of(root, purpose)).flatten();
        let (cache, facts_cache) = (cache(verdict), cache(facts));
        let (verdict, later, facts) = (cache.clone(), cache.clone(), facts_cache.clone());
        Self {
            verdict: part(move || verdict?.read()),
            later: part(move || later?.read_beside()),
            facts: part(move || facts?.read()),
            cache,
            facts_cache,
        }
    }

    /// Keeps what is new; gives what is known now.
    fn keep(self, new: New) -> Self {
        if let Some(cache) = &self.cache {
            cache.keep(&new, std::iter::empty());
        }
        match new {
            New::Whole(pieces) => {
                Self { verdict: part(move || Some(pieces.concat())), later: part(|| None), ..self }
            }
            New::Beside(later) => Self { later: part(|| Some(later)), ..self },
        }
    }

    /// Keeps what was read.
    fn keep_facts(&mut self, facts: Vec<u8>) {
        if let Some(cache) = &self.facts_cache {
            cache.keep_whole([&facts[..]]);
        }
        self.facts = part(|| Some(facts));
    }

    /// The same for a vault that is nearly this one. The verdict that is kept is left as it is.
    pub(super) fn for_another(self) -> Self {
        Self { cache: None, ..self }
    }
}

/// Judges the vault that lies at `root`. With `cached` it starts from what the last run has kept, and
/// keeps what it finds out for the next one.
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
        let vault = rules::reading::read(root, Arc::new(Folder::new(root)), config, &tick);
        progress.finish();
        let mut vault = vault?;
        let findings = rules::run(&vault, Some(now));
        // Nothing more is offered.
        vault.forget_suggestions();
        return Ok(Judged::new(vault, findings));
    }
    let source = Arc::new(Folder::with_keys(root));
    judge_from(Memory::of_disk(root), root, source, config, now, terminal)
}

/// Judges a vault from its source.
pub(super) fn judge_from(
    memory: Memory,
    root: &Path,
    source: Arc<dyn Source>,
    config: Config,
    now: Stamp,
    terminal: &mut Terminal<'_>,
) -> Result<Judged> {
    let keep = memory.cache.is_some();
    judge_on(keep, memory, root, source, config, now, terminal).map(|(judged, _)| judged)
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
    judge_on(true, memory, root, source, config, now, terminal)
}

fn judge_on(
    keep: bool,
    mut memory: Memory,
    root: &Path,
    source: Arc<dyn Source>,
    config: Config,
    now: Stamp,
    terminal: &mut Terminal<'_>,
) -> Result<(Judged, Memory)> {
    let setup = setup(&*source, &config);
    let basis = Basis { setup, now, read_at: clock(), keep };
    let progress = Progress::new(terminal.watched);
    let tick = |done, total| progress.tick(done, total);
    let judged = saved::judge(root, source, config, &memory, basis, &tick);
    progress.finish();
    let mut judged = judged?;
    if memory.facts_cache.is_some()
        && let Some(facts) = judged.facts(basis)
    {
        memory.keep_facts(facts);
    }
    terminal.detail(&format!("{} judged", counted(judged.notes, "note")));
    let Some(new) = judged.state.take() else { return Ok((judged, memory)) };
    let memory = memory.keep(new);
    if memory.cache.is_some() {
        terminal.detail("kept for the next run");
    }
    Ok((judged, memory))
}

/// The time in nanoseconds since 1970, as file systems have it.
pub(super) fn clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// A hash over what a verdict rests on beside files: this very program, the configuration, and settings
/// of Obsidian.
fn setup(source: &dyn Source, config: &Config) -> u128 {
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
