//! Fragments of links: the heading, the path of headings or the block that a link names in its target.

use crate::text::fold::{collapsed, fold};

/// The part of a link behind its first `#`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// `#A#B`: heading B below heading A.
    Heading(Vec<String>),
    /// `#^id`: a block.
    Block(String),
    /// `#[^1]`: a footnote. Obsidian's API has it, its documentation does not.
    Footnote,
}

impl Fragment {
    /// Reads what follows the first `#`; `None` if that names nothing (`[[Note#]]`).
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if let Some(id) = text.strip_prefix('^') {
            return Some(Self::Block(id.trim().to_owned()));
        }
        if text.starts_with("[^") {
            return Some(Self::Footnote);
        }
        let parts: Vec<String> =
            text.split('#').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
        (!parts.is_empty()).then_some(Self::Heading(parts))
    }

    /// Whether it is known what Obsidian does if the target lacks what the fragment names.
    #[must_use]
    pub fn can_be_missing(&self) -> bool {
        match self {
            Self::Footnote => false,
            // Sources disagree on whether `_` may stand in an id.
            Self::Block(id) => !id.contains('_'),
            Self::Heading(parts) => parts.iter().all(|part| !part.starts_with('^')),
        }
    }
}

/// Returns a heading in the form in which links compare it: each mark of a fixed set is a blank, runs of blanks
/// are one, case is folded (`stripHeading` of Obsidian's API: "stripping out special characters and shrinking
/// consecutive spaces"). `-`, `_` and `'` stay.
#[must_use]
pub fn link_heading_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    write_link_heading_key(&mut key, text);
    key
}

/// Like [`link_heading_key`], but writes into a buffer, replacing its content.
pub(super) fn write_link_heading_key(key: &mut String, text: &str) {
    key.clear();
    let mut add = |word: &str| {
        if !word.is_empty() {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(word);
        }
    };
    if text.is_ascii() {
        // Appended word by word, because this runs for every heading that links can name.
        let mut start = 0;
        for (at, byte) in text.bytes().enumerate() {
            if is_blank_byte(byte) {
                add(&text[start..at]);
                start = at + 1;
            }
        }
        add(&text[start..]);
        key.make_ascii_lowercase();
    } else {
        fold(text).split(is_blank).for_each(add);
    }
}

fn is_blank(c: char) -> bool {
    if c.is_ascii() { is_blank_byte(c as u8) } else { c.is_whitespace() }
}

fn is_blank_byte(byte: u8) -> bool {
    BLANK.get(usize::from(byte)).is_some_and(|blank| *blank)
}

/// Whether each ASCII character counts as a blank when links and headings are compared.
static BLANK: [bool; 128] = {
    let mut blank = [false; 128];
    let mut at = 0;
    while at < 128 {
        let byte = at as u8;
        let is_space = matches!(byte, b' ' | b'\t'..=b'\r');
        blank[at] = is_space || (byte.is_ascii_punctuation() && !matches!(byte, b'-' | b'_' | b'\''));
        at += 1;
    }
    blank
};

/// Whether the [`link_heading_key`] of a heading is `key`. For ASCII headings this compares without making the
/// key, since most others differ in their first letters.
#[must_use]
pub fn has_link_heading_key(text: &str, key: &str) -> bool {
    if !text.is_ascii() {
        return link_heading_key(text) == key;
    }
    let mut key = key.bytes();
    let (mut begun, mut gap) = (false, false);
    for byte in text.bytes() {
        if is_blank_byte(byte) {
            gap = begun;
            continue;
        }
        if (gap && key.next() != Some(b' ')) || key.next() != Some(byte.to_ascii_lowercase()) {
            return false;
        }
        (begun, gap) = (true, false);
    }
    key.next().is_none()
}

/// Returns a heading as the app writes it in a link: characters that would end the link or begin another part
/// become blanks (`stripHeadingForLink` of Obsidian's API). Where the heading ends with a bracket, so do all
/// brackets, which would end the link too early.
#[must_use]
pub fn in_a_link(heading: &str) -> String {
    let plain = heading.replace("%%", " ").replace("[[", " ").replace("]]", " ");
    let mut plain = plain.replace([':', '#', '|', '^', '\\', '\n', '\r'], " ");
    if plain.trim_end().ends_with(']') {
        plain = plain.replace(['[', ']'], " ");
    }
    collapsed(&plain)
}

/// Whether fragments in links to this kind of file are viewer parameters (`#page=3`) or free words for a style
/// sheet, so that nothing can be missing.
#[must_use]
pub fn is_viewer_parameter(target: &str) -> bool {
    !crate::text::path::is_note(target)
}

/// Whether a file is named as a drawing of the Excalidraw plug-in. The fragment of a link to one is for its
/// viewer (`#^group=ID`, `#^frame=ID`, `#^ID`, the name of a frame), and refers to data that only the plug-in can
/// read.
#[must_use]
pub fn has_name_of_drawing(target: &str) -> bool {
    let end = target.as_bytes().split_at(target.len().saturating_sub(DRAWING.len())).1;
    end.eq_ignore_ascii_case(DRAWING.as_bytes())
}

/// Whether a link with this path may lead to a file named as a drawing, judged by the path alone. A link leads to
/// a file of the same name, and such a name has a dot before its extension. An empty path is the note itself.
#[must_use]
pub(crate) fn may_name_drawing(path: &str) -> bool {
    path.is_empty() || memchr::memchr(b'.', path.as_bytes()).is_some()
}

/// The ending of the names of drawings.
const DRAWING: &str = ".excalidraw.md";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::vault::Vault;

    #[test]
    fn headings_compare_without_their_marks() {
        let text = "# Top\n## `hasTag()`\n### See [[B]] x\n## Other\n### Deep #todo\n# Top\n\npara ^Id-1\n";
        // Short notes are searched and long ones indexed, with the same results.
        let long = format!("{text}{}", "## Ünd so weiter\n".repeat(99));
        let vault = Vault::of_texts(Config::default(), &[("long.md", &long), ("short.md", text)]);
        let notes: Vec<_> = vault.notes().map(|(_, note)| note).collect();
        for (fragment, expected) in [
            ("hasTag", Some(true)),
            ("See B x", Some(true)),
            ("top#other#deep todo", Some(true)),
            ("Other#hasTag", Some(false)),
            ("Deep#Other", Some(false)),
            ("^id-1", Some(true)),
            ("^none", Some(false)),
            ("^id_1", None),
            ("Top#^id-1", None),
            ("[^1]", None),
            ("hasTag-", Some(false)),
        ] {
            for note in &notes {
                let fragment = Fragment::read(fragment).unwrap();
                assert_eq!(note.has(&fragment), expected, "{fragment:?} of {}", note.path);
            }
        }
        assert_eq!(Fragment::read(""), None);
        assert_eq!(Fragment::read("#"), None);
    }

    #[test]
    fn a_heading_has_its_own_key_alone() {
        let headings = [
            "",
            " Top ",
            "`has` -- it's_so",
            "a  b",
            "A, b!",
            "ab",
            "Ünd so",
            "a\u{b}b",
            "a b c",
            "a-b",
            ": a",
        ];
        for heading in headings {
            for other in headings {
                let key = link_heading_key(other);
                assert_eq!(
                    has_link_heading_key(heading, &key),
                    link_heading_key(heading) == key,
                    "{heading:?} {other:?}"
                );
            }
        }
    }
}
