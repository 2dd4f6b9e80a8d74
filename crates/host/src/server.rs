//! HTTP/1.1 in front of the components: connections, routing, Spin's own paths, the log line.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use wasmtime_wasi_http::handler::{ErrorCode, ProxyHandler};
use wasmtime_wasi_http::p3::bindings::http::types::ErrorCode as P3ErrorCode;

use crate::instance::Instances;
use crate::lifetime::{Lifetime, Phase};
use crate::log::{Event, LogSink};
use crate::manifest::StaticResponse;
use crate::request::{add_spin_headers, complete_uri, strip_forbidden_headers};
use crate::routes::{Match, Routes, WELL_KNOWN_PREFIX};

type Body = UnsyncBoxBody<Bytes, wasmtime::Error>;

/// An application ready to serve.
pub(crate) struct Server {
    pub(crate) routes: Routes,
    /// In the order of the manifest's triggers.
    pub(crate) targets: Vec<Target>,
    /// The body of `/.well-known/spin/info`.
    pub(crate) info: String,
    pub(crate) nodelay: bool,
    pub(crate) log: LogSink,
    pub(crate) lifetime: Lifetime,
}

/// Who answers.
pub(crate) enum Target {
    Component(ProxyHandler<Instances>),
    Static(StaticResponse),
}

impl Server {
    /// Accepts until the phase is no longer serving, then waits for the connections to end.
    pub(crate) async fn run(self: Arc<Self>, listener: TcpListener) {
        let mut connections = JoinSet::new();
        let mut next_phase = self.lifetime.after(Phase::Serving);
        loop {
            tokio::select! {
                _ = &mut next_phase => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, client)) => {
                        connections.spawn(self.clone().serve(stream, client));
                    }
                    Err(error) => {
                        self.log.host(format_args!("cannot accept a connection: {error}"));
                        // Out of file descriptors, most likely: some may be closed soon.
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
                Some(_) = connections.join_next() => {}
            }
        }
        drop(listener);
        while connections.join_next().await.is_some() {}
    }

    async fn serve(self: Arc<Self>, stream: TcpStream, client: SocketAddr) {
        if self.nodelay {
            // For benchmarks; without it they measure something else, which is no reason to stop.
            let _ = stream.set_nodelay(true);
        }
        let mut next_phase = self.lifetime.after(Phase::Serving);
        let server = self.clone();
        let service = service_fn(move |request| server.clone().answer(request, client));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        loop {
            tokio::select! {
                // Clients that go away are no news.
                _ = connection.as_mut() => return,
                phase = &mut next_phase => match phase {
                    Phase::Closed => return,
                    _ => {
                        next_phase = self.lifetime.after(Phase::Draining);
                        connection.as_mut().graceful_shutdown();
                    }
                },
            }
        }
    }

    /// An error closes the connection without an answer.
    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        client: SocketAddr,
    ) -> anyhow::Result<Response<Body>> {
        let start = Instant::now();
        let method = request.method().to_string();
        let path = request.uri().path().to_owned();
        let (route, response) = if let Some(name) = path.strip_prefix(WELL_KNOWN_PREFIX) {
            ("-".to_owned(), self.well_known(name))
        } else {
            match self.routes.find(&path) {
                Some(found) => {
                    let response = self.respond(request, &found, client).await?;
                    (found.raw_route, response)
                }
                None => ("-".to_owned(), empty(StatusCode::NOT_FOUND)),
            }
        };
        self.log.write(Event::Request {
            method,
            route,
            status: response.status().as_u16(),
            elapsed: start.elapsed(),
        });
        Ok(response)
    }

    fn well_known(&self, name: &str) -> Response<Body> {
        match name {
            "health" => Response::new(full("OK".to_owned())),
            "info" => {
                let mut response = Response::new(full(self.info.clone()));
                let json = http::HeaderValue::from_static("application/json");
                response.headers_mut().insert(http::header::CONTENT_TYPE, json);
                response
            }
            _ => empty(StatusCode::NOT_FOUND),
        }
    }

    async fn respond(
        &self,
        mut request: Request<Incoming>,
        found: &Match,
        client: SocketAddr,
    ) -> anyhow::Result<Response<Body>> {
        strip_forbidden_headers(request.headers_mut());
        complete_uri(&mut request)?;
        match &self.targets[found.trigger] {
            Target::Static(response) => static_response(response),
            Target::Component(handler) => {
                Ok(self.call(handler, request, found, client).await.unwrap_or_else(|error| {
                    let route = &found.raw_route;
                    self.log.host(format_args!("{route} failed: {error:#}"));
                    empty(StatusCode::INTERNAL_SERVER_ERROR)
                }))
            }
        }
    }

    async fn call(
        &self,
        handler: &ProxyHandler<Instances>,
        mut request: Request<Incoming>,
        found: &Match,
        client: SocketAddr,
    ) -> anyhow::Result<Response<Body>> {
        add_spin_headers(&mut request, found, client)?;
        let request = request.map(|body| {
            let failed = |error| ErrorCode::P3(P3ErrorCode::from_hyper_request_error(error));
            body.map_err(failed).boxed_unsync()
        });
        let response = handler.handle((), request).await;
        response.map_err(crate::engine::wasm_error)
    }
}

fn static_response(response: &StaticResponse) -> anyhow::Result<Response<Body>> {
    let mut builder = Response::builder().status(response.status_code.unwrap_or(200));
    for (name, value) in &response.headers {
        builder = builder.header(name, value);
    }
    Ok(builder.body(full(response.body.clone().unwrap_or_default()))?)
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(full(String::new()));
    *response.status_mut() = status;
    response
}

fn full(text: String) -> Body {
    let never = |error: Infallible| match error {};
    Full::new(Bytes::from(text)).map_err(never).boxed_unsync()
}
