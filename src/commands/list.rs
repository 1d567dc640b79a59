//! `portolan list`

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use serde::Serialize;
use serde_json::Value;

use crate::args::{Common, List, ListFormat, ListKind};
use crate::config::Config;
use crate::console::{Access, ExitStatus, Terminal, find_root, load, named};
use crate::error::{Error, Result};
use crate::report::wire::ListDocument;
use crate::report::{diagrams, list};
use crate::setup;
use crate::text::visible::escape;
use crate::vault::names::Resolution;
use crate::vault::{Keep, Vault};

pub(super) fn run(common: &Common, args: &List, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    applies(args)?;
    if args.kind == ListKind::Rules {
        // Rules can be listed anywhere, and no note is read for them.
        rules(common, args, terminal)?;
        return Ok(ExitStatus::Success);
    }
    let vault = &load(common, Keep::Texts, Access::Look, terminal)?;
    match args.kind {
        ListKind::Notes => {
            let columns = [
                "path",
                "title",
                "header.status.text",
                "header.version",
                "header.last_modified",
                "is_template",
            ];
            let records = if args.orphans {
                let orphans = vault.orphans();
                list::notes_of(vault, orphans.into_iter().filter_map(|id| vault.note(id)))
            } else {
                list::notes(vault)
            };
            print(args, "notes", &columns, records, terminal)
        }
        ListKind::Links => print(
            args,
            "links",
            &["note", "line", "kind", "raw", "target", "fragment_ok"],
            links(vault, args)?,
            terminal,
        ),
        ListKind::Integrations => {
            let columns = ["note", "line", "kind", "name", "type", "endpoint", "auth.type", "status.text"];
            print(args, "integrations", &columns, list::integrations(vault), terminal)
        }
        ListKind::Diagrams => print(
            args,
            "diagrams",
            &["note", "line", "type", "ok", "direction"],
            diagrams::diagrams(vault),
            terminal,
        ),
        ListKind::History => {
            let columns = ["note", "line", "timestamp", "version", "title", "template"];
            print(args, "history", &columns, list::history(vault), terminal)
        }
        ListKind::Templates => print(
            args,
            "templates",
            &["note", "line", "label", "class", "text"],
            list::templates(vault),
            terminal,
        ),
        ListKind::Metrics => {
            let columns = ["note", "line", "name", "target", "current", "within", "mark.text"];
            print(args, "metrics", &columns, list::metrics(vault), terminal)
        }
        ListKind::Boards => {
            print(args, "boards", &["note", "line", "kind", "fresh", "edited"], list::boards(vault), terminal)
        }
        ListKind::Rules => rules(common, args, terminal),
    }?;
    Ok(ExitStatus::Success)
}

fn rules(common: &Common, args: &List, terminal: &mut Terminal<'_>) -> Result<()> {
    let rules = list::all_rules(&around(common, terminal)?);
    let columns = ["name", "severity", "default", "fixable", "summary"];
    // The column is left out where no severity was changed.
    let as_ever = |column: &&str| *column != "default" || rules.iter().any(|rule| rule.default.is_some());
    let columns: Vec<&str> = columns.into_iter().filter(as_ever).collect();
    print(args, "rules", &columns, rules, terminal)
}

/// Returns the configuration of the vault that the working directory is in, or the default one.
fn around(common: &Common, terminal: &mut Terminal<'_>) -> Result<Config> {
    match find_root(common, terminal) {
        Ok(root) => setup::read(&root, common.config.as_deref(), None),
        Err(error) if common.vault.is_some() || common.config.is_some() => Err(error),
        Err(_) => Ok(Config::default()),
    }
}

/// Refuses options that do not apply to the kind that is listed.
fn applies(args: &List) -> Result<()> {
    let wrong = [
        ("--to", args.to.is_some(), ListKind::Links, "links"),
        ("--unresolved", args.unresolved, ListKind::Links, "links"),
        ("--orphans", args.orphans, ListKind::Notes, "notes"),
    ];
    match wrong.iter().find(|(_, given, kind, _)| *given && args.kind != *kind) {
        Some((option, _, _, kind)) => Err(Error::new(format!("`{option}` is for {kind}"))
            .with_hint(format!("`portolan list {kind} {option}`"))),
        None => Ok(()),
    }
}

fn links(vault: &Vault, args: &List) -> Result<Vec<list::LinkRecord>> {
    if let Some(name) = &args.to {
        let target = named::file(vault, name)?;
        return Ok(list::links_where(vault, |_, found| found.file() == Some(target)));
    }
    if args.unresolved {
        return Ok(list::links_where(vault, |_, found| found == Resolution::Missing));
    }
    Ok(list::links(vault))
}

fn print<T: Serialize>(
    args: &List,
    kind: &'static str,
    columns: &[&str],
    records: Vec<T>,
    terminal: &mut Terminal<'_>,
) -> Result<()> {
    let fail = |e: serde_json::Error| Error::new(format!("cannot print the list: {e}"));
    match args.format {
        ListFormat::Json => {
            let json = ListDocument { kind, records }.to_json().map_err(fail)?;
            terminal.print_document(&json)
        }
        ListFormat::Table => {
            let records: Vec<Value> =
                records.into_iter().map(serde_json::to_value).collect::<Result<_, _>>().map_err(fail)?;
            terminal.print(&table(columns, &records))
        }
    }
}

fn table(columns: &[&str], records: &[Value]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(columns.iter().map(|column| title(column)));
    for record in records {
        table.add_row(columns.iter().map(|column| {
            let value = column.split('.').fold(record, |value, key| &value[key]);
            escape(&cell(value)).into_owned()
        }));
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}

/// Returns the heading of a column: its last key, without `is_`. For `status.text` or `auth.type` it is the
/// key before.
fn title(column: &str) -> String {
    let thing = column.strip_suffix(".text").or_else(|| column.strip_suffix(".type")).unwrap_or(column);
    let key = thing.rsplit('.').next().unwrap_or(thing);
    let key = key.strip_prefix("is_").unwrap_or(key);
    key.to_uppercase().replace('_', " ")
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        // A figure or a target is shown by its parts in order.
        Value::Object(parts) => {
            let order = ["op", "value", "unit"];
            let shown = order.iter().filter_map(|key| parts.get(*key)).map(cell);
            shown.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
        }
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Number(number) => {
            let text = number.to_string();
            text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
        }
    }
}
