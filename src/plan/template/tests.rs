//! Tests that fill in templates.

use super::*;
use crate::config::Config;
use crate::vault::Vault;

fn filled(text: &str, values: &[(&str, &str)]) -> (String, Vec<String>, Vec<(u32, String)>) {
    let vault = Vault::of_texts(Config::default(), &[("T TEMPLATE.md", text)]);
    let note = vault.find("T TEMPLATE.md").and_then(|id| vault.note(id)).unwrap();
    let made = Circumstances {
        path: "New.md".to_owned(),
        at: chrono::NaiveDate::from_ymd_opt(2026, 3, 1).and_then(|d| d.and_hms_opt(9, 5, 0)).unwrap(),
        date: "YYYY-MM-DD".to_owned(),
        time: "HH-mm".to_owned(),
    };
    let template = Template::read(note, text, &made);
    let mut given = Values::default();
    for (name, value) in values {
        given.set(name, value);
    }
    (template.fill(&given).unwrap(), template.missing(&given), template.unrendered)
}

#[test]
fn dates_names_and_values_are_filled_in() {
    let text = "---\naliases: [\"[Service Name]\", '[Other]']\ntags: [service]\n---\n# {{title}}\n\n- Created: {{date}}_{{time}}\n\
                - Owner: [Owner] {{Team}}\n- [ ] [x](y) [[Link]] [^1] [text][ref] `[Code]`\n\n```mermaid\ngraph TD\nA{{Box}}\n```\n";
    let (filled, missing, _) =
        filled(text, &[("service-name", "A \"b\""), ("other", "it's"), ("OWNER", "me"), ("team", "us")]);
    assert_eq!(missing, [""; 0]);
    assert_eq!(
        filled,
        text.replace("[Service Name]", "A \\\"b\\\"")
            .replace("[Other]", "it''s")
            .replace("{{title}}", "New")
            .replace("{{date}}_{{time}}", "2026-03-01_09-05")
            .replace("[Owner] {{Team}}", "me us")
    );
}

