//! The portolan command: arguments in, exit status out.

use std::io::{BufWriter, stderr, stdout};
use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = portolan::args::Cli::parse();
    let status = portolan::commands::run(cli, &mut BufWriter::new(stdout().lock()), &mut stderr().lock());
    ExitCode::from(status.code())
}
