//! The manual of a rule, for a terminal.

use anstyle::{AnsiColor, Style};

use crate::model::finding::Severity;
use crate::rules::{Reach, Rule};

/// Renders what `explain` prints: the rule's doc comment, and how to silence the rule.
#[must_use]
pub(crate) fn render(rule: &Rule) -> String {
    let heading = Style::new().bold();
    let colour = match rule.severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Info | Severity::Off => AnsiColor::Blue,
    };
    let colour = colour.on_default();
    let fixable = if rule.fixable { ", some findings come with a fix" } else { "" };
    let mut out = format!(
        "{heading}{}{heading:#} ({colour}{}{colour:#} by default{fixable})\n\n",
        rule.name, rule.severity
    );
    // The length of the fence that the example is in. A longer fence may contain a shorter one.
    let mut fence = None;
    for line in rule.manual() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            // The fences of an example are of no use on a terminal.
            None if ticks >= 3 => fence = Some(ticks),
            Some(open) if ticks >= open => fence = None,
            Some(_) if line.is_empty() => out.push('\n'),
            Some(_) => out.push_str(&format!("    {line}\n")),
            None => match line.strip_prefix("## ") {
                Some(title) => out.push_str(&format!("{heading}{title}{heading:#}\n")),
                None => out.push_str(&format!("{line}\n")),
            },
        }
    }
    out.push_str(&format!("\n{heading}Silence{heading:#}\n\n"));
    out.push_str(&silence(rule));
    out
}

/// Lists the ways to silence a rule, one per line.
pub(super) fn silence(rule: &Rule) -> String {
    let (name, mut out) = (rule.name, String::new());
    match rule.reach() {
        Reach::Block => out.push_str(&format!(
            "In a note, before the block: <!-- portolan:allow {name}: why -->\n\
             For a whole note:            <!-- portolan:allow-file {name}: why -->\n"
        )),
        Reach::Note => {
            out.push_str(&format!("For a whole note:            <!-- portolan:allow-file {name}: why -->\n"));
        }
        Reach::Nothing => {}
    }
    let (vault, folder, severity) = match rule.severity {
        Severity::Off => ("Off unless switched on:     ", "Switched on for a folder:   ", "warning"),
        _ => ("For the whole vault:        ", "For a folder:               ", "off"),
    };
    out.push_str(&format!(
        "{vault} {name} = \"{severity}\" under [rules] in portolan.toml\n\
         {folder} rules = {{ {name} = \"{severity}\" }} with its path under [[paths]]\n"
    ));
    out
}
