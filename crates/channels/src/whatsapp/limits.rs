//! What is checked before a request is built. Most numbers are the language's own (`flow::limits`), which keeps to
//! this channel's; they are checked again because contents also come from the APIs.

use crate::unsendable::BuildError;
pub(super) use crate::unsendable::text;

/// Sections in one list (page: messages/interactive-list-messages).
pub const MAX_SECTIONS: usize = 10;
/// Characters of `biz_opaque_callback_data` (page: changelog: "from 256 to 512").
pub const MAX_CALLBACK_DATA_CHARS: usize = 512;

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
