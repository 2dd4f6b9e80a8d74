//! What the language model does besides talking: it is offered what a rule can do, and the stand-in does what it is asked.

use black_box::{Account, App, Team, a_phone, flows};
use serde_json::{Value, json};
use stand_in::Inbound;

const FIXED: &str = "A colleague answers you soon.";
const OUT: &str = "You will receive no more messages from us. Answer START to receive them again.";

/// A workflow without a graph, whose flow nothing but the model starts.
fn desk() -> (Team, Account) {
    App::shared_with_a_model().account_answered_by(&json!({
        "name": "Desk", "system_prompt": "You are at the desk of a tea shop.",
        "actions": ["create_order"],
        "flows": [{"name": "Delivery", "description": "When an order comes.", "conversation_steps": [
            {"type": "question", "followup": "What is the number of your order?"},
            {"type": "text_response", "content": "Order {{vars.answer_1}} comes tomorrow."},
        ]}],
        "settings": {"fixed_reply": FIXED},
    }))
}

#[test]
fn the_model_starts_a_flow_once_which_goes_on_by_itself() {
    let (team, account) = desk();
    let (phone, order, asks) = (a_phone(), a_phone(), "tool: start_flow Delivery");
    let delivery = account.delivery_of(&Inbound::text(&phone, asks));
    for _ in 0..3 {
        delivery.send().is(200, &json!({}));
    }
    assert_eq!(team.app.texts_to(&phone, 1), ["What is the number of your order?"]);
    team.app.settled(&account.conversation_with(&phone));
    account.receives(&Inbound::text(&phone, &order));
    assert_eq!(team.app.texts_to(&phone, 2)[1], format!("Order {order} comes tomorrow."));
    let conversation = team.app.settled(&account.conversation_with(&phone));
    assert_eq!(conversation["needs_attention"], Value::Null);
    assert_eq!(team.app.sent_to(&phone).len(), 2);

    assert!(team.app.calls_of(&order).is_empty());
    let [call] = &team.app.calls_of(asks)[..] else { panic!("asked more than once") };
    let offered = call.json();
    let functions = offered["tools"].as_array().expect("tools").iter();
    let names: Vec<_> = functions.map(|tool| tool["function"]["name"].clone()).collect();
    assert_eq!(names, ["hand_off", "end_conversation", "opt_out", "start_flow"]);
    let flow = "/tools/3/function/parameters/properties/flow/enum";
    assert_eq!(offered.pointer(flow), Some(&json!(["Delivery"])));
}

#[test]
fn the_model_leaves_the_conversation_to_a_person() {
    let (team, account) = desk();
    let (phone, more) = (a_phone(), a_phone());
    account.receives(&Inbound::text(&phone, "tool: hand_off"));
    assert_eq!(team.app.texts_to(&phone, 1), [FIXED]);
    let id = account.conversation_with(&phone);
    let handed = team.app.settled(&id);
    assert_eq!((&handed["paused"], &handed["needs_attention"]), (&json!(true), &json!(true)));

    account.receives(&Inbound::text(&phone, &more));
    team.app.settled(&id);
    assert_eq!(team.app.sent_to(&phone).len(), 1);
    assert!(team.app.calls_of(&more).is_empty());
}

#[test]
fn the_model_opts_a_contact_out() {
    let (team, account) = desk();
    let (phone, notice) = (a_phone(), team.has_published(&flows::notice()));
    account.receives(&Inbound::text(&phone, "tool: opt_out"));
    assert_eq!(team.app.texts_to(&phone, 1), [OUT]);
    team.app.settled(&account.conversation_with(&phone));
    let refused = json!({"error": "Contact has opted out of messages"});
    team.triggers(&notice, &phone).is(422, &refused);
    assert_eq!(team.app.sent_to(&phone).len(), 1);
}

#[test]
fn what_the_model_was_not_offered_is_not_done_and_a_person_is_called() {
    let (team, account) = desk();
    for asks in ["tool: create_order", "tool: start_flow Refund", "tool: start_flow"] {
        let phone = a_phone();
        account.receives(&Inbound::text(&phone, asks));
        assert_eq!(team.app.texts_to(&phone, 1), [FIXED], "{asks}");
        let conversation = team.app.settled(&account.conversation_with(&phone));
        assert_eq!(conversation["needs_attention"], true, "{asks}");
        assert_ne!(conversation["paused"], true, "{asks}");
    }
}
