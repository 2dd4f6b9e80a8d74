//! Connections to other servers: pooled over all instances, TLS with the machine's roots,
//! HTTP/1.1 only.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::uri::Scheme;
use http::{Request, Response, Uri};
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tower_service::Service;
use wasmtime_wasi_http::p3::bindings::http::types::{DnsErrorPayload, ErrorCode};

use super::BlockedNetworks;
use crate::log::LogSink;

type Body = UnsyncBoxBody<Bytes, ErrorCode>;

/// How a connection of one request is to be made. The client has no parameter for it, so it
/// travels beside, as in Spin; a pooled connection does not look at it.
#[derive(Clone)]
pub(super) struct Route {
    pub(super) blocked_networks: Arc<BlockedNetworks>,
    pub(super) connect_timeout: Duration,
}

tokio::task_local! {
    static ROUTE: Route;
}

/// Runs `request` so that connections it needs are made along `route`.
pub(super) async fn with_route<F: Future>(route: Route, request: F) -> F::Output {
    ROUTE.scope(route, request).await
}

/// The connections of the application.
#[derive(Clone)]
pub(crate) struct Clients {
    client: Client<Connector, Body>,
}

impl Clients {
    /// Without `pooling` each request makes a connection of its own.
    pub(crate) fn new(pooling: bool, log: LogSink) -> Self {
        let mut builder = Client::builder(TokioExecutor::new());
        if !pooling {
            builder.pool_max_idle_per_host(0);
        }
        let connector = Connector { tls: Arc::default(), log };
        Self { client: builder.build(connector) }
    }

    pub(super) async fn request(
        &self,
        request: Request<Body>,
    ) -> Result<Response<Incoming>, ErrorCode> {
        let response = self.client.request(request).await;
        response.map_err(|error| error_code(&error))
    }
}

/// The code that the connector or the request's body gave as the reason, else a protocol error.
pub(super) fn error_code(error: &(dyn Error + 'static)) -> ErrorCode {
    match error.source().and_then(|cause| cause.downcast_ref()) {
        Some(code) => ErrorCode::clone(code),
        None => ErrorCode::HttpProtocolError,
    }
}

fn dns_error(reason: &str) -> ErrorCode {
    ErrorCode::DnsError(DnsErrorPayload { rcode: Some(reason.to_owned()), info_code: Some(0) })
}

#[derive(Clone)]
struct Connector {
    tls: Arc<OnceLock<Arc<ClientConfig>>>,
    log: LogSink,
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = ErrorCode;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ErrorCode>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ErrorCode>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connector = self.clone();
        let route = ROUTE.try_with(Route::clone);
        Box::pin(async move {
            let route = route.map_err(|_| ErrorCode::ConfigurationError)?;
            connector.connect(route, uri).await.map(TokioIo::new)
        })
    }
}

impl Connector {
    async fn connect(&self, route: Route, uri: Uri) -> Result<Stream, ErrorCode> {
        let host = uri.host().ok_or(ErrorCode::HttpRequestUriInvalid)?;
        let tls = uri.scheme() == Some(&Scheme::HTTPS);
        let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
        let stream = connect_tcp(&route, host, port).await?;
        if !tls {
            return Ok(Stream::Plain(stream));
        }
        let name = host.trim_start_matches('[').trim_end_matches(']');
        let name =
            ServerName::try_from(name.to_owned()).map_err(|_| dns_error("invalid dns name"))?;
        let connector = TlsConnector::from(self.tls()?);
        let stream = connector.connect(name, stream).await;
        let stream = stream.map_err(|error| {
            self.log.host(format_args!("no TLS with {host}: {error}"));
            ErrorCode::TlsProtocolError
        })?;
        Ok(Stream::Tls(Box::new(stream)))
    }

    /// Reading the machine's roots takes a while, so it waits for the first `https`.
    fn tls(&self) -> Result<Arc<ClientConfig>, ErrorCode> {
        if let Some(config) = self.tls.get() {
            return Ok(config.clone());
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| ErrorCode::ConfigurationError)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(self.tls.get_or_init(|| Arc::new(config)).clone())
    }
}

async fn connect_tcp(route: &Route, host: &str, port: u16) -> Result<TcpStream, ErrorCode> {
    let addresses = tokio::net::lookup_host(format!("{host}:{port}")).await;
    let addresses = addresses.map_err(|_| dns_error("address not available"))?;
    let addresses = route.blocked_networks.permitted(addresses)?;
    timeout(route.connect_timeout, TcpStream::connect(&*addresses))
        .await
        .map_err(|_| ErrorCode::ConnectionTimeout)?
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrNotAvailable => dns_error("address not available"),
            _ => ErrorCode::ConnectionRefused,
        })
}

/// A connection with or without TLS.
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        match self {
            Stream::Plain(stream) => stream.connected(),
            Stream::Tls(stream) => stream.get_ref().0.connected(),
        }
    }
}

/// Calls the same method of whichever stream it is.
macro_rules! either {
    ($stream:expr, $method:ident ( $($argument:expr),* )) => {
        match $stream.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).$method($($argument),*),
            Stream::Tls(stream) => Pin::new(stream).$method($($argument),*),
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        either!(self, poll_read(cx, buffer))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        either!(self, poll_write(cx, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, poll_shutdown(cx))
    }

    // Spin's plain streams, too, are not vectored: head and body leave in two writes.
}
