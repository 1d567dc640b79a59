//! The paths of a vault in one piece of memory.

/// Paths in order, one behind the other: a string for each of them would take nearly as much again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    text: String,
    /// Where each path ends.
    ends: Vec<u32>,
}

impl Paths {
    /// Paths that come in order; together no more than 4 GiB.
    pub(super) fn new(paths: Vec<String>) -> Self {
        let mut text = String::with_capacity(paths.iter().map(String::len).sum());
        let mut ends = Vec::with_capacity(paths.len());
        for path in paths {
            text.push_str(&path);
            ends.push(text.len() as u32);
        }
        Self { text, ends }
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, i: usize) -> Option<&str> {
        let end = *self.ends.get(i)?;
        let start = i.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(start as usize..end as usize)
    }

    /// All of them, in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|i| self.get(i).unwrap_or_default())
    }

    /// All of them, one behind the other, and where each ends.
    #[must_use]
    pub fn joined(&self) -> (&str, &[u32]) {
        (&self.text, &self.ends)
    }

    /// Where a path is among them.
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
