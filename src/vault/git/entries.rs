//! What git prints about the files of an index and of a tree.

use super::object::Id;

/// A file as git knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its path from the root of the repository, in the bytes that it has.
    pub(super) path: Vec<u8>,
    pub(super) kind: Kind,
    pub(super) id: Id,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    /// A symbolic link, whose blob says where it leads.
    Link,
    /// Another repository, at a commit.
    Submodule,
}

impl Kind {
    fn of(mode: &str) -> Option<Self> {
        match mode {
            "120000" => Some(Self::Link),
            "160000" => Some(Self::Submodule),
            mode if mode.starts_with("100") => Some(Self::File),
            _ => None,
        }
    }
}

/// The entries of an index, printed as what it adds to an empty tree, and the paths that are unmerged.
pub(super) fn of_index(printed: &[u8]) -> (Vec<Entry>, Vec<String>) {
    let (mut entries, mut unmerged) = (Vec::new(), Vec::new());
    let mut fields = printed.split(|b| *b == 0);
    while let (Some(head), Some(path)) = (fields.next(), fields.next()) {
        let head = String::from_utf8_lossy(head);
        let mut words = head.split(' ').skip(1);
        let (mode, _, id, status) = (words.next(), words.next(), words.next(), words.next());
        if status == Some("U") {
            let path = String::from_utf8_lossy(path).into_owned();
            if unmerged.last() != Some(&path) {
                unmerged.push(path);
            }
        } else if let (Some(kind), Some(id)) = (mode.and_then(Kind::of), id.and_then(Id::read)) {
            entries.push(Entry { path: path.to_vec(), kind, id });
        }
    }
    (entries, unmerged)
}

/// The entries of a tree with all trees below it.
pub(super) fn of_tree(printed: &[u8]) -> Vec<Entry> {
    let one = |line: &[u8]| {
        let tab = line.iter().position(|b| *b == b'\t')?;
        let head = std::str::from_utf8(&line[..tab]).ok()?;
        let mut words = head.split(' ');
        let (mode, _, id) = (words.next()?, words.next()?, words.next()?);
        Some(Entry { path: line[tab + 1..].to_vec(), kind: Kind::of(mode)?, id: Id::read(id)? })
    };
    printed.split(|b| *b == 0).filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "ce013625030ba8dba906f756967f9e9ca394464a";

    #[test]
    fn reads_an_index() {
        let none = "0".repeat(40);
        let line =
            |mode: &str, status: &str, path: &str| format!(":000000 {mode} {none} {ID} {status}\0{path}\0");
        let printed = [
            line("100755", "A", "a b.md"),
            line("120000", "A", "l"),
            line("160000", "A", "s"),
            line("000000", "U", "u.md"),
            line("000000", "U", "u.md"),
        ];
        let (entries, unmerged) = of_index(printed.concat().as_bytes());
        let shown: Vec<_> =
            entries.iter().map(|e| (String::from_utf8_lossy(&e.path).into_owned(), e.kind)).collect();
        assert_eq!(
            shown,
            [("a b.md".into(), Kind::File), ("l".into(), Kind::Link), ("s".into(), Kind::Submodule)]
        );
        assert_eq!(unmerged, ["u.md"]);
        assert!(of_index(b"").0.is_empty());
    }

    #[test]
    fn reads_a_tree() {
        let tree = format!("100644 blob {ID}\ta\tb.md\0160000 commit {ID}\ts\0");
        let entries = of_tree(tree.as_bytes());
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].path, b"a\tb.md");
    }
}
