//! `POST /api/v1/actions/list-templates`, `get-template`, and the dropdowns of templates.

use std::sync::Arc;
use std::time::Duration;

use black_box::{Account, App, Setup, Team};
use serde_json::{Value, json};
use stand_in::{Answer, template};

fn list(team: &Team, body: &Value) -> black_box::Answer {
    team.action("list-templates", body).send()
}

fn names(listed: &Value) -> Vec<&str> {
    let listed = listed.as_array().expect("a list");
    listed.iter().map(|one| one["name"].as_str().expect("a name")).collect()
}

fn with_status(mut template: Value, status: &str) -> Value {
    template["status"] = json!(status);
    template
}

/// Where the provider is asked for the templates of an account.
fn path(account: &Account) -> String {
    let business = account.business_account.as_deref().expect("a business account");
    format!("/v24.0/{business}/message_templates")
}

/// The template of the provider's documentation, "Seasonal promotion".
fn promotion() -> Value {
    json!({
        "name": "seasonal_promotion", "language": "en_US", "status": "APPROVED",
        "category": "MARKETING", "parameter_format": "POSITIONAL",
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Our sale is on!"},
            {"type": "BODY", "text": "Shop now through {{1}} and use code {{2}}."},
            {"type": "FOOTER", "text": "Use the buttons below"},
            {"type": "BUTTONS", "buttons": [
                {"type": "QUICK_REPLY", "text": "Unsubscribe"},
                {"type": "URL", "text": "Shop", "url": "https://example.com/shop"},
                {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550051310"},
            ]},
        ],
    })
}

#[test]
fn templates_are_listed_by_name_with_all_their_languages() {
    let team = App::shared().team();
    team.has_an_account_with_templates(&[
        promotion(),
        template("cart_reminder", "fr", "Votre panier"),
        template("cart_reminder", "en", "Your cart"),
    ]);

    let listed = list(&team, &json!({})).is(
        200,
        &json!([
            {
                "id": "…", "name": "cart_reminder", "category": "UTILITY", "status": "APPROVED",
                "languages": ["en", "fr"], "created_at": "…+00:00",
            },
            {
                "id": "…", "name": "seasonal_promotion", "category": "MARKETING",
                "status": "APPROVED", "languages": ["en_US"], "created_at": "…+00:00",
            },
        ]),
    );
    // No body is no filter.
    let request = team.request("POST", "/api/v1/actions/list-templates");
    assert_eq!(request.send().expect(200), listed);
}

#[test]
fn a_template_is_shown_with_its_text() {
    let team = App::shared().team();
    team.has_an_account_with_templates(&[promotion()]);
    let id = list(&team, &json!({})).expect(200)[0]["id"].clone();

    team.action("get-template", &json!({"template_id": id})).send().is(
        200,
        &json!({
            "id": id, "name": "seasonal_promotion", "category": "MARKETING", "status": "APPROVED",
            "languages": ["en_US"], "created_at": "…",
            "body": "Shop now through {{1}} and use code {{2}}.",
            "header_type": "TEXT", "header_content": "Our sale is on!",
            "footer": "Use the buttons below",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Unsubscribe"},
                {"type": "URL", "text": "Shop", "url": "https://example.com/shop"},
                {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550051310"},
            ],
            "placeholders": ["1", "2"],
        }),
    );
}

#[test]
fn templates_are_asked_for_by_status() {
    let team = App::shared().team();
    team.has_an_account_with_templates(&[
        template("a", "en", ""),
        with_status(template("b", "en", ""), "PENDING"),
        with_status(template("c", "en", ""), "REJECTED"),
    ]);
    for (status, shown) in [
        (json!("APPROVED"), vec!["a"]),
        (json!("PENDING"), vec!["b"]),
        (json!("REJECTED"), vec!["c"]),
        (json!(""), vec!["a", "b", "c"]),
        (Value::Null, vec!["a", "b", "c"]),
    ] {
        let listed = list(&team, &json!({"status": status})).expect(200);
        assert_eq!(names(&listed), shown, "{status}");
    }
    for status in [json!("approved"), json!(5)] {
        let errors = json!({"status": ["must be one of APPROVED, PENDING, REJECTED"]});
        let invalid = json!({"message": "The given data was invalid.", "errors": errors});
        list(&team, &json!({"status": status})).is(422, &invalid);
    }
}

#[test]
fn more_templates_than_a_page_has_are_all_listed() {
    let team = App::shared().team();
    let all: Vec<Value> = (0..120).map(|n| template(&format!("t{n:03}"), "en", "Hi")).collect();
    let account = team.has_an_account_with_templates(&all);
    assert_eq!(names(&list(&team, &json!({})).expect(200)).len(), 120);
    let calls = team.app.calls_of(&path(&account));
    assert_eq!(calls.len(), 3);
    let token = format!("Bearer {}", account.access_token);
    assert!(calls.iter().all(|call| call.header("authorization") == Some(&token)));
}

