//! What `trigger-flow` refuses, in the words of the actions API; and that nothing is left of it.

use black_box::{App, Team, a_phone, flows};
use serde_json::{Value, json};

const TRIGGER: &str = "/api/v1/actions/trigger-flow";
/// No flow has this id.
const NO_FLOW: &str = "0197aef0-0000-7000-8000-000000000000";

/// The documentation names both shapes: both fields are there.
fn unauthenticated() -> Value {
    json!({"message": "Unauthenticated.", "error": "Unauthenticated."})
}

fn invalid(errors: &Value) -> Value {
    json!({"message": "The given data was invalid.", "errors": errors})
}

#[test]
fn without_a_key_that_counts_nothing_is_said() {
    let app = App::shared();
    let team = app.team();
    let ended = team.key_until("2020-01-01T00:00:00Z");
    let body = json!({"flow_id": NO_FLOW, "phone": a_phone()});
    let request = app.client.post(TRIGGER).json(&body);

    for refused in [
        request.clone(),
        request.clone().bearer("sk_nobodys"),
        request.clone().bearer(""),
        request.clone().header("authorization", "Basic c2s6"),
        request.clone().header("authorization", &team.key),
        // The console's header: this API documents Bearer only.
        request.clone().header("x-api-key", &team.key),
        request.clone().bearer(&ended),
        // Two, of which one may be anybody's.
        request.clone().bearer(&team.key).bearer("sk_nobodys"),
    ] {
        refused.send().is(401, &unauthenticated());
    }
}

#[test]
fn a_key_of_another_scope_is_forbidden() {
    let team = App::shared().team();
    let key = team.key_with_scopes(&["workflows:write", "trigger"]);
    let body = json!({"flow_id": NO_FLOW, "phone": a_phone()});

    let refused = team.app.client.post(TRIGGER).bearer(&key).json(&body).send();
    refused.is(403, &json!({"error": "…actions…"}));

    let key = team.key_with_scopes(&["actions"]);
    team.app.client.post(TRIGGER).bearer(&key).json(&body).send().expect(404);
}

#[test]
fn a_flow_that_is_not_there_not_published_or_not_ours_is_not_found() {
    let app = App::shared();
    let (team, other) = (app.team(), app.team());
    team.has_an_account();
    other.has_an_account();
    let draft = team.creates(&flows::notice());
    let theirs = other.has_published(&flows::notice());
    let deleted = team.has_published(&flows::notice());
    team.request("DELETE", &format!("/api/v1/console/workflows/{deleted}")).send().expect(200);

    for flow in [NO_FLOW, &draft, &theirs, &deleted] {
        let phone = a_phone();
        let refused = team.triggers(flow, &phone);
        refused.is(404, &json!({"error": "Flow not found or not published"}));
        assert_eq!(app.sent_to(&phone).len(), 0);
    }
}

#[test]
fn a_contact_that_is_not_there_or_not_ours_is_not_found() {
    let app = App::shared();
    let (team, other) = (app.team(), app.team());
    team.has_an_account();
    other.has_an_account();
    let flow = team.has_published(&flows::notice());
    let theirs = other.triggers(&other.has_published(&flows::notice()), &a_phone()).expect(201);

    for contact in [&json!(NO_FLOW), &theirs["contact_id"]] {
        let refused = team.trigger(&json!({"flow_id": flow, "contact_id": contact})).send();
        refused.is(404, &json!({"error": "Contact not found"}));
    }
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let team = App::shared().team();
    let refused = |body: Value| team.trigger(&body).send();

    refused(json!({})).is(
        422,
        &invalid(&json!({
            "flow_id": ["required"],
            "contact_id": ["required when phone is absent"],
            "phone": ["required when contact_id is absent"],
        })),
    );
    refused(json!({"flow_id": 5, "phone": true, "context": "cart"})).is(
        422,
        &invalid(&json!({
            "flow_id": ["must be a string"],
            "phone": ["must be a string"],
            "context": ["must be an object"],
        })),
    );
    refused(json!({"flow_id": "17", "contact_id": "18", "context": [1]})).is(
        422,
        &invalid(&json!({
            "flow_id": ["must be a UUID"],
            "contact_id": ["must be a UUID"],
            "context": ["must be an object"],
        })),
    );
    refused(json!({"flow_id": "", "phone": null, "contact_id": null}))
        .is(422, &invalid(&json!({"flow_id": ["…blank"], "contact_id": ["…"], "phone": ["…"]})));
}

#[test]
fn what_is_no_international_phone_number_is_invalid() {
    let team = App::shared().team();
    for phone in
        ["", "4155550123", "+0155550123", "+1415", "+12345678901234567", "phone", "+1x5550123"]
    {
        let refused = team.trigger(&json!({"flow_id": NO_FLOW, "phone": phone})).send();
        refused.is(422, &invalid(&json!({"phone": ["…+14155550123…"]})));
    }
}

#[test]
fn what_is_no_json_object_is_invalid() {
    let team = App::shared().team();
    let request = team.request("POST", TRIGGER);
    for body in ["", "{", "{'flow_id': 1}", "\u{feff}", "{\"flow_id\": \"\\ud800\"}"] {
        request.clone().text(body).send().is(422, &invalid(&json!({"body": ["…"]})));
    }
    for body in ["[]", "null", "5", "\"{}\""] {
        let refused = request.clone().text(body).send().expect(422);
        assert_eq!(refused["message"], "The given data was invalid.", "{body}");
    }
    // Deeper than any parser should follow.
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    request.clone().text(deep).send().is(422, &invalid(&json!({"body": ["…"]})));
    request.body(vec![0xff, 0xfe, b'{', b'}']).send().is(422, &invalid(&json!({"body": ["…"]})));
}

