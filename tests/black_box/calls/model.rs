//! The language model: what it is asked, and what is done where it fails.

use black_box::{Account, App, MODEL_KEY, MODEL_NAME, MODEL_PATH, Team, a_phone, flows};
use serde_json::{Value, json};
use stand_in::{Answer, Gate, Inbound};

const FIXED: &str = "Thank you for your message. We will get back to you as soon as we can.";

fn shop() -> (Team, Account) {
    App::shared_with_a_model().account_answered_by(&flows::shop())
}

/// A question that no other test asks.
fn question(words: &str) -> String {
    format!("{words} {}", a_phone())
}

fn line(role: &str, text: &str) -> (String, String) {
    (role.to_owned(), text.to_owned())
}

#[test]
fn a_message_that_nothing_else_answers_is_answered_by_the_model() {
    let (team, account) = shop();
    let (phone, first, second) = (a_phone(), question("Oolong?"), question("Pu'er?"));
    team.app.is_answered(&first, [Answer::says("Of course, oolong too.")]);
    account.receives(&Inbound::text(&phone, &first));
    assert_eq!(team.app.texts_to(&phone, 1), ["Of course, oolong too."]);
    team.app.settled(&account.conversation_with(&phone));
    account.receives(&Inbound::text(&phone, &second));
    assert_eq!(team.app.texts_to(&phone, 2)[1], format!("You said: {second}"));

    let [call] = &team.app.calls_of(&first)[..] else { panic!("asked more than once") };
    assert_eq!((call.method.as_str(), call.path.as_str()), ("POST", MODEL_PATH));
    let bearer = format!("Bearer {MODEL_KEY}");
    assert_eq!(call.header("authorization"), Some(bearer.as_str()));
    assert_eq!(call.json()["model"], MODEL_NAME);
    assert_eq!(call.header("idempotency-key").map(str::len), Some(36));
    let told = call.told();
    assert_eq!((told[0].0.as_str(), &told[1..]), ("system", &[line("user", &first)][..]));
    for part in [
        "You are the assistant of a tea shop.",
        "opening hours",
        "9 to 17.",
        "Where is the shop located?",
        "In Lagos.",
        "Refund",
    ] {
        assert!(told[0].1.contains(part), "{part:?} in {}", told[0].1);
    }
    let next = team.app.calls_of(&second)[0].told();
    let said = line("assistant", "Of course, oolong too.");
    assert_eq!(next[1..], [line("user", &first), said, line("user", &second)]);
}

#[test]
fn what_it_does_not_answer_gets_the_fixed_reply_and_a_person_is_called() {
    let (team, account) = shop();
    let page = Answer::Verbatim { status: 502, headers: Vec::new(), body: "<html>".to_owned() };
    for answer in [
        Answer::json(500, &json!({"error": {"message": "overloaded"}})),
        Answer::json(401, &json!({"error": {"message": "no such key"}})),
        Answer::json(200, &json!({"choices": []})),
        Answer::says("  \n"),
        Answer::says(&"tea ".repeat(100_000)),
        Answer::Close,
        page,
    ] {
        let (phone, text) = (a_phone(), question("Matcha?"));
        team.app.is_answered(&text, [answer.clone()]);
        let delivery = account.delivery_of(&Inbound::text(&phone, &text));
        delivery.send().is(200, &json!({}));
        assert_eq!(team.app.texts_to(&phone, 1), [FIXED], "{answer:?}");
        delivery.send().is(200, &json!({}));
        let conversation = team.app.settled(&account.conversation_with(&phone));
        assert_eq!(conversation["needs_attention"], true, "{answer:?}");
        assert_eq!(team.app.calls_of(&text).len(), 1, "{answer:?}");
    }
}

#[test]
fn a_reply_that_is_too_long_for_the_channel_is_cut() {
    let (team, account) = shop();
    let (phone, text) = (a_phone(), question("Everything?"));
    team.app.is_answered(&text, [Answer::says(&"tea ".repeat(2_000))]);
    account.receives(&Inbound::text(&phone, &text));
    let said = team.app.texts_to(&phone, 1).remove(0);
    assert!((4_000..=4_096).contains(&said.chars().count()), "{}", said.len());
}

#[test]
fn messages_while_it_thinks_are_answered_in_order_and_know_what_it_said() {
    let (team, account) = shop();
    let phone = a_phone();
    let [first, second] = ["Sencha?", "Hojicha?"].map(question);
    let gate = Gate::default();
    team.app.is_answered(&first, [Answer::says("Sencha, yes.").behind(&gate)]);
    account.receives(&Inbound::text(&phone, &first));
    team.app.wait_for_calls_of(&first, 1);
    account.receives(&Inbound::text(&phone, &second));
    assert!(team.app.sent_to(&phone).is_empty());

    gate.open();

    let said = team.app.texts_to(&phone, 2);
    assert_eq!(said, ["Sencha, yes.".to_owned(), format!("You said: {second}")]);
    let told = team.app.calls_of(&second)[0].told();
    let before = [line("user", &first), line("assistant", "Sencha, yes."), line("user", &second)];
    assert_eq!(told[1..], before);
}

