//! `POST …/workflows/:id/simulate`: a turn without a conversation.

use black_box::{Answer, App, Team, flows};
use serde_json::{Value, json};

use super::{NOBODYS, create, error, invalid, not_found, patch, path};

/// 2026-05-07T08:14:23Z.
const NOW: u64 = 1_778_141_663_000;

pub(super) fn id(workflow: &Value) -> String {
    workflow["id"].as_str().expect("an id").to_owned()
}

fn simulate(team: &Team, workflow: &str, body: &Value) -> Answer {
    team.request("POST", &format!("{}/simulate", path(workflow))).json(body).send()
}

/// The turn of an answer that is right.
#[track_caller]
pub(super) fn turn(team: &Team, workflow: &str, body: &Value) -> Value {
    let answer = simulate(team, workflow, body);
    answer.is(200, &json!({"message": "Success", "data": "…"}))["data"].clone()
}

fn start() -> Value {
    json!({"event": {"type": "start"}})
}

#[test]
fn a_draft_is_talked_to_turn_by_turn_and_nothing_of_it_is_kept() {
    let team = App::shared().team();
    let workflow = create(&team, &flows::question());
    let known = json!({"context": {"what": "tea"}, "now": "2026-05-07T08:14:23Z"});
    let with = |event: Value, state: &Value| {
        let mut body = known.clone();
        body["event"] = event;
        body["state"] = state.clone();
        turn(&team, &id(&workflow), &body)
    };

    let asked = with(json!({"type": "start"}), &json!(null));
    assert_eq!(asked["messages"][0]["name"], "question");
    assert_eq!(asked["messages"][0]["variables"], json!(["tea"]));
    assert_eq!(asked["status"], json!({"type": "waiting", "deadline": NOW + 600_000}));
    assert_eq!((&asked["needs_attention"], &asked["handed_off"]), (&json!(false), &json!(false)));
    assert_eq!(asked["trace"][0], json!({"type": "entered", "node": "ask"}));

    let again = with(json!({"type": "reply", "text": "maybe"}), &asked["state"]);
    assert_eq!(again["messages"][0]["text"], "Do you like tea?");

    let said = with(json!({"type": "reply", "text": "yes"}), &again["state"]);
    assert_eq!(said["messages"], json!([{"type": "text", "text": "You said yes."}]));
    assert_eq!(said["status"], json!({"type": "completed", "outcome": "answered"}));
    assert_eq!(said["state"]["vars"], json!({"answer": "yes"}));

    // Nothing has changed, and the state that was given first still gives what it gave.
    assert_eq!(super::get(&team, &id(&workflow)), workflow);
    assert_eq!(with(json!({"type": "reply", "text": "maybe"}), &asked["state"]), again);
}

#[test]
fn the_clients_time_decides_whether_a_timeout_fires() {
    let team = App::shared().team();
    let workflow = id(&create(&team, &flows::question()));
    let mut body = start();
    body["now"] = json!(NOW);
    let asked = turn(&team, &workflow, &body);
    let timeout = |now: u64| {
        let event = json!({"type": "timeout"});
        turn(&team, &workflow, &json!({"event": event, "state": asked["state"], "now": now}))
    };
    assert_eq!(timeout(NOW + 599_999)["trace"][0]["type"], "ignored");
    let silent = json!({"type": "completed", "outcome": "no_answer"});
    assert_eq!(timeout(NOW + 600_000)["status"], silent);
}

#[test]
fn a_version_is_as_it_was_published_and_a_definition_is_as_it_is_given() {
    let team = App::shared().team();
    let workflow = team.has_published(&flows::echo());
    let mut other = flows::echo();
    other["graph"]["nodes"][0]["text"] = json!("And now?");
    patch(&team, &workflow, &json!({"graph": other["graph"]})).expect(200);
    let first = |body: &Value| turn(&team, &workflow, body)["messages"][0]["text"].clone();

    assert_eq!(first(&start()), "And now?");
    let with = |name: &str, value: Value| {
        let mut body = start();
        body[name] = value;
        body
    };
    assert_eq!(first(&with("version", json!(1))), "What is it?");
    other["graph"]["nodes"][0]["text"] = json!("Later?");
    assert_eq!(first(&with("definition", other)), "Later?");

    let unknown = simulate(&team, &workflow, &with("version", json!(2)));
    unknown.is(404, &error(&json!("Workflow version 2 not found"), "Not Found", "not_found", 404));
}

