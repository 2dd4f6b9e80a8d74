//! Calls that we make: a trigger on a number, and what becomes of them.

use black_box::{App, Line, PUBLIC_URL, Team, a_phone, flows, wait_for};
use serde_json::{Value, json};
use stand_in::TelephonyWebhook;

use super::{completed, session};

fn triggered(team: &Team, line: &Line, workflow: &str, phone: &str) -> black_box::Answer {
    let post = team.app.client.post("/auth/token").header("x-api-key", &team.key);
    let token = post.send().expect(200)["accessToken"].as_str().expect("a token").to_owned();
    let body = json!({"phoneNumberId": line.number, "customerPhoneNumberId": phone});
    let post = team.app.client.post(&format!("/workflows/{workflow}/trigger")).json(&body);
    let post = post.header("x-api-key", &team.key);
    post.header("cookie", &format!("accessToken={token}")).send()
}

fn a_line() -> (Line, String) {
    let team = App::shared().team();
    let workflow = team.has_published(&flows::support_menu());
    (Line::with(&team, json!({})), workflow)
}

#[test]
fn a_trigger_on_a_number_has_the_contact_called_once_and_the_workflow_begins_when_it_answers() {
    let (line, workflow) = a_line();
    let phone = a_phone();
    let started = triggered(&line.team, &line, &workflow, &phone);
    assert!((200..300).contains(&started.status), "{started}");
    let placed = &line.wait_for_requests_to(&phone, 1)[0];
    assert_eq!((placed.from(), placed.resource.as_str()), (line.number.as_str(), "Calls.json"));
    assert_eq!(
        (placed.user.as_str(), placed.token.as_str()),
        (stand_in::ACCOUNT_SID, line.auth_token.as_str())
    );
    let base = format!("{PUBLIC_URL}/channels/telephony/{}/", line.number);
    assert!(placed.field("Url").starts_with(&format!("{base}voice?call=")), "{placed}");
    assert!(placed.field("StatusCallback").starts_with(&format!("{base}status?call=")), "{placed}");
    let again = triggered(&line.team, &line, &workflow, &phone);
    assert_eq!(again.status, 200, "it runs already: {again}");

    for status in ["ringing", "in-progress"] {
        let told =
            TelephonyWebhook::answered(placed.sid.as_deref().expect("a sid"), &line.number, &phone);
        let told = told.status(status);
        assert_eq!(line.request_to(placed.field("StatusCallback"), &told).send().status, 204);
    }
    let mut call = line.is_taken(placed);
    assert!(call.says().iter().any(|said| said.contains("what is it about?")), "{}", call.answer);
    call.presses("4");
    assert_eq!(call.says(), ["We are there on weekdays from 9 to 17 o'clock."]);
    assert_eq!(session(&line, &phone), completed("solved"));
    assert_eq!(line.wait_for_requests_to(&phone, 1).len(), 1, "called once");
}

#[test]
fn a_line_that_is_busy_fails_the_session_and_it_can_be_triggered_again() {
    let (line, workflow) = a_line();
    let phone = a_phone();
    triggered(&line.team, &line, &workflow, &phone);
    let placed = line.wait_for_requests_to(&phone, 1)[0].clone();
    let sid = placed.sid.as_deref().expect("a sid");
    let busy = TelephonyWebhook::answered(sid, &line.number, &phone).status("busy");
    for _ in 0..2 {
        assert_eq!(line.request_to(placed.field("StatusCallback"), &busy).send().status, 204);
    }
    let stored = line.team.app.conversation(&line.conversation_with(&phone));
    assert_eq!(stored["sessions"][0]["status"], "failed", "{stored}");
    assert_eq!(stored["sessions"][0]["error"]["code"], "not_answered");
    assert!((200..300).contains(&triggered(&line.team, &line, &workflow, &phone).status));
    line.wait_for_requests_to(&phone, 2);
}

#[test]
fn a_number_that_cannot_be_called_fails_the_call_and_its_session() {
    let (line, workflow) = a_line();
    // Twilio's magic number, which is none: of a call, 21217.
    let phone = "+15005550001";
    triggered(&line.team, &line, &workflow, phone);
    let id = line.conversation_with(phone);
    let failed = wait_for("the call to fail", || {
        let stored = line.team.app.conversation(&id);
        (stored["phone_calls"][0]["status"] == "failed").then_some(stored)
    });
    assert_eq!(failed["phone_calls"][0]["error"]["code"], "21217", "{failed}");
    assert_eq!(failed["sessions"][0]["status"], "failed");
}

#[test]
fn another_teams_number_is_no_account() {
    let (line, _) = a_line();
    let other = App::shared().team();
    let workflow = other.has_published(&flows::support_menu());
    let refused = triggered(&other, &line, &workflow, &a_phone());
    assert!((400..500).contains(&refused.status), "{refused}");
    let body: Value = refused.json();
    assert!(!body.to_string().contains(&line.team.name));
}
