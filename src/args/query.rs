//! Arguments of the commands that only look at the vault: `list`, `resolve` and `graph`.

use clap::{Args, ValueEnum};

/// Show where a link leads.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  portolan resolve Gateway
  portolan resolve '[[Gateway#Limits|the limits]]' --from 'notes/Queue.md'
  portolan resolve '[limits](../Gateway.md#limits)' --from Queue --explain")]
pub struct Resolve {
    /// The link: `[[Note#Heading]]`, `[text](note.md)`, or only the text between the brackets
    pub link: String,
    /// The note that the link is in, as a path or as in a link [default: the root of the vault]
    #[arg(long, value_name = "NOTE")]
    pub from: Option<String>,
    /// Print each step that was tried, and doubts about the link
    #[arg(long)]
    pub explain: bool,
}

/// List parts of the vault.
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
    /// How to print the list
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub format: ListFormat,
    /// With `links`: only those to this file, given as a path or as in a link
    #[arg(long, value_name = "NOTE", conflicts_with = "unresolved")]
    pub to: Option<String>,
    /// With `links`: only those that lead nowhere
    #[arg(long)]
    pub unresolved: bool,
    /// With `notes`: only those that no other note links to
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
    /// The rules of `check`, with their severities in this vault
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
    /// How to print the graph
    #[arg(long, value_enum, default_value_t = GraphFormat::Mermaid)]
    pub format: GraphFormat,
    /// Print only this system, what it leads to, and what leads to it
    #[arg(long, value_name = "NAME")]
    pub around: Option<String>,
    /// How many steps to go from the system of `--around`
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
