//! Contacts made, shown, changed and found, as the contract documents it.

use std::sync::Arc;
use std::time::Duration;

use black_box::{Answer, App, Setup, Team, a_phone, flows};
use serde_json::{Value, json};
use stand_in::Inbound;

fn post(team: &Team, action: &str, body: &Value) -> Answer {
    team.request("POST", &format!("/api/v1/actions/{action}")).json(body).send()
}

/// What the documentation sends, for a phone of this test.
fn documented(phone: &str) -> Value {
    json!({
        "phone": phone, "name": "Jane Doe", "email": format!("jane{phone}@example.com"),
        "tags": "vip,newsletter", "metadata": {"company": "Acme", "seats": 3},
    })
}

fn shown(phone: &str) -> Value {
    json!({
        "id": "…", "phone": phone, "name": "Jane Doe", "email": format!("jane{phone}@example.com"),
        "source": "api", "locale": null, "metadata": {"company": "Acme", "seats": 3},
        "tags": ["vip", "newsletter"], "opted_in_at": "…+00:00", "opted_out_at": null,
        "last_message_at": null, "total_messages": 0, "created_at": "…+00:00",
    })
}

#[test]
fn a_contact_is_created_and_got_by_each_of_its_names() {
    let team = App::shared().team();
    let phone = a_phone();
    let created = post(&team, "create-contact", &documented(&phone)).is(201, &shown(&phone));
    for one in [
        json!({"contact_id": created["id"]}),
        json!({"phone": phone}),
        json!({"email": created["email"]}),
        json!({"email": format!("JANE{phone}@Example.com"), "phone": "", "contact_id": null}),
    ] {
        assert_eq!(post(&team, "get-contact", &one).expect(200), created);
    }
    // An upsert: 201 again, and nothing is doubled.
    assert_eq!(post(&team, "create-contact", &documented(&phone)).expect(201), created);
    let found = post(&team, "search-contacts", &json!({"query": phone})).expect(200);
    assert_eq!(found.as_array().map(Vec::len), Some(1));
}

#[test]
fn sixteen_creations_at_once_are_one_contact() {
    let team = App::shared().team();
    let phone = a_phone();
    let request = team.request("POST", "/api/v1/actions/create-contact").json(&documented(&phone));
    let answers = request.send_at_once(16);
    for answer in &answers {
        assert_eq!(answer.expect(201)["id"], answers[0].json()["id"]);
    }
    let found = post(&team, "search-contacts", &json!({})).expect(200);
    assert_eq!(found.as_array().map(Vec::len), Some(1));
}

#[test]
fn the_usual_ways_of_writing_a_phone_are_one_contact_on_every_endpoint() {
    let team = App::shared().team();
    let phone = a_phone();
    let digits = &phone[2..];
    let (area, rest) = digits.split_at(3);
    let created = post(&team, "create-contact", &json!({"phone": phone})).expect(201);
    for written in [
        format!(" +1 ({area}) {}-{} ", &rest[..3], &rest[3..]),
        format!("001{digits}"),
        format!("00 1 {area} {rest}"),
        format!("+1.{area}.{rest}"),
        format!("+1/{area}/{rest}"),
    ] {
        for action in ["create-contact", "get-contact", "update-contact", "add-tag", "remove-tag"] {
            let answer = post(&team, action, &json!({"phone": written, "tag": "t"})).json();
            assert_eq!(
                (&answer["id"], &answer["phone"]),
                (&created["id"], &json!(phone)),
                "{action} {written}"
            );
        }
        let found = post(&team, "search-contacts", &json!({"query": written})).expect(200);
        assert_eq!(found[0]["id"], created["id"], "{written}");
    }
}

