//! Versions, taking out of use, copies, and who can see a workflow.

use black_box::{App, Team, flows};
use serde_json::{Value, json};

use super::{NOBODYS, WORKFLOWS, create, get, invalid, minimal, not_found, patch, path};

fn id(workflow: &Value) -> String {
    workflow["id"].as_str().expect("an id").to_owned()
}

fn version_not_found(version: &str) -> Value {
    super::error(
        &json!(format!("Workflow version {version} not found")),
        "Not Found",
        "not_found",
        404,
    )
}

/// Published three times, as `One`, `Two` and `Three`.
fn three_versions(team: &Team) -> String {
    let workflow = id(&create(team, &flows::with_graph("One", &flows::notice()["graph"])));
    team.publishes(&workflow);
    for name in ["Two", "Three"] {
        patch(team, &workflow, &json!({ "name": name })).expect(200);
        team.publishes(&workflow);
    }
    workflow
}

#[test]
fn every_version_can_be_read_after_the_next_is_published() {
    let team = App::shared().team();
    let workflow = three_versions(&team);
    let versions = format!("{}/versions", path(&workflow));
    let listed = team.request("GET", &versions).send().expect(200);
    let shown: Vec<_> = listed["data"].as_array().expect("a list").iter().collect();
    assert_eq!(shown.iter().map(|v| &v["version"]).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(shown.iter().map(|v| &v["is_live"]).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(listed["meta"]["total_count"], 3);

    let page = team.request("GET", &format!("{versions}?limit=2&page=2")).send().expect(200);
    assert_eq!(page["data"][0]["version"], 1);
    assert_eq!(page["meta"]["has_next_page"], false);

    for (version, name) in [(1, "One"), (2, "Two"), (3, "Three")] {
        let one = team.request("GET", &format!("{versions}/{version}")).send().expect(200);
        assert_eq!(one["data"]["version"], version);
        assert_eq!(one["data"]["definition"]["name"], name);
    }
}

#[test]
fn a_version_that_is_not_there_is_not_found_and_another_teams_workflow_neither() {
    let app = App::shared();
    let team = app.team();
    let workflow = three_versions(&team);
    let versions = format!("{}/versions", path(&workflow));
    for version in ["0", "4", "99999999999", "-1", "one"] {
        let answer = team.request("GET", &format!("{versions}/{version}")).send();
        answer.is(404, &version_not_found(version));
    }
    let other = app.team();
    for path in
        [versions.clone(), format!("{versions}/1"), format!("{WORKFLOWS}/{NOBODYS}/versions")]
    {
        other.request("GET", &path).send().is(404, &not_found());
    }
}

#[test]
fn an_unpublished_workflow_cannot_be_started_until_it_is_published_again() {
    let team = App::shared().team();
    team.has_an_account();
    let workflow = team.has_published(&flows::notice());
    let unpublish = format!("{}/unpublish", path(&workflow));
    let after = team.request("POST", &unpublish).send().expect(200);
    assert_eq!(after["message"], "Workflow unpublished successfully");
    assert_eq!(
        (&after["data"]["status"], &after["data"]["version"]),
        (&json!("draft"), &Value::Null)
    );
    // Once more changes nothing.
    assert_eq!(team.request("POST", &unpublish).send().expect(200)["data"], after["data"]);

    let phone = black_box::a_phone();
    assert_eq!(team.triggers(&workflow, &phone).status, 404);
    team.publishes(&workflow);
    team.triggers(&workflow, &phone).expect(201);

    App::shared().team().request("POST", &unpublish).send().is(404, &not_found());
}

#[test]
fn a_copy_is_the_teams_own_and_the_same_key_makes_one() {
    let team = App::shared().team();
    let source = create(&team, &flows::support_menu());
    let clone = team
        .request("POST", &format!("{WORKFLOWS}/clone"))
        .header("idempotency-key", "copy-1")
        .json(&json!({"source_workflow_id": source["id"]}));
    let first = clone.send().expect(201);
    assert_eq!(first["message"], "Workflow cloned successfully");
    let copy = &first["data"];
    assert_ne!(copy["id"], source["id"]);
    for field in ["name", "graph", "system_prompt", "settings"] {
        assert_eq!(copy[field], source[field], "{field}");
    }
    assert_eq!(clone.send().expect(201)["data"], *copy);
    patch(&team, &id(copy), &json!({"name": "Mine"})).expect(200);
    assert_eq!(get(&team, &id(&source))["name"], source["name"]);
}

#[test]
fn what_a_team_may_not_read_it_cannot_copy() {
    let app = App::shared();
    let source = create(&app.team(), &minimal());
    let other = app.team();
    let clone =
        |body: Value| other.request("POST", &format!("{WORKFLOWS}/clone")).json(&body).send();
    for id in [&source["id"], &json!(NOBODYS), &json!("cm0123456789")] {
        clone(json!({"source_workflow_id": id})).is(404, &not_found());
    }
    clone(json!({})).is(400, &invalid(&json!(["source_workflow_id: required"])));
    assert_eq!(clone(json!({"source_workflow_id": 1})).status, 400);
}

#[test]
fn a_public_workflow_is_read_and_copied_by_all_and_changed_by_its_team() {
    let app = App::shared_with_public_workflows();
    let (owner, other) = (app.team(), app.team());
    let workflow = id(&create(&owner, &minimal()));
    let set = |visibility: &str| {
        let path = format!("/ops/workflows/{workflow}");
        app.ops("PATCH", &path).json(&json!({ "visibility": visibility })).send().expect(200)
    };
    assert_eq!(set("public")["visibility"], "public");
    let listed = |team: &Team| -> bool {
        let list = team
            .request("GET", &format!("{WORKFLOWS}?scope=public&limit=100&sort=-created_at"))
            .send();
        let list = list.expect(200);
        list["data"].as_array().expect("a list").iter().any(|w| w["id"] == workflow.as_str())
    };
    assert!(listed(&other));
    let seen = get(&other, &workflow);
    assert_eq!((&seen["visibility"], &seen["is_owner"]), (&json!("public"), &json!(false)));
    patch(&other, &workflow, &json!({"name": "Mine"})).is(404, &not_found());
    let clone = json!({"source_workflow_id": workflow});
    let copy = other.request("POST", &format!("{WORKFLOWS}/clone")).json(&clone).send().expect(201);
    assert_eq!(
        (&copy["data"]["visibility"], &copy["data"]["is_owner"]),
        (&json!("private"), &json!(true))
    );

    set("private");
    assert!(!listed(&other));
    other.request("GET", &path(&workflow)).send().is(404, &not_found());
    get(&owner, &workflow);
}

#[test]
fn only_the_operator_sets_who_sees_a_workflow() {
    let app = App::shared();
    let team = app.team();
    let workflow = id(&create(&team, &minimal()));
    let path = format!("/ops/workflows/{workflow}");
    let body = json!({"visibility": "public"});
    assert_eq!(app.client.patch(&path).json(&body).send().status, 401);
    assert_eq!(team.request("PATCH", &path).json(&body).send().status, 401);
    for body in
        [json!({}), json!({"visibility": "secret"}), json!({"visibility": "public", "team": "x"})]
    {
        assert_eq!(app.ops("PATCH", &path).json(&body).send().status, 400, "{body}");
    }
    let nobodys = format!("/ops/workflows/{NOBODYS}");
    assert_eq!(app.ops("PATCH", &nobodys).json(&body).send().status, 404);
}
