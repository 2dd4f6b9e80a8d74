//! Every field of what is sent, and every parameter of the lists, at its limits and beyond.

use serde_json::{Value, json};

use super::super::invalid;
use super::{Desk, a_visitor};

/// The body with one field changed; `None` leaves it out.
fn with(base: &Value, field: &str, value: Option<&Value>) -> Value {
    let mut body = base.clone();
    match value {
        Some(value) => body[field] = value.clone(),
        None => {
            body.as_object_mut().expect("an object").remove(field);
        }
    }
    body
}

/// A value of a field, and why it is refused; `None`: it is taken.
type Case = (&'static str, Option<Value>, Option<&'static str>);

fn words() -> Vec<Case> {
    let (message, role) = ("message", "role");
    let mut cases = vec![
        (message, Some(json!("é")), None),
        (message, Some(json!("é".repeat(4096))), None),
        (message, Some(json!("é".repeat(4097))), Some("must be at most 4096 characters long")),
        (message, None, Some("required")),
        (message, Some(Value::Null), Some("required")),
        (message, Some(json!("")), Some("must not be blank")),
        (message, Some(json!(" \n\t")), Some("must not be blank")),
        (role, Some(json!("user")), None),
        (role, None, None),
        (role, Some(Value::Null), None),
        ("unknown", Some(json!({"a": [1]})), None),
    ];
    for wrong in [json!(5), json!(true), json!(["a"]), json!({})] {
        cases.push((message, Some(wrong), Some("must be a string")));
    }
    for wrong in [json!("system"), json!("restaurant_user"), json!("USER"), json!(""), json!(1)] {
        cases.push((role, Some(wrong), Some("must be one of user, assistant")));
    }
    cases
}

fn recipient() -> Vec<Case> {
    let (channel, user) = ("channel_type", "channel_user_id");
    let (name, test) = ("channel_username", "is_test_channel");
    let absent = "required when conversation_id is absent";
    let mut cases = vec![
        (channel, None, Some(absent)),
        (channel, Some(Value::Null), Some(absent)),
        (user, None, Some(absent)),
        (user, Some(Value::Null), Some(absent)),
        (user, Some(json!(7)), Some("must be a string")),
        (user, Some(json!("x".repeat(256))), Some("must be at most 255 characters long")),
        (name, Some(json!("é")), None),
        (name, Some(json!("é".repeat(255))), None),
        (name, Some(json!("é".repeat(256))), Some("must be at most 255 characters long")),
        (name, Some(json!(" ")), None),
        (name, Some(Value::Null), None),
        (name, Some(json!([])), Some("must be a string")),
        (test, Some(json!(true)), None),
        ("conversation_id", Some(Value::Null), None),
        ("conversation_id", Some(json!(5)), Some("must be a string")),
        (
            "conversation_id",
            Some(json!("x".repeat(51))),
            Some("must be at most 50 characters long"),
        ),
    ];
    for wrong in [json!("sms"), json!("test_webchat"), json!("Webchat"), json!(""), json!(1)] {
        cases.push((channel, Some(wrong), Some("must be one of whatsapp, webchat, telephony")));
    }
    for wrong in ["", "me", "+14155550100", "0197aef0-0000-4000-8000"] {
        cases.push((user, Some(json!(wrong)), Some("must be a UUID on this channel")));
    }
    for wrong in [json!("true"), json!(1), json!([])] {
        cases.push((test, Some(wrong), Some("must be true or false")));
    }
    cases
}

fn judge(desk: &Desk, rest: &str, base: &Value, cases: &[Case]) {
    for (field, value, refused) in cases {
        let body = with(base, field, value.as_ref());
        let answer = desk.request("POST", rest).json(&body).send();
        match refused {
            None => assert_eq!(answer.status, 201, "{body} {answer}"),
            Some(why) => {
                assert_eq!(answer.status, 400, "{body} {answer}");
                let message = answer.json()["message"].clone();
                let expected = json!(format!("{field}: {why}"));
                let all = message.as_array().expect("all that is wrong");
                // A wrong `conversation_id` is wrong beside the channel as well.
                assert!(all.contains(&expected), "{body} {answer}");
                assert!(all.len() == 1 || *field == "conversation_id", "{body} {answer}");
            }
        }
    }
}

#[test]
fn every_field_of_a_message_to_a_contact_is_judged() {
    let desk = Desk::shop();
    let base = super::test_chat(&a_visitor(), "hi");
    let mut cases = words();
    cases.extend(recipient());
    judge(&desk, "/messages", &base, &cases);
}

#[test]
fn every_field_of_a_message_in_a_conversation_is_judged() {
    let desk = Desk::shop();
    let rest = format!("/{}/messages", desk.a_conversation());
    judge(&desk, &rest, &json!({"message": "hi"}), &words());
}

