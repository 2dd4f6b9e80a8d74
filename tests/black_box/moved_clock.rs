//! What time does to messages and credentials: the components' clock is moved, nobody waits.

use std::sync::Arc;
use std::time::Duration;

use black_box::{Account, App, Request, Setup, Team, a_phone, flows};
use serde_json::{Value, json};
use stand_in::{Answer, Inbound, Webhook};
use tempfile::TempDir;

use crate::inbox::inbox;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An application of its own: its clock is its own.
fn team_with(definition: &Value) -> (Team, Account, String) {
    let team = Arc::new(App::start(Setup::default())).team();
    let flow = team.has_published(definition);
    let account = team.has_an_account_answered_by(&flow);
    (team, account, flow)
}

fn triggers_the_cart(team: &Team, flow: &str, phone: &str) -> Value {
    let context = json!({"cart_id": "9", "cart_total": "129.00"});
    let body = json!({"flow_id": flow, "phone": phone, "context": context});
    let started = team.trigger(&body).send().expect(201);
    team.app.wait_for_sent_to(phone, 1);
    started
}

fn texts(team: &Team, phone: &str) -> Vec<String> {
    team.app.sent_to(phone).iter().map(|message| message.text().to_owned()).collect()
}

fn session(team: &Team, account: &Account, phone: &str) -> (Value, Value) {
    let conversation = team.app.settled(&account.conversation_with(phone));
    let session = &conversation["sessions"][0];
    (session["status"].clone(), session["outcome"].clone())
}

#[test]
fn a_late_answer_comes_after_the_timeout_even_if_nobody_swept() {
    let (team, account, flow) = team_with(&flows::abandoned_cart());
    let phone = a_phone();
    triggers_the_cart(&team, &flow, &phone);

    team.app.pass(11 * MINUTE);
    account.receives(&Inbound::quick_reply(&phone, "finish", "Finish my order"));

    let sent = team.app.wait_for_sent_to(&phone, 3);
    assert_eq!(sent[1].text(), "abandoned_cart_reminder");
    assert!(sent[2].text().starts_with("Good choice!"));
    assert_eq!(session(&team, &account, &phone), (json!("completed"), json!("recovered")));
}

#[test]
fn what_was_being_sent_in_a_crash_is_taken_over_when_its_lease_has_ended() {
    let graph = json!({
        "entry": "first",
        "nodes": [
            {"id": "first", "type": "message", "text": "first"},
            {"id": "second", "type": "message", "text": "second"},
        ],
        "edges": [{"from": "first", "to": "second"}],
    });
    let state = TempDir::new().expect("a temporary folder");
    let setup =
        |ahead| Setup { state_dir: Some(state.path().to_owned()), ahead, ..Setup::default() };
    let app = Arc::new(App::start(setup(Duration::ZERO)));
    let team = app.team();
    let flow = team.has_published(&flows::with_graph("Two", &graph));
    let account = team.has_an_account_answered_by(&flow);
    let phone = a_phone();
    let conversation = account.conversation_with(&phone);
    // The first is taken by WhatsApp, whose answer never comes; then all ends.
    app.provider_answers(&phone, [Answer::Hang]);
    account.receives(&Inbound::text(&phone, "hi"));
    assert_eq!(app.wait_for_sent_to(&phone, 1)[0].text(), "first");
    drop((team, account));
    Arc::into_inner(app).expect("nobody else has it").crash();

    let app = App::start(setup(100 * SECOND));
    app.sweep();
    let held = app.conversation(&conversation);
    assert_eq!(held["outbox"].as_array().map(Vec::len), Some(2), "{held:#}");
    assert_eq!(app.sent_to(&phone).len(), 0, "its lease may still run");
    // 90 s and 60 s for clocks that differ, and up to a minute, since sweeps look by the minute.
    app.pass(2 * MINUTE);
    app.sweep();

    // The window of G3: the first is sent again, since its answer never reached the store. Nothing is lost.
    app.wait_for_sent_to(&phone, 2);
    let after = app.settled(&conversation);
    let sent: Vec<_> = app.sent_to(&phone).iter().map(|m| m.text().to_owned()).collect();
    assert_eq!(sent, ["first", "second"]);
    let statuses =
        after["messages"].as_array().expect("messages").iter().map(|m| m["status"].clone());
    assert_eq!(statuses.collect::<Vec<_>>(), ["received", "sent", "sent"]);
    app.pass(10 * MINUTE);
    app.sweep();
    assert_eq!(app.sent_to(&phone).len(), 2);
}

