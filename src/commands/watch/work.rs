//! The working thread of `watch`: takes events of files, keeps the verdict up to date, and writes boards.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::boards::Boards;
use super::keys::Key;
use super::view::View;
use super::{Message, Output};
use crate::args::Common;
use crate::config::Config;
use crate::console::apply::write_quietly;
use crate::console::clock::nanoseconds;
use crate::console::merged::Before;
use crate::console::this_minute;
use crate::error::{Error, Result};
use crate::plan::fix;
use crate::plan::sync::{SyncOptions, SyncPlan, plan};
use crate::rules;
use crate::setup;
use crate::vault::obsidian::AppSettings;
use crate::vault::on_disk;
use crate::vault::source::{Folder, Source as _};
use crate::watch::debounce::Debounce;
use crate::watch::files::{Batch, Watcher};
use crate::watch::session::{Moment, Session, Settings, Taken};

/// How often to look at the files where the system reports no changes. In a large vault it is less often, so
/// that at most a tenth of the time goes into looking.
const POLL: Duration = Duration::from_secs(1);

/// How often to check that the vault still exists: no event tells when a folder above it is moved.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// What to watch, and how.
pub(super) struct Job {
    pub(super) common: Common,
    pub(super) root: PathBuf,
    /// The configuration file, where the command line names it.
    pub(super) config: Option<PathBuf>,
    pub(super) view: View,
    pub(super) sync: bool,
    pub(super) poll: bool,
    pub(super) out: Sender<Output>,
}

/// Watches until it is told to stop.
pub(super) fn work(job: Job, sender: Sender<Message>, inbox: &Receiver<Message>) -> Result<()> {
    let start = Instant::now();
    let mut watcher = None;
    if !job.poll {
        let mut new = Watcher::new(move |batch| {
            // The inbox is closed once the work has ended.
            let _ = sender.send(Message::Seen(batch));
        })?;
        // The vault is watched before it is read, so that changes in between are reported.
        let folders = Folder::new(&job.root).list()?.folders;
        new.follow(&folders.iter().map(|folder| on_disk(&job.root, folder)).collect::<Vec<_>>())?;
        watcher = Some(new);
    }
    let session = Session::start(&job.root, job.config.as_deref(), settings(&job), Box::new(moment))?;
    let mut work = Work {
        boards: Boards::new(job.sync),
        poll: job.poll.then(|| Instant::now() + POLL),
        debounce: Debounce::default(),
        failed: None,
        job,
        session,
        watcher,
    };
    let ready = work.job.view.ready(&work.session, start.elapsed())?;
    work.print(ready)?;
    work.follow()?;
    work.until_stopped(inbox)
}

/// Returns a function that reads the settings: `portolan.toml`, and what Obsidian ignores.
fn settings(job: &Job) -> Settings {
    let (common, root) = (job.common.clone(), job.root.clone());
    Box::new(move || {
        let config = setup::read(&root, common.config.as_deref(), None)?;
        let identity = config.identity ^ AppSettings::read(&Folder::new(&root)).identity();
        Ok((config, identity))
    })
}

fn moment(config: &Config) -> Moment {
    Moment { stamp: this_minute(config), nanoseconds: nanoseconds() }
}

/// The state of a watch.
struct Work {
    job: Job,
    session: Session,
    /// Reports changes of files; `None` where the files are polled.
    watcher: Option<Watcher>,
    debounce: Debounce,
    boards: Boards,
    /// When to look at the files again; `None` where the system reports changes.
    poll: Option<Instant>,
    /// The last error of reading a change: it is reported once, however often the change is tried again.
    failed: Option<String>,
}

