//! Tests of `resolve` and of lists narrowed by filters: their output and exit statuses.

mod place;
use place::{Place, Ran};

const VAULT: &[(&str, &str)] = &[
    (".obsidian/app.json", "{}"),
    ("a/b/Gateway.md", "# Top\n\n## Limits\n\nx ^id\n\n## Retry & Limits\n"),
    (
        "a/Queue.md",
        "---\naliases: [GW]\n---\n[[Gateway#limits]] [[Gatewy]] [[wrong/Gateway]] [x](../data.csv)\n",
    ),
    ("a/Dup.md", "text\n"),
    ("b/Dup.md", "text\n"),
    ("data.csv", "1\n"),
    ("plan.canvas", "{\"nodes\": [{\"type\": \"file\", \"file\": \"a/Queue.md\"}]}\n"),
];

#[test]
fn a_link_is_read_in_every_form() {
    let place = Place::new(VAULT);
    for (link, expected) in [
        ("Gateway", "a/b/Gateway.md\n"),
        ("[[Gateway]]", "a/b/Gateway.md\n"),
        ("![[gateway#Limits|x]]", "a/b/Gateway.md\n"),
        ("Gateway#^ID", "a/b/Gateway.md\n"),
        ("[x](b/Gateway.md#top)", "a/b/Gateway.md\n"),
        ("/data.csv", "data.csv\n"),
        ("[x](https://x.y)", "https://x.y\n"),
    ] {
        let Ran { out, err, status } = place.run(&["resolve", link]);
        assert_eq!((out.as_str(), err.as_str(), status), (expected, "", 0), "{link}");
    }
}

#[test]
fn what_is_not_there_ends_with_one_and_a_hint() {
    let place = Place::new(VAULT);
    for (link, out, hint) in [
        ("Gatewy", "", "did you mean `a/b/Gateway.md`?"),
        ("GW", "", "it is an alias of `a/Queue.md`"),
        ("wrong/Gateway", "", "did you mean `a/b/Gateway.md`?"),
        ("Gateway#Limts", "a/b/Gateway.md\n", "did you mean `Limits`?"),
        (
            "Gateway#retry--limits",
            "a/b/Gateway.md\n",
            "did you mean `Retry & Limits`? Obsidian knows no anchors",
        ),
        ("Gateway#^none", "a/b/Gateway.md\n", "has no block `^none`"),
    ] {
        let Ran { out: found, err: said, status } = place.run(&["resolve", link]);
        assert_eq!((found.as_str(), status), (out, 1), "{link}");
        assert!(said.contains(hint), "{link}: {said}");
    }
}

#[test]
fn the_note_that_a_link_stands_in_matters() {
    let place = Place::new(VAULT);
    let Ran { out, .. } = place.run(&["resolve", "Dup", "--from", "b/Dup.md"]);
    assert_eq!(out, "b/Dup.md\n");
    let Ran { out, err, status } = place.run(&["resolve", "Dup"]);
    assert_eq!((out.as_str(), status), ("a/Dup.md\n", 0));
    assert!(err.contains("2 files fit equally well"), "{err}");
    let Ran { err, status, .. } = place.run(&["resolve", "#Top"]);
    assert!(status == 2 && err.contains("--from NOTE"), "{err}");
    let Ran { out, .. } = place.run(&["resolve", "#Top", "--from", "Gateway"]);
    assert_eq!(out, "a/b/Gateway.md\n");
    let Ran { err, status, .. } = place.run(&["resolve", "Dup", "--from", "nobody"]);
    assert!(status == 2 && err.contains("no file `nobody`"), "{err}");
}

#[test]
fn each_step_is_told() {
    let place = Place::new(VAULT);
    let Ran { out, status, .. } =
        place.run(&["resolve", "[[GATEWAY #limits]]", "--from", "Queue", "--explain"]);
    insta::assert_snapshot!(format!("{out}exit status {status}"));
    let Ran { out, status, .. } = place.run(&["resolve", "[[x//Dup]]", "--explain"]);
    insta::assert_snapshot!(format!("{out}exit status {status}"));
    let Ran { out, status, .. } = place.run(&["resolve", "[x](./Dup.md)", "--from", "Queue", "--explain"]);
    insta::assert_snapshot!(format!("{out}exit status {status}"));
}

#[test]
fn a_part_of_a_drawing_is_for_excalidraw_to_find() {
    let place = Place::new(VAULT);
    let drawing = "---\nexcalidraw-plugin: parsed\n---\n# Drawing\n";
    place.write("Map.excalidraw.md", drawing);
    let Ran { out, err, status } = place.run(&["resolve", "![[Map.excalidraw#^group=C9cN]]"]);
    assert_eq!((out.as_str(), err.as_str(), status), ("Map.excalidraw.md\n", "", 0));
    let Ran { out, status, .. } = place.run(&["resolve", "[[Map.excalidraw#^C9cN]]", "--explain"]);
    assert!(status == 0 && out.contains("it is for Excalidraw"), "{out}");
    let Ran { out, .. } = place.run(&["resolve", "[[Map.excalidraw#drawing]]", "--explain"]);
    assert!(out.ends_with("→ Map.excalidraw.md:4\n"), "{out}");
}

#[test]
fn lists_are_narrowed() {
    let place = Place::new(VAULT);
    let lines = |args: &[&str]| {
        let Ran { out, status, .. } = place.run(args);
        assert_eq!(status, 0);
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
        out.lines().skip(1).map(words).collect::<Vec<_>>()
    };
    assert_eq!(
        lines(&["list", "links", "--to", "Gateway"]),
        ["a/Queue.md 4 wikilink [[Gateway#limits]] a/b/Gateway.md yes"]
    );
    assert_eq!(
        lines(&["list", "links", "--to", "a/Queue.md"]),
        ["plan.canvas 1 canvas a/Queue.md a/Queue.md -"]
    );
    assert_eq!(
        lines(&["list", "links", "--to", "data.csv"]),
        ["a/Queue.md 4 markdown [x](../data.csv) data.csv -"]
    );
    assert_eq!(lines(&["list", "links", "--unresolved"]).len(), 2);
    assert_eq!(lines(&["list", "notes", "--orphans"]), ["a/Dup.md Dup - - - no", "b/Dup.md Dup - - - no"]);
    for args in [["list", "notes", "--unresolved"], ["list", "links", "--orphans"]] {
        let Ran { err, status, .. } = place.run(&args);
        assert!(status == 2 && err.contains("is for"), "{err}");
    }
}

#[test]
fn a_fix_changes_the_name_alone() {
    let place = Place::new(VAULT);
    let note = "| [[Gatewy#limits\\|the limits]] | [[GW]] |\n|---|---|\n| ![x](<../Gatewy.md> \"t\") | [[Gateway#Limts]] |\n\n[x](b/Gateway.md#lim%20its)\n";
    place.write("a/n.md", note);
    place.run(&["check", "--unsafe-fixes", "a/n.md"]);
    let mended = place.read("a/n.md");
    assert_eq!(
        mended,
        "| [[Gateway#limits\\|the limits]] | [[Queue\\|GW]] |\n|---|---|\n| ![x](<./b/Gateway.md> \"t\") | [[Gateway#Limits]] |\n\n[x](b/Gateway.md#Limits)\n"
    );
}
