//! Keys of mappings within properties: none may stand twice there either (YAML 1.2, section 3.2.1.1), and the reader
//! of Obsidian takes nothing from a block with one that does.

use std::collections::HashSet;

/// The collections that are open while the events of a reader go by.
#[derive(Debug, Default)]
pub(super) struct Below(Vec<Option<Keys>>);

/// The keys of a mapping so far, each with whether it stands in quotes.
#[derive(Debug, Default)]
struct Keys {
    seen: HashSet<(String, bool)>,
    /// Whether the next node is the value of the last of them.
    has_key: bool,
}

impl Below {
    /// Takes a text; says whether it is a key that its mapping has already. Two are surely the same where both are words
    /// in the same form: `1` and `1.0` may be one, and `<<` takes in another mapping.
    pub(super) fn scalar(&mut self, text: &str, quoted: bool) -> bool {
        let is_key = self.node();
        let Some(Some(keys)) = self.0.last_mut().filter(|_| is_key) else { return false };
        text.starts_with(char::is_alphabetic) && !keys.seen.insert((text.to_owned(), quoted))
    }

    /// Takes any node; says whether it is a key.
    pub(super) fn node(&mut self) -> bool {
        let Some(Some(keys)) = self.0.last_mut() else { return false };
        keys.has_key = !keys.has_key;
        keys.has_key
    }

    /// Opens a collection, which is a node, too. `has_keys` where those of it are asked for.
    pub(super) fn open(&mut self, has_keys: bool) {
        self.node();
        self.0.push(has_keys.then(Keys::default));
    }

    /// Closes the innermost.
    pub(super) fn close(&mut self) {
        self.0.pop();
    }
}
