//! Texts that make a careless reader slow or recurse deeply. Shared by `tests/hostile.rs` and
//! `benches/hostile.rs`.

use std::fmt::Write as _;

/// Every shape with its name, each with `n` of what is counted.
pub(crate) fn shapes(n: usize) -> Vec<(&'static str, String)> {
    let mut shapes = of_one_piece(n);
    for (name, head, piece, tail) in [
        ("nested pictures", "", "![a ", "](b)"),
        ("closed brackets", "", "[", "]"),
        ("a table", "|a|b|\n|-|-|\n", "|[[x]]|2|\n", ""),
        ("a wide table", "", "|a", "|-"),
        ("metrics", "|a|Target|Current|Status|\n|-|-|-|-|\n", "|x|< 1ms|2ms|🟢|\n", ""),
        ("a history", "# Modification History\n\n", "- 2024-01-01_00-00 - x\n", "  - d\n"),
        (
            "a mixed history",
            "# Modification History\n\n",
            "- 2024-01-01_00-00 - x\n- v1.0.0 (2024-01-02_00-00) - y\n",
            "",
        ),
        ("a header", "# System Initialization\n\n", "- Status: v\n", ""),
        ("comments in a value of a header", "# System Initialization\n\n- Status: v", " %%c%% #t", "\n"),
        (
            "dashes behind a date of a header",
            "# System Initialization\n\n- Created: 2025-01-01 ",
            "- a\\|",
            "\n",
        ),
        ("remarks in remarks", "# System Initialization\n\n- Status: a: ", "(", ")"),
        ("open remarks", "# System Initialization\n\n- Status: ", "| ([a: [[b {{c <%`d version  ", ""),
        (
            "remarks on a status",
            "# Status Indicators\n\n- 🟢 A\n\n# System Initialization\n\n- Status: ",
            "b, c - d. (e ",
            "",
        ),
        (
            "statuses in one",
            "# Status Indicators\n\n- 🟢 A\n\n# System Initialization\n\n- Status: ",
            "A/",
            "b",
        ),
        (
            "a status in brackets",
            "# Status Indicators\n\n- 🟢 A\n\n# System Initialization\n\n- Status: ",
            "[(==",
            "",
        ),
        ("one key", "---\n", "k: v\n", "\n"),
        (
            "silencers of properties",
            "---\nrelated: \"[[Gone]]\"\n---\n",
            "<!-- portolan:allow link-unresolved: x -->\n",
            "",
        ),
        ("yaml lists", "---\na: ", "[", "\n"),
        ("yaml maps", "---\na: ", "{a: ", "\n"),
        ("yaml keys", "---\na: ", "? ", "\n"),
        ("json objects", "```json\n{\"integration\": ", "{\"a\":", ""),
        ("json lists", "```json\n{\"integration\": ", "[", ""),
        ("json comments", "```js\n{\"integration\": {", "/* ", ""),
        ("open credentials", "```json\n{\"integration\": {\"a\": , ", "\"secrets\": [\"b, 'c\n`", ""),
        ("quotes in credentials", "```js\n{\"integration\": {\"a\": , \"token\": ", "\"\\'`", ""),
        ("surrogates", "```json\n{\"integration\": {\"name\": \"", "\\ud800", ""),
        ("one name", "```json\n{\"integration\": {", "\"name\": \"a\", ", "}"),
        (
            "integrations",
            "```json\n{\"integrations\": [",
            "{\"name\": \"a\", \"type\": \"b\", \"endpoint\": \"http://c\"}, ",
            "]",
        ),
        ("boxes", "```mermaid\ngraph TD\na", "[", ""),
        ("rhombs", "```mermaid\ngraph TD\na", "{", ""),
        ("a chain", "```mermaid\ngraph TD\na", " --> a", ""),
        ("subgraphs", "```mermaid\ngraph TD\n", "subgraph a\nx\n", "end\n"),
        ("directives", "```mermaid\n", "%%{init: {", ""),
        ("cut directives", "```mermaid\n", "%%{a:.\u{2028}", ""),
        ("open texts", "```mermaid\ngraph TD\n", "a[\"x\n", ""),
        ("alternatives", "# Status Indicators\n\n- 🟢 ", "a/", ""),
        ("templates", "# Change Log Templates\n\n- L: 'YYYY-MM-DD_HH-mm - ", "[a] ", "[b"),
    ] {
        shapes.push((name, format!("{head}{}{}", piece.repeat(n), tail.repeat(n))));
    }
    shapes.extend(of_many_things(n));
    shapes
}

