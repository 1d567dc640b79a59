//! The `portolan` command: passes the arguments on and returns the exit status.

use std::io::{BufWriter, stderr, stdout};
use std::process::ExitCode;

use portolan::args::{Cli, Color};
use portolan::commands;

fn main() -> ExitCode {
    survive_full_files();
    let words: Vec<_> = std::env::args_os().collect();
    let cli = match Cli::of(&words) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(commands::explain_usage(&error, Color::of(&words))),
    };
    // Standard error stays unlocked: the progress bar writes to it from the threads that read notes.
    let status = commands::run(cli, &mut BufWriter::new(stdout().lock()), &mut stderr());
    ExitCode::from(status.code())
}

/// Keeps the process alive when a write exceeds the limit on file sizes, which ends a process by default. The
/// write then fails with an ordinary error, whose message names the file, and the temporary file is removed.
#[cfg(unix)]
fn survive_full_files() {
    // If the handler cannot be installed, the process ends as any other would.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
}

#[cfg(not(unix))]
fn survive_full_files() {}
