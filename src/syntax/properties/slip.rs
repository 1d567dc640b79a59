//! What somebody meant who wrote properties that are not YAML.
//!
//! A parser says where it gave up, in its own words: of `title: Gateway: the public one` that "mapping values are not
//! allowed in this context". Here the usual slips are tried on the line where it gave up and on the entry above; the
//! one without which it comes further is the one that was made. So nothing is claimed or mended that the parser does
//! not bear out.

use std::ops::Range;

use super::YamlProblem;
use crate::syntax::placeholder;
use crate::text::edit::{Edit, Edits};
use crate::text::span::Span;

#[cfg(test)]
mod tests;
mod tried;

use self::tried::{Entry, Tried, blanks};

/// A slip in properties, and what mends it.
#[derive(Clone, Debug, PartialEq)]
pub struct Slip {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
    /// How it is mended, where that is known.
    pub mend: Option<Mend>,
}

/// How a slip is mended: by quotes, blanks and brackets around the words that are there. None is written anew.
#[derive(Clone, Debug, PartialEq)]
pub struct Mend {
    /// What the edits do, as an order.
    pub title: &'static str,
    /// Whether it can only have been meant so.
    pub safe: bool,
    /// The edits, in the places of the note.
    pub edits: Edits,
}

/// Characters that begin something else than text in YAML (1.2, section 5.3).
const RESERVED: &str = "@`%|>*&!,?-[]{}";

/// Those of them that may have been meant as what they begin: a list, a mapping, a block of text.
const OF_COLLECTIONS: &str = "|>,?-[]{}";

/// The slip that a problem comes from.
pub(super) fn find(text: &str, yaml: Span, problem: &YamlProblem) -> Option<Slip> {
    let tried = Tried::new(text, yaml, problem);
    let lines = tried.suspects();
    let entries: Vec<Entry> = lines.iter().filter_map(|line| Entry::read(text, line)).collect();
    let slips = [unclosed_bracket, unquoted, quote_within, behind_quote, unclosed_quote, escape, indented];
    no_properties(&tried)
        .or_else(|| tabs(&tried))
        .or_else(|| lines.iter().find_map(|line| no_blank(&tried, line)))
        .or_else(|| entries.iter().find_map(|entry| slips.iter().find_map(|slip| slip(&tried, entry))))
        .or_else(|| lines.iter().find_map(|line| no_entry(&tried, line)))
}

/// A line across the page that begins what was never meant as properties.
fn no_properties(tried: &Tried<'_>) -> Option<Slip> {
    let is_entry = |line: Range<usize>| Entry::read(tried.text, &line).is_some();
    let first = tried.all_lines().find(|line| is_said(tried, line))?;
    let begins_blank = tried.all_lines().next().is_some_and(|line| tried.text[line].trim().is_empty());
    if is_entry(first.clone()) || !begins_blank && tried.all_lines().any(is_entry) {
        return None;
    }
    let message = "what stands between these `---` is no properties; to begin with a line across the page, leave the \
                   first line of the note empty";
    Some(Slip { message: message.to_owned(), span: Span::new(first.start, first.end), mend: None })
}

/// Whether a line is neither empty nor a comment.
fn is_said(tried: &Tried<'_>, line: &Range<usize>) -> bool {
    let line = tried.text[line.clone()].trim();
    !line.is_empty() && !line.starts_with('#')
}

/// Tabs in the place of blanks before keys and items.
fn tabs(tried: &Tried<'_>) -> Option<Slip> {
    let indents = tried.all_lines().map(|line| {
        let indent = tried.text[line.clone()].bytes().take_while(|b| b" \t".contains(b)).count();
        line.start..line.start + indent
    });
    let with_tabs: Vec<_> = indents.filter(|indent| tried.text[indent.clone()].contains('\t')).collect();
    let first = with_tabs.first()?.clone();
    let with = |instead: fn(&str) -> String, title| {
        let edits = with_tabs.iter().map(|indent| {
            Edit::replace(Span::new(indent.start, indent.end), instead(&tried.text[indent.clone()]))
        });
        let mend = Mend { title, safe: false, edits: Edits::of(edits)? };
        tried.proven("properties are indented with blanks, not with tabs", first.clone(), mend)
    };
    let in_blanks = || with(|indent| indent.replace('\t', "  "), "indent with blanks");
    let away = || with(|_| String::new(), "take the indent away");
    // The first entry is below nothing.
    let is_first =
        tried.all_lines().find(|line| is_said(tried, line)).is_some_and(|line| line.start == first.start);
    if is_first { away() } else { in_blanks().or_else(away) }
}

