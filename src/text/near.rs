//! What was meant by a name that is none of a few known ones, such as those of keys and rules. Of the names of a vault,
//! which are many, `vault::nearest` tells it.

use super::fold::fold;

/// The nearest of several names but for case, if one is near enough to be what was meant.
///
/// ```
/// use portolan::text::near::nearest;
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
