//! The error type of commands: why a command could not do its work, and what to do about it.
//!
//! What is wrong with a vault is a finding. An [`Error`] is for what stops a command: arguments
//! that name nothing, a folder that cannot be read, a write that was refused.

use std::fmt;
use std::path::Path;

use crate::text::visible::escape;

/// The failure of a command.
#[derive(Debug)]
pub struct Error {
    message: String,
    hint: Option<String>,
    /// The error of the system.
    cause: Option<std::io::Error>,
    /// Whether it was a result that could not be printed.
    is_output: bool,
}

/// A result with an [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Creates a failure from `message`, a sentence without a period.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, cause: None, is_output: false }
    }

    /// Creates a failure of the file system while doing something to `path`.
    #[must_use]
    pub fn io(doing: &str, path: &Path, cause: std::io::Error) -> Self {
        let message = format!("cannot {doing} `{}`: {}", escape(&path.to_string_lossy()), plain(&cause));
        Self { cause: Some(cause), ..Self::new(message) }
    }

    /// Creates a failure to print a result.
    #[must_use]
    pub fn output(cause: std::io::Error) -> Self {
        let message = format!("cannot write the output: {}", plain(&cause));
        Self { is_output: true, cause: Some(cause), ..Self::new(message) }
    }

    /// Creates a failure of the system that concerns no path.
    #[must_use]
    pub fn system(doing: &str, cause: std::io::Error) -> Self {
        let message = format!("cannot {doing}: {}", plain(&cause));
        Self { cause: Some(cause), ..Self::new(message) }
    }

    /// Adds a hint on how to solve the problem.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a hint on how to solve the problem, unless there is one already. The earlier hint is the more specific
    /// one.
    #[must_use]
    pub fn or_hint(mut self, hint: &str) -> Self {
        self.hint.get_or_insert_with(|| hint.to_owned());
        self
    }

    /// Returns the hint on how to solve the problem, if there is one.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Returns the failure and its hint on one line, for a list of several failures.
    #[must_use]
    pub fn on_one_line(&self) -> String {
        match &self.hint {
            Some(hint) => format!("{} (help: {hint})", self.message),
            None => self.message.clone(),
        }
    }

    /// Whether the reader of the output has closed it, as `head` does. A command does not treat this as a failure.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        self.is_output && self.cause.as_ref().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

/// Returns the message of a system error, without the error number.
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

// The message already contains the words of the cause, so a `source` would repeat them.
impl std::error::Error for Error {}
