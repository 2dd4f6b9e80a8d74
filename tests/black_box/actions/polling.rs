//! What integrations poll for: `GET /api/v1/triggers/…` and `GET /api/v1/dropdowns/…`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use black_box::{Account, App, Setup, Team, a_phone, at_once, flows};
use serde_json::{Value, json};
use stand_in::Inbound;

const FLOWS: &str = "/api/v1/triggers/new-flow-triggered";
const MESSAGES: &str = "/api/v1/triggers/new-message-received";
const SEQUENCES: &str = "/api/v1/triggers/new-sequence-triggered";
const CAMPAIGNS: &str = "/api/v1/triggers/new-campaign-sent";
const FLOW_CHOICES: &str = "/api/v1/dropdowns/flows";
const SEQUENCE_CHOICES: &str = "/api/v1/dropdowns/sequences";
const ALL: [&str; 6] = [FLOWS, MESSAGES, SEQUENCES, CAMPAIGNS, FLOW_CHOICES, SEQUENCE_CHOICES];
const MINUTE: Duration = Duration::from_secs(60);

fn listed(team: &Team, path: &str) -> Vec<Value> {
    let list = team.request("GET", path).send().expect(200);
    list.as_array().expect("a flat list").clone()
}

fn all_of<'a>(list: &'a [Value], field: &str) -> Vec<&'a Value> {
    list.iter().map(|entry| &entry[field]).collect()
}

fn says(account: &Account, phone: &str, text: &str) {
    account.receives(&Inbound::text(phone, text));
    account.app.settled(&account.conversation_with(phone));
}

/// The body of a 422 that names one parameter.
fn invalid(parameter: &str, message: &str) -> Value {
    let errors = json!({ parameter: [message] });
    json!({"message": "The given data was invalid.", "errors": errors})
}

#[test]
fn a_team_that_has_done_nothing_finds_nothing() {
    let team = App::shared().team();
    for path in ALL {
        assert_eq!(team.request("GET", path).send().expect(200), json!([]), "{path}");
    }
}

#[test]
fn without_a_key_or_with_another_method_nothing_is_listed() {
    let team = App::shared().team();
    let unauthenticated = json!({"message": "Unauthenticated.", "error": "Unauthenticated."});
    let other_scope = team.key_with_scopes(&["trigger"]);
    for path in ALL {
        team.app.client.get(path).send().is(401, &unauthenticated);
        let forbidden = team.app.client.get(path).bearer(&other_scope).send();
        forbidden.is(403, &json!({"error": "…actions…"}));
        team.request("POST", path).json(&json!({})).send().is(405, &json!({"error": "…GET…"}));
    }
}

#[test]
fn a_triggered_flow_is_listed_as_it_goes_on() {
    let (team, account) = App::shared().account_answered_by(&flows::echo());
    let flow = team.has_published(&flows::question());
    let phone = a_phone();
    let body = json!({"flow_id": flow, "phone": phone, "context": {"what": "tea"}});
    let started = team.trigger(&body).send().expect(201);

    let running = json!([{
        "id": started["id"], "flow_id": flow, "flow_name": "Question",
        "contact_id": started["contact_id"], "contact_phone": phone, "contact_name": null,
        "contact_email": null, "status": "running", "current_node_id": "ask",
        "context": {"what": "tea", "trigger_source": "api"}, "last_interaction_at": "…+00:00",
        "expires_at": "…+00:00", "completed_at": null, "created_at": "…+00:00",
    }]);
    team.request("GET", FLOWS).send().is(200, &running);

    says(&account, &phone, "Yes");
    let mut completed = running;
    completed[0]["status"] = json!("completed");
    completed[0]["current_node_id"] = json!(null);
    // The profile's, which the answer brought.
    completed[0]["contact_name"] = json!("Stand-in");
    completed[0]["completed_at"] = json!("…+00:00");
    completed[0]["context"]["answer"] = json!("…");
    team.request("GET", FLOWS).send().is(200, &completed);
}

