//! Reading what is said as it is said.

use std::sync::Arc;

use black_box::{App, Events, Request, Setup, flows};
use serde_json::Value;

use super::{PAGE, Site, Visitor, field, invalid, problem};

/// The visitor's stream, by the header.
fn reader(visitor: &Visitor<'_>, query: &str) -> Request {
    visitor.request("GET", &format!("/stream{query}"))
}

fn words(events: &mut Events, count: usize) -> Vec<String> {
    let messages = events.filter(|event| event.event == "message").take(count);
    messages.map(|event| field(&event.data, "text")).collect()
}

fn messages(visitor: &Visitor<'_>) -> Vec<Value> {
    visitor.history("")["messages"].as_array().expect("messages").clone()
}

#[test]
fn what_is_said_comes_as_it_is_said() {
    let site = Site::echo();
    let visitor = site.visitor("hi");
    let mut events = reader(&visitor, "").events();
    visitor.says("tea");

    let event = events.next().expect("an event");

    let said = &messages(&visitor)[2];
    assert_eq!((event.id, event.event.as_str()), (field(said, "id"), "message"));
    assert_eq!(&event.data, said, "as the history shows it, and nothing of what was before");
    assert_eq!(words(&mut events, 1), ["You wrote: tea"]);
    visitor.says("cake");
    assert_eq!(words(&mut events, 2), ["cake", "You wrote: cake"]);
}

#[test]
fn a_reader_goes_on_after_the_last_message_it_has() {
    let site = Site::echo();
    let visitor = site.visitor("hi");
    visitor.says("tea");
    let ids: Vec<String> = messages(&visitor).iter().map(|message| field(message, "id")).collect();
    let by_header = reader(&visitor, "").header("last-event-id", &ids[1]);
    assert_eq!(words(&mut by_header.events(), 2), ["tea", "You wrote: tea"]);
    let by_query = reader(&visitor, &format!("?after={}", ids[2]));
    assert_eq!(words(&mut by_query.events(), 1), ["You wrote: tea"]);
    // An EventSource has no headers of its own; when it comes again, it keeps its address.
    let source = format!("/stream?after={}&token={}", ids[0], visitor.token);
    let source = site.request("GET", &source).header("last-event-id", &ids[2]);
    assert_eq!(words(&mut source.events(), 1), ["You wrote: tea"]);
    reader(&visitor, "?after=x").send().is(400, &invalid("/after"));
    let other = site.visitor("hello");
    let elsewhere = field(&other.answered["message"], "id");
    reader(&visitor, &format!("?after={elsewhere}")).send().is(404, &problem("not_found"));
}

#[test]
fn a_page_may_read_the_stream_and_nobody_without_a_token() {
    let site = Site::echo();
    let visitor = site.visitor("hi");
    site.request("GET", "/stream").send().is(401, &problem("token_invalid"));
    site.request("GET", "/stream?token=").send().is(401, &problem("token_invalid"));
    let app = Arc::new(App::start(Setup { stream_seconds: Some(1), ..Setup::default() }));
    let short = Site::answered_by(&app, &flows::echo());
    let foreign = short.request("GET", &format!("/stream?token={}", visitor.token));
    foreign.send().is(401, &problem("token_invalid"));
    let answer = reader(&short.visitor("hi"), "").send();
    assert_eq!((answer.status, answer.body.as_str()), (200, ": open\n\n"), "and a clean end");
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE));
    assert_eq!(answer.header("vary"), Some("Origin"));
}

#[test]
fn a_stream_ends_and_is_gone_on_with_nothing_lost_or_doubled() {
    let setup = Setup { stream_seconds: Some(1), ..Setup::default() };
    let site = Site::answered_by(&Arc::new(App::start(setup)), &flows::echo());
    let visitor = site.visitor("hi");
    let mut after = field(&visitor.answered["replies"][0], "id");
    let mut read = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..25 {
                visitor.says(&format!("word {n}"));
                // The stream ends in between.
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
        });
        let mut streams = 0;
        while read.len() < 50 {
            let events = reader(&visitor, "").header("last-event-id", &after).events();
            for event in events.filter(|event| event.event == "message") {
                after.clone_from(&event.id);
                read.push(field(&event.data, "text"));
            }
            streams += 1;
            assert!(streams < 60, "{read:?}");
        }
        assert!(streams > 1, "it ended in between");
    });
    let all = (0..25).flat_map(|n| [format!("word {n}"), format!("You wrote: word {n}")]);
    assert_eq!(read, all.collect::<Vec<_>>());
}
