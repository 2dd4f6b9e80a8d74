//! What the console's API has and Parlance has not: 501, so that a client can tell it from a path that is wrong.

use api::{Call, Endpoint, Problem, Reply, Surface};
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

/// A path of these routes.
struct Asked {
    what: &'static str,
    /// Whether it is below an agent.
    of_agent: bool,
    methods: &'static [Method],
    /// The scope for `GET`, and for every other method.
    scopes: (&'static str, &'static str),
}

const AGENTS: (&str, &str) = ("agents:read", "agents:write");

#[http_service]
async fn not_implemented(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[] };
    api::serve(endpoint, request, refuse).await
}

async fn refuse(call: &mut Call) -> Result<Reply, Problem> {
    let asked = asked(call);
    if !asked.methods.contains(call.method()) {
        return Err(Problem::MethodNotAllowed(asked.methods));
    }
    let (read, write) = asked.scopes;
    let scope = if call.method() == Method::GET { read } else { write };
    let team = call.principal(scope).await?.team;
    if asked.of_agent {
        call.agent(&team).await?;
    }
    Err(Problem::NotImplemented(format!("{} are not implemented.", asked.what)))
}

/// What the path asks for, of the routes in spin.toml.
fn asked(call: &Call) -> Asked {
    let get: &[Method] = &[Method::GET];
    let post: &[Method] = &[Method::POST];
    let get_post: &[Method] = &[Method::GET, Method::POST];
    let get_patch: &[Method] = &[Method::GET, Method::PATCH];
    let [family, what, which] = [3, 5, 6].map(|at| call.segment(at).into_owned());
    if family == "phone-numbers" {
        let methods = match call.segment(4).as_ref() {
            "" => get,
            "request" => get_post,
            _ => get_patch,
        };
        return Asked { what: "Phone numbers", of_agent: false, methods, scopes: AGENTS };
    }
    let (what, methods, scopes) = match (what.as_str(), which.as_str()) {
        ("actions", "") => ("Actions", get, AGENTS),
        ("actions", _) => ("Actions", post, AGENTS),
        _ => {
            let methods: &[Method] = match [7, 8, 9].map(|at| call.segment(at).into_owned()) {
                [id, ..] if id.is_empty() => get,
                [id, ..] if id == "configure" => post,
                [_, below, _] if below.is_empty() => &[Method::DELETE],
                [_, below, tool] if below == "tools" && tool.is_empty() => get_post,
                [_, below, _] if below == "tools" => &[Method::DELETE],
                _ => post,
            };
            ("Integrations", methods, AGENTS)
        }
    };
    Asked { what, of_agent: true, methods, scopes }
}
