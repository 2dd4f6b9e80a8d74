//! Arguments of another form, and what a request does not show. Contents: `limits.rs` and `golden.rs`.
#![allow(clippy::unwrap_used)]

use channels::whatsapp::{BuildError, request};
use flow::Content;

fn text(text: &str) -> Content {
    Content::Text { text: text.into() }
}

/// The field of the error that these arguments give.
fn refused(base_url: &str, account: &str, token: &str, to: &str, callback_data: &str) -> String {
    match request(base_url, account, token, to, callback_data, &text("x"), None) {
        Err(BuildError::Invalid { field, .. } | BuildError::TooLong { field, .. }) => field,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_argument_of_another_form_is_refused_by_name() {
    const URL: &str = "https://graph.facebook.com";
    const TO: &str = "+2348012345678";
    for base_url in
        ["", "graph.facebook.com", "ftp://x", "https://x/path", "https://x?y=", "https://"]
    {
        assert_eq!(refused(base_url, "106", "t", TO, ""), "base_url", "{base_url}");
    }
    for account in ["", "../me", "1/2", "abc"] {
        assert_eq!(refused(URL, account, "t", TO, ""), "account", "{account}");
    }
    for token in ["", "a b", "a\r\nX: y", "é"] {
        assert_eq!(refused(URL, "106", token, TO, ""), "access_token", "{token}");
    }
    for to in [
        "",
        "+",
        "+123456",
        "+1234567890123456",
        "0801 234",
        "us.1",
        "US.",
        "US..1",
        "US.a b",
        "USA.1",
    ] {
        assert_eq!(refused(URL, "106", "t", to, ""), "to", "{to}");
    }
    assert_eq!(refused(URL, "106", "t", TO, &"x".repeat(513)), "callback_data");
}

#[test]
fn a_slash_at_the_end_of_the_origin_is_not_doubled() {
    let request =
        request("http://127.0.0.1:9000/", "106", "t", "+2348012345678", "", &text("x"), None)
            .unwrap();
    assert_eq!(request.uri(), "http://127.0.0.1:9000/v24.0/106/messages");
}

#[test]
fn the_token_is_not_in_what_a_log_would_show() {
    let request = request(
        "https://graph.facebook.com",
        "106",
        "EAAG-secret",
        "+2348012345678",
        "",
        &text("x"),
        None,
    )
    .unwrap();
    assert!(!format!("{request:?}").contains("EAAG-secret"));
}

#[test]
fn an_error_says_what_would_be_right() {
    let error = request("", "106", "t", "+2348012345678", "", &text("x"), None).unwrap_err();
    assert_eq!(error.to_string(), "base_url: must be an origin such as https://graph.facebook.com");
}

#[test]
fn a_message_shows_which_one_it_answers() {
    let body = |answered: Option<&str>| {
        let origin = "https://graph.facebook.com";
        let request =
            request(origin, "106", "t", "+2348012345678", "", &text("x"), answered).unwrap();
        serde_json::from_slice::<serde_json::Value>(request.body()).unwrap()
    };
    assert_eq!(body(Some("wamid.1"))["context"], serde_json::json!({"message_id": "wamid.1"}));
    assert!(body(None).get("context").is_none());
}
