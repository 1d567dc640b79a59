//! Tests that no part of a secret is printed, kept or written again, by any command, in any format, at any
//! verbosity.

use std::path::Path;

use portolan::config::Config;
use portolan::vault::Vault;

mod place;
use place::Place;

/// Made-up secrets of several shapes; put together here, so that no scanner takes this file for a leak.
fn secrets() -> Vec<String> {
    let key = "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA3bC6dE9f";
    vec![
        format!("ghp_{}{}", "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5", "0Zb5Hm"),
        format!("AKIA{}", "Q7ZK3M8XW2PL5RTD"),
        format!("sk_live_{}", &key[..24]),
        format!("xoxb-{}-{}-{}", "2938475610293", "8473625190283", &key[4..28]),
        format!("glpat-{}", "kX9_-T0JxMi3p28BqW7z"),
    ]
}

const PASSWORD: &str = "wl9-Quartz-Ember-41x";
const IN_URL: &str = "tr0ub4dor-and-3";
const IN_KEY: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

/// A note with secrets wherever a note has text, and with findings of most families beside them.
fn note(token: &str) -> String {
    format!(
        "---\naliases: [\"{token}\"]\nup: \"[[{token}]]\"\nstatus: {token}\nbroken: {{ {token}\n---\n\
         # Heading {token}\n\n\
         ## SYSTEM INITIALIZATION\n\n\
         - Status: 🟢 Actve {token}\n- Version: {token}\n- Created: {token}\n- Last Modified: 2025-01-01_10-00\n- Token: {token}\n\n\
         ## STATUS INDICATORS\n\n- 🟢 Active/{token}\n\n\
         ## CHANGE LOG TEMPLATES\n\n- Updates: 'YYYY-MM-DD_HH-mm - Set {token} for [x]'\n- Broken {token}: 'Set {token} [x'\n\n\
         ## MODIFICATION HISTORY\n\n- 2025-01-01_10-00 - Set {token}\n  - {token} → new\n- 2024-01-01_10-00 - Older {token}\n- 2025-13-01_10-00 - {token}\n\n\
         ## METRICS\n\n| Metric | Target | Current | Status |\n| --- | --- | --- | --- |\n| {token} | < 5 ms | 9 ms | 🟢 {token} |\n\n\
         See [[{token}]], [[b#{token}|{token}]], [x {token}](b.md#{token}), ![[{token}.png]], <% {token} %> and {{{{ {token} }}}}. ^{token}\n\n\
         <!-- portolan:allow link-unresolvd {token}: {token} -->\n\n\
         ```mermaid\ngraph TD\n  A[{token} (x)] --> B[\"{token}\"]\n  C[{token}]\n```\n\n\
         ```mermaid\ngraph TD\n  A[{token}] --> B\n  A[other] --> B\n```\n\n\
         ```json\n{{ \"integration\": {{ \"name\": \"N {token}\", \"type\": \"{token}\", \"endpont\": \"{token}\", \"endpoint\": \"bad {token}\", \"owner\": \"{token}\", \
         \"{token}\": 1, \"auth\": {{ \"type\": \"{token}\", \"credentials\": \"{PASSWORD}\" }}, \"config\": {{ \"timeout\": \"{token}\", \"rateLimit\": \"{token}\" }} }} }}\n```\n\n\
         ```json\n{{ \"integration\": {{ \"name\": \"Broken {token}\", \"password\": \"{PASSWORD}\", \"x\": }} }}\n```\n\n\
         > ```json\n> {{ \"integrations\": [{{ \"name\": \"Quoted\", \"type\": \"x\", \"endpoint\": \"https://app:{IN_URL}@x.example/{token}\", \"clientSecret\": '{PASSWORD}' }}] }}\n> ```\n\n\
         <!-- portolan:board events {token} -->\n{token}\n<!-- portolan:end -->\n\n\
         <!--\n```json\n{{ \"integration\": {{ \"name\": \"Old\", \"password\": \"{PASSWORD}\" }} }}\n```\n-->\n\n\
         <details>\n```json\n{{ \"integration\": {{ \"name\": \"Below\", \"password\": \"{PASSWORD}\" }} }}\n```\n</details>\n\n\
         -----BEGIN PRIVATE KEY-----\n{IN_KEY}\n-----END PRIVATE KEY-----\n\n\
         <!-- open\n```json\n{{ \"integration\": {{ \"name\": \"Last\", \"password\": \"{PASSWORD}\" }} }}\n"
    )
}

