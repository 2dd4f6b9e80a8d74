//! PATCH and DELETE, and whether an agent answers.

use black_box::{App, at_once};
use serde_json::{Value, json};

use super::super::{error, invalid};
use super::{
    AGENTS, DETAILS, agent_not_found, an_agent, complete_agent, create, get, id, patch, path,
    refused, without,
};

#[test]
fn what_is_sent_changes_and_all_else_stays() {
    let team = App::shared().team();
    let agent = create(&team, &complete_agent(&team));
    let before = get(&team, id(&agent));

    let after = patch(&team, id(&agent), &json!({"name": "Bea", "logo": null})).expect(200);

    let mut expected = without(&before, &DETAILS);
    expected["name"] = json!("Bea");
    expected["logo"] = Value::Null;
    expected["updated_at"] = after["data"]["updated_at"].clone();
    assert_eq!(after, json!({"message": "Agent updated successfully", "data": expected}));
    assert_eq!(without(&get(&team, id(&agent)), &DETAILS), expected);
}

#[test]
fn an_empty_body_changes_nothing_at_all() {
    let team = App::shared().team();
    let agent = create(&team, &complete_agent(&team));
    let before = without(&get(&team, id(&agent)), &DETAILS);

    for body in [json!({}), json!({"name": before["name"]}), json!({"unknown": 1})] {
        assert_eq!(patch(&team, id(&agent), &body).expect(200)["data"], before);
    }
}

#[test]
fn every_wrong_field_of_a_change_is_named_and_nothing_is_changed() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    let before = get(&team, &agent);

    let body = json!({"name": "", "description": null, "language": 5, "timezone": "Europe/Rome"});
    let messages = json!([
        "name: must not be blank",
        "description: must not be blank",
        "language: must be a string",
    ]);

    patch(&team, &agent, &body).is(400, &invalid(&messages));
    assert_eq!(get(&team, &agent), before);
}

#[test]
fn changes_at_once_of_different_fields_are_all_kept() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    let fields =
        ["name", "description", "business_name", "business_address", "business_description"];
    let change =
        |field: &&str| team.request("PATCH", &path(&agent)).json(&json!({(*field): "changed"}));

    for answer in at_once(fields.iter().map(change).collect()) {
        answer.expect(200);
    }

    let after = get(&team, &agent);
    for field in fields {
        assert_eq!(after[field], "changed", "{field}");
    }
}

#[test]
fn the_same_idempotency_key_changes_once() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    let keyed = |name: &str| {
        let patch = team.request("PATCH", &path(&agent)).json(&json!({"name": name}));
        patch.header("idempotency-key", "rename").send()
    };
    keyed("Second").expect(200);
    patch(&team, &agent, &json!({"name": "Third"})).expect(200);

    keyed("Second").expect(200);

    assert_eq!(get(&team, &agent)["name"], "Third");
    keyed("Fourth").is(409, &error(&json!("…"), "Conflict", "conflict", 409));
}

#[test]
fn a_status_is_set_with_its_reason() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    let status = format!("{}/live-status", path(&agent));
    let set = |body: Value| team.request("PATCH", &status).json(&body).send().expect(200);

    let paused = set(json!({"status": "paused", "status_reason": "Holidays"}));
    let data = json!({"status": "paused", "status_reason": "Holidays"});
    assert_eq!(paused, json!({"message": "Agent status updated successfully", "data": data}));
    let shown = get(&team, &agent);
    assert_eq!([&shown["status"], &shown["status_reason"]], ["paused", "Holidays"]);

    // The reason was the former status's.
    let live = set(json!({"status": "live"}));
    assert_eq!(live["data"], json!({"status": "live", "status_reason": null}));
    assert_eq!(get(&team, &agent)["status_reason"], Value::Null);
}

#[test]
fn a_deleted_agent_is_gone() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    let delete = team.request("DELETE", &path(&agent)).header("idempotency-key", "d");

    let gone = json!({"message": "Agent deleted successfully", "data": null});
    delete.send().is(200, &gone);
    delete.send().is(200, &gone);

    for request in refused::requests(&team, &agent) {
        request.send().is(404, &agent_not_found());
    }
    let listed = team.request("GET", AGENTS).send().expect(200);
    assert_eq!((&listed["data"], &listed["meta"]["total_count"]), (&json!([]), &json!(0)));
}
