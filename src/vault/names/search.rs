//! Chooses among several files of one name, by Obsidian's procedure, and reports each step on request.

use std::borrow::Cow;

use super::{FileId, Group, Many, Names, Places, Resolution, utf16_len, with_scratch};
use crate::syntax::link::Spelling;
use crate::syntax::uri::is_external;
use crate::text::fold::{fold, fold_into, folds_to, nfc};
use crate::text::path;

/// A callback that is told each step of a search; `None` for callers that only want the result.
pub type Teller<'t> = Option<&'t mut dyn FnMut(Step<'_>)>;

/// Tells a step to the teller, if there is one.
fn tell(teller: &mut Teller<'_>, step: Step<'_>) {
    if let Some(teller) = teller {
        teller(step);
    }
}

/// What is added to the name in a link to get the name of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nothing: the name has its extension.
    Written,
    /// `.md`.
    Md,
}

impl Ending {
    /// Returns the text that is added.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Written => "",
            Self::Md => ".md",
        }
    }
}

/// A step of the search from a link to its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'s> {
    /// The path is empty: the note itself is meant.
    OwnNote,
    /// The path is the address of a web page.
    External,
    /// The path, with each run of slashes and backslashes replaced by one slash.
    Normalised(&'s str),
    /// The path begins with `./` or `../`: resolved against the folder of the note, or `None` if that is outside
    /// of the vault.
    Relative(Option<&'s str>),
    /// The path begins with `/`: resolved against the root.
    Rooted(&'s str),
    /// Files with this name were looked for.
    Name {
        /// The name as it was looked for.
        name: &'s str,
        /// What was added to it.
        ending: Ending,
        /// How many files have the name.
        files: usize,
    },
    /// The file with exactly this path from the root.
    FromRoot(Option<FileId>),
    /// The file with this path from the folder of the note.
    FromOwnFolder(Option<FileId>),
    /// Of the files whose path ends with the link's, those with the shortest path.
    Shortest(&'s [FileId]),
    /// No file with this name lies in a folder that ends with the link's.
    WrongFolder(&'s [FileId]),
}

impl Names {
    /// Resolves a link path from a file. An empty path is the file itself.
    #[must_use]
    pub fn resolve(&self, link: &str, from: FileId) -> Resolution<'_> {
        self.follow(link, from, None)
    }

    /// Like [`Names::resolve`], for links of any spelling: paths on cards of a canvas resolve as in
    /// [`Names::card`].
    #[must_use]
    pub fn resolve_spelt(&self, spelling: Spelling, link: &str, from: FileId) -> Resolution<'_> {
        match spelling {
            Spelling::Rooted => self.card(link),
            _ => self.resolve(link, from),
        }
    }

    /// Resolves many links of one file, and calls `found` with the results in their order.
    ///
    /// Where the table of names is larger than the processor's caches, a look-up waits for memory. Look-ups that
    /// do not depend on each other are made together, so that they wait at the same time.
    pub(in crate::vault) fn resolve_each<'n, 'l>(
        &'n self,
        links: impl IntoIterator<Item = &'l str>,
        from: FileId,
        mut found: impl FnMut(Resolution<'n>),
    ) {
        const TOGETHER: usize = 16;
        let table = self.table();
        let mut links = links.into_iter();
        loop {
            let mut asked = [("", None); TOGETHER];
            let mut count = 0;
            for (slot, link) in asked.iter_mut().zip(&mut links) {
                *slot = (link, (!link.is_empty() && is_bare(link)).then(|| table.key(link, Ending::Md)));
                count += 1;
            }
            let groups = asked.map(|(_, key)| key.map(|key| table.group_by(key)));
            for ((link, _), group) in asked.into_iter().zip(groups).take(count) {
                found(match group {
                    Some(group) => self.bare(link, group, from),
                    None => self.resolve(link, from),
                });
            }
            if count < TOGETHER {
                return;
            }
        }
    }

    /// Resolves a link that is nothing but the name of a note, as most links are, given the files of that name.
    fn bare<'n>(&'n self, name: &str, group: Option<Group<'n>>, from: FileId) -> Resolution<'n> {
        let wanted = Wanted { folder: "", name, ending: Ending::Md };
        group.map_or(Resolution::Missing, |group| self.choose(group, wanted, from, &mut None))
    }

    /// Resolves the path on a card of a canvas: a path from the root, with its extension.
    #[must_use]
    pub fn card(&self, path: &str) -> Resolution<'_> {
        let path = normalise(path);
        let path = path.strip_prefix('/').unwrap_or(&path);
        let (folder, name) = split(path);
        let ending = Ending::Written;
        let found = self.group(name, ending).and_then(|group| self.in_folder(group, name, ending, &[folder]));
        found.map_or(Resolution::Missing, Resolution::File)
    }

    /// Like [`Names::resolve`], but tells each step to `teller`.
    #[must_use]
    pub fn follow(&self, link: &str, from: FileId, mut teller: Teller<'_>) -> Resolution<'_> {
        let teller = &mut teller;
        if link.is_empty() {
            tell(teller, Step::OwnNote);
            return Resolution::File(from);
        }
        if teller.is_none() && is_bare(link) {
            return self.bare(link, self.group(link, Ending::Md), from);
        }
        if memchr::memchr(b':', link.as_bytes()).is_some() && link.contains("://") && is_external(link) {
            tell(teller, Step::External);
            return Resolution::External;
        }
        let normal = normalise(link);
        if teller.is_some() && normal != link {
            tell(teller, Step::Normalised(&normal));
        }
        let rooted = if let Some(path) = normal.strip_prefix('/') {
            tell(teller, Step::Rooted(path));
            Some(Cow::Borrowed(path))
        } else if path::is_relative(&normal) {
            let path = path::join(path::folder(self.path(from)), &normal);
            tell(teller, Step::Relative(path.as_deref()));
            let Some(path) = path else { return Resolution::Missing };
            Some(Cow::Owned(path))
        } else {
            None
        };
        let (link, from_root) = match &rooted {
            Some(path) => (path.as_ref(), true),
            None => (normal.as_ref(), false),
        };
        let (link_folder, name) = split(link);
        // A name with a dot may already include its extension.
        let has_dot = memchr::memchr(b'.', name.as_bytes()).is_some();
        let endings: &[Ending] = if has_dot { &[Ending::Written, Ending::Md] } else { &[Ending::Md] };
        for &ending in endings {
            let group = self.group(name, ending);
            tell(teller, Step::Name { name, ending, files: group.map_or(0, |g| g.files().len()) });
            let Some(group) = group else { continue };
            let found = if from_root {
                let found = self.in_folder(group, name, ending, &[link_folder]);
                tell(teller, Step::FromRoot(found));
                found.map_or(Resolution::Missing, Resolution::File)
            } else {
                self.choose(group, Wanted { folder: link_folder, name, ending }, from, teller)
            };
            if found != Resolution::Missing {
                return found;
            }
        }
        Resolution::Missing
    }

    /// Chooses the file that is meant among those of one name.
    fn choose<'n>(
        &'n self,
        group: Group<'n>,
        wanted: Wanted<'_>,
        from: FileId,
        teller: &mut Teller<'_>,
    ) -> Resolution<'n> {
        let Wanted { folder, name, ending } = wanted;
        if let (Group::One(id), None) = (group, &teller) {
            // The only file of this name is found by whichever step would find it.
            let fits = folder.is_empty() || ends_with_folder(path::folder(self.path(*id)), folder);
            return if fits { Resolution::File(*id) } else { Resolution::Missing };
        }
        let found = self.in_folder(group, name, ending, &[folder]);
        tell(teller, Step::FromRoot(found));
        if let Some(id) = found {
            return Resolution::File(id);
        }
        let own = path::folder(self.path(from));
        if !own.is_empty() {
            let found = self.in_folder(group, name, ending, &[own, folder]);
            tell(teller, Step::FromOwnFolder(found));
            if let Some(id) = found {
                return Resolution::File(id);
            }
        }
        let fitting = self.under(group, folder);
        let Some((&first, rest)) = fitting.split_first() else {
            tell(teller, Step::WrongFolder(group.files()));
            return Resolution::Missing;
        };
        let length = utf16_len(self.path(first));
        let alike = 1 + rest.partition_point(|id| utf16_len(self.path(*id)) == length);
        let shortest = &fitting[..alike];
        tell(teller, Step::Shortest(shortest));
        let other = |id: &FileId| !folds_to(self.path(*id), &fold(self.path(first)));
        if alike == 1 || !shortest.iter().any(other) {
            return Resolution::File(self.spelled(shortest, name, ending).unwrap_or(first));
        }
        Resolution::Ambiguous(shortest)
    }

    /// Returns the file of a group that lies in a folder, which is given in pieces from the root.
    fn in_folder(&self, group: Group<'_>, name: &str, ending: Ending, folder: &[&str]) -> Option<FileId> {
        let write = |key: &mut String| {
            for piece in folder.iter().filter(|piece| !piece.is_empty()) {
                if !key.is_empty() {
                    key.push('/');
                }
                fold_into(key, piece);
            }
        };
        with_scratch(write, |key| match group {
            Group::One(id) => folds_to(path::folder(self.path(*id)), key).then_some(*id),
            Group::Many(many) => self.spelled(&self.places(many, key)?.here, name, ending),
        })
    }

    /// Returns the files of a group whose folder ends with `folder`.
    fn under<'g>(&'g self, group: Group<'g>, folder: &str) -> &'g [FileId] {
        match group {
            _ if folder.is_empty() => group.files(),
            Group::One(id) => {
                if ends_with_folder(path::folder(self.path(*id)), folder) {
                    group.files()
                } else {
                    &[]
                }
            }
            Group::Many(many) => with_scratch(
                |key| fold_into(key, folder),
                |key| self.places(many, key).map_or(&[][..], |places| &places.under),
            ),
        }
    }

    /// Returns the files that have the same name as `file` and lie in a folder that ends with `folder`: shortest
    /// path first.
    pub(in crate::vault) fn named_like(&self, file: FileId, folder: &str) -> &[FileId] {
        let group = self.group(path::file_name(self.path(file)), Ending::Written);
        group.map_or(&[], |group| self.under(group, folder))
    }

    fn places<'m>(&self, many: &'m Many, folder: &str) -> Option<&'m Places> {
        self.index(many).get(folder)
    }

    /// Returns the file whose name has exactly this case, among files that differ by case alone, or else the
    /// first.
    fn spelled(&self, files: &[FileId], name: &str, ending: Ending) -> Option<FileId> {
        let exactly = |id: &&FileId| {
            let own = nfc(path::file_name(self.path(**id)));
            own.get(..own.len().saturating_sub(ending.text().len())) == Some(nfc(name).as_ref())
        };
        if files.len() > 1 {
            files.iter().find(exactly).or(files.first()).copied()
        } else {
            files.first().copied()
        }
    }
}

