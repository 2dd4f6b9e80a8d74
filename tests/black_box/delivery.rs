//! What is sent, and what WhatsApp's answers do to it: the classes of contract/channel-whatsapp.md.

use black_box::{Account, App, Team, a_phone, flows};
use serde_json::{Value, json};
use stand_in::{Answer, Inbound};

fn team_with(definition: &Value) -> (Team, Account, String) {
    let team = App::shared().team();
    let flow = team.has_published(definition);
    let account = team.has_an_account_answered_by(&flow);
    (team, account, flow)
}

fn body_without_callback_data(team: &Team, phone: &str, at: usize) -> Value {
    let mut body = team.app.wait_for_sent_to(phone, at + 1)[at].body.clone();
    let callback = body.as_object_mut().expect("an object").remove("biz_opaque_callback_data");
    assert!(callback.is_some_and(|data| data.is_string()));
    body
}

/// The channel, as the operator sees it.
fn shown(account: &Account) -> Value {
    let path = format!("/ops/channels?team={}", account.team);
    let list = account.app.ops("GET", &path).send().expect(200);
    let channels = list["channels"].as_array().expect("a list").iter();
    let mut ours = channels.filter(|channel| channel["account"] == account.id.as_str());
    ours.next().expect("the account").clone()
}

/// Triggers a notice which WhatsApp refuses with this code, and gives the conversation as it is then.
fn refused_with(code: i64) -> (Team, Account, Value) {
    let (team, account, flow) = team_with(&flows::notice());
    let phone = a_phone();
    team.app.provider_answers(&phone, [Answer::refuse(400, code, "the provider's words")]);
    team.triggers(&flow, &phone).expect(201);
    team.app.wait_for_sent_to(&phone, 1);
    let id = account.conversation_with(&phone);
    let conversation = team.app.wait_for_conversation(&id, "a settled try", |conversation| {
        let outbox = conversation["outbox"].as_array();
        outbox.is_none_or(|outbox| outbox.iter().all(|entry| entry["state"] != "sending"))
    });
    (team, account, conversation)
}

#[test]
fn a_template_is_sent_with_its_parameters_and_payloads() {
    let (team, account, flow) = team_with(&flows::abandoned_cart());
    let phone = a_phone();
    let context = json!({"cart_id": "9", "cart_total": "129.00"});
    let trigger = json!({"flow_id": flow, "phone": phone, "context": context});
    team.trigger(&trigger).send().expect(201);

    let button = |index: &str, payload: &str| {
        json!({
            "type": "button", "sub_type": "quick_reply", "index": index,
            "parameters": [{"type": "payload", "payload": payload}],
        })
    };
    let body = body_without_callback_data(&team, &phone, 0);
    assert_eq!(
        body,
        json!({
            "messaging_product": "whatsapp", "recipient_type": "individual", "to": phone,
            "type": "template",
            "template": {
                "name": "abandoned_cart", "language": {"code": "en"},
                "components": [
                    {"type": "body", "parameters": [
                        {"type": "text", "text": "there"}, {"type": "text", "text": "129.00"},
                    ]},
                    button("0", "finish"), button("1", "question"), button("2", "no"),
                ],
            },
        })
    );
    let sent = &team.app.sent_to(&phone)[0];
    assert_eq!((&sent.account, &sent.token), (&account.id, &account.access_token));
}

#[test]
fn buttons_and_texts_are_sent_as_whatsapp_has_them() {
    let graph = json!({
        "entry": "ask",
        "nodes": [
            {
                "id": "ask", "type": "ask", "text": "Tea?", "header": "Tea house", "footer": "Hot",
                "choices": [{"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}],
                "save_as": "tea",
            },
            {"id": "said", "type": "message", "text": "{{ vars.tea }} & \"é\" 🫖\n*bold*"},
        ],
        "edges": [{"from": "ask", "to": "said"}],
    });
    let (team, account, _) = team_with(&flows::with_graph("Tea", &graph));
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "hi"));
    let reply =
        |id: &str, title: &str| json!({"type": "reply", "reply": {"id": id, "title": title}});

    let buttons = body_without_callback_data(&team, &phone, 0);
    account.receives(&Inbound::button(&phone, "yes", "Yes"));
    let text = body_without_callback_data(&team, &phone, 1);

    let interactive = json!({
        "type": "button",
        "header": {"type": "text", "text": "Tea house"},
        "body": {"text": "Tea?"},
        "footer": {"text": "Hot"},
        "action": {"buttons": [reply("yes", "Yes"), reply("no", "No")]},
    });
    assert_eq!((&buttons["type"], &buttons["interactive"]), (&json!("interactive"), &interactive));
    assert_eq!(text["text"]["body"], "yes & \"é\" 🫖\n*bold*");
}

#[test]
fn a_code_of_the_token_stops_the_channel_until_its_credentials_are_replaced() {
    for code in [190, 131_042] {
        let (team, account, conversation) = refused_with(code);
        let channel = account.app.wait_for_conversation(
            conversation["id"].as_str().expect("an id"),
            "a stopped channel",
            |_| shown(&account)["status"] == "stopped",
        );
        assert_eq!(channel["messages"][0]["status"], "queued", "it waits for better credentials");
        let stopped = shown(&account)["stopped"].clone();
        assert_eq!(stopped["code"], code.to_string());
        assert_eq!(stopped["message"], "the provider's words");
        // Nothing else is tried meanwhile.
        let (other, flow) = (a_phone(), team.has_published(&flows::notice()));
        team.triggers(&flow, &other).expect(201);
        let id = account.conversation_with(&other);
        team.app.wait_for_conversation(&id, "a message kept back", |conversation| {
            conversation["outbox"][0]["state"] == "queued"
        });
        assert_eq!(team.app.sent_to(&other).len(), 0);

        account.app.ops("POST", "/ops/channels").json(&account.registration()).send().expect(201);

        let live = shown(&account);
        assert_eq!((&live["status"], &live["stopped"]), (&json!("live"), &Value::Null));
        let next = a_phone();
        team.triggers(&flow, &next).expect(201);
        team.app.wait_for_sent_to(&next, 1);
    }
}

