//! Reading what is said as it is said.

use std::sync::Arc;

use black_box::{App, Events, Request, Setup, flows};
use serde_json::{Value, json};

use super::super::{NOBODYS, error, invalid};
use super::{ANSWER, Desk, HOURS, OPEN, QUESTION, conversation_not_found, id};

fn ticket(desk: &Desk, conversation: &str) -> String {
    let issued = desk.request("POST", &format!("/{conversation}/stream-ticket")).send();
    let expected = json!({
        "message": "Stream ticket created successfully",
        "data": {"ticket": "…", "expires_in": 60},
    });
    let issued = issued.is(201, &expected);
    issued["data"]["ticket"].as_str().expect("a ticket").to_owned()
}

/// The request of a reader who has only a ticket.
fn with_ticket(desk: &Desk, conversation: &str, ticket: &str, query: &str) -> Request {
    let path = desk.path(&format!("/{conversation}/stream?ticket={ticket}{query}"));
    desk.team.app.client.get(&path)
}

fn reader(desk: &Desk, conversation: &str, query: &str) -> Request {
    with_ticket(desk, conversation, &ticket(desk, conversation), query)
}

/// The next words that come; heartbeats are none.
fn words(events: &mut Events, count: usize) -> Vec<String> {
    let messages = events.filter(|event| event.event == "message").take(count);
    messages.map(|event| event.data["message"].as_str().unwrap_or("?").to_owned()).collect()
}

fn ticket_invalid() -> Value {
    let message = json!("The stream ticket is missing, used or expired.");
    error(&message, "Unauthorized", "unauthorized", 401)
}

/// The messages of a conversation, and their ids.
fn messages(desk: &Desk, conversation: &str) -> Vec<Value> {
    let listed = desk.get(&format!("/{conversation}/messages?limit=100"));
    listed["data"].as_array().expect("messages").clone()
}

#[test]
fn what_is_said_comes_as_it_is_said() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    let mut events = reader(&desk, &conversation, "").events();
    desk.says(&conversation, &json!({"message": HOURS})).expect(201);

    let event = events.next().expect("an event");

    let said = &messages(&desk, &conversation)[2];
    assert_eq!((event.id.as_str(), event.event.as_str()), (id(said), "message"));
    let expected = json!({
        "id": said["id"], "conversation_id": conversation, "role": "user", "message": HOURS,
        "message_type": "text", "created_at": said["created_at"],
    });
    assert_eq!(event.data, expected, "and nothing of what was said before");
    assert_eq!(words(&mut events, 1), [OPEN]);
    desk.says(&conversation, &json!({"message": QUESTION})).expect(201);
    assert_eq!(words(&mut events, 2), [QUESTION, ANSWER]);
}

#[test]
fn a_reader_goes_on_after_the_last_message_it_has() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    desk.says(&conversation, &json!({"message": HOURS})).expect(201);
    let messages = messages(&desk, &conversation);
    let after = |message: &Value| format!("&after={}", id(message));
    let by_id = words(&mut reader(&desk, &conversation, &after(&messages[1])).events(), 2);
    assert_eq!(by_id, [HOURS, OPEN]);
    let by_header = reader(&desk, &conversation, "").header("last-event-id", id(&messages[2]));
    assert_eq!(words(&mut by_header.events(), 1), [OPEN]);
    let by_time = reader(&desk, &conversation, "&after=2020-01-01T00:00:00Z");
    assert_eq!(words(&mut by_time.events(), 4), [QUESTION, ANSWER, HOURS, OPEN]);
    // A browser that reconnects keeps its address, and says what came last.
    let browser = reader(&desk, &conversation, &after(&messages[0]));
    let mut browser = browser.header("last-event-id", id(&messages[2])).events();
    assert_eq!(words(&mut browser, 1), [OPEN]);
}

