//! Requests of those who mean no good, to every endpoint over real sockets: a refusal as documented, no trap, no 500, and the
//! same host serves the next one.

mod answers;
mod bodies;
mod framing;
mod heads;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use black_box::{App, Request, Setup, a_phone, flows, signature};
use serde_json::{Value, json};
use stand_in::{Inbound, Status, TelephonyWebhook, Webhook};

use self::answers::{Findings, nothing_failed};
use crate::access::guard::Guard;
use crate::access::routes::ROUTES;
use crate::access::things::{PAGE, Things};

/// Who asks at the same time.
const CLIENTS: usize = 4;
/// Endpoints that take no body: whatever comes is not read.
const READ_NONE: [&str; 7] = [
    "/api/v1/console/workflows/:workflow_id/validate",
    "/api/v1/console/workflows/:workflow_id/publish",
    "/api/v1/console/workflows/:workflow_id/unpublish",
    "/api/v1/console/agents/:agent_id/conversations/:conversation_id/stream-ticket",
    "/auth/token",
    "/ops/outbox/:message_id/retry",
    "/ops/sweep",
];

/// An application that nobody else watches.
fn app() -> Arc<App> {
    Arc::new(App::start(Setup { private_webhooks: true, ..Setup::default() }))
}

/// Somebody who means well is served.
#[track_caller]
fn serves(app: &Arc<App>) {
    let team = app.team();
    let flow = team.has_published(&flows::notice());
    team.has_an_account();
    team.triggers(&flow, &a_phone()).expect(201);
}

/// Endpoints that take a body, with the methods that do.
fn endpoints() -> Vec<(&'static str, &'static str, Guard)> {
    let all = ROUTES.iter().flat_map(|(route, methods)| {
        methods.iter().map(|(method, guard)| (*route, *method, *guard))
    });
    let takes_a_body = |(route, method, guard): &(&str, &str, Guard)| {
        let deletes_one = *method == "DELETE" && route.starts_with("/conversations/");
        // Twilio's forms have a test of their own.
        *guard != Guard::SignedForm
            && *guard != Guard::Nothing
            && (["POST", "PUT", "PATCH"].contains(method) || deletes_one)
    };
    all.filter(takes_a_body).collect()
}

/// A request with this body that is let in.
fn let_in(things: &Things, route: &str, method: &str, guard: Guard, body: Vec<u8>) -> Request {
    let path = things.path(route);
    let request = match guard {
        Guard::Signature => {
            let signed = signature(&things.account.app_secret, &body);
            things.team.app.client.post(&path).header("x-hub-signature-256", &signed)
        }
        Guard::Operator => things.team.app.ops(method, &path),
        Guard::Visitor => {
            let request = things.team.app.client.request(method, &path);
            request.header("origin", PAGE).bearer(&things.visitor)
        }
        _ => things.request(guard, method, &path),
    };
    request.header("content-type", "application/json").body(body)
}

/// Does something with each item, some at the same time.
fn each<T: Sync>(items: &[T], ask: impl Fn(&T, &mut Findings) + Sync) -> Findings {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut findings = Findings::default();
        while let Some(item) = items.get(next.fetch_add(1, Relaxed)) {
            ask(item, &mut findings);
        }
        findings
    };
    let mut all = Findings::default();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(work)).collect();
        threads.into_iter().for_each(|thread| all.add(thread.join().expect("a client")));
    });
    all
}

fn framed(request: &Request, bytes: usize) -> black_box::Answer {
    request.send_while_reading(&format!("content-length: {bytes}"))
}

#[test]
fn every_endpoint_refuses_every_hostile_body_and_goes_on() {
    let app = app();
    let things = Things::of(&app, |_| {});
    let bodies = bodies::all();
    let findings = each(&endpoints(), |(route, method, guard), findings| {
        for body in &bodies {
            let request = let_in(&things, route, method, *guard, body.bytes.clone());
            let answer = framed(&request, body.bytes.len());
            // WhatsApp's payloads may be longer.
            let may_succeed = body.is_json || READ_NONE.contains(route);
            findings.look(&format!("{method} {}", body.name), route, &answer, may_succeed);
            let above = body.bytes.len() > bodies::LIMIT && !READ_NONE.contains(route);
            if above && *guard != Guard::Signature && answer.status != 413 {
                findings.look("too long, and no 413", "", &answer, false);
            }
        }
    });
    println!("{} hostile bodies", findings.asked);
    findings.are_none();
    assert!(findings.asked >= 1_800, "{}", findings.asked);
    nothing_failed(&app);
    serves(&app);
}

#[test]
fn every_value_of_a_right_body_may_be_hostile() {
    let app = app();
    let things = Things::of(&app, |_| {});
    let values = bodies::values();
    let findings = each(&endpoints(), |(route, method, guard), findings| {
        let Some(right) = right_body(&things, route) else { return };
        for place in bodies::places(&right) {
            for (name, value) in &values {
                let mut body = right.clone();
                *body.pointer_mut(&place).expect("a place of it") = value.clone();
                let bytes = body.to_string().into_bytes();
                let length = bytes.len();
                let answer = framed(&let_in(&things, route, method, *guard, bytes), length);
                findings.look(&format!("{method} {name} at {place}"), route, &answer, true);
            }
        }
    });
    println!("{} hostile values", findings.asked);
    findings.are_none();
    assert!(findings.asked >= 1_500, "{}", findings.asked);
    nothing_failed(&app);
    serves(&app);
}

