//! The portolan command: arguments in, exit status out.

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
    // Standard error stays unlocked: the progress bar draws on it from the threads that read notes.
    let status = commands::run(cli, &mut BufWriter::new(stdout().lock()), &mut stderr());
    ExitCode::from(status.code())
}

/// A write that would make a file larger than is allowed ends a process by default. It is to be an error like
/// any other: the message names the file, and what was half written is cleared away.
#[cfg(unix)]
fn survive_full_files() {
    // Without the handler the process ends, as any other would.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
}

#[cfg(not(unix))]
fn survive_full_files() {}
