//! Reads the settings of a vault from disk or from git: `portolan.toml`, and the integration schema and board
//! templates that it names.
//!
//! ```no_run
//! use std::path::Path;
//! use portolan::vault::{Keep, Vault};
//! use portolan::{rules, setup};
//!
//! let root = Path::new("vault-example");
//! let config = setup::read(root, None, None)?;
//! let vault = Vault::load(root, config, Keep::Facts, &|_, _| {})?;
//! for finding in rules::run(&vault, None) {
//!     println!("{}: {}", finding.note, finding.message);
//! }
//! # Ok::<(), portolan::error::Error>(())
//! ```

use std::path::Path;

use xxhash_rust::xxh3::xxh3_128;

use crate::config::{self, Config};
use crate::error::{Error, Result};
use crate::rules;
use crate::text::path;
use crate::vault::files;
use crate::vault::git::{Repository, Snapshot};
use crate::vault::on_disk;
use crate::vault::source::Source as _;

mod board_files;

/// The hint for a hook whose arguments name a settings file that the branch does not have.
const GONE: &str = "it is neither in the index nor on disk; `git commit --no-verify` commits all the same";

/// Reads the settings of the vault at `root`: its `portolan.toml`, or the file `named` in its place, with the
/// integration schema and the board templates that it names. For a check of the next commit, `staged` is the
/// repository and the part of its index in the vault; files there take precedence over those on disk. Without a
/// settings file, returns the defaults.
///
/// # Errors
/// A file cannot be read or understood. Where the settings are invalid, the error gives the file, line and column.
pub fn read(root: &Path, named: Option<&Path>, staged: Option<(&Repository, &Snapshot)>) -> Result<Config> {
    let path = named.map_or_else(|| root.join(config::FILE_NAME), Path::to_path_buf);
    let index = staged.map(|(_, index)| index);
    let text = if named.is_some() {
        match staged.and_then(|(repository, _)| repository.staged(&path)) {
            Some(bytes) => String::from_utf8(bytes).map_err(std::io::Error::other),
            // A named file may be a pipe from another program, so it is read without the checks for files of a
            // vault.
            None => std::fs::read_to_string(&path),
        }
    } else {
        read_setting(root, config::FILE_NAME, &path, index)
    };
    let text = match text {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
            return Ok(Config::default());
        }
        Err(e) => {
            let is_gone = e.kind() == std::io::ErrorKind::NotFound && staged.is_some();
            let error = Error::io("read the configuration", &path, e);
            return Err(if is_gone { error.with_hint(GONE) } else { error });
        }
    };
    let mut config = Config::read(&text, &rules::names()).map_err(|error| {
        let (line, column) = error.position;
        Error::new(format!("{}:{line}:{column}: {}", path.display(), error.message))
            .with_hint("`portolan schema config` describes every key")
    })?;
    config.identity = xxh3_128(text.as_bytes());
    if let Some(schema) = &config.integration_schema {
        let (text, validator) = read_schema(root, schema, index)?;
        config.identity ^= xxh3_128(text.as_bytes()).rotate_left(1);
        config.integration_validator = Some(validator);
    }
    board_files::read(root, &mut config, index)?;
    Ok(config)
}

/// Returns the text of a settings file: `file` of the index if that has it, else the file at `path`.
fn read_setting(root: &Path, file: &str, path: &Path, index: Option<&Snapshot>) -> std::io::Result<String> {
    let Some(index) = index.filter(|index| index.has(file)) else { return files::read_text(path) };
    let mut bytes = Vec::new();
    index.read(file, &mut bytes)?;
    String::from_utf8(bytes)
        .map_err(|_| std::io::Error::other(format!("`{}` is not UTF-8", root.join(file).display())))
}

/// Reads the vault's own schema for integrations. A path that leads out of the vault is an error.
fn read_schema(
    root: &Path,
    schema: &str,
    index: Option<&Snapshot>,
) -> Result<(String, jsonschema::Validator)> {
    let inside = path::join("", schema)
        .ok_or_else(|| Error::new(format!("the schema `{schema}` lies outside of the vault")))?;
    let path = on_disk(root, &inside);
    let fail = |why: String| Error::new(format!("`{}` is not a JSON Schema: {why}", path.display()));
    if !index.is_some_and(|index| index.has(&inside)) {
        let whole = path.canonicalize().map_err(|e| Error::io("read the schema", &path, e))?;
        if !root.canonicalize().is_ok_and(|root| whole.starts_with(root)) {
            return Err(Error::new(format!("the schema `{schema}` lies outside of the vault")));
        }
    }
    let text =
        read_setting(root, &inside, &path, index).map_err(|e| Error::io("read the schema", &path, e))?;
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|e| fail(e.to_string()))?;
    let validator = jsonschema::validator_for(&value).map_err(|e| fail(e.to_string()))?;
    Ok((text, validator))
}
