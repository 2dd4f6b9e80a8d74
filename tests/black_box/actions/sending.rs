//! `POST /api/v1/actions/send-text-message` and `send-template-message`: what is sent, how often, and what is answered.

use black_box::{Account, App, Request, Team, a_phone, at_once, flows};
use serde_json::{Value, json};
use stand_in::{Answer, Inbound, Status, Webhook, template};

const TEXT: &str = "send-text-message";
const TEMPLATE: &str = "send-template-message";

/// A team, its account, and a contact who has just written.
fn open_window() -> (Team, Account, String) {
    let team = App::shared().team();
    let account = team.has_an_account();
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "hello"));
    (team, account, phone)
}

fn text(team: &Team, phone: &str, message: &str) -> Request {
    team.action(TEXT, &json!({"phone": phone, "message": message}))
}

fn sent() -> Value {
    json!({"id": "…", "status": "sent", "whatsapp_message_id": "wamid.…", "contact_id": "…"})
}

fn queued() -> Value {
    json!({"id": "…", "status": "queued", "whatsapp_message_id": null, "contact_id": "…"})
}

/// The id of a template of the team's account.
#[track_caller]
fn id_of(team: &Team, name: &str) -> Value {
    let listed = team.action("list-templates", &json!({})).send().expect(200);
    let listed = listed.as_array().expect("a list");
    listed.iter().find(|one| one["name"] == name).expect("the template")["id"].clone()
}

fn with_a_template() -> (Team, Account, Value) {
    let team = App::shared().team();
    let account = team.has_an_account_with_templates(&[template(
        "order_shipped",
        "en",
        "Hi {{1}}, your order {{2}} is on its way.",
    )]);
    let id = id_of(&team, "order_shipped");
    (team, account, id)
}

#[test]
fn a_text_is_sent_and_the_answer_has_the_providers_id() {
    let (team, account, phone) = open_window();

    let answer = text(&team, &phone, "Your order is *ready*.").send().is(200, &sent());

    let messages = team.app.sent_to(&phone);
    assert_eq!((messages.len(), messages[0].text()), (1, "Your order is *ready*."));
    assert_eq!(answer["whatsapp_message_id"], json!(messages[0].id));
    let conversation = team.app.settled(&account.conversation_with(&phone));
    assert_eq!(conversation["contact_id"], answer["contact_id"]);
    let log = conversation["messages"].as_array().expect("a log");
    assert_eq!(log[log.len() - 1]["id"], answer["id"]);
}

#[test]
fn what_a_stopped_account_cannot_send_is_refused_and_never_sent() {
    let (team, account, phone) = open_window();
    team.app.provider_answers(&phone, [Answer::refuse(401, 190, "expired")]);

    // As it is stopped, and once it is.
    for _ in 0..2 {
        let refused = text(&team, &phone, "Hello?").send();
        refused.is(422, &json!({"error": "expired", "code": 190}));
    }

    let conversation = team.app.conversation(&account.conversation_with(&phone));
    assert_eq!(conversation["outbox"], json!([]), "nothing is left to be sent: {conversation:#}");
    assert_eq!(team.app.sent_to(&phone).len(), 1, "the second is not tried");
}

#[test]
fn a_text_of_4096_characters_is_sent_and_one_more_is_invalid() {
    let (team, _, phone) = open_window();
    text(&team, &phone, &"é".repeat(4096)).send().is(200, &sent());
    let refused = text(&team, &phone, &"é".repeat(4097)).send();
    let errors = json!({"message": ["must be at most 4096 characters long"]});
    refused.is(422, &json!({"message": "The given data was invalid.", "errors": errors}));
}

#[test]
fn a_text_more_than_24_hours_after_the_contact_wrote_is_refused_with_the_providers_code() {
    let team = App::shared().team();
    team.has_an_account();
    let phone = a_phone();

    let refused = text(&team, &phone, "Hello?").send();

    refused.is(422, &json!({"error": "…24 hours…template…", "code": 131_047}));
    assert_eq!(team.app.sent_to(&phone).len(), 0);
}

#[test]
fn what_the_provider_refuses_is_answered_with_its_code_and_text() {
    let (team, _, phone) = open_window();
    let refusal = Answer::refuse(400, 131_026, "Message undeliverable");
    team.app.provider_answers(&phone, [refusal]);

    let refused = text(&team, &phone, "Hello").send();

    refused.is(422, &json!({"error": "Message undeliverable", "code": 131_026}));
    text(&team, &phone, "Hello again").send().is(200, &sent());
}

