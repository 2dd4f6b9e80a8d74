//! What WhatsApp tells of messages that were sent.

use black_box::{Account, App, Team, a_phone, flows};
use serde_json::{Value, json};
use stand_in::{SentMessage, Status, Webhook};

/// A conversation in which one message was sent.
fn one_message_sent() -> (Team, Account, String, SentMessage) {
    let team = App::shared().team();
    let account = team.has_an_account();
    let flow = team.has_published(&flows::notice());
    let phone = a_phone();
    team.triggers(&flow, &phone).expect(201);
    let sent = team.app.wait_for_sent_to(&phone, 1)[0].clone();
    let conversation = account.conversation_with(&phone);
    team.app.settled(&conversation);
    (team, account, conversation, sent)
}

fn tells(account: &Account, status: &Status) {
    let webhook = Webhook::new(&account.id).status(status);
    account.webhook(&webhook.body()).send().is(200, &json!({}));
}

fn message(team: &Team, conversation: &str) -> Value {
    team.app.conversation(conversation)["messages"][0].clone()
}

#[test]
fn a_status_only_moves_forward() {
    let (team, account, conversation, sent) = one_message_sent();
    assert_eq!(message(&team, &conversation)["status"], "sent");
    assert_eq!(message(&team, &conversation)["provider_id"], json!(sent.id));

    for (told, then) in [
        ("delivered", "delivered"),
        ("sent", "delivered"),
        ("read", "read"),
        ("delivered", "read"),
        ("sent", "read"),
        ("failed", "read"),
    ] {
        tells(&account, &Status::of(&sent, told));
        assert_eq!(message(&team, &conversation)["status"], then, "after {told}");
    }
}

#[test]
fn statuses_in_one_batch_may_come_backwards() {
    let (team, account, conversation, sent) = one_message_sent();
    let mut webhook = Webhook::new(&account.id);
    for told in ["read", "sent", "delivered"] {
        webhook = webhook.status(&Status::of(&sent, told));
    }

    account.webhook(&webhook.body()).send().is(200, &json!({}));

    assert_eq!(message(&team, &conversation)["status"], "read");
}

#[test]
fn a_failure_keeps_its_code() {
    let (team, account, conversation, sent) = one_message_sent();

    tells(&account, &Status::of(&sent, "failed").error(131_026, "Message undeliverable"));

    let message = message(&team, &conversation);
    assert_eq!(message["status"], "failed");
    assert_eq!(message["error"], json!({"code": "131026", "message": "Message undeliverable"}));
}

#[test]
fn a_status_without_callback_data_is_known_by_its_message_id() {
    let (team, account, conversation, sent) = one_message_sent();
    let id = sent.id.as_deref().expect("an id");

    tells(&account, &Status::new(id, "delivered", sent.to()));

    assert_eq!(message(&team, &conversation)["status"], "delivered");
}

#[test]
fn a_status_of_a_message_that_is_not_ours_creates_nothing() {
    let (team, account, _, _) = one_message_sent();
    let phone = a_phone();

    tells(&account, &Status::new("wamid.unknown", "read", &phone));

    let path = format!("/ops/conversations/{}", account.conversation_with(&phone));
    team.app.ops("GET", &path).send().expect(404);
}

#[test]
fn another_account_cannot_change_the_status_of_our_messages() {
    let (team, _, conversation, sent) = one_message_sent();
    let other = team.app.team().has_an_account();

    tells(&other, &Status::of(&sent, "failed").error(131_026, "forged"));

    assert_eq!(message(&team, &conversation)["status"], "sent");
}

#[test]
fn a_failure_of_the_account_stops_it_unless_its_credentials_were_replaced_since() {
    let (team, account, conversation, sent) = one_message_sent();
    let (before, later) = (1_700_000_000, 4_000_000_000);
    let status = |code, at| Status::of(&sent, "failed").error(code, "Payment issue").at(at);
    let shown = || {
        let path = format!("/ops/channels?team={}", team.name);
        team.app.ops("GET", &path).send().expect(200)["channels"][0]["status"].clone()
    };

    tells(&account, &status(131_026, later));
    assert_eq!(shown(), "live", "the message's own fault");
    tells(&account, &status(131_042, before));
    assert_eq!(shown(), "live", "it was said before the account was registered");
    tells(&account, &status(131_042, later));
    assert_eq!(shown(), "stopped");
    assert_eq!(message(&team, &conversation)["status"], "failed");
}
