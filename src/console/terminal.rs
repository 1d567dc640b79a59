//! Prints the output of a command, safely for a terminal.

use std::io::{IsTerminal as _, Write};
use std::time::Instant;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};

use super::ExitStatus;
use crate::args::{Color, Common};
use crate::error::{Error, Result};
use crate::plan::obstacle::Spot;
use crate::report::human::Look;
use crate::text::visible::{escape, escape_lines};

/// The streams that a command prints to, and what is known about them.
pub(crate) struct Terminal<'w> {
    pub(crate) out: &'w mut dyn Write,
    pub(crate) err: &'w mut dyn Write,
    pub(crate) colour: bool,
    /// Whether standard error is a terminal and not to be quiet, so that progress may be shown.
    pub(crate) watched: bool,
    /// Whether standard output is a terminal too.
    pub(crate) interactive: bool,
    pub(crate) quiet: bool,
    verbose: bool,
    /// The exit status for the case that the reader closes the output early, as `head` does.
    pub(crate) verdict: ExitStatus,
    start: Instant,
}

impl<'w> Terminal<'w> {
    pub(crate) fn new(common: &Common, out: &'w mut dyn Write, err: &'w mut dyn Write) -> Self {
        let Common { quiet, verbose, .. } = *common;
        let (stdout, stderr) = (std::io::stdout(), std::io::stderr());
        let watched = stderr.is_terminal() && !quiet;
        Self {
            out,
            err,
            colour: is_coloured(common.color, &stdout),
            watched,
            interactive: watched && stdout.is_terminal(),
            quiet,
            verbose,
            verdict: ExitStatus::Success,
            start: Instant::now(),
        }
    }

    /// Returns how findings look on this output.
    pub(crate) fn look(&self) -> Look {
        let is_shown = std::io::stdout().is_terminal();
        let size = is_shown.then(crossterm::terminal::size).and_then(Result::ok);
        let columns = size.map(|(columns, _)| columns).filter(|columns| *columns > 0);
        Look { colour: self.colour, columns }
    }

    /// Prints a result, in which all colours are portolan's own: text from notes has been escaped.
    pub(crate) fn print(&mut self, text: &str) -> Result<()> {
        if self.colour || is_plain(text) {
            self.write(text.as_bytes())
        } else {
            self.print_plain(&anstream::adapter::strip_str(text).to_string())
        }
    }

    /// Prints a text without colours, such as lines of notes, with everything escaped that could control a
    /// terminal.
    pub(crate) fn print_plain(&mut self, text: &str) -> Result<()> {
        self.write(escape_lines(text).as_bytes())
    }

    /// Prints a document for programs unchanged: its format has already escaped invisible characters.
    pub(crate) fn print_document(&mut self, text: &str) -> Result<()> {
        self.write(text.as_bytes())
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(Error::output)
    }

    /// Flushes the results.
    pub(crate) fn flush(&mut self) -> Result<()> {
        self.out.flush().map_err(Error::output)
    }

    /// Prints a message about the work, unless `--quiet` is given. Errors are ignored, since the stream may
    /// be closed.
    pub(crate) fn say(&mut self, text: &str) {
        self.say_in_lines(text, "\n");
    }

    /// Like [`Terminal::say`], but with another line end: a terminal in raw mode returns to the start of a
    /// line only on `\r`.
    pub(crate) fn say_in_lines(&mut self, text: &str, end: &str) {
        if !self.quiet {
            self.tell(text, end);
        }
    }

    /// Prints a message even with `--quiet`: something has happened to notes without being asked for.
    pub(crate) fn warn(&mut self, text: &str) {
        self.tell(text, "\n");
    }

    /// Prints why a note was not written, even with `--quiet`: if the command fails for that, nothing else
    /// tells why.
    pub(crate) fn refuse(&mut self, spot: &Spot) {
        self.warn(&spot.to_string());
    }

    fn tell(&mut self, text: &str, end: &str) {
        // Earlier results must appear before the message.
        let _ = self.out.flush();
        for line in text.split('\n') {
            let _ = write!(self.err, "{}{end}", escape(line));
        }
    }

    /// Prints why the command failed, and the way out.
    pub(crate) fn fail(&mut self, error: &Error) {
        // If even this cannot be printed, the exit status has to tell.
        let _ = writeln!(self.err, "error: {}", escape(&error.to_string()));
        if let Some(hint) = error.hint() {
            let _ = writeln!(self.err, "  help: {}", escape(hint));
        }
    }

    /// Prints a step of the work with the time so far, if `--verbose` is given.
    pub(crate) fn detail(&mut self, text: &str) {
        if self.verbose {
            let elapsed = self.start.elapsed().as_millis();
            self.say(&format!("[{elapsed} ms] {text}"));
        }
    }
}

/// Whether a text contains nothing that could control a terminal.
fn is_plain(text: &str) -> bool {
    let is_order = |byte: u8| byte < b' ' && byte != b'\n' || byte == 0x7f;
    let bytes = text.as_bytes();
    // A report may be megabytes long. A loop without an early exit checks many bytes at once.
    let mut chunks = bytes.chunks(4096);
    chunks.all(|chunk| !chunk.iter().fold(false, |any, byte| any | is_order(*byte)))
        // In UTF-8 the C1 control characters are the byte 0xC2 followed by one below 0xA0.
        && memchr::memchr_iter(0xc2, bytes).all(|at| bytes.get(at + 1).is_some_and(|next| *next >= 0xa0))
}

/// Wraps a stream so that colours are written only where they are wanted.
pub(crate) fn styled<S: RawStream>(color: Color, stream: S) -> AutoStream<S> {
    let coloured = is_coloured(color, &stream);
    AutoStream::new(stream, if coloured { ColorChoice::Always } else { ColorChoice::Never })
}

/// Whether to use colours. With `auto` they are used only on a terminal, even if the environment forces them.
fn is_coloured(color: Color, stream: &impl RawStream) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => stream.is_terminal() && AutoStream::choice(stream) != ColorChoice::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn what_a_terminal_could_take_for_an_order_is_not_plain() {
        for text in ["", "plain\nlines\n", "50 °C · é ü — 漢字 \u{a0}"] {
            assert!(is_plain(text), "{text:?}");
        }
        let long = "x".repeat(5000);
        for order in ["\x1b[31m", "\r", "\0", "\x7f", "\u{80}", "\u{9b}31m"] {
            assert!(!is_plain(&format!("{long}{order}")), "{order:?}");
            assert!(!is_plain(&format!("{order}{long}")), "{order:?}");
        }
    }
}
