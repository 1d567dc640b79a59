//! Parses the command line. This module knows only what was typed: it reads neither the disk nor the environment.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::text::shell::word;

mod boards;
mod check;
mod notes;
mod query;
mod revisions;

pub use self::boards::{Backup, Board, BoardAdd, BoardWhat, Sync, Watch, WatchFormat};
pub use self::check::{Check, CheckFormat, Threshold};
pub use self::notes::{New, NewIntegration, NewWhat, Rename};
pub use self::query::{Graph, GraphFormat, List, ListFormat, ListKind, Resolve};
pub use self::revisions::{Diff, DiffFormat, MergeBoard, Record};

/// Keeps an Obsidian-style vault of system documentation true.
///
/// portolan reads every note of a vault into one model (integrations, diagrams, change logs, status,
/// links), reports where the notes contradict each other, and writes status boards and history entries
/// back into them. Without a command, it checks the vault.
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
    /// The options that all commands have.
    #[command(flatten)]
    pub common: Common,
    /// The command; `None` stands for `check`.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The heading of the common options in the help of a command.
const GLOBAL: &str = "Global options";

/// The options that all commands have.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// The folder of the vault [default: the nearest one with `.obsidian/` or `portolan.toml`, from this folder
    /// upwards; for `init`, this folder]
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "DIR")]
    pub vault: Option<PathBuf>,
    /// The configuration file [default: `portolan.toml` in the vault]
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// When to use colour
    #[arg(long, global = true, help_heading = GLOBAL, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// Print results only, without notices and progress
    #[arg(short, long, global = true, help_heading = GLOBAL, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print each step of the work, with the time so far
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub verbose: bool,
}

impl Cli {
    /// Parses a command line. If it has options of `check` but no command, the error suggests `check`.
    ///
    /// # Errors
    /// Returns the error of an invalid command line, or the help or version that it asks for.
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
    /// Returns the last valid `--color` in a command line that is invalid or asks for help.
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
    ///
    /// The whole vault is read, and each rule reports where notes contradict each other or the facts. Without
    /// options nothing is written into notes. `portolan list rules` shows all rules, and `portolan explain RULE`
    /// the manual of one.
    Check(Check),
    /// Bring every board up to date and log status changes
    ///
    /// A board is the text between `<!-- portolan:board KIND -->` and `<!-- portolan:end -->`. If a status in a
    /// board of components or integrations has changed, the history of the board's note gets an entry about it. A
    /// second sync writes nothing. A board that was edited by hand is kept.
    Sync(Sync),
    /// Add an entry to the history of a note
    ///
    /// The entry goes where the order of the list puts it, in the style of the list, and sets `Last Modified`. A
    /// template with a class (major, minor or patch) also raises `Version`.
    Log(Log),
    /// Put a board under a heading of a note
    Board(Board),
    /// Add history entries for what has changed since a revision
    ///
    /// Each entry goes into the note where the change happened. Recorded are integrations that were added, removed
    /// or changed, edges of diagrams, the status and version of the note's component, and new notes. An entry uses
    /// the note's log template that fits, with `field: old → new` as details, and sets `Last Modified`. A template
    /// with a class raises `Version`, once for all changes since the revision.
    ///
    /// A change is not recorded if an entry that was added since the revision already names the integration, both
    /// ends of the edge, the new status or the new version. Details of the form `field: old → new` count for these
    /// fields alone. A second run writes nothing.
    Record(Record),
    /// Show what has changed in the model between two revisions
    ///
    /// Shows notes that were added, removed or renamed; components with their statuses and versions; integrations
    /// and their fields; nodes and edges of diagrams; metrics; links that were added, removed, broken or repaired;
    /// log templates and history entries. The content of boards does not count, and neither does a value that is
    /// only written in another way. Both revisions are read with the present settings.
    Diff(Diff),
    /// Merge two versions of a note, for git
    ///
    /// Merges as git does, then settles the conflicts that have one right answer: those in boards, in entries that
    /// both sides added to a history, and in `Last Modified`. The result is written to OURS. A settled board has
    /// the lines of both sides; `portolan sync` brings it up to date. `portolan hook install --merge-driver` tells
    /// git to run this command.
    MergeBoard(MergeBoard),
    /// Make a note from a template, or an integration in a note
    ///
    /// Dates and titles of Templater and of Obsidian's own templates are rendered. Prompts, `{{NAME}}` and
    /// `[Placeholders]` get the values that you give; on a terminal, portolan asks for the others. Nothing is
    /// overwritten.
    New(New),
    /// Rename or move a note, folder, file, heading, block or integration, and update all references to it
    ///
    /// Links keep their form (alias, relative or bare, extension, escapes). A link gets longer only where the
    /// short form would not lead there, or would fit two files. In code, only the name of an integration changes.
    /// A rename is refused, with the places named, if a link to something else would lead elsewhere. It happens
    /// completely or not at all: the next command finishes or takes back a rename that was interrupted.
    Rename(Rename),
    /// List notes, links, integrations and other parts of the vault
    List(List),
    /// Show where a link leads
    ///
    /// The link is followed as in Obsidian: an exact path from the root of the vault, then a path from the folder
    /// of the note, then the shortest path that ends with it. Prints the path of the file. Exit status 1 if there
    /// is no such file, or if the file does not have the heading or block that the link names.
    Resolve(Resolve),
    /// Print the systems of the vault as one graph
    ///
    /// The graph combines the edges of flowcharts (solid), edges from notes to their integrations (thick), and
    /// links between the notes of components (dotted).
    Graph(Graph),
    /// Check again whenever a file changes
    ///
    /// Shows which findings a save adds and resolves, as soon as the file has settled. On a terminal, `f` applies
    /// the safe fixes, `s` brings boards up to date, and `q` quits.
    Watch(Watch),
    /// Install, remove or show the git hooks that check commits
    ///
    /// The hooks are `pre-commit` and, for merges without conflicts, `pre-merge-commit`. They go where git looks
    /// for hooks (`core.hooksPath` included), name the vault by its path in the repository, and run
    /// `portolan check --staged`. An existing hook is kept, whatever it is written in, and runs first; `uninstall`
    /// restores it byte for byte.
    #[command(subcommand)]
    Hook(Hook),
    /// Print the manual of a rule
    Explain(Explain),
    /// Write a commented `portolan.toml`
    ///
    /// The file has every setting, commented out. It is written into this folder or the one that `--vault` names,
    /// or to the file that `--config` names. An existing file is not changed. Notes that look like status boards
    /// but have no board are named.
    Init,
    /// Print the JSON Schema of a document
    Schema(Schema),
    /// Print completions for a shell
    Completions(Completions),
    /// Print the man page, with every command
    ///
    /// To install it: `portolan man > ~/.local/share/man/man1/portolan.1`
    Man,
}

