//! `POST /auth/token` and `POST /workflows/:id/trigger`: contract/trigger-pingmee.md, section 2, and seed 000.

use black_box::{Account, App, Request, Team, a_phone, flows};
use serde_json::{Value, json};

const NOBODYS: &str = "0197aef0-0000-7000-8000-000000000000";

pub(crate) fn token(team: &Team) -> String {
    let answer = team.app.client.post("/auth/token").header("x-api-key", &team.key).send();
    let answer = answer.is(200, &json!({"accessToken": "…", "expiresIn": 3600}));
    answer["accessToken"].as_str().expect("a token").to_owned()
}

/// With both credentials of the team.
fn trigger(team: &Team, workflow: &str, body: &Value) -> Request {
    let post = team.app.client.post(&format!("/workflows/{workflow}/trigger")).json(body);
    post.header("x-api-key", &team.key).header("cookie", &format!("accessToken={}", token(team)))
}

fn body(account: &Account, phone: &str) -> Value {
    json!({"phoneNumberId": account.id, "customerPhoneNumberId": phone.trim_start_matches('+')})
}

fn error(status: &str, message: &str) -> Value {
    json!({"error": status, "message": message})
}

fn team_with(definition: &Value) -> (Team, Account, String) {
    let team = App::shared().team();
    let account = team.has_an_account();
    let flow = team.has_published(definition);
    (team, account, flow)
}

#[test]
fn a_workflow_is_triggered_for_a_conversation() {
    let (team, account, flow) = team_with(&flows::question());
    let phone = a_phone();
    let mut body = body(&account, &phone);
    body["triggerData"] = json!({"what": "tea", "deep": {"list": [1, null]}});

    trigger(&team, &flow, &body).send().is(200, &json!({"ok": true}));

    let sent = team.app.wait_for_sent_to(&phone, 1);
    assert_eq!(
        (sent[0].account.as_str(), sent[0].parameters()),
        (account.id.as_str(), vec!["tea"])
    );
    let conversation = team.app.settled(&account.conversation_with(&phone));
    assert_eq!(conversation["sessions"][0]["context"], body["triggerData"]);
}

#[test]
fn a_workflow_starts_from_the_node_that_is_named() {
    let (team, account, flow) = team_with(&flows::abandoned_cart());
    let phone = a_phone();
    let mut from = body(&account, &phone);
    from["startFromNodeId"] = json!("remind");
    from["triggerData"] = json!({"cart_total": "129.00"});

    trigger(&team, &flow, &from).send().is(200, &json!({"ok": true}));
    assert_eq!(team.app.wait_for_sent_to(&phone, 1)[0].text(), "abandoned_cart_reminder");

    let mut unknown = body(&account, &a_phone());
    unknown["startFromNodeId"] = json!("nowhere");
    let refused = trigger(&team, &flow, &unknown).send();
    refused.is(400, &error("Bad Request", "startFromNodeId: …nowhere…"));
}

#[test]
fn a_workflow_has_one_id_on_all_surfaces() {
    let (team, account, flow) = team_with(&flows::question());
    let phone = a_phone();

    let started = team.triggers(&flow, &phone).expect(201);
    // It runs: the hosted product's answer knows no other.
    trigger(&team, &flow, &body(&account, &phone)).send().is(200, &json!({"ok": true}));

    assert_eq!(team.triggers(&flow, &phone).expect(200)["id"], started["id"]);
    let conversation = team.app.settled(&account.conversation_with(&phone));
    assert_eq!(conversation["sessions"].as_array().map(Vec::len), Some(1));
    assert_eq!(team.app.sent_to(&phone).len(), 1);
}

#[test]
fn sixteen_at_once_start_one_session() {
    let (team, account, flow) = team_with(&flows::question());
    let phone = a_phone();

    for answer in trigger(&team, &flow, &body(&account, &phone)).send_at_once(16) {
        answer.is(200, &json!({"ok": true}));
    }

    let conversation = team.app.settled(&account.conversation_with(&phone));
    assert_eq!(conversation["sessions"].as_array().map(Vec::len), Some(1));
    assert_eq!(team.app.sent_to(&phone).len(), 1);
}

#[test]
fn the_account_that_is_named_sends() {
    let (team, _, flow) = team_with(&flows::notice());
    let second = team.has_an_account();
    let phone = a_phone();

    trigger(&team, &flow, &body(&second, &phone)).send().expect(200);

    assert_eq!(team.app.wait_for_sent_to(&phone, 1)[0].account, second.id);
}

