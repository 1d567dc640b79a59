//! Tests that a new entry changes nothing of what stands around it.

use super::*;

const TIME: &str = "2026-03-01_10-00";

/// What stands directly below a list whose last item does not end in a paragraph stays below the list.
#[test]
fn text_below_a_list_is_no_part_of_its_new_entry() {
    let old = "\n- 2025-03-01_10-00 - a\n";
    let new = format!("- {TIME} - x\n");
    for end in
        ["  ```\n  code\n  ```", "  | a | b |\n  | - | - |", "  ***", "  # a", "  <!-- c -->", "\n      code"]
    {
        for (below, blank) in [
            ("Older entries are in the wiki.\n", "\n"),
            ("^list-id\n", "\n"),
            (" Indented.\n", "\n"),
            ("| a | b |\n| - | - |\n", "\n"),
            ("#tag\n", "\n"),
            ("**Older**\n", "\n"),
            ("-- \n", "\n"),
            ("2025 was quiet\n", "\n"),
            ("1234567890. is a number, no item\n", "\n"),
            ("===\n", "\n"),
            ("%% archived %%\n", "\n"),
            ("%%\narchived\n%%\n", "\n"),
            ("``` x ` y\n", "\n"),
            ("<b>Older</b>\n", "\n"),
            ("\nOlder.\n", ""),
            ("## Next\n", ""),
            ("> quote\n", ""),
            ("```\ncode\n```\n", ""),
            ("~~~ x ` y\ncode\n~~~\n", ""),
            ("<!-- comment -->\n", ""),
            ("<div>\ntext\n</div>\n", ""),
            ("</details>\n", ""),
            ("* other\n", ""),
            ("1. other\n", ""),
            ("- - -\n", ""),
            ("***\n", ""),
        ] {
            let of = |list: &str| format!("{list}{below}");
            let list = format!("{old}{end}\n");
            check(&of(&list), &[TIME], &of(&format!("{list}{new}{blank}")));
        }
    }
    // Both entries are written at one place.
    let list = format!("{old}  ```\n  ```\n");
    let (first, second) = ("2026-02-01_10-00", TIME);
    check(
        &format!("{list}Older.\n"),
        &[first, second],
        &format!("{list}- {first} - x\n- {second} - x\n\nOlder.\n"),
    );
}

/// A bold line is a heading only behind a blank line.
#[test]
fn a_new_bold_line_and_the_one_below_it_are_not_part_of_a_paragraph() {
    let (one, two) = ("- 2025-06-16_10-00 - a\n", "- 2025-06-18_10-00 - b\n");
    let new = format!("**2026**\n- {TIME} - x\n");
    for (old, expected) in [
        (format!("**2025**\n{two}{one}"), format!("{new}\n**2025**\n{two}{one}")),
        (format!("**2025**\n{one}{two}"), format!("**2025**\n{one}{two}\n{new}")),
        (
            format!("**2025**\n{one}{two}\n| a |\n| - |\n"),
            format!("**2025**\n{one}{two}\n| a |\n| - |\n\n{new}"),
        ),
        (
            format!("**2025**\n{one}  ```\n  ```\n**2027**\n- 2027-01-01_10-00 - c\n"),
            format!("**2025**\n{one}  ```\n  ```\n\n{new}\n**2027**\n- 2027-01-01_10-00 - c\n"),
        ),
    ] {
        check(&old, &[TIME], &expected);
    }
}

/// The lines around a new entry keep their endings, even if these are mixed.
#[test]
fn a_line_above_a_new_entry_keeps_its_ending() {
    for (old, new) in [
        ("\n- 2025-03-01_10-00 - a\n  - why\r\n", "- {} - x\r\n"),
        ("\n- 2025-03-01_10-00 - a\r\n  - why\n", "- {} - x\n"),
        ("\n### 2025\n\n- 2025-03-01_10-00 - a\r\n", "\r\n### 2026\n\n- {} - x\r\n"),
        ("\r\n### 2026\r\nPlans.\n", "\n- {} - x\n"),
        ("Text.\r\n", "\r\n- {} - x\r\n"),
    ] {
        check(old, &[TIME], &format!("{old}{}", new.replace("{}", TIME)));
    }
}
