//! Recognises JSON errors that are no mistakes: omitted values, and programs.

use super::JsonProblem;

/// Words that begin an expression together with the word after them.
const VERBS: [&str; 6] = ["async", "await", "function", "new", "typeof", "void"];

/// Whether a text deliberately is not JSON. This is so where the error is at something left out (`[1, , 2]`,
/// `...`) or in backticks, or, in a program, at an operator, a call or the final `;`.
#[must_use]
pub fn is_left_out(text: &str, problem: &JsonProblem, program: bool) -> bool {
    let at = problem.span.start as usize;
    let (Some(before), Some(rest)) = (text.get(..at), text.get(at..)) else { return false };
    let hole = problem.is_comma && before.trim_end().ends_with([',', '[']);
    hole || rest.starts_with(['…', '`']) || rest.starts_with("...") || program && is_expression(before, rest)
}

/// Whether an expression of a program continues between `before` and `rest`.
fn is_expression(before: &str, rest: &str) -> bool {
    if let Some(behind) = rest.strip_prefix(';') {
        let behind = behind.trim_start();
        return behind.is_empty() || is_comment(behind);
    }
    // The sign before was parsed as the sign of a number.
    if before.ends_with(['+', '-']) {
        return rest.trim_start().starts_with(|c: char| !",;:]}".contains(c));
    }
    let name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let (word, behind) = rest.split_at(rest.find(|c| !name(c)).unwrap_or(rest.len()));
    let spaced = behind.trim_start();
    let verb = VERBS.contains(&word) && spaced.starts_with(|c| name(c) || c == '(');
    let called = !word.is_empty() && spaced.starts_with(['(', '[', '`']);
    verb || called || is_operator(spaced) || word.is_empty() && spaced.starts_with('(')
}

/// Whether a text begins with an operator. A single `=` does not count: it is written for a colon.
fn is_operator(text: &str) -> bool {
    let sign = text.starts_with(['.', '*', '/', '%', '+', '-', '<', '>', '&', '|', '^', '?', '!', '~']);
    sign && !is_comment(text) || text.starts_with("==") || text.starts_with("=>")
}

fn is_comment(text: &str) -> bool {
    text.starts_with("//") || text.starts_with("/*")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::json::read;
    use crate::text::joined::Joined;
    use crate::text::place::LineIndex;
    use crate::text::span::Span;

    fn left_out(text: &str, program: bool) -> bool {
        let mut joined = Joined::default();
        joined.push(text, Span::new(0, text.len()));
        let problem = read(&joined, &LineIndex::new(text)).expect_err(text);
        is_left_out(text, &problem, program)
    }

    #[test]
    fn what_is_left_out_is_no_mistake() {
        for text in [
            "{ a: [1, , 2] }",
            "{ a: [ , 2] }",
            "{ a: 1, ... }",
            "{ a: ... }",
            "{ a: [...] }",
            "{ ...b, a: 1 }",
            "{ a: 1, … }",
            "{ a: `b` }",
        ] {
            assert!(left_out(text, false) && left_out(text, true), "{text}");
        }
    }

    #[test]
    fn programs_are_no_mistake_where_they_are_programs() {
        for text in [
            "{ a: 30*1000 }",
            "{ a: 30 * 1000 }",
            "{ a: 30 / 2 }",
            "{ a: 30 + 2 }",
            "{ a: 'b' + c }",
            "{ a: b || c }",
            "{ a: b ?? 'c' }",
            "{ a: b ? c : d }",
            "{ a: !b }",
            "{ a: -b }",
            "{ a: b === c }",
            "{ a: b() }",
            "{ a: b.c }",
            "{ a: b[0] }",
            "{ a: new Date(0) }",
            "{ a: await b }",
            "{ a: () => 1 }",
            "{ a: b => 1 }",
            "{ a() { return 1 } }",
            "{ a: 1 };",
            "{ a: 1 }; // b",
        ] {
            assert!(left_out(text, true) && !left_out(text, false), "{text}");
        }
    }

    #[test]
    fn mistakes_are_mistakes() {
        for text in [
            "{ a: , b: 1 }",
            "{ a: 1,, b: 1 }",
            "{ a: }",
            "{ a = 1 }",
            "{ a: 1",
            "{ a: 'b }",
            "{ a: b }",
            "{ a: b, c: 1 }",
            "{ a: b // c\n }",
            "{ a: -, b: 1 }",
            "{ a: 1; b: 2 }",
            "{ a: 1 ] }",
            "{ a: #b }",
            "{ a: 1 } }",
        ] {
            assert!(!left_out(text, true) && !left_out(text, false), "{text}");
        }
    }
}
