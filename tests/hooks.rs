//! Tests of `portolan hook` on real repositories.
#![cfg(unix)]

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

mod place;
mod repository;
use place::{PORTOLAN, Ran};
use repository::Repo;

fn hook(repo: &Repo, command: &str) -> Ran {
    repo.run(&["hook", command])
}

fn run(repo: &Repo, command: &str) -> String {
    let output = hook(repo, command);
    assert!(output.success(), "{}", output.text());
    output.text()
}

fn pre_commit(repo: &Repo) -> PathBuf {
    repo.top.join(".git/hooks/pre-commit")
}

fn write_hook(path: &Path, content: &[u8], mode: u32) {
    std::fs::create_dir_all(path.parent().expect("it works")).expect("it works");
    std::fs::write(path, content).expect("it works");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("it works");
}

fn mode(path: &Path) -> u32 {
    path.metadata().expect("it works").permissions().mode() & 0o7777
}

fn commit(repo: &Repo, args: &[&str]) -> Ran {
    repo.try_git(&[&["commit", "--message", "x"], args].concat())
}

#[test]
fn settings_that_cannot_be_read_get_no_hook() {
    let repo = Repo::with(&[], "");
    repo.write("a.md", "# A\n");
    for (config, message) in [("none.toml", "none.toml"), ("broken.toml", "broken.toml:1:")] {
        repo.write("broken.toml", "exclude = 1\n");
        let ran = repo.run(&["hook", "install", "--merge-driver", "--config", config]);
        assert!(ran.status == 2 && ran.text().contains(message), "{}", ran.text());
        assert!(!pre_commit(&repo).exists() && !repo.top.join(".gitattributes").exists());
    }
}

#[test]
fn a_commit_that_makes_the_vault_worse_is_refused() {
    let repo = Repo::with(&[], "docs/it's a vault");
    repo.commit(&[("a.md", "# A\n"), ("b.md", "# B\n")]);
    assert_eq!(hook(&repo, "status").status, 1);
    run(&repo, "install");
    assert!(run(&repo, "status").contains("checks this vault"));
    repo.stage(&[("a.md", "# A\n\n[[b]]\n")]);
    assert!(commit(&repo, &[]).success(), "a good one");
    repo.stage(&[("a.md", "# A\n\n[[c]]\n")]);
    let output = commit(&repo, &[]);
    assert!(!output.success() && output.text().contains("link-unresolved"), "{}", output.text());
    // Partly staged, both ways.
    repo.write("a.md", "# A\n");
    assert!(!commit(&repo, &[]).success(), "bad in the index");
    repo.stage(&[("a.md", "# A\n\nStill.\n")]);
    repo.write("a.md", "[[c]]\n");
    assert!(commit(&repo, &[]).success(), "bad on disk alone");
    assert!(!commit(&repo, &["--all"]).success(), "now it is staged");
    repo.git(&["checkout", "--quiet", "."]);
    // A link to a note that nobody has added.
    repo.write("new.md", "# New\n");
    repo.write("b.md", "# B\n\n[[new]]\n");
    assert!(!commit(&repo, &["--all"]).success());
    repo.git(&["add", "--all"]);
    assert!(commit(&repo, &[]).success());
    // Nothing but a deletion; nothing but a rename.
    repo.git(&["rm", "--quiet", "docs/it's a vault/new.md"]);
    assert!(!commit(&repo, &[]).success());
    repo.git(&["reset", "--quiet", "--hard"]);
    repo.git(&["mv", "docs/it's a vault/new.md", "docs/it's a vault/newer.md"]);
    assert!(!commit(&repo, &[]).success());
    repo.stage(&[("b.md", "# B\n\n[[newer]]\n")]);
    assert!(commit(&repo, &[]).success());
    // From a folder below, and with paths.
    repo.write("a.md", "[[c]]\n");
    let mut below = repo.command("git");
    let below = Ran::of(below.current_dir(repo.root()).args(["commit", "-m", "x", "--", "a.md"]));
    assert!(!below.success());
    assert!(run(&repo, "uninstall").contains("removed"));
    assert!(!pre_commit(&repo).exists());
    assert!(commit(&repo, &["--all"]).success());
    assert!(run(&repo, "uninstall").contains("no portolan hook checks"), "once is enough");
}

