//! Each answer that can be programmed, as a client of the provider meets it.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use anyhow::Context as _;
use channels::whatsapp::{self, Outcome};
use flow::Content;
use http::{Request, Response};
use serde_json::{Value, json};
use stand_in::{ACCESS_TOKEN, ACCOUNT, Answer, Config, StandIn, exchange};

const TO: &str = "+14155550123";
const LONG: Duration = Duration::from_secs(20);

/// The request that the channel adapter makes of a text.
fn request(stand_in: &StandIn, text: &str) -> Request<Vec<u8>> {
    let content = Content::Text { text: text.into() };
    let origin = stand_in.origin();
    whatsapp::request(&origin, ACCOUNT, ACCESS_TOKEN, TO, "m1", &content, None).unwrap()
}

async fn send(stand_in: &StandIn, text: &str) -> Response<Vec<u8>> {
    exchange(request(stand_in, text), LONG).await.unwrap()
}

/// What the channel adapter makes of the answer.
async fn outcome(stand_in: &StandIn, text: &str) -> Outcome {
    let response = send(stand_in, text).await;
    whatsapp::outcome(response.status().as_u16(), response.headers(), response.body())
}

fn json_of(response: &Response<Vec<u8>>) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

async fn started() -> StandIn {
    StandIn::start(Config::default()).await.unwrap()
}

#[tokio::test]
async fn a_message_is_accepted_and_recorded_with_the_id_it_got() {
    let stand_in = started().await;
    let response = send(&stand_in, "hello").await;
    let sent = stand_in.sent();
    assert_eq!(response.status(), 200);
    assert_eq!(
        json_of(&response),
        json!({
            "messaging_product": "whatsapp",
            "contacts": [{"input": TO, "wa_id": "14155550123"}],
            "messages": [{"id": sent[0].id}],
        })
    );
    assert!(sent[0].id.as_deref().unwrap().starts_with("wamid."));
    assert_eq!((sent[0].account.as_str(), sent[0].token.as_str()), (ACCOUNT, ACCESS_TOKEN));
    assert_eq!((sent[0].to(), sent[0].kind(), sent[0].text()), (TO, "text", "hello"));
    assert_eq!((sent[0].callback_data(), sent[0].number), (Some("m1"), 1));
}

#[tokio::test]
async fn another_wa_id_can_be_given() {
    let stand_in = started().await;
    stand_in.queue(Answer::AcceptAs { wa_id: "5219991234567".into() });
    let Outcome::Accepted { wa_id, .. } = outcome(&stand_in, "hello").await else { panic!() };
    assert_eq!(wa_id.as_deref(), Some("5219991234567"));
}

#[tokio::test]
async fn an_error_comes_in_the_providers_shape_and_only_as_often_as_queued() {
    let stand_in = started().await;
    stand_in.queue(Answer::refuse(400, 131_056, "Too fast"));
    stand_in.queue(Answer::refuse(401, 190, "Expired"));
    let Outcome::Retry { code, message, .. } = outcome(&stand_in, "a").await else { panic!() };
    assert_eq!((code, message.as_str()), (Some(131_056), "Too fast"));
    assert!(matches!(outcome(&stand_in, "b").await, Outcome::StopChannel { code: 190, .. }));
    assert!(matches!(outcome(&stand_in, "c").await, Outcome::Accepted { .. }));
    let sent = stand_in.sent();
    let statuses: Vec<_> = sent.iter().map(|sent| (sent.status, sent.id.is_some())).collect();
    assert_eq!(statuses, [(Some(400), false), (Some(401), false), (Some(200), true)]);
}

#[tokio::test]
async fn anything_can_be_answered() {
    let stand_in = started().await;
    let headers = vec![("retry-after".into(), "7".into())];
    stand_in.queue(Answer::Verbatim { status: 429, headers, body: "<html>".into() });
    let Outcome::Retry { after, code, .. } = outcome(&stand_in, "a").await else { panic!() };
    assert_eq!((after, code), (Some(Duration::from_secs(7)), None));
}

#[tokio::test]
async fn a_closed_connection_leaves_the_message_with_the_provider() {
    let stand_in = started().await;
    stand_in.queue(Answer::Close);
    exchange(request(&stand_in, "a"), LONG).await.unwrap_err();
    let sent = stand_in.sent();
    assert_eq!((sent.len(), sent[0].status, sent[0].id.is_some()), (1, None, true));
    assert!(matches!(outcome(&stand_in, "b").await, Outcome::Accepted { .. }));
}

#[tokio::test]
async fn a_hanging_request_is_recorded_and_does_not_hold_up_others() {
    let stand_in = started().await;
    stand_in.queue(Answer::Hang);
    let hanging = tokio::spawn(exchange(request(&stand_in, "a"), LONG));
    stand_in.wait_until(LONG, |sent| sent.len() == 1).await.unwrap();
    assert!(matches!(outcome(&stand_in, "b").await, Outcome::Accepted { .. }));
    assert!(!hanging.is_finished());
    // The end of the stand-in is the end of its connections.
    drop(stand_in);
    hanging.await.unwrap().unwrap_err();
}

