//! Tests of `portolan new`, run as its users run it.

mod place;
use place::{PORTOLAN, Place, Ran};

const TEMPLATE: (&str, &str) = (
    "Templates/Service.md",
    "# {{title}}\n\n- Created: <% tp.date.now(\"YYYY\") %>\n- Owner: [Owner]\n- Team: {{Team}}\n\n<%* await tp.x() %>\n",
);

#[test]
fn a_folder_is_named_once_and_lies_in_the_vault() {
    let place = Place::new(&[TEMPLATE, ("Notes/a.md", "")]);
    for (args, message) in [
        (["b/One", "--in", "c"], "names a folder, and so does `--in`"),
        (["./One", "--in", "c"], "names a folder, and so does `--in`"),
        (["One", "--in", "/nowhere/q"], "`/nowhere/q` is no folder of the vault"),
        (["One", "--in", "../q"], "`../q` lies outside of the vault"),
        (["One", "--in", "node_modules"], "`node_modules` is not part of the vault"),
    ] {
        let Ran { status, err, .. } = place.run(&[&["new"][..], &args, &["--partial"]].concat());
        assert!(status == 2 && err.contains(message) && err.contains("help: "), "{args:?}: {err}");
    }
    // From the root of the vault, as in other paths.
    let Ran { status, err, .. } = place.run(&["new", "One", "--in", "/Notes", "--partial"]);
    assert!(status == 0 && place.path("Notes/One.md").exists(), "{err}");
    let Ran { status, err, .. } = place.run(&["new", "Notes/Two", "--partial"]);
    assert!(status == 0 && place.path("Notes/Two.md").exists(), "{err}");
}

#[test]
fn a_note_is_made_from_the_only_template() {
    let place = Place::new(&[TEMPLATE]);
    let Ran { status, err, .. } = place.run(&["new", "Order Bus", "--in", "a/b", "owner=me", "TEAM=us"]);
    assert_eq!(status, 0, "{err}");
    assert!(err.contains("Templates/Service.md:7: left for Obsidian to render"), "{err}");
    let note = place.read("a/b/Order Bus.md");
    assert!(
        note.starts_with("# Order Bus\n\n- Created: 20") && note.contains("- Owner: me\n- Team: us\n"),
        "{note}"
    );
    assert!(note.ends_with("<%* await tp.x() %>\n"));
}

#[test]
fn nothing_is_overwritten_and_what_is_missing_is_named() {
    let place = Place::new(&[TEMPLATE, ("There.md", "mine\n")]);
    for (args, why) in [
        (&["new", "X"][..], "no value for `Owner`, `Team`"),
        (&["new", "X", "owner=me"], "no value for `Team`"),
        (&["new", "X", "ownr=me"], "it asks for `Owner`, `Team`"),
        (&["new", "there", "--partial"], "`There.md` already exists"),
        (&["new", "a/../../X", "--partial"], "outside of the vault"),
        (&["new", "X#1", "--partial"], "no link can lead"),
        (&["new", "X", "--from", "Gone", "--partial"], "no note `Gone`"),
    ] {
        let Ran { status, out, err } = place.run(args);
        assert_eq!((status, out.as_str()), (2, ""), "{args:?}: {err}");
        assert!(err.contains(why) && err.contains("\n  help: "), "{args:?}: {err}");
    }
    assert_eq!(std::fs::read_dir(place.vault()).expect("the vault").count(), 3, "a file was made");
    assert_eq!(place.read("There.md"), "mine\n");
    let Ran { status, out, err } = place.run(&["new", "X", "--partial", "--diff"]);
    assert!(
        status == 0 && out.contains("+- Owner: [Owner]\n") && err.contains("not filled in: `Owner`, `Team`"),
        "{err}"
    );
    assert!(!place.path("X.md").exists());
}

/// On a terminal what is missing is asked for; an empty answer leaves it open.
#[cfg(target_os = "linux")]
#[test]
fn what_is_missing_is_asked_for_on_a_terminal() {
    let place = Place::new(&[TEMPLATE]);
    let line = format!("'{}' --vault '{}' new X", PORTOLAN, place.vault().display());
    let Some(ran) = place.on_a_terminal(&line, "Ruth Délgado\n\n") else {
        return skipped("no `script` to make a terminal with");
    };
    let said = ran.out;
    assert!(ran.status == 0 && said.contains("Owner: ") && said.contains("Team: "), "{said}");
    assert!(
        place.read("X.md").contains("- Owner: Ruth Délgado\n- Team: {{Team}}\n"),
        "{}",
        place.read("X.md")
    );
}