/// Each branch is good, and what the merge makes of them is not: git asks another hook there, and tells it in
/// another way what is merged.
#[test]
fn a_merge_that_makes_the_vault_worse_is_refused() {
    let repo = Repo::with(&[], "docs");
    repo.commit(&[("a.md", "# A\n"), ("b.md", "# B\n"), ("c.md", "# C\n")]);
    run(&repo, "install");
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    repo.stage(&[("a.md", "# A\n\n[[b]]\n")]);
    assert!(commit(&repo, &[]).success(), "b is there");
    repo.git(&["checkout", "--quiet", "-b", "sloppy", "main"]);
    repo.stage(&[("c.md", "# C\n\n[[nowhere]]\n")]);
    assert!(commit(&repo, &["--no-verify"]).success());
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["rm", "--quiet", "docs/b.md"]);
    assert!(commit(&repo, &[]).success(), "nothing leads to b");

    let merged = repo.try_git(&["merge", "--no-edit", "sloppy"]);
    assert!(merged.success(), "findings that the other branch had stop the merge: {}", merged.text());
    let merged = repo.try_git(&["merge", "--no-edit", "other"]);
    let said = merged.text();
    assert!(!merged.success() && said.contains("no note or file `b` in the vault"), "{said}");
    assert!(!said.contains("nowhere"), "{said}");
    assert!(!commit(&repo, &[]).success(), "a commit without a repair succeeds");
    repo.stage(&[("a.md", "# A\n\n[[c]]\n")]);
    assert!(commit(&repo, &[]).success(), "mended");
    run(&repo, "uninstall");
    assert!(!repo.top.join(".git/hooks/pre-merge-commit").exists());
}

#[test]
fn a_hook_in_another_language_runs_first_and_comes_back() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n")]);
    let path = pre_commit(&repo);
    // One that generates a note, and fails where it is told to.
    let python = b"#!/usr/bin/env python3\nimport os, subprocess, sys\nopen('generated.md', 'w').write('# Generated\\n\\n[[' + open('target').read().strip() + ']]\\n')\nsubprocess.check_call(['git', 'add', 'generated.md'])\nsys.exit(3 if os.path.exists('stop') else 0)\n";
    write_hook(&path, python, 0o750);
    std::fs::write(repo.top.join("target"), "a").unwrap();
    let said = run(&repo, "install");
    assert!(said.contains("kept") && said.contains("runs first"), "{said}");
    assert_eq!(mode(&path), 0o755);
    repo.write("b.md", "# B\n");
    repo.git(&["add", "b.md"]);
    let output = commit(&repo, &[]);
    assert!(output.success(), "{}", output.text());
    assert!(repo.git(&["show", "--stat", "HEAD"]).contains("generated.md"), "what it generates is committed");
    // What it generates is judged too.
    std::fs::write(repo.top.join("target"), "nowhere").unwrap();
    repo.write("b.md", "# B again\n");
    repo.git(&["add", "b.md"]);
    let output = commit(&repo, &[]);
    assert!(!output.success() && output.text().contains("generated.md"), "{}", output.text());
    // Where it says no, that is that.
    std::fs::write(repo.top.join("target"), "a").unwrap();
    std::fs::write(repo.top.join("stop"), "").unwrap();
    let output = commit(&repo, &[]);
    assert!(!output.success() && !output.text().contains("no new findings"), "{}", output.text());
    // To install twice changes nothing; what comes back is what was there.
    let ours = std::fs::read(&path).unwrap();
    run(&repo, "install");
    assert_eq!(std::fs::read(&path).unwrap(), ours);
    run(&repo, "uninstall");
    assert_eq!((std::fs::read(&path).unwrap().as_slice(), mode(&path)), (&python[..], 0o750));
    let left: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().flatten().collect();
    assert!(left.iter().all(|e| !e.file_name().to_string_lossy().contains("portolan")), "{left:?}");
}

