//! Reads the form of a title: fixed words, alternatives, placeholders, and the place of a version.

use std::ops::Range;

use super::Piece;
use crate::text::fold::is_pictograph;

/// Reads the pieces of the form of a title.
pub(in crate::syntax) fn pieces(title: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = title;
    while let Some(open) = rest.find(['[', ']']) {
        if rest[open..].starts_with(']') {
            return Err("a closing bracket has no opening one".to_owned());
        }
        words(&rest[..open], &mut pieces);
        let inner = &rest[open + 1..];
        match inner.find(['[', ']']) {
            Some(close) if inner[close..].starts_with(']') => {
                pieces.push(Piece::Placeholder(inner[..close].trim().to_owned()));
                rest = &inner[close + 1..];
            }
            Some(_) => return Err("brackets cannot be nested".to_owned()),
            None => return Err("a bracket is never closed".to_owned()),
        }
    }
    words(rest, &mut pieces);
    // Of two versions, one is not the version that the entry brings: `from X.Y.Z to X.Y.Z`.
    if pieces.iter().filter(|piece| matches!(piece, Piece::Version(_))).count() > 1 {
        for piece in &mut pieces {
            if let Piece::Version(form) = piece {
                *piece = Piece::Literal(std::mem::take(form));
            }
        }
    }
    Ok(pieces)
}

