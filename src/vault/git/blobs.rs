//! Reads git blobs: from the working tree where the file there is certainly the same, else from git.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};

use super::object::Id;
use super::program::{Program, not_started};
use crate::text::path;
use crate::vault::{files, on_disk};

/// A reader for the blobs of one repository.
#[derive(Debug)]
pub(super) struct Blobs {
    program: Program,
    /// The folder of the working tree, with all symbolic links resolved.
    folder: PathBuf,
    /// Whether each folder below it is reached without a symbolic link, as far as known.
    straight: Mutex<HashMap<String, bool>>,
    /// The files that are read through filters, by their paths in the repository.
    filtered: HashSet<String>,
    /// Idle git processes. Each thread takes one, or starts another.
    idle: Mutex<Vec<Batch>>,
    /// Idle git processes that read through filters.
    idle_filters: Mutex<Vec<Batch>>,
}

impl Blobs {
    /// Makes a reader for the repository that `program` finds. `folder` is where its files may lie on disk.
    pub(super) fn new(program: Program, folder: PathBuf) -> Self {
        Self {
            program,
            folder,
            straight: Mutex::default(),
            filtered: HashSet::new(),
            idle: Mutex::default(),
            idle_filters: Mutex::default(),
        }
    }

    /// Sets the files that are read through filters, by their paths in the repository.
    pub(super) fn filter(&mut self, filtered: HashSet<String>) {
        self.filtered = filtered;
    }

    /// Whether any file is read through filters.
    pub(super) fn has_filters(&self) -> bool {
        !self.filtered.is_empty()
    }

    /// Whether this file is read through filters.
    pub(super) fn filters(&self, file: &str) -> bool {
        self.filtered.contains(file)
    }

    /// Reads a whole blob into a buffer. `file` is its path on disk, below the folder, if it is there.
    pub(super) fn read(&self, id: Id, file: &str, buffer: &mut Vec<u8>) -> io::Result<()> {
        let filters = self.filters(file);
        // A filtered file on disk differs from its blob, so it does not tell whether it is the same.
        if !filters && self.read_same(id, file, buffer) {
            return Ok(());
        }
        let idle = if filters { &self.idle_filters } else { &self.idle };
        let batch = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut batch = batch.map_or_else(|| Batch::start(&self.program, filters), Ok)?;
        // A process that has failed is not used again.
        if filters {
            batch.read_through_filters(id, file, buffer)?;
        } else {
            batch.read(id, buffer)?;
        }
        idle.lock().unwrap_or_else(PoisonError::into_inner).push(batch);
        Ok(())
    }

    /// Reads the file on disk if it is the blob, as its id tells, up to line endings that git has converted; a
    /// file that a filter has changed is not. This spares a request to git, and the unpacking.
    fn read_same(&self, id: Id, file: &str, buffer: &mut Vec<u8>) -> bool {
        if !self.is_straight(path::folder(file)) {
            return false;
        }
        let path = on_disk(&self.folder, file);
        let regular = std::fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file());
        if !(regular && files::read(&path, buffer).is_ok()) {
            return false;
        }
        id.is_of(buffer) || (without_cr(buffer) && id.is_of(buffer))
    }

    /// Whether a folder lies where its path says: files behind a symbolic link do not stand for blobs.
    fn is_straight(&self, folder: &str) -> bool {
        let known = || self.straight.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(straight) = known().get(folder).copied() {
            return straight;
        }
        // Outside of the lock, so that others need not wait for the disk.
        let path = on_disk(&self.folder, folder);
        let straight = path.canonicalize().is_ok_and(|whole| whole == path);
        known().insert(folder.to_owned(), straight);
        straight
    }
}

/// Converts line endings to those that git stores. Returns whether there were any others.
fn without_cr(text: &mut Vec<u8>) -> bool {
    let before = text.len();
    let mut ends = memchr::memmem::find_iter(text, b"\r\n").collect::<Vec<_>>().into_iter().peekable();
    let mut at = 0;
    text.retain(|_| {
        let is_cr = ends.next_if_eq(&at).is_some();
        at += 1;
        !is_cr
    });
    text.len() < before
}

/// A git process that answers requests for blobs.
#[derive(Debug)]
struct Batch {
    child: Child,
    /// The input of the process; `None` once it is told to end.
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Batch {
    fn start(program: &Program, filters: bool) -> io::Result<Self> {
        let args = ["cat-file", "--batch", "--filters"];
        let mut command = program.command(if filters { &args } else { &args[..2] });
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|e| io::Error::other(not_started(&e).to_string()))?;
        let (questions, answers) = (child.stdin.take(), child.stdout.take());
        let answers = answers.ok_or_else(|| io::Error::other("git does not answer"))?;
        Ok(Self { child, questions, answers: BufReader::with_capacity(64 * 1024, answers) })
    }

    fn read(&mut self, id: Id, buffer: &mut Vec<u8>) -> io::Result<()> {
        let size = self.ask(id, &format!("{id}\n"))?;
        buffer.clear();
        // The line break that follows is not part of the blob.
        (&mut self.answers).take(size + 1).read_to_end(buffer)?;
        if buffer.len() as u64 != size + 1 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        buffer.pop();
        Ok(())
    }
}

impl Batch {
    /// Like [`Batch::read`], but reads the blob as the file that filters make of it. git tells only the size of
    /// the blob and not that of the filtered text. So it is also asked for an object that does not exist, and its
    /// answer to that ends the text. The name of that object is random, so no text contains it.
    fn read_through_filters(&mut self, id: Id, file: &str, buffer: &mut Vec<u8>) -> io::Result<()> {
        let none = format!("none-{:016x}", RandomState::new().hash_one(0));
        self.ask(id, &format!("{id} {file}\n{none}\n"))?;
        let end = format!("\n{none} missing\n");
        buffer.clear();
        while !buffer.ends_with(end.as_bytes()) {
            let more = self.answers.fill_buf()?;
            if more.is_empty() {
                return Err(io::Error::other("git cannot read it through its filter"));
            }
            buffer.extend_from_slice(more);
            let read = more.len();
            self.answers.consume(read);
            small(buffer.len() as u64)?;
        }
        buffer.truncate(buffer.len() - end.len());
        Ok(())
    }

    /// Asks for a blob. Returns its size in the repository.
    fn ask(&mut self, id: Id, question: &str) -> io::Result<u64> {
        let questions = self.questions.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        questions.write_all(question.as_bytes())?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        let missing = || io::Error::other(format!("the repository has no blob {id}"));
        let size = head.trim_end().strip_prefix(&format!("{id} blob ")).ok_or_else(missing)?;
        small(size.parse().map_err(|_| missing())?)
    }
}

/// Refuses a size that is too large for a span.
fn small(size: u64) -> io::Result<u64> {
    u32::try_from(size).map(u64::from).map_err(|_| io::Error::other("the file is larger than 4 GiB"))
}

impl Drop for Batch {
    fn drop(&mut self) {
        // The process ends when its input is closed.
        drop(self.questions.take());
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_endings_become_those_that_git_stores() {
        for (text, expected, changes) in
            [("a\r\nb\r\n", "a\nb\n", true), ("a\nb", "a\nb", false), ("\r\r\n\r", "\r\n\r", true)]
        {
            let mut bytes = text.as_bytes().to_vec();
            assert_eq!((without_cr(&mut bytes), bytes.as_slice()), (changes, expected.as_bytes()));
        }
    }
}
