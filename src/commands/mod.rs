//! Floor 11: the commands. The only place that prints, asks the clock for what is judged or written, and knows the
//! terminal.

use std::io::{IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use chrono::{Local, NaiveDateTime, Utc};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::{Cli, Color, Command, Common};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::plan::obstacle::{Obstacle, Spot, obstacle_to_lines};
use crate::setup;
use crate::text::stamp::Stamp;
use crate::text::visible::{escape, escape_lines};
use crate::vault::source::Folder;
use crate::vault::{Keep, Note, Vault, obsidian, root};

use self::interrupted::{Access, settle};
use self::wanted::Wanted;

mod ask;
mod baseline;
mod board;
mod cached;
mod check;
mod compared;
mod drawing;
mod explain;
mod graph;
mod hook;
mod init;
mod interrupted;
mod left_out;
mod list;
mod log;
mod merge;
mod merged;
mod named;
mod new;
mod record;
mod refusal;
mod rename;
mod resolve;
mod step;
mod sync;
mod wanted;
mod watch;
mod way_back;
mod written;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitStatus {
    /// Nothing wrong.
    Success,
    /// Findings, or stale boards.
    Findings,
    /// The command could not do its work.
    Failure,
}

impl ExitStatus {
    /// The code for the system.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Findings => 1,
            Self::Failure => 2,
        }
    }
}

/// Where a command prints, and what it may assume about it.
struct Terminal<'w> {
    out: &'w mut dyn Write,
    err: &'w mut dyn Write,
    colour: bool,
    /// Whether a person watches: progress may be shown.
    watched: bool,
    /// Whether a person reads the results, too.
    interactive: bool,
    quiet: bool,
    verbose: bool,
    /// How the command ends where nobody reads to the end what it prints, as `head` does not.
    verdict: ExitStatus,
    start: Instant,
}

impl Terminal<'_> {
    /// Prints a result, in which colours are ours alone: what comes from notes has been escaped.
    fn print(&mut self, text: &str) -> Result<()> {
        if self.colour || is_plain(text) {
            self.write(text.as_bytes())
        } else {
            self.print_plain(&anstream::adapter::strip_str(text).to_string())
        }
    }

    /// Prints a text that has no colours, such as lines of notes: nothing in it gives orders to a terminal.
    fn print_plain(&mut self, text: &str) -> Result<()> {
        self.write(escape_lines(text).as_bytes())
    }

    /// Prints a document for programs, whose format has escaped what nobody sees: it arrives as it is.
    fn print_document(&mut self, text: &str) -> Result<()> {
        self.write(text.as_bytes())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(Error::output)
    }

    /// Sees to it that what was printed is there to be read.
    fn flush(&mut self) -> Result<()> {
        self.out.flush().map_err(Error::output)
    }

    /// Says something about the work, unless it is to be quiet. Nobody may be listening.
    fn say(&mut self, text: &str) {
        self.say_in_lines(text, "\n");
    }

    /// The same with another line end: a terminal that gives single keys goes to the start of a line only when
    /// it is told to.
    fn say_in_lines(&mut self, text: &str, end: &str) {
        if !self.quiet {
            self.tell(text, end);
        }
    }

    /// Says what has happened to notes without anybody having asked for it, however quiet it is to be.
    fn warn(&mut self, text: &str) {
        self.tell(text, "\n");
    }

    /// Says why a note is left alone, be it quiet or not: where the command fails for that, nothing else tells why.
    fn refuse(&mut self, spot: &Spot) {
        self.warn(&spot.to_string());
    }

    fn tell(&mut self, text: &str, end: &str) {
        // What was printed before comes before.
        let _ = self.out.flush();
        for line in text.split('\n') {
            let _ = write!(self.err, "{}{end}", escape(line));
        }
    }

    /// Says what is done and how long it has taken, where somebody has asked to hear it.
    fn detail(&mut self, text: &str) {
        if self.verbose {
            let elapsed = self.start.elapsed().as_millis();
            self.say(&format!("[{elapsed} ms] {text}"));
        }
    }
}

/// Whether a text has nothing in it that a terminal could take for an order.
fn is_plain(text: &str) -> bool {
    let is_order = |byte: u8| byte < b' ' && byte != b'\n' || byte == 0x7f;
    let bytes = text.as_bytes();
    // A report is megabytes long: a loop without a way out of it looks at many bytes at once.
    let mut chunks = bytes.chunks(4096);
    chunks.all(|chunk| !chunk.iter().fold(false, |any, byte| any | is_order(*byte)))
        // In UTF-8 the byte 0xC2 begins the second set of control characters, and what comes behind that.
        && memchr::memchr_iter(0xc2, bytes).all(|at| bytes.get(at + 1).is_some_and(|next| *next >= 0xa0))
}

