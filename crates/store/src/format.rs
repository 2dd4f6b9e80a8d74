//! Formats of documents, so that hosts of two versions can work on one store.
//!
//! A document in a format above 1 begins with its number: `{"format":2,…`. It is read before the document is, at no cost,
//! and a newer one than this host knows is refused: so it is never half read, and what this host does not know of it is
//! never lost by being written back. Without a number it is format 1.
//!
//! **When to raise a number**: when a document gets a field that an older host must not lose, or a field changes its
//! meaning. Raise it here, let the type read the earlier form too, and keep the earlier fixtures (tests/fixtures/stored).

use crate::document::{StoreError, corrupt};

/// The kinds of documents whose format is above 1, by the first part of their key, and the format that this host writes:
/// the newest that it reads. `conversation` stands for what is beside a conversation, too.
const RAISED: &[(&str, u32)] = &[];

/// How a document in a format above 1 begins. No type's own first field is called so: tests/formats.rs.
const MARK: &str = "{\"format\":";

/// Refuses what is newer than this host reads.
///
/// # Errors
/// [`StoreError::Newer`].
pub(crate) fn check(key: &str, value: &[u8]) -> Result<(), StoreError> {
    let known = newest(RAISED, key);
    match marked(value) {
        Some(format) if format > known => {
            Err(StoreError::Newer { key: key.to_owned(), format, known })
        }
        _ => Ok(()),
    }
}

/// Puts the number of its format in front of a document, where it is above 1.
///
/// # Errors
/// For what is no object, which has no place for it.
pub(crate) fn mark(key: &str, json: Vec<u8>) -> Result<Vec<u8>, StoreError> {
    mark_as(newest(RAISED, key), json).ok_or_else(|| corrupt(key))
}

fn newest(raised: &[(&str, u32)], key: &str) -> u32 {
    let kind = key.split(':').next().unwrap_or_default();
    raised.iter().find(|(raised, _)| *raised == kind).map_or(1, |(_, format)| *format)
}

fn marked(value: &[u8]) -> Option<u32> {
    let rest = value.strip_prefix(MARK.as_bytes())?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        // A text: a field of the document's own.
        return None;
    }
    let number = str::from_utf8(&rest[..digits]).ok()?;
    // One that is too large for a number of ours is newer than any.
    Some(number.parse().unwrap_or(u32::MAX))
}

fn mark_as(format: u32, json: Vec<u8>) -> Option<Vec<u8>> {
    if format == 1 {
        return Some(json);
    }
    let fields = json.strip_prefix(b"{")?;
    let comma = if fields == b"}" { "" } else { "," };
    Some([format!("{MARK}{format}{comma}").as_bytes(), fields].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_stands_in_front_of_the_document_and_is_read_from_there() {
        let raised = [("agent", 3)];
        assert_eq!(newest(&raised, "agent:7"), 3);
        assert_eq!(newest(&raised, "agents:acme"), 1);
        assert_eq!(newest(&raised, "failed"), 1);
        let written = mark_as(3, b"{\"name\":\"a\"}".to_vec()).unwrap();
        assert_eq!(written, b"{\"format\":3,\"name\":\"a\"}");
        assert_eq!(marked(&written), Some(3));
        assert_eq!(marked(&mark_as(12, b"{}".to_vec()).unwrap()), Some(12));
        serde_json::from_slice::<serde_json::Value>(&mark_as(2, b"{}".to_vec()).unwrap()).unwrap();
        assert_eq!(mark_as(2, b"[]".to_vec()), None);
    }

    #[test]
    fn format_1_is_written_as_it_always_was() {
        for json in ["{\"name\":\"a\"}", "{}", "[1]", "\"text\""] {
            assert_eq!(mark_as(1, json.into()).as_deref(), Some(json.as_bytes()));
            assert_eq!(marked(json.as_bytes()), None);
        }
    }

    #[test]
    fn what_is_no_number_is_no_format() {
        for json in ["{\"format\":\"e164\"}", "{\"format\":", "{\"format\":-2}", "", "{"] {
            assert_eq!(marked(json.as_bytes()), None, "{json}");
        }
        assert_eq!(marked(b"{\"format\":99999999999999}"), Some(u32::MAX));
    }
}
