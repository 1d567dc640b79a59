//! Checks a vault with the library alone.
//!
//! ```sh
//! cargo run --example check -- vault-example
//! ```

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program, and says what it has found")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use portolan::error::Result;
use portolan::report::human::{self, Look};
use portolan::vault::{Keep, Vault};
use portolan::{rules, setup};

fn main() -> ExitCode {
    let root = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    match check(&root) {
        Ok(report) if report.is_empty() => ExitCode::SUCCESS,
        Ok(report) => {
            print!("{report}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// What is wrong in a vault, for people.
fn check(root: &Path) -> Result<String> {
    // The vault's own settings: its `portolan.toml`, where it has one.
    let config = setup::read(root, None, None)?;
    let vault = Vault::load(root, config, Keep::Facts, &|_, _| {})?;
    // Without a time by the clock nothing is in the future, and nothing is old.
    let findings = rules::run(&vault, None);
    Ok(human::render(&vault, &findings, Look::PLAIN))
}
