//! Renders what `watch` shows.

use std::time::Duration;

use crate::error::{Error, Result};
use crate::model::finding::{Finding, Severity};
use crate::report::human::{self, Look};
use crate::report::{self, events};
use crate::rules::verdict::update::Update;
use crate::rules::{BOARD_EDITED, BOARD_STALE};
use crate::text::message::{counted, few};
use crate::text::visible::escape;
use crate::watch::session::Session;

/// Renders what `watch` shows.
pub(super) struct View {
    /// Whether to print JSON for programs.
    pub(super) json: bool,
    pub(super) look: Look,
    /// Whether the terminal is in raw mode, so that keys work and line ends need a `\r`.
    pub(super) keys: bool,
    /// Whether boards are written automatically.
    pub(super) sync: bool,
}

/// The most findings that are shown with their lines; after a checkout of a thousand notes the totals are
/// enough.
const SHOWN: usize = 20;

impl View {
    pub(super) fn ready(&self, session: &Session, elapsed: Duration) -> Result<String> {
        let notes = session.vault().notes_of(|_| true).count();
        let total = session.engine().tally().total();
        if self.json {
            return json(events::ready(notes, total, millis(elapsed)));
        }
        let mut text = String::new();
        if total <= SHOWN {
            let findings = session.engine().findings().filter(|finding| !self.is_passing(finding));
            let findings: Vec<Finding> = findings.cloned().collect();
            text.push_str(&human::render(session.vault(), &findings, self.look));
        }
        let boards = if self.sync { " and writing its boards" } else { "" };
        text.push_str(&format!("watching {}{boards}: {}\n", counted(notes, "note"), state(session)));
        if total > SHOWN {
            text.push_str("`portolan check` shows all findings; here, only changes are shown\n");
        }
        if self.keys {
            text.push_str("`f` applies the safe fixes, `s` brings boards up to date, `q` quits\n");
        }
        Ok(self.lines(text))
    }

    /// Renders a change of the verdict. People are shown only findings that were added or resolved: a finding
    /// that has merely moved would make them look for a new problem. The totals by severity are always shown.
    pub(super) fn checked(&self, session: &Session, checked: &Update, elapsed: Duration) -> Result<String> {
        if self.json {
            let total = session.engine().tally().total();
            return json(events::checked(checked, total, millis(elapsed)));
        }
        if checked.changed.is_empty() && checked.added.is_empty() && checked.removed.is_empty() {
            return Ok(String::new());
        }
        let mut text = format!("\n{} ({} ms)\n", names(&checked.changed), millis(elapsed));
        let lasting = |findings: &[Finding]| -> Vec<Finding> {
            findings.iter().filter(|finding| !self.is_passing(finding)).cloned().collect()
        };
        let (added, removed) = (lasting(&checked.added), lasting(&checked.removed));
        if added.len() <= SHOWN {
            text.push_str(&human::render(session.vault(), &added, self.look));
        } else {
            text.push_str(&format!("{}\n", counted(added.len(), "new finding")));
        }
        for gone in removed.iter().take(SHOWN) {
            text.push_str(&format!("resolved: {}", report::concise(std::slice::from_ref(gone))));
        }
        if let Some(more) = removed.len().checked_sub(SHOWN + 1) {
            text.push_str(&format!("resolved: {} more\n", more + 1));
        }
        text.push_str(&format!("{}\n", state(session)));
        Ok(self.lines(text))
    }

    /// Whether a finding is about a board that will be written in a moment. If it cannot be written, the refusal
    /// is printed then.
    fn is_passing(&self, finding: &Finding) -> bool {
        self.sync && finding.is_of(&BOARD_STALE)
    }

    /// Renders what a sync has written. A sync that nobody has asked for and that writes nothing is not
    /// reported.
    pub(super) fn synced(&self, written: &[String], asked: bool) -> Result<String> {
        match (self.json, written) {
            (true, []) => Ok(String::new()),
            (true, _) => json(events::synced(written)),
            (false, []) if !asked => Ok(String::new()),
            (false, []) => Ok(self.lines("every board is up to date\n".to_owned())),
            (false, _) => Ok(self.lines(format!("boards written: {}\n", names(written)))),
        }
    }

    pub(super) fn fixed(&self, fixes: usize, notes: usize) -> String {
        let text = match fixes {
            0 => "nothing that can be fixed safely\n".to_owned(),
            _ => format!("fixed {} in {}\n", counted(fixes, "finding"), counted(notes, "note")),
        };
        self.lines(text)
    }

    /// Renders an error after which the watch goes on.
    pub(super) fn trouble(error: &Error) -> String {
        let hint = error.hint().map(|hint| format!("\n  help: {hint}")).unwrap_or_default();
        format!("error: {error}{hint}")
    }

    /// Returns lines for the terminal, which returns to the start of a line in raw mode only on `\r`.
    fn lines(&self, text: String) -> String {
        if self.keys { text.replace('\n', "\r\n") } else { text }
    }
}

fn json(document: serde_json::Result<String>) -> Result<String> {
    document.map_err(|e| Error::new(e.to_string()))
}

fn millis(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

/// Lists paths: `a.md, b.md and 3 more`.
fn names(paths: &[String]) -> String {
    if paths.is_empty() {
        return "files other than notes".to_owned();
    }
    few(paths.iter().map(|path| escape(path)), 3)
}

/// Renders the totals: `2 errors, 1 warning; 1 board stale`.
fn state(session: &Session) -> String {
    let tally = session.engine().tally();
    let kinds = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "info")];
    let counts = kinds.map(|(severity, noun)| (tally.of_severity(severity), noun));
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, noun)| counted(*count, noun)).collect();
    let boards = [(&BOARD_STALE, "stale"), (&BOARD_EDITED, "edited by hand")];
    let boards = boards.map(|(rule, what)| (tally.of_rule(rule.name), what));
    let boards = boards.iter().filter(|(count, _)| *count > 0);
    let boards: Vec<String> =
        boards.map(|(count, what)| format!("{} {what}", counted(*count, "board"))).collect();
    let found = if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
    if boards.is_empty() { found } else { format!("{found}; {}", boards.join(", ")) }
}
