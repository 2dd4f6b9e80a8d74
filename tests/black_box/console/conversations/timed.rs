//! What time does to pauses, tickets, keys and limits: the components' clock is moved, nobody waits.

use std::sync::Arc;
use std::time::Duration;

use black_box::{App, Setup, flows};
use serde_json::json;

use super::super::error;
use super::{
    Desk, HOURS, OPEN, QUESTION, a_visitor, answered_with, conversation_of, kept, line, test_chat,
};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// An agent of an application of its own: its clock is its own.
fn desk(workflow: &serde_json::Value) -> Desk {
    Desk::of(&Arc::new(App::start(Setup::default())), workflow)
}

#[test]
fn timers_stand_still_in_a_pause_and_go_on_after_it() {
    let desk = desk(&flows::question());
    let app = &desk.team.app;
    let visitor = a_visitor();
    let sent = desk.hears(&visitor, "hi");
    let conversation = conversation_of(&sent);
    let session = || app.conversation(conversation)["sessions"][0].clone();
    // Of its ten minutes, four.
    app.pass(4 * MINUTE);
    desk.pauses(conversation, true);

    app.pass(5 * HOUR);
    app.sweep();
    desk.to_send(&test_chat(&visitor, "hello?")).send().is(201, &kept("user", "hello?"));
    assert_eq!(session()["status"], "running", "{:#}", session());

    desk.pauses(conversation, false);
    app.pass(5 * MINUTE);
    app.sweep();
    assert_eq!(session()["status"], "running", "six minutes were left: {:#}", session());
    app.pass(3 * MINUTE);
    app.sweep();
    assert_eq!(session()["status"], "completed");
    assert_eq!(session()["outcome"], "no_answer");
}

#[test]
fn a_session_that_waited_through_a_long_pause_takes_its_answer() {
    let desk = desk(&flows::question());
    let visitor = a_visitor();
    let sent = desk.hears(&visitor, "hi");
    desk.pauses(conversation_of(&sent), true);
    desk.team.app.pass(48 * HOUR);
    desk.team.app.sweep();
    desk.pauses(conversation_of(&sent), false);
    let answer = desk.to_send(&test_chat(&visitor, "yes")).send();
    answer.is(201, &answered_with(&["You said yes."]));
}

#[test]
fn a_ticket_is_good_for_a_minute() {
    let desk = desk(&flows::shop());
    let conversation = desk.a_conversation();
    let issue = || {
        let issued = desk.request("POST", &format!("/{conversation}/stream-ticket")).send();
        let ticket = issued.expect(201)["data"]["ticket"].clone();
        let ticket = ticket.as_str().expect("a ticket").to_owned();
        let query = format!("/{conversation}/stream?ticket={ticket}&after=2020-01-01T00:00:00Z");
        desk.team.app.client.get(&desk.path(&query))
    };
    let (in_time, late) = (issue(), issue());
    desk.team.app.pass(55 * MINUTE / 60);
    let first = in_time.events().next().expect("an event");
    assert_eq!(first.data["message"], QUESTION);
    desk.team.app.pass_amid(10 * MINUTE / 60);
    let message = json!("The stream ticket is missing, used or expired.");
    late.send().is(401, &error(&message, "Unauthorized", "unauthorized", 401));
}

#[test]
fn an_answer_is_kept_for_a_day() {
    let desk = desk(&flows::shop());
    let visitor = a_visitor();
    let conversation = conversation_of(&desk.hears(&visitor, QUESTION)).to_owned();
    let say = |text: &str| {
        desk.to_send(&test_chat(&visitor, text)).header("idempotency-key", "daily").send()
    };
    let first = say(HOURS).is(201, &answered_with(&[OPEN]));
    desk.team.app.pass(23 * HOUR + 59 * MINUTE);
    assert_eq!(say(HOURS).expect(201), first);
    say(QUESTION).expect(409);

    desk.team.app.pass(2 * MINUTE);
    // It is another request now: what it says is said.
    let other = say("opening hours of today").is(201, &answered_with(&[OPEN]));

    assert_ne!(other, first);
    let said = desk.log(&conversation);
    assert_eq!(
        said[said.len() - 2..],
        [line("user", "opening hours of today"), line("assistant", OPEN)]
    );
}

#[test]
fn a_key_with_a_limit_is_told_where_it_stands() {
    let desk = desk(&flows::shop());
    let key = desk.team.key_with_limit(3);
    let conversations = desk.team.app.client.get(&desk.path("")).bearer(&key);
    // At the beginning of a minute, so that it does not end meanwhile.
    let reset = |name: &str, answer: &black_box::Answer| {
        answer.header(name).and_then(|text| text.parse::<u64>().ok()).expect("a number")
    };
    let first = conversations.send();
    let until = reset("x-ratelimit-reset", &first);
    let beginning = loop {
        let answer = conversations.send();
        if reset("x-ratelimit-reset", &answer) > until {
            break answer;
        }
        desk.team.app.pass(Duration::from_secs(1));
    };
    assert_eq!((beginning.status, beginning.header("x-ratelimit-limit")), (200, Some("3")));
    assert_eq!(beginning.header("x-ratelimit-remaining"), Some("2"));
    assert_eq!(beginning.header("retry-after"), None);
    for left in ["1", "0"] {
        let answer = conversations.send();
        assert_eq!((answer.status, answer.header("x-ratelimit-remaining")), (200, Some(left)));
    }
    let refused = conversations.send();
    let message = json!("This API key may make 3 requests a minute. Try again later.");
    refused.is(429, &error(&message, "Too Many Requests", "rate_limited", 429));
    assert_eq!(refused.header("x-ratelimit-remaining"), Some("0"));
    let wait = reset("retry-after", &refused);
    assert!((1..=60).contains(&wait), "{wait}");
    // Another key of the team has a limit of its own, or none.
    desk.request("GET", "").send().expect(200);

    desk.team.app.pass(Duration::from_secs(wait));
    let next = conversations.send();
    assert_eq!((next.status, next.header("x-ratelimit-remaining")), (200, Some("2")));
}
