//! Why a request was not built, whichever provider it was for.

/// A request that was not built, because the provider would refuse it. `field` is a JSON pointer into the content,
/// or the name of an argument.
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
pub(crate) fn text(field: &str, value: &str, max: usize) -> Result<(), BuildError> {
    if value.trim().is_empty() {
        return Err(BuildError::Empty { field: field.into() });
    }
    let length = value.chars().count();
    if length > max {
        return Err(BuildError::TooLong { field: field.into(), length, max });
    }
    Ok(())
}

pub(crate) fn invalid(field: &str, expected: &'static str) -> BuildError {
    BuildError::Invalid { field: field.into(), expected }
}
