//! `POST /api/v1/actions/send-template-message`: sends an approved template to a phone (contract/actions-qyvo.md,
//! section 6).

use std::collections::BTreeMap;

use api::{
    Call, Endpoint, Problem, Reply, Rule, Surface, engine, read_id, read_phone, templates_problem,
};
use conversation::E164;
use fields::{Errors, FieldError, Object};
use flow::limits::{MAX_BUTTONS_TEXT_CHARS, MAX_ID_CHARS};
use http::Method;
use serde_json::Value;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use templates::Unfilled;
use uuid::Uuid;

#[http_service]
async fn send_template_message(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, send).await
}

async fn send(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let wanted = read(&call.json().await?)?;
    let account = call.whatsapp_account(&team).await?;
    let template = engine(&call.host).await.template(&account, wanted.template).await;
    let template = template.map_err(templates_problem)?;
    let template = template.ok_or_else(|| Problem::NotFound("Template not found".to_owned()))?;
    let content = template.fill(wanted.language.as_deref(), &wanted.variables).map_err(unfilled)?;
    call.send_message(&account, &wanted.phone, content).await
}

struct Wanted {
    phone: E164,
    template: Uuid,
    language: Option<String>,
    variables: BTreeMap<String, String>,
}

fn read(body: &Value) -> Result<Wanted, Vec<FieldError>> {
    let errors = Errors::new();
    let fields = errors.body(body);
    let phone = read_phone(&fields);
    let template = read_id(&fields, "template_id");
    let language = fields.text("language", MAX_ID_CHARS).value();
    let language = language.filter(|language| !language.trim().is_empty());
    let variables = variables(&fields);
    let (Some(phone), Some(template)) = errors.into_result((phone, template))? else {
        return Err(vec![FieldError::new("", "must be an object")]);
    };
    Ok(Wanted { phone, template, language, variables })
}

/// Texts, and numbers as they are written. PHP clients write an empty object as `[]`.
fn variables(fields: &Object<'_, '_>) -> BTreeMap<String, String> {
    let mut read = BTreeMap::new();
    if fields.any("variables").value().and_then(Value::as_array).is_some_and(Vec::is_empty) {
        return read;
    }
    let given = fields.any("variables").value().and_then(Value::as_object);
    let Some(object) = fields.object("variables").value() else { return read };
    for (name, value) in given.into_iter().flatten() {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Null => continue,
            _ => {
                object.error(name, "must be a string");
                continue;
            }
        };
        if text.chars().count() > MAX_BUTTONS_TEXT_CHARS {
            let message = format!("must be at most {MAX_BUTTONS_TEXT_CHARS} characters long");
            object.error(name, message);
            continue;
        }
        read.insert(name.clone(), text);
    }
    read
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