#[test]
fn a_context_may_take_16_kib() {
    let team = App::shared().team();
    team.has_an_account();
    let flow = team.has_published(&flows::notice());
    let of_bytes = |bytes: usize| {
        let context = json!({"a": "x".repeat(bytes - json!({"a": ""}).to_string().len())});
        team.trigger(&json!({"flow_id": flow, "phone": a_phone(), "context": context})).send()
    };

    of_bytes(16 * 1024).expect(201);
    of_bytes(16 * 1024 + 1).is(422, &invalid(&json!({"context": ["…16385…16384…"]})));
}

#[test]
fn a_flow_without_a_graph_has_no_entry_node() {
    let team = App::shared().team();
    team.has_an_account();
    let flow = team.creates(&json!({"name": "Rules only", "system_prompt": "You help."}));

    let refused = team.triggers(&flow, &a_phone());

    refused.is(422, &json!({"error": "Flow has no entry node"}));
}

#[test]
fn a_team_without_an_account_cannot_send() {
    let team = App::shared().team();
    let flow = team.has_published(&flows::notice());
    let phone = a_phone();

    team.triggers(&flow, &phone).is(422, &json!({"error": "No WhatsApp account configured"}));

    assert_eq!(team.app.sent_to(&phone).len(), 0);
}

#[test]
fn only_post_is_taken() {
    let team = App::shared().team();
    for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let refused = team.request(method, TRIGGER).send();
        refused.is(405, &json!({"error": "…POST…"}));
        assert_eq!(refused.header("allow"), Some("POST"), "{method}");
    }
    let head = team.request("HEAD", TRIGGER).send();
    assert_eq!((head.status, head.header("allow")), (405, Some("POST")));
}

#[test]
fn only_json_is_taken() {
    let team = App::shared().team();
    let body = json!({"flow_id": NO_FLOW, "phone": a_phone()}).to_string();
    let of_type = |content_type: &str| {
        let request = team.request("POST", TRIGGER).header("content-type", content_type);
        request.body(body.clone()).send()
    };

    for other in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json"]
    {
        of_type(other).is(415, &json!({"error": "…application/json…"}));
    }
    for json in ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"] {
        of_type(json).expect(404);
    }
    // Without a type, it is what it has to be.
    team.request("POST", TRIGGER).body(body.clone()).send().expect(404);
}

#[test]
fn a_body_of_more_than_a_mebibyte_is_too_large() {
    let team = App::shared().team();
    let of_bytes = |bytes: usize| {
        let padding = "x".repeat(bytes - json!({"padding": ""}).to_string().len());
        team.request("POST", TRIGGER).json(&json!({"padding": padding}))
    };
    let most = 1024 * 1024;

    of_bytes(most).send().expect(422);
    let large = of_bytes(most + 1).send_while_reading(&format!("content-length: {}", most + 1));
    large.is(413, &json!({"error": "…1048576…"}));
    // Nor where nobody said how long it is: one chunk, and no end.
    let chunk = format!("{:x}\r\n{}", 2 * most, "x".repeat(2 * most));
    let endless = team.request("POST", TRIGGER).text(chunk);
    let endless = endless.send_while_reading("transfer-encoding: chunked");
    endless.is(413, &json!({"error": "…1048576…"}));
}

#[test]
fn an_idempotency_key_has_at_most_255_characters() {
    let team = App::shared().team();
    let keyed = |length: usize| {
        let trigger = team.trigger(&json!({"flow_id": NO_FLOW, "phone": a_phone()}));
        trigger.header("idempotency-key", &"k".repeat(length)).send()
    };

    keyed(255).expect(404);
    keyed(256).is(422, &invalid(&json!({"Idempotency-Key": ["…255…"]})));
}

#[test]
fn a_path_that_nothing_serves_is_not_found_in_this_surfaces_shape() {
    let team = App::shared().team();
    for path in ["/api/v1/actions/trigger-flows", "/api/v1/you", "/api"] {
        team.request("POST", path).send().is(404, &json!({"error": "…"}));
    }
}

#[test]
fn nothing_is_stored_of_what_was_refused() {
    let team: Team = App::shared().team();
    let flow = team.has_published(&flows::question());
    let phone = a_phone();
    // No account yet: refused after the flow and the contact were found to be right.
    team.triggers(&flow, &phone).expect(422);
    let account = team.has_an_account();
    let trigger = |body: Value| team.trigger(&body).header("idempotency-key", "k").send();
    trigger(json!({"flow_id": flow, "phone": phone, "context": "no"})).expect(422);
    trigger(json!({"flow_id": NO_FLOW, "phone": phone})).expect(404);

    let conversation = account.conversation_with(&phone);
    let path = format!("/ops/conversations/{conversation}");
    team.app.ops("GET", &path).send().expect(404);
    // Nor does the key remember what it was refused with.
    trigger(json!({"flow_id": flow, "phone": phone})).expect(201);
    assert_eq!(team.app.wait_for_sent_to(&phone, 1).len(), 1);
}
