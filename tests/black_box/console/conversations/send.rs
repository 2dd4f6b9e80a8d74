//! What is said to an agent, and what it answers: a conversation is found, or created.

use black_box::{App, a_phone, at_once, flows};
use serde_json::{Value, json};

use super::{
    ANSWER, Desk, HOURS, OPEN, QUESTION, a_visitor, answered_with, conversation_not_found,
    conversation_of, id, kept, line, refused, test_chat,
};

#[test]
fn what_a_contact_says_is_answered_by_the_agents_workflow_at_once() {
    let desk = Desk::shop();
    let visitor = a_visitor();
    let mut body = test_chat(&visitor, QUESTION);
    body["channel_username"] = json!("Ann");

    let sent = desk.to_send(&body).send().is(201, &answered_with(&[ANSWER]));

    let conversation = conversation_of(&sent);
    let log = [line("user", QUESTION), line("assistant", ANSWER)];
    assert_eq!(desk.log(conversation), log);
    let expected = json!({
        "id": conversation, "channel_type": "webchat", "channel_id": null,
        "channel_user_id": visitor, "channel_user_username": "Ann", "is_test_channel": true,
        "is_ai_chat_paused": false, "needs_attention": false, "last_message_at": "…",
        "last_seen": "…", "last_message_preview": ANSWER, "created_at": "…", "updated_at": "…",
        "full_name": "Ann", "email": null, "phone_number": null, "profile_picture": null,
    });
    let shown = desk.request("GET", &format!("/{conversation}")).send();
    shown.is(200, &json!({"message": "Success", "data": expected}));
}

#[test]
fn the_same_contact_has_one_conversation_and_another_one_another() {
    let desk = Desk::shop();
    let visitor = a_visitor();
    let first = desk.hears(&visitor, QUESTION);
    let second = desk.hears(&visitor.to_uppercase(), HOURS);
    let third = desk.hears(&a_visitor(), HOURS);
    assert_eq!(conversation_of(&first), conversation_of(&second));
    assert_ne!(conversation_of(&first), conversation_of(&third));
    let log = desk.log(conversation_of(&first));
    let texts: Vec<&str> = log.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, [QUESTION, ANSWER, HOURS, OPEN]);
    assert_eq!(desk.get("")["meta"]["total_count"], 2);
}

#[test]
fn a_contact_who_is_named_later_is_shown_and_found_by_that_name() {
    let desk = Desk::shop();
    let visitor = a_visitor();
    let conversation = conversation_of(&desk.hears(&visitor, QUESTION)).to_owned();
    assert_eq!(desk.conversation(&conversation)["channel_user_username"], Value::Null);
    // The first name stays.
    for name in ["Ann", "Bola"] {
        let mut body = test_chat(&visitor, HOURS);
        body["channel_username"] = json!(name);
        let sent = desk.to_send(&body).send().is(201, &answered_with(&[OPEN]));
        assert_eq!(conversation_of(&sent), conversation);
    }
    assert_eq!(desk.conversation(&conversation)["channel_user_username"], "Ann");
    let listed = desk.get("?search=ann");
    assert_eq!(listed["meta"]["total_count"], 1, "{listed:#}");
    assert_eq!(listed["data"][0]["id"], json!(conversation));
    assert_eq!(desk.get("?search=bola")["meta"]["total_count"], 0);
}

#[test]
fn a_phone_is_the_same_however_it_is_written() {
    let desk = Desk::shop();
    let phone = a_phone();
    let spaced = format!("{} {} {}", &phone[..2], &phone[2..5], &phone[5..]);
    let send = |phone: &str| {
        let body = json!({
            "channel_type": "whatsapp", "channel_user_id": phone, "is_test_channel": true,
            "message": QUESTION,
        });
        desk.to_send(&body).send().is(201, &answered_with(&[ANSWER]))
    };
    assert_eq!(conversation_of(&send(&phone)), conversation_of(&send(&spaced)));
    assert_eq!(desk.get("")["data"][0]["channel_user_id"], json!(phone));
}

#[test]
fn a_contact_who_says_sixteen_things_at_once_has_one_conversation() {
    let desk = Desk::shop();
    let visitor = a_visitor();
    let request = |n: usize| desk.to_send(&test_chat(&visitor, &format!("{QUESTION} {n}")));

    let answers = at_once((0..16).map(request).collect());

    let sent: Vec<Value> = answers.iter().map(|answer| answer.expect(201)).collect();
    let conversation = conversation_of(&sent[0]);
    assert!(sent.iter().all(|sent| conversation_of(sent) == conversation));
    let mut said: Vec<String> = desk.log(conversation).into_iter().map(|(_, text)| text).collect();
    assert_eq!(said.len(), 32, "{said:?}");
    said.retain(|text| text != ANSWER);
    said.sort_unstable();
    said.dedup();
    assert_eq!(said.len(), 16, "each once: {said:?}");
    let mut replies: Vec<&str> = sent.iter().map(|sent| id(&sent["data"])).collect();
    replies.sort_unstable();
    replies.dedup();
    assert_eq!(replies.len(), 16, "each is answered by its own reply");
    let listed = desk.get("");
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(1), "{listed:#}");
}

