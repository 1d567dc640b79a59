//! The manual of a rule, for a terminal.

use anstyle::{AnsiColor, Style};

use crate::model::finding::Severity;
use crate::rules::Rule;

/// What `explain` prints: the rule's doc comment, and how to silence it.
#[must_use]
pub fn render(rule: &Rule) -> String {
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
    let mut fenced = false;
    for line in rule.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        fenced ^= line.starts_with("```");
        if let Some(title) = line.strip_prefix("## ").filter(|_| !fenced) {
            out.push_str(&format!("{heading}{title}{heading:#}\n"));
        } else if line.starts_with("````") || (line.starts_with("```") && !fenced) || line.starts_with("```")
        {
            // The fences of an example say nothing to a reader of a terminal.
        } else if fenced {
            out.push_str(&format!("    {line}\n"));
        } else {
            out.push_str(&format!("{line}\n"));
        }
    }
    out.push_str(&format!(
        "\n{heading}Silence{heading:#}\n\n\
         In a note, before the block: <!-- portolan:allow {name}: why -->\n\
         For a whole note:            <!-- portolan:allow-file {name}: why -->\n\
         For the vault:               {name} = \"off\" under [rules] in portolan.toml\n",
        name = rule.name
    ));
    out
}