#[test]
fn after_what_is_no_message_or_time_is_refused() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    let why = "after: must be the id of a message of this conversation, or a time such as 2030-01-31T00:00:00.000Z";
    let elsewhere = desk.a_conversation();
    let elsewhere = messages(&desk, &elsewhere);
    let refused = |after: &str| reader(&desk, &conversation, &format!("&after={after}")).send();
    for after in ["x", "1", "2030-13-31T00:00:00Z"] {
        refused(after).is(400, &invalid(&json!([why])));
    }
    for after in [NOBODYS, id(&elsewhere[0])] {
        assert_eq!(refused(after).expect(404)["message"], "Message not found");
    }
}

#[test]
fn a_heartbeats_id_is_no_message() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    let reader = reader(&desk, &conversation, "").header("last-event-id", "1");
    let mut events = reader.events();
    desk.says(&conversation, &json!({"message": HOURS})).expect(201);
    assert_eq!(words(&mut events, 2), [HOURS, OPEN], "what comes from now on");
}

#[test]
fn a_ticket_lets_one_reader_in_once() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    let ticket = ticket(&desk, &conversation);
    assert_eq!(ticket.len(), 43);
    let after = format!("&after={}", id(&messages(&desk, &conversation)[0]));
    let reader = with_ticket(&desk, &conversation, &ticket, &after);
    assert_eq!(words(&mut reader.events(), 1), [ANSWER]);
    for _ in 0..3 {
        reader.send().is(401, &ticket_invalid());
    }
}

#[test]
fn a_ticket_lets_in_where_it_was_issued_for() {
    let desk = Desk::shop();
    let (one, other) = (desk.a_conversation(), desk.a_conversation());
    let beside = desk.beside();
    let theirs = beside.a_conversation();
    let ticket = ticket(&desk, &one);
    let message = json!("This stream ticket is for another conversation.");
    let forbidden = error(&message, "Forbidden", "forbidden", 403);
    with_ticket(&desk, &other, &ticket, "").send().is(403, &forbidden);
    with_ticket(&beside, &theirs, &ticket, "").send().is(403, &forbidden);
    with_ticket(&beside, &one, &ticket, "").send().is(403, &forbidden);
    // That was no use of it.
    let after = format!("&after={}", id(&messages(&desk, &one)[0]));
    let mut events = with_ticket(&desk, &one, &ticket, &after).events();
    assert_eq!(words(&mut events, 1), [ANSWER]);
}

#[test]
fn what_is_no_ticket_lets_nobody_in() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    let good = ticket(&desk, &conversation);
    let other = if good.starts_with('A') { "B" } else { "A" };
    let forged = [
        String::new(),
        "x".to_owned(),
        "x".repeat(43),
        format!("{other}{}", &good[1..]),
        format!("{}==", good),
        desk.team.key.clone(),
    ];
    for ticket in &forged {
        with_ticket(&desk, &conversation, ticket, "").send().is(401, &ticket_invalid());
    }
    let path = desk.path(&format!("/{conversation}/stream"));
    desk.team.request("GET", &path).send().is(401, &ticket_invalid());
    let nobodys = desk.path("/c/stream");
    desk.team.request("GET", &nobodys).send().is(404, &conversation_not_found());
}

#[test]
fn a_stream_ends_and_is_gone_on_with_nothing_lost_or_doubled() {
    let setup = Setup { stream_seconds: Some(1), ..Setup::default() };
    let desk = Desk::of(&Arc::new(App::start(setup)), &flows::shop());
    let conversation = desk.a_conversation();
    desk.pauses(&conversation, true);
    let mut after = id(&messages(&desk, &conversation)[1]).to_owned();
    let mut read = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..120 {
                desk.says(&conversation, &json!({"message": format!("word {n}")})).expect(201);
            }
        });
        let mut streams = 0;
        while read.len() < 120 {
            let events = reader(&desk, &conversation, &format!("&after={after}")).events();
            for event in events.filter(|event| event.event == "message") {
                after.clone_from(&event.id);
                read.push(event.data["message"].as_str().unwrap_or("?").to_owned());
            }
            streams += 1;
            assert!(streams < 60, "{read:?}");
        }
    });
    let all: Vec<String> = (0..120).map(|n| format!("word {n}")).collect();
    assert_eq!(read, all);
}