#[test]
fn a_conversation_goes_on_by_its_id() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    let by_path = desk.says(&conversation, &json!({"message": HOURS}));
    by_path.is(201, &answered_with(&[OPEN]));
    let body = json!({"message": HOURS, "conversation_id": conversation, "role": "user"});
    let by_field = desk.to_send(&body).send().is(201, &answered_with(&[OPEN]));
    assert_eq!(conversation_of(&by_field), conversation);
    assert_eq!(desk.log(&conversation).len(), 6);
}

#[test]
fn a_conversation_that_is_not_there_or_not_the_agents_is_not_found() {
    let desk = Desk::shop();
    let elsewhere = [desk.beside().a_conversation(), Desk::shop().a_conversation()];
    let nobodys = [super::super::NOBODYS.to_owned(), "c".to_owned(), String::new()];
    for id in elsewhere.iter().chain(&nobodys) {
        let body = json!({"message": HOURS, "conversation_id": id});
        desk.to_send(&body).send().is(404, &conversation_not_found());
    }
    assert_eq!(desk.get("")["meta"]["total_count"], 0);
}

#[test]
fn all_that_a_turn_says_are_its_replies() {
    let graph = json!({
        "entry": "one",
        "nodes": [
            {"id": "one", "type": "message", "text": "One"},
            {"id": "two", "type": "message", "text": "Two"},
            {"id": "three", "type": "ask", "text": "Three?"},
            {"id": "got", "type": "message", "text": "Got {{ input.text }}"},
        ],
        "edges": [
            {"from": "one", "to": "two"}, {"from": "two", "to": "three"},
            {"from": "three", "to": "got"},
        ],
    });
    let desk = Desk::of(&App::shared(), &flows::with_graph("Three", &graph));
    let visitor = a_visitor();
    let first = desk.to_send(&test_chat(&visitor, "hi")).send();
    first.is(201, &answered_with(&["One", "Two", "Three?"]));
    let second = desk.to_send(&test_chat(&visitor, "this")).send();
    second.is(201, &answered_with(&["Got this"]));
}

#[test]
fn what_no_session_waits_for_and_no_workflow_answers_is_kept() {
    let graph = json!({
        "entry": "end", "nodes": [{"id": "end", "type": "end", "outcome": "nothing"}], "edges": [],
    });
    let desk = Desk::of(&App::shared(), &flows::with_graph("Silent", &graph));
    desk.to_send(&test_chat(&a_visitor(), "hi")).send().is(201, &kept("user", "hi"));
}

#[test]
fn stop_is_obeyed_and_confirmed() {
    let desk = Desk::shop();
    let visitor = a_visitor();
    desk.hears(&visitor, QUESTION);
    let stopped = desk.hears(&visitor, "STOP");
    assert_eq!(stopped["data"]["role"], "assistant", "{stopped:#}");
    assert_eq!(stopped["replies"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_person_may_write_only_while_the_ai_is_paused() {
    let desk = Desk::shop();
    let visitor = a_visitor();
    let mut body = test_chat(&visitor, "I am human");
    body["role"] = json!("assistant");
    let why =
        "A person may only write while the AI is paused: set is_ai_chat_paused to true first.";
    // Neither in a conversation that begins with it, nor in one that is there.
    desk.to_send(&body).send().is(400, &refused(why, "bad_request"));
    let conversation = conversation_of(&desk.hears(&visitor, QUESTION)).to_owned();
    desk.to_send(&body).send().is(400, &refused(why, "bad_request"));
    assert_eq!(desk.log(&conversation).len(), 2, "nothing was said");

    desk.pauses(&conversation, true);
    let said = desk.to_send(&body).send().is(201, &kept("assistant", "I am human"));
    assert_eq!(said["data"]["status"], "sent");
    let by_path = json!({"message": "Still me", "role": "assistant"});
    desk.says(&conversation, &by_path).is(201, &kept("assistant", "Still me"));
    assert_eq!(
        desk.log(&conversation)[2..],
        [line("assistant", "I am human"), line("assistant", "Still me"),]
    );
}

#[test]
fn a_live_channel_has_to_be_configured_for_this_agent() {
    let desk = Desk::shop();
    // What another agent of the team has does not count.
    desk.beside().connects_whatsapp();
    for (channel, user) in
        [("whatsapp", a_phone()), ("telephony", a_phone()), ("webchat", a_visitor())]
    {
        let body = json!({"message": "hi", "channel_type": channel, "channel_user_id": user});
        let message = format!("{channel} channel is not configured for this agent");
        desk.to_send(&body).send().is(400, &refused(&message, "channel_not_configured"));
    }
    assert_eq!(desk.get("")["meta"]["total_count"], 0);
}

#[test]
fn test_and_live_are_two_conversations() {
    let desk = Desk::shop();
    let account = desk.connects_whatsapp();
    let phone = a_phone();
    let send = |test: Value| {
        let body = json!({
            "channel_type": "whatsapp", "channel_user_id": phone, "is_test_channel": test,
            "message": QUESTION,
        });
        desk.to_send(&body).send().is(201, &answered_with(&[ANSWER]))
    };
    let (tested, live) = (send(json!(true)), send(Value::Null));
    assert_ne!(conversation_of(&tested), conversation_of(&live));
    assert_eq!(conversation_of(&live), account.conversation_with(&phone));
    let shown = desk.conversation(conversation_of(&live));
    assert_eq!(shown["channel_id"], json!(account.id));
    assert_eq!(shown["is_test_channel"], false);
    assert_eq!(shown["phone_number"], json!(phone));
    assert_eq!(desk.team.app.texts_to(&phone, 1), [ANSWER], "only the live one leaves");
}
