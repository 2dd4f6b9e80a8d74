//! What is started, how often, and for whom.

use black_box::{Account, Answer, App, Team, a_phone, at_once, flows};
use serde_json::{Value, json};

/// A team with an account and a flow that waits for an answer.
fn team_with_a_flow() -> (Team, Account, String) {
    let team = App::shared().team();
    let account = team.has_an_account();
    let flow = team.has_published(&flows::question());
    (team, account, flow)
}

fn with(json: &Value, field: &str, value: &str) -> Value {
    let mut json = json.clone();
    json[field] = value.into();
    json
}

/// The conversation, once all is sent: it has one session and one message went out.
#[track_caller]
fn one_session_and_one_message(team: &Team, account: &Account, phone: &str) -> Value {
    let conversation = team.app.settled(&account.conversation_with(phone));
    assert_eq!(conversation["sessions"].as_array().map(Vec::len), Some(1), "{conversation:#}");
    assert_eq!(team.app.sent_to(phone).len(), 1, "{conversation:#}");
    conversation
}

#[test]
fn a_flow_is_started_and_then_is_already_running() {
    let (team, account, flow) = team_with_a_flow();
    let phone = a_phone();

    let started = team.triggers(&flow, &phone).is(
        201,
        &json!({
            "id": "…", "status": "started", "flow_id": flow, "flow_name": "Question",
            "contact_id": "…",
        }),
    );
    let again = team.triggers(&flow, &phone).expect(200);

    assert_eq!(again, with(&started, "status", "already_running"));
    one_session_and_one_message(&team, &account, &phone);
}

#[test]
fn sixteen_triggers_at_once_start_one_session_and_send_one_message() {
    let (team, account, flow) = team_with_a_flow();
    let phone = a_phone();

    let answers = team.trigger(&json!({"flow_id": flow, "phone": phone})).send_at_once(16);

    let started: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(started.len(), 1, "{answers:#?}");
    let running = with(&started[0].json(), "status", "already_running");
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.is(200, &running);
    }
    one_session_and_one_message(&team, &account, &phone);
}

#[test]
fn sixteen_contacts_at_once_get_one_message_each() {
    let (team, account, flow) = team_with_a_flow();
    let phones: Vec<String> = (0..16).map(|_| a_phone()).collect();

    let trigger = |phone: &String| team.trigger(&json!({"flow_id": flow, "phone": phone}));
    for answer in at_once(phones.iter().map(trigger).collect()) {
        answer.expect(201);
    }

    for phone in &phones {
        one_session_and_one_message(&team, &account, phone);
    }
}

#[test]
fn a_flow_that_has_ended_is_started_again() {
    let team = App::shared().team();
    team.has_an_account();
    let flow = team.has_published(&flows::notice());
    let phone = a_phone();

    let first = team.triggers(&flow, &phone).expect(201);
    let second = team.triggers(&flow, &phone).expect(201);

    assert_ne!(first["id"], second["id"]);
    assert_eq!(first["contact_id"], second["contact_id"]);
    team.app.wait_for_sent_to(&phone, 2);
}

#[test]
fn another_flow_of_the_same_contact_runs_beside() {
    let (team, _, flow) = team_with_a_flow();
    let other = team.has_published(&flows::question());
    let phone = a_phone();

    let first = team.triggers(&flow, &phone).expect(201);
    let second = team.triggers(&other, &phone).expect(201);

    assert_ne!(first["id"], second["id"]);
    team.triggers(&flow, &phone).is(200, &with(&first, "status", "already_running"));
    team.triggers(&other, &phone).is(200, &with(&second, "status", "already_running"));
}

#[test]
fn the_same_idempotency_key_is_the_same_session_also_after_its_end() {
    let team = App::shared().team();
    let account = team.has_an_account();
    let flow = team.has_published(&flows::notice());
    let phone = a_phone();
    let trigger = team.trigger(&json!({"flow_id": flow, "phone": phone}));
    let trigger = trigger.header("idempotency-key", "order-17");

    let first = trigger.send().expect(201);
    team.app.wait_for_sent_to(&phone, 1);
    assert_eq!(trigger.send().expect(201), first);

    let conversation = one_session_and_one_message(&team, &account, &phone);
    assert_eq!(conversation["sessions"][0]["id"], first["id"]);
}

#[test]
fn sixteen_at_once_with_one_idempotency_key_are_one_session() {
    let team = App::shared().team();
    let account = team.has_an_account();
    // It ends at once: only the key keeps the second from starting another session.
    let flow = team.has_published(&flows::notice());
    let phone = a_phone();
    let trigger = team.trigger(&json!({"flow_id": flow, "phone": phone}));

    let answers = trigger.header("idempotency-key", "at once").send_at_once(16);

    let first = answers[0].expect(201);
    for answer in &answers {
        answer.is(201, &first);
    }
    one_session_and_one_message(&team, &account, &phone);
}

