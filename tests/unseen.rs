//! Tests of text that the app does not show, or shows as something else: in comments, formulas and code. Such text
//! does not count as content of the note, but a secret in it is still found.

use portolan::syntax::facts::{self, Facts};
use portolan::syntax::reading::Reading;

/// Which kind of fact counts where: `yes` or `-`. The columns are [`PLACES`], the rows [`KINDS`].
///
/// Links and tags in `%%` count for the app (three recordings), and what nobody has recorded raises no finding: a link
/// to a block id there, which is not called broken, and a file that only a definition there leads to. Both need a
/// paragraph of their own, which they have where a blank line parts them from the `%%`. A silencer works in `%%`, as
/// links do. A conflict is one of lines, whatever they are, but an example in a fence is none. A block that would be an
/// integration has credentials; in a block of code there is only an example of one. Where a line that is no field names
/// one, even in a formula, nobody calls it missing.
const TABLE: &str = "
| kind               | shown | %% apart | %% around | %% line | <!-- apart | <!-- around | <!-- line | <!-- open | <div> | $$ apart | $$ around | $$ line | fence | indented |
| heading            | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| link               | yes   | yes      | yes       | yes     | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| definition         | yes   | yes      | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| block id           | yes   | yes      | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| id below a quote   | yes   | yes      | -         | -       | -          | -           | -         | -         | yes   | -        | -         | -       | -     | -        |
| id in a quote      | yes   | yes      | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| tag                | yes   | yes      | yes       | yes     | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| header item        | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| header line        | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| header table       | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | yes     | -     | -        |
| log template       | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| bad log template   | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| indicator          | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| transition         | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| category           | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| protocol           | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| measure            | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| entry              | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| integration        | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| bad integration    | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| diagram            | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| metric row         | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| metric item        | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| board              | yes   | -        | -         | -       | -          | -           | -         | -         | yes   | -        | -         | -       | -     | -        |
| lone marker        | yes   | -        | -         | -       | -          | -           | -         | -         | yes   | -        | -         | -       | -     | -        |
| silencer           | yes   | yes      | yes       | yes     | -          | -           | -         | -         | yes   | -        | -         | -       | -     | -        |
| placeholder        | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| command            | yes   | -        | -         | -       | -          | -           | -         | -         | -     | -        | -         | -       | -     | -        |
| token              | yes   | yes      | yes       | yes     | yes        | yes         | yes       | yes       | yes   | yes      | yes       | yes     | yes   | yes      |
| key block          | yes   | yes      | yes       | yes     | yes        | yes         | yes       | yes       | yes   | yes      | yes       | yes     | yes   | yes      |
| credential         | yes   | yes      | yes       | -       | yes        | yes         | -         | yes       | yes   | yes      | yes       | -       | -     | -        |
| bad credential     | yes   | yes      | yes       | -       | yes        | yes         | -         | yes       | yes   | yes      | yes       | -       | -     | -        |
| conflict           | yes   | yes      | yes       | -       | yes        | yes         | -         | yes       | yes   | yes      | yes       | -       | -     | -        |
";

