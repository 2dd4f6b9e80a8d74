//! `/ops/outbox`: what could not be sent, and is sent again by the operator's word.

use black_box::{Account, App, Setup, Team, a_phone, flows};
use serde_json::{Value, json};
use stand_in::Answer;

const NOBODYS: &str = "0197aef0-0000-7000-8000-000000000000";

/// A team one of whose messages WhatsApp refused, and the message as it is listed.
fn failed(phone: &str) -> (Team, Account, Value) {
    let team = App::shared().team();
    let flow = team.has_published(&flows::notice());
    let account = team.has_an_account_answered_by(&flow);
    team.app.provider_answers(phone, [Answer::refuse(400, 131_026, "the provider's words")]);
    team.triggers(&flow, phone).expect(201);
    team.app.wait_for_conversation(&account.conversation_with(phone), "a failure", |it| {
        it["messages"][0]["status"] == "failed"
    });
    let listed = listed(&team);
    assert_eq!(listed.len(), 1, "{listed:?}");
    (team, account, listed[0].clone())
}

fn listed(team: &Team) -> Vec<Value> {
    let path = format!("/ops/outbox?state=failed&team={}", team.name);
    let list = team.app.ops("GET", &path).send().expect(200);
    list["messages"].as_array().expect("a list").clone()
}

fn retry(team: &Team, id: &Value) -> black_box::Answer {
    let id = id.as_str().expect("an id");
    team.app.ops("POST", &format!("/ops/outbox/{id}/retry")).send()
}

#[test]
fn what_failed_is_listed_with_what_it_says_and_why() {
    let phone = a_phone();
    let (_, account, message) = failed(&phone);
    assert_eq!(
        message,
        json!({
            "id": message["id"], "conversation_id": account.conversation_with(&phone),
            "team": account.team, "channel": "whatsapp", "account": account.id, "address": phone,
            "content": message["content"],
            "error": {"code": "131026", "message": "the provider's words"},
            "created_at": message["created_at"],
        })
    );
    assert_eq!(message["content"]["type"], "template");
    assert!(message["created_at"].as_str().is_some_and(|at| at.ends_with("+00:00")), "{message}");
}

#[test]
fn what_failed_is_sent_again_once() {
    let phone = a_phone();
    let (team, account, message) = failed(&phone);

    let answer = retry(&team, &message["id"]).expect(200);

    let sent = team.app.wait_for_sent_to(&phone, 2);
    assert_eq!(sent[0].body["template"], sent[1].body["template"]);
    let conversation = team.app.settled(&account.conversation_with(&phone));
    let messages = conversation["messages"].as_array().expect("a list");
    let statuses: Vec<&Value> = messages.iter().map(|message| &message["status"]).collect();
    assert_eq!(statuses, ["failed", "sent"]);
    assert_eq!(
        answer,
        json!({
            "id": message["id"], "conversation_id": conversation["id"],
            "resent_as": messages[1]["id"],
        })
    );
    assert!(listed(&team).is_empty());
    let again = retry(&team, &message["id"]);
    again.is(409, &json!({"error": "conflict", "message": "…"}));
    assert_eq!(team.app.sent_to(&phone).len(), 2);
}

#[test]
fn what_fails_again_is_listed_again() {
    let phone = a_phone();
    let (team, account, message) = failed(&phone);
    team.app.provider_answers(&phone, [Answer::refuse(400, 131_026, "still not")]);

    retry(&team, &message["id"]).expect(200);

    team.app.wait_for_conversation(&account.conversation_with(&phone), "a failure", |it| {
        it["messages"][1]["status"] == "failed"
    });
    let listed = listed(&team);
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_ne!(listed[0]["id"], message["id"]);
}

#[test]
fn what_is_unknown_or_wrong_is_refused() {
    let app = App::shared();
    for id in [NOBODYS, "x", "%20"] {
        let answer = app.ops("POST", &format!("/ops/outbox/{id}/retry")).send();
        answer.is(404, &json!({"error": "not_found", "message": "…"}));
    }
    for (query, path) in
        [("", "/state"), ("?state=queued", "/state"), ("?state=failed&team=", "/team")]
    {
        let refused = app.ops("GET", &format!("/ops/outbox{query}")).send().expect(400);
        assert_eq!(refused["errors"][0]["path"], path, "{query}");
    }
}

#[test]
fn the_newest_hundred_of_all_teams_are_listed() {
    let app = std::sync::Arc::new(App::start(Setup::default()));
    assert_eq!(
        app.ops("GET", "/ops/outbox?state=failed").send().expect(200),
        json!({"messages": []})
    );
    let (one, other) = (app.team(), app.team());
    // Nobody wrote: a text may not be sent.
    let graph = json!({"entry": "text", "edges": [],
        "nodes": [{"id": "text", "type": "message", "text": "Hello"}]});
    for team in [&one, &other] {
        let flow = team.has_published(&flows::with_graph("Text", &graph));
        let _account = team.has_an_account();
        for _ in 0..55 {
            team.triggers(&flow, &a_phone()).expect(201);
        }
    }
    let all = app.ops("GET", "/ops/outbox?state=failed").send().expect(200);
    let of = |team: &Team| {
        let all = all["messages"].as_array().expect("a list").iter();
        all.filter(|message| message["team"] == team.name.as_str()).count()
    };
    assert_eq!((of(&one), of(&other)), (45, 55));
    assert_eq!((listed(&one).len(), listed(&other).len()), (55, 55));
}
