//! Hashes facts without their places: a line added above facts does not change the hash.
//!
//! The relative order of places is kept. It tells which of two facts comes first and whether one lies in the
//! other, which is all that a rule needs of places in other notes, beyond pointing at them.

use std::fmt;

use serde::ser::{self, Serialize, Serializer};
use xxhash_rust::xxh3::xxh3_64;

/// Returns the hash of something that can be serialised. [`Span`](crate::text::span::Span),
/// [`Place`](crate::text::place::Place) and the lines of headings are places in it; a
/// [`Pooled`](crate::text::pool::Pooled) is not.
pub(super) fn shape(facts: &impl Serialize) -> u64 {
    let mut shape = Shape::default();
    // Serialising facts cannot fail, and neither can this serialiser.
    let _ = facts.serialize(&mut shape);
    shape.finish()
}

#[derive(Default)]
struct Shape {
    /// The facts as bytes, including lengths and variants, so that only equal facts have the same bytes.
    said: Vec<u8>,
    /// Where spans begin and end, in the order of the facts.
    offsets: Vec<u32>,
    /// Whether the next number is such an offset.
    is_offset: bool,
    /// Whether the next span is into the shared pool of texts, and not into the note.
    is_pooled: bool,
}

impl Shape {
    fn finish(mut self) -> u64 {
        let mut order = self.offsets.clone();
        order.sort_unstable();
        order.dedup();
        for offset in &self.offsets {
            let rank = order.partition_point(|other| other < offset) as u32;
            self.said.extend(rank.to_le_bytes());
        }
        xxh3_64(&self.said)
    }

    fn count(&mut self, count: usize) {
        self.said.extend((count as u64).to_le_bytes());
    }

    fn variant(&mut self, index: u32) -> &mut Self {
        self.said.extend(index.to_le_bytes());
        self
    }
}

/// Serialises the fields of a struct.
struct Fields<'s> {
    shape: &'s mut Shape,
    of: Of,
}

/// The type that the fields belong to.
enum Of {
    Span,
    Place,
    Heading,
    Other,
}

impl Fields<'_> {
    fn field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> fmt::Result {
        match self.of {
            // Line and column follow from the span.
            Of::Place if key != "span" => return Ok(()),
            Of::Heading if key == "line" => return Ok(()),
            Of::Span => self.shape.is_offset = true,
            _ => {}
        }
        value.serialize(&mut *self.shape)
    }
}

/// Implements the methods that serialise numbers, each in its own width.
macro_rules! numbers {
    ($($name:ident: $type:ty),*) => {$(
        fn $name(self, value: $type) -> fmt::Result {
            self.said.extend(value.to_le_bytes());
            Ok(())
        }
    )*};
}

impl<'s> Serializer for &'s mut Shape {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Fields<'s>;
    type SerializeStructVariant = Fields<'s>;