#[cfg(target_os = "linux")]
#[expect(clippy::print_stderr, reason = "a test that skips says so")]
fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// A new note may be what links were waiting for; it may not take the links of another one.
#[test]
fn links_lead_where_they_led() {
    let place = Place::new(&[
        ("Templates/T.md", "# {{title}}\n"),
        ("a/Queue.md", ""),
        ("s.md", "x\n[[Queue]] [[Wanted]] [[Wanted#Wanted]]\n"),
    ]);
    let Ran { status, err, .. } = place.run(&["new", "Queue"]);
    assert!(
        status == 2 && err.contains("s.md:2: it leads to `a/Queue.md`, and would lead to `Queue.md`"),
        "{err}"
    );
    assert!(err.contains("error: nothing was made") && !place.path("Queue.md").exists(), "{err}");
    let Ran { status, err, .. } = place.run(&["new", "Queue", "--in", "b"]);
    assert!(status == 0 && err.contains("s.md:2: it would fit the new note alike"), "{err}");
    let Ran { status, err, .. } = place.run(&["new", "Wanted", "--in", "B/"]);
    assert!(status == 0 && err.contains("2 links that led nowhere now lead there"), "{err}");
    assert_eq!(place.read("b/Wanted.md"), "# Wanted\n");
}

/// A board in a template is a pattern: nothing fills it there, and a new note gets it empty.
#[test]
fn a_board_of_a_template_is_filled_in_the_note_alone() {
    let note = |status: &str, body: &str, digest: &str| {
        format!(
            "# {{{{title}}}}\n\n## System Initialization\n\n- Status: {status}\n- Created: 2025-01-01_08-00\n\
             - Last Modified: 2025-01-01_08-00\n\n<!-- portolan:board components -->\n{body}<!-- portolan:end{digest} -->\n"
        )
    };
    let empty = note("[Status]", "", "");
    let place =
        Place::new(&[("A_TEMPLATE.md", &empty), ("N.md", &note("Active", "", "").replace("{{title}}", "N"))]);
    assert_eq!(place.run(&["sync"]).status, 0);
    assert_eq!(place.read("A_TEMPLATE.md"), empty);
    assert_eq!(place.run(&["check"]).status, 0);
    assert_eq!(place.run(&["sync", "--check"]).status, 0);
    let Ran { out: boards, .. } = place.run(&["list", "boards", "--format", "json"]);
    assert_eq!(boards.matches("\"fresh\": true").count(), 2, "{boards}");
    // One that an earlier sync has filled.
    let filled =
        place.read("N.md").replace("# N", "# {{title}}").replace("Status: Active", "Status: [Status]");
    place.write("A_TEMPLATE.md", &filled);
    assert_eq!((place.run(&["check"]).status, place.run(&["sync", "--check"]).status), (0, 0));
    let Ran { status, err: said, .. } = place.run(&["new", "Fresh", "Status=Active"]);
    assert!(status == 0 && said.contains("`portolan sync` fills its boards"), "{said}");
    assert_eq!(place.read("Fresh.md"), note("Active", "", "").replace("{{title}}", "Fresh"));
    assert_eq!(place.run(&["sync"]).status, 0);
    assert_eq!(place.run(&["check"]).status, 0);
    assert!(place.read("Fresh.md").contains("| [[Fresh"), "{}", place.read("Fresh.md"));
    assert_eq!(place.read("A_TEMPLATE.md"), filled);
}

/// Everything that the template integration of the example asks for.
const VALUES: [&str; 10] = [
    "type=REST endpoints",
    "endpoint=https://pay.example/v1",
    "API Version=v1",
    "status=🟢 Active",
    "owner=Ruth Delgado",
    "auth.type=OAuth 2.0",
    "credentials=op://Platform/payments/client",
    "timeout=2s",
    "retry=none",
    "rateLimit=5/s",
];

