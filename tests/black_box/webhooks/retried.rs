//! Receivers that are down, or gone: the components' clock is moved, nobody waits.

use std::sync::Arc;
use std::time::Duration;

use black_box::{Account, App, Setup, Team, a_phone, flows};
use serde_json::{Value, json};
use stand_in::{Answer, Inbound};

use super::{Hook, WEBHOOKS};

const MINUTE: Duration = Duration::from_secs(60);

fn team() -> (Team, Account, Hook) {
    let setup = Setup { private_webhooks: true, ..Setup::default() };
    let (team, account) = Arc::new(App::start(setup)).account_answered_by(&flows::echo());
    let hook = Hook::new(&team, &json!(["message.received", "flow.expired"]));
    (team, account, hook)
}

/// The first notice of a conversation, once it has failed so often.
fn failed(app: &App, conversation: &str, tries: u64) -> Value {
    let found = app.wait_for_conversation(conversation, "a notice that failed", |found| {
        found["notices"][0]["tries"] == tries && found["notices"][0]["state"] == "queued"
    });
    found["notices"][0].clone()
}

#[test]
fn a_receiver_that_was_down_is_told_afterwards_under_the_same_id() {
    let (team, account, hook) = team();
    let app = &team.app;
    let phone = a_phone();
    let redirect = Answer::Verbatim {
        status: 302,
        headers: vec![("location".to_owned(), app.address("/http/elsewhere"))],
        body: String::new(),
    };
    app.is_answered(&hook.path, [Answer::json(503, &json!({})), redirect, Answer::Close]);
    account.receives(&Inbound::text(&phone, "hello"));
    let conversation = account.conversation_with(&phone);
    for (tries, minutes) in [(1, 1), (2, 2), (3, 7)] {
        let notice = failed(app, &conversation, tries);
        assert_eq!(notice["event"], "message.received");
        // No secret is stored here, nor what the message says.
        assert!(!notice.to_string().contains("whsec_") && !notice.to_string().contains("hello"));
        app.pass(minutes * MINUTE + MINUTE);
        app.sweep();
    }
    app.settled(&conversation);
    let told = hook.told(app);
    assert_eq!(told.len(), 4);
    assert!(told.iter().all(|again| again["id"] == told[0]["id"]), "{told:#?}");
    assert!(app.calls_of("/http/elsewhere").is_empty(), "a redirect is not followed");
    // The contact was answered at once.
    assert_eq!(app.sent_to(&phone).len(), 1);
}

#[test]
fn a_session_that_expires_is_told_by_the_sweep() {
    let (team, account, hook) = team();
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "hello"));
    hook.waits_for(&team.app, 1);
    team.app.settled(&account.conversation_with(&phone));
    team.app.pass(32 * MINUTE);
    team.app.sweep();
    let told = hook.waits_for_event(&team.app, "flow.expired");
    assert_eq!(told["session"]["status"], "expired", "{told:#}");
    assert_eq!(told["session"]["contact_phone"], phone);
}

#[test]
fn a_receiver_that_says_that_it_is_gone_is_disabled() {
    let (team, account, hook) = team();
    team.app.is_answered(&hook.path, [Answer::json(410, &json!({}))]);
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "hello"));
    hook.waits_for(&team.app, 1);
    team.app.settled(&account.conversation_with(&phone));
    let shown = team.request("GET", &format!("{WEBHOOKS}/{}", hook.id)).send().expect(200);
    assert_eq!(
        (&shown["enabled"], &shown["disabled_reason"]),
        (&json!(false), &json!("it answered 410 Gone"))
    );
    assert!(shown["disabled_at"].is_string());
    account.receives(&Inbound::text(&phone, "again"));
    team.app.wait_for_sent_to(&phone, 2);
    team.app.settled(&account.conversation_with(&phone));
    assert_eq!(hook.told(&team.app).len(), 1);
}
