//! Git command lines that a message offers to copy.

use crate::text::shell::word;

/// Returns a git command for files in a folder. Names that look like patterns are passed literally: `What now?.md`
/// must not also match `What now!.md`.
pub(crate) fn on_files(folder: &str, command: &str, files: &[&str]) -> String {
    let at = at(folder);
    let is_pattern = |file: &&str| file.starts_with(':') || file.contains(['*', '?', '[', '\\']);
    let literal = if files.iter().any(is_pattern) { "--literal-pathspecs " } else { "" };
    let files: Vec<String> = files.iter().copied().map(word).collect();
    format!("git {at}{literal}{command} -- {}", files.join(" "))
}

/// Like [`on_files`], but for the files that the file `list` names, each followed by a zero byte.
pub(crate) fn on_list(folder: &str, command: &str, list: &str) -> String {
    let at = at(folder);
    format!("git {at}--literal-pathspecs {command} --pathspec-file-nul --pathspec-from-file={}", word(list))
}

/// Returns the option that makes git work in a folder.
fn at(folder: &str) -> String {
    if folder == "." { String::new() } else { format!("-C {} ", word(folder)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_no_patterns() {
        for (files, expected) in [
            (&["a.md", "b c.md"][..], "git -C docs restore -- a.md 'b c.md'"),
            (&["What now?.md"], "git -C docs --literal-pathspecs restore -- 'What now?.md'"),
            (&[":x.md"], "git -C docs --literal-pathspecs restore -- :x.md"),
        ] {
            assert_eq!(on_files("docs", "restore", files), expected);
        }
        assert_eq!(on_files(".", "add", &["a[1].md"]), "git --literal-pathspecs add -- 'a[1].md'");
    }
}