#[test]
fn an_update_clears_replaces_and_merges() {
    let team = App::shared().team();
    let phone = a_phone();
    let created = post(&team, "create-contact", &documented(&phone)).expect(201);
    let updated = post(
        &team,
        "update-contact",
        &json!({"phone": phone, "name": "", "tags": "new", "metadata": {"seats": null, "plan": "gold"}}),
    );
    updated.is(
        200,
        &json!({
            "id": created["id"], "phone": phone, "name": null, "email": created["email"],
            "tags": ["new"], "updated_at": "…+00:00",
        }),
    );
    let contact = post(&team, "get-contact", &json!({"phone": phone})).expect(200);
    assert_eq!(contact["metadata"], json!({"company": "Acme", "plan": "gold"}));

    let body = json!({"contact_id": created["id"], "name": "Jane", "email": "", "tags": ""});
    let updated = post(&team, "update-contact", &body).expect(200);
    assert_eq!(
        (&updated["name"], &updated["email"], &updated["tags"]),
        (&json!("Jane"), &Value::Null, &json!([]))
    );
    let gone = post(&team, "get-contact", &json!({"email": created["email"]}));
    gone.is(404, &json!({"error": "Contact not found"}));
}

#[test]
fn a_contact_that_is_not_there_or_not_ours_is_not_found() {
    let app = App::shared();
    let (team, other) = (app.team(), app.team());
    let phone = a_phone();
    let theirs = post(&other, "create-contact", &documented(&phone)).expect(201);
    let not_found = json!({"error": "Contact not found"});
    for whom in [
        json!({"contact_id": theirs["id"]}),
        json!({"contact_id": "0197aef0-0000-7000-8000-000000000000"}),
        json!({"phone": phone}),
    ] {
        post(&team, "get-contact", &whom).is(404, &not_found);
        post(&team, "update-contact", &whom).is(404, &not_found);
    }
    post(&team, "get-contact", &json!({"email": theirs["email"]})).is(404, &not_found);
    for search in [json!({}), json!({"query": phone}), json!({"email": theirs["email"]})] {
        post(&team, "search-contacts", &search).is(200, &json!([]));
    }
    // The same phone is a contact of each team's own.
    let ours = post(&team, "create-contact", &json!({"phone": phone})).expect(201);
    assert_ne!(ours["id"], theirs["id"]);
    assert_eq!(post(&other, "get-contact", &json!({"phone": phone})).expect(200), theirs);
}

#[test]
fn a_search_shows_who_was_spoken_with_last_first() {
    // One of its own: its clock is moved.
    let app = Arc::new(App::start(Setup::default()));
    let (team, account) = app.account_answered_by(&flows::echo());
    let (silent, early, late) = (a_phone(), a_phone(), a_phone());
    for phone in [&silent, &early, &late] {
        let body = json!({"phone": phone, "name": "Somebody", "tags": "all"});
        post(&team, "create-contact", &body).expect(201);
    }
    for phone in [&early, &late] {
        account.receives(&Inbound::text(phone, "hello"));
        team.app.settled(&account.conversation_with(phone));
        // Times are shown to the second.
        team.app.pass(Duration::from_secs(2));
    }
    let one = |phone: &str, last: Value| {
        json!({
            "id": "…", "phone": phone, "name": "Somebody", "email": null, "source": "api", "tags": ["all"],
            "last_message_at": last, "created_at": "…+00:00",
        })
    };
    let spoken = || json!("…+00:00");
    let expected = json!([one(&late, spoken()), one(&early, spoken()), one(&silent, Value::Null)]);
    for search in [
        json!({}),
        json!({"query": "SOMEB", "tag": "all", "email": ""}),
        json!({"query": "", "tag": "", "email": ""}),
    ] {
        post(&team, "search-contacts", &search).is(200, &expected);
    }
    team.request("POST", "/api/v1/actions/search-contacts").send().is(200, &expected);
    post(&team, "search-contacts", &json!({"tag": "none"})).is(200, &json!([]));

    // What was said, both ways.
    let contact = post(&team, "get-contact", &json!({"phone": late})).expect(200);
    assert_eq!(contact["total_messages"], 2, "{contact}");
    assert_eq!(contact["last_message_at"].as_str().map(str::len), Some(25), "{contact}");
}

