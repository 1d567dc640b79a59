//! Where reading goes on after a line that could not be read.
//!
//! In the next line, mostly. But behind the fault the line may open what a later line closes: a text in quotes, a
//! bare one, data. Its rest is no statement, and is not to be called a wrong one.

use super::data_block;
use super::lexer::line_end;

/// The end of the line in which all is closed that is opened behind a fault, from which on `text` is looked at.
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

/// Where looking goes on behind a sign that may open something; `None` where it opens what is not closed as it
/// should be: nobody can say where that was meant to end.
fn closing(text: &str, at: usize, line_end: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let mut signs = rest.chars();
    let sign = signs.next()?;
    match (sign, signs.next()) {
        // Quotes open behind brackets and bars, and nowhere else.
        ('"', _) if !text[..at].ends_with(['[', '(', '{', '|', '>', '/', '\\']) => Some(at + 1),
        ('"', _) => {
            let end = at + 2 + rest[1..].find('"')?;
            let is_closed = text[end..].starts_with([']', ')', '}', '|', '/', '\\', '-']);
            (end <= line_end || is_closed).then_some(end)
        }
        ('@', Some('{')) => {
            let inside = data_block::find(text, at + 2).ok()?;
            // What holds another brace is not the data of one node.
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
            // A label that goes over lines holds no links; a bracket that was left open has them behind it.
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
        // `^` is the fault, `$` where reading goes on.
        for marked in [
            "A^(b)] --> C$\nD",
            "A^(b)] --> C[\"x\n y\"] --> D$\nE",
            "A^(b)] --> C(\"`x\n y`\")$\nE",
            "A^(b)] --> C[x\n y] --> D{z\n w}$\nE",
            "A^(b)] --> C@{ shape: rect,\n label: \"x } y\"\n}$\nE",
            "A^(b)] --> C@{ shape: rect } --> D[\"x\n y\"]$\nE",
            "A^(b\n c)]$\nE",
            "^\"b\"] -->|\"x\n y\"| C$\nE",
            // What is never closed, or closed by chance, ends with its line.
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
