//! Tests of the rules, with cases that are written as documentation: see `tests/rules/*.md`.
//!
//! A case is a `## ` section of a file. It has one or more notes, each in a fence of four backticks with
//! `file=PATH`, perhaps a fence of `toml` with the vault's `portolan.toml` and one of `schema` with its JSON
//! Schema for integrations, and a fence of `findings` with all expected findings: `PATH:LINE:COLUMN RULE`, one a
//! line. A message (`: MESSAGE`) after it, or a help (`  help: WORDS`) on the line below, is expected too;
//! `  help: none` expects that there is none. The `# ` headings of the file name the rule that the cases below
//! them are about.
//!
//! The cases of a rule about changes also have notes of the older vault, in fences with `before=PATH`. The other
//! notes are the same in both vaults. An empty note did not exist before.
//!
//! The clock stands at 2026-01-15 12:00 in every case.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use portolan::config::Config;
use portolan::model::finding::Finding;
use portolan::model::help::Help;
use portolan::rules::step::Step;
use portolan::rules::{self, RULES};
use portolan::text::stamp::Stamp;
use portolan::vault::Vault;

#[derive(Debug, Default)]
struct Case {
    rule: String,
    title: String,
    notes: Vec<(String, String)>,
    before: Vec<(String, String)>,
    config: String,
    schema: Option<String>,
    expected: Vec<Said>,
    has_findings: bool,
}

/// What is said of a case: by a rule, or by whoever has written it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    /// `PATH:LINE:COLUMN RULE`
    what: String,
    message: Option<String>,
    help: Option<String>,
}

impl Said {
    /// Reads the lines of a fence.
    fn read(lines: &str) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for line in lines.lines().filter(|line| !line.trim().is_empty()) {
            if let Some(help) = line.strip_prefix("  help: ") {
                all.last_mut().expect("a finding above").help = Some(help.to_owned());
                continue;
            }
            let (what, message) =
                line.split_once(": ").map_or((line, None), |(w, m)| (w, Some(m.to_owned())));
            all.push(Self { what: what.to_owned(), message, help: None });
        }
        all
    }

    fn by(finding: &Finding) -> Self {
        let (note, rule) = (&finding.note, finding.rule);
        let what = match finding.place {
            Some(place) => format!("{note}:{}:{} {rule}", place.line, place.column),
            None => format!("{note} {rule}"),
        };
        Self {
            what,
            message: Some(finding.message.clone()),
            help: finding.help.as_ref().map(Help::to_string),
        }
    }

    /// Whether a finding is what was expected: of the words, where some are.
    fn is_met_by(&self, found: &Self) -> bool {
        let same = |expected: &Option<String>, found| expected.is_none() || expected == found;
        let help = match self.help.as_deref() {
            Some("none") => found.help.is_none(),
            _ => same(&self.help, &found.help),
        };
        self.what == found.what && same(&self.message, &found.message) && help
    }
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let (mut rule, mut fence): (String, Option<(String, String, String)>) = (String::new(), None);
    for line in text.lines() {
        if let Some((marks, info, body)) = &mut fence {
            if line.trim_end() != marks {
                body.push_str(line);
                body.push('\n');
                continue;
            }
            let case = cases.last_mut().expect("a fence before the first case");
            let body = std::mem::take(body);
            if let Some(path) = info.strip_prefix("md file=") {
                case.notes.push((path.trim_matches('"').to_owned(), body));
            } else if let Some(path) = info.strip_prefix("md before=") {
                case.before.push((path.trim_matches('"').to_owned(), body));
            } else if info == "toml" {
                case.config = body;
            } else if info == "schema" {
                case.schema = Some(body);
            } else if info == "findings" {
                case.has_findings = true;
                case.expected.extend(Said::read(&body));
            }
            fence = None;
        } else if line.starts_with("```") {
            let marks: String = line.chars().take_while(|c| *c == '`').collect();
            fence = Some((marks.clone(), line[marks.len()..].trim().to_owned(), String::new()));
        } else if let Some(title) = line.strip_prefix("## ") {
            cases.push(Case { rule: rule.clone(), title: title.to_owned(), ..Case::default() });
        } else if let Some(name) = line.strip_prefix("# ") {
            name.trim().clone_into(&mut rule);
        }
    }
    cases
}

fn vault(case: &Case, notes: &[(String, String)]) -> Vault {
    let mut config = Config::read(&case.config, &rules::names()).expect("the case's configuration is valid");
    config.integration_validator = case.schema.as_ref().map(|schema| {
        let schema = serde_json::from_str(schema).expect("the case's schema is JSON");
        jsonschema::validator_for(&schema).expect("the case's schema is a valid schema")
    });
    let texts: Vec<(&str, &str)> = notes.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    Vault::of_texts(config, &texts)
}

fn check(case: &Case) -> Vec<Said> {
    let now =
        NaiveDate::from_ymd_opt(2026, 1, 15).and_then(|d| d.and_hms_opt(12, 0, 0)).expect("a real time");
    let now = Some(Stamp::to_the_minute(now));
    let after = vault(case, &case.notes);
    let mut findings = rules::run(&after, now);
    if !case.before.is_empty() {
        let mut notes: BTreeMap<String, String> = case.notes.iter().cloned().collect();
        notes.extend(case.before.iter().cloned());
        notes.retain(|_, text| !text.is_empty());
        let before = vault(case, &Vec::from_iter(notes));
        findings.extend(Step::between(&before, &after, |_| true, now).findings());
    }
    findings.iter().map(Said::by).collect()
}

