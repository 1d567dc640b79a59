//! How long a diagram takes to read: `cargo bench --bench mermaid`. The time grows with the text.

use portolan::syntax::mermaid::parse;

fn main() {
    divan::main();
}

fn chart(edges: usize) -> String {
    let lines = (0..edges).map(|n| format!("n{} -->|to| n{}[Node {n}]\n", n % 977, n));
    std::iter::once("flowchart LR\n".to_owned()).chain(lines).collect()
}

#[divan::bench(args = [500, 5_000, 50_000])]
fn edges(bencher: divan::Bencher<'_, '_>, edges: usize) {
    bencher.with_inputs(|| chart(edges)).bench_refs(|text| parse(text));
}
