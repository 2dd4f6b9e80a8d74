//! Answers, and the one place where they are sent.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use http_body_util::Full;
use serde::Serialize;
use serde_json::Value;
use spin_sdk::http::IntoResponse;
use spin_sdk::wasip3::http::types;
use spin_sdk::wit_bindgen;

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    body: Bytes,
}

impl Reply {
    /// JSON.
    #[must_use]
    pub fn json<T: Serialize>(status: StatusCode, body: &T) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_else(|_| b"null".to_vec());
        Self::new(status, "application/json", body)
    }

    /// Plain text.
    #[must_use]
    pub fn text(status: StatusCode, body: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", body.into().into_bytes())
    }

    /// 200 and JSON.
    #[must_use]
    pub fn ok(body: &Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// 201 and JSON.
    #[must_use]
    pub fn created(body: &Value) -> Self {
        Self::json(StatusCode::CREATED, body)
    }

    /// Any content.
    #[must_use]
    pub fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { status, headers, body: body.into() }
    }

    /// Adds a header. One that cannot be written is left out.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Hands the answer to the host, so that its head and body leave in one packet: Spin does not set TCP_NODELAY,
    /// and writes them one after the other unless the length is known and the body has begun (design section 3:
    /// 1,125 to 4,254 requests a second).
    pub(crate) async fn send(self) -> Result<types::Response, types::ErrorCode> {
        let mut response = http::Response::new(Full::new(self.body.clone()));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(self.body.len()));
        let response = response.into_response()?;
        wit_bindgen::yield_async().await;
        Ok(response)
    }
}
