//! What webhooks are told, field for field.

use black_box::{App, a_phone, flows};
use serde_json::json;
use stand_in::{Inbound, Status, Webhook};

use super::Hook;

#[test]
fn a_message_that_came_is_told_as_the_lists_show_it() {
    let app = App::shared_with_webhooks();
    let (team, account) = app.account_answered_by(&flows::echo());
    let hook = Hook::new(&team, &json!(["message.received"]));
    let phone = a_phone();
    team.request("GET", "/api/v1/triggers/new-message-received").send().expect(200);
    account.receives(&Inbound::text(&phone, "hello").name("Ana"));

    let told = hook.waits_for(&app, 1).remove(0);

    let me = team.request("GET", "/api/v1/me").send().expect(200);
    let listed = team.request("GET", "/api/v1/triggers/new-message-received").send().expect(200);
    let contact = json!({"phone": phone});
    let mut contact = team.action("get-contact", &contact).send().expect(200);
    // Of when it was told.
    contact["total_messages"] = json!("…");
    contact["last_message_at"] = json!("…");
    let expected = json!({
        "event": "message.received", "id": "…", "timestamp": listed[0]["created_at"],
        "tenant_id": me["tenant"]["id"], "message": listed[0], "contact": contact,
    });
    black_box::like::compare(&told, &expected).expect("the shape of the contract");
    assert_eq!(told["message"]["content"], json!({"body": "hello"}));
    assert_eq!(
        (&told["contact"]["name"], &told["message"]["contact_name"]),
        (&json!("Ana"), &json!("Ana"))
    );
    app.settled(&account.conversation_with(&phone));
    assert_eq!(hook.told(&app).len(), 1);
}

#[test]
fn each_status_of_a_message_is_told() {
    let app = App::shared_with_webhooks();
    let team = app.team();
    let account = team.has_an_account();
    let flow = team.has_published(&flows::notice());
    let hook = Hook::new(&team, &json!(null));
    let phone = a_phone();
    team.triggers(&flow, &phone).expect(201);
    let sent = app.wait_for_sent_to(&phone, 1)[0].clone();
    let conversation = app.settled(&account.conversation_with(&phone));
    for status in ["delivered", "read"] {
        let webhook = Webhook::new(&account.id).status(&Status::of(&sent, status));
        account.webhook(&webhook.body()).send().expect(200);
    }
    for status in ["sent", "delivered", "read"] {
        let event = format!("message.status.{status}");
        let told = hook.waits_for_event(&app, &event);
        let expected = json!({
            "event": event, "id": "…", "timestamp": "…+00:00", "tenant_id": "…",
            "message_id": conversation["messages"][0]["id"], "whatsapp_message_id": sent.id,
        });
        black_box::like::compare(&told, &expected).expect("the shape of the contract");
    }
}

#[test]
fn a_message_that_failed_is_told_with_its_reason() {
    let app = App::shared_with_webhooks();
    let team = app.team();
    let account = team.has_an_account();
    let flow = team.has_published(&flows::notice());
    let hook = Hook::new(&team, &json!(["message.status.failed"]));
    let phone = a_phone();
    app.provider_answers(&phone, [stand_in::Answer::refuse(400, 131_026, "not on WhatsApp")]);
    team.triggers(&flow, &phone).expect(201);
    let told = hook.waits_for(&app, 1).remove(0);
    let conversation = app.settled(&account.conversation_with(&phone));
    let expected = json!({
        "event": "message.status.failed", "id": "…", "timestamp": "…", "tenant_id": "…",
        "message_id": conversation["messages"][0]["id"], "whatsapp_message_id": null,
        "error_code": 131_026, "error_message": "…not on WhatsApp…",
    });
    black_box::like::compare(&told, &expected).expect("the shape of the contract");
}

#[test]
fn a_flow_is_told_when_it_starts_and_when_it_is_over() {
    let app = App::shared_with_webhooks();
    let team = app.team();
    let account = team.has_an_account();
    let flow = team.has_published(&flows::question());
    let hook = Hook::new(&team, &json!(["flow.started", "flow.completed"]));
    let phone = a_phone();
    let body = json!({"flow_id": flow, "phone": phone, "context": {"what": "tea"}});
    let started = team.trigger(&body).send().expect(201);
    let told = hook.waits_for_event(&app, "flow.started");
    let session = json!({
        "id": started["id"], "flow_id": flow, "flow_name": "Question",
        "contact_id": started["contact_id"], "contact_phone": phone, "contact_name": null,
        "contact_email": null, "status": "running", "current_node_id": "ask",
        "context": {"what": "tea", "trigger_source": "api"}, "last_interaction_at": "…",
        "expires_at": "…", "completed_at": null, "created_at": "…",
    });
    let expected = json!({"event": "flow.started", "id": "…", "timestamp": "…", "tenant_id": "…",
        "session": session});
    black_box::like::compare(&told, &expected).expect("the shape of the lists");

    account.receives(&Inbound::quick_reply(&phone, "yes", "Yes"));
    let told = hook.waits_for_event(&app, "flow.completed");
    assert_eq!(told["outcome"], "answered");
    assert_eq!(told["session"]["id"], started["id"]);
    assert_eq!(told["session"]["status"], "completed");
    assert!(told["session"]["context"]["answer"].is_string(), "{told:#}");
    assert!(told["session"]["completed_at"].is_string());
    app.settled(&account.conversation_with(&phone));
    assert_eq!(hook.told(&app).len(), 2);
}

#[test]
fn a_webhook_is_told_of_its_own_team_only_and_only_what_it_wants() {
    let app = App::shared_with_webhooks();
    let (team, other) = (app.team(), app.team());
    let account = team.has_an_account();
    let flow = team.has_published(&flows::notice());
    let theirs = Hook::new(&other, &json!(null));
    let (expired, started) =
        (Hook::new(&team, &json!(["flow.expired"])), Hook::new(&team, &json!(["flow.started"])));
    let phone = a_phone();
    team.triggers(&flow, &phone).expect(201);
    started.waits_for(&app, 1);
    app.settled(&account.conversation_with(&phone));
    assert!(theirs.told(&app).is_empty() && expired.told(&app).is_empty());
}

#[test]
fn nothing_of_a_test_conversation_is_told() {
    let app = App::shared_with_webhooks();
    let team = app.team();
    let workflow = team.has_published(&flows::echo());
    let hook = Hook::new(&team, &json!(null));
    let agent = json!({"name": "Agent", "description": "Repeats", "workflow_id": workflow});
    let agent = team.request("POST", "/api/v1/console/agents").json(&agent).send().expect(201);
    let agent = agent["data"]["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/console/agents/{agent}/conversations/messages");
    let body = json!({"channel_type": "whatsapp", "channel_user_id": a_phone(),
        "is_test_channel": true, "message": "hi"});
    let said = team.request("POST", &path).json(&body).send().expect(201);
    let conversation = said["data"]["conversation_id"].as_str().expect("an id");
    assert_eq!(app.settled(conversation)["sessions"].as_array().map(Vec::len), Some(1));
    assert!(hook.told(&app).is_empty());
}
