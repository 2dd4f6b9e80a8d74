//! What every endpoint does around its own work. Only that work is compiled with the endpoint: what surrounds it is a
//! future of this crate, which a component would otherwise carry once more (see `crate::engine`).

use engine::Host as _;
use futures::future::LocalBoxFuture;
use http::{HeaderName, Method, header};
use spin_sdk::http::Request;
use spin_sdk::wasip3::http::types;

use crate::response::{YIELDS, YIELDS_BEFORE_WORK};
use crate::{Call, Problem, Reply, SpinHost, Surface};

/// What an endpoint is, besides its work.
pub struct Endpoint {
    /// In whose shape it says problems.
    pub surface: Surface,
    /// What it takes; any other is answered 405 with `Allow`. Empty: whatever comes.
    pub methods: &'static [Method],
}

/// Reads a request, lets `handle` do the endpoint's work, and writes the answer, or the problem in the shape of the
/// surface.
///
/// # Errors
/// Only when the host refuses the answer.
pub async fn serve(
    endpoint: Endpoint,
    request: Request,
    handle: impl AsyncFnOnce(&mut Call) -> Result<Reply, Problem>,
) -> Result<types::Response, types::ErrorCode> {
    let mut call = match begin(&endpoint, request).await {
        Ok(call) => call,
        Err(answered) => return answered,
    };
    let taken = endpoint.methods.is_empty() || endpoint.methods.contains(call.method());
    let done = if taken {
        handle(&mut call).await
    } else {
        Err(Problem::MethodNotAllowed(endpoint.methods))
    };
    finish(endpoint, call, done).await
}

type Answered = Result<types::Response, types::ErrorCode>;

fn begin(endpoint: &Endpoint, request: Request) -> LocalBoxFuture<'_, Result<Call, Answered>> {
    Box::pin(async {
        match SpinHost::open().await {
            Ok(host) => Ok(Call::new(request, host)),
            Err(error) => {
                eprintln!("the store cannot be opened: {error}");
                let (status, body) = endpoint.surface.say(&Problem::Unavailable, "");
                Err(Reply::json(status, &body).send(YIELDS).await)
            }
        }
    })
}

fn finish(
    endpoint: Endpoint,
    call: Call,
    done: Result<Reply, Problem>,
) -> LocalBoxFuture<'static, Answered> {
    Box::pin(answer(endpoint, call, done))
}

async fn answer(endpoint: Endpoint, mut call: Call, done: Result<Reply, Problem>) -> Answered {
    let reply = done.unwrap_or_else(|problem| refuse(&endpoint, &call, &problem));
    let reply = call.keep_answer(reply).await;
    let reply = call.with_cors(call.with_rate_limit(reply));
    let reply = match endpoint.surface {
        Surface::Console => {
            reply.with_header(HeaderName::from_static("x-request-id"), call.request_id())
        }
        _ => reply,
    };
    let response =
        reply.send(if call.later.is_empty() { YIELDS } else { YIELDS_BEFORE_WORK }).await;
    for later in call.later {
        spin_sdk::wit_bindgen::spawn(async move {
            // The answer first: it reaches the host when this turn of the guest ends, and what is read and written in
            // the same turn would leave time for its head to go out alone (see `Reply::send`).
            spin_sdk::wit_bindgen::yield_async().await;
            later.await;
        });
    }
    response
}

fn refuse(endpoint: &Endpoint, call: &Call, problem: &Problem) -> Reply {
    if let Problem::Internal(why) = problem {
        eprintln!("{} {}: {why}", call.method(), call.path());
    }
    if let Problem::Answered(answered) = problem {
        return answered.reply();
    }
    let (status, body) = endpoint.surface.say(problem, call.request_id());
    let reply = Reply::json(status, &body);
    match problem {
        Problem::MethodNotAllowed(allowed) => {
            let allowed: Vec<&str> = allowed.iter().map(Method::as_str).collect();
            reply.with_header(header::ALLOW, &allowed.join(", "))
        }
        Problem::RateLimited(limit) => {
            let seconds = limit.seconds_left(call.host.now());
            reply.with_header(header::RETRY_AFTER, &seconds.to_string())
        }
        Problem::TooOften(_) => reply.with_header(header::RETRY_AFTER, "60"),
        Problem::Unavailable => reply.with_header(header::RETRY_AFTER, "1"),
        _ => reply,
    }
}
