//! One HTTP request over a connection of its own: for webhooks, for tests, and for the host's own sweep.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use http::header::{CONNECTION, HOST};
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Sends `request`, whose URI is `http://HOST[:PORT]/…`, and reads the whole answer, within `limit`.
///
/// # Errors
/// Another scheme; nobody listens there; no whole answer within `limit`.
pub async fn exchange(
    request: Request<Vec<u8>>,
    limit: Duration,
) -> anyhow::Result<Response<Vec<u8>>> {
    let uri = request.uri().clone();
    let exchanged = tokio::time::timeout(limit, once(request)).await;
    exchanged
        .with_context(|| format!("no answer within {limit:?}"))
        .flatten()
        .with_context(|| format!("{uri}"))
}

async fn once(request: Request<Vec<u8>>) -> anyhow::Result<Response<Vec<u8>>> {
    let (mut head, body) = request.into_parts();
    ensure!(head.uri.scheme_str() == Some("http"), "only http:// is spoken here");
    let authority = head.uri.authority().context("a URL without a host")?.clone();
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let port = authority.port_u16().unwrap_or(80);
    let stream = TcpStream::connect((host, port)).await.context("cannot connect")?;
    // Head and body leave in two writes.
    stream.set_nodelay(true)?;

    head.headers.insert(HOST, HeaderValue::from_str(authority.as_str())?);
    head.headers.insert(CONNECTION, HeaderValue::from_static("close"));
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    head.uri = path.parse()?;
    let request = Request::from_parts(head, Full::new(Bytes::from(body)));

    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let answer = async {
        let response = sender.send_request(request).await?;
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        anyhow::Ok(Response::from_parts(head, body.to_vec()))
    };
    // The connection does its work only while it is polled.
    let mut connection = std::pin::pin!(connection);
    let mut answer = std::pin::pin!(answer);
    tokio::select! {
        answer = &mut answer => answer,
        ended = &mut connection => {
            // The whole answer may have been read by then.
            let answer = tokio::time::timeout(Duration::ZERO, answer).await;
            answer.unwrap_or_else(|_| Err(match ended {
                Ok(()) => anyhow::anyhow!("the connection was closed without an answer"),
                Err(error) => error.into(),
            }))
        }
    }
}
