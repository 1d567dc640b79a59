//! Reads the lists in the section of a header.
//!
//! The first list with a key of a header is the header. It continues in later lists that have other known keys. A
//! list that repeats a key of the header, or has no date where a header has one, is about something else, such as
//! the status of a sub-system or the steps of each start; so are the lists after it.

use super::{HeaderField, field_of, is_known, keys, lines, same_line, split, told_lines};
use crate::syntax::commented::Comments;
use crate::syntax::field;
use crate::syntax::outline::Item;
use crate::syntax::source::Source;
use crate::text::span::Span;

/// Items with no text to read between them. Blank lines, comments and other bullets do not separate the items of a
/// header.
pub(super) struct List {
    /// From its first item to the end of its last.
    pub(super) span: Span,
    /// The fields of its items.
    pub(super) fields: Vec<HeaderField>,
    /// Known keys of items with several fields.
    pub(super) aside: Vec<&'static str>,
    /// Whether one of its items begins with the key of a header.
    pub(super) is_header: bool,
}

/// Reads the lists of a section.
pub(super) fn all(source: &Source<'_>, section: Span) -> Vec<List> {
    let mut lists: Vec<List> = Vec::new();
    for (_, item) in source.items(section).filter(|(_, item)| item.parent.is_none()) {
        let own = read(source, item);
        match lists.last_mut() {
            Some(list) if is_silent(source, Span { start: list.span.end, end: item.span.start }) => {
                list.span.end = item.span.end;
                list.fields.extend(own.fields);
                list.aside.extend(own.aside);
                list.is_header |= own.is_header;
            }
            _ => lists.push(own),
        }
    }
    lists
}

/// Reads an item as a list. Several fields may stand in the brackets of the Dataview plug-in; of other fields on
/// one line it is unclear where each value ends, so their keys are put in `aside`.
pub(super) fn read(source: &Source<'_>, item: &Item) -> List {
    let text = source.text;
    let first = source.first_line(item);
    // At the end of the item, a `\` would be part of the value.
    let has_more = first.end < item.content.end;
    let own = if has_more { lines::without_break(text, first) } else { first };
    let line = lines::behind_comment(source, own);
    let (mut fields, rest) = in_brackets(source, line);
    let shown = |part| Comments::of(source, part).shown(text, part);
    let mut aside = Vec::new();
    let mut is_header = fields.iter().any(is_known);
    if !fields.is_empty() {
        aside = same_line::known_in(&shown(rest), true);
    } else if let Some(found) = split(source, line) {
        let field = field_of(source, &found);
        is_header = is_known(&field);
        let value = shown(found.value);
        aside = same_line::known_in(&value, is_header);
        let is_below = || is_header && lines::goes_on_below(source, &field, item.content, true);
        if aside.is_empty() && !(is_header && same_line::has_further(&value)) && !is_below() {
            fields.push(field);
        } else {
            aside.extend(keys::ALL.into_iter().filter(|key| field.key == *key));
        }
    }
    List { span: item.span, fields, aside, is_header }
}

/// Reads the bracketed fields that a line begins with. Also returns the span after them.
fn in_brackets(source: &Source<'_>, line: Span) -> (Vec<HeaderField>, Span) {
    let (mut fields, mut rest) = (Vec::new(), line);
    while let Some(inner) = field::bracketed(source.text, rest)
        && let Some(found) = split(source, inner)
    {
        fields.push(field_of(source, &found));
        let behind = Span { start: inner.end, end: line.end };
        let closed = behind.of(source.text).find([']', ')']).map_or(behind.len(), |at| at + 1);
        rest = Span { start: behind.start + closed as u32, end: line.end };
    }
    (fields, rest)
}

/// Whether there is no text to read between two items. A board counts as text, even while it is empty.
fn is_silent(source: &Source<'_>, between: Span) -> bool {
    !source.has_board_in(between) && told_lines(source, between).all(|(_, says)| !says)
}

#[cfg(test)]
mod tests {
    use crate::syntax::facts;
    use crate::syntax::reading::Reading;
    use crate::text::growth::excess;