#[test]
fn an_idempotency_key_with_another_body_is_a_conflict() {
    let (team, account, flow) = team_with_a_flow();
    let phone = a_phone();
    let body = json!({"flow_id": flow, "phone": phone, "context": {"what": "tea"}});
    let key = ("idempotency-key", "tea or coffee");
    team.trigger(&body).header(key.0, key.1).send().expect(201);

    let other = json!({"flow_id": flow, "phone": phone, "context": {"what": "coffee"}});
    let conflict = team.trigger(&other).header(key.0, key.1).send();

    conflict.is(409, &json!({"error": "…"}));
    one_session_and_one_message(&team, &account, &phone);
}

#[test]
fn an_idempotency_key_with_another_contact_is_a_conflict() {
    let (team, _, flow) = team_with_a_flow();
    let (phone, other) = (a_phone(), a_phone());
    let trigger = |phone: &str| {
        let body = json!({"flow_id": flow, "phone": phone});
        team.trigger(&body).header("idempotency-key", "whom").send()
    };
    trigger(&phone).expect(201);

    trigger(&other).is(409, &json!({"error": "…"}));

    team.app.wait_for_sent_to(&phone, 1);
    assert_eq!(team.app.sent_to(&other).len(), 0);
}

#[test]
fn the_idempotency_keys_of_two_teams_have_nothing_to_do_with_each_other() {
    let phone = a_phone();
    let [first, second] = [team_with_a_flow(), team_with_a_flow()].map(|(team, _, flow)| {
        let trigger = team.trigger(&json!({"flow_id": flow, "phone": phone}));
        trigger.header("idempotency-key", "1").send().expect(201)
    });
    assert_ne!(first["id"], second["id"]);
}

#[test]
fn a_contact_is_triggered_by_its_id() {
    let (team, _, flow) = team_with_a_flow();
    let notice = team.has_published(&flows::notice());
    let phone = a_phone();
    let contact = team.triggers(&flow, &phone).expect(201)["contact_id"].clone();

    let started = team.trigger(&json!({"flow_id": notice, "contact_id": contact})).send();

    assert_eq!(started.expect(201)["contact_id"], contact);
    team.app.wait_for_sent_to(&phone, 2);
}

#[test]
fn a_phone_is_one_contact_however_it_is_written() {
    let (team, account, flow) = team_with_a_flow();
    let phone = a_phone();
    let (area, number) = (&phone[2..5], &phone[5..]);
    let started = team.triggers(&flow, &format!("+1 ({area}) {}-{}", &number[..3], &number[3..]));
    let running = with(&started.expect(201), "status", "already_running");

    for written in [format!("001{area}{number}"), format!("+1.{area}.{number}"), phone.clone()] {
        team.triggers(&flow, &written).is(200, &running);
    }

    one_session_and_one_message(&team, &account, &phone);
}

#[test]
fn the_context_fills_the_templates() {
    let (team, _, flow) = team_with_a_flow();
    let phone = a_phone();

    let body = json!({"flow_id": flow, "phone": phone, "context": {"what": "naïve \"tea\" 🫖"}});
    team.trigger(&body).send().expect(201);

    let sent = team.app.wait_for_sent_to(&phone, 1);
    assert_eq!(sent[0].parameters(), ["naïve \"tea\" 🫖"]);
}

#[test]
fn an_empty_context_may_be_left_out_or_null_or_an_empty_list() {
    let (team, _, flow) = team_with_a_flow();
    for context in [json!({}), json!([]), Value::Null] {
        let phone = a_phone();
        let body = json!({"flow_id": flow, "phone": phone, "context": context});
        team.trigger(&body).send().expect(201);
        assert_eq!(team.app.wait_for_sent_to(&phone, 1)[0].parameters(), ["this"], "{context}");
    }
}

#[test]
fn a_running_session_stays_on_the_version_that_it_started_on() {
    let (team, account, flow) = team_with_a_flow();
    let phone = a_phone();
    team.triggers(&flow, &phone).expect(201);
    team.app.wait_for_sent_to(&phone, 1);

    let path = format!("/api/v1/console/workflows/{flow}");
    let graph = flows::notice()["graph"].clone();
    team.request("PATCH", &path).json(&json!({"graph": graph})).send().expect(200);
    team.publishes(&flow);
    account.receives(&stand_in::Inbound::quick_reply(&phone, "yes", "Yes"));

    assert_eq!(team.app.wait_for_sent_to(&phone, 2)[1].text(), "You said yes.");
    let next = a_phone();
    team.triggers(&flow, &next).expect(201);
    assert_eq!(team.app.wait_for_sent_to(&next, 1)[0].text(), "notice");
}
