//! Tests of the hooks of `.pre-commit-hooks.yaml` under the real pre-commit framework. Where that is not
//! installed, they are skipped with a notice; `.ci/run` installs it.
#![cfg(unix)]

use std::process::Command;

mod place;
mod repository;
use place::Ran;
use repository::Repo;

/// A repository whose commits go through the framework, or nothing where there is none.
struct Framework {
    repo: Repo,
    hooks: Repo,
}

impl Framework {
    #[expect(clippy::print_stderr, reason = "a test that skips says so")]
    fn new(vault: &'static str) -> Option<Self> {
        let framework = Self { repo: Repo::with(&[], vault), hooks: Repo::new() };
        let there = framework.command("pre-commit").arg("--version").output();
        if !there.is_ok_and(|output| output.status.success()) {
            eprintln!("skipped: pre-commit is not installed");
            return None;
        }
        // The hooks as they are published, but for the program: that of this build, in place of one that
        // the framework would have to compile.
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml");
        let manifest = std::fs::read_to_string(manifest).expect("it works");
        assert_eq!(manifest.matches("language: rust\n").count(), 2);
        let manifest = manifest.replace("language: rust\n", "language: system\n");
        framework.hooks.commit(&[(".pre-commit-hooks.yaml", &manifest)]);
        Some(framework)
    }

    /// What is run by or with the framework, which may itself be installed in the home of this machine.
    fn command(&self, program: &str) -> Command {
        let mut command = self.repo.command(program);
        if let Some(home) = std::env::var_os("HOME") {
            command.env("HOME", home);
        }
        command.env("PRE_COMMIT_HOME", self.repo.beside("home"));
        command
    }

    /// Installs the framework with these hooks of ours, and with a hook of the repository's own before
    /// them where one is given.
    fn install(&self, ids: &[&str], own: Option<&str>) {
        let revision = self.hooks.git(&["rev-parse", "HEAD"]);
        let mut config = "repos:\n".to_owned();
        if let Some(entry) = own {
            config += &format!(
                "- repo: local\n  hooks:\n  - id: own\n    name: own\n    language: system\n    entry: {entry}\n    pass_filenames: false\n    always_run: true\n"
            );
        }
        config += &format!("- repo: {}\n  rev: {}\n  hooks:\n", self.hooks.top.display(), revision.trim());
        for id in ids {
            config += &format!("  - id: {id}\n");
            if !self.repo.vault.is_empty() {
                config += &format!("    args: [--vault, {}]\n", self.repo.vault);
            }
        }
        std::fs::write(self.repo.top.join(".pre-commit-config.yaml"), config).expect("it works");
        let output = Ran::of(self.command("pre-commit").arg("install"));
        assert!(output.success(), "{}", output.text());
        self.repo.git(&["add", ".pre-commit-config.yaml"]);
        self.repo.git(&["commit", "--quiet", "--no-verify", "--message", "configured"]);
    }

    fn commit(&self, args: &[&str]) -> Ran {
        Ran::of(self.command("git").args(["commit", "--message", "x"]).args(args))
    }

    fn passes(&self, args: &[&str]) {
        let output = self.commit(args);
        assert!(output.success(), "{}", output.text());
    }

    fn refuses(&self, args: &[&str], why: &str) {
        let output = self.commit(args);
        assert!(!output.success() && output.text().contains(why), "{}", output.text());
    }
}

