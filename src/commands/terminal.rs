//! Where a command prints, and what it may print there.

use std::io::{IsTerminal as _, Write};
use std::time::Instant;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};

use super::ExitStatus;
use crate::args::{Color, Common};
use crate::error::{Error, Result};
use crate::plan::obstacle::Spot;
use crate::text::visible::{escape, escape_lines};

/// Where a command prints, and what it may assume about it.
pub(super) struct Terminal<'w> {
    pub(super) out: &'w mut dyn Write,
    pub(super) err: &'w mut dyn Write,
    pub(super) colour: bool,
    /// Whether a person watches: progress may be shown.
    pub(super) watched: bool,
    /// Whether a person reads the results, too.
    pub(super) interactive: bool,
    pub(super) quiet: bool,
    verbose: bool,
    /// How the command ends where nobody reads to the end what it prints, as `head` does not.
    pub(super) verdict: ExitStatus,
    start: Instant,
}

impl<'w> Terminal<'w> {
    pub(super) fn new(common: &Common, out: &'w mut dyn Write, err: &'w mut dyn Write) -> Self {
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

    /// Prints a result, in which colours are ours alone: what comes from notes has been escaped.
    pub(super) fn print(&mut self, text: &str) -> Result<()> {
        if self.colour || is_plain(text) {
            self.write(text.as_bytes())
        } else {
            self.print_plain(&anstream::adapter::strip_str(text).to_string())
        }
    }

    /// Prints a text that has no colours, such as lines of notes: nothing in it gives orders to a terminal.
    pub(super) fn print_plain(&mut self, text: &str) -> Result<()> {
        self.write(escape_lines(text).as_bytes())
    }

    /// Prints a document for programs, whose format has escaped what nobody sees: it arrives as it is.
    pub(super) fn print_document(&mut self, text: &str) -> Result<()> {
        self.write(text.as_bytes())
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(Error::output)
    }

    /// Sees to it that what was printed is there to be read.
    pub(super) fn flush(&mut self) -> Result<()> {
        self.out.flush().map_err(Error::output)
    }

    /// Says something about the work, unless it is to be quiet. Nobody may be listening.
    pub(super) fn say(&mut self, text: &str) {
        self.say_in_lines(text, "\n");
    }

    /// The same with another line end: a terminal that gives single keys goes to the start of a line only when
    /// it is told to.
    pub(super) fn say_in_lines(&mut self, text: &str, end: &str) {
        if !self.quiet {
            self.tell(text, end);
        }
    }

    /// Says what has happened to notes without anybody having asked for it, however quiet it is to be.
    pub(super) fn warn(&mut self, text: &str) {
        self.tell(text, "\n");
    }

    /// Says why a note is left alone, be it quiet or not: where the command fails for that, nothing else tells why.
    pub(super) fn refuse(&mut self, spot: &Spot) {
        self.warn(&spot.to_string());
    }

    fn tell(&mut self, text: &str, end: &str) {
        // What was printed before comes before.
        let _ = self.out.flush();
        for line in text.split('\n') {
            let _ = write!(self.err, "{}{end}", escape(line));
        }
    }

    /// Says why the command could not do its work, and the way out.
    pub(super) fn fail(&mut self, error: &Error) {
        // Where even this cannot be printed, the exit status has to say it.
        let _ = writeln!(self.err, "error: {}", escape(&error.to_string()));
        if let Some(hint) = error.hint() {
            let _ = writeln!(self.err, "  help: {}", escape(hint));
        }
    }

    /// Says what is done and how long it has taken, where somebody has asked to hear it.
    pub(super) fn detail(&mut self, text: &str) {
        if self.verbose {
            let elapsed = self.start.elapsed().as_millis();
            self.say(&format!("[{elapsed} ms] {text}"));
        }
    }
}

/// Whether a text has nothing in it that a terminal could take for an order.
fn is_plain(text: &str) -> bool {
    let is_order = |byte: u8| byte < b' ' && byte != b'\n' || byte == 0x7f;
    let bytes = text.as_bytes();
    // A report is megabytes long: a loop without a way out of it looks at many bytes at once.
    let mut chunks = bytes.chunks(4096);
    chunks.all(|chunk| !chunk.iter().fold(false, |any, byte| any | is_order(*byte)))
        // In UTF-8 the byte 0xC2 begins the second set of control characters, and what comes behind that.
        && memchr::memchr_iter(0xc2, bytes).all(|at| bytes.get(at + 1).is_some_and(|next| *next >= 0xa0))
}

/// A stream in which colours stand where they are to be used.
pub(super) fn styled<S: RawStream>(color: Color, stream: S) -> AutoStream<S> {
    let coloured = is_coloured(color, &stream);
    AutoStream::new(stream, if coloured { ColorChoice::Always } else { ColorChoice::Never })
}

/// Whether colours are used: where that is open, on a terminal alone, whatever forces them elsewhere.
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
