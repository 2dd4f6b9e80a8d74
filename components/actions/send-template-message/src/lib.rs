//! `POST /api/v1/actions/send-template-message`: sends an approved template to a phone (contract/actions-qyvo.md,
//! section 6).

use actions::TemplateMessage;
use api::{Call, Endpoint, Problem, Reply, Rule, Surface, engine, templates_problem};
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use templates::Unfilled;

#[http_service]
async fn send_template_message(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, send).await
}

async fn send(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let wanted = fields::read(&call.json().await?, TemplateMessage::read)?;
    let account = call.whatsapp_account(&team).await?;
    let template = engine(&call.host).await.template(&account, wanted.template).await;
    let template = template.map_err(templates_problem)?;
    let template = template.ok_or_else(|| Problem::NotFound("Template not found".to_owned()))?;
    let content = template.fill(wanted.language.as_deref(), &wanted.variables).map_err(unfilled)?;
    call.send_message(&account, &wanted.phone, content).await
}

fn unfilled(unfilled: Unfilled) -> Problem {
    match unfilled {
        Unfilled::NotApproved => Problem::rule("Template has no approved translation"),
        Unfilled::Missing { expected, missing } => Problem::Rule(
            Rule::new("variables_missing", "Template requires variables that were not provided.")
                .with("expected_placeholders", expected)
                .with("missing", missing),
        ),
    }
}
