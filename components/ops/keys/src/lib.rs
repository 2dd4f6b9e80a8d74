//! `GET, POST /ops/keys` and `DELETE /ops/keys/:id`: the API keys of teams.

use api::{Call, Endpoint, Problem, Reply, Surface};
use engine::Host as _;
use fields::{Errors, FieldError};
use flow::Timestamp;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use store::{Change, StoreError, keys, to_json, together};
use teams::{ApiKey, KeyList, SCOPES, key_id, new_token, team_name_is_valid};

/// The highest limit of a key, in requests a minute.
const MAX_RATE: u64 = 1_000_000;

#[http_service]
async fn api_keys(request: Request) -> impl IntoResponse {
    let one = request.uri().path().trim_matches('/').split('/').count() > 2;
    let methods: &[Method] = if one { &[Method::DELETE] } else { &[Method::GET, Method::POST] };
    let endpoint = Endpoint { surface: Surface::Ops, methods };
    api::serve(endpoint, request, async |call: &mut Call| {
        call.admin().await?;
        match *call.method() {
            Method::GET => list(call).await,
            Method::POST => create(call).await,
            _ => revoke(call).await,
        }
    })
    .await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.query("team").filter(|team| team_name_is_valid(team));
    let team =
        team.ok_or_else(|| vec![FieldError::new("/team", "required: the name of a team")])?;
    let list: Option<KeyList> = call.host.store().read_json(&keys::api_keys(&team)).await?;
    let listed = list.unwrap_or_default().keys;
    let documents: Vec<String> = listed.iter().map(|key| keys::api_key(&key.id)).collect();
    let found = together(documents.iter().map(|key| call.host.store().get(key))).await?;
    // The list is written before a key: one whose document is not there never worked, or no longer does.
    let working = listed.iter().zip(found).filter(|(_, document)| document.is_some());
    let shown: Vec<Value> = working.map(|(key, _)| show(key)).collect();
    Ok(Reply::ok(&json!({"keys": shown})))
}

async fn create(call: &mut Call) -> Result<Reply, Problem> {
    let body = call.json().await?;
    let token = new_token(api::random());
    let key = ApiKey { id: key_id(&token), created_at: call.host.now(), ..read(&body)? };
    add_to_list(call, &key).await?;
    let store = call.host.store();
    let place = keys::api_key(&key.id);
    store.put(&place, &to_json(&place, &key)?).await?;
    let mut shown = show(&key);
    shown["key"] = Value::from(token);
    Ok(Reply::created(&shown))
}

/// What the operator says of a key; its id and time are still to come.
fn read(body: &Value) -> Result<ApiKey, Vec<FieldError>> {
    let errors = Errors::new();
    let fields = errors.body(body);
    fields.only(&["team", "name", "scopes", "expires_at", "rate_limit"]);
    let team = fields.required_text("team", 64);
    if !team.is_empty() && !team_name_is_valid(&team) {
        fields.error("team", "must be 1 to 64 letters, digits, -, _ or ., and not \"public\"");
    }
    let name = fields.required_text("name", 255);
    let scopes = fields.list("scopes", |scope, path| match scope.as_str() {
        Some(scope) if SCOPES.contains(&scope) => Some(scope.to_owned()),
        _ => {
            fields.error_at(path, format!("must be one of {}", SCOPES.join(", ")));
            None
        }
    });
    let expires_at = fields.text("expires_at", 64).value().and_then(|text| {
        let at = Timestamp::parse_rfc3339(&text);
        if at.is_none() {
            fields.error("expires_at", "must be a time, such as 2030-01-31T00:00:00Z");
        }
        at
    });
    let rate_limit = fields.integer("rate_limit", 1, MAX_RATE).value();
    let rate_limit = rate_limit.and_then(|limit| u32::try_from(limit).ok());
    let (id, scopes, created_at) = (String::new(), scopes.value(), Timestamp(0));
    errors.into_result(ApiKey { id, team, name, scopes, rate_limit, created_at, expires_at })
}

async fn add_to_list(call: &Call, key: &ApiKey) -> Result<(), Problem> {
    let list_key = keys::api_keys(&key.team);
    let added: Result<(), StoreError> = call
        .host
        .store()
        .update(&list_key, async |current| {
            let mut list = read_list(&list_key, current.as_deref())?;
            if list.keys.iter().any(|listed| listed.id == key.id) {
                return Ok(Change::Keep(()));
            }
            list.keys.push(key.clone());
            Ok(Change::Write(to_json(&list_key, &list)?, ()))
        })
        .await;
    Ok(added?)
}

async fn revoke(call: &mut Call) -> Result<Reply, Problem> {
    let id = call.segment(2).into_owned();
    let store = call.host.store();
    let key: Option<ApiKey> = store.get_json(&keys::api_key(&id)).await?;
    let key = key.ok_or_else(|| Problem::NotFound("There is no API key of this id.".to_owned()))?;
    // First the document that makes it work.
    store.remove(&keys::api_key(&id)).await?;
    let list_key = keys::api_keys(&key.team);
    let removed: Result<(), StoreError> = store
        .update(&list_key, async |current| {
            let mut list = read_list(&list_key, current.as_deref())?;
            let before = list.keys.len();
            list.keys.retain(|listed| listed.id != id);
            if list.keys.len() == before {
                return Ok(Change::Keep(()));
            }
            Ok(Change::Write(to_json(&list_key, &list)?, ()))
        })
        .await;
    removed?;
    Ok(Reply::json(StatusCode::OK, &show(&key)))
}

fn read_list(key: &str, json: Option<&[u8]>) -> Result<KeyList, StoreError> {
    json.map_or_else(|| Ok(KeyList::default()), |json| store::from_json(key, json))
}

fn show(key: &ApiKey) -> Value {
    json!({
        "id": key.id,
        "team": key.team,
        "name": key.name,
        "scopes": key.scopes,
        "rate_limit": key.rate_limit,
        "created_at": key.created_at.to_rfc3339(),
        "expires_at": key.expires_at.map(Timestamp::to_rfc3339),
    })
}
