//! Floor 11: the commands. Only this module prints, knows the terminal, and asks the clock for what is judged
//! or written.

use std::io::Write;

use crate::args::{Cli, Color, Command};
use crate::error::Result;

// Imports that most commands share.
use self::clock::{now, this_minute};
use self::interrupted::Access;
use self::opening::{find_root, load, place, read};
use self::terminal::{Terminal, styled};
use self::wanted::Wanted;
use self::words::counted;

mod ask;
mod baseline;
mod board;
mod cached;
mod check;
mod clock;
mod compared;
mod drawing;
mod explain;
mod git_line;
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
mod opening;
mod progress;
mod record;
mod refusal;
mod rename;
mod resolve;
mod step;
mod sync;
mod terminal;
mod wanted;
mod watch;
mod way_back;
mod words;
mod written;

/// The exit status of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitStatus {
    /// No findings of the failing severity.
    Success,
    /// Findings, or stale boards.
    Findings,
    /// The command could not do its work.
    Failure,
}

impl ExitStatus {
    /// Returns the exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Findings => 1,
            Self::Failure => 2,
        }
    }
}

/// Runs a command line. Results go to `out`, everything else to `err`.
pub fn run(cli: Cli, out: &mut dyn Write, err: &mut dyn Write) -> ExitStatus {
    let mut terminal = Terminal::new(&cli.common, out, err);
    let result = dispatch(cli, &mut terminal).and_then(|status| {
        terminal.verdict = status;
        terminal.flush()?;
        Ok(status)
    });
    match result {
        Ok(status) => status,
        Err(error) if error.is_broken_pipe() => terminal.verdict,
        Err(error) => {
            terminal.fail(&error);
            ExitStatus::Failure
        }
    }
}

/// Prints the error of a command line that could not be parsed, or the help that it asks for. Returns the
/// exit code.
#[must_use]
pub fn explain_usage(error: &clap::Error, color: Color) -> u8 {
    let text = error.render();
    // The stream may be closed.
    let _ = if error.use_stderr() {
        write!(styled(color, std::io::stderr()), "{}", text.ansi())
    } else {
        write!(styled(color, std::io::stdout()), "{}", text.ansi())
    };
    u8::try_from(error.exit_code()).unwrap_or(ExitStatus::Failure.code())
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
