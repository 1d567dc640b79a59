//! The forms of a link's path: the ways to name a file.

use crate::text::fold::fold;
use crate::text::path;

/// The form of a link's path.
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
    /// With this many of its folders, but not all.
    Under(usize),
    /// The whole path.
    Whole,
}

impl Form {
    /// Returns the form of a link that leads to this file.
    pub(super) fn of(link: &str, target: &str) -> Self {
        let folders = link.matches('/').count();
        let shape = if path::is_relative(link) {
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
        // `a.md` may also stand for `a.md.md` without its extension, if there is no `a.md`.
        let whole_name = link.len() >= path::file_name(target).len();
        Self { shape, extension: path::is_note(target) && path::is_note(link) && whole_name }
    }

    /// Whether a relative link goes from the folder of its source to its file without a detour.
    pub(super) fn is_shortest_way(self, link: &str, target: &str, source: &str) -> bool {
        self.shape == Shape::Relative && fold(&self.candidates(target, source, 0)[0]) == fold(link)
    }

    /// Returns the number of folders that a relative link leaves and enters again: `../a/x` in a note of `a`
    /// makes a detour of one compared with `./x`.
    pub(super) fn detour(self, link: &str, target: &str, source: &str) -> usize {
        if self.shape != Shape::Relative {
            return 0;
        }
        ups(link.strip_prefix("./").unwrap_or(link))
            .saturating_sub(ups(&path::relative(path::folder(source), target)))
    }

    /// Returns a link of this form to a file, followed by longer ones that may lead there if it does not. A
    /// relative link makes a detour of `detour` folders, as far as there are as many.
    pub(super) fn candidates(self, target: &str, source: &str, detour: usize) -> [String; 3] {
        let bare = path::without_md(target);
        let whole = if self.extension { target } else { bare };
        let own = match self.shape {
            Shape::Relative => by_detour(path::folder(source), whole, detour),
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

/// Counts the `..` at the start of a path.
fn ups(way: &str) -> usize {
    way.split('/').take_while(|piece| *piece == "..").count()
}

/// Returns the path from a folder to a file that goes this many folders further up than it must.
fn by_detour(folder: &str, target: &str, detour: usize) -> String {
    let shortest = path::relative(folder, target);
    let pieces = folder.split('/').filter(|piece| !piece.is_empty());
    let most = pieces.clone().count();
    let up = (ups(&shortest) + detour).min(most);
    if up == ups(&shortest) {
        return shortest;
    }
    // Both lie in what is left of the folder.
    let above: usize = pieces.take(most - up).map(|piece| piece.len() + 1).sum();
    format!("{}{}", "../".repeat(up), target.get(above..).unwrap_or(target))
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
            let [own, whole, _] = Form::of(link, "a/b/x.md").candidates("c/d/z.md", "a/s.md", 0);
            assert_eq!(own, expected, "{link}");
            assert!(whole.starts_with("c/d/z"));
        }
        assert_eq!(Form::of("b/x", "a/b/x.md").candidates("z.md", "s.md", 0)[0], "z");
        assert_eq!(Form::of("p.png", "a/p.png").candidates("a/q.png", "s.md", 0)[0], "q.png");
    }

    #[test]
    fn a_detour_stays_one() {
        let check = |link: &str, (target, source): (&str, &str), after: (&str, &str), expected: &str| {
            let form = Form::of(link, target);
            let detour = form.detour(link, target, source);
            assert_eq!(form.candidates(after.0, after.1, detour)[0], expected, "{link}");
        };
        check("../a/m.md", ("a/m.md", "a/s.md"), ("b/a/m.md", "b/a/s.md"), "../a/m.md");
        check("../a/m.md", ("a/m.md", "a/s.md"), ("c/m.md", "c/s.md"), "../c/m.md");
        check("./../a/m", ("a/m.md", "a/s.md"), ("c/m.md", "c/s.md"), "../c/m");
        check("../../a/b/m", ("a/b/m.md", "a/b/s.md"), ("a/c/m.md", "a/c/s.md"), "../../a/c/m");
        check("../../a/c/m", ("a/c/m.md", "a/b/s.md"), ("a/d/m.md", "a/b/s.md"), "../../a/d/m");
        // There is no folder left to go up from.
        check("../a/m.md", ("a/m.md", "a/s.md"), ("m.md", "s.md"), "./m.md");
        check("./m.md", ("a/m.md", "a/s.md"), ("b/m.md", "b/s.md"), "./m.md");
        check("a/m.md", ("a/m.md", "a/s.md"), ("b/m.md", "b/s.md"), "b/m.md");
    }
}
