//! What `POST /api/v1/webhooks` refuses, and that nothing is left of it.

use black_box::App;
use serde_json::{Value, json};

use super::{WEBHOOKS, registration};

fn invalid(errors: &Value) -> Value {
    json!({"message": "The given data was invalid.", "errors": errors})
}

#[test]
fn every_wrong_field_is_named() {
    let team = App::shared_with_webhooks().team();
    let refused = |body: Value, errors: Value| {
        registration(&team, &body).send().is(422, &invalid(&errors));
    };
    let url = "https://example.com/hook";
    refused(json!({}), json!({"url": ["required"]}));
    refused(json!({"url": null}), json!({"url": ["required"]}));
    refused(
        json!({"url": 5, "events": "all"}),
        json!({"url": ["must be a string"], "events": ["must be an array"]}),
    );
    for wrong in ["", "hook", "ftp://example.com/", "https://", "https://exa mple.com/"] {
        refused(json!({"url": wrong}), json!({"url": ["must be a URL…"]}));
    }
    refused(
        json!({"url": format!("https://example.com/{}", "x".repeat(2048))}),
        json!({"url": ["…2048…"]}),
    );
    refused(json!({"url": "https://user:pass@example.com/"}), json!({"url": ["…password…"]}));
    refused(json!({"url": url, "events": []}), json!({"events": ["…at least one…"]}));
    refused(
        json!({"url": url, "events": ["message.received", "webhook.test", 5]}),
        json!({"events.1": ["must be one of message.received, …"], "events.2": ["must be one of …"]}),
    );
    let many = vec!["flow.failed"; 51];
    refused(json!({"url": url, "events": many}), json!({"events": ["…50…"]}));
    for body in ["[]", "null", "{"] {
        let refused = team.request("POST", WEBHOOKS).text(body).send().expect(422);
        assert_eq!(refused["message"], "The given data was invalid.");
    }
    team.request("GET", WEBHOOKS).send().is(200, &json!([]));
}

#[test]
fn a_webhook_is_public_and_encrypted_unless_the_operator_says_otherwise() {
    let team = App::shared().team();
    for (url, why) in [
        ("http://hooks.example.com/".to_owned(), "…https://…"),
        // The operator lets workflows call it, all the same.
        (team.app.address("/http/hook"), "…https://…"),
        ("https://127.0.0.1/hook".to_owned(), "…private or local…"),
        ("https://localhost/hook".to_owned(), "…private or local…"),
        ("https://10.0.0.1/".to_owned(), "…private or local…"),
        ("https://169.254.169.254/latest/meta-data".to_owned(), "…private or local…"),
        ("https://[fd00::1]/".to_owned(), "…private or local…"),
        ("https://2130706433/".to_owned(), "…private or local…"),
    ] {
        registration(&team, &json!({"url": url})).send().is(422, &invalid(&json!({"url": [why]})));
    }
    team.request("GET", WEBHOOKS).send().is(200, &json!([]));
}

#[test]
fn nobody_is_shown_or_registered_without_a_key_that_counts() {
    let app = App::shared();
    let scoped = app.team().key_with_scopes(&["trigger", "workflows:write"]);
    let unauthenticated = json!({"message": "Unauthenticated.", "error": "Unauthenticated."});
    let one = format!("{WEBHOOKS}/0197aef0-0000-7000-8000-000000000000");
    for (method, path) in [("GET", WEBHOOKS), ("POST", WEBHOOKS), ("GET", &one), ("DELETE", &one)] {
        let mut request = app.client.request(method, path);
        if method == "POST" {
            request = request.json(&json!({"url": "https://example.com/"}));
        }
        request.clone().send().is(401, &unauthenticated);
        request.bearer(&scoped).send().is(403, &json!({"error": "…actions…"}));
    }
    let team = app.team();
    team.request("PUT", WEBHOOKS).send().is(405, &json!({"error": "…GET, POST…"}));
    team.request("PATCH", &one).send().is(405, &json!({"error": "…GET, DELETE…"}));
}
