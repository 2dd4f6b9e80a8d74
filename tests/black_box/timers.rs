//! What happens when nobody does anything: by a clock that is moved on, and a sweep.

use std::sync::Arc;
use std::time::Duration;

use black_box::{Account, App, Setup, Team, a_phone, flows};
use serde_json::{Value, json};

const MINUTE: Duration = Duration::from_secs(60);

/// An application of its own: its clock is moved on.
fn shop(definition: &Value) -> (Team, Account, String) {
    let team = Arc::new(App::start(Setup::default())).team();
    let flow = team.has_published(definition);
    let account = team.has_an_account();
    (team, account, flow)
}

/// Triggers the flow of the example for a contact.
fn cart(team: &Team, flow: &str, phone: &str) {
    let context = json!({"cart_id": "7", "cart_total": "129.00"});
    team.trigger(&json!({"flow_id": flow, "phone": phone, "context": context})).send().expect(201);
}

fn sweep(app: &App) -> Value {
    app.ops("POST", "/ops/sweep").send().expect(200)
}

#[test]
fn a_question_that_nobody_answers_leaves_by_its_timeout() {
    let (team, account, flow) = shop(&flows::abandoned_cart());
    let phone = a_phone();
    cart(&team, &flow, &phone);
    team.app.wait_for_sent_to(&phone, 1);
    let conversation = account.conversation_with(&phone);
    team.app.settled(&conversation);

    team.app.pass(9 * MINUTE);
    sweep(&team.app);
    assert_eq!(team.app.conversation(&conversation)["sessions"][0]["state"]["node"], "open");

    team.app.pass(2 * MINUTE);
    assert_eq!(sweep(&team.app)["fired"], 1);
    let sent = team.app.wait_for_sent_to(&phone, 2);
    assert_eq!(sent[1].text(), "abandoned_cart_reminder");

    team.app.pass(62 * MINUTE);
    assert_eq!(sweep(&team.app)["fired"], 1);
    let session = team.app.settled(&conversation)["sessions"][0].clone();
    assert_eq!(
        (&session["status"], &session["outcome"]),
        (&json!("completed"), &json!("no_answer"))
    );
    assert_eq!(team.app.sent_to(&phone).len(), 2);
}

#[test]
fn two_sweeps_at_once_fire_a_timer_once() {
    let (team, account, flow) = shop(&flows::abandoned_cart());
    let phone = a_phone();
    cart(&team, &flow, &phone);
    team.app.settled(&account.conversation_with(&phone));
    team.app.pass(12 * MINUTE);

    let answers = team.app.ops("POST", "/ops/sweep").send_at_once(8);

    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    team.app.settled(&account.conversation_with(&phone));
    let texts: Vec<String> =
        team.app.sent_to(&phone).iter().map(|message| message.text().to_owned()).collect();
    assert_eq!(texts, ["abandoned_cart", "abandoned_cart_reminder"]);
}

#[test]
fn a_session_without_a_timer_expires_after_its_time_to_live() {
    let (team, account, flow) = shop(&flows::echo());
    let phone = a_phone();
    team.triggers(&flow, &phone).expect(201);
    let conversation = account.conversation_with(&phone);

    team.app.pass(29 * MINUTE);
    sweep(&team.app);
    assert_eq!(team.app.conversation(&conversation)["sessions"][0]["status"], "running");

    team.app.pass(2 * MINUTE);
    sweep(&team.app);
    assert_eq!(team.app.conversation(&conversation)["sessions"][0]["status"], "expired");
    // And can be started again.
    assert_eq!(team.triggers(&flow, &phone).expect(201)["status"], "started");
}

#[test]
fn what_is_due_is_done_when_the_conversation_is_touched_even_without_a_sweep() {
    let (team, account, flow) = shop(&flows::echo());
    let phone = a_phone();
    let first = team.triggers(&flow, &phone).expect(201);
    team.app.pass(31 * MINUTE);

    let again = team.triggers(&flow, &phone).expect(201);

    assert_ne!(again["id"], first["id"]);
    let sessions = team.app.conversation(&account.conversation_with(&phone))["sessions"].clone();
    assert_eq!(sessions[0]["status"], "expired");
    assert_eq!(sessions[1]["status"], "running");
}