#[test]
fn an_integration_goes_under_the_heading_of_its_category() {
    let place = Place::copy_of("vault-example");
    let note = "05_AUTOMATIONS/03_INTEGRATIONS.md";
    let before = place.read(note);
    let mut args = vec!["new", "integration", "Card Payments", "--in", "03_INTEGRATIONS"];
    args.extend(VALUES);
    let Ran { status, err, .. } = place.run(&args);
    assert_eq!(status, 0, "{err}");
    let after = place.read(note);
    let at =
        after.find("### Card Payments\n\n```javascript\n{\n    \"integration\": {\n").expect("the block");
    assert!(at > after.find("### Staff Sign-On").expect("the last of its kind"));
    assert!(at < after.find("## DATA SYSTEMS").expect("the next kind"));
    // Its log templates are about other things, so no values for them are needed.
    assert!(after.contains(" - Added integration Card Payments\n"));
    let Ran { status, out, .. } = place.run(&["check", "--format", "concise", note]);
    assert_eq!((status, out.as_str()), (0, ""));
    // Apart from what was inserted and the date in the header every line is as it was.
    let kept = |text: &str| {
        text.lines().filter(|l| !l.starts_with("- Last Modified")).map(str::to_owned).collect::<Vec<_>>()
    };
    let mut rest = kept(&after).into_iter();
    assert!(kept(&before).iter().all(|line| rest.any(|other| other == *line)));
    let Ran { status, err, .. } = place.run(&args);
    assert!(status == 2 && err.contains("already has an integration `Card Payments`"), "{err}");
}

/// The list of the categories has their headings, too: they are taken where the note has no place of its own.
#[test]
fn an_integration_goes_below_the_list_of_its_category_where_none_stands_elsewhere() {
    let block = |name: &str| {
        format!(
            "```js\n{{\n  integration: {{\n    name: '{name}',\n    type: 'REST endpoints',\n    endpoint: 'https://x.y'\n  }}\n}}\n```\n"
        )
    };
    let template = "## Connection Templates\n\n```js\n{ integration: { name: '[Name]', type: '[Type]', endpoint: '[URL]' } }\n```\n";
    let lists = "## Integration Categories\n\n### 1. External Services\n\n#### API Integrations\n\n- REST endpoints\n- Queues\n\n\
                 #### Storage\n\n- Caches\n\n## Behind\n";
    let add = |note: &str, name: &str, kind: &str| {
        let place = Place::new(&[("n.md", note)]);
        let (kind, url) = (format!("type={kind}"), "url=https://x.y");
        let Ran { status, err, .. } = place.run(&["new", "integration", name, "--in", "n", &kind, url]);
        assert_eq!(status, 0, "{err}");
        place.read("n.md")
    };
    let note = format!("# N\n\n{template}\n{lists}");
    let one = add(&note, "Pay", "REST endpoints");
    assert_eq!(one, note.replace("- Queues\n", &format!("- Queues\n\n{}", block("Pay"))));
    // Once one stands there, others go below their own.
    let two = add(&one, "Hot", "Caches");
    let hot = block("Hot").replace("REST endpoints", "Caches");
    assert_eq!(two, one.replace("- Caches\n", &format!("- Caches\n\n{hot}")));
    // Where they stand elsewhere, the list stays one.
    let elsewhere = note.replace("## Behind\n", &format!("## Systems\n\n{}", block("Own")));
    let three = add(&elsewhere, "Pay", "REST endpoints");
    assert!(three.starts_with(&elsewhere) && three.ends_with(&block("Pay")), "{three}");
}

