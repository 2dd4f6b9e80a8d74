//! The request that sends one message. Sending it, and when, is up to the caller.

use flow::Content;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{Method, Request};
use serde_json::{Map, Value, json};

use super::content;
use super::limits::MAX_CALLBACK_DATA_CHARS;
use crate::origin;
use crate::unsendable::{BuildError, invalid};

/// The version of the Graph API that requests name.
pub const API_VERSION: &str = "v24.0";

/// `POST {base_url}/v24.0/{account}/messages` (page: messages/send-messages).
///
/// - `base_url` is an origin, `https://graph.facebook.com` but for tests.
/// - `to` is E.164 with `+` (bare digits get it: without it the provider prepends its own country code), or a
///   business-scoped user id, which goes to `recipient` instead (page: business-scoped-user-ids).
/// - `callback_data` comes back in every status of this message: the only way to tell what became of a request
///   that got no answer, since the provider knows no idempotency key. Empty: not sent.
/// - `answered` is the provider's id of the message that this one shows it answers (page: messages/contextual-replies).
///
/// The token is marked sensitive, so it is not in the request's `Debug`.
///
/// # Errors
/// What the provider would refuse, naming the field.
pub fn request(
    base_url: &str,
    account: &str,
    access_token: &str,
    to: &str,
    callback_data: &str,
    content: &Content,
    answered: Option<&str>,
) -> Result<Request<Vec<u8>>, BuildError> {
    if account.is_empty() || !account.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid("account", "a phone number id: digits"));
    }
    let (recipient_field, recipient) = recipient(to)?;
    let (kind, part) = content::build(content)?;

    let mut body = Map::new();
    body.insert("messaging_product".into(), "whatsapp".into());
    body.insert("recipient_type".into(), "individual".into());
    body.insert(recipient_field.into(), recipient.into());
    if let Some(id) = answered {
        body.insert("context".into(), json!({"message_id": id}));
    }
    body.insert("type".into(), kind.into());
    body.insert(kind.into(), part);
    if !callback_data.is_empty() {
        let length = callback_data.chars().count();
        if length > MAX_CALLBACK_DATA_CHARS {
            let (field, max) = ("callback_data".into(), MAX_CALLBACK_DATA_CHARS);
            return Err(BuildError::TooLong { field, length, max });
        }
        body.insert("biz_opaque_callback_data".into(), callback_data.into());
    }

    let origin = origin(base_url).ok_or_else(invalid_origin)?;
    Request::builder()
        .method(Method::POST)
        .uri(format!("{origin}/{API_VERSION}/{account}/messages"))
        .header(AUTHORIZATION, bearer(access_token)?)
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .body(Value::Object(body).to_string().into_bytes())
        .map_err(|_| invalid_origin())
}

pub(super) fn invalid_origin() -> BuildError {
    invalid("base_url", "an origin such as https://graph.facebook.com")
}

pub(super) fn bearer(access_token: &str) -> Result<HeaderValue, BuildError> {
    let invalid = || invalid("access_token", "a token: visible ASCII characters");
    if access_token.is_empty() || !access_token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(invalid());
    }
    let mut value =
        HeaderValue::from_str(&format!("Bearer {access_token}")).map_err(|_| invalid())?;
    value.set_sensitive(true);
    Ok(value)
}

/// The field that names the recipient, and its value.
fn recipient(to: &str) -> Result<(&'static str, String), BuildError> {
    let digits = to.strip_prefix('+').unwrap_or(to);
    let phone = (MIN_PHONE_DIGITS..=MAX_PHONE_DIGITS).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if phone {
        Ok(("to", format!("+{digits}")))
    } else if is_user_id(to) {
        Ok(("recipient", to.into()))
    } else {
        Err(invalid("to", "a phone number with `+` and country code, or a business-scoped user id"))
    }
}

/// No number in use is shorter with its country code.
const MIN_PHONE_DIGITS: usize = 7;
/// ITU-T E.164.
const MAX_PHONE_DIGITS: usize = 15;
/// `US.ENT.` and up to 128 characters (page: business-scoped-user-ids).
const MAX_USER_ID_CHARS: usize = 135;

/// A country code, a point and letters or digits; `US.ENT.…` for a parent id.
fn is_user_id(to: &str) -> bool {
    let (country, rest) = to.split_once('.').unwrap_or_default();
    country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && to.len() <= MAX_USER_ID_CHARS
        && rest
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