/// The files below a folder, as text.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(String::from_utf8_lossy(&std::fs::read(entry.path()).expect("a file")).into_owned());
        }
    }
    found
}

/// Eight characters of a secret in a row, if a text has any.
fn leak<'s>(text: &str, secret: &'s str) -> Option<&'s str> {
    // What comes before the random part of a token says only what it is.
    let from = secret.rfind(['_', '-']).filter(|at| *at < 9).map_or(0, |at| at + 1);
    (from..secret.len().saturating_sub(7)).map(|at| &secret[at..at + 8]).find(|piece| text.contains(*piece))
}

#[test]
fn no_part_of_a_secret_leaves_its_note() {
    let vault_commands: [&[&str]; 25] = [
        &["check"],
        &["check", "--no-cache"],
        &["-v", "check", "--color", "always"],
        &["check", "--format", "concise"],
        &["check", "--format", "json"],
        &["check", "--format", "sarif"],
        &["check", "--format", "github"],
        &["check", "--format", "junit"],
        &["check", "--diff"],
        &["check", "--diff", "--unsafe-fixes"],
        &["check", "--baseline", "base.json", "--baseline-update"],
        &["sync", "--diff"],
        &["sync", "--check"],
        &["graph"],
        &["graph", "--format", "json"],
        &["graph", "--format", "dot"],
        &["log", "a", "-m", "x", "--diff"],
        &["log", "a", "--template", "nothing"],
        &["new", "d", "--from", "a", "--partial", "--diff"],
        &["rename", "b", "c", "--diff"],
        &["rename", "a", "c", "--diff"],
        &["rename", "b#Top", "Upper", "--diff"],
        &["rename", "Quoted", "Cited", "--integration", "--diff"],
        &["list", "links", "--unresolved", "--format", "json"],
        &["resolve", "a#nothing", "--explain"],
    ];
    for (crlf, token) in [false, true].into_iter().cycle().zip(secrets()) {
        let place = Place::new(&[]);
        let text = note(&token);
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        let canvas = format!(
            "{{ \"nodes\": [{{ \"id\": \"1\", \"type\": \"text\", \"text\": \"[[{token}]]\" }}, {{ \"id\": \"2\", \"type\": \"file\", \"file\": \"{token}.md\" }}] }}"
        );
        for (path, text) in [
            ("a.md", text.as_str()),
            (
                "b.md",
                "# Top\n\n```json\n{ \"integration\": { \"name\": \"[Name]\", \"endpoint\": \"[Endpoint]\" } }\n```\n\n[[a]]\n\n<!-- portolan:board integrations -->\n<!-- portolan:end -->\n\n<!-- portolan:board alerts -->\n<!-- portolan:end -->\n",
            ),
            ("c.canvas", canvas.as_str()),
        ] {
            place.write(path, text);
        }
        let mut outputs: Vec<(String, String)> = Vec::new();
        for args in vault_commands {
            outputs.push((args.join(" "), place.said(args).1));
        }
        let endpoint = format!("endpoint=https://app:{IN_URL}@x.example/{token}");
        let made = place.said(&["new", "integration", "P", "--in", "b", &endpoint, "--diff"]).1;
        assert!(made.contains("looks like a secret"), "{made}");
        outputs.push(("new integration".to_owned(), made));
        for kind in
            ["notes", "links", "integrations", "diagrams", "history", "templates", "metrics", "boards"]
        {
            for format in ["table", "json"] {
                let said = place.said(&["list", kind, "--format", format]).1;
                outputs.push((format!("list {kind} {format}"), said));
            }
        }
        assert!(outputs[0].1.contains("[integration-secret]"), "{}", outputs[0].1);
        place.said(&["sync"]);
        outputs.push(("the board".to_owned(), place.read("b.md")));
        for kept in files(&place.beside("cache")) {
            outputs.push(("the cache".to_owned(), kept));
        }
        outputs.extend(
            files(place.dir())
                .into_iter()
                .filter(|file| file.contains("\"findings\""))
                .map(|f| ("the baseline".to_owned(), f)),
        );
        for (what, output) in outputs {
            for secret in [token.as_str(), PASSWORD, IN_URL, IN_KEY] {
                assert_eq!(leak(&output, secret), None, "{what}:\n{output}");
            }
        }
    }
}

