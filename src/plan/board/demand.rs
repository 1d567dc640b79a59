//! What a marker asks for: which rows and columns of a table are needed, since a vault has more than a board
//! shows.

use std::collections::HashSet;

use super::{Kind, condition, kinds};
use crate::syntax::board::Attributes;

/// The part of a table that is needed.
#[derive(Debug)]
pub(super) struct Asked<'b> {
    attributes: &'b Attributes,
    /// The columns that attributes name. `None` where all columns are wanted, but no rows.
    named: Option<HashSet<&'b str>>,
}

impl<'b> Asked<'b> {
    /// Returns what the attributes of a board ask for.
    pub(super) fn by(attributes: &'b Attributes) -> Self {
        let mut asked = Self { attributes, named: None };
        let mut named = HashSet::new();
        named.extend(asked.get("columns").into_iter().flat_map(|keys| keys.split(',')).map(str::trim));
        let sorted = asked.get("sort").into_iter().flat_map(|keys| keys.split(','));
        named.extend(sorted.map(|key| key.trim().trim_start_matches('-')));
        let conditions = asked.get("where").and_then(condition::written).unwrap_or_default();
        named.extend(conditions.iter().map(|written| written.column));
        named.extend(asked.get("group-by").filter(|key| *key != "none"));
        asked.named = Some(named);
        asked
    }

    /// Asks for all columns without rows.
    pub(super) const fn columns() -> Self {
        Self { attributes: const { &Attributes::new() }, named: None }
    }

    fn get(&self, wanted: &str) -> Option<&'b str> {
        self.attributes.get(wanted)
    }

    /// Whether an attribute names a column.
    pub(super) fn names(&self, column: &str) -> bool {
        self.named.as_ref().is_some_and(|named| named.contains(column))
    }

    /// Returns the columns that attributes name, if rows are wanted.
    pub(super) const fn named(&self) -> Option<&HashSet<&'b str>> {
        self.named.as_ref()
    }

    /// Returns what decides which table is made: the number of rows, and the columns that are made only on
    /// demand.
    pub(super) fn of(&self, kind: Kind) -> (usize, Vec<String>) {
        let decides = |column: &str| match kind {
            // Any key of a header may be one.
            Kind::Components => true,
            Kind::Events => column == kinds::TEMPLATE,
            _ => false,
        };
        let named = self.named.iter().flatten().filter(|column| decides(column));
        let mut named: Vec<String> = named.map(|column| (*column).to_owned()).collect();
        named.sort_unstable();
        (self.rows(if kind == Kind::Events { kinds::EVENTS } else { usize::MAX }), named)
    }

    /// Returns how many rows are needed of a table that is in order already: `limit` or else `default`, plus one
    /// to tell whether there are more. All rows are needed if attributes select or sort them.
    pub(super) fn rows(&self, default: usize) -> usize {
        if self.named.is_none() {
            return 0;
        }
        if self.get("where").or(self.get("sort")).is_some() {
            return usize::MAX;
        }
        self.get("limit").map_or(default, |limit| limit.parse().unwrap_or(0)).saturating_add(1)
    }
}
