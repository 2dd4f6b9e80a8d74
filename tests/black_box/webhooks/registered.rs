//! `POST, GET /api/v1/webhooks`, `GET, DELETE /api/v1/webhooks/:id`.

use black_box::{App, a_path, a_phone, at_once};
use serde_json::{Value, json};
use stand_in::Answer;

use super::{Hook, WEBHOOKS, registration};

const NOBODYS: &str = "0197aef0-0000-7000-8000-000000000000";
const ALL: [&str; 9] = [
    "message.received",
    "message.status.sent",
    "message.status.delivered",
    "message.status.read",
    "message.status.failed",
    "flow.started",
    "flow.completed",
    "flow.expired",
    "flow.failed",
];

fn not_found() -> Value {
    json!({"error": "Webhook not found"})
}

#[test]
fn a_webhook_is_told_that_it_is_there_and_shows_its_secret_once() {
    let team = App::shared_with_webhooks().team();
    let path = a_path();
    let url = team.app.address(&path);
    let created = registration(&team, &json!({"url": url})).send().is(
        201,
        &json!({
            "id": "…", "url": url, "events": ALL, "secret": "whsec_…", "enabled": true,
            "created_at": "…+00:00", "test": {"delivered": true, "status": 200, "error": null},
        }),
    );
    let text = |name: &str| created[name].as_str().expect("a text").to_owned();
    let hook = Hook { id: text("id"), path, secret: text("secret") };
    let called = team.app.calls_of(&hook.path);
    assert_eq!(called.len(), 1);
    let test = hook.verified(&called[0]);
    assert_eq!((&test["event"], &test["webhook_id"]), (&json!("webhook.test"), &created["id"]));
    assert!(test["timestamp"].as_str().is_some_and(|at| at.ends_with("+00:00")), "{test}");

    let shown = json!({
        "id": hook.id, "url": url, "events": ALL, "enabled": true, "disabled_at": null,
        "disabled_reason": null, "created_at": created["created_at"],
    });
    let one = format!("{WEBHOOKS}/{}", hook.id);
    team.request("GET", WEBHOOKS).send().is(200, &json!([shown]));
    team.request("GET", &one).send().is(200, &shown);
}

#[test]
fn events_are_shown_once_each_and_in_their_own_order() {
    let team = App::shared_with_webhooks().team();
    let events = json!(["flow.started", "message.received", "flow.started"]);
    let hook = Hook::new(&team, &events);
    let shown = team.request("GET", &format!("{WEBHOOKS}/{}", hook.id)).send().expect(200);
    assert_eq!(shown["events"], json!(["message.received", "flow.started"]));
}

#[test]
fn a_receiver_that_does_not_take_the_first_notice_is_registered_all_the_same() {
    let team = App::shared_with_webhooks().team();
    let elsewhere = a_path();
    let redirect = Answer::Verbatim {
        status: 307,
        headers: vec![("location".to_owned(), team.app.address(&elsewhere))],
        body: String::new(),
    };
    for (answer, test) in [
        (
            Answer::json(500, &json!({})),
            json!({"delivered": false, "status": 500, "error": "…500…200 to 299…"}),
        ),
        (redirect, json!({"delivered": false, "status": 307, "error": "…307…"})),
        (Answer::Close, json!({"delivered": false, "status": null, "error": "it did not answer…"})),
    ] {
        let path = a_path();
        team.app.is_answered(&path, [answer]);
        let created = registration(&team, &json!({"url": team.app.address(&path)})).send();
        let created = created.expect(201);
        black_box::like::compare(&created["test"], &test).expect("what came of it");
    }
    assert!(team.app.calls_of(&elsewhere).is_empty(), "a redirect is not followed");
    let listed = team.request("GET", WEBHOOKS).send().expect(200);
    assert_eq!(listed.as_array().map(Vec::len), Some(3));
}

#[test]
fn a_host_that_the_operator_has_not_allowed_is_said_to_be_so() {
    for app in [App::shared(), App::shared_with_webhooks()] {
        let team = app.team();
        let body = json!({"url": "https://hooks.example.com/parlance?team=1"});
        let created = registration(&team, &body).send().expect(201);
        let test = json!({"delivered": false, "status": null,
            "error": "…the operator has not allowed this host…"});
        black_box::like::compare(&created["test"], &test).expect("what came of it");
    }
}

