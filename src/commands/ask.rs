//! Questions on the terminal, where somebody is there to answer.

use std::io::{BufRead as _, IsTerminal as _};

use super::Terminal;
use crate::error::{Result, escape};

/// Whether somebody is there to answer: questions go to standard error, answers come from standard input.
pub(super) fn somebody_is_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// The answer to a question, blanks at its ends left out; `None` where nothing more is typed.
pub(super) fn ask(question: &str, terminal: &mut Terminal<'_>) -> Result<Option<String>> {
    write!(terminal.err, "{}: ", escape(question))?;
    terminal.err.flush()?;
    let mut answer = String::new();
    let ended = std::io::stdin().lock().read_line(&mut answer)? == 0;
    Ok((!ended).then(|| answer.trim().to_owned()))
}
