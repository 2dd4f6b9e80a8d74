//! `/ops`: what the operator does (design section 9).

use std::sync::Arc;

use black_box::{App, Setup, a_phone, flows};
use serde_json::{Value, json};
use stand_in::{Inbound, Webhook};

const NOBODYS: &str = "0197aef0-0000-7000-8000-000000000000";

fn error(code: &str) -> Value {
    json!({"error": code, "message": "…"})
}

fn invalid(path: &str) -> Value {
    let errors = json!([{"path": path, "message": "…"}]);
    json!({"error": "validation_error", "message": "…", "errors": errors})
}

/// Every request of the operator, with a body that would do.
fn requests(app: &App) -> Vec<black_box::Request> {
    let key = json!({"team": "acme", "name": "first"});
    let channel = json!({
        "team": "acme", "type": "whatsapp", "account": "17",
        "credentials": {"access_token": "a", "app_secret": "b", "verify_token": "c"},
    });
    let client = &app.client;
    vec![
        client.get("/ops/keys?team=acme"),
        client.post("/ops/keys").json(&key),
        client.delete("/ops/keys/0123"),
        client.get("/ops/channels?team=acme"),
        client.post("/ops/channels").json(&channel),
        client.get(&format!("/ops/conversations/{NOBODYS}")),
        client.get("/ops/outbox?state=failed"),
        client.post(&format!("/ops/outbox/{NOBODYS}/retry")),
        client.post("/ops/sweep"),
    ]
}

#[test]
fn only_the_operator_may() {
    let app = App::shared();
    let team = app.team();
    for request in requests(&app) {
        request.send().is(401, &error("api_key_missing"));
        request.clone().bearer(&team.key).send().is(401, &error("api_key_invalid"));
        request.clone().bearer(&format!("{}x", app.admin_key())).send().expect(401);
        request.clone().header("x-api-key", app.admin_key()).send().expect(401);
    }
}

#[test]
fn without_an_admin_key_nobody_may() {
    let app = App::start(Setup { admin_key: String::new(), ..Setup::default() });
    for request in requests(&app) {
        for refused in [request.clone(), request.clone().bearer(""), request.bearer("x")] {
            refused.send().is(503, &error("not_configured"));
        }
    }
    app.client.get("/ops/health").send().is(200, &json!({"status": "ok"}));
}

#[test]
fn without_a_secrets_key_nothing_that_needs_it_is_done() {
    let app = Arc::new(App::start(Setup { secrets_key: String::new(), ..Setup::default() }));
    let team = app.team();
    let channel = json!({
        "team": team.name, "type": "whatsapp", "account": "17",
        "credentials": {"access_token": "a", "app_secret": "b", "verify_token": "c"},
    });

    let refused = app.ops("POST", "/ops/channels").json(&channel).send();
    refused.is(503, &error("not_configured"));
    let token = app.client.post("/auth/token").header("x-api-key", &team.key).send();
    token.is(503, &json!({"error": "…", "message": "…secrets_key…"}));
    let path = format!("/ops/channels?team={}", team.name);
    app.ops("GET", &path).send().is(200, &json!({"channels": []}));
}

#[test]
fn a_key_is_shown_once_and_works_until_it_is_revoked() {
    let app = App::shared();
    let name = app.team().name;
    let body = json!({"team": name, "name": "second", "scopes": ["workflows:read"]});
    let made = app.ops("POST", "/ops/keys").json(&body).send().is(
        201,
        &json!({
            "id": "…", "team": name, "name": "second", "scopes": ["workflows:read"],
            "rate_limit": null, "created_at": "…", "expires_at": null, "key": "sk_…",
        }),
    );
    let key = made["key"].as_str().expect("a key");
    let id = made["id"].as_str().expect("an id");
    assert!(key.len() >= 3 + 43, "32 random bytes");
    let list = || app.ops("GET", &format!("/ops/keys?team={name}")).send();
    let mut listed = made.clone();
    listed.as_object_mut().expect("an object").remove("key");
    let keys = list().expect(200)["keys"].clone();
    assert_eq!(keys.as_array().map(Vec::len), Some(2));
    assert_eq!(keys[1], listed);
    assert!(!list().body.contains(key));
    let use_it = || app.client.get("/api/v1/console/workflows").bearer(key).send();
    use_it().expect(200);

    app.ops("DELETE", &format!("/ops/keys/{id}")).send().is(200, &listed);

    use_it().expect(401);
    assert_eq!(list().expect(200)["keys"].as_array().map(Vec::len), Some(1));
    app.ops("DELETE", &format!("/ops/keys/{id}")).send().is(404, &error("not_found"));
}

