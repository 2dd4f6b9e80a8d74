//! `PATCH /ops/workflows/:id`: who can see a workflow, which its team does not decide.

use api::{Call, Endpoint, Problem, Reply, Surface};
use conversation::{EventId, KeyUse};
use engine::Host as _;
use fields::Errors;
use http::Method;
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use workflows::Visibility;

#[http_service]
async fn workflow(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Ops, methods: &[Method::PATCH] };
    api::serve(endpoint, request, update).await
}

async fn update(call: &mut Call) -> Result<Reply, Problem> {
    call.admin().await?;
    let not_found = || Problem::NotFound("There is no workflow of this id.".to_owned());
    let id = call.id(2).ok_or_else(not_found)?;
    let body = call.json().await?;
    let errors = Errors::new();
    let object = errors.body(&body);
    object.only(&["visibility"]);
    if !object.given("visibility") {
        object.error("visibility", "required: private or public");
    }
    let wanted = object.one_of("visibility", &["private", "public"]).value();
    let wanted = errors.into_result(wanted)?;
    let visibility = match wanted.as_deref() {
        Some("public") => Visibility::Public,
        _ => Visibility::Private,
    };
    let drawn = EventId::of("ops", &call.host.random().to_string());
    let used = KeyUse { key: drawn, body: drawn };
    let workflow =
        workflows::set_visibility(call.host.store(), id, visibility, &used, call.host.now())
            .await?;
    Ok(Reply::ok(&json!({
        "id": workflow.id,
        "team": workflow.team,
        "name": workflow.draft.name,
        "visibility": workflow.visibility,
    })))
}
