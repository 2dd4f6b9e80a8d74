//! Pages of other origins: which of them may read an answer (https://fetch.spec.whatwg.org/#http-cors-protocol).

use http::{StatusCode, header};

use crate::{Call, Reply};

/// For how long a browser need not ask again what it may send, in seconds: Chromium's own limit.
const PREFLIGHT_SECONDS: &str = "7200";

/// Whether the answer depends on the page that asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Cors {
    /// It does not, and no page of another origin may read it.
    #[default]
    Same,
    /// It does, and this one may not read it.
    Refused,
    /// It does, and pages of this origin may read it.
    Allowed(String),
}

impl Call {
    /// Says in an answer, a problem too, who may read it.
    pub(crate) fn with_cors(&self, reply: Reply) -> Reply {
        let origin = match &self.cors {
            Cors::Same => return reply,
            Cors::Refused => return reply.with_header(header::VARY, "Origin"),
            Cors::Allowed(origin) => origin,
        };
        reply
            .with_header(header::VARY, "Origin")
            .with_header(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin)
            .with_header(header::ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after")
    }
}

impl Reply {
    /// Tells a browser what a page of another origin may send, before it sends it.
    #[must_use]
    pub fn preflight(methods: &str) -> Self {
        Self::text(StatusCode::OK, "")
            .with_header(header::ACCESS_CONTROL_ALLOW_METHODS, methods)
            .with_header(
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                "authorization, content-type, last-event-id",
            )
            .with_header(header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS)
    }
}
