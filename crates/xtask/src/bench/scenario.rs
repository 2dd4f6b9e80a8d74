//! What is measured: requests as backends and providers send them, to a host that was set up for them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use http::Request;
use serde_json::{Value, json};
use stand_in::{Inbound, Webhook, exchange};

use super::load::Make;

/// The account and its secrets, in the bench's own store.
const ACCOUNT: &str = "100200300400500";
const APP_SECRET: &str = "bench-app-secret";
/// Conversations that answer in turns, so that two answers seldom meet.
const CONVERSATIONS: u64 = 512;
const LIMIT: Duration = Duration::from_secs(30);

/// A request, and what the floor must do to be compared with it.
pub struct Scenario {
    /// For the table.
    pub name: &'static str,
    /// Messages sent after each answer, each settled by a commit.
    pub sends: u64,
    /// The requests.
    pub make: Make,
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
    let t0 = std::time::Instant::now();
    for n in 0..CONVERSATIONS {
        // The first message starts the conversation; what is measured answers it.
        let first = Webhook::new(ACCOUNT).message(&Inbound::text(&phone(n), "hello"));
        let answer = first.sign(APP_SECRET).post(&format!("http://{host}"), ACCOUNT).await?;
        ensure!(answer.status().is_success(), "webhook: {}", answer.status());
        let known = json!({"flow_id": notify, "phone": phone(n)});
        post(host, "/api/v1/actions/trigger-flow", &key, known).await?;
    }
    eprintln!("set up in {:?}", t0.elapsed());
    Ok(vec![
        trigger("trigger-flow, known contact", &key, &notify, |n| phone(n % CONVERSATIONS)),
        trigger("trigger-flow, new contact", &key, &notify, |n| format!("+1628{n:07}")),
        Scenario {
            name: "WhatsApp webhook, a reply",
            sends: 1,
            make: Arc::new(|n| {
                let reply = Inbound::text(&phone(n % CONVERSATIONS), "something else");
                let signed = Webhook::new(ACCOUNT).message(&reply).sign(APP_SECRET);
                request("POST", &format!("/channels/whatsapp/{ACCOUNT}/webhook"))
                    .header("x-hub-signature-256", &signed.signature)
                    .body(signed.body)
                    .unwrap_or_default()
            }),
        },
    ])
}

fn trigger(
    name: &'static str,
    key: &str,
    flow: &str,
    phone: impl Fn(u64) -> String + Send + Sync + 'static,
) -> Scenario {
    let (bearer, flow) = (format!("Bearer {key}"), flow.to_owned());
    Scenario {
        name,
        sends: 1,
        make: Arc::new(move |n| {
            let context = json!({"cart_id": n.to_string(), "cart_total": "129.00"});
            let body = json!({"flow_id": flow, "phone": phone(n), "context": context});
            request("POST", "/api/v1/actions/trigger-flow")
                .header("authorization", &bearer)
                .body(body.to_string().into_bytes())
                .unwrap_or_default()
        }),
    }
}

fn phone(n: u64) -> String {
    format!("+1415{n:07}")
}

fn request(method: &str, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path).header("content-type", "application/json")
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
    let request = Request::post(format!("http://{host}{path}"))
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {key}"))
        .body(body.to_string().into_bytes())?;
    let answer = exchange(request, LIMIT).await?;
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    ensure!(answer.status().is_success(), "{path}: {} {text}", answer.status());
    Ok(serde_json::from_str(&text)?)
}