/// The file that a link asks for.
#[derive(Clone, Copy)]
struct Wanted<'l> {
    folder: &'l str,
    name: &'l str,
    ending: Ending,
}

/// Returns the name that a link asks for: the last component of its path.
pub(in crate::vault) fn last_name(link: &str) -> Cow<'_, str> {
    match normalise(link) {
        Cow::Borrowed(path) => Cow::Borrowed(split(path).1),
        Cow::Owned(path) => Cow::Owned(split(&path).1.to_owned()),
    }
}

/// Whether a link is nothing but a name without an extension.
fn is_bare(link: &str) -> bool {
    !link.bytes().fold(false, |found, byte| found | matches!(byte, b':' | b'/' | b'\\' | b'.'))
}

/// Splits a path into folder and name.
fn split(path: &str) -> (&str, &str) {
    memchr::memrchr(b'/', path.as_bytes()).map_or(("", path), |at| (&path[..at], &path[at + 1..]))
}

/// Whether `folder` is `end` or ends with it, by whole components.
fn ends_with_folder(folder: &str, end: &str) -> bool {
    if folder.is_ascii() && end.is_ascii() {
        let Some(start) = folder.len().checked_sub(end.len()) else { return false };
        let bytes = folder.as_bytes();
        return bytes[start..].eq_ignore_ascii_case(end.as_bytes())
            && (start == 0 || bytes[start - 1] == b'/');
    }
    let (folder, end) = (fold(folder), fold(end));
    folder.strip_suffix(end.as_ref()).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// Normalises a path: one slash for each run of slashes and backslashes, and inner `.` and `..` resolved. What it
/// begins with stays, since it says where to start.
fn normalise(link: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'/', b'\\', link.as_bytes()).is_none() {
        return Cow::Borrowed(link);
    }
    let mut path = Cow::Borrowed(link);
    if link.contains('\\') || link.contains("//") {
        let mut out = String::with_capacity(link.len());
        for c in link.chars() {
            match c {
                '\\' | '/' if out.ends_with('/') => {}
                '\\' => out.push('/'),
                c => out.push(c),
            }
        }
        path = Cow::Owned(out);
    }
    if (path.contains("/./") || path.contains("/../")) && !path.starts_with('.') {
        let root = if path.starts_with('/') { "/" } else { "" };
        if let Some(joined) = path::join("", &path) {
            path = Cow::Owned(format!("{root}{joined}"));
        }
    }
    path
}
