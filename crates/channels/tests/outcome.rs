//! What the provider's answers mean. The table lists every code of contract/channel-whatsapp.md.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use channels::whatsapp::{Backoff, Class, Outcome, ProviderError, StopReason, outcome};
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use serde_json::{Value, json};

fn answer(status: u16, body: &Value) -> Outcome {
    outcome(status, &HeaderMap::new(), body.to_string().as_bytes())
}

fn error(code: i64) -> Value {
    json!({"error": {
        "message": format!("(#{code}) Something"),
        "type": "OAuthException",
        "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": "What exactly."},
        "fbtrace_id": "Az8or2yhqkZfEZ-_4Qn_Bam",
    }})
}

/// The contract's rows, with the status each code comes with where the contract gives one.
const TABLE: &[(Class, &[(i64, u16)])] = &[
    (
        Class::Retry(Backoff::Usual),
        &[
            (1, 400),
            (2, 503),
            (4, 400),
            (80007, 400),
            (130429, 400),
            (131000, 500),
            (131016, 500),
            (131057, 400),
            (133004, 400),
        ],
    ),
    (Class::Retry(Backoff::Quadruple), &[(131056, 400)]),
    (
        Class::StopChannel(StopReason::Permission),
        &[
            (0, 401),
            (190, 401),
            (3, 400),
            (10, 403),
            (200, 403),
            (250, 403),
            (299, 403),
            (131005, 403),
        ],
    ),
    (Class::UseTemplate, &[(131047, 400)]),
    (
        Class::Never,
        &[(131021, 400), (131026, 400), (131049, 400), (131050, 400), (130472, 400), (130497, 403)],
    ),
    (
        Class::StopChannel(StopReason::Account),
        &[(368, 403), (131031, 403), (131042, 400), (131045, 500), (131048, 400)],
    ),
    (
        Class::OurBug,
        &[
            (33, 400),
            (100, 400),
            (131008, 400),
            (131009, 400),
            (131051, 400),
            (131052, 400),
            (131053, 400),
        ],
    ),
    (
        Class::BadTemplate,
        &[
            (132000, 400),
            (132001, 404),
            (132005, 400),
            (132007, 400),
            (132012, 400),
            (132015, 400),
            (132016, 400),
            (132068, 400),
            (132069, 400),
        ],
    ),
];

/// The outcome that a class must give.
fn expected(class: Class, code: i64) -> Outcome {
    let message = "What exactly.".to_owned();
    match class {
        Class::Retry(backoff) => Outcome::Retry { code: Some(code), message, after: None, backoff },
        Class::StopChannel(reason) => Outcome::StopChannel { code, message, reason },
        Class::UseTemplate => Outcome::UseTemplate { code, message },
        Class::Never => Outcome::Never { code, message },
        Class::BadTemplate => Outcome::BadTemplate { code, message },
        Class::OurBug => Outcome::OurBug { code, message },
    }
}

#[test]
fn every_code_of_the_contract_has_its_class_whatever_the_status() {
    for (class, codes) in TABLE {
        for &(code, usual) in *codes {
            for status in [usual, 400, 401, 403, 404, 429, 500, 503] {
                assert_eq!(
                    answer(status, &error(code)),
                    expected(*class, code),
                    "{code}, HTTP {status}"
                );
            }
            let failed = ProviderError { code, message: String::new() };
            assert_eq!(failed.class(), Some(*class), "{code} in a `failed` status");
        }
    }
}

#[test]
fn a_message_that_cannot_go_to_a_user_id_is_not_retried() {
    assert_eq!(answer(400, &error(131062)), expected(Class::Never, 131062));
}

#[test]
fn an_accepted_message_has_its_id_and_the_recipients() {
    let body = json!({
        "messaging_product": "whatsapp",
        "contacts": [{"input": "+5521999999999", "wa_id": "552199999999"}],
        "messages": [{"id": "wamid.x", "message_status": "accepted"}],
    });
    let accepted = |wa_id: Option<&str>| Outcome::Accepted {
        message_id: "wamid.x".into(),
        wa_id: wa_id.map(Into::into),
        user_id: wa_id.is_none().then(|| "US.1".into()),
    };
    assert_eq!(answer(200, &body), accepted(Some("552199999999")));
    let to_user_id = json!({"contacts": [{"user_id": "US.1"}], "messages": [{"id": "wamid.x"}]});
    assert_eq!(answer(200, &to_user_id), accepted(None));
}

