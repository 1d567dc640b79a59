//! Fills in the templates of boards. This is the only module that names minijinja.
//!
//! portolan's own templates get rows whose cells are already escaped. In a template of the vault every value is
//! escaped as it is written, whatever the template says: there is no `safe` filter, and `autoescape` changes
//! nothing. Its run time and output are limited, and it reads only the files that it was given.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::sync::{Arc, LazyLock};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Rest, Serde};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use serde::Serialize;

use super::cell::{cell, link_cell, link_line};
use crate::plan::escape;
use crate::syntax::mermaid::write::quoted;

/// The steps that a template may take. One board of everything in a large vault takes a tenth of this. Text that
/// a template builds counts as well, one step for each [`BYTES_A_STEP`]: that bounds its memory, whatever it
/// doubles.
const FUEL: u64 = 10_000_000;

/// The bytes of text that count as one step of minijinja.
const BYTES_A_STEP: u64 = 64;

/// The bytes that a template may write. Nobody reads a longer board.
const MAX_OUTPUT: usize = 1 << 20;

/// The files of templates by path: their texts, or why they cannot be used.
pub(super) type Files = Arc<BTreeMap<String, Result<String, String>>>;

/// Portolan's own templates.
#[derive(Clone, Copy, Debug)]
pub(super) enum BuiltIn {
    Table,
    List,
    Summary,
    Diagram,
}

static BUILT_IN: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_loader(|name| {
        let text = match name {
            "table" => include_str!("templates/table.md.j2"),
            "list" => include_str!("templates/list.md.j2"),
            "summary" => include_str!("templates/summary.md.j2"),
            "diagram" => include_str!("templates/diagram.md.j2"),
            _ => return Ok(None),
        };
        Ok(Some(text.to_owned()))
    });
    environment
});

impl BuiltIn {
    const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::List => "list",
            Self::Summary => "summary",
            Self::Diagram => "diagram",
        }
    }

    /// Fills the template in.
    pub(super) fn render(self, values: impl Serialize) -> Result<String, String> {
        // These templates are part of the program, and a test renders each of them.
        let template = BUILT_IN.get_template(self.name());
        let rendered = template.and_then(|template| template.render(Value::from(Serde(values))));
        rendered.map_err(|error| format!("portolan's own template failed ({self:?}): {error}"))
    }
}

/// A value for templates, which is made once, however many templates use it.
#[derive(Clone, Debug)]
pub(super) struct Given(Value);

impl Given {
    pub(super) fn of(value: impl Serialize) -> Self {
        Self(Value::from(Serde(value)))
    }
}

/// The vault's own templates, each parsed once.
#[derive(Debug)]
pub(super) struct OwnTemplates {
    environment: Environment<'static>,
    asked: HashSet<String>,
}

impl OwnTemplates {
    pub(super) fn of(files: &Files) -> Self {
        let environment = environment(files);
        let all = files.iter().filter(|(_, text)| text.is_ok());
        let templates = all.filter_map(|(path, _)| environment.get_template(path).ok());
        let asked = templates.flat_map(|template| template.undeclared_variables(false)).collect();
        Self { environment, asked }
    }

    /// Whether a template, or a file that it includes, may use the value with this name.
    pub(super) fn ask_for(&self, name: &str) -> bool {
        self.asked.contains(name)
    }

    /// Checks that a template can be parsed. Errors name their line.
    pub(super) fn can_be_read(&self, path: &str) -> Result<(), String> {
        let read = self.environment.get_template(path).map(drop);
        read.map_err(|error| message(&error, &self.environment))
    }

    /// Fills a template in.
    pub(super) fn render(&self, path: &str, values: BTreeMap<&'static str, Given>) -> Result<String, String> {
        let failed = |error: Error| message(&error, &self.environment);
        let template = self.environment.get_template(path).map_err(failed)?;
        let values: BTreeMap<_, Value> = values.into_iter().map(|(name, given)| (name, given.0)).collect();
        let mut out = Counting { bytes: Vec::new(), full: false };
        let rendered = template.render_captured_to(Value::from(values), &mut out);
        if out.full {
            return Err(format!("{path}: it writes more than {MAX_OUTPUT} bytes"));
        }
        rendered.map_err(failed)?;
        String::from_utf8(out.bytes).map_err(|error| format!("{path}: {error}"))
    }
}