#[test]
fn an_integration_takes_the_style_and_the_resources_that_are_there() {
    let template = "# T\n\n```js\n{ \"integration\": { \"name\": \"[Name]\", \"type\": \"[Type]\", \"endpoint\": \"[URL]\", \"auth\": { \"type\": \"[Auth]\" }, \"logging\": true } }\n```\n\n\
                    ## Linked Resources\n\n- [[Map]] - the map\n- [[n]] - the note\n";
    let note = "# N\r\n\r\n## Systems\r\n\r\n```json5\r\n{\r\n\tintegration: {\r\n\t\tname: 'One',\r\n\t\ttype: 'x',\r\n\t\tendpoint: 'https://x.y',\r\n\t},\r\n}\r\n```\r\n\r\n\
                ## Modification History\r\n\r\n* 2026-01-01_10-00 - Made\r\n\r\n## Linked Resources\r\n\r\n* [[Other]] - other\r\n";
    let place = Place::new(&[
        ("Templates/T.md", template),
        ("n.md", note),
        ("Map.md", ""),
        ("Other.md", ""),
        ("Keys.md", ""),
    ]);
    let Ran { status, err, .. } =
        place.run(&["new", "integration", "Two's", "--in", "n", "type=y", "URL=[[Keys]]", "auth.type=none"]);
    assert_eq!(status, 0, "{err}");
    let after = place.read("n.md");
    let block = "```json5\r\n{\r\n\tintegration: {\r\n\t\tname: 'Two\\'s',\r\n\t\ttype: 'y',\r\n\t\tendpoint: '[[Keys]]',\r\n\t\tauth: {\r\n\t\t\ttype: 'none',\r\n\t\t},\r\n\t\tlogging: true,\r\n\t},\r\n}\r\n```\r\n\r\n## Modification History";
    assert!(after.contains(block), "{after}");
    assert!(
        after.ends_with("* [[Other]] - other\r\n* [[Map]] - the map\r\n* [[Keys]] - Two's\r\n"),
        "{after}"
    );
    assert!(
        after.contains("- Added integration Two's\r\n")
            || after.contains("* 20") && after.contains(" - Added integration Two's\r\n")
    );
    assert!(!after.replace("\r\n", "").contains('\n'));
}

/// Where the block goes behind a list that ends the note, what goes into that list stands before it.
#[test]
fn an_integration_stands_behind_the_resources_and_the_entry_that_come_with_it() {
    let template = "# T\n\n```js\n{ integration: { name: '[Name]', type: 'x', endpoint: '[URL]' } }\n```\n\n## Linked Resources\n\n- [[Base]]\n";
    let args = ["new", "integration", "Pay", "--in", "n", "url=https://x.y"];
    let run = |note: &str| {
        let place = Place::new(&[("Templates/T.md", template), ("n.md", note), ("Base.md", "")]);
        let Ran { status, err, .. } = place.run(&args);
        assert_eq!(status, 0, "{err}");
        let Ran { out, .. } = place.run(&["list", "history", "--format", "json"]);
        (place.read("n.md"), out)
    };
    let (after, _) = run("# N\n\nText.\n\n## Linked Resources\n\n- [[N]] self\n");
    let block = |name: &str| {
        format!("```js\n{{ integration: {{ name: '{name}', type: 'x', endpoint: 'https://x.y' }} }}\n```\n")
    };
    assert!(
        after.starts_with(
            "# N\n\nText.\n\n## Linked Resources\n\n- [[N]] self\n- [[Base]]\n\n## Pay\n\n```js\n"
        ) && after.ends_with("\n```\n"),
        "{after}"
    );
    let history = "#### Modification History\n\n- 2026-01-01_10-00 - Made\n";
    let (after, listed) = run(&format!("# N\n\n### A\n\n{}\n### B\n\n{}\n{history}", block("A"), block("B")));
    assert!(listed.contains("\"Added integration Pay\""), "{after}");
    let (before, behind) = after.split_once(" - Added integration Pay\n").expect("the entry");
    assert!(
        before.contains(&format!("{history}- 20")) && behind.starts_with("\n### Pay\n\n```js\n"),
        "{after}"
    );
}

/// The resources may stand in a quote or a callout, indented or numbered.
#[test]
fn a_resource_is_written_as_the_one_above_it() {
    let template = "# T\n\n```js\n{ integration: { name: '[Name]', type: 'x', endpoint: '[URL]' } }\n```\n\n## Linked Resources\n\n- [[Base]]\n- [[Map]] - the map\n";
    for (own, expected) in [
        ("> - [[N]] self\n", "> - [[N]] self\n> - [[Base]]\n> - [[Map]] - the map\n"),
        ("> [!info] See\n> * [[N]]\n", "> [!info] See\n> * [[N]]\n> * [[Base]]\n> * [[Map]] - the map\n"),
        ("  - [[N]]\n    - why\n", "  - [[N]]\n    - why\n  - [[Base]]\n  - [[Map]] - the map\n"),
        ("8. [[N]]  \n", "8. [[N]]  \n9. [[Base]]\n10. [[Map]] - the map\n"),
    ] {
        let note = format!("# N\n\n## Linked Resources\n\n{own}\n## Modification History\n");
        let place =
            Place::new(&[("Templates/T.md", template), ("n.md", &note), ("Base.md", ""), ("Map.md", "")]);
        let Ran { status, err, .. } =
            place.run(&["new", "integration", "Pay", "--in", "n", "url=https://x.y"]);
        assert_eq!(status, 0, "{err}");
        let after = place.read("n.md");
        assert!(after.contains(&format!("## Linked Resources\n\n{expected}\n")), "{after}");
    }
}

