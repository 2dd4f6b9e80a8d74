//! `POST /webhook` of the trigger API: contract/trigger-pingmee.md, section 6.

use black_box::{App, Request, Team, a_path, a_phone, flows};
use serde_json::{Value, json};
use stand_in::Inbound;

use super::{Hook, WEBHOOKS};

fn create(team: &Team, body: &Value) -> Request {
    let token = team.app.client.post("/auth/token").header("x-api-key", &team.key).send();
    let token = token.expect(200)["accessToken"].as_str().expect("a token").to_owned();
    let post = team.app.client.post("/webhook").header("x-api-key", &team.key).json(body);
    post.header("cookie", &format!("accessToken={token}"))
}

fn hook(team: &Team, event: &str) -> Hook {
    let path = a_path();
    let answer = create(team, &json!({"url": team.app.address(&path), "event": event})).send();
    let id = answer.is(200, &json!({"id": "…"}))["id"].as_str().expect("an id").to_owned();
    let secret = answer.header("x-webhook-secret").expect("a secret").to_owned();
    assert!(team.app.calls_of(&path).is_empty(), "this API documents no first notice");
    Hook { id, path, secret }
}

#[test]
fn messages_of_both_and_new_conversations_are_told_in_this_apis_words() {
    let app = App::shared_with_webhooks();
    let (team, account) = app.account_answered_by(&flows::echo());
    let messages = hook(&team, "Messages Created");
    let conversations = hook(&team, "New Conversation Started");
    let phone = a_phone();
    let digits = phone.trim_start_matches('+');
    account.receives(&Inbound::text(&phone, "hello"));
    app.wait_for_sent_to(&phone, 1);
    let stored = app.settled(&account.conversation_with(&phone));

    let mut told = messages.waits_for(&app, 2);
    told.sort_by_key(|told| told["message"]["messageDirection"].to_string());
    let common = |hook: &Hook, event: &str| {
        json!({
            "event": event, "webhookId": hook.id, "id": "…", "timestamp": "…",
            "participantsIdentifiers": format!("{}#{digits}", account.id),
            "phoneNumberId": account.id, "customerPhoneNumberId": digits,
        })
    };
    for (told, (n, direction, kind)) in
        told.iter().zip([(0, "inbound", "text"), (1, "outbound", "text")])
    {
        let mut expected = common(&messages, "Messages Created");
        let message = &stored["messages"][n];
        let text = if n == 0 { json!("hello") } else { message["content"]["text"].clone() };
        expected["message"] = json!({
            "messageId": message["id"], "createdAt": message["at"], "messageDirection": direction,
            "type": kind, "message": text, "status": "…",
        });
        black_box::like::compare(told, &expected).expect("this API's words");
        assert!(told["timestamp"].is_u64());
    }
    let begun = conversations.waits_for(&app, 1);
    let expected = common(&conversations, "New Conversation Started");
    black_box::like::compare(&begun[0], &expected).expect("this API's words");
    assert_eq!(conversations.told(&app).len(), 1);
}

#[test]
fn it_is_listed_and_deleted_by_the_other_api() {
    let team = App::shared_with_webhooks().team();
    let hook = hook(&team, "Messages Created");
    let listed = team.request("GET", WEBHOOKS).send().expect(200);
    assert_eq!(
        (&listed[0]["id"], &listed[0]["events"]),
        (&json!(hook.id), &json!(["Messages Created"]))
    );
    team.request("DELETE", &format!("{WEBHOOKS}/{}", hook.id)).send().expect(200);
}

#[test]
fn the_body_is_closed_and_both_credentials_are_wanted() {
    let app = App::shared();
    let team = app.team();
    let refused = |body: Value, message: &str| {
        let answer = create(&team, &body).send();
        answer.is(400, &json!({"error": "Bad Request", "message": message}));
    };
    let (url, event) = ("https://example.com/hook", "Messages Created");
    refused(json!({}), "url: required; event: required");
    refused(
        json!({"url": url, "event": "messages created"}),
        "event: must be one of Messages Created, New Conversation Started",
    );
    refused(json!({"url": url, "event": event, "secret": 1}), "secret: unknown property…");
    refused(json!({"url": url, "event": [event]}), "event: must be one of…");
    refused(json!({"url": "http://example.com/", "event": event}), "url: must begin with https://");
    refused(
        json!({"url": "https://127.0.0.1/", "event": event}),
        "url: must not be a private or local address",
    );
    let post = app.client.post("/webhook").json(&json!({"url": url, "event": event}));
    let unauthorized = json!({"error": "Unauthorized", "message": "…"});
    post.clone().send().is(401, &unauthorized);
    post.header("x-api-key", &team.key).send().is(401, &unauthorized);
    team.request("GET", "/webhook")
        .send()
        .is(405, &json!({"error": "Method Not Allowed", "message": "…"}));
}

#[test]
fn the_same_request_again_finds_the_webhook_that_it_made() {
    let team = App::shared_with_webhooks().team();
    let url = team.app.address(&a_path());
    let create = |event: &str| {
        let request = create(&team, &json!({"url": url, "event": event}));
        request.header("idempotency-key", "mine").send()
    };
    let first = create("Messages Created");
    let again = create("Messages Created");
    assert_eq!((again.status, &again.body), (200, &first.body));
    assert_eq!(again.header("x-webhook-secret"), first.header("x-webhook-secret"));
    create("New Conversation Started")
        .is(409, &json!({"error": "Conflict", "message": "…another body…"}));
}