/// Shapes that are one piece, again and again.
fn of_one_piece(n: usize) -> Vec<(&'static str, String)> {
    let mut shapes = Vec::new();
    for (name, piece) in [
        ("quotes", "> "),
        ("tight quotes", ">"),
        ("brackets", "["),
        ("double brackets", "[["),
        ("embeds", "![["),
        ("links", "[[a]] "),
        ("link openers", "[a]("),
        ("angled openers", "[a](<b "),
        ("titles", "[a](b \"c "),
        ("pictures in pictures", "![a "),
        ("references", "[a][b]"),
        ("definitions", "[a]: b\n"),
        ("footnotes", "[^a]"),
        ("emphasis", "*a _b **c ~~"),
        ("code", "`a `` "),
        ("math", "$a $$b "),
        ("comments", "<!-- a "),
        ("comments apart", "<!-- a\n\n"),
        ("percents", "%% a\n\n"),
        ("comments in a line", "%%a%% "),
        ("comments in formulas", "%%\n\n- a\n\n$$\n\n%%\n\n    - b\n\n$$\n\n"),
        ("commented code", "<!-- ```json\n{\"integration\"\n-->\n\n"),
        ("code in an open comment", "<!-- \n```json\n{\"integration\"\n```\n"),
        ("code in html", "<div>\n```json\n{\"integration\"\n\n"),
        ("closed code in html", "<div>\n```json\n{\"integration\"\n\n}\n```\n\n"),
        ("html", "<a <? <!A <![CDATA["),
        ("autolinks", "<http://a "),
        ("tags", "#a/"),
        ("ids", "^a "),
        ("entities", "&#1111111&a;"),
        ("backslashes", "\\"),
        ("nuls", "a\0b [[\0]]\n"),
        ("bom", "\u{feff}"),
        ("blanks", " \t\u{a0}"),
        ("carriage returns", "\r"),
        ("templater", "<%* a\n\n"),
        ("braces", "{{a "),
        ("placeholders", "{{NAME}} [Name] "),
        ("escaped placeholders", "\\\\\\{{NAME}} "),
        ("fences", "```\n~~~\n"),
        ("mermaid", "```mermaid\ngraph TD\n"),
        ("starts", "<!-- portolan:board events -->\n\n"),
        ("ends", "<!-- portolan:end -->\n\n"),
        ("silencers", "<!-- portolan:allow link-unresolved: x -->\n\n[[none]]\n\n"),
        ("silencers in a line", "a <!-- portolan:allow x: y --> "),
        ("bare silencers", "<!-- portolan:allow x -->\n\n"),
        ("open silencers", "<!-- portolan:allow x \n\n"),
        ("conflicts", "<<<<<<< a\n=======\n>>>>>>> b\n"),
        ("examples of conflicts", "<!-- portolan:x -->\n\n```\n<<<<<<< a\n=======\n>>>>>>> b\n```\n\n"),
        ("headings", "# a [[#b]]\n"),
        ("anchors of headings", "# a ](<b `_\n\n[x](#a-b-_-1)\n\n"),
        ("callouts", "> [!note]\n\n"),
        ("dashes", "- "),
        ("key blocks", "-----BEGIN RSA PRIVATE KEY-----\n"),
        ("addresses", "https://a:b@"),
        ("masked passwords", "ftp://a_key:a_xxx.xxx@"),
        ("tokens", "postgres://u:seven-gulls-7@db.example/x\n"),
        ("overrides", "\u{202e}[[\u{200d}]]"),
        ("response times", "- Response Time: 1ms\n"),
        ("histories", "## Modification History\n"),
        ("histories of one entry", "## Modification History\n\n- 2024-01-01_00-00 - x\n\n"),
    ] {
        shapes.push((name, piece.repeat(n)));
    }
    shapes
}

