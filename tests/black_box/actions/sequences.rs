//! `trigger-sequence` and `get-sequence`: as of flows, in their own words, and of no flow.

use black_box::{Account, App, Team, a_phone, flows};
use serde_json::{Value, json};
use stand_in::Inbound;

/// Nothing has this id.
const NOTHING: &str = "0197aef0-0000-7000-8000-000000000000";

fn not_found() -> Value {
    json!({"error": "Sequence not found or not published"})
}

fn invalid(errors: &Value) -> Value {
    json!({"message": "The given data was invalid.", "errors": errors})
}

/// A team with an account, a sequence that goes on for days, and a flow.
fn team_with_a_sequence() -> (Team, Account, String) {
    let team = App::shared().team();
    let account = team.has_an_account();
    let sequence = team.has_published(&flows::welcome_days());
    (team, account, sequence)
}

fn sessions(account: &Account, phone: &str) -> Vec<Value> {
    let conversation = account.app.settled(&account.conversation_with(phone));
    conversation["sessions"].as_array().expect("sessions").clone()
}

#[test]
fn a_sequence_is_started_and_then_is_already_running() {
    let (team, account, sequence) = team_with_a_sequence();
    let phone = a_phone();

    let mut started = team.triggers_sequence(&sequence, &phone).is(
        201,
        &json!({
            "id": "…", "status": "started", "sequence_id": sequence,
            "sequence_name": "Welcome days", "contact_id": "…",
        }),
    );
    started["status"] = json!("already_running");
    team.triggers_sequence(&sequence, &phone).is(200, &started);
    let by_id = json!({"sequence_id": sequence, "contact_id": started["contact_id"]});
    team.action("trigger-sequence", &by_id).send().is(200, &started);

    assert_eq!(sessions(&account, &phone).len(), 1);
    assert_eq!(team.app.texts_to(&phone, 1), ["welcome"]);
}

#[test]
fn sixteen_triggers_at_once_start_one_session_and_send_one_message() {
    let (team, account, sequence) = team_with_a_sequence();
    let phone = a_phone();
    let body = json!({"sequence_id": sequence, "phone": phone});

    let answers = team.action("trigger-sequence", &body).send_at_once(16);

    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(201), count(200)), (1, 15), "{answers:#?}");
    assert_eq!(sessions(&account, &phone).len(), 1);
    assert_eq!(team.app.texts_to(&phone, 1), ["welcome"]);
}

#[test]
fn the_context_reaches_every_node() {
    let (team, _, _) = team_with_a_sequence();
    let sequence = team.has_published(&flows::as_sequence(flows::question()));
    let phone = a_phone();
    let body = json!({"sequence_id": sequence, "phone": phone, "context": {"what": "tea"}});
    team.action("trigger-sequence", &body).send().expect(201);
    assert_eq!(team.app.wait_for_sent_to(&phone, 1)[0].parameters(), ["tea"]);
    for context in [json!([]), Value::Null] {
        let body = json!({"sequence_id": sequence, "phone": a_phone(), "context": context});
        team.action("trigger-sequence", &body).send().expect(201);
    }
}

#[test]
fn the_same_idempotency_key_is_the_same_session_and_with_another_body_a_conflict() {
    let (team, account, _) = team_with_a_sequence();
    // It ends at once: only the key keeps the second from starting another session.
    let sequence = team.has_published(&flows::as_sequence(flows::notice()));
    let phone = a_phone();
    let keyed = |phone: &str| {
        let body = json!({"sequence_id": sequence, "phone": phone});
        team.action("trigger-sequence", &body).header("idempotency-key", "day one").send()
    };
    let first = keyed(&phone).expect(201);
    assert_eq!(keyed(&phone).expect(201), first);
    keyed(&a_phone()).is(409, &json!({"error": "…"}));
    assert_eq!(sessions(&account, &phone).len(), 1);
}

#[test]
fn a_flow_is_no_sequence_and_a_sequence_no_flow() {
    let (team, account, sequence) = team_with_a_sequence();
    let flow = team.has_published(&flows::question());
    let phone = a_phone();
    let no_flow = json!({"error": "Flow not found or not published"});
    team.triggers_sequence(&flow, &phone).is(404, &not_found());
    team.triggers(&sequence, &phone).is(404, &no_flow);
    team.action("get-sequence", &json!({"sequence_id": flow})).send().is(404, &not_found());
    team.action("get-flow", &json!({"flow_id": sequence})).send().is(404, &no_flow);
    assert_eq!(team.app.sent_to(&phone).len(), 0);

    // The trigger surface knows workflows only.
    for (workflow, sent) in [(&sequence, 1), (&flow, 2)] {
        team.triggers_on(&account, workflow, &phone).is(200, &json!({"ok": true}));
        team.app.wait_for_sent_to(&phone, sent);
    }
    assert_eq!(team.app.texts_to(&phone, 2), ["welcome", "question"]);
}

