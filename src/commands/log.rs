//! `portolan log`

use std::collections::HashMap;
use std::ops::Range;

use crate::args::{Common, Log};
use crate::console::ask::{ask, somebody_is_there};
use crate::console::refusal::{self, refused, stop_at_obstacle};
use crate::console::way_back::{Writing, write_one};
use crate::console::written::{date_that_stays, stays_aside, unread_aside};
use crate::console::{Access, ExitStatus, Terminal, load, named, this_minute};
use crate::error::{Error, Result};
use crate::model::finding::Finding;
use crate::model::version::Version;
use crate::plan::entry::{
    FillError, TemplateValues, Words, draft, fill, forms, has_form_key, has_unread_version, states_version,
};
use crate::plan::header;
use crate::plan::history::{
    Histories, Inserter, NewEntry, Timeline, can_tell_time, habit, loses_nothing, misread, new_section,
    subject_at,
};
use crate::plan::new_history;
use crate::plan::obstacle::{Obstacle, Refused, with_comment_closed};
use crate::rules::{HISTORY_BEFORE_CREATED, HISTORY_DUPLICATE, of_history, would_be_in_future};
use crate::syntax::header::keys;
use crate::syntax::log_template::LogTemplate;
use crate::syntax::reading::Section;
use crate::text::edit::{Edit, Edits};
use crate::text::fold::fold;
use crate::text::stamp::{Stamp, StampFormat, StampReading, property_date};
use crate::text::visible::escape;
use crate::vault::{Keep, Note, NoteId, Vault};

/// Returns the default headings of histories, as the settings would write them.
fn usual_histories() -> String {
    let usual = Section::ALL.iter().filter(|(section, ..)| *section == Section::History);
    let headings: Vec<String> =
        usual.flat_map(|(_, _, headings)| *headings).map(|h| format!("{h:?}")).collect();
    headings.join(", ")
}

