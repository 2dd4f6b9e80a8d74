//! A new `secrets_key`: `POST /ops/rotate-secrets` (docs/operations.md).

use std::path::Path;
use std::sync::Arc;

use black_box::{App, Request, Setup, Team, a_path, signature};
use serde_json::{Value, json};
use stand_in::{Inbound, Webhook};
use tempfile::TempDir;

use crate::trigger::token;

fn start(state: &Path, key: &str, previous: &str) -> Arc<App> {
    Arc::new(App::start(Setup {
        secrets_key: key.to_owned(),
        secrets_key_previous: previous.to_owned(),
        state_dir: Some(state.to_owned()),
        private_webhooks: true,
        ..Setup::default()
    }))
}

fn rotate(app: &App) -> Value {
    app.ops("POST", "/ops/rotate-secrets").send().expect(200)
}

/// A signed webhook of an account that an earlier application registered.
fn delivery(app: &App, account: &str, app_secret: &str) -> Request {
    let phone = black_box::a_phone();
    let body = Webhook::new(account).message(&Inbound::text(&phone, "hello")).body();
    let post = app.client.post(&format!("/channels/whatsapp/{account}/webhook"));
    post.header("x-hub-signature-256", &signature(app_secret, &body)).body(body)
}

#[test]
fn after_a_rotation_the_key_before_is_not_needed_any_more() {
    let state = TempDir::new().expect("a temporary folder");
    let first = start(state.path(), "the-old-key", "");
    let team = first.team();
    let account = team.has_an_account();
    let (id, app_secret) = (account.id.clone(), account.app_secret.clone());
    let hook = json!({"url": first.address(&a_path())});
    let create = team.request("POST", "/api/v1/webhooks").header("idempotency-key", "one");
    let secret = create.json(&hook).send().expect(201)["secret"].clone();
    let old_token = token(&team);
    let (key, name) = (team.key.clone(), team.name.clone());
    drop((account, team));
    let inbox = |app: &App, token: &str| {
        let post = app.client.post("/conversations").json(&json!({})).header("x-api-key", &key);
        post.header("cookie", &format!("accessToken={token}")).send().status
    };
    assert_eq!(inbox(&first, &old_token), 200);
    drop(first);

    let both = start(state.path(), "the-new-key", "the-old-key");
    delivery(&both, &id, &app_secret).send().expect(200);
    assert_eq!(inbox(&both, &old_token), 200, "a token is good until it ends");
    let team = Team { app: Arc::clone(&both), name, key: key.clone() };
    let new_token = token(&team);
    drop(team);
    assert_eq!(rotate(&both), json!({"rotated": 2, "left": 0, "more": false}));
    assert_eq!(rotate(&both), json!({"rotated": 0, "left": 0, "more": false}), "once more");
    drop(both);

    let after = start(state.path(), "the-new-key", "");
    delivery(&after, &id, &app_secret).send().expect(200);
    assert_eq!(inbox(&after, &new_token), 200);
    assert_eq!(inbox(&after, &old_token), 401, "the key before is gone");
    let again = after.client.post("/api/v1/webhooks").bearer(&key).header("idempotency-key", "one");
    // The same request again finds what it made, and its secret.
    let hook = json!({"url": hook["url"]});
    assert_eq!(again.json(&hook).send().expect(201)["secret"], secret);
    drop(after);

    let lost = start(state.path(), "another-key", "yet-another");
    assert_eq!(rotate(&lost), json!({"rotated": 0, "left": 2, "more": false}));
    let log = lost.log().join("\n");
    assert!(log.contains(&format!("whatsapp account {id}")), "{log}");
    let said = json!({"error": "not_configured", "message": "…cannot be opened…secrets_key…"});
    delivery(&lost, &id, &app_secret).send().is(503, &said);
}

#[test]
fn what_is_wrong_with_a_rotation_is_said() {
    let app = App::shared_with_webhooks();
    let rotate = |body: Value| app.ops("POST", "/ops/rotate-secrets").json(&body).send();
    let invalid = |path: &str| {
        let errors = json!([{"path": path, "message": "…"}]);
        json!({"error": "validation_error", "message": "…", "errors": errors})
    };
    rotate(json!({"team": "acme"})).is(400, &invalid("/team"));
    rotate(json!({"teams": ["a b"]})).is(400, &invalid("/teams/0"));
    rotate(json!({"teams": vec!["acme"; 1001]})).is(400, &invalid("/teams"));
    // Nothing was sealed by another key here, whichever teams are named.
    let named = app.team().name;
    let none = rotate(json!({"teams": [named, named]}));
    none.is(200, &json!({"rotated": 0, "left": 0, "more": false}));
    let keyless = App::start(Setup { secrets_key: String::new(), ..Setup::default() });
    let refused = keyless.ops("POST", "/ops/rotate-secrets").send();
    refused.is(503, &json!({"error": "not_configured", "message": "…secrets_key…"}));
}
