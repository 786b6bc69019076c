//! How serde asks for the parts of a text.

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::Garbled;
use super::reader::Reader;

impl std::fmt::Display for Garbled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("garbled")
    }
}

impl std::error::Error for Garbled {}

impl Error for Garbled {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Garbled
    }

    fn invalid_type(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Garbled
    }

    fn invalid_value(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Garbled
    }

    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Garbled
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Garbled
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Garbled
    }

    fn missing_field(_: &'static str) -> Self {
        Garbled
    }

    fn duplicate_field(_: &'static str) -> Self {
        Garbled
    }
}

/// A list or an object that is being read.
struct Items<'r, 'a> {
    reader: &'r mut Reader<'a>,
    end: u8,
    first: bool,
    ended: bool,
}

impl<'r, 'a> Items<'r, 'a> {
    fn of(reader: &'r mut Reader<'a>, end: u8) -> Self {
        Self {
            reader,
            end,
            first: true,
            ended: false,
        }
    }

    /// Whether there is one more.
    fn more(&mut self) -> Result<bool, Garbled> {
        let more = !self.ended && self.reader.next(&mut self.first, self.end)?;
        self.ended = !more;
        Ok(more)
    }

    /// Whoever reads a tuple does not look for its end.
    fn close(self) -> Result<(), Garbled> {
        if self.ended {
            Ok(())
        } else {
            self.reader.take(self.end)
        }
    }
}

impl<'a> SeqAccess<'a> for Items<'_, 'a> {
    type Error = Garbled;

    fn next_element_seed<T: DeserializeSeed<'a>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Garbled> {
        if self.more()? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<'a> MapAccess<'a> for Items<'_, 'a> {
    type Error = Garbled;

    fn next_key_seed<K: DeserializeSeed<'a>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Garbled> {
        if self.more()? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }

    fn next_value_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<T::Value, Garbled> {
        self.reader.take(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

/// The one variant of an enum.
struct Variant<'r, 'a> {
    reader: &'r mut Reader<'a>,
    /// Whether it has content.
    filled: bool,
}

impl<'a> EnumAccess<'a> for Variant<'_, 'a> {
    type Error = Garbled;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<(T::Value, Self), Garbled> {
        let name = seed.deserialize(&mut *self.reader)?;
        if self.filled {
            self.reader.take(b':')?;
        }
        Ok((name, self))
    }
}

impl<'a> VariantAccess<'a> for Variant<'_, 'a> {
    type Error = Garbled;

    fn unit_variant(self) -> Result<(), Garbled> {
        if !self.filled || self.reader.word("null")? {
            Ok(())
        } else {
            Err(Garbled)
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<T::Value, Garbled> {
        if self.filled {
            seed.deserialize(self.reader)
        } else {
            Err(Garbled)
        }
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, Garbled> {
        if self.filled {
            self.reader.deserialize_seq(visitor)
        } else {
            Err(Garbled)
        }
    }

    fn struct_variant<V: Visitor<'a>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Garbled> {
        if self.filled {
            self.reader.deserialize_map(visitor)
        } else {
            Err(Garbled)
        }
    }
}

/// Numbers of any width come from the widest: who asked looks whether it fits.
macro_rules! numbers {
    ($($method:ident $visit:ident $take:ident,)*) => {
        $(fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Garbled> {
            visitor.$visit(self.$take()?)
        })*
    };
}

impl<'a> Deserializer<'a> for &mut Reader<'a> {
    type Error = Garbled;

    numbers! {
        deserialize_u8 visit_u64 natural,
        deserialize_u16 visit_u64 natural,
        deserialize_u32 visit_u64 natural,
        deserialize_u64 visit_u64 natural,
        deserialize_i8 visit_i64 whole,
        deserialize_i16 visit_i64 whole,
        deserialize_i32 visit_i64 whole,
        deserialize_i64 visit_i64 whole,
        deserialize_f64 visit_f64 fraction,
    }

    fn deserialize_any<V: Visitor<'a>>(self, _: V) -> Result<V::Value, Garbled> {
        // Nothing of ours asks what stands there.
        Err(Garbled)
    }

    fn deserialize_bool<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Garbled> {
        let yes = self.word("true")?;
        if yes || self.word("false")? {
            visitor.visit_bool(yes)
        } else {
            Err(Garbled)
        }
    }

    fn deserialize_str<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Garbled> {
        visitor.visit_str(&self.string()?)
    }

    fn deserialize_string<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Garbled> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Garbled> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Garbled> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Garbled> {
        if self.word("null")? {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Garbled> {
        if self.word("null")? {
            visitor.visit_unit()
        } else {
            Err(Garbled)
        }
    }

    fn deserialize_unit_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Garbled> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Garbled> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Garbled> {
        self.take(b'[')?;
        let mut items = Items::of(self, b']');
        let value = visitor.visit_seq(&mut items)?;
        items.close()?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, Garbled> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Garbled> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Garbled> {
        self.take(b'{')?;
        let mut items = Items::of(self, b'}');
        let value = visitor.visit_map(&mut items)?;
        items.close()?;
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Garbled> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Garbled> {
        let filled = self.took(b'{')?;
        let value = visitor.visit_enum(Variant {
            reader: &mut *self,
            filled,
        })?;
        if filled {
            self.take(b'}')?;
        }
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Garbled> {
        self.skip()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { <V: Visitor<'a>> i128 u128 f32 bytes byte_buf }
}
