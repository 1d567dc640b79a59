//! A value without what in it speaks for itself: code, links, what stands in brackets, and what a template fills in.

use std::ops::Range;

/// What stands for each byte that is left out: neither a letter nor a blank, and no sign that parts fields.
const OUT: &str = "\0";

/// What opens and closes something of which no part is mark-up of its line: links of Obsidian and expressions.
const PAIRS: [(&str, &str); 3] = [("[[", "]]"), ("{{", "}}"), ("<%", "%>")];

/// A text of the same length in which no code span, no link, no remark in brackets and no expression is left. A field of
/// the Dataview plug-in stays: `(Version:: 1.0.0)`.
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

/// What is left out, by its start. Each begins and ends with a sign of ASCII.
fn hidden(text: &str) -> Vec<Range<usize>> {
    // Where the last of each closes, so that none is looked for in vain: there may be as many as there are bytes.
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
                // Where none of a length is left, none of a greater one is.
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
        // A letter of another script has several bytes.
        at = (at + 1..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    }
    spans
}

/// Adds a span that holds the last ones.
fn take(spans: &mut Vec<Range<usize>>, own: Range<usize>) {
    while spans.last().is_some_and(|last| last.start > own.start) {
        spans.pop();
    }
    spans.push(own);
}

/// Whether what stands in brackets is a field of the Dataview plug-in.
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