#[test]
fn commits_of_every_kind() {
    let Some(framework) = Framework::new("docs") else { return };
    let repo = &framework.repo;
    repo.commit(&[("a.md", "# A\n"), ("b.md", "# B\n\nSee [[old trouble]].\n")]);
    framework.install(&["portolan-check"], None);
    repo.stage(&[("a.md", "# A\n\n[[b]]\n")]);
    framework.passes(&[]);
    repo.stage(&[("a.md", "# A\n\n[[c]]\n")]);
    framework.refuses(&[], "link-unresolved");
    // Bad in the index, good on disk; then the reverse.
    repo.write("a.md", "# A\n");
    framework.refuses(&[], "link-unresolved");
    assert_eq!(repo.read("a.md"), "# A\n");
    repo.stage(&[("a.md", "# A\n\nfine\n")]);
    repo.write("a.md", "[[c]]\n");
    framework.passes(&[]);
    assert_eq!(repo.read("a.md"), "[[c]]\n");
    framework.refuses(&["--all"], "link-unresolved");
    framework.refuses(&["--", "docs/a.md"], "link-unresolved");
    repo.git(&["checkout", "--quiet", "docs/a.md"]);
    // A link to a note that is not added.
    repo.write("c.md", "# C\n");
    repo.write("a.md", "# A\n\n[[c]]\n");
    repo.git(&["add", "docs/a.md"]);
    framework.refuses(&[], "link-unresolved");
    repo.git(&["add", "docs/c.md"]);
    framework.passes(&[]);
    // A commit of a deletion alone, and of a rename alone.
    repo.git(&["rm", "--quiet", "docs/c.md"]);
    framework.refuses(&[], "link-unresolved");
    repo.git(&["reset", "--quiet", "--hard"]);
    repo.git(&["mv", "docs/c.md", "docs/d.md"]);
    framework.refuses(&[], "link-unresolved");
    repo.stage(&[("a.md", "# A\n\n[[d]]\n")]);
    framework.passes(&[]);
}

#[test]
fn a_hook_that_writes_notes_is_seen() {
    let Some(framework) = Framework::new("") else { return };
    let repo = &framework.repo;
    repo.commit(&[
        ("a.md", "# A\n"),
        ("portolan.toml", ""),
        ("gen.md", "# Generated\n"),
        ("gen.sh", "cp source gen.md\n"),
        ("source", "# Generated\n"),
    ]);
    framework.install(&["portolan-check"], Some("sh gen.sh"));
    repo.stage(&[("source", "# Generated\n\n[[nowhere]]\n")]);
    framework.refuses(&[], "files were modified by this hook");
    repo.git(&["add", "gen.md"]);
    framework.refuses(&[], "link-unresolved");
    repo.stage(&[("source", "# Generated\n\n[[a]]\n")]);
    framework.refuses(&[], "files were modified by this hook");
    repo.git(&["add", "gen.md"]);
    framework.passes(&[]);
}

#[test]
fn boards_are_written_and_named() {
    let Some(framework) = Framework::new("docs") else { return };
    let repo = &framework.repo;
    repo.commit(&[("Board.md", "# Board\n\n<!-- portolan:board integrations -->\n<!-- portolan:end -->\n")]);
    framework.install(&["portolan-sync", "portolan-check"], None);
    let note = "# Gate\n\n```json\n{ \"integration\": { \"name\": \"Orders\", \"type\": \"REST\", \"endpoint\": \"https://o.example\" } }\n```\n";
    repo.stage(&[("Gate.md", note)]);
    framework.refuses(&[], "Board.md: 1 board written");
    assert!(repo.read("Board.md").contains("Orders"));
    repo.git(&["add", "--all"]);
    framework.passes(&[]);
}

#[test]
fn its_own_hook_is_kept_and_given_back() {
    let Some(framework) = Framework::new("docs") else { return };
    let repo = &framework.repo;
    repo.commit(&[("a.md", "# A\n")]);
    framework.install(&["portolan-check"], Some("test ! -e stop"));
    let hook = repo.top.join(".git/hooks/pre-commit");
    let theirs = std::fs::read(&hook).unwrap();
    let output = repo.run(&["hook", "install"]);
    assert!(output.success() && output.text().contains(".pre-commit-config.yaml"), "{}", output.text());
    repo.stage(&[("a.md", "# A again\n")]);
    framework.passes(&[]);
    std::fs::write(repo.top.join("stop"), "").unwrap();
    framework.refuses(&["--allow-empty"], "own");
    assert!(repo.run(&["hook", "uninstall"]).success());
    assert_eq!(std::fs::read(&hook).unwrap(), theirs);
}
