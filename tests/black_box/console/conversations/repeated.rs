//! `Idempotency-Key` on every write of the console, and the limit of a key.

use black_box::{Answer, Request, wait_for};
use serde_json::{Value, json};

use super::super::{WORKFLOWS, error, minimal};
use super::{AGENTS, Desk, HOURS, a_visitor, id, test_chat};

/// A key that no other test uses.
fn a_key() -> String {
    a_visitor()
}

fn keyed(request: &Request, key: &str) -> Request {
    request.clone().header("idempotency-key", key)
}

fn is_replayed(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == Some("true")
}

fn conflict(message: &str) -> Value {
    error(&json!(message), "Conflict", "conflict", 409)
}

fn other_body() -> Value {
    conflict("This Idempotency-Key was used with another body.")
}

/// A write, a body that it takes as well, and the status of its answer.
type Write = (&'static str, String, Value, Value, u16);

/// Every write of the console, each of something of its own.
fn writes(desk: &Desk) -> Vec<Write> {
    let workflow = || desk.team.creates(&minimal());
    let one_workflow = || format!("{WORKFLOWS}/{}", workflow());
    let agent = || super::an_agent(&desk.team, &workflow());
    let one_agent = || format!("{AGENTS}/{}", agent());
    let conversation = |rest: &str| desk.path(&format!("/{}{rest}", desk.a_conversation()));
    let created = |name: &str| json!({"name": name, "system_prompt": "You help."});
    let an_agent =
        |name: &str| json!({"workflow_id": workflow(), "name": name, "description": "Sells tea"});
    let text = |name: &str| json!({"type": "text", "name": name, "content": "9 to 17"});
    let source = || json!({"source_workflow_id": workflow()});
    let name = |name: &str| json!({"name": name});
    let say = |text: &str| json!({"message": text});
    let paused = |paused: bool| json!({"is_ai_chat_paused": paused});
    let none = Value::Null;
    let live = |status: &str| json!({"status": status});
    vec![
        ("POST", WORKFLOWS.to_owned(), created("a"), created("b"), 201),
        ("POST", format!("{WORKFLOWS}/clone"), source(), source(), 201),
        ("PATCH", one_workflow(), name("a"), name("b"), 200),
        ("DELETE", one_workflow(), none.clone(), none.clone(), 200),
        ("POST", AGENTS.to_owned(), an_agent("a"), an_agent("b"), 201),
        ("PATCH", one_agent(), name("a"), name("b"), 200),
        ("DELETE", one_agent(), none.clone(), none, 200),
        ("PATCH", format!("{}/live-status", one_agent()), live("live"), live("paused"), 200),
        ("POST", format!("{}/knowledge_bases", one_agent()), text("a"), text("b"), 201),
        ("POST", conversation("/messages"), say("one"), say("two"), 201),
        ("PATCH", conversation("/ai-status"), paused(true), paused(false), 200),
        (
            "POST",
            desk.path("/messages"),
            test_chat(&a_visitor(), "one"),
            test_chat(&a_visitor(), "two"),
            201,
        ),
    ]
}

fn request(desk: &Desk, method: &str, path: &str, body: &Value) -> Request {
    let request = desk.team.request(method, path);
    if body.is_null() { request } else { request.json(body) }
}

#[test]
fn every_write_with_a_key_is_answered_again_as_it_was() {
    let desk = Desk::shop();
    for (method, path, body, _, status) in writes(&desk) {
        let keyed = keyed(&request(&desk, method, &path, &body), &a_key());
        let first = keyed.send();
        first.expect(status);
        assert!(!is_replayed(&first), "{first}");
        // The answer is kept once it has been given.
        let again = wait_for("a kept answer", || {
            let again = keyed.send();
            assert_eq!(again.status, status, "{again}");
            is_replayed(&again).then_some(again)
        });
        assert_eq!(again.body, first.body, "{method} {path}");
    }
}

#[test]
fn a_key_is_of_one_body_and_one_path() {
    let desk = Desk::shop();
    let other_path = conflict("This Idempotency-Key was used on another path.");
    for (method, path, body, other, status) in writes(&desk) {
        let key = a_key();
        keyed(&request(&desk, method, &path, &body), &key).send().expect(status);
        if !body.is_null() {
            keyed(&request(&desk, method, &path, &other), &key).send().is(409, &other_body());
        }
        let workflow = json!({"name": "other", "system_prompt": "You help."});
        if path != WORKFLOWS {
            let elsewhere = keyed(&request(&desk, "POST", WORKFLOWS, &workflow), &key);
            elsewhere.send().is(409, &other_path);
        }
        // Another team's keys are its own.
        let team = desk.team.app.team();
        let theirs = team.request("POST", WORKFLOWS).json(&workflow);
        keyed(&theirs, &key).send().expect(201);
    }
}

#[test]
fn the_answer_is_the_same_also_when_the_thing_has_changed_since() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    let status = |paused: bool| {
        let path = format!("/{conversation}/ai-status");
        desk.request("PATCH", &path).json(&json!({"is_ai_chat_paused": paused}))
    };
    let key = a_key();
    let first = keyed(&status(true), &key).send();
    wait_for("a kept answer", || is_replayed(&keyed(&status(true), &key).send()).then_some(()));
    status(false).send().expect(200);

    assert_eq!(keyed(&status(true), &key).send().body, first.body);

    assert_eq!(desk.conversation(&conversation)["is_ai_chat_paused"], false, "not done again");
}

