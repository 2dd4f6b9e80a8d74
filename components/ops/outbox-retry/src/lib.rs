//! `POST /ops/outbox/:id/retry`: sends a message again that failed.

use api::{Call, Endpoint, Problem, Reply, Rule, Surface, words_problem};
use conversation::TurnError;
use engine::{Host as _, WordsError};
use http::Method;
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn retry(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Ops, methods: &[Method::POST] };
    api::serve(endpoint, request, post).await
}

async fn post(call: &mut Call) -> Result<Reply, Problem> {
    call.admin().await?;
    let id = call.id(2).ok_or_else(not_found)?;
    let conversation = polling::conversation_of_failure(call.host.store(), id).await?;
    let conversation = conversation.ok_or_else(not_found)?;
    let committed = api::engine(&call.host).await.resend(conversation, id).await;
    let committed = committed.map_err(problem)?;
    let again = committed.conversation.message(id).and_then(|message| message.resent_as);
    let reply = Reply::ok(&json!({"id": id, "conversation_id": conversation, "resent_as": again}));
    call.deliver_later(vec![committed]);
    Ok(reply)
}

fn not_found() -> Problem {
    Problem::NotFound("No message of this id is known to have failed.".to_owned())
}

fn problem(error: WordsError) -> Problem {
    match error {
        WordsError::NotFound => not_found(),
        WordsError::Turn(error) if error != TurnError::Unavailable => {
            Problem::Conflict(Rule::new("conflict", error.to_string()))
        }
        error => words_problem(error),
    }
}