#[test]
fn a_fix_beside_a_secret_keeps_it() {
    let token = &secrets()[0];
    let place = Place::new(&[]);
    let text = |label: &str| {
        format!("```mermaid\ngraph TD\n  A[{label}] --> B[{token}]\n```\n\nhttps://u:{IN_URL}@x.example\n")
    };
    place.write("a.md", &text("x (y)"));
    let said = place.said(&["check", "--fix"]).1;
    assert_eq!(place.read("a.md"), text("\"x (y)\""));
    assert_eq!(leak(&said, token), None);
}

/// What may stand behind a key of an integration whose block cannot be read, or whose secret is only in part of
/// a known shape.
fn members() -> Vec<String> {
    let aws = &secrets()[1];
    vec![
        format!("\"credentials\": \"{PASSWORD}"),
        format!("\"credentials\": \"{PASSWORD}, \"status\": \"x\", \"broken\": ,"),
        format!("\"credentials\": \"{PASSWORD}, timeout: 30"),
        format!("\"credentials\": \"{PASSWORD}, timeout: 30, \"broken\": ,"),
        format!("\"credentials\": \"{PASSWORD}\nm0re, \"broken\": ,"),
        format!("\"status\": \"x, \"credentials\": \"{PASSWORD}\","),
        format!("\"status: \"x\", \"credentials: \"{PASSWORD}\","),
        format!("\"credentials\": {PASSWORD},"),
        format!("\"credentials\": “{PASSWORD}”,"),
        format!("\"secrets\": [\"env:A\", \"{PASSWORD}\"], \"broken\": ,"),
        format!("\"secrets\": [\"{PASSWORD}\", \"broken\": ,"),
        format!("\"credentials\": {{\"value\": \"{PASSWORD}\"}}, \"broken\": ,"),
        format!(
            "\"credentials\": {{\"user\": \"x\", \"value\": [{{ \"a\": \"{PASSWORD}\" }}] }}, \"broken\": ,"
        ),
        format!("\"credentials\" = \"{PASSWORD}\","),
        format!("\"credentials\" \"{PASSWORD}\","),
        format!("\"credentials\": `{PASSWORD}`,"),
        format!("\"credentials\": `x\n{PASSWORD}`,"),
        format!("\"credentials\": atob(\"{PASSWORD}\"),"),
        format!("\"credentials\": \"{aws}:{PASSWORD}\","),
        format!("\"credentials\": \"{aws}:{PASSWORD}\", \"broken\": ,"),
        format!("\"credentials\": \"https://u:{IN_URL}@x.example/?key={PASSWORD}\","),
        format!("\"credentials\": \"https://u:{IN_URL}@x.example/?key={PASSWORD}\", \"broken\": ,"),
        format!("\"retries\": [1, , 2], \"credentials\": \"{PASSWORD}\","),
        format!("...base, \"credentials\": \"{PASSWORD}\","),
        format!("\"timeout\": 30*1000, \"credentials\": \"{PASSWORD}\","),
        format!("}}, \"integration\": {{ \"a\": , \"credentials\": \"{PASSWORD}\","),
    ]
}

