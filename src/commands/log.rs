//! `portolan log`

use super::{ExitStatus, Terminal, load, named, now};
use crate::args::{Common, Log};
use crate::error::{Error, Result, escape};
use crate::plan::entry::{FillError, draft, fill};
use crate::plan::header;
use crate::plan::history::{NewEntry, insert, new_section};
use crate::plan::sync::{habit, to_the_minute};
use crate::report::diff;
use crate::syntax::log_template::LogTemplate;
use crate::text::edit::Edits;
use crate::text::fold::fold;
use crate::text::stamp::{Reading, Stamp, StampFormat, read_property_date};
use crate::vault::{Keep, Note, Vault};
use crate::write::Writer;

pub(super) fn run(common: &Common, args: &Log, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let vault = load(common, Keep::Texts, terminal)?;
    let (id, note) = named::note(&vault, &args.note)?;
    let text = vault.text(id).ok_or_else(|| Error::new(format!("`{}` is not text", note.path)))?;
    let format = &vault.config().reading.stamp;
    let stamp = when(args.at.as_deref(), format)?;
    for detail in &args.details {
        one_line("a detail", detail)?;
    }
    let (title, template) = title(note, args)?;
    let drafted = draft(note, template, stamp, title, args.details.clone());

    let mut edits: Edits = inserted(&vault, note, &text, &drafted.entry, args.create)?.into_iter().collect();
    for edit in header::set_last_modified(note, stamp, format) {
        edits.add(edit);
    }
    if let Some(version) = &drafted.version {
        for edit in header::set_version(note, &version.to_string()) {
            edits.add(edit);
        }
    }
    if args.diff {
        let old = vault.shown_text(id).unwrap_or_default();
        terminal.print(&diff::unified(&note.path, &old, &edits.apply(&old).unwrap_or_default()))?;
        return Ok(ExitStatus::Success);
    }
    Writer::open(vault.root())?.write(&note.path, &text, &edits)?;
    terminal.say(&format!("{}: logged `{}`", escape(&note.path), escape(&drafted.entry.title)));
    Ok(ExitStatus::Success)
}

fn inserted(
    vault: &Vault,
    note: &Note,
    text: &str,
    entry: &NewEntry,
    create: bool,
) -> Result<Vec<crate::text::edit::Edit>> {
    let format = &vault.config().reading.stamp;
    let entries = std::slice::from_ref(entry);
    if let Some(edits) = insert(note, text, entries, habit(vault), format) {
        return Ok(edits);
    }
    if create {
        return Ok(vec![new_section(text, entries, format)]);
    }
    let message = format!("`{}` has no history section", note.path);
    Err(Error::new(message).hint("`--create` adds `## MODIFICATION HISTORY` at the end of the note"))
}

fn when(at: Option<&str>, format: &StampFormat) -> Result<Stamp> {
    let Some(at) = at else { return Ok(to_the_minute(now())) };
    match format.read(at).or_else(|| read_property_date(at)) {
        Some(Reading::Valid(stamp)) => Ok(stamp),
        Some(Reading::Impossible) => Err(Error::new(format!("`{at}` is no day or time that there is"))),
        None => Err(Error::new(format!("`{at}` is no timestamp of the form `{}`", format.pattern()))),
    }
}

fn one_line(what: &str, text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::new(format!("{what} is empty")));
    }
    if text.contains(['\n', '\r']) {
        return Err(
            Error::new(format!("{what} must stand on one line")).hint("add further lines with `--detail`")
        );
    }
    Ok(())
}

fn title<'n>(note: &'n Note, args: &Log) -> Result<(String, Option<&'n LogTemplate>)> {
    if let Some(message) = &args.message {
        one_line("the title", message)?;
        return Ok((message.trim().to_owned(), None));
    }
    let label = args.template.as_deref().unwrap_or_default();
    let templates = &note.facts.system().templates;
    let Some(template) = templates.iter().find(|t| fold(&t.label) == fold(label)) else {
        let labels: Vec<String> = templates.iter().map(|t| format!("`{}`", t.label)).collect();
        let error = Error::new(format!("`{}` has no log template `{label}`", note.path));
        return Err(if labels.is_empty() {
            error.hint("it has none at all; give a title with `-m`")
        } else {
            error.hint(format!("it has {}", labels.join(", ")))
        });
    };
    let title = fill(template, &args.values).map_err(|error| {
        let keys: Vec<String> = template.placeholders().iter().map(|p| format!("`{p}`")).collect();
        match error {
            FillError::Missing(names) => {
                let missing: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
                Error::new(format!("no value for {}", missing.join(", "))).hint(format!(
                    "the template is `{}`: write `{}=…`",
                    template.text,
                    names.join("=… ")
                ))
            }
            FillError::Unknown(key) => {
                Error::new(format!("`{key}` is no part of the template `{}`", template.label))
                    .hint(format!("it has {}", keys.join(", ")))
            }
        }
    })?;
    one_line("the title", &title)?;
    Ok((title, Some(template)))
}
