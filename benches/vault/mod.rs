//! A made-up vault of any size, the same to the last byte every time: what `cargo bench` and the measurements
//! beside it work on.
//!
//! Notes are like those of people: a few paragraphs and lists, ten links of which two in a hundred lead
//! nowhere, properties in every second note; a table, a diagram, an integration or a history in some, and one
//! board in a thousand notes.

const WORDS: [&str; 32] = [
    "system",
    "note",
    "graph",
    "page",
    "time",
    "plan",
    "team",
    "value",
    "record",
    "state",
    "change",
    "result",
    "method",
    "review",
    "question",
    "answer",
    "release",
    "server",
    "client",
    "index",
    "query",
    "cache",
    "queue",
    "topic",
    "field",
    "order",
    "invoice",
    "account",
    "the",
    "of",
    "with",
    "Überblick",
];

const KINDS: [&str; 4] = ["Project", "Service", "Meeting", "Concept"];

/// Numbers without an order that are the same every time (`SplitMix64`).
struct Scatter(u64);

impl Scatter {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((x ^ (x >> 31)) % end as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }
}

/// The name of a note.
pub(crate) fn name(i: usize) -> String {
    let mut scatter = Scatter(i as u64);
    format!("{} {} {} {i}", KINDS[scatter.below(KINDS.len())], scatter.word(), scatter.word())
}

/// The path of a note.
pub(crate) fn path(i: usize) -> String {
    format!("{:02} {}/{} {}/{}.md", i % 40, KINDS[i % 4], WORDS[i % 31], i % 25, name(i))
}

/// The text of a note of a vault of so many.
pub(crate) fn text(i: usize, notes: usize) -> String {
    let mut r = Scatter(i as u64 ^ 0xA5A5_0000);
    let mut out = String::new();
    if i.is_multiple_of(2) {
        out += &format!(
            "---\ntitle: \"{}\"\ncreated: 2024-03-{:02}\ntags:\n  - {}\n---\n\n",
            name(i),
            1 + i % 28,
            r.word()
        );
    }
    out += &format!("# {}\n\n", name(i));
    if i.is_multiple_of(20) {
        out += "## System Initialization\n\n- Status: 🟢 Active\n- Version: 1.2.0\n- Created: 2024-03-01_09-00\n\
                - Last Modified: 2025-01-05_10-30\n- Context Layer: Infrastructure\n\n";
    }
    let links = 10;
    for section in 0..4 {
        out += &format!("## {} {} {section}\n\n", r.word(), r.word());
        for _ in 0..2 + r.below(3) {
            paragraph(&mut r, &mut out);
        }
        for _ in 0..r.below(8) {
            let task = if r.one_in(3) { "[ ] " } else { "" };
            out += &format!("- {task}{} {} {} #{}\n", r.word(), r.word(), r.word(), r.word());
        }
        out.push('\n');
    }
    for _ in 0..links {
        let to = r.below(notes);
        out += &match r.below(50) {
            0 => format!("Gone: [[{} {}]].\n", name(to), r.word()),
            1..5 => format!("A part of [[{}#{}|it]].\n", name(to), name(to)),
            5..10 => format!("By its path: [[{}]].\n", path(to).trim_end_matches(".md")),
            _ => format!("See [[{}]] too.\n", name(to)),
        };
    }
    if r.one_in(7) {
        table(&mut r, &mut out);
    }
    if r.one_in(20) {
        out += "\n```mermaid\nflowchart LR\n";
        for _ in 0..9 {
            out +=
                &format!("  n{}[{}] -->|{}| n{}({})\n", r.below(9), r.word(), r.word(), r.below(9), r.word());
        }
        out += "```\n";
    }
    if r.one_in(20) {
        integration(i, &mut r, &mut out);
    }
    if i.is_multiple_of(20) {
        out += "\n## Modification History\n\n";
        for day in (1..9).rev() {
            out += &format!(
                "- 2025-01-{day:02}_10-30 - Updated {} for {}\n  - {}\n",
                r.word(),
                r.word(),
                r.word()
            );
        }
    }
    if i % 1000 == 500 {
        out += "\n<!-- portolan:board integrations -->\n<!-- portolan:end -->\n";
    }
    out
}

fn paragraph(r: &mut Scatter, out: &mut String) {
    for _ in 0..25 + r.below(50) {
        let word = r.word();
        *out += &match r.below(40) {
            0 => format!("**{word}** "),
            1 => format!("`{word}` "),
            2 => format!("*{word}*, "),
            3 => format!("{word}. "),
            _ => format!("{word} "),
        };
    }
    *out += ".\n\n";
}

fn table(r: &mut Scatter, out: &mut String) {
    *out += "\n| Metric | Target | Current | Status |\n| --- | --- | --- | --- |\n";
    for _ in 0..6 {
        *out += &format!("| {} | < {}ms | {}ms | 🟢 |\n", r.word(), 100 + r.below(200), r.below(250));
    }
}

fn integration(i: usize, r: &mut Scatter, out: &mut String) {
    *out += &format!(
        "\n```javascript\n{{\n  integration: {{\n    name: \"{} {i}\",\n    type: \"REST API\",\n    version: \"1.{}.0\",\n    \
         endpoint: \"https://{}.example/v1\",\n    auth: {{ type: \"OAuth2\", credentials: \"env:TOKEN_{i}\" }},\n    \
         config: {{ timeout: \"30s\", retry: 3, rateLimit: \"100/min\" }}\n  }}\n}}\n```\n",
        r.word(),
        r.below(9),
        r.word(),
    );
}
