//! How a link to a file is written: by the shortest name that leads there, in the file's own case.

use super::{FileId, Names, Resolution};
use crate::text::fold::nfc;
use crate::text::path::{self, is_note};

impl Names {
    /// Returns the text of a link from one file to another: the name where that is enough, else the whole path;
    /// without `.md`. Returns `None` if no link can name the file: a `#` ends a path, and `|` and `]]` end it in
    /// a wikilink.
    #[must_use]
    pub fn link_text(&self, target: FileId, from: FileId) -> Option<String> {
        let path = self.path(target);
        if path.contains(['#', '|', '\\']) || path.contains("]]") {
            return None;
        }
        let whole = path::without_md(path);
        let leads_there = |text: &&str| self.resolve(text, from) == Resolution::File(target);
        [path::file_name(whole), whole].into_iter().find(leads_there).map(str::to_owned)
    }

    /// Returns the text of a link from one file to another in the form of `model`: with `.md` or without,
    /// relative to the folder of the source or to the root.
    #[must_use]
    pub fn link_text_like(&self, model: &str, target: FileId, from: FileId) -> Option<String> {
        let mut text = if path::is_relative(model) {
            let path = self.path(target);
            let up = path::relative(path::folder(self.path(from)), path);
            if path.contains(['#', '|', '\\']) { None } else { Some(path::without_md(&up).to_owned()) }
        } else {
            self.link_text(target, from)
        }?;
        if is_note(model) && is_note(self.path(target)) {
            text.push_str(".md");
        }
        (self.resolve(&text, from) == Resolution::File(target)).then_some(text)
    }

    /// Returns the path of a link in the case of its file, if the two differ by case.
    #[must_use]
    pub fn in_own_case(&self, link: &str, target: FileId) -> Option<String> {
        let mut own = self.path(target).rsplit('/');
        let mut pieces: Vec<String> = Vec::new();
        let mut differs = false;
        for (i, piece) in link.rsplit('/').enumerate() {
            let kept = piece.is_empty() || piece == "." || piece == "..";
            let Some(actual) = own.next().filter(|_| !kept) else {
                pieces.push(piece.to_owned());
                continue;
            };
            let bare = i == 0 && is_note(actual) && !is_note(piece);
            let actual = if bare { path::without_md(actual) } else { actual };
            if is_other_case(piece, actual) {
                differs = true;
                pieces.push(nfc(actual).into_owned());
            } else {
                pieces.push(piece.to_owned());
            }
        }
        pieces.reverse();
        differs.then(|| pieces.join("/"))
    }
}

/// Whether two names of one file differ by more than composition and kinds of blanks.
fn is_other_case(a: &str, b: &str) -> bool {
    let plain = |c: char| if matches!(c, '\u{a0}' | '\u{202f}') { ' ' } else { c };
    !nfc(a).chars().map(plain).eq(nfc(b).chars().map(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_written_as_short_as_they_lead_there() {
        let paths = ["Note.md", "a/Note.md", "a/b/Other v1.2.md", "c/pic.png", "c/x#y.md"];
        let names = Names::new(paths.iter().map(|p| (*p).to_owned()).collect());
        let id = |path: &str| names.exact(path).unwrap();
        let check = |target: &str, from: &str, expected: Option<&str>| {
            assert_eq!(names.link_text(id(target), id(from)).as_deref(), expected, "{target} from {from}");
        };
        check("Note.md", "a/Note.md", Some("Note"));
        check("a/Note.md", "a/b/Other v1.2.md", Some("a/Note"));
        check("a/b/Other v1.2.md", "Note.md", Some("Other v1.2"));
        check("c/pic.png", "Note.md", Some("pic.png"));
        check("c/x#y.md", "Note.md", None);
        let like = |model: &str, target: &str, from: &str| names.link_text_like(model, id(target), id(from));
        assert_eq!(like("../x.md", "a/Note.md", "a/b/Other v1.2.md").as_deref(), Some("../Note.md"));
        assert_eq!(like("./x", "a/b/Other v1.2.md", "a/Note.md").as_deref(), Some("./b/Other v1.2"));
        assert_eq!(like("x.md", "a/Note.md", "Note.md").as_deref(), Some("a/Note.md"));
        assert_eq!(
            names.in_own_case("A/b/other V1.2", id("a/b/Other v1.2.md")).as_deref(),
            Some("a/b/Other v1.2")
        );
        assert_eq!(names.in_own_case("../c/PIC.png", id("c/pic.png")).as_deref(), Some("../c/pic.png"));
        assert_eq!(names.in_own_case("NOTE.MD", id("Note.md")).as_deref(), Some("Note.md"));
        assert_eq!(names.in_own_case("Note", id("Note.md")), None);
    }
}
