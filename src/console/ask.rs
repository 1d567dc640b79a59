//! Asks questions on the terminal, where a person can answer.

use std::io::{BufRead, IsTerminal as _};

use super::Terminal;
use crate::error::{Error, Result};
use crate::text::visible::escape;

/// Whether a person can answer: questions go to standard error, answers come from standard input.
pub(crate) fn somebody_is_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks a question and returns the trimmed answer; `None` at the end of the input.
pub(crate) fn ask(question: &str, terminal: &mut Terminal<'_>) -> Result<Option<String>> {
    let asked = write!(terminal.err, "{}: ", escape(question)).and_then(|()| terminal.err.flush());
    asked.map_err(|e| Error::system("ask", e))?;
    answer(&mut std::io::stdin().lock())
}

fn answer(from: &mut dyn BufRead) -> Result<Option<String>> {
    let mut answer = String::new();
    let ended = from.read_line(&mut answer).map_err(|e| Error::system("read the answer", e))? == 0;
    Ok((!ended).then(|| answer.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn an_answer_is_a_line_of_text() {
        assert_eq!(answer(&mut &b" it's due \nmore"[..]).unwrap().as_deref(), Some("it's due"));
        assert_eq!(answer(&mut &b""[..]).unwrap(), None);
        let error = answer(&mut &b"caf\xe9\n"[..]).unwrap_err();
        assert!(error.to_string().starts_with("cannot read the answer: "), "{error}");
    }
}
