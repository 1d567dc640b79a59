//! The least that a checker of a vault must do, to hold a check against: list it, read it, parse it.
//!
//! ```sh
//! cargo run --release --example floor -- make DIR 10000    # a made-up vault of 10,000 notes
//! cargo run --release --example floor -- walk DIR 2        # lists it on two threads, asks for each size
//! cargo run --release --example floor -- parse DIR 2       # lists and reads it, runs the Markdown parser
//! ```

#![allow(clippy::print_stdout, reason = "it is a program, and says what it has done")]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use pulldown_cmark::{Options, Parser};
use rayon::prelude::*;

#[path = "mod.rs"]
mod vault;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [verb, dir, number] = args.as_slice() else {
        return Err("floor make DIR NOTES | floor walk DIR THREADS | floor parse DIR THREADS".into());
    };
    let (dir, number): (&Path, usize) = (Path::new(dir), number.parse()?);
    if verb == "make" {
        return make(dir, number);
    }
    rayon::ThreadPoolBuilder::new().num_threads(number).build_global()?;
    let files = walk(dir);
    let events: usize = match verb.as_str() {
        "parse" => files.par_iter().map_init(Vec::new, events).sum(),
        _ => 0,
    };
    let bytes: u64 = files.iter().map(|(_, size)| size).sum();
    println!("{} files, {bytes} bytes, {events} events", files.len());
    Ok(())
}

fn make(dir: &Path, notes: usize) -> Result<(), Box<dyn Error>> {
    for i in 0..notes {
        let path = dir.join(vault::path(i));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, vault::text(i, notes))?;
    }
    Ok(())
}

/// Every file with its size, hidden ones left out.
fn walk(dir: &Path) -> Vec<(PathBuf, u64)> {
    fn visit<'s>(scope: &rayon::Scope<'s>, dir: &Path, found: &'s Mutex<Vec<(PathBuf, u64)>>) {
        let mut mine = Vec::new();
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => {
                    let path = entry.path();
                    scope.spawn(move |scope| visit(scope, &path, found));
                }
                Ok(_) => mine.extend(entry.metadata().ok().map(|meta| (entry.path(), meta.len()))),
                Err(_) => {}
            }
        }
        if let Ok(mut found) = found.lock() {
            found.append(&mut mine);
        }
    }
    let found = Mutex::default();
    rayon::scope(|scope| visit(scope, dir, &found));
    found.into_inner().unwrap_or_default()
}

fn events(buffer: &mut Vec<u8>, (path, size): &(PathBuf, u64)) -> usize {
    use std::io::Read as _;
    if path.extension().is_none_or(|extension| extension != "md") {
        return 0;
    }
    buffer.clear();
    buffer.reserve(*size as usize + 1);
    let read = fs::File::open(path).and_then(|mut file| file.read_to_end(buffer));
    let text = read.ok().and_then(|_| std::str::from_utf8(buffer).ok()).unwrap_or_default();
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_WIKILINKS;
    Parser::new_ext(text, options).into_offset_iter().map(std::hint::black_box).count()
}
