//! Masks the parts of a value in which field signs have no meaning: code, links, text in brackets, and template
//! expressions.

use std::ops::Range;

/// The mask for each byte: neither a letter nor a space, nor a sign that separates fields.
const OUT: &str = "\0";

/// Delimiters of text that contains no mark-up of the line: Obsidian links and template expressions.
const PAIRS: [(&str, &str); 3] = [("[[", "]]"), ("{{", "}}"), ("<%", "%>")];

/// Returns a text of the same length with code spans, links, remarks in brackets and expressions masked. A field
/// of the Dataview plug-in is kept: `(Version:: 1.0.0)`.
pub(super) fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for range in hidden(text) {
        let start = range.start.max(done);
        out.push_str(&text[done..start]);
        done = range.end.max(done);
        out.push_str(&OUT.repeat(done - start));
    }
    out.push_str(&text[done..]);
    out
}

/// Returns the ranges to mask, by their start. Each begins and ends with an ASCII character.
fn hidden(text: &str) -> Vec<Range<usize>> {
    // Finds the last closing delimiter of each kind first, so that no search is in vain: there may be as many
    // opening ones as bytes.
    let last = PAIRS.map(|(_, close)| text.rfind(close));
    let mut unclosed = usize::MAX;
    let mut spans = Vec::new();
    let (mut round, mut square) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(sign) = text.as_bytes().get(at) {
        let rest = &text[at..];
        let pair = PAIRS.iter().zip(last).find(|((open, _), last)| {
            rest.starts_with(open) && last.is_some_and(|last| last >= at + open.len())
        });
        let end = pair.and_then(|((open, close), _)| {
            Some(at + open.len() + rest[open.len()..].find(close)? + close.len())
        });
        if let Some(end) = end {
            spans.push(at..end);
            at = end;
            continue;
        }
        match sign {
            b'\\' if rest[1..].starts_with(|c: char| c.is_ascii_punctuation()) => at += 1,
            b'`' => {
                let run = rest.len() - rest.trim_start_matches('`').len();
                // Where no run of some length is left, no longer one is either.
                let close = if run < unclosed { rest[run..].find(&rest[..run]) } else { None };
                if let Some(close) = close {
                    spans.push(at..at + run + close + run);
                    at += run + close + run;
                } else {
                    unclosed = unclosed.min(run);
                    at += run;
                }
                continue;
            }
            b'(' => round.push(at),
            b')' => {
                if let Some(open) = round.pop().filter(|open| !is_dataview(&text[open + 1..at])) {
                    take(&mut spans, open..at + 1);
                }
            }
            b'[' => square.push(at),
            b']' => {
                if let Some(open) = square.pop().filter(|_| rest[1..].starts_with('(')) {
                    take(&mut spans, open..at + 1);
                }
            }
            _ => {}
        }
        // Characters outside ASCII have several bytes.
        at = (at + 1..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    }
    spans
}

/// Adds a span and drops the earlier ones inside it.
fn take(spans: &mut Vec<Range<usize>>, own: Range<usize>) {
    while spans.last().is_some_and(|last| last.start > own.start) {
        spans.pop();
    }
    spans.push(own);
}

/// Whether the text in brackets is a field of the Dataview plug-in.
fn is_dataview(inner: &str) -> bool {
    let sign = inner.find(['(', ':', '|']);
    sign.is_some_and(|sign| inner[sign..].starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks_for_itself_is_left_out() {
        for (text, expected) in [
            ("🟢 `a | b: c` x", "🟢 .......... x"),
            ("``a ` b`` c `d", "......... c `d"),
            ("[[n|B: a]] [B: b](x|y:z) [c: d]", ".......... ............. [c: d]"),
            ("A (see (b) | c: x) (é) :)", "A ................ .... :)"),
            ("(Version:: (y) 1) (a | b:: c)", "(Version:: ... 1) ..........."),
            ("{{S|d: A}} <% b: c %> {{d", ".......... .......... {{d"),
            ("\\`a | b: c\\` \\[[d", "\\`a | b: c\\` \\[[d"),
            ("( [a) ](b) [[c", ".......... [[c"),
            ("((a) [[b", "(... [[b"),
        ] {
            assert_eq!(masked(text).replace(OUT, "."), expected, "{text}");
        }
    }
}
