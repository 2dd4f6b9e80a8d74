//! Twilio's API and webhooks, as a client and a host meet them.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use channels::telephony::{
    self, Api, CallRequest, CallStatus, Outcome, TextMessage, TextState, TextStatus,
};
use http::{Request, Response};
use serde_json::{Value, json};
use stand_in::{
    ACCOUNT_SID, AUTH_TOKEN, Answer, Config, SignedForm, StandIn, TELEPHONY_NUMBER,
    TelephonyWebhook, exchange,
};

const TO: &str = "+14155550123";
const LONG: Duration = Duration::from_secs(20);
const URL: &str = "https://us.example/channels/telephony/+15005550006/voice?step=1";

async fn started() -> StandIn {
    StandIn::start(Config::default()).await.unwrap()
}

fn api(origin: &str) -> Api<'_> {
    Api { origin, account_sid: ACCOUNT_SID, auth_token: AUTH_TOKEN }
}

fn text(stand_in: &StandIn, to: &str, body: &str) -> Request<Vec<u8>> {
    api(&stand_in.origin()).message(TELEPHONY_NUMBER, to, body, None, "").unwrap()
}

fn call(stand_in: &StandIn, from: &str, to: &str) -> Request<Vec<u8>> {
    api(&stand_in.origin()).call(from, to, URL, "").unwrap()
}

fn outcome_of(response: &Response<Vec<u8>>) -> Outcome {
    telephony::outcome(response.status().as_u16(), response.headers(), response.body())
}

/// What the channel adapter makes of the answer.
async fn outcome(request: Request<Vec<u8>>) -> Outcome {
    outcome_of(&exchange(request, LONG).await.unwrap())
}

fn json_of(response: &Response<Vec<u8>>) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

#[tokio::test]
async fn a_text_is_accepted_and_recorded_with_the_id_it_got() {
    let stand_in = started().await;
    let callback = "https://us.example/status";
    let media = Some("https://a.example/b.png");
    let request = api(&stand_in.origin()).message(TELEPHONY_NUMBER, TO, "hello", media, callback);
    let response = exchange(request.unwrap(), LONG).await.unwrap();
    let sent = stand_in.wait_until_telephony(LONG, |sent| sent.len() == 1).await.unwrap();
    let sent = &sent[0];
    assert_eq!(
        (response.status().as_u16(), &json_of(&response)["status"]),
        (201, &json!("queued"))
    );
    assert_eq!(json_of(&response)["sid"], json!(sent.sid));
    assert!(sent.sid.as_deref().unwrap().starts_with("SM"));
    assert_eq!((sent.account.as_str(), sent.token.as_str()), (ACCOUNT_SID, AUTH_TOKEN));
    assert_eq!((sent.from(), sent.to(), sent.body()), (TELEPHONY_NUMBER, TO, "hello"));
    assert_eq!((sent.status_callback(), sent.number, sent.status), (callback, 1, Some(201)));
    assert!(sent.is_message() && !sent.is_call());
    assert_eq!(sent.to_string(), format!("→ {TO} [text] hello <https://a.example/b.png>"));
}

#[tokio::test]
async fn a_call_is_accepted_and_hung_up() {
    let stand_in = started().await;
    let Outcome::Accepted { sid } = outcome(call(&stand_in, TELEPHONY_NUMBER, TO)).await else {
        panic!()
    };
    assert!(sid.starts_with("CA"));
    let response = exchange(api(&stand_in.origin()).hang_up(&sid).unwrap(), LONG).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &json_of(&response)["status"]),
        (200, &json!("completed"))
    );
    assert_eq!(outcome_of(&response), Outcome::Accepted { sid: sid.clone() });
    let sent = stand_in.telephony_sent();
    assert_eq!((sent[0].is_call(), sent[0].url(), sent[0].call_sid()), (true, URL, None));
    assert_eq!((sent[1].is_call(), sent[1].call_sid()), (false, Some(sid.as_str())));
    assert_eq!(sent[1].to_string(), format!("→ {sid} [call] completed"));
}

#[tokio::test]
async fn twilios_magic_numbers_give_their_errors() {
    let stand_in = started().await;
    for (to, code) in [
        ("+15005550001", 21_211),
        ("+15005550002", 21_612),
        ("+15005550003", 21_408),
        ("+15005550004", 21_610),
        ("+15005550009", 21_614),
    ] {
        let response = exchange(text(&stand_in, to, "a"), LONG).await.unwrap();
        assert_eq!(
            (response.status().as_u16(), &json_of(&response)["code"]),
            (400, &json!(code)),
            "{to}"
        );
        let refused = outcome_of(&response);
        assert_eq!(matches!(refused, Outcome::OptedOut { .. }), code == 21_610, "{refused:?}");
    }
    for (from, code) in [("+15005550001", 21_212), ("+15005550007", 21_606)] {
        let request = api(&stand_in.origin()).message(from, TO, "a", None, "").unwrap();
        let response = exchange(request, LONG).await.unwrap();
        assert_eq!(json_of(&response)["code"], code, "{from}");
    }
    for (from, to, code) in [
        ("+15005550001", TO, 21_212),
        (TELEPHONY_NUMBER, "+15005550001", 21_217),
        (TELEPHONY_NUMBER, "+15005550003", 21_215),
        (TELEPHONY_NUMBER, "+15005550004", 21_216),
    ] {
        let response = exchange(call(&stand_in, from, to), LONG).await.unwrap();
        assert_eq!(json_of(&response)["code"], code, "{from} to {to}");
    }
    assert!(stand_in.telephony_sent().iter().all(|sent| sent.sid.is_none()));
}