#[test]
fn sequences_have_a_list_of_their_own() {
    let team = App::shared().team();
    let account = team.has_an_account();
    let (welcome, notice) = (
        team.has_published(&flows::welcome_days()),
        team.has_published(&flows::as_sequence(flows::notice())),
    );
    let flow = team.has_published(&flows::question());
    let phone = a_phone();
    let body = json!({"sequence_id": welcome, "phone": phone, "context": {"code": "TEA"}});
    let started = team.action("trigger-sequence", &body).send().expect(201);
    team.app.settled(&account.conversation_with(&phone));

    let running = json!([{
        "id": started["id"], "sequence_id": welcome, "sequence_name": "Welcome days",
        "contact_id": started["contact_id"], "contact_phone": phone, "contact_name": null,
        "contact_email": null, "status": "running", "current_node_id": "day_1",
        "context": {"code": "TEA", "trigger_source": "api"}, "last_interaction_at": "…+00:00",
        "expires_at": "…+00:00", "completed_at": null, "created_at": "…+00:00",
    }]);
    team.request("GET", SEQUENCES).send().is(200, &running);
    assert_eq!(listed(&team, FLOWS), [] as [Value; 0]);

    team.triggers(&flow, &phone).expect(201);
    // Held back by the flow: it runs, and has not begun.
    team.triggers_sequence(&notice, &phone).expect(201);
    let all = listed(&team, SEQUENCES);
    assert_eq!(all_of(&all, "sequence_name"), ["Notice", "Welcome days"]);
    assert_eq!((&all[0]["status"], &all[0]["current_node_id"]), (&json!("running"), &Value::Null));
    assert_eq!(all_of(&listed(&team, FLOWS), "flow_name"), ["Question"]);
    let of_one = listed(&team, &format!("{SEQUENCES}?sequence_id={welcome}"));
    assert_eq!(all_of(&of_one, "id"), [&started["id"]]);
    assert_eq!(listed(&team, &format!("{SEQUENCES}?sequence_id={flow}")), [] as [Value; 0]);
    let other = App::shared().team();
    assert_eq!(listed(&other, &format!("{SEQUENCES}?sequence_id={welcome}")), [] as [Value; 0]);
}

#[test]
fn flows_are_listed_newest_first_and_by_flow() {
    let (team, account) = App::shared().account_answered_by(&flows::echo());
    let (question, notice) =
        (team.has_published(&flows::question()), team.has_published(&flows::notice()));
    let phones: Vec<String> = (0..4).map(|_| a_phone()).collect();
    let mut started = Vec::new();
    for (at, phone) in phones.iter().enumerate() {
        let flow = if at % 2 == 0 { &question } else { &notice };
        started.push(team.triggers(flow, phone).expect(201)["id"].clone());
    }
    says(&account, &a_phone(), "hello");

    let all = listed(&team, FLOWS);
    let by_a_message = &all[0];
    assert_eq!(by_a_message["flow_name"], "Echo");
    assert_eq!(by_a_message["context"]["trigger_source"], "inbound");
    started.reverse();
    assert_eq!(all_of(&all[1..], "id"), started.iter().collect::<Vec<_>>());
    let questions = listed(&team, &format!("{FLOWS}?flow_id={question}"));
    assert_eq!(all_of(&questions, "id"), [&started[1], &started[3]]);
    assert_eq!(listed(&team, &format!("{FLOWS}?flow_id=")).len(), 5, "empty is no filter");
}

#[test]
fn sixty_four_triggers_at_once_for_eight_contacts_are_eight_sessions_each_listed_once() {
    let team = App::shared().team();
    team.has_an_account();
    let flow = team.has_published(&flows::question());
    let phones: Vec<String> = (0..8).map(|_| a_phone()).collect();
    let trigger = |n: usize| team.trigger(&json!({"flow_id": flow, "phone": phones[n % 8]}));

    let answers = at_once((0..64).map(trigger).collect());

    let started: BTreeSet<String> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .map(|answer| answer.json()["id"].to_string())
        .collect();
    assert_eq!(started.len(), 8, "{answers:#?}");
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 56);
    let found = listed(&team, FLOWS);
    let listed: BTreeSet<String> = found.iter().map(|entry| entry["id"].to_string()).collect();
    assert_eq!((found.len(), listed), (8, started));
}

#[test]
fn of_more_than_a_hundred_the_newest_hundred_are_listed() {
    let team = App::shared().team();
    team.has_an_account();
    let flow = team.has_published(&flows::notice());
    let started: Vec<Value> =
        (0..105).map(|_| team.triggers(&flow, &a_phone()).expect(201)["id"].clone()).collect();

    let expected: Vec<&Value> = started.iter().rev().take(100).collect();
    assert_eq!(all_of(&listed(&team, FLOWS), "id"), expected);
}

#[test]
fn a_session_that_expired_is_listed_so_and_the_next_trigger_starts_another() {
    let team = Arc::new(App::start(Setup::default())).team();
    let flow = team.has_published(&flows::echo());
    team.has_an_account_answered_by(&flow);
    let phone = a_phone();
    let first = team.triggers(&flow, &phone).expect(201)["id"].clone();

    team.app.pass(31 * MINUTE);
    let expired = listed(&team, FLOWS);
    assert_eq!(all_of(&expired, "status"), ["expired"], "though nothing has looked at it since");
    assert_eq!(expired[0]["completed_at"], json!(null));

    let second = team.triggers(&flow, &phone).expect(201)["id"].clone();
    let both = listed(&team, FLOWS);
    assert_eq!(all_of(&both, "id"), [&second, &first]);
    assert_eq!(all_of(&both, "status"), ["running", "expired"]);
}

