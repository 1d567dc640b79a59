//! Suggests what was meant by an unknown name, among a few known ones such as keys and rules. For the names in a
//! vault, of which there are many, use `vault::nearest`.

use super::fold::fold;

/// Returns the known name that is nearest to `name`, ignoring case, if it is near enough to be what was meant.
///
/// ```
/// use portolan::text::closest::nearest;
///
/// assert_eq!(nearest("link-unresolvd", ["link-ambiguous", "link-unresolved"]), Some("link-unresolved"));
/// assert_eq!(nearest("metrics", ["link-ambiguous", "link-unresolved"]), None);
/// ```
#[must_use]
pub fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let limit = (name.chars().count() / 3).max(1);
    let folded = fold(name);
    let distances = known.into_iter().map(|k| (strsim::osa_distance(&folded, &fold(k)), k));
    distances.filter(|(distance, _)| *distance <= limit).min().map(|(_, k)| k)
}
