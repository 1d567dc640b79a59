//! Reads the links of canvases: `.canvas` files in the format JSON Canvas.
//!
//! A card that shows a file is a link to a path from the root of the vault. A text card is Markdown, whose links
//! count as links of the canvas (release notes of 1.12, `canvas.d.ts`). Cards of web pages and labels of groups
//! and edges refer to nothing in the vault.

use std::collections::HashMap;

use super::facts::{Facts, Problem, ProblemKind};
use super::json::{self, Json, JsonValue};
use super::link::{Destination, LinkKind, RawLink};
use super::markdown;
use crate::text::joined::Joined;
use crate::text::place::{LineIndex, after_bom};
use crate::text::pool::Pool;
use crate::text::span::Span;

/// Whether the path names a canvas.
#[must_use]
pub(crate) fn is_canvas(path: &str) -> bool {
    crate::text::path::ends_with_extension(path, b".canvas")
}

/// Reads the links of a canvas. An empty file is an empty canvas.
pub(super) fn read(text: &str, facts: &mut Facts) -> Vec<Problem> {
    let lines = LineIndex::new(text);
    let content = content(text);
    let problem = |message: String, span: Span| {
        vec![Problem { kind: ProblemKind::Canvas, message, subject: String::new(), place: lines.place(span) }]
    };
    let canvas = match json::read_strict(&content, &lines) {
        Ok(None) => return Vec::new(),
        Ok(Some(canvas)) if matches!(canvas.value, JsonValue::Object(_)) => canvas,
        Ok(Some(other)) => {
            let at = Span::at(other.place.span.start as usize);
            return problem("not a canvas: it is not an object with `nodes`".to_owned(), at);
        }
        Err(error) => {
            return problem(format!("not valid JSON: {}", error.message), content.to_file(error.span));
        }
    };
    let mut reader = Reader { text, lines: &lines, pool: Pool::default(), links: Vec::new() };
    if let Some(JsonValue::List(nodes)) = canvas.get("nodes").map(|nodes| &nodes.value) {
        for node in nodes {
            reader.node(node);
        }
    }
    facts.links = reader.links.into();
    facts.pool = reader.pool;
    facts.pool.shrink();
    Vec::new()
}

/// Returns the span of the subpath of each file card of a canvas, without quotes, by the span of the card's file
/// name.
#[must_use]
pub(crate) fn subpaths(text: &str) -> HashMap<Span, Span> {
    let canvas = json::read_strict(&content(text), &LineIndex::new(text)).ok().flatten();
    let nodes = match canvas.as_ref().and_then(|canvas| canvas.get("nodes")).map(|nodes| &nodes.value) {
        Some(JsonValue::List(nodes)) => nodes.as_slice(),
        _ => &[],
    };
    let inside = |json: &Json| Span { start: json.place.span.start + 1, end: json.place.span.end - 1 };
    let cards = nodes.iter().filter_map(|node| Some((node.get("file")?, node.get("subpath")?)));
    cards.map(|(file, subpath)| (inside(file), inside(subpath))).collect()
}

/// Returns the text of a canvas without its byte order mark.
fn content(text: &str) -> Joined {
    let mut content = Joined::default();
    content.push(text, Span::new(after_bom(text), text.len()));
    content
}

struct Reader<'a> {
    text: &'a str,
    lines: &'a LineIndex<'a>,
    pool: Pool,
    links: Vec<RawLink>,
}

impl Reader<'_> {
    fn node(&mut self, node: &Json) {
        let string = |key: &str| node.get(key).filter(|v| matches!(v.value, JsonValue::String(_)));
        match string("type").and_then(Json::text) {
            Some("file") => {
                if let Some(file) = string("file") {
                    self.path(file, string("subpath").and_then(Json::text));
                }
            }
            Some("text") => {
                if let Some(text) = string("text") {
                    self.markdown(text);
                }
            }
            // A group may have a background picture.
            Some("group") => {
                if let Some(background) = string("background") {
                    self.path(background, None);
                }
            }
            _ => {}
        }
    }

    /// Returns the content of a JSON string with its escapes resolved, and its mapping to the file.
    fn content(&self, string: &Json) -> Joined {
        let Span { start, end } = string.place.span;
        unescape(self.text, Span { start: start + 1, end: end - 1 })
    }

    fn path(&mut self, string: &Json, subpath: Option<&str>) {
        let content = self.content(string);
        let path = content.text();
        if path.trim().is_empty() {
            return;
        }
        let whole = Span::new(0, path.len());
        let destination = Destination::card(path, whole, subpath);
        self.add(destination, &content, whole, None);
    }

    fn markdown(&mut self, string: &Json) {
        let content = self.content(string);
        let outline = markdown::outline(content.text(), 0);
        for token in &outline.links {
            if let Some(destination) = Destination::of(token, content.text()) {
                self.add(destination, &content, token.span, token.display);
            }
        }
    }

    fn add(&mut self, destination: Destination<'_>, content: &Joined, span: Span, display: Option<Span>) {
        let place = self.lines.place(content.to_file(span));
        // A part that contains an escape differs from what the file has, so it gets no span.
        let to_file = |span| content.is_whole(span).then(|| content.to_file(span));
        // The displayed text gets a span even if it contains an escape: otherwise a fix would add another one.
        let display = display.map(|span| content.to_file(span));
        self.links.push(destination.link(place, LinkKind::Canvas, &mut self.pool, display, to_file));
    }
}

