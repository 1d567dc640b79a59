//! The steps of a check, and of a sync, on a made-up vault: `cargo bench --bench check`.
//!
//! - `extract`: the facts of each note, read from its text.
//! - `resolve`: where each link of the vault leads. `benches/links.rs` has the worst that names can do.
//! - `rules`: all rules on a vault whose facts are known.
//! - `render`: what was found, as text and as JSON.
//! - `plan`: the boards of the vault written anew, and every fix.
//!
//! A vault of ten times as many notes may take ten times as long and no more.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use portolan::config::Config;
use portolan::model::finding::Finding;
use portolan::plan::conflict::Versions;
use portolan::plan::{fix, sync};
use portolan::report::{self, human};
use portolan::rules;
use portolan::syntax::facts;
use portolan::syntax::reading::Reading;
use portolan::text::stamp::{Precision, Stamp};
use portolan::vault::Vault;

#[path = "vault/mod.rs"]
mod made_up;

fn main() {
    divan::main();
}

const SIZES: [usize; 2] = [1_000, 10_000];

fn texts(notes: usize) -> Vec<(String, String)> {
    (0..notes).map(|i| (made_up::path(i), made_up::text(i, notes))).collect()
}

fn vault(notes: usize) -> Vault {
    let texts = texts(notes);
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Vault::of_texts(Config::default(), &texts)
}

fn judged(notes: usize) -> (Vault, Vec<Finding>) {
    let vault = vault(notes);
    let findings = rules::run(&vault, None);
    (vault, findings)
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn extract(bencher: Bencher<'_, '_>, notes: usize) {
    let (texts, reading) = (texts(notes), Reading::default());
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        for (_, text) in &texts {
            black_box(facts::read(text.as_bytes(), &reading));
        }
    });
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn resolve(bencher: Bencher<'_, '_>, notes: usize) {
    let vault = vault(notes);
    let links: usize = vault.linking_notes().map(|(_, note)| note.facts.links.len()).sum();
    bencher.counter(ItemsCount::new(links)).bench(|| {
        for (_, note) in vault.linking_notes() {
            for link in &note.facts.links {
                black_box(vault.resolve(note, link));
            }
        }
    });
}

#[divan::bench(name = "rules", args = SIZES, sample_count = 5)]
fn judge(bencher: Bencher<'_, '_>, notes: usize) {
    let vault = vault(notes);
    bencher.counter(ItemsCount::new(notes)).bench(|| rules::run(black_box(&vault), None));
}

#[divan::bench_group(sample_count = 5)]
mod render {
    use super::{Bencher, ItemsCount, SIZES, black_box, judged, report};

    #[divan::bench(args = SIZES)]
    fn human(bencher: Bencher<'_, '_>, notes: usize) {
        let (vault, findings) = judged(notes);
        bencher
            .counter(ItemsCount::new(findings.len()))
            .bench(|| super::human::render(&vault, black_box(&findings), super::human::Look::PLAIN));
    }

    #[divan::bench(args = SIZES)]
    fn json(bencher: Bencher<'_, '_>, notes: usize) {
        let (_, findings) = judged(notes);
        let summary = || report::summary(&findings, notes, 0);
        bencher
            .counter(ItemsCount::new(findings.len()))
            .bench(|| report::json(black_box(&findings), summary(), &mut std::io::sink()));
    }
}

#[divan::bench_group(sample_count = 5)]
mod plan {
    use super::{Bencher, Precision, SIZES, Stamp, Versions, black_box, fix, rules, sync, vault};

    #[divan::bench(args = SIZES)]
    fn boards(bencher: Bencher<'_, '_>, notes: usize) {
        let vault = vault(notes);
        let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 2).and_then(|day| day.and_hms_opt(3, 4, 0));
        let now = Stamp::new(day.unwrap_or_default(), Precision::Minute);
        let options =
            sync::SyncOptions { now, force: false, wanted: &|_| true, versions: &|_| Versions::default() };
        bencher.bench_local(|| sync::plan(black_box(&vault), options, rules::feed));
    }

    #[divan::bench(args = SIZES)]
    fn fixes(bencher: Bencher<'_, '_>, notes: usize) {
        let vault = vault(notes);
        bencher.bench(|| {
            fix::plan(black_box(&vault), true, &std::collections::BTreeSet::new(), |vault| {
                rules::run(vault, None)
            })
        });
    }
}
