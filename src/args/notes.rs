//! Arguments of the commands that create and move notes: `new` and `rename`.

use clap::{Args, Subcommand};

use super::{Backup, key_value};

/// Make a note from one of the vault's template notes, or an integration in a note.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_help = "\
Examples:
  portolan new 'Order Bus' --from SERVICE_TEMPLATE --in SERVICES owner='Ruth Delgado'
  portolan new 'Order Bus' --partial --diff                leaves placeholders without a value
  portolan new integration Payments --in 03_INTEGRATIONS type='REST endpoints' --partial")]
pub struct New {
    /// Make an integration instead
    #[command(subcommand)]
    pub what: Option<NewWhat>,
    /// The name of the note, or its path from the root of the vault
    #[arg(required = true)]
    pub name: Option<String>,
    /// Values for the placeholders of the template
    #[arg(value_name = "KEY=VALUE", value_parser = key_value)]
    pub values: Vec<(String, String)>,
    /// The template note [default: the only one in the vault]
    #[arg(long, value_name = "TEMPLATE")]
    pub from: Option<String>,
    /// The folder for the note [default: the one for new notes in Obsidian's settings, else the root]
    #[arg(long = "in", value_name = "FOLDER")]
    pub folder: Option<String>,
    /// Leave placeholders without a value as they are, and do not ask for them
    #[arg(long)]
    pub partial: bool,
    /// Write nothing; print what would be written
    #[arg(long)]
    pub diff: bool,
}

/// What `new` can create besides a note.
#[derive(Debug, Subcommand)]
pub enum NewWhat {
    /// Make an integration in a note, from the vault's template integration
    ///
    /// The block goes under the heading of its category, in the style of the note's other blocks. Linked resources
    /// and a history entry are added as the templates require. In KEY=VALUE, a field is named by its path
    /// (`auth.type`), its last key, or its placeholder (`'Auth Method'`).
    Integration(NewIntegration),
}

/// Make an integration.
#[derive(Debug, Args)]
pub struct NewIntegration {
    /// The name of the integration
    pub name: String,
    /// Values for the fields of the integration, and for the placeholders of the log template
    #[arg(value_name = "KEY=VALUE", value_parser = key_value)]
    pub values: Vec<(String, String)>,
    /// The note that it goes into, as a path or as in a link
    #[arg(long = "in", value_name = "NOTE")]
    pub note: String,
    /// Leave placeholders without a value as they are, and do not ask for them
    #[arg(long)]
    pub partial: bool,
    /// Write nothing; print what would change
    #[arg(long)]
    pub diff: bool,
    /// Where copies of notes go.
    #[command(flatten)]
    pub backup: Backup,
}

/// Rename or move something, and update all references to it.
#[derive(Debug, Args)]
#[command(after_help = "\
NEW is a name in the same folder, or a path from the root of the vault (from the
working directory with `./` or `../`). The extension may be left out. With `/` at
its end, NEW is the folder to move into.

Examples:
  portolan rename Gateway 'Order Gateway' --diff           what would change
  portolan rename notes/Queue.md archive/                  into another folder
  portolan rename 04_OPERATIONS 05_OPERATIONS              a folder
  portolan rename 'Gateway#Limits' Quotas                  a heading
  portolan rename 'Gateway#^retry' ^retries                a block
  portolan rename 'Order Queue' 'Order Bus' --integration  in blocks, diagrams and boards")]
pub struct Rename {
    /// What to rename: a path, a name as in a link, `NOTE#HEADING`, `NOTE#^ID`, or the name of an
    /// integration
    pub old: String,
    /// The new name, path or folder; see below
    pub new: String,
    /// Take OLD as the name of an integration, even if a file has that name
    #[arg(long)]
    pub integration: bool,
    /// Give links to other files a longer path where they would lead elsewhere after the rename
    #[arg(long)]
    pub lengthen: bool,
    /// Update links in excluded notes, too
    #[arg(long)]
    pub excluded: bool,
    /// Move with `git mv`
    #[arg(long)]
    pub git: bool,
    /// Write nothing; print what would change
    #[arg(long)]
    pub diff: bool,
}
