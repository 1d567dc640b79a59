//! Brackets around a timestamp, and what else stands in them: `v1.0.0 (2026-09-26, Ruth): title`.

use super::separator::is_separator;

/// Where the last of the brackets closes that are open before a timestamp, in the text behind it. `None` where none is
/// open, where one is never closed, and where nothing stands behind them: then the title may stand in them.
#[must_use]
pub fn brackets_close(before: &str, behind: &str) -> Option<usize> {
    let mut open = Vec::new();
    for c in before.chars() {
        pair(c, &mut open);
    }
    if open.is_empty() {
        return None;
    }
    let last = behind.char_indices().find(|(_, c)| {
        pair(*c, &mut open);
        open.is_empty()
    });
    last.map(|(at, _)| at).filter(|at| !is_separator(&behind[*at..]))
}

/// Takes a bracket to those that are open: how each of them is closed.
fn pair(c: char, open: &mut Vec<char>) {
    match c {
        '(' | '（' => open.push(')'),
        '[' => open.push(']'),
        ')' | '）' if open.last() == Some(&')') => drop(open.pop()),
        ']' if open.last() == Some(&']') => drop(open.pop()),
        _ => {}
    }
}
