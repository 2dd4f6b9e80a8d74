//! Workflows that call others, and versions that change under them (G5).

use black_box::{App, Team, a_phone, flows};
use serde_json::{Value, json};
use stand_in::Inbound;

const CONSOLE: &str = "/api/v1/console/workflows";

/// Asks for a name in these words.
fn child(question: &str) -> Value {
    let graph = json!({
        "entry": "ask",
        "nodes": [
            {"id": "ask", "type": "ask", "text": question, "save_as": "name"},
            {"id": "sure", "type": "ask", "text": "Sure, {{vars.name}}?", "save_as": "sure"},
            {"id": "end", "type": "end", "outcome": "asked"},
        ],
        "edges": [{"from": "ask", "to": "sure"}, {"from": "sure", "to": "end"}],
    });
    flows::with_graph("Child", &graph)
}

/// Calls a workflow, and says what came back.
fn parent(called: &str) -> Value {
    let graph = json!({
        "entry": "call",
        "nodes": [
            {"id": "call", "type": "call", "workflow": called, "with": {"from": "parent"}, "save_as": "back"},
            {"id": "back", "type": "message", "text": "{{vars.back.outcome}}: {{vars.back.name}} of {{vars.back.from}}."},
            {"id": "failed", "type": "message", "text": "Not possible."},
        ],
        "edges": [{"from": "call", "to": "back"}, {"from": "call", "port": "error", "to": "failed"}],
    });
    flows::with_graph("Parent", &graph)
}

fn edits(team: &Team, workflow: &str, definition: &Value) {
    let body = json!({"graph": definition["graph"]});
    team.request("PATCH", &format!("{CONSOLE}/{workflow}")).json(&body).send().expect(200);
}

#[test]
fn a_session_goes_on_in_the_called_version_and_the_next_call_runs_the_new_one() {
    let team = App::shared().team();
    let called = team.has_published(&child("Your name?"));
    let account = team.has_an_account_answered_by(&team.has_published(&parent(&called)));
    let phone = a_phone();
    let says = |text: &str| {
        account.receives(&Inbound::text(&phone, text));
        team.app.settled(&account.conversation_with(&phone));
    };
    says("hi");
    // The session stands within the child, which changes under it.
    let mut other = child("What are you called?");
    other["graph"]["nodes"][1]["text"] = json!("Really?");
    edits(&team, &called, &other);
    team.publishes(&called);
    says("Ada");
    says("yes");
    says("hi again");
    says("Bob");

    let expected =
        ["Your name?", "Sure, Ada?", "asked: Ada of parent.", "What are you called?", "Really?"];
    assert_eq!(team.app.texts_to(&phone, 5), expected);

    // Deleted while a session is within: that goes on, the next call fails.
    team.request("DELETE", &format!("{CONSOLE}/{called}")).send().expect(200);
    says("yes");
    says("once more");
    assert_eq!(team.app.texts_to(&phone, 7)[5..], ["asked: Bob of parent.", "Not possible."]);
}

#[test]
fn what_is_not_ours_not_there_or_not_published_leaves_by_error() {
    let app = App::shared();
    let team = app.team();
    let draft = team.creates(&child("Draft?"));
    let theirs = app.team().has_published(&child("Theirs?"));
    let without_graph = team.creates(&flows::shop());
    for called in [draft.as_str(), &theirs, &without_graph, "0197aef0-0000-7000-8000-000000000000"]
    {
        let workflow = team.creates(&parent(called));
        let published = team.request("POST", &format!("{CONSOLE}/{workflow}/publish")).send();
        assert_eq!(published.status, 200, "{published}");
        let account = team.has_an_account_answered_by(&workflow);
        let phone = a_phone();
        account.receives(&Inbound::text(&phone, "hi"));
        assert_eq!(team.app.texts_to(&phone, 1), ["Not possible."], "{called}");
    }
}

#[test]
fn a_session_completes_on_its_version_whatever_becomes_of_its_workflow() {
    let team = App::shared().team();
    let workflow = team.has_published(&child("One?"));
    let account = team.has_an_account();
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "the window is open"));
    team.triggers(&workflow, &phone).expect(201);
    assert_eq!(team.app.texts_to(&phone, 1), ["One?"]);
    for version in ["Two?", "Three?"] {
        let mut other = child(version);
        other["graph"]["nodes"][1]["text"] = json!(version);
        other["graph"]["nodes"][2]["outcome"] = json!(version);
        edits(&team, &workflow, &other);
        team.publishes(&workflow);
    }
    // A draft that nobody has published, and an end in two steps.
    edits(&team, &workflow, &flows::notice());
    let path = format!("{CONSOLE}/{workflow}");
    let says = |text: &str| {
        account.receives(&Inbound::text(&phone, text));
        team.app.settled(&account.conversation_with(&phone));
    };
    team.request("POST", &format!("{path}/unpublish")).send().expect(200);
    team.triggers(&workflow, &a_phone()).expect(404);
    says("Ada");
    team.request("DELETE", &path).send().expect(200);
    says("yes");

    assert_eq!(team.app.texts_to(&phone, 2), ["One?", "Sure, Ada?"]);
    let after = team.app.settled(&account.conversation_with(&phone));
    let session = &after["sessions"][0];
    assert_eq!((&session["status"], &session["outcome"]), (&json!("completed"), &json!("asked")));
    team.triggers(&workflow, &phone).expect(404);
}
