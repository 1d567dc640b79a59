//! Where links lead, by Obsidian's own rules.
//!
//! The rules and their evidence: an exact path wins over everything, then the folder of the source,
//! then the shortest path (developer-console recordings of Obsidian 1.13). Aliases, titles and
//! folders never resolve. Names compare without case, composed (NFC).

use std::borrow::Cow;
use std::collections::HashMap;

use crate::syntax::link::is_external;
use crate::text::fold::fold;
use crate::text::path;

/// The index of a file in the vault's list, which is in the order of paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// To this file.
    File(FileId),
    /// To this file, but others have paths of the same length, and Obsidian's choice among them is
    /// not fixed.
    Ambiguous(FileId, Vec<FileId>),
    /// Out of the vault.
    External,
    /// Nowhere.
    Missing,
}

impl Resolution {
    /// The file that is opened.
    #[must_use]
    pub const fn file(&self) -> Option<FileId> {
        match self {
            Self::File(id) | Self::Ambiguous(id, _) => Some(*id),
            Self::External | Self::Missing => None,
        }
    }
}

/// The names of a vault.
#[derive(Debug, Default)]
pub struct Names {
    paths: Vec<String>,
    /// Folded full paths.
    by_path: HashMap<String, FileId>,
    /// Whether two paths differ by case alone, which few file systems allow.
    cased: bool,
    /// Folded file names, each with its files: shortest path first, then in the order of paths.
    by_name: HashMap<String, Vec<FileId>>,
}

impl Names {
    /// Indexes the paths of a vault, which come sorted.
    #[must_use]
    pub fn new(paths: Vec<String>) -> Self {
        let mut by_path = HashMap::with_capacity(paths.len());
        let mut cased = false;
        let mut by_name: HashMap<String, Vec<FileId>> = HashMap::with_capacity(paths.len());
        for (i, path) in paths.iter().enumerate() {
            let id = FileId(i as u32);
            let folded = fold(path);
            by_name.entry(path::file_name(&folded).to_owned()).or_default().push(id);
            // Two files that differ by case alone: the first one counts, an exact spelling is tried
            // before.
            cased |= *by_path.entry(folded.into_owned()).or_insert(id) != id;
        }
        for files in by_name.values_mut().filter(|files| files.len() > 1) {
            files.sort_by_key(|id| (utf16_len(&paths[id.0 as usize]), *id));
        }
        Self { paths, by_path, cased, by_name }
    }

    /// The path of a file.
    #[must_use]
    pub fn path(&self, id: FileId) -> &str {
        self.paths.get(id.0 as usize).map_or("", String::as_str)
    }

    /// The file with exactly this path.
    #[must_use]
    pub fn exact(&self, path: &str) -> Option<FileId> {
        self.paths.binary_search_by(|p| p.as_str().cmp(path)).ok().map(|i| FileId(i as u32))
    }

    /// All paths in order.
    #[must_use]
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// Where a link with this path leads from a file. An empty path is the file itself.
    #[must_use]
    pub fn resolve(&self, link: &str, from: FileId) -> Resolution {
        if link.is_empty() {
            return Resolution::File(from);
        }
        if is_external(link) && link.contains("://") {
            return Resolution::External;
        }
        let folder = path::folder(self.path(from));
        let link = normalise(link);
        let found = if let Some(rooted) = link.strip_prefix('/') {
            self.at(rooted)
        } else if link.starts_with("./") || link.starts_with("../") {
            path::join(folder, &link).and_then(|path| self.at(&path))
        } else {
            return self.search(&link, folder);
        };
        found.map_or(Resolution::Missing, Resolution::File)
    }

    /// The file at a path from the root, its `.md` written or not.
    fn at(&self, path: &str) -> Option<FileId> {
        spellings(path).find_map(|spelling| self.folded(&spelling))
    }

    /// The file with this path but for its case; with exactly this path where two differ by case.
    fn folded(&self, path: &str) -> Option<FileId> {
        let exact = if self.cased { self.exact(path) } else { None };
        exact.or_else(|| self.by_path.get(fold(path).as_ref()).copied())
    }

    fn search(&self, link: &str, folder: &str) -> Resolution {
        for spelling in spellings(link) {
            // A path from the root wins, then one from the source's own folder.
            let found = self.folded(&spelling).or_else(|| {
                if folder.is_empty() { None } else { self.folded(&format!("{folder}/{spelling}")) }
            });
            if let Some(id) = found {
                return Resolution::File(id);
            }
            let folded = fold(&spelling);
            let Some(files) = self.by_name.get(path::file_name(&folded)) else { continue };
            let suffix = format!("/{folded}");
            let whole = !folded.contains('/');
            let mut fitting =
                files.iter().copied().filter(|id| whole || fold(self.path(*id)).ends_with(&suffix));
            if let Some(first) = fitting.next() {
                let length = utf16_len(self.path(first));
                let others: Vec<FileId> =
                    fitting.take_while(|id| utf16_len(self.path(*id)) == length).collect();
                return if others.is_empty() {
                    Resolution::File(first)
                } else {
                    Resolution::Ambiguous(first, others)
                };
            }
        }
        Resolution::Missing
    }
}

