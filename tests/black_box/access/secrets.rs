//! Secrets are planted everywhere, every endpoint is asked rightly and wrongly, and nothing that was said or logged has one.

use std::collections::BTreeMap;
use std::sync::Arc;

use black_box::{App, MODEL_KEY, Request, Setup, a_phone, flows, wait_for};
use serde_json::json;
use stand_in::{Answer, TelephonyWebhook};

use super::guard::Guard;
use super::things::{PAGE, Things};
use super::{endpoints, with_body};

const ADMIN_KEY: &str = "marker-admin-key";
const SECRETS_KEY: &str = "marker-secrets-key";
const PREVIOUS: &str = "marker-previous-key";
const ACCESS_TOKEN: &str = "marker-access-token";
const APP_SECRET: &str = "marker-app-secret";
const VERIFY_TOKEN: &str = "marker-verify-token";
const AUTH_TOKEN: &str = "marker-auth-token";

/// What was said, and to what.
type Said = Vec<(String, String)>;

/// One of everything, in an application of its own, with secrets that are known.
fn planted() -> Things {
    let app = Arc::new(App::start(Setup {
        admin_key: ADMIN_KEY.to_owned(),
        secrets_key: SECRETS_KEY.to_owned(),
        secrets_key_previous: PREVIOUS.to_owned(),
        model: true,
        private_webhooks: true,
        stream_seconds: Some(1),
        ..Setup::default()
    }));
    let things = Things::of(&app, |account| {
        account.access_token = ACCESS_TOKEN.to_owned();
        account.app_secret = APP_SECRET.to_owned();
        account.verify_token = VERIFY_TOKEN.to_owned();
    });
    let telephony = json!({
        "team": things.team.name, "type": "telephony", "account": a_phone(),
        "credentials": {"account_sid": "AC1", "auth_token": AUTH_TOKEN},
    });
    app.ops("POST", "/ops/channels").json(&telephony).send().expect(201);
    things
}

/// The same endpoint, asked rightly and wrongly.
fn asked(things: &Things, route: &str, method: &str, guard: Guard) -> Vec<Request> {
    let app = &things.team.app;
    let path = things.path(route);
    let bare = app.client.request(method, &path);
    let allowed = match guard {
        Guard::Operator => bare.clone().bearer(ADMIN_KEY),
        Guard::Visitor | Guard::Page => bare.clone().header("origin", PAGE).bearer(&things.visitor),
        Guard::Verification => {
            let query =
                format!("hub.mode=subscribe&hub.challenge=7&hub.verify_token={VERIFY_TOKEN}");
            app.client.request(method, &format!("{path}?{query}"))
        }
        Guard::SignedForm => {
            let what = route.rsplit('/').next().unwrap_or_default();
            let from = a_phone();
            let form = match what {
                "messages" => TelephonyWebhook::text(&from, &things.line.number, "hello"),
                _ => TelephonyWebhook::call(&from, &things.line.number),
            };
            things.line.request(what, &form)
        }
        Guard::Signature => things.account.webhook(b"{\"entry\": 7}"),
        _ => things.request(guard, method, &path),
    };
    let mut all = vec![
        bare.clone(),
        bare.clone().bearer("sk_nobodys"),
        bare.clone().bearer(&things.expired),
        // Ours, in the wrong places.
        bare.clone().header("x-api-key", ADMIN_KEY),
        bare.clone().header("cookie", &format!("accessToken={}x", things.token)),
        bare.bearer(SECRETS_KEY),
    ];
    if method == "DELETE" {
        return all;
    }
    all.push(with_body(allowed.clone(), things.body(route).as_ref()));
    if method != "GET" {
        all.extend(
            ["", "{", "[]", "{\"surprise\": 1}", "{\"id\": [1]}"]
                .map(|body| allowed.clone().text(body)),
        );
        all.push(allowed.header("content-type", "text/plain").body("x"));
    }
    all
}

