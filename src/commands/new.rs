//! `portolan new`

use std::path::Path;

use crate::args::{Common, New, NewWhat};
use crate::console::ask::{ask, somebody_is_there};
use crate::console::words::healed;
use crate::console::{Access, ExitStatus, Terminal, load, named, now, refusal};
use crate::error::{Error, Result};
use crate::plan::filename;
use crate::plan::rename::arrival;
use crate::plan::template::{Circumstances, Template, Values};
use crate::report::diff;
use crate::text::fold::fold;
use crate::text::message::quoted;
use crate::text::path;
use crate::text::visible::escape;
use crate::vault::{Keep, Note, NoteId, Vault, on_disk};
use crate::write::Writer;

mod integration;

pub(super) fn run(common: &Common, args: &New, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    if let Some(NewWhat::Integration(args)) = &args.what {
        return integration::run(common, args, terminal);
    }
    let vault = load(common, Keep::Texts, Access::unless(args.diff), terminal)?;
    let settings = vault.new_notes();
    let name = args.name.as_deref().unwrap_or_default();
    let folder = folder(&vault, name, args.folder.as_deref(), &settings.folder)?;
    let path = note_path(&vault, name, folder)?;
    let (id, pattern) = template(&vault, args.from.as_deref())?;
    let text = vault.text(id).ok_or_else(|| Error::new(format!("`{}` is not text", pattern.path)))?;
    let made = Circumstances {
        path: path.clone(),
        at: now(vault.config()),
        date: settings.date,
        time: settings.time,
    };
    let template = Template::read(pattern, &text, &made);
    let names = template.names();
    // The template is read with its secrets, so that they can be written; messages must not show them.
    let shown = |name: &str| vault.as_shown(&path, name);
    let mut values = given(&args.values, &shown, |key| {
        names.iter().find(|name| Values::same_name(name, key)).cloned().ok_or_else(|| names.clone())
    })?;
    complete(&mut values, &shown, |values| template.missing(values), args.partial, terminal)?;
    let new = template.fill(&values).ok_or_else(|| {
        Error::new(format!("`{}` cannot be filled in: two places in it overlap", pattern.path))
    })?;
    let arrival = arrival(&vault, &path).map_err(|refused| refusal::told("made", &refused, terminal))?;
    if args.diff {
        terminal.print_plain(&diff::created(&vault, &path, &new))?;
    } else {
        Writer::open(vault.root())?.create_note(&path, &new)?;
        terminal.say(&format!("made `{}` from `{}`", escape(&path), escape(&pattern.path)));
        if arrival.healed > 0 {
            terminal.say(&healed(arrival.healed));
        }
        if !pattern.facts.system().boards.is_empty() {
            terminal.say("`portolan sync` fills its boards");
        }
    }
    refusal::places(&arrival.doubtful, terminal);
    for (line, expression) in &template.unrendered {
        let expression = shown(expression.lines().next().unwrap_or_default());
        let place = format!("{}:{line}", escape(&pattern.path));
        terminal.say(&format!("{place}: left for Obsidian to render: {}", escape(&expression)));
    }
    Ok(ExitStatus::Success)
}

/// Returns the folder that a note of this name goes into, unless its name includes a folder.
fn folder<'f>(vault: &Vault, name: &str, asked: Option<&'f str>, usual: &'f str) -> Result<&'f str> {
    let Some(asked) = asked else { return Ok(usual) };
    if name.contains('/') {
        return Err(Error::new(format!("`{name}` names a folder, and so does `--in`"))
            .with_hint("leave `--in` out, or name the note alone"));
    }
    // A path from the root of the vault may begin with `/`. If its first folder is not in the vault, it is an
    // absolute path.
    let first = asked.strip_prefix('/').and_then(|rest| rest.split('/').find(|part| !part.is_empty()));
    let is_absolute = Path::new(asked).is_absolute();
    if is_absolute && first.is_none_or(|first| !on_disk(vault.root(), first).is_dir()) && asked != "/" {
        let inside = asked.trim_matches('/');
        return Err(Error::new(format!("`{asked}` is no folder of the vault"))
            .with_hint(format!("write `{inside}`, without the `/`, for a new one in the vault")));
    }
    Ok(asked)
}

