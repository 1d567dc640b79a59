//! Chooses the heading and the place of a history that a note does not have yet.

use std::collections::{HashMap, HashSet};

use super::history::first_dated;
use crate::config::Config;
use crate::syntax::facts::HeadingFact;
use crate::syntax::reading::{Reading, Section, uncommented};
use crate::text::fold::heading_key;
use crate::vault::{Note, Vault};

/// The heading and place of a new history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Home {
    /// The heading, with its `#` signs.
    pub heading: String,
    /// The end of the text behind which it goes.
    pub end: usize,
    /// The heading that it goes under; `None` at the end of the note.
    pub under: Option<String>,
}

/// Returns where a note gets its history, and with which heading. It goes under the heading that those of the
/// vault stand under, if the note has that, else to the end, one level below the title. Its name comes from the
/// settings, else from most notes of the vault, else from portolan; it is in capitals if the headings of the
/// note, or else of the vault, are.
#[must_use]
pub(crate) fn home(vault: &Vault, note: &Note, text: &str) -> Home {
    let at_the_end = |name: &str| Home { heading: format!("## {name}"), end: text.len(), under: None };
    if let Some(own) = &vault.config().reading.history {
        return at_the_end(own);
    }
    let Some(usual) = usual(vault) else {
        return at_the_end(if shouts(vault, note) { "MODIFICATION HISTORY" } else { "Modification History" });
    };
    let headings = &note.facts.headings;
    let is_parent = |heading: &HeadingFact| usual.parent == Some(key_of(note.facts.text(heading.text)));
    let Some(at) = headings.iter().position(|heading| heading.level < 6 && is_parent(heading)) else {
        return at_the_end(usual.name);
    };
    let parent = &headings[at];
    let next = headings[at + 1..].iter().find(|heading| heading.level <= parent.level);
    Home {
        heading: format!("{} {}", "#".repeat(usize::from(parent.level) + 1), usual.name),
        end: next.map_or(text.len(), |next| next.span.start as usize),
        under: Some(note.facts.text(parent.text).to_owned()),
    }
}

/// Returns the key of a heading without the comments in it.
fn key_of(heading: &str) -> String {
    uncommented(heading).map_or_else(|| heading_key(heading), |shown| heading_key(&shown))
}

/// Common names of histories that the settings do not have.
const NAMES: [&str; 20] = [
    "Changelog",
    "Change Log",
    "Change History",
    "Changes",
    "Log",
    "History",
    "Revision History",
    "Revisions",
    "Document History",
    "Update History",
    "Release History",
    "Release Notes",
    "Änderungshistorie",
    "Änderungsprotokoll",
    "Historique",
    "Historial",
    "更新记录",
    "变更记录",
    "更新履歴",
    "変更履歴",
];

/// Returns the heading of a history that portolan does not read as one: it has a common name, and the text below
/// tells when something happened, but the settings do not name it.
#[must_use]
pub(crate) fn unseen<'n>(vault: &Vault, note: &'n Note, text: &str) -> Option<&'n HeadingFact> {
    let known: HashSet<String> = NAMES.iter().map(|name| heading_key(name)).collect();
    let is_called_so = |heading: &HeadingFact| known.contains(&key_of(note.facts.text(heading.text)));
    if !note.facts.headings.iter().any(is_called_so) {
        return None;
    }
    let stamp = vault.config().reading.stamp.clone();
    let all = |section| (section == Section::History).then(|| NAMES.map(str::to_owned).to_vec());
    let config = Config { reading: Reading::new(stamp, all), ..Config::default() };
    let read = Vault::of_texts(config, &[(&note.path, text)]);
    let (_, read_so) = read.notes().next()?;
    let section = first_dated(read_so, text, &vault.config().reading.stamp)?;
    note.facts.headings.iter().find(|heading| heading.span.start == section.heading.span.start)
}

/// Whether headings are written in capitals, in most of the note, or in most of the vault if the note does not
/// tell.
fn shouts(vault: &Vault, note: &Note) -> bool {
    let (small, capital) = cases(note);
    let has_title = note.facts.headings.iter().any(|heading| note.facts.text(heading.text) == note.title());
    // A single heading may be an abbreviation.
    if small + capital + usize::from(has_title) > 1 && small + capital > 0 {
        return capital > small;
    }
    let others =
        vault.notes().map(|(_, other)| other).filter(|other| !other.is_template() && other.path != note.path);
    let others = others.map(cases);
    let (small, capital) = others.fold((0, 0), |(small, capital), own| (small + own.0, capital + own.1));
    capital > small && capital > 1
}