/// Runs a command line. Results go to `out`, everything else to `err`.
pub fn run(cli: Cli, out: &mut dyn Write, err: &mut dyn Write) -> ExitStatus {
    let colour = is_coloured(cli.common.color, &std::io::stdout());
    let watched = std::io::stderr().is_terminal() && !cli.common.quiet;
    let Common { quiet, verbose, .. } = cli.common;
    let interactive = watched && std::io::stdout().is_terminal();
    let (verdict, start) = (ExitStatus::Success, Instant::now());
    let mut terminal = Terminal { out, err, colour, watched, interactive, quiet, verbose, verdict, start };
    let result = dispatch(cli, &mut terminal).and_then(|status| {
        terminal.verdict = status;
        terminal.flush()?;
        Ok(status)
    });
    match result {
        Ok(status) => status,
        Err(error) if error.is_broken_pipe() => terminal.verdict,
        Err(error) => {
            // Where even this cannot be printed, the exit status has to say it.
            let _ = writeln!(terminal.err, "error: {}", escape(&error.to_string()));
            if let Some(hint) = error.way_out() {
                let _ = writeln!(terminal.err, "  help: {}", escape(hint));
            }
            ExitStatus::Failure
        }
    }
}

/// Says what is wrong with a command line that could not be read, or the help that it asks for. The exit code.
#[must_use]
pub fn explain_usage(error: &clap::Error, color: Color) -> u8 {
    let text = error.render();
    // Nobody may be listening.
    let _ = if error.use_stderr() {
        write!(styled(color, std::io::stderr()), "{}", text.ansi())
    } else {
        write!(styled(color, std::io::stdout()), "{}", text.ansi())
    };
    u8::try_from(error.exit_code()).unwrap_or(ExitStatus::Failure.code())
}

fn styled<S: RawStream>(color: Color, stream: S) -> AutoStream<S> {
    let coloured = is_coloured(color, &stream);
    AutoStream::new(stream, if coloured { ColorChoice::Always } else { ColorChoice::Never })
}

/// Whether colours are used: where that is open, on a terminal alone, whatever forces them elsewhere.
fn is_coloured(color: Color, stream: &impl RawStream) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => stream.is_terminal() && AutoStream::choice(stream) != ColorChoice::Never,
    }
}

fn dispatch(cli: Cli, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let common = cli.common;
    match cli.command.unwrap_or_else(|| Command::Check(crate::args::Check::default())) {
        Command::Check(args) => check::run(&common, &args, terminal),
        Command::Sync(args) => sync::run(&common, &args, terminal),
        Command::Log(args) => log::run(&common, &args, terminal),
        Command::Board(args) => board::run(&common, &args, terminal),
        Command::Record(args) => record::run(&common, &args, terminal),
        Command::Diff(args) => compared::run(&common, &args, terminal),
        Command::MergeBoard(args) => merge::run(&common, &args, terminal),
        Command::New(args) => new::run(&common, &args, terminal),
        Command::Rename(args) => rename::run(&common, &args, terminal),
        Command::List(args) => list::run(&common, &args, terminal),
        Command::Resolve(args) => resolve::run(&common, &args, terminal),
        Command::Graph(args) => graph::run(&common, &args, terminal),
        Command::Watch(args) => watch::run(&common, &args, terminal),
        Command::Hook(args) => hook::run(&common, args, terminal),
        Command::Explain(args) => explain::run(&args, terminal),
        Command::Init => init::run(&common, terminal),
        Command::Schema(args) => explain::schema(&args, terminal),
        Command::Completions(args) => explain::completions(&args, terminal),
        Command::Man => explain::man(terminal),
    }
}

/// The time by the clock on this machine's wall.
fn local_time() -> NaiveDateTime {
    Local::now().naive_local()
}

/// The time by the clock of the vault: that of its time zone, or else the one on the wall here.
fn now(config: &Config) -> NaiveDateTime {
    config.timezone.map_or_else(local_time, |zone| Utc::now().with_timezone(&zone).naive_local())
}

/// The same, as log entries have it.
fn this_minute(config: &Config) -> Stamp {
    Stamp::to_the_minute(now(config))
}