/// Returns the path of the new note, after checking that it is valid and free.
fn note_path(vault: &Vault, name: &str, folder: &str) -> Result<String> {
    if name.trim().is_empty() {
        return Err(Error::new("the name is empty").with_hint("say what the note is to be called"));
    }
    let folder = if folder.is_empty() { String::new() } else { named::path_to_be(vault, folder, "")? };
    let typed = named::path_to_be(vault, name, &folder)?;
    let path = if path::is_note(&typed) { typed } else { format!("{typed}.md") };
    for piece in path.split('/') {
        if let Some(why) = filename::fault(piece) {
            return Err(Error::new(format!("`{path}` cannot be the name of a note: {why}"))
                .with_hint("choose another name"));
        }
    }
    let taken = vault.names().paths().iter().find(|other| fold(other) == fold(&path));
    match taken.map(str::to_owned).or_else(|| on_disk(vault.root(), &path).exists().then(|| path.clone())) {
        Some(taken) => {
            Err(Error::new(format!("`{taken}` already exists")).with_hint("choose another name or folder"))
        }
        None => Ok(path),
    }
}

/// Returns the template note that was named, or the only one.
fn template<'v>(vault: &'v Vault, from: Option<&str>) -> Result<(NoteId, &'v Note)> {
    if let Some(name) = from {
        return named::note(vault, name);
    }
    let templates: Vec<(NoteId, &Note)> = vault.notes().filter(|(_, note)| note.is_template()).collect();
    match templates[..] {
        [one] => Ok(one),
        [] => Err(Error::new("the vault has no template note")
            .with_hint("name a note with `--from`, or list its folder under `templates` in `portolan.toml`")),
        _ => {
            let names: Vec<String> = templates.iter().map(|(_, note)| format!("`{}`", note.path)).collect();
            Err(Error::new("the vault has several template notes")
                .with_hint(format!("name one with `--from`: {}", names.join(", "))))
        }
    }
}

/// Collects the given values by the names of what they fill in. `known` returns the name that a key means, or
/// all valid names; `shown` masks secrets in a name.
fn given(
    pairs: &[(String, String)],
    shown: &dyn Fn(&str) -> String,
    known: impl Fn(&str) -> Result<String, Vec<String>>,
) -> Result<Values> {
    let mut values = Values::default();
    for (key, value) in pairs {
        if value.contains(['\n', '\r']) {
            return Err(Error::new(format!("the value of `{key}` has more than one line"))
                .with_hint("write one line, and the rest into the note"));
        }
        let name = known(key).map_err(|names| {
            let error = Error::new(format!("the template does not ask for `{key}`"));
            error.with_hint(if names.is_empty() {
                "it asks for nothing".to_owned()
            } else {
                format!("it asks for {}", listed(&names, shown))
            })
        })?;
        values.set(&name, value);
    }
    Ok(values)
}

/// Asks for missing values, where a person can answer. An empty answer leaves a value open.
fn complete(
    values: &mut Values,
    shown: &dyn Fn(&str) -> String,
    missing: impl Fn(&Values) -> Vec<String>,
    partial: bool,
    terminal: &mut Terminal<'_>,
) -> Result<()> {
    let wanted = missing(values);
    if wanted.is_empty() {
        return Ok(());
    }
    if partial {
        terminal.say(&format!("not filled in: {}", listed(&wanted, shown)));
        return Ok(());
    }
    if somebody_is_there() {
        for name in wanted {
            match ask(&shown(&name), terminal)? {
                None => break,
                Some(answer) if answer.is_empty() => {}
                Some(answer) => values.set(&name, &answer),
            }
        }
        return Ok(());
    }
    let example = wanted.first().map(|name| shown(name)).unwrap_or_default();
    Err(Error::new(format!("no value for {}", listed(&wanted, shown)))
        .with_hint(format!("give each as `'{example}=…'`, or use `--partial` to leave them as they are")))
}

fn listed(names: &[String], shown: &dyn Fn(&str) -> String) -> String {
    quoted(names.iter().map(|name| shown(name)), ", ")
}