#[tokio::test]
async fn what_lacks_something_is_refused_with_twilios_code() {
    let stand_in = started().await;
    let origin = stand_in.origin();
    let code = async |resource: &str, body: &str| {
        let template = api(&origin).hang_up("CA1").unwrap();
        let uri = format!("{origin}/2010-04-01/Accounts/{ACCOUNT_SID}/{resource}.json");
        let mut request = Request::post(uri).body(body.as_bytes().to_vec()).unwrap();
        *request.headers_mut() = template.headers().clone();
        json_of(&exchange(request, LONG).await.unwrap())["code"].as_i64()
    };
    let long = "a".repeat(1_601);
    for (resource, body, expected) in [
        ("Messages", "", Some(21_604)),
        ("Messages", "To=%2B14155550123", Some(21_603)),
        ("Messages", "To=14155550123&From=%2B15005550006", Some(21_211)),
        ("Messages", "To=%2B14155550123&From=15005550006", Some(21_212)),
        ("Messages", "To=%2B14155550123&From=%2B15005550006", Some(21_602)),
        ("Messages", &format!("To=%2B14155550123&From=%2B15005550006&Body={long}"), Some(21_617)),
        ("Messages", "To=%2B14155550123&From=%2B15005550006&MediaUrl=x", Some(21_620)),
        ("Messages", "To=%2B14155550123&From=%2B15005550006&Body=a&StatusCallback=x", Some(21_609)),
        ("Messages", "To=%2B14155550123&From=%2B15005550006&Body=a", None),
        ("Calls", "", Some(21_201)),
        ("Calls", "To=%2B14155550123", Some(21_213)),
        ("Calls", "To=%2B14155550123&From=%2B15005550006", Some(21_205)),
        ("Calls", "To=%2B14155550123&From=%2B15005550006&Twiml=%3CResponse%2F%3E", None),
        ("Calls/CA1", "", Some(21_218)),
        ("Calls/CA1", "Status=completed", None),
    ] {
        assert_eq!(code(resource, body).await, expected, "{resource} {body}");
    }
}

#[tokio::test]
async fn another_account_no_token_or_another_path_is_refused() {
    let stand_in = started().await;
    stand_in.queue_telephony(Answer::refuse(400, 21_211, "not used up"));
    let mut bare = text(&stand_in, TO, "a");
    bare.headers_mut().remove("authorization");
    let stopped = outcome(bare).await;
    assert!(matches!(stopped, Outcome::StopChannel { code: 20_003, .. }), "{stopped:?}");
    let mut other = text(&stand_in, TO, "a");
    let uri = other.uri().to_string().replace(ACCOUNT_SID, "AC2");
    *other.uri_mut() = uri.parse().unwrap();
    assert!(matches!(outcome(other).await, Outcome::StopChannel { code: 20_003, .. }));
    for resource in ["Messages", "Faxes.json", "Calls/SM1.json", "Calls/CA1/Recordings.json"] {
        let uri = format!("{}/2010-04-01/Accounts/{ACCOUNT_SID}/{resource}", stand_in.origin());
        let response = exchange(Request::post(uri).body(Vec::new()).unwrap(), LONG).await.unwrap();
        assert_eq!(
            (response.status().as_u16(), &json_of(&response)["code"]),
            (404, &json!(20_404))
        );
    }
    let mut get = text(&stand_in, TO, "a");
    *get.method_mut() = http::Method::GET;
    assert_eq!(exchange(get, LONG).await.unwrap().status(), 405);
    assert_eq!(stand_in.telephony_sent().len(), 2);
}

#[tokio::test]
async fn an_answer_can_be_programmed_and_whatsapps_are_left_alone() {
    let stand_in = started().await;
    stand_in.queue(Answer::refuse(400, 131_056, "of WhatsApp"));
    stand_in.queue_telephony(Answer::refuse(429, 20_429, "Too fast"));
    stand_in.answer_telephony_with(|sent| match sent.body() {
        "bad" => Answer::refuse(400, 21_610, "Unsubscribed"),
        "lost" => Answer::Close,
        _ => Answer::Accept,
    });
    let response = exchange(text(&stand_in, TO, "a"), LONG).await.unwrap();
    let expected = json!({
        "code": 20429,
        "message": "Too fast",
        "more_info": "https://www.twilio.com/docs/errors/20429",
        "status": 429,
    });
    assert_eq!(json_of(&response), expected);
    assert!(matches!(outcome(text(&stand_in, TO, "bad")).await, Outcome::OptedOut { .. }));
    assert!(matches!(outcome(text(&stand_in, TO, "good")).await, Outcome::Accepted { .. }));
    exchange(text(&stand_in, TO, "lost"), LONG).await.unwrap_err();
    let sent = stand_in.telephony_sent();
    let statuses: Vec<_> = sent.iter().map(|sent| (sent.status, sent.sid.is_some())).collect();
    let expected = [(Some(429), false), (Some(400), false), (Some(201), true), (None, true)];
    assert_eq!(statuses, expected);
    assert_eq!(stand_in.sent(), []);
}

