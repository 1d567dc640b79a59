//! The increment of a cached verdict: the findings of the few notes that have changed since it was stored.
//!
//! Keeping the verdict on a large vault takes longer than judging the one note that somebody has just saved.
//! So the kept verdict is left as it is, and the new findings of notes that have changed since are kept in a
//! file beside it, until these notes are many.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::super::by_path::ByPath;
use super::finding::CachedFinding;
use super::format::{Head, Many, all};
use crate::model::finding::Finding;
use crate::text::seal::{open, sealed};

/// The kind of file, which its seal contains.
const KIND: &[u8; 8] = b"prtlater";

/// What was found out after a verdict was kept.
pub(super) struct Increment {
    /// What is needed to tell whether it still holds.
    pub(super) head: Head,
    /// The notes whose verdict may have changed, with their findings.
    pub(super) touched: BTreeMap<String, Vec<Finding>>,
}

/// The file as it is read.
#[derive(Deserialize)]
struct Body<'b> {
    /// The checksum of the verdict that this belongs to. The caller has already checked the setup of that
    /// one.
    after: u64,
    head: Head,
    #[serde(borrow)]
    touched: Vec<(&'b str, Vec<CachedFinding<'b>>)>,
}

/// The file as it is written.
#[derive(Serialize)]
struct Finished<'f> {
    after: u64,
    head: Head,
    touched: Vec<(&'f str, Many<'f>)>,
}

impl Increment {
    /// Reads what was kept beside the verdict with the checksum `after`. Bytes that are damaged, foreign or
    /// belong to another verdict count as none.
    pub(super) fn read(bytes: &[u8], after: u64) -> Option<Self> {
        let (_, bytes) = open(KIND, bytes)?;
        let body: Body<'_> =
            postcard::from_bytes(bytes).ok().filter(|body: &Body<'_>| body.after == after)?;
        let mut touched = BTreeMap::new();
        for (path, said) in body.touched {
            touched.insert(path.to_owned(), all(said, 0)?);
        }
        Some(Self { head: body.head, touched })
    }
}

/// Serialises what was found out after the verdict with the checksum `after`; `None` where that fails.
pub(super) fn write(after: u64, head: Head, touched: &BTreeSet<String>, verdict: &ByPath) -> Option<Vec<u8>> {
    let touched = touched.iter().map(|path| (path.as_str(), Many(vec![verdict.of(path)]))).collect();
    let body = postcard::to_stdvec(&Finished { after, head, touched }).ok()?;
    Some(sealed(KIND, &body))
}
