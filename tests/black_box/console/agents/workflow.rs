//! An agent and its workflow: which one it has, and what keeps a workflow from being deleted.

use black_box::{Answer, App, Team, at_once};
use serde_json::{Value, json};

use super::super::{NOBODYS, error, not_found, path as workflow_path};
use super::{AGENTS, create, create_workflow, get, id, minimal, minimal_agent, patch, path};

fn delete_workflow(team: &Team, workflow: &Value) -> Answer {
    let id = workflow.as_str().expect("an id");
    team.request("DELETE", &workflow_path(id)).send()
}

#[test]
fn a_workflow_that_agents_use_is_not_deleted_and_says_which() {
    let team = App::shared().team();
    let mut body = minimal_agent(&team);
    let first = create(&team, &body);
    body["name"] = json!("Bea");
    let second = create(&team, &body);

    let mut conflict = error(&json!("…Ana, Bea…"), "Conflict", "conflict", 409);
    conflict["agents"] = json!([
        {"id": first["id"], "name": "Ana"},
        {"id": second["id"], "name": "Bea"},
    ]);
    delete_workflow(&team, &body["workflow_id"]).is(409, &conflict);

    team.request("DELETE", &path(id(&first))).send().expect(200);
    conflict["message"] = json!("…: Bea.…");
    conflict["agents"] = json!([{"id": second["id"], "name": "Bea"}]);
    delete_workflow(&team, &body["workflow_id"]).is(409, &conflict);

    team.request("DELETE", &path(id(&second))).send().expect(200);
    delete_workflow(&team, &body["workflow_id"]).expect(200);
}

#[test]
fn an_agent_goes_over_to_another_workflow() {
    let team = App::shared().team();
    let agent = create(&team, &minimal_agent(&team));
    let other = create_workflow(&team, &minimal());

    let moved = patch(&team, id(&agent), &json!({"workflow_id": other["id"]})).expect(200);

    assert_eq!(moved["data"]["workflow_id"], other["id"]);
    assert_eq!(get(&team, id(&agent))["workflow_id"], other["id"]);
    delete_workflow(&team, &agent["workflow_id"]).expect(200);
    delete_workflow(&team, &other["id"]).expect(409);
}

#[test]
fn an_agent_that_goes_over_to_a_public_workflow_gets_a_copy() {
    let app = App::shared_with_public_workflows();
    let (owner, team) = (app.team(), app.team());
    let source = create_workflow(&owner, &minimal());
    let visibility = |name: &str| {
        let path = format!("/ops/workflows/{}", id(&source));
        app.ops("PATCH", &path).json(&json!({"visibility": name})).send().expect(200)
    };
    visibility("public");
    let agent = create(&team, &minimal_agent(&team));

    let moved = patch(&team, id(&agent), &json!({"workflow_id": source["id"]})).expect(200);

    let copy = moved["data"]["workflow_id"].as_str().expect("an id");
    assert_ne!(json!(copy), source["id"]);
    let shown = team.request("GET", &workflow_path(copy)).send().expect(200);
    assert_eq!(shown["data"]["is_owner"], true);
    visibility("private");
}

#[test]
fn an_agent_does_not_go_over_to_what_the_team_has_not() {
    let app = App::shared();
    let team = app.team();
    let agent = create(&team, &minimal_agent(&team));
    let theirs = create_workflow(&app.team(), &minimal());
    let before = get(&team, id(&agent));

    for workflow in [NOBODYS, id(&theirs), "x"] {
        let body = json!({"workflow_id": workflow, "name": "Other"});
        patch(&team, id(&agent), &body).is(404, &not_found());
    }
    assert_eq!(get(&team, id(&agent)), before);
}

#[test]
fn a_workflow_is_used_or_deleted_and_never_both() {
    let team = App::shared().team();
    for _ in 0..10 {
        let body = minimal_agent(&team);
        let workflow = body["workflow_id"].as_str().expect("an id");
        let answers = at_once(vec![
            team.request("POST", AGENTS).json(&body),
            team.request("DELETE", &workflow_path(workflow)),
        ]);
        let statuses = [answers[0].status, answers[1].status];
        assert!([[201, 409], [404, 200]].contains(&statuses), "{answers:?}");
    }
}

#[test]
fn a_workflow_that_is_changed_keeps_its_agents() {
    let team = App::shared().team();
    let agent = create(&team, &minimal_agent(&team));
    let workflow = agent["workflow_id"].as_str().expect("an id");
    let change = team.request("PATCH", &workflow_path(workflow)).json(&json!({"name": "Other"}));

    let shown = change.send().expect(200);
    team.publishes(workflow);
    team.request("POST", &format!("{}/unpublish", workflow_path(workflow))).send().expect(200);

    // Which agents it has is no field of the contract.
    assert_eq!(shown["data"].get("agents"), None);
    delete_workflow(&team, &agent["workflow_id"]).expect(409);
}
