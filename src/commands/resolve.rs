//! `portolan resolve`

use crate::args::{Common, Resolve};
use crate::console::{Access, ExitStatus, Terminal, load, named};
use crate::error::{Error, Result};
use crate::report::resolution;
use crate::syntax::link::TypedLink;
use crate::text::visible::escape;
use crate::vault::fragment::Fragment;
use crate::vault::names::{FileId, Resolution};
use crate::vault::{Keep, Vault};

pub(super) fn run(common: &Common, args: &Resolve, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let link = TypedLink::read(&args.link);
    let vault = &load(common, Keep::Facts, Access::Look, terminal)?;
    let from = args.from.as_deref().map(|from| named::file(vault, from)).transpose()?;
    if from.is_none() && !link.external && link.path.is_empty() {
        let error = Error::new(format!("`{}` names something in its own note", args.link));
        return Err(error.with_hint("say which note that is, with `--from NOTE`"));
    }
    let from = from.unwrap_or(FileId::ROOT);
    if args.explain {
        terminal.print(&resolution::explain(vault, &link, from))?;
    }
    if link.external {
        if !args.explain {
            terminal.print(&format!("{}\n", escape(&link.path)))?;
        }
        return Ok(ExitStatus::Success);
    }
    let found = vault.names().resolve(&link.path, from);
    let Some(file) = found.file() else {
        if found == Resolution::External {
            if !args.explain {
                terminal.print(&format!("{}\n", escape(&link.path)))?;
            }
            return Ok(ExitStatus::Success);
        }
        if !args.explain {
            terminal.say(&resolution::missing(vault, &link));
        }
        return Ok(ExitStatus::Findings);
    };
    if !args.explain {
        terminal.print(&format!("{}\n", escape(vault.names().path(file))))?;
        if let Resolution::Ambiguous(files) = found {
            let count = files.len();
            terminal.say(&format!("{count} files fit equally well, and Obsidian may take any of them"));
        }
    }
    Ok(within(vault, &link, file, args.explain, terminal))
}

/// Returns success unless the file lacks the heading or block that the link names.
fn within(
    vault: &Vault,
    link: &TypedLink,
    file: FileId,
    explained: bool,
    terminal: &mut Terminal<'_>,
) -> ExitStatus {
    let fragment = link.fragment.as_deref().and_then(Fragment::read);
    if vault.fragment_ok(file, fragment.as_ref()) != Some(false) {
        return ExitStatus::Success;
    }
    if let Some(fragment) = fragment.filter(|_| !explained) {
        terminal.say(&resolution::not_there(vault, &fragment, file));
    }
    ExitStatus::Findings
}
