//! What is checked before a request is built. Most numbers are the language's own (`flow::limits`), which keeps to
//! this channel's; they are checked again because contents also come from the APIs.

/// Sections in one list (page: messages/interactive-list-messages).
pub const MAX_SECTIONS: usize = 10;
/// Characters of `biz_opaque_callback_data` (page: changelog: "from 256 to 512").
pub const MAX_CALLBACK_DATA_CHARS: usize = 512;

/// A request that was not built, because the provider would refuse it. `field` is a JSON pointer into the content,
/// or the name of an argument of [`super::request`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// Too many characters.
    #[error("{field}: {length} characters, at most {max} are allowed")]
    TooLong {
        /// Where.
        field: String,
        /// Characters given.
        length: usize,
        /// Characters allowed.
        max: usize,
    },
    /// Blank, or an empty list.
    #[error("{field}: must not be empty")]
    Empty {
        /// Where.
        field: String,
    },
    /// Too many items.
    #[error("{field}: {count} items, at most {max} are allowed")]
    TooMany {
        /// Where.
        field: String,
        /// Items given.
        count: usize,
        /// Items allowed.
        max: usize,
    },
    /// An id that stands twice, so that an answer would not say which was chosen.
    #[error("{field}: the same id stands twice")]
    Duplicate {
        /// The second of the two.
        field: String,
    },
    /// Not of the form it must have.
    #[error("{field}: must be {expected}")]
    Invalid {
        /// Where.
        field: String,
        /// What would be right.
        expected: &'static str,
    },
}

/// Characters are Unicode scalar values: an emoji may count as several.
pub(super) fn text(field: &str, value: &str, max: usize) -> Result<(), BuildError> {
    if value.trim().is_empty() {
        return Err(BuildError::Empty { field: field.into() });
    }
    let length = value.chars().count();
    if length > max {
        return Err(BuildError::TooLong { field: field.into(), length, max });
    }
    Ok(())
}

pub(super) fn optional(field: &str, value: Option<&str>, max: usize) -> Result<(), BuildError> {
    value.map_or(Ok(()), |value| text(field, value, max))
}

pub(super) fn count(field: &str, count: usize, max: usize) -> Result<(), BuildError> {
    match count {
        0 => Err(BuildError::Empty { field: field.into() }),
        _ if count > max => Err(BuildError::TooMany { field: field.into(), count, max }),
        _ => Ok(()),
    }
}

/// Notes `id` in `seen`, which holds the ids before it (ten at most: a scan).
pub(super) fn unique<'a>(
    field: &str,
    id: &'a str,
    seen: &mut Vec<&'a str>,
) -> Result<(), BuildError> {
    if seen.contains(&id) {
        return Err(BuildError::Duplicate { field: field.into() });
    }
    seen.push(id);
    Ok(())
}
