//! Texts: answered in line, sent by themselves where they come later, and never said twice.

use std::sync::Arc;
use std::time::Duration;

use black_box::{App, Line, Setup, a_phone, flows, texts_of, wait_for};
use serde_json::json;
use stand_in::TelephonyWebhook;

use super::{completed, session};

#[test]
fn a_text_is_answered_in_line_and_again_the_same_if_it_is_delivered_again() {
    let line = Line::answered_by(&App::shared().team(), &flows::support_menu());
    let phone = a_phone();
    let webhook = TelephonyWebhook::text(&phone, &line.number, "hello");
    let first = line.request("messages", &webhook).send();
    assert_eq!(first.status, 200, "{first}");
    let said = texts_of(&first.body, "Body");
    assert!(said[0].contains("what is it about?") && said[0].contains("1. "), "{said:?}");
    assert_eq!(line.request("messages", &webhook).send().body, first.body);
    assert_eq!(
        texts_of(&line.is_texted_by(&phone, "4").body, "Body").len(),
        0,
        "the first waits for its status"
    );
    assert_eq!(session(&line, &phone), completed("solved"));
}

#[test]
fn what_twilio_tells_of_an_answer_lets_the_next_one_go() {
    let line = Line::answered_by(&App::shared().team(), &flows::support_menu());
    let phone = a_phone();
    let first = line.is_texted_by(&phone, "hello");
    let callback = callback(&first.body);
    let sent = TelephonyWebhook::message_status("SM0001", "sent", &line.number, &phone);
    assert_eq!(line.request_to(&callback, &sent).send().status, 204);
    let second = line.is_texted_by(&phone, "3");
    assert_eq!(texts_of(&second.body, "Body"), ["What is the number of your order?"]);
    let delivered = TelephonyWebhook::message_status("SM0001", "delivered", &line.number, &phone);
    line.request_to(&callback, &delivered).send();
    let stored = line.team.app.conversation(&line.conversation_with(&phone));
    assert_eq!(stored["messages"][1]["status"], "delivered", "{stored}");
}

#[test]
fn an_answer_of_which_nothing_is_heard_is_sent_after_all() {
    let app = Arc::new(App::start(Setup::default()));
    let line = Line::answered_by(&app.team(), &flows::support_menu());
    let phone = a_phone();
    line.is_texted_by(&phone, "hello");
    app.pass(Duration::from_secs(7 * 60));
    app.sweep();
    let sent = line.wait_for_requests_to(&phone, 1);
    assert_eq!(sent[0].resource, "Messages.json");
    assert!(sent[0].field("Body").contains("what is it about?"));
    assert!(sent[0].field("StatusCallback").contains("/status?conversation="));
    app.sweep();
    assert_eq!(line.wait_for_requests_to(&phone, 1).len(), 1);
}

#[test]
fn stop_is_obeyed_and_told() {
    let line = Line::answered_by(&App::shared().team(), &flows::support_menu());
    let phone = a_phone();
    let told = line.is_texted_by(&phone, "STOP");
    assert_eq!(texts_of(&told.body, "Body").len(), 1, "{told}");
    let workflow = line.team.has_published(&flows::support_menu());
    let refused = line.team.triggers(&workflow, &phone);
    assert_eq!(refused.status, 422, "{refused}");
}

#[test]
fn a_picture_is_heard_as_one() {
    let line = Line::with(&App::shared().team(), json!({}));
    let phone = a_phone();
    let picture = TelephonyWebhook::text(&phone, &line.number, "look")
        .media("https://example.com/cat.jpg", "image/jpeg");
    assert_eq!(line.request("messages", &picture).send().status, 200);
    let id = line.conversation_with(&phone);
    let stored = wait_for("the message", || Some(line.team.app.conversation(&id)));
    let message = &stored["messages"][0];
    assert_eq!(message["message_type"], "image", "{stored}");
}

#[test]
fn what_the_carrier_has_not_taken_yet_is_with_twilio_and_not_sent_again() {
    let app = Arc::new(App::start(Setup::default()));
    let line = Line::answered_by(&app.team(), &flows::support_menu());
    let phone = a_phone();
    let callback = callback(&line.is_texted_by(&phone, "hello").body);
    let sending = TelephonyWebhook::message_status("SM0003", "sending", &line.number, &phone);
    assert_eq!(line.request_to(&callback, &sending).send().status, 204);
    app.pass(Duration::from_secs(7 * 60));
    app.sweep();
    let stored = app.settled(&line.conversation_with(&phone));
    assert_eq!(stored["messages"][1]["status"], "sent", "{stored}");
    assert_eq!(stored["messages"][1]["provider_id"], "SM0003", "by its status, not sent anew");
}

#[test]
fn an_answer_that_is_refused_because_of_a_stop_opts_out() {
    let line = Line::answered_by(&App::shared().team(), &flows::support_menu());
    let phone = a_phone();
    let callback = callback(&line.is_texted_by(&phone, "hello").body);
    let refused = TelephonyWebhook::message_status("SM0004", "failed", &line.number, &phone)
        .with("ErrorCode", "21610");
    assert_eq!(line.request_to(&callback, &refused).send().status, 204);
    let workflow = line.team.has_published(&flows::support_menu());
    assert_eq!(line.team.triggers(&workflow, &phone).status, 422);
}

/// Where Twilio tells what became of the first answer.
fn callback(xml: &str) -> String {
    let from = xml.find("statusCallback=\"").expect("a callback") + 16;
    let to = xml[from..].find('"').expect("its end") + from;
    xml[from..to].replace("&amp;", "&")
}
