//! Finds where parsing resumes after a line that could not be parsed.
//!
//! This is usually the next line. But after the error, the line may open something that a later line closes: a
//! quoted text, a bare one, or data. The rest of that is not a statement and must not be reported as a wrong one.

use super::data_block;
use super::lexer::line_end;

/// Returns the end of the line in which everything opened after a fault is closed. `text` is examined from the
/// fault on.
pub(super) fn resume_from(text: &str, fault: usize) -> usize {
    let (mut at, mut end) = (fault, line_end(text, fault));
    while let Some(found) = next(text, at..end, |c| matches!(c, '[' | '(' | '{' | '"' | '@')) {
        let Some(closed) = closing(text, found, end) else { return end };
        if closed > end {
            end = line_end(text, closed);
        }
        at = closed;
    }
    end
}

/// Returns where the search continues after a sign that may open something; `None` where it opens something that
/// is not closed properly, so that its intended end is unknown.
fn closing(text: &str, at: usize, line_end: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let mut signs = rest.chars();
    let sign = signs.next()?;
    match (sign, signs.next()) {
        // Quotes open only after brackets and bars.
        ('"', _) if !text[..at].ends_with(['[', '(', '{', '|', '>', '/', '\\']) => Some(at + 1),
        ('"', _) => {
            let end = at + 2 + rest[1..].find('"')?;
            let is_closed = text[end..].starts_with([']', ')', '}', '|', '/', '\\', '-']);
            (end <= line_end || is_closed).then_some(end)
        }
        ('@', Some('{')) => {
            let inside = data_block::find(text, at + 2).ok()?;
            // Text with another brace in it is not the data of one node.
            let is_one = inside.end <= line_end || !text[inside.clone()].contains('{');
            is_one.then_some(inside.end + 1)
        }
        ('@', _) | (_, Some('"')) => Some(at + 1),
        (opener, _) => {
            let end = at + 1 + rest[1..].find(['[', ']', '(', ')', '{', '}', '"', '|'])?;
            if end <= line_end {
                return Some(end);
            }
            let closer = match opener {
                '[' => ']',
                '(' => ')',
                _ => '}',
            };
            // A label over several lines contains no links, but the text after an unclosed bracket does.
            let is_label = text[end..].starts_with(closer) && !text[at..end].contains("--");
            is_label.then_some(end + 1)
        }
    }
}

fn next(text: &str, range: std::ops::Range<usize>, is_wanted: impl Fn(char) -> bool) -> Option<usize> {
    let start = range.start;
    Some(start + text.get(range)?.find(is_wanted)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_over_lines_is_left_out_as_a_whole() {
        // `^` marks the fault, `$` the place where parsing resumes.
        for marked in [
            "A^(b)] --> C$\nD",
            "A^(b)] --> C[\"x\n y\"] --> D$\nE",
            "A^(b)] --> C(\"`x\n y`\")$\nE",
            "A^(b)] --> C[x\n y] --> D{z\n w}$\nE",
            "A^(b)] --> C@{ shape: rect,\n label: \"x } y\"\n}$\nE",
            "A^(b)] --> C@{ shape: rect } --> D[\"x\n y\"]$\nE",
            "A^(b\n c)]$\nE",
            "^\"b\"] -->|\"x\n y\"| C$\nE",
            // Something that is never closed, or closed by chance, ends with its line.
            "A^(b)] --> C[\"x$\nD[\"y\"]",
            "A^(b)] --> C[x$\nD[y]",
            "A^(b)] --> C[x$\nD --> E\nF]",
            "A^(b)] --> C@{ shape: rect$\nD{x}",
            "A^(b)] --> C[x$\n",
            "A^5\" b] --> C$\nD[\"y\"]",
            "A^5\" b] --> C[\"x\n y\"]$\nD[\"y\"]",
            "A^(b)] --> a@b --> C$\nD",
            "A ^$\nB",
            "A^$",
        ] {
            let fault = marked.find('^').unwrap();
            let text = marked.replacen('^', "", 1);
            let expected = text.find('$').unwrap();
            assert_eq!(resume_from(&text.replacen('$', "", 1), fault), expected, "{marked}");
        }
    }

    #[test]
    fn many_that_are_open_cost_no_more() {
        for piece in ["[", "(\"", "@{", "[x\n", "[\"a\"", "{(["] {
            let text = piece.repeat(200_000);
            assert!(resume_from(&text, 0) <= text.len());
        }
    }
}