/// `title:Gateway`, `title：Gateway`.
fn no_blank(tried: &Tried<'_>, line: &Range<usize>) -> Option<Slip> {
    let whole = &tried.text[line.clone()];
    let at = whole.find([':', '：'])?;
    let (key, rest) = whole.split_at(at);
    let is_key = key.trim_start_matches([' ', '-']).starts_with(char::is_alphanumeric);
    if !is_key || key.contains([' ', '\t']) && key.trim_start_matches([' ', '-']).contains(' ') {
        return None;
    }
    let colon = line.start + at;
    let is_wide = rest.starts_with('：');
    let behind = colon + if is_wide { '：'.len_utf8() } else { 1 };
    if tried.text[behind..line.end].trim().is_empty() || !is_wide && rest[1..].starts_with([' ', '/']) {
        return None;
    }
    let (message, mend) = if is_wide {
        let blank = if tried.text[behind..].starts_with(' ') { ":" } else { ": " };
        ("a wide colon ends no key", Edit::replace(Span::new(colon, behind), blank))
    } else {
        ("a blank is missing behind the colon", Edit::insert(behind, " "))
    };
    let mend = Mend { title: "write `: `", safe: true, edits: Edits::of([mend])? };
    tried.proven(message, colon..behind, mend)
}

/// `tags: [harbour, tides`.
fn unclosed_bracket(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let value = &tried.text[entry.value.clone()];
    let (open, close) = if value.starts_with('[') { ('[', "]") } else { ('{', "}") };
    if !value.starts_with(open) || value.matches(open).count() != value.matches(close).count() + 1 {
        return None;
    }
    let edits = Edits::of([Edit::insert(entry.value.end, close)])?;
    let mend = Mend { title: "close the bracket", safe: false, edits };
    let start = entry.value.start;
    tried.proven(format!("`{open}` is not closed"), start..start + 1, mend)
}

/// A text that YAML reads as something else: `title: Gateway: the public one`, `owner: @ana`, `up: [[A]], [[B]]`.
fn unquoted(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let value = &tried.text[entry.value.clone()];
    // What an expression will be nobody knows, and behind ` #` stands a comment, or the rest of the text.
    if value.starts_with(['"', '\'']) || value.contains(" #") || placeholder::find_all(value).next().is_some()
    {
        return None;
    }
    let first = value.chars().next()?;
    let links = links(value);
    let (message, title, edits) = if links.len() > 1 {
        let links = links.iter().map(|link| entry.value.start + link.start..entry.value.start + link.end);
        ("several links are a list".to_owned(), "make a list of the links", as_list(links))
    } else {
        let message = match first {
            '`' => "text that begins with a backtick needs quotes".to_owned(),
            first if RESERVED.contains(first) => format!("text that begins with `{first}` needs quotes"),
            _ if value.ends_with(':') => "text that ends with a colon needs quotes".to_owned(),
            _ if value.contains(": ") => "text with a colon and a blank needs quotes".to_owned(),
            _ => return None,
        };
        (message, "put it in quotes", quoted(tried.text, &entry.value))
    };
    let safe = !OF_COLLECTIONS.contains(first);
    tried.proven(message, entry.value.clone(), Mend { title, safe, edits: Edits::of(edits)? })
}

/// The wikilinks of a value that is nothing else.
fn links(value: &str) -> Vec<Range<usize>> {
    let mut links = Vec::new();
    let mut at = 0;
    while let Some(rest) = value[at..].strip_prefix("[[") {
        let Some(len) = rest.find("]]") else { return Vec::new() };
        links.push(at..at + len + 4);
        at += len + 4;
        at = value.len() - value[at..].trim_start_matches([' ', ',']).len();
    }
    if at == value.len() { links } else { Vec::new() }
}

/// Links as the items of a list in brackets, with nothing in place of what parts them but commas.
fn as_list(links: impl Iterator<Item = Range<usize>>) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut end = None;
    for link in links {
        match end {
            None => edits.push(Edit::insert(link.start, "[\"")),
            Some(end) => edits.push(Edit::replace(Span::new(end, link.start), "\", \"")),
        }
        end = Some(link.end);
    }
    edits.extend(end.map(|end| Edit::insert(end, "\"]")));
    edits
}

