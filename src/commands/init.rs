//! `portolan init`

use std::path::Path;

use crate::args::Common;
use crate::config::{Config, FILE_NAME};
use crate::console::opening::check_folder_of;
use crate::console::{ExitStatus, Terminal};
use crate::error::{Error, Result};
use crate::rules;
use crate::syntax::reading::Section;
use crate::text::visible::escape;
use crate::vault::root::{self, is_too_much};
use crate::vault::{Keep, Vault};
use crate::write::{self, disk::Local};

pub(super) fn run(common: &Common, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let root = match &common.vault {
        Some(root) => root.clone(),
        None => std::env::current_dir().map_err(|e| Error::io("find the folder", Path::new("."), e))?,
    };
    if common.vault.is_none() {
        check_unnamed(&root)?;
    }
    let path = common.config.clone().unwrap_or_else(|| root.join(FILE_NAME));
    if path.exists() {
        let message = format!("`{}` already exists, and was not changed", path.display());
        return Err(
            Error::new(message).with_hint("`portolan schema config` describes every key that it may have")
        );
    }
    check_folder_of(&path, &format!("`{}`", path.display()))?;
    write::create(&path, &template(), &Local)?;
    terminal.say(&format!("wrote `{}`", path.display()));
    offer_boards(&root, terminal)?;
    Ok(ExitStatus::Success)
}

/// Refuses a folder that was not named on the command line where it is too large a place, such as the home
/// folder, or lies in a vault: its notes would then be judged without those that they link to.
fn check_unnamed(folder: &Path) -> Result<()> {
    if is_too_much(folder, std::env::home_dir().as_deref()) {
        let message = format!("`{}` is not made a vault without being named", folder.display());
        return Err(Error::new(message).with_hint("name the folder with `--vault DIR`"));
    }
    match root::find(None, folder, std::env::home_dir().as_deref()) {
        Ok(vault) if vault != folder => {
            Err(Error::new(format!("`{}` is the vault, and this folder lies in it", vault.display()))
                .with_hint("`--vault .` makes this folder one of its own"))
        }
        _ => Ok(()),
    }
}

/// Names the notes that look like status boards and have no board yet.
fn offer_boards(root: &Path, terminal: &mut Terminal<'_>) -> Result<()> {
    let vault = Vault::load(root, Config::default(), Keep::Facts, &|_, _| {})?;
    for (_, note) in vault.notes().filter(|(_, note)| !note.is_template()) {
        let name =
            crate::text::fold::heading_key(&format!("{} {}", note.path, note.title())).replace('_', " ");
        let looks_like_one = ["status board", "dashboard"].iter().any(|words| name.contains(words));
        if looks_like_one && note.facts.system().boards.is_empty() {
            terminal.say(&format!(
                "`{path}` looks like a status board: `portolan board add '{path}#HEADING' components` puts a board \
                 under one of its headings",
                path = escape(&note.path)
            ));
        }
    }
    Ok(())
}

/// Returns a configuration with every key commented out.
fn template() -> String {
    let mut text = String::from(
        "# What this vault says about itself beyond its notes. Everything here is optional:\n\
         # templates, vocabularies, indicators and targets are read from the notes.\n\
         # `portolan schema config` describes the file for editors.\n\n\
         # The format of timestamps.\n\
         # timestamp = \"YYYY-MM-DD_HH-mm\"\n\n\
         # The time zone of the timestamps, by its name in the IANA database. Without it they are local time.\n\
         # timezone = \"Europe/Berlin\"\n\n\
         # Notes that are neither judged nor listed nor written, by how their paths begin. Links to them resolve.\n\
         # exclude = [\"Archive/\"]\n\n\
         # Notes that are patterns for others, by how their paths begin, beside those in Obsidian's template folder and\n\
         # those with the word `template` in their name or at the end of their folder's. Their headers, histories,\n\
         # metrics and links are not judged; `portolan list notes` says which they are.\n\
         # templates = [\"Templates/\"]\n\n\
         # How many days a note may go without a change before note-review-overdue reports it.\n\
         # review-days = 365\n\n\
         # What references to secrets begin with, beyond env:, vault:, op:// and the like.\n\
         # secret-schemes = [\"bao:\"]\n\n\
         # A JSON Schema in the vault that every integration has to fit.\n\
         # integration-schema = \"integration.schema.json\"\n\n\
         # The headings of sections that carry meaning, whatever their level, case, number or emoji.\n\
         [sections]\n",
    );
    for (_, key, headings) in Section::ALL {
        text.push_str(&format!("# {key} = {headings:?}\n"));
    }
    text.push_str("\n# The severity of each rule: off, info, warning or error. `portolan explain RULE` prints its manual.\n[rules]\n");
    for rule in rules::RULES {
        text.push_str(&format!("# {} = \"{}\"\n", rule.name, rule.severity));
    }
    text.push_str("\n# Words beyond those that the notes list.\n[vocabulary]\n# ok = [\"🟢 Active\"]\n# warning = []\n# critical = []\n# unknown = []\n# auth = [\"OAuth 2.0\"]\n# measures = [\"Encryption\"]\n# types = { \"Data Systems / Queues\" = [\"Message queues\"] }\n");
    text.push_str("\n# Boards of the vault's own. `portolan schema board` describes what a template can show.\n# [boards.owners]\n# template = \"boards/owners.md.j2\"\n");
    text.push_str("\n# Severities for a part of the vault.\n# [[paths]]\n# path = \"Archive/\"\n# rules = { link-unresolved = \"off\" }\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_valid_with_every_line_switched_on() {
        let names = rules::names();
        assert!(Config::read(&template(), &names).is_ok());
        let lines: Vec<&str> = template()
            .leak()
            .lines()
            .map(|line| {
                line.strip_prefix("# ").filter(|l| l.contains(" = ") || l.starts_with('[')).unwrap_or(line)
            })
            .collect();
        let all_on = lines.join("\n");
        assert!(Config::read(&all_on, &names).is_ok_and(|c| c.severities.len() == names.len()));
    }
}