#[test]
fn eight_at_once_do_it_once_and_answer_the_same() {
    let desk = Desk::shop();
    for (method, path, body, _, status) in writes(&desk) {
        let keyed = keyed(&request(&desk, method, &path, &body), &a_key());
        let answers = keyed.send_at_once(8);
        let mut done: Vec<Value> = Vec::new();
        for answer in &answers {
            // One that comes while it is done may be told so.
            match answer.status {
                409 => assert_eq!(answer.json()["code"], "conflict", "{answer}"),
                _ => done.push(answer.expect(status)["data"]["id"].clone()),
            }
        }
        done.dedup();
        assert_eq!(done.len(), 1, "{method} {path} {answers:#?}");
    }
}

#[test]
fn eight_at_once_say_it_once() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    let say = desk.request("POST", &format!("/{conversation}/messages"));
    keyed(&say.json(&json!({"message": HOURS})), &a_key()).send_at_once(8);
    assert_eq!(desk.log(&conversation).len(), 4);
    desk.pauses(&conversation, true);
    let person = desk.request("POST", &format!("/{conversation}/messages"));
    let body = json!({"message": "It is me", "role": "assistant"});
    keyed(&person.json(&body), &a_key()).send_at_once(8);
    assert_eq!(desk.log(&conversation).len(), 5);
}

#[test]
fn eight_bodies_with_one_key_are_one_and_the_rest_conflict() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    let key = a_key();
    let say = |n: usize| {
        let say = desk.request("POST", &format!("/{conversation}/messages"));
        keyed(&say.json(&json!({"message": format!("{HOURS} {n}")})), &key)
    };
    let answers = black_box::at_once((0..8).map(say).collect());
    let said = desk.log(&conversation);
    // Whoever was told that it was said, finds it said.
    let taken = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(said.iter().filter(|(role, _)| role == "user").count(), 1 + taken, "{answers:#?}");
    assert!(answers.iter().all(|answer| [201, 409].contains(&answer.status)), "{answers:#?}");
}

#[test]
fn what_was_refused_may_come_again_put_right() {
    let desk = Desk::shop();
    for (rest, wrong, right) in [
        ("/messages", test_chat(&a_visitor(), ""), test_chat(&a_visitor(), "hi")),
        ("/messages", json!({}), test_chat(&a_visitor(), "hi")),
    ] {
        let key = a_key();
        for _ in 0..2 {
            let refused = keyed(&desk.request("POST", rest).json(&wrong), &key).send();
            assert_eq!((refused.status, is_replayed(&refused)), (400, false), "{refused}");
        }
        keyed(&desk.request("POST", rest).json(&right), &key).send().expect(201);
    }
}

#[test]
fn a_key_has_at_most_255_characters() {
    let desk = Desk::shop();
    let say = || desk.to_send(&test_chat(&a_visitor(), "hi"));
    let key = format!("{}{}", a_key(), "k".repeat(255));
    keyed(&say(), &key[..255]).send().expect(201);
    let why = json!(["Idempotency-Key: must be at most 255 characters long"]);
    keyed(&say(), &key[..256]).send().is(400, &super::super::invalid(&why));
}

#[test]
fn a_ticket_is_new_each_time_whatever_the_key() {
    let desk = Desk::shop();
    let ask = desk.request("POST", &format!("/{}/stream-ticket", desk.a_conversation()));
    let ask = keyed(&ask, &a_key());
    let ticket = || ask.send().expect(201)["data"]["ticket"].clone();
    assert_ne!(ticket(), ticket());
}

#[test]
fn a_key_without_a_limit_is_told_of_none() {
    let desk = Desk::shop();
    let answer = desk.request("GET", "").send();
    assert_eq!(answer.header("x-ratelimit-limit"), None);
    let created = desk.hears(&a_visitor(), HOURS);
    assert!(!id(&created["data"]).is_empty());
}
