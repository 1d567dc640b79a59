//! Checks for duplicate keys of mappings inside properties. Those are invalid too (YAML 1.2, section 3.2.1.1), and
//! Obsidian uses nothing from a block that has one.

use std::collections::HashSet;

/// The open collections while the events of a parser are read.
#[derive(Debug, Default)]
pub(super) struct Below(Vec<Option<Keys>>);

/// The keys of a mapping so far, each with whether it is quoted.
#[derive(Debug, Default)]
struct Keys {
    seen: HashSet<(String, bool)>,
    /// Whether the next node is the value of the last key.
    has_key: bool,
}

impl Below {
    /// Takes a scalar, and returns whether it is a key that its mapping already has. Only words in the same form
    /// count as equal: `1` and `1.0` may be equal in YAML, and `<<` merges another mapping.
    pub(super) fn scalar(&mut self, text: &str, quoted: bool) -> bool {
        let is_key = self.node();
        let Some(Some(keys)) = self.0.last_mut().filter(|_| is_key) else { return false };
        text.starts_with(char::is_alphabetic) && !keys.seen.insert((text.to_owned(), quoted))
    }

    /// Takes a node of any kind, and returns whether it is a key.
    pub(super) fn node(&mut self) -> bool {
        let Some(Some(keys)) = self.0.last_mut() else { return false };
        keys.has_key = !keys.has_key;
        keys.has_key
    }

    /// Opens a collection, which is a node itself. `has_keys` is set for a mapping whose keys are to be checked.
    pub(super) fn open(&mut self, has_keys: bool) {
        self.node();
        self.0.push(has_keys.then(Keys::default));
    }

    /// Closes the innermost collection.
    pub(super) fn close(&mut self) {
        self.0.pop();
    }
}
