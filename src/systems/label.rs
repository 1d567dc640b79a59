//! Strips the markup from labels of diagrams that mermaid leaves to the browser.

use std::borrow::Cow;

use crate::syntax::mermaid::as_browser;
use crate::text::path;

/// Tags that format or separate words.
const TAGS: [&str; 24] = [
    "b", "big", "br", "center", "code", "del", "div", "em", "font", "h1", "h2", "h3", "hr", "i", "mark", "p",
    "s", "small", "span", "strong", "sub", "sup", "tt", "u",
];

/// Tags that may stand within a word, without separating it.
const WITHIN_WORDS: [&str; 16] = [
    "b", "big", "code", "del", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "sup", "tt",
    "u",
];

/// Tags of links and pictures.
const LINKS: [&str; 2] = ["a", "img"];

/// Returns a label as a reader sees it, on one line: `Web<br/>Server` is `Web Server`, `<b>Queue</b>` is `Queue`,
/// `R&amp;D` is `R&D`, and `[[Mollie]]` is `Mollie`. What looks like a tag but is none that browsers draw stays:
/// `Map<K>`.
pub(crate) fn plain(label: &str) -> Cow<'_, str> {
    if !is_dressed(label) {
        return Cow::Borrowed(label);
    }
    let bare = untagged(label, |name| is_in(&TAGS, name) || is_in(&LINKS, name));
    worded(label, &unlinked(&undressed(&bare)))
}

/// Like [`plain`], but keeps links and pictures: a name in a link is also the name of its target.
pub(super) fn with_links(label: &str) -> Cow<'_, str> {
    if !is_dressed(label) {
        return Cow::Borrowed(label);
    }
    worded(label, &undressed(&untagged(label, |name| is_in(&TAGS, name))))
}

/// Whether a label may have markup; most have none.
fn is_dressed(label: &str) -> bool {
    label.bytes().any(|byte| matches!(byte, b'<' | b'&' | b'\\' | b'*' | b'[' | b':' | b'\n' | b'\r'))
}

fn is_in(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Returns a label without the tags that `is_tag` accepts.
fn untagged(label: &str, is_tag: impl Fn(&str) -> bool) -> Cow<'_, str> {
    let mut shown = String::new();
    let (mut from, mut at) = (0, 0);
    while let Some(open) = memchr::memchr(b'<', &label.as_bytes()[at..]).map(|len| at + len) {
        at = open + 1;
        let Some((name, len)) = tag(&label[open..]).filter(|(name, _)| is_tag(name)) else { continue };
        shown.push_str(&label[from..open]);
        if !is_in(&WITHIN_WORDS, name) {
            shown.push(' ');
        }
        from = open + len;
        at = from;
    }
    if from == 0 {
        return Cow::Borrowed(label);
    }
    shown.push_str(&label[from..]);
    Cow::Owned(shown)
}

/// Returns a label without other markup: entities decoded, `\n` as a blank, `**` for bold removed.
fn undressed(label: &str) -> String {
    let shown = as_browser(label).replace("\\n", " ");
    // Asterisks mark bold only in pairs.
    if shown.matches("**").count().is_multiple_of(2) { shown.replace("**", "") } else { shown }
}

/// Returns a label with each wikilink replaced by what it shows: the text behind `|`, else the name of the note.
fn unlinked(label: &str) -> Cow<'_, str> {
    if !label.contains("[[") {
        return Cow::Borrowed(label);
    }
    let mut shown = String::new();
    let mut rest = label;
    while let Some(end) = rest.find("]]") {
        let (before, behind) = (&rest[..end], &rest[end + 2..]);
        if let Some(start) = before.rfind("[[") {
            shown.push_str(&before[..start]);
            shown.push_str(link_text(&before[start + 2..]));
        } else {
            shown.push_str(&rest[..end + 2]);
        }
        rest = behind;
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

fn link_text(link: &str) -> &str {
    if let Some((_, shown)) = link.split_once('|').filter(|(_, shown)| !shown.trim().is_empty()) {
        return shown;
    }
    let link = link.trim_end_matches('|');
    let (path, heading) = link.split_once('#').unwrap_or((link, ""));
    let name = path.rsplit('/').next().unwrap_or(path).trim();
    if name.is_empty() { heading } else { path::without_md(name) }
}

/// Returns the words of a stripped label, without icons; the label itself if nothing was stripped.
fn worded<'l>(label: &'l str, shown: &str) -> Cow<'l, str> {
    let words = || shown.split_whitespace().filter(|word| !is_icon(word));
    if shown == label && !label.contains(['\n', '\r']) && !label.split_whitespace().any(is_icon) {
        return Cow::Borrowed(label);
    }
    Cow::Owned(words().collect::<Vec<_>>().join(" "))
}

/// Whether a word is an icon of a font: `fa:fa-database`.
fn is_icon(word: &str) -> bool {
    word.split_once(":fa-").is_some_and(|(font, _)| font.starts_with("fa") && font.len() <= 3)
}

/// Returns the name of the tag at the start of a text, and the length of the tag.
fn tag(text: &str) -> Option<(&str, usize)> {
    /// The longest tag that is recognised. Without a bound, many unclosed tags would each be read to the end of
    /// the label.
    const LONGEST: usize = 256;
    let window = &text.as_bytes()[..text.len().min(LONGEST)];
    let end = memchr::memchr(b'>', window)?;
    let inner = text[1..end].strip_prefix('/').unwrap_or(&text[1..end]);
    let name = inner.split(|c: char| c == '/' || c.is_whitespace()).next()?;
    Some((name, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_without_tags() {
        for (label, expected) in [
            ("Web<br/>Server", "Web Server"),
            ("Web<BR />Server<br>1", "Web Server 1"),
            ("<b>Queue</b>", "Queue"),
            ("<span style='color: red'>Q</span>ueue", "Queue"),
            ("<small> a </small>  b", "a b"),
            ("Map<K, V> a < b > c <none> <", "Map<K, V> a < b > c <none> <"),
            ("<<b>>", "<>"),
            ("a  b", "a  b"),
            ("Orders &amp; Billing", "Orders & Billing"),
            ("Orders&nbsp;Hub &#38; &#x26;", "Orders Hub & &"),
            // What the browser takes for text stays.
            ("&lt;b&gt; x", "<b> x"),
            ("<a href='https://x.example'>Adyen</a>", "Adyen"),
            ("<img src='k.png' width='20'/><br/>Kafka", "Kafka"),
            ("[[Mollie]]", "Mollie"),
            ("[[pay/Mollie.md#Keys]] and [[x|Card  payments]]", "Mollie and Card payments"),
            ("[[#Keys]] [[Mollie|]]", "Keys Mollie"),
            ("a[0] ]] [[ b", "a[0] ]] [[ b"),
            ("**Bold** text", "Bold text"),
            ("2 ** 3", "2 ** 3"),
            ("line\\nbreak", "line break"),
            ("line\nbreak", "line break"),
            ("fa:fa-database Orders fab:fa-x", "Orders"),
            ("time: a:fa-b", "time: a:fa-b"),
            ("", ""),
        ] {
            assert_eq!(plain(label), expected, "{label}");
        }
        for one in ["<b ", "[[", "]]", "&", "**["] {
            let long = one.repeat(100_000);
            let expected = if one.starts_with("**") { "[".repeat(100_000) } else { long.clone() };
            assert_eq!(plain(&long), expected, "{one}");
        }
    }
}
