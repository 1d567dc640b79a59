//! Checks every JSON document that portolan prints against the schema that it prints for it, and the log for code
//! scanning against the official schema of SARIF.
//!
//! The published schemas allow further keys, because a later version may add some. These tests do not: a key that
//! no schema describes was forgotten there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use portolan::report::wire::KINDS;
use serde_json::{Value, json};

mod place;
use place::Place;

/// Vaults with something of every kind in them. The last is extra: it is not part of the repository.
fn vaults() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let all = ["vault-example", "tests/defects", "../shared/reference-vault"];
    all.into_iter().map(|vault| root.join(vault)).filter(|vault| vault.is_dir()).collect()
}

fn run(args: &[&str]) -> String {
    Place::bare(&[]).run(args).out
}

fn printed(args: &[&str]) -> Value {
    serde_json::from_str(&run(args)).unwrap_or_else(|error| panic!("{args:?}: {error}"))
}

fn of_vault(vault: &Path, args: &[&str]) -> Value {
    printed(&[&["--vault", &vault.to_string_lossy()], args].concat())
}

/// A schema that lets no key pass that it does not describe.
fn strict(schema: &Value) -> Validator {
    let mut schema = schema.clone();
    close(&mut schema);
    jsonschema::validator_for(&schema).expect("a schema")
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("properties").is_some_and(Value::is_object) && object.get("type").is_some() {
                object.entry("unevaluatedProperties").or_insert(false.into());
            }
            object.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

fn assert_fits(validator: &Validator, document: &Value, what: &str) {
    let errors: Vec<String> =
        validator.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{what}:\n{}", errors.join("\n"));
}

/// The arguments that print the document of a kind; none for the kinds that are read, not printed.
fn command(kind: &str) -> Option<Vec<&str>> {
    match kind {
        "config" | "integration" | "baseline" | "board"
        // A stream that never ends and a look at a repository: tests/watch.rs and tests/revisions.rs hold them
        // against their schemas.
        | "watch" | "diff" => None,
        "check" => Some(vec!["check", "--format", "json"]),
        "graph" => Some(vec!["graph", "--format", "json"]),
        list => Some(vec!["list", list, "--format", "json"]),
    }
}

#[test]
fn what_is_printed_fits_its_schema() {
    for kind in KINDS {
        let schema = printed(&["schema", kind]);
        jsonschema::meta::validate(&schema).unwrap_or_else(|e| panic!("{kind} is no schema: {e}"));
        let Some(command) = command(kind) else { continue };
        let validator = strict(&schema);
        let mut records = 0;
        for vault in vaults() {
            let document = of_vault(&vault, &command);
            assert_fits(&validator, &document, &format!("{kind} of {}", vault.display()));
            assert_eq!((&document["schema"], document["portolan"].is_string()), (&json!(1), true));
            records += document
                .as_object()
                .into_iter()
                .flatten()
                .filter_map(|(_, v)| v.as_array())
                .flatten()
                .count();
        }
        assert!(records > 0, "no vault has anything for `{kind}`");
    }
}

#[test]
fn a_schema_names_every_key_as_one_that_is_there() {
    for kind in KINDS {
        let Some(command) = command(kind) else { continue };
        let schema = printed(&["schema", kind]);
        let required: BTreeSet<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let document = of_vault(&vaults()[0], &command);
        let keys: BTreeSet<&str> =
            document.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(keys, required, "{kind}");
    }
}

#[test]
fn a_baseline_fits_its_schema() {
    let place = Place::copy_of("tests/defects");
    place.run(&["check", "--baseline", "baseline.json", "--baseline-update"]);
    let baseline: Value = serde_json::from_str(&place.read("baseline.json")).expect("JSON");
    assert_fits(&strict(&printed(&["schema", "baseline"])), &baseline, "baseline");
    assert!(baseline["findings"].as_object().is_some_and(|findings| findings.len() > 10));
}

#[test]
fn the_schema_of_the_configuration_takes_what_portolan_takes() {
    let validator = jsonschema::validator_for(&printed(&["schema", "config"])).expect("a schema");
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("the README");
    let examples = readme.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let example = examples.last().expect("an example");
    assert!(example.contains("\n[vocabulary]"), "the example is not complete:\n{example}");
    for (text, valid) in [
        (example, true),
        ("", true),
        ("review-days = 365\n[rules]\nnote-orphan = \"info\"\n", true),
        ("exclud = []\n", false),
        ("exclude = 3\n", false),
        ("[rules]\nnote-orphan = \"loud\"\n", false),
        ("[rules]\nnote-orfan = \"info\"\n", false),
        ("[sections]\nhistry = []\n", false),
        ("[[paths]]\nrules = { note-orphan = \"off\" }\n", false),
    ] {
        let value: Value = toml::from_str(text).expect("TOML");
        assert_eq!(validator.is_valid(&value), valid, "{text}");
        let read = portolan::config::Config::read(text, &portolan::rules::names());
        assert_eq!(read.is_ok(), valid, "{text}: {read:?}");
    }
}

/// Key by key, with what is right but for a little.
#[test]
fn the_schema_of_the_configuration_refuses_what_portolan_refuses() {
    let validator = jsonschema::validator_for(&printed(&["schema", "config"])).expect("a schema");
    let place = Place::bare(&[("s.json", "{}"), ("..s.json", "{}")]);
    let check = |text: &str, valid: bool| {
        place.write("portolan.toml", text);
        let read = portolan::setup::read(&place.vault(), None, None);
        assert_eq!(read.is_ok(), valid, "{text}: {:?}", read.err());
        let value: Value = toml::from_str(text).expect("TOML");
        assert_eq!(validator.is_valid(&value), valid, "the schema of {text}");
    };
    let each = |key: &str, value: &str, valid: bool| check(&format!("{key} = {value}\n"), valid);
    for (pattern, valid) in [
        ("YYYY-MM-DD_HH-mm", true),
        ("DD.MM.YYYY", true),
        ("YYYYMMDD HH:mm:ss", true),
        ("YYYY-MM-DD hh:mm", true),
        ("YYYY-MMM-DD", true),
        ("", false),
        ("HH:mm", false),
        ("YYYY-MM", false),
        ("YYYY-MMMM-DD", false),
        ("YYYY-MM-DD DD", false),
        ("YYYY-MM-DD HH:mm:mm", false),
        ("YYYY-MM-DD\\nYYYY", false),
        ("YY-MM-DD", false),
    ] {
        each("timestamp", &format!("\"{pattern}\""), valid);
    }
    for (zone, valid) in
        [("UTC", true), ("Europe/Berlin", true), ("europe/berlin", false), ("+02:00", false), ("", false)]
    {
        each("timezone", &format!("\"{zone}\""), valid);
    }
    for (path, valid) in [
        ("Archive/", true),
        (".hidden/", true),
        ("..a", true),
        (" a", true),
        ("a/../b", true),
        ("2024-", true),
        ("", false),
        (" ", false),
        (".", false),
        ("./a", false),
        ("/a", false),
        ("*.md", false),
        ("Archive/**", false),
    ] {
        each("exclude", &format!("[\"{path}\"]"), valid);
        each("templates", &format!("[\"T/\", \"{path}\"]"), valid);
        check(&format!("[[paths]]\npath = \"{path}\"\nrules = {{}}\n"), valid);
    }
    for (days, valid) in
        [("0", true), ("4294967295", true), ("-1", false), ("4294967296", false), ("1.5", false)]
    {
        each("review-days", days, valid);
    }
    for (path, valid) in [
        ("s.json", true),
        ("./s.json", true),
        ("/s.json", true),
        ("..s.json", true),
        ("", false),
        ("./", false),
        ("../s.json", false),
        ("./../s.json", false),
        ("..", false),
    ] {
        each("integration-schema", &format!("\"{path}\""), valid);
    }
    for (name, valid) in [
        ("incidents", true),
        ("über_2-a", true),
        ("नाम", true),
        ("", false),
        ("a b", false),
        ("a.b", false),
        ("a/b", false),
        ("a^b", false),
        ("a[b", false),
        ("~", false),
        ("metrics", false),
        ("summary", false),
    ] {
        each(&format!("boards.\"{name}\".template"), "\"b.md.j2\"", valid);
    }
    // The schema has no classes such as `\p{L}`, because not every validator knows them.
    assert!(!printed(&["schema", "config"]).to_string().contains(r"\p{"));
    for (text, valid) in [
        ("boards.a = {}", false),
        ("boards.a = { template = 3 }", false),
        ("boards.a = { template = \"\", more = 1 }", false),
        ("secret-schemes = [\"bao:\", \"\"]", true),
        ("secret-schemes = \"bao:\"", false),
        ("secret_schemes = []", false),
        ("vocabulary = { ok = [\"Up\"], types = { \"A / B\" = [\"c\"] }, measures = [\"TLS\"] }", true),
        ("vocabulary = { types = [\"c\"] }", false),
        ("vocabulary = { good = [\"Up\"] }", false),
        ("sections = { history = [] }", true),
        ("sections = { history = \"Log\" }", false),
        ("rules = { note-orphan = \"Error\" }", false),
        ("rules = { note-orphan = true }", false),
        ("timestamp = 2025-03-01", false),
        ("[[paths]]\npath = \"a/\"", false),
        ("[[paths]]\npath = \"a/\"\nrules = { note-orphan = \"off\" }\nmore = 1", false),
    ] {
        check(text, valid);
    }
}

#[test]
fn the_schema_of_the_block_agrees_with_the_rules() {
    use portolan::{config::Config, rules, vault::Vault};
    const JUDGES: [&str; 2] = ["integration-field-missing", "integration-field-type"];
    let validator = jsonschema::validator_for(&printed(&["schema", "integration"])).expect("a schema");
    let base = json!({ "name": "Payments", "type": "REST", "endpoint": "https://pay.example.com" });
    let mut blocks = vec![base.clone()];
    let values = [json!(null), json!("x"), json!(" "), json!(3), json!(true), json!(["x"]), json!({})];
    for path in ["name", "type", "version", "endpoint", "status", "logging", "auth", "config", "owner"] {
        for value in &values {
            let mut block = base.clone();
            block[path] = value.clone();
            blocks.push(block);
        }
        let mut without = base.clone();
        without.as_object_mut().expect("an object").remove(path);
        blocks.push(without);
    }
    for (object, key) in [
        ("auth", "type"),
        ("auth", "credentials"),
        ("config", "timeout"),
        ("config", "retry"),
        ("config", "rateLimit"),
    ] {
        // A number that stands for credentials is a secret before it is anything else.
        for value in values.iter().filter(|value| key != "credentials" || !value.is_number()) {
            let mut block = base.clone();
            block[object] = json!({ key: value });
            blocks.push(block);
        }
    }
    let mut verdicts = [0, 0];
    for block in blocks {
        for document in [json!({ "integration": block }), json!({ "integrations": [block] })] {
            let note = format!("```json\n{document:#}\n```\n");
            let vault = Vault::of_texts(Config::default(), &[("a.md", &note)]);
            let silent = rules::run(&vault, None).iter().all(|finding| !JUDGES.contains(&finding.rule));
            assert_eq!(validator.is_valid(&document), silent, "{document:#}");
            verdicts[usize::from(silent)] += 1;
        }
    }
    assert!(verdicts.iter().all(|count| *count > 20), "{verdicts:?}");
}

/// The schema is that of the standard (OASIS, SARIF 2.1.0, errata 01), which may be copied with its notice.
const SARIF: &str = include_str!("schemas/sarif-2.1.0.json");

#[test]
fn the_log_for_code_scanning_is_sarif() {
    let mut schema: Value = serde_json::from_str(SARIF).expect("JSON");
    // A pattern of the standard's own schema has a bracket too many; the log names no language.
    for object in ["run", "toolComponent"] {
        schema["definitions"][object]["properties"]["language"]["pattern"] = json!("");
    }
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for vault in vaults() {
        let log = of_vault(&vault, &["check", "--format", "sarif"]);
        assert_fits(&validator, &log, &vault.to_string_lossy());
    }
    assert!(
        !validator.is_valid(&json!({ "version": "2.1.0", "runs": [{}] })),
        "the schema accepts an invalid log"
    );
}
