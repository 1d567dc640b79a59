//! Tests of the example vault of the repository: it has no findings as it is, and the expected ones after typical
//! mistakes.

mod place;
use place::Place;

const VAULT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vault-example");

fn check(vault: &str) -> String {
    Place::bare(&[]).said(&["--vault", vault, "check", "--no-cache"]).1
}

/// The output without what the clock decides.
fn timeless(output: &str) -> String {
    let Some(end) = output.rfind(" ms)") else { return output.to_owned() };
    let start = output[..end].rfind(" (").expect("the time in brackets");
    format!("{}{}", &output[..start], &output[end + " ms)".len()..])
}

/// What goes wrong in a week: a note, what stood there, and what stands there now.
const DAMAGE: [(&str, &str, &str); 12] = [
    ("04_OPERATIONS/SERVICES/02_WAYFINDER.md", "- Status: 🟡 Optimizing", "- Status: 🟡 Optimising"),
    (
        "04_OPERATIONS/SERVICES/02_WAYFINDER.md",
        "- Last Modified: 2026-11-20_09-10",
        "- Last Modified: 2025-11-20_09-10",
    ),
    ("04_OPERATIONS/SERVICES/02_WAYFINDER.md", "geo[Locate addresses]", "geo[Locate addresses (USPS)]"),
    (
        "04_OPERATIONS/SERVICES/02_WAYFINDER.md",
        "[[03_INTEGRATIONS#Driver Live Channel]]",
        "[[03_INTEGRATIONS#Driver Life Channel]]",
    ),
    (
        "04_OPERATIONS/SERVICES/02_WAYFINDER.md",
        "[[01_ACTIVE_PROJECTS#Time-Window Routing]]",
        "[[01_ACTIVE_PROJECT]]",
    ),
    (
        "05_AUTOMATIONS/03_INTEGRATIONS.md",
        "https://apis.usps.com/addresses/v3",
        "http://apis.usps.com/addresses/v3",
    ),
    ("05_AUTOMATIONS/03_INTEGRATIONS.md", "op://Platform/usps-addresses/client", "correct-horse-battery-7"),
    ("05_AUTOMATIONS/03_INTEGRATIONS.md", "\"timeout\": \"2s\"", "\"timeout\": \"a moment\""),
    ("05_AUTOMATIONS/03_INTEGRATIONS.md", "\"type\": \"GraphQL service\"", "\"type\": \"GraphQL servce\""),
    ("05_AUTOMATIONS/03_INTEGRATIONS.md", "- 2026-04-20_14-30 - Updated", "- 2026-02-20_14-30 - Updated"),
    ("02_PROJECTS/03_CONSIGN_RELEASES.md", "- Version: 2.3.1", "- Version: 2.3.0"),
    ("03_PROTOCOLS/02_PROTOCOLS.md", "- Last Modified: 2026-11-09_09-50", "- Last Modified: last week"),
];

#[test]
fn it_is_clean_and_says_so() {
    insta::assert_snapshot!(timeless(&check(VAULT)), @"no findings in 23 notes");
}

#[test]
fn what_a_bad_week_does_to_it_reads_well() {
    let place = Place::copy_of(VAULT);
    for (note, old, new) in DAMAGE {
        place.edit(note, old, new);
    }
    insta::assert_snapshot!(timeless(&check(&place.vault().to_string_lossy())));
}