fn all_cases() -> Vec<(String, Case)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of cases")
        .map(|e| e.expect("an entry").path())
        .collect();
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file of cases");
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        all.extend(cases(&text).into_iter().map(|case| (name.clone(), case)));
    }
    all
}

#[test]
fn every_case_gives_exactly_its_findings() {
    let mut wrong = Vec::new();
    for (file, case) in all_cases() {
        assert!(case.has_findings, "{file}: `{}` has no fence of findings", case.title);
        let found = check(&case);
        let meets = |(expected, found): (&Said, &Said)| expected.is_met_by(found);
        if found.len() != case.expected.len() || !case.expected.iter().zip(&found).all(meets) {
            wrong
                .push(format!("{file}: {}\n  expected {:#?}\n  found {found:#?}", case.title, case.expected));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_rule_has_three_cases_that_find_and_three_look_alikes() {
    let mut counts: BTreeMap<String, (usize, usize, usize)> = BTreeMap::new();
    for (file, case) in all_cases() {
        assert!(rules::find(&case.rule).is_some(), "{file}: `{}` is not a rule", case.rule);
        let (found, silent, worded) = counts.entry(case.rule.clone()).or_default();
        let finds: Vec<&Said> =
            case.expected.iter().filter(|said| said.what.ends_with(&format!(" {}", case.rule))).collect();
        if finds.is_empty() {
            *silent += 1;
        } else {
            *found += 1;
        }
        *worded += finds.iter().filter(|said| said.message.is_some()).count();
    }
    let elsewhere = |rule: &str| ELSEWHERE.iter().find(|(name, _)| *name == rule);
    for rule in RULES {
        if let Some((name, test)) = elsewhere(rule.name) {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
            let text = std::fs::read_to_string(folder.join(test)).expect("the test that has the cases");
            assert!(text.contains(name), "{test} has no case of {name}");
            continue;
        }
        let (found, silent, worded) = counts.get(rule.name).copied().unwrap_or_default();
        assert!(found >= 3 && silent >= 3, "{}: {found} cases that find, {silent} that do not", rule.name);
        assert!(worded > 0, "{}: no case has the words of a finding", rule.name);
    }
}

/// Rules whose cases need more than texts, and the test that has them.
const ELSEWHERE: [(&str, &str); 2] =
    [("file-not-utf8", "disk_rules.rs"), ("file-unreadable", "disk_rules.rs")];

#[test]
fn a_timestamp_of_another_form_is_quoted_whole_and_has_a_way_out() {
    let check = |entry: &str, stamp: &str, wanted: &str| {
        let text = format!("## Modification History\n\n- 2025-05-01_09-00 - a\n- {entry}\n");
        let vault = Vault::of_texts(Config::default(), &[("a.md", &text)]);
        let findings = rules::run(&vault, None);
        let said: Vec<_> =
            findings.iter().map(|f| (f.message.as_str(), f.help.as_ref().map(Help::to_string))).collect();
        let message = format!("`{stamp}` is not a timestamp of the form `YYYY-MM-DD_HH-mm`");
        let help =
            format!("write it as `{wanted}`; `timestamp` in `portolan.toml` sets another form for the vault");
        assert_eq!(said, [(message.as_str(), Some(help))], "{entry}");
    };
    check("2025-06-01 - x", "2025-06-01", "YYYY-MM-DD_HH-mm");
    check("2025-06-01: x", "2025-06-01", "YYYY-MM-DD_HH-mm");
    check("2025-06-01 10:20 - x", "2025-06-01 10:20", "2025-06-01_10-20");
    check("v1.0 (2025-06-01T10:20:30): x", "2025-06-01T10:20:30", "2025-06-01_10-20");
}

#[test]
fn a_format_in_the_place_of_a_timestamp_is_called_one() {
    let check = |value: &str, expected: &str| {
        let text = format!(
            "## System Initialization\n\n- Status: x\n- Created: {value}\n- Last Modified: 2025-03-01_10-00\n"
        );
        let vault = Vault::of_texts(Config::default(), &[("a.md", &text)]);
        let messages: Vec<String> = rules::run(&vault, None).into_iter().map(|f| f.message).collect();
        assert_eq!(messages, [expected], "{value}");
    };
    for format in ["YYYY-MM-DD_HH-mm", "YYYY-MM-DD", "DD.MM.YYYY HH:mm"] {
        check(format, &format!("the format `{format}` stands where a timestamp belongs"));
    }
    check("YYYY-MM", "`YYYY-MM` is not a timestamp of the form `YYYY-MM-DD_HH-mm`");
    check("May 2025", "`May 2025` is not a timestamp of the form `YYYY-MM-DD_HH-mm`");
}

#[test]
fn a_cell_in_code_is_quoted_once() {
    let table = "| Metric | Target | Current | Status |\n| - | - | - | - |\n| `p99` | `< 5` | `7` | 🟢 |\n";
    let vault = Vault::of_texts(Config::default(), &[("a.md", table)]);
    let messages: Vec<String> = rules::run(&vault, None).into_iter().map(|f| f.message).collect();
    assert_eq!(
        messages,
        ["`p99` is `7` and misses its target `< 5`", "`p99` is marked `🟢`, but `7` misses its target"]
    );
}