/// What is an integration's name in its block is words in the heading, the entry and the resources.
#[test]
fn a_name_is_no_mark_up() {
    let template = "# T\n\n```js\n{ integration: { name: '[Name]', type: 'x', endpoint: '[URL]' } }\n```\n";
    let note =
        "# N\n\n## Linked Resources\n\n- [[N]]\n\n## Modification History\n\n- 2026-01-01_10-00 - Made\n";
    let place = Place::new(&[("Templates/T.md", template), ("n.md", note), ("Keys.md", "")]);
    let Ran { status, err, .. } =
        place.run(&["new", "integration", "A %% [[B]] <i>", "--in", "n", "url=[[Keys]]"]);
    assert_eq!(status, 0, "{err}");
    let after = place.read("n.md");
    for line in
        ["## A % % B &lt;i>\n", "- [[Keys]] - A % % B &lt;i>\n", " - Added integration A % % B &lt;i>\n"]
    {
        assert!(after.contains(line), "{line}: {after}");
    }
    assert!(after.contains("name: 'A %% [[B]] <i>',"), "{after}");
}

/// A note without integrations gets one under a heading of its own, where it ends or before its history.
#[test]
fn the_first_integration_of_a_note_has_a_heading() {
    let template = "# T\n\n```js\n{ integration: { name: '[Name]', type: 'x', endpoint: '[URL]' } }\n```\n";
    let block = "```js\n{\n  integration: {\n    name: 'One',\n    type: 'x',\n    endpoint: 'https://x.y'\n  }\n}\n```\n";
    for (before, expected) in [
        ("# N\n\n### Deep\n\ntext\n", format!("# N\n\n### Deep\n\ntext\n\n### One\n\n{block}")),
        ("text\n", format!("text\n\n## One\n\n{block}")),
    ] {
        let place = Place::new(&[("Templates/T.md", template), ("n.md", before)]);
        let Ran { status, err, .. } =
            place.run(&["new", "integration", "One", "--in", "n", "url=https://x.y"]);
        assert_eq!((status, place.read("n.md")), (0, expected), "{err}");
    }
    let history = "# N\n\n## Versions\n\n### Modification History\n\n- 2026-01-01_10-00 - Made\n";
    let place = Place::new(&[("Templates/T.md", template), ("n.md", history)]);
    assert_eq!(place.run(&["new", "integration", "One", "--in", "n", "url=https://x.y"]).status, 0);
    let after = place.read("n.md");
    assert!(after.starts_with(&format!("# N\n\n## One\n\n{block}\n## Versions\n")), "{after}");
}

/// There it would be gone as soon as somebody closes the comment.
#[test]
fn no_integration_is_put_into_a_comment() {
    let template = "# T\n\n```js\n{ integration: { name: '[Name]', type: 'x', endpoint: '[URL]' } }\n```\n";
    for (note, hidden) in [("# N\n\n%%\nto do\n", true), ("# N\n\n%%\nto do\n%%\n\n100%%\n", false)] {
        let place = Place::new(&[("Templates/T.md", template), ("n.md", note)]);
        let Ran { status, err, .. } =
            place.run(&["new", "integration", "One", "--in", "n", "url=https://x.y"]);
        assert_eq!(status, if hidden { 2 } else { 0 }, "{err}");
        assert_eq!(place.read("n.md") == note, hidden);
        assert_eq!(err.contains("the new integration would stand in a comment"), hidden, "{err}");
        assert_eq!(err.contains("close the comment: a `%%` at the start of a line"), hidden, "{err}");
    }
}

