//! `get-flow`, and what `get-sequence` has in common with it.

use black_box::{App, Team, a_phone, flows};
use serde_json::{Value, json};

const NOTHING: &str = "0197aef0-0000-7000-8000-000000000000";

fn get_flow(team: &Team, body: &Value) -> black_box::Answer {
    team.request("POST", "/api/v1/actions/get-flow").json(body).send()
}

#[test]
fn a_flow_is_shown_as_a_draft_and_as_published() {
    let team = App::shared().team();
    let mut definition = flows::notice();
    definition["trigger_type"] = json!("shopify_cart_abandoned");
    let flow = team.creates(&definition);
    let shown = |status: &str, published_at: Value| {
        json!({
            "id": flow, "name": "Notice", "status": status, "trigger_type": "shopify_cart_abandoned",
            "sessions_count": 0, "published_at": published_at, "created_at": "…T…+00:00",
        })
    };
    get_flow(&team, &json!({"flow_id": flow})).is(200, &shown("draft", Value::Null));
    team.publishes(&flow);
    get_flow(&team, &json!({"flow_id": flow})).is(200, &shown("published", json!("…T…+00:00")));
    let unpublish = format!("/api/v1/console/workflows/{flow}/unpublish");
    team.request("POST", &unpublish).send().expect(200);
    get_flow(&team, &json!({"flow_id": flow})).is(200, &shown("draft", Value::Null));

    let plain = team.creates(&flows::notice());
    let shown = get_flow(&team, &json!({"flow_id": plain})).expect(200);
    assert_eq!(shown["trigger_type"], "manual");
}

#[test]
fn sessions_are_counted_running_and_ended_ones() {
    let team = App::shared().team();
    let account = team.has_an_account();
    let (notice, other) =
        (team.has_published(&flows::notice()), team.has_published(&flows::question()));
    let counted = |flow: &str| {
        get_flow(&team, &json!({"flow_id": flow})).expect(200)["sessions_count"].clone()
    };
    let phone = a_phone();
    for flow in [&notice, &notice, &other, &other] {
        // The second of the question is running already: no other is started.
        let started = team.triggers(flow, &phone);
        assert!([200, 201].contains(&started.status), "{started}");
        team.app.settled(&account.conversation_with(&phone));
    }
    assert_eq!((counted(&notice), counted(&other)), (json!(2), json!(1)));
}

#[test]
fn a_flow_that_is_not_there_or_not_ours_is_not_found() {
    let app = App::shared();
    let (team, other) = (app.team(), app.team());
    let theirs = other.has_published(&flows::notice());
    let deleted = team.creates(&flows::notice());
    team.request("DELETE", &format!("/api/v1/console/workflows/{deleted}")).send().expect(200);
    for flow in [NOTHING, &theirs, &deleted] {
        let refused = get_flow(&team, &json!({"flow_id": flow}));
        refused.is(404, &json!({"error": "Flow not found or not published"}));
    }
}

#[test]
fn what_is_no_id_is_invalid() {
    let team = App::shared().team();
    for (path, field) in [("get-flow", "flow_id"), ("get-sequence", "sequence_id")] {
        let request = team.request("POST", &format!("/api/v1/actions/{path}"));
        for (value, why) in [
            (json!({}), "required"),
            (json!({field: null}), "required"),
            (json!({field: ""}), "must not be blank"),
            (json!({field: 5}), "must be a string"),
            (json!({field: "01J3F"}), "must be a UUID"),
            (json!({field: "x".repeat(101)}), "must be at most 100 characters long"),
        ] {
            request.clone().json(&value).send().is(
                422,
                &json!({"message": "The given data was invalid.", "errors": {field: [why]}}),
            );
        }
    }
}