/// Where a text may stand.
type Place = (&'static str, fn(&str) -> String);

const PLACES: [Place; 14] = [
    ("shown", str::to_owned),
    ("%% apart", |text| format!("%%\n\n{text}\n%%\n")),
    ("%% around", |text| format!("%% old\n{text}%%\n")),
    ("%% line", |text| format!("The %%{}%% end.\n", on_one_line(text))),
    ("<!-- apart", |text| format!("<!--\n\n{text}\n-->\n")),
    ("<!-- around", |text| format!("<!-- old\n{text}-->\n")),
    ("<!-- line", |text| format!("The <!--{}--> end.\n", on_one_line(text))),
    ("<!-- open", |text| format!("<!-- old\n{text}")),
    ("<div>", |text| format!("<div>\n{text}</div>\n")),
    ("$$ apart", |text| format!("$$\n\n{text}\n$$\n")),
    ("$$ around", |text| format!("$$\n{text}$$\n")),
    ("$$ line", |text| format!("The $${}$$ end.\n", on_one_line(text))),
    ("fence", |text| format!("~~~~text\n{text}~~~~\n")),
    ("indented", |text| text.lines().flat_map(|line| ["    ", line, "\n"]).collect()),
];

fn on_one_line(text: &str) -> String {
    text.trim_end().replace('\n', " ")
}

/// A kind of fact: its name, the heading of meaning that it needs, a text that has one, and whether it was found.
type Kind = (&'static str, &'static str, &'static str, fn(&Facts) -> bool);

const KINDS: [Kind; 33] = [
    ("heading", "", "## Pump\n", |f| f.headings.iter().any(|own| f.text(own.text) == "Pump")),
    ("link", "", "See [[Pump]].\n", |f| !f.links.is_empty()),
    ("definition", "", "[pump]: Pump.md\n", |f| !f.mentions.is_empty()),
    ("block id", "", "It runs. ^pump\n", |f| !f.block_ids.is_empty()),
    ("id below a quote", "", "> It runs.\n\n^pump\n", |f| !f.block_ids.is_empty()),
    ("id in a quote", "", "> It runs. ^pump\n", |f| !f.block_ids.is_empty()),
    ("tag", "", "It runs, #pump said.\n", |f| !f.tags.is_empty()),
    ("header item", "System Initialization", "- Status: Active\n", has_header),
    ("header line", "System Initialization", "Status: Active\n", has_header),
    ("header table", "System Initialization", "| Status | x |\n| - | - |\n| Version | 1 |\n", |f| {
        f.system().header.iter().any(|header| !header.aside.is_empty())
    }),
    ("log template", "Change Log Templates", "- Moves: 'YYYY-MM-DD_HH-mm - Moved [x]'\n", |f| {
        !f.system().templates.is_empty()
    }),
    ("bad log template", "Change Log Templates", "- Moves: 'Moved [x]'\n", has_problem),
    ("indicator", "Status Indicators", "- 🟢 Active\n", |f| !f.system().terms.indicators.is_empty()),
    ("transition", "Status Transitions", "- 🟢 Active → 🔴 Down: x\n", |f| {
        !f.system().terms.transitions.is_empty()
    }),
    ("category", "Integration Categories", "- Queues\n", |f| !f.system().terms.categories.is_empty()),
    ("protocol", "Integration Protocols", "- OAuth 2.0\n", |f| !f.system().terms.protocols.is_empty()),
    ("measure", "Security Measures", "- Encryption\n", |f| !f.system().terms.measures.is_empty()),
    ("entry", "Modification History", "- 2025-03-01_09-00 - Set up\n", |f| f.system().entries().count() > 0),
    (
        "integration",
        "",
        "```json\n{ \"integration\": { \"name\": \"Pay\", \"type\": \"REST\" } }\n```\n",
        |f| !f.system().integrations.is_empty(),
    ),
    (
        "bad integration",
        "",
        "```json\n{ \"integration\": { \"name\": \"Pay\", \"type\": } }\n```\n",
        has_problem,
    ),
    ("diagram", "", "```mermaid\ngraph TD\n    A[Gateway (public)] --> B\n```\n", |f| {
        !f.system().diagrams.is_empty()
    }),
    ("metric row", "", "| Metric | Target | Current |\n| - | - | - |\n| Load | < 5 % | 7 % |\n", has_metric),
    ("metric item", "", "- Load: 7 %\n", has_metric),
    ("board", "", "<!-- portolan:board events -->\n<!-- portolan:end -->\n", |f| {
        !f.system().boards.is_empty()
    }),
    ("lone marker", "", "<!-- portolan:board events -->\n", |f| !f.system().marker_problems.is_empty()),
    ("silencer", "", "<!-- portolan:allow link-unresolved: soon -->\n", |f| !f.system().silencers.is_empty()),
    ("placeholder", "", "It is {{NAME}}.\n", has_placeholder),
    ("command", "", "It is <% tp.file.title %>.\n", has_placeholder),
    ("token", "", "See postgres://app:hunter2@db.internal/orders now.\n", has_secret),
    ("key block", "", KEY_BLOCK, has_secret),
    (
        "credential",
        "",
        "```json\n{ \"integration\": { \"name\": \"Pay\", \"auth\": { \"credentials\": \"correct-horse-7\" } } }\n```\n",
        has_secret,
    ),
    (
        "bad credential",
        "",
        "```json\n{ \"integration\": { \"name\": \"Pay\", \"auth\": { \"credentials\": \"correct-horse-7\" } \n```\n",
        has_secret,
    ),
    ("conflict", "", "<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> x\n", |f| f.system().conflict.is_some()),
];

const KEY_BLOCK: &str =
    "-----BEGIN PRIVATE KEY-----\nNoKeyAtAllButAsLongAsHalfOfOneWouldBe7\n-----END PRIVATE KEY-----\n";

fn has_header(facts: &Facts) -> bool {
    facts.system().header.iter().any(|header| !header.fields.is_empty())
}

fn has_problem(facts: &Facts) -> bool {
    !facts.system().problems.is_empty()
}

fn has_metric(facts: &Facts) -> bool {
    !facts.system().metrics.is_empty()
}

fn has_placeholder(facts: &Facts) -> bool {
    facts.system().placeholders.iter().any(|placeholder| !placeholder.hidden)
}

fn has_secret(facts: &Facts) -> bool {
    !facts.system().secrets.is_empty()
}

fn read(text: &str) -> Facts {
    facts::read(text.as_bytes(), &Reading::default())
}

/// The table of what counts where, with cells as wide as they are given.
fn table(cell: impl Fn(&Kind, &Place) -> bool) -> String {
    let widths: Vec<usize> = PLACES.iter().map(|(name, _)| name.len().max(3)).collect();
    let mut lines = format!("| {:18} |", "kind");
    lines.extend(PLACES.iter().zip(&widths).map(|((name, _), width)| format!(" {name:width$} |")));
    for kind in &KINDS {
        lines.push_str(&format!("\n| {:18} |", kind.0));
        for (place, width) in PLACES.iter().zip(&widths) {
            let word = if cell(kind, place) { "yes" } else { "-" };
            lines.push_str(&format!(" {word:width$} |"));
        }
    }
    lines
}

#[test]
fn what_counts_where() {
    for eol in ["\n", "\r\n"] {
        let found = table(|(_, section, text, found), (_, wrapped)| {
            let heading = if section.is_empty() { String::new() } else { format!("## {section}\n\n") };
            found(&read(&format!("# Note\n\n{heading}{}\nThe rest.\n", wrapped(text)).replace('\n', eol)))
        });
        assert!(found == TABLE.trim(), "found with {eol:?}:\n{found}");
    }
}

/// A section of meaning is none where its heading is not shown, whatever stands in it.
#[test]
fn a_section_that_is_not_shown() {
    for (name, section, text, found) in KINDS.iter().filter(|kind| !kind.1.is_empty()) {
        for (place, wrapped) in &PLACES {
            let facts =
                read(&format!("# Note\n\n{}\nThe rest.\n", wrapped(&format!("## {section}\n\n{text}"))));
            assert_eq!(found(&facts), *place == "shown", "{name}, {place}");
        }
    }
}