#[test]
fn a_code_of_the_message_fails_it_and_nothing_is_tried_again() {
    // The window, the recipient, the template, our request, and one that nobody knows.
    for code in [131_047, 131_026, 131_049, 132_001, 131_008, 999_999] {
        let (_, account, conversation) = refused_with(code);
        let message = &conversation["messages"][0];
        let error = json!({"code": code.to_string(), "message": "the provider's words"});
        assert_eq!((&message["status"], &message["error"]), (&json!("failed"), &error));
        assert_eq!(conversation["outbox"], json!([]), "{code}");
        assert_eq!(shown(&account)["status"], "live", "{code}");
    }
}

#[test]
fn a_code_that_passes_is_kept_for_another_try() {
    for code in [130_429, 131_000, 131_016, 131_056, 80_007, 4] {
        let (_, account, conversation) = refused_with(code);
        assert_eq!(conversation["messages"][0]["status"], "queued", "{code}");
        let entry = &conversation["outbox"][0];
        assert_eq!((&entry["state"], &entry["tries"]), (&json!("queued"), &json!(1)), "{code}");
        assert!(entry["not_before"].is_number(), "{code}: {entry}");
        assert_eq!(shown(&account)["status"], "live", "{code}");
    }
}

#[test]
fn a_gateways_error_page_leaves_open_whether_the_message_was_taken() {
    // 429 says that it was not; behind a 502 the provider may have it.
    for (status, state) in [(502, "unknown"), (429, "queued")] {
        let (team, account, flow) = team_with(&flows::notice());
        let phone = a_phone();
        let headers = vec![("content-type".into(), "text/html".into())];
        let page = Answer::Verbatim { status, headers, body: "<html>Sorry</html>".into() };
        team.app.provider_answers(&phone, [page]);
        team.triggers(&flow, &phone).expect(201);

        let id = account.conversation_with(&phone);
        team.app.wait_for_conversation(&id, state, |c| c["outbox"][0]["state"] == state);
        assert_eq!(team.app.sent_to(&phone).len(), 1);
    }
}

#[test]
fn a_request_without_an_answer_waits_for_a_status_that_settles_it() {
    let (team, account, flow) = team_with(&flows::notice());
    let phone = a_phone();
    team.app.provider_answers(&phone, [Answer::Close]);
    team.triggers(&flow, &phone).expect(201);
    let id = account.conversation_with(&phone);
    team.app.wait_for_conversation(&id, "an unknown outcome", |conversation| {
        conversation["outbox"][0]["state"] == "unknown"
    });

    let sent = &team.app.sent_to(&phone)[0];
    let webhook = stand_in::Webhook::new(&account.id);
    let webhook = webhook.status(&stand_in::Status::of(sent, "delivered"));
    account.webhook(&webhook.body()).send().expect(200);

    let conversation = team.app.settled(&id);
    assert_eq!(conversation["messages"][0]["status"], "delivered");
    assert_eq!(conversation["messages"][0]["provider_id"], json!(sent.id));
    assert_eq!(team.app.sent_to(&phone).len(), 1);
}

#[test]
fn what_comes_after_a_message_that_waits_waits_too() {
    let graph = json!({
        "entry": "first",
        "nodes": [
            {"id": "first", "type": "message", "text": "first"},
            {"id": "second", "type": "message", "text": "second"},
        ],
        "edges": [{"from": "first", "to": "second"}],
    });
    let (team, account, _) = team_with(&flows::with_graph("Two", &graph));
    let phone = a_phone();
    team.app.provider_answers(&phone, [Answer::refuse(400, 131_056, "too many")]);

    account.receives(&Inbound::text(&phone, "hi"));

    let id = account.conversation_with(&phone);
    let conversation = team.app.wait_for_conversation(&id, "a try", |conversation| {
        conversation["outbox"][0]["state"] == "queued"
    });
    assert_eq!(conversation["outbox"].as_array().map(Vec::len), Some(2));
    let texts: Vec<String> =
        team.app.sent_to(&phone).iter().map(|message| message.text().to_owned()).collect();
    assert_eq!(texts, ["first"], "the order holds");
}

#[test]
fn a_text_outside_the_24_hours_fails_at_once_and_is_not_sent() {
    let graph = json!({
        "entry": "text",
        "nodes": [{"id": "text", "type": "message", "text": "Hello"}],
        "edges": [],
    });
    let (team, account, flow) = team_with(&flows::with_graph("Text", &graph));
    let phone = a_phone();

    team.triggers(&flow, &phone).expect(201);

    let conversation = team.app.conversation(&account.conversation_with(&phone));
    assert_eq!(conversation["messages"][0]["status"], "failed");
    assert_eq!(conversation["messages"][0]["error"]["code"], "131047");
    assert_eq!(team.app.sent_to(&phone).len(), 0);
    // Within them it goes.
    account.receives(&Inbound::text(&phone, "hi"));
    assert_eq!(team.app.wait_for_sent_to(&phone, 1)[0].text(), "Hello");
}
