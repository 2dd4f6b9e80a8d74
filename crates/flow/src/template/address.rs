//! Texts that are addresses of the web: what a variable holds is percent-encoded there, so that it stays a part of the
//! path or query in which it stands. Two things are written as they are: the value with which an address begins, since
//! that is an address itself, and what the filter `urlencode` gave, since it is encoded already.

use minijinja::AutoEscape;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but what RFC 3986 calls unreserved (section 2.3).
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What the names of such templates begin with. All other names are JSON pointers.
const ADDRESS: &str = "address ";
/// The same for those that begin with a variable.
const BASE: &str = "base address ";

/// The name of a template that is an address.
pub(super) fn name(name: &str, source: &str) -> String {
    let kind = if source.trim_start().starts_with("{{") { BASE } else { ADDRESS };
    format!("{kind}{name}")
}

/// How the template of this name writes values.
pub(super) fn encoding(name: &str) -> AutoEscape {
    let kind = [ADDRESS, BASE].into_iter().find(|kind| name.starts_with(kind));
    kind.map_or(AutoEscape::None, |kind| AutoEscape::Custom(kind.into()))
}

/// Whether a value is encoded, the first of its template or a later one.
pub(super) fn encodes(encoding: &AutoEscape, is_first: bool) -> bool {
    match encoding {
        AutoEscape::Custom(kind) => *kind == ADDRESS || !is_first,
        _ => false,
    }
}

pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, VALUE).to_string()
}
