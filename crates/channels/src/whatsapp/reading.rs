//! The request that shows a contact that its message was read, and that an answer is being written (pages:
//! messages/mark-message-as-read, typing-indicators).

use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{Method, Request};
use serde_json::json;

use super::outbound::{API_VERSION, bearer, invalid_origin};
use crate::origin;
use crate::unsendable::{BuildError, invalid};

/// `POST {base_url}/v24.0/{account}/messages`, for the contact's message of this id, and those before it. The provider
/// shows `typing` for 25 seconds at most, or until the next message comes. Nothing comes of it that has to be known.
///
/// # Errors
/// What the provider would refuse, naming the field.
pub fn reading_request(
    base_url: &str,
    account: &str,
    access_token: &str,
    message_id: &str,
    typing: bool,
) -> Result<Request<Vec<u8>>, BuildError> {
    if account.is_empty() || !account.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid("account", "a phone number id: digits"));
    }
    let mut body =
        json!({"messaging_product": "whatsapp", "status": "read", "message_id": message_id});
    if typing {
        body["typing_indicator"] = json!({"type": "text"});
    }
    let origin = origin(base_url).ok_or_else(invalid_origin)?;
    Request::builder()
        .method(Method::POST)
        .uri(format!("{origin}/{API_VERSION}/{account}/messages"))
        .header(AUTHORIZATION, bearer(access_token)?)
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .body(body.to_string().into_bytes())
        .map_err(|_| invalid_origin())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_message_is_shown_as_read_and_that_an_answer_is_written_where_that_takes_time() {
        for typing in [false, true] {
            let request =
                reading_request("https://graph.facebook.com", "106", "token", "wamid.1", typing);
            let request = request.unwrap();
            assert_eq!(request.uri(), "https://graph.facebook.com/v24.0/106/messages");
            let body: Value = serde_json::from_slice(request.body()).unwrap();
            let mut expected =
                json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"});
            if typing {
                expected["typing_indicator"] = json!({"type": "text"});
            }
            assert_eq!(body, expected);
        }
        assert!(reading_request("https://graph.facebook.com", "a", "token", "x", true).is_err());
        assert!(reading_request("https://graph.facebook.com", "1", "", "x", true).is_err());
    }
}