/// Add a history entry.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  portolan log Gateway -m 'Raised the limits' --detail '600/min to 900/min'
  portolan log Gateway --template 'Integration Updates' integration=Payments purpose='new limits'
  portolan log Gateway --template 'Alert Updates' form=Modified condition='queue depth' --diff
  portolan log Gateway                         on a terminal, asks for the template and its values")]
pub struct Log {
    /// The note, as a path or as in a link; `NOTE#HEADING` chooses the history below that heading
    pub note: String,
    /// Make the entry from the log template with this label
    #[arg(long, value_name = "LABEL")]
    pub template: Option<String>,
    /// Values for the template's placeholders; `form=WORD` chooses among alternatives such as `Added/Modified`
    #[arg(value_name = "KEY=VALUE", value_parser = key_value, requires = "template")]
    pub values: Vec<(String, String)>,
    /// The title of the entry, without a template
    #[arg(short, long, value_name = "TITLE", conflicts_with = "template", allow_hyphen_values = true, value_parser = words)]
    pub message: Option<String>,
    /// A detail below the title; may be repeated
    #[arg(long = "detail", value_name = "TEXT", allow_hyphen_values = true, value_parser = words)]
    pub details: Vec<String>,
    /// When it happened, in the vault's format of timestamps [default: now]
    #[arg(long, value_name = "TIMESTAMP")]
    pub at: Option<String>,
    /// Add a history section if the note has none
    #[arg(long)]
    pub create: bool,
    /// Write nothing; print what would change
    #[arg(long)]
    pub diff: bool,
    /// Where copies of notes go.
    #[command(flatten)]
    pub backup: Backup,
}

/// Parses a text, which may begin with a hyphen. An option of `log` in its place is an error, because it means
/// that the text was forgotten.
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

/// What can be done with the git hooks that check commits.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Hook {
    /// Install the hooks
    Install {
        /// Also let git merge notes with `portolan merge-board`: adds a line to the `.gitattributes` of the vault,
        /// and the merge driver to the git configuration of this clone
        #[arg(long)]
        merge_driver: bool,
    },
    /// Remove the hooks and the merge driver, and restore a hook that was there before
    Uninstall,
    /// Show which hooks are installed; exit with 1 if this vault is not checked
    Status,
}

/// Print the manual of a rule.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  portolan explain link-unresolved")]
pub struct Explain {
    /// The name of the rule, such as `link-unresolved`; `portolan list rules` shows all of them
    pub rule: String,
}

/// Print a JSON Schema.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  portolan schema check                          what `portolan check --format json` prints
  portolan schema config > portolan.schema.json  for an editor that completes `portolan.toml`")]
pub struct Schema {
    /// The document: the JSON of `check`, `diff`, `graph` or a kind of `list`, an event of `watch`, a `baseline`
    /// file, the values for the template of a `board`, an `integration` block, or `portolan.toml` (`config`)
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(crate::report::wire::KINDS))]
    pub kind: String,
}

/// Print completions for a shell.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  portolan completions bash > ~/.local/share/bash-completion/completions/portolan")]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
