//! Workflows as they come in and are shown.

use black_box::{App, like};
use serde_json::{Value, json};

use super::{WORKFLOWS, complete, create, error, get, invalid, minimal, path};

#[test]
fn a_workflow_is_shown_with_every_field_of_the_contract_and_ours() {
    let team = App::shared().team();

    let created = team.request("POST", WORKFLOWS).json(&minimal()).send().is(
        201,
        &json!({
            "message": "…",
            "data": {
                "id": "…", "name": "Menu", "system_prompt": "You help.",
                "description": null, "category": null, "visibility": "private", "is_owner": true,
                "rules": [], "flows": [], "tags": null, "integrations": null, "channels": null,
                "actions": null, "guide": null, "faq": null, "setup_steps": [], "setup_time": null,
                "video_url": null, "created_at": "…T…", "updated_at": "…T…",
                "kind": "flow", "graph": null, "settings": {"session_ttl_minutes": 30},
                "trigger_type": null,
                "status": "published", "version": 1, "revision": 1, "published_at": "…T…",
            },
        }),
    );

    let id = created["data"]["id"].as_str().expect("an id");
    assert!(id.len() <= 50);
    assert_eq!(get(&team, id), created["data"]);
}

#[test]
fn every_field_is_kept_as_it_was_given() {
    let team = App::shared().team();

    let created = create(&team, &complete());

    let given = complete();
    for (field, value) in given.as_object().expect("an object") {
        assert_eq!(created[field], *value, "{field}");
    }
    assert_eq!(get(&team, created["id"].as_str().expect("an id")), created);
}

#[test]
fn what_is_left_out_has_the_defaults_of_the_contract() {
    let team = App::shared().team();
    let mut body = minimal();
    body["rules"] = json!([{"id": "r", "name": "R", "trigger": "t", "response": "x"}, []]);
    body["flows"] = json!([[], {
        "name": "F", "trigger_keywords": [{"keyword": "k"}], "conversation_steps": [{"type": "t"}],
    }]);
    body["setup_steps"] = json!([[], "Connect"]);

    let created = create(&team, &body);

    let rule = json!({"id": "r", "name": "R", "trigger": "t", "response": "x", "enabled": true});
    assert_eq!(created["rules"], json!([rule]));
    let flow = json!({
        "name": "F", "priority": 5, "is_active": true,
        "trigger_keywords": [{"keyword": "k", "weight": "medium"}],
        "conversation_steps": [{"type": "t"}],
    });
    assert_eq!(created["flows"], json!([flow]));
    assert_eq!(created["setup_steps"], json!(["Connect"]));
}

#[test]
fn a_field_that_clients_of_the_older_api_send_is_ignored() {
    let team = App::shared().team();
    let mut body = minimal();
    body["prompt_config"] = json!({"temperature": 1});
    body["visibility"] = json!("public");
    body["id"] = json!("mine");

    let created = create(&team, &body);

    assert_eq!(created["visibility"], "private");
    assert_ne!(created["id"], "mine");
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let team = App::shared().team();
    let body = json!({
        "system_prompt": " ", "description": 5, "category": "x".repeat(101),
        "rules": [{"id": "r", "trigger": "", "response": 1, "enabled": "yes"}],
        "flows": [{"name": "F", "priority": 11, "trigger_keywords": [{"weight": "huge"}]}],
        "tags": ["a", 5], "guide": {"youtubeUrl": 5}, "faq": [{"question": "Q"}],
        "setup_steps": [5], "setup_time": 0.5, "video_url": "ftp://example.com",
        "settings": {"session_ttl_minutes": 0, "other": 1}, "graph": [],
    });

    let refused = team.request("POST", WORKFLOWS).json(&body).send().expect(400);

    let places = [
        "name",
        "system_prompt",
        "description",
        "category",
        "rules.0.name",
        "rules.0.trigger",
        "rules.0.response",
        "rules.0.enabled",
        "flows.0.priority",
        "flows.0.trigger_keywords.0.keyword",
        "flows.0.trigger_keywords.0.weight",
        "tags.1",
        "guide.steps",
        "guide.youtubeUrl",
        "faq.0.answer",
        "setup_steps.0",
        "setup_time",
        "video_url",
        "settings.session_ttl_minutes",
        "settings.other",
        "graph",
    ];
    let messages: Vec<&str> = refused["message"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|message| message.as_str().expect("a string"))
        .collect();
    for place in places {
        let of_place = messages.iter().filter(|m| m.split(": ").next() == Some(place));
        assert_eq!(of_place.count(), 1, "{place} in {messages:#?}");
    }
    assert_eq!(messages.len(), places.len(), "{messages:#?}");
    assert_eq!(like::compare(&refused, &invalid(&json!("…"))), Ok(()));
}

