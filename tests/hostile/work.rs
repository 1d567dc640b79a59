//! The work that is done with a hostile note. Shared by `tests/hostile.rs` and `benches/hostile.rs`.

use portolan::config::Config;
use portolan::plan::conflict::Versions;
use portolan::plan::record::{self, RecordOptions};
use portolan::plan::sync::{SyncOptions, plan};
use portolan::report::human;
use portolan::rules;
use portolan::text::stamp::Stamp;
use portolan::vault::Vault;

/// With every rule switched on.
fn config() -> Config {
    let on: Vec<String> = rules::names().iter().map(|rule| format!("{rule} = \"warning\"\n")).collect();
    Config::read(&format!("[rules]\n{}", on.concat()), &rules::names()).unwrap_or_default()
}

/// The note is read, judged by every rule, shown, synced, and recorded as what came into an empty one.
pub(crate) fn work(text: &str) {
    let vault = Vault::of_texts(config(), &[("x.md", text)]);
    let findings = rules::run(&vault, None);
    std::hint::black_box(human::render(&vault, &findings, human::Look::PLAIN));
    let now = Stamp::to_the_minute(chrono::NaiveDateTime::default());
    let options = SyncOptions { now, force: true, wanted: &|_| true, versions: &|_| Versions::default() };
    std::hint::black_box(plan(&vault, options, rules::feed));
    let before = Vault::of_texts(config(), &[("x.md", "")]);
    let options = RecordOptions { now, wanted: &|_| true };
    std::hint::black_box(record::plan(&before, &vault, options));
}
