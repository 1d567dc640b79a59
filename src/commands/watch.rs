//! `portolan watch`
//!
//! One thread watches and judges ([`work`](mod@work)). This one prints the results, and ends when it is told
//! to, whatever the other one is doing.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use self::keys::{Key, Keys};
use self::view::View;
use self::work::{Job, work};
use crate::args::{Common, Watch};
use crate::console::{Access, ExitStatus, Terminal, place};
use crate::error::{Error, Result, plain};
use crate::watch::files::Batch;

mod boards;
mod keys;
mod view;
mod work;

/// How long work in progress may take after a request to stop.
const GRACE: Duration = Duration::from_millis(700);

/// Messages to the working thread.
enum Message {
    /// Something has happened to files.
    Seen(Batch),
    Key(Key),
    Stop,
}

/// Messages to the printing thread.
enum Output {
    /// A result for people.
    Print(String),
    /// A result for programs.
    Document(String),
    /// A message about the work.
    Say(String),
    /// A request to stop.
    Stop,
    /// The working thread has ended.
    Ended(Result<()>),
}

pub(super) fn run(common: &Common, args: &Watch, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let (root, _) = place(common, Access::Settle, terminal)?;
    let root = root.canonicalize().map_err(|e| Error::io("open the vault", &root, e))?;
    let config = common
        .config
        .as_ref()
        .map(|path| path.canonicalize().map_err(|e| Error::io("read the configuration", path, e)));
    let config = config.transpose()?;
    let (sender, inbox) = mpsc::channel();
    let (out, outbox) = mpsc::channel();
    stop_on_signals(&sender, &out)?;
    let interactive = terminal.interactive && !args.json();
    let keys = if interactive { listen(&sender, &out) } else { None };
    let view = View { json: args.json(), look: terminal.look(), keys: keys.is_some(), sync: args.sync };
    let job = Job {
        common: common.clone(),
        root,
        config,
        view,
        sync: args.sync,
        poll: args.poll,
        out: out.clone(),
    };
    let worker = std::thread::Builder::new()
        .name("watch".to_owned())
        .spawn(move || {
            let result = work(job, sender, &inbox);
            // The printing thread may have ended.
            let _ = out.send(Output::Ended(result));
        })
        .map_err(|e| Error::new(format!("cannot start to watch: {}", plain(&e))))?;
    let result = print(&outbox, terminal, keys.is_some());
    drop(keys);
    match result {
        Some(result) => result.map(|()| ExitStatus::Success),
        // The working thread has panicked. This thread has restored the terminal and panics too.
        None => match worker.join() {
            Ok(()) => Ok(ExitStatus::Success),
            Err(panic) => std::panic::resume_unwind(panic),
        },
    }
}

/// Stops on SIGINT, SIGTERM and SIGHUP, so that the terminal is restored.
fn stop_on_signals(sender: &Sender<Message>, out: &Sender<Output>) -> Result<()> {
    let (sender, out) = (sender.clone(), out.clone());
    let handler = move || {
        // A thread that has already ended need not be told.
        let _ = (sender.send(Message::Stop), out.send(Output::Stop));
    };
    ctrlc::set_handler(handler).map_err(|e| Error::new(format!("cannot listen for signals: {e}")))
}

fn listen(sender: &Sender<Message>, out: &Sender<Output>) -> Option<Keys> {
    let (sender, out) = (sender.clone(), out.clone());
    Keys::listen(move |key| {
        let told = sender.send(Message::Key(key)).is_ok();
        told && (key != Key::Quit || out.send(Output::Stop).is_ok())
    })
}

/// Prints messages until the working thread ends, or until [`GRACE`] after a request to stop. `None` where
/// that thread has ended without saying so.
fn print(outbox: &Receiver<Output>, terminal: &mut Terminal<'_>, raw: bool) -> Option<Result<()>> {
    let mut end: Option<Instant> = None;
    loop {
        let output = match end {
            Some(end) => outbox.recv_timeout(end.saturating_duration_since(Instant::now())),
            None => outbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        let printed = match output {
            Ok(Output::Print(text)) => terminal.print(&text).and_then(|()| terminal.flush()),
            Ok(Output::Document(text)) => terminal.print_document(&text).and_then(|()| terminal.flush()),
            Ok(Output::Say(text)) => {
                terminal.say_in_lines(&text, if raw { "\r\n" } else { "\n" });
                Ok(())
            }
            Ok(Output::Stop) => {
                end.get_or_insert(Instant::now() + GRACE);
                Ok(())
            }
            Ok(Output::Ended(result)) => return Some(result),
            Err(RecvTimeoutError::Timeout) => return Some(Ok(())),
            Err(RecvTimeoutError::Disconnected) => return None,
        };
        if printed.is_err() {
            return Some(printed);
        }
    }
}
