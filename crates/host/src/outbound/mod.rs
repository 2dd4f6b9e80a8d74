//! Outbound HTTP of guests: who may call whom, and the sending itself, by Spin's rules.
//! Service chaining (`*.spin.internal`) is not supported.

mod allowed_hosts;
mod blocked_networks;
mod body;
mod connect;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::uri::{Authority, Scheme};
use http::{Request, Response, Uri};
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;
use tokio::time::timeout;
use wasmtime_wasi::TrappableError;
use wasmtime_wasi_http::p3::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::p3::{RequestOptions, WasiHttpHooks};

pub(crate) use allowed_hosts::AllowedHosts;
pub(crate) use blocked_networks::BlockedNetworks;
pub(crate) use connect::Clients;

use self::body::BetweenBytes;
use self::connect::{Route, with_route};
use crate::log::LogSink;

/// Of connecting, of the first byte and between bytes, where the guest sets none; Spin's number.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(600);

/// By this name a component calls its own application.
const SELF_HOST: &str = "self.alt";

type Body = UnsyncBoxBody<Bytes, ErrorCode>;
type Transmission = Box<dyn Future<Output = Result<(), ErrorCode>> + Send>;

/// What one component may do outside; the same for all of its instances.
#[derive(Clone)]
pub(crate) struct Outbound {
    pub(crate) component: Arc<str>,
    /// `None` when the resolved list is invalid: then nothing is allowed, as in Spin.
    pub(crate) allowed_hosts: Option<Arc<AllowedHosts>>,
    pub(crate) blocked_networks: Arc<BlockedNetworks>,
    pub(crate) clients: Clients,
    /// Where the host itself listens.
    pub(crate) own_authority: Authority,
    pub(crate) log: LogSink,
}

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: Request<Body>,
        options: Option<RequestOptions>,
        // Whether the guest could use the response: nobody asks.
        _received: Transmission,
    ) -> Box<
        dyn Future<Output = Result<(Response<Body>, Transmission), TrappableError<ErrorCode>>>
            + Send,
    > {
        let outbound = self.clone();
        Box::new(async move {
            let response = outbound.send(request, options).await?;
            // Errors of the connection come with the response's body.
            let transmitted: Transmission = Box::new(async { Ok(()) });
            Ok((response, transmitted))
        })
    }
}

impl Outbound {
    async fn send(
        &self,
        mut request: Request<Body>,
        options: Option<RequestOptions>,
    ) -> Result<Response<Body>, ErrorCode> {
        self.allow(&mut request)?;
        // The client sets it from the URI.
        request.headers_mut().remove(HOST);

        let option = |duration: fn(&RequestOptions) -> Option<Duration>| {
            options.as_ref().and_then(duration).unwrap_or(DEFAULT_TIMEOUT)
        };
        let route = Route {
            blocked_networks: self.blocked_networks.clone(),
            connect_timeout: option(|options| options.connect_timeout),
        };
        let sending = with_route(route, self.clients.request(request));
        let response = timeout(option(|options| options.first_byte_timeout), sending)
            .await
            .map_err(|_| ErrorCode::ConnectionReadTimeout)??;
        let between = option(|options| options.between_bytes_timeout);
        Ok(response.map(|body| BetweenBytes::new(body, between).boxed_unsync()))
    }

    /// Refuses what `allowed_outbound_hosts` does not have; turns a request to oneself into one
    /// to the host's address.
    fn allow(&self, request: &mut Request<Body>) -> Result<(), ErrorCode> {
        let uri = request.uri();
        let host = uri.host().unwrap_or_default();
        let to_self = host.is_empty() || host == SELF_HOST;
        let allowed = self
            .allowed_hosts
            .as_ref()
            .is_some_and(|hosts| if to_self { hosts.allow_self() } else { hosts.allow(uri) });
        if !allowed {
            self.log.host(format_args!(
                "component {:?} may not call {}://{}: it is not in its allowed_outbound_hosts",
                self.component,
                uri.scheme_str().unwrap_or("https"),
                uri.authority().map_or("self", |authority| authority
                    .as_str()
                    .rsplit('@')
                    .next()
                    .unwrap_or_default()),
            ));
            return Err(ErrorCode::HttpRequestDenied);
        }
        if host.ends_with(".spin.internal") {
            return Err(ErrorCode::InternalError(Some(
                "this host does not support service chaining".to_owned(),
            )));
        }
        if to_self {
            let mut parts = std::mem::take(request.uri_mut()).into_parts();
            parts.scheme = Some(Scheme::HTTP);
            parts.authority = Some(self.own_authority.clone());
            *request.uri_mut() =
                Uri::from_parts(parts).map_err(|_| ErrorCode::HttpRequestUriInvalid)?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