#[test]
fn who_writes_first_or_is_triggered_is_found() {
    let (team, account) = App::shared().account_answered_by(&flows::echo());
    let (wrote, triggered) = (a_phone(), a_phone());
    account.receives(&Inbound::text(&wrote, "hello").name("Ada"));
    team.triggers(&team.has_published(&flows::notice()), &triggered).expect(201);
    for (phone, source, name) in
        [(&wrote, "whatsapp", json!("Ada")), (&triggered, "api", Value::Null)]
    {
        let found = post(&team, "search-contacts", &json!({"query": phone})).expect(200);
        assert_eq!((&found[0]["source"], &found[0]["name"]), (&json!(source), &name), "{found}");
    }
    let found = post(&team, "search-contacts", &json!({"query": "ada"})).expect(200);
    assert_eq!(found.as_array().map(Vec::len), Some(1));
}

#[test]
fn a_stop_stays_whatever_the_team_writes() {
    let (team, account) = App::shared().account_answered_by(&flows::shop());
    let phone = a_phone();
    let created = post(&team, "create-contact", &json!({"phone": phone})).expect(201);
    assert_ne!(created["opted_in_at"], Value::Null);
    account.receives(&Inbound::text(&phone, "stop"));
    team.app.settled(&account.conversation_with(&phone));

    // Keeping a contact is no message: it is done, and the word of the contact stays.
    let again = post(&team, "create-contact", &json!({"phone": phone, "name": "Ana"})).expect(201);
    assert_ne!(again["opted_out_at"], Value::Null, "{again}");
    post(&team, "update-contact", &json!({"phone": phone, "tags": "x"})).expect(200);
    let notice = team.has_published(&flows::notice());
    team.triggers(&notice, &phone).is(422, &json!({"error": "Contact has opted out of messages"}));

    account.receives(&Inbound::text(&phone, "start"));
    team.app.settled(&account.conversation_with(&phone));
    let back = post(&team, "get-contact", &json!({"phone": phone})).expect(200);
    assert_eq!((&back["opted_out_at"], &back["name"]), (&Value::Null, &json!("Ana")));

    // Who stopped before the team said anything was never opted in by it.
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "stop"));
    team.app.settled(&account.conversation_with(&phone));
    let created = post(&team, "create-contact", &json!({"phone": phone})).expect(201);
    assert_eq!(created["opted_in_at"], Value::Null);
    assert_ne!(created["opted_out_at"], Value::Null);
}

#[test]
fn workflows_and_the_team_write_the_same_contact() {
    let graph = json!({
        "entry": "ask",
        "nodes": [
            {"id": "ask", "type": "ask", "text": "{{contact.name}}, {{contact.metadata.company}}. Your email?", "expect": "email", "save_as": "email"},
            {"id": "keep", "type": "set", "contact": {"email": "{{vars.email}}"}},
            {"id": "told", "type": "message", "text": "Thank you."},
        ],
        "edges": [{"from": "ask", "to": "keep"}, {"from": "keep", "to": "told"}],
    });
    let (team, account) = App::shared().account_answered_by(&flows::with_graph("Email", &graph));
    let phone = a_phone();
    let body = json!({"phone": phone, "name": "Jane", "metadata": {"company": "Acme"}});
    post(&team, "create-contact", &body).expect(201);
    let email = format!("new{phone}@example.com");
    for text in ["hi", email.as_str()] {
        account.receives(&Inbound::text(&phone, text));
        team.app.settled(&account.conversation_with(&phone));
    }
    assert_eq!(team.app.texts_to(&phone, 2), ["Jane, Acme. Your email?", "Thank you."]);
    let found = post(&team, "get-contact", &json!({"email": email})).expect(200);
    assert_eq!(found["phone"], json!(phone));
}

#[test]
fn an_idempotency_key_gives_the_same_answer() {
    let team = App::shared().team();
    let phone = a_phone();
    let request = |name: &str| {
        let body = json!({"phone": phone, "name": name});
        let request = team.request("POST", "/api/v1/actions/create-contact").json(&body);
        request.header("idempotency-key", &format!("contact-{phone}"))
    };
    let first = request("Ana").send().expect(201);
    post(&team, "update-contact", &json!({"phone": phone, "name": "Bea"})).expect(200);
    let again = request("Ana").send();
    assert_eq!((again.expect(201), again.header("idempotent-replayed")), (first, Some("true")));
    assert_eq!(post(&team, "get-contact", &json!({"phone": phone})).expect(200)["name"], "Bea");
    request("Eve").send().is(409, &json!({"error": "…"}));
}
