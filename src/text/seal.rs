//! A seal around bytes that are kept for another run: what they are in front, and a checksum behind. Bytes that are torn
//! or somebody else's are told by it from what portolan has written.

use std::fmt;
use std::io::{self, BufWriter, Write};

use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

/// Bytes on their way to where they are kept. They need not be there all at once.
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

/// Bytes go over in pieces of so many.
const PIECE: usize = 64 * 1024;

impl<W: Write> Sealing<W> {
    /// Begins to write bytes of a kind.
    ///
    /// # Errors
    /// `to` fails, as for all that is written.
    pub fn new(kind: &[u8; 8], mut to: W) -> io::Result<Self> {
        to.write_all(kind)?;
        Ok(Self(BufWriter::with_capacity(PIECE, Summed { to, sum: Xxh3Default::new() })))
    }

    /// Puts the checksum behind what was written. What nobody has finished is torn.
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

/// Bytes with a sum over those that have gone over.
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

/// Bytes of a kind with their seal.
#[must_use]
pub fn sealed(kind: &[u8; 8], bytes: &[u8]) -> Vec<u8> {
    [kind, bytes, &xxh3_64(bytes).to_le_bytes()].concat()
}

/// What stands in a seal, with its checksum; `None` where the seal is of another kind, or broken.
#[must_use]
pub fn open<'b>(kind: &[u8; 8], bytes: &'b [u8]) -> Option<(u64, &'b [u8])> {
    let (bytes, sum) = bytes.strip_prefix(kind)?.split_last_chunk()?;
    let sum = u64::from_le_bytes(*sum);
    (sum == xxh3_64(bytes)).then_some((sum, bytes))
}
