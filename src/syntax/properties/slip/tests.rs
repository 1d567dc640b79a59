//! Tests of mistakes in properties, with their messages and fixes.

use super::super::{read, slip};
use crate::text::span::Span;

/// Checks the message for properties that are not YAML, and the text after the fix; `None` if there is no fix.
fn check(yaml: &str, said: &str, mended: Option<&str>) {
    let whole = Span::new(0, yaml.len());
    let slip = slip(yaml, whole).unwrap_or_else(|| panic!("no slip in {yaml:?}"));
    assert_eq!(format!("{}: {}", slip.span.of(yaml), slip.message), said, "{yaml:?}");
    let (properties, problems) = read(yaml, whole);
    assert!(properties.is_empty(), "{yaml:?}");
    assert_eq!((problems[0].span, &problems[0].message), (slip.span, &slip.message));
    let after = slip.mend.map(|mend| mend.edits.apply(yaml).expect("edits that fit"));
    assert_eq!(after.as_deref(), mended, "{yaml:?}");
}

#[test]
fn text_that_needs_quotes() {
    let colon = "text with a colon and a blank needs quotes";
    check("t: Foo: bar\nx: 1\n", &format!("Foo: bar: {colon}"), Some("t: \"Foo: bar\"\nx: 1\n"));
    check("t: a: b\r\nx: c: d\r\n", &format!("a: b: {colon}"), Some("t: \"a: b\"\r\nx: c: d\r\n"));
    check("t: it's \"so\": yes\n", &format!("it's \"so\": yes: {colon}"), Some("t: 'it''s \"so\": yes'\n"));
    check("t:\n- a\n- 'b'\n- ü: c: d", &format!("c: d: {colon}"), Some("t:\n- a\n- 'b'\n- ü: \"c: d\""));
    check("t: Foo:\n", "Foo:: text that ends with a colon needs quotes", Some("t: \"Foo:\"\n"));
    let begins = |value: &str, first| {
        let said = format!("{value}: text that begins with {first} needs quotes");
        check(&format!("t: {value}\nx: 1\n"), &said, Some(&format!("t: \"{value}\"\nx: 1\n")));
    };
    begins("@ana", "`@`");
    begins("`ls`", "a backtick");
    begins("%50", "`%`");
    begins("**Bold** text", "`*`");
    begins("*not now* I say", "`*`");
    begins("![[A.png]]", "`!`");
    begins("& co", "`&`");
    begins("> 5 items", "`>`");
    begins("- a", "`-`");
    begins("[[A]] and more", "`[`");
    begins("[link](https://example.com)", "`[`");
    check("t:\n  - @a\n", "@a: text that begins with `@` needs quotes", Some("t:\n  - \"@a\"\n"));
    check(
        "t:\n  - n: @a\n    m: 1\n",
        "@a: text that begins with `@` needs quotes",
        Some("t:\n  - n: \"@a\"\n    m: 1\n"),
    );
    check("\"t\": a: b\n", &format!("a: b: {colon}"), Some("\"t\": \"a: b\"\n"));
    check(
        "'t': @a\n\"b\": c\n",
        "@a: text that begins with `@` needs quotes",
        Some("'t': \"@a\"\n\"b\": c\n"),
    );
}

#[test]
fn text_that_may_be_more_than_text() {
    for (yaml, safe) in [
        ("t: a: b\n", true),
        ("t: @a\n", true),
        ("t: & co\n", true),
        ("t: **a**\n", true),
        ("t: ![[a]]\n", true),
        ("a: &x b: c\nt: 1\n", false),
        ("t: *x\n", false),
        ("t: *x*\n", false),
        ("t: !!str a: b\n", false),
        ("t: [a] b\n", false),
        ("t: > a\n", false),
    ] {
        let slip = slip(yaml, Span::new(0, yaml.len())).unwrap_or_else(|| panic!("no slip in {yaml:?}"));
        assert_eq!(slip.mend.map(|mend| mend.safe), Some(safe), "{yaml:?}");
    }
}

/// The value, or its end, cannot be determined from its first line.
#[test]
fn values_of_several_lines() {
    let colon = "text with a colon and a blank needs quotes";
    check("t: Foo: bar\n  and more\nx: 1\n", &format!("Foo: bar: {colon}"), None);
    check("t: `a\n  b`\n", "`a: text that begins with a backtick needs quotes", None);
    for yaml in [
        "t: a:\n  - b\n",
        "t: a: b\n  c: d\n",
        "t: a: |\n  text: x\n",
        "a: {\n  lead: @ana,\n}\n",
        "a: {\n  lead: @ana,\n  b: c\n}\nx: 1\n",
        "a: {\n  u: Foo: bar,\n  }\n",
        "t: [\n  a: http: //x,\n]\n",
        "t:\n  - [\n    @a,\n  ]\n",
        "t: @a\t# who\n",
        "t: \"a\" c # d\n",
        "t: {a: @b, c: d}\n",
        "t: ['it's', b]\n",
        "t: [\"a\" b, c]\n",
        "t: [[a, @b], c]\n",
    ] {
        let slip = slip(yaml, Span::new(0, yaml.len()));
        assert_eq!(slip.and_then(|slip| slip.mend), None, "{yaml:?}");
    }
}