    /// Checks the fields of a header and the metrics after it.
    fn check(section: &str, fields: &str, metrics: &str) {
        let facts =
            facts::read(format!("## System Initialization\n\n{section}").as_bytes(), &Reading::default());
        let system = facts.system();
        let own = system.header.as_ref().map(|header| header.fields.as_slice()).unwrap_or_default();
        let own: Vec<String> = own.iter().map(|field| format!("{}={}", field.key, field.value)).collect();
        let found: Vec<&str> = system.metrics.iter().map(|metric| metric.name.as_str()).collect();
        assert_eq!((own.join(" "), found.join(" ")), (fields.to_owned(), metrics.to_owned()), "{section}");
    }

    #[test]
    fn of_several_fields_on_one_line_none_is_read() {
        check("- **Status:** A | **Version:** 1\n- Owner: M\n", "owner=M", "");
        check("* Owner: M\n* **Status**: A  **Created**: C\n* Load: 3 ms\n", "owner=M load=3 ms", "");
        check(
            "- Status: A<br>Created: C\n- Owner: M<br>Created: D\n- Load: 3 ms | 4 ms\n",
            "load=3 ms | 4 ms",
            "",
        );
        check("- Status: A | **Owner:** M\n- Version: 1 <!-- Created: C | Status: B -->\n", "version=1", "");
        check(
            "- [Status:: A] [Created:: C] #x\n- (Owner:: M), [Version:: 1]\n",
            "status=A created=C owner=M",
            "",
        );
        check("- Step: x; Status: ok\n- Delay: 4 ms\n", "", "");
        check("Status: A\n\n- Owner: M | Version: 1\n- Load: 3 ms\n", "status=A load=3 ms", "");
    }

    #[test]
    fn a_remark_behind_a_value_is_no_field() {
        for value in [
            "🔴 Offline · since 10:30",
            "🟢 Active · see https://status.example",
            "🟢 Active | 10:30",
            "🟡 Degraded | see https://example.org",
            "🟢 Active | [[n01|Board: all]]",
            "🟢 Active `a | b: c`",
            "🟢 [Active](https://x.org/?a|b:c)",
            "🟢 Active (see | Note: x)",
            "🟢 Active \\| maintenance window 02:00",
            "🟢 Active | Note: restarts at night",
            "{{STATUS|default: Active}}",
        ] {
            let fields = format!("status={value} owner=M");
            check(&format!("- **Status:** {value}\n- Owner: M\n"), &fields, "");
            check(&format!("**Status:** {value}\n**Owner:** M\n"), &fields, "");
        }
        check(
            "- **Version:** 1.4.0 · see https://ci.example/a\n- Description: Tracks orders, status: see below\n",
            "version=1.4.0 · see https://ci.example/a description=Tracks orders, status: see below",
            "",
        );
    }

    #[test]
    fn lines_have_further_keys_where_these_are_written_as_fields() {
        check(
            "Status:: A\nOwner:: M\n**Team:** T\n__Site__: S\n[Room:: R]\n",
            "status=A owner=M team=T site=S room=R",
            "",
        );
        check("Owner:: M\nStatus:: A\nNote: it restarts\n", "owner=M status=A", "");
        check(
            "Owner:: M\n\nIt starts.\n\n**Team:** T\\\nStatus: A\n\nx\n\nSite:: S\n",
            "team=T status=A",
            "",
        );
        check("Status: A\n**Schema Version:** 2\nOwner:: M | Team:: T\n", "status=A schema version=2", "");
        check("**Owner:** M\n", "", "");
    }

    #[test]
    fn of_a_line_that_is_several_fields_or_a_row_none_is_read() {
        for line in [
            "Status: A | Version: 1",
            "Status: A, **Version:** 1",
            "Status: A · **Owner:** M",
            "[Status:: A] [Version:: 1]",
            "Status: | A",
            "Status: A<br>Version: 1",
        ] {
            check(&format!("Created: C\n{line}\n"), "created=C", "");
        }
        check("Created: C\nStatus: A (version: 1)\n", "created=C status=A (version: 1)", "");
    }

