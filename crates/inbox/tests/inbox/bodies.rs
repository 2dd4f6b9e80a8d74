//! What bodies may say, and what is said of those that are wrong.

use conversation::{Channel, Conversation};
use fields::{FieldError, Object};
use inbox::{
    ConversationsRequest, CustomersRequest, MessagesRequest, NewCustomer, NewMessage, Tag,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::desk::{Desk, NOON, TEAM};

/// All that is wrong with a body.
#[track_caller]
fn wrong<T: std::fmt::Debug>(
    body: &Value,
    read: impl FnOnce(&Object<'_, '_>) -> Option<T>,
) -> Vec<String> {
    let errors = inbox::read(body, read).expect_err("something is wrong");
    errors.iter().map(FieldError::to_string).collect()
}

/// A body with another value in a field.
fn with(body: &Value, field: &str, value: &Value) -> Value {
    let mut body = body.clone();
    body[field] = value.clone();
    body
}

fn message() -> Value {
    json!({
        "sender": "106", "receiver": "972501234567", "participantsIdentifiers": "106#972501234567",
        "message": "Hello", "type": "default", "initiator": "person", "messagePlatform": "whatsapp",
    })
}

#[test]
fn a_message_names_its_sides_twice_and_may_leave_out_what_has_one_value() {
    let read = |body: &Value| inbox::read(body, NewMessage::read).unwrap();
    let whole = read(&message());
    let sides = &whole.participants;
    assert_eq!((sides.account.as_str(), sides.address.as_str()), ("106", "+972501234567"));
    assert_eq!((whole.message.as_str(), &whole.answers), ("Hello", &None));
    let short = json!({"sender": "106", "receiver": "+972501234567", "message": "Hello",
        "participantsIdentifiers": "106#972501234567", "attachmentBase64": null, "context": null});
    assert_eq!(read(&short), whole);
    let answer = with(&message(), "context", &json!({"from": "972501234567", "id": "wamid.1"}));
    assert_eq!(read(&answer).answers.as_deref(), Some("wamid.1"));
    let to_an_id = with(&message(), "receiver", &json!("US.1"));
    let to_an_id = with(&to_an_id, "participantsIdentifiers", &json!("106#US.1"));
    assert_eq!(read(&to_an_id).participants.address, "id:US.1");
}

#[test]
fn what_is_wrong_with_a_message_is_said_field_by_field() {
    let none = wrong(&json!({}), NewMessage::read);
    let required = ["sender", "receiver", "participantsIdentifiers", "message"];
    assert_eq!(none, required.map(|name| format!("{name}: required")));
    for (field, value, error) in [
        ("sender", json!(1), "must be a string"),
        ("sender", json!("107"), "participantsIdentifiers: must be <sender>#<receiver>: 107#9725"),
        ("receiver", json!("Ann"), "participantsIdentifiers: must be <sender>#<receiver>: 106#Ann"),
        ("receiver", json!(" "), "must not be blank"),
        ("receiver", json!(972), "must be a string"),
        (
            "participantsIdentifiers",
            json!("106"),
            "must be <phoneNumberId>#<customerPhoneNumberId>",
        ),
        ("participantsIdentifiers", json!("106#972501234568"), "must be <sender>#<receiver>"),
        ("participantsIdentifiers", Value::Null, "required"),
        ("message", json!(" "), "must not be blank"),
        ("message", json!("x".repeat(4_097)), "must be at most 4096 characters long"),
        ("type", json!("template"), "must be one of default"),
        ("initiator", json!("bot"), "must be one of person"),
        ("messagePlatform", json!("instagram"), "instagram is not connected; whatsapp is"),
        ("messagePlatform", json!("facebookMessenger"), "facebookMessenger is not connected"),
        ("messagePlatform", json!("sms"), "must be one of whatsapp"),
        ("messagePlatform", json!(1), "must be one of whatsapp"),
        ("context", json!("wamid.1"), "must be an object"),
        ("context", json!({}), "context.id: required"),
        ("context", json!({"id": "x".repeat(257)}), "context.id: must be at most 256"),
        ("context", json!({"id": "1", "to": "2"}), "context.to: unknown property"),
        ("attachmentBase64", json!({"fileName": "a.pdf"}), "not supported yet"),
        ("scheduledAt", json!(1), "unknown property"),
    ] {
        let errors = wrong(&with(&message(), field, &value), NewMessage::read);
        let expected = match error.contains(": ") && !error.starts_with("must") {
            true => error.to_owned(),
            false => format!("{field}: {error}"),
        };
        assert!(
            errors.len() == 1 && errors[0].starts_with(&expected),
            "{field} {value}: {errors:?}"
        );
    }
}

#[test]
fn lists_say_how_much_and_from_where_on() {
    let read = |body: &Value| inbox::read(body, ConversationsRequest::read).unwrap();
    assert_eq!((read(&json!({})).limit, read(&json!({"limit": 100.0})).limit), (25, 100));
    let started =
        json!({"startKey": {"contact": 7, "phoneNumberId": "106"}, "phoneNumberId": "106"});
    let start = read(&started).start.unwrap();
    assert_eq!((start.contact, start.phone_number_id.as_deref()), (7, Some("106")));
    assert_eq!(read(&json!({"startKey": null})).start, None);
    for (body, error) in [
        (json!({"limit": 0}), "limit: must be a whole number from 1 to 100"),
        (json!({"limit": 101}), "limit: must be a whole number from 1 to 100"),
        (json!({"limit": "25"}), "limit: must be a whole number from 1 to 100"),
        (json!({"startKey": "7"}), "startKey: must be an object"),
        (json!({"startKey": {}}), "startKey.contact: required"),
        (json!({"startKey": {"contact": -1}}), "startKey.contact: must be a whole number"),
        (json!({"startKey": {"contact": 1, "x": 1}}), "startKey.x: unknown property"),
        (json!({"phoneNumberId": 106}), "phoneNumberId: must be a string"),
        (json!({"page": 1}), "page: unknown property"),
    ] {
        let errors = wrong(&body, ConversationsRequest::read);
        assert!(errors.len() == 1 && errors[0].starts_with(error), "{body}: {errors:?}");
    }
    for (body, error) in [
        (json!({"limit": 0}), "limit: must be a whole number from 1 to 100"),
        (json!({"startKey": {"contact": 1}}), "startKey: unknown property"),
        (json!({"lastEvaluatedKey": []}), "lastEvaluatedKey: must be an object"),
    ] {
        let errors = wrong(&body, CustomersRequest::read);
        assert!(errors.len() == 1 && errors[0].starts_with(error), "{body}: {errors:?}");
    }
    let messages = json!({"phoneNumberId": "106", "targetPhoneNumberId": "972501234567"});
    for (field, value, error) in [
        ("phoneNumberId", json!(""), "phoneNumberId: must not be blank"),
        ("targetPhoneNumberId", json!(972), "targetPhoneNumberId: must be a string"),
        ("targetPhoneNumberId", Value::Null, "targetPhoneNumberId: required"),
        ("startKey", json!({"messageId": "m"}), "startKey.createdAt: required"),
        ("startKey", json!({"createdAt": 1}), "startKey.messageId: required"),
        ("startKey", json!({"messageId": "m", "createdAt": "1"}), "startKey.createdAt: must be a"),
        ("limit", json!(5), "limit: unknown property"),
    ] {
        let errors = wrong(&with(&messages, field, &value), MessagesRequest::read);
        assert!(errors.len() == 1 && errors[0].starts_with(error), "{field}: {errors:?}");
    }
}

#[test]
fn what_a_conversation_is_told_has_its_limits() {
    for (body, error) in [
        (json!({}), "answerMode: required"),
        (json!({"answerMode": null}), "answerMode: required"),
        (json!({"answerMode": "Bot"}), "answerMode: must be one of bot, manual, ai"),
        (json!({"answerMode": "bot", "status": "open"}), "status: unknown property"),
    ] {
        assert!(wrong(&body, inbox::read_answer_mode)[0].starts_with(error), "{body}");
    }
    for (body, error) in [
        (json!({}), "status: required"),
        (json!({"status": "done"}), "status: must be one of open, closed, standby"),
        (json!({"status": 1}), "status: must be one of open, closed, standby"),
    ] {
        assert_eq!(wrong(&body, inbox::read_status), [error], "{body}");
    }
    let many = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>();
    for (body, error) in [
        (json!({}), "tagIds: required"),
        (json!({"tagIds": []}), "tagIds: must have 1 to 50 items"),
        (json!({"tagIds": many(51)}), "tagIds: must have 1 to 50 items"),
        (json!({"tagIds": "vip"}), "tagIds: must be an array"),
        (json!({"tagIds": ["vip", 1]}), "tagIds.1: must be a string"),
        (json!({"tagIds": ["vip", " "]}), "tagIds.1: must not be blank"),
        (json!({"tagIds": ["x".repeat(101)]}), "tagIds.0: must be at most 100 characters long"),
    ] {
        assert_eq!(wrong(&body, inbox::read_tags), [error], "{body}");
    }
    assert!(inbox::read(&json!({"agentIds": []}), inbox::read_agents).is_ok());
    let errors = wrong(&json!({"agentIds": many(21)}), inbox::read_agents);
    assert_eq!(errors, ["agentIds: must have 0 to 20 items"]);
}

#[test]
fn a_body_that_names_a_conversation_names_that_of_the_path() {
    let desk = Desk::with_accounts(&["1"]);
    let conversation = desk.talks("1", 7);
    let path = conversation.id.to_string();
    let told = |named: &str| {
        let body = json!({"status": "closed", "participantsIdentifiers": named});
        inbox::read(&body, inbox::read_status).and_then(|told| told.to(&conversation, &path))
    };
    assert!(told("1#972500000007").is_ok() && told("1#+972500000007").is_ok());
    let wrong = told("1#972500000008").unwrap_err();
    let expected = "participantsIdentifiers: must be that of the path: 1#972500000007";
    assert_eq!(wrong[0].to_string(), expected);
    assert!(told("7").is_err());
}

#[test]
fn a_conversation_known_by_an_id_is_named_by_the_phone_of_the_path_too() {
    let address = "id:US.13491208655302741918";
    let now = flow::Timestamp(NOON);
    let known = Conversation::new(TEAM, Channel::Whatsapp, "1", address, Uuid::nil(), now);
    let told = |named: &str| {
        let body = json!({"status": "closed", "participantsIdentifiers": named});
        let told = inbox::read(&body, inbox::read_status).unwrap();
        told.to(&known, "1#972500000007")
    };
    for named in ["1#US.13491208655302741918", "1#972500000007", "1#+972 50-000-0007"] {
        assert!(told(named).is_ok(), "{named}");
    }
    for named in ["1#972500000008", "2#972500000007", "1#US.2"] {
        assert!(told(named).is_err(), "{named}");
    }
}

#[test]
fn customers_and_tags_have_their_limits() {
    let customer = json!({"customerName": "Dana", "phoneNumberId": "972501234567"});
    for (field, value, error) in [
        ("customerName", json!(""), "customerName: must not be blank"),
        ("customerName", json!("x".repeat(256)), "customerName: must be at most 255"),
        ("phoneNumberId", json!("0501234567"), "phoneNumberId: must be a phone number"),
        ("email", json!("dana"), "email: must be an email address"),
        ("profileImage", json!(1), "profileImage: must be a string"),
        ("customerNickname", json!("x".repeat(256)), "customerNickname: must be at most 255"),
        ("tags", json!([]), "tags: unknown property"),
    ] {
        let errors = wrong(&with(&customer, field, &value), NewCustomer::read);
        assert!(errors.len() == 1 && errors[0].starts_with(error), "{field}: {errors:?}");
    }
    let none = wrong(&json!({}), Tag::read);
    let required = ["id", "title", "color", "associatedTo"];
    assert_eq!(none, required.map(|name| format!("{name}: required")));
}
