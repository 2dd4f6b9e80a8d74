//! `wait`: a session that rests until its time has come.

use std::sync::Arc;
use std::time::Duration;

use black_box::{Account, App, Setup, a_phone, flows};
use serde_json::json;
use stand_in::Inbound;

const MINUTE: Duration = Duration::from_secs(60);

/// The shop, whose graph says something, waits, and says something else. An application of its own: its clock is moved.
fn shop_that_waits() -> (Arc<App>, Account) {
    let mut workflow = flows::shop();
    workflow["graph"] = json!({
        "entry": "now",
        "nodes": [
            {"id": "now", "type": "message", "text": "Wait."},
            {"id": "wait", "type": "wait", "minutes": 10},
            {"id": "then", "type": "message", "text": "Here it is."},
        ],
        "edges": [{"from": "now", "to": "wait"}, {"from": "wait", "to": "then"}],
    });
    let app = Arc::new(App::start(Setup::default()));
    let (_, account) = app.account_answered_by(&workflow);
    (app, account)
}

#[test]
fn a_wait_ends_by_the_sweep_and_not_before() {
    let (app, account) = shop_that_waits();
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "something"));
    assert_eq!(app.texts_to(&phone, 1), ["Wait."]);
    app.settled(&account.conversation_with(&phone));

    app.pass(9 * MINUTE);
    assert_eq!(app.sweep(), 0);
    app.pass(2 * MINUTE);
    assert_eq!(app.sweep(), 1);

    assert_eq!(app.texts_to(&phone, 2), ["Wait.", "Here it is."]);
    let after = app.settled(&account.conversation_with(&phone));
    assert_eq!(after["sessions"][0]["status"], "completed");
    assert_eq!(app.sweep(), 0);
}

#[test]
fn a_message_meanwhile_is_answered_beside_and_the_wait_goes_on() {
    let (app, account) = shop_that_waits();
    let phone = a_phone();
    let conversation = account.conversation_with(&phone);
    for text in ["something", "When are you open?", "refund", "17", "nobody knows this"] {
        account.receives(&Inbound::text(&phone, text));
        app.settled(&conversation);
    }
    let fixed = "Thank you for your message. We will get back to you as soon as we can.";
    let answers = [
        "Wait.",
        "9 to 17.",
        "We refund within 14 days.",
        "What is the number of your order?",
        "Order 17 is noted.",
        fixed,
    ];
    assert_eq!(app.texts_to(&phone, 6), answers);

    app.pass(11 * MINUTE);
    app.sweep();

    assert_eq!(app.texts_to(&phone, 7)[6], "Here it is.");
}

#[test]
fn a_message_after_its_time_finds_the_wait_ended_even_if_nobody_swept() {
    let (app, account) = shop_that_waits();
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "something"));
    app.settled(&account.conversation_with(&phone));
    app.pass(11 * MINUTE);
    account.receives(&Inbound::text(&phone, "When are you open?"));
    assert_eq!(app.texts_to(&phone, 3), ["Wait.", "Here it is.", "9 to 17."]);
}