#[test]
fn no_block_is_too_broken_to_be_masked() {
    let place = Place::new(&[]);
    let members = members();
    for language in ["json", "js"] {
        for (at, member) in members.iter().enumerate() {
            // On one line with what is wrong, and with something that is found.
            let text = format!(
                "[[nowhere]]\n\n> ```{language}\n> {{ \"integration\": {{ \"name\": \"N{at}\", \"endpoint\": \"b d\", {}\n> }} }}\n> ```\n",
                member.replace('\n', "\n> ")
            );
            place.write(&format!("{language}{at}.md"), &text);
        }
    }
    for args in [
        &["check"][..],
        &["check", "--no-cache", "--format", "json"],
        &["check", "--no-cache", "--format", "sarif"],
        &["list", "integrations", "--format", "json"],
    ] {
        let output = place.said(args).1;
        for secret in [PASSWORD, IN_URL] {
            assert_eq!(leak(&output, secret), None, "{args:?}:\n{output}");
        }
    }
    let output = place.said(&["check", "--no-cache", "--format", "concise"]).1;
    for language in ["json", "js"] {
        for (at, member) in members.iter().enumerate() {
            let found = output.lines().filter(|line| line.starts_with(&format!("{language}{at}.md:")));
            let secrets = found.filter(|line| line.contains("[integration-secret]")).count();
            // A second line of a text that no line closes is a second secret.
            let lines = 1 + usize::from(member.contains("\nm0re"));
            assert_eq!(secrets, lines, "{language}: {member}\n{output}");
        }
    }
}

/// What nests too deep is not read, and shown all the same: with the line that is to blame.
#[test]
fn a_note_that_nests_too_deep_is_masked() {
    let token = &secrets()[0];
    let place = Place::new(&[]);
    let text = format!("# A\n\nAn ordinary line: {token}\n\n{} {token}\n", ">".repeat(1005));
    place.write("a.md", &text);
    let formats = ["human", "concise", "json", "sarif", "github", "junit"];
    // The second time it is the cache that answers.
    for format in formats.iter().chain(&formats) {
        let output = place.said(&["check", "--format", format]).1;
        assert_eq!(leak(&output, token), None, "{format}:\n{output}");
    }
    let output = place.said(&["check", "--format", "concise"]).1;
    assert_eq!(output.matches("[integration-secret]").count(), 2, "{output}");
    assert_eq!(output.matches("[file-unreadable]").count(), 1, "{output}");
}

/// What the findings about secrets of a note are about.
fn subjects(integrations: &[&str]) -> Vec<String> {
    let note = format!("# Pay\n\n```json\n{{ \"integrations\": [{}] }}\n```\n", integrations.join(",\n"));
    let vault = Vault::of_texts(Config::default(), &[("Pay.md", &note)]);
    let findings = portolan::rules::run(&vault, None).into_iter();
    findings.filter(|finding| finding.rule == "integration-secret").map(|finding| finding.subject).collect()
}

/// Whoever mends one and leaks another has leaked one that is new.
#[test]
fn a_secret_is_known_by_its_shape_and_the_path_of_its_key() {
    let shape = "credential written out";
    for (integration, expected) in [
        ("{ 'name': 'A', 'auth': { 'credentials': 'gulls-7-pier' } }", &[" A.auth.credentials"][..]),
        ("{ 'name': 'B', 'auth': { 'credentials': 'gulls-7-pier' } }", &[" B.auth.credentials"]),
        ("{ 'name': 'A', 'auth': { 'credentials': 'another-one' } }", &[" A.auth.credentials"]),
        ("{ 'name': 'A', 'auth': { 'credentials': 'env:A' } }", &[]),
        ("{ 'name': 'A', 'type': 'x', 'password': 'gulls-7-pier' }", &[" A.password"]),
        (
            "{ 'name': 'A', 'type': 'x', 'secrets': ['gulls-7-pier', 'another-one'] }",
            &[" A.secrets", " A.secrets"],
        ),
        ("{ 'auth': {}, 'password': 'gulls-7-pier' }", &[" .password"]),
        // What is no integration is shown as little.
        ("{ 'name': 'A', 'password': 'gulls-7-pier' }", &[""]),
        ("{ 'env': { 'DB_PASSWORD': 'gulls-7-pier' } }", &[""]),
        ("{ 'name': 'A', 'password': 'gulls-7-pier', }, { 'name' }", &[""]),
    ] {
        let expected: Vec<String> = expected.iter().map(|field| format!("{shape}{field}")).collect();
        assert_eq!(subjects(&[integration]), expected, "{integration}");
    }
    let both = [
        "{ 'name': 'A', 'password': 'gulls-7-pier' }",
        "{ 'name': 'B', 'endpoint': 'ftp://ana:seven-gulls-7@b.example' }",
    ];
    assert_eq!(subjects(&both), [&format!("{shape} A.password"), "password in a URL B.endpoint"]);
}
