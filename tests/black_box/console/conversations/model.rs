//! What a language model answers to what the console sends.

use black_box::{App, at_once, flows};
use serde_json::json;
use stand_in::{Answer, Gate};

use super::{Desk, a_visitor, answered_with, conversation_of, kept, line, test_chat};

const FIXED: &str = "Thank you for your message. We will get back to you as soon as we can.";

fn desk() -> Desk {
    Desk::of(&App::shared_with_a_model(), &flows::shop())
}

/// A question that no other test asks, from a visitor.
fn question(words: &str) -> (String, String) {
    let visitor = a_visitor();
    let question = format!("{words} {visitor}");
    (visitor, question)
}

#[test]
fn the_models_reply_is_the_answer() {
    let desk = desk();
    let (visitor, question) = question("Oolong?");
    desk.team.app.is_answered(&question, [Answer::says("Of course, oolong too.")]);

    let sent = desk.to_send(&test_chat(&visitor, &question)).send();

    let sent = sent.is(201, &answered_with(&["Of course, oolong too."]));
    let log = [line("user", &question), line("assistant", "Of course, oolong too.")];
    assert_eq!(desk.log(conversation_of(&sent)), log);
    assert_eq!(desk.conversation(conversation_of(&sent))["needs_attention"], false);
}

#[test]
fn a_model_that_fails_gives_the_fixed_reply_and_calls_a_person() {
    let desk = desk();
    let (visitor, question) = question("Matcha?");
    desk.team
        .app
        .is_answered(&question, [Answer::json(500, &json!({})), Answer::json(500, &json!({}))]);

    let sent = desk.to_send(&test_chat(&visitor, &question)).send();

    let sent = sent.is(201, &answered_with(&[FIXED]));
    assert_eq!(desk.conversation(conversation_of(&sent))["needs_attention"], true);
}

#[test]
fn two_questions_at_once_are_each_answered_with_their_own_reply() {
    let desk = desk();
    let (visitor, first) = question("Sencha?");
    let second = format!("Gyokuro? {visitor}");
    desk.hears(&visitor, super::QUESTION);
    desk.team.app.is_answered(&first, [Answer::says("Sencha, yes.")]);
    desk.team.app.is_answered(&second, [Answer::says("Gyokuro, yes.")]);

    let asked = [&first, &second].map(|text| desk.to_send(&test_chat(&visitor, text)));
    let answers = at_once(asked.to_vec());

    answers[0].is(201, &answered_with(&["Sencha, yes."]));
    answers[1].is(201, &answered_with(&["Gyokuro, yes."]));
}

#[test]
fn the_same_request_while_the_model_thinks_is_asked_and_answered_once() {
    let desk = desk();
    let (visitor, question) = question("Darjeeling?");
    let request = desk.to_send(&test_chat(&visitor, &question));
    let request = request.header("idempotency-key", &visitor);

    let answers = request.send_at_once(3);

    let replies = answers.iter().map(|answer| answer.expect(201)["data"].clone());
    let replies: Vec<_> = replies.collect();
    assert_eq!(replies[0]["message"], json!(format!("You said: {question}")));
    assert!(replies.iter().all(|reply| *reply == replies[0]), "{replies:#?}");
    assert_eq!(desk.team.app.calls_of(&question).len(), 1);
}

#[test]
fn a_reply_that_was_under_way_when_a_person_took_over_is_not_said() {
    let desk = desk();
    let (visitor, question) = question("Assam?");
    let conversation = conversation_of(&desk.hears(&visitor, super::QUESTION)).to_owned();
    let gate = Gate::default();
    desk.team.app.is_answered(&question, [Answer::says("Assam, yes.").behind(&gate)]);
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| desk.to_send(&test_chat(&visitor, &question)).send());
        desk.team.app.wait_for_calls_of(&question, 1);
        desk.pauses(&conversation, true);
        let person = json!({"message": "I take over.", "role": "assistant"});
        desk.says(&conversation, &person).is(201, &kept("assistant", "I take over."));
        gate.open();
        asked.join().expect("an answer").expect(201);
    });
    let log = desk.log(&conversation);
    assert_eq!(log[2..], [line("user", &question), line("assistant", "I take over.")]);
}
