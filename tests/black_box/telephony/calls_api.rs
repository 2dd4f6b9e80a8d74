//! The console's calls.

use black_box::{App, Line, Team, a_phone, flows};
use serde_json::{Value, json};

fn agent(team: &Team) -> String {
    let workflow = team.has_published(&flows::support_menu());
    let body = json!({"name": "Phone", "description": "Answers calls", "workflow_id": workflow});
    let made = team.request("POST", "/api/v1/console/agents").json(&body).send().expect(201);
    made["data"]["id"].as_str().expect("an id").to_owned()
}

fn path(agent: &str) -> String {
    format!("/api/v1/console/agents/{agent}/calls")
}

fn make(team: &Team, agent: &str, body: &Value) -> black_box::Answer {
    team.request("POST", &path(agent)).json(body).send()
}

#[test]
fn a_test_call_is_answered_by_nobody_and_shown_with_what_was_said() {
    let team = App::shared().team();
    let agent = agent(&team);
    let phone = a_phone();
    let body = json!({"destination": phone, "is_test_call": true});
    let made = make(&team, &agent, &body).expect(201);
    assert_eq!(made["data"]["status"], "initiated", "{made}");
    let id = made["data"]["call_id"].as_str().expect("an id").to_owned();
    let one = team.request("GET", &format!("{}/{id}", path(&agent))).send().is(
        200,
        &json!({
            "message": "Success",
            "data": {
                "id": id, "source": null, "destination": phone, "status": "answered",
                "direction": "outbound", "created_on": "…", "duration_seconds": null,
                "is_test_call": true, "error_reason": null, "end_reason": null, "ringing_at": null,
                "ended_at": null, "started_at": "…", "answered_at": "…", "conversation_logs": "…",
            },
        }),
    );
    assert_eq!(one["data"]["conversation_logs"].as_array().map(Vec::len), Some(1), "{one}");
    let say = json!({"message": "4", "channel_type": "telephony", "channel_user_id": phone, "is_test_channel": true});
    let said = format!("/api/v1/console/agents/{agent}/conversations/messages");
    team.request("POST", &said).json(&say).send().expect(201);
    let one = team.request("GET", &format!("{}/{id}", path(&agent))).send().expect(200);
    assert_eq!(
        (&one["data"]["status"], &one["data"]["end_reason"]),
        (&json!("ended"), &json!("completed"))
    );
    assert_eq!(one["data"]["conversation_logs"].as_array().map(Vec::len), Some(3), "{one}");
    assert!(team.app.stand_in.telephony_sent().iter().all(|sent| sent.to() != phone));
}

#[test]
fn a_live_call_is_placed_from_the_agents_number_and_listed() {
    let team = App::shared().team();
    let agent = agent(&team);
    let phone = a_phone();
    let body = json!({"destination": phone, "is_test_call": false});
    make(&team, &agent, &body).is(400, &json!({
        "message": "…", "error": "…", "code": "channel_not_configured", "statusCode": 400, "request_id": "…",
    }));
    let line = Line::with(&team, json!({"agent_id": agent}));
    let key = |request: black_box::Request| request.header("idempotency-key", "once");
    let made = key(team.request("POST", &path(&agent)).json(&body)).send().expect(201);
    let again = key(team.request("POST", &path(&agent)).json(&body)).send().expect(201);
    assert_eq!(made["data"]["call_id"], again["data"]["call_id"]);
    let placed = line.wait_for_requests_to(&phone, 1);
    assert_eq!(placed.len(), 1);
    make(&team, &agent, &body).is(
        201,
        &json!({
            "message": "Success",
            "data": {"status": "busy", "detail": "a call with the contact is under way"},
        }),
    );
    let mut call = line.is_taken(&placed[0]);
    call.presses("4");
    assert!(call.is_hung_up());
    let over = call.webhook.clone().completed(9);
    line.request_to(placed[0].field("StatusCallback"), &over).send();
    let list = |query: &str| {
        let listed = team.request("GET", &format!("{}{query}", path(&agent))).send().expect(200);
        let ids = listed["data"].as_array().expect("a list").iter().map(|call| call["id"].clone());
        (ids.collect::<Vec<_>>(), listed)
    };
    let (ids, listed) = list("");
    assert_eq!(ids, [made["data"]["call_id"].clone()]);
    let shown = &listed["data"][0];
    assert_eq!((&shown["source"], &shown["duration_seconds"]), (&json!(line.number), &json!(9)));
    assert_eq!(list("?status=ended").0.len(), 1);
    assert_eq!(list("?status=busy").0.len(), 0);
    assert_eq!(list("?is_test_call=true").0.len(), 0);
    assert_eq!(list("?sort=-created_at").0, ids);
    // The `+` of a number is a space by then.
    let (whole, part, ours) = (phone.as_str(), &phone[3..], line.number.as_str());
    for (text, found) in [(whole, 1), (part, 1), (ours, 1), ("0000000000", 0), ("nobody", 0)] {
        let (ids, listed) = list(&format!("?search={text}"));
        let total = &listed["meta"]["total_count"];
        assert_eq!((ids.len(), total), (found, &json!(found)), "{text}");
    }
    assert_eq!(list("?search=nobody&status=ended").0.len(), 0);
    assert_eq!(team.request("GET", &format!("{}?status=gone", path(&agent))).send().status, 400);
}

#[test]
fn what_is_no_call_is_refused_and_other_teams_see_none() {
    let team = App::shared().team();
    let agent = agent(&team);
    for body in [
        json!({}),
        json!({"destination": "14155550123", "is_test_call": true}),
        json!({"destination": "+14155550123"}),
        json!({"destination": "+1 415 555 0123", "is_test_call": true}),
        json!({"destination": "+14155550123", "is_test_call": "yes"}),
        json!({"destination": 14155550123_u64, "is_test_call": true}),
    ] {
        let refused = make(&team, &agent, &body).expect(400);
        assert_eq!(refused["code"], "validation_error", "{refused}");
    }
    let body = json!({"destination": a_phone(), "is_test_call": true});
    let made = make(&team, &agent, &body).expect(201);
    let id = made["data"]["call_id"].as_str().expect("an id");
    let other = App::shared().team();
    for path in [path(&agent), format!("{}/{id}", path(&agent))] {
        assert_eq!(other.request("GET", &path).send().status, 404);
    }
    assert_eq!(team.request("GET", &format!("{}/nothing", path(&agent))).send().status, 404);
    let reader = team.key_with_scopes(&["conversations:read"]);
    let post = team.app.client.post(&path(&agent)).bearer(&reader).json(&body).send();
    assert_eq!(post.status, 403);
}
