//! What only asks: `list`, `resolve` and `graph`.

use clap::{Args, ValueEnum};

/// Say where a link leads.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  portolan resolve Gateway
  portolan resolve '[[Gateway#Limits|the limits]]' --from 'notes/Queue.md'
  portolan resolve '[limits](../Gateway.md#limits)' --from Queue --explain")]
pub struct Resolve {
    /// The link: `[[Note#Heading]]`, `[text](note.md)`, or what stands between the brackets
    pub link: String,
    /// The note that it is in: a path, or a name as in a link [default: the root]
    #[arg(long, value_name = "NOTE")]
    pub from: Option<String>,
    /// Print each step that was tried, and what is doubtful about the link
    #[arg(long)]
    pub explain: bool,
}

/// List what the vault holds.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  portolan list notes --orphans
  portolan list links --to Gateway --format json
  portolan list links --unresolved")]
pub struct List {
    /// What to list
    #[arg(value_enum)]
    pub kind: ListKind,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub format: ListFormat,
    /// Of the links, only those to this file: a path, or a name as in a link
    #[arg(long, value_name = "NOTE", conflicts_with = "unresolved")]
    pub to: Option<String>,
    /// Of the links, only those that lead nowhere
    #[arg(long)]
    pub unresolved: bool,
    /// Of the notes, only those that no other note links to
    #[arg(long)]
    pub orphans: bool,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListKind {
    /// Notes with their headers, headings, tags and aliases
    Notes,
    /// Links and where they lead
    Links,
    /// Integrations
    Integrations,
    /// Mermaid diagrams
    Diagrams,
    /// History entries
    History,
    /// Log templates
    Templates,
    /// Metrics and their targets
    Metrics,
    /// Boards
    Boards,
    /// The rules of `check`
    Rules,
}

/// How a list is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// A table
    Table,
    /// One JSON document
    Json,
}

/// Print the systems of the vault as one graph.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  portolan graph > systems.mmd
  portolan graph --around 'Order Queue' --depth 2      what a change to it may reach
  portolan graph --format dot | dot -Tsvg > systems.svg")]
pub struct Graph {
    /// How to print it
    #[arg(long, value_enum, default_value_t = GraphFormat::Mermaid)]
    pub format: GraphFormat,
    /// Only what this system leads to, and what leads to it
    #[arg(long, value_name = "NAME")]
    pub around: Option<String>,
    /// How many steps around it
    #[arg(long, value_name = "N", default_value_t = 1, requires = "around")]
    pub depth: usize,
}

/// How a graph is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// A mermaid flowchart
    Mermaid,
    /// For Graphviz
    Dot,
    /// One JSON document
    Json,
}
