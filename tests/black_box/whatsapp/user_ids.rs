//! Contacts whom WhatsApp knows by a user id, without a phone, until one appears.

use black_box::{App, a_phone, flows};
use serde_json::{Value, json};

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
}