/// Counts the headings of a note, except its title, that have lower-case letters, and those in capitals. Headings
/// of figures and signs, or in a script without case, do not count.
fn cases(note: &Note) -> (usize, usize) {
    let below = note.facts.headings.iter().map(|heading| note.facts.text(heading.text));
    below.filter(|text| *text != note.title()).fold((0, 0), |(small, capital), text| {
        let is_small = text.contains(char::is_lowercase);
        let is_capital = !is_small && text.contains(char::is_uppercase);
        (small + usize::from(is_small), capital + usize::from(is_capital))
    })
}

/// The most frequent name of histories in a vault, and the heading that they stand under.
struct Usual<'v> {
    name: &'v str,
    /// The key of the heading above; `None` if that is the title.
    parent: Option<String>,
}

fn usual(vault: &Vault) -> Option<Usual<'_>> {
    let mut counts: HashMap<(Option<String>, &str), usize> = HashMap::new();
    // Of equally frequent ones the first counts, in the order of paths.
    let mut most: Option<((Option<String>, &str), usize)> = None;
    for (_, note) in vault.system_notes().filter(|(_, note)| !note.is_template()) {
        let headings = &note.facts.headings;
        for section in &note.facts.system().history {
            let Ok(at) = headings.binary_search_by_key(&section.heading.span.start, |h| h.span.start) else {
                continue;
            };
            let text = note.facts.text(headings[at].text);
            // A heading with a number, a comment or a link belongs to its own note.
            let is_own = text.contains(|c: char| c.is_ascii_digit() || matches!(c, '[' | '^'));
            if is_own || uncommented(text).is_some() {
                continue;
            }
            let above = headings[..at].iter().rev().find(|heading| heading.level < headings[at].level);
            let above =
                above.map(|heading| note.facts.text(heading.text)).filter(|text| *text != note.title());
            let key = (above.map(key_of), text);
            let count = counts.entry(key.clone()).or_default();
            *count += 1;
            if most.as_ref().is_none_or(|(_, before)| *count > *before) {
                most = Some((key, *count));
            }
        }
    }
    most.map(|((parent, name), _)| Usual { name, parent })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(notes: &[(&str, &str)], own: Option<&str>, expected: &str) {
        let names = |section| own.filter(|_| section == Section::History).map(|own| vec![own.to_owned()]);
        let reading = Reading::new(Reading::default().stamp, names);
        let notes = [notes, &[("z.md", "# Z\n")]].concat();
        let vault = Vault::of_texts(Config { reading, ..Config::default() }, &notes);
        let note = vault.find("z.md").and_then(|id| vault.note(id)).unwrap();
        let home = home(&vault, note, "# Z\n");
        assert_eq!((&*home.heading, home.end, home.under), (expected, 4, None), "{notes:?}");
    }

    #[test]
    fn a_new_history_is_called_as_the_others_are() {
        let a = ("a.md", "## Modification History\n\n- 2026-01-01_10-00 - x\n");
        let b = ("b.md", "# B\n\n### 📜 VERSION HISTORY\n\n- v1.0.0 (2026-01-01_10-00) - x\n");
        let c = ("c.md", "## Modification History\n");
        let template = ("TEMPLATE x.md", "### Version History\n");
        let numbered = ("d.md", "## 3. Modification History\n");
        check(&[], None, "## Modification History");
        check(&[template, numbered], None, "## Modification History");
        check(&[a, b, c], None, "## Modification History");
        // A heading with a comment belongs to its own note.
        let remarked = ("e.md", "## Version History <!-- newest first -->\n");
        check(&[remarked], None, "## Modification History");
        // Below the title, however deep another note has it.
        check(&[b], None, "## 📜 VERSION HISTORY");
        check(&[a, b, c], Some("Changes"), "## Changes");
    }

    #[test]
    fn the_first_history_of_a_vault_has_the_case_of_the_headings_around() {
        for (headings, expected) in [
            ("## System Initialization\n\n## Text\n", "## Modification History"),
            ("## SYSTEM INITIALIZATION\n\n## LINKED\n\n### Notes\n", "## MODIFICATION HISTORY"),
            ("## LINKED\n", "## MODIFICATION HISTORY"),
            ("## LINKED\n\n## Notes\n", "## Modification History"),
            ("", "## Modification History"),
            ("## 概要\n\n## 参考\n", "## Modification History"),
            ("## 2024\n\n## 🚀\n", "## Modification History"),
        ] {
            check_case(&[], &format!("# The Note\n\n{headings}"), expected);
        }
        // Neither a title alone nor a single heading tells.
        for text in ["# API\n", "## API\n", "Text.\n", ""] {
            check_case(&[], text, "## Modification History");
            check_case(&[("a.md", "# A\n\n## SETUP\n\n## LINKED\n")], text, "## MODIFICATION HISTORY");
            check_case(&[("a.md", "# A\n\n## SETUP\n\n## Linked\n")], text, "## Modification History");
            check_case(&[("a.md", "# A\n\n## DNS\n")], text, "## Modification History");
            check_case(
                &[("TEMPLATE a.md", "# A\n\n## SETUP\n\n## LINKED\n")],
                text,
                "## Modification History",
            );
        }
    }

    fn check_case(others: &[(&str, &str)], text: &str, expected: &str) {
        let vault = Vault::of_texts(Config::default(), &[others, &[("z.md", text)]].concat());
        let note = vault.find("z.md").and_then(|id| vault.note(id)).unwrap();
        assert_eq!(home(&vault, note, text).heading, expected, "{others:?} {text}");
    }

    #[test]
    fn a_history_by_another_name_is_one() {
        let check = |text: &str, expected: Option<&str>| {
            let vault = Vault::of_texts(Config::default(), &[("z.md", text)]);
            let note = vault.find("z.md").and_then(|id| vault.note(id)).unwrap();
            let found = unseen(&vault, note, text).map(|heading| note.facts.text(heading.text));
            assert_eq!(found, expected, "{text}");
        };
        for (below, is_dated) in [
            ("- 2025-01-03_10-00 - a\n", true),
            ("- 2025-01-03: a\n", true),
            ("- 2025/01/03: a\n", true),
            ("- **v1.0** (2025-01-03): a\n", true),
            ("### 2025-01-03\n\n- a\n", true),
            ("### [1.0.0] - 2025-01-03\n\n- a\n", true),
            ("| Date | What |\n|---|---|\n| May | a |\n", true),
            ("In the beginning there was one server.\n", false),
            ("- One server\n- Two of them\n", false),
            ("", false),
        ] {
            for name in ["Changelog", "📝 2. CHANGE LOG", "History", "Revision History", "更新记录"] {
                let text = format!("# Z\n\n## {name}\n\n{below}");
                check(&text, is_dated.then_some(name));
            }
            check(&format!("# Z\n\n## Meetings\n\n{below}"), None);
        }
        check(
            "# Z\n\n## Changelog <!-- by hand -->\n\n- 2025-01-03: a\n",
            Some("Changelog <!-- by hand -->"),
        );
        check("# Z\n\n## History\n\nLong.\n\n## Log\n\n- 2025-01-03: a\n", Some("Log"));
    }

    #[test]
    fn a_new_history_stands_under_the_heading_that_the_others_stand_under() {
        let a = "# A\n\n## VERSION CONTROL\n\n### Modification History\n\n- 2026-01-01_10-00 - x\n";
        let check = |text: &str, heading: &str, before: &str| {
            let vault = Vault::of_texts(Config::default(), &[("a.md", a), ("z.md", text)]);
            let note = vault.find("z.md").and_then(|id| vault.note(id)).unwrap();
            let home = home(&vault, note, text);
            assert_eq!((&*home.heading, &text[home.end..]), (heading, before), "{text:?}");
        };
        check("# Z\n\n## Version Control\n\n## LINKED\n", "### Modification History", "## LINKED\n");
        check("# Z\n\n## Version Control %%own%%\n\n## LINKED\n", "### Modification History", "## LINKED\n");
        check("# Z\n\n## LINKED\n\n# 7. VERSION CONTROL\n\n## B\n", "## Modification History", "");
        check("# Z\n\n## LINKED\n", "## Modification History", "");
        check("Text.\n", "## Modification History", "");
    }
}