/// A value put in quotes of a kind that it has not itself, else in single ones.
fn quoted(text: &str, value: &Range<usize>) -> Vec<Edit> {
    let own = &text[value.clone()];
    let quote = if own.contains(['"', '\\']) { '\'' } else { '"' };
    let within = own.match_indices('\'').filter(|_| quote == '\'').map(|(at, _)| value.start + at);
    let around = [value.start, value.end].map(|at| Edit::insert(at, quote));
    let [before, behind] = around;
    let doubled = within.map(|at| Edit::insert(at, "'"));
    std::iter::once(before).chain(doubled).chain([behind]).collect()
}

/// `'it's'`.
fn quote_within(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let value = &tried.text[entry.value.clone()];
    let inner = value.strip_prefix('\'')?.strip_suffix('\'')?;
    let within = inner.match_indices('\'').map(|(at, _)| entry.value.start + 1 + at);
    let first = within.clone().next()?;
    let mend = Edits::of(within.map(|at| Edit::insert(at, "'")))?;
    let mend = Mend { title: "double the quote", safe: false, edits: mend };
    tried.proven("`'` within single quotes is doubled", first..first + 1, mend)
}

/// `title: "Gateway" of the port`.
fn behind_quote(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let value = &tried.text[entry.value.clone()];
    let quote = value.chars().next().filter(|c| "\"'".contains(*c))?;
    let behind = 1 + value[1..].find(quote)? + 1;
    let rest = value[behind..].trim_start();
    if rest.is_empty() || rest.starts_with('#') {
        return None;
    }
    let edits = Edits::of(quoted(tried.text, &entry.value))?;
    let mend = Mend { title: "put all of it in quotes", safe: false, edits };
    let span = entry.value.end - rest.len()..entry.value.end;
    tried.proven("no text stands behind the closing quote", span, mend)
}

/// `title: "Gateway`.
fn unclosed_quote(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let value = &tried.text[entry.value.clone()];
    let quote = value.chars().next().filter(|c| "\"'".contains(*c))?;
    if value[1..].contains(quote) {
        return None;
    }
    let edits = Edits::of([Edit::insert(entry.value.end, quote)])?;
    let mend = Mend { title: "close the quote", safe: false, edits };
    let start = entry.value.start;
    tried.proven("the quote is not closed", start..start + 1, mend)
}

/// `path: "C:\Users"`.
fn escape(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let value = &tried.text[entry.value.clone()];
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    let at = entry.value.start + 1 + inner.find('\\')?;
    if inner.contains(['\'', '"']) {
        return None;
    }
    let quotes = [entry.value.start, entry.value.end - 1];
    let edits = Edits::of(quotes.map(|at| Edit::replace(Span::new(at, at + 1), "'")))?;
    let mend = Mend { title: "use single quotes", safe: false, edits };
    tried.proven("`\\` begins an escape in double quotes", at..at + 1, mend)
}

/// A line with another indent than the one above it, or with one where it can have none.
fn indented(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let own = blanks(&tried.text[entry.line.clone()]);
    if own == 0 {
        return None;
    }
    let lines = tried.all_lines().filter(|line| !tried.text[line.clone()].trim().is_empty());
    let before = lines.take_while(|line| line.start < entry.line.start).last();
    let before = before.map_or(0, |line| blanks(&tried.text[line]));
    let span = entry.line.start..entry.line.start + own;
    [before, 0].into_iter().filter(|indent| *indent != own).find_map(|indent| {
        let edit = Edit::replace(Span::new(span.start, span.end), " ".repeat(indent));
        let mend = Mend { title: "indent it as its neighbours", safe: false, edits: Edits::of([edit])? };
        let first = entry.line.start + own;
        tried.proven("a line cannot be indented so here", first..first + 1, mend)
    })
}

/// A line that is neither an entry nor a part of one.
fn no_entry(tried: &Tried<'_>, line: &Range<usize>) -> Option<Slip> {
    if Entry::read(tried.text, line).is_some() {
        return None;
    }
    let edits = Edits::of([Edit::insert(line.start, "# ")])?;
    let as_comment = Mend { title: "", safe: false, edits };
    let slip = tried.proven("properties must be `key: value` lines", line.clone(), as_comment)?;
    Some(Slip { mend: None, ..slip })
}
