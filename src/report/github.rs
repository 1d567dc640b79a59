//! Renders findings as workflow commands of GitHub Actions, which shows them beside the lines of a change
//! (GitHub documentation, "Workflow commands").

use crate::model::finding::{Finding, Severity};
use crate::text::place::Place;

/// Renders one command per finding. `prefix` is the path of the vault in its repository, empty or with a
/// slash at its end.
#[must_use]
pub fn render(findings: &[Finding], prefix: &str) -> String {
    let mut out = String::new();
    for finding in findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info | Severity::Off => "notice",
        };
        let place = finding.place.unwrap_or(Place::START);
        let file = property(&format!("{prefix}{}", finding.note));
        let mut message = finding.message.clone();
        if let Some(help) = &finding.help {
            message.push('\n');
            message.push_str(&help.text());
        }
        out.push_str(&format!(
            "::{command} file={file},line={},col={},endLine={},endColumn={},title={}::{}\n",
            place.line,
            place.column,
            place.end_line,
            place.end_column,
            finding.rule,
            data(&message)
        ));
    }
    out
}

/// Escapes the text of a command: no line breaks, no other control characters.
fn data(text: &str) -> String {
    let escaped = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    crate::text::visible::escape(&escaped).into_owned()
}

/// Escapes the value of a property, which a comma or colon would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
