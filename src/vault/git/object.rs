//! Ids of git objects, which are hashes of their content.

use std::fmt;

use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::text::number::hex_byte;
use crate::vault::source::Key;

/// The id of an object: a SHA-1 of 20 bytes, or a SHA-256 of 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Id {
    bytes: [u8; 32],
    long: bool,
}

impl Id {
    /// Reads an id in hexadecimal, as git prints it.
    #[must_use]
    pub fn read(hex: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let long = match hex.len() {
            40 => false,
            64 => true,
            _ => return None,
        };
        for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
            *byte = hex_byte(pair[0], pair[1])?;
        }
        Some(Self { bytes, long })
    }

    /// Whether this is the id of a blob with this content: git itself takes equal ids for equal content.
    #[must_use]
    pub fn is_of(&self, content: &[u8]) -> bool {
        let head = format!("blob {}\0", content.len());
        if self.long {
            hash::<Sha256>(head.as_bytes(), content).as_slice() == self.as_bytes()
        } else {
            hash::<Sha1>(head.as_bytes(), content).as_slice() == self.as_bytes()
        }
    }

    /// Returns the key that stands for this content.
    #[must_use]
    pub fn key(&self) -> Key {
        let mut first = [0; 20];
        first.copy_from_slice(&self.bytes[..20]);
        Key::Blob(first)
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..if self.long { 32 } else { 20 }]
    }
}

/// The hash function of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Sha1,
    Sha256,
}

impl Format {
    /// Returns the format with this name in git.
    pub(super) fn of(name: &str) -> Self {
        if name == "sha256" { Self::Sha256 } else { Self::Sha1 }
    }

    /// Returns the id of the empty tree, which every repository has.
    pub(super) const fn empty_tree(self) -> &'static str {
        match self {
            Self::Sha1 => "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
            Self::Sha256 => "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
        }
    }

    /// Whether this is the id of an empty file.
    pub(super) fn is_empty_blob(self, id: Id) -> bool {
        let empty = match self {
            Self::Sha1 => [0xe6, 0x9d, 0xe2, 0x9b],
            Self::Sha256 => [0x47, 0x3a, 0x0f, 0x4c],
        };
        id.bytes.starts_with(&empty) && id.is_of(b"")
    }
}

fn hash<H: Digest>(head: &[u8], content: &[u8]) -> Vec<u8> {
    H::new().chain_update(head).chain_update(content).finalize().to_vec()
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_the_content() {
        for hex in [
            // `printf 'hello\n' | git hash-object --stdin`, in repositories of both kinds.
            "ce013625030ba8dba906f756967f9e9ca394464a",
            "2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4",
        ] {
            let id = Id::read(hex).unwrap();
            assert_eq!(id.to_string(), hex);
            assert!(id.is_of(b"hello\n") && !id.is_of(b"hello\r\n"));
        }
        assert_eq!(Id::read("ce01"), None);
        assert_eq!(Id::read(&"x".repeat(40)), None);
    }
}
