//! What an `http` can be.

use serde_json::json;

use super::read::{GET, METHODS};
use crate::limits::{
    DEFAULT_HTTP_SECONDS, MAX_HTTP_HEADERS, MAX_HTTP_SECONDS, MAX_NAME_CHARS, MAX_TEMPLATE_CHARS,
};
use crate::parts::address;
use crate::schema::{Object, any_text, has_none, name, one_of, when, whole};

pub(super) fn schema() -> Object {
    // An empty one can be sent.
    let value = any_text(MAX_TEMPLATE_CHARS);
    // RFC 9110, section 5.6.2: a token.
    let token = json!({"pattern": "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", "maxLength": MAX_NAME_CHARS});
    let headers = json!({
        "type": "object", "maxProperties": MAX_HTTP_HEADERS, "propertyNames": token, "additionalProperties": value,
    });
    let mut method = one_of(METHODS);
    method["default"] = GET.into();
    let mut timeout = whole(1..=MAX_HTTP_SECONDS);
    timeout["default"] = DEFAULT_HTTP_SECONDS.into();
    Object::new("Calls an address, and waits for what it answers.")
        .required("url", "Of the web; may have variables.", address::schema())
        .field("method", "", method)
        .field("headers", "Texts by name.", headers)
        .field("body", "A text as it is, or JSON with texts that may be templates.", json!({}))
        .field("timeout", "Seconds.", timeout)
        .field("save_as", "Keeps `status` and `body`, or `error`.", name())
        .rule(when(json!({"properties": {"method": {"const": GET}}}), has_none(["body"])))
}
