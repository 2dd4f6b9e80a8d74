//! An address that a workflow calls, and what its answer does.

use std::io::{self, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use black_box::{Account, App, Setup, Team, a_path, a_phone, flows};
use serde_json::{Value, json};
use stand_in::{Answer, Inbound};

/// An account answered by a workflow that calls an address of its own: the path of that.
fn caller(fields: &Value) -> (Team, Account, String) {
    let app = App::shared();
    let path = a_path();
    let (team, account) = app.account_answered_by(&flows::calling(&app.address(&path), fields));
    (team, account, path)
}

/// What a contact is told when the address answers so.
#[track_caller]
fn told(fields: &Value, answer: Answer) -> String {
    let (team, account, path) = caller(fields);
    let phone = a_phone();
    team.app.is_answered(&path, [answer]);
    account.receives(&Inbound::text(&phone, "hi"));
    let text = team.app.texts_to(&phone, 1).remove(0);
    let conversation = team.app.settled(&account.conversation_with(&phone));
    assert_eq!(conversation["sessions"][0]["status"], "completed", "{conversation:#}");
    assert_eq!(team.app.calls_of(&path).len(), 1);
    text
}

#[test]
fn an_address_is_called_once_as_its_author_wrote_and_its_answer_is_in_the_next_message() {
    let fields = json!({
        "method": "POST", "headers": {"X-Contact": "{{contact.name}}"},
        "body": {"text": "{{input.text}}", "count": 3},
    });
    let (team, account, path) = caller(&fields);
    let phone = a_phone();
    team.app.is_answered(&path, [Answer::json(200, &json!({"stock": 7}))]);
    let delivery = account.delivery_of(&Inbound::text(&phone, "green tea").name("Ada"));

    delivery.send().is(200, &json!({}));
    assert_eq!(team.app.texts_to(&phone, 1), ["Answered 200: 7"]);
    delivery.send().is(200, &json!({}));
    team.app.settled(&account.conversation_with(&phone));

    let [call] = &team.app.calls_of(&path)[..] else { panic!("called more than once") };
    assert_eq!(call.method, "POST");
    assert_eq!(call.json(), json!({"text": "green tea", "count": 3}));
    assert_eq!(call.header("x-contact"), Some("Ada"));
    assert_eq!(call.header("content-type"), Some("application/json"));
    assert_eq!(call.header("idempotency-key").map(str::len), Some(36), "{call:#?}");
    assert!(call.header("user-agent").is_some_and(|name| name.starts_with("parlance/")));
    assert_eq!(team.app.sent_to(&phone).len(), 1);
}

#[test]
fn each_call_has_an_idempotency_key_of_its_own() {
    let (team, account, path) = caller(&json!({}));
    for _ in 0..2 {
        let phone = a_phone();
        account.receives(&Inbound::text(&phone, "hi"));
        team.app.wait_for_sent_to(&phone, 1);
    }
    let calls = team.app.calls_of(&path);
    assert_ne!(calls[0].header("idempotency-key"), calls[1].header("idempotency-key"));
}

#[test]
fn a_call_that_a_trigger_begins_is_made_too() {
    let (team, path) = (App::shared().team(), a_path());
    team.has_an_account();
    let url = format!("{}?cart={{{{context.cart_id}}}}", team.app.address(&path));
    let graph = json!({
        "entry": "call",
        "nodes": [
            {"id": "call", "type": "http", "url": url, "headers": {"x-cart": "{{context.cart_id}}"}},
            {"id": "end", "type": "end", "outcome": "called"},
        ],
        "edges": [{"from": "call", "to": "end"}],
    });
    let flow = team.has_published(&flows::with_graph("Cart", &graph));
    let trigger = json!({"flow_id": flow, "phone": a_phone(), "context": {"cart_id": "a b&c"}});
    team.trigger(&trigger).send().expect(201);

    let called = team.app.wait_for_calls_of(&format!("{path}?cart=a%20b%26c"), 1);
    assert_eq!((called[0].method.as_str(), called[0].header("x-cart")), ("GET", Some("a b&c")));
}

#[test]
fn an_answer_is_any_status_from_200_to_299_also_without_a_body() {
    let verbatim = |status: u16, body: &str| Answer::Verbatim {
        status,
        headers: Vec::new(),
        body: body.to_owned(),
    };
    assert_eq!(told(&json!({}), verbatim(204, "")), "Answered 204: ");
    // Whatever it is called.
    assert_eq!(told(&json!({}), verbatim(201, r#"{"stock": "few"}"#)), "Answered 201: few");
    assert_eq!(told(&json!({}), verbatim(200, "no JSON")), "Answered 200: ");
}

#[test]
fn an_error_of_the_address_leaves_by_error_with_what_it_said() {
    for status in [400, 404, 500, 503] {
        let answer = Answer::json(status, &json!({"why": "closed"}));
        assert_eq!(told(&json!({}), answer), format!("Failed: {status}  closed"));
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let app = App::shared();
    let elsewhere = a_path();
    let headers = vec![("location".to_owned(), app.address(&elsewhere))];
    let redirect = Answer::Verbatim { status: 302, headers, body: String::new() };

    assert_eq!(told(&json!({}), redirect), "Failed: 302  ");
    assert!(app.calls_of(&elsewhere).is_empty());
}

#[test]
fn an_answer_that_is_too_large_leaves_by_error() {
    let text = |kilobytes: usize| Answer::Verbatim {
        status: 200,
        headers: Vec::new(),
        body: "x".repeat(kilobytes * 1024),
    };
    // More than is read, and more than a session keeps.
    assert_eq!(told(&json!({}), text(300)), "Failed:  too_large ");
    assert_eq!(told(&json!({}), text(20)), "Failed: 200 too_large ");
    // What is not kept may be larger.
    assert_eq!(told(&json!({"save_as": null}), text(20)), "Answered : ");
}

#[test]
fn an_address_that_does_not_answer_in_time_or_at_all_leaves_by_error() {
    let second = json!({"timeout": 1});
    assert_eq!(told(&second, Answer::Hang), "Failed:  timed_out ");
    assert_eq!(told(&second, Answer::Close), "Failed:  timed_out ");
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// An address that begins to answer at once, and goes on byte by byte for as long as somebody reads.
fn dripping() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        // What it waits for is the end of the connection; a byte each time that it has not come.
        stream.set_read_timeout(Some(Duration::from_millis(200))).expect("a timeout");
        loop {
            match stream.read(&mut [0; 4096]) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if is_timeout(&error) && stream.write_all(b"1").is_ok() => {}
                Err(_) => break,
            }
        }
    });
    origin
}

#[test]
fn an_answer_must_have_ended_in_time_not_only_begun() {
    let origin = dripping();
    let app = Arc::new(App::start(Setup { outbound: vec![origin.clone()], ..Setup::default() }));
    let workflow = flows::calling(&origin, &json!({"timeout": 1}));
    let (_, account) = app.account_answered_by(&workflow);
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "hi"));
    assert_eq!(app.texts_to(&phone, 1), ["Failed:  timed_out "]);
}
