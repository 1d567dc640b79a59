//! `portolan graph`

use crate::args::{Common, Graph, GraphFormat};
use crate::console::{Access, ExitStatus, Terminal, load};
use crate::error::{Error, Result};
use crate::report::graph;
use crate::systems::{Systems, draw};
use crate::text::closest::nearest;
use crate::text::message::did_you_mean;
use crate::vault::Keep;

pub(super) fn run(common: &Common, args: &Graph, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let vault = load(common, Keep::Facts, Access::Look, terminal)?;
    let mut systems = Systems::of(&vault);
    if let Some(name) = &args.around {
        let Some(start) = systems.find_or_id(name) else {
            let error = Error::new(format!("no system `{name}` in the vault"));
            let known = systems.systems.iter().map(|s| s.label.as_str());
            return Err(match nearest(name, known) {
                Some(near) => error.with_hint(did_you_mean(near)),
                None => error.with_hint("`portolan graph --format json` shows what there is"),
            });
        };
        systems = systems.around(start, args.depth);
    }
    let document = match args.format {
        GraphFormat::Mermaid => draw::mermaid(&systems, draw::Extent::Whole).text,
        GraphFormat::Dot => draw::dot(&systems),
        GraphFormat::Json => graph::json(&systems).map_err(|e| Error::new(e.to_string()))?,
    };
    terminal.print_document(&document)?;
    Ok(ExitStatus::Success)
}