#[test]
fn links_programs_and_hooks_that_are_switched_off_are_kept_as_they_are() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n")]);
    let path = pre_commit(&repo);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    write_hook(&repo.top.join("tools/hook.sh"), b"#!/bin/sh\necho from the link >&2\n", 0o755);
    symlink("../../tools/hook.sh", &path).unwrap();
    run(&repo, "install");
    let output = commit(&repo, &["--allow-empty"]);
    assert!(output.success() && output.text().contains("from the link"), "{}", output.text());
    run(&repo, "uninstall");
    assert_eq!(std::fs::read_link(&path).unwrap(), Path::new("../../tools/hook.sh"));
    std::fs::remove_file(&path).unwrap();
    // A program, not a text.
    let program = std::fs::read("/bin/false").unwrap();
    write_hook(&path, &program, 0o711);
    run(&repo, "install");
    assert!(!commit(&repo, &["--allow-empty"]).success());
    run(&repo, "uninstall");
    assert_eq!((std::fs::read(&path).unwrap() == program, mode(&path)), (true, 0o711));
    // git does not run what is not executable, and neither do we.
    write_hook(&path, b"#!/bin/sh\nexit 1\n", 0o644);
    let not_run = "does not run: it is not executable";
    assert!(run(&repo, "install").contains(not_run) && run(&repo, "status").contains(not_run));
    assert!(commit(&repo, &["--allow-empty"]).success());
    run(&repo, "uninstall");
    assert_eq!(mode(&path), 0o644);
}

#[test]
fn nothing_of_anybody_else_is_overwritten() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n")]);
    let path = pre_commit(&repo);
    run(&repo, "install");
    let edited = std::fs::read_to_string(&path).unwrap() + "make lint\n";
    std::fs::write(&path, &edited).unwrap();
    for command in ["install", "uninstall"] {
        let output = hook(&repo, command);
        assert_eq!(output.status, 2, "{}", output.text());
        assert!(output.text().contains("edited by hand"));
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), edited);
    // Somebody has put a hook over ours, and the one before that is still kept.
    std::fs::write(&path, "#!/bin/sh\n").unwrap();
    let kept = path.with_file_name("pre-commit.portolan-kept");
    std::fs::write(&kept, "#!/bin/sh\n# the first\n").unwrap();
    let output = hook(&repo, "install");
    assert_eq!(output.status, 2, "{}", output.text());
    run(&repo, "uninstall");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "#!/bin/sh\n");
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), "#!/bin/sh\n# the first\n");
}

#[test]
fn hooks_lie_where_git_looks_for_them() {
    let repo = Repo::with(&[], "docs");
    repo.commit(&[("a.md", "# A\n")]);
    repo.git(&["config", "core.hooksPath", ".githooks"]);
    let mut command = repo.command(PORTOLAN);
    let output = Ran::of(command.current_dir(repo.root()).args(["--vault", ".", "hook", "install"]));
    assert!(output.success(), "{}", output.text());
    assert!(repo.top.join(".githooks/pre-commit").exists() && !pre_commit(&repo).exists());
    repo.write("a.md", "[[nowhere]]\n");
    assert!(!commit(&repo, &["--all"]).success());
    run(&repo, "uninstall");
    repo.git(&["config", "--unset", "core.hooksPath"]);
    // A linked working tree has the hooks of the repository.
    repo.git(&["checkout", "--quiet", "."]);
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "--quiet", linked.to_str().unwrap()]);
    let inside =
        |program: &str, args: &[&str]| Ran::of(repo.command(program).current_dir(&linked).args(args));
    let output = inside(PORTOLAN, &["--vault", "docs", "hook", "install"]);
    assert!(output.success() && pre_commit(&repo).exists(), "{}", output.text());
    std::fs::write(linked.join("docs/a.md"), "[[nowhere]]\n").unwrap();
    assert!(!inside("git", &["commit", "--message", "x", "--all"]).success());
    // A branch without the vault is left alone, and one where it is not checked out is not.
    std::fs::write(linked.join("docs/a.md"), "# A\n").unwrap();
    inside("git", &["checkout", "--quiet", "--orphan", "empty"]);
    inside("git", &["rm", "--quiet", "-rf", "."]);
    let output = inside("git", &["commit", "--message", "x", "--allow-empty"]);
    assert!(output.success(), "{}", output.text());
    // Hooks of every repository of a user are nobody's to change.
    repo.git(&["config", "--global", "core.hooksPath", "/somewhere/hooks"]);
    let output = hook(&repo, "install");
    assert_eq!(output.status, 2);
    assert!(output.text().contains("every repository"), "{}", output.text());
}

