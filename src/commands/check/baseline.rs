//! Baselines: the findings that a vault had when portolan was introduced, which do not fail it.
//!
//! A finding is recognised by its fingerprint (rule, note and subject), so a baseline survives moved lines.
//! Equal fingerprints are counted: two in the baseline excuse two findings, not three. A note that has
//! another path now is recognised by the findings that it is excused for.

use std::collections::BTreeMap;
use std::path::Path;

use self::followed::{Followed, follow};
use crate::console::git_line;
use crate::console::opening::check_folder_of;
use crate::error::{Error, Result};
use crate::model::finding::Finding;
use crate::report::baseline::{Baseline, Excused};
use crate::report::json;
use crate::report::wire::SCHEMA;
use crate::syntax::conflict::is_marker;
use crate::text::message::counted;
use crate::text::visible::escape;
use crate::write::{self, disk::Local};

mod followed;

/// The effect of a baseline on the findings of a check.
pub(super) struct Applied {
    /// The number of findings that it excuses.
    excused: usize,
    /// The number of findings that it would excuse and that no longer exist.
    mended: usize,
    /// Notes that have another path in the baseline.
    followed: Vec<Followed>,
}

/// Removes the findings that a baseline excuses. `is_there` tells whether the vault has a file, and `judged`
/// whether the check has run a rule on a note.
///
/// # Errors
/// The file cannot be read, or is not a baseline.
pub(super) fn apply(
    path: &Path,
    findings: &mut Vec<Finding>,
    is_there: impl Fn(&str) -> bool,
    judged: impl Fn(&str, &str) -> bool,
) -> Result<Applied> {
    let mut left = read(path)?.ok_or_else(|| {
        Error::new(format!("there is no baseline `{}`", path.display()))
            .with_hint("`--baseline-update` writes one with what is found now")
    })?;
    let followed = follow(&mut left, findings, is_there, &judged);
    let before = findings.len();
    findings.retain(|finding| match left.get_mut(&finding.fingerprint()).filter(|e| e.count > 0) {
        Some(entry) => {
            entry.count -= 1;
            false
        }
        None => true,
    });
    let gone = left.values().filter(|entry| entry.count > 0 && judged(&entry.rule, &entry.note));
    let mended = gone.map(|entry| entry.count).sum();
    Ok(Applied { excused: before - findings.len(), mended, followed })
}

impl Applied {
    /// Returns the text to print about it, if there is anything to say.
    pub(super) fn said(&self) -> Option<String> {
        let mut parts = Vec::new();
        if self.excused > 0 {
            parts.push(format!("{} excused by the baseline", counted(self.excused, "finding")));
        }
        if self.mended > 0 {
            let what = counted(self.mended, "excused finding");
            let them = if self.mended == 1 { "it" } else { "them" };
            parts.push(format!("{what} found no more: `--baseline-update` takes {them} out"));
        }
        if let [Followed { from, to }, more @ ..] = self.followed.as_slice() {
            let others = if more.is_empty() { String::new() } else { format!(" (and {} more)", more.len()) };
            parts.push(format!(
                "`{}`{others} seems to be `{}` now: `--baseline-update` writes that down",
                escape(from),
                escape(to)
            ));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// Writes a baseline. An existing one only shrinks: entries whose findings no longer exist are removed, and
/// nothing is added. Entries that the check has not judged (see [`apply`]) stay. A new one must contain all
/// findings, because nothing can be added later. Returns the number of findings that it excuses.
///
/// # Errors
/// The file cannot be read or written, or is not a baseline, or `findings` are only some of those for a new
/// one.
pub(super) fn update(
    path: &Path,
    findings: &[Finding],
    is_of_all: bool,
    is_there: impl Fn(&str) -> bool,
    judged: impl Fn(&str, &str) -> bool,
) -> Result<usize> {
    let mut found: BTreeMap<String, Excused> = BTreeMap::new();
    for finding in findings {
        found.entry(finding.fingerprint()).or_insert_with(|| Excused::none_of(finding)).count += 1;
    }
    if let Some(mut old) = read(path)? {
        follow(&mut old, findings, is_there, &judged);
        old.retain(|fingerprint, entry| {
            let now = found.get(fingerprint);
            // `judged` is only called for findings that are gone, because it may have to read the note.
            let count = entry.count.min(now.map_or(0, |e| e.count));
            if count < entry.count && judged(&entry.rule, &entry.note) {
                entry.count = count;
            }
            if let Some(now) = now {
                entry.about.clone_from(&now.about);
            }
            entry.count > 0
        });
        found = old;
    } else if !is_of_all {
        let message = format!("there is no baseline `{}`, and a new one holds all findings", path.display());
        return Err(Error::new(message)
            .with_hint("leave PATH and `--rule` out: nothing is added to a baseline later"));
    }
    let count = found.values().map(|entry| entry.count).sum();
    let file = Baseline { portolan: env!("CARGO_PKG_VERSION").to_owned(), schema: SCHEMA, findings: found };
    let json = json::pretty(&file).map_err(|e| Error::new(e.to_string()))? + "\n";
    if std::fs::read_to_string(path).is_ok_and(|old| old == json) {
        return Ok(count);
    }
    check_folder_of(path, "the baseline")?;
    write::replace_file(path, &json, &Local)?;
    Ok(count)
}

/// Reads what a baseline excuses; `None` where the file does not exist.
fn read(path: &Path) -> Result<Option<BTreeMap<String, Excused>>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Error::io("read the baseline", path, e)),
    };
    let fail = |why: String| {
        Error::new(format!("`{}` is not a baseline: {why}", path.display()))
            .with_hint("delete it and write it anew with `--baseline-update`")
    };
    if text.lines().any(is_marker) {
        // A baseline only shrinks, so what one side has removed comes back for a moment at most. Written
        // anew, it would excuse what the merge has brought in.
        let shown = path.display();
        return Err(Error::new(format!("`{shown}` has a merge conflict that is not settled")).with_hint(
            format!(
                "take one side (`{}`), then `--baseline-update` takes out what is mended",
                git_line::on_files(".", "checkout --ours", &[&path.to_string_lossy()])
            ),
        ));
    }
    let file: Baseline = serde_json::from_str(&text).map_err(|e| fail(e.to_string()))?;
    if file.schema != SCHEMA {
        return Err(fail(format!("it is of schema {}, and this is portolan with {SCHEMA}", file.schema)));
    }
    Ok(Some(file.findings))
}
