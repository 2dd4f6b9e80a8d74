//! Drafts, versions and what stands in their way.

use black_box::{App, Team, flows};
use serde_json::{Value, json};

use super::{create, get, invalid, not_found, patch, path};

/// Two errors and a warning.
fn broken() -> Value {
    let graph = json!({
        "entry": "ask",
        "nodes": [
            {"id": "ask", "type": "ask", "text": "What?", "save_as": "no name"},
            {"id": "alone", "type": "message", "text": "{{ unclosed"},
        ],
        "edges": [{"from": "ask", "to": "nowhere"}],
    });
    flows::with_graph("Broken", &graph)
}

fn id(workflow: &Value) -> String {
    workflow["id"].as_str().expect("an id").to_owned()
}

fn validated(team: &Team, workflow: &str) -> Value {
    let path = format!("{}/validate", path(workflow));
    team.request("POST", &path).send().expect(200)["data"].clone()
}

#[test]
fn a_workflow_with_a_graph_is_a_draft_until_it_is_published() {
    let team = App::shared().team();
    let workflow = create(&team, &flows::notice());
    let shown = |w: &Value| [&w["status"], &w["version"], &w["published_at"]].map(Value::clone);
    assert_eq!(shown(&workflow), [json!("draft"), Value::Null, Value::Null]);

    let published = team.publishes(&id(&workflow))["data"].clone();

    assert_eq!(shown(&published)[..2], [json!("published"), json!(1)]);
    assert_eq!(get(&team, &id(&workflow)), published);
    // The same content again is no new version.
    assert_eq!(team.publishes(&id(&workflow))["data"], published);
    patch(&team, &id(&workflow), &json!({"name": "Other"})).expect(200);
    assert_eq!(get(&team, &id(&workflow))["version"], 1);
    assert_eq!(team.publishes(&id(&workflow))["data"]["version"], 2);
}

#[test]
fn auto_publish_decides_whether_a_change_is_live_at_once() {
    let team = App::shared().team();
    let mut body = flows::notice();
    body["settings"] = json!({"auto_publish": true});
    let workflow = create(&team, &body);
    assert_eq!(workflow["version"], 1);

    let after = patch(&team, &id(&workflow), &json!({"name": "Other"})).expect(200);
    assert_eq!(after["data"]["version"], 2);

    let refused = patch(&team, &id(&workflow), &json!({"graph": broken()["graph"]}));
    assert_eq!(refused.status, 400, "{refused}");
    assert_eq!(get(&team, &id(&workflow)), after["data"]);
}

#[test]
fn validation_names_the_code_and_the_place_of_every_issue() {
    let team = App::shared().team();
    let workflow = create(&team, &broken());

    let validated = validated(&team, &id(&workflow));

    assert_eq!(validated["valid"], false);
    let issues = validated["issues"].as_array().expect("a list");
    for (severity, code, path) in [
        ("error", "invalid_name", "/graph/nodes/0/save_as"),
        ("error", "template_syntax", "/graph/nodes/1/text"),
        ("error", "dangling_edge", "/graph/edges/0"),
    ] {
        let found = issues.iter().any(|issue| {
            issue["code"] == code
                && issue["severity"] == severity
                && issue["path"].as_str().is_some_and(|p| p.starts_with(path))
                && issue["message"].as_str().is_some_and(|m| !m.is_empty())
        });
        assert!(found, "{code} in {validated:#}");
    }
}

#[test]
fn a_draft_with_errors_is_not_published() {
    let team = App::shared().team();
    let workflow = create(&team, &broken());

    let refused = team.request("POST", &format!("{}/publish", path(&id(&workflow)))).send();

    let messages = refused.expect(400)["message"].clone();
    let count = messages.as_array().map(Vec::len);
    refused.is(400, &invalid(&messages));
    assert!(count >= Some(3), "{messages:#}");
    assert_eq!(get(&team, &id(&workflow)), workflow);
}

#[test]
fn the_examples_are_valid_without_a_warning() {
    let team = App::shared().team();
    for example in [flows::abandoned_cart(), flows::support_menu()] {
        let workflow = create(&team, &example);
        assert_eq!(validated(&team, &id(&workflow)), json!({"valid": true, "issues": []}));
    }
}

#[test]
fn a_workflow_without_a_graph_is_valid() {
    let team = App::shared().team();
    let workflow = create(&team, &super::complete());
    let found = validated(&team, &id(&workflow));
    assert_eq!(found["valid"], true);
    // What its rule says for the language model alone is pointed out.
    let codes: Vec<&str> =
        found["issues"].as_array().unwrap().iter().map(|i| i["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["unread_condition", "unknown_action"]);
}

#[test]
fn another_teams_workflow_is_neither_published_nor_validated() {
    let app = App::shared();
    let workflow = id(&create(&app.team(), &flows::notice()));
    let other = app.team();
    for act in ["publish", "validate"] {
        let path = format!("{}/{act}", path(&workflow));
        other.request("POST", &path).send().is(404, &not_found());
    }
}
