//! What guests print, line by line, into the log.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

use crate::log::{Event, LogSink};

/// A line longer than this is cut in pieces.
const MAX_LINE: usize = 16 << 10;

/// Standard output, or standard error, of one instance.
#[derive(Clone)]
pub(crate) struct GuestOutput {
    lines: Arc<Lines>,
}

struct Lines {
    component: Arc<str>,
    log: LogSink,
    unfinished: Mutex<Vec<u8>>,
}

impl GuestOutput {
    pub(crate) fn new(component: Arc<str>, log: LogSink) -> Self {
        Self { lines: Arc::new(Lines { component, log, unfinished: Mutex::default() }) }
    }
}

impl Lines {
    fn write(&self, bytes: &[u8]) {
        let mut unfinished = self.unfinished.lock().unwrap_or_else(PoisonError::into_inner);
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            unfinished.extend_from_slice(piece);
            if piece.ends_with(b"\n") || unfinished.len() >= MAX_LINE {
                self.finish(&mut unfinished);
            }
        }
    }

    fn finish(&self, unfinished: &mut Vec<u8>) {
        let line = String::from_utf8_lossy(unfinished).trim_end().to_owned();
        unfinished.clear();
        self.log.write(Event::Guest { component: self.component.to_string(), line });
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        let mut unfinished = std::mem::take(&mut self.unfinished)
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        if !unfinished.is_empty() {
            self.finish(&mut unfinished);
        }
    }
}

impl IsTerminal for GuestOutput {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestOutput {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for GuestOutput {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.lines.write(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[async_trait]
impl Pollable for GuestOutput {
    async fn ready(&mut self) {}
}

#[async_trait]
impl OutputStream for GuestOutput {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.lines.write(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(MAX_LINE)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_put_together_and_an_unfinished_one_comes_at_the_end() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = LogSink::Callback(Arc::new({
            let seen = seen.clone();
            move |event: &Event| seen.lock().unwrap().push(event.to_string())
        }));
        let output = GuestOutput::new("one".into(), log);
        output.lines.write(b"a");
        output.lines.write(b"b\nc\nd");
        assert_eq!(*seen.lock().unwrap(), ["one: ab", "one: c"]);
        drop(output);
        assert_eq!(seen.lock().unwrap().last().unwrap(), "one: d");
    }
}
