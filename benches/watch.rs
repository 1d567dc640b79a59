//! From the end of the debounce to the findings, with real files: `cargo bench --bench watch`.
//!
//! Without arguments it makes vaults of 2,000, 20,000 and 100,000 notes; with folders as arguments it takes
//! those, and puts back what it changes. Each vault sees a thousand saves of notes with ten links or so, in
//! turn a sentence more, a link that leads nowhere and the note as it was; then what is dear: a note with
//! many backlinks under another name, a new note, and a look at every file after the system has lost count.

#![allow(clippy::print_stdout, reason = "what it measures is to be read")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::NaiveDate;
use portolan::config::Config;
use portolan::text::stamp::{Precision, Stamp};
use portolan::vault::{Keep, NoteId, Traits, Vault};
use portolan::watch::files::Batch;
use portolan::watch::session::{Moment, Session};

const SAVES: usize = 1000;
const BACKLINKS: usize = 5000;

fn main() {
    let folders: Vec<PathBuf> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).map(PathBuf::from).collect();
    for folder in &folders {
        measure(folder);
    }
    if folders.is_empty() {
        for notes in [2_000, 20_000, 100_000] {
            let dir = tempfile::tempdir().expect("a temporary folder");
            make(dir.path(), notes);
            measure(dir.path());
        }
    }
}

/// A vault of so many notes: ten links each, one in fifty of them to nowhere, and one note in twenty that
/// documents a system.
fn make(root: &Path, notes: usize) {
    let folder = |i: usize| format!("{:02}/{:03}", i % 20, i % 200);
    for i in 0..200 {
        fs::create_dir_all(root.join(folder(i))).expect("a folder");
    }
    for i in 0..notes {
        let mut text = format!("# Note {i}\n\n## Summary\n\n");
        if i % 20 == 0 {
            text.push_str("## System Initialization\n\n- Status: 🟢 Active\n- Created: 2025-01-02_10-00\n");
            text.push_str("- Last Modified: 2025-03-01_10-00\n\n## Modification History\n\n");
            text.push_str("- 2025-01-02_10-00 - Created\n- 2025-03-01_10-00 - Changed\n\n");
        }
        for n in 0..10 {
            let to = match (i * 31 + n * 977, n) {
                (to, 0) if to % 5 == 0 => format!("Missing {to}"),
                (_, 1) if i % (notes / BACKLINKS).max(1) == 0 => "Note 7".to_owned(),
                (to, 2) => format!("Note {}#Summary", to % notes),
                (to, _) => format!("Note {}", to % notes),
            };
            let _ = writeln!(text, "Some prose about what it is and does, as in [[{to}]]. ");
        }
        fs::write(root.join(format!("{}/Note {i}.md", folder(i))), text).expect("a note");
    }
}

fn now() -> Moment {
    let noon = NaiveDate::from_ymd_opt(2026, 6, 1).and_then(|day| day.and_hms_opt(12, 0, 0));
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
    Moment {
        stamp: Stamp::new(noon.expect("a date"), Precision::Minute),
        nanoseconds: i64::try_from(since.as_nanos()).expect("this century"),
    }
}

/// The time that all threads of this process have been on a processor, where the system tells: other
/// programs do not count.
fn processor() -> Duration {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let one = |task: fs::DirEntry| {
        let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    };
    tasks.filter_map(one).sum()
}

/// The memory of this process in megabytes, where the system tells.
fn memory() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").ok();
    let resident = pages.and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    resident.unwrap_or(0) * 4096 / 1_000_000
}

