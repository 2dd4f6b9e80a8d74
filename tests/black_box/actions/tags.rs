//! `add-tag`, `remove-tag` and `list-tags`.

use black_box::{App, Team, a_phone};
use serde_json::{Value, json};

fn post(team: &Team, action: &str, body: &Value) -> black_box::Answer {
    team.request("POST", &format!("/api/v1/actions/{action}")).json(body).send()
}

#[test]
fn a_tag_is_added_once_and_removed_and_its_name_stays() {
    let team = App::shared().team();
    let phone = a_phone();
    let contact = post(&team, "create-contact", &json!({"phone": phone})).expect(201);
    let id = &contact["id"];
    for whom in [json!({"contact_id": id}), json!({"phone": phone})] {
        let mut body = whom;
        body["tag"] = json!("vip");
        let added = json!({"id": id, "phone": phone, "tag_added": "vip", "tags": ["vip"]});
        post(&team, "add-tag", &body).is(200, &added);
    }
    post(&team, "add-tag", &json!({"phone": phone, "tag": "new"})).expect(200);
    for (tag, left) in [("vip", json!(["new"])), ("vip", json!(["new"])), ("never", json!(["new"]))]
    {
        let removed = json!({"id": id, "phone": phone, "tag_removed": tag, "tags": left});
        post(&team, "remove-tag", &json!({"contact_id": id, "tag": tag})).is(200, &removed);
    }

    let tag = |name: &str| json!({"id": "…", "name": name, "created_at": "…+00:00"});
    let listed = post(&team, "list-tags", &json!({})).is(200, &json!([tag("new"), tag("vip")]));
    post(&team, "list-tags", &json!({"name": "I"})).is(200, &json!([tag("vip")]));
    post(&team, "list-tags", &json!({"name": "none"})).is(200, &json!([]));
    // Clients of other languages send nothing, or an empty list, for no fields.
    let request = team.request("POST", "/api/v1/actions/list-tags");
    request.send().is(200, &listed);
    request.text("[]").send().is(200, &listed);
}

#[test]
fn tags_of_create_and_update_and_workflows_are_listed() {
    let (team, account) = App::shared().account_answered_by(&tagging());
    let phone = a_phone();
    post(&team, "create-contact", &json!({"phone": phone, "tags": "one, two"})).expect(201);
    post(&team, "update-contact", &json!({"phone": phone, "tags": "three"})).expect(200);
    account.receives(&stand_in::Inbound::text(&phone, "hi"));
    team.app.settled(&account.conversation_with(&phone));
    let listed = post(&team, "list-tags", &json!({})).expect(200);
    let names: Vec<&str> =
        listed.as_array().into_iter().flatten().filter_map(|tag| tag["name"].as_str()).collect();
    assert_eq!(names, ["one", "three", "two", "wrote"]);
    let contact = post(&team, "get-contact", &json!({"phone": phone})).expect(200);
    assert_eq!(contact["tags"], json!(["three", "wrote"]));
}

fn tagging() -> Value {
    let graph = json!({
        "entry": "tag",
        "nodes": [
            {"id": "tag", "type": "set", "add_tags": ["wrote"]},
            {"id": "told", "type": "message", "text": "Noted."},
        ],
        "edges": [{"from": "tag", "to": "told"}],
    });
    black_box::flows::with_graph("Tagging", &graph)
}

#[test]
fn sixteen_tags_at_once_are_all_there() {
    let team = App::shared().team();
    let phone = a_phone();
    post(&team, "create-contact", &json!({"phone": phone})).expect(201);
    let request = |n: usize| {
        let body = json!({"phone": phone, "tag": format!("t{}", n % 8)});
        team.request("POST", "/api/v1/actions/add-tag").json(&body)
    };
    for answer in black_box::at_once((0..16).map(request).collect()) {
        answer.expect(200);
    }
    let contact = post(&team, "get-contact", &json!({"phone": phone})).expect(200);
    assert_eq!(contact["tags"].as_array().map(Vec::len), Some(8), "{contact}");
    let listed = post(&team, "list-tags", &json!({})).expect(200);
    assert_eq!(listed.as_array().map(Vec::len), Some(8), "{listed}");
}

#[test]
fn a_contact_that_is_not_there_or_not_ours_has_no_tags() {
    let app = App::shared();
    let (team, other) = (app.team(), app.team());
    let phone = a_phone();
    let theirs =
        post(&other, "create-contact", &json!({"phone": phone, "tags": "vip"})).expect(201);
    for action in ["add-tag", "remove-tag"] {
        for whom in [
            json!({"contact_id": theirs["id"], "tag": "vip"}),
            json!({"contact_id": "0197aef0-0000-7000-8000-000000000000", "tag": "vip"}),
            json!({"phone": phone, "tag": "vip"}),
        ] {
            post(&team, action, &whom).is(404, &json!({"error": "Contact not found"}));
        }
    }
    post(&team, "list-tags", &json!({})).is(200, &json!([]));
}