/// Splits words at the alternatives in them: `Added/Modified alert for `.
fn words(text: &str, pieces: &mut Vec<Piece>) {
    let mut literal = String::new();
    for word in text.split_inclusive(' ') {
        let bare = word.trim_end();
        if let Some(at) = version_form(bare) {
            literal.push_str(&bare[..at.start]);
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            literal.push_str(&word[at.end..]);
            pieces.push(Piece::Version(bare[at].to_owned()));
            continue;
        }
        let (front, core, behind) = unmarked(bare);
        let options: Vec<&str> = slashes(core).map(|(start, end)| &core[start..end]).collect();
        if options.len() > 1 && options.iter().all(|o| !o.is_empty()) {
            let mut options: Vec<String> = options.into_iter().map(str::to_owned).collect();
            if is_abbreviation(&options) {
                options.insert(0, core.to_owned());
            }
            literal.push_str(front);
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            pieces.push(Piece::Choice(options));
            literal.push_str(behind);
            literal.push_str(&word[bare.len()..]);
        } else {
            literal.push_str(word);
        }
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
}

/// Returns the range of the form of a version in a word, with a `v` before it, if there is one. Marks may stand
/// around it. Numbers other than 0 are those of something else: `node 18.x.x`, `192.168.X`.
pub(super) fn version_form(word: &str) -> Option<Range<usize>> {
    let inner = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let bare = inner.strip_prefix(['v', 'V']).unwrap_or(inner);
    let is_letter = |part: &str| matches!(part, "X" | "Y" | "Z" | "x" | "y" | "z");
    let mut parts = bare.split('.');
    let three = [parts.next()?, parts.next()?, parts.next()?];
    let is_form = parts.next().is_none()
        && three.iter().all(|part| is_letter(part) || *part == "0")
        && three.into_iter().any(is_letter);
    let start = inner.as_ptr() as usize - word.as_ptr() as usize;
    is_form.then(|| start..start + inner.len())
}

/// Splits `(passed/failed):` into the marks before its alternatives, the alternatives, and the marks after them.
/// The outer marks are written with every alternative. Marks that the neighbouring alternative has too are part of
/// the alternatives, as in `e.g./i.e.`. HTML tags are marks.
fn unmarked(word: &str) -> (&str, &str, &str) {
    let mut all = slashes(word);
    let (Some((_, first)), Some((last, _))) = (all.next(), all.last()) else { return ("", word, "") };
    // An emoji may be an alternative by itself.
    let has_marks = |text: &str| text.contains(char::is_alphanumeric) || !text.contains(is_pictograph);
    let (before, others) = (&word[..first], &word[first + 1..]);
    let start = if has_marks(before) {
        before[..front(before)].strip_suffix(&others[..front(others)]).map_or(0, str::len)
    } else {
        0
    };
    let (rest, behind) = (&word[..last - 1], &word[last..]);
    let marks = if has_marks(behind) {
        behind[back(behind)..].strip_prefix(&rest[back(rest)..]).map_or(0, str::len)
    } else {
        0
    };
    let end = word.len() - marks;
    (&word[..start], &word[start..end], &word[end..])
}

/// Iterates over the parts of a word between its slashes, except the slashes of tags.
fn slashes(word: &str) -> impl Iterator<Item = (usize, usize)> {
    let is_of_tag = |at: usize| word[..at].ends_with('<') || word[at + 1..].starts_with('>');
    let cuts = word.match_indices('/').map(|(at, _)| at).filter(move |at| !is_of_tag(*at));
    let mut start = 0;
    cuts.chain([word.len()]).map(move |end| (std::mem::replace(&mut start, end + 1), end))
}

/// Returns the length of the marks and tags at the start of a text.
fn front(text: &str) -> usize {
    let mut rest = text;
    loop {
        let tag = rest.strip_prefix('<').and_then(|tag| tag.split_once('>')).filter(|(tag, _)| is_tag(tag));
        let mark = || rest.strip_prefix(is_mark);
        let Some(behind) = tag.map(|(_, behind)| behind).or_else(mark) else { break };
        rest = behind;
    }
    text.len() - rest.len()
}

/// Returns the offset of the marks and tags at the end of a text.
fn back(text: &str) -> usize {
    let mut rest = text;
    loop {
        let tag = rest.strip_suffix('>').and_then(|tag| tag.rsplit_once('<')).filter(|(_, tag)| is_tag(tag));
        let mark = || rest.strip_suffix(is_mark);
        let Some(before) = tag.map(|(before, _)| before).or_else(mark) else { break };
        rest = before;
    }
    rest.len()
}

/// Whether a character is a mark around words.
fn is_mark(c: char) -> bool {
    !c.is_alphanumeric() && c != '/'
}

/// Whether a text is an HTML tag without its brackets.
fn is_tag(text: &str) -> bool {
    let name = text.strip_prefix('/').unwrap_or(text);
    let name = name.strip_suffix('/').unwrap_or(name);
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Whether the options are one word with a slash rather than alternatives: `I/O`, `TCP/IP`, `24/7`, `n/a`. Then
/// the whole word is the default.
fn is_abbreviation(options: &[String]) -> bool {
    let short = |option: &String| option.chars().count() <= 3 && !option.contains(char::is_lowercase);
    options.iter().all(short) || options.iter().any(|option| option.chars().nth(1).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_one_word_is_written_as_one() {
        for (word, first) in [
            ("I/O", "I/O"),
            ("TCP/IP", "TCP/IP"),
            ("n/a", "n/a"),
            ("Added/Modified", "Added"),
            ("ADDED/FIXED", "ADDED"),
        ] {
            let Some(Piece::Choice(words)) = pieces(word).unwrap().into_iter().next() else {
                panic!("{word}")
            };
            assert_eq!(words[0], first);
        }
    }

    #[test]
    fn marks_around_words_that_alternate_stay() {
        for (title, before, words, behind) in [
            ("Incident [id] opened/closed: [cause]", " ", &["opened", "closed"][..], ": "),
            ("Drill [id] (passed/failed)", " (", &["passed", "failed"], ")"),
            ("Added/Removed, [what]", "", &["Added", "Removed"], ", "),
            ("Moved [x] to staging/production.", " to ", &["staging", "production"], "."),
            ("**Added/Removed** [x]", "**", &["Added", "Removed"], "** "),
            ("==On/Off== [x]", "==", &["On", "Off"], "== "),
            ("<b>On/Off</b> [x]", "<b>", &["On", "Off"], "</b> "),
            ("<mark>On/Off</mark> [x]", "<mark>", &["On", "Off"], "</mark> "),
            ("<b>On</b>/<b>Off</b> [x]", "", &["<b>On</b>", "<b>Off</b>"], " "),
            ("《On/Off》 [x]", "《", &["On", "Off"], "》 "),
            ("【On/Off】 [x]", "【", &["On", "Off"], "】 "),
            ("$On/Off$ [x]", "$", &["On", "Off"], "$ "),
            ("^On/Off^ [x]", "^", &["On", "Off"], "^ "),
            ("-On/Off- [x]", "-", &["On", "Off"], "- "),
            ("|On/Off| [x]", "|", &["On", "Off"], "| "),
            ("%%On/Off%% [x]", "%%", &["On", "Off"], "%% "),
            ("¿On/Off? [x]", "¿", &["On", "Off"], "? "),
            ("\\*On/Off\\* [x]", "\\*", &["On", "Off"], "\\* "),
            ("[x] over (TCP/IP).", " over (", &["TCP/IP", "TCP", "IP"], ")."),
            // Marks that each word has are part of the words.
            ("[x], e.g./i.e. [y]", ", ", &["e.g.", "i.e."], " "),
            ("[x] \"up\"/\"down\": [y]", " ", &["\"up\"", "\"down\""], ": "),
            ("[x] in C++/C# [y]", " in ", &["C++/C#", "C++", "C#"], " "),
            ("🟢On/🔴Off [x]", "", &["🟢On", "🔴Off"], " "),
            ("[x] now 🟢/off [y]", " now ", &["🟢/off", "🟢", "off"], " "),
            ("[x] by 10%/20% [y]", " by ", &["10%/20%", "10%", "20%"], " "),
            ("[x] now 🟢/🔴 [y]", " now ", &["🟢/🔴", "🟢", "🔴"], " "),
        ] {
            let pieces = pieces(title).unwrap();
            let at = pieces.iter().position(|piece| matches!(piece, Piece::Choice(_))).unwrap();
            let literal = |piece: Option<&Piece>| match piece {
                Some(Piece::Literal(text)) => text.clone(),
                _ => String::new(),
            };
            let around =
                (literal(at.checked_sub(1).and_then(|at| pieces.get(at))), literal(pieces.get(at + 1)));
            assert_eq!(around, (before.to_owned(), behind.to_owned()), "{title}");
            assert_eq!(pieces[at], Piece::Choice(words.iter().map(|w| (*w).to_owned()).collect()), "{title}");
        }
        // There are no words to choose from.
        for title in
            ["(/x [y]", "See https://x.y/z, [y]", "in/ [y]", "<b>x</b> [y]", "x<br/> [y]", "//x// [y]"]
        {
            assert!(!pieces(title).unwrap().iter().any(|piece| matches!(piece, Piece::Choice(_))), "{title}");
        }
    }

    #[test]
    fn the_form_of_a_version_is_its_place() {
        let version = |title: &str| {
            pieces(title).unwrap().into_iter().find_map(|piece| match piece {
                Piece::Version(form) => Some(form),
                _ => None,
            })
        };
        for (title, expected) in [
            ("vX.Y.Z - Released [what]", Some("vX.Y.Z")),
            ("Released **v0.X.0**: [what]", Some("v0.X.0")),
            ("Released (x.y.z)", Some("x.y.z")),
            ("Moved to x.example.com", None),
            ("Moved to 1.0.0", None),
            ("Moved to 10.X.0.1", None),
            ("X.Y", None),
            ("Upgraded to node 18.x.x", None),
            ("API v2.x.x", None),
            ("Range 192.168.X", None),
            ("From X.Y.Z to X.Y.Z", None),
            ("From v0.X.0 to [what] X.Y.Z", None),
        ] {
            assert_eq!(version(title).as_deref(), expected, "{title}");
        }
    }

    #[test]
    fn a_slash_inside_brackets_does_not_alternate() {
        let pieces = pieces("Moved [a/b] in/out").unwrap();
        assert_eq!(pieces[1], Piece::Placeholder("a/b".to_owned()));
        assert_eq!(pieces[3], Piece::Choice(vec!["in".to_owned(), "out".to_owned()]));
    }
}
