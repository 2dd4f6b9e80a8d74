//! What a visitor writes, and what is shown of a conversation.

use black_box::{App, flows};
use serde_json::{Value, json};

use super::{Site, an_id, field, invalid, message, problem, texts};

/// A text of a workflow, as it is shown.
fn said(text: &str) -> Value {
    json!({"id": "…", "direction": "outbound", "at": "…", "type": "text", "text": text})
}

fn written(id: &str, text: &str) -> Value {
    let mut said = said(text);
    said["direction"] = json!("inbound");
    said["client_id"] = json!(id);
    said
}

/// Keeps what is written for a person.
fn person() -> Value {
    flows::with_graph(
        "Person",
        &json!({
            "entry": "person",
            "nodes": [{"id": "person", "type": "handoff", "text": "One moment."}],
            "edges": [],
        }),
    )
}

#[test]
fn a_message_is_answered_with_all_that_a_page_needs() {
    let site = Site::echo();
    let id = an_id();
    let expected = json!({
        "visitor": "…", "token": "…", "message": written(&id, "hello"),
        "replies": [said("What is it?")], "pending": false,
    });
    let first = site.first(&json!({"id": id, "text": "hello"})).send();
    let answered = first.is(201, &expected);
    let token = field(&answered, "token");
    let history = site.request("GET", "/messages").bearer(&token).send();
    let expected = json!({
        "visitor": answered["visitor"], "token": token, "more": false, "pending": false,
        "messages": [answered["message"], answered["replies"][0]],
    });
    history.is(200, &expected);
}

#[test]
fn buttons_and_lists_are_shown_and_what_is_chosen_of_them_is_heard() {
    let choices = |count: usize| -> Vec<Value> {
        (1..=count)
            .map(|n| json!({"id": format!("c{n}"), "title": format!("Choice {n}")}))
            .collect()
    };
    let graph = json!({
        "entry": "few",
        "nodes": [
            {"id": "few", "type": "ask", "text": "Few?", "choices": choices(2), "save_as": "few"},
            {"id": "many", "type": "ask", "text": "Many?", "button": "See", "choices": choices(5), "save_as": "many"},
            {"id": "told", "type": "message", "text": "{{ vars.few }} and {{ vars.many }}, {{ input.text }}"},
            {"id": "picture", "type": "message", "text": "Look", "media": {"type": "image", "url": "https://cdn.example/a.png"}},
        ],
        "edges": [{"from": "few", "to": "many"}, {"from": "many", "to": "told"}, {"from": "told", "to": "picture"}],
    });
    let site = Site::answered_by(&App::shared(), &flows::with_graph("Choices", &graph));
    let visitor = site.visitor("hi");
    let shown = &visitor.answered["replies"][0];
    assert_eq!((&shown["type"], &shown["buttons"]), (&json!("buttons"), &json!(choices(2))));

    let body = json!({"id": an_id(), "text": "Something else", "payload": "c2"});
    let pressed = visitor.post(&body).send().expect(201);

    assert_eq!(pressed["message"]["text"], "Choice 2", "what was offered is what was said");
    let list = &pressed["replies"][0];
    assert_eq!((&list["type"], &list["button"]), (&json!("list"), &json!("See")));
    assert_eq!(list["sections"][0]["rows"], json!(choices(5)));
    let body = json!({"id": an_id(), "payload": "c5"});
    let chosen = visitor.post(&body).send().expect(201);
    assert_eq!(chosen["replies"][0]["text"], "c2 and c5, Choice 5");
    let picture = json!({
        "id": "…", "direction": "outbound", "at": "…", "type": "media", "kind": "image",
        "url": "https://cdn.example/a.png", "caption": "Look",
    });
    assert_eq!(black_box::like::compare(&chosen["replies"][1], &picture), Ok(()));
}

