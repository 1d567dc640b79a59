//! Tests of vaults that are read from git, in real repositories.

use std::collections::BTreeMap;

use portolan::vault::Unread;
use portolan::vault::git::{Repository, Snapshot};
use portolan::vault::source::{Key, Source as _};

mod place;
mod repository;
use repository::Repo;

/// The files of a snapshot with their texts.
fn files(snapshot: &Snapshot) -> BTreeMap<String, String> {
    let mut buffer = Vec::new();
    let listing = snapshot.list().expect("a listing");
    let mut files = BTreeMap::new();
    for file in listing.files {
        let text = match snapshot.read(&file.path, &mut buffer) {
            Ok(_) => String::from_utf8_lossy(&buffer).into_owned(),
            Err(error) => format!("({error})"),
        };
        assert!(!file.readable || matches!(file.key, Key::Blob(_)), "{}", file.path);
        files.insert(file.path, text);
    }
    files
}

fn index(repo: &Repo) -> BTreeMap<String, String> {
    files(&Repository::around(&repo.root()).expect("a repository").index().expect("an index"))
}

fn expect(found: &BTreeMap<String, String>, expected: &[(&str, &str)]) {
    let found: Vec<(&str, &str)> = found.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_index_is_what_was_staged_and_nothing_else() {
    let repo = Repo::new();
    repo.stage(&[("a.md", "staged\n"), ("sub/b.md", "b\n"), (".obsidian/app.json", "{}"), ("empty.md", "")]);
    repo.write("a.md", "changed since\n");
    repo.write("new.md", "not staged\n");
    repo.write("meant.md", "meant to be added\n");
    repo.git(&["add", "--intent-to-add", "meant.md"]);
    let before = std::fs::read(repo.top.join(".git/index")).unwrap();
    expect(&index(&repo), &[("a.md", "staged\n"), ("empty.md", ""), ("sub/b.md", "b\n")]);
    let repository = Repository::around(&repo.root()).unwrap();
    assert!(repository.parents().is_empty(), "there is no commit yet");
    let snapshot = repository.index().unwrap();
    assert_eq!(snapshot.setting(".obsidian/app.json").as_deref(), Some("{}"));
    assert_eq!(std::fs::read(repo.top.join(".git/index")).unwrap(), before);
}

#[test]
fn a_vault_in_a_folder_has_its_own_paths() {
    let repo = Repo::with(&[], "docs/the vault [1]");
    repo.commit(&[("a.md", "a\n"), ("x/b.md", "b\n")]);
    std::fs::write(repo.top.join("outside.md"), "no note\n").unwrap();
    std::fs::create_dir_all(repo.top.join("docs/the vault 1")).unwrap();
    std::fs::write(repo.top.join("docs/the vault 1/c.md"), "another folder\n").unwrap();
    repo.git(&["add", "--all"]);
    repo.git(&["mv", "docs/the vault [1]/a.md", "docs/the vault [1]/renamed.md"]);
    expect(&index(&repo), &[("renamed.md", "a\n"), ("x/b.md", "b\n")]);
    let repository = Repository::around(&repo.root()).unwrap();
    let head = repository.revision("HEAD").unwrap();
    expect(&files(&repository.tree(head).unwrap()), &[("a.md", "a\n"), ("x/b.md", "b\n")]);
    repo.git(&["commit", "--quiet", "--message", "renamed"]);
    assert_eq!(repository.revision("HEAD~1").unwrap(), head);
    assert!(repository.revision("nowhere").unwrap_err().to_string().contains("has no revision `nowhere`"));
    assert!(repository.revision("--all").is_err());
}

#[test]
fn what_is_not_checked_out_is_in_the_index_all_the_same() {
    for sparse_index in ["--sparse-index", "--no-sparse-index"] {
        let repo = Repo::with(&[], "docs");
        repo.commit(&[("a/x.md", "x\n"), ("b/c/y.md", "y\n")]);
        std::fs::create_dir(repo.top.join("code")).unwrap();
        std::fs::write(repo.top.join("code/main.c"), "int main;\n").unwrap();
        repo.commit(&[]);
        repo.git(&["sparse-checkout", "set", "--cone", sparse_index, "docs/a"]);
        assert!(!repo.root().join("b").exists());
        let before = std::fs::read(repo.top.join(".git/index")).unwrap();
        expect(&index(&repo), &[("a/x.md", "x\n"), ("b/c/y.md", "y\n")]);
        assert_eq!(std::fs::read(repo.top.join(".git/index")).unwrap(), before);
        repo.git(&["sparse-checkout", "set", "--cone", sparse_index, "code"]);
        assert!(!repo.root().exists(), "not even the folder of the vault");
        expect(&index(&repo), &[("a/x.md", "x\n"), ("b/c/y.md", "y\n")]);
    }
}

#[test]
fn repositories_of_sha_256_and_with_split_indexes() {
    let repo = Repo::with(&["--object-format=sha256"], "");
    repo.commit(&[("a.md", "a\n"), ("b.md", "b\n")]);
    repo.stage(&[("a.md", "staged\n")]);
    repo.write("a.md", "on disk\n");
    repo.git(&["update-index", "--split-index", "--untracked-cache"]);
    expect(&index(&repo), &[("a.md", "staged\n"), ("b.md", "b\n")]);
    let repository = Repository::around(&repo.root()).unwrap();
    let head = repository.revision("HEAD").unwrap();
    expect(&files(&repository.tree(head).unwrap()), &[("a.md", "a\n"), ("b.md", "b\n")]);
}

#[test]
fn a_linked_working_tree_has_its_own_index() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "a\n")]);
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "--quiet", linked.to_str().unwrap()]);
    std::fs::write(linked.join("b.md"), "b\n").unwrap();
    repo.git(&["-C", linked.to_str().unwrap(), "add", "b.md"]);
    expect(&index(&repo), &[("a.md", "a\n")]);
    let other = Repository::around(&linked).unwrap();
    expect(&files(&other.index().unwrap()), &[("a.md", "a\n"), ("b.md", "b\n")]);
}