/// Finds the vault that the command line means, and what it says about itself.
fn place(common: &Common, access: Access, terminal: &mut Terminal<'_>) -> Result<(PathBuf, Config)> {
    let root = find_root(common, terminal)?;
    settle(&root, access, terminal);
    let config = setup::read(&root, common.config.as_deref(), None)?;
    let folder = Folder::new(&root);
    for file in obsidian::broken(&folder) {
        terminal.say(&format!("`{file}` is not valid JSON: its settings are ignored"));
    }
    for pattern in obsidian::unread_patterns(&folder) {
        terminal.say(&format!(
            "`.obsidian/app.json` excludes files by `{pattern}`, a pattern that portolan cannot read: it excludes \
             nothing here; `exclude` in `portolan.toml` can"
        ));
    }
    Ok((root, config))
}

/// Finds the folder of the vault that the command line means.
fn find_root(common: &Common, terminal: &mut Terminal<'_>) -> Result<PathBuf> {
    let here = std::env::current_dir().map_err(|e| Error::io("find the folder", Path::new("."), e))?;
    let root = root::find(common.vault.as_deref(), &here, home().as_deref())?;
    terminal.detail(&format!("vault `{}`", root.display()));
    Ok(root)
}

/// The folder of the user.
fn home() -> Option<PathBuf> {
    std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE")).map(PathBuf::from)
}

/// Finds and reads the vault that the command line means.
fn load(common: &Common, keep: Keep, access: Access, terminal: &mut Terminal<'_>) -> Result<Vault> {
    let (root, config) = place(common, access, terminal)?;
    read(&root, config, keep, terminal)
}

/// Reads a vault.
fn read(root: &Path, config: Config, keep: Keep, terminal: &mut Terminal<'_>) -> Result<Vault> {
    let progress = Progress::new(terminal.watched);
    let vault = Vault::load(root, config, keep, &|done, total| progress.tick(done, total));
    progress.finish();
    let vault = vault?;
    terminal.detail(&format!(
        "{} and {} read",
        counted(vault.ids().len(), "note"),
        counted(vault.names().paths().len(), "file")
    ));
    Ok(vault)
}

/// Refuses to write lines into a note in which something is in the way of that.
fn stop_at_obstacle(note: &Note, text: &str) -> Result<()> {
    obstacle_to_lines(note, text).map_or(Ok(()), |obstacle| Err(refused(note, obstacle)))
}

/// What is said where nothing is written into a note.
fn refused(note: &Note, Obstacle { line, message }: Obstacle) -> Error {
    Error::new(format!("{}:{line}: {message}", note.path))
        .hint("fix that first; until then, nothing is written to the note")
}

/// A bar that appears when reading takes longer than a moment.
struct Progress {
    start: Instant,
    watched: bool,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    const PATIENCE: Duration = Duration::from_millis(400);

    fn new(watched: bool) -> Self {
        Self { start: Instant::now(), watched, bar: OnceLock::new() }
    }

    fn tick(&self, done: usize, total: usize) {
        // The clock is asked for every note in 64: reading one takes less time than asking.
        if !self.watched || !done.is_multiple_of(64) || self.start.elapsed() < Self::PATIENCE {
            return;
        }
        let bar = self.bar.get_or_init(|| {
            let target = ProgressDrawTarget::stderr_with_hz(10);
            let style = ProgressStyle::with_template("reading {bar:32} {pos}/{len} notes");
            ProgressBar::with_draw_target(Some(total as u64), target)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        bar.set_position(done as u64);
    }

    fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

/// `1 link that led nowhere now leads there`
fn healed(count: usize) -> String {
    let lead = if count == 1 { "leads" } else { "lead" };
    format!("{} that led nowhere now {lead} there", counted(count, "link"))
}

/// `1 note`, `2 notes`.
fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    match (noun.strip_suffix('y'), plural) {
        (Some(stem), "s") => format!("{count} {stem}ies"),
        _ => format!("{count} {noun}{plural}"),
    }
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn what_a_terminal_could_take_for_an_order_is_not_plain() {
        for text in ["", "plain\nlines\n", "50 °C · é ü — 漢字 \u{a0}"] {
            assert!(is_plain(text), "{text:?}");
        }
        let long = "x".repeat(5000);
        for order in ["\x1b[31m", "\r", "\0", "\x7f", "\u{80}", "\u{9b}31m"] {
            assert!(!is_plain(&format!("{long}{order}")), "{order:?}");
            assert!(!is_plain(&format!("{order}{long}")), "{order:?}");
        }
    }
}