#[test]
fn several_links() {
    let said = "[[A]], [[B|b]]  [[C]]: several links are a list";
    check("up: [[A]], [[B|b]]  [[C]]\n", said, Some("up: [\"[[A]]\", \"[[B|b]]\", \"[[C]]\"]\n"));
    let said = "[[A\\b]], [[C]]: several links are a list";
    check("up: [[A\\b]], [[C]]\n", said, Some("up: ['[[A\\b]]', '[[C]]']\n"));
}

#[test]
fn items_in_brackets() {
    let begins = |value: &str, said: &str, mended: &str| {
        check(&format!("t: {value}\nx: 1\n"), said, Some(&format!("t: {mended}\nx: 1\n")));
    };
    begins("[#a, #b, c]", "#a: an item that begins with `#` needs quotes", "[\"#a\", \"#b\", c]");
    begins("[@a, b]", "@a: an item that begins with `@` needs quotes", "[\"@a\", b]");
    begins("[a, Foo: b: c]", "Foo: b: c: an item with a colon needs quotes", "[a, \"Foo: b: c\"]");
}

#[test]
fn brackets_and_quotes() {
    check("t: [a, b\nx: 1\n", "[: `[` is not closed", Some("t: [a, b]\nx: 1\n"));
    check("t: {a: b", "{: `{` is not closed", Some("t: {a: b}"));
    check("t: \"a: b\nx: 1\n", "\": the quote is not closed", Some("t: \"a: b\"\nx: 1\n"));
    check("t: 'a", "': the quote is not closed", Some("t: 'a'"));
    check("t: 'it's'\n", "': `'` within single quotes is doubled", Some("t: 'it''s'\n"));
    check("t: \"a\" b\n", "b: no text stands behind the closing quote", Some("t: '\"a\" b'\n"));
    check("t: 'a' b\n", "b: no text stands behind the closing quote", Some("t: \"'a' b\"\n"));
    check("t: \"C:\\Users\"\n", "\\: `\\` begins an escape in double quotes", Some("t: 'C:\\Users'\n"));
}

#[test]
fn keys() {
    check("x: 1\nto:Foo\ny: 2\n", ":: a blank is missing behind the colon", Some("x: 1\nto: Foo\ny: 2\n"));
    check("a：b\nc: d\n", "：: a wide colon ends no key", Some("a: b\nc: d\n"));
    check("to:Foo\nby:Bar\n", ":: a blank is missing behind the colon", Some("to: Foo\nby:Bar\n"));
    check("标题：x\n状态：y\n", "：: a wide colon ends no key", Some("标题: x\n状态：y\n"));
    for no_key in ["10:30", "C:\\x", "c:x", "mailto:a@b", "a::b"] {
        let yaml = format!("x: 1\n{no_key}\ny: 2\n");
        check(&yaml, &format!("{no_key}: properties must be `key: value` lines"), None);
    }
    check("x: 1\nmore\ny: 2\n", "more: properties must be `key: value` lines", None);
    check("x: 1\n  y: 2\nz: 3\n", "y: a line cannot be indented so here", Some("x: 1\ny: 2\nz: 3\n"));
    check(
        "t:\n  - a\n - b\nx: 1\n",
        "-: a line cannot be indented so here",
        Some("t:\n  - a\n  - b\nx: 1\n"),
    );
    let tabs = "\t: properties are indented with blanks, not with tabs";
    check("é: 1\nb: 2\n\tc: 3\n", tabs, Some("é: 1\nb: 2\nc: 3\n"));
    check("# é\n\n \tb: 1\nc: 2\n", &format!(" {tabs}"), Some("# é\n\nb: 1\nc: 2\n"));
    check("t:\n\t- a\n\t- b\n", tabs, Some("t:\n  - a\n  - b\n"));
}

#[test]
fn a_line_across_the_page() {
    let said = |first: &str| {
        format!(
            "{first}: what stands between these `---` is no properties; to begin with a line across the page, leave \
             the first line of the note empty"
        )
    };
    check("\n# Title\n\n**Bold:** text\n", &said("**Bold:** text"), None);
    check("Some words.\n\nMore: of them\n", "Some words.: properties must be `key: value` lines", None);
    check("Some words.\n\nMore of them\n", &said("Some words."), None);
}

#[test]
fn what_is_no_slip() {
    for yaml in ["t: {{title}} x\n", "t: <% a: b %>\n", "a: 1\na: 2\n", "- a\n- b\n", "t: a: b # c\n"] {
        assert_eq!(slip(yaml, Span::new(0, yaml.len())), None, "{yaml:?}");
    }
}