#[test]
fn several_vaults_of_a_repository_share_the_hook() {
    let repo = Repo::with(&[], "docs");
    repo.commit(&[("a.md", "# A\n")]);
    let other = |args: &[&str]| {
        let output = Ran::of(repo.command(PORTOLAN).args(["--vault", "more"]).args(args));
        assert!(output.success(), "{}", output.text());
        output.text()
    };
    std::fs::create_dir(repo.top.join("more")).unwrap();
    std::fs::write(repo.top.join("more/b.md"), "# B\n").unwrap();
    repo.commit(&[]);
    run(&repo, "install");
    std::fs::write(repo.top.join("docs/strict.toml"), "").unwrap();
    other(&["hook", "install", "--config", "docs/strict.toml"]);
    let script = std::fs::read_to_string(pre_commit(&repo)).unwrap();
    assert!(
        script.contains("judge './docs' ||")
            && script.contains("judge './more' --config './docs/strict.toml' ||")
    );
    std::fs::write(repo.top.join("more/b.md"), "[[nowhere]]\n").unwrap();
    assert!(!commit(&repo, &["--all"]).success());
    assert!(other(&["hook", "uninstall"]).contains("stays"));
    assert!(commit(&repo, &["--all"]).success());
    run(&repo, "uninstall");
    assert!(!pre_commit(&repo).exists());
}

#[test]
fn programs_that_write_hooks_themselves_are_named() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n")]);
    repo.git(&["config", "core.hooksPath", ".husky/_"]);
    let husky = repo.top.join(".husky/_/pre-commit");
    write_hook(&husky, b"#!/usr/bin/env sh\n. \"${0%/*}/h\"\n", 0o755);
    let output = hook(&repo, "install");
    assert_eq!(output.status, 2, "its hooks go by their names");
    let told = "to `.husky/pre-commit` and `.husky/pre-merge-commit`";
    assert!(output.text().contains(told), "{}", output.text());
    repo.git(&["config", "--unset", "core.hooksPath"]);
    write_hook(&pre_commit(&repo), b"#!/bin/sh\n# lefthook\nexit 0\n", 0o755);
    assert!(run(&repo, "install").contains("lefthook.yml"));
}

#[test]
fn programs_that_write_hooks_themselves_are_told_which_vault() {
    for (folder, expected) in [
        ("", "the line `portolan check --staged` to"),
        ("docs", "the line `portolan --vault docs check --staged` to"),
        ("the docs", "the line `portolan --vault 'the docs' check --staged` to"),
    ] {
        let repo = Repo::with(&[], folder);
        repo.commit(&[("a.md", "# A\n")]);
        repo.git(&["config", "core.hooksPath", ".husky"]);
        write_hook(&repo.top.join(".husky/pre-commit"), b"npm test\n", 0o755);
        let output = hook(&repo, "install");
        assert!(output.text().contains(expected), "{}", output.text());
    }
}

#[test]
fn no_program_is_no_way_around() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n")]);
    run(&repo, "install");
    let path = pre_commit(&repo);
    let script = std::fs::read_to_string(&path).unwrap();
    assert!(script.contains(PORTOLAN), "the program that installed it is known");
    let mut command = repo.command("git");
    command.env("PATH", "/usr/bin:/bin").args(["commit", "--allow-empty", "--message", "x"]);
    let output = Ran::of(&mut command);
    assert!(output.success() && output.text().contains("no new findings"), "{}", output.text());
    std::fs::write(&path, script.replace(PORTOLAN, "/nowhere/portolan")).unwrap();
    let output = Ran::of(&mut command);
    assert!(!output.success());
    assert!(
        output.text().contains("portolan is not installed, so the vault ./ cannot be checked"),
        "{}",
        output.text()
    );
}

/// Everybody who works on a repository has the hooks in its working tree.
#[test]
fn shared_hooks_name_no_program_of_one_person() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n")]);
    repo.git(&["config", "core.hooksPath", ".githooks"]);
    run(&repo, "install");
    let script = std::fs::read_to_string(repo.top.join(".githooks/pre-commit")).unwrap();
    assert!(script.contains("|| portolan='portolan'\n"), "{script}");
}