impl Work {
    fn until_stopped(&mut self, inbox: &Receiver<Message>) -> Result<()> {
        loop {
            let times = [self.debounce.due(), self.poll, self.boards.due()];
            let wait =
                times.into_iter().flatten().min().map(|at| at.saturating_duration_since(Instant::now()));
            match inbox.recv_timeout(wait.unwrap_or(HEARTBEAT).min(HEARTBEAT)) {
                Ok(Message::Seen(batch)) => self.seen(batch),
                Ok(Message::Key(Key::Fix)) => self.fix()?,
                Ok(Message::Key(Key::Sync)) => self.write_boards(true)?,
                Ok(Message::Key(Key::Quit) | Message::Stop) | Err(RecvTimeoutError::Disconnected) => {
                    return Ok(());
                }
                Err(RecvTimeoutError::Timeout) if wait.is_none() && !self.job.root.is_dir() => {
                    return Err(self.gone());
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            let now = Instant::now();
            if let Some(batch) = self.debounce.take(now) {
                self.changed(&batch)?;
            }
            if self.poll.is_some_and(|at| at <= now) {
                self.changed(&Batch::everything())?;
                self.poll = Some(Instant::now() + POLL.max(now.elapsed() * 10));
            }
            if self.boards.due().is_some_and(|at| at <= now) {
                self.write_boards(false)?;
            }
        }
    }

    /// Takes in an event about files.
    fn seen(&mut self, mut batch: Batch) {
        batch.paths.retain(|path| self.session.cares_for(path));
        if !batch.is_empty() {
            let now = Instant::now();
            // Other files, such as a log in the vault, may never come to rest.
            if batch.rescan || batch.paths.iter().any(|path| self.session.may_judge_by(path)) {
                self.boards.stir(now);
            }
            self.debounce.add(batch, now);
        }
    }

    /// Updates the verdict after changes of files that have come to rest.
    fn changed(&mut self, batch: &Batch) -> Result<()> {
        let start = Instant::now();
        if let Some(watcher) = &mut self.watcher
            && let Err(error) = watcher.look_again(batch)
        {
            self.look_from_now_on(&error)?;
        }
        let Taken { checked, trouble, listed } = match self.session.take(batch) {
            Ok(taken) => {
                self.failed = None;
                taken
            }
            Err(_) if !self.job.root.is_dir() => return Err(self.gone()),
            Err(error) => {
                // The system reports a change only once.
                self.debounce.put_back(Instant::now());
                let text = error.to_string();
                let is_new = self.failed.replace(text.clone()).is_none_or(|before| before != text);
                Taken { trouble: is_new.then_some(error), ..Taken::default() }
            }
        };
        if let Some(checked) = checked {
            let text = self.job.view.checked(&self.session, &checked, start.elapsed())?;
            self.print(text)?;
            self.boards.changed(&checked.changed, Instant::now());
        }
        if let Some(error) = trouble {
            self.trouble(&error)?;
        }
        if listed { self.follow() } else { Ok(()) }
    }

    /// Watches the folders that the vault has now. Where one is new, everything is looked at, since changes
    /// in it were not seen before.
    fn follow(&mut self) -> Result<()> {
        let Some(watcher) = &mut self.watcher else { return Ok(()) };
        match watcher.follow(&self.session.folders()) {
            Ok(false) => Ok(()),
            Ok(true) => self.changed(&Batch::everything()),
            Err(error) => self.look_from_now_on(&error),
        }
    }

    /// Polls the files from now on.
    fn look_from_now_on(&mut self, error: &Error) -> Result<()> {
        self.watcher = None;
        self.poll = Some(Instant::now() + POLL);
        self.trouble(error)?;
        self.say("from now on files are looked at every second".to_owned())
    }

    /// Writes the stale boards. A save at the same moment is not overwritten: the writer checks a note again
    /// before it replaces it, and leaves one that has changed to the next time.
    fn write_boards(&mut self, asked: bool) -> Result<()> {
        let start = Instant::now();
        self.boards.begin();
        let engine = self.session.engine();
        if !asked && !engine.may_have_stale_boards() {
            return Ok(());
        }
        let now = this_minute(engine.vault().config());
        let before = Before::of(engine.vault().root());
        let plan_without = |left: &BTreeSet<String>| -> SyncPlan {
            let (wanted, versions) = (|note: &str| !left.contains(note), |note: &str| before.note(note));
            let options = SyncOptions { now, force: false, wanted: &wanted, versions: &versions };
            plan(engine.vault(), options, |vault| engine.feed(vault))
        };
        let (mut plan, mut fights) = (plan_without(&BTreeSet::new()), Vec::new());
        let boards = &mut self.boards;
        let leave = |plan: &SyncPlan| {
            let chosen = boards.choose(engine.vault(), plan, nanoseconds(), asked, start);
            fights.extend(chosen.fights);
            chosen.left
        };
        let written = match write_quietly(engine.vault(), &mut plan, plan_without, leave) {
            Ok((written, refused)) => {
                plan.refused.extend(refused);
                written
            }
            // Most often another portolan is writing, so this is tried again; after several tries the error
            // is reported.
            Err(_) if !asked && self.boards.try_later(start) => return Ok(()),
            Err(error) => return self.trouble(&error),
        };
        for text in fights.into_iter().chain(self.boards.written(&written, &plan, asked)) {
            self.say(text)?;
        }
        let text = self.job.view.synced(&written, asked)?;
        self.print(text)?;
        self.absorb(&written)
    }

    /// Applies the safe fixes.
    fn fix(&mut self) -> Result<()> {
        let vault = self.session.vault().clone();
        let now = this_minute(vault.config());
        let plan_without =
            |left: &BTreeSet<String>| fix::plan(&vault, false, left, |vault| rules::run(vault, Some(now)));
        let mut plan = plan_without(&BTreeSet::new());
        match write_quietly(&vault, &mut plan, plan_without, |_| Vec::new()) {
            Ok((written, refused)) => {
                for refusal in plan.refused.iter().chain(&refused) {
                    self.say(refusal.to_string())?;
                }
                self.print(self.job.view.fixed(plan.applied, written.len()))?;
                self.absorb(&written)
            }
            Err(error) => self.trouble(&error),
        }
    }

    /// Takes in what was just written here, so that it is nothing new when the system reports it.
    fn absorb(&mut self, written: &[String]) -> Result<()> {
        if written.is_empty() {
            return Ok(());
        }
        let paths = written.iter().map(|note| on_disk(&self.job.root, note)).collect();
        self.changed(&Batch { paths, rescan: false })
    }

    fn gone(&self) -> Error {
        let message = format!("the vault `{}` is gone", self.job.root.display());
        Error::new(message).with_hint("start `portolan watch` again where it lies now")
    }

    fn trouble(&self, error: &Error) -> Result<()> {
        self.say(View::trouble(error))
    }

    fn print(&self, text: String) -> Result<()> {
        self.send(if self.job.view.json { Output::Document(text) } else { Output::Print(text) })
    }

    fn say(&self, text: String) -> Result<()> {
        self.send(Output::Say(text))
    }

    fn send(&self, output: Output) -> Result<()> {
        self.job.out.send(output).map_err(|_| Error::new("nobody prints any more"))
    }
}