/// Shapes whose things differ from each other.
#[rustfmt::skip]
fn of_many_things(n: usize) -> Vec<(&'static str, String)> {
    let numbered = |line: &dyn Fn(usize) -> String| (0..n).map(line).collect::<String>();
    let head = "# Modification History\n\n";
    vec![
        ("many headings", numbered(&|i| format!("# h{i}\n[[#g{i}]]\n"))),
        ("paths of headings", numbered(&|i| format!("# a {i} b\n[[#a {}#b]] [[#a {i}#x]]\n", n - 1 - i))),
        ("equal headings", format!("# a\n{}", numbered(&|_| "# b\n[[#a#b]]\n".to_owned()))),
        ("many attributes", format!("<!-- portolan:board events {}-->\n<!-- portolan:end -->\n", numbered(&|i| format!("k{i}=v ")))),
        ("many definitions", numbered(&|i| format!("[a{i}]: b\n"))),
        ("many missing notes", numbered(&|i| format!("[[note{i}]]\n"))),
        ("many keys", format!("---\n{}---\n", numbered(&|i| format!("k{i}: v\n")))),
        ("many anchors", format!("---\n{}---\n", numbered(&|i| format!("k{i}: &a{i} v\nl{i}: *a{i}\n")))),
        ("many members", format!("```json\n{{\"integration\": {{{}}}}}\n```\n", numbered(&|i| format!("\"k{i}\": 1, ")))),
        ("many integrations", numbered(&|i| format!("```json\n{{\"integration\": {{\"name\": \"a{i}\", \"type\": \"b\", \"endpoint\": \"https://c\"}}}}\n```\n"))),
        ("many nodes", format!("```mermaid\ngraph TD\n{}```\n", numbered(&|i| format!("a{i} --> a{}\n", i + 1)))),
        ("many subgraphs", format!("```mermaid\ngraph TD\n{}{}a0 --> a1\n```\n", numbered(&|i| format!("subgraph a{i}\nx{i}\n")), "end\n".repeat(n))),
        ("many products", format!("```mermaid\ngraph TD\na{} --> b{}\n```\n", " & a".repeat(n), " & b".repeat(n))),
        ("many versions", format!("{head}{}", numbered(&|i| format!("- v1.{i}.0 (2024-01-01_00-00) - x\n")))),
        ("links in a history", format!("{head}- 2024-01-01_00-00 - {}\n\n<!-- portolan:board events -->\n<!-- portolan:end -->\n", "[[".repeat(n))),
        ("many indicators", format!("# Status Indicators\n\n{}", numbered(&|i| format!("- 🟢 A{i}\n")))),
        ("many categories", format!("# Integration Categories\n\n{}", numbered(&|i| format!("- C{i}\n  - T{i}\n")))),
        ("a long heading", format!("# Integration Categories\n\n## {}\n\n{}{}", "x".repeat(n), numbered(&|i| format!("- T{i}\n")), "### b\n\n- c\n".repeat(n))),
        ("many templates", format!("# Change Log Templates\n\n{}\n{head}{}\n<!-- portolan:board events sort=event columns=template -->\n<!-- portolan:end -->\n", numbered(&|i| format!("- L{i}: 'YYYY-MM-DD_HH-mm - Step{i} of [x]'\n")), numbered(&|i| format!("- 2024-01-01_00-00 - Step{i} of {i}\n")))),
        ("many keys of headers", format!("# System Initialization\n\n- Version: v\n{}\n<!-- portolan:board components columns=k0 -->\n<!-- portolan:end -->\n", numbered(&|i| format!("- k{i}: v\n")))),
        ("many changes", many_changes(n)),
        ("many header keys", format!("# System Initialization\n\n- Status: v\n{}\n<!-- portolan:board components -->\n<!-- portolan:end -->\n", numbered(&|i| format!("- K{i}: v\n")))),
        ("many forms of entries", format!("# Change Log Templates\n\n{}\n{head}{}\n<!-- portolan:board events sort=event -->\n<!-- portolan:end -->\n", numbered(&|i| format!("- L{i}: 'YYYY-MM-DD_HH-mm - Did [a] with t{i}'\n")), numbered(&|i| format!("- 2024-01-01_00-00 - Did x with t{i}\n")))),
        ("an alias bomb", alias_bomb()),
        ("nothing", String::new()),
        ("a mark", "\u{feff}".to_owned()),
        ("lazy lines", format!("{}a\n{}", "> ".repeat(900), "b\n".repeat(n.min(1000)))),
    ]
}

fn alias_bomb() -> String {
    let mut text = String::from("---\na: &a [x,x,x,x,x,x,x,x,x]\n");
    for (from, to) in ('a'..='y').zip('b'..='z') {
        writeln!(text, "{to}: &{to} [{}]", vec![format!("*{from}"); 9].join(",")).expect("text");
    }
    text + "---\n"
}

/// Integrations that a board shows with other statuses, and an entry about each of them.
fn many_changes(n: usize) -> String {
    let mut parts = [
        "```json\n{\"integrations\": [",
        "]}\n```\n\n# Modification History\n\n",
        "\n<!-- portolan:board integrations -->\n\n| Integration | Status |\n| --- | --- |\n",
    ]
    .map(str::to_owned);
    for i in 0..n {
        let [blocks, entries, rows] = &mut parts;
        write!(
            blocks,
            "{{\"name\": \"a{i}\", \"type\": \"b\", \"endpoint\": \"https://c\", \"status\": \"🔴 C\"}}, "
        )
        .expect("text");
        writeln!(entries, "- 2024-01-01_00-00 - Updated a{i} status to 🟢 B").expect("text");
        writeln!(rows, "| [[x\\|a{i}]] | 🟢 B |").expect("text");
    }
    parts.concat() + "\n<!-- portolan:end -->\n"
}