#[test]
fn a_message_that_the_provider_takes_later_is_queued_and_not_lost() {
    let (team, account, phone) = open_window();
    team.app.provider_answers(&phone, [Answer::refuse(500, 131_016, "Service unavailable")]);

    let answer = text(&team, &phone, "Hello").send().is(200, &queued());

    let conversation = team.app.conversation(&account.conversation_with(&phone));
    assert_eq!(conversation["outbox"][0]["message"], answer["id"], "{conversation:#}");
    // What comes behind it waits with it, and its answer does not.
    text(&team, &phone, "And this").send().is(200, &queued());
}

#[test]
fn a_message_without_an_answer_is_queued_and_the_same_key_tells_later_what_became_of_it() {
    let (team, account, phone) = open_window();
    team.app.provider_answers(&phone, [Answer::Close]);
    let request = text(&team, &phone, "Hello").header("idempotency-key", "hello");
    let first = request.send().is(200, &queued());
    assert_eq!(request.send().expect(200), first);

    let message = team.app.sent_to(&phone).remove(0);
    let id = message.id.clone().expect("the provider has it");
    let status = Status::of(&message, "sent");
    account.webhook(&Webhook::new(&account.id).status(&status).body()).send().expect(200);

    let told = request.send().is(200, &sent());
    assert_eq!((&told["id"], &told["whatsapp_message_id"]), (&first["id"], &json!(id)));
    assert_eq!(team.app.sent_to(&phone).len(), 1);
}

#[test]
fn sixteen_of_one_key_at_once_send_one_message_and_are_answered_the_same() {
    let (team, account, phone) = open_window();
    let request = text(&team, &phone, "Once").header("idempotency-key", "at once");

    let answers = request.send_at_once(16);

    let first = answers[0].is(200, &sent());
    for answer in &answers {
        assert_eq!(answer.expect(200), first);
    }
    team.app.settled(&account.conversation_with(&phone));
    assert_eq!(team.app.sent_to(&phone).len(), 1);
}

#[test]
fn requests_without_a_key_are_each_their_own() {
    let (team, account, phone) = open_window();
    let answers = at_once((0..8).map(|n| text(&team, &phone, &format!("{n}"))).collect());
    let mut ids: Vec<String> =
        answers.iter().map(|answer| answer.is(200, &sent())["id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 8);
    team.app.settled(&account.conversation_with(&phone));
    assert_eq!(team.app.sent_to(&phone).len(), 8);
}

#[test]
fn a_key_with_another_body_is_a_conflict() {
    let (team, _, phone) = open_window();
    let keyed = |message: &str| text(&team, &phone, message).header("idempotency-key", "k").send();
    let one = keyed("One").is(200, &sent());
    keyed("Two").is(409, &json!({"error": "…"}));
    assert_eq!(keyed("One").expect(200), one);
    assert_eq!(team.app.sent_to(&phone).len(), 1);
}

#[test]
fn two_teams_have_nothing_to_do_with_each_others_contacts_and_keys() {
    let app = App::shared();
    let phone = a_phone();
    let contacts = [app.team(), app.team()].map(|team| {
        team.has_an_account().receives(&Inbound::text(&phone, "hello"));
        let request = text(&team, &phone, "Hello").header("idempotency-key", "1");
        request.send().is(200, &sent())["contact_id"].clone()
    });
    assert_ne!(contacts[0], contacts[1]);
    assert_eq!(app.sent_to(&phone).len(), 2);
}

#[test]
fn a_session_that_waits_goes_on_waiting() {
    let (team, account) = App::shared().account_answered_by(&flows::echo());
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "hi"));
    team.app.wait_for_sent_to(&phone, 1);
    text(&team, &phone, "By the way").send().is(200, &sent());
    account.receives(&Inbound::text(&phone, "tea"));

    let texts = team.app.texts_to(&phone, 3);

    assert_eq!(texts, ["What is it?", "By the way", "You wrote: tea"]);
}

#[test]
fn who_opted_out_gets_no_template_but_may_be_answered() {
    let team = App::shared().team();
    let account = team.has_an_account_with_templates(&[template("notice", "en", "News")]);
    let id = id_of(&team, "notice");
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "STOP"));
    team.app.settled(&account.conversation_with(&phone));
    let before = team.app.sent_to(&phone).len();

    let refused = team.action(TEMPLATE, &json!({"phone": phone, "template_id": id})).send();

    refused.is(422, &json!({"error": "Contact has opted out of messages"}));
    assert_eq!(team.app.sent_to(&phone).len(), before);
    text(&team, &phone, "Noted.").send().is(200, &sent());
}

