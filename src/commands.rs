//! Floor 12: the commands, a module for each.

use std::io::Write;

use crate::args::{Cli, Color, Command};
use crate::error::Result;

use crate::console::Terminal;
use crate::console::terminal::styled;

pub use crate::console::ExitStatus;

mod board;
mod check;
mod completions;
mod diff;
mod explain;
mod graph;
mod hook;
mod init;
mod list;
mod log;
mod man;
mod merge_board;
mod new;
mod record;
mod rename;
mod resolve;
mod schema;
mod sync;
mod watch;

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
        Command::Diff(args) => diff::run(&common, &args, terminal),
        Command::MergeBoard(args) => merge_board::run(&common, &args, terminal),
        Command::New(args) => new::run(&common, &args, terminal),
        Command::Rename(args) => rename::run(&common, &args, terminal),
        Command::List(args) => list::run(&common, &args, terminal),
        Command::Resolve(args) => resolve::run(&common, &args, terminal),
        Command::Graph(args) => graph::run(&common, &args, terminal),
        Command::Watch(args) => watch::run(&common, &args, terminal),
        Command::Hook(args) => hook::run(&common, args, terminal),
        Command::Explain(args) => explain::run(&args, terminal),
        Command::Init => init::run(&common, terminal),
        Command::Schema(args) => schema::run(&args, terminal),
        Command::Completions(args) => completions::run(&args, terminal),
        Command::Man => man::run(terminal),
    }
}