#[test]
fn a_sequence_that_is_not_there_not_published_or_not_ours_is_not_found() {
    let app = App::shared();
    let (team, other) = (app.team(), app.team());
    team.has_an_account();
    let draft = team.creates(&flows::welcome_days());
    let theirs = other.has_published(&flows::welcome_days());
    let deleted = team.has_published(&flows::welcome_days());
    team.request("DELETE", &format!("/api/v1/console/workflows/{deleted}")).send().expect(200);

    for sequence in [NOTHING, &draft, &theirs, &deleted] {
        let phone = a_phone();
        team.triggers_sequence(sequence, &phone).is(404, &not_found());
        assert_eq!(app.sent_to(&phone).len(), 0);
    }
    for sequence in [NOTHING, &theirs, &deleted] {
        team.action("get-sequence", &json!({"sequence_id": sequence})).send().is(404, &not_found());
    }
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let team = App::shared().team();
    let refused = |body: Value| team.action("trigger-sequence", &body).send();
    refused(json!({})).is(
        422,
        &invalid(&json!({
            "sequence_id": ["required"],
            "contact_id": ["required when phone is absent"],
            "phone": ["required when contact_id is absent"],
        })),
    );
    refused(json!({"sequence_id": 5, "phone": "phone", "context": "cart"})).is(
        422,
        &invalid(&json!({
            "sequence_id": ["must be a string"],
            "phone": ["…+14155550123…"],
            "context": ["must be an object"],
        })),
    );
    refused(json!({"sequence_id": "17", "contact_id": true})).is(
        422,
        &invalid(&json!({"sequence_id": ["must be a UUID"], "contact_id": ["must be a string"]})),
    );
    let large = json!({"a": "x".repeat(16 * 1024)});
    refused(json!({"sequence_id": NOTHING, "phone": a_phone(), "context": large}))
        .is(422, &invalid(&json!({"context": ["…16384…"]})));
}

#[test]
fn what_cannot_be_sent_is_not_started() {
    let team = App::shared().team();
    let phone = a_phone();
    let sequence = team.has_published(&flows::welcome_days());
    let refused = |why: &str| json!({"error": why});
    team.triggers_sequence(&sequence, &phone).is(422, &refused("No WhatsApp account configured"));

    let account = team.has_an_account();
    let plain = json!({"name": "Rules only", "system_prompt": "You help.", "kind": "sequence"});
    let plain = team.creates(&plain);
    team.triggers_sequence(&plain, &phone).is(422, &refused("Sequence has no entry node"));
    let nobody = json!({"sequence_id": sequence, "contact_id": NOTHING});
    team.action("trigger-sequence", &nobody).send().is(404, &refused("Contact not found"));

    account.receives(&Inbound::text(&phone, "STOP"));
    team.app.settled(&account.conversation_with(&phone));
    let opted_out = refused("Contact has opted out of messages");
    team.triggers_sequence(&sequence, &phone).is(422, &opted_out);
}

#[test]
fn a_sequence_is_shown_as_a_draft_and_as_published_with_its_sessions_counted() {
    let team = App::shared().team();
    let account = team.has_an_account();
    let sequence = team.creates(&flows::welcome_days());
    let shown = |status: &str, sessions: u64, published_at: Value| {
        let expected = json!({
            "id": sequence, "name": "Welcome days", "status": status, "sessions_count": sessions,
            "published_at": published_at, "created_at": "…T…+00:00",
        });
        team.action("get-sequence", &json!({"sequence_id": sequence})).send().is(200, &expected);
    };
    shown("draft", 0, Value::Null);
    team.publishes(&sequence);
    shown("published", 0, json!("…T…+00:00"));
    let phone = a_phone();
    for phone in [&phone, &phone, &a_phone()] {
        let started = team.triggers_sequence(&sequence, phone);
        assert!([200, 201].contains(&started.status), "{started}");
        team.app.settled(&account.conversation_with(phone));
    }
    shown("published", 2, json!("…T…+00:00"));
}
