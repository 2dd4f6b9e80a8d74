//! STOP and START: who wants no messages gets none, on any surface.

use std::sync::Arc;
use std::time::Duration;

use black_box::{Account, App, Setup, Team, a_phone, flows};
use serde_json::{Value, json};
use stand_in::Inbound;

const OUT: &str = "You will receive no more messages from us. Answer START to receive them again.";
const IN: &str = "You will receive messages from us again. Answer STOP to receive no more.";

fn says(account: &Account, phone: &str, text: &str) {
    account.receives(&Inbound::text(phone, text));
    account.app.settled(&account.conversation_with(phone));
}

#[track_caller]
fn is_refused(team: &Team, account: &Account, workflow: &str, phone: &str) {
    let refused = json!({"error": "Contact has opted out of messages"});
    team.triggers(workflow, phone).is(422, &refused);
    assert_eq!(team.triggers_on(account, workflow, phone).status, 400);
}

#[test]
fn who_says_stop_is_told_so_once_and_sent_nothing_more_until_start() {
    let (team, account) = App::shared().account_answered_by(&flows::shop());
    let (question, notice) =
        (team.has_published(&flows::question()), team.has_published(&flows::notice()));
    let phone = a_phone();
    team.triggers(&question, &phone).expect(201);
    team.app.wait_for_sent_to(&phone, 1);

    let stop = account.delivery_of(&Inbound::text(&phone, " Stop! "));
    for _ in 0..3 {
        stop.send().is(200, &json!({}));
    }

    let ended = team.app.settled(&account.conversation_with(&phone));
    let session = &ended["sessions"][0];
    assert_eq!(
        (&session["status"], &session["outcome"]),
        (&json!("completed"), &json!("opted_out"))
    );
    assert_eq!(team.app.texts_to(&phone, 2), ["question", OUT]);
    is_refused(&team, &account, &notice, &phone);
    is_refused(&team, &account, &question, &phone);

    says(&account, &phone, "start");
    assert_eq!(team.app.texts_to(&phone, 3)[2], IN);
    team.triggers(&notice, &phone).expect(201);
    assert_eq!(team.app.texts_to(&phone, 4)[3], "notice");
    team.app.settled(&account.conversation_with(&phone));

    // Delivered once more, it is an old word.
    stop.send().is(200, &json!({}));
    team.triggers(&notice, &phone).expect(201);
    assert_eq!(team.app.texts_to(&phone, 5)[4], "notice");
    team.triggers_on(&account, &question, &phone).expect(200);
    assert_eq!(team.app.texts_to(&phone, 6)[5], "question");
}

#[test]
fn a_trigger_with_a_phone_does_not_opt_in_who_stopped() {
    let (team, account) = App::shared().account_answered_by(&flows::shop());
    let notice = team.has_published(&flows::notice());
    let phone = a_phone();
    says(&account, &phone, "UNSUBSCRIBE");
    for _ in 0..2 {
        is_refused(&team, &account, &notice, &phone);
    }
    assert_eq!(team.app.texts_to(&phone, 1), [OUT]);
}

#[test]
fn who_stopped_is_still_answered_what_it_asks() {
    let (team, account) = App::shared().account_answered_by(&flows::shop());
    let phone = a_phone();
    says(&account, &phone, "stop");
    says(&account, &phone, "When are you open?");
    assert_eq!(team.app.texts_to(&phone, 2), [OUT, "9 to 17."]);
    let notice = team.has_published(&flows::notice());
    is_refused(&team, &account, &notice, &phone);
}

#[test]
fn cancel_is_an_answer_where_a_question_waits_and_else_a_stop() {
    let (team, account) = App::shared().account_answered_by(&flows::echo());
    let phone = a_phone();
    says(&account, &phone, "hello");
    says(&account, &phone, "cancel");
    assert_eq!(team.app.texts_to(&phone, 2), ["What is it?", "You wrote: cancel"]);
    // STOP is one everywhere.
    says(&account, &phone, "stop");
    assert_eq!(team.app.texts_to(&phone, 3)[2], OUT);

    let (team, account) = App::shared().account_answered_by(&flows::shop());
    let phone = a_phone();
    says(&account, &phone, "cancel");
    assert_eq!(team.app.texts_to(&phone, 1), [OUT]);
}

#[test]
fn a_stop_on_one_account_counts_for_all_of_the_team_and_for_no_other_team() {
    let app = Arc::new(App::start(Setup::default()));
    let (team, other) = (app.team(), app.team());
    let cart = team.has_published(&flows::abandoned_cart());
    let (first, second) = (team.has_an_account(), team.has_an_account());
    let theirs = other.has_published(&flows::notice());
    other.has_an_account();
    let phone = a_phone();
    let context = json!({"cart_id": "1", "cart_total": "5"});
    team.trigger(&json!({"flow_id": cart, "phone": phone, "context": context})).send().expect(201);
    app.wait_for_sent_to(&phone, 1);
    let conversation = first.conversation_with(&phone);
    app.settled(&conversation);

    says(&second, &phone, "stop");
    assert_eq!(app.texts_to(&phone, 2)[1], OUT);
    // The reminder of the session that waits on the first account.
    app.pass(Duration::from_secs(12 * 60));
    app.sweep();

    let after = app.settled(&conversation);
    assert_eq!(after["sessions"][0]["outcome"], "opted_out", "{after:#}");
    assert_eq!(after["messages"].as_array().map(Vec::len), Some(1), "{after:#}");
    assert_eq!(app.sent_to(&phone).len(), 2);
    is_refused(&team, &first, &cart, &phone);
    other.triggers(&theirs, &phone).expect(201);
    assert_eq!(app.texts_to(&phone, 3)[2], "notice");
}

#[test]
fn a_consent_node_does_what_the_words_do() {
    let graph = |action: &str, text: &str| {
        json!({
            "entry": "consent",
            "nodes": [
                {"id": "consent", "type": "consent", "action": action, "text": text},
                {"id": "end", "type": "end", "outcome": action},
            ],
            "edges": [{"from": "consent", "to": "end"}],
        })
    };
    let team = App::shared().team();
    let out = team.has_published(&flows::with_graph("Out", &graph("opt_out", "Goodbye.")));
    let back = team.has_published(&flows::with_graph("Back", &graph("opt_in", "Welcome back.")));
    let notice = team.has_published(&flows::notice());
    let leaving = team.has_an_account_answered_by(&out);
    let phone = a_phone();

    says(&leaving, &phone, "no more please");
    assert_eq!(team.app.texts_to(&phone, 1), ["Goodbye."], "the farewell is sent");
    is_refused(&team, &leaving, &notice, &phone);

    let coming = team.has_an_account_answered_by(&back);
    says(&coming, &phone, "I changed my mind");
    assert_eq!(team.app.texts_to(&phone, 2)[1], "Welcome back.");
    let id = leaving.conversation_with(&phone);
    team.triggers(&notice, &phone).expect(201);
    assert_eq!(team.app.texts_to(&phone, 3)[2], "notice");
    assert_ne!(team.app.settled(&id)["sessions"], Value::Null);
}
