//! Keeps the verdict on a vault up to date while it is being edited.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::Batch;
use super::hint::{Hint, Setup, is_worth_telling};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::rules::verdict::engine::{Engine, Look};
use crate::rules::verdict::update::{self, Update};
use crate::text::path::of_disk;
use crate::text::stamp::Stamp;
use crate::vault::source::Folder;
use crate::vault::{Keep, Origin, Vault};

/// Reads the configuration of the vault, with a hash of all its settings.
pub type Settings = Box<dyn Fn() -> Result<(Config, u128)> + Send>;

/// A point in time.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// By the wall clock.
    pub stamp: Stamp,
    /// In nanoseconds since 1970, as file systems store it.
    pub nanoseconds: i64,
}

/// Returns the current time for a vault with this configuration.
pub type Clock = Box<dyn Fn(&Config) -> Moment + Send>;

/// A vault that is being edited, with its verdict.
pub struct Session {
    root: PathBuf,
    /// The configuration file, where the command line names it.
    config_file: Option<PathBuf>,
    settings: Settings,
    clock: Clock,
    /// The hash of the settings that the vault was read with.
    identity: u128,
    /// The last error in the settings, if it still holds.
    trouble: Option<String>,
    setup: Setup,
    engine: Engine,
    /// When the vault was last listed, in nanoseconds since 1970.
    listed: i64,
    /// How many updates were made since notes were last unloaded.
    since_unload: u32,
}

/// The result of taking changes of files.
#[derive(Debug, Default)]
pub struct Taken {
    /// How the verdict has changed; `None` where nothing has.
    pub checked: Option<Update>,
    /// An error in the settings of the vault, reported once; the earlier settings stay in force.
    pub trouble: Option<Error>,
    /// Whether the vault was listed again, so that its folders may be others.
    pub listed: bool,
}

impl Session {
    /// How many updates are made before the notes that were read for them are unloaded. This keeps memory
    /// near what it was at the start, and most often leaves the note that somebody works on loaded.
    const PATIENCE: u32 = 64;

    /// Reads and judges the vault at `root`. `config_file` is its configuration, where that is not
    /// `portolan.toml`.
    ///
    /// # Errors
    /// The vault or its configuration cannot be read.
    pub fn start(root: &Path, config_file: Option<&Path>, settings: Settings, clock: Clock) -> Result<Self> {
        let (config, identity) = settings()?;
        let now = clock(&config);
        let mut engine = Engine::new(read(root, config)?, Some(now.stamp));
        engine.unload();
        Ok(Self {
            root: root.to_path_buf(),
            config_file: config_file.map(Path::to_path_buf),
            settings,
            clock,
            identity,
            trouble: None,
            setup: Setup::of(engine.vault(), root, config_file),
            engine,
            listed: now.nanoseconds,
            since_unload: 0,
        })
    }

    /// Returns the vault with its verdict.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Returns the vault as it was last judged.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        self.engine.vault()
    }

    /// Returns the folders to watch, the root first: those of the vault, and those with settings.
    #[must_use]
    pub fn folders(&self) -> Vec<PathBuf> {
        let own = self.vault().folders().iter().filter(|folder| !folder.is_empty());
        let own = own.map(|folder| crate::vault::on_disk(&self.root, folder));
        let settings = self.setup.folders().filter(|folder| folder.is_dir());
        std::iter::once(self.root.clone()).chain(own).chain(settings).collect()
    }

    /// Whether changes at a path matter.
    #[must_use]
    pub fn cares_for(&self, path: &Path) -> bool {
        self.setup.cares_for(path)
    }

    /// Whether a change at a path may change the verdict, judging by the file as it is now.
    #[must_use]
    pub fn may_judge_by(&self, path: &Path) -> bool {
        Hint::of(self.engine.vault(), &self.setup, path) != Hint::Nothing
    }

    /// Updates the verdict after changes of files.
    ///
    /// # Errors
    /// The vault can no longer be read. The verdict stays as it was.
    pub fn take(&mut self, batch: &Batch) -> Result<Taken> {
        let vault = self.engine.vault();
        let now = (self.clock)(vault.config());
        let mut notes: HashSet<String> = HashSet::new();
        let (mut files, mut settings) = (batch.rescan, Vec::new());
        for path in &batch.paths {
            match Hint::of(vault, &self.setup, path) {
                Hint::Nothing => {}
                Hint::Setup => settings.push(path.strip_prefix(&self.root).unwrap_or(path)),
                Hint::Note(note) => {
                    notes.insert(note);
                }
                Hint::Files => files = true,
            }
        }
        let mut taken = Taken { listed: files || !settings.is_empty(), ..Taken::default() };
        if batch.rescan || !settings.is_empty() {
            match (self.settings)() {
                Ok((config, identity)) if identity != self.identity => {
                    let named = settings
                        .iter()
                        .map(|path| of_disk(path).unwrap_or_else(|| path.display().to_string()));
                    let checked = self.reload(config, identity, named.collect())?;
                    return Ok(Taken { checked: Some(checked), trouble: None, listed: true });
                }
                Ok(_) => self.trouble = None,
                Err(error) => {
                    let text = error.to_string();
                    let is_new = self.trouble.replace(text.clone()).is_none_or(|before| before != text);
                    taken.trouble = is_new.then_some(error);
                }
            }
        }
        if !notes.is_empty() || files {
            taken.checked = self.update(&notes, files, now)?;
        }
        Ok(taken)
    }

    fn update(&mut self, notes: &HashSet<String>, files: bool, now: Moment) -> Result<Option<Update>> {
        let changed: HashSet<&str> = notes.iter().map(String::as_str).collect();
        let look = Look { relist: files, listed: self.listed, now: Some(now.stamp) };
        let before = self.engine.vault().shared_names();
        let mut update = self.engine.update(&changed, look)?;
        if files {
            self.listed = now.nanoseconds;
        }
        self.since_unload += 1;
        if self.since_unload > Self::PATIENCE {
            self.engine.unload();
            self.since_unload = 0;
        }
        let vault = self.engine.vault();
        update.changed.retain(|path| is_worth_telling(path, &before, vault));
        let nothing = update.changed.is_empty() && update.leaves_findings();
        Ok((!nothing).then_some(update))
    }

    /// Reads everything anew, because the settings of the vault have changed.
    fn reload(&mut self, config: Config, identity: u128, mut changed: Vec<String>) -> Result<Update> {
        let now = (self.clock)(&config);
        let next = Engine::new(read(&self.root, config)?, Some(now.stamp));
        let old = std::mem::replace(&mut self.engine, next);
        self.engine.unload();
        self.setup = Setup::of(self.engine.vault(), &self.root, self.config_file.as_deref());
        (self.identity, self.listed, self.trouble) = (identity, now.nanoseconds, None);
        changed.extend(self.engine.vault().differences(old.vault()));
        changed.retain(|path| is_worth_telling(path, old.vault().names(), self.engine.vault()));
        changed.sort_unstable();
        changed.dedup();
        let (old, new) = (old.into_findings(), self.engine.findings().cloned().collect());
        Ok(Update { changed, ..update::difference_of(old, new) })
    }
}

fn read(root: &Path, config: Config) -> Result<Vault> {
    // With the keys of files, changes that caused no event are found without reading every note again.
    Origin::new(root, Arc::new(Folder::with_keys(root)), config).read(Keep::Facts, &|_, _| {})
}