#[test]
fn what_was_refused_for_now_is_tried_again_and_in_the_end_fails() {
    let (team, account, flow) = team_with(&flows::notice());
    let (lucky, unlucky) = (a_phone(), a_phone());
    team.app.provider_answers(&lucky, vec![Answer::refuse(400, 131_016, "slower"); 2]);
    team.app.provider_answers(&unlucky, vec![Answer::refuse(400, 131_016, "slower"); 20]);
    for phone in [&lucky, &unlucky] {
        team.triggers(&flow, phone).expect(201);
    }

    for tries in 1..=7 {
        let sent = team.app.wait_for_sent_to(&unlucky, tries);
        assert_eq!(sent.len(), tries);
        let id = account.conversation_with(&unlucky);
        team.app.wait_for_conversation(&id, "a settled try", |conversation| {
            conversation["outbox"][0]["state"] != "sending"
        });
        // The longest wait, and the most that is added to it.
        team.app.pass(5 * HOUR + 2 * MINUTE);
        team.app.sweep();
    }

    let failed = team.app.settled(&account.conversation_with(&unlucky));
    assert_eq!(failed["messages"][0]["status"], "failed");
    assert_eq!(failed["messages"][0]["error"]["code"], "131016");
    assert_eq!(team.app.sent_to(&unlucky).len(), 7);
    let sent = team.app.settled(&account.conversation_with(&lucky));
    assert_eq!(sent["messages"][0]["status"], "sent");
    assert_eq!(team.app.sent_to(&lucky).len(), 3);
}

#[test]
fn what_nobody_answered_for_is_sent_again_after_five_minutes() {
    let (team, account, flow) = team_with(&flows::notice());
    let phone = a_phone();
    team.app.provider_answers(&phone, [Answer::Close]);
    team.triggers(&flow, &phone).expect(201);
    let id = account.conversation_with(&phone);
    team.app.wait_for_conversation(&id, "an unknown outcome", |conversation| {
        conversation["outbox"][0]["state"] == "unknown"
    });

    team.app.pass(4 * MINUTE);
    team.app.sweep();
    assert_eq!(team.app.sent_to(&phone).len(), 1);
    team.app.pass(2 * MINUTE);
    team.app.sweep();

    assert_eq!(team.app.settled(&id)["messages"][0]["status"], "sent");
    let sent = team.app.sent_to(&phone);
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].callback_data(), sent[1].callback_data());
}

#[test]
fn what_a_stopped_channel_held_back_goes_when_its_credentials_are_replaced() {
    let (team, account, flow) = team_with(&flows::notice());
    let phone = a_phone();
    team.app.provider_answers(&phone, [Answer::refuse(401, 190, "expired")]);
    team.triggers(&flow, &phone).expect(201);
    let id = account.conversation_with(&phone);
    team.app.wait_for_conversation(&id, "a message kept back", |conversation| {
        conversation["outbox"][0]["state"] == "queued"
    });

    team.app.pass(6 * MINUTE);
    team.app.sweep();
    assert_eq!(team.app.sent_to(&phone).len(), 1, "it is still stopped");
    team.app.ops("POST", "/ops/channels").json(&account.registration()).send().expect(201);
    team.app.pass(6 * MINUTE);
    team.app.sweep();

    assert_eq!(team.app.settled(&id)["messages"][0]["status"], "sent");
}

#[test]
fn a_text_that_a_timeout_says_after_24_hours_fails() {
    let graph = json!({
        "entry": "ask",
        "nodes": [
            {"id": "ask", "type": "ask", "text": "Still there?", "timeout": 25 * 60},
            {"id": "bye", "type": "message", "text": "Bye."},
        ],
        "edges": [{"from": "ask", "to": "bye"}, {"from": "ask", "port": "timeout", "to": "bye"}],
    });
    let (team, account, _) = team_with(&flows::with_graph("Patient", &graph));
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "hi"));
    team.app.wait_for_sent_to(&phone, 1);

    team.app.pass(DAY + 2 * HOUR);
    team.app.sweep();

    let conversation = team.app.settled(&account.conversation_with(&phone));
    assert_eq!(conversation["messages"][2]["error"]["code"], "131047", "{conversation:#}");
    assert_eq!(texts(&team, &phone), ["Still there?"]);
}

