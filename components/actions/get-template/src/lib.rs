//! `POST /api/v1/actions/get-template`: one template of the team's WhatsApp account, with its text
//! (contract/actions-qyvo.md, section 6).

use api::{Call, Endpoint, Problem, Reply, Surface, engine, read_id, templates_problem};
use fields::{Errors, FieldError};
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn get_template(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, get).await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let body = call.json().await?;
    let errors = Errors::new();
    let id = read_id(&errors.body(&body), "template_id");
    let id = errors.into_result(id)?;
    let id = id.ok_or_else(|| vec![FieldError::new("/template_id", "required")])?;
    let account = call.whatsapp_account(&team).await?;
    let template = engine(&call.host).await.template(&account, id).await;
    let template = template.map_err(templates_problem)?;
    let template = template.ok_or_else(|| Problem::NotFound("Template not found".to_owned()))?;
    Ok(Reply::ok(&template.details()))
}
