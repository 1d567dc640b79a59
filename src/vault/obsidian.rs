//! Reads the settings of Obsidian that matter to a checker: ignored files and template folders.
//!
//! A missing or broken file gives the defaults, as in the app.

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_128;

use super::source::Source;
use crate::text::fold::nfc;
use crate::text::place::BOM;

mod pattern;

use self::pattern::Pattern;

/// The files that [`AppSettings::read`] reads.
pub const FILES: [&str; 3] =
    [".obsidian/app.json", ".obsidian/templates.json", ".obsidian/plugins/templater-obsidian/data.json"];

/// The settings of `.obsidian/` that decide the role of notes.
#[derive(Debug, Default)]
pub struct AppSettings {
    /// "Excluded files": path prefixes, and regular expressions between slashes.
    ignore: Vec<Filter>,
    /// The template folders of the core plug-in and of Templater, in composed form (NFC).
    pub template_folders: Vec<String>,
}

/// Obsidian's settings for new notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotes {
    /// The folder that new notes go into; empty for the root.
    pub folder: String,
    /// The format of `{{date}}` in templates.
    pub date: String,
    /// The format of `{{time}}`.
    pub time: String,
}

impl NewNotes {
    /// Reads the settings of a vault; the defaults are those of the app (Help, "Templates").
    #[must_use]
    pub fn read(source: &dyn Source) -> Self {
        let (app, templates) = (setting(source, "app.json"), setting(source, "templates.json"));
        let text = |value: &Value, default: &str| {
            value.as_str().filter(|text| !text.is_empty()).unwrap_or(default).to_owned()
        };
        let folder = match app["newFileLocation"].as_str() {
            Some("folder") => text(&app["newFileFolderPath"], "").trim_matches('/').to_owned(),
            _ => String::new(),
        };
        Self {
            folder,
            date: text(&templates["dateFormat"], "YYYY-MM-DD"),
            time: text(&templates["timeFormat"], "HH:mm"),
        }
    }
}

/// The settings that name a file or a folder of the vault.
const PATHS: [(&str, &[&str]); 4] = [
    ("app.json", &["newFileFolderPath", "attachmentFolderPath", "userIgnoreFilters"]),
    ("templates.json", &["folder"]),
    ("daily-notes.json", &["folder", "template"]),
    ("plugins/templater-obsidian/data.json", &["templates_folder", "user_scripts_folder"]),
];

/// Returns the settings files that are not valid JSON. They count as missing, so the user should be told.
#[must_use]
pub fn broken(source: &dyn Source) -> Vec<&'static str> {
    let is_broken = |text: &str| serde_json::from_str::<Value>(text.trim_start_matches(BOM)).is_err();
    let broken =
        |file: &&str| source.setting(file).is_some_and(|text| !text.trim().is_empty() && is_broken(&text));
    FILES.into_iter().filter(broken).collect()
}

/// Returns the patterns among the excluded files that cannot be read. They exclude nothing, so the user should be
/// told.
#[must_use]
pub fn unread_patterns(source: &dyn Source) -> Vec<String> {
    let filters = setting(source, "app.json");
    let is_unread = |entry: &&str| pattern_of(entry).is_some_and(|pattern| Pattern::read(pattern).is_none());
    filters_in(&filters).filter(is_unread).map(str::to_owned).collect()
}

/// Returns the excluded files in `app.json`.
fn filters_in(app: &Value) -> impl Iterator<Item = &str> {
    app["userIgnoreFilters"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Returns the pattern of an entry between slashes.
fn pattern_of(entry: &str) -> Option<&str> {
    entry.strip_prefix('/').and_then(|entry| entry.strip_suffix('/'))
}

/// Returns the paths that settings name, without slashes around them, each with the settings file.
#[must_use]
pub fn named_paths(source: &dyn Source) -> Vec<(String, String)> {
    let mut named = Vec::new();
    for (file, keys) in PATHS {
        let settings = setting(source, file);
        for key in keys {
            let value = &settings[*key];
            let texts = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            let paths = texts.iter().filter_map(Value::as_str).map(|path| path.trim_matches('/'));
            let paths = paths.filter(|path| !path.is_empty() && !path.starts_with('.'));
            named.extend(paths.map(|path| (format!(".obsidian/{file}"), path.to_owned())));
        }
    }
    named
}

/// Reads a file of `.obsidian/`.
fn setting(source: &dyn Source, file: &str) -> Value {
    let text = source.setting(&format!(".obsidian/{file}")).unwrap_or_default();
    serde_json::from_str(text.trim_start_matches(BOM)).unwrap_or_default()
}

#[derive(Debug)]
enum Filter {
    Prefix(String),
    Pattern(Pattern),
}

impl AppSettings {
    /// Reads the settings of a vault.
    #[must_use]
    pub fn read(source: &dyn Source) -> Self {
        let json = |file: &str| setting(source, file);
        let app = json("app.json");
        let folders = [
            json("templates.json")["folder"].as_str().map(str::to_owned),
            json("plugins/templater-obsidian/data.json")["templates_folder"].as_str().map(str::to_owned),
        ];
        Self {
            ignore: filters_in(&app).filter_map(Filter::read).collect(),
            template_folders: folders
                .into_iter()
                .flatten()
                .map(|f| nfc(f.trim_matches('/')).into_owned())
                .filter(|f| !f.is_empty())
                .collect(),
        }
    }

    /// Returns a hash that differs for other settings.
    #[must_use]
    pub fn identity(&self) -> u128 {
        let filter = |filter: &Filter| match filter {
            Filter::Prefix(prefix) => format!("prefix {prefix}\n"),
            Filter::Pattern(pattern) => format!("pattern {pattern}\n"),
        };
        let folders = self.template_folders.iter().map(|folder| format!("folder {folder}\n"));
        xxh3_128(self.ignore.iter().map(filter).chain(folders).collect::<String>().as_bytes())
    }

    /// Whether Obsidian hides the file from search and lists. Links to it resolve all the same. `path` is in
    /// composed form (NFC), as in the app.
    #[must_use]
    pub fn ignores(&self, path: &str) -> bool {
        self.ignore.iter().any(|filter| match filter {
            Filter::Prefix(prefix) => path.starts_with(prefix),
            Filter::Pattern(pattern) => pattern.is_match(path),
        })
    }
}

impl Filter {
    fn read(entry: &str) -> Option<Self> {
        match pattern_of(entry) {
            Some(pattern) => Pattern::read(pattern).map(Self::Pattern),
            None if entry.is_empty() => None,
            None => Some(Self::Prefix(nfc(entry).into_owned())),
        }
    }
}
