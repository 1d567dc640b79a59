//! The command line: what was typed, and nothing else. No disk and no environment.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::text::shell::word;

mod asking;
mod boards;
mod check;
mod making;
mod revisions;

pub use self::asking::{Graph, GraphFormat, List, ListFormat, ListKind, Resolve};
pub use self::boards::{Backup, Board, BoardAdd, BoardWhat, Sync, Watch, WatchFormat};
pub use self::check::{Check, CheckFormat, Threshold};
pub use self::making::{New, NewIntegration, NewWhat, Rename};
pub use self::revisions::{Diff, DiffFormat, MergeBoard, Record};

/// Keeps an Obsidian-style vault of system documentation true.
///
/// portolan reads every note of a vault into one model (integrations, diagrams, change logs, status,
/// links), says where the notes contradict each other, and writes status boards and history entries
/// back into them. Without a command it checks the vault.
#[derive(Debug, Parser)]
#[command(name = "portolan", version, max_term_width = 100, arg_required_else_help = false)]
#[command(after_help = "\
Exit status: 0 no errors found, 1 findings or stale boards, 2 the command could not do its work.

Examples:
  portolan                                  check the vault around this folder
  portolan --vault notes check --format json
  portolan sync --diff                      show what a sync would write
  portolan log Gateway -m 'Raised the limits'
  portolan explain link-unresolved")]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub common: Common,
    /// The command; `check` where there is none.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What stands over them in the help of a command.
const GLOBAL: &str = "Global options";

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// The folder of the vault [default: the nearest one upwards with `.obsidian/` or `portolan.toml`; of `init` this
    /// one]
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "DIR")]
    pub vault: Option<PathBuf>,
    /// The configuration file [default: `portolan.toml` in the vault]
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// When to use colour
    #[arg(long, global = true, help_heading = GLOBAL, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// Print results only
    #[arg(short, long, global = true, help_heading = GLOBAL, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more about what is done
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub verbose: bool,
}

