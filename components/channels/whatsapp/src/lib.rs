//! `GET, POST /channels/whatsapp/:account/webhook`: what WhatsApp's Cloud API sends (contract/channel-whatsapp.md).

use api::{Call, Endpoint, Problem, Reply, Surface};
use channels::whatsapp::{self, Update};
use engine::Host as _;
use http::{Method, StatusCode};
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use store::keys;
use teams::{Account, Credentials, Kind};

/// The provider sends up to 3 MB (webhooks overview page); design section 6 takes 4 MiB.
const MAX_BODY: usize = 4 * 1024 * 1024;

#[http_service]
async fn webhook(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Ops, methods: &[Method::GET, Method::POST] };
    api::serve(endpoint, request, async |call: &mut Call| {
        if call.method() == Method::GET { verify(call).await } else { receive(call).await }
    })
    .await
}

/// The provider asks whether this webhook is meant.
async fn verify(call: &mut Call) -> Result<Reply, Problem> {
    let (_, credentials) = account(call).await?;
    let Credentials::Whatsapp { verify_token, .. } = credentials else { return Err(unknown()) };
    whatsapp::verify(call.query_string(), &verify_token)
        .map(|challenge| Reply::text(StatusCode::OK, challenge))
        .map_err(|_| Problem::SignatureInvalid)
}

/// 200 only after the commit; what is to be sent follows the answer.
async fn receive(call: &mut Call) -> Result<Reply, Problem> {
    call.allow_body(MAX_BODY);
    let (path_account, credentials) = account(call).await?;
    let Credentials::Whatsapp { app_secret, .. } = credentials else { return Err(unknown()) };
    let signature = call.header("x-hub-signature-256").map(str::to_owned);
    let raw = call.raw().await?;
    if !whatsapp::signature_matches(&app_secret, signature.as_deref(), raw) {
        return Err(Problem::SignatureInvalid);
    }
    let raw = call.raw_json().await?;
    let updates = whatsapp::parse(raw).map_err(|_| {
        Problem::rule("The body is no WhatsApp webhook: {object, entry} is expected.")
    })?;
    let engine = api::engine(&call.host).await;
    let mut committed = Vec::new();
    let mut failed = None;
    for (named, updates) in by_account(updates) {
        match engine.account_of_update(&path_account, &app_secret, &named).await? {
            // Not ours to speak for: acknowledged, and nothing done.
            None => call.host.log("update for an account that this webhook does not speak for"),
            Some(account) => {
                let received = engine.receive(&account, updates).await;
                committed.extend(received.committed);
                failed = failed.or(received.failed);
            }
        }
    }
    drop(engine);
    call.deliver_later(committed);
    match failed {
        None => Ok(Reply::ok(&json!({}))),
        Some(error) => Err(error.into()),
    }
}

/// Updates sorted by the account that they name, each in the order they came.
fn by_account(updates: Vec<Update>) -> Vec<(String, Vec<Update>)> {
    let mut accounts: Vec<(String, Vec<Update>)> = Vec::new();
    for update in updates {
        match accounts.iter_mut().find(|(account, _)| *account == update.account) {
            Some((_, updates)) => updates.push(update),
            None => accounts.push((update.account.clone(), vec![update])),
        }
    }
    accounts
}

async fn account(call: &Call) -> Result<(Account, Credentials), Problem> {
    let key = keys::channel(Kind::Whatsapp.as_str(), &call.segment(2));
    let account: Option<Account> = call.host.store().read_json(&key).await?;
    let account = account.ok_or_else(unknown)?;
    let credentials = account.credentials(&api::secrets().await?);
    let credentials = credentials.map_err(|_| Problem::WrongKey)?;
    Ok((account, credentials))
}

fn unknown() -> Problem {
    Problem::NotFound("There is no WhatsApp account of this id.".to_owned())
}
