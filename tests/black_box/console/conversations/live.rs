//! Conversations on a WhatsApp account that an agent answers.

use black_box::{Account, a_phone};
use serde_json::{Value, json};
use stand_in::{Answer, Inbound, Status, Webhook};

use super::{ANSWER, Desk, HOURS, OPEN, QUESTION, answered_with, conversation_of, id, kept, line};

fn live(phone: &str, text: &str) -> Value {
    json!({"channel_type": "whatsapp", "channel_user_id": phone, "message": text})
}

fn tells(account: &Account, status: &Status) {
    let webhook = Webhook::new(&account.id).status(status);
    account.webhook(&webhook.body()).send().is(200, &json!({}));
}

#[test]
fn the_reply_to_a_live_message_leaves_and_its_status_comes_back() {
    let desk = Desk::shop();
    let account = desk.connects_whatsapp();
    let phone = a_phone();

    let sent = desk.to_send(&live(&phone, QUESTION)).send().is(201, &answered_with(&[ANSWER]));

    let out = desk.team.app.wait_for_sent_to(&phone, 1);
    assert_eq!((out.len(), out[0].text()), (1, ANSWER));
    let conversation = conversation_of(&sent);
    desk.team.app.settled(conversation);
    let reply = format!("/{conversation}/messages/{}", id(&sent["data"]));
    assert_eq!(desk.get(&reply)["data"]["status"], "sent");
    tells(&account, &Status::of(&out[0], "delivered"));
    assert_eq!(desk.get(&reply)["data"]["status"], "delivered");
}

#[test]
fn what_the_contact_writes_comes_into_the_same_conversation() {
    let desk = Desk::shop();
    let account = desk.connects_whatsapp();
    let phone = a_phone();
    let sent = desk.to_send(&live(&phone, QUESTION)).send().expect(201);
    desk.team.app.texts_to(&phone, 1);

    account.receives(&Inbound::text(&phone, HOURS));

    assert_eq!(desk.team.app.texts_to(&phone, 2), [ANSWER, OPEN]);
    let log = desk.log(conversation_of(&sent));
    let expected = [
        line("user", QUESTION),
        line("assistant", ANSWER),
        line("user", HOURS),
        line("assistant", OPEN),
    ];
    assert_eq!(log, expected);
    assert_eq!(desk.get("")["meta"]["total_count"], 1);
}

#[test]
fn a_contact_who_writes_first_is_listed_under_the_agent_that_answers() {
    let desk = Desk::shop();
    let account = desk.connects_whatsapp();
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, QUESTION));
    assert_eq!(desk.team.app.texts_to(&phone, 1), [ANSWER]);

    let listed = desk.get("?channel=whatsapp");

    assert_eq!(listed["meta"]["total_count"], 1);
    let listed = &listed["data"][0];
    assert_eq!(id(listed), account.conversation_with(&phone));
    assert_eq!(listed["channel_user_id"], json!(phone));
    assert_eq!(listed["channel_id"], json!(account.id));
    assert_eq!(desk.beside().get("")["meta"]["total_count"], 0);
}

#[test]
fn what_a_person_writes_leaves() {
    let desk = Desk::shop();
    desk.connects_whatsapp();
    let phone = a_phone();
    let sent = desk.to_send(&live(&phone, QUESTION)).send().expect(201);
    desk.team.app.texts_to(&phone, 1);
    let conversation = conversation_of(&sent);
    desk.pauses(conversation, true);

    let body = json!({"message": "I am human", "role": "assistant"});
    desk.says(conversation, &body).is(201, &kept("assistant", "I am human"));

    assert_eq!(desk.team.app.texts_to(&phone, 2), [ANSWER, "I am human"]);
    let last = desk.team.app.settled(conversation)["messages"][2].clone();
    assert_eq!(last["status"], "sent", "{last:#}");
}

#[test]
fn what_whatsapp_refuses_is_shown_as_failed() {
    let desk = Desk::shop();
    desk.connects_whatsapp();
    let phone = a_phone();
    desk.team.app.provider_answers(&phone, [Answer::refuse(400, 131_026, "undeliverable")]);
    let sent = desk.to_send(&live(&phone, QUESTION)).send().expect(201);
    desk.team.app.settled(conversation_of(&sent));
    let path = format!("/{}/messages/{}", conversation_of(&sent), id(&sent["data"]));
    let failed = desk.get(&path);
    assert_eq!(failed["data"]["status"], "failed");
    assert_eq!(failed["data"]["error"]["code"], "131026");
}

#[test]
fn a_paused_agent_keeps_what_a_contact_writes_on_whatsapp_too() {
    let desk = Desk::shop();
    let account = desk.connects_whatsapp();
    let phone = a_phone();
    let status = format!("{}/{}/live-status", super::AGENTS, desk.agent);
    desk.team.request("PATCH", &status).json(&json!({"status": "paused"})).send().expect(200);

    account.receives(&Inbound::text(&phone, QUESTION));

    let conversation = account.conversation_with(&phone);
    assert_eq!(desk.log(&conversation), [line("user", QUESTION)]);
    assert_eq!(desk.conversation(&conversation)["needs_attention"], true);
    assert_eq!(desk.team.app.sent_to(&phone).len(), 0);
}
