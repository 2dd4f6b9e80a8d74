//! What is measured: requests as backends and providers send them.

use http::request::Builder;
use serde_json::json;
use stand_in::{Inbound, Webhook};

use super::requests::{Document, Requests};
use super::world::{
    APP_SECRET, KNOWN, TESTERS, World, context, json_request, notification, phone, words,
};

/// What begins the phones of contacts that nobody knows yet.
const NEW: &str = "+1628";
/// The reply that a turn is measured by.
pub const REPLY: &str = "WhatsApp webhook, a reply";
/// The turn that is compared with Bot Framework's.
pub const TURN: &str = "console send, test channel";

/// What is measured.
pub struct Scenario {
    /// For the table.
    pub name: &'static str,
    /// The requests.
    pub requests: Requests,
}

/// All of them, on what a server was given.
pub fn all(world: &World) -> Vec<Scenario> {
    let known = Document::OneOf(world.conversations);
    let scenario = |name, requests| Scenario { name, requests };
    vec![
        scenario("trigger-flow, known contact", trigger_flow(world, KNOWN, known)),
        scenario("trigger-flow, new contact", trigger_flow(world, NEW, Document::New)),
        scenario("workflow trigger, known contact", workflow_trigger(world, known)),
        scenario(REPLY, reply(world, known)),
        scenario(TURN, console_send(world, known)),
        scenario("workflow list", workflow_list(world)),
        scenario("workflow update", workflow_update(world)),
    ]
}

fn trigger_flow(world: &World, prefix: &'static str, document: Document) -> Requests {
    let (bearer, flow, spread) = (bearer(&world.key), world.notify.clone(), world.spread);
    let requests = Requests::new(document, move |document, _| {
        let body = notification(&flow, &phone(prefix, document * spread));
        post("/api/v1/actions/trigger-flow")
            .header("authorization", &bearer)
            .body(body.to_string().into_bytes())
    });
    requests.sending(1)
}

fn workflow_trigger(world: &World, document: Document) -> Requests {
    let World { key, token, account, notify, spread, .. } = world.clone();
    let requests = Requests::new(document, move |document, _| {
        let phone = phone(KNOWN, document * spread);
        let body = json!({"phoneNumberId": account, "triggerData": context(),
            "customerPhoneNumberId": phone.trim_start_matches('+')});
        post(&format!("/workflows/{notify}/trigger"))
            .header("x-api-key", &key)
            .header("cookie", format!("accessToken={token}"))
            .body(body.to_string().into_bytes())
    });
    requests.sending(1)
}

fn reply(world: &World, document: Document) -> Requests {
    let (account, spread) = (world.account.clone(), world.spread);
    let requests = Requests::new(document, move |document, _| {
        let reply = Inbound::text(&phone(KNOWN, document * spread), "something else");
        let signed = Webhook::new(&account).message(&reply).sign(APP_SECRET);
        post(&format!("/channels/whatsapp/{account}/webhook"))
            .header("x-hub-signature-256", &signed.signature)
            .body(signed.body)
    });
    requests.sending(1)
}

fn console_send(world: &World, document: Document) -> Requests {
    let (bearer, path, spread) = (bearer(&world.key), world.messages(), world.spread);
    Requests::new(document, move |document, _| {
        let body = words(&phone(TESTERS, document * spread), "something else");
        post(&path).header("authorization", &bearer).body(body.to_string().into_bytes())
    })
}

fn workflow_list(world: &World) -> Requests {
    let bearer = bearer(&world.key);
    Requests::new(Document::New, move |_, _| {
        json_request("GET", "/api/v1/console/workflows")
            .header("authorization", &bearer)
            .body(Vec::new())
    })
}

fn workflow_update(world: &World) -> Requests {
    let changed: Vec<(String, String)> = world.changed.clone();
    let document = Document::OneOf(changed.len() as u64);
    Requests::new(document, move |document, n| {
        let (key, id) = changed.get(document as usize).cloned().unwrap_or_default();
        let body = json!({"description": format!("change {n}")});
        json_request("PATCH", &format!("/api/v1/console/workflows/{id}"))
            .header("authorization", bearer(&key))
            .body(body.to_string().into_bytes())
    })
}

/// A `POST` of JSON.
pub fn post(path: &str) -> Builder {
    json_request("POST", path)
}

/// What a key's `authorization` is.
pub fn bearer(key: &str) -> String {
    format!("Bearer {key}")
}