#[test]
fn a_vault_that_has_moved_is_told() {
    let repo = Repo::with(&[], "docs");
    repo.commit(&[("a.md", "# A\n")]);
    run(&repo, "install");
    repo.git(&["mv", "docs", "wiki"]);
    let output = commit(&repo, &[]);
    assert!(output.success(), "{}", output.text());
    assert!(output.text().contains("the vault ./docs is gone and nothing is checked"), "{}", output.text());
    let output = commit(&repo, &["--allow-empty"]);
    assert!(!output.text().contains("gone"), "{}", output.text());
}

/// Other programs move the hook aside under a longer name; what it has kept still runs.
#[test]
fn a_hook_that_is_called_by_another_name_runs_what_it_keeps() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n")]);
    write_hook(&pre_commit(&repo), b"#!/bin/sh\necho own\nexit 1\n", 0o755);
    run(&repo, "install");
    for name in ["pre-commit.legacy", "pre-commit.old"] {
        let moved = pre_commit(&repo).with_file_name(name);
        std::fs::rename(pre_commit(&repo), &moved).unwrap();
        let call = format!("#!/bin/sh\nexec .git/hooks/{name}\n");
        write_hook(&pre_commit(&repo), call.as_bytes(), 0o755);
        let output = commit(&repo, &["--allow-empty"]);
        assert!(!output.success() && output.text().contains("own"), "{}", output.text());
        std::fs::rename(&moved, pre_commit(&repo)).unwrap();
    }
}

#[test]
fn a_hook_that_git_does_not_run_is_none() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n")]);
    run(&repo, "install");
    std::fs::set_permissions(pre_commit(&repo), std::fs::Permissions::from_mode(0o644)).unwrap();
    let output = hook(&repo, "status");
    assert_eq!(output.status, 1);
    assert!(
        output.text().contains("not executable") && output.text().contains("chmod +x"),
        "{}",
        output.text()
    );
    for path in ["", "/dev/null"] {
        repo.git(&["config", "core.hooksPath", path]);
        for command in ["install", "status"] {
            let output = hook(&repo, command);
            assert_eq!(output.status, 2);
            assert!(output.text().contains("git runs no hooks"), "{}", output.text());
        }
        assert!(!repo.top.join("pre-commit").exists());
    }
}

/// The driver needs no hook, and a hook of somebody else may run the check.
#[test]
fn what_other_programs_run_counts_too() {
    let repo = Repo::with(&[], "docs");
    repo.commit(&[("a.md", "# A\n")]);
    repo.git(&["config", "core.hooksPath", ".husky"]);
    for name in ["pre-commit", "pre-merge-commit"] {
        let line = b"npm test\nportolan --vault docs check --staged\n";
        write_hook(&repo.top.join(".husky").join(name), line, 0o755);
    }
    let output = repo.run(&["hook", "install", "--merge-driver"]);
    assert_eq!(output.status, 2, "{}", output.text());
    assert!(output.text().contains("registered the merge driver"), "{}", output.text());
    let output = hook(&repo, "status");
    assert_eq!(output.status, 0, "{}", output.text());
    assert!(output.text().contains("which runs portolan"), "{}", output.text());
    for (line, counts) in [
        ("/usr/local/bin/portolan -q --vault docs check --staged", true),
        ("# TODO: portolan --vault docs check --staged", false),
        ("portolan --vault other check --staged", false),
        ("portolan --vault docs2 check --staged", false),
        ("portolan check --staged", false),
        ("portolan --vault=./docs/ check --staged", true),
        ("portolan check --staged --vault \"docs\"; npm test", true),
        ("portolan --vault more check --staged && portolan --vault docs check --staged", true),
    ] {
        for name in ["pre-commit", "pre-merge-commit"] {
            write_hook(&repo.top.join(".husky").join(name), format!("#!/bin/sh\n{line}\n").as_bytes(), 0o755);
        }
        assert_eq!(hook(&repo, "status").success(), counts, "{line}");
    }
    let root = Repo::new();
    root.commit(&[("a.md", "# A\n")]);
    root.git(&["config", "core.hooksPath", ".husky"]);
    for (line, counts) in [
        ("portolan check --staged", true),
        ("portolan --vault . check --staged", true),
        ("portolan --vault docs check --staged", false),
    ] {
        for name in ["pre-commit", "pre-merge-commit"] {
            write_hook(&root.top.join(".husky").join(name), format!("#!/bin/sh\n{line}\n").as_bytes(), 0o755);
        }
        assert_eq!(hook(&root, "status").success(), counts, "{line}");
    }
    // Nor is a hook asked for where it is taken back.
    repo.git(&["config", "core.hooksPath", "/dev/null"]);
    let output = hook(&repo, "uninstall");
    assert_eq!(output.status, 2, "{}", output.text());
    assert!(output.text().contains("removed the merge driver"), "{}", output.text());
}