    #[test]
    fn a_comment_before_a_key_is_no_part_of_it() {
        for (line, fields) in [
            ("%%auto%% **Status:** A", "status=A created=C"),
            ("%%a%% %%b%% Status:: A %%c%%", "status=A created=C"),
            ("%%Status: A%%", "created=C"),
            ("%% Status: A", "created=C"),
            // A comment in the key or right after it is not part of it either.
            ("Status %%auto%%: A", "status=A created=C"),
            ("**Status** %%auto%%: A %%b%%", "status=A created=C"),
            ("**Status %%a: \"b\"%%:** A", "status=A created=C"),
            ("Last %%a%% Modified: D <!-- x -->", "last modified=D created=C"),
            ("Status <!-- x: y -->: A", "status=A created=C"),
            ("**Status** <!-- x -->: A <!-- y -->", "status=A created=C"),
            ("Status %%a%% <!-- x -->:: A", "status=A created=C"),
        ] {
            check(&format!("- {line}\n- Created: C\n"), fields, "");
            check(&format!("{line}\nCreated: C\n"), fields, "");
        }
        check("%%\nStatus: B\n%% Status: A\nCreated: C\n", "status=A created=C", "");
        check("- Status: A\n- Load <!-- x -->: 5\n- 5 %: x\n", "status=A load=5 5 %=x", "");
        check("- [Status %%a%%:: A] [Created <!-- b -->:: C]\n", "status=A created=C", "");
    }

    #[test]
    fn a_value_on_the_line_below_its_key_is_not_read() {
        let check = |section: &str, fields: &str, aside: &[&str]| {
            check(section, fields, "");
            let note = format!("## System Initialization\n\n{section}");
            let facts = facts::read(note.as_bytes(), &Reading::default());
            let header = facts.system().header.as_ref();
            assert_eq!(header.map(|header| header.aside.join(" ")), Some(aside.join(" ")), "{section}");
        };
        for value in [
            "\n  2025-01-02_09-00",
            " <!--\n  x --> 2025-01-02_09-00",
            " %%x%%\n  2025-01-02 09:00",
            "\n2025-01-02",
            "\n  [[2025-01-02]]",
            "\n  **2025-01-02 09:00**",
            "\n  ==2025-01-02 09:00==",
            "\n  _2025-01-02 09:00_",
            "\n  (2025-01-02 09:00)",
            "\n  📅 2025-01-02 09:00",
            "\n  Thursday 2025-01-02 09:00",
            "\n  January 2, 2025 09:00",
            "\n  on 2025-01-02 at 09:00",
            "\n  CI: 2025-01-02 09:00",
            "\n  by Ruth: 2025-01-02 09:00",
            "\n  Ruth (CI): 2025-01-02",
            "\n  yesterday: 10:30",
            "\n  > 2025-01-02 09:00",
            "<br>\n  2025-01-02 09:00",
            " <br />\n  **2025-01-02 09:00**",
            "\\\n  2025-01-02 09:00",
        ] {
            check(
                &format!("- Status: A\n- Last Modified:{value}\n- Owner: M\n"),
                "status=A owner=M",
                &["last modified"],
            );
        }
        check("- Status: A\n- Version:\n  2\n- Created:\n  - x\n", "status=A created=", &["version"]);
        check(
            "Status: A\nLast Modified:\n2025-01-02 09:00\nCreated: C\n",
            "status=A created=C",
            &["last modified"],
        );
        check("- Owner: M\n- Status:\n  🟢\n", "owner=M", &["status"]);
        check("- Status: A<br>\n  since May\n- Owner: C:\\\n", "status=A owner=C:\\", &[]);
        check("Status: A\nCreated:<br>\n**2025-01-02 09:00**\n", "status=A", &["created"]);
        check("Created: A\nStatus:<br>\n🟢\n", "created=A status=", &[]);
        for value in [
            "",
            "\n\n  x",
            " <!--\n  x -->",
            " ^lm",
            "\n  %%x%%",
            "\n  Owner: M",
            "\n  **Owner:** M 2",
            "\n  🟢 Owner: M",
            "\n  Nodes: 3",
            "\n  Version: 2025-01-02",
            "\n  Next review: 2025-06-01",
            "\n  Owner: 10:30",
            "\n  **CI:** 2025-01-02",
            "\n  CI:: 2025-01-02",
            "\n  > x",
            "\n  —",
            "\n  - x",
        ] {
            check(&format!("- Status: A\n- Created:{value}\n"), "status=A created=", &[]);
        }
        check("Created:\nStatus: A\nVersion:\n\nx\n", "created= status=A version=", &[]);
        // On a line of its own, what is below is the next field.
        check(
            "**Status:** A\n**Last Modified:**\n**Reviewed:** 2025-01-02\n**Created:** C\n",
            "status=A last modified= reviewed=2025-01-02 created=C",
            &[],
        );
        check(
            "Status:: A\nLast Modified::\nReviewed:: 2025-01-02\nCreated:: C\n",
            "status=A last modified= reviewed=2025-01-02 created=C",
            &[],
        );
        check(
            "Status: A\nLast Modified:\nReviewed: 2025-01-02\nCreated: C\n",
            "status=A last modified= created=C",
            &[],
        );
    }

