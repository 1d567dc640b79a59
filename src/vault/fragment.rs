//! What a link names inside its target: a heading, a path of headings, or a block.

use crate::text::fold::fold;

/// What follows the first `#` of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// `#A#B`: heading B below heading A.
    Heading(Vec<String>),
    /// `#^id`
    Block(String),
    /// `#[^1]`: a footnote. Obsidian's API has it, its documentation does not.
    Footnote,
}

impl Fragment {
    /// Reads what follows the first `#`; `None` where that names nothing (`[[Note#]]`).
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

    /// Whether anybody has recorded what Obsidian does where it is missing.
    #[must_use]
    pub fn can_be_missing(&self) -> bool {
        match self {
            Self::Footnote => false,
            // Sources disagree whether `_` may stand in an id.
            Self::Block(id) => !id.contains('_'),
            Self::Heading(parts) => parts.iter().all(|part| !part.starts_with('^')),
        }
    }
}

/// A heading as links compare it: each mark of a fixed set is a blank, runs of blanks are one, case
/// is folded (`stripHeading` of Obsidian's API: "stripping out special characters and shrinking
/// consecutive spaces"). `-`, `_` and `'` stay.
#[must_use]
pub fn link_heading_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    write_link_heading_key(&mut key, text);
    key
}

/// Writes the same in place of what a buffer holds.
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
        // Word by word: what links name in notes is asked of every heading.
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

/// For each sign of ASCII whether links and headings are the same without it.
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

/// Whether the [`link_heading_key`] of a heading is `key`, without making it where the heading is ASCII: most that have
/// another one differ in their first letters.
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

/// A heading as the app writes it in a link: what would end the link or begin another part is a blank
/// (`stripHeadingForLink` of Obsidian's API). So are the brackets of one that ends with a bracket, which would end
/// the link too early.
#[must_use]
pub fn in_a_link(heading: &str) -> String {
    let plain = heading.replace("%%", " ").replace("[[", " ").replace("]]", " ");
    let mut plain = plain.replace([':', '#', '|', '^', '\\', '\n', '\r'], " ");
    if plain.trim_end().ends_with(']') {
        plain = plain.replace(['[', ']'], " ");
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the fragments of a file of this kind are parameters of its viewer (`#page=3`) or free
/// words of a style sheet, and name nothing that could be missing.
#[must_use]
pub fn is_viewer_parameter(target: &str) -> bool {
    !crate::text::path::is_note(target)
}

/// Whether a file has the name of a drawing of the Excalidraw plug-in. What follows the `#` of a link to one is for
/// its viewer (`#^group=ID`, `#^frame=ID`, `#^ID`, the name of a frame), and is looked for in data that nobody else
/// can read.
#[must_use]
pub fn has_name_of_drawing(target: &str) -> bool {
    let end = target.as_bytes().split_at(target.len().saturating_sub(DRAWING.len())).1;
    end.eq_ignore_ascii_case(DRAWING.as_bytes())
}

/// Whether a link with this path may lead to a file with the name of a drawing, told without a look at the file: a link
/// leads to a file of its own name, and this one has a dot before the last. An empty path is the note itself.
#[must_use]
pub(crate) fn may_name_drawing(path: &str) -> bool {
    path.is_empty() || memchr::memchr(b'.', path.as_bytes()).is_some()
}

/// How the names of drawings end.
const DRAWING: &str = ".excalidraw.md";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::vault::Vault;

    #[test]
    fn headings_compare_without_their_marks() {
        let text = "# Top\n## `hasTag()`\n### See [[B]] x\n## Other\n### Deep #todo\n# Top\n\npara ^Id-1\n";
        // What is looked through and what is looked up is the same.
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
