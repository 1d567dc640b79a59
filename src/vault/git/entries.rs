//! Parses what git prints about the files of an index or a tree.

use super::object::Id;

/// A file of an index or a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its path from the root of the repository, as bytes.
    pub(super) path: Vec<u8>,
    pub(super) kind: Kind,
    pub(super) id: Id,
}

/// The kind of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    /// A symbolic link; its blob says where it leads.
    Link,
    /// A submodule, at a commit.
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

/// Parses the entries of an index. The second list has the paths that are unmerged.
pub(super) fn of_index(printed: &[u8]) -> (Vec<Entry>, Vec<String>) {
    let (mut entries, mut unmerged) = (Vec::new(), Vec::new());
    for (head, path) in printed.split(|b| *b == 0).filter_map(head_and_path) {
        let mut words = head.split(' ');
        let (mode, id, stage) = (words.next(), words.next(), words.next());
        if stage != Some("0") {
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

/// A version of an unmerged path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) path: String,
    /// Whether it is the common ancestor, rather than the version of one side.
    pub(super) is_base: bool,
    pub(super) id: Id,
}

/// Parses the unmerged versions of an index.
pub(super) fn of_unmerged(printed: &[u8]) -> Vec<Version> {
    let one = |(head, path): (&str, &[u8])| {
        let mut words = head.split(' ');
        let (_, id, stage) = (words.next()?, words.next()?, words.next()?);
        let path = String::from_utf8(path.to_vec()).ok()?;
        (stage != "0").then_some(Version { path, is_base: stage == "1", id: Id::read(id)? })
    };
    printed.split(|b| *b == 0).filter_map(head_and_path).filter_map(one).collect()
}

/// Parses the entries of a tree and of all trees below it.
pub(super) fn of_tree(printed: &[u8]) -> Vec<Entry> {
    let one = |(head, path): (&str, &[u8])| {
        let mut words = head.split(' ');
        let (mode, _, id) = (words.next()?, words.next()?, words.next()?);
        Some(Entry { path: path.to_vec(), kind: Kind::of(mode)?, id: Id::read(id)? })
    };
    printed.split(|b| *b == 0).filter_map(head_and_path).filter_map(one).collect()
}

/// Splits a line at its first tab into its head and its path, which may contain tabs too.
fn head_and_path(line: &[u8]) -> Option<(&str, &[u8])> {
    let tab = line.iter().position(|b| *b == b'\t')?;
    Some((std::str::from_utf8(&line[..tab]).ok()?, &line[tab + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "ce013625030ba8dba906f756967f9e9ca394464a";

    #[test]
    fn reads_an_index() {
        let line = |mode: &str, stage: u8, path: &str| format!("{mode} {ID} {stage}\t{path}\0");
        let printed = [
            line("100755", 0, "a b.md"),
            line("120000", 0, "l"),
            line("160000", 0, "s"),
            line("100644", 1, "u.md"),
            line("100644", 2, "u.md"),
        ];
        let (entries, unmerged) = of_index(printed.concat().as_bytes());
        let shown: Vec<_> =
            entries.iter().map(|e| (String::from_utf8_lossy(&e.path).into_owned(), e.kind)).collect();
        assert_eq!(
            shown,
            [("a b.md".into(), Kind::File), ("l".into(), Kind::Link), ("s".into(), Kind::Submodule)]
        );
        assert_eq!(unmerged, ["u.md"]);
        let versions = of_unmerged(printed.concat().as_bytes());
        let version = |is_base| Version { path: "u.md".to_owned(), is_base, id: Id::read(ID).unwrap() };
        assert_eq!(versions, [version(true), version(false)]);
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
