//! What Twilio tells, as it is read: calls, texts and their statuses.
#![allow(clippy::unwrap_used)]

use channels::telephony::{CallRequest, CallStatus, TextMessage, TextState, TextStatus};
use flow::{Reply, ReplyKind};
use serde_json::json;

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

fn call(more: &[(&str, &str)]) -> CallRequest {
    let mut params = pairs(&[("CallSid", "CA1"), ("From", "+14155550123"), ("To", "+15005550006")]);
    params.extend(pairs(more));
    CallRequest::read(&params).unwrap()
}

#[test]
fn a_call_is_read_with_what_the_caller_pressed_or_said() {
    let read = call(&[("Direction", "inbound"), ("CallStatus", "in-progress"), ("Digits", "1*2")]);
    assert_eq!((read.call_sid.as_str(), read.from.as_str()), ("CA1", "+14155550123"));
    assert_eq!((read.to.as_str(), read.is_outbound), ("+15005550006", false));
    assert_eq!(read.status, Some(CallStatus::InProgress));
    assert_eq!((read.digits.as_deref(), read.speech), (Some("1*2"), None));
    let read = call(&[("Digits", ""), ("SpeechResult", "Sales, please.")]);
    assert_eq!((read.digits, read.speech.as_deref()), (None, Some("Sales, please.")));
}

#[test]
fn a_call_that_we_made_is_outbound() {
    for direction in ["outbound-api", "outbound-dial"] {
        assert!(call(&[("Direction", direction)]).is_outbound, "{direction}");
    }
    for direction in ["inbound", "", "trunking-terminating"] {
        assert!(!call(&[("Direction", direction)]).is_outbound, "{direction}");
    }
}

#[test]
fn a_machine_or_a_fax_is_no_person() {
    for (answered_by, is_machine) in [
        ("machine_start", true),
        ("machine_end_beep", true),
        ("fax", true),
        ("human", false),
        ("unknown", false),
        ("", false),
    ] {
        assert_eq!(call(&[("AnsweredBy", answered_by)]).is_machine, is_machine, "{answered_by}");
    }
}

#[test]
fn the_end_of_a_call_tells_how_long_it_was_and_what_became_of_a_dial() {
    let read = call(&[("CallStatus", "completed"), ("CallDuration", "61"), ("Duration", "2")]);
    assert_eq!((read.status, read.duration), (Some(CallStatus::Completed), Some(61)));
    assert_eq!(call(&[("CallDuration", "-1")]).duration, None);
    assert_eq!(call(&[("DialCallStatus", "no-answer")]).dial_status, Some(CallStatus::NoAnswer));
}

#[test]
fn what_names_no_call_is_none() {
    assert_eq!(CallRequest::read(&pairs(&[("From", "+1"), ("CallSid", "")])), None);
}

#[test]
fn a_call_status_reads_as_it_is_written_and_some_are_final() {
    use CallStatus::*;
    for (status, is_final) in [
        (Queued, false),
        (Ringing, false),
        (InProgress, false),
        (Completed, true),
        (Busy, true),
        (Failed, true),
        (NoAnswer, true),
        (Canceled, true),
    ] {
        assert_eq!(CallStatus::from_name(status.name()), Some(status));
        assert_eq!(status.is_final(), is_final, "{status:?}");
    }
    assert_eq!(CallStatus::from_name("initiated"), Some(Queued));
    assert_eq!(CallStatus::from_name("answered"), Some(InProgress));
    assert_eq!(CallStatus::from_name("dreaming"), None);
}

fn text(more: &[(&str, &str)]) -> TextMessage {
    let mut params =
        pairs(&[("MessageSid", "SM1"), ("From", "+14155550123"), ("To", "+15005550006")]);
    params.extend(pairs(more));
    TextMessage::read(&params).unwrap()
}

#[test]
fn a_text_is_read_as_the_polling_lists_show_it() {
    let read = text(&[("Body", "Hello 😀"), ("NumMedia", "0"), ("SmsStatus", "received")]);
    assert_eq!((read.sid.as_str(), read.from.as_str()), ("SM1", "+14155550123"));
    assert_eq!((read.to.as_str(), read.kind.as_str()), ("+15005550006", "text"));
    assert_eq!(read.content, json!({"body": "Hello 😀"}));
    assert_eq!(read.reply, Reply::text("Hello 😀"));
}

