//! `kill -9` in the middle of a conversation: it goes on on the same state.
//!
//! The window of G3: a message whose sending was answered by WhatsApp, but killed before the answer was stored, is
//! sent again, since nobody can know. The tests wait for the answers to be stored, or allow for that window by name.

use std::path::Path;

use black_box::{Up, flows, signature, wait_for};
use conversation::{Channel, identity};
use serde_json::{Value, json};
use stand_in::{ACCESS_TOKEN, ACCOUNT, APP_SECRET, Inbound, VERIFY_TOKEN, Webhook};
use tempfile::TempDir;

const TEAM: &str = "acme";
pub(super) const PHONE: &str = "+14155550123";

pub(super) fn key(up: &Up) -> String {
    let body = json!({"team": TEAM, "name": "first key"});
    let key = up.ops("POST", "/ops/keys").json(&body).send().expect(201);
    key["key"].as_str().expect("a key").to_owned()
}

pub(super) fn workflow(up: &Up, key: &str, definition: &Value) -> String {
    let post = up.client.post("/api/v1/console/workflows").bearer(key);
    let created = post.json(definition).send().expect(201);
    created["data"]["id"].as_str().expect("an id").to_owned()
}

pub(super) fn publish(up: &Up, key: &str, flow: &str) -> Value {
    let path = format!("/api/v1/console/workflows/{flow}/publish");
    up.client.post(&path).bearer(key).send().expect(200)
}

pub(super) fn channel(up: &Up, flow: &str) {
    let credentials = json!({
        "access_token": ACCESS_TOKEN, "app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN,
    });
    let body = json!({
        "team": TEAM, "type": "whatsapp", "account": ACCOUNT, "workflow_id": flow,
        "credentials": credentials,
    });
    up.ops("POST", "/ops/channels").json(&body).send().expect(201);
}

fn trigger(up: &Up, key: &str, flow: &str, phone: &str) -> black_box::Answer {
    let context = json!({"cart_id": "987654321", "cart_total": "129.00"});
    let body = json!({"flow_id": flow, "phone": phone, "context": context});
    up.client.post("/api/v1/actions/trigger-flow").bearer(key).json(&body).send()
}

pub(super) fn deliver(up: &Up, message: &Inbound) {
    let body = Webhook::new(ACCOUNT).message(message).body();
    let post = up.client.post(&format!("/channels/whatsapp/{ACCOUNT}/webhook"));
    let post = post.header("x-hub-signature-256", &signature(APP_SECRET, &body));
    post.body(body).send().is(200, &json!({}));
}

pub(super) fn conversation(up: &Up, phone: &str) -> Value {
    let id = identity::conversation(TEAM, Channel::Whatsapp, ACCOUNT, phone);
    up.ops("GET", &format!("/ops/conversations/{id}")).send().expect(200)
}

/// Waits until WhatsApp's answers to all that was to be sent are stored.
pub(super) fn settled(up: &Up, phone: &str) -> Value {
    wait_for("an empty outbox", || {
        Some(conversation(up, phone)).filter(|found| found["outbox"] == json!([]))
    })
}

pub(super) fn sent_to(up: &Up, phone: &str) -> Vec<String> {
    let sent = up.sent().into_iter().filter(|message| message.to() == phone);
    sent.map(|message| message.text().to_owned()).collect()
}

/// A server on new state with all that the conversation needs.
fn set_up(state: &Path) -> (Up, String, String) {
    let up = Up::start(state);
    let key = key(&up);
    let flow = workflow(&up, &key, &flows::abandoned_cart());
    publish(&up, &key, &flow);
    channel(&up, &flow);
    (up, key, flow)
}