#[test]
fn without_a_model_a_message_gets_the_fixed_reply() {
    let (team, account) = App::shared().account_answered_by(&flows::shop());
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "Do you have Darjeeling?"));
    assert_eq!(team.app.texts_to(&phone, 1), [FIXED]);
    let conversation = team.app.settled(&account.conversation_with(&phone));
    assert_eq!(conversation["needs_attention"], true);
}

#[test]
fn a_workflow_may_have_a_fixed_reply_of_its_own() {
    let mut workflow = flows::shop();
    workflow["settings"] = json!({"fixed_reply": "A person answers you, {{contact.name}}."});
    let (team, account) = App::shared().account_answered_by(&workflow);
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "Do you have Darjeeling?").name("Ada"));
    assert_eq!(team.app.texts_to(&phone, 1), ["A person answers you, Ada."]);
}

/// Asks, classifies the answer, and says as what.
fn triage() -> Value {
    let labels = json!([{"id": "buy", "description": "wants tea"}, {"id": "other"}]);
    let said = |id: &str| json!({"id": format!("is_{id}"), "type": "message", "text": id});
    let edge = |port: &str| json!({"from": "triage", "port": port, "to": format!("is_{port}")});
    let graph = json!({
        "entry": "ask",
        "nodes": [
            {"id": "ask", "type": "ask", "text": "What is it?", "save_as": "what"},
            {"id": "triage", "type": "ai", "prompt": "Of {{contact.name}}.", "labels": labels, "history": 0, "save_as": "label"},
            said("buy"), said("other"), said("error"),
        ],
        "edges": [{"from": "ask", "to": "triage"}, edge("buy"), edge("other"), edge("error")],
    });
    flows::with_graph("Triage", &graph)
}

#[test]
fn an_ai_node_leaves_by_the_label_that_the_model_chooses() {
    let (team, account) = App::shared_with_a_model().account_answered_by(&triage());
    for (answer, port) in [
        (Answer::says("\"Buy\"."), "buy"),
        (Answer::says("other"), "other"),
        (Answer::says("I would say: buy"), "error"),
        (Answer::json(500, &json!({})), "error"),
    ] {
        let (phone, text) = (a_phone(), question("I take ten"));
        team.app.is_answered(&text, [answer]);
        account.receives(&Inbound::text(&phone, "hi").name("Ada"));
        team.app.wait_for_sent_to(&phone, 1);
        account.receives(&Inbound::text(&phone, &text));
        assert_eq!(team.app.texts_to(&phone, 2)[1], port);
        let told = team.app.calls_of(&text)[0].told();
        assert_eq!(told.len(), 2, "{told:#?}");
        for part in ["You help.", "Of Ada.", "- buy: wants tea", "- other"] {
            assert!(told[0].1.contains(part), "{part:?} in {}", told[0].1);
        }
    }
}

#[test]
fn without_a_model_an_ai_node_leaves_by_error() {
    let (team, account) = App::shared().account_answered_by(&triage());
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "hi"));
    team.app.wait_for_sent_to(&phone, 1);
    account.receives(&Inbound::text(&phone, "tea"));
    assert_eq!(team.app.texts_to(&phone, 2)[1], "error");
}

#[test]
fn the_models_key_is_in_no_answer_and_no_log() {
    let (team, account) = shop();
    let phone = a_phone();
    let gate = Gate::default();
    let [fails, hangs] = ["Rooibos?", "Mate?"].map(question);
    team.app.is_answered(&fails, [Answer::json(401, &json!({"error": {"message": "bad key"}}))]);
    team.app.is_answered(&hangs, [Answer::Accept.behind(&gate)]);
    account.receives(&Inbound::text(&phone, &fails));
    team.app.wait_for_sent_to(&phone, 1);
    account.receives(&Inbound::text(&phone, &hangs));
    team.app.wait_for_calls_of(&hangs, 1);

    // While a call is stored, and after it.
    let path = format!("/ops/conversations/{}", account.conversation_with(&phone));
    let during = team.app.ops("GET", &path).send();
    assert!(during.json()["calls"].is_array(), "{during}");
    gate.open();
    team.app.settled(&account.conversation_with(&phone));
    let after = team.app.ops("GET", &path).send();
    let channels = team.app.ops("GET", &format!("/ops/channels?team={}", team.name)).send();

    for answer in [during, after, channels] {
        assert!(answer.status == 200 && !answer.body.contains(MODEL_KEY), "{answer}");
    }
    let log = team.app.log();
    assert!(log.iter().any(|line| line.contains("webhook")));
    assert!(!log.iter().any(|line| line.contains(MODEL_KEY)), "{log:#?}");
}
