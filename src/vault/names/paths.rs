//! The paths of a vault, in one allocation.

/// Sorted paths in one string. A `String` for each would take nearly as much memory again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    text: String,
    /// Where each path ends in `text`.
    ends: Vec<u32>,
}

impl Paths {
    /// Joins sorted paths, which together take no more than 4 GiB.
    pub(super) fn new(paths: Vec<String>) -> Self {
        let mut text = String::with_capacity(paths.iter().map(String::len).sum());
        let mut ends = Vec::with_capacity(paths.len());
        for path in paths {
            text.push_str(&path);
            ends.push(text.len() as u32);
        }
        Self { text, ends }
    }

    /// Returns the number of paths.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no paths.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns the path at an index.
    #[must_use]
    pub fn get(&self, i: usize) -> Option<&str> {
        let end = *self.ends.get(i)?;
        let start = i.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(start as usize..end as usize)
    }

    /// Iterates over all paths in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|i| self.get(i).unwrap_or_default())
    }

    /// Returns all paths joined into one string, and where each ends in it.
    #[must_use]
    pub fn joined(&self) -> (&str, &[u32]) {
        (&self.text, &self.ends)
    }

    /// Returns the index of a path.
    pub(super) fn position(&self, path: &str) -> Option<usize> {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = from.midpoint(to);
            match self.get(middle)?.cmp(path) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        None
    }
}