#[test]
fn a_webhook_that_was_deleted_is_gone() {
    let team = App::shared_with_webhooks().team();
    let (hook, other) = (Hook::new(&team, &json!(null)), Hook::new(&team, &json!(null)));
    let one = format!("{WEBHOOKS}/{}", hook.id);
    let shown = team.request("GET", &one).send().expect(200);
    team.request("DELETE", &one).send().is(200, &shown);
    for method in ["GET", "DELETE"] {
        team.request(method, &one).send().is(404, &not_found());
    }
    let listed = team.request("GET", WEBHOOKS).send().expect(200);
    assert_eq!((listed.as_array().map(Vec::len), &listed[0]["id"]), (Some(1), &json!(other.id)));
}

#[test]
fn a_deletion_with_an_idempotency_key_is_answered_again_as_it_was() {
    let team = App::shared_with_webhooks().team();
    let one = format!("{WEBHOOKS}/{}", Hook::new(&team, &json!(null)).id);
    let delete = team.request("DELETE", &one).header("idempotency-key", "delete");
    let deleted = delete.send().expect(200);
    black_box::wait_for("a kept answer", || (delete.send().status == 200).then_some(()));
    delete.send().is(200, &deleted);
}

#[test]
fn another_teams_webhook_is_not_found() {
    let app = App::shared_with_webhooks();
    let (team, other) = (app.team(), app.team());
    let theirs = Hook::new(&other, &json!(null)).id;
    for id in [theirs.as_str(), NOBODYS, "17", "%2e%2e"] {
        for method in ["GET", "DELETE"] {
            let request = team.request(method, &format!("{WEBHOOKS}/{id}"));
            request.send().is(404, &not_found());
        }
    }
    team.request("GET", WEBHOOKS).send().is(200, &json!([]));
    other.request("GET", &format!("{WEBHOOKS}/{theirs}")).send().expect(200);
}

#[test]
fn a_team_may_have_twenty() {
    let team = App::shared_with_webhooks().team();
    let url = team.app.address(&a_path());
    let create = registration(&team, &json!({"url": url}));
    for answer in at_once(vec![create.clone(); 20]) {
        answer.expect(201);
    }
    let listed = team.request("GET", WEBHOOKS).send().expect(200);
    assert_eq!(listed.as_array().map(Vec::len), Some(20));
    create.send().is(422, &json!({"error": "…at most 20…"}));
    let one = format!("{WEBHOOKS}/{}", listed[7]["id"].as_str().expect("an id"));
    team.request("DELETE", &one).send().expect(200);
    create.send().expect(201);
}

#[test]
fn the_same_request_again_finds_the_webhook_that_it_made() {
    let team = App::shared_with_webhooks().team();
    let path = a_path();
    let url = team.app.address(&path);
    let create = |body: &Value| registration(&team, body).header("idempotency-key", "mine").send();
    let body = json!({"url": url, "events": ["flow.started"]});
    let created = create(&body).expect(201);
    create(&body).is(201, &created);
    assert_eq!(team.app.calls_of(&path).len(), 1, "it was told once that it is there");
    create(&json!({"url": url})).is(409, &json!({"error": "…another body…"}));
    let elsewhere = team.action("create-contact", &json!({"phone": a_phone()}));
    let elsewhere = elsewhere.header("idempotency-key", "mine").send();
    elsewhere.is(409, &json!({"error": "…another path…"}));
    let listed = team.request("GET", WEBHOOKS).send().expect(200);
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
}

#[test]
fn the_same_key_at_once_makes_one_webhook() {
    let team = App::shared_with_webhooks().team();
    let body = json!({"url": team.app.address(&a_path()), "events": ["flow.started"]});
    let request = registration(&team, &body).header("idempotency-key", "at once");
    let created: Vec<Value> =
        request.send_at_once(4).iter().map(|answer| answer.expect(201)).collect();
    assert!(created.iter().all(|one| *one == created[0]), "{created:#?}");
    let listed = team.request("GET", WEBHOOKS).send().expect(200);
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
}
