//! `portolan new integration`

use super::{complete, given};
use crate::args::{Common, NewIntegration};
use crate::console::refusal::stop_at_obstacle;
use crate::console::undo::{Writing, write_one};
use crate::console::{Access, ExitStatus, Terminal, load, named, this_minute};
use crate::error::{Error, Result};
use crate::plan::new_integration::{Field, Pattern, takes_integrations};
use crate::plan::template::Values;
use crate::syntax::integration::is_placeholder;
use crate::text::message::quoted;
use crate::text::visible::escape;
use crate::vault::Keep;

pub(super) fn run(common: &Common, args: &NewIntegration, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let vault = load(common, Keep::Texts, Access::unless(args.diff), terminal)?;
    let (id, note) = named::note(&vault, &args.note)?;
    if !takes_integrations(note) {
        return Err(
            Error::new(format!("`{}` is a template, or excluded", note.path)).with_hint("name another note")
        );
    }
    stop_at_obstacle(note, &vault.text(id).unwrap_or_default())?;
    let name = args.name.trim();
    if name.is_empty() || name.contains(char::is_control) || is_placeholder(name) {
        return Err(Error::new(format!("`{name}` cannot be the name of an integration"))
            .with_hint("choose another name"));
    }
    let pattern = Pattern::of(&vault, id).ok_or_else(|| {
        Error::new("the vault has no template integration")
            .with_hint("write one: an integration block whose values are `[Placeholders]`")
    })?;
    let fields = pattern.fields();
    let log_names: Vec<String> = pattern.log_names().into_iter().map(str::to_owned).collect();
    let shown = |name: &str| vault.as_shown(&note.path, name);
    let mut values = given(&args.values, &shown, |key| {
        let logged = || log_names.iter().find(|name| Values::same_name(name, key)).cloned();
        pattern.field(key).map(|field| field.name()).or_else(logged).ok_or_else(|| {
            let mut names: Vec<String> = fields.iter().map(Field::name).collect();
            names.extend(log_names.iter().cloned());
            names.dedup();
            names
        })
    })?;
    let missing = |values: &Values| {
        let open = fields.iter().filter(|field| field.placeholder.is_some()).map(Field::name);
        let mut missing: Vec<String> = open.filter(|name| values.get(name).is_none()).collect();
        let logged = pattern.log_missing(name, values).map(|(_, names)| names).unwrap_or_default();
        missing.extend(logged);
        missing
    };
    if let Some((template, names)) = pattern.log_missing(name, &values) {
        let names = quoted(names.iter().map(|name| shown(name)), ", ");
        let label = escape(&shown(&template.label)).into_owned();
        terminal.say(&format!("the log template `{label}` asks for {}", escape(&names)));
    }
    complete(&mut values, &shown, missing, args.partial, terminal)?;
    let planned = pattern.plan(name, &values, this_minute(vault.config())).map_err(|why| {
        let way_out = why.way_out.unwrap_or_else(|| "choose another name, value or note".to_owned());
        Error::new(why.message).with_hint(way_out)
    })?;
    let done = format!("made the integration `{}`", escape(name));
    let writing = Writing { diff: args.diff, backup: &args.backup };
    let status = write_one(&vault, id, &planned.edits, writing, &done, terminal)?;
    if let Some(unlogged) = planned.unlogged {
        terminal.say(&unlogged.to_string());
    }
    Ok(status)
}
