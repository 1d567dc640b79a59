//! `portolan log`

use crate::args::{Common, Log};
use crate::console::ask::{ask, somebody_is_there};
use crate::console::refusal::{self, stop_at_obstacle};
use crate::console::undo::{Writing, write_one};
use crate::console::{Access, ExitStatus, Terminal, load, named, this_minute};
use crate::error::{Error, Result};
use crate::model::finding::Finding;
use crate::plan::entry::{FillError, TemplateValues, Words, fill, forms, has_form_key};
use crate::plan::log::{Judge, NewLog, OpenNote, plan, refuse_without_history};
use crate::plan::obstacle::Refused;
use crate::rules::{HISTORY_BEFORE_CREATED, HISTORY_DUPLICATE, of_history, would_be_in_future};
use crate::syntax::log_template::LogTemplate;
use crate::text::fold::fold;
use crate::text::message::quoted;
use crate::text::stamp::{Stamp, StampFormat, StampReading, property_date};
use crate::text::visible::escape;
use crate::vault::{Keep, Note, NoteId, Vault};

pub(super) fn run(common: &Common, args: &Log, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let vault = load(common, Keep::Texts, Access::unless(args.diff), terminal)?;
    let (id, note, among) = named::histories(&vault, &args.note)?;
    let text = vault.text(id).ok_or_else(|| Error::new(format!("`{}` is not text", note.path)))?;
    stop_at_obstacle(note, &text)?;
    let stamp = moment(&vault, note, args)?;
    refuse_values_beside_a_title(args)?;
    for detail in &args.details {
        one_line("a detail", detail)?;
    }
    let open = OpenNote { vault: &vault, id, note, text: &text };
    refuse_without_history(open, args.create).map_err(|refused| unwritten(&refused))?;
    let (title, template) = title(note, args, terminal)?;
    let words = Words { template, title: &title, details: &args.details };
    let now = this_minute(vault.config());
    let new = NewLog { words, stamp, now, among, name: &args.note };
    let found = |vault: &Vault| found(vault, id, args.at.is_some());
    let judge = Judge { found: &found, way_out: &way_out };
    let plan = plan(open, &new, judge).map_err(|refused| unwritten(&refused))?;
    for said in &plan.said {
        terminal.say(said);
    }
    let shown = |text: &str| escape(&vault.as_shown(&note.path, text)).into_owned();
    let under = plan.under.map(|under| format!(" under `{}`", shown(&under))).unwrap_or_default();
    let done = format!("logged `{}`{under}", shown(&plan.title));
    let writing = Writing { diff: args.diff, backup: &args.backup };
    write_one(&vault, id, &plan.edits, writing, &done, terminal)
}

fn unwritten(refused: &Refused) -> Error {
    refusal::error(refused.message.clone(), refused)
}

/// Returns what `check` reports about the history of a note. `is_dated` tells whether a person has given the time
/// of the entry.
fn found(vault: &Vault, id: NoteId, is_dated: bool) -> Vec<Finding> {
    let mut found = of_history(vault, id);
    // The note may have been created by a clock in another time zone, in an hour that is still to come here.
    found.retain(|finding| is_dated || !finding.is_of(&HISTORY_BEFORE_CREATED));
    found
}

/// Returns what a person can do about a finding that an entry would bring.
fn way_out(found: &Finding) -> &'static str {
    if found.is_of(&HISTORY_DUPLICATE) {
        "say in its title what else has happened, or set another time with `--at`"
    } else if found.is_of(&HISTORY_BEFORE_CREATED) {
        "if the time is right, correct `Created`; a vault whose histories reach further back sets \
         `history-before-created = \"off\"` under `[rules]`"
    } else {
        "an entry that raises the version is to be the newest: set a later time with `--at`, or give it a title of \
         its own with `-m`, which raises none"
    }
}

/// Returns the time of the entry: that of the command line, or else now.
fn moment(vault: &Vault, note: &Note, args: &Log) -> Result<Stamp> {
    let now = this_minute(vault.config());
    let Some(at) = args.at.as_deref() else { return Ok(now) };
    let stamp = when(at, &vault.config().reading.stamp)?;
    if would_be_in_future(vault, note, stamp, now) {
        let message = format!("`{at}` lies in the future, and a history records what has happened");
        let way =
            "log it when it has; a vault that plans ahead sets `history-in-future = \"off\"` under `[rules]`";
        return Err(Error::new(message).with_hint(way));
    }
    Ok(stamp)
}

fn refuse_values_beside_a_title(args: &Log) -> Result<()> {
    if args.message.is_none() || args.values.is_empty() {
        return Ok(());
    }
    Err(Error::new("KEY=VALUE fills in a template, and `-m` is a title of its own")
        .with_hint("name the template with `--template LABEL`, or write the values into the title"))
}

