//! An entry of a list as JSON: `[id, created_at, updated_at, name, category, description, public]`, since a search parses
//! thousands of them. Without a summary: `[id, created_at, null]`. The first format was `{"id", "created_at"}`.

use std::fmt;

use flow::Timestamp;
use memchr::memmem;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::{Listed, Summary};

/// How an entry without a summary ends, and no other, before this.
pub(crate) const NO_SUMMARY: &[u8] = b",null";
pub(crate) const AFTER_NO_SUMMARY: u8 = b']';
/// How an entry of the first format begins.
pub(crate) const FIRST_FORMAT: &[u8] = br#"{"id":"#;
/// How an entry begins, before its id.
const BEGIN: &[u8] = br#"[""#;

/// The last entry in the JSON of a list that begins before `at`, a byte of it, and the byte after that entry; `None` if all begin later.
///
/// # Errors
/// When that entry cannot be read.
pub(crate) fn last_before(
    list: &[u8],
    at: usize,
) -> Result<Option<(Listed, usize)>, serde_json::Error> {
    let begins = |start: &usize| {
        // In a text this quote would be its end, and no id could follow.
        list.get(start + BEGIN.len()).is_some_and(u8::is_ascii_hexdigit)
    };
    let before = list.get(..at).unwrap_or_default();
    let Some(start) = memmem::rfind_iter(before, BEGIN).find(begins) else { return Ok(None) };
    let mut entries = serde_json::Deserializer::from_slice(&list[start..]).into_iter();
    let entry = entries.next().transpose()?;
    Ok(entry.map(|entry| (entry, start + entries.byte_offset())))
}

impl Serialize for Listed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (id, created_at) = (self.id, self.created_at);
        match &self.summary {
            None => (id, created_at, ()).serialize(serializer),
            Some(Summary { name, category, description, updated_at, public }) => {
                (id, created_at, updated_at, name, category, description, public)
                    .serialize(serializer)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Entry)
    }
}

struct Entry;

impl<'de> Visitor<'de> for Entry {
    type Value = Listed;

    fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str("an entry of a list of workflows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entry: A) -> Result<Listed, A::Error> {
        let short = || A::Error::custom("an entry of a list of workflows has 3 or 7 elements");
        let id = entry.next_element()?.ok_or_else(short)?;
        let created_at = entry.next_element()?.ok_or_else(short)?;
        let Some(updated_at) = entry.next_element()?.ok_or_else(short)? else {
            return Ok(Listed { id, created_at, summary: None });
        };
        let summary = Summary {
            updated_at,
            name: entry.next_element()?.ok_or_else(short)?,
            category: entry.next_element()?.ok_or_else(short)?,
            description: entry.next_element()?.ok_or_else(short)?,
            public: entry.next_element()?.ok_or_else(short)?,
        };
        Ok(Listed { id, created_at, summary: Some(summary) })
    }

    fn visit_map<A: MapAccess<'de>>(self, entry: A) -> Result<Listed, A::Error> {
        let First { id, created_at } = First::deserialize(MapAccessDeserializer::new(entry))?;
        Ok(Listed { id, created_at, summary: None })
    }
}

/// The first format.
#[derive(Deserialize)]
struct First {
    id: Uuid,
    created_at: Timestamp,
}
