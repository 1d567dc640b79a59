//! What stands between the timestamp of an entry and its title.

/// The signs, those that are written with several characters before those that they begin with.
const SIGNS: [&str; 19] =
    ["---", "--", "->", "=>", "-", "–", "—", "―", "－", ":", "：", "→", "⇒", "|", "｜", "·", "•", ",", ";"];

/// What stands behind the sign that a text begins with.
#[must_use]
pub fn behind_separator(text: &str) -> Option<&str> {
    SIGNS.iter().find_map(|sign| text.strip_prefix(sign))
}

/// Text without what German has behind a time of day.
pub(super) fn behind_unit(text: &str) -> &str {
    let behind = text.strip_prefix("Uhr").filter(|rest| !rest.starts_with(char::is_alphanumeric));
    behind.map_or(text, str::trim_start)
}

/// Whether a text between a timestamp and a title is nothing but signs, blanks, brackets and emphasis.
#[must_use]
pub fn is_separator(text: &str) -> bool {
    let is_sign = |c: char| SIGNS.iter().any(|sign| sign.contains(c));
    let known = |c: char| c.is_whitespace() || matches!(c, ')' | ']' | '）' | '*' | '_' | '`') || is_sign(c);
    text.replacen("Uhr", "", 1).chars().all(known)
}
