//! Tests of the structure of the sources: modules import only from lower floors, parsers and the disk are named in
//! one place each, and the README matches the program.

use std::path::{Path, PathBuf};

fn source_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            source_files(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// Every source file: its path below `src/` with `/`, and its text without tests.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&root, &mut files);
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a source file");
            let name = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
            (name, production(&text).to_owned())
        })
        .collect()
}

/// A source without its tests, which stand at its end.
fn production(text: &str) -> &str {
    let tests = text.find("\n#[cfg(test)]\n").filter(|at| text[*at..].contains("mod tests"));
    tests.map_or(text, |at| &text[..=at])
}

#[test]
fn tests_stand_at_the_end_of_a_file() {
    let mut wrong = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&root, &mut files);
    for file in files.iter().filter(|file| !file.ends_with("src/lib.rs")) {
        let text = std::fs::read_to_string(file).expect("a source file");
        let rest = &text[production(&text).len()..];
        // A module of tests is a single item, so no other item may begin at the start of a line after it. Text in
        // raw strings may.
        let mut behind = rest.lines().skip_while(|line| !line.contains("mod tests")).skip(1);
        let items = ["pub", "fn ", "impl", "struct ", "enum ", "const ", "static ", "mod ", "use ", "trait "];
        let begins_item = |line: &str| items.iter().any(|item| line.starts_with(item));
        if behind.any(begins_item) || text.matches("#[cfg(test)]\n").count() > 1 {
            wrong.push(file.display().to_string());
        }
    }
    assert!(wrong.is_empty(), "what stands behind tests is not looked at here:\n{}", wrong.join("\n"));
}

/// The floors that the table in `lib.rs` gives: a module and its number.
fn floors() -> Vec<(String, u32)> {
    let text = include_str!("../src/lib.rs");
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | "));
    let rows = rows.filter_map(|row| {
        let (number, rest) = row.split_once(" | ")?;
        Some((number.parse::<u32>().ok()?, rest.split(" | ").next()?))
    });
    let named = rows.flat_map(|(number, modules)| {
        let names = modules.split('`').skip(1).step_by(2);
        names.map(move |name| (name.to_owned(), number))
    });
    named.collect()
}

/// The floor of a module, by the first part of its path.
fn floor(module: &str) -> u32 {
    let floors = floors();
    let found = floors.iter().find(|(name, _)| name == module);
    found.unwrap_or_else(|| panic!("`{module}` stands on no floor: give it one in the table of lib.rs")).1
}

/// The modules that a text names behind `crate::`, outside of comments.
fn imports(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        for rest in code.split("crate::").skip(1) {
            assert!(!rest.starts_with('{'), "one `use` for each module is easier to read: {line}");
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push((number + 1, name));
        }
    }
    found
}

