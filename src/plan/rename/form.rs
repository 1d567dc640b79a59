//! The form of a link's path: which of several ways to name a file it takes.

use crate::text::fold::fold;
use crate::text::path;
use crate::vault::names::relative;

/// A way to name a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    shape: Shape,
    /// Whether `.md` is written.
    extension: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// From the folder of the source, with `./` or `../`.
    Relative,
    /// From the root, with a `/` in front.
    Rooted,
    /// The name alone.
    Bare,
    /// With so many of its folders, and not all of them.
    Under(usize),
    /// The whole path.
    Whole,
}

impl Form {
    /// The form of a link that leads to this file.
    pub(super) fn of(link: &str, target: &str) -> Self {
        let folders = link.matches('/').count();
        let shape = if link.starts_with("./") || link.starts_with("../") {
            Shape::Relative
        } else if link.starts_with('/') {
            Shape::Rooted
        } else if folders == 0 {
            Shape::Bare
        } else if folders >= target.matches('/').count() {
            Shape::Whole
        } else {
            Shape::Under(folders)
        };
        // `a.md` is `a.md.md` without its extension, where there is no `a.md`.
        let whole_name = link.len() >= path::file_name(target).len();
        Self { shape, extension: path::is_note(target) && path::is_note(link) && whole_name }
    }

    /// Whether the link goes from the folder of its source to its file without a detour.
    pub(super) fn is_shortest_way(self, link: &str, target: &str, source: &str) -> bool {
        self.shape == Shape::Relative && fold(&self.candidates(target, source)[0]) == fold(link)
    }

    /// A link of this form to a file, and after it the longer ones that may lead there where it does not.
    pub(super) fn candidates(self, target: &str, source: &str) -> [String; 3] {
        let bare = if path::is_note(target) { &target[..target.len() - 3] } else { target };
        let whole = if self.extension { target } else { bare };
        let own = match self.shape {
            Shape::Relative => relative(path::folder(source), whole),
            Shape::Rooted => format!("/{whole}"),
            Shape::Bare => path::file_name(whole).to_owned(),
            Shape::Under(folders) => {
                let cut = whole.rmatch_indices('/').nth(folders).map_or(0, |(at, _)| at + 1);
                whole[cut..].to_owned()
            }
            Shape::Whole => whole.to_owned(),
        };
        [own, whole.to_owned(), target.to_owned()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_keeps_its_form() {
        for (link, expected) in [
            ("x", "z"),
            ("x.md", "z.md"),
            ("b/x", "d/z"),
            ("a/b/x", "c/d/z"),
            ("/a/b/x.md", "/c/d/z.md"),
            ("./b/x", "../c/d/z"),
        ] {
            let [own, whole, _] = Form::of(link, "a/b/x.md").candidates("c/d/z.md", "a/s.md");
            assert_eq!(own, expected, "{link}");
            assert!(whole.starts_with("c/d/z"));
        }
        assert_eq!(Form::of("b/x", "a/b/x.md").candidates("z.md", "s.md")[0], "z");
        assert_eq!(Form::of("p.png", "a/p.png").candidates("a/q.png", "s.md")[0], "q.png");
    }
}
