//! The time to plan a rename in a vault of 100,000 notes with a million links: `cargo bench --bench rename`.
//!
//! `a_note` has 10,000 links to it, each of which is rewritten and read again as it would be; `its_folder`
//! moves a hundred notes besides; `a_lonely_note` has none, and shows what looking costs.

use divan::{Bencher, black_box};
use portolan::config::Config;
use portolan::plan::rename::{Move, Permit, rename_path};
use portolan::vault::Vault;

fn main() {
    divan::main();
}

const NOTES: usize = 100_000;
const BACKLINKS: usize = 10_000;

fn vault() -> Vault {
    let path = |i: usize| format!("{:02}/{:03}/Note {i}.md", i % 40, i % 1000);
    let texts: Vec<(String, String)> =
        (0..NOTES)
            .map(|i| {
                let links: Vec<String> =
                    (1..10).map(|n| format!("[[Note {}]]", (i * 7 + n * 311) % NOTES)).collect();
                let famous = match i % 30 {
                    0 => "[[Famous|it]]",
                    10 => "[it](hub/in/Famous.md)",
                    20 => "[[in/Famous#Limits]]",
                    _ => "",
                };
                (path(i), format!("# Note {i}\n\nSome prose about it, and {}. {famous}\n", links.join(", ")))
            })
            .chain((0..100).map(|i| {
                (format!("hub/in/Side {i}.md"), "# Side\n\n[[Famous]] [x](./Famous.md)\n".to_owned())
            }))
            .chain(std::iter::once(("hub/in/Famous.md".to_owned(), "# Famous\n\n## Limits\n".to_owned())))
            .collect();
    assert_eq!(texts.iter().filter(|(p, t)| p.as_str() < "hub" && t.contains("Famous")).count(), BACKLINKS);
    let files: Vec<(&str, &str)> = texts.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    Vault::of_texts(Config::default(), &files)
}

fn rename(bencher: Bencher<'_, '_>, from: &str, to: &str) {
    let vault = vault();
    let moved = Move { from: from.to_owned(), to: to.to_owned() };
    bencher.bench(|| {
        let plan = rename_path(black_box(&vault), moved.clone(), Permit::default());
        assert!(plan.is_ok());
        plan.map(|plan| plan.followed)
    });
}

#[divan::bench(sample_count = 10)]
fn a_note(bencher: Bencher<'_, '_>) {
    rename(bencher, "hub/in/Famous.md", "hub/in/Renowned.md");
}

#[divan::bench(sample_count = 10)]
fn its_folder(bencher: Bencher<'_, '_>) {
    rename(bencher, "hub/in", "hub/out");
}

#[divan::bench(sample_count = 10)]
fn a_lonely_note(bencher: Bencher<'_, '_>) {
    rename(bencher, "hub/in/Side 1.md", "hub/in/Other side.md");
}
