//! Tests items without a time among entries: they stay with the entry that they follow.

use super::*;

#[test]
fn an_entry_keeps_the_items_without_a_time_that_follow_it() {
    let new = |time: &str| format!("- {time} - x\n");
    let (a, b) = ("- 2025-02-01_09-00 - a\n", "- 2025-03-01_09-00 - b\n");
    let own = "- registry moved\n  - in two steps\n\n- [ ] see [[Wiki]]\n";
    for (history, time, behind) in [
        // Oldest first: at the end, and between two entries.
        (format!("{a}{b}{own}"), "2025-04-01_00-00", own),
        (format!("{a}{own}{b}"), "2025-02-02_00-00", own),
        (format!("{a}{own}{b}"), "2025-04-01_00-00", b),
        (format!("{a}{own}"), "2025-04-01_00-00", own),
        // Newest first: an item at the top follows nothing.
        (format!("{b}{own}{a}"), "2025-02-02_00-00", own),
        (format!("{b}{a}{own}"), "2025-01-01_00-00", own),
        (format!("{own}{b}{a}"), "2025-04-01_00-00", own),
        (format!("{b}{own}{a}"), "2025-04-01_00-00", "\n"),
        // Items that belong to no entry: another list, and instructions for whoever writes the next one.
        (format!("{a}\n* other\n"), "2025-04-01_00-00", a),
        (format!("{a}- (new entries go above)\n"), "2025-04-01_00-00", a),
        (format!("{a}- [Date] - [Change]\n"), "2025-04-01_00-00", a),
        (format!("{a}\n%%\n- {own}%%\n"), "2025-04-01_00-00", a),
    ] {
        for eol in ["\n", "\r\n"] {
            let history = format!("\n{history}");
            let expected = with(&history, behind, &new(time));
            check(&history.replace('\n', eol), &[time], &expected.replace('\n', eol));
        }
    }
    // Without an end of line behind the last.
    let open = format!("\n{a}- registry moved");
    check(&open, &["2025-04-01_00-00"], &format!("{open}\n- 2025-04-01_00-00 - x"));
    // A blank line separates entries, and not an entry from what belongs to it.
    let apart = format!("\n{a}- moved\n\n{b}- moved again\n");
    check(&apart, &["2025-04-01_00-00"], &format!("{apart}\n- 2025-04-01_00-00 - x\n"));
    // Their numbers count.
    let numbered = "\n1. 2025-02-01_09-00 - a\n2. 2025-03-01_09-00 - b\n3. moved\n   1. in steps\n4. again\n";
    check(numbered, &["2025-04-01_00-00"], &format!("{numbered}5. 2025-04-01_00-00 - x\n"));
}

#[test]
fn a_new_entry_stands_over_those_that_await_their_time() {
    let new = "- 2025-04-01_00-00 - x\n";
    let dated = "- 2025-03-01_09-00 - b\n- 2025-02-01_09-00 - a\n";
    for awaited in [
        "- <% tp.date.now(\"YYYY-MM-DD_HH-mm\") %> - Moved\n",
        "- **{{date}}** - Moved to [[Queue]]\n  - in two steps\n",
        "- [[<% tp.date.now() %>]] - Moved <% tp.file.title %>\n- {{date}} - see [the wiki](w.md)\n\n",
    ] {
        for eol in ["\n", "\r\n"] {
            let check = |history: String, expected: String| {
                check(&history.replace('\n', eol), &["2025-04-01_00-00"], &expected.replace('\n', eol));
            };
            check(format!("\n{awaited}{dated}"), format!("\n{new}{awaited}{dated}"));
            let kept = "- [Date] - [Change]\n";
            check(format!("\n{kept}{awaited}{dated}"), format!("\n{kept}{new}{awaited}{dated}"));
        }
    }
    // Items that show how to write an entry, or have no template's expression in place of the time.
    for kept in [
        "- [Date] - [Change]\n",
        "- {{date}} - {{change}}\n",
        "- {{date}} - Updated [component]\n",
        "- Moved {{date}}\n",
        "- moved\n  - {{date}} - twice\n",
        "* {{date}} - other\n\n",
    ] {
        check(&format!("\n{kept}{dated}"), &["2025-04-01_00-00"], &format!("\n{kept}{new}{dated}"));
    }
    // An older entry has its place among those with a time, and in a list that is oldest first such items come
    // last.
    let awaited = "- {{date}} - Moved\n";
    let older = "- 2025-01-01_00-00 - x\n";
    check(&format!("\n{awaited}{dated}"), &["2025-01-01_00-00"], &format!("\n{awaited}{dated}{older}"));
}