#[test]
fn a_submodule_is_what_its_commit_has() {
    let library = Repo::new();
    library.commit(&[("Shared.md", "first\n")]);
    let repo = Repo::with(&[], "docs");
    repo.commit(&[("a.md", "a\n")]);
    repo.git(&["submodule", "--quiet", "add", library.top.to_str().unwrap(), "docs/lib"]);
    repo.write("lib/Shared.md", "not committed there\n");
    repo.write("lib/New.md", "neither\n");
    expect(&index(&repo), &[("a.md", "a\n"), ("lib/Shared.md", "first\n")]);
    // The repository of a vault in a submodule is the submodule.
    let inner = Repository::around(&repo.root().join("lib")).unwrap();
    assert_eq!(inner.prefix(), "");
    expect(&files(&inner.index().unwrap()), &[("Shared.md", "first\n")]);
    // A clone without the submodule has an empty folder there.
    let clone = repo.beside("clone");
    repo.git(&["commit", "--quiet", "--message", "with a submodule"]);
    repo.git(&["clone", "--quiet", repo.top.to_str().unwrap(), clone.to_str().unwrap()]);
    let clone = Repository::around(&clone.join("docs")).unwrap();
    expect(&files(&clone.index().unwrap()), &[("a.md", "a\n")]);
}

#[test]
fn line_ends_and_filters_are_those_of_the_blob() {
    let repo = Repo::new();
    repo.commit(&[("crlf.md", "a\r\nb\r\n"), ("same.md", "c\n"), (".gitattributes", "")]);
    std::fs::write(repo.top.join(".gitattributes"), "*.md text eol=crlf\nsecret.md filter=rot\n").unwrap();
    repo.git(&["config", "filter.rot.clean", "tr a-z n-za-m"]);
    repo.git(&["config", "filter.rot.smudge", "tr a-z n-za-m"]);
    repo.stage(&[("crlf.md", "a\r\nb\r\n"), ("secret.md", "hello\r\n")]);
    repo.git(&["add", "--renormalize", "."]);
    assert_eq!(std::fs::read_to_string(repo.top.join("crlf.md")).unwrap(), "a\r\nb\r\n");
    expect(&index(&repo), &[("crlf.md", "a\nb\n"), ("same.md", "c\n"), ("secret.md", "uryyb\n")]);
}

#[test]
fn an_unmerged_index_is_an_error_with_its_paths() {
    let repo = Repo::new();
    repo.commit(&[("a b.md", "1\n"), ("c.md", "1\n")]);
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    repo.commit(&[("a b.md", "2\n")]);
    repo.git(&["checkout", "--quiet", "main"]);
    repo.commit(&[("a b.md", "3\n")]);
    assert!(!repo.try_git(&["merge", "other"]).success());
    let error = Repository::around(&repo.root()).unwrap().index().unwrap_err();
    assert_eq!(error.to_string(), "the index has merge conflicts: `a b.md`");
    assert!(error.hint().unwrap().contains("git add"));
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_followed_within_the_vault_only() {
    use std::os::unix::fs::symlink;
    let repo = Repo::with(&[], "docs");
    std::fs::create_dir(repo.beside("pictures")).unwrap();
    std::fs::write(repo.beside("pictures/plan.png"), "").unwrap();
    std::fs::write(repo.beside("private.md"), "nobody's business\n").unwrap();
    repo.write("a/one.md", "one\n");
    repo.write(".hidden/two.md", "two\n");
    for (target, link) in [
        ("a/one.md", "link.md"),
        ("link.md", "twice.md"),
        ("ring.md", "ring.md"),
        ("missing.md", "dangling.md"),
        ("missing.png", "dangling.png"),
        ("../../missing.md", "nowhere.md"),
        ("a", "folder"),
        ("a", "folder.md"),
        (".", "itself.md"),
        (".hidden/two.md", "shown.md"),
        ("../../private.md", "out.md"),
        ("../../pictures", "pictures"),
    ] {
        symlink(target, repo.root().join(link)).unwrap();
    }
    repo.git(&["add", "--all"]);
    let unread = "(it is a link to what is not read by its name)";
    let expected = [
        ("a/one.md", "one\n"),
        // It is there under its own name.
        ("link.md", unread),
        ("out.md", unread),
        ("pictures/plan.png", unread),
        ("shown.md", "two\n"),
        ("twice.md", unread),
    ];
    expect(&index(&repo), &expected);
    // The names are those of a walk over the folder.
    let walked = portolan::vault::files::list(&repo.root(), false).unwrap();
    // So is what only seems to be a note, and why: but for the ring, which the system knows for one.
    let listed = Repository::around(&repo.root()).unwrap().index().unwrap().list().unwrap().unreadable;
    assert_eq!(listed[..2], walked.unreadable[..2]);
    let paths = |unread: &[Unread]| unread.iter().map(|one| one.path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(&listed), ["dangling.md", "nowhere.md", "ring.md"]);
    assert_eq!(paths(&listed), paths(&walked.unreadable));
    let walked: Vec<(&str, bool)> =
        walked.files.iter().map(|file| (file.path.as_str(), file.readable)).collect();
    assert_eq!(walked, expected.map(|(path, text)| (path, text != unread)));
}

#[test]
fn outside_of_any_repository_is_an_error() {
    let error = Repository::around(place::Place::new(&[]).dir()).unwrap_err();
    assert_eq!(error.to_string(), "the vault is not in a git repository");
}
