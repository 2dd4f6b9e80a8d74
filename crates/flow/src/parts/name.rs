//! Names of variables: `save_as`, and the names of values.

use crate::fields::{Fields, Limit};
use crate::limits::MAX_NAME_CHARS;

/// A field with a name that can stand in `{{vars.name}}`.
pub(crate) fn read_name(fields: &mut Fields<'_, '_>, field: &'static str) -> Option<String> {
    let name = fields.string(field, Limit(MAX_NAME_CHARS, "invalid_name"))?;
    // A longer one is reported already.
    let fits = name.chars().count() <= MAX_NAME_CHARS;
    (fits && check(fields, field, name)).then(|| name.to_owned())
}

/// Whether a name, found under `path`, can stand in `{{vars.name}}`; reported if not.
pub(super) fn check(fields: &mut Fields<'_, '_>, path: &str, name: &str) -> bool {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let usable = plain && begins && name.len() <= MAX_NAME_CHARS;
    if !usable {
        let message = format!(
            "`{name}` cannot be a variable; use up to {MAX_NAME_CHARS} letters, digits and _, such as `first_name`"
        );
        fields.error(path, "invalid_name", message);
    }
    usable
}
