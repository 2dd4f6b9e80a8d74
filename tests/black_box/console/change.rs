//! PATCH and DELETE.

use black_box::{App, a_phone, at_once, flows};
use serde_json::{Value, json};

use super::{WORKFLOWS, complete, create, error, get, invalid, minimal, not_found, patch, path};

fn id(workflow: &Value) -> &str {
    workflow["id"].as_str().expect("an id")
}

#[test]
fn what_is_sent_changes_and_all_else_stays() {
    let team = App::shared().team();
    let before = create(&team, &complete());

    let after = patch(&team, id(&before), &json!({"name": "Other"})).expect(200)["data"].clone();

    assert_eq!((&after["name"], &after["revision"]), (&json!("Other"), &json!(2)));
    for (field, value) in before.as_object().expect("an object") {
        let moves = ["name", "revision", "updated_at", "version", "published_at"];
        assert!(moves.contains(&field.as_str()) || after[field] == *value, "{field}");
    }
    assert_eq!(get(&team, id(&before)), after);
}

#[test]
fn null_clears_and_lists_are_replaced_whole() {
    let team = App::shared().team();
    let workflow = create(&team, &complete());
    let nulls = json!({
        "description": null, "category": null, "rules": null, "flows": null, "tags": null,
        "guide": null, "faq": null, "setup_steps": null, "setup_time": null, "video_url": null,
        "integrations": ["one"], "channels": [],
    });

    let after = patch(&team, id(&workflow), &nulls).expect(200)["data"].clone();

    for cleared in ["description", "category", "tags", "guide", "faq", "setup_time", "video_url"] {
        assert_eq!(after[cleared], Value::Null, "{cleared}");
    }
    for emptied in ["rules", "flows", "setup_steps", "channels"] {
        assert_eq!(after[emptied], json!([]), "{emptied}");
    }
    assert_eq!(after["integrations"], json!(["one"]));
    assert_eq!(after["actions"], workflow["actions"]);
}

#[test]
fn name_and_prompt_are_never_blank() {
    let team = App::shared().team();
    let workflow = create(&team, &minimal());
    for blank in [json!(""), json!("  \n"), Value::Null] {
        let body = json!({"name": blank, "system_prompt": blank});
        let refused = patch(&team, id(&workflow), &body);
        refused.is(400, &invalid(&json!(["name: …", "system_prompt: …"])));
    }
    assert_eq!(get(&team, id(&workflow)), workflow);
}

#[test]
fn an_empty_body_changes_nothing_at_all() {
    let team = App::shared().team();
    let workflow = create(&team, &complete());

    let after = patch(&team, id(&workflow), &json!({})).expect(200);
    assert_eq!(after["data"], workflow);
    let same = patch(&team, id(&workflow), &json!({"name": workflow["name"]})).expect(200);
    assert_eq!(same["data"], workflow);
}

#[test]
fn a_stale_expected_revision_is_a_conflict_that_names_the_current_one() {
    let team = App::shared().team();
    let workflow = create(&team, &minimal());
    let body = |name: &str, revision: u64| json!({"name": name, "expected_revision": revision});
    patch(&team, id(&workflow), &body("Second", 1)).expect(200);

    let refused = patch(&team, id(&workflow), &body("Third", 1));

    let mut expected = error(&json!("…2…"), "Conflict", "conflict", 409);
    expected["revision"] = json!(2);
    refused.is(409, &expected);
    assert_eq!(get(&team, id(&workflow))["name"], "Second");
    let wrong = patch(&team, id(&workflow), &json!({"expected_revision": "2"}));
    wrong.is(400, &invalid(&json!(["expected_revision: …"])));
}

#[test]
fn a_workflow_stays_a_flow_or_a_sequence_and_so_does_its_copy() {
    let team = App::shared().team();
    for (kind, other) in [("flow", "sequence"), ("sequence", "flow")] {
        let mut body = minimal();
        body["kind"] = json!(kind);
        let workflow = create(&team, &body);
        let same = patch(&team, id(&workflow), &json!({"kind": kind, "name": "Other"}));
        assert_eq!(same.expect(200)["data"]["kind"], kind);
        let refused = patch(&team, id(&workflow), &json!({"kind": other}));
        let why = format!("kind: cannot be changed: the workflow is a {kind}; create another");
        refused.is(400, &invalid(&json!([why])));
        assert_eq!(get(&team, id(&workflow))["kind"], kind);
        let clone = format!("{WORKFLOWS}/clone");
        let copy = json!({"source_workflow_id": id(&workflow)});
        let copy = team.request("POST", &clone).json(&copy).send().expect(201);
        assert_eq!(copy["data"]["kind"], kind);
        let version = format!("{}/versions/1", path(id(&workflow)));
        let version = team.request("GET", &version).send().expect(200);
        assert_eq!(version["data"]["definition"]["kind"], kind);
    }
}

#[test]
fn changes_at_once_of_different_fields_are_all_kept() {
    let team = App::shared().team();
    let workflow = create(&team, &minimal());
    let fields = ["description", "category", "trigger_type", "name", "system_prompt"];
    let change = |field: &&str| {
        team.request("PATCH", &path(id(&workflow))).json(&json!({(*field): "changed"}))
    };

    for answer in at_once(fields.iter().map(change).collect()) {
        answer.expect(200);
    }

    let after = get(&team, id(&workflow));
    for field in fields {
        assert_eq!(after[field], "changed", "{field}");
    }
    assert_eq!(after["revision"], 6);
}

#[test]
fn the_same_idempotency_key_changes_once() {
    let team = App::shared().team();
    let workflow = create(&team, &minimal());
    let keyed = |name: &str| {
        let patch = team.request("PATCH", &path(id(&workflow))).json(&json!({"name": name}));
        patch.header("idempotency-key", "rename").send()
    };
    keyed("Second").expect(200);
    patch(&team, id(&workflow), &json!({"name": "Third"})).expect(200);

    keyed("Second").expect(200);

    let after = get(&team, id(&workflow));
    assert_eq!((&after["name"], &after["revision"]), (&json!("Third"), &json!(3)));
    keyed("Fourth").is(409, &error(&json!("…"), "Conflict", "conflict", 409));
}

#[test]
fn a_deleted_workflow_is_gone_and_its_sessions_go_on() {
    let team = App::shared().team();
    let account = team.has_an_account();
    let flow = team.has_published(&flows::question());
    let phone = a_phone();
    team.triggers(&flow, &phone).expect(201);

    let deleted = team.request("DELETE", &path(&flow)).send();
    deleted.is(200, &json!({"message": "…", "data": null}));

    for request in [
        team.request("GET", &path(&flow)),
        team.request("PATCH", &path(&flow)).json(&json!({})),
        team.request("DELETE", &path(&flow)),
        team.request("POST", &format!("{}/publish", path(&flow))),
        team.request("POST", &format!("{}/validate", path(&flow))),
    ] {
        request.send().is(404, &not_found());
    }
    let listed = team.request("GET", super::WORKFLOWS).send().expect(200);
    assert_eq!(listed["data"], json!([]));
    account.receives(&stand_in::Inbound::quick_reply(&phone, "yes", "Yes"));
    assert_eq!(team.app.wait_for_sent_to(&phone, 2)[1].text(), "You said yes.");
}

#[test]
fn a_delete_with_an_idempotency_key_can_be_repeated() {
    let team = App::shared().team();
    let workflow = create(&team, &minimal());
    let delete = team.request("DELETE", &path(id(&workflow))).header("idempotency-key", "d");

    let first = delete.send().expect(200);
    delete.send().is(200, &first);
}
