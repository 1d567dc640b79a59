//! Boards that a vault defines itself, by templates in its configuration.

use std::sync::OnceLock;

use super::source::Kept;
use super::template::{Given, OwnTemplates};
use super::{Source, model, trimmed};
use crate::syntax::board::{Attributes, Board, end_marker, start_marker};
use crate::syntax::reading::Reading;
use crate::syntax::{conflict, facts};
use crate::text::path;

/// What all boards of the vault's own share.
#[derive(Debug, Default)]
pub(super) struct Own {
    templates: OnceLock<OwnTemplates>,
    /// The values that templates have used so far, by name.
    pub(super) given: Kept<&'static str, Option<Given>>,
}

/// Renders a board from a template of the vault.
pub(super) fn render(source: &Source<'_>, board: &Board, template: &str) -> Result<String, String> {
    let files = &source.vault.config().board_files;
    let named = path::join("", template).unwrap_or_else(|| template.to_owned());
    match files.get(&named) {
        Some(Ok(_)) => {}
        Some(Err(why)) => return Err(format!("the template of `{}` cannot be used: {why}", board.kind)),
        None => return Err(format!("the template of `{}` is not there: `{template}`", board.kind)),
    }
    let failed = |message: String| format!("the template of `{}` failed: {message}", board.kind);
    let templates = source.own.templates.get_or_init(|| OwnTemplates::of(files));
    templates.can_be_read(&named).map_err(failed)?;
    let values = model::values(source, board, |name| templates.ask_for(name));
    let text = trimmed(&templates.render(&named, values).map_err(failed)?.replace("\r\n", "\n"));
    stays_inside(&text).map_err(failed)?;
    Ok(text)
}

/// Checks that a board would end where it should, whatever its template writes.
fn stays_inside(text: &str) -> Result<(), String> {
    if let Some(line) = conflict::first_marker(text) {
        return Err(format!("line {line} of what it writes looks like a merge conflict"));
    }
    let (start, end) = (start_marker("x", &Attributes::new())?, end_marker(None));
    let note = format!("{start}\n\n{text}\n{end}\n\n# After\n");
    let read = facts::read(note.as_bytes(), &Reading::default());
    let system = read.system();
    let whole = matches!(&system.boards[..], [board] if board.body.len() == text.len() + 2);
    let goes_on = read.headings.iter().any(|heading| read.text(heading.text) == "After");
    if whole && system.marker_problems.is_empty() && goes_on {
        Ok(())
    } else {
        let what = "a fence, a comment or an HTML block that it opens is not closed, or it writes a marker of a board";
        Err(what.to_owned())
    }
}

/// Returns the files that a template names in quotes in `include`, `import`, `extends` and `from`. A name that is
/// computed while the template runs cannot be found.
#[must_use]
pub(crate) fn files_asked(template: &str) -> Vec<String> {
    let mut names = Vec::new();
    for tag in template.split("{%").skip(1) {
        let tag = tag.split("%}").next().unwrap_or_default();
        let tag = tag.trim_start_matches(['-', '+']).trim_start();
        let verb = tag.split_whitespace().next().unwrap_or_default();
        if !matches!(verb, "include" | "import" | "extends" | "from") {
            continue;
        }
        let mut rest = tag;
        while let Some(start) = rest.find(['"', '\'']) {
            let quote = &rest[start..=start];
            let inner = &rest[start + 1..];
            let Some(end) = inner.find(quote) else { break };
            names.push(inner[..end].to_owned());
            rest = &inner[end + 1..];
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_asked_for_in_quotes() {
        let template = "{% include 'a.j2' %}{%- extends \"b/c.j2\" -%}{% include [\"d\", 'e'] ignore missing %}\n\
            {% from \"f\" import g %} {{ \"h\" }} {% if x == \"i\" %}{% endif %}{% include name %}";
        assert_eq!(files_asked(template), ["a.j2", "b/c.j2", "d", "e", "f"]);
    }
}