pub(super) fn run(common: &Common, args: &Log, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let vault = load(common, Keep::Texts, Access::unless(args.diff), terminal)?;
    let (id, note, among) = named::histories(&vault, &args.note)?;
    let text = vault.text(id).ok_or_else(|| Error::new(format!("`{}` is not text", note.path)))?;
    stop_at_obstacle(note, &text)?;
    let format = &vault.config().reading.stamp;
    let stamp = moment(&vault, note, args)?;
    refuse_values_beside_a_title(args)?;
    for detail in &args.details {
        one_line("a detail", detail)?;
    }
    if note.facts.system().history.is_empty() {
        refuse_without_history(&vault, note, &text, args)?;
    }
    let (title, template) = title(note, args, terminal)?;
    let now = this_minute(vault.config());
    let timeline = Timeline::up_to(vault.config(), if now.is_before(stamp) { stamp } else { now });
    let is_unread = template.is_some_and(|t| t.class.is_some()) && has_unread_version(note, timeline);
    if is_unread && template.is_some_and(|t| states_version(note, t) || t.has_version_in_title()) {
        return Err(unread_version(note));
    }
    let words = Words { template, title: &title, details: &args.details };
    let mut drafted = draft(note, words, stamp, timeline);
    // What the entry does not say, the header must not say either.
    if drafted.entry.version.is_some() && Histories::of(note).telling(among.clone()) != among {
        (drafted.entry.version, drafted.version) = (None, None);
        terminal.say(&format!("no version is raised: the entries of `{}` tell none", escape(&args.note)));
    }
    if !can_tell_time(note, &text, &drafted.entry, timeline, among.clone()) {
        let day = drafted.entry.stamp.time().format("%Y-%m-%d");
        let error = Error::new(format!("`{day}` has no time of day, but the entries of `{}` do", note.path));
        return Err(error.with_hint(format!("write `--at` in the form `{}`", format.pattern())));
    }
    let refuse = |obstacle| refused(note, obstacle);
    let mut edits = inserted(&vault, note, &text, &drafted.entry, timeline, among).map_err(refuse)?;
    let subject = edits.first().and_then(|edit| subject_at(note, edit.span.start, format));
    edits.extend(header::set_last_modified(&vault, note, stamp).map_err(refuse)?);
    if let Some(version) = &drafted.version {
        edits.extend(header::set_version(note, &version.to_string()).map_err(refuse)?);
    }
    let edits = Edits::of(edits).ok_or_else(Obstacle::contradiction).map_err(refuse)?;
    let raises = is_unread || drafted.version.is_some();
    say_what_stays(&vault, note, &text, stamp, raises, terminal);
    let after = stands_there(&vault, id, &text, &edits)?;
    refuse_what_is_found(&vault, &after, id, args)?;
    if note.facts.system().history.is_empty() {
        is_seen(&vault, id, &text, &edits)?;
    }
    let shown = |text: &str| escape(&vault.as_shown(&note.path, text)).into_owned();
    let under = subject.map(|subject| format!(" under `{}`", shown(&subject))).unwrap_or_default();
    let done = format!("logged `{}`{under}", shown(&drafted.entry.title));
    let writing = Writing { diff: args.diff, backup: &args.backup };
    write_one(&vault, id, &edits, writing, &done, terminal)
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

/// Returns the error for an entry that has to raise the version, where the last version cannot be read.
fn unread_version(note: &Note) -> Error {
    let line = note.facts.system().header.as_ref().map_or(1, |header| header.place.line);
    let message =
        format!("{}:{line}: {}, and no entry tells one", escape(&note.path), unread_aside("Version"));
    Error::new(message).with_hint(
        "write it as an item of its own, `- Version: …`, or give the entry a title of its own with `-m`, which raises none",
    )
}

/// Refuses a note without a history, unless `--create` is given and no section looks like a history under
/// another name.
fn refuse_without_history(vault: &Vault, note: &Note, text: &str, args: &Log) -> Result<()> {
    if let Some(heading) = new_history::unseen(vault, note, text) {
        let name = escape(note.facts.text(heading.text)).into_owned();
        let error = Error::new(format!(
            "{}:{}: `{name}` looks like a history, and is none that the settings name",
            note.path, heading.line
        ));
        let others =
            if vault.config().reading.history.is_none() { usual_histories() } else { "…".to_owned() };
        return Err(error.with_hint(format!(
            "write `history = [{others}, \"{name}\"]` under `[sections]` in `portolan.toml`"
        )));
    }
    if args.create {
        return Ok(());
    }
    let home = new_history::home(vault, note, text);
    let heading = escape(&home.heading);
    let place = match &home.under {
        Some(under) => format!("under `{}`", escape(under)),
        None => "at the end of the note".to_owned(),
    };
    let error = Error::new(format!("`{}` has no history section", note.path));
    Err(error.with_hint(format!("`--create` adds `{heading}` {place}")))
}

/// Reports header values that the new entry should change but cannot, because they cannot be read or written.
fn say_what_stays(
    vault: &Vault,
    note: &Note,
    text: &str,
    stamp: Stamp,
    raises: bool,
    terminal: &mut Terminal<'_>,
) {
    if let Some(left) = date_that_stays(vault, note, stamp) {
        terminal.say(&left);
    }
    if raises && header::has_aside(note, keys::VERSION) {
        terminal.say(&stays_aside("Version"));
    }
    if let Some(field) = header::unwritable_version(note).filter(|_| raises) {
        let why = if Version::find(&field.value).is_some() {
            "which has to be changed by hand"
        } else {
            "which cannot be read as a version"
        };
        let value = vault.as_shown(&note.path, &field.value);
        terminal.say(&format!("`{}` stays `{}`, {why}", escape(&field.name), escape(&value)));
    }
    for key in [Some(keys::LAST_MODIFIED), raises.then_some(keys::VERSION)].into_iter().flatten() {
        if let Some(name) = header::in_invalid_properties(note, text, key) {
            let name = escape(&vault.as_shown(&note.path, name)).into_owned();
            terminal.say(&format!("`{name}` stays as it is, since the properties are not valid"));
        }
    }
}

/// Refuses an entry that `check` would report at once.
fn refuse_what_is_found(vault: &Vault, after: &Vault, id: NoteId, args: &Log) -> Result<()> {
    let mut known: HashMap<String, usize> = HashMap::new();
    for finding in of_history(vault, id) {
        *known.entry(finding.fingerprint()).or_default() += 1;
    }
    let mut is_new = |finding: &Finding| match known.get_mut(&finding.fingerprint()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    // The note may have been created by a clock in another time zone, in an hour that is still to come here.
    let is_chosen = |finding: &Finding| !finding.is_of(&HISTORY_BEFORE_CREATED) || args.at.is_some();
    let Some(found) = of_history(after, id).into_iter().filter(is_chosen).find(|finding| is_new(finding))
    else {
        return Ok(());
    };
    let way_out = if found.is_of(&HISTORY_DUPLICATE) {
        "say in its title what else has happened, or set another time with `--at`"
    } else if found.is_of(&HISTORY_BEFORE_CREATED) {
        "if the time is right, correct `Created`; a vault whose histories reach further back sets \
         `history-before-created = \"off\"` under `[rules]`"
    } else {
        "an entry that raises the version is to be the newest: set a later time with `--at`, or give it a title of its \
         own with `-m`, which raises none"
    };
    let message = format!("`check` would find of `{}`: {}", vault.path_of(id), found.message);
    Err(Error::new(message).with_hint(way_out))
}

/// Checks that the note with its new entry reads back as intended. An entry behind a comment that is never
/// closed, or inside another unclosed construct, would be part of that instead of an entry.
fn stands_there(vault: &Vault, id: NoteId, text: &str, edits: &Edits) -> Result<Vault> {
    let broken = |vault: &Vault| vault.note(id).map_or(0, |note| note.facts.system().marker_problems.len());
    let after = edits.apply(text).map(|new| vault.with_texts(&[(id, new)]));
    if after.as_ref().is_some_and(|after| broken(after) > broken(vault)) {
        let message =
            format!("the entry would contain a board marker, which would break `{}`", vault.path_of(id));
        return Err(Error::new(message).with_hint("leave `<!-- portolan:` out, or put it in backticks"));
    }
    let secrets = |vault: &Vault| vault.note(id).map_or(0, |note| note.facts.system().secrets.len());
    if after.as_ref().is_some_and(|after| secrets(after) > secrets(vault)) {
        let error = Error::new("what the entry says looks like a secret");
        return Err(error.with_hint("name where it is kept, such as `env:NAME`"));
    }
    if let Some(date) = after.as_ref().and_then(|after| misread(vault.note(id)?, after.note(id)?)) {
        let date = date.timestamp();
        let message = format!("beside an entry of that time, `{date}` would no longer be read as a date");
        let form = vault.config().reading.stamp.pattern();
        let hint = format!(
            "write that date in the form `{form}` first, or log this by its day alone: `--at YYYY-MM-DD`"
        );
        return Err(Error::new(message).with_hint(hint));
    }
    let stamps = &vault.config().reading.stamp;
    let keeps = |after: &Vault| match (vault.note(id), after.note(id)) {
        (Some(note), Some(new)) => loses_nothing(note, new, (1, edits), stamps),
        _ => false,
    };
    if let Some(after) = after.filter(keeps) {
        return Ok(after);
    }
    let message = format!("an entry in the history of `{}` would not be read as one", vault.path_of(id));
    Err(Error::new(message).with_hint("close the comment or other block that the history section lies in"))
}

/// Refuses a new section inside an unclosed comment: it would disappear as soon as somebody closes the
/// comment.
fn is_seen(vault: &Vault, id: NoteId, text: &str, edits: &Edits) -> Result<()> {
    let closed = edits.apply(text).map(|new| with_comment_closed(vault, id, &new));
    let has_entry =
        |vault: &Vault| vault.note(id).is_some_and(|note| note.facts.system().entry_lists().next().is_some());
    if closed.is_none_or(|closed| has_entry(&closed)) {
        return Ok(());
    }
    let why = Refused::in_a_comment(&format!("the new history of `{}`", vault.path_of(id)));
    Err(refusal::error(why.message.clone(), &why))
}

/// Returns the edits that insert the entry, in a new section where the note has no history.
fn inserted(
    vault: &Vault,
    note: &Note,
    text: &str,
    entry: &NewEntry,
    timeline: Timeline<'_>,
    among: Range<usize>,
) -> std::result::Result<Vec<Edit>, Obstacle> {
    let entries = std::slice::from_ref(entry);
    let inserted = Inserter::new(note, text, habit(vault), timeline).among(entries, among)?;
    Ok(inserted.unwrap_or_else(|| {
        let home = new_history::home(vault, note, text);
        let before = text.get(..home.end).unwrap_or(text);
        vec![new_section(before, &home.heading, entries, timeline.format)]
    }))
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
    let labels: Vec<String> = templates.iter().map(|t| format!("`{}`", t.label)).collect();
    match &labels[..] {
        [] => "it has none at all; give a title with `-m`".to_owned(),
        labels => format!("it has {}", labels.join(", ")),
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
        FillError::Missing(names) => {
            let missing: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
            Error::new(format!("no value for {}", missing.join(", "))).with_hint(format!(
                "the template is `{}`: write `{}=…`",
                template.text,
                names.join("=… ")
            ))
        }
        FillError::Twice(key) => {
            Error::new(format!("`{key}` has two values")).with_hint("leave one of them out")
        }
        FillError::Unknown(key) => {
            let mut known: Vec<String> = template.placeholders().iter().map(|p| format!("`{p}`")).collect();
            let choices = forms(template).filter(|_| has_form_key(template));
            known.extend(choices.map(|words| format!("`form={}`", words.join("|"))));
            Error::new(format!("the template `{}` has no `{key}`", template.label))
                .with_hint(format!("it has {}", known.join(", ")))
        }
    }
}
