//! Addresses that are none of WhatsApp's: those of `http` nodes, and the language model.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use http::{Request, Response};
use serde_json::{Value, json};
use stand_in::{Answer, Config, Gate, StandIn, exchange};
use tempfile::TempDir;

const LONG: Duration = Duration::from_secs(20);

async fn call(
    stand_in: &StandIn,
    method: &str,
    path: &str,
    body: &str,
) -> anyhow::Result<Response<Vec<u8>>> {
    let request = Request::builder().method(method).uri(format!("{}{path}", stand_in.origin()));
    let request = request.header("x-team", "acme").body(body.as_bytes().to_vec())?;
    exchange(request, LONG).await
}

fn json_of(response: &Response<Vec<u8>>) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

async fn started() -> StandIn {
    StandIn::start(Config::default()).await.unwrap()
}

fn question(text: &str) -> String {
    let told = [("system", "You help."), ("user", text)];
    let messages = told.map(|(role, content)| json!({"role": role, "content": content}));
    json!({"model": "m", "messages": messages}).to_string()
}

#[tokio::test]
async fn an_address_records_what_it_is_sent_and_gives_it_back() {
    let stand_in = started().await;
    let put = call(&stand_in, "PUT", "/http/orders/7?x=1", r#"{"n": 1}"#).await.unwrap();
    let expected = json!({"method": "PUT", "path": "/http/orders/7?x=1", "body": {"n": 1}});
    assert_eq!((put.status().as_u16(), json_of(&put)), (200, expected));
    let got = call(&stand_in, "GET", "/http/", "plain").await.unwrap();
    assert_eq!(json_of(&got)["body"], "plain");

    let called = stand_in.called();
    let heads: Vec<_> = called.iter().map(|c| (c.number, c.method.as_str(), c.status)).collect();
    assert_eq!(heads, [(1, "PUT", Some(200)), (2, "GET", Some(200))]);
    assert_eq!((called[0].header("x-team"), called[0].json()), (Some("acme"), json!({"n": 1})));
    assert_eq!(stand_in.sent(), []);
    assert_eq!(call(&stand_in, "GET", "/other", "").await.unwrap().status(), 404);
}

#[tokio::test]
async fn the_language_model_says_what_it_was_told_or_what_it_should() {
    let stand_in = started().await;
    stand_in.answer_calls_with(|called| match called.question().as_str() {
        "colour?" => Answer::says("Blue."),
        _ => Answer::Accept,
    });
    for (text, said) in [("colour?", "Blue."), ("hello", "You said: hello")] {
        let body = question(text);
        let said_now = call(&stand_in, "POST", "/v1/chat/completions", &body).await.unwrap();
        assert_eq!(json_of(&said_now)["choices"][0]["message"]["content"], said);
    }
    let called = &stand_in.called()[0];
    assert!(called.asks_the_model());
    assert_eq!(called.told()[0], ("system".to_owned(), "You help.".to_owned()));
}

#[tokio::test]
async fn the_language_model_calls_the_function_that_it_is_asked_to_where_any_is_offered() {
    let stand_in = started().await;
    for (text, name, arguments) in [
        ("tool: hand_off", "hand_off", "{}"),
        ("tool: start_flow My order", "start_flow", r#"{"flow":"My order"}"#),
    ] {
        let mut body: Value = serde_json::from_str(&question(text)).unwrap();
        let bare = call(&stand_in, "POST", "/chat/completions", &body.to_string()).await.unwrap();
        assert_eq!(json_of(&bare)["choices"][0]["message"]["content"], format!("You said: {text}"));
        body["tools"] = json!([{"type": "function"}]);
        let called = call(&stand_in, "POST", "/chat/completions", &body.to_string()).await.unwrap();
        let message = &json_of(&called)["choices"][0]["message"];
        assert_eq!(message["content"], Value::Null);
        let function = json!({"name": name, "arguments": arguments});
        assert_eq!(message["tool_calls"][0]["function"], function);
    }
}

#[tokio::test]
async fn an_answer_is_held_until_its_gate_opens() {
    let stand_in = started().await;
    let gate = Gate::default();
    let held = gate.clone();
    stand_in.answer_calls_with(move |_| Answer::json(201, &json!({})).behind(&held));
    let calling = call(&stand_in, "GET", "/http/slow", "");
    let opening = async {
        while stand_in.called().is_empty() {
            tokio::task::yield_now().await;
        }
        gate.open();
    };
    let (answer, ()) = tokio::join!(calling, opening);
    assert_eq!(answer.unwrap().status(), 201);
    assert_eq!(call(&stand_in, "GET", "/http/next", "").await.unwrap().status(), 201);
}

#[tokio::test]
async fn an_address_can_close_the_connection() {
    let stand_in = started().await;
    stand_in.answer_calls_with(|_| Answer::Close);
    call(&stand_in, "GET", "/http/a", "").await.unwrap_err();
    assert_eq!(stand_in.called()[0].status, None);
}

#[tokio::test]
async fn calls_are_recorded_beside_the_messages_and_known_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let record = folder.path().join("stand-in.jsonl");
    let config = || Config { record: Some(record.clone()), ..Config::default() };
    let before = StandIn::start(config()).await.unwrap();
    call(&before, "GET", "/http/a", "").await.unwrap();
    drop(before);

    let after = StandIn::start(config()).await.unwrap();
    call(&after, "GET", "/http/b", "").await.unwrap();

    let known = after.called().iter().map(|c| (c.number, c.path.clone())).collect::<Vec<_>>();
    assert_eq!(known, [(1, "/http/a".to_owned()), (2, "/http/b".to_owned())]);
    let lines = std::fs::read_to_string(folder.path().join("stand-in.calls.jsonl")).unwrap();
    assert_eq!(
        (lines.lines().count(), std::fs::read_to_string(&record).unwrap()),
        (2, String::new())
    );
}
