//! Answers, and the one place where they are sent.

use bytes::Bytes;
use futures::stream::{self, LocalBoxStream, Stream, StreamExt as _};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use http_body_util::{Full, StreamBody};
use serde::Serialize;
use serde_json::Value;
use spin_sdk::http::IntoResponse;
use spin_sdk::wasip3::http::types;
use spin_sdk::wit_bindgen;

/// Wakes for the writer of a body: one, and one more where nothing follows the answer. After reads that were made together (a
/// list of 20 workflows) the first is not the writer's: head and body left one after the other, 40 ms apart (34 to 686 lists
/// a second over one connection). Where work follows, what the request before has left to do would come in between.
pub(crate) const YIELDS: usize = 2;
/// See [`YIELDS`].
pub(crate) const YIELDS_BEFORE_WORK: usize = 1;

/// A larger body goes out in pieces of so many bytes.
const PIECE: usize = 1024 * 1024;

/// An answer.
pub struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    body: Body,
}

enum Body {
    Whole(Bytes),
    Events(LocalBoxStream<'static, Bytes>),
}

impl Reply {
    /// JSON.
    #[must_use]
    pub fn json<T: Serialize>(status: StatusCode, body: &T) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_else(|_| b"null".to_vec());
        Self::raw(status, body)
    }

    /// JSON, as it was written before.
    #[must_use]
    pub fn raw(status: StatusCode, body: Vec<u8>) -> Self {
        Self::new(status, "application/json", Body::Whole(Bytes::from(body)))
    }

    /// Plain text.
    #[must_use]
    pub fn text(status: StatusCode, body: impl Into<String>) -> Self {
        let body = Body::Whole(Bytes::from(body.into()));
        Self::new(status, "text/plain; charset=utf-8", body)
    }

    /// 200 and XML.
    #[must_use]
    pub(crate) fn xml(body: String) -> Self {
        Self::new(StatusCode::OK, "text/xml; charset=utf-8", Body::Whole(Bytes::from(body)))
    }

    /// 204: there is nothing to say.
    #[must_use]
    pub(crate) fn no_content() -> Self {
        Self::bare(StatusCode::NO_CONTENT)
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

    /// 200 and bytes that are part of the component, of this content type.
    #[must_use]
    pub fn written(content_type: &'static str, text: &'static [u8]) -> Self {
        Self::new(StatusCode::OK, content_type, Body::Whole(Bytes::from_static(text)))
    }

    /// 200 and server-sent events, each as it is written, until the stream ends.
    #[must_use]
    pub fn events(events: LocalBoxStream<'static, Bytes>) -> Self {
        Self::new(StatusCode::OK, "text/event-stream", Body::Events(events))
            .with_header(header::CACHE_CONTROL, "no-cache")
    }

    /// 304: the reader has what it asks for.
    #[must_use]
    pub(crate) fn not_modified() -> Self {
        Self::bare(StatusCode::NOT_MODIFIED)
    }

    fn bare(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Body::Whole(Bytes::new()) }
    }

    fn new(status: StatusCode, content_type: &'static str, body: Body) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { status, headers, body }
    }

    /// The body, where it is whole.
    pub(crate) fn bytes(&self) -> Option<&Bytes> {
        match &self.body {
            Body::Whole(bytes) => Some(bytes),
            Body::Events(_) => None,
        }
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
    ///
    /// `yields`: [`YIELDS`] or [`YIELDS_BEFORE_WORK`].
    pub(crate) async fn send(self, yields: usize) -> Result<types::Response, types::ErrorCode> {
        let response = match self.body {
            Body::Whole(body) => {
                let mut headers = self.headers;
                // Of a 304 it would be the length of what is not sent (RFC 9110, section 8.6).
                if self.status != StatusCode::NOT_MODIFIED {
                    headers.insert(header::CONTENT_LENGTH, body.len().into());
                }
                match body.len() > PIECE {
                    true => streamed(self.status, headers, stream::iter(pieces(body)))?,
                    false => {
                        let mut response = http::Response::new(Full::new(body));
                        *response.status_mut() = self.status;
                        *response.headers_mut() = headers;
                        response.into_response()?
                    }
                }
            }
            Body::Events(events) => streamed(self.status, self.headers, events)?,
        };
        for _ in 0..yields {
            wit_bindgen::yield_async().await;
        }
        Ok(response)
    }
}

type NoError = std::convert::Infallible;

fn streamed(
    status: StatusCode,
    headers: HeaderMap,
    parts: impl Stream<Item = Bytes> + 'static,
) -> Result<types::Response, types::ErrorCode> {
    let frames = parts.map(|part| Ok::<_, NoError>(http_body::Frame::data(part)));
    let mut response = http::Response::new(StreamBody::new(frames));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.into_response()
}

/// Bytes in pieces: what is handed to the host is copied, and a large body would be in memory twice.
fn pieces(mut body: Bytes) -> impl Iterator<Item = Bytes> {
    std::iter::from_fn(move || {
        let piece = body.split_to(body.len().min(PIECE));
        (!piece.is_empty()).then_some(piece)
    })
}