#[test]
fn imports_go_down_only() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        if file == "lib.rs" || file == "main.rs" {
            continue;
        }
        let own = file.split(['/', '.']).next().unwrap_or_default().to_owned();
        for (line, module) in imports(&text) {
            // Nor does a module know another one of its own floor.
            if module != own && floor(&module) >= floor(&own) {
                wrong.push(format!("src/{file}:{line}: `{own}` imports `{module}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whatever makes, changes, moves or removes a file or folder.
const CHANGES_THE_DISK: [&str; 19] = [
    "fs::write",
    "fs::rename",
    "fs::remove_",
    "fs::copy",
    "create_dir",
    "DirBuilder",
    "OpenOptions",
    "File::create",
    "File::options",
    "fs::hard_link",
    "unix::fs::symlink",
    "windows::fs::symlink",
    "set_permissions",
    "set_len",
    "set_modified",
    "set_times",
    "fs::chown",
    "fs::fchown",
    "renameat",
];

/// The disk of the writer, and what it makes again or clears away.
#[test]
fn only_the_writer_changes_the_disk() {
    let places = ["write/disk.rs", "write/lock.rs", "write/cache.rs", "write/backup.rs"];
    let wrong: Vec<_> =
        CHANGES_THE_DISK.iter().flat_map(|name| named_elsewhere(&sources(), name, &places)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a file is at a place: a file, or a folder with `/` at its end.
fn is_at(file: &str, place: &str) -> bool {
    file == place || (place.ends_with('/') && file.starts_with(place))
}

/// The lines of code that name something outside of its places.
fn named_elsewhere(sources: &[(String, String)], name: &str, places: &[&str]) -> Vec<String> {
    let others = sources.iter().filter(|(file, _)| !places.iter().any(|place| is_at(file, place)));
    let lines = others
        .flat_map(|(file, text)| text.lines().enumerate().map(move |(number, line)| (file, number, line)));
    lines
        .filter(|(_, _, line)| line.split("//").next().is_some_and(|code| code.contains(name)))
        .map(|(file, number, _)| format!("src/{file}:{}: names `{name}`", number + 1))
        .collect()
}

#[test]
fn each_outside_thing_is_named_in_one_place() {
    let only = [
        ("pulldown_cmark::", &["syntax/markdown.rs", "syntax/markdown/"][..]),
        ("jsonc_parser::", &["syntax/json.rs"]),
        // The properties of notes, and the front matter of diagrams.
        ("saphyr", &["syntax/properties/yaml.rs", "syntax/mermaid/yaml.rs"]),
        ("annotate_snippets::", &["report/human.rs"]),
        // What is printed as JSON has nothing in it that a terminal could take for an order.
        ("serde_json::to_string", &[]),
        ("to_writer_pretty", &[]),
        ("serde_json::Serializer", &["report/json.rs"]),
        ("notify", &["watch/files.rs"]),
        ("crossterm::", &["console/terminal.rs", "commands/watch/keys.rs"]),
        ("minijinja::", &["plan/board/template.rs"]),
        ("tempfile::", &[]),
        ("Local::now", &["console/clock.rs"]),
        ("Utc::now", &["console/clock.rs"]),
        // The writer names temporary files by it and clears old ones away.
        ("SystemTime::now", &["console/clock.rs", "write/cache.rs", "write/temporary.rs"]),
        ("Command::new(\"git\")", &["vault/git/"]),
        ("println!", &[]),
    ];
    let sources = sources();
    let mut wrong = Vec::new();
    for (name, places) in only {
        wrong.extend(named_elsewhere(&sources, name, places));
        let is_in =
            |place: &&&str| sources.iter().any(|(file, text)| is_at(file, place) && text.contains(name));
        let needless = places.iter().filter(|place| !is_in(place));
        wrong.extend(
            needless.map(|place| format!("`{name}` is allowed in src/{place}, which does not name it")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_one_idea_long() {
    let mut long = Vec::new();
    for (file, text) in sources() {
        let lines = text.lines().count();
        if lines > 600 {
            long.push(format!("src/{file}: {lines} lines"));
        }
        assert!(text.starts_with("//!"), "src/{file} has no module doc");
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn the_readme_has_every_rule() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("the README");
    let rows = portolan::rules::RULES.iter();
    let rows = rows.map(|rule| format!("| `{}` | {} | {} |\n", rule.name, rule.severity, rule.summary()));
    let table = rows.collect::<Vec<_>>().concat();
    assert!(readme.contains(&table), "the README's table of rules should be:\n\n{table}");
}

#[test]
fn the_readme_has_every_command() {
    use clap::CommandFactory as _;
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("the README");
    for command in portolan::args::Cli::command().get_subcommands() {
        let example = format!("portolan {}", command.get_name());
        assert!(readme.contains(&example), "the README has no example of `{example}`");
    }
}

/// The code spans of a text that name a module of this crate below a floor, as in `rules::verdict`.
fn named_modules(text: &str) -> Vec<&str> {
    let floors = floors();
    let spans = text.split('`').skip(1).step_by(2);
    spans
        .filter(|span| {
            floors.iter().any(|(floor, _)| span.split_once("::").is_some_and(|(first, _)| first == floor))
        })
        .filter(|span| !span.contains(|c: char| c.is_ascii_uppercase() || c == ' '))
        .collect()
}

/// Whether a path of modules ends in a module, or in something that the file of its parent defines.
fn is_module(root: &Path, path: &str) -> bool {
    let file = |path: &str| root.join("src").join(path.replace("::", "/")).with_extension("rs");
    let defined = || {
        let (parent, last) = path.rsplit_once("::")?;
        let text = std::fs::read_to_string(file(parent)).ok()?;
        let kinds = ["fn", "mod", "const", "trait", "struct"];
        Some(kinds.iter().any(|kind| text.contains(&format!("{kind} {last}"))))
    };
    file(path).exists() || defined().unwrap_or(false)
}

/// The code spans of a text that name something in this repository. What stands for many is written in capitals.
fn named_paths(text: &str) -> Vec<&str> {
    const FOLDERS: [&str; 6] = ["benches/", "docs/", "fuzz/", "src/", "tests/", "vault-example/"];
    let spans = text.split('`').skip(1).step_by(2);
    spans
        .filter(|span| FOLDERS.iter().any(|folder| span.starts_with(folder)))
        .filter(|span| !span.contains(|c: char| c.is_ascii_uppercase() || c == ' '))
        .collect()
}

#[test]
fn what_documents_name_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut lost = Vec::new();
    let mut named = 0;
    for document in ["CHANGELOG.md", "CONTRIBUTING.md", "README.md", "docs/decisions.md"] {
        let text = std::fs::read_to_string(root.join(document)).expect("a document");
        for path in named_paths(&text) {
            named += 1;
            let file = path.split("::").next().unwrap_or(path);
            if !root.join(file).exists() {
                lost.push(format!("{document}: `{path}`"));
            }
        }
        let modules = named_modules(&text).into_iter().filter(|path| !is_module(root, path));
        lost.extend(modules.map(|path| format!("{document}: `{path}`")));
    }
    assert!(named > 30, "only {named} paths were recognised");
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}