#[test]
fn texts_may_be_as_long_as_the_contract_says_and_no_longer() {
    let team = App::shared().team();
    let with = |field: &str, characters: usize| {
        let mut body = minimal();
        // Two bytes each: characters are counted.
        body[field] = "é".repeat(characters).into();
        team.request("POST", WORKFLOWS).json(&body).send()
    };
    for (field, most) in [("name", 255), ("description", 2000), ("category", 100)] {
        with(field, most).expect(201);
        with(field, most + 1).is(400, &invalid(&json!([format!("{field}: …{most}…")])));
    }
    with("system_prompt", 8_000).expect(201);
}

#[test]
fn a_workflow_that_is_too_large_to_store_is_refused() {
    let team = App::shared().team();
    let mut body = minimal();
    body["system_prompt"] = "x".repeat(200 * 1024).into();

    let refused = team.request("POST", WORKFLOWS).json(&body).send();

    refused.is(400, &invalid(&json!(["body: …204800…"])));
}

#[test]
fn the_same_idempotency_key_creates_one_workflow() {
    let team = App::shared().team();
    let post = team.request("POST", WORKFLOWS).header("idempotency-key", "once");
    let first = post.clone().json(&minimal()).send().expect(201);

    for answer in post.clone().json(&minimal()).send_at_once(8) {
        answer.is(201, &first);
    }

    let listed = team.request("GET", &format!("{WORKFLOWS}?scope=owned")).send().expect(200);
    assert_eq!(listed["meta"]["total_count"], 1);
    let mut other = minimal();
    other["name"] = json!("Other");
    let conflict = error(&json!("…"), "Conflict", "conflict", 409);
    post.json(&other).send().is(409, &conflict);
}

#[test]
fn the_request_id_is_echoed_or_made() {
    let team = App::shared().team();
    let get = team.request("GET", &path(super::NOBODYS));

    let echoed = get.clone().header("x-request-id", "req-17").send();
    assert_eq!(echoed.header("x-request-id"), Some("req-17"));
    assert_eq!(echoed.json()["request_id"], "req-17");

    let made = get.send();
    let id = made.header("x-request-id").map(str::to_owned);
    assert_eq!(made.json()["request_id"], json!(id));
    assert_eq!(id.map(|id| id.len()), Some(36));
    let success = team.request("GET", WORKFLOWS).header("x-request-id", "req-18").send();
    assert_eq!(success.header("x-request-id"), Some("req-18"));
}

#[test]
fn deeply_nested_json_in_an_open_field_is_kept_or_refused_but_never_a_trap() {
    let team = App::shared().team();
    for depth in [50, 1_000, 100_000] {
        let deep = format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        let body = format!("{{\"name\":\"n\",\"system_prompt\":\"p\",\"setup_steps\":[{deep}]}}");
        let answer = team.request("POST", WORKFLOWS).text(body).send();
        assert!([201, 400].contains(&answer.status), "{depth}: {}", answer.status);
        let _: Value = answer.json();
    }
}
