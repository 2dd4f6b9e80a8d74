//! `POST /sendMessage` and `POST /getMessages`.

use std::time::Duration;

use black_box::{App, Request, a_phone};
use serde_json::{Value, json};
use stand_in::Inbound;

use super::{Talk, error, inbox};

fn send(talk: &Talk, body: &Value) -> Request {
    inbox(&talk.team, "POST", "/sendMessage").json(body)
}

#[track_caller]
fn messages(talk: &Talk, start: &Value) -> Value {
    let body = json!({"phoneNumberId": talk.account.id, "targetPhoneNumberId": talk.digits(),
        "startKey": start});
    inbox(&talk.team, "POST", "/getMessages").json(&body).send().expect(200)
}

#[test]
fn a_person_writes_and_the_message_is_sent_and_shown() {
    let talk = Talk::with_who_wrote("hello");
    let expected = json!({"temporaryMessageId": "…", "message_generated_id": "…"});
    let sent = send(&talk, &talk.message("How can I help?")).send().is(200, &expected);
    assert_eq!(sent["temporaryMessageId"], sent["message_generated_id"]);
    let arrived = talk.team.app.wait_for_sent_to(&talk.phone, 1);
    assert_eq!((arrived[0].text(), &arrived[0].account), ("How can I help?", &talk.account.id));
    talk.team.app.settled(&talk.account.conversation_with(&talk.phone));

    let message = |id: Value, words: &str, inbound: bool| {
        let (sender, receiver) = match inbound {
            true => (talk.digits(), talk.account.id.as_str()),
            false => (talk.account.id.as_str(), talk.digits()),
        };
        json!({
            "messageId": id, "createdAt": "…", "sender": sender, "receiver": receiver,
            "initiator": "person", "status": if inbound { "delivered" } else { "sent" },
            "updatedAt": "…", "participantsIdentifiers": talk.sides(), "message": words,
            "type": "default", "messagePlatform": "whatsapp",
            "creationPlatform": if inbound { "whatsapp" } else { "api" },
            "associatedTo": talk.team.name,
            "messageDirection": if inbound { "inbound" } else { "outbound" }, "hasReaction": false,
            "hasAttachment": false, "translation": null, "error": null, "agentIdentification": null,
            "context": null, "comment": null, "attachment": null, "attachmentBase64": null,
            "reactions": [], "richContent": null, "informativeMessageType": null,
        })
    };
    let said = message(sent["temporaryMessageId"].clone(), "How can I help?", false);
    let heard = message(json!("…"), "hello", true);
    let page = json!({"dbObject": [said, heard], "hasMoreItemsToFetch": false,
        "lastEvaluatedKey": null});
    let found = messages(&talk, &Value::Null);
    black_box::like::compare(&found, &page).expect("both messages");
    assert_eq!(talk.shown()["unreadCount"], 0);
}

#[test]
fn a_message_shows_which_one_it_answers_by_our_id_or_whatsapps() {
    let talk = Talk::with_who_wrote("hello");
    let heard = messages(&talk, &Value::Null)["dbObject"][0].clone();
    let wamid = talk.shown()["messageWhatsAppId"].clone();
    for (n, id) in [heard["messageId"].clone(), wamid.clone()].iter().enumerate() {
        let mut body = talk.message("This one.");
        body["context"] = json!({"from": talk.digits(), "id": id});
        send(&talk, &body).send().expect(200);
        let arrived = talk.team.app.wait_for_sent_to(&talk.phone, n + 1);
        assert_eq!(arrived[n].body["context"], json!({"message_id": wamid}));
    }
    let shown = &messages(&talk, &Value::Null)["dbObject"][0]["context"];
    assert_eq!(*shown, json!({"from": null, "id": wamid}));

    let mut body = talk.message("Which?");
    body["context"] = json!({"id": "0197aef0-0000-7000-8000-000000000000"});
    let refused = send(&talk, &body).send();
    refused.is(400, &error("Bad Request", "context.id: no such message in the conversation"));
}

#[test]
fn the_same_key_sends_once_and_with_another_body_is_a_conflict() {
    let talk = Talk::with_who_wrote("hello");
    let keyed = |text: &str| {
        send(&talk, &talk.message(text)).header("idempotency-key", "k").send_at_once(4)
    };
    let ids: Vec<Value> = keyed("Once").iter().map(|answer| answer.expect(200)).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    for answer in keyed("Other") {
        answer.is(409, &error("Conflict", "…"));
    }
    talk.team.app.settled(&talk.account.conversation_with(&talk.phone));
    assert_eq!(talk.team.app.texts_to(&talk.phone, 1), ["Once"]);
}

#[test]
fn messages_come_in_pages_of_twenty_five_the_newest_first() {
    let talk = Talk::with_who_wrote("word 1");
    for n in 2..=30 {
        talk.account.receives(&Inbound::text(&talk.phone, &format!("word {n}")));
    }
    let first = messages(&talk, &Value::Null);
    assert_eq!(first["hasMoreItemsToFetch"], true);
    let second = messages(&talk, &first["lastEvaluatedKey"]);
    assert_eq!(
        (&second["hasMoreItemsToFetch"], &second["lastEvaluatedKey"]),
        (&json!(false), &Value::Null)
    );
    let words = |page: &Value| -> Vec<String> {
        let items = page["dbObject"].as_array().expect("messages").iter();
        items.map(|item| item["message"].as_str().expect("words").to_owned()).collect()
    };
    assert_eq!(words(&first).len(), 25);
    let all = [words(&first), words(&second)].concat();
    assert_eq!(all, (1..=30).rev().map(|n| format!("word {n}")).collect::<Vec<_>>());
}

#[test]
fn outside_the_window_the_message_is_refused_and_kept_as_failed() {
    let team = App::shared().team();
    let account = team.has_an_account();
    let talk = Talk { team, account, phone: a_phone() };
    let refused = send(&talk, &talk.message("Hello")).send();
    refused.is(400, &error("Bad Request", "…"));
    let kept = &messages(&talk, &Value::Null)["dbObject"][0];
    assert_eq!((&kept["status"], &kept["error"]["code"]), (&json!("failed"), &json!("131047")));
    assert!(talk.team.app.sent_to(&talk.phone).is_empty());
}

#[test]
fn who_opted_out_is_answered_while_the_window_is_open_and_not_after() {
    let app = std::sync::Arc::new(App::start(black_box::Setup::default()));
    let team = app.team();
    let account = team.has_an_account();
    let talk = Talk { team, account, phone: a_phone() };
    talk.account.receives(&Inbound::text(&talk.phone, "STOP"));
    app.wait_for_sent_to(&talk.phone, 1);
    assert_eq!(talk.shown()["isOptoutFromMarketingMessages"], true);
    send(&talk, &talk.message("Sorry to see you go")).send().expect(200);
    app.wait_for_sent_to(&talk.phone, 2);

    app.pass(Duration::from_secs(25 * 60 * 60));
    let refused = send(&talk, &talk.message("Come back")).send();
    refused.is(400, &error("Bad Request", "Contact has opted out of messages"));
    assert_eq!(app.sent_to(&talk.phone).len(), 2);
}
