//! A conversation as a case: who answers, whether it is done, its tags, and whose it is.

use black_box::{App, a_phone, flows};
use serde_json::{Value, json};
use stand_in::Inbound;

use super::{Talk, inbox};

#[test]
fn a_conversation_is_shown_by_its_sides_and_by_our_id() {
    let talk = Talk::with_who_wrote("hello");
    let shown = json!({
        "platformCompositionKey": format!("whatsapp#{}", talk.account.id),
        "associatedTo": talk.team.name, "participantsIdentifiers": talk.sides(),
        "phoneNumberId": talk.account.id, "messageWhatsAppId": "wamid.…",
        "customerPhoneNumberId": talk.digits(),
        "customer": {
            "profileImage": null, "customerName": "Dana", "customerNickname": null, "createdAt": "…",
            "lastActiveAt": "…", "email": null, "platform": "whatsapp", "phoneNumberId": talk.digits(),
            "countryCode": "…", "associatedTo": talk.team.name, "parsedPhoneNumber": talk.phone,
        },
        "createdAt": "…", "updatedAt": "…", "unreadCount": 1, "statusCase": "open", "answerMode": "bot",
        "lastMessage": "hello", "assignedTagIds": [], "assignedAgentIds": [],
        "lastWorkflowExecutionId": null, "lastWorkflowExecution": null,
        "aiFeatures": {"autoTranslation": false}, "ai": {"tokensUsed": 0},
        "lastSendMessageFromUser": "…", "isOptoutFromMarketingMessages": false,
    });
    let by_sides = inbox(&talk.team, "GET", &talk.path("")).send().is(200, &shown);
    assert!(by_sides["updatedAt"].as_u64() >= by_sides["createdAt"].as_u64());
    assert!(by_sides["createdAt"].as_u64().is_some_and(|at| at > 1_700_000_000_000));
    let path = format!("/conversations/{}", talk.account.conversation_with(&talk.phone));
    assert_eq!(inbox(&talk.team, "GET", &path).send().expect(200), by_sides);
}

#[test]
fn a_run_of_a_workflow_is_shown() {
    let team = App::shared().team();
    let account = team.has_an_account();
    let flow = team.has_published(&flows::question());
    let phone = a_phone();
    let started = team.triggers(&flow, &phone).expect(201);
    let talk = Talk { team, account, phone };
    let shown = talk.shown();
    assert_eq!(shown["lastWorkflowExecutionId"], started["id"]);
    let run = json!({
        "id": started["id"], "associatedToWorkflowId": flow, "associatedTo": talk.team.name,
        "customerPhoneNumberId": talk.digits(), "participantsIdentifiers": talk.sides(),
        "createdAt": "…", "startTime": "…", "endTime": null, "expiresAt": "…",
        "statusCase": "Waiting For Input",
    });
    black_box::like::compare(&shown["lastWorkflowExecution"], &run).expect("a run");
}

#[test]
fn manual_is_the_pause_of_the_console_and_bot_gives_the_conversation_back() {
    let (team, account) = App::shared().account_answered_by(&flows::echo());
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "hello"));
    team.app.wait_for_sent_to(&phone, 1);
    let talk = Talk { team, account, phone };

    talk.is_set("/answer-mode", "answerMode", "manual");
    assert_eq!(talk.shown()["answerMode"], "manual");
    talk.account.receives(&Inbound::text(&talk.phone, "a person, please"));
    let id = talk.account.conversation_with(&talk.phone);
    let waits = talk.team.app.settled(&id);
    assert_eq!((&waits["paused"], &waits["needs_attention"]), (&json!(true), &json!(true)));
    assert_eq!(talk.team.app.sent_to(&talk.phone).len(), 1, "automation rests");

    talk.is_set("/answer-mode", "answerMode", "ai");
    assert_eq!(talk.shown()["answerMode"], "ai");
    talk.is_set("/answer-mode", "answerMode", "bot");
    assert_eq!(talk.shown()["answerMode"], "bot");
    talk.account.receives(&Inbound::text(&talk.phone, "tea"));
    assert_eq!(talk.team.app.texts_to(&talk.phone, 2)[1], "You wrote: tea");
}

#[test]
fn a_conversation_is_closed_and_the_customer_opens_it_again() {
    let talk = Talk::with_who_wrote("hello");
    for status in ["standby", "open", "closed"] {
        talk.is_set("/status", "status", status);
        assert_eq!(talk.shown()["statusCase"], status);
    }
    talk.account.receives(&Inbound::text(&talk.phone, "one more thing"));
    assert_eq!(talk.shown()["statusCase"], "open");
    // The path is enough.
    talk.request("POST", "/status", &json!({"status": "closed"})).send().is(200, &json!("success"));
}

#[test]
fn tags_are_defined_assigned_and_removed_and_each_that_fails_is_named() {
    let talk = Talk::with_who_wrote("hello");
    let define = |tag: &Value| inbox(&talk.team, "POST", "/conversation/tags").json(tag).send();
    let vip = json!({"id": "vip", "title": "VIP", "color": "#ff0000", "associatedTo": "acme"});
    define(&vip).is(200, &vip);
    let late = json!({"id": "late", "title": "Late", "color": "red", "associatedTo": "acme"});
    define(&late).is(200, &late);

    let tags = |method: &str, ids: Value| talk.request(method, "/tags", &json!({"tagIds": ids}));
    let assigned = tags("POST", json!(["late", "nobodys", "vip"])).send();
    assigned.is(200, &json!({"errors": ["nobodys: no such tag"]}));
    assert_eq!(talk.shown()["assignedTagIds"], json!(["late", "vip"]));
    tags("POST", json!(["vip"])).send().is(200, &json!({"errors": []}));

    let removed = tags("DELETE", json!(["late", "new"])).send();
    removed.is(200, &json!({"errors": ["new: the conversation does not have it"]}));
    assert_eq!(talk.shown()["assignedTagIds"], json!(["vip"]));
}

#[test]
fn people_are_assigned_and_removed() {
    let talk = Talk::with_who_wrote("hello");
    let agents = |method: &str, ids: Value| {
        talk.request(method, "/agents", &json!({"agentIds": ids})).send()
    };
    agents("POST", json!(["dana", "noa@example.com"])).is(200, &json!({}));
    assert_eq!(talk.shown()["assignedAgentIds"], json!(["dana", "noa@example.com"]));
    agents("DELETE", json!(["dana", "nobody"])).is(200, &json!({}));
    assert_eq!(talk.shown()["assignedAgentIds"], json!(["noa@example.com"]));
    let many: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    let refused = agents("POST", json!(many));
    refused.is(400, &super::error("Bad Request", "too many agents…"));
}

#[test]
fn the_same_idempotency_key_is_done_once_and_with_another_body_a_conflict() {
    let talk = Talk::with_who_wrote("hello");
    let set = |status: &str| {
        let body = json!({"status": status});
        talk.request("POST", "/status", &body).header("idempotency-key", "k").send()
    };
    set("closed").is(200, &json!("success"));
    talk.account.receives(&Inbound::text(&talk.phone, "one more thing"));
    let again = set("closed");
    again.is(200, &json!("success"));
    assert_eq!(talk.shown()["statusCase"], "open", "it was done before");
    set("standby").is(409, &super::error("Conflict", "…"));
}