#[test]
fn keys_made_at_once_are_all_there() {
    let app = App::shared();
    let name = app.team().name;
    let body = json!({"team": name, "name": "many"});

    let made = app.ops("POST", "/ops/keys").json(&body).send_at_once(8);

    for key in &made {
        let key = key.expect(201)["key"].clone();
        let get = app.client.get("/api/v1/console/workflows");
        get.bearer(key.as_str().expect("a key")).send().expect(200);
    }
    let listed = app.ops("GET", &format!("/ops/keys?team={name}")).send().expect(200);
    assert_eq!(listed["keys"].as_array().map(Vec::len), Some(9));
}

#[test]
fn what_is_wrong_with_a_key_or_a_channel_is_named() {
    let app = App::shared();
    let key = |body: Value| app.ops("POST", "/ops/keys").json(&body).send();
    key(json!({"name": "n"})).is(400, &invalid("/team"));
    key(json!({"team": "a b", "name": "n"})).is(400, &invalid("/team"));
    key(json!({"team": "public", "name": "n"})).is(400, &invalid("/team"));
    key(json!({"team": "t", "name": " "})).is(400, &invalid("/name"));
    key(json!({"team": "t", "name": "n", "scopes": ["all"]})).is(400, &invalid("/scopes/0"));
    key(json!({"team": "t", "name": "n", "expires_at": "soon"})).is(400, &invalid("/expires_at"));
    key(json!({"team": "t", "name": "n", "expiry": 1})).is(400, &invalid("/expiry"));
    app.ops("GET", "/ops/keys").send().is(400, &invalid("/team"));
    app.ops("GET", "/ops/channels").send().is(400, &invalid("/team"));

    let account = app.team().has_an_account();
    let channel = |field: &str, value: Value| {
        let mut body = account.registration();
        body[field] = value;
        app.ops("POST", "/ops/channels").json(&body).send()
    };
    channel("type", json!("fax")).is(400, &invalid("/type"));
    channel("account", json!("+14155550123")).is(400, &invalid("/account"));
    channel("credentials", Value::Null).is(400, &invalid("/credentials"));
    channel("workflow_id", json!(NOBODYS)).is(400, &invalid("/workflow_id"));
    channel("agent_id", json!(NOBODYS)).is(400, &invalid("/agent_id"));
    let partly = json!({"access_token": "a", "app_secret": "b"});
    channel("credentials", partly).is(400, &invalid("/credentials/verify_token"));
}

#[test]
fn an_account_belongs_to_one_team_and_its_credentials_are_never_shown() {
    let app = App::shared();
    let team = app.team();
    let account = team.has_an_account();
    let set = |body: &Value| app.ops("POST", "/ops/channels").json(body).send();
    let shown = json!({
        "type": "whatsapp", "account": account.id, "team": team.name, "agent_id": null,
        "workflow_id": null, "allowed_origins": [], "status": "live", "stopped": null,
        "created_at": "…", "updated_at": "…",
    });

    let replaced = set(&account.registration()).is(201, &shown);
    let mut theirs = account.registration();
    theirs["team"] = json!(app.team().name);
    set(&theirs).is(409, &error("conflict"));

    let path = format!("/ops/channels?team={}", team.name);
    let list = app.ops("GET", &path).send().expect(200);
    assert_eq!(list, json!({"channels": [replaced]}));
    // Nor does a refused team list it.
    let path = format!("/ops/channels?team={}", theirs["team"].as_str().expect("a name"));
    app.ops("GET", &path).send().is(200, &json!({"channels": []}));
}

#[test]
fn another_teams_workflow_cannot_answer_an_account() {
    let app = App::shared();
    let workflow = app.team().has_published(&flows::echo());
    let mut body = app.team().has_an_account().registration();
    body["workflow_id"] = json!(workflow);

    let refused = app.ops("POST", "/ops/channels").json(&body).send();
    refused.is(400, &invalid("/workflow_id"));
}

#[test]
fn two_teams_that_want_one_account_at_once_do_not_both_get_it() {
    let app = App::shared();
    let bodies = [app.team(), app.team()].map(|team| {
        let credentials = json!({"access_token": "a", "app_secret": "b", "verify_token": "c"});
        json!({
            "team": team.name, "type": "whatsapp", "account": a_phone().trim_start_matches('+'),
            "credentials": credentials,
        })
    });
    let mut contested = bodies.clone();
    contested[1]["account"] = bodies[0]["account"].clone();
    let set = |body: &Value| app.ops("POST", "/ops/channels").json(body);

    let answers = black_box::at_once(contested.iter().cycle().take(8).map(set).collect());

    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    let teams: Vec<_> = won.iter().map(|answer| answer.json()["team"].clone()).collect();
    assert!(!teams.is_empty() && teams.iter().all(|team| *team == teams[0]), "{answers:#?}");
    assert!(answers.iter().all(|answer| [201, 409].contains(&answer.status)), "{answers:#?}");
}