/// Joins the pieces of a JSON string between its escapes. The JSON has been parsed already, so every escape is
/// valid and surrogates come in pairs.
fn unescape(file: &str, inner: Span) -> Joined {
    let mut content = Joined::default();
    let mut at = inner.start as usize;
    let end = inner.end as usize;
    let unit = |at: usize| file.get(at..at + 4).and_then(|hex| u16::from_str_radix(hex, 16).ok());
    while let Some(slash) = memchr::memchr(b'\\', &file.as_bytes()[at..end]).map(|n| at + n) {
        content.push(file, Span::new(at, slash));
        let Some(kind) = file[slash + 1..end].chars().next() else { break };
        let mut next = slash + 1 + kind.len_utf8();
        let decoded = match kind {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => {
                let high = unit(next).unwrap_or(0xFFFD);
                next += 4;
                let low = file[..end].get(next..).and_then(|r| r.strip_prefix("\\u")).and(unit(next + 2));
                let pair = char::decode_utf16([high, low.unwrap_or(0)]).next();
                if let Some(Ok(c)) = pair {
                    next += if c as u32 > 0xFFFF { 6 } else { 0 };
                    c
                } else {
                    char::REPLACEMENT_CHARACTER
                }
            }
            itself => itself,
        };
        content.push_as(decoded.encode_utf8(&mut [0; 4]), Span::new(slash, next.min(end)));
        at = next.min(end);
    }
    content.push(file, Span::new(at, end));
    content
}

#[cfg(test)]
mod tests {
    use crate::syntax::facts;

    fn shown(text: &str) -> Vec<String> {
        let facts = facts::read_canvas(text.as_bytes());
        let problems = &facts.system().problems;
        let links = facts.links.iter().map(|link| {
            let raw = link.place.span.of(text);
            let fragment = link.fragment.map_or("", |f| facts.text(f));
            let path = facts.text(link.path);
            format!("{}:{} {raw} → {path}#{fragment}", link.place.line, link.place.column)
        });
        links.chain(problems.iter().map(|p| format!("{}: {}", p.place.line, p.message))).collect()
    }

    #[test]
    fn files_and_texts_link_and_the_rest_does_not() {
        let text = r##"{"nodes":[
 {"type":"file","file":"a/Über.md","subpath":"#Head"},
 {"type":"text","text":"One\n\n- [[B|b \"q\"]] and\n- ![[c.png]] [d](d%20e.md) #tag"},
 {"type":"text","text":"`[[no]]`"},
 {"type":"link","url":"https://x.y"},
 {"type":"group","label":"[[no]]","background":"pics/back.png"}
],"edges":[{"label":"[[no]]"}]}"##;
        assert_eq!(
            shown(text),
            [
                "2:25 a/Über.md → a/Über.md#Head",
                "3:34 [[B|b \\\"q\\\"]] → B#",
                "3:55 ![[c.png]] → c.png#",
                "3:66 [d](d%20e.md) → d e.md#",
                "6:49 pics/back.png → pics/back.png#",
            ]
        );
    }

    #[test]
    fn broken_json_is_said_and_an_empty_file_is_a_canvas() {
        assert_eq!(shown(""), [""; 0]);
        assert_eq!(shown("{}"), [""; 0]);
        assert_eq!(shown("[1]").len(), 1);
        for broken in ["{\"nodes\": [", "{nodes: []}", "{\"nodes\": [],}", "{\"a\": \"\\x\"}", "// c\n{}"] {
            let found = shown(broken);
            assert!(found.len() == 1 && found[0].contains("not valid JSON"), "{broken}: {found:?}");
        }
    }

    #[test]
    fn escapes_are_resolved_and_found_again() {
        let text = r#"{"nodes":[{"type":"text","text":"\u00dc\ud83d\ude00\\ [[\u0041\/b]] [[c]]"}]}"#;
        assert_eq!(shown(text), ["1:55 [[\\u0041\\/b]] → A/b#", "1:69 [[c]] → c#"]);
    }

    #[test]
    fn what_a_link_shows_may_have_escapes() {
        let text = r#"{"nodes":[{"type":"text","text":"[[x|a \"b\"]]"}]}"#;
        let facts = facts::read_canvas(text.as_bytes());
        assert_eq!(facts.links[0].display().map(|d| d.of(text)), Some(r#"a \"b\""#));
    }
}
