//! `POST /api/v1/actions/get-template`: one template of the team's WhatsApp account, with its text
//! (contract/actions-qyvo.md, section 6).

use actions::read_template_id;
use api::{Call, Endpoint, Problem, Reply, Surface, engine, templates_problem};
use http::{Method, StatusCode};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn get_template(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, get).await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let id = fields::read(&call.json().await?, read_template_id)?;
    let account = call.whatsapp_account(&team).await?;
    let template = engine(&call.host).await.template(&account, id).await;
    let template = template.map_err(templates_problem)?;
    let template = template.ok_or_else(|| Problem::NotFound("Template not found".to_owned()))?;
    Ok(Reply::json(StatusCode::OK, &template.details()))
}
