//! The time to resolve the links of a vault, ten to a note: `cargo bench --bench links`.
//!
//! A vault of ten times as many notes may take ten times as long and no more. `crowd` is the worst
//! that names can do: every file has the same name, and every link is ambiguous or asks for a folder.
//! `nearest` is what comes after a careless rename: links that lead nowhere, each of which is offered
//! the nearest name.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use portolan::vault::names::{FileId, Names};
use portolan::vault::nearest::Nearest;
use rayon::prelude::*;

fn main() {
    divan::main();
}

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const LINKS_OF_A_NOTE: usize = 10;

const WORDS: [&str; 24] = [
    "Alpha",
    "bravo",
    "Cargo",
    "delta",
    "Échelle",
    "fault",
    "gate",
    "Harbour",
    "index",
    "jetty",
    "Keel",
    "ledger",
    "mooring",
    "Night",
    "order",
    "plan",
    "quay",
    "route",
    "signal",
    "Tide",
    "Übersicht",
    "vessel",
    "Watch",
    "yard",
];

/// The same numbers every time, in no order.
fn scattered(seed: usize) -> usize {
    let mut x = seed as u64 ^ 0x9E37_79B9_7F4A_7C15;
    for _ in 0..2 {
        x = (x ^ (x >> 31)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    }
    (x >> 16) as usize
}

fn name(i: usize) -> String {
    let word = |n: usize| WORDS[scattered(i * 3 + n) % WORDS.len()];
    // One note in fifty shares its name with others.
    if i.is_multiple_of(50) {
        format!("{} {}", word(0), word(1))
    } else {
        format!("{} {} {i}", word(0), word(1))
    }
}

fn folder(i: usize) -> String {
    let (a, b) = (scattered(i) % 40, scattered(i + 7) % 25);
    format!("{a:02} {}/{} {b}", WORDS[a % WORDS.len()], WORDS[b % WORDS.len()])
}

/// A vault, and its links with the note that each stands in.
struct Vault {
    names: Names,
    links: Vec<(String, FileId)>,
}

fn vault(notes: usize) -> Vault {
    let mut paths: Vec<String> = (0..notes).map(|i| format!("{}/{}.md", folder(i), name(i))).collect();
    paths.sort();
    paths.dedup();
    let links = (0..notes * LINKS_OF_A_NOTE).map(|i| {
        let target = scattered(i) % notes;
        let link = match i % 20 {
            0..10 => name(target),
            10..14 => format!("{}/{}", folder(target), name(target)),
            14 => name(target).to_lowercase(),
            15 => format!("{}.md", name(target)),
            16 => format!("../../{}/{}.md", folder(target), name(target)),
            17 => format!("Missing {} {target}", name(target)),
            18 => format!("wrong/{}", name(target)),
            _ => format!("{}.png", name(target)),
        };
        (link, FileId((scattered(i + 1) % paths.len()) as u32))
    });
    Vault { links: links.collect(), names: Names::new(paths) }
}

/// Every file has one name, and a link names it bare or with a folder.
fn crowd(notes: usize) -> Vault {
    let mut paths: Vec<String> = (0..notes).map(|i| format!("team {i:06}/notes/README.md")).collect();
    paths.sort();
    let links = (0..notes * LINKS_OF_A_NOTE).map(|i| {
        let target = scattered(i) % notes;
        let link = match i % 4 {
            0 => "README".to_owned(),
            1 => "notes/README".to_owned(),
            2 => format!("team {target:06}/notes/README"),
            _ => format!("nobody {target:06}/README"),
        };
        // A note of its own folder would decide; one beside it does not.
        (link, FileId(u32::MAX))
    });
    Vault { links: links.collect(), names: Names::new(paths) }
}

fn resolve_all(vault: &Vault) -> usize {
    let found = |(link, from): &(String, FileId)| vault.names.resolve(link, *from).file().is_some();
    vault.links.par_iter().with_min_len(1024).filter(|link| found(link)).count()
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn resolve(bencher: Bencher<'_, '_>, notes: usize) {
    let vault = vault(notes);
    bencher.counter(ItemsCount::new(vault.links.len())).bench(|| resolve_all(black_box(&vault)));
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn resolve_in_a_crowd(bencher: Bencher<'_, '_>, notes: usize) {
    let vault = crowd(notes);
    bencher.counter(ItemsCount::new(vault.links.len())).bench(|| resolve_all(black_box(&vault)));
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn index_the_names(bencher: Bencher<'_, '_>, notes: usize) {
    let paths: Vec<String> = vault(notes).names.paths().iter().map(str::to_owned).collect();
    bencher.counter(ItemsCount::new(paths.len())).with_inputs(|| paths.clone()).bench_values(Names::new);
}

/// One broken link in five notes, each another one.
#[divan::bench(args = SIZES, sample_count = 5)]
fn nearest(bencher: Bencher<'_, '_>, notes: usize) {
    let names: Vec<String> = (0..notes).map(name).collect();
    let broken: Vec<String> = (0..notes / 5)
        .map(|i| match i % 3 {
            0 => name(scattered(i) % notes).replacen('a', "", 1),
            1 => format!("{}x", name(scattered(i) % notes)),
            _ => format!("Gone {} {}", name(i), scattered(i)),
        })
        .collect();
    bencher.counter(ItemsCount::new(broken.len())).bench(|| {
        let index = Nearest::new(names.iter().map(String::as_str));
        broken.par_iter().with_min_len(16).filter(|name| index.find(name).is_some()).count()
    });
}