#[test]
fn a_message_delivered_again_after_seven_days_is_no_step() {
    // Kept for a person and not answered: the steps are what is counted here.
    let account = Arc::new(App::start(Setup::default())).team().has_an_account();
    let phone = a_phone();
    let conversation = account.conversation_with(&phone);
    let delivery = account.delivery_of(&Inbound::text(&phone, "hello"));
    delivery.send().expect(200);
    // Others come in between, so many that its id moves to a page.
    let others = (0..1_300).map(|n| Inbound::text(&phone, &format!("message {n}")));
    let webhook = Webhook::new(&account.id);
    let webhook = others.fold(webhook, |webhook, message| webhook.message(&message));
    account.webhook(&webhook.body()).send().expect(200);
    let before = account.app.conversation(&conversation);
    assert_eq!(before["sequence"], 1_301);
    assert!(before["seen"]["last_page"].is_number(), "its id is in a page");

    account.app.pass(7 * DAY);
    delivery.send().expect(200);

    assert_eq!(account.app.conversation(&conversation)["sequence"], 1_301);
}

#[test]
fn credentials_end_at_their_time() {
    let team = Arc::new(App::start(Setup::default())).team();
    let account = team.has_an_account();
    let flow = team.has_published(&flows::notice());
    let post = team.app.client.post("/auth/token").header("x-api-key", &team.key);
    let token = post.send().expect(200)["accessToken"].as_str().expect("a token").to_owned();
    let trigger = || {
        let path = format!("/workflows/{flow}/trigger");
        let phone = a_phone();
        let body = json!({"phoneNumberId": account.id, "customerPhoneNumberId": phone});
        let post = team.app.client.post(&path).header("x-api-key", &team.key).json(&body);
        post.header("cookie", &format!("accessToken={token}")).send()
    };

    team.app.pass(59 * MINUTE);
    trigger().expect(200);
    team.app.pass(2 * MINUTE);
    let ended = "The accessToken is wrong or has expired: POST /auth/token gives a new one.";
    trigger().is(401, &json!({"error": "Unauthorized", "message": ended}));
}

#[test]
fn a_write_that_comes_again_when_its_answer_is_not_kept_any_more_undoes_nothing() {
    let team = Arc::new(App::start(Setup::default())).team();
    let phone = a_phone();
    let action = |name: &str, mut body: Value| {
        body["phone"] = json!(phone);
        team.action(name, &body)
    };
    let put = |name: &str| {
        let body = json!({"phoneNumberId": phone, "customerName": name});
        inbox(&team, "PUT", "/customers").json(&body)
    };
    // Each as it comes twice, and with another body.
    let writes = || {
        let created = |name: &str| action("create-contact", json!({"name": name, "tags": "old"}));
        let updated = |email: &str| action("update-contact", json!({"email": email}));
        let added = |tag: &str| action("add-tag", json!({"tag": tag}));
        let removed = |tag: &str| action("remove-tag", json!({"tag": tag}));
        [
            (created("Ana"), created("Eve"), 201),
            (updated("ana@example.com"), updated("eve@example.com"), 200),
            (added("vip"), added("eve"), 200),
            (removed("old"), removed("eve"), 200),
            (put("Ana D."), put("Eve"), 200),
        ]
    };
    let send =
        |n: usize, request: Request| request.header("idempotency-key", &format!("key {n}")).send();
    for (n, (write, _, status)) in writes().into_iter().enumerate() {
        send(n, write).expect(status);
    }
    let others = json!({"name": "Bea", "email": "bea@example.com", "tags": "old"});
    action("update-contact", others).send().expect(200);
    let contact = || action("get-contact", json!({})).send().expect(200);
    let before = contact();

    team.app.pass(DAY + HOUR);
    for (n, (write, other, status)) in writes().into_iter().enumerate() {
        send(n, other).expect(409);
        send(n, write).expect(status);
    }

    assert_eq!(contact(), before);
}
