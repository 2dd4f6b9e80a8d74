//! The example menu, as WhatsApp's contacts have it, run through the phone unchanged: by keys, and by words.

use black_box::{App, Line, a_path, a_phone, flows};
use serde_json::json;
use stand_in::TelephonyWebhook;

use super::{completed, session};

const ORDER: &str = "What is the number of your order?";
const EMAIL: &str = "To which email address shall we send the invoice of order 10234?";
const SENT: &str = "Thank you. The invoice of order 10234 goes to ana@example.com.";

fn menu_line() -> Line {
    Line::answered_by(&App::shared().team(), &flows::support_menu())
}

#[test]
fn a_caller_goes_through_the_menu_by_keys() {
    let (line, phone) = (menu_line(), a_phone());
    let mut call = line.is_called_by(&phone);
    let said = call.says();
    assert!(said[0].contains("Support") || said[1].contains("what is it about?"), "{said:?}");
    let topics = said.iter().filter(|line| line.starts_with("Press ")).count();
    assert_eq!(topics, 5, "{said:?}");
    assert!(call.answer.body.contains("numDigits=\"1\""));
    call.presses("1");
    assert_eq!(call.says(), [ORDER]);
    call.presses("10234");
    assert_eq!(call.says(), ["Order 10234: see https://shop.example/orders/10234"]);
    assert!(call.is_hung_up());
    assert_eq!(session(&line, &phone), completed("solved"));
}

#[test]
fn a_caller_goes_through_the_menu_by_words() {
    let (line, phone) = (menu_line(), a_phone());
    let mut call = line.is_called_by(&phone);
    call.hears("A copy of my invoice.");
    assert_eq!(call.says(), [ORDER]);
    call.hears("10234.");
    assert_eq!(call.says(), [EMAIL]);
    call.hears("Ana at example dot com.");
    assert_eq!(call.says(), [SENT]);
    assert!(call.is_hung_up());
    assert_eq!(session(&line, &phone), completed("solved"));
}

#[test]
fn a_caller_who_says_nothing_is_asked_again_and_then_let_go() {
    let (line, phone) = (menu_line(), a_phone());
    let mut call = line.is_called_by(&phone);
    for _ in 0..2 {
        call.is_silent();
        assert!(call.says()[0].contains("Please choose one of the topics."), "{:?}", call.says());
    }
    call.is_silent();
    assert!(call.is_hung_up());
    assert_eq!(session(&line, &phone), completed("no_answer"));
}

#[test]
fn keys_that_mean_nothing_lead_to_a_person_whom_the_call_is_put_through_to() {
    let team = App::shared().team();
    let workflow = team.has_published(&flows::support_menu());
    let line = Line::with(&team, json!({"workflow_id": workflow, "transfer_to": "+14155550199"}));
    let phone = a_phone();
    let mut call = line.is_called_by(&phone);
    for _ in 0..3 {
        call.presses("9");
    }
    assert_eq!(call.says(), ["A colleague answers you here as soon as possible."]);
    let xml = &call.answer.body;
    assert!(xml.contains("<Number>+14155550199</Number>"), "{xml}");
    assert!(xml.contains(&format!("callerId=\"{}\"", line.number)), "{xml}");
    call.was_put_through("no-answer");
    assert_eq!(call.says(), ["Nobody can take your call right now."]);
    assert!(call.is_hung_up());
    let stored = team.app.conversation(&line.conversation_with(&phone));
    assert_eq!((&stored["paused"], &stored["needs_attention"]), (&json!(true), &json!(true)));
}

#[test]
fn who_hangs_up_leaves_nothing_that_waits() {
    let (line, phone) = (menu_line(), a_phone());
    let mut call = line.is_called_by(&phone);
    call.presses("1");
    let over = call.webhook.clone().completed(12);
    let told = line.request("status", &over).send();
    assert_eq!((told.status, told.body.as_str()), (204, ""));
    assert_eq!(session(&line, &phone), completed("hung_up"));
    let again = line.is_called_by(&phone);
    assert!(again.says().iter().any(|said| said.contains("what is it about?")), "it begins anew");
}

#[test]
fn what_is_said_is_escaped_and_in_the_language_of_the_account() {
    let team = App::shared().team();
    let graph = json!({"entry": "a", "nodes": [
        {"id": "a", "type": "message", "text": "Tom & Jerry's <b> \"5 > 4\""},
        {"id": "b", "type": "ask", "text": "¿Qué?", "choices": [{"id": "x", "title": "Uno & dos"}]},
        {"id": "c", "type": "end"},
    ], "edges": [{"from": "a", "to": "b"}, {"from": "b", "to": "c"}]});
    let workflow = team.has_published(&flows::with_graph("escapes", &graph));
    let line = Line::with(&team, json!({"workflow_id": workflow, "language": "es-MX"}));
    let call = line.is_called_by(&a_phone());
    let xml = &call.answer.body;
    assert_eq!(call.says()[0], "Tom & Jerry's <b> \"5 > 4\"");
    assert!(xml.contains("Tom &amp; Jerry") && !xml.contains("<b>"), "{xml}");
    assert!(xml.contains("language=\"es-MX\"") && xml.contains("voice=\"Polly.Mia\""), "{xml}");
    assert_eq!(call.says()[2], "Para Uno & dos, marque 1.");
    let header = call.answer.header("content-type");
    assert_eq!(header, Some("text/xml; charset=utf-8"));
}

#[test]
fn what_a_workflow_calls_is_waited_for_in_the_call() {
    let team = App::shared().team();
    let address = team.app.address(&a_path());
    let graph = json!({"entry": "wait", "nodes": [
        {"id": "wait", "type": "message", "text": "One moment"},
        {"id": "get", "type": "http", "url": address, "save_as": "found"},
        {"id": "done", "type": "message", "text": "It answered {{vars.found.status}}"},
    ], "edges": [{"from": "wait", "to": "get"}, {"from": "get", "to": "done"}]});
    let line = Line::answered_by(&team, &flows::with_graph("looks up", &graph));
    let call = line.is_called_by(&a_phone());
    assert_eq!(call.says(), ["One moment", "It answered 200"]);
    assert!(call.is_hung_up());
}

#[test]
fn callers_who_hide_their_number_are_strangers_to_each_other() {
    let line = menu_line();
    for number in ["+266696687", "anonymous", ""] {
        let first = TelephonyWebhook::call(number, &line.number);
        let second = TelephonyWebhook::call(number, &line.number);
        let step = line.request("voice", &first).send();
        assert!(step.body.contains("<Gather"), "{step}");
        let other = line.request("voice", &second).send();
        assert!(other.body.contains("<Gather"), "{other}");
    }
    let id = line.conversation_with("+266696687");
    let shared = line.team.app.ops("GET", &format!("/ops/conversations/{id}")).send();
    assert_eq!(shared.status, 404, "{shared}");
}

#[test]
fn a_number_that_nothing_answers_says_so() {
    let line = Line::with(&App::shared().team(), json!({}));
    let call = line.is_called_by(&a_phone());
    assert_eq!(call.says(), ["Nobody can take your call right now."]);
    assert!(call.is_hung_up());
}