#[test]
fn a_conversation_is_shown_to_the_operator_only_and_whole() {
    let app = App::shared();
    let team = app.team();
    let account = team.has_an_account();
    let flow = team.has_published(&flows::question());
    let phone = a_phone();
    let started = team.triggers(&flow, &phone).expect(201);
    let id = account.conversation_with(&phone);

    let conversation = app.settled(&id);

    for (field, value) in [
        ("id", &json!(id)),
        ("team", &json!(team.name)),
        ("account", &json!(account.id)),
        ("address", &json!(phone)),
        ("contact_id", &started["contact_id"]),
    ] {
        assert_eq!(conversation[field], *value, "{field}");
    }
    assert_eq!(conversation["sessions"][0]["id"], started["id"]);
    assert_eq!(conversation["messages"][0]["content"]["name"], "question");
    for nobodys in [NOBODYS, "17", "%2e%2e"] {
        let path = format!("/ops/conversations/{nobodys}");
        app.ops("GET", &path).send().is(404, &error("not_found"));
    }
}

#[test]
fn a_sweep_says_what_it_did() {
    let app = App::shared();
    let swept = app.ops("POST", "/ops/sweep").send();
    let swept = swept.is(200, &json!({"swept": "…", "fired": "…", "failed": 0, "more": false}));
    assert!(swept["swept"].is_number() && swept["fired"].is_number());
}

#[test]
fn other_methods_and_paths_are_refused_in_this_surfaces_shape() {
    let app = App::shared();
    for (method, path, allowed) in [
        ("PUT", "/ops/keys", "GET, POST"),
        ("GET", "/ops/keys/1", "DELETE"),
        ("DELETE", "/ops/channels", "GET, POST"),
        ("POST", "/ops/conversations/1", "GET"),
        ("GET", "/ops/sweep", "POST"),
        ("POST", "/ops/health", "GET"),
    ] {
        let refused = app.ops(method, path).send();
        refused.is(405, &error("method_not_allowed"));
        assert_eq!(refused.header("allow"), Some(allowed), "{method} {path}");
    }
    for path in ["/", "/ops", "/ops/nothing", "/channels/whatsapp", "/favicon.ico"] {
        app.ops("GET", path).send().is(404, &error("not_found"));
    }
}

#[test]
fn no_secret_is_in_a_response_or_in_the_log() {
    let app = Arc::new(App::start(Setup {
        admin_key: "marker-admin-key".to_owned(),
        secrets_key: "marker-secrets-key".to_owned(),
        ..Setup::default()
    }));
    let team = app.team();
    let mut account = team.has_an_account();
    account.access_token = "marker-access-token".to_owned();
    account.app_secret = "marker-app-secret".to_owned();
    account.verify_token = "marker-verify-token".to_owned();
    let set = app.ops("POST", "/ops/channels").json(&account.registration()).send();
    let flow = team.has_published(&flows::notice());
    let phone = a_phone();
    let refuse = |code| stand_in::Answer::refuse(401, code, "no");
    app.provider_answers(&phone, [refuse(131_026), refuse(190)]);
    let first = team.triggers(&flow, &phone);
    app.wait_for_sent_to(&phone, 1);
    let id = account.conversation_with(&phone);
    app.settled(&id);
    let second = team.triggers(&flow, &phone);
    app.wait_for_sent_to(&phone, 2);
    let body = Webhook::new(&account.id).message(&Inbound::text(&phone, "hi")).body();
    let path = account.webhook_path();
    let verify = format!("{path}?hub.mode=subscribe&hub.challenge=1&hub.verify_token=");
    let ops = |path: String| app.ops("GET", &path).send();
    let answers = [
        set,
        first,
        second,
        account.webhook(&body).send(),
        app.client.post(&path).body(body).header("x-hub-signature-256", "sha256=00").send(),
        app.client.get(&format!("{verify}wrong")).send(),
        app.client.get(&format!("{verify}marker-verify-token")).send(),
        ops(format!("/ops/channels?team={}", team.name)),
        ops(format!("/ops/keys?team={}", team.name)),
        ops(format!("/ops/conversations/{id}")),
        app.client.get("/ops/keys?team=a").bearer("marker-admin-key-wrong").send(),
        app.client.get("/nothing/marker-access-token").send(),
        app.client.post("/ops/sweep").bearer(&team.key).send(),
    ];
    // The last but one shows the client his own path, and nothing more.
    let said: Vec<String> = answers[..11].iter().map(|answer| answer.body.clone()).collect();

    assert_eq!(app.sent_to(&phone)[0].token, "marker-access-token", "it was in use");
    for text in said.iter().chain(&app.log()) {
        assert!(!text.contains("marker-"), "{text}");
        assert!(!text.contains(&team.key), "{text}");
        assert!(!text.contains(&phone) || said.contains(text), "a number in the log: {text}");
    }
}