fn measure(root: &Path) {
    let root = root.canonicalize().expect("a vault");
    let (path, backlinks) =
        famous(&Vault::load(&root, Config::default(), Keep::Facts, &|_, _| {}).expect("a vault"));
    let start = Instant::now();
    let settings = Box::new(|| Ok((Config::default(), 0)));
    let mut session = Session::start(&root, None, settings, Box::new(|_| now())).expect("a vault");
    let vault = session.vault();
    let of_systems = |id: &NoteId| vault.traits(*id).has(Traits::SYSTEM);
    let (systems, notes): (Vec<NoteId>, Vec<NoteId>) = vault.notes_of(|_| true).partition(of_systems);
    let paths = |ids: Vec<NoteId>| -> Vec<String> {
        ids.into_iter().map(|id| vault.path_of(id).to_owned()).collect()
    };
    let (systems, notes) = (paths(systems), paths(notes));
    println!(
        "{} notes, {} findings: read in {:.0?}, {} MB",
        notes.len() + systems.len(),
        session.engine().tally().total(),
        start.elapsed(),
        memory()
    );
    let mut take = |paths: &[&Path], rescan: bool| {
        let batch = Batch { paths: paths.iter().map(|path| path.to_path_buf()).collect(), rescan };
        let (start, before) = (Instant::now(), processor());
        let taken = session.take(&batch).expect("a vault");
        let times = (start.elapsed(), processor().saturating_sub(before));
        let findings = taken.checked.map_or(0, |checked| checked.added.len() + checked.removed.len());
        (times, findings)
    };
    let mut save = |name: &str, notes: &[String], of: &dyn Fn(usize, &str) -> String| {
        let mut times = Vec::new();
        for i in 0..SAVES {
            let path = root.join(&notes[i * 7919 % notes.len()]);
            let was = fs::read_to_string(&path).expect("a note");
            fs::write(&path, of(i, &was)).expect("a note");
            times.push(take(&[&path], false).0);
            fs::write(&path, was).expect("a note");
            times.push(take(&[&path], false).0);
            if i == 9 {
                print!("  {} MB after 10, ", memory());
            }
        }
        println!("{} MB after {SAVES} ({name}): {}", memory(), percentiles(&times));
    };
    save("a sentence more", &notes, &|i, was| format!("{was}\nOne more sentence, number {i}.\n"));
    save("a link to nowhere", &notes, &|i, was| format!("{was}\nAs in [[Nothing of the name {i}]].\n"));
    save("a heading less", &notes, &|i, was| was.replacen("## ", &format!("## {i} "), 1));
    save("a sentence more about a system", &systems, &|i, was| {
        format!("{was}\nOne more sentence, number {i}.\n")
    });
    save("another status", &systems, &|i, was| was.replacen("Status: ", &format!("Status: {i} "), 1));
    let (from, to) = (root.join(&path), root.join(format!("{path} moved.md")));
    for (from, to) in [(&from, &to), (&to, &from)] {
        fs::rename(from, to).expect("it moves");
        let (time, findings) = take(&[from, to], false);
        println!("  a note with {backlinks} backlinks renamed: {} ({findings} findings)", both(time));
    }
    let new = root.join("A note that was not there.md");
    fs::write(&new, "[[It]] links.\n").expect("a note");
    println!("  a new note: {}", both(take(&[&new], false).0));
    fs::remove_file(&new).expect("it goes");
    println!("  it goes again: {}", both(take(&[&new], false).0));
    println!("  every file looked at: {}, {} MB", both(take(&[], true).0), memory());
}

/// The note whose number of backlinks is nearest to [`BACKLINKS`], with that number.
fn famous(vault: &Vault) -> (String, usize) {
    let mut links = vec![0usize; vault.names().paths().len()];
    for (_, note) in vault.notes() {
        let mut targets: Vec<_> =
            note.facts.links.iter().filter_map(|link| vault.resolve(note, link).file()).collect();
        targets.sort_unstable();
        targets.dedup();
        for target in targets {
            links[target.0 as usize] += 1;
        }
    }
    let nearest = (0..links.len()).min_by_key(|file| links[*file].abs_diff(BACKLINKS)).unwrap_or(0);
    (vault.names().paths().get(nearest).unwrap_or_default().to_owned(), links[nearest])
}

/// `3.4 ms (processor 2.1 ms)`
fn both((time, processor): (Duration, Duration)) -> String {
    format!("{time:.1?} (processor {processor:.1?})")
}

/// `p50 1.2 ms, p99 3.4 ms, longest 5.6 ms`. The system counts processor time too coarsely for a save.
fn percentiles(times: &[(Duration, Duration)]) -> String {
    let mut times: Vec<Duration> = times.iter().map(|(time, _)| *time).collect();
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    format!("p50 {:.2?}, p99 {:.2?}, longest {:.2?}", at(50), at(99), at(100))
}
