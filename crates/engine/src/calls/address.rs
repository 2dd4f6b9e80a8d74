//! The request of an `http` node, and what its answer means.

use flow::{EffectResult, HttpRequest};
use http::{HeaderName, HeaderValue, Request};
use serde_json::Value;
use uuid::Uuid;

use super::{failed, outbound};
use crate::Answer;

/// What is sent, unless the author names another.
const USER_AGENT: &str = concat!("parlance/", env!("CARGO_PKG_VERSION"));

pub(super) fn request(
    wanted: &HttpRequest,
    id: Uuid,
    allowed: &[String],
) -> Result<Request<Vec<u8>>, EffectResult> {
    let uri = outbound::check(&wanted.url, allowed).map_err(|why| failed("refused", &why))?;
    let body = wanted.body.clone().unwrap_or_default().into_bytes();
    let mut request = Request::builder()
        .method(wanted.method.as_str())
        .uri(uri)
        .body(body)
        .map_err(|error| failed("invalid", &error.to_string()))?;
    let headers = request.headers_mut();
    headers.insert(http::header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(HeaderName::from_static("idempotency-key"), id);
    }
    for (name, value) in &wanted.headers {
        let invalid = || failed("invalid", &format!("`{name}` cannot be sent as a header"));
        let header = HeaderName::try_from(name).map_err(|_| invalid())?;
        headers.insert(header, HeaderValue::try_from(value).map_err(|_| invalid())?);
    }
    Ok(request)
}

/// JSON is read as such, whatever the answer calls it; everything else as text.
pub(super) fn result(answer: &Answer) -> EffectResult {
    let body = match answer.body.as_slice() {
        [] => Value::Null,
        bytes => serde_json::from_slice(bytes)
            .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(bytes).into_owned())),
    };
    EffectResult::Http { status: answer.status, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(url: &str, header: (&str, &str)) -> HttpRequest {
        HttpRequest {
            method: "POST".into(),
            url: url.into(),
            headers: [(header.0.to_owned(), header.1.to_owned())].into(),
            body: Some("{}".into()),
            timeout_seconds: 5,
        }
    }

    #[test]
    fn a_call_carries_its_id_and_the_authors_headers() {
        let wanted = wanted("https://api.example.com/orders?x=1", ("x-team", "acme"));
        let request = request(&wanted, Uuid::from_u128(7), &[]).unwrap();
        assert_eq!(request.uri(), "https://api.example.com/orders?x=1");
        assert_eq!(request.headers()["idempotency-key"], Uuid::from_u128(7).to_string());
        assert_eq!(request.headers()["x-team"], "acme");
        assert_eq!(request.body(), b"{}");
    }

    #[test]
    fn what_cannot_be_sent_is_a_result_not_an_error() {
        for (url, header) in [
            ("https://api.example.com", ("x team", "a")),
            ("https://api.example.com", ("x-team", "a\r\nb")),
            ("http://127.0.0.1/", ("x", "y")),
            ("nonsense", ("x", "y")),
        ] {
            let result = request(&wanted(url, header), Uuid::nil(), &[]).unwrap_err();
            assert!(matches!(result, EffectResult::Failed { .. }), "{url} {header:?}");
        }
    }

    #[test]
    fn an_answer_is_json_or_text() {
        let answer = |body: &str| Answer {
            status: 200,
            headers: http::HeaderMap::new(),
            body: body.as_bytes().to_vec(),
            is_whole: true,
        };
        for (body, value) in [
            ("{\"a\": 1}", serde_json::json!({"a": 1})),
            ("hello", "hello".into()),
            ("", Value::Null),
        ] {
            assert_eq!(result(&answer(body)), EffectResult::Http { status: 200, body: value });
        }
    }
}