fn environment(files: &Files) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    // A tag on its own line leaves no blank line, which would end a table.
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    // However a template spells a path, the file is the same and parsed once.
    environment.set_path_join_callback(|name, _| {
        crate::text::path::join("", name).map_or(Cow::Borrowed(name), Cow::Owned)
    });
    let files = Arc::clone(files);
    environment.set_loader(move |name| match files.get(name) {
        Some(Ok(text)) => Ok(Some(text.clone())),
        Some(Err(why)) => Err(Error::new(ErrorKind::InvalidOperation, why.clone())),
        None => Ok(None),
    });
    // Blocks and macros mark their output as escaped only if auto-escaping is on.
    environment.set_auto_escape_callback(|_| AutoEscape::Custom("board".into()));
    environment.set_formatter(|out, _, value| {
        if value.is_safe() {
            write!(out, "{value}")?;
        } else if !(value.is_none() || value.is_undefined()) {
            out.write_str(&escaped(value))?;
        }
        Ok(())
    });
    environment.remove_filter("safe");
    environment.add_filter("link", link);
    environment.add_filter("mermaid", |value: &Value| {
        given(value).map(|text| Value::from_safe_string(quoted(&text, "")))
    });
    environment
}

/// Returns a value as it is written into a board: safe within a line or cell, and at the start of either.
fn escaped(value: &Value) -> String {
    let text = shown(value);
    if text.trim().is_empty() {
        return if text.is_empty() { text } else { " ".to_owned() };
    }
    let cell = cell(&text);
    // An escape for the start of a line does no harm elsewhere.
    let opens = escape::line(&text).starts_with('\\')
        && !text.trim_start().starts_with('\\')
        && !escape::begins_with_code(&text);
    let blank = |is: bool| if is { " " } else { "" };
    let (before, after) = (text.starts_with(char::is_whitespace), text.ends_with(char::is_whitespace));
    format!("{}{}{cell}{}", blank(before), if opens { "\\" } else { "" }, blank(after))
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Returns the text of a filter's argument: empty for null. A missing name is an error, as elsewhere.
fn given(value: &Value) -> Result<String, Error> {
    match value {
        value if value.is_undefined() => Err(Error::from(ErrorKind::UndefinedError)),
        value if value.is_none() => Ok(String::new()),
        value => Ok(shown(value)),
    }
}

/// Implements the filter `path | link` or `path | link("shown")`: a link to a note of the vault, escaped for a
/// cell of a table if `table=true`.
#[expect(clippy::needless_pass_by_value, reason = "minijinja hands arguments over by value")]
fn link(path: &str, name: Rest<Value>, options: Kwargs) -> Result<Value, Error> {
    // Not an `Option`, because minijinja would also leave out an argument whose value is undefined.
    if name.len() > 1 {
        return Err(Error::from(ErrorKind::TooManyArguments));
    }
    let in_table = options.get::<Option<bool>>("table")?.unwrap_or_default();
    options.assert_all_used()?;
    let name = name.first().map(given).transpose()?.filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| crate::text::path::stem(path).to_owned());
    let write = if in_table { link_cell } else { link_line };
    Ok(Value::from_safe_string(write(path, &name)))
}

/// Returns the message of an error with its place. For an error in an included file, that file counts.
fn message(error: &Error, environment: &Environment<'_>) -> String {
    let mut innermost = error;
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(inner) = inner.downcast_ref::<Error>().filter(|inner| inner.name().is_some()) {
            innermost = inner;
        }
        source = inner.source();
    }
    let place = match (innermost.name(), innermost.line()) {
        (Some(name), Some(line)) => format!("{name}:{line}: "),
        (Some(name), None) => format!("{name}: "),
        _ => String::new(),
    };
    let what = match (innermost.kind(), innermost.detail()) {
        (ErrorKind::OutOfFuel, _) => {
            format!("it takes more than {FUEL} steps ({BYTES_A_STEP} bytes of text count as one)")
        }
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind @ ErrorKind::UndefinedError, None) => match expression(innermost, environment) {
            Some(expression) => format!("{kind}: `{expression}`"),
            None => kind.to_string(),
        },
        (kind, None) => kind.to_string(),
    };
    format!("{place}{what}")
}

/// Returns the expression that an error is about; for an error in a filter's argument, with the filter. An
/// expression that contains a text literal may contain a secret, and is not shown.
fn expression(error: &Error, environment: &Environment<'_>) -> Option<String> {
    const LONGEST: usize = 100;
    let is_plain = |text: &str| {
        let plain = |c: char| c.is_alphanumeric() || "_.[]()| ".contains(c);
        text.len() <= LONGEST && !text.is_empty() && text.chars().all(plain)
    };
    let template = environment.get_template(error.name()?).ok()?;
    let (source, range) = (template.source(), error.range()?);
    let expression = source.get(range.clone())?.trim();
    let before = source.get(..range.start)?.trim_end();
    let shown = if before.ends_with('|') {
        let start = before.rfind(['{', '%', '\n'])? + 1;
        let whole = source.get(start..range.end)?.trim();
        if is_plain(whole) { whole.to_owned() } else { format!("… | {expression}") }
    } else {
        expression.to_owned()
    };
    is_plain(expression).then_some(shown)
}

/// A writer that accepts a limited number of bytes.
struct Counting {
    bytes: Vec<u8>,
    full: bool,
}

impl io::Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > MAX_OUTPUT {
            self.full = true;
            return Err(io::Error::other("the output is full"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
