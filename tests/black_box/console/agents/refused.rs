//! What is refused before an agent is looked at, and whose agents are nobody else's business.

use black_box::{App, Request, Team};
use serde_json::{Value, json};

use super::super::{NOBODYS, error, names_methods};
use super::{AGENTS, agent_not_found, an_agent, get, path};

/// Every request that takes an agent's id, with the scope it needs.
pub fn scoped(agent: &str) -> Vec<(&'static str, String, Value, &'static str)> {
    let at = |rest: &str| format!("{}{rest}", path(agent));
    let base = at(&format!("/knowledge_bases/{NOBODYS}"));
    let (read, write) = ("agents:read", "agents:write");
    vec![
        ("GET", at(""), Value::Null, read),
        ("PATCH", at(""), json!({"name": "Mine"}), write),
        // Not judged: what is not ours is not found, whatever is sent to it.
        ("PATCH", at(""), json!({"name": ""}), write),
        ("DELETE", at(""), Value::Null, write),
        ("PATCH", at("/live-status"), json!({"status": "live"}), write),
        ("PATCH", at("/live-status"), json!({}), write),
        ("GET", at("/channels"), Value::Null, read),
        ("GET", at("/deployment/agent-test-code"), Value::Null, read),
        ("GET", at("/knowledge_bases"), Value::Null, read),
        (
            "POST",
            at("/knowledge_bases"),
            json!({"type": "text", "name": "a", "content": "b"}),
            write,
        ),
        ("POST", at("/knowledge_bases"), json!({}), write),
        ("PATCH", base.clone(), json!({"name": "a"}), write),
        ("DELETE", base, Value::Null, write),
        ("GET", at("/integrations"), Value::Null, read),
        ("POST", at("/integrations/custom_api/configure"), json!({}), write),
        ("GET", at("/actions"), Value::Null, read),
        ("POST", at("/actions/enable"), json!({"action_ids": []}), write),
        ("POST", at("/actions/disable"), json!({"action_ids": []}), write),
        ("GET", at("/calls"), Value::Null, "conversations:read"),
        ("POST", at("/calls"), json!({}), "conversations:write"),
        ("GET", at("/calls/1"), Value::Null, "conversations:read"),
    ]
}

/// The same, with the team's key.
pub fn requests(team: &Team, agent: &str) -> Vec<Request> {
    let request = |(method, path, body, _): (&str, String, Value, &str)| {
        with_body(team.request(method, &path), &body)
    };
    scoped(agent).into_iter().map(request).collect()
}

fn with_body(request: Request, body: &Value) -> Request {
    if body.is_null() { request } else { request.json(body) }
}

#[test]
fn what_is_not_there_or_not_ours_is_not_found() {
    let app = App::shared();
    let (team, other) = (app.team(), app.team());
    let theirs = an_agent(&other);
    let before = get(&other, &theirs);
    for id in [NOBODYS, theirs.as_str(), "cm1234567890", "%00", "..%2f..%2fops", "%F0%9F%98%80"] {
        for request in requests(&team, id) {
            request.send().is(404, &agent_not_found());
        }
    }
    assert_eq!(get(&other, &theirs), before);
}

#[test]
fn without_a_key_nothing_is_said() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    let mut all = scoped(&agent);
    all.push(("GET", AGENTS.to_owned(), Value::Null, ""));
    all.push(("POST", AGENTS.to_owned(), json!({}), ""));
    all.push(("GET", "/api/v1/console/phone-numbers".to_owned(), Value::Null, ""));
    for (method, path, body, _) in all {
        let request = with_body(team.app.client.request(method, &path), &body);
        let missing = error(&json!("…"), "Unauthorized", "api_key_missing", 401);
        request.send().is(401, &missing);
        let invalid = error(&json!("Invalid API key."), "Unauthorized", "api_key_invalid", 401);
        request.header("x-api-key", "sk_nobodys").send().is(401, &invalid);
    }
}

#[test]
fn a_key_does_what_its_scopes_allow() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    let workflows = team.key_with_scopes(&["workflows:read", "workflows:write"]);
    let mut all = scoped(&agent);
    all.push(("GET", AGENTS.to_owned(), Value::Null, "agents:read"));
    all.push(("POST", AGENTS.to_owned(), json!({}), "agents:write"));
    for (method, path, body, scope) in all {
        let request = with_body(team.app.client.request(method, &path), &body);
        let refused = request.clone().bearer(&workflows).send();
        let message = json!(format!("This API key is missing the required scope: {scope}."));
        refused.is(403, &error(&message, "Forbidden", "insufficient_scope", 403));
        let scoped = team.key_with_scopes(&[scope]);
        // Its own agent is deleted on the way: what matters is that it is not the key that is refused.
        assert!(![401, 403].contains(&request.bearer(&scoped).send().status), "{method} {path}");
    }
}

#[test]
fn other_methods_are_named() {
    let team = App::shared().team();
    let one = path(NOBODYS);
    for (method, path, allowed) in [
        ("PUT", AGENTS.to_owned(), "GET, POST"),
        ("POST", one.clone(), "GET, PATCH, DELETE"),
        ("GET", format!("{one}/live-status"), "PATCH"),
        ("POST", format!("{one}/channels"), "GET"),
        ("POST", format!("{one}/deployment/agent-test-code"), "GET"),
        ("DELETE", format!("{one}/knowledge_bases"), "GET, POST"),
        ("GET", format!("{one}/knowledge_bases/{NOBODYS}"), "PATCH, DELETE"),
        ("GET", format!("{one}/actions/enable"), "POST"),
        ("DELETE", format!("{one}/calls"), "GET, POST"),
    ] {
        names_methods(&team.request(method, &path).send(), allowed, &path);
    }
}

#[test]
fn what_is_no_json_is_malformed() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    let malformed = error(&json!("…"), "Bad Request", "bad_request", 400);
    for (method, path) in [
        ("POST", AGENTS.to_owned()),
        ("PATCH", path(&agent)),
        ("PATCH", format!("{}/live-status", path(&agent))),
        ("POST", format!("{}/knowledge_bases", path(&agent))),
    ] {
        for body in ["", "{", "nothing"] {
            team.request(method, &path).text(body).send().is(400, &malformed);
        }
        for body in ["[]", "null", "5"] {
            let refused = team.request(method, &path).text(body).send().expect(400);
            assert_eq!(refused["message"], json!(["body: must be an object"]), "{method} {path}");
        }
    }
}