#[test]
fn killed_after_every_step_the_conversation_completes_and_nothing_is_sent_twice() {
    let state = TempDir::new().expect("a temporary folder");
    let up = Up::start(state.path());
    let key = key(&up);

    let up = up.killed_and_started_again();
    let flow = workflow(&up, &key, &flows::abandoned_cart());

    let up = up.killed_and_started_again();
    assert_eq!(publish(&up, &key, &flow)["data"]["version"], 1);

    let up = up.killed_and_started_again();
    channel(&up, &flow);

    let up = up.killed_and_started_again();
    let started = trigger(&up, &key, &flow, PHONE).expect(201);
    settled(&up, PHONE);

    let up = up.killed_and_started_again();
    let again = trigger(&up, &key, &flow, PHONE).expect(200);
    assert_eq!((&again["id"], &again["status"]), (&started["id"], &json!("already_running")));

    let up = up.killed_and_started_again();
    let answer = Inbound::text(PHONE, "Finish my order");
    deliver(&up, &answer);
    settled(&up, PHONE);

    let up = up.killed_and_started_again();
    deliver(&up, &answer);

    let up = up.killed_and_started_again();
    let conversation = settled(&up, PHONE);
    let session = &conversation["sessions"][0];
    assert_eq!(
        (&session["id"], &session["status"], &session["outcome"]),
        (&started["id"], &json!("completed"), &json!("recovered"))
    );
    let offer =
        "Good choice! We send it for free: https://shop.example/cart/987654321?code=FREESHIP";
    assert_eq!(sent_to(&up, PHONE), ["abandoned_cart", offer]);
    let log = conversation["messages"].as_array().expect("messages");
    let statuses: Vec<&Value> = log.iter().map(|message| &message["status"]).collect();
    assert_eq!(statuses, ["sent", "received", "sent"]);
}

#[test]
fn killed_at_the_moment_of_the_answer_nothing_acknowledged_is_lost() {
    let state = TempDir::new().expect("a temporary folder");
    let (mut up, key, flow) = set_up(state.path());
    let phones: Vec<String> = (0..3).map(|n| format!("+1415555{n:04}")).collect();
    for phone in &phones {
        let started = trigger(&up, &key, &flow, phone).expect(201);
        up = up.killed_and_started_again();
        let again = trigger(&up, &key, &flow, phone).expect(200);
        assert_eq!((&again["id"], &again["status"]), (&started["id"], &json!("already_running")));

        let answer = Inbound::quick_reply(phone, "finish", "Finish my order");
        deliver(&up, &answer);
        up = up.killed_and_started_again();
        deliver(&up, &answer);

        let conversation = conversation(&up, phone);
        assert_eq!(conversation["sessions"][0]["outcome"], "recovered", "{conversation:#}");
        assert_eq!(conversation["sessions"].as_array().map(Vec::len), Some(1));
        assert_eq!(conversation["messages"].as_array().map(Vec::len), Some(3), "{conversation:#}");
    }
    let unsettled: Vec<Outbound> = phones.iter().flat_map(|phone| outbound(&up, phone)).collect();

    // Leases have ended by then: 90 s, 60 s for clocks that differ, and sweeps look by the minute.
    up = up.killed_and_started_ahead(220);

    for phone in &phones {
        settled(&up, phone);
        for message in outbound(&up, phone) {
            let before = unsettled.iter().find(|before| before.callback == message.callback);
            let before = before.expect("nothing was lost, nor anything added");
            assert_eq!(message.status, "sent");
            // Once; in the window of G3 once more.
            let again = usize::from(before.status == "queued" && before.sent == 1);
            assert_eq!(message.sent, 1 + again, "{before:?} {message:?}");
        }
    }
}

/// A message of ours: what is stored of it, and how often WhatsApp got it.
#[derive(Debug)]
struct Outbound {
    callback: String,
    status: String,
    sent: usize,
}

fn outbound(up: &Up, phone: &str) -> Vec<Outbound> {
    let conversation = conversation(up, phone);
    let all = up.sent();
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    let log = conversation["messages"].as_array().expect("messages").iter();
    log.filter(|message| message["direction"] == "outbound")
        .map(|message| {
            let callback = format!("{}:{}", text(&conversation["id"]), text(&message["id"]));
            let sent = all.iter().filter(|sent| sent.callback_data() == Some(&callback)).count();
            Outbound { callback, status: text(&message["status"]), sent }
        })
        .collect()
}