#[tokio::test]
async fn a_restart_remembers_what_was_sent_and_everything_is_shown() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("sent.jsonl");
    let (lines, mut shown) = tokio::sync::mpsc::unbounded_channel();
    let on_telephony =
        move |sent: &stand_in::TelephonyRequest| lines.send(sent.to_string()).unwrap();
    let config = Config {
        record: Some(file.clone()),
        on_telephony: Some(std::sync::Arc::new(on_telephony)),
        ..Config::default()
    };
    let stand_in = StandIn::start(config).await?;
    outcome(text(&stand_in, TO, "a\u{1b}b")).await;
    assert_eq!(shown.recv().await, Some(format!("→ {TO} [text] a b")));
    let before = stand_in.telephony_sent();
    drop(stand_in);
    let stand_in = StandIn::start(Config { record: Some(file), ..Config::default() }).await?;
    assert_eq!(stand_in.telephony_sent(), before);
    Ok(())
}

#[tokio::test]
async fn waiting_in_vain_says_what_was_sent() {
    let stand_in = started().await;
    outcome(text(&stand_in, TO, "only this")).await;
    let waited = stand_in.wait_until_telephony(Duration::ZERO, |sent| sent.len() == 2).await;
    assert!(waited.unwrap_err().to_string().contains("only this"));
}

/// The parameters as a host reads them, once the signature holds.
fn received(form: &SignedForm) -> Vec<(String, String)> {
    let params = telephony::params(&form.body).unwrap();
    let signature = Some(form.signature.as_str());
    assert!(telephony::signature_matches(AUTH_TOKEN, signature, &form.url, &params));
    assert!(!telephony::signature_matches("another", signature, &form.url, &params));
    params
}

#[test]
fn our_own_parser_reads_a_call_from_its_beginning_to_its_end() {
    let read = |webhook: &TelephonyWebhook| {
        CallRequest::read(&received(&webhook.sign(AUTH_TOKEN, URL))).unwrap()
    };
    let webhook = TelephonyWebhook::call(TO, TELEPHONY_NUMBER);
    let first = read(&webhook);
    assert_eq!((first.from.as_str(), first.to.as_str()), (TO, TELEPHONY_NUMBER));
    assert_eq!((first.is_outbound, first.status), (false, Some(CallStatus::Ringing)));
    let pressed = read(&webhook.clone().digits("2"));
    assert_eq!((&pressed.call_sid, pressed.digits.as_deref()), (&first.call_sid, Some("2")));
    let said = read(&webhook.clone().speech("Sales & support."));
    assert_eq!(said.speech.as_deref(), Some("Sales & support."));
    let ended = read(&webhook.clone().completed(61));
    assert_eq!((ended.status, ended.duration), (Some(CallStatus::Completed), Some(61)));
    let ours = read(&TelephonyWebhook::answered("CA7", TELEPHONY_NUMBER, TO));
    assert_eq!((ours.call_sid.as_str(), ours.is_outbound, ours.to.as_str()), ("CA7", true, TO));
    assert_ne!(read(&TelephonyWebhook::call(TO, TELEPHONY_NUMBER)).call_sid, first.call_sid);
    assert_eq!(read(&webhook.of("CA8").with("AnsweredBy", "fax")).call_sid, "CA8");
}

#[test]
fn our_own_parser_reads_texts_and_their_statuses() {
    let webhook = TelephonyWebhook::text(TO, TELEPHONY_NUMBER, "naïve 😀 a+b&c=d");
    let read = TextMessage::read(&received(&webhook.sign(AUTH_TOKEN, URL))).unwrap();
    assert_eq!(
        (read.sid.as_str(), read.reply.text.as_str()),
        (webhook.value("MessageSid"), "naïve 😀 a+b&c=d")
    );
    let webhook = webhook.media("https://a/0", "image/png").media("https://a/1", "audio/ogg");
    let read = TextMessage::read(&received(&webhook.sign(AUTH_TOKEN, URL))).unwrap();
    assert_eq!((read.kind.as_str(), read.content["media"].as_array().unwrap().len()), ("image", 2));
    let webhook = TelephonyWebhook::message_status("SM9", "undelivered", TELEPHONY_NUMBER, TO);
    let status =
        TextStatus::read(&received(&webhook.with("ErrorCode", "30003").sign(AUTH_TOKEN, URL)));
    let status = status.unwrap();
    assert_eq!((status.sid.as_str(), status.status), ("SM9", TextState::Failed));
    assert_eq!(status.error.unwrap().0, "30003");
}