#[test]
fn what_is_wrong_with_a_definition_is_said_as_publishing_says_it() {
    let team = App::shared().team();
    let graph = json!({"entry": "a", "nodes": [{"id": "a", "type": "dance"}], "edges": []});
    let workflow = id(&create(&team, &flows::with_graph("Broken", &graph)));
    let refused = simulate(&team, &workflow, &start());
    refused.is(400, &invalid(&json!(["graph.nodes.0.type: … (unknown_node_type)"])));

    let mut body = start();
    body["definition"] = json!({"graph": graph});
    let refused = simulate(&team, &workflow, &body);
    refused.is(400, &invalid(&json!(["definition.graph.nodes.0.type: … (unknown_node_type)"])));
    body["definition"] = json!({"rules": 5});
    let refused = simulate(&team, &workflow, &body);
    refused.is(400, &invalid(&json!(["definition.rules: must be an array"])));
}

#[test]
fn what_is_no_event_state_or_time_is_refused() {
    let team = App::shared().team();
    let workflow = id(&create(&team, &flows::echo()));
    let event = json!({"type": "start"});
    for (body, message) in [
        (json!({}), "event: required"),
        (json!({"event": {"type": "dance"}}), "event: cannot be read…"),
        (json!({"event": "start"}), "event: cannot be read…"),
        (json!({"event": event, "state": "new"}), "state: cannot be read…"),
        (json!({"event": event, "state": {"node": 5}}), "state: cannot be read…"),
        (json!({"event": event, "state": [[[]]]}), "state: cannot be read…"),
        (json!({"event": event, "now": "noon"}), "now: must be a time…"),
        (json!({"event": event, "context": 5}), "context: must be an object"),
        (json!({"event": event, "hasModel": true}), "hasModel: unknown property…"),
        (json!({"event": event, "version": 1, "definition": {}}), "version: cannot be given…"),
    ] {
        simulate(&team, &workflow, &body).is(400, &invalid(&json!([message])));
    }
    let strange = json!({"event": {"type": "reply", "text": "hi"},
        "state": {"node": "nowhere", "awaits": "reply"}});
    let failed = turn(&team, &workflow, &strange);
    assert_eq!(
        (&failed["status"]["code"], &failed["messages"]),
        (&json!("node_not_found"), &json!([]))
    );
}

#[test]
fn a_call_runs_what_the_team_has_published() {
    let app = App::shared();
    let team = app.team();
    let echo = team.has_published(&flows::echo());
    let theirs = app.team().has_published(&flows::echo());
    let calls = |workflow: &str| {
        let graph = json!({
            "entry": "call",
            "nodes": [
                {"id": "call", "type": "call", "workflow": workflow},
                {"id": "failed", "type": "end", "outcome": "failed"},
            ],
            "edges": [{"from": "call", "port": "error", "to": "failed"}],
        });
        json!({"event": {"type": "start"}, "definition": {"graph": graph}})
    };
    let called = turn(&team, &echo, &calls(&echo));
    assert_eq!(called["messages"][0]["text"], "What is it?");
    let mut next = calls(&echo);
    next["event"] = json!({"type": "reply", "text": "tea"});
    next["state"] = called["state"].clone();
    assert_eq!(turn(&team, &echo, &next)["messages"][0]["text"], "You wrote: tea");
    for nobodys in [theirs.as_str(), NOBODYS] {
        let failed = turn(&team, &echo, &calls(nobodys));
        assert_eq!(failed["status"], json!({"type": "completed", "outcome": "failed"}));
    }
}

#[test]
fn it_wants_the_scope_to_read_and_the_teams_own_workflow() {
    let app = App::shared();
    let team = app.team();
    let workflow = team.has_published(&flows::echo());
    for id in [NOBODYS, workflow.as_str(), "no-id"] {
        // Not judged: what is not ours is not found, whatever is sent to it.
        for body in [start(), json!({"event": 5})] {
            simulate(&app.team(), id, &body).is(404, &not_found());
        }
    }
    let at = format!("{}/simulate", path(&workflow));
    let with = |key: &str| app.client.post(&at).bearer(key).json(&start()).send();
    with(&team.key_with_scopes(&["workflows:read"])).expect(200);
    let refused = with(&team.key_with_scopes(&["workflows:write"]));
    refused.is(403, &error(&json!("…"), "Forbidden", "insufficient_scope", 403));
    let got = team.request("GET", &at).send();
    got.is(405, &error(&json!("…"), "Method Not Allowed", "method_not_allowed", 405));
}