#[test]
fn a_phone_has_to_be_one() {
    let desk = Desk::shop();
    for channel in ["whatsapp", "telephony"] {
        for wrong in ["", "me", "+1", "0049123", &a_visitor()] {
            let body = json!({
                "message": "hi", "channel_type": channel, "channel_user_id": wrong,
                "is_test_channel": true,
            });
            let why =
                "channel_user_id: must be an international phone number, such as +14155550123";
            desk.to_send(&body).send().is(400, &invalid(&json!([why])));
        }
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let desk = Desk::shop();
    let all = json!([
        "message: must not be blank",
        "role: must be one of user, assistant",
        "channel_type: must be one of whatsapp, webchat, telephony",
        "channel_user_id: must be a string",
        "channel_username: must be a string",
        "is_test_channel: must be true or false",
    ]);
    let body = json!({
        "message": "", "role": "system", "channel_type": "sms", "channel_user_id": 7,
        "channel_username": [], "is_test_channel": "yes",
    });
    desk.to_send(&body).send().is(400, &invalid(&all));
    let both = json!({
        "message": "hi", "conversation_id": super::super::NOBODYS, "channel_type": "webchat",
        "channel_user_id": a_visitor(),
    });
    let all = json!([
        "channel_type: cannot be given together with conversation_id",
        "channel_user_id: cannot be given together with conversation_id",
    ]);
    desk.to_send(&both).send().is(400, &invalid(&all));
    for body in ["[]", "null", "5", "\"hi\""] {
        let refused = desk.request("POST", "/messages").text(body).send();
        refused.is(400, &invalid(&json!(["body: must be an object"])));
    }
    for body in ["", "{", "nothing"] {
        let refused = desk.request("POST", "/messages").text(body).send();
        refused.is(400, &super::refused("…", "bad_request"));
    }
}

#[test]
fn every_parameter_of_the_lists_is_judged() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    let page = "must be a whole number from 1 to 1000000";
    let limit = "must be a whole number from 1 to 100";
    let search = format!("search={}", "x".repeat(256));
    let longest = format!("search={}", "x".repeat(255));
    let shared = [
        ("page=1&limit=1", None),
        ("page=1000000&limit=100", None),
        ("page=0", Some(format!("page: {page}"))),
        ("page=-1", Some(format!("page: {page}"))),
        ("page=1000001", Some(format!("page: {page}"))),
        ("page=1.5", Some(format!("page: {page}"))),
        ("page=", Some(format!("page: {page}"))),
        ("limit=0", Some(format!("limit: {limit}"))),
        ("limit=101", Some(format!("limit: {limit}"))),
        ("limit=a", Some(format!("limit: {limit}"))),
        (longest.as_str(), None),
        (search.as_str(), Some("search: must be at most 255 characters long".to_owned())),
        ("search=", None),
        ("sort=", None),
        ("unknown=1", None),
    ];
    let known =
        "must be one of created_at, created_on, last_message_at, updated_at, or - and one of them";
    let sort = Some(format!("sort: {known}"));
    let channels = "whatsapp, webchat, telephony, test_whatsapp, test_webchat, test_telephony";
    let channel = Some(format!("channel: must be one of {channels}"));
    let boolean = |field: &str| Some(format!("{field}: must be true or false"));
    let lists = [
        ("sort=created_at", None),
        ("sort=-created_on", None),
        ("sort=-last_message_at", None),
        ("sort=updated_at", None),
        ("sort=-updated_at", None),
        ("sort=id", sort.clone()),
        ("sort=--created_at", sort.clone()),
        ("sort=-", sort),
        ("channel=sms", channel.clone()),
        ("channel=test_", channel.clone()),
        ("channel=Webchat", channel.clone()),
        ("channel=", channel),
        ("is_test_channel=1", boolean("is_test_channel")),
        ("is_ai_chat_paused=yes", boolean("is_ai_chat_paused")),
        ("needs_attention=TRUE", boolean("needs_attention")),
    ];
    let known = "must be one of created_at, created_on, or - and one of them";
    let sort = Some(format!("sort: {known}"));
    let messages = [
        ("sort=created_at", None),
        ("sort=-created_on", None),
        ("sort=last_message_at", sort.clone()),
        ("sort=role", sort),
    ];
    let judge = |rest: &str, query: &str, wrong: &Option<String>| {
        let answer = desk.request("GET", &format!("{rest}?{query}")).send();
        match wrong {
            None => answer.expect(200),
            Some(wrong) => answer.is(400, &invalid(&json!([wrong]))),
        };
    };
    for (query, wrong) in shared.iter().chain(&lists) {
        judge("", query, wrong);
    }
    for (query, wrong) in shared.iter().chain(&messages) {
        judge(&format!("/{conversation}/messages"), query, wrong);
    }
}
