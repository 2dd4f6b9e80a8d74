//! Webhooks that are not WhatsApp's, or not ours.

use black_box::{Account, App, a_phone, flows, signature};
use serde_json::json;
use stand_in::{Inbound, Webhook};

fn an_answered_account() -> Account {
    let team = App::shared().team();
    let flow = team.has_published(&flows::echo());
    team.has_an_account_answered_by(&flow)
}

#[test]
fn only_what_is_signed_over_its_raw_body_counts() {
    let account = an_answered_account();
    let phone = a_phone();
    let body = Webhook::new(&account.id).message(&Inbound::text(&phone, "hi 👋 a/b")).body();
    let (secret, path) = (&account.app_secret, account.webhook_path());
    let signed = signature(secret, &body);
    let rewritten: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
    let rewritten = rewritten.to_string().into_bytes();
    assert_ne!(rewritten, body, "escapes are lost in rewriting");

    let post = |body: &[u8]| account.app.client.post(&path).body(body);
    for unsigned in [
        post(&body),
        post(&body).header("x-hub-signature-256", ""),
        post(&body).header("x-hub-signature-256", "sha256="),
        post(&body).header("x-hub-signature-256", &signed.replace("sha256=", "")),
        post(&body).header("x-hub-signature-256", &signed.replace("sha256=", "sha1=")),
        post(&body).header("x-hub-signature-256", &signed[..signed.len() - 2]),
        post(&body).header("x-hub-signature-256", &signature("another secret", &body)),
        post(&body).header("x-hub-signature-256", &signature("", &body)),
        post(&rewritten).header("x-hub-signature-256", &signed),
        post(b"").header("x-hub-signature-256", &signed),
        // Which of two is meant cannot be known.
        post(&body).header("x-hub-signature-256", &signed).header("x-hub-signature-256", "no"),
    ] {
        unsigned.send().is(401, &json!({"error": "…", "message": "…"}));
    }

    let conversation = format!("/ops/conversations/{}", account.conversation_with(&phone));
    account.app.ops("GET", &conversation).send().expect(404);
    post(&body).header("x-hub-signature-256", &signed).send().is(200, &json!({}));
    account.app.wait_for_sent_to(&phone, 1);
}

#[test]
fn the_signature_of_another_account_is_none() {
    let (account, other) = (an_answered_account(), an_answered_account());
    let body = Webhook::new(&account.id).message(&Inbound::text(&a_phone(), "hi")).body();

    let signed = signature(&other.app_secret, &body);
    let post = account.app.client.post(&account.webhook_path()).body(body);

    post.header("x-hub-signature-256", &signed).send().expect(401);
}

#[test]
fn a_signed_body_that_is_no_webhook_is_malformed() {
    let account = an_answered_account();
    for body in ["", "{", "[]", "null", "{\"object\": 5}"] {
        let refused = account.webhook(body.as_bytes()).send();
        refused.is(400, &json!({"error": "bad_request", "message": "…"}));
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    account.webhook(deep.as_bytes()).send().expect(400);
}

#[test]
fn what_is_signed_and_not_understood_is_acknowledged() {
    let account = an_answered_account();
    let phone = a_phone();
    for body in [
        json!({"object": "page", "entry": []}),
        json!({"object": "whatsapp_business_account"}),
        json!({"object": "whatsapp_business_account", "entry": [5, {"changes": [5, {"field": "x"}]}]}),
    ] {
        account.webhook(body.to_string().as_bytes()).send().is(200, &json!({}));
    }
    // Beside a message that cannot be read, the others are.
    let mut body: serde_json::Value = serde_json::from_slice(
        &Webhook::new(&account.id).message(&Inbound::text(&phone, "hi")).body(),
    )
    .expect("JSON");
    let messages = body["entry"][0]["changes"][0]["value"]["messages"].as_array_mut();
    messages.expect("messages").insert(0, json!({"id": 5, "type": []}));
    account.webhook(body.to_string().as_bytes()).send().is(200, &json!({}));
    account.app.wait_for_sent_to(&phone, 1);
}

#[test]
fn an_account_that_is_not_there_is_not_found() {
    let account = an_answered_account();
    let body = Webhook::new("999").message(&Inbound::text(&a_phone(), "hi")).body();
    let post = account.app.client.post("/channels/whatsapp/999/webhook").body(body.clone());

    let signed = signature(&account.app_secret, &body);
    post.header("x-hub-signature-256", &signed).send().expect(404);
}

#[test]
fn four_mebibytes_are_taken_and_no_more() {
    let account = an_answered_account();
    let most = 4 * 1024 * 1024;
    let of_bytes = |bytes: usize| {
        let empty = json!({"object": "other", "padding": ""}).to_string().len();
        let padding = "x".repeat(bytes - empty);
        let body = json!({"object": "other", "padding": padding}).to_string();
        account.webhook(body.as_bytes())
    };

    of_bytes(most).send().is(200, &json!({}));
    let large = of_bytes(most + 1).send_while_reading(&format!("content-length: {}", most + 1));
    large.is(413, &json!({"error": "payload_too_large", "message": "…4194304…"}));
}

#[test]
fn other_methods_are_not_taken() {
    let account = an_answered_account();
    for method in ["PUT", "PATCH", "DELETE"] {
        let refused = account.app.client.request(method, &account.webhook_path()).send();
        refused.is(405, &json!({"error": "method_not_allowed", "message": "…GET, POST…"}));
        assert_eq!(refused.header("allow"), Some("GET, POST"));
    }
}

#[test]
fn another_teams_account_in_the_metadata_is_acknowledged_and_ignored() {
    let (account, other) = (an_answered_account(), an_answered_account());
    let (phone, theirs) = (a_phone(), a_phone());
    let webhook = Webhook::new(&other.id)
        .message(&Inbound::text(&theirs, "forged"))
        .and(Webhook::new("999").message(&Inbound::text(&theirs, "of nobody")))
        .and(Webhook::new(&account.id).message(&Inbound::text(&phone, "ours")));

    account.webhook(&webhook.body()).send().is(200, &json!({}));

    account.app.wait_for_sent_to(&phone, 1);
    for (of, with) in [(&other, &theirs), (&account, &theirs)] {
        let path = format!("/ops/conversations/{}", of.conversation_with(with));
        account.app.ops("GET", &path).send().expect(404);
    }
    assert_eq!(account.app.sent_to(&theirs).len(), 0);
}

#[test]
fn two_accounts_of_a_team_with_one_secret_share_a_webhook() {
    let team = App::shared().team();
    let flow = team.has_published(&flows::echo());
    let account = team.has_an_account_answered_by(&flow);
    let second = team.has_an_account_answered_by(&flow);
    let phone = a_phone();
    let delivery = || {
        let webhook = Webhook::new(&second.id).message(&Inbound::text(&phone, "hi"));
        account.webhook(&webhook.body()).send().is(200, &json!({}));
    };

    // Another secret: another app of Meta's, which does not speak for that account.
    delivery();
    let path = format!("/ops/conversations/{}", second.conversation_with(&phone));
    account.app.ops("GET", &path).send().expect(404);

    let mut registration = second.registration();
    registration["credentials"]["app_secret"] = json!(account.app_secret);
    account.app.ops("POST", "/ops/channels").json(&registration).send().expect(201);
    delivery();
    assert_eq!(account.app.wait_for_sent_to(&phone, 1)[0].account, second.id);
}
