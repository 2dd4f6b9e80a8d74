//! Every field of the contact endpoints, at its limits and beyond.

use black_box::{App, Team, a_phone};
use serde_json::{Value, json};

const NOBODY: &str = "0197aef0-0000-7000-8000-000000000000";

/// A field with a value, and what becomes of it: nothing, or this as the only error, at the field.
type Case = (&'static str, Value, Option<String>);

fn ok(field: &'static str, values: &[Value]) -> Vec<Case> {
    values.iter().map(|value| (field, value.clone(), None)).collect()
}

fn refused(field: &'static str, values: &[Value], why: &str) -> Vec<Case> {
    values.iter().map(|value| (field, value.clone(), Some(why.to_owned()))).collect()
}

fn no_texts() -> [Value; 4] {
    [json!(1), json!(true), json!([]), json!({})]
}

/// An optional text of at most `most` characters, counted as characters: these take two bytes each.
fn text(field: &'static str, most: usize) -> Vec<Case> {
    let taken = [json!("é"), json!("é".repeat(most)), json!(""), json!(" "), Value::Null];
    let mut cases = ok(field, &taken);
    let long = format!("must be at most {most} characters long");
    cases.extend(refused(field, &[json!("é".repeat(most + 1))], &long));
    cases.extend(refused(field, &no_texts(), "must be a string"));
    cases
}

fn details() -> Vec<Case> {
    let mut cases = text("name", 255);
    let email = |length: usize| json!(format!("a@{}.co", "é".repeat(length - 5)));
    cases.extend(ok(
        "email",
        &[json!("a@b.co"), email(254), json!(""), json!(" a@b.co "), Value::Null],
    ));
    let no_email = "must be an email address, such as ana@example.com";
    cases.extend(refused(
        "email",
        &[json!("a"), json!("a@b"), json!("a b@c.co"), email(255)],
        no_email,
    ));
    cases.extend(refused("email", &[email(256)], "must be at most 255 characters long"));
    cases.extend(refused("email", &no_texts(), "must be a string"));

    let many =
        |tags: usize| json!((0..tags).map(|n| format!("t{n}")).collect::<Vec<_>>().join(","));
    let longest = json!("é".repeat(100));
    cases.extend(ok(
        "tags",
        &[json!("a"), json!(" a , ,b,a"), longest, many(100), json!(","), json!(""), Value::Null],
    ));
    cases.extend(refused(
        "tags",
        &[json!("é".repeat(101))],
        "each tag must be at most 100 characters long",
    ));
    cases.extend(refused("tags", &[many(101)], "has 101 tags; a contact may have 100"));
    cases.extend(refused("tags", &no_texts(), "must be a string"));

    let metadata =
        |bytes: usize| json!({"a": "x".repeat(bytes - json!({"a": ""}).to_string().len())});
    let fields =
        |count: usize| Value::Object((0..count).map(|n| (format!("f{n}"), json!(n))).collect());
    let deep = json!({"a": {"b": [1, 2.5, true, null, "é"]}, "": 1, "gone": null});
    cases.extend(ok(
        "metadata",
        &[json!({}), json!([]), deep, metadata(64 * 1024), fields(200), Value::Null],
    ));
    cases.extend(refused(
        "metadata",
        &[metadata(64 * 1024 + 1)],
        "takes 65537 bytes as JSON; it may take 65536",
    ));
    cases.extend(refused("metadata", &[fields(201)], "would have 201 fields; it may have 200"));
    let no_objects = [json!("a"), json!(1), json!([1]), json!(false)];
    cases.extend(refused("metadata", &no_objects, "must be an object"));
    cases.extend(ok("unknown", &[json!(1), json!({"a": []})]));
    cases
}

fn no_phones() -> Vec<Case> {
    let wrong =
        ["", "4155550123", "+0155550123", "+1415", "+12345678901234567", "phone", "+1x5550123"];
    let why = "must be an international phone number, such as +14155550123";
    refused("phone", &wrong.map(|phone| json!(phone)), why)
}

/// Each case for a contact of its own, which exists if the endpoint wants one.
#[track_caller]
fn judge(team: &Team, action: &str, status: u16, base: &Value, cases: Vec<Case>) {
    let request = |path: &str, body: &Value| {
        team.request("POST", &format!("/api/v1/actions/{path}")).json(body).send()
    };
    for (field, value, outcome) in cases {
        let phone = a_phone();
        let mut body = base.clone();
        if body.get("phone").is_some() {
            body["phone"] = json!(phone);
        }
        if action != "create-contact" {
            request("create-contact", &json!({"phone": phone})).expect(201);
        }
        body[field] = value;
        let answer = request(action, &body);
        match outcome {
            None => drop(answer.expect(status)),
            Some(why) => drop(answer.is(
                422,
                &json!({"message": "The given data was invalid.", "errors": {field: [why]}}),
            )),
        }
    }
}

#[test]
fn the_fields_of_create_contact() {
    let team = App::shared().team();
    let mut cases = details();
    cases.extend(no_phones());
    cases.extend(refused("phone", &no_texts(), "must be a string"));
    cases.extend(refused("phone", &[Value::Null], "required"));
    judge(&team, "create-contact", 201, &json!({"phone": "…"}), cases);
}

#[test]
fn the_fields_of_update_contact() {
    let team = App::shared().team();
    judge(&team, "update-contact", 200, &json!({"phone": "…"}), details());
    let mut cases = no_phones();
    cases.extend(refused("contact_id", &[json!("17")], "must be a UUID"));
    cases.extend(refused("contact_id", &no_texts(), "must be a string"));
    judge(&team, "update-contact", 200, &json!({}), cases);
}

#[test]
fn the_fields_of_the_tag_endpoints() {
    let team = App::shared().team();
    for action in ["add-tag", "remove-tag"] {
        let mut cases =
            ok("tag", &[json!("a"), json!(" é "), json!("é".repeat(100)), json!("a,b")]);
        cases.extend(refused(
            "tag",
            &[json!("é".repeat(101))],
            "must be at most 100 characters long",
        ));
        cases.extend(refused("tag", &[json!(""), json!("  ")], "must not be blank"));
        cases.extend(refused("tag", &[Value::Null], "required"));
        cases.extend(refused("tag", &no_texts(), "must be a string"));
        cases.extend(
            ok("unknown", &[json!(1)]).into_iter().map(|(field, value, _)| (field, value, None)),
        );
        let base = json!({"phone": "…", "tag": "a"});
        judge(&team, action, 200, &base, cases);
        let mut cases = no_phones();
        cases.extend(refused("contact_id", &[json!("17")], "must be a UUID"));
        judge(&team, action, 200, &json!({"tag": "a"}), cases);
    }
}

#[test]
fn the_fields_of_search_contacts_and_list_tags() {
    let team = App::shared().team();
    let mut cases = text("query", 255);
    cases.extend(text("tag", 100));
    cases.extend(text("email", 255));
    cases.extend(ok("unknown", &[json!(1)]));
    judge(&team, "search-contacts", 200, &json!({}), cases);
    judge(&team, "list-tags", 200, &json!({}), text("name", 100));
}

#[test]
fn one_of_id_and_phone_names_a_contact_and_the_id_goes_first() {
    let team = App::shared().team();
    let phone = a_phone();
    let post = |action: &str, body: Value| {
        team.request("POST", &format!("/api/v1/actions/{action}")).json(&body).send()
    };
    let contact = post("create-contact", json!({"phone": phone})).expect(201);
    let neither = json!({
        "message": "The given data was invalid.",
        "errors": {
            "contact_id": ["required when phone is absent"],
            "phone": ["required when contact_id is absent"],
        },
    });
    for action in ["update-contact", "add-tag", "remove-tag"] {
        post(action, json!({"tag": "a"})).is(422, &neither);
        post(action, json!({"tag": "a", "contact_id": null, "phone": null})).is(422, &neither);
        // A form that was not filled in.
        let blank = post(action, json!({"tag": "a", "contact_id": "", "phone": phone})).expect(200);
        assert_eq!(blank["id"], contact["id"]);
        let both = json!({"tag": "a", "contact_id": NOBODY, "phone": phone});
        post(action, both).is(404, &json!({"error": "Contact not found"}));
    }
}

#[test]
fn exactly_one_of_id_phone_and_email_gets_a_contact() {
    let team = App::shared().team();
    let refused = |body: Value, errors: Value| {
        let answer = team.request("POST", "/api/v1/actions/get-contact").json(&body).send();
        answer.is(422, &json!({"message": "The given data was invalid.", "errors": errors}));
    };
    let one = json!(["give one of contact_id, phone and email"]);
    let none = json!({"contact_id": one, "phone": one, "email": one});
    refused(json!({}), none.clone());
    refused(json!({"contact_id": null, "phone": "", "email": " "}), none);
    let only = json!(["give only one of contact_id, phone and email"]);
    let phone = a_phone();
    refused(json!({"phone": phone, "email": "a@b.co"}), json!({"phone": only, "email": only}));
    refused(
        json!({"phone": phone, "contact_id": NOBODY}),
        json!({"contact_id": only, "phone": only}),
    );
    refused(json!({"contact_id": "17"}), json!({"contact_id": ["must be a UUID"]}));
    refused(json!({"contact_id": 17}), json!({"contact_id": ["must be a string"]}));
    refused(json!({"phone": "4155550123"}), json!({"phone": ["…+14155550123"]}));
    refused(json!({"email": "nobody"}), json!({"email": ["…ana@example.com"]}));
}

#[test]
fn a_contact_takes_no_more_than_it_may_have_in_all() {
    let team = App::shared().team();
    let phone = a_phone();
    let post = |action: &str, body: Value| {
        team.request("POST", &format!("/api/v1/actions/{action}")).json(&body).send()
    };
    let invalid =
        |errors: Value| json!({"message": "The given data was invalid.", "errors": errors});
    let tags: Vec<String> = (0..100).map(|n| format!("t{n}")).collect();
    let half = "x".repeat(33 * 1024);
    let body = json!({"phone": phone, "tags": tags.join(","), "metadata": {"a": half}});
    post("create-contact", body).expect(201);
    post("add-tag", json!({"phone": phone, "tag": "more"}))
        .is(422, &invalid(json!({"tag": ["more: a contact may have 100 tags"]})));
    post("create-contact", json!({"phone": phone, "tags": "more"}))
        .is(422, &invalid(json!({"tags": ["more: a contact may have 100 tags"]})));
    post("update-contact", json!({"phone": phone, "metadata": {"b": half}}))
        .is(422, &invalid(json!({"metadata": ["would take …; it may take 65536"]})));
    post("update-contact", json!({"phone": phone, "metadata": {"a": null, "b": half}})).expect(200);
}

#[test]
fn every_endpoint_refuses_as_the_others_do() {
    let app = App::shared();
    let team = app.team();
    let other_scope = team.key_with_scopes(&["workflows:write", "trigger"]);
    for action in [
        "create-contact",
        "get-contact",
        "update-contact",
        "search-contacts",
        "add-tag",
        "remove-tag",
        "list-tags",
        "get-flow",
        "get-sequence",
        "trigger-sequence",
    ] {
        let path = format!("/api/v1/actions/{action}");
        let unauthenticated = json!({"message": "Unauthenticated.", "error": "Unauthenticated."});
        let body = json!({"phone": a_phone()});
        app.client.post(&path).json(&body).send().is(401, &unauthenticated);
        app.client
            .post(&path)
            .header("x-api-key", &team.key)
            .json(&body)
            .send()
            .is(401, &unauthenticated);
        let forbidden = app.client.post(&path).bearer(&other_scope).json(&body).send();
        forbidden.is(403, &json!({"error": "…actions…"}));
        let refused = team.request("GET", &path).send();
        refused.is(405, &json!({"error": "…POST…"}));
        for body in ["{", "[1]", "null", "\"{}\""] {
            let refused = team.request("POST", &path).text(body).send().expect(422);
            assert_eq!(refused["message"], "The given data was invalid.", "{action} {body}");
        }
        let text = team.request("POST", &path).header("content-type", "text/plain").body("{}");
        text.send().is(415, &json!({"error": "…application/json…"}));
    }
}