impl Cli {
    /// Reads a command line. Where options of `check` stand alone, the error points there.
    ///
    /// # Errors
    /// It is none, or asks for help.
    pub fn of(words: &[OsString]) -> Result<Self, clap::Error> {
        let error = match Self::try_parse_from(words) {
            Ok(cli) => return Ok(cli),
            Err(error) => error,
        };
        let command = Self::command();
        let names_one = |word: &OsString| {
            word.to_str().is_some_and(|word| command.find_subcommand(word).is_some() || word == "help")
        };
        let rest = words.get(1..).unwrap_or_default();
        if error.kind() != ErrorKind::UnknownArgument || rest.iter().any(names_one) {
            return Err(error);
        }
        let with_check = [&["portolan".into(), "check".into()], rest].concat();
        if Self::try_parse_from(&with_check).is_err() {
            return Err(error);
        }
        let shown: Vec<String> = with_check.iter().map(|one| word(&one.to_string_lossy())).collect();
        let tip = format!("that is an option of a command: `{}`", shown.join(" "));
        let mut error = error;
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
        Err(error)
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// What the words of a command line say of it that is none, or asks for help.
    #[must_use]
    pub fn of(words: &[OsString]) -> Self {
        let mut words = words.iter().map_while(|word| word.to_str()).take_while(|word| *word != "--");
        let mut color = Self::Auto;
        while let Some(word) = words.next() {
            let value = if word == "--color" { words.next() } else { word.strip_prefix("--color=") };
            color = value.and_then(|value| Self::from_str(value, false).ok()).unwrap_or(color);
        }
        color
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the vault and print what is wrong
    Check(Check),
    /// Bring every board up to date and log status changes
    Sync(Sync),
    /// Append an entry to the history of a note
    Log(Log),
    /// Put a board under a heading of a note
    Board(Board),
    /// Append history entries for what has changed since a revision
    ///
    /// In the note where it happened: an integration that was added, removed or changed, an edge of a diagram, the
    /// status and version of the note's component, and that a note is new. The entry takes the note's log
    /// template that fits, with `field: old → new` as details, and sets `Last Modified`; a template with a class
    /// raises `Version`, once for all that has changed since the revision.
    ///
    /// Nothing is recorded where an entry that was added since says so already: one that names the integration,
    /// both ends of the edge, the new status or the new version. Details of the form `field: old → new` count for
    /// these fields alone. A second run writes nothing.
    Record(Record),
    /// Show what has changed in the model between two revisions
    ///
    /// Notes that were added, removed or renamed; components with their statuses and versions; integrations
    /// and their fields; nodes and edges of diagrams; metrics; links that were added, removed, broken or repaired;
    /// log templates and history entries. What is in boards does not count, nor does what is only written in
    /// another way. Both revisions are read with the settings of today.
    Diff(Diff),
    /// Merge two versions of a note, for git
    ///
    /// Merges as git does, then settles the conflicts that have one right answer: those in boards, entries that
    /// both sides added to a history, and `Last Modified`. The result takes the place of OURS. A settled board
    /// holds the lines of both sides; `portolan sync` brings it up to date. `portolan hook install
    /// --merge-driver` tells git to run it.
    MergeBoard(MergeBoard),
    /// Make a note from a template, or an integration in a note
    ///
    /// Dates and titles of Templater and of Obsidian's own templates are rendered; `{{NAME}}`, prompts and
    /// `[Placeholders]` get the values that are given, or are asked for on a terminal. Nothing is overwritten.
    New(New),
    /// Rename or move a note, folder, file, heading, block or integration, and update all references to it
    ///
    /// Links keep their form (alias, relative or bare, extension, escapes) and get longer only where the short
    /// form would not lead there, or would fit two files. Nothing in code changes but the name of an integration.
    /// Refused, with the places named, where a link to something else would lead elsewhere. All of it happens or
    /// nothing: a rename that was interrupted is finished, or taken back, by the next command.
    Rename(Rename),
    /// List what the vault holds
    List(List),
    /// Say where a link leads, and each step on the way
    ///
    /// The link is followed as Obsidian follows it: an exact path from the root of the vault, then one from
    /// the folder of the note, then the shortest path that ends with it. Prints the path of the file. Exit status
    /// 1 if there is no such file, or it does not have the heading or block that the link names.
    Resolve(Resolve),
    /// Print the systems of the vault as one graph
    ///
    /// It joins the edges of flowcharts (solid), the notes that hold integrations (thick), and the links between
    /// the notes of components (dotted).
    Graph(Graph),
    /// Check again at every change
    ///
    /// Shows what a save has added and resolved, as soon as the file rests. On a terminal `f` applies the safe
    /// fixes, `s` brings boards up to date and `q` quits.
    Watch(Watch),
    /// Install, remove or show the git hook that judges commits
    ///
    /// `pre-commit` and, for merges without conflicts, `pre-merge-commit` go where git looks for hooks
    /// (`core.hooksPath` too). A hook that is there is kept, whatever it is written in, and runs first; `uninstall`
    /// gives it back byte for byte. A hook names the vault by its path in the repository and runs
    /// `portolan check --staged`.
    #[command(subcommand)]
    Hook(Hook),
    /// Print the manual of a rule
    Explain(Explain),
    /// Write a commented `portolan.toml`
    ///
    /// Into this folder, or that of `--vault`; or the file that `--config` names.
    Init,
    /// Print the JSON Schema of a document
    Schema(Schema),
    /// Print shell completions
    Completions(Completions),
    /// Print the man page, with every command
    Man,
}

/// Append a history entry.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  portolan log Gateway -m 'Raised the limits' --detail '600/min to 900/min'
  portolan log Gateway --template 'Integration Updates' integration=Payments purpose='new limits'
  portolan log Gateway --template 'Alert Updates' form=Modified condition='queue depth' --diff
  portolan log Gateway                         asks for the rest, on a terminal")]
pub struct Log {
    /// The note: a path, or a name as in a link; with `#HEADING` behind it the history below that heading
    pub note: String,
    /// Use the log template with this label
    #[arg(long, value_name = "LABEL")]
    pub template: Option<String>,
    /// Values for the template's placeholders; `form=WORD` chooses among alternating words
    #[arg(value_name = "KEY=VALUE", value_parser = key_value, requires = "template")]
    pub values: Vec<(String, String)>,
    /// The title of the entry
    #[arg(short, long, value_name = "TITLE", conflicts_with = "template", allow_hyphen_values = true, value_parser = words)]
    pub message: Option<String>,
    /// A detail below the title; may be repeated
    #[arg(long = "detail", value_name = "TEXT", allow_hyphen_values = true, value_parser = words)]
    pub details: Vec<String>,
    /// When it happened [default: now]
    #[arg(long, value_name = "TIMESTAMP")]
    pub at: Option<String>,
    /// Add a history section where the note has none
    #[arg(long)]
    pub create: bool,
    /// Write nothing; print what would change
    #[arg(long)]
    pub diff: bool,
    /// Where copies go.
    #[command(flatten)]
    pub backup: Backup,
}

/// A text, which may begin with a hyphen. An option of `log` in its place tells that it was forgotten.
fn words(text: &str) -> Result<String, String> {
    let name = text.split('=').next().unwrap_or(text);
    let command = Log::augment_args(Common::augment_args(clap::Command::new("log")));
    let is_option = if let Some(long) = name.strip_prefix("--") {
        long == "help" || command.get_arguments().any(|option| option.get_long() == Some(long))
    } else {
        let mut letters = name.strip_prefix('-').unwrap_or_default().chars();
        let letter = letters.next().filter(|_| letters.next().is_none());
        letter
            .is_some_and(|c| c == 'h' || command.get_arguments().any(|option| option.get_short() == Some(c)))
    };
    if is_option { Err("this is an option of `log`, not a text".to_owned()) } else { Ok(text.to_owned()) }
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write it as KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

/// The git hooks that judge what is about to be committed.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Hook {
    /// Install the hooks
    Install {
        /// Let git merge notes with `portolan merge-board`, too: a line in the `.gitattributes` of the
        /// vault, and what it means in the configuration of this clone
        #[arg(long)]
        merge_driver: bool,
    },
    /// Remove the hooks and the merge driver; a hook that was there before comes back
    Uninstall,
    /// Show which hooks are installed; exit with 1 if this vault is not checked
    Status,
}

/// Print the manual of a rule.
#[derive(Debug, Args)]
pub struct Explain {
    /// The rule, such as `link-unresolved`
    pub rule: String,
}

/// Print a JSON Schema.
#[derive(Debug, Args)]
pub struct Schema {
    /// The document: that of a `list`, of `check`, `diff` or `graph`, the events of `watch`, a `baseline`, what the
    /// template of a `board` is given, an `integration` block, or `config` for `portolan.toml`
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(crate::report::wire::KINDS))]
    pub kind: String,
}

/// Print shell completions.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
