//! A seal around bytes that are kept for another run: a mark of their kind before them and a checksum after them.
//! It detects bytes that are incomplete or were not written by portolan.

use std::fmt;
use std::io::{self, BufWriter, Write};

use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

/// Writes sealed bytes, which may come in several pieces.
///
/// ```
/// # use std::io::Write;
/// use portolan::text::seal::{Sealing, open};
/// let mut sealing = Sealing::new(b"portolan", Vec::new())?;
/// sealing.write_all(b"two ")?;
/// sealing.write_all(b"pieces")?;
/// let kept = sealing.finish()?;
/// assert_eq!(open(b"portolan", &kept).map(|(_, bytes)| bytes), Some(&b"two pieces"[..]));
/// assert_eq!(open(b"somebody", &kept), None);
/// assert_eq!(open(b"portolan", &kept[..20]), None);
/// # std::io::Result::Ok(())
/// ```
pub struct Sealing<W: Write>(BufWriter<Summed<W>>);

/// The size of the pieces in which bytes are passed on.
const PIECE: usize = 64 * 1024;

impl<W: Write> Sealing<W> {
    /// Starts sealed output of a kind, and writes the mark of the kind.
    ///
    /// # Errors
    /// `to` fails. This holds for every write.
    pub fn new(kind: &[u8; 8], mut to: W) -> io::Result<Self> {
        to.write_all(kind)?;
        Ok(Self(BufWriter::with_capacity(PIECE, Summed { to, sum: Xxh3Default::new() })))
    }

    /// Writes the checksum after the bytes. Output that is not finished does not open.
    ///
    /// # Errors
    /// `to` fails.
    pub fn finish(self) -> io::Result<W> {
        let Summed { mut to, sum } = self.0.into_inner()?;
        to.write_all(&sum.digest().to_le_bytes())?;
        Ok(to)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<W: Write> fmt::Debug for Sealing<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealing").finish_non_exhaustive()
    }
}

/// A writer that computes a checksum over the bytes written through it.
struct Summed<W> {
    to: W,
    sum: Xxh3Default,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Returns `bytes` with the seal of a kind.
#[must_use]
pub fn sealed(kind: &[u8; 8], bytes: &[u8]) -> Vec<u8> {
    [kind, bytes, &xxh3_64(bytes).to_le_bytes()].concat()
}

/// Returns the checksum and the bytes in a seal; `None` where the seal is of another kind, or broken.
#[must_use]
pub fn open<'b>(kind: &[u8; 8], bytes: &'b [u8]) -> Option<(u64, &'b [u8])> {
    let (bytes, sum) = bytes.strip_prefix(kind)?.split_last_chunk()?;
    let sum = u64::from_le_bytes(*sum);
    (sum == xxh3_64(bytes)).then_some((sum, bytes))
}
