//! What a run has found out after a verdict was kept: little, where little has changed.
//!
//! To keep a verdict on a large vault takes longer than to judge the one note that somebody has just saved. So
//! the kept verdict is left as it is, and what is said now of the notes that have changed since is kept beside
//! it, until these are many.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::by_path::ByPath;
use super::kept::{Head, Many, all};
use super::said::Said;
use super::saved::FEW;
use crate::model::finding::Finding;
use crate::text::seal::{open, sealed};

/// What is sealed.
const KIND: &[u8; 8] = b"prtlater";

/// How far a change reached.
pub(super) struct Extent {
    /// The notes on which the verdict may be another one.
    pub(super) touched: BTreeSet<String>,
    /// Whether these were judged by themselves, and nothing was asked of the vault as a whole.
    pub(super) alone: bool,
}

impl Extent {
    /// Whether it takes less to judge all that again than to keep it.
    pub(super) fn is_small(&self) -> bool {
        self.alone && self.touched.len() <= FEW
    }
}

/// What has been found out later.
pub(super) struct Later {
    /// What tells whether it still holds.
    pub(super) head: Head,
    /// The notes whose verdict may be another one, and all that is said of them.
    pub(super) touched: BTreeMap<String, Vec<Finding>>,
}

/// As it is kept.
#[derive(Deserialize)]
struct Body<'b> {
    /// The checksum of the verdict that it was found out after. Whoever asks has looked at that one's setup.
    after: u64,
    head: Head,
    #[serde(borrow)]
    touched: Vec<(&'b str, Vec<Said<'b>>)>,
}

/// The same, to be kept.
#[derive(Serialize)]
struct Finished<'f> {
    after: u64,
    head: Head,
    touched: Vec<(&'f str, Many<'f>)>,
}

impl Later {
    /// What was kept beside the verdict with this checksum. Bytes that are torn, foreign or beside another one
    /// are as good as none.
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

/// Writes what was found out after the verdict with this checksum; gives nothing where it cannot be written.
pub(super) fn write(after: u64, head: Head, touched: &BTreeSet<String>, verdict: &ByPath) -> Option<Vec<u8>> {
    let touched = touched.iter().map(|path| (path.as_str(), Many(vec![verdict.of(path)]))).collect();
    let body = postcard::to_stdvec(&Finished { after, head, touched }).ok()?;
    Some(sealed(KIND, &body))
}