#[test]
fn the_dropdowns_offer_what_can_be_sent_and_filled() {
    let team = App::shared().team();
    team.has_an_account_with_templates(&[
        promotion(),
        with_status(template("paused", "en", ""), "PAUSED"),
    ]);
    let path = "/api/v1/dropdowns/templates";
    let expected = json!([{"id": "…", "label": "seasonal_promotion"}]);
    let offered = team.request("GET", path).send().is(200, &expected);
    let id = offered[0]["id"].as_str().expect("an id");

    let variables = |id: &str| {
        let path = format!("/api/v1/dropdowns/template-variables?template_id={id}");
        team.request("GET", &path).send()
    };
    let expected = json!([{"id": "1", "label": "{{1}}"}, {"id": "2", "label": "{{2}}"}]);
    variables(id).is(200, &expected);
    let nobodys = "0197aef0-0000-7000-8000-000000000000";
    variables(nobodys).is(404, &json!({"error": "Template not found"}));
    for (id, wrong) in [("", "required"), ("17", "must be a UUID")] {
        let errors = json!({"template_id": [wrong]});
        let invalid = json!({"message": "The given data was invalid.", "errors": errors});
        variables(id).is(422, &invalid);
    }
}

#[test]
fn what_was_read_is_kept_for_five_minutes_and_longer_where_the_provider_fails() {
    let app = Arc::new(App::start(Setup::default()));
    let team = app.team();
    let account = team.has_an_account_with_templates(&[template("first", "en", "Hi")]);
    let read = || list(&team, &json!({})).expect(200);
    let first = read();
    let business = account.business_account.as_deref().expect("one");
    app.stand_in.has_templates(business, vec![template("second", "en", "Hi")]);
    assert_eq!((read(), app.calls_of(&path(&account)).len()), (first.clone(), 1));

    app.pass(Duration::from_secs(301));
    app.is_answered(&path(&account), [Answer::refuse(500, 2, "Service unavailable")]);
    assert_eq!(read(), first);
    app.pass(Duration::from_secs(61));
    assert_eq!(names(&read()), ["second"]);
}

#[test]
fn what_the_provider_refuses_is_answered_with_its_code_and_text() {
    let team = App::shared().team();
    let account = team.has_an_account_with_templates(&[]);
    team.app.is_answered(&path(&account), [Answer::refuse(403, 200, "No permission")]);
    list(&team, &json!({})).is(422, &json!({"error": "No permission", "code": 200}));
}

#[test]
fn an_account_without_a_business_account_says_what_is_missing() {
    let team = App::shared().team();
    let account = team.has_an_account();
    list(&team, &json!({})).is(422, &json!({"error": "…business_account_id…/ops/channels"}));

    let mut registration = account.registration();
    let register = |body: &Value| team.app.ops("POST", "/ops/channels").json(body).send();
    registration["business_account_id"] = json!("not digits");
    register(&registration).expect(400);
    registration["business_account_id"] = json!("17");
    assert_eq!(register(&registration).expect(201)["business_account_id"], "17");
    // New credentials leave it as it was.
    assert_eq!(register(&account.registration()).expect(201)["business_account_id"], "17");
    list(&team, &json!({})).expect(200);
}

#[test]
fn two_teams_see_their_own_templates() {
    let app = App::shared();
    let (team, other) = (app.team(), app.team());
    team.has_an_account_with_templates(&[template("ours", "en", "Hi")]);
    other.has_an_account_with_templates(&[template("theirs", "en", "Hi")]);
    assert_eq!(names(&list(&team, &json!({})).expect(200)), ["ours"]);
    assert_eq!(names(&list(&other, &json!({})).expect(200)), ["theirs"]);
}

#[test]
fn each_endpoint_takes_its_method_and_a_key_of_its_scope_only() {
    let team = App::shared().team();
    let key = team.key_with_scopes(&["trigger"]);
    let actions = ["send-text-message", "send-template-message", "list-templates", "get-template"];
    let actions = actions.map(|name| ("POST", format!("/api/v1/actions/{name}"), "GET"));
    let dropdowns = ["templates", "template-variables"];
    let dropdowns = dropdowns.map(|name| ("GET", format!("/api/v1/dropdowns/{name}"), "POST"));
    for (method, path, other) in actions.into_iter().chain(dropdowns) {
        let client = &team.app.client;
        let unauthenticated = json!({"message": "Unauthenticated.", "error": "Unauthenticated."});
        client.request(method, &path).send().is(401, &unauthenticated);
        client.request(method, &path).bearer("sk_nobodys").send().is(401, &unauthenticated);
        let forbidden = json!({"error": "…actions…"});
        client.request(method, &path).bearer(&key).send().is(403, &forbidden);
        let refused = team.request(other, &path).send();
        refused.is(405, &json!({"error": format!("…{method}…")}));
        assert_eq!(refused.header("allow"), Some(method), "{path}");
    }
}
