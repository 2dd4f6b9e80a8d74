//! Pages of messages, in the document and in pages of the log.

use conversation::{Conversation, Message};
use inbox::{MessagesRequest, Participants};
use serde_json::{Value, json};
use store::keys;

use super::desk::{Desk, NOON, TEAM, message, phone, shown};

/// When the `sequence`th was said: two at a time, as a turn hears and says.
fn at(sequence: u64) -> u64 {
    NOON + sequence.div_ceil(2) * 1_000
}

/// A conversation of so many messages, the newest fifty in its document.
fn conversation(desk: &Desk, count: u64) -> Conversation {
    let mut conversation = desk.conversation("1", 1);
    let id = conversation.id.to_string();
    let spilled = count.saturating_sub(50) / 25 * 25;
    for n in 1..=spilled / 25 {
        let page: Vec<Message> = ((n - 1) * 25 + 1..=n * 25).map(|s| message(s, at(s))).collect();
        desk.kv.poke(&keys::conversation_log(&id, n), &serde_json::to_vec(&page).unwrap());
        conversation.log_pages = n;
    }
    conversation.spilled = spilled;
    conversation.log = (spilled + 1..=count).map(|s| message(s, at(s))).collect();
    conversation.sequence = count;
    desk.write(&keys::conversation(&id), &conversation);
    conversation
}

fn page(desk: &Desk, start: &Value) -> (Value, u64) {
    let mut body = json!({"phoneNumberId": "1", "targetPhoneNumberId": phone(1)});
    body["startKey"] = start.clone();
    let wanted = inbox::read(&body, MessagesRequest::read).unwrap();
    let (page, reads) = desk.reads(async |store| inbox::messages(store, TEAM, &wanted).await);
    (shown(page.unwrap().unwrap()), reads)
}

fn words(page: &Value) -> Vec<String> {
    let items = page["dbObject"].as_array().unwrap().iter();
    items.map(|item| item["message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_message_is_on_one_page_the_newest_first_and_pages_hold_twenty_five() {
    for count in [0, 1, 25, 26, 50, 120, 1_000] {
        let desk = Desk::with_accounts(&["1"]);
        conversation(&desk, count);
        let (mut start, mut all) = (Value::Null, Vec::new());
        loop {
            let (found, reads) = page(&desk, &start);
            let found_words = words(&found);
            all.extend(found_words.iter().cloned());
            // The conversation; and a bisection of 38 pages, and two of them, for the time, for the message of the key, and
            // for the page.
            assert!(reads <= 2 + 3 * (6 + 2), "{reads}");
            start = found["lastEvaluatedKey"].clone();
            assert_eq!(found["hasMoreItemsToFetch"], start.is_object());
            if start.is_null() {
                break;
            }
            assert_eq!(found_words.len(), 25);
        }
        let expected: Vec<String> = (1..=count).rev().map(|n| format!("word {n}")).collect();
        assert_eq!(all, expected);
    }
}

#[test]
fn a_key_whose_message_is_not_there_goes_on_from_its_time() {
    let desk = Desk::with_accounts(&["1"]);
    conversation(&desk, 120);
    let (found, _) = page(&desk, &json!({"messageId": "gone", "createdAt": at(80) + 1}));
    assert_eq!(words(&found)[..2], ["word 80", "word 79"]);
    let (found, _) = page(&desk, &json!({"messageId": "gone", "createdAt": 0}));
    assert_eq!(found["dbObject"], json!([]));
    assert_eq!(found["lastEvaluatedKey"], Value::Null);
}

#[test]
fn a_message_is_shown_with_every_documented_field() {
    let desk = Desk::with_accounts(&["1"]);
    conversation(&desk, 2);
    let (found, _) = page(&desk, &Value::Null);
    let base = |sequence: u64| {
        json!({
            "messageId": message(sequence, at(sequence)).id, "createdAt": at(sequence), "sender": phone(1),
            "receiver": "1", "initiator": "person", "status": "delivered", "updatedAt": at(sequence),
            "participantsIdentifiers": format!("1#{}", phone(1)), "message": format!("word {sequence}"),
            "type": "default", "messagePlatform": "whatsapp", "creationPlatform": "whatsapp",
            "associatedTo": "acme", "messageDirection": "inbound", "hasReaction": false,
            "hasAttachment": false, "translation": null, "error": null, "agentIdentification": null,
            "context": null, "comment": null, "attachment": null, "attachmentBase64": null, "reactions": [],
            "richContent": null, "informativeMessageType": null,
        })
    };
    let mut said = base(2);
    for (name, value) in [
        ("sender", json!("1")),
        ("receiver", json!(phone(1))),
        ("initiator", json!("bot")),
        ("status", json!("sent")),
        ("creationPlatform", json!("api")),
        ("messageDirection", json!("outbound")),
    ] {
        said[name] = value;
    }
    assert_eq!(found["dbObject"], json!([said, base(1)]));
}

#[test]
fn there_are_none_of_a_conversation_that_is_not_there_or_another_teams() {
    let desk = Desk::with_accounts(&["1"]);
    conversation(&desk, 3);
    for (team, customer) in [(TEAM, phone(2)), ("other", phone(1))] {
        let body = json!({"phoneNumberId": "1", "targetPhoneNumberId": customer});
        let wanted = inbox::read(&body, MessagesRequest::read).unwrap();
        let (page, _) = desk.reads(async |store| inbox::messages(store, team, &wanted).await);
        assert!(page.unwrap().is_none());
    }
}

#[test]
fn the_message_that_is_answered_is_named_by_our_id_or_the_providers() {
    let desk = Desk::with_accounts(&["1"]);
    conversation(&desk, 120);
    let sides = Participants::new("1", &phone(1)).unwrap();
    let answered = |sides: &Participants, id: &str| {
        desk.reads(async |store| inbox::answered(store, TEAM, sides, id).await).0.unwrap()
    };
    assert_eq!(answered(&sides, "wamid.x"), Some("wamid.x".to_owned()));
    for sequence in [3, 120] {
        let own = message(sequence, at(sequence)).id.to_string();
        assert_eq!(answered(&sides, &own), Some(format!("wamid.{sequence}")));
        let elsewhere = Participants::new("1", &phone(2)).unwrap();
        assert_eq!(answered(&elsewhere, &own), None);
    }
    assert_eq!(answered(&sides, "0197aef0-0000-7000-8000-000000000000"), None);
}