#[test]
fn the_same_idempotency_key_starts_once_and_with_another_body_is_a_conflict() {
    let (team, account, flow) = team_with(&flows::notice());
    let phone = a_phone();
    let mut body = body(&account, &phone);
    let keyed = |body: &Value| trigger(&team, &flow, body).header("idempotency-key", "k").send();

    keyed(&body).is(200, &json!({"ok": true}));
    team.app.wait_for_sent_to(&phone, 1);
    keyed(&body).is(200, &json!({"ok": true}));
    body["triggerData"] = json!({"other": true});
    keyed(&body).is(409, &error("Conflict", "…"));

    let conversation = team.app.settled(&account.conversation_with(&phone));
    assert_eq!(conversation["sessions"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_token_is_given_for_a_key_in_either_header_and_for_nothing_else() {
    let team = App::shared().team();
    let post = team.app.client.post("/auth/token");
    let given = json!({"accessToken": "…", "expiresIn": 3600});
    post.clone().bearer(&team.key).send().is(200, &given);
    post.clone().header("x-api-key", &team.key).send().is(200, &given);

    let ended = team.key_until("2020-01-01T00:00:00Z");
    let scoped = team.key_with_scopes(&["actions"]);
    post.send().is(401, &error("Unauthorized", "…"));
    post.clone().bearer("sk_nobodys").send().is(401, &error("Unauthorized", "…"));
    post.clone().bearer(&ended).send().is(401, &error("Unauthorized", "…"));
    post.clone().bearer(&scoped).send().is(403, &error("Forbidden", "…trigger…"));
    let get = team.app.client.get("/auth/token").send();
    get.is(405, &error("Method Not Allowed", "…POST…"));
    assert_eq!(get.header("allow"), Some("POST"));
}

#[test]
fn both_credentials_are_needed_of_one_team() {
    let (team, account, flow) = team_with(&flows::notice());
    let (_other_account, other) = (team.app.team().has_an_account(), team.app.team());
    let phone = a_phone();
    let path = format!("/workflows/{flow}/trigger");
    let post = team.app.client.post(&path).json(&body(&account, &phone));
    let (cookie, theirs) = (token(&team), token(&other));
    let with = |key: &str, cookies: &str| {
        let post = post.clone().header("x-api-key", key);
        post.header("cookie", cookies)
    };
    let (head, rest) = cookie.split_once('.').expect("a JWT");
    let (claims, tag) = rest.split_once('.').expect("a JWT");
    let cookie_of = |token: &str| format!("accessToken={token}");

    for refused in [
        post.clone(),
        post.clone().header("x-api-key", &team.key),
        post.clone().header("cookie", &cookie_of(&cookie)),
        post.clone().bearer(&team.key).header("cookie", &cookie_of(&cookie)),
        with("sk_nobodys", &cookie_of(&cookie)),
        with(&team.key_until("2020-01-01T00:00:00Z"), &cookie_of(&cookie)),
        with(&team.key, &cookie_of(&theirs)),
        with(&other.key, &cookie_of(&cookie)),
        with(&team.key, &cookie_of("")),
        with(&team.key, &cookie_of(&format!("{head}.{claims}."))),
        with(&team.key, &cookie_of(&format!("{head}.{claims}"))),
        // {"alg":"none","typ":"JWT"}
        with(&team.key, &cookie_of(&format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}."))),
        with(&team.key, &cookie_of(&format!("{head}.e30.{tag}"))),
        with(&team.key, &cookie_of(&format!("{cookie}x"))),
        with(&team.key, &format!("AccessToken={cookie}")),
    ] {
        refused.send().is(401, &error("Unauthorized", "…"));
    }
    let scoped = team.key_with_scopes(&["actions"]);
    with(&scoped, &cookie_of(&cookie)).send().is(403, &error("Forbidden", "…trigger…"));

    assert_eq!(team.app.sent_to(&phone).len(), 0);
    let among_others = format!("theme=dark; accessToken={cookie}; lang=en");
    with(&team.key, &among_others).send().is(200, &json!({"ok": true}));
}

#[test]
fn the_token_may_come_as_a_bearer_and_the_key_is_asked_for_first() {
    let (team, account, flow) = team_with(&flows::notice());
    let other = team.app.team();
    let (mine, theirs) = (token(&team), token(&other));
    let path = format!("/workflows/{flow}/trigger");
    let post = team.app.client.post(&path).json(&body(&account, &a_phone()));
    let keyed = post.clone().header("x-api-key", &team.key);
    let refused = |request: Request, message: &str| {
        request.send().is(401, &error("Unauthorized", message));
    };

    keyed.clone().bearer(&mine).send().is(200, &json!({"ok": true}));

    refused(post.clone().bearer(&mine), "Both x-api-key and …");
    refused(post.header("x-api-key", "sk_nobodys").bearer("x"), "Invalid API key.");
    let wrong = "The accessToken is wrong or has expired: POST /auth/token gives a new one.";
    for token in ["x", &team.key, &theirs] {
        refused(keyed.clone().bearer(token), wrong);
        let cookie = format!("accessToken={token}");
        refused(keyed.clone().header("cookie", &cookie), wrong);
        // Where both are there, the cookie counts.
        refused(keyed.clone().header("cookie", &cookie).bearer(&mine), wrong);
    }
}

#[test]
fn missing_empty_mistyped_and_unknown_properties_are_refused() {
    let (team, account, flow) = team_with(&flows::notice());
    let good = body(&account, &a_phone());
    let refused = |body: &Value, message: &str| {
        let answer = trigger(&team, &flow, body).send();
        answer.is(400, &error("Bad Request", message));
    };

    refused(&json!({}), "phoneNumberId: required; customerPhoneNumberId: required");
    for (field, value, message) in [
        ("phoneNumberId", json!(""), "phoneNumberId: must not be blank"),
        ("phoneNumberId", json!(5), "phoneNumberId: must be a string"),
        ("phoneNumberId", Value::Null, "phoneNumberId: required"),
        ("phoneNumberId", json!("999"), "phoneNumberId: …"),
        ("customerPhoneNumberId", json!(" "), "customerPhoneNumberId: must not be blank"),
        ("customerPhoneNumberId", json!(972_501_234_567_u64), "customerPhoneNumberId: …string"),
        ("customerPhoneNumberId", json!("Ada"), "customerPhoneNumberId: …phone number…"),
        ("startFromNodeId", json!(1), "startFromNodeId: must be a string"),
        ("startFromNodeId", json!(""), "startFromNodeId: must not be blank"),
        ("triggerData", json!("a"), "triggerData: must be an object"),
        ("triggerData", json!([1]), "triggerData: must be an object"),
        ("triggerData", json!([]), "triggerData: must be an object"),
        ("triggerData", Value::Null, "triggerData: must be an object"),
        ("triggerData", json!({"a": "x".repeat(16 * 1024)}), "triggerData: …16384…"),
        ("phone", json!("+14155550123"), "phone: unknown property…"),
        ("participantsIdentifiers", json!("1#2"), "participantsIdentifiers: unknown property…"),
    ] {
        let mut body = good.clone();
        body[field] = value;
        refused(&body, message);
    }
    refused(&json!([]), "body: must be an object…");
}

#[test]
fn another_teams_account_is_none() {
    let (team, _, flow) = team_with(&flows::notice());
    let theirs = team.app.team().has_an_account();

    let refused = trigger(&team, &flow, &body(&theirs, &a_phone())).send();

    refused.is(400, &error("Bad Request", "phoneNumberId: no such WhatsApp account"));
}

#[test]
fn a_workflow_that_cannot_be_triggered_is_a_bad_request() {
    let (team, account, _) = team_with(&flows::notice());
    let draft = team.creates(&flows::notice());
    let rules = team.creates(&json!({"name": "Rules only", "system_prompt": "You help."}));
    let (other, _, theirs) = team_with(&flows::notice());
    let unknown = "Workflow not found or not published";
    for (workflow, message) in [
        (NOBODYS, unknown),
        ("no-uuid", unknown),
        (&draft, unknown),
        (&theirs, unknown),
        (&rules, "Flow has no entry node"),
    ] {
        let refused = trigger(&team, workflow, &body(&account, &a_phone())).send();
        refused.is(400, &error("Bad Request", message));
    }
    drop(other);
}

#[test]
fn the_rest_of_http_is_refused_in_this_surfaces_shape() {
    let (team, account, flow) = team_with(&flows::notice());
    let good = trigger(&team, &flow, &body(&account, &a_phone()));
    let path = format!("/workflows/{flow}/trigger");

    let get = team.app.client.get(&path).send();
    get.is(405, &error("Method Not Allowed", "…POST…"));
    assert_eq!(get.header("allow"), Some("POST"));
    good.clone().body("{").send().is(400, &error("Bad Request", "…JSON…"));
    let large = good.clone().body(vec![b' '; 1024 * 1024 + 1]);
    let large = large.send_while_reading("content-length: 1048577");
    large.is(413, &error("Payload Too Large", "…1048576…"));
    let credentials = team.app.client.post(&path).header("x-api-key", &team.key);
    let credentials = credentials.header("cookie", &format!("accessToken={}", token(&team)));
    let form = credentials.header("content-type", "application/x-www-form-urlencoded").body("a=b");
    form.send().is(415, &error("Unsupported Media Type", "…application/json…"));
    for path in ["/workflows", "/workflows/1", "/auth", "/auth/login"] {
        team.app.client.get(path).send().is(404, &error("Not Found", "…"));
    }
}
