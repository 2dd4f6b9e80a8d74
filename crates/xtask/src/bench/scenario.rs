//! What is measured: requests as backends and providers send them, to a host that was set up for them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use http::Request;
use serde_json::{Value, json};
use stand_in::{Inbound, Webhook, exchange};
use tokio::task::JoinSet;

/// The account, in the bench's own store.
pub const ACCOUNT: &str = "100200300400500";
const APP_SECRET: &str = "bench-app-secret";
/// Conversations that are written in turns, so that two requests seldom meet.
const CONVERSATIONS: u64 = 512;
/// Messages sent while they are set up.
pub const MESSAGES: u64 = 2 * CONVERSATIONS;
/// Those of them that are set up at the same time.
const TOGETHER: u64 = 16;
const LIMIT: Duration = Duration::from_secs(30);

/// Makes the request of a number, which no two requests share.
type Make = Arc<dyn Fn(u64) -> Request<Vec<u8>> + Send + Sync>;

/// Requests of one kind.
#[derive(Clone)]
pub struct Requests {
    /// Messages that each sends after its answer, each settled by a commit.
    pub sends: u64,
    /// The document that the request of a number writes.
    pub document: fn(u64) -> u64,
    /// The numbers that were given out.
    pub numbers: Arc<AtomicU64>,
    /// The requests.
    pub make: Make,
}

/// What is measured.
pub struct Scenario {
    /// For the table.
    pub name: &'static str,
    /// The requests.
    pub requests: Requests,
}

/// Sets a host up, and returns what can be measured on it.
///
/// # Errors
/// When the host refuses any of it.
pub async fn set_up(host: SocketAddr, admin_key: &str) -> anyhow::Result<Vec<Scenario>> {
    let key = json!({"team": "bench", "name": "bench"});
    let key = post(host, "/ops/keys", admin_key, key).await?;
    let key = key["key"].as_str().context("no key")?.to_owned();
    let answer = json!({"entry": "ask", "edges": [{"from": "ask", "to": "ask"}], "nodes": [
        {"id": "ask", "type": "ask", "text": "You said {{ input.text }}. Anything else?", "save_as": "last",
         "timeout": 600}]});
    let notify = json!({"entry": "hello", "edges": [], "nodes": [
        {"id": "hello", "type": "message", "template": {"name": "hello", "language": "en",
         "variables": ["{{ context.cart_total }}"]}}]});
    let talk = workflow(host, &key, "talk", &answer).await?;
    let notify = workflow(host, &key, "notify", &notify).await?;
    let credentials =
        json!({"access_token": "bench", "app_secret": APP_SECRET, "verify_token": "bench"});
    let account = json!({"team": "bench", "type": "whatsapp", "account": ACCOUNT,
        "workflow_id": talk, "credentials": credentials});
    post(host, "/ops/channels", admin_key, account).await?;
    converse(host, &key, &notify).await?;
    Ok(vec![
        trigger("trigger-flow, known contact", &key, &notify, "+1415", |n| n % CONVERSATIONS),
        trigger("trigger-flow, new contact", &key, &notify, "+1628", |n| n),
        Scenario {
            name: "WhatsApp webhook, a reply",
            requests: requests(
                |n| n % CONVERSATIONS,
                |document| {
                    let reply = Inbound::text(&phone("+1415", document), "something else");
                    let signed = Webhook::new(ACCOUNT).message(&reply).sign(APP_SECRET);
                    builder(&format!("/channels/whatsapp/{ACCOUNT}/webhook"))
                        .header("x-hub-signature-256", &signed.signature)
                        .body(signed.body)
                },
            ),
        },
    ])
}

/// Starts every conversation with a message, to be answered later, and makes every contact known to the trigger.
async fn converse(host: SocketAddr, key: &str, flow: &str) -> anyhow::Result<()> {
    let mut tasks = JoinSet::new();
    for first in 0..TOGETHER {
        let (key, flow) = (key.to_owned(), flow.to_owned());
        tasks.spawn(async move {
            for n in (first..CONVERSATIONS).step_by(TOGETHER as usize) {
                let phone = phone("+1415", n);
                let hello = Webhook::new(ACCOUNT).message(&Inbound::text(&phone, "hello"));
                let hello = hello.sign(APP_SECRET);
                let answer = hello.post(&format!("http://{host}"), ACCOUNT).await?;
                ensure!(answer.status().is_success(), "webhook: {}", answer.status());
                let known = notification(&flow, &phone);
                post(host, "/api/v1/actions/trigger-flow", &key, known).await?;
            }
            Ok(())
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    Ok(())
}

fn trigger(
    name: &'static str,
    key: &str,
    flow: &str,
    prefix: &'static str,
    document: fn(u64) -> u64,
) -> Scenario {
    let (bearer, flow) = (format!("Bearer {key}"), flow.to_owned());
    let requests = requests(document, move |document| {
        let body = notification(&flow, &phone(prefix, document));
        builder("/api/v1/actions/trigger-flow")
            .header("authorization", &bearer)
            .body(body.to_string().into_bytes())
    });
    Scenario { name, requests }
}

/// Requests that send one message each.
fn requests(
    document: fn(u64) -> u64,
    make: impl Fn(u64) -> http::Result<Request<Vec<u8>>> + Send + Sync + 'static,
) -> Requests {
    Requests {
        sends: 1,
        document,
        numbers: Arc::default(),
        make: Arc::new(move |n| make(document(n)).unwrap_or_default()),
    }
}

fn notification(flow: &str, phone: &str) -> Value {
    let context = json!({"cart_id": "8f14e45f", "cart_total": "129.00"});
    json!({"flow_id": flow, "phone": phone, "context": context})
}

fn phone(prefix: &str, n: u64) -> String {
    format!("{prefix}{n:07}")
}

fn builder(path: &str) -> http::request::Builder {
    Request::post(path).header("content-type", "application/json")
}

async fn workflow(
    host: SocketAddr,
    key: &str,
    name: &str,
    graph: &Value,
) -> anyhow::Result<String> {
    let body = json!({"name": name, "system_prompt": "bench", "graph": graph,
        "settings": {"auto_publish": true}});
    let created = post(host, "/api/v1/console/workflows", key, body).await?;
    Ok(created["data"]["id"].as_str().context("no id")?.to_owned())
}

async fn post(host: SocketAddr, path: &str, key: &str, body: Value) -> anyhow::Result<Value> {
    let request = builder(&format!("http://{host}{path}"))
        .header("authorization", format!("Bearer {key}"))
        .body(body.to_string().into_bytes())?;
    Ok(serde_json::from_slice(&exchanged(request).await?)?)
}

/// The body of the answer to `request`.
///
/// # Errors
/// An answer that is no success, or none.
pub async fn exchanged(request: Request<Vec<u8>>) -> anyhow::Result<Vec<u8>> {
    let path = request.uri().path().to_owned();
    let answer = exchange(request, LIMIT).await?;
    let text = String::from_utf8_lossy(answer.body());
    ensure!(answer.status().is_success(), "{path}: {} {text}", answer.status());
    Ok(answer.into_body())
}