#[test]
fn a_form_of_twilios_may_be_hostile() {
    let app = app();
    let things = Things::of(&app, |_| {});
    let line = &things.line;
    let mut findings = Findings::default();
    let texts = ["\0", "\u{202e}\u{fffe}", "%zz%ff", "1e999999", "-1", ""];
    let texts =
        texts.map(str::to_owned).into_iter().chain(["9".repeat(30_000), "😀".repeat(4_000)]);
    for text in texts {
        for what in ["voice", "status", "messages"] {
            let right = match what {
                "messages" => TelephonyWebhook::text(&a_phone(), &line.number, "hello"),
                _ => TelephonyWebhook::call(&a_phone(), &line.number),
            };
            let fields = ["CallSid", "MessageSid", "From", "To", "Body", "Digits", "SpeechResult"];
            let fields = fields.into_iter().chain(["CallStatus", "Confidence", "NumMedia"]);
            for field in fields.chain(["CallDuration", "Direction", "MediaUrl0"]) {
                let answer = line.request(what, &right.clone().with(field, &text)).send();
                let short: String = text.chars().take(10).collect();
                findings.look(&format!("{field} {short:?}"), "/channels/telephony", &answer, true);
            }
        }
    }
    for body in bodies::all() {
        for what in ["voice", "status", "messages"] {
            let path = format!("/channels/telephony/{}/{what}", line.number);
            let post = app.client.post(&path).header("x-twilio-signature", "none");
            let post = post.header("content-type", "application/x-www-form-urlencoded");
            let answer = framed(&post.body(body.bytes.clone()), body.bytes.len());
            findings.look(body.name, "/channels/telephony", &answer, false);
        }
    }
    println!("{} hostile forms", findings.asked);
    findings.are_none();
    nothing_failed(&app);
    serves(&app);
}

/// What an endpoint takes, with all that may be in it.
fn right_body(things: &Things, route: &str) -> Option<Value> {
    let phone = a_phone();
    let workflow = || {
        let mut workflow = flows::shop();
        workflow["graph"] = flows::question()["graph"].clone();
        workflow["settings"] = json!({"session_ttl_minutes": 30, "fixed_reply": "Later."});
        workflow
    };
    let named = |part: &str| things.named(route, part);
    let body = match route {
        "/api/v1/console/workflows" | "/api/v1/console/workflows/:workflow_id" => workflow(),
        "/api/v1/console/workflows/:workflow_id/simulate" => json!({
            "definition": flows::question(), "now": "2026-05-07T08:14:23Z",
            "event": {"type": "message", "kind": "text", "text": "hello", "payload": "yes"},
            "context": {"what": "tea"}, "contact": {"name": "Ana", "tags": ["vip"]},
        }),
        "/api/v1/console/workflows/clone" => json!({"source_workflow_id": named(":workflow_id")}),
        "/api/v1/console/agents" => json!({
            "workflow_id": named(":workflow_id"), "name": "Ana", "description": "Sells tea",
        }),
        "/api/v1/console/agents/:agent_id" => json!({"name": "Ana", "description": "Sells tea"}),
        "/api/v1/console/agents/:agent_id/knowledge_bases" => {
            json!({"type": "text", "name": "Hours", "content": "9 to 17", "description": "When"})
        }
        "/api/v1/console/agents/:agent_id/conversations/messages" => json!({
            "channel_type": "webchat", "channel_user_id": "0197aef0-0000-4000-8000-000000000001",
            "channel_username": "Ana", "is_test_channel": true, "message": "hello",
        }),
        "/api/v1/console/agents/:agent_id/conversations/:conversation_id/messages" => {
            json!({"message": "hello", "role": "user"})
        }
        "/api/v1/webhooks" | "/webhook" => {
            json!({"url": "http://127.0.0.1:1/hook", "events": ["message.received"]})
        }
        "/api/v1/actions/create-contact" => json!({
            "phone": phone, "name": "Ana", "email": "ana@example.com", "tags": "vip",
            "metadata": {"size": "XL"},
        }),
        "/api/v1/actions/search-contacts" => json!({"phone": phone, "name": "Ana", "tags": "vip"}),
        "/api/v1/actions/send-text-message" => json!({"phone": phone, "message": "hello"}),
        "/api/v1/actions/send-template-message" => {
            json!({"phone": phone, "template_id": "1", "variables": {"1": "a"}})
        }
        "/sendMessage" => json!({"conversationId": named(":id"), "message": "hello"}),
        "/getMessages" => json!({"conversationId": named(":id"), "limit": 10}),
        "/customers" => json!({"phoneNumberId": phone, "customerName": "Ana", "tags": ["vip"]}),
        "/conversations" => json!({"phoneNumberId": things.account.id, "limit": 10, "page": 1}),
        "/conversation/tags" => json!({"name": "vip", "color": "#ff0000"}),
        "/ops/keys" => json!({"team": things.team.name, "name": "a", "scopes": ["actions"]}),
        "/ops/channels" => things.account.registration(),
        "/channels/webchat/:account/messages" => {
            json!({"id": "0197aef0-0000-4000-8000-000000000002", "text": "hello", "payload": "yes"})
        }
        "/channels/whatsapp/:account/webhook" => {
            let message = Inbound::text(&phone, "hello").answering("wamid.1");
            let status = Status::new("wamid.2", "failed", &phone).error(131_026, "No");
            let webhook = Webhook::new(&things.account.id).message(&message).status(&status);
            serde_json::from_slice(&webhook.body()).expect("JSON")
        }
        _ => return things.body(route),
    };
    Some(body)
}