#[test]
fn an_integration_comes_into_a_note_whose_history_takes_no_entry() {
    let template = "# T\n\n```js\n{ integration: { name: '[Name]', type: 'x', endpoint: '[URL]' } }\n```\n";
    let history = "## Modification History\n\n| Date | Change |\n|---|---|\n| 2025-01-01 | x |\n";
    let place = Place::new(&[("Templates/T.md", template), ("n.md", &format!("# N\n\n{history}"))]);
    let Ran { status, err, .. } = place.run(&["new", "integration", "One", "--in", "n", "url=https://x.y"]);
    assert_eq!(status, 0, "{err}");
    assert!(err.contains("n.md:5: its history is a table, "), "{err}");
    assert!(err.contains("; not logged: Added integration One"), "{err}");
    let after = place.read("n.md");
    assert!(after.contains("name: 'One'") && after.ends_with(history), "{after}");
}

#[test]
fn an_integration_needs_a_pattern_and_values() {
    let place = Place::new(&[("n.md", "# N\n")]);
    let Ran { status, err, .. } = place.run(&["new", "integration", "X", "--in", "n"]);
    assert!(status == 2 && err.contains("no template integration"), "{err}");
    let place = Place::copy_of("vault-example");
    for (args, why) in [
        (&["new", "integration", "X", "--in", "03_INTEGRATIONS"][..], "no value for `type`, `version`"),
        (&["new", "integration", "X", "--in", "03_INTEGRATIONS", "nope=1"], "it asks for `type`"),
        (&["new", "integration", "[X]", "--in", "03_INTEGRATIONS"], "cannot be the name of an integration"),
        (&["new", "integration", "X", "--in", "INTEGRATION_TEMPLATE"], "is a template"),
    ] {
        let Ran { status, err, .. } = place.run(args);
        assert!(status == 2 && err.contains(why), "{args:?}: {err}");
    }
    let Ran { status, out, .. } =
        place.run(&["new", "integration", "X", "--in", "03_INTEGRATIONS", "--partial", "--diff"]);
    assert!(
        status == 0
            && out.contains("+        \"type\": \"[Service Type]\",")
            && out.contains(" - Added integration X"),
        "{out}"
    );
}

/// The `v` of a version is none of the words of its template.
#[test]
fn the_entry_of_a_new_integration_tells_the_version_it_brings() {
    for (form, name, title) in [
        ("vX.Y.Z: Added [integration]", "Pay", "v1.3.0: Added Pay"),
        ("Added [integration] in X.Y.Z", "Pay X.Y.Z", "Added Pay X.Y.Z in 1.3.0"),
    ] {
        let note = format!(
            "# N\n\n## System Initialization\n\n- Version: 1.2.0\n- Status: Active\n\n\
             ## Change Log Templates\n\n- Minor 0.X.0: 'YYYY-MM-DD_HH-mm - {form}'\n\n## Template\n\n\
             ```json\n{{ \"integration\": {{ \"name\": \"[Name]\", \"type\": \"[Type]\", \"endpoint\": \"[URL]\" }} }}\n```\n\n\
             ## Modification History\n\n- 2026-01-01_08-00 - Set up\n"
        );
        let place = Place::new(&[("n.md", &note)]);
        let Ran { status, err, .. } =
            place.run(&["new", "integration", name, "--in", "n", "type=REST", "url=https://x.y"]);
        let written = place.read("n.md");
        assert_eq!(status, 0, "{err}");
        assert!(written.trim_end().ends_with(&format!(" - {title}")), "{written}");
        assert!(written.contains("- Version: 1.3.0\n"), "{written}");
    }
}

