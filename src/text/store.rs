//! How results are kept from one run to the next: in a main file, and in a smaller one beside it.

use std::io::{self, Write};

/// The file in which a new result is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFile {
    /// The main file, in place of everything that was kept.
    Whole,
    /// The file beside it, in place of what was kept there.
    Beside,
}

/// Writes what is to be kept.
pub type Writing<'w> = &'w mut dyn FnMut(&mut dyn Write) -> io::Result<()>;
