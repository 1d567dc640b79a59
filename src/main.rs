//! The portolan command: arguments in, exit status out.

use std::io::{BufWriter, stderr, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    survive_full_files();
    let words: Vec<_> = std::env::args_os().collect();
    let cli = portolan::args::Cli::of(&words).unwrap_or_else(|error| error.exit());
    // Standard error stays unlocked: the progress bar draws on it from the threads that read notes.
    let status = portolan::commands::run(cli, &mut BufWriter::new(stdout().lock()), &mut stderr());
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
