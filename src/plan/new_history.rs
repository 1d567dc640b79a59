//! The heading of a history that a note does not have yet.

use std::collections::HashMap;

use crate::vault::Vault;

/// The heading, with its signs in front: in the words of the settings, else as most notes of the vault write
/// it, else as portolan does.
#[must_use]
pub fn heading(vault: &Vault) -> String {
    if let Some(own) = &vault.config().reading.history {
        return format!("## {own}");
    }
    let mut counts: HashMap<(u8, &str), usize> = HashMap::new();
    // The first of those that are there as often, in the order of the paths.
    let mut most: Option<((u8, &str), usize)> = None;
    for (_, note) in vault.system_notes().filter(|(_, note)| !note.is_template()) {
        for section in &note.facts.system().history {
            let place =
                note.facts.headings.binary_search_by_key(&section.heading.span.start, |h| h.span.start);
            let Some(heading) = place.ok().and_then(|at| note.facts.headings.get(at)) else { continue };
            let text = note.facts.text(heading.text);
            // A number, or a link to the note itself, is for the one that has it.
            if text.contains(|c: char| c.is_ascii_digit() || matches!(c, '[' | '^')) {
                continue;
            }
            let count = counts.entry((heading.level, text)).or_default();
            *count += 1;
            if most.is_none_or(|(_, before)| *count > before) {
                most = Some(((heading.level, text), *count));
            }
        }
    }
    match most {
        Some(((level, text), _)) => format!("{} {text}", "#".repeat(usize::from(level))),
        None => "## MODIFICATION HISTORY".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::syntax::reading::{Reading, Section};

    fn check(notes: &[(&str, &str)], own: Option<&str>, expected: &str) {
        let names = |section| own.filter(|_| section == Section::History).map(|own| vec![own.to_owned()]);
        let reading = Reading::new(Reading::default().stamp, names);
        let vault = Vault::of_texts(Config { reading, ..Config::default() }, notes);
        assert_eq!(heading(&vault), expected, "{notes:?}");
    }

    #[test]
    fn a_new_history_is_called_as_the_others_are() {
        let a = ("a.md", "## Modification History\n\n- 2026-01-01_10-00 - x\n");
        let b = ("b.md", "# B\n\n### 📜 VERSION HISTORY\n\n- v1.0.0 (2026-01-01_10-00) - x\n");
        let c = ("c.md", "## Modification History\n");
        let template = ("TEMPLATE x.md", "### Version History\n");
        let numbered = ("d.md", "## 3. Modification History\n");
        check(&[], None, "## MODIFICATION HISTORY");
        check(&[template, numbered], None, "## MODIFICATION HISTORY");
        check(&[a, b, c], None, "## Modification History");
        check(&[b], None, "### 📜 VERSION HISTORY");
        check(&[a, b, c], Some("Changes"), "## Changes");
    }
}
