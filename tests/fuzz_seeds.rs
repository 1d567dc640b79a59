//! Runs the checks of the fuzz targets on their seeds, without a fuzzer.

#[path = "../fuzz/checks.rs"]
mod checks;

use std::path::Path;

/// Runs a check over every seed of its target.
fn run(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut seeds = 0;
    for entry in std::fs::read_dir(&folder).expect("seeds") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("a seed");
        let caught = std::panic::catch_unwind(|| check(&bytes));
        assert!(caught.is_ok(), "{}", path.display());
        seeds += 1;
    }
    assert!(seeds > 4, "{target} has {seeds} seeds");
}

macro_rules! targets {
    ($($target:ident)*) => {
        $(
            #[test]
            fn $target() {
                run(stringify!($target), checks::$target);
            }
        )*

        /// A new target must not be forgotten here.
        #[test]
        fn every_target_is_run() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
            for entry in std::fs::read_dir(folder).expect("targets") {
                let name = entry.expect("an entry").file_name().into_string().expect("a name");
                let target = name.trim_end_matches(".rs");
                assert!([$(stringify!($target)),*].contains(&target), "{target} is not run");
            }
        }
    };
}

targets! { extract check write_back mermaid integration properties canvas template }