#[test]
fn a_file_is_of_the_kind_of_its_type() {
    for (mime_type, name, kind) in [
        ("image/jpeg", "image", ReplyKind::Image),
        ("audio/amr", "audio", ReplyKind::Audio),
        ("video/mp4", "video", ReplyKind::Video),
        ("application/pdf", "document", ReplyKind::Document),
        ("text/vcard", "document", ReplyKind::Document),
    ] {
        let url = "https://api.twilio.com/a";
        let read = text(&[("NumMedia", "1"), ("MediaUrl0", url), ("MediaContentType0", mime_type)]);
        assert_eq!((read.kind.as_str(), read.reply.kind), (name, kind), "{mime_type}");
        assert_eq!(read.content, json!({"url": url, "mime_type": mime_type}));
        assert_eq!(read.reply.url.as_deref(), Some(url));
    }
}

#[test]
fn of_several_files_the_first_counts_and_all_are_kept() {
    let read = text(&[
        ("Body", "Look"),
        ("NumMedia", "2"),
        ("MediaUrl0", "https://a/0"),
        ("MediaContentType0", "image/png"),
        ("MediaUrl1", "https://a/1"),
        ("MediaContentType1", "video/mp4"),
    ]);
    let files = json!([
        {"url": "https://a/0", "mime_type": "image/png"},
        {"url": "https://a/1", "mime_type": "video/mp4"},
    ]);
    let content =
        json!({"url": "https://a/0", "mime_type": "image/png", "caption": "Look", "media": files});
    assert_eq!((read.kind.as_str(), read.content), ("image", content));
    assert_eq!(
        (read.reply.text.as_str(), read.reply.url.as_deref()),
        ("Look", Some("https://a/0"))
    );
}

#[test]
fn a_count_of_files_that_lies_costs_nothing() {
    assert_eq!(text(&[("NumMedia", "18446744073709551615"), ("Body", "a")]).kind, "text");
    assert_eq!(text(&[("NumMedia", "-1"), ("Body", "a")]).kind, "text");
}

#[test]
fn an_older_name_of_the_id_will_do_and_none_will_not() {
    let read = TextMessage::read(&pairs(&[("SmsSid", "SM2"), ("From", "+1")])).unwrap();
    assert_eq!((read.sid.as_str(), read.reply), ("SM2", Reply::text("")));
    assert_eq!(TextMessage::read(&pairs(&[("From", "+1"), ("Body", "a")])), None);
    assert_eq!(TextMessage::read(&pairs(&[("MessageSid", "SM1"), ("Body", "a")])), None);
}

fn status(more: &[(&str, &str)]) -> Option<TextStatus> {
    let mut params = pairs(&[("MessageSid", "SM1"), ("From", "+15005550006")]);
    params.extend(pairs(more));
    assert_eq!(TextMessage::read(&params), None, "a status of ours is no message of theirs");
    TextStatus::read(&params)
}

#[test]
fn a_status_tells_how_far_a_text_came() {
    for (name, state) in [
        ("queued", Some(TextState::Sent)),
        ("accepted", Some(TextState::Sent)),
        ("sending", Some(TextState::Sent)),
        ("scheduled", Some(TextState::Sent)),
        ("dreaming", None),
        ("sent", Some(TextState::Sent)),
        ("delivered", Some(TextState::Delivered)),
        ("read", Some(TextState::Read)),
        ("failed", Some(TextState::Failed)),
        ("undelivered", Some(TextState::Failed)),
        ("canceled", Some(TextState::Failed)),
    ] {
        let read = status(&[("MessageStatus", name), ("ErrorCode", "")]);
        assert_eq!(read.as_ref().map(|read| read.status), state, "{name}");
        assert_eq!(read.and_then(|read| read.error), None, "{name}");
    }
    assert_eq!(TextStatus::read(&pairs(&[("MessageStatus", "sent")])), None);
}

#[test]
fn a_failure_says_why() {
    let error = |more: &[(&str, &str)]| {
        let mut params = vec![("MessageStatus", "undelivered")];
        params.extend(more);
        status(&params).unwrap().error
    };
    let expected = |code: &str, words: &str| Some((code.into(), words.into()));
    assert_eq!(
        error(&[("ErrorCode", "30003")]),
        expected("30003", "Unreachable destination handset")
    );
    assert_eq!(error(&[("ErrorCode", "39999")]), expected("39999", "Twilio error 39999"));
    assert_eq!(
        error(&[("ErrorCode", "30003"), ("ErrorMessage", "Phone is off")]),
        expected("30003", "Phone is off")
    );
    assert_eq!(error(&[("ErrorCode", "0")]), None);
}
