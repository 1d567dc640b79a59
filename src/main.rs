//! The portolan command: arguments in, exit status out.

use std::io::{BufWriter, stderr, stdout};
use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = portolan::args::Cli::parse();
    // Standard error stays unlocked: the progress bar draws on it from the threads that read notes.
    let status = portolan::commands::run(cli, &mut BufWriter::new(stdout().lock()), &mut stderr());
    ExitCode::from(status.code())
}