fn when(at: &str, format: &StampFormat) -> Result<Stamp> {
    // A date with an offset is not accepted, because it may mean another hour than it says.
    let property = || property_date(at)?.form.read(at);
    match format.read(at).or_else(property).or_else(|| format.read_day(at)) {
        Some(StampReading::Valid(stamp)) => Ok(stamp),
        Some(StampReading::Impossible) => Err(Error::new(format!("`{at}` is not a real date or time"))),
        None => Err(Error::new(format!("`{at}` is not a timestamp of the form `{}`", format.pattern()))),
    }
}

fn one_line(what: &str, text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::new(format!("{what} is empty")));
    }
    if text.contains(['\n', '\r']) {
        return Err(
            Error::new(format!("{what} must be on one line")).with_hint("add further lines with `--detail`")
        );
    }
    Ok(())
}

/// Returns the title of the entry, and the template that it comes from. Asks for what is missing where a
/// person can answer.
fn title<'n>(
    note: &'n Note,
    args: &Log,
    terminal: &mut Terminal<'_>,
) -> Result<(String, Option<&'n LogTemplate>)> {
    let templates = &note.facts.system().templates;
    let template = match (&args.message, &args.template) {
        (Some(message), _) => {
            one_line("the title", message)?;
            return Ok((message.trim().to_owned(), None));
        }
        (None, Some(label)) => Some(labelled(note, label)?),
        (None, None) if somebody_is_there() => which(templates, terminal)?,
        (None, None) => {
            let error = Error::new("the entry has no title");
            return Err(error.with_hint(format!(
                "give one with `-m TITLE`, or fill in a log template with `--template LABEL`: {}",
                labels(templates)
            )));
        }
    };
    let title = match template {
        Some(template) => filled(template, args, terminal)?,
        None => ask("title", terminal)?.unwrap_or_default(),
    };
    one_line("the title", &title)?;
    Ok((title, template))
}

/// Finds the template with a label.
fn labelled<'n>(note: &'n Note, label: &str) -> Result<&'n LogTemplate> {
    let templates = &note.facts.system().templates;
    templates.iter().find(|t| fold(&t.label) == fold(label)).ok_or_else(|| {
        Error::new(format!("`{}` has no log template `{label}`", note.path)).with_hint(labels(templates))
    })
}

fn labels(templates: &[LogTemplate]) -> String {
    match templates {
        [] => "it has none at all; give a title with `-m`".to_owned(),
        _ => format!("it has {}", quoted(templates.iter().map(|t| &t.label), ", ")),
    }
}

/// Asks which template to use; `None` for a free title.
fn which<'n>(templates: &'n [LogTemplate], terminal: &mut Terminal<'_>) -> Result<Option<&'n LogTemplate>> {
    if templates.is_empty() {
        return Ok(None);
    }
    for (number, template) in templates.iter().enumerate() {
        terminal.say(&format!("{}. {}: {}", number + 1, escape(&template.label), escape(&template.text)));
    }
    loop {
        let Some(answer) =
            ask("log template (its number or label; nothing for a title in your own words)", terminal)?
        else {
            return Err(Error::new("no log template was chosen"));
        };
        let by_number = answer.parse::<usize>().ok().and_then(|n| templates.get(n.checked_sub(1)?));
        let chosen = by_number.or_else(|| templates.iter().find(|t| fold(&t.label) == fold(&answer)));
        if chosen.is_some() || answer.is_empty() {
            return Ok(chosen);
        }
        terminal.say(&labels(templates));
    }
}

/// Fills a template with the values of the command line, and asks for missing ones where a person can answer.
fn filled(template: &LogTemplate, args: &Log, terminal: &mut Terminal<'_>) -> Result<String> {
    let unfit = |error| unfit(template, error);
    let mut values = TemplateValues::read(template, &args.values).map_err(unfit)?;
    if let Err(FillError::Missing(names)) = fill(template, &values)
        && somebody_is_there()
    {
        if values.choices.is_empty() {
            for words in forms(template) {
                let answer = ask(&format!("{} [{}]", words.join(" or "), words[0]), terminal)?;
                if let Some(word) = answer.filter(|word| !word.is_empty()) {
                    values.choose(template, &word).map_err(unfit)?;
                }
            }
        }
        for name in names {
            let answer = ask(&name, terminal)?;
            values.placeholders.extend(answer.filter(|value| !value.is_empty()).map(|value| (name, value)));
        }
    }
    fill(template, &values).map_err(unfit)
}

/// Returns the error for values that do not fill in a template.
fn unfit(template: &LogTemplate, error: FillError) -> Error {
    match error {
        FillError::Missing(names) => Error::new(format!("no value for {}", quoted(&names, ", ")))
            .with_hint(format!("the template is `{}`: write `{}=…`", template.text, names.join("=… "))),
        FillError::Twice(key) => {
            Error::new(format!("`{key}` has two values")).with_hint("leave one of them out")
        }
        FillError::Unknown(key) => {
            let choices = forms(template).filter(|_| has_form_key(template));
            let choices = choices.map(|words| format!("form={}", words.join("|")));
            let known = template.placeholders().into_iter().map(str::to_owned).chain(choices);
            Error::new(format!("the template `{}` has no `{key}`", template.label))
                .with_hint(format!("it has {}", quoted(known, ", ")))
        }
    }
}
