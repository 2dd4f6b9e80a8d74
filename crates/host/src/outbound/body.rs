//! The body of a response, given up when too much time passes between two of its bytes.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Sleep, sleep};
use wasmtime_wasi_http::p3::bindings::http::types::ErrorCode;

use super::connect::error_code;

/// `None` once given up, so that the connection is closed at once.
pub(super) struct BetweenBytes {
    body: Option<Incoming>,
    timeout: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl BetweenBytes {
    pub(super) fn new(body: Incoming, timeout: Duration) -> Self {
        Self { body: Some(body), timeout, waiting: None }
    }
}

impl Body for BetweenBytes {
    type Data = Bytes;
    type Error = ErrorCode;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ErrorCode>>> {
        let this = &mut *self;
        let Some(body) = &mut this.body else {
            return Poll::Ready(None);
        };
        match Pin::new(body).poll_frame(cx) {
            Poll::Ready(frame) => {
                this.waiting = None;
                Poll::Ready(frame.map(|frame| frame.map_err(|error| error_code(&error))))
            }
            Poll::Pending => {
                let timeout = this.timeout;
                let waiting = this.waiting.get_or_insert_with(|| Box::pin(sleep(timeout)));
                ready!(waiting.as_mut().poll(cx));
                this.body = None;
                Poll::Ready(Some(Err(ErrorCode::ConnectionReadTimeout)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}
