//! The channel accounts that an agent answers, and the code that starts a test of it.

use black_box::{App, Team};
use serde_json::{Value, json};

use super::{an_agent, get, path};

/// The account of a channel that this agent answers.
fn registers(team: &Team, kind: &str, account: &str, agent: &str) {
    let mut body = json!({"team": team.name, "type": kind, "account": account, "agent_id": agent});
    let credentials = match kind {
        "whatsapp" => {
            json!({"access_token": "secret", "app_secret": "secret", "verify_token": "v"})
        }
        "telephony" => json!({"account_sid": "AC1", "auth_token": "secret"}),
        _ => Value::Null,
    };
    if kind == "webchat" {
        body["allowed_origins"] = json!(["https://example.com"]);
    } else {
        body["credentials"] = credentials;
    }
    team.app.ops("POST", "/ops/channels").json(&body).send().expect(201);
}

fn channels(team: &Team, agent: &str) -> Value {
    team.request("GET", &format!("{}/channels", path(agent))).send().expect(200)
}

fn test_code(team: &Team, agent: &str) -> Value {
    let path = format!("{}/deployment/agent-test-code", path(agent));
    team.request("GET", &path).send().expect(200)["data"].clone()
}

/// Digits that no other account has.
fn digits() -> String {
    black_box::a_phone().trim_start_matches('+').to_owned()
}

#[test]
fn an_agents_channels_are_shown_without_their_credentials() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    let other = an_agent(&team);
    assert_eq!(channels(&team, &agent), json!({"message": "Success", "data": []}));
    let (whatsapp, webchat) = (digits(), format!("site-{}", digits()));
    registers(&team, "whatsapp", &whatsapp, &agent);
    registers(&team, "webchat", &webchat, &agent);
    registers(&team, "whatsapp", &digits(), &other);

    let shown = channels(&team, &agent);

    let channel = |kind: &str, account: &str| {
        json!({
            "id": format!("{kind}:{account}"), "type": kind, "name": account,
            "status": "connected", "is_connected": true,
        })
    };
    let expected = json!([channel("whatsapp", &whatsapp), channel("webchat", &webchat)]);
    assert_eq!(shown, json!({"message": "Success", "data": expected}));
    assert_eq!(get(&team, &agent)["channels"], expected);
    assert!(!shown.to_string().contains("secret"));
}

#[test]
fn an_agent_that_was_deleted_or_is_another_teams_answers_no_channel() {
    let app = App::shared();
    let (team, other) = (app.team(), app.team());
    let (deleted, theirs) = (an_agent(&team), an_agent(&other));
    team.request("DELETE", &path(&deleted)).send().expect(200);
    for agent in [deleted, theirs] {
        let body = json!({
            "team": team.name, "type": "webchat", "account": format!("site-{}", digits()),
            "allowed_origins": ["https://example.com"], "agent_id": agent,
        });
        let refused = app.ops("POST", "/ops/channels").json(&body).send().expect(400);
        assert_eq!(refused["errors"][0]["path"], "/agent_id");
    }
}

#[test]
fn a_test_code_is_made_once_and_says_how_to_start() {
    let team = App::shared().team();
    let agent = an_agent(&team);

    let first = test_code(&team, &agent);

    let code = first["code"].as_str().expect("a code");
    assert_eq!(code.len(), 8);
    assert!(code.chars().all(|c| "ABCDEFGHJKLMNPQRSTUVWXYZ23456789".contains(c)), "{code}");
    let not_connected = json!({"is_enabled": false, "start_message": format!("start {code}")});
    let expected = json!({
        "code": code,
        "channels": {
            "whatsapp": not_connected, "instagram": not_connected, "messenger": not_connected,
            "telephony": {"is_enabled": false},
        },
    });
    assert_eq!(first, expected);
    assert_eq!(test_code(&team, &agent), first);
    assert_eq!(get(&team, &agent)["test_channel_code"], code);
    assert_ne!(test_code(&team, &an_agent(&team))["code"], code);
}

#[test]
fn a_test_code_says_which_channels_the_agent_answers() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    let phone = black_box::a_phone();
    registers(&team, "whatsapp", &digits(), &agent);
    registers(&team, "telephony", &phone, &agent);

    let channels = test_code(&team, &agent)["channels"].clone();

    assert_eq!(channels["whatsapp"]["is_enabled"], true);
    assert_eq!(channels["telephony"], json!({"is_enabled": true, "phone_number": phone}));
    assert_eq!(channels["instagram"]["is_enabled"], false);
}

#[test]
fn a_test_code_that_is_asked_for_eight_times_at_once_is_one() {
    let team = App::shared().team();
    let agent = an_agent(&team);
    let path = format!("{}/deployment/agent-test-code", path(&agent));

    let answers = team.request("GET", &path).send_at_once(8);

    let code = get(&team, &agent)["test_channel_code"].clone();
    for answer in answers {
        assert_eq!(answer.expect(200)["data"]["code"], code);
    }
}
