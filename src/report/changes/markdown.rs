//! Renders differences as Markdown for a pull request.
//!
//! Texts from notes are always put in code, where they form no markup, mention nobody and refer to no issue
//! (GitHub Flavored Markdown, and GitHub's own filters, which leave code alone).

use super::{Told, because, details, leads, spoken, summary};
use crate::difference::{Act, Change, Kind, Subject};
use crate::text::fold::collapsed;
use crate::text::message::shortened;
use crate::text::visible::escape;

/// The most rows of a table, since the length of a comment is limited. There is no limit on the total, so
/// with long values the text may still be too long for one.
const MAX_ROWS: usize = 60;

/// The most characters of a value.
const MAX_VALUE: usize = 120;

/// A table with more rows than this is folded.
const OPEN_ROWS: usize = 15;

/// Renders differences as Markdown.
#[must_use]
pub fn render(told: Told<'_>) -> String {
    let to = told.to.map_or_else(|| "the files as they are".to_owned(), code);
    let mut out = format!("## What changes in the model\n\nFrom {} to {to}: ", code(told.from));
    if told.changes.is_empty() {
        out.push_str("nothing.\n");
        return out;
    }
    out.push_str(&format!("{}.\n", summary(told.changes)));
    let changes = spoken(told.changes);
    for kind in Kind::ALL {
        let own: Vec<&Change> = changes.iter().copied().filter(|c| c.subject.kind() == kind).collect();
        if own.is_empty() {
            continue;
        }
        let rows = own.iter().map(|change| row(change)).collect();
        table(&mut out, title(kind), ["Change", "What", "Details", "Note"], rows);
    }
    if let Some(affected) = told.affected.filter(|affected| !affected.is_empty()) {
        let rows = affected.iter().map(|system| {
            let reasons: Vec<String> = system.reasons.iter().map(|reason| code(&because(reason))).collect();
            let note = system.note.as_deref().map_or_else(String::new, code);
            [system.kind.name().to_owned(), code(&system.name), reasons.join("<br>"), note]
        });
        table(&mut out, "Affected", ["Kind", "What", "Because", "Note"], rows.collect());
    }
    out
}

const fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Note => "Notes",
        Kind::Component => "Components",
        Kind::Integration => "Integrations",
        Kind::Edge => "Edges",
        Kind::Node => "Nodes",
        Kind::Metric => "Metrics",
        Kind::Link => "Links",
        Kind::Template => "Log templates",
        Kind::Entry => "History entries",
    }
}

fn row(change: &Change) -> [String; 4] {
    let act = change.act();
    let mut told: Vec<String> = details(change)
        .iter()
        .map(|field| {
            let value = |value: &Option<String>| value.as_deref().map_or_else(|| "–".to_owned(), code);
            let name = code(&field.field);
            match act {
                Act::Added => format!("{name}: {}", value(&field.new)),
                _ => format!("{name}: {} → {}", value(&field.old), value(&field.new)),
            }
        })
        .collect();
    match &change.subject {
        Subject::Note if act == Act::Renamed => {
            told.push(format!("was {}", change.before.as_ref().map_or_else(String::new, |b| code(&b.note))));
        }
        Subject::Edge(edge) if told.is_empty() && !edge.label.is_empty() => told.push(code(&edge.label)),
        Subject::Link(_) => told.extend(Some(code(leads(change, act).trim_start_matches([',', ' '])))),
        _ => {}
    }
    let spot = change.spot().map_or_else(String::new, |spot| code(&spot.note));
    let broken = if act == Act::Broken { "**broken**".to_owned() } else { act.name().to_owned() };
    [broken, code(&change.name()), told.join("<br>"), spot]
}

fn table(out: &mut String, title: &str, header: [&str; 4], rows: Vec<[String; 4]>) {
    let count = rows.len();
    let folded = count > OPEN_ROWS;
    if folded {
        out.push_str(&format!("\n<details>\n<summary>{title} ({count})</summary>\n"));
    } else {
        out.push_str(&format!("\n### {title}\n"));
    }
    out.push_str(&format!("\n| {} |\n| --- | --- | --- | --- |\n", header.join(" | ")));
    for row in rows.into_iter().take(MAX_ROWS) {
        out.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    if count > MAX_ROWS {
        out.push_str(&format!("\nand {} more\n", count - MAX_ROWS));
    }
    if folded {
        out.push_str("\n</details>\n");
    }
}

/// Renders a text as code, on one line and cut to [`MAX_VALUE`] characters.
fn code(text: &str) -> String {
    let whole = collapsed(text);
    let shown = shortened(&whole, MAX_VALUE);
    let shown = escape(&shown);
    if shown.is_empty() {
        return String::new();
    }
    // A code span in a table cannot hold backticks, bars or backslashes.
    if !shown.contains(['`', '|', '\\']) {
        return format!("`{shown}`");
    }
    let mut out = String::from("<code>");
    for c in shown.chars() {
        if c.is_ascii_punctuation() {
            out.push_str(&format!("&#{};", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out + "</code>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_code() {
        assert_eq!(code("a  b\nc"), "`a b c`");
        assert_eq!(code("@team <b> #12 [x](y)"), "`@team <b> #12 [x](y)`");
        assert_eq!(code("a|b"), "<code>a&#124;b</code>");
        assert_eq!(code("`\\"), "<code>&#96;&#92;</code>");
        assert_eq!(code("\u{202e}x"), "<code>&#92;u&#123;202e&#125;x</code>");
        assert_eq!(code(&"x".repeat(500)).chars().count(), MAX_VALUE + 3);
    }
}