#[test]
fn no_value_ends_the_quotes_that_it_stands_in() {
    const VALUE: &str = r#"a "b" \ it's"#;
    const DOUBLE: &str = r#"a \"b\" \\ it's"#;
    let prompt = "<% tp.system.prompt(\"Owner\") %>";
    for (text, expected) in [
        ("---\nowner: \"V\"\n---\n", DOUBLE),
        ("---\nowner: \"by V, and V\"\n---\n", DOUBLE),
        ("---\nowner: 'V'\n---\n", r#"a "b" \ it''s"#),
        ("---\nowner: 'it''s V'\n---\n", r#"a "b" \ it''s"#),
        ("---\nowner: [x, \"V\"]\n---\n", DOUBLE),
        ("---\nlist:\n  - \"V\"\n---\n", DOUBLE),
        ("---\n# it's\ntext: \"two\n  lines of V\"\n---\n", DOUBLE),
        ("---\ntext: |\n  - 'tis\nowner: V\n---\n", VALUE),
        ("---\nowner: it's V\n---\n", VALUE),
        ("---\nowner: V and V\n---\n", VALUE),
        ("---\nx: \"y\"\n---\n\"V\" and 'V'\n", VALUE),
        ("```json\n{ \"owner\": \"V\" }\n```\n", DOUBLE),
        ("```js\n{ // don't\n  owner: 'by V' }\n```\n", r#"a "b" \\ it\'s"#),
        ("```sh\necho \"V\"\n```\n", VALUE),
    ] {
        // In code, a name in braces belongs to another language.
        let slots = if text.starts_with("```") { &[prompt][..] } else { &[prompt, "{{Owner}}"] };
        for slot in slots {
            let (filled, missing, _) = filled(&text.replace('V', slot), &[("owner", VALUE)]);
            assert_eq!((filled, missing), (text.replace('V', expected), Vec::new()), "{text}");
        }
    }
}

#[test]
fn a_value_stays_in_its_property_and_in_its_cell() {
    for (value, property, cell) in [
        ("@me", "\"@me\"", "@me"),
        ("see #3", "\"see #3\"", "see #3"),
        ("a: \"b\"", "\"a: \\\"b\\\"\"", "a: \"b\""),
        ("a|b", "a|b", "a\\|b"),
        ("[[Note|n]]", "\"[[Note|n]]\"", "[[Note\\|n]]"),
        ("[a, b]", "[a, b]", "[a, b]"),
        ("- x", "\"- x\"", "- x"),
        ("3", "3", "3"),
        ("2026-03-01", "2026-03-01", "2026-03-01"),
        ("C#", "C#", "C#"),
    ] {
        let text = "---\nnote: V\nmore:\n  - V\n---\n\n| a | b |\n| --- | --- |\n| V | x |\n";
        let (filled, ..) = filled(&text.replace('V', "{{Value}}"), &[("value", value)]);
        let expected = text.replace("note: V", &format!("note: {property}"));
        let expected = expected.replace("- V", &format!("- {property}")).replace("| V", &format!("| {cell}"));
        assert_eq!(filled, expected, "{value}");
    }
}

#[test]
fn quotes_go_around_all_that_needs_them() {
    for (text, values, expected) in [
        ("owner: {{A}} {{B}}", ["@me", "y"], "owner: \"@me y\""),
        ("owner: {{A}} {{B}}", ["a", "b: c"], "owner: \"a b: c\""),
        ("owner: {{A}} {{B}}", ["\"a\"", "b"], "owner: \"\\\"a\\\" b\""),
        ("owner: {{A}} {{B}}", ["[a", "b]"], "owner: \"[a b]\""),
        ("owner: {{A}} {{B}}", ["a", "b"], "owner: a b"),
        ("owner: {{A}} {{B}}", ["", "b"], "owner:  b"),
        ("owner: by {{A}} # {{B}}", ["#1", "x: y"], "owner: \"by #1\" # x: y"),
        ("owner: {{A}} # {{B}}", ["[a, b]", "x"], "owner: [a, b] # x"),
        ("tags: [{{A}}, x-{{B}}]", ["a] b", "y"], "tags: [\"a] b\", x-y]"),
        ("tags: [{{A}}, x-{{B}}]", ["'a'", "y,z"], "tags: ['a', \"x-y,z\"]"),
        ("tags: [{{A}}, {{B}}]", ["a, b c", "\"Doe, Jane\""], "tags: [a, b c, \"Doe, Jane\"]"),
        ("tags: [{{A}}, {{B}}]", ["yes: no,x", "[[Doe, Jane]]"], "tags: [\"yes: no\", x, \"[[Doe, Jane]]\"]"),
        ("tags: [{{A}}, x-{{B}}]", ["[[a]]", "#y"], "tags: [\"[[a]]\", x-#y]"),
        ("map: { k: {{A}}, \"l\": {{B}} }", ["a}", "b"], "map: { k: \"a}\", \"l\": b }"),
        (
            "meta: {owner: {{A}}, all: [{{B}}]}",
            ["Smith, John", "a, b"],
            "meta: {owner: \"Smith, John\", all: [a, b]}",
        ),
        ("list: [{{A}}: {{B}}]", ["a, b", "c, d"], "list: [\"a, b\": \"c, d\"]"),
        (
            "meta: {owner: {{A}}, team: {{B}}}",
            ["Jane Doe", "yes: no"],
            "meta: {owner: Jane Doe, team: \"yes: no\"}",
        ),
        ("{{A}}: {{B}}", ["a: b", "-"], "\"a: b\": \"-\""),
        ("text: {{A}}\n  and {{B}}", ["a", "b:"], "text: \"a\n  and b:\""),
        ("text: |\n  by {{A}}: {{B}}", ["@a", "b: c"], "text: |\n  by @a: b: c"),
        ("list:\n  - {{A}}-{{B}}\n  - é {{B}}", ["!a", "b #"], "list:\n  - \"!a-b #\"\n  - \"é b #\""),
        (
            "<%* await x(\"y: [\") %>\nowner: {{A}} <% tp.user.z() %> {{B}}",
            ["@a", "b"],
            "<%* await x(\"y: [\") %>\nowner: \"@a <% tp.user.z() %> b\"",
        ),
    ] {
        let whole = |inner: &str| format!("---\n{inner}\n---\n");
        let (filled, ..) = filled(&whole(text), &[("a", values[0]), ("b", values[1])]);
        assert_eq!(filled, whole(expected), "{text}");
        let yaml = frontmatter::cut(&filled).yaml.unwrap();
        assert!(text.contains("<%") || crate::syntax::properties::bare(&filled, yaml).is_some(), "{filled}");
    }
}

#[test]
fn what_has_no_value_is_named_once_and_stays() {
    let text = "[Owner] {{Owner}} <% tp.system.prompt(\"Team\") %>\n<%* await x() %>\n";
    let (filled, missing, unrendered) = filled(text, &[]);
    assert_eq!((filled.as_str(), missing), (text, vec!["Owner".to_owned(), "Team".to_owned()]));
    assert_eq!(unrendered, [(2, "<%* await x() %>".to_owned())]);
}

#[test]
fn prompts_of_quickadd_are_told_apart() {
    let text = "{{VALUE:owner}} on {{VALUE:host|h0}}, {{VALUE:low,high}} {{VALUE:low,high}} by {{VDATE:due,YYYY-MM-DD}}\n";
    let (missed, missing, _) = filled(text, &[("owner", "Ruth")]);
    assert_eq!(missing, ["VALUE", "due"]);
    assert_eq!(missed, text.replace("{{VALUE:owner}}", "Ruth").replace("{{VALUE:host|h0}}", "h0"));
    let values = [("owner", "Ruth"), ("host", "n1"), ("value", "low"), ("due", "2026-03-01")];
    let (filled_in, missing, _) = filled(text, &values);
    assert_eq!((filled_in.as_str(), missing), ("Ruth on n1, low low by 2026-03-01\n", Vec::new()));
    // One answer to both would be wrong in one place.
    let text =
        "{{VALUE:low,high}} {{VALUE:red,blue}} {{VDATE:due,YYYY}} {{VDATE:due,MM}} {{VALUE:a,b|name:c}}\n";
    let (left, missing, unrendered) = filled(text, &[("c", "b")]);
    assert_eq!((left, missing), (text.replace("{{VALUE:a,b|name:c}}", "b"), Vec::new()));
    assert_eq!(unrendered.len(), 4);
}

#[test]
fn log_templates_are_no_questions_and_integrations_are() {
    let text = "## Change Log Templates\n\n- Updates: 'YYYY-MM-DD_HH-mm - Updated [integration] for [purpose]'\n\n\
                ```js\n{ integration: { name: '[Name]', type: '[Type]', endpoint: '[URL]' } }\n```\n";
    let (filled, missing, _) = filled(text, &[("type", "it's")]);
    assert_eq!(missing, ["URL"]);
    assert!(filled.contains("Updated [integration] for [purpose]"));
    assert!(filled.contains(r"name: 'New', type: 'it\'s', endpoint: '[URL]'"), "{filled}");
}

#[test]
fn boards_are_copied_empty() {
    let body = "\n| [Owner] | {{Team}} | <% tp.x() %> |\n\n";
    let note = |body: &str, digest: &str| {
        format!(
            "# T\n\n<!-- portolan:board components -->\n{body}<!-- portolan:end{digest} -->\n\n[Status]\n"
        )
    };
    let digest = format!(" {}", crate::text::digest::body_digest(body));
    let values = [("Status", "On")];
    assert_eq!(
        filled(&note(body, &digest), &values),
        (note("", "").replace("[Status]", "On"), Vec::new(), Vec::new())
    );
    assert_eq!(filled(&note("\n", ""), &values).0, note("\n", "").replace("[Status]", "On"));
    // Text that a person has written into a board stays, and is filled in.
    let (text, missing, unrendered) = filled(&note(body, ""), &[("Status", "On"), ("Team", "us")]);
    assert_eq!(text, note(&body.replace("{{Team}}", "us"), "").replace("[Status]", "On"));
    assert_eq!((missing, unrendered.len()), (vec!["Owner".to_owned()], 1));
    // An expression around a board would be half a change of it.
    let around = format!("<% tp.system.prompt(\"Who?\n\n{}\n\") %>\n", note(body, &digest));
    let (text, missing, _) = filled(&around, &values);
    assert_eq!(
        (text, missing),
        (around.replace(body, "").replace(&digest, "").replace("[Status]", "On"), vec![])
    );
}

/// A line break between two expressions that both trim it is removed once.
#[test]
fn two_expressions_may_take_away_the_same_blanks() {
    let of = |text: &str| filled(text, &[("owner", "me")]).0;
    assert_eq!(of("# <% tp.file.title -%>\n<%- tp.date.now(\"YYYY\") %>\nend\n"), "# New2026\nend\n");
    assert_eq!(
        of("<% tp.file.title _%>\n\n <%_ tp.system.prompt(\"Owner\") _%> \n<%_ tp.file.title %>\n"),
        "NewmeNew\n"
    );
}