#[tokio::test]
async fn a_late_answer_comes_after_the_record() {
    let stand_in = started().await;
    stand_in.queue(Answer::refuse(500, 131_000, "Oops").after(Duration::from_millis(1)));
    assert!(matches!(outcome(&stand_in, "a").await, Outcome::Retry { code: Some(131_000), .. }));
    // So late that only the record can be seen.
    stand_in.queue(Answer::Accept.after(Duration::from_secs(3_600)));
    let waiting = tokio::spawn(exchange(request(&stand_in, "b"), LONG));
    let sent = stand_in.wait_until(LONG, |sent| sent.len() == 2).await.unwrap();
    assert_eq!(sent[1].status, Some(200));
    waiting.abort();
}

#[tokio::test]
async fn a_function_decides_on_what_is_not_queued() {
    let stand_in = started().await;
    stand_in.answer_with(|message| match message.text() {
        "bad" => Answer::refuse(400, 131_026, "Undeliverable"),
        _ => Answer::Accept,
    });
    stand_in.queue(Answer::Accept);
    assert!(matches!(outcome(&stand_in, "bad").await, Outcome::Accepted { .. }));
    assert!(matches!(outcome(&stand_in, "bad").await, Outcome::Never { code: 131_026, .. }));
    assert!(matches!(outcome(&stand_in, "good").await, Outcome::Accepted { .. }));
}

#[tokio::test]
async fn what_the_provider_refuses_uses_up_no_programmed_answer() {
    let stand_in = started().await;
    stand_in.queue(Answer::AcceptAs { wa_id: "1".into() });
    let mut bare = request(&stand_in, "a");
    bare.headers_mut().remove("authorization");
    let response = exchange(bare, LONG).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &json_of(&response)["error"]["code"]),
        (401, &json!(190))
    );

    let mut empty = request(&stand_in, "a");
    *empty.body_mut() = b"{}".to_vec();
    let response = exchange(empty, LONG).await.unwrap();
    let error = &json_of(&response)["error"];
    assert_eq!((response.status().as_u16(), &error["code"]), (400, &json!(100)));
    assert!(
        error["message"].is_string()
            && error["type"].is_string()
            && error["fbtrace_id"].is_string()
    );

    let Outcome::Accepted { wa_id, .. } = outcome(&stand_in, "a").await else { panic!() };
    assert_eq!(wa_id.as_deref(), Some("1"));
}

#[tokio::test]
async fn another_path_version_or_method_is_no_message() {
    let stand_in = started().await;
    let origin = stand_in.origin();
    for path in
        ["/", "/v24.0/1/media", "/v23.0/1/messages", "/v24.0/x/messages", "/v24.0//messages"]
    {
        let request = Request::post(format!("{origin}{path}")).body(Vec::new()).unwrap();
        assert_eq!(exchange(request, LONG).await.unwrap().status(), 404, "{path}");
    }
    let get = Request::get(format!("{origin}/v24.0/1/messages")).body(Vec::new()).unwrap();
    assert_eq!(exchange(get, LONG).await.unwrap().status(), 400);
    assert_eq!(stand_in.sent(), []);
}

#[tokio::test]
async fn a_restart_remembers_what_was_sent() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("new/sent.jsonl");
    let config = || Config { record: Some(file.clone()), ..Config::default() };
    let stand_in = StandIn::start(config()).await?;
    send(&stand_in, "a").await;
    send(&stand_in, "b").await;
    let before = stand_in.sent();
    drop(stand_in);

    // An end in the middle of a line costs that line and no other.
    let mut text = std::fs::read_to_string(&file)?;
    assert_eq!(text.lines().count(), 2);
    text.push_str("{\"number\":3,\"acc");
    std::fs::write(&file, text)?;
    let stand_in = StandIn::start(config()).await?;
    assert_eq!(stand_in.sent(), before);
    send(&stand_in, "c").await;
    drop(stand_in);
    let stand_in = StandIn::start(config()).await?;
    let numbers: Vec<_> =
        stand_in.sent().iter().map(|sent| (sent.number, sent.text().to_owned())).collect();
    assert_eq!(numbers, [(1, "a".into()), (2, "b".into()), (3, "c".into())]);
    Ok(())
}

#[tokio::test]
async fn every_request_is_shown_to_the_caller() -> anyhow::Result<()> {
    let (lines, mut shown) = tokio::sync::mpsc::unbounded_channel();
    let on_sent = move |message: &stand_in::SentMessage| {
        lines.send(message.to_string()).unwrap();
    };
    let config = Config { on_sent: Some(std::sync::Arc::new(on_sent)), ..Config::default() };
    let stand_in = StandIn::start(config).await?;
    send(&stand_in, "hello").await;
    let line = shown.recv().await.context("nothing shown")?;
    assert_eq!(line, format!("→ {TO} [text] hello"));
    Ok(())
}

#[tokio::test]
async fn waiting_in_vain_says_what_was_sent() {
    let stand_in = started().await;
    send(&stand_in, "only this").await;
    let error = stand_in.wait_until(Duration::ZERO, |sent| sent.len() == 2).await.unwrap_err();
    assert!(error.to_string().contains("only this"), "{error}");
}
