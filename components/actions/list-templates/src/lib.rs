//! `POST /api/v1/actions/list-templates`: the templates of the team's WhatsApp account (contract/actions-qyvo.md,
//! section 6).

use api::{Call, Endpoint, Problem, Reply, Surface, engine, templates_problem};
use fields::{Errors, FieldError};
use http::Method;
use serde_json::Value;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use templates::{STATUSES, Template};

#[http_service]
async fn list_templates(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, list).await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let status = read(&call.json_if_any().await?)?;
    let account = call.whatsapp_account(&team).await?;
    let templates = engine(&call.host).await.templates(&account).await;
    let templates = templates.map_err(templates_problem)?.all();
    let wanted = |one: &&Template| status.as_deref().is_none_or(|status| one.status() == status);
    let shown: Value = templates.iter().filter(wanted).map(Template::summary).collect();
    Ok(Reply::ok(&shown))
}

/// The status to be shown alone; an empty one is no filter.
fn read(body: &Value) -> Result<Option<String>, Vec<FieldError>> {
    let errors = Errors::new();
    let fields = errors.body(body);
    let status = match fields.any("status").value().and_then(Value::as_str) {
        Some("") => None,
        _ => fields.one_of("status", &STATUSES).value(),
    };
    errors.into_result(status)
}
