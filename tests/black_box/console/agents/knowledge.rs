//! What an agent knows besides its workflow.

use black_box::{App, Team};
use serde_json::{Value, json};

use super::super::{NOBODYS, error, invalid};
use super::{an_agent, get, id, path};

fn bases(agent: &str) -> String {
    format!("{}/knowledge_bases", path(agent))
}

fn text(name: &str) -> Value {
    json!({"type": "text", "name": name, "content": "9 to 17", "description": "When"})
}

fn add(team: &Team, agent: &str, body: &Value) -> Value {
    team.request("POST", &bases(agent)).json(body).send().expect(201)["data"].clone()
}

fn list(team: &Team, agent: &str) -> Value {
    team.request("GET", &bases(agent)).send().expect(200)
}

#[test]
fn a_text_is_shown_with_its_agent_and_by_itself() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    assert_eq!(list(&team, &agent), json!({"message": "Success", "data": []}));

    let post = team.request("POST", &bases(&agent)).json(&text("Hours")).send();

    let added = post.is(
        201,
        &json!({
            "message": "Knowledge base created successfully",
            "data": {
                "id": "…", "type": "text", "name": "Hours", "description": "When", "url": null,
                "content": "9 to 17", "created_at": "…T…",
            },
        }),
    );
    let second = add(&team, &agent, &json!({"type": "text", "name": "B", "content": "C"}));
    assert_eq!(list(&team, &agent)["data"], json!([added["data"], second]));
    let summary = |of: &Value| {
        json!({
            "id": of["id"], "type": "text", "name": of["name"], "description": of["description"],
        })
    };
    let summaries = json!([summary(&added["data"]), summary(&second)]);
    assert_eq!(get(&team, &agent)["knowledge_bases"], summaries);
}

#[test]
fn a_text_is_changed_and_removed() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    let added = add(&team, &agent, &text("Hours"));
    let kept = add(&team, &agent, &text("Kept"));
    let one = format!("{}/{}", bases(&agent), id(&added));
    let patch = |body: Value| team.request("PATCH", &one).json(&body).send();

    let mut expected = added.clone();
    assert_eq!(patch(json!({})).expect(200)["data"], expected);
    expected["description"] = Value::Null;
    expected["content"] = json!("10 to 16");
    let changed = patch(json!({"description": null, "content": "10 to 16"})).expect(200);
    assert_eq!(changed["data"], expected);
    let wrong = json!({"name": "", "description": 5, "content": null});
    let messages = json!([
        "name: must not be blank",
        "description: must be a string",
        "content: must not be blank",
    ]);
    patch(wrong).is(400, &invalid(&messages));
    assert_eq!(list(&team, &agent)["data"], json!([expected, kept]));

    let delete = team.request("DELETE", &one);
    delete.send().is(200, &json!({"message": "…", "data": null}));
    assert_eq!(list(&team, &agent)["data"], json!([kept]));
    let gone = error(&json!("Knowledge base not found"), "Not Found", "not_found", 404);
    delete.send().is(404, &gone);
    patch(json!({"name": "x"})).is(404, &gone);
}

#[test]
fn an_address_is_judged_and_then_not_implemented() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    let post = |body: Value| team.request("POST", &bases(&agent)).json(&body).send();

    let refused = post(json!({"type": "url", "name": "Site", "url": "example"}));
    let messages = json!(["url: must be a URL, such as https://example.com/page"]);
    refused.is(400, &invalid(&messages));
    let messages = json!(["name: required", "url: required"]);
    post(json!({"type": "url"})).is(400, &invalid(&messages));
    let not_built = error(&json!("…text…"), "Not Implemented", "not_implemented", 501);
    post(json!({"type": "url", "name": "Site", "url": "https://example.com"})).is(501, &not_built);
    assert_eq!(list(&team, &agent)["data"], json!([]));
}

#[test]
fn the_same_idempotency_key_adds_one() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    let post = team.request("POST", &bases(&agent)).header("idempotency-key", "once");

    let first = post.clone().json(&text("Hours")).send().expect(201);
    assert_eq!(post.clone().json(&text("Hours")).send().expect(201), first);

    assert_eq!(list(&team, &agent)["data"], json!([first["data"]]));
    let conflict = error(&json!("…"), "Conflict", "conflict", 409);
    post.json(&text("Other")).send().is(409, &conflict);
}

#[test]
fn an_agent_knows_fifty_things_and_no_more() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    for n in 0..50 {
        add(&team, &agent, &text(&format!("Text {n}")));
    }

    let refused = team.request("POST", &bases(&agent)).json(&text("One more")).send();

    refused.is(400, &error(&json!("…50…"), "Bad Request", "bad_request", 400));
    assert_eq!(list(&team, &agent)["data"].as_array().map(Vec::len), Some(50));
}

#[test]
fn what_an_agent_does_not_know_is_not_found() {
    let team = App::shared().team();
    let (agent, other) = (an_agent(&team), an_agent(&team));
    let others = add(&team, &other, &text("Hours"));
    let gone = error(&json!("Knowledge base not found"), "Not Found", "not_found", 404);
    for base in [NOBODYS, id(&others), "cm123", "%00"] {
        let one = format!("{}/{base}", bases(&agent));
        team.request("PATCH", &one).json(&json!({"name": ""})).send().is(404, &gone);
        team.request("DELETE", &one).send().is(404, &gone);
    }
    assert_eq!(list(&team, &other)["data"], json!([others]));
}
