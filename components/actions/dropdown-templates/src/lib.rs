//! `GET /api/v1/dropdowns/templates` and `GET /api/v1/dropdowns/template-variables?template_id=`: what an automation
//! tool lets its user choose from (contract/actions-qyvo.md, section 6).

use api::{Call, Endpoint, Problem, Reply, Surface, engine, templates_problem};
use fields::FieldError;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use templates::{dropdown, placeholders_dropdown};
use uuid::Uuid;

/// Where the list's name is in `/api/v1/dropdowns/:list`.
const LIST: usize = 3;

#[http_service]
async fn dropdown_templates(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::GET] };
    api::serve(endpoint, request, async |call: &mut Call| {
        let team = call.bearer_principal("actions").await?.team;
        match &*call.segment(LIST) {
            "templates" => templates(call, &team).await,
            _ => variables(call, &team).await,
        }
    })
    .await
}

async fn templates(call: &Call, team: &str) -> Result<Reply, Problem> {
    let account = call.whatsapp_account(team).await?;
    let templates = engine(&call.host).await.templates(&account).await;
    Ok(Reply::ok(&dropdown(&templates.map_err(templates_problem)?.all())))
}

async fn variables(call: &Call, team: &str) -> Result<Reply, Problem> {
    let wrong = |message: &str| vec![FieldError::new("/template_id", message)];
    let id = call.query("template_id").filter(|id| !id.is_empty());
    let id: Uuid =
        id.ok_or_else(|| wrong("required"))?.parse().map_err(|_| wrong("must be a UUID"))?;
    let account = call.whatsapp_account(team).await?;
    let template = engine(&call.host).await.template(&account, id).await;
    let template = template.map_err(templates_problem)?;
    let template = template.ok_or_else(|| Problem::NotFound("Template not found".to_owned()))?;
    Ok(Reply::ok(&placeholders_dropdown(&template)))
}
