//! What is refused of every endpoint: without both credentials, without the scope, another team's, wrong, of another
//! method. (Each field's limits: crates/inbox/tests.)

use black_box::{App, Team, a_phone};
use serde_json::{Value, json};

use super::{Talk, error, inbox};

/// Every endpoint, with a body that is right.
fn endpoints(talk: &Talk) -> Vec<(&'static str, String, Value)> {
    let tag = json!({"id": "vip", "title": "VIP", "color": "red", "associatedTo": "acme"});
    let messages = json!({"phoneNumberId": talk.account.id, "targetPhoneNumberId": talk.digits()});
    let mut all = of_a_conversation(talk);
    all.extend([
        ("POST", "/conversations".to_owned(), json!({})),
        ("POST", "/conversation/tags".to_owned(), tag),
        ("POST", "/sendMessage".to_owned(), talk.message("Hello")),
        ("POST", "/getMessages".to_owned(), messages),
        (
            "PUT",
            "/customers".to_owned(),
            json!({"customerName": "Dana", "phoneNumberId": talk.digits()}),
        ),
        ("POST", "/customers".to_owned(), json!({})),
    ]);
    all
}

/// Those of one conversation.
fn of_a_conversation(talk: &Talk) -> Vec<(&'static str, String, Value)> {
    let tags = json!({"tagIds": ["vip"]});
    let agents = json!({"agentIds": ["dana"]});
    vec![
        ("GET", talk.path(""), Value::Null),
        ("POST", talk.path("/answer-mode"), json!({"answerMode": "bot"})),
        ("POST", talk.path("/status"), json!({"status": "open"})),
        ("POST", talk.path("/tags"), tags.clone()),
        ("DELETE", talk.path("/tags"), tags),
        ("POST", talk.path("/agents"), agents.clone()),
        ("DELETE", talk.path("/agents"), agents),
    ]
}

#[test]
fn both_credentials_are_needed_and_the_scope() {
    let talk = Talk::with_who_wrote("hello");
    let team = &talk.team;
    let scoped = team.key_with_scopes(&["actions"]);
    let cookie = format!("accessToken={}", crate::trigger::token(team));
    for (method, path, body) in endpoints(&talk) {
        let bare = team.app.client.request(method, &path).json(&body);
        let unauthorized = error("Unauthorized", "…");
        bare.send().is(401, &unauthorized);
        bare.clone().header("x-api-key", &team.key).send().is(401, &unauthorized);
        bare.clone().header("cookie", &cookie).send().is(401, &unauthorized);
        let without_scope = bare.header("x-api-key", &scoped).header("cookie", &cookie).send();
        without_scope.is(403, &error("Forbidden", "…trigger…"));
        inbox(team, method, &path).json(&body).send().expect(200);
    }
}

#[test]
fn another_teams_conversation_is_none_and_so_is_what_names_none() {
    let talk = Talk::with_who_wrote("hello");
    let other = App::shared().team();
    let none = error("Not Found", "Conversation not found");
    for (method, path, body) in of_a_conversation(&talk) {
        inbox(&other, method, &path).json(&body).send().is(404, &none);
        let id = talk.account.conversation_with(&talk.phone);
        let by_id = path.replace(&talk.path(""), &format!("/conversations/{id}"));
        inbox(&other, method, &by_id).json(&body).send().is(404, &none);
        let nobodys = path.replace(talk.digits(), "972599999999");
        inbox(&talk.team, method, &nobodys).json(&body).send().is(404, &none);
    }
    for named in ["x", "0197aef0-0000-7000-8000-000000000000", "%23", "%FF"] {
        inbox(&talk.team, "GET", &format!("/conversations/{named}")).send().is(404, &none);
    }
    let messages = json!({"phoneNumberId": talk.account.id, "targetPhoneNumberId": talk.digits()});
    inbox(&other, "POST", "/getMessages").json(&messages).send().is(404, &none);
    let sent = inbox(&other, "POST", "/sendMessage").json(&talk.message("Hello")).send();
    sent.is(400, &error("Bad Request", "sender: no such WhatsApp account"));
}

#[test]
fn another_teams_tag_is_none() {
    let talk = Talk::with_who_wrote("hello");
    let other: Team = App::shared().team();
    let tag = json!({"id": "vip", "title": "VIP", "color": "red", "associatedTo": "acme"});
    inbox(&other, "POST", "/conversation/tags").json(&tag).send().expect(200);
    let assigned = talk.request("POST", "/tags", &json!({"tagIds": ["vip"]})).send();
    assigned.is(200, &json!({"errors": ["vip: no such tag"]}));
}

#[test]
fn what_is_wrong_is_said_in_this_surfaces_shape() {
    let talk = Talk::with_who_wrote("hello");
    for (method, path, body) in endpoints(&talk) {
        let request = inbox(&talk.team, method, &path);
        if method == "GET" {
            continue;
        }
        let mut unknown = body.clone();
        unknown["surprise"] = json!(1);
        let said = error("Bad Request", "surprise: unknown property…");
        request.clone().json(&unknown).send().is(400, &said);
        request.clone().text("{").send().is(400, &error("Bad Request", "…JSON…"));
        request
            .clone()
            .json(&json!([1]))
            .send()
            .is(400, &error("Bad Request", "body: must be an object…"));
        let patched = inbox(&talk.team, "PATCH", &path).json(&body).send();
        patched.is(405, &error("Method Not Allowed", &format!("…{method}…")));
        let large = request.clone().text(" ".repeat(1024 * 1024 + 1));
        let large = large.send_while_reading("content-length: 1048577");
        large.is(413, &error("Payload Too Large", "…1048576…"));
    }
    let named = json!({"status": "open", "participantsIdentifiers": format!("{}#{}", talk.account.id, 972_599_999_999_u64)});
    let other = talk.request("POST", "/status", &named).send();
    let said = format!("participantsIdentifiers: must be that of the path: {}", talk.sides());
    other.is(400, &error("Bad Request", &said));
    let both = json!({"status": 1, "participantsIdentifiers": "x"});
    let both = talk.request("POST", "/status", &both).send();
    both.is(400, &error("Bad Request", "participantsIdentifiers: …; status: must be one of …"));
    let nothing = inbox(&talk.team, "POST", "/conversations/x/y").send();
    nothing.is(404, &error("Not Found", "…"));
}

#[test]
fn a_message_that_cannot_be_sent_says_why() {
    let talk = Talk::with_who_wrote("hello");
    let refused = |field: &str, value: Value, message: &str| {
        let mut body = talk.message("Hello");
        body[field] = value;
        let answer = inbox(&talk.team, "POST", "/sendMessage").json(&body).send();
        answer.is(400, &error("Bad Request", message));
    };
    refused("messagePlatform", json!("instagram"), "messagePlatform: instagram is not connected…");
    refused("attachmentBase64", json!({"fileName": "a"}), "attachmentBase64: not supported yet");
    refused("receiver", json!(a_phone()), "participantsIdentifiers: must be <sender>#<receiver>…");
    refused("initiator", json!("bot"), "initiator: must be one of person");
    assert!(talk.team.app.sent_to(&talk.phone).is_empty());
}