/// A template whose verb is not true of a new integration is not used.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn the_entry_of_a_new_integration_has_a_template_that_is_true_of_it() {
    let made = |forms: &[&str], more: &[&str]| {
        let forms: Vec<String> = forms.iter().map(|f| format!("- T: 'YYYY-MM-DD_HH-mm - {f}'\n")).collect();
        let note = format!(
            "# N\n\n## Change Log Templates\n\n{}\n## Template\n\n\
             ```json\n{{ \"integration\": {{ \"name\": \"[Name]\", \"type\": \"[Type]\", \"endpoint\": \"[URL]\" }} }}\n```\n\n\
             ## Modification History\n\n- 2026-01-01_08-00 - Set up\n",
            forms.concat()
        );
        let place = Place::new(&[("n.md", &note)]);
        let mut args = vec!["new", "integration", "Pay", "--in", "n", "type=REST", "url=https://x.y"];
        args.extend(more);
        let Ran { status, err, .. } = place.run(&args);
        let written = place.read("n.md");
        let last = written.trim_end().lines().last().unwrap_or_default().to_owned();
        (status, err, last.split_once(" - ").map(|(_, title)| title.to_owned()).unwrap_or_default())
    };
    for (forms, more, expected) in [
        (&["Retired [integration]"][..], &[][..], "Added integration Pay"),
        (&["Major fault in [integration]"], &[], "Added integration Pay"),
        (&["Added credential of [integration]"], &[], "Added integration Pay"),
        (&["Updated [integration] wegen [Grund]"], &[], "Added integration Pay"),
        (&["Connected [system] with [integration]"], &[], "Added integration Pay"),
        (&["Removed/Added [integration]"], &[], "Added Pay"),
        // The choice of an alternative is no value of a placeholder.
        (&["Removed/Added [integration] as [form]"], &["form=JSON"], "Added Pay as JSON"),
        (
            &["Retired [integration]", "Added [integration] to [system]"],
            &["system=Shop"],
            "Added Pay to Shop",
        ),
        (&["Added [integration]", "Added [integration] to [system]"], &["system=Shop"], "Added Pay to Shop"),
        (&["Added [integration] to [system]", "Introduced [integration]"], &[], "Introduced Pay"),
        (&["Connected [system] with [integration]"], &["system=Shop"], "Connected Shop with Pay"),
        (&["Added [integration] at [endpoint]"], &[], "Added Pay at https://x.y"),
        (&["Added [integration] for [purpose]"], &["--partial"], "Added integration Pay"),
        (&["**Added** [integration]"], &[], "**Added** Pay"),
        // Words beside the verb may be any.
        (&["Added [integration] of type [type]"], &[], "Added Pay of type REST"),
        (&["Added [integration] #new"], &[], "Added Pay #new"),
        (&["Added external [integration]", "Added [integration]"], &[], "Added Pay"),
        (&["Added [integration] #new", "Added [integration]"], &[], "Added Pay"),
        (&["Added external [integration]"], &[], "Added external Pay"),
        (&["New external [integration]"], &[], "New external Pay"),
        (&["Added the [type] integration [integration]"], &[], "Added the REST integration Pay"),
        (&["Integration hinzugefügt: [integration]"], &[], "Integration hinzugefügt: Pay"),
        // So may the verb, if it is one for something that begins.
        (&["Onboarded [integration]"], &[], "Onboarded Pay"),
        (&["Set up [integration]"], &[], "Set up Pay"),
        (&["Integrated/Offboarded [integration]"], &[], "Integrated Pay"),
        (&["Offboarded/Integrated [integration]"], &[], "Integrated Pay"),
        (&["Hinzugefügt: [integration]"], &[], "Hinzugefügt: Pay"),
        (&["[integration] added"], &[], "Pay added"),
        (&["[integration] removed", "[integration] added"], &[], "Pay added"),
        (&["[integration] has failed"], &[], "Added integration Pay"),
        // Words for the integration and its system may stand around both.
        (&["Add [integration] to [system]"], &["system=Shop"], "Add Pay to Shop"),
        (&["Integration [integration] added to [system]"], &["system=Shop"], "Integration Pay added to Shop"),
        (&["Deployed [integration] to [system]"], &["system=Shop"], "Deployed Pay to Shop"),
        (&["Implemented [integration] for [system]"], &["system=Shop"], "Implemented Pay for Shop"),
        (&["Configured [integration] on [system]"], &["system=Shop"], "Configured Pay on Shop"),
        (&["Added [integration] API to [system]"], &["system=Shop"], "Added Pay API to Shop"),
        (&["Added [integration] connection to [system]"], &["system=Shop"], "Added Pay connection to Shop"),
        (&["[system]: [integration] added"], &["system=Shop"], "Shop: Pay added"),
        (&["Started using [integration]"], &[], "Started using Pay"),
        (&["Rolled out [integration]"], &[], "Rolled out Pay"),
        (&["[integration] is live"], &[], "Pay is live"),
        (&["Connection [integration] established"], &[], "Connection Pay established"),
        (&["[type] [integration] added"], &[], "REST Pay added"),
        (&["Added [integration] API alert"], &[], "Added integration Pay"),
        (&["Alert [integration] added"], &[], "Added integration Pay"),
        (&["Created by [integration]"], &[], "Added integration Pay"),
        (&["Added by [integration]"], &[], "Added integration Pay"),
        (&["New system: [integration]"], &[], "New system: Pay"),
        (&["Aktualisiert: [integration]", "Hinzugefügt: [integration]"], &[], "Hinzugefügt: Pay"),
        (&["Supprimé [integration]", "Ajouté [integration]"], &[], "Ajouté Pay"),
        (&["更新 [integration]", "新增 [integration]"], &[], "新增 Pay"),
        (&["[integration] を追加"], &[], "Pay を追加"),
        (&["[integration] has been added"], &[], "Pay has been added"),
        // Other words say something else, whichever they are.
        (&["Deactivated [integration]"], &[], "Added integration Pay"),
        (&["Phased out [integration]"], &[], "Added integration Pay"),
        (&["Switched off [integration]"], &[], "Added integration Pay"),
        (&["Moved [integration] to [host]"], &[], "Added integration Pay"),
        (&["Alert: [integration]"], &[], "Added integration Pay"),
        (&["[integration] is down"], &[], "Added integration Pay"),
        (&["[integration] was not added"], &[], "Added integration Pay"),
        (&["[integration]: added limit"], &[], "Added integration Pay"),
        (&["New component of [integration]"], &[], "Added integration Pay"),
        (&["Not added: [integration]"], &[], "Added integration Pay"),
        (&["Added and removed [integration]"], &[], "Added integration Pay"),
        (&["Re-added [integration]"], &[], "Added integration Pay"),
        (&["Added back [integration]"], &[], "Added integration Pay"),
        (&["New version: [integration]"], &[], "Added integration Pay"),
        (&["Added [integration] alert"], &[], "Added integration Pay"),
        (&["Added [field] to [integration]"], &["--partial"], "Added integration Pay"),
        (&["Down/Up: [integration]"], &[], "Added integration Pay"),
        (&["[integration]: [what]"], &["--partial"], "Added integration Pay"),
        (&["更新 [integration]"], &[], "Added integration Pay"),
        (&["Enabled [integration] for [purpose]"], &["purpose=all"], "Enabled Pay for all"),
        (&["Rotated credential of [integration]"], &[], "Added integration Pay"),
        (&["Rechnung für [Kunde]", "Neu"], &[], "Added integration Pay"),
    ] {
        let (status, err, title) = made(forms, more);
        assert_eq!((status, title.as_str()), (0, expected), "{forms:?}: {err}");
    }
    let (status, err, _) = made(&["Added [integration] for [purpose]"], &[]);
    assert!(status == 2 && err.contains("no value for `purpose`"), "{err}");
    assert!(err.contains("the log template `T` asks for `purpose`"), "{err}");
    let (status, err, _) = made(&["Enabled [integration] for [purpose]"], &[]);
    assert!(status == 2 && err.contains("the log template `T` asks for `purpose`"), "{err}");
    let (status, err, _) = made(&["Updated [integration] for [purpose]"], &["purpose=x"]);
    assert!(status == 2 && err.contains("does not ask for `purpose`"), "{err}");
}

/// As far as dates go, and no further.
#[test]
fn a_date_at_the_end_of_time_is_written_or_stays() {
    for (call, expected) in [
        ("add(260116,\"years\").add(31,\"days\").format(\"YYYY\")", Some("262142")),
        ("add(260116,\"years\").add(31,\"days\").format(\"gggg\")", None),
        ("add(999999,\"years\").format(\"YYYY\")", None),
    ] {
        let text = format!("# T\n\n<% moment(\"2026-11-30\").{call} %>\n");
        let place = Place::new(&[("T TEMPLATE.md", &text)]);
        let Ran { status, out, err } = place.run(&["new", "N", "--partial", "--diff"]);
        assert_eq!(status, 0, "{err}");
        let line = expected.map_or_else(|| text.lines().last().unwrap_or_default().to_owned(), str::to_owned);
        assert!(out.contains(&format!("+{line}\n")), "{call}: {out}");
    }
}
