//! `portolan man`

use clap::CommandFactory as _;
use clap_mangen::Man;

use crate::args::Cli;
use crate::console::{ExitStatus, Terminal};
use crate::error::{Error, Result};

/// Prints one page with all commands, so that only `man portolan` has to be installed.
pub(super) fn run(terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    terminal.print(&page().map_err(Error::output)?)?;
    Ok(ExitStatus::Success)
}

fn page() -> std::io::Result<String> {
    let whole = Man::new(Cli::command());
    let mut page = Vec::new();
    whole.render_title(&mut page)?;
    whole.render_name_section(&mut page)?;
    whole.render_synopsis_section(&mut page)?;
    whole.render_description_section(&mut page)?;
    whole.render_options_section(&mut page)?;
    let mut page = text_of(&page) + &notes(&whole)?;
    for command in Cli::command().get_subcommands() {
        section(command, "portolan", &mut page)?;
    }
    Ok(page)
}

/// Appends the section of a command and those of its subcommands. Options common to all commands are at the
/// top of the page.
fn section(command: &clap::Command, above: &str, page: &mut String) -> std::io::Result<()> {
    let name = format!("{above} {}", command.get_name());
    page.push_str(&format!(".SH \"{}\"\n", name.to_uppercase()));
    let own = Man::new(command.clone().bin_name(&name).disable_help_flag(true));
    let mut parts = Vec::new();
    own.render_description_section(&mut parts)?;
    own.render_synopsis_section(&mut parts)?;
    own.render_options_section(&mut parts)?;
    let mut parts = text_of(&parts);
    if command.get_after_help().is_some() || command.get_after_long_help().is_some() {
        parts += &notes(&own)?;
    }
    page.push_str(&parts.replace(".SH DESCRIPTION\n", "").replace("\n.SH ", "\n.SS "));
    command.get_subcommands().try_for_each(|inner| section(inner, &name, page))
}

/// Returns the text after a command's help, its examples and exit statuses, in lines that `man` must not
/// refill.
fn notes(command: &Man) -> std::io::Result<String> {
    let mut part = Vec::new();
    command.render_extra_section(&mut part)?;
    Ok(text_of(&part).replace(".SH EXTRA\n", ".SH NOTES\n.nf\n") + ".fi\n")
}

fn text_of(page: &[u8]) -> String {
    String::from_utf8_lossy(page).into_owned()
}
