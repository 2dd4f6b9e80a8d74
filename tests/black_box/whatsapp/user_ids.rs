//! Contacts whom WhatsApp knows by a user id, without a phone, until one appears.

use black_box::{App, a_phone, flows};
use serde_json::{Value, json};

use crate::inbox::{error, inbox};

/// A text, as the webhook brings it, of whom these ids are.
fn webhook(account: &str, (phone, user_id): (&str, &str), id: &str, text: &str) -> Value {
    let digits = phone.trim_start_matches('+');
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
        "field": "messages",
        "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "1", "phone_number_id": account},
            "contacts": [{"profile": {"name": "Ada"}, "wa_id": digits, "user_id": user_id}],
            "messages": [{
                "from": digits, "from_user_id": user_id, "id": id, "timestamp": "1795320000",
                "type": "text", "text": {"body": text},
            }],
        },
    }]}]})
}

#[test]
fn who_first_has_only_an_id_is_the_same_contact_when_the_phone_appears() {
    let (team, account) = App::shared().account_answered_by(&flows::support_menu());
    let phone = a_phone();
    let user_id = format!("US.{}", phone.trim_start_matches('+'));
    let receives = |who: (&str, &str), id: &str, text: &str| {
        let body = webhook(&account.id, who, id, text).to_string();
        account.webhook(body.as_bytes()).send().expect(200);
    };
    let message = |n: u32| format!("wamid.{}.{n}", account.id);
    receives(("", &user_id), &message(1), "hello");
    let conversation = account.conversation_with(&format!("id:{user_id}"));
    let begun = team.app.settled(&conversation);
    assert_eq!(begun["sessions"].as_array().map(Vec::len), Some(1), "{begun}");
    // The phone is there: the same conversation goes on, and what is delivered again is known.
    receives((&phone, &user_id), &message(1), "hello");
    receives((&phone, &user_id), &message(2), "4");
    let gone_on = team.app.settled(&conversation);
    assert_eq!(gone_on["sessions"][0]["outcome"], "solved", "{gone_on}");
    let found = team.action("get-contact", &json!({"phone": phone})).send().expect(200);
    assert_eq!((&found["id"], &found["name"]), (&begun["contact_id"], &json!("Ada")));
    // The inbox finds it by the phone as well, and a body names it as the path does, or as it is listed.
    let digits = phone.trim_start_matches('+');
    let path = format!("/conversations/{}%23{digits}/status", account.id);
    for customer in [digits, &user_id] {
        let sides = format!("{}#{customer}", account.id);
        let closed = json!({"participantsIdentifiers": sides, "status": "closed"});
        inbox(&team, "POST", &path).json(&closed).send().is(200, &json!("success"));
    }
}

#[test]
fn who_has_only_an_id_is_written_to_as_the_inbox_lists_it() {
    let team = App::shared().team();
    let account = team.has_an_account();
    let user_id = format!("US.{}", a_phone().trim_start_matches('+'));
    let sides = format!("{}#{user_id}", account.id);
    let message = json!({"sender": account.id, "receiver": user_id, "message": "Hello",
        "participantsIdentifiers": sides});
    let send = inbox(&team, "POST", "/sendMessage").json(&message);
    send.send().is(400, &error("Bad Request", "receiver: must be a phone number …"));
    let hello = webhook(&account.id, ("", &user_id), &format!("wamid.{}.1", account.id), "hello");
    account.webhook(hello.to_string().as_bytes()).send().expect(200);
    let listed = inbox(&team, "POST", "/conversations").send().expect(200);
    assert_eq!(listed["dbObject"][0]["participantsIdentifiers"], sides);
    send.send().expect(200);
    assert_eq!(team.app.texts_to(&user_id, 1), ["Hello"]);
}