    #[test]
    fn what_stands_behind_further_text_is_no_part_of_a_header() {
        check("- Load: 3 ms\n\nx\n\n- Status: A\n- Owner: M\n", "status=A owner=M", "Load");
        check("- Status: A\n- Load: 3 ms\n\nThe lanes:\n\n- Delay: 4 ms\n", "status=A load=3 ms", "Delay");
        check("- Status: A\n\n---\n<br>\n\n<!-- x\ny -->\n* Owner: M\n", "status=A owner=M", "");
        check(
            "- Status: A\n<!-- portolan:board x -->\n<!-- portolan:end -->\n- Delay: 4 ms\n",
            "status=A",
            "Delay",
        );
        for comment in ["<!-- x --> <!-- y -->", "<!-- x\ny --> <!-- z -->", "- <!-- x -->"] {
            check(&format!("- Status: A\n\n{comment}\n\n* Owner: M\n"), "status=A owner=M", "");
        }
        for (text, begins) in [
            ("<!-- x --> The lanes:", true),
            ("<!-- x -->\n\nThe lanes:", true),
            ("<!-- x\ny --> The lanes: <!-- z -->", false),
        ] {
            check(&format!("- Status: A\n\n{text}\n\n- Delay: 4 ms\n"), "status=A", "Delay");
            // Only the first line of a block can tell that another block begins.
            let version = if begins { "" } else { " version=1" };
            check(&format!("Status: A\n\n{text}\n\nVersion: 1\n"), &format!("status=A{version}"), "");
        }
        check("<!-- x --> A note.\n\nStatus: A\nVersion: 1\n", "status=A version=1", "");
        check("- Status: A\n\n### Lanes\n\n- Delay: 4 ms\n", "status=A", "Delay");
        check("Status: A\n\n- Owner: M\n\nThe lanes:\n\n- Delay: 4 ms\n", "status=A owner=M", "Delay");
        check("- Delay: 4 ms\n\nStatus: A\n", "status=A", "Delay");
        check("- Created: A\n\nNow:\n\n- Status: B\n- Owner: M\n", "created=A status=B owner=M", "");
        check("- Status: A\n\nPart:\n\n- Status: B\n- Version: 1\n\nx\n\n- Created: C\n", "status=A", "");
        check(
            "- Status: A\n<<<<<<< HEAD\n- Version: 1\n||||||| b\n- Version: 2\n=======\n- Version: 3\n>>>>>>> b\n- Owner: M\n",
            "status=A version=1 version=2 version=3 owner=M",
            "",
        );
    }

    /// A list may have any number of fields, with known keys and others.
    #[test]
    fn lists_of_many_fields_are_held_against_each_other() {
        let make = |n: usize| {
            let others = "- Keyword: v\n".repeat(n);
            format!(
                "## System Initialization\n\n- Status: A\n{others}\nx\n\n{}",
                "- Created: 2025-03-01_09-00\n".repeat(n)
            )
        };
        let read = |text: &String| {
            std::hint::black_box(facts::read(text.as_bytes(), &Reading::default()));
        };
        assert_eq!(excess("two lists", 2_000, make, read), None);
    }
}
