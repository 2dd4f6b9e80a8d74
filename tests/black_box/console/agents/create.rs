//! Agents as they come in and are shown.

use black_box::App;
use serde_json::{Value, json};

use super::super::{NOBODYS, WORKFLOWS, error, get as get_workflow, invalid, minimal, not_found};
use super::{
    AGENTS, DETAILS, complete_agent, create, create_workflow, get, id, minimal_agent, without,
};

#[test]
fn an_agent_is_shown_with_every_field_of_the_contract_and_its_workflow() {
    let team = App::shared().team();
    let body = minimal_agent(&team);

    let created = team.request("POST", AGENTS).json(&body).send().is(
        201,
        &json!({
            "message": "Agent created successfully",
            "data": {
                "id": "…", "name": "Ana", "description": "Sells shoes",
                "workflow_id": body["workflow_id"], "language": "en", "persona": "friendly",
                "timezone": "UTC", "logo": null, "business_name": null, "business_address": null,
                "business_email": null, "business_description": null, "test_channel_code": null,
                "status": "development", "status_reason": null, "escalation_email": null,
                "created_at": "…T…", "updated_at": "…T…", "workflow": "…",
            },
        }),
    );

    let created = &created["data"];
    let workflow = body["workflow_id"].as_str().expect("an id");
    assert_eq!(created["workflow"], get_workflow(&team, workflow));
    let shown = get(&team, id(created));
    for list in DETAILS {
        assert_eq!(shown[list], json!([]), "{list}");
    }
    assert_eq!(without(&shown, &DETAILS), without(created, &["workflow"]));
}

#[test]
fn every_field_is_kept_as_it_was_given() {
    let team = App::shared().team();
    let given = complete_agent(&team);

    let created = create(&team, &given);

    let shown = get(&team, id(&created));
    for (field, value) in given.as_object().expect("an object") {
        assert_eq!([&created[field], &shown[field]], [value, value], "{field}");
    }
}

#[test]
fn what_only_we_decide_is_not_taken_from_a_client() {
    let team = App::shared().team();
    let mut body = minimal_agent(&team);
    body["id"] = json!("mine");
    body["status"] = json!("live");
    body["test_channel_code"] = json!("AAAAAAAA");

    let created = create(&team, &body);

    assert_ne!(created["id"], "mine");
    assert_eq!(created["status"], "development");
    assert_eq!(created["test_channel_code"], Value::Null);
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let team = App::shared().team();
    let body = json!({
        "name": " ", "language": "english please", "persona": "rude", "timezone": "Mars Base",
        "logo": "a.png", "business_name": 5, "business_email": "shop", "escalation_email": [],
    });

    let refused = team.request("POST", AGENTS).json(&body).send();

    let messages = json!([
        "workflow_id: required",
        "name: must not be blank",
        "description: required",
        "language: must be at most 10 characters long",
        "persona: must be one of professional, friendly, concise",
        "timezone: must be a time zone, such as UTC or Africa/Lagos",
        "logo: must be a URL, such as https://example.com/page",
        "business_name: must be a string",
        "business_email: must be an email address, such as ana@example.com",
        "escalation_email: must be a string",
    ]);
    refused.is(400, &invalid(&messages));
}

#[test]
fn a_public_workflow_is_copied_for_the_team() {
    let app = App::shared_with_public_workflows();
    let (owner, team) = (app.team(), app.team());
    let source = create_workflow(&owner, &minimal());
    let body = json!({"workflow_id": source["id"], "name": "Ana", "description": "Sells shoes"});
    let post = team.request("POST", AGENTS).json(&body);
    post.send().is(404, &not_found());
    let visibility = |name: &str| {
        let path = format!("/ops/workflows/{}", id(&source));
        app.ops("PATCH", &path).json(&json!({"visibility": name})).send().expect(200)
    };
    visibility("public");

    let post = post.header("idempotency-key", "copy");
    let created = post.send().expect(201)["data"].clone();

    assert_ne!(created["workflow_id"], source["id"]);
    let copy = get_workflow(&team, id(&created["workflow"]));
    assert_eq!(created["workflow_id"], copy["id"]);
    let shown = [&copy["is_owner"], &copy["visibility"], &copy["status"], &copy["name"]];
    assert_eq!(shown, [&json!(true), &json!("private"), &json!("published"), &source["name"]]);
    assert_eq!(post.send().expect(201)["data"]["workflow_id"], created["workflow_id"]);
    let owned = team.request("GET", &format!("{WORKFLOWS}?scope=owned")).send().expect(200);
    assert_eq!(owned["meta"]["total_count"], 1);
    // The owner's own agent has the original.
    assert_eq!(create(&owner, &body)["workflow_id"], source["id"]);
    visibility("private");
}

#[test]
fn a_workflow_that_is_not_there_or_not_ours_is_not_found() {
    let app = App::shared();
    let team = app.team();
    let theirs = create_workflow(&app.team(), &minimal());
    let mut body = minimal_agent(&team);
    for workflow in [NOBODYS, id(&theirs), "cm1234567890", "x"] {
        body["workflow_id"] = json!(workflow);
        team.request("POST", AGENTS).json(&body).send().is(404, &not_found());
    }
    let listed = team.request("GET", AGENTS).send().expect(200);
    assert_eq!(listed["meta"]["total_count"], 0);
}

#[test]
fn the_same_idempotency_key_creates_one_agent() {
    let team = App::shared().team();
    let body = minimal_agent(&team);
    let post = team.request("POST", AGENTS).header("idempotency-key", "once");
    let first = post.clone().json(&body).send().expect(201);

    for answer in post.clone().json(&body).send_at_once(8) {
        // While one is under way, the others may be asked to wait.
        assert!([201, 409].contains(&answer.status), "{answer}");
        if answer.status == 201 {
            assert_eq!(answer.json()["data"]["id"], first["data"]["id"]);
        }
    }

    let listed = team.request("GET", AGENTS).send().expect(200);
    assert_eq!(listed["meta"]["total_count"], 1);
    let mut other = body;
    other["name"] = json!("Other");
    post.json(&other).send().is(409, &error(&json!("…"), "Conflict", "conflict", 409));
    assert_eq!(get(&team, id(&first["data"]))["name"], "Ana");
}
