//! Checks the names of files that portolan creates or moves: what Obsidian accepts, and what links can lead to.

use crate::text::path;

/// The characters that the app refuses in a name, on every system (recorded from Obsidian 1.13).
const FORBIDDEN: &str = "*\"\\/<>:|?";

/// The characters that end a link or begin another part of it. The app warns that links will not work.
const UNLINKABLE: &str = "#^[]|";

/// The names of devices. Windows allows no file with such a name, whatever its extension.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The longest name in bytes. This leaves room for the temporary name beside a note, within the 255 bytes that
/// most file systems allow.
const MAX_BYTES: usize = 235;

/// Returns what is wrong with one component of a path, or `None`.
///
/// ```
/// use portolan::plan::filename::fault;
/// assert_eq!(fault("Order Queue.md"), None);
/// assert!(fault("Why?.md").is_some_and(|why| why.contains("`?`")));
/// ```
#[must_use]
pub fn fault(name: &str) -> Option<String> {
    let found = |marks: &str| name.chars().find(|c| marks.contains(*c));
    if name.trim().is_empty() {
        return Some("a name is empty".to_owned());
    }
    if let Some(mark) = found(FORBIDDEN) {
        return Some(format!("Obsidian does not allow `{mark}` in a name"));
    }
    if let Some(mark) = found(UNLINKABLE) {
        return Some(match mark {
            '#' => "no link can lead to a name with `#` in it".to_owned(),
            _ => format!("Obsidian warns that links do not work with `{mark}` in a name"),
        });
    }
    if name.contains("%%") {
        return Some("no link can lead to a name with `%%` in it".to_owned());
    }
    if name.contains(char::is_control) {
        return Some("a name cannot contain control characters".to_owned());
    }
    if name.starts_with('.') {
        return Some("Obsidian does not see a name that begins with a dot".to_owned());
    }
    if name.trim() != name || path::stem(name).trim() != path::stem(name) || name.ends_with('.') {
        return Some("a name cannot begin or end with a space, or end with a dot".to_owned());
    }
    if DEVICES.iter().any(|device| path::stem(name).eq_ignore_ascii_case(device)) {
        return Some("Windows reserves that name for a device".to_owned());
    }
    (name.len() > MAX_BYTES).then(|| format!("a name can have at most {MAX_BYTES} bytes"))
}

/// Returns a new path for a file, with the extension that the file has. The extension may be left out, and a dot
/// within a name does not begin one.
///
/// ```
/// use portolan::plan::filename::with_extension_of;
/// assert_eq!(with_extension_of("a/Menu.md", "b/Menu v1.2").as_deref(), Ok("b/Menu v1.2.md"));
/// assert_eq!(with_extension_of("plan.png", "Plan 2.PNG").as_deref(), Ok("Plan 2.PNG"));
/// assert!(with_extension_of("plan.png", "plan.md").is_err());
/// ```
///
/// # Errors
/// The new path has the extension of another kind of file.
pub fn with_extension_of(file: &str, path: &str) -> Result<String, String> {
    let (old, new) = (path::extension(file), path::extension(path));
    let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    match (old, new) {
        (Some(old), Some(new)) if same(old, new) => Ok(path.to_owned()),
        (_, Some(new)) if path::is_shown(path) || ["csv", "txt"].iter().any(|kind| same(kind, new)) => {
            Err(format!("`{path}` would make `{file}` another kind of file"))
        }
        (Some(old), _) => Ok(format!("{path}.{old}")),
        (None, _) => Ok(path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_obsidian_or_a_link_does_not_bear() {
        for name in ["Note.md", "Menu v1.2.md", "Übersicht (2).png", "100% & more", "a'b"] {
            assert_eq!(fault(name), None, "{name}");
        }
        for name in [
            "",
            " ",
            "a/b",
            "a:b",
            "C# notes.md",
            "a^b",
            "[a]",
            ".hidden",
            "a.md ",
            " a",
            "a .md",
            "a.",
            "CON.md",
            "a\nb",
            "x%%y",
        ] {
            assert!(fault(name).is_some(), "{name:?}");
        }
        assert!(fault(&"x".repeat(300)).is_some());
    }
}
