//! What is refused before a conversation is looked at, and whose conversations are nobody else's business.

use black_box::Request;
use serde_json::{Value, json};

use super::super::{NOBODYS, error, names_methods};
use super::{Desk, conversation_not_found, id, test_chat};

type Asked = (&'static str, String, Value, &'static str);

/// Every request that names a conversation, with the scope it needs.
fn of_one(conversation: &str) -> Vec<Asked> {
    let at = |rest: &str| format!("/{conversation}{rest}");
    let (read, write) = ("conversations:read", "conversations:write");
    vec![
        ("GET", at(""), Value::Null, read),
        ("GET", at("/messages"), Value::Null, read),
        ("POST", at("/messages"), json!({"message": "hi"}), write),
        ("GET", at(&format!("/messages/{NOBODYS}")), Value::Null, read),
        ("PATCH", at("/ai-status"), json!({"is_ai_chat_paused": true}), write),
        ("POST", at("/stream-ticket"), Value::Null, read),
    ]
}

/// Every request, but for the stream, which takes a ticket.
fn all(conversation: &str) -> Vec<Asked> {
    let mut all = of_one(conversation);
    all.push(("GET", String::new(), Value::Null, "conversations:read"));
    let chat = test_chat(NOBODYS, "hi");
    all.push(("POST", "/messages".to_owned(), chat, "conversations:write"));
    all
}

fn with_body(request: Request, body: &Value) -> Request {
    if body.is_null() { request } else { request.json(body) }
}

#[test]
fn a_conversation_of_another_team_or_agent_is_not_found() {
    let (desk, other) = (Desk::shop(), Desk::shop());
    let beside = desk.beside();
    let theirs = [other.a_conversation(), beside.a_conversation()];
    let before: Vec<Value> = vec![other.conversation(&theirs[0]), beside.conversation(&theirs[1])];
    let ours = desk.a_conversation();
    let ids = ["cm1234567890", NOBODYS, "%00", "..%2f..", "%F0%9F%98%80"];
    let ids = ids.into_iter().chain(theirs.iter().map(String::as_str));
    for conversation in ids {
        for (method, rest, body, _) in of_one(conversation) {
            let refused = with_body(desk.request(method, &rest), &body).send();
            refused.is(404, &conversation_not_found());
        }
    }
    // And what it is of is another's.
    let agent = error(&json!("Agent not found"), "Not Found", "not_found", 404);
    for (method, rest, body, _) in all(&ours) {
        let path = desk.path(&rest);
        with_body(other.team.request(method, &path), &body).send().is(404, &agent);
    }
    assert_eq!([other.conversation(&theirs[0]), beside.conversation(&theirs[1])], before[..]);
}

#[test]
fn a_message_of_another_conversation_is_not_found() {
    let desk = Desk::shop();
    let (one, other) = (desk.a_conversation(), desk.a_conversation());
    let theirs = desk.get(&format!("/{other}/messages"));
    for message in [id(&theirs["data"][0]), NOBODYS, "m", "1"] {
        let found = desk.request("GET", &format!("/{one}/messages/{message}")).send();
        found.is(404, &error(&json!("Message not found"), "Not Found", "not_found", 404));
    }
}

#[test]
fn without_a_key_nothing_is_said() {
    let desk = Desk::shop();
    for (method, rest, body, _) in all(&desk.a_conversation()) {
        let request = with_body(desk.team.app.client.request(method, &desk.path(&rest)), &body);
        let missing = error(&json!("…"), "Unauthorized", "api_key_missing", 401);
        request.send().is(401, &missing);
        let invalid = error(&json!("Invalid API key."), "Unauthorized", "api_key_invalid", 401);
        request.header("x-api-key", "sk_nobodys").send().is(401, &invalid);
    }
}

#[test]
fn a_key_does_what_its_scopes_allow() {
    let desk = Desk::shop();
    let agents = desk.team.key_with_scopes(&["agents:read", "agents:write"]);
    for (method, rest, body, scope) in all(&desk.a_conversation()) {
        let request = with_body(desk.team.app.client.request(method, &desk.path(&rest)), &body);
        let message = json!(format!("This API key is missing the required scope: {scope}."));
        let missing = error(&message, "Forbidden", "insufficient_scope", 403);
        request.clone().bearer(&agents).send().is(403, &missing);
        let other = match scope {
            "conversations:read" => "conversations:write",
            _ => "conversations:read",
        };
        let other = desk.team.key_with_scopes(&[other]);
        request.clone().bearer(&other).send().is(403, &missing);
        let status = request.bearer(&desk.team.key_with_scopes(&[scope])).send().status;
        assert!([200, 201, 404].contains(&status), "{method} {rest}: {status}");
    }
}

#[test]
fn other_methods_are_named() {
    let desk = Desk::shop();
    let one = format!("/{NOBODYS}");
    for (method, rest, allowed) in [
        ("POST", String::new(), "GET"),
        ("DELETE", one.clone(), "GET"),
        ("PATCH", one.clone(), "GET"),
        ("GET", "/messages".to_owned(), "POST"),
        ("DELETE", format!("{one}/messages"), "GET, POST"),
        ("PATCH", format!("{one}/messages/{NOBODYS}"), "GET"),
        ("GET", format!("{one}/ai-status"), "PATCH"),
        ("GET", format!("{one}/stream-ticket"), "POST"),
        ("POST", format!("{one}/stream"), "GET"),
    ] {
        names_methods(&desk.request(method, &rest).send(), allowed, &rest);
    }
}

#[test]
fn the_id_of_a_request_comes_back() {
    let desk = Desk::shop();
    let request = desk.request("GET", "").header("x-request-id", "my-own-id");
    assert_eq!(request.send().header("x-request-id"), Some("my-own-id"));
    let missing = desk.request("GET", &format!("/{NOBODYS}")).header("x-request-id", "my-own-id");
    let missing = missing.send();
    assert_eq!(missing.header("x-request-id"), Some("my-own-id"));
    assert_eq!(missing.json()["request_id"], "my-own-id");
}
