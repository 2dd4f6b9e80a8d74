//! How a message is answered that no session waits for: flows, rules, questions, the graph.

use black_box::{Account, App, Team, a_phone, flows};
use serde_json::{Value, json};
use stand_in::Inbound;

const CONSOLE: &str = "/api/v1/console/workflows";

fn shop() -> (Team, Account, String) {
    let (team, account) = App::shared().account_answered_by(&flows::shop());
    (team, account, a_phone())
}

/// What a contact reads who writes these, each after the answer to the one before.
#[track_caller]
fn says(account: &Account, phone: &str, texts: &[&str]) -> Vec<String> {
    for text in texts {
        account.receives(&Inbound::text(phone, text));
        account.app.settled(&account.conversation_with(phone));
    }
    account.app.texts_to(phone, 1)
}

fn conversation(account: &Account, phone: &str) -> Value {
    account.app.settled(&account.conversation_with(phone))
}

#[test]
fn a_flow_is_chosen_by_its_keywords_and_waits_for_the_answer_to_its_followup() {
    let (_, account, phone) = shop();
    let asked = says(&account, &phone, &["I want a REFUND for my order!"]);
    assert_eq!(asked, ["We refund within 14 days.", "What is the number of your order?"]);
    // An answer, though it has the keyword of another flow.
    let said = says(&account, &phone, &["order 17"]);
    assert_eq!(said[2..], ["Order order 17 is noted."]);
    assert_eq!(conversation(&account, &phone)["sessions"], json!([]), "it only answered");

    // «order» alone counts more in the other flow.
    let said = says(&account, &phone, &["my order is late"]);
    assert_eq!(said[3..], ["It takes three days."]);
    assert_eq!(conversation(&account, &phone)["needs_attention"], Value::Null);
}

#[test]
fn a_rule_answers_and_may_lead_to_a_flow() {
    let (_, account, phone) = shop();
    assert_eq!(says(&account, &phone, &["When are you open?"]), ["9 to 17."]);
    let said = says(&account, &phone, &["I want my money back"]);
    let flow = ["We refund within 14 days.", "What is the number of your order?"];
    assert_eq!(
        (said[1].as_str(), &said[2..]),
        ("Sorry to hear that.", &flow.map(str::to_owned)[..])
    );
    assert_eq!(says(&account, &phone, &["17"])[4], "Order 17 is noted.");
}

#[test]
fn a_question_is_answered_however_it_is_asked() {
    let (_, account, phone) = shop();
    assert_eq!(says(&account, &phone, &["where are you located?"]), ["In Lagos."]);
}

#[test]
fn a_rule_hands_over_to_a_person_until_a_workflow_is_triggered() {
    let (team, account, phone) = shop();
    let flow = team.has_published(&flows::question());
    assert_eq!(says(&account, &phone, &["let me talk to a person"]), ["One moment."]);
    let handed = conversation(&account, &phone);
    assert_eq!((&handed["paused"], &handed["needs_attention"]), (&json!(true), &json!(true)));

    // A person answers now, elsewhere.
    assert_eq!(says(&account, &phone, &["When are you open?"]), ["One moment."]);
    assert_eq!(conversation(&account, &phone)["messages"].as_array().map(Vec::len), Some(3));

    team.triggers(&flow, &phone).expect(201);
    assert_eq!(says(&account, &phone, &["yes"])[1..], ["question", "You said yes."]);
    assert_eq!(says(&account, &phone, &["When are you open?"])[3], "9 to 17.");
}

#[test]
fn beside_a_graph_words_choose_first_and_its_questions_keep_their_answers() {
    let mut workflow = flows::shop();
    workflow["graph"] = flows::echo()["graph"].clone();
    workflow["graph"]["nodes"][1] =
        json!({"id": "again", "type": "message", "text": "You wrote: {{ vars.it }}"});
    workflow["graph"]["edges"] = json!([{"from": "hello", "to": "again"}]);
    let (_, account) = App::shared().account_answered_by(&workflow);
    let phone = a_phone();

    assert_eq!(says(&account, &phone, &["When are you open?"]), ["9 to 17."]);
    assert_eq!(says(&account, &phone, &["hello there"])[1..], ["What is it?"]);
    // The graph waits: this is its answer.
    assert_eq!(says(&account, &phone, &["a refund"])[2..], ["You wrote: a refund"]);
    assert_eq!(conversation(&account, &phone)["sessions"][0]["status"], "completed");

    assert_eq!(says(&account, &phone, &["a refund"])[3], "We refund within 14 days.");
}

#[test]
fn a_question_of_a_flow_and_a_triggered_workflow_come_one_after_the_other() {
    let (team, account, phone) = shop();
    let flow = team.has_published(&flows::question());
    says(&account, &phone, &["refund"]);
    team.triggers(&flow, &phone).expect(201);

    // The newest waits; when it has its answer, the older goes on.
    let said = says(&account, &phone, &["no", "17"]);

    assert_eq!(said[2..], ["question", "You said no.", "Order 17 is noted."]);
}

#[test]
fn a_change_of_a_workflow_without_a_graph_answers_the_next_message() {
    let team = App::shared().team();
    let workflow = team.creates(&flows::shop());
    let account = team.has_an_account_answered_by(&workflow);
    let phone = a_phone();
    assert_eq!(says(&account, &phone, &["where is the shop located?"]), ["In Lagos."]);

    let faq = json!([{"question": "Where is the shop located?", "answer": "In Abuja now."}]);
    let path = format!("{CONSOLE}/{workflow}");
    team.request("PATCH", &path).json(&json!({"faq": faq})).send().expect(200);

    assert_eq!(says(&account, &phone, &["where is the shop located?"])[1], "In Abuja now.");
    // Deleted, it answers nothing more.
    team.request("DELETE", &path).send().expect(200);
    assert_eq!(says(&account, &phone, &["where is the shop located?"]).len(), 2);
    assert_eq!(conversation(&account, &phone)["needs_attention"], true);
}

#[test]
fn another_teams_workflow_cannot_be_attached_to_an_account() {
    let app = App::shared();
    let theirs = app.team().creates(&flows::shop());
    let account = app.team().has_an_account();
    let mut registration = account.registration();
    registration["workflow_id"] = json!(theirs);
    let refused = app.ops("POST", "/ops/channels").json(&registration).send();
    assert!((400..500).contains(&refused.status), "{refused}");
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "where is the shop located?"));
    app.settled(&account.conversation_with(&phone));
    assert!(app.sent_to(&phone).is_empty());
}