#[test]
fn messages_are_listed_from_the_first_poll_on_with_their_type_and_contact() {
    let (team, account) = App::shared().account_answered_by(&flows::echo());
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "before anybody polled").name("Ada"));
    assert_eq!(listed(&team, MESSAGES), [] as [Value; 0]);

    says(&account, &phone, "hello");
    let image = json!({"id": "media-1", "mime_type": "image/jpeg", "caption": "Look"});
    account.receives(&Inbound::new(&phone, "image", image));
    account.receives(&Inbound::button(&phone, "yes", "Yes"));
    team.app.settled(&account.conversation_with(&phone));

    let message = |kind: &str, content: Value| {
        json!({
            "id": "…", "direction": "inbound", "type": kind, "content": content,
            "status": "received", "contact_id": "…", "contact_phone": phone, "contact_name": "Ada",
            "contact_email": null, "sent_at": null, "delivered_at": null, "read_at": null,
            "created_at": "…+00:00",
        })
    };
    let button = json!({"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}});
    let media = json!({"url": null, "mime_type": "image/jpeg", "id": "media-1", "caption": "Look"});
    let expected = json!([
        message("interactive", button),
        message("image", media),
        message("text", json!({"body": "hello"})),
    ]);
    team.request("GET", MESSAGES).send().is(200, &expected);
    let of_type = |kind: &str| listed(&team, &format!("{MESSAGES}?message_type={kind}"));
    for kind in ["text", "image", "interactive"] {
        assert_eq!(all_of(&of_type(kind), "type"), [kind]);
    }
    for kind in ["audio", "document", "video", "location", "contacts", "sticker"] {
        assert_eq!(of_type(kind), [] as [Value; 0]);
    }
    assert_eq!(of_type("").len(), 3, "empty is no filter");
}

#[test]
fn a_message_that_is_delivered_twice_at_once_is_listed_once() {
    let (team, account) = App::shared().account_answered_by(&flows::echo());
    listed(&team, MESSAGES);
    let delivery = account.delivery_of(&Inbound::text(&a_phone(), "once"));

    for answer in delivery.send_at_once(16) {
        answer.expect(200);
    }

    assert_eq!(listed(&team, MESSAGES).len(), 1);
}

#[test]
fn a_parameter_that_is_wrong_is_named() {
    let team = App::shared().team();
    for (path, parameter) in [(FLOWS, "flow_id"), (SEQUENCES, "sequence_id")] {
        let refused = team.request("GET", &format!("{path}?{parameter}=01J3F")).send();
        refused.is(422, &invalid(parameter, "must be a UUID"));
    }
    let refused = team.request("GET", &format!("{MESSAGES}?message_type=voice")).send();
    refused.is(422, &invalid("message_type", "must be one of text, image, …, sticker"));
}

#[test]
fn another_team_finds_nothing_of_ours() {
    let app = App::shared();
    let (team, account) = app.account_answered_by(&flows::echo());
    let other = app.team();
    listed(&team, MESSAGES);
    listed(&other, MESSAGES);
    says(&account, &a_phone(), "hello");
    let flow = listed(&team, FLOWS)[0]["flow_id"].as_str().expect("an id").to_owned();

    for path in [FLOWS.to_owned(), format!("{FLOWS}?flow_id={flow}"), MESSAGES.to_owned()] {
        assert_eq!(listed(&other, &path), [] as [Value; 0], "{path}");
    }
    assert_eq!(listed(&other, FLOW_CHOICES), [] as [Value; 0]);
}

#[test]
fn flows_and_sequences_that_can_be_triggered_are_there_to_choose_from_by_name() {
    let team = App::shared().team();
    let question = team.has_published(&flows::question());
    let echo = team.has_published(&flows::echo());
    // Not published, and without a graph.
    team.creates(&flows::notice());
    team.creates(&flows::shop());

    let welcome = team.has_published(&flows::welcome_days());
    team.creates(&flows::as_sequence(flows::notice()));

    let choices = json!([{"id": echo, "label": "Echo"}, {"id": question, "label": "Question"}]);
    team.request("GET", FLOW_CHOICES).send().is(200, &choices);
    let sequences = json!([{"id": welcome, "label": "Welcome days"}]);
    team.request("GET", SEQUENCE_CHOICES).send().is(200, &sequences);
}
