//! Renders findings as `JUnit` XML, which most CI systems show as test results: a test case for each note
//! with findings, and a failure for each finding that is severe enough.

use crate::model::finding::{Finding, Severity};
use crate::text::visible::is_unseen;

/// Renders findings as a test suite. `notes` is the number of notes that were checked. Findings milder than
/// `failing` are listed and fail no test.
#[must_use]
pub fn render(findings: &[Finding], notes: usize, elapsed_ms: u64, failing: Severity) -> String {
    let seconds = format!("{}.{:03}", elapsed_ms / 1000, elapsed_ms % 1000);
    let cases = || findings.chunk_by(|a, b| a.note == b.note);
    let fails = |finding: &Finding| finding.severity >= failing;
    let failures = cases().filter(|of_note| of_note.iter().any(fails)).count();
    // A canvas, or another file that is not a note, may also be a case.
    let tests = notes.max(cases().count());
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites tests=\"{tests}\" failures=\"{failures}\" time=\"{seconds}\">\n  \
         <testsuite name=\"portolan\" tests=\"{tests}\" failures=\"{failures}\" time=\"{seconds}\">\n"
    );
    for of_note in cases() {
        let note = attribute(of_note.first().map_or("", |finding| &finding.note));
        out.push_str(&format!("    <testcase name=\"{note}\" classname=\"{note}\">\n"));
        let told = |finding: &Finding| {
            let at = finding.place.map_or_else(String::new, |p| format!(":{}:{}", p.line, p.column));
            let help = finding.help.as_ref().map_or_else(String::new, |help| format!("\n{help}"));
            xml(&format!("{}{at}: {}: {}{help}", finding.note, finding.severity, finding.message))
        };
        for finding in of_note.iter().filter(|finding| fails(finding)) {
            let (rule, message, told) = (finding.rule, attribute(&finding.message), told(finding));
            out.push_str(&format!("      <failure type=\"{rule}\" message=\"{message}\">{told}</failure>\n"));
        }
        // GitLab rejects a report in which a case has two of these elements.
        let milder = of_note.iter().filter(|finding| !fails(finding));
        let milder: Vec<String> =
            milder.map(|finding| format!("[{}] {}", finding.rule, told(finding))).collect();
        if !milder.is_empty() {
            out.push_str(&format!("      <system-out>{}</system-out>\n", milder.join("\n")));
        }
        out.push_str("    </testcase>\n");
    }
    if findings.is_empty() {
        out.push_str("    <testcase name=\"vault\" classname=\"portolan\"/>\n");
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// Escapes an attribute value. XML parsers turn raw line breaks and tabs in one into blanks.
fn attribute(text: &str) -> String {
    xml(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

/// Escapes text for XML 1.0: its five special characters, and those that XML forbids or that are invisible.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\t' => out.push(c),
            c if is_unseen(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}
