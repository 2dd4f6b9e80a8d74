//! While a person has taken over, or the agent rests: what is said is kept, and nothing answers.

use black_box::{App, flows};
use serde_json::{Value, json};

use super::{
    AGENTS, ANSWER, Desk, HOURS, OPEN, QUESTION, a_visitor, answered_with, conversation_of, kept,
    line, test_chat,
};

fn sets_status(desk: &Desk, status: &str) {
    let path = format!("{AGENTS}/{}/live-status", desk.agent);
    let body = json!({"status": status});
    desk.team.request("PATCH", &path).json(&body).send().expect(200);
}

#[test]
fn what_a_contact_says_while_the_ai_is_paused_is_kept_for_a_person() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    desk.pauses(&conversation, true);
    assert_eq!(desk.conversation(&conversation)["needs_attention"], false);

    desk.says(&conversation, &json!({"message": HOURS})).is(201, &kept("user", HOURS));

    let shown = desk.conversation(&conversation);
    assert_eq!(
        (&shown["is_ai_chat_paused"], &shown["needs_attention"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(desk.log(&conversation)[2..], [line("user", HOURS)]);
    // A person's answer is what it needed.
    let person = json!({"message": "At nine.", "role": "assistant"});
    desk.says(&conversation, &person).is(201, &kept("assistant", "At nine."));
    assert_eq!(desk.conversation(&conversation)["needs_attention"], false);
}

#[test]
fn the_ai_goes_on_when_the_pause_is_over() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    desk.pauses(&conversation, true);
    desk.pauses(&conversation, true);
    desk.says(&conversation, &json!({"message": HOURS})).is(201, &kept("user", HOURS));
    desk.pauses(&conversation, false);
    assert_eq!(desk.conversation(&conversation)["needs_attention"], false);
    desk.says(&conversation, &json!({"message": HOURS})).is(201, &answered_with(&[OPEN]));
}

#[test]
fn a_session_that_waits_for_an_answer_does_not_take_what_is_said_in_a_pause() {
    let desk = Desk::of(&App::shared(), &flows::question());
    let visitor = a_visitor();
    let sent = desk.hears(&visitor, "hi");
    let conversation = conversation_of(&sent);
    desk.pauses(conversation, true);
    desk.to_send(&test_chat(&visitor, "yes")).send().is(201, &kept("user", "yes"));
    desk.pauses(conversation, false);
    // It still waits, where it stood.
    let answer = desk.to_send(&test_chat(&visitor, "no")).send();
    answer.is(201, &answered_with(&["You said no."]));
}

#[test]
fn a_handoff_pauses_the_ai_and_its_status_lifts_it() {
    let desk = Desk::shop();
    let visitor = a_visitor();
    let handed = desk.to_send(&test_chat(&visitor, "I want a person")).send();
    let handed = handed.is(201, &answered_with(&["One moment."]));
    let conversation = conversation_of(&handed);
    let shown = desk.conversation(conversation);
    assert_eq!(
        (&shown["is_ai_chat_paused"], &shown["needs_attention"]),
        (&json!(true), &json!(true))
    );
    desk.to_send(&test_chat(&visitor, QUESTION)).send().is(201, &kept("user", QUESTION));
    desk.pauses(conversation, false);
    desk.to_send(&test_chat(&visitor, QUESTION)).send().is(201, &answered_with(&[ANSWER]));
}

#[test]
fn a_paused_agent_answers_nobody_until_it_goes_on() {
    let desk = Desk::shop();
    let visitor = a_visitor();
    desk.hears(&visitor, QUESTION);
    sets_status(&desk, "paused");
    let known = desk.to_send(&test_chat(&visitor, HOURS)).send().is(201, &kept("user", HOURS));
    let new = desk.to_send(&test_chat(&a_visitor(), HOURS)).send().is(201, &kept("user", HOURS));
    for sent in [&known, &new] {
        let shown = desk.conversation(conversation_of(sent));
        let wanted = json!({"is_ai_chat_paused": false, "needs_attention": true});
        for field in ["is_ai_chat_paused", "needs_attention"] {
            assert_eq!(shown[field], wanted[field], "{shown:#}");
        }
    }
    for status in ["live", "development"] {
        sets_status(&desk, status);
        let answered = desk.to_send(&test_chat(&visitor, HOURS)).send();
        answered.is(201, &answered_with(&[OPEN]));
    }
}

#[test]
fn every_field_of_an_ai_status_is_judged() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    let path = format!("/{conversation}/ai-status");
    let required = "is_ai_chat_paused: required";
    let wrong = "is_ai_chat_paused: must be true or false";
    for (body, why) in [
        (json!({}), required),
        (json!({"is_ai_chat_paused": null}), required),
        (json!({"is_ai_chat_paused": "true"}), wrong),
        (json!({"is_ai_chat_paused": 1}), wrong),
        (json!({"is_ai_chat_paused": []}), wrong),
        (json!([]), "body: must be an object"),
        (Value::Null, "body: must be an object"),
    ] {
        let refused = desk.request("PATCH", &path).text(body.to_string()).send();
        refused.is(400, &super::super::invalid(&json!([why])));
    }
    let unknown = json!({"is_ai_chat_paused": true, "unknown": {"a": 1}});
    let taken = desk.request("PATCH", &path).json(&unknown).send();
    let expected = json!({
        "message": "AI status updated successfully", "data": {"is_ai_chat_paused": true},
    });
    taken.is(200, &expected);
}