    numbers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_u8: u8,
        serialize_u16: u16, serialize_u64: u64, serialize_i128: i128, serialize_u128: u128, serialize_f32: f32,
        serialize_f64: f64
    );

    fn serialize_u32(self, value: u32) -> fmt::Result {
        if std::mem::take(&mut self.is_offset) {
            self.offsets.push(value);
        } else {
            self.said.extend(value.to_le_bytes());
        }
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> fmt::Result {
        self.serialize_u8(u8::from(value))
    }

    fn serialize_char(self, value: char) -> fmt::Result {
        self.serialize_u32(u32::from(value))
    }

    fn serialize_str(self, value: &str) -> fmt::Result {
        self.serialize_bytes(value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> fmt::Result {
        self.count(value.len());
        self.said.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> fmt::Result {
        self.serialize_bool(false)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> fmt::Result {
        self.said.push(1);
        value.serialize(self)
    }

    fn serialize_unit(self) -> fmt::Result {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> fmt::Result {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> fmt::Result {
        self.variant(index);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> fmt::Result {
        self.is_pooled = name == "Pooled";
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> fmt::Result {
        value.serialize(self.variant(index))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Self, fmt::Error> {
        self.count(len.unwrap_or(usize::MAX));
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, fmt::Error> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, fmt::Error> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, fmt::Error> {
        Ok(self.variant(index))
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Self, fmt::Error> {
        self.serialize_seq(len)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Fields<'s>, fmt::Error> {
        let of = match name {
            "Span" if std::mem::take(&mut self.is_pooled) => Of::Other,
            "Span" => Of::Span,
            "Place" => Of::Place,
            "HeadingFact" => Of::Heading,
            _ => Of::Other,
        };
        Ok(Fields { shape: self, of })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Fields<'s>, fmt::Error> {
        Ok(Fields { shape: self.variant(index), of: Of::Other })
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// Implements the traits for types with elements.
macro_rules! elements {
    ($($trait:ident, $name:ident);*) => {$(
        impl ser::$trait for &mut Shape {
            type Ok = ();
            type Error = fmt::Error;

            fn $name<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
                value.serialize(&mut **self)
            }

            fn end(self) -> fmt::Result {
                Ok(())
            }
        }
    )*};
}

elements!(
    SerializeSeq, serialize_element; SerializeTuple, serialize_element;
    SerializeTupleStruct, serialize_field; SerializeTupleVariant, serialize_field
);

/// Implements the traits for types with named fields.
macro_rules! fields {
    ($($trait:ident),*) => {$(
        impl ser::$trait for Fields<'_> {
            type Ok = ();
            type Error = fmt::Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> fmt::Result {
                self.field(key, value)
            }

            fn end(self) -> fmt::Result {
                Ok(())
            }
        }
    )*};
}

fields!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for &mut Shape {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> fmt::Result {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
        value.serialize(&mut **self)
    }

    fn end(self) -> fmt::Result {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::facts::{self, HeadingFact};
    use crate::syntax::reading::Reading;
    use crate::text::place::Place;
    use crate::text::pool::Pool;
    use crate::text::span::Span;

    const NOTE: &str = "# Gateway\n\n## Links\n\nSee [[Queue#Limits|it]].\n\n\
        ```json\n{ \"integration\": { \"name\": \"Pay\", \"type\": \"REST\" } }\n```\n\n\
        ## Modification History\n\n- 2026-01-02_10-00 - Came.\n";

    fn of(note: &str) -> u64 {
        shape(&facts::read(note.as_bytes(), &Reading::default()))
    }

    #[track_caller]
    fn check(is_same: bool, was: &str, is: &str) {
        assert!(NOTE.contains(was));
        assert_eq!(of(&NOTE.replacen(was, is, 1)) == of(NOTE), is_same, "{was:?} {is:?}");
    }

    #[test]
    fn where_facts_stand_is_nothing_that_they_say() {
        check(true, "## Links", "A line, and another.\n\n## Links");
        check(true, "See", "\n\nWith more of them: see");
        check(true, "\n\n```json", " And so on.\n\n\n```json");
        check(true, "{ \"integration\": {", "{\n  \"integration\":\n  {");
    }

    #[test]
    fn what_they_say_is() {
        check(false, "Pay", "Pays");
        check(false, "Pay", "Pal");
        check(false, "## Links", "### Links");
        check(false, "## Links", "## Paths");
        check(false, "[[Queue#Limits|it]]", "[[Queue#Limits]]");
        check(false, "See", "[[See]]");
        check(false, "2026-01-02", "2026-01-03");
        check(false, "REST\" }", "REST\", \"version\": \"1\" }");
    }

    /// `shape` recognises these types by name alone, so a renamed type would go unnoticed without this test.
    #[test]
    fn places_and_names_are_known_for_what_they_are() {
        let seen = |facts: &dyn Fn(&mut Shape) -> fmt::Result| {
            let mut shape = Shape::default();
            assert_eq!(facts(&mut shape), Ok(()));
            (shape.offsets, shape.said.len())
        };
        let span = Span::new(3, 7);
        let place = Place { span, ..Place::START };
        let mut pool = Pool::default();
        let name = pool.add("Limits");
        let heading = HeadingFact { level: 2, text: name, line: 9, span };
        let (none, two) = (Vec::new(), vec![3, 7]);
        assert_eq!(seen(&|shape| span.serialize(shape)), (two.clone(), 0));
        assert_eq!(seen(&|shape| place.serialize(shape)), (two.clone(), 0), "neither line nor column");
        assert_eq!(seen(&|shape| name.serialize(shape)), (none, 8), "a name is no place");
        assert_eq!(seen(&|shape| heading.serialize(shape)), (two, 1 + 8), "a level and a name, and no line");
    }

    #[test]
    fn and_so_is_what_comes_first() {
        let before = NOTE.replacen("## Links\n\n", "", 1);
        for later in ["```json", "## Modification"] {
            let moved = before.replacen(later, &format!("## Links\n\n{later}"), 1);
            assert_ne!(of(&moved), of(NOTE), "a heading before {later:?}");
        }
    }
}
