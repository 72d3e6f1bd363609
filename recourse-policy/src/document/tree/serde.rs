//! The tree of a value that serde brings, without places.

use super::{Member, Node, Value};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

impl<'de> Deserialize<'de> for Node<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

fn node(value: Value<'static>) -> Node<'static> {
    Node { span: 0..0, value }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a policy, or a section of one: text or fields")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(node(Value::Flag(flag)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(node(Value::Whole(number.to_string().into())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(node(Value::Whole(number.to_string().into())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(node(Value::Number(format!("{number:?}").into())))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(node(Value::Text { text: text.to_owned().into(), start: None }))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(node(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(node(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut values: S) -> Result<Self::Value, S::Error> {
        while values.next_element::<IgnoredAny>()?.is_some() {}
        Ok(node(Value::Array))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut members: Vec<Member<'static>> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if members.iter().any(|member| member.name == name) {
                return Err(M::Error::custom(format_args!(
                    "`{}` is there twice; leave one of them out",
                    name.escape_debug()
                )));
            }
            // No policy has as many fields, and a search for duplicates takes time with the square of their number.
            if members.len() == 100 {
                return Err(M::Error::custom("there are more than 100 fields; write those of a policy"));
            }
            members.push(Member { name: name.into(), span: 0..0, node: map.next_value()? });
        }
        Ok(node(Value::Table(members)))
    }
}