#[test]
fn a_template_is_sent_to_who_never_wrote_with_its_places_filled() {
    let (team, _, id) = with_a_template();
    let phone = a_phone();
    let body = json!({
        "phone": phone, "template_id": id, "language": "en",
        "variables": {"2": 10_234, "1": "Ana", "3": "no such place"},
    });

    let answer = team.action(TEMPLATE, &body).send().is(200, &sent());

    let messages = team.app.sent_to(&phone);
    assert_eq!((messages.len(), messages[0].text()), (1, "order_shipped"));
    assert_eq!(messages[0].parameters(), ["Ana", "10234"]);
    assert_eq!(messages[0].body["template"]["language"], json!({"code": "en"}));
    assert_eq!(answer["whatsapp_message_id"], json!(messages[0].id));
}

#[test]
fn places_without_a_text_are_named() {
    let (team, _, id) = with_a_template();
    let phone = a_phone();
    for (variables, missing) in
        [(json!({"1": "Ana"}), json!(["2"])), (Value::Null, json!(["1", "2"]))]
    {
        let body = json!({"phone": phone, "template_id": id, "variables": variables});
        team.action(TEMPLATE, &body).send().is(
            422,
            &json!({
                "error": "Template requires variables that were not provided.",
                "expected_placeholders": ["1", "2"], "missing": missing,
            }),
        );
    }
    assert_eq!(team.app.sent_to(&phone).len(), 0);
}

#[test]
fn a_language_that_there_is_not_falls_back_to_an_approved_one() {
    let team = App::shared().team();
    team.has_an_account_with_templates(&[
        template("hello", "fr", "Bonjour"),
        template("hello", "de", "Hallo"),
    ]);
    let id = id_of(&team, "hello");
    for (asked, language) in [("fr", "fr"), ("fr_CA", "fr"), ("it", "de")] {
        let phone = a_phone();
        let body = json!({"phone": phone, "template_id": id, "language": asked});
        team.action(TEMPLATE, &body).send().is(200, &sent());
        let message = team.app.sent_to(&phone).remove(0);
        assert_eq!(message.body["template"]["language"]["code"], language, "{asked}");
    }
}

#[test]
fn a_template_of_nobody_or_of_another_team_is_not_found() {
    let (_, _, theirs) = with_a_template();
    let team = App::shared().team();
    team.has_an_account_with_templates(&[template("ours", "en", "Hi")]);
    for id in [theirs, json!("0197aef0-0000-7000-8000-000000000000")] {
        let body = json!({"phone": a_phone(), "template_id": id});
        let refused = team.action(TEMPLATE, &body).send();
        refused.is(404, &json!({"error": "Template not found"}));
        let refused = team.action("get-template", &json!({"template_id": id})).send();
        refused.is(404, &json!({"error": "Template not found"}));
    }
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let team = App::shared().team();
    let invalid = |name: &str, body: Value, errors: Value| {
        let expected = json!({"message": "The given data was invalid.", "errors": errors});
        team.action(name, &body).send().is(422, &expected);
    };
    invalid(TEXT, json!({}), json!({"phone": ["required"], "message": ["required"]}));
    invalid(
        TEXT,
        json!({"phone": "4155550123", "message": " "}),
        json!({"phone": ["…+14155550123…"], "message": ["must not be blank"]}),
    );
    invalid(
        TEXT,
        json!({"phone": 5, "message": {}}),
        json!({"phone": ["must be a string"], "message": ["must be a string"]}),
    );
    invalid(TEMPLATE, json!({}), json!({"phone": ["required"], "template_id": ["required"]}));
    invalid(
        TEMPLATE,
        json!({"phone": "", "template_id": "17", "language": 5, "variables": {"1": []}}),
        json!({
            "phone": ["must not be blank"], "template_id": ["must be a UUID"],
            "language": ["must be a string"], "variables.1": ["must be a string"],
        }),
    );
    invalid(
        TEMPLATE,
        json!({"phone": "+14155550123", "template_id": team.name, "variables": "Ana"}),
        json!({"template_id": ["must be a UUID"], "variables": ["must be an object"]}),
    );
}

#[test]
fn a_team_without_an_account_cannot_send() {
    let team = App::shared().team();
    let id = "0197aef0-0000-7000-8000-000000000000";
    let none = json!({"error": "No WhatsApp account configured"});
    text(&team, &a_phone(), "Hello").send().is(422, &none);
    let body = json!({"phone": a_phone(), "template_id": id});
    team.action(TEMPLATE, &body).send().is(422, &none);
    team.action("list-templates", &json!({})).send().is(422, &none);
    team.action("get-template", &json!({"template_id": id})).send().is(422, &none);
}
