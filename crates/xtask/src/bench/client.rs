//! A kept connection to a server, over which requests go one after another.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http::header::HOST;
use http::{HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(10);

/// A connection.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
}

impl Connection {
    /// Makes it.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn open(to: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // It ends with its sender.
        tokio::spawn(connection);
        Ok(Self { sender, host: HeaderValue::from_str(&to.to_string())? })
    }

    /// Sends a request whose URI is a path, and reads the whole answer.
    ///
    /// # Errors
    /// No whole answer in time.
    pub async fn exchange(
        &mut self,
        mut request: Request<Vec<u8>>,
    ) -> anyhow::Result<(StatusCode, Bytes)> {
        request.headers_mut().insert(HOST, self.host.clone());
        let path = request.uri().path().to_owned();
        let request = request.map(|body| Full::new(Bytes::from(body)));
        let exchanged = async {
            // The task that drives it may not have seen the end of the last answer yet.
            self.sender.ready().await?;
            let answer = self.sender.send_request(request).await?;
            let status = answer.status();
            anyhow::Ok((status, answer.into_body().collect().await?.to_bytes()))
        };
        let answer = tokio::time::timeout(LIMIT, exchanged).await;
        answer.with_context(|| format!("no answer within {LIMIT:?}: {path}"))?.context(path)
    }
}