/// What portolan has advised is known for what it is.
#[test]
fn what_other_programs_are_told_to_run_counts_too() {
    let repo = Repo::with(&[], "docs");
    repo.commit(&[("a.md", "# A\n")]);
    let names = ["pre-commit", "pre-merge-commit"];
    let status = |says: &str| {
        let output = hook(&repo, "status");
        assert!(output.text().contains(says), "{says}: {}", output.text());
        output.status
    };
    // The hooks of husky 9 call those of people, which lie beside them.
    repo.git(&["config", "core.hooksPath", ".husky/_"]);
    for name in names {
        write_hook(&repo.top.join(".husky/_").join(name), b"#!/usr/bin/env sh\n. \"${0%/*}/h\"\n", 0o755);
    }
    assert_eq!(status("a hook that is not portolan's\n"), 1);
    for name in names {
        write_hook(&repo.top.join(".husky").join(name), b"portolan --vault docs check --staged\n", 0o644);
    }
    assert_eq!(status("which runs portolan"), 0);
    repo.git(&["config", "--unset", "core.hooksPath"]);
    for name in names {
        let path = pre_commit(&repo).with_file_name(name);
        write_hook(&path, b"#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\n", 0o755);
    }
    let told = |hook: &str| {
        let text = format!("repos:\n  - repo: x\n    hooks:\n{hook}      - id: other\n");
        std::fs::write(repo.top.join(".pre-commit-config.yaml"), text).expect("it works");
    };
    for hook in [
        "      - id: portolan-check\n        args: [--vault, docs]\n",
        "      - id: portolan-check\n        args:\n          - --vault\n          - './docs/'\n",
        "      - id: mine\n        entry: portolan --vault docs check --staged\n",
    ] {
        told(hook);
        assert_eq!(status("which runs portolan"), 0, "{hook}");
    }
    for hook in [
        "",
        "      # - id: portolan-check\n      #   args: [--vault, docs]\n",
        "      - id: portolan-check\n",
        "      - id: portolan-check\n        args: [--vault, more]\n",
        "      - id: portolan-sync\n        args: [--vault, docs]\n",
    ] {
        told(hook);
        assert_eq!(status("whether that runs portolan cannot be told"), 1, "{hook}");
    }
}

#[test]
fn a_vault_that_is_gone_can_be_taken_out_of_the_hook() {
    let repo = Repo::with(&[], "v1");
    repo.commit(&[("a.md", "# A\n")]);
    std::fs::create_dir(repo.top.join("v2")).expect("it works");
    run(&repo, "install");
    let mut command = repo.command(PORTOLAN);
    assert!(command.args(["--vault", "v2", "hook", "install"]).status().expect("it runs").success());
    std::fs::remove_dir_all(repo.root()).expect("it works");
    assert!(run(&repo, "uninstall").contains("stays, for the other vaults"));
    let script = std::fs::read_to_string(pre_commit(&repo)).expect("it is there");
    assert!(!script.contains("v1") && script.contains("judge './v2' ||"), "{script}");
    // Where two vaults are named in one line, none could be.
    let repo = Repo::with(&[], "a\nb");
    repo.commit(&[("a.md", "# A\n")]);
    let output = hook(&repo, "install");
    assert!(output.status == 2 && output.text().contains("line break"), "{}", output.text());
    assert!(!pre_commit(&repo).exists());
}