/// A path as a link names it, in the order in which Obsidian tries: with a dot in the last part as
/// it stands first, then with `.md`; without one only with `.md`.
fn spellings(path: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let as_written = path::file_name(path).contains('.').then_some(Cow::Borrowed(path));
    as_written.into_iter().chain(std::iter::once(Cow::Owned(format!("{path}.md"))))
}

/// Backslashes as slashes, runs of slashes as one, no-break spaces as blanks.
fn normalise(link: &str) -> Cow<'_, str> {
    if !link.contains(['\\', '\u{a0}', '\u{202f}']) && !link.contains("//") {
        return Cow::Borrowed(link);
    }
    let mut out = String::with_capacity(link.len());
    for c in link.chars() {
        match c {
            '\\' | '/' if out.ends_with('/') => {}
            '\\' => out.push('/'),
            '\u{a0}' | '\u{202f}' => out.push(' '),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The length that JavaScript sees.
fn utf16_len(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(paths: &[&str]) -> Names {
        let mut paths: Vec<String> = paths.iter().map(|p| (*p).to_owned()).collect();
        paths.sort();
        Names::new(paths)
    }

    fn check(paths: &[&str], from: &str, link: &str, expected: Option<&str>) {
        let names = names(paths);
        let from = names.exact(from).unwrap();
        let found = names.resolve(link, from);
        assert_eq!(found.file().map(|id| names.path(id)), expected, "[[{link}]]");
    }

    #[test]
    fn an_exact_path_then_the_own_folder_then_the_shortest() {
        let vault = [
            "Note.md",
            "a/Note.md",
            "a/b/x.md",
            "zzzz/Dup.md",
            "a/b/Dup.md",
            "q/Dup/Dup.md",
            "a/Deep/Same.md",
            "Deep/Same.md",
        ];
        check(&vault, "a/b/x.md", "Note", Some("Note.md"));
        check(&vault, "a/b/x.md", "Dup", Some("a/b/Dup.md"));
        check(&vault, "Note.md", "Dup", Some("a/b/Dup.md"));
        check(&vault, "a/Note.md", "Deep/Same", Some("Deep/Same.md"));
        check(&vault, "Note.md", "b/Dup", Some("a/b/Dup.md"));
        check(&vault, "Note.md", "wrong/Dup", None);
        check(&vault, "Note.md", "Dup/", None);
    }

    #[test]
    fn relative_and_rooted_paths_do_not_search() {
        let vault = ["r.md", "a/s.md", "a/x.md"];
        check(&vault, "a/s.md", "../r", Some("r.md"));
        check(&vault, "a/s.md", "./x.md", Some("a/x.md"));
        check(&vault, "a/s.md", "./r", None);
        check(&vault, "a/s.md", "../../r", None);
        check(&vault, "a/s.md", "/r", Some("r.md"));
        check(&vault, "r.md", "/x", None);
    }

    #[test]
    fn case_composition_dots_and_extensions() {
        let vault = ["Menu v1.2.md", "E\u{301}t\u{e9}.md", "pic.PNG", "data.csv", "s.md"];
        check(&vault, "s.md", "menu V1.2", Some("Menu v1.2.md"));
        check(&vault, "s.md", "\u{c9}te\u{301}", Some("E\u{301}t\u{e9}.md"));
        check(&vault, "s.md", "Pic.png", Some("pic.PNG"));
        check(&vault, "s.md", "pic", None);
        check(&vault, "s.md", "S.MD", Some("s.md"));
        check(&vault, "s.md", "", Some("s.md"));
        check(&vault, "s.md", "menu\u{a0}v1.2", Some("Menu v1.2.md"));
    }

    #[test]
    fn equal_lengths_are_ambiguous() {
        let names = names(&["aa/N.md", "bb/N.md", "cccc/N.md", "s.md"]);
        let from = names.exact("s.md").unwrap();
        let Resolution::Ambiguous(first, others) = names.resolve("n", from) else { panic!() };
        assert_eq!((names.path(first), others.len()), ("aa/N.md", 1));
        assert_eq!(names.resolve("https://x.y", from), Resolution::External);
    }
}
