//! `POST /api/v1/actions/list-templates`: the templates of the team's WhatsApp account (contract/actions-qyvo.md,
//! section 6).

use actions::TemplateFilter;
use api::{Call, Endpoint, Problem, Reply, Surface, engine, templates_problem};
use http::{Method, StatusCode};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use templates::Template;

#[http_service]
async fn list_templates(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, list).await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let filter = fields::read(&call.json_if_any().await?, TemplateFilter::read)?;
    let account = call.whatsapp_account(&team).await?;
    let templates = engine(&call.host).await.templates(&account).await;
    let templates = templates.map_err(templates_problem)?.all();
    let status = filter.status.as_deref();
    let wanted = |one: &&Template| status.is_none_or(|status| one.status() == status);
    let shown: Vec<_> = templates.iter().filter(wanted).map(Template::summary).collect();
    Ok(Reply::json(StatusCode::OK, &shown))
}