#[test]
fn a_payload_that_was_never_offered_is_no_choice() {
    let site = Site::echo();
    let visitor = site.visitor("hi");
    let body = json!({"id": an_id(), "text": "My words", "payload": "forged"});
    let answered = visitor.post(&body).send().expect(201);
    assert_eq!(texts(&answered["replies"]), ["You wrote: My words"]);
}

#[test]
fn a_message_that_comes_again_is_one() {
    let site = Site::echo();
    let visitor = site.visitor("hi");
    let body = message("tea");
    let answers = visitor.post(&body).send_at_once(8);
    let created: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(created.len(), 1, "{answers:#?}");
    let first = created[0].json();
    for answer in &answers {
        let again = answer.json();
        assert_eq!((&again["message"], &again["replies"]), (&first["message"], &first["replies"]));
    }
    assert_eq!(visitor.log(), ["hi", "What is it?", "tea", "You wrote: tea"]);
    visitor.post(&body).send().expect(200);
    assert_eq!(visitor.log().len(), 4);
}

#[test]
fn what_is_no_message_is_refused_with_all_that_is_wrong() {
    let site = Site::echo();
    let visitor = site.visitor("hi");
    let id = an_id();
    for (body, wrong) in [
        (json!({"text": "hi"}), "/id"),
        (json!({"id": "1", "text": "hi"}), "/id"),
        (json!({"id": 1, "text": "hi"}), "/id"),
        (json!({"id": "00000000-0000-0000-0000-000000000001", "text": "hi"}), "/id"),
        (json!({"id": id}), "/text"),
        (json!({"id": id, "text": " \n\t"}), "/text"),
        (json!({"id": id, "text": ["hi"]}), "/text"),
        (json!({"id": id, "text": "é".repeat(4_097)}), "/text"),
        (json!({"id": id, "text": "hi", "payload": 7}), "/payload"),
        (json!({"id": id, "text": "hi", "payload": "p".repeat(257)}), "/payload"),
        (json!([]), ""),
        (json!("hi"), ""),
    ] {
        visitor.post(&body).send().is(400, &invalid(wrong));
        site.first(&body).send().is(400, &invalid(wrong));
    }
    let no_json = visitor.request("POST", "/messages").text("{\"id\":");
    no_json.send().is(400, &problem("bad_request"));
    visitor.request("POST", "/messages").text("").send().is(400, &problem("bad_request"));
    let form = visitor.request("POST", "/messages").header("content-type", "text/plain").body("{}");
    form.send().is(415, &problem("unsupported_media_type"));
    assert_eq!(visitor.log(), ["hi", "What is it?"]);
    assert_eq!(visitor.says(&"é".repeat(4_096)).len(), 1, "the longest that is taken");
}

#[test]
fn a_body_above_16_kib_is_refused() {
    let site = Site::echo();
    let body = |bytes: usize| {
        let body = message("hi").to_string();
        format!("{body}{}", " ".repeat(bytes - body.len()))
    };
    site.request("POST", "/messages").text(body(16 * 1024)).send().expect(201);
    let above = site.request("POST", "/messages").text(body(16 * 1024 + 1)).send();
    above.is(413, &problem("payload_too_large"));
}

#[test]
fn who_writes_too_fast_is_told_so_and_loses_nothing() {
    // Kept for a person, so that nothing is said but this.
    let site = Site::answered_by(&App::shared(), &person());
    let visitor = site.visitor("message 1");
    for n in 2..=30 {
        visitor.post(&message(&format!("message {n}"))).send().expect(201);
    }
    let one_more = message("message 31");
    let refused = visitor.post(&one_more).send();
    refused.is(429, &problem("rate_limited"));
    assert_eq!(refused.header("retry-after"), Some("60"));
    site.visitor("somebody else");
}