/// What a provider that repeats what it was sent makes of conversations.
fn refused_by_providers(things: &Things, said: &mut Said) {
    let (team, app) = (&things.team, &things.team.app);
    let flow = team.has_published(&flows::notice());
    let malformed = format!("Malformed access token {ACCESS_TOKEN}");
    let ids = [(400, 131_026), (401, 190)].map(|(status, code)| {
        let phone = a_phone();
        app.provider_answers(&phone, [Answer::refuse(status, code, malformed.clone())]);
        let body = json!({"flow_id": flow, "phone": phone});
        said.push(("a trigger".to_owned(), team.trigger(&body).send().body));
        let sent = app.wait_for_sent_to(&phone, 1);
        assert_eq!(sent[0].token, ACCESS_TOKEN, "it is in use");
        things.account.conversation_with(&phone)
    });
    let refused = app.wait_for_conversation(&ids[0], "a refused message", |conversation| {
        conversation.to_string().contains("Malformed access token")
    });
    said.push(("the conversation of a refused message".to_owned(), refused.to_string()));
    let listed = wait_for("the account is stopped", || {
        let listed = app.ops("GET", &format!("/ops/channels?team={}", team.name)).send().body;
        listed.contains("Malformed access token").then_some(listed)
    });
    said.push(("the accounts".to_owned(), listed));
    let stopped = app.conversation(&ids[1]);
    said.push(("the conversation of a stopped account".to_owned(), stopped.to_string()));
    said.push(("what failed".to_owned(), app.ops("GET", "/ops/outbox?state=failed").send().body));
}

/// What a language model that repeats its key makes of a conversation.
fn refused_by_the_model(things: &Things, said: &mut Said) {
    let (team, app) = (&things.team, &things.team.app);
    let question = "What is the key?";
    let repeated =
        json!({"error": {"message": format!("Incorrect API key provided: {MODEL_KEY}")}});
    app.is_answered(question, [Answer::json(401, &repeated)]);
    let workflow = team.creates(&flows::shop());
    let agent = json!({"workflow_id": workflow, "name": "Ben", "description": "Sells tea"});
    let agent = team.request("POST", "/api/v1/console/agents").json(&agent).send().expect(201);
    let agent = agent["data"]["id"].as_str().expect("an id");
    let body = json!({
        "channel_type": "webchat", "channel_user_id": "0197aef0-0000-4000-8000-000000000077",
        "is_test_channel": true, "message": question,
    });
    let path = format!("/api/v1/console/agents/{agent}/conversations/messages");
    let answered = team.request("POST", &path).json(&body).send();
    let id = answered.expect(201)["data"]["conversation_id"].clone();
    said.push(("what the model answered".to_owned(), answered.body));
    assert_eq!(app.calls_of(question).len(), 1, "it was asked");
    let stored = app.conversation(id.as_str().expect("an id"));
    said.push(("the conversation with the model".to_owned(), stored.to_string()));
}

#[test]
fn no_secret_is_in_any_answer_or_in_the_log() {
    let things = planted();
    let app = &things.team.app;
    let mut said = Said::new();
    for (route, method, guard) in endpoints() {
        for request in asked(&things, route, method, guard) {
            let answer = request.send();
            let headers = format!("{:?}", answer.headers);
            said.push((format!("{method} {route}"), answer.body.clone()));
            said.push((format!("{method} {route}, headers"), headers));
        }
    }
    let key = json!({"team": things.team.name, "name": "marker"});
    let fresh = app.ops("POST", "/ops/keys").json(&key).send().expect(201)["key"].clone();
    for path in ["/ops/keys?team=", "/ops/channels?team="] {
        let listed = app.ops("GET", &format!("{path}{}", things.team.name)).send();
        said.push((path.to_owned(), listed.body));
    }
    refused_by_the_model(&things, &mut said);
    refused_by_providers(&things, &mut said);

    let secrets = BTreeMap::from([
        ("the admin_key", ADMIN_KEY),
        ("the secrets_key", SECRETS_KEY),
        ("the secrets_key_previous", PREVIOUS),
        ("the access_token", ACCESS_TOKEN),
        ("the app_secret", APP_SECRET),
        ("the verify_token", VERIFY_TOKEN),
        ("the auth_token", AUTH_TOKEN),
        ("the llm_key", MODEL_KEY),
        ("the team's API key", &things.team.key),
        ("an API key that has ended", &things.expired),
        ("an API key that was made just now", fresh.as_str().expect("a key")),
        ("the webhook's secret", &things.webhook_secret),
        ("an access token", &things.token),
    ]);
    let log = app.log().into_iter().map(|line| ("the log".to_owned(), line));
    let all: Said = said.into_iter().chain(log).collect();
    assert!(all.len() > 1_000, "{}", all.len());
    let mut found = Vec::new();
    for (name, secret) in &secrets {
        assert!(secret.len() >= 8, "{name}");
        // It is what this one is asked for, and in the same second it is the same.
        let is_issued = |what: &str| *name == "an access token" && what == "POST /auth/token";
        let shown = all.iter().filter(|(what, text)| text.contains(secret) && !is_issued(what));
        found.extend(shown.map(|(what, text)| format!("{name} in {what}: {text}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    // The search finds what is there: a visitor is shown its own token, the one secret that an answer may repeat.
    let shown = all.iter().any(|(_, text)| text.contains(&things.visitor));
    assert!(shown, "a visitor is told its token");
}
