//! Why a command could not do its work, and the way out.
//!
//! What is wrong with a vault is a finding. An [`Error`] is for what stops a command: arguments
//! that name nothing, a folder that cannot be read, a write that was refused.

use std::fmt;
use std::path::Path;

use crate::text::visible::escape;

/// A failure of a command.
#[derive(Debug)]
pub struct Error {
    message: String,
    hint: Option<String>,
    /// What the system said.
    cause: Option<std::io::Error>,
    /// Whether it was a result that could not be printed.
    is_output: bool,
}

/// A result with an [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A failure, said in a sentence without a period.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, cause: None, is_output: false }
    }

    /// A failure of the file system while doing something to a path.
    #[must_use]
    pub fn io(doing: &str, path: &Path, cause: std::io::Error) -> Self {
        let message = format!("cannot {doing} `{}`: {}", escape(&path.to_string_lossy()), plain(&cause));
        Self { cause: Some(cause), ..Self::new(message) }
    }

    /// A failure to print a result.
    #[must_use]
    pub fn output(cause: std::io::Error) -> Self {
        let message = format!("cannot write the output: {}", plain(&cause));
        Self { is_output: true, cause: Some(cause), ..Self::new(message) }
    }

    /// A failure of the system that is about no path.
    #[must_use]
    pub fn system(doing: &str, cause: std::io::Error) -> Self {
        let message = format!("cannot {doing}: {}", plain(&cause));
        Self { cause: Some(cause), ..Self::new(message) }
    }

    /// Adds the way out.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the way out, where there is none yet that knows better.
    #[must_use]
    pub fn or_hint(mut self, hint: &str) -> Self {
        self.hint.get_or_insert_with(|| hint.to_owned());
        self
    }

    /// The way out, where there is one to name.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The failure and the way out on one line, for a list of several.
    #[must_use]
    pub fn on_one_line(&self) -> String {
        match &self.hint {
            Some(hint) => format!("{} (help: {hint})", self.message),
            None => self.message.clone(),
        }
    }

    /// Whether the reader of the output has gone, as `head` does. That is no failure.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        self.is_output && self.cause.as_ref().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

/// What the system says, without its number.
pub(crate) fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    let mut first = text[..end].chars();
    first.next().into_iter().flat_map(char::to_lowercase).chain(first).collect()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

// Its message has the words of the cause in it already: a `source` would say them twice.
impl std::error::Error for Error {}