#[test]
fn a_history_is_read_page_by_page_newest_first() {
    let nodes: Vec<Value> = (0..19)
        .map(|n| json!({"id": format!("n{n}"), "type": "message", "text": format!("part {n}")}))
        .collect();
    let edges: Vec<Value> =
        (1..19).map(|n| json!({"from": format!("n{}", n - 1), "to": format!("n{n}")})).collect();
    let graph = json!({"entry": "n0", "nodes": nodes, "edges": edges});
    let site = Site::answered_by(&App::shared(), &flows::with_graph("Long", &graph));
    let visitor = site.visitor("turn 0");
    for n in 1..7 {
        visitor.says(&format!("turn {n}"));
    }
    let all: Vec<String> = (0..7)
        .flat_map(|n| [format!("turn {n}")].into_iter().chain((0..19).map(|n| format!("part {n}"))))
        .collect();

    let (mut read, mut before, mut pages) = (Vec::new(), String::new(), Vec::new());
    loop {
        let page = visitor.history(&before);
        let mut texts = texts(&page["messages"]);
        pages.push((texts.len(), page["more"].clone()));
        before = format!("?before={}", field(&page["messages"][0], "id"));
        texts.append(&mut read);
        read = texts;
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(read, all);
    assert_eq!(pages, [(50, json!(true)), (50, json!(true)), (40, json!(false))]);
    let nothing = visitor.history(&before);
    assert_eq!((&nothing["messages"], &nothing["more"]), (&json!([]), &json!(false)));

    // What came so long ago that only the history has it is not heard again.
    let early = message("early");
    visitor.post(&early).send().expect(201);
    (0..5).for_each(|_| drop(visitor.says("later")));
    visitor.post(&early).send().is(409, &problem("conflict"));

    let refused =
        |before: &str| visitor.request("GET", &format!("/messages?before={before}")).send();
    refused("x").is(400, &invalid("/before"));
    let other = site.visitor("hello");
    refused(&field(&other.answered["message"], "id")).is(404, &problem("not_found"));
}

#[test]
fn a_person_takes_over_and_gives_back() {
    let team = App::shared().team();
    let workflow = team.creates(&flows::shop());
    let body = json!({"workflow_id": workflow, "name": "Ana", "description": "Sells tea"});
    let created = team.request("POST", "/api/v1/console/agents").json(&body).send().expect(201);
    let agent = field(&created["data"], "id");
    let site = Site { account: format!("site-of-{}", team.name), team };
    site.is_registered(&json!({"agent_id": agent})).expect(201);
    let visitor = site.visitor("where is the shop located?");
    assert_eq!(texts(&visitor.answered["replies"]), ["In Lagos."]);
    let desk = format!("/api/v1/console/agents/{agent}/conversations");
    let listed = site.team.request("GET", &desk).send().expect(200);
    assert_eq!(listed["data"][0]["channel_type"], "webchat");
    assert_eq!(listed["data"][0]["channel_user_id"], json!(visitor.id));
    assert_eq!(listed["data"][0]["is_test_channel"], false);

    let desk = format!("{desk}/{}", visitor.conversation());
    let pauses = |paused: bool| {
        let body = json!({"is_ai_chat_paused": paused});
        site.team.request("PATCH", &format!("{desk}/ai-status")).json(&body).send().expect(200);
    };
    pauses(true);
    assert_eq!(visitor.says("opening hours"), Vec::<String>::new(), "automation rests");
    let speaks = json!({"role": "assistant", "message": "Ana here."});
    site.team.request("POST", &format!("{desk}/messages")).json(&speaks).send().expect(201);
    assert_eq!(visitor.log().last().map(String::as_str), Some("Ana here."));
    pauses(false);
    assert_eq!(visitor.says("opening hours"), ["9 to 17."]);
}

#[test]
fn stop_ends_what_runs_and_start_lets_it_begin_again() {
    let site = Site::echo();
    let visitor = site.visitor("hi");
    assert_eq!(visitor.says("STOP").len(), 1, "one confirmation");
    let stored = site.team.app.conversation(&visitor.conversation());
    assert_eq!(stored["sessions"][0]["outcome"], "opted_out");
    visitor.says("START");
    assert_eq!(visitor.says("hello again"), ["What is it?"]);
}