#[test]
fn a_success_that_names_no_message_is_unknown() {
    for body in
        ["", "<html>", "{}", r#"{"messages":[]}"#, r#"{"messages":[{"id":""}]}"#, r#"{"error":{}}"#]
    {
        assert_eq!(outcome(200, &HeaderMap::new(), body.as_bytes()), Outcome::Unknown, "{body}");
    }
    assert_eq!(
        answer(200, &error(131026)),
        expected(Class::Never, 131026),
        "an error is an answer"
    );
}

#[test]
fn without_a_code_what_the_provider_refused_is_retried() {
    for status in [100, 302, 400, 403, 404, 429] {
        for body in
            ["", "<html>502</html>", "{}", r#"{"error":"x"}"#, r#"{"messages":[{"id":"wamid.x"}]}"#]
        {
            let outcome = outcome(status, &HeaderMap::new(), body.as_bytes());
            let retried =
                matches!(outcome, Outcome::Retry { code: None, backoff: Backoff::Usual, .. });
            assert!(retried, "HTTP {status} {body}: {outcome:?}");
        }
    }
}

#[test]
fn a_gateways_answer_in_the_providers_place_is_unknown() {
    for status in [500, 502, 503, 504] {
        for body in ["", "<html>504</html>", "{}", r#"{"error":"x"}"#] {
            let outcome = outcome(status, &HeaderMap::new(), body.as_bytes());
            assert_eq!(outcome, Outcome::Unknown, "HTTP {status} {body}");
        }
    }
}

#[test]
fn a_code_that_is_not_known_is_retried_only_if_it_may_pass() {
    let retry = expected(Class::Retry(Backoff::Usual), 139999);
    assert_eq!(answer(400, &error(139999)), expected(Class::OurBug, 139999));
    assert_eq!(answer(429, &error(139999)), retry);
    assert_eq!(answer(500, &error(139999)), retry);
    let mut transient = error(139999);
    transient["error"]["is_transient"] = json!(true);
    assert_eq!(answer(400, &transient), retry);
}

#[test]
fn the_most_precise_words_are_kept() {
    let mut body = error(100);
    body["error"]["error_data"] = json!(null);
    assert_eq!(
        answer(400, &body),
        Outcome::OurBug { code: 100, message: "(#100) Something".into() }
    );
    body["error"] = json!({"code": "100"});
    assert_eq!(answer(400, &body), Outcome::OurBug { code: 100, message: String::new() });
}

#[test]
fn the_wait_that_the_provider_asks_for_is_believed_up_to_a_day() {
    for (header, expected) in [
        ("30", Some(30)),
        (" 7 ", Some(7)),
        ("99999999", Some(86_400)),
        ("-1", None),
        ("Fri, 31 Dec 1999 23:59:59 GMT", None),
    ] {
        let headers =
            HeaderMap::from_iter([(http::header::RETRY_AFTER, HeaderValue::from_static(header))]);
        let outcome = outcome(429, &headers, error(130429).to_string().as_bytes());
        let Outcome::Retry { after, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!(after, expected.map(Duration::from_secs), "{header}");
    }
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(status in any::<u16>(), body in prop::collection::vec(any::<u8>(), 0..128)) {
        let _ = outcome(status, &HeaderMap::new(), &body);
    }

    #[test]
    fn no_answer_but_a_success_is_taken_for_one(status in any::<u16>(), code in any::<i64>()) {
        let mut body = error(code);
        body["messages"] = json!([{"id": "wamid.x"}]);
        let accepted = matches!(answer(status, &body), Outcome::Accepted { .. });
        prop_assert_eq!(accepted, (200..300).contains(&status));
    }
}
