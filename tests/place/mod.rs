//! A vault in a temporary folder for tests, and ways to run programs in it.
//!
//! A test program that needs more adds it in an `impl Place`.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The program that is tested.
pub(crate) const PORTOLAN: &str = env!("CARGO_BIN_EXE_portolan");

/// How variables begin that tell programs where things are and how they have to look.
const TELLING: [&str; 6] = ["CLICOLOR", "COLUMNS", "GIT_", "NO_COLOR", "PRE_COMMIT", "XDG_"];

/// A vault, and beside it all that a user has elsewhere: a home, caches and settings. It goes with its value.
pub(crate) struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    /// A vault of Obsidian with these files in it.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let place = Self::bare(files);
        std::fs::create_dir_all(place.path(".obsidian")).expect("a folder");
        place
    }

    /// The same where nothing says yet that it is a vault.
    pub(crate) fn bare(files: &[(&str, &str)]) -> Self {
        let place = Self { dir: tempfile::tempdir().expect("a temporary folder") };
        std::fs::create_dir_all(place.vault()).expect("a folder");
        for (path, text) in files {
            place.write(path, text);
        }
        place
    }

    /// A copy of a vault, of this repository where its path is relative.
    pub(crate) fn copy_of(vault: impl AsRef<Path>) -> Self {
        let place = Self::new(&[]);
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(vault), &place.vault());
        place
    }

    /// The folder that all of it lies in.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The folder of the vault.
    pub(crate) fn vault(&self) -> PathBuf {
        self.beside("vault")
    }

    /// A path in the vault.
    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.vault().join(path)
    }

    /// A path beside the vault, in what belongs to nobody else. `cache` is where caches are.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.dir().join(name)
    }

    /// The files that portolan keeps in its own folder under this ending.
    pub(crate) fn kept_as(&self, ending: &str) -> Vec<PathBuf> {
        // Who has kept nothing has no folder.
        let own = self.beside("cache/portolan").read_dir().into_iter().flatten();
        let own = own.map(|entry| entry.expect("an entry").path());
        own.filter(|path| path.extension().is_some_and(|end| end == ending)).collect()
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).expect("a file of text")
    }

    /// Writes a file of the vault, in a folder that need not be there yet.
    pub(crate) fn write(&self, path: &str, text: &str) {
        write(&self.path(path), text);
    }

    /// Puts something in the place of a text that is there.
    pub(crate) fn edit(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "no {old:?} in {path}: {text}");
        self.write(path, &text.replace(old, new));
    }

    /// Every file of the vault with its text, hidden ones too, but for those of git.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let vault = self.vault();
        let walk = walkdir::WalkDir::new(&vault).into_iter().filter_entry(|e| e.file_name() != ".git");
        let files = walk.map(|entry| entry.expect("an entry")).filter(|entry| entry.file_type().is_file());
        files
            .map(|file| {
                let path = file.path().strip_prefix(&vault).expect("it is below").to_string_lossy();
                let bytes = std::fs::read(file.path()).expect("a file");
                (path.replace('\\', "/"), String::from_utf8_lossy(&bytes).into_owned())
            })
            .collect()
    }

    /// The same of a vault without folders but that of Obsidian: any other is a failure.
    pub(crate) fn flat(&self) -> Vec<(String, String)> {
        let entries =
            std::fs::read_dir(self.vault()).expect("a folder").map(|entry| entry.expect("an entry"));
        let found = entries.filter(|entry| entry.file_name() != ".obsidian").map(|entry| {
            let name = entry.file_name().into_string().expect("a name");
            (name, std::fs::read_to_string(entry.path()).expect("a file of text"))
        });
        let mut found: Vec<_> = found.collect();
        found.sort();
        found
    }

    /// A program in the folder of the vault. Nothing of this machine gets into its environment but what it needs to
    /// run, and what it is called by: portolan is found, and git knows who commits.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if TELLING.iter().any(|telling| name.to_string_lossy().starts_with(telling)) {
                command.env_remove(name);
            }
        }
        let binaries = Path::new(PORTOLAN).parent().expect("a folder").to_path_buf();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(binaries).chain(std::env::split_paths(&path));
        command
            .current_dir(self.vault())
            .stdin(Stdio::null())
            .env("PATH", std::env::join_paths(paths).expect("a search path"))
            .env("HOME", self.beside("home"))
            .env("XDG_CACHE_HOME", self.beside("cache"))
            .env("XDG_CONFIG_HOME", self.beside("config"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", self.beside("gitconfig"));
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Ruth Delgado");
            command.env(format!("GIT_{who}_EMAIL"), "ruth@example.org");
        }
        command
    }

    /// Portolan in the folder of the vault.
    pub(crate) fn portolan(&self, args: &[&str]) -> Command {
        let mut command = self.command(PORTOLAN);
        command.args(args);
        command
    }

    /// Runs portolan to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::of(&mut self.portolan(args))
    }

    /// The same: how it ended, and all that was said.
    pub(crate) fn said(&self, args: &[&str]) -> (i32, String) {
        let ran = self.run(args);
        (ran.status, ran.text())
    }

    /// Runs a line of the shell on a terminal of its own, answers typed in; `None` where there is no `script` to make one with.
    #[cfg(target_os = "linux")]
    pub(crate) fn on_a_terminal(&self, line: &str, answers: &str) -> Option<Ran> {
        use std::io::Write as _;
        let mut command = self.command("script");
        command.args(["--quiet", "--return", "--command", line, "/dev/null"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let mut typed = child.stdin.take().expect("its input");
        typed.write_all(answers.as_bytes()).expect("it reads");
        let ran = child.wait_with_output().expect("it ends").into();
        drop(typed);
        Some(ran)
    }

    /// Runs git, which may fail.
    pub(crate) fn try_git(&self, args: &[&str]) -> Ran {
        Ran::of(self.command("git").args(args))
    }

    /// Runs git, which must not fail, and gives what it prints.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        let ran = self.try_git(args);
        assert_eq!(ran.status, 0, "git {args:?}: {}", ran.text());
        ran.out
    }
}

/// What a program has said, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit status.
    pub(crate) status: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Ran {
    /// Runs a command to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        command.output().expect("it runs").into()
    }

    /// Whether it ended well.
    pub(crate) fn success(&self) -> bool {
        self.status == 0
    }

    /// All that was said.
    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// The document that was printed.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).expect("JSON")
    }
}

/// No signal may have ended it.
impl From<Output> for Ran {
    fn from(Output { status, stdout, stderr }: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Self { status: status.code().expect("an exit status"), out: text(stdout), err: text(stderr) }
    }
}

/// Writes a file, in a folder that need not be there yet.
pub(crate) fn write(path: &Path, text: impl AsRef<[u8]>) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

/// Copies a folder with all that it holds.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}
