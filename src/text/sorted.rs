//! Searches slices that are in order.

/// Returns the last element for which `pred` is true. As for [`slice::partition_point`], all such elements must
/// come before the others.
///
/// ```
/// use portolan::text::sorted::last_where;
///
/// assert_eq!(last_where(&[1, 3, 5], |n| *n <= 4), Some(&3));
/// assert_eq!(last_where(&[1, 3, 5], |n| *n <= 0), None);
/// ```
#[must_use]
pub fn last_where<T>(sorted: &[T], pred: impl FnMut(&T) -> bool) -> Option<&T> {
    sorted.get(sorted.partition_point(pred).checked_sub(1)?)
}
