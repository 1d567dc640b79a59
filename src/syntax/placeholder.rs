//! Finds template expressions that were not rendered: `<% … %>` of the Templater plug-in and `{{NAME}}` of
//! Obsidian's own templates.

use memchr::memmem;

use crate::text::span::Span;

/// Returns the next expression in `text` from byte `from` on.
///
/// `{{NAME}}` is a letter or `_`, followed by word characters, spaces or hyphens, and perhaps by `:format`, all on
/// one line. Other text in double braces belongs to another program, such as the cloze `{{c1::…}}`, and so does
/// text in triple braces: `{{{raw}}}`. Braces after a backslash (`\{{NAME}}`) are meant to be displayed.
#[must_use]
pub(crate) fn find(text: &str, from: usize) -> Option<Span> {
    let rest = text.get(from..)?;
    let mut at = 0;
    loop {
        let open = at + memchr::memchr2(b'<', b'{', &rest.as_bytes()[at..])?;
        let len = match rest.as_bytes().get(open..open + 2) {
            Some(b"<%") => templater(&rest[open..]),
            Some(b"{{") if !is_escaped(text, from + open) => {
                let in_braces = text[..from + open].ends_with('{');
                braces(&rest[open..]).filter(|len| !(in_braces && rest[open + len..].starts_with('}')))
            }
            _ => None,
        };
        match len {
            Some(len) => return Some(Span::new(from + open, from + open + len)),
            None => at = open + 1,
        }
    }
}

/// Returns all expressions in a text.
pub(crate) fn find_all(text: &str) -> impl Iterator<Item = Span> {
    let mut from = 0;
    // Most notes have neither mark, so this check avoids the slower search.
    let bytes = text.as_bytes();
    let mark = |at: usize| matches!(bytes.get(at..at + 2), Some(b"{{" | b"<%"));
    let none = !memchr::memchr2_iter(b'{', b'<', bytes).any(mark);
    std::iter::from_fn(move || {
        if none {
            return None;
        }
        let span = find(text, from)?;
        from = span.end as usize;
        Some(span)
    })
}

/// Whether a text contains an expression that was not rendered.
#[must_use]
pub(crate) fn is_in(text: &str) -> bool {
    find_all(text).next().is_some()
}

/// The longest Templater command that is recognised. Without a limit, each of many unclosed openings would be
/// searched to the end of the note.
const MAX_COMMAND: usize = 4096;

fn templater(text: &str) -> Option<usize> {
    let window = &text.as_bytes()[..text.len().min(MAX_COMMAND)];
    memmem::find(window, b"%>").map(|at| at + 2)
}

/// Whether the character at `at` is escaped: an odd number of backslashes precedes it.
fn is_escaped(text: &str, at: usize) -> bool {
    text[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

fn braces(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("{{")?;
    let name = inner.trim_start_matches(' ');
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return None;
    }
    let end = name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ' ' | '-')))?;
    let rest = match name[end..].strip_prefix(':') {
        // `{{c1::cloze}}`, `{{video https://x.y}}` and `{{renderer :mermaid}}` belong to other programs.
        Some(other) if other.starts_with(':') || other.starts_with("//") || name[..end].ends_with(' ') => {
            return None;
        }
        Some(format) => &format[format.find(['}', '{', '\n'])?..],
        None => &name[end..],
    };
    rest.starts_with("}}").then(|| text.len() - rest.len() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = find_all(text).map(|s| s.of(text)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn finds_what_a_template_would_have_rendered() {
        check("a <% tp.date.now(\"YYYY\") %> b {{title}}", &["<% tp.date.now(\"YYYY\") %>", "{{title}}"]);
        check(
            "{{date:YYYY-MM-DD}} {{Service Name}} {{ x }}",
            &["{{date:YYYY-MM-DD}}", "{{Service Name}}", "{{ x }}"],
        );
        check("<%* let x = 1\n%>", &["<%* let x = 1\n%>"]);
        check("{{1}} {{}} {{a.b}} {{a\nb}} {{ $x }} {a} {{a}", &[]);
        check("{{c1::Paris}} {{c2::a::b}}", &[]);
        check("{{video https://x.y}} {{renderer :mermaid}} {{date :YYYY}}", &[]);
        check("5 <% of 100", &[]);
        check("a {{% x %}} b <% y %> c", &["<% y %>"]);
        check("{% if x %> <{{y}}", &["{{y}}"]);
        check("{{{raw}}} {{{{raw}}}} {{{a} {{b}}}", &["{{b}}"]);
        check(r"\{{a}} \\{{b}} \\\{{c}} \{\{d}} \{{{e}}} \<% f %>", &["{{b}}", "<% f %>"]);
        assert!(is_in("x{{y}}") && !is_in("x"));
    }
}
