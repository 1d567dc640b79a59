//! Tests of rules about files that the texts of `tests/rules/*.md` cannot show: for each, three cases that must be
//! found and three similar ones that must not.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use portolan::config::Config;
use portolan::rules;
use portolan::vault::files::{File, Listing};
use portolan::vault::source::{Key, Source};
use portolan::vault::{Keep, Origin, Unread};

/// A vault of bytes. What begins with `LOCKED` cannot be read, and what begins with `GONE` was there when the
/// folder was listed.
#[derive(Debug, Default)]
struct Disk {
    files: BTreeMap<&'static str, Vec<u8>>,
    unnameable: Vec<String>,
    unreadable: Vec<Unread>,
}

impl Disk {
    fn new(files: &[(&'static str, &[u8])]) -> Self {
        let files = files.iter().map(|(path, bytes)| (*path, bytes.to_vec())).collect();
        Self { files, ..Self::default() }
    }
}

impl Source for Disk {
    fn list(&self) -> portolan::error::Result<Listing> {
        let file = |path: &&str| File { path: (*path).to_owned(), readable: true, key: Key::Unknown };
        let files = self.files.keys().filter(|path| !path.starts_with('.')).map(file).collect();
        let (unnameable, unreadable) = (self.unnameable.clone(), self.unreadable.clone());
        Ok(Listing { files, unnameable, unreadable, ..Listing::default() })
    }

    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> std::io::Result<Key> {
        let bytes = self.files.get(path).ok_or(std::io::ErrorKind::NotFound)?;
        buffer.clear();
        buffer.extend_from_slice(bytes);
        match bytes.as_slice() {
            [b'L', b'O', b'C', b'K', b'E', b'D', ..] => Err(std::io::ErrorKind::PermissionDenied.into()),
            [b'G', b'O', b'N', b'E', ..] => Err(std::io::ErrorKind::NotFound.into()),
            _ => Ok(Key::Unknown),
        }
    }

    fn has(&self, path: &str) -> bool {
        self.files.get(path).is_some_and(|bytes| !bytes.starts_with(b"GONE"))
    }

    fn setting(&self, path: &str) -> Option<String> {
        String::from_utf8(self.files.get(path)?.clone()).ok()
    }
}

fn found(disk: Disk) -> Vec<String> {
    let origin = Origin::new(Path::new(""), Arc::new(disk), Config::default());
    let vault = origin.read(Keep::Facts, &|_, _| {}).expect("a vault");
    let place = |place: portolan::text::place::Place| format!(":{}:{}", place.line, place.column);
    let said = |f: portolan::model::finding::Finding| {
        format!("{}{} {}", f.note, f.place.map(place).unwrap_or_default(), f.rule)
    };
    rules::run(&vault, None).into_iter().map(said).collect()
}

#[test]
fn file_not_utf8() {
    // Latin-1, UTF-16 as some editors save it, and a character that is cut: one finding each and no other,
    // whatever else stands there.
    assert_eq!(found(Disk::new(&[("a.md", b"# Caf\xE9\n\n[[nowhere]]\n")])), ["a.md:1:6 file-not-utf8"]);
    assert_eq!(found(Disk::new(&[("a.md", b"\xFF\xFE#\0 \0A\0")])), ["a.md:1:1 file-not-utf8"]);
    assert_eq!(found(Disk::new(&[("a.md", b"one\ntwo \xF0\x9F\x9A")])), ["a.md:2:5 file-not-utf8"]);
    // A note that is not UTF-8 stays a link target, and nobody can say which headings it has.
    let linked = Disk::new(&[("a.md", b"[[b]] [[b#Top]]\n"), ("b.md", b"# Top \xE9\n")]);
    assert_eq!(found(linked), ["b.md:1:7 file-not-utf8"]);

    assert_eq!(found(Disk::new(&[("a.md", "\u{feff}# Café 🚢\n".as_bytes())])), [""; 0]);
    assert_eq!(found(Disk::new(&[("a.md", "A zero \0 and \u{fffd} itself\n".as_bytes())])), [""; 0]);
    assert_eq!(found(Disk::new(&[("a.md", b"![[a.png]]\n"), ("a.png", b"\x89PNG\r\n\x1A\n\xFF")])), [""; 0]);
    assert_eq!(found(Disk::new(&[("a.md", b"")])), [""; 0]);
}

#[test]
fn file_unreadable() {
    assert_eq!(found(Disk::new(&[("a.md", b"LOCKED")])), ["a.md file-unreadable"]);
    let deep = format!("text\n\n{}deep\n", "> ".repeat(1_500));
    assert_eq!(found(Disk::new(&[("a.md", deep.as_bytes())])), ["a.md:3:1 file-unreadable"]);
    let unnameable = Disk { unnameable: vec!["b\\xFF.md".to_owned()], ..Disk::default() };
    assert_eq!(found(unnameable), ["b\\xFF.md file-unreadable"]);
    let locked = Unread { path: "sub".to_owned(), reason: "no permission".to_owned() };
    let folder = Disk { unreadable: vec![locked], ..Disk::default() };
    assert_eq!(found(folder), ["sub file-unreadable"]);
    // A link to what cannot be read leads there all the same.
    let linked = Disk::new(&[("a.md", b"[[b]]\n"), ("b.md", b"LOCKED")]);
    assert_eq!(found(linked), ["b.md file-unreadable"]);

    let shallow = format!("{}text\n", "> ".repeat(900));
    assert_eq!(found(Disk::new(&[("a.md", shallow.as_bytes())])), [""; 0]);
    assert_eq!(
        found(Disk::new(&[("a.md", b"![[a.pdf]]\n"), ("a.pdf", b"LOCKED")])),
        [""; 0],
        "nobody reads it"
    );
    assert_eq!(
        found(Disk::new(&[("a.md", b"Text.\n"), ("b.md", b"GONE")])),
        [""; 0],
        "it has gone meanwhile"
    );
    assert_eq!(found(Disk::new(&[("a.md", "-".repeat(5_000).as_bytes())])), [""; 0], "a line, not a nest");
}
