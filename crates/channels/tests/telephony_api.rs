//! Requests to Twilio, what is refused before one is made, and what its answers mean.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use channels::backoff::Backoff;
use channels::telephony::{Api, Class, Outcome, Unsendable, outcome};
use http::{HeaderMap, HeaderValue, Request};
use serde_json::{Value, json};

const FROM: &str = "+15005550006";
const TO: &str = "+14155550123";
const CALLBACK: &str = "https://us.example/status?c=1&d=2";

fn api() -> Api<'static> {
    Api { origin: "https://api.twilio.com", account_sid: "AC123", auth_token: "secret-token" }
}

fn fields(request: &Request<Vec<u8>>) -> Vec<(String, String)> {
    assert_eq!(request.method(), "POST");
    assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
    // AC123:secret-token
    assert_eq!(request.headers()["authorization"], "Basic QUMxMjM6c2VjcmV0LXRva2Vu");
    form_urlencoded::parse(request.body()).into_owned().collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

#[test]
fn a_call_asks_for_its_instructions_and_tells_every_step() {
    let request = api().call(FROM, TO, "https://us.example/voice?a=1&b=2", CALLBACK).unwrap();
    assert_eq!(request.uri(), "https://api.twilio.com/2010-04-01/Accounts/AC123/Calls.json");
    let expected = pairs(&[
        ("To", TO),
        ("From", FROM),
        ("Url", "https://us.example/voice?a=1&b=2"),
        ("StatusCallback", CALLBACK),
        ("StatusCallbackEvent", "initiated"),
        ("StatusCallbackEvent", "ringing"),
        ("StatusCallbackEvent", "answered"),
        ("StatusCallbackEvent", "completed"),
        ("Timeout", "60"),
    ]);
    assert_eq!(fields(&request), expected);
}

#[test]
fn a_text_goes_with_its_file() {
    let request = api().message(FROM, TO, "Hi & bye 😀", None, CALLBACK).unwrap();
    assert_eq!(request.uri(), "https://api.twilio.com/2010-04-01/Accounts/AC123/Messages.json");
    let expected =
        [("To", TO), ("From", FROM), ("Body", "Hi & bye 😀"), ("StatusCallback", CALLBACK)];
    assert_eq!(fields(&request), pairs(&expected));
    let request = api().message(FROM, TO, "", Some("https://a.example/b.png"), "").unwrap();
    let expected = [("To", TO), ("From", FROM), ("MediaUrl", "https://a.example/b.png")];
    assert_eq!(fields(&request), pairs(&expected));
}

#[test]
fn a_call_is_hung_up_by_its_id() {
    let request = api().hang_up("CA42").unwrap();
    assert_eq!(request.uri(), "https://api.twilio.com/2010-04-01/Accounts/AC123/Calls/CA42.json");
    assert_eq!(fields(&request), pairs(&[("Status", "completed")]));
}

#[test]
fn the_token_is_not_in_what_a_log_would_show() {
    let request = api().hang_up("CA42").unwrap();
    let shown = format!("{request:?}");
    assert!(!shown.contains("QUMx") && !shown.contains("secret-token"), "{shown}");
}

/// The field of the error.
fn refused(built: Result<Request<Vec<u8>>, Unsendable>) -> String {
    match built {
        Err(
            Unsendable::Invalid { field, .. }
            | Unsendable::TooLong { field, .. }
            | Unsendable::Empty { field },
        ) => field,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_argument_of_another_form_is_refused_by_name() {
    let call = |from, to, url, callback| refused(api().call(from, to, url, callback));
    let url = "https://a.example/voice";
    for number in [
        "",
        "+",
        "14155550123",
        "+123456",
        "+1234567890123456",
        "+1415555012x",
        "+0123456789",
        "client:a",
    ] {
        assert_eq!(call(number, TO, url, ""), "from", "{number}");
        assert_eq!(call(FROM, number, url, ""), "to", "{number}");
    }
    let long = format!("https://a.example/{}", "x".repeat(2_048));
    for bad in ["/voice", "ftp://a.example", "https://", "a b", &long] {
        assert_eq!(call(FROM, TO, bad, ""), "url", "{bad}");
        assert_eq!(call(FROM, TO, url, bad), "status_callback", "{bad}");
        assert_eq!(refused(api().message(FROM, TO, "a", Some(bad), "")), "media", "{bad}");
        assert_eq!(refused(api().message(FROM, TO, "a", None, bad)), "status_callback", "{bad}");
    }
    for sid in ["", "CA", "SM1", "CA1/../x", "CA1?a", &format!("CA{}", "1".repeat(63))] {
        assert_eq!(refused(api().hang_up(sid)), "call_sid", "{sid}");
    }
    for account_sid in ["", "AC", "CA1", "AC1/x", "AC 1"] {
        let api = Api { account_sid, ..api() };
        assert_eq!(refused(api.hang_up("CA1")), "account_sid", "{account_sid}");
    }
    for auth_token in ["", "a b", "a\r\nX: y", "é"] {
        assert_eq!(
            refused(Api { auth_token, ..api() }.hang_up("CA1")),
            "auth_token",
            "{auth_token}"
        );
    }
    for origin in ["", "api.twilio.com", "https://x/path", "ftp://x"] {
        assert_eq!(refused(Api { origin, ..api() }.hang_up("CA1")), "origin", "{origin}");
    }
}

#[test]
fn a_text_has_up_to_1600_characters_and_is_not_blank() {
    assert!(api().message(FROM, TO, &"é".repeat(1_600), None, "").is_ok());
    let long = api().message(FROM, TO, &"é".repeat(1_601), None, "").unwrap_err();
    assert_eq!(long.to_string(), "body: 1601 characters, at most 1600 are allowed");
    assert_eq!(refused(api().message(FROM, TO, " \n", None, "")), "body");
    let media = Some("https://a.example/b.png");
    assert_eq!(refused(api().message(FROM, TO, &"é".repeat(1_601), media, "")), "body");
}

fn answer(status: u16, body: &Value) -> Outcome {
    outcome(status, &HeaderMap::new(), body.to_string().as_bytes())
}

fn error(code: i64) -> Value {
    let more_info = format!("https://www.twilio.com/docs/errors/{code}");
    json!({"code": code, "message": "What exactly.", "more_info": more_info, "status": 400})
}

const TABLE: &[(Class, &[i64])] = &[
    (Class::Retry, &[10004, 20429, 20500, 20503, 21611]),
    (Class::StopChannel, &[10001, 10002, 20003, 20005, 20006, 20404, 30002]),
    (Class::StopChannel, &[21210, 21212, 21659, 21660]),
    (Class::OptedOut, &[21610]),
    (Class::Never, &[13224, 21211, 21214, 21215, 21216, 21217, 21408, 21608, 21612, 21614]),
    (Class::Never, &[21606, 21661, 21220]),
    (Class::OurBug, &[21201, 21205, 21602, 21603, 21604, 21617]),
];

/// The outcome that a class must give.
fn expected(class: Class, code: i64) -> Outcome {
    let message = "What exactly.".to_owned();
    match class {
        Class::Retry => {
            let (code, after, backoff) = (Some(code), None, Backoff::Usual);
            Outcome::Retry { code, message, after, backoff }
        }
        Class::StopChannel => Outcome::StopChannel { code, message },
        Class::OptedOut => Outcome::OptedOut { code, message },
        Class::Never => Outcome::Never { code, message },
        Class::OurBug => Outcome::OurBug { code, message },
    }
}

#[test]
fn every_code_has_its_class_whatever_the_status() {
    for (class, codes) in TABLE {
        for code in *codes {
            for status in [400, 401, 403, 404, 429, 500, 503] {
                assert_eq!(
                    answer(status, &error(*code)),
                    expected(*class, *code),
                    "{code}, HTTP {status}"
                );
            }
        }
    }
}

#[test]
fn a_code_that_is_not_known_is_classed_by_the_status() {
    for (status, class) in [
        (429, Class::Retry),
        (500, Class::Retry),
        (401, Class::StopChannel),
        (400, Class::OurBug),
        (404, Class::OurBug),
    ] {
        assert_eq!(answer(status, &error(99_999)), expected(class, 99_999), "HTTP {status}");
    }
}

#[test]
fn a_call_that_is_gone_stops_no_channel() {
    let error = |path: &str| {
        let message = format!("The requested resource {path} was not found");
        json!({"code": 20404, "message": message, "status": 404})
    };
    let gone = answer(404, &error("/2010-04-01/Accounts/AC1/Calls/CA1.json"));
    assert!(matches!(gone, Outcome::Never { code: 20404, .. }), "{gone:?}");
    for path in ["/2010-04-01/Accounts/AC1/Calls.json", "/2010-04-01/Accounts/AC1/Messages.json"] {
        let stopped = answer(404, &error(path));
        assert!(matches!(stopped, Outcome::StopChannel { code: 20404, .. }), "{stopped:?}");
    }
}

#[test]
fn what_is_accepted_has_an_id_and_what_has_none_is_unknown() {
    for status in [200, 201] {
        let accepted = answer(status, &json!({"sid": "CA1", "status": "queued", "code": null}));
        assert_eq!(accepted, Outcome::Accepted { sid: "CA1".into() });
    }
    assert_eq!(answer(201, &json!({})), Outcome::Unknown);
    assert_eq!(outcome(200, &HeaderMap::new(), b"<html>"), Outcome::Unknown);
    assert_eq!(outcome(502, &HeaderMap::new(), b"<html>"), Outcome::Unknown);
}

#[test]
fn a_retry_is_when_twilio_asked_for_it() {
    let headers =
        HeaderMap::from_iter([(http::header::RETRY_AFTER, HeaderValue::from_static("7"))]);
    for body in [error(20429).to_string(), "<html>".into()] {
        let Outcome::Retry { after, .. } = outcome(429, &headers, body.as_bytes()) else {
            panic!()
        };
        assert_eq!(after, Some(Duration::from_secs(7)));
    }
}
