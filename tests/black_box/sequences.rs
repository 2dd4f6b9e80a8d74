//! A campaign over days: the components' clock is moved, nobody waits.

use std::sync::Arc;
use std::time::Duration;

use black_box::{Account, App, Setup, Team, a_phone, flows};
use serde_json::{Value, json};
use stand_in::Inbound;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An application of its own: its clock is its own.
fn team_with_a_sequence() -> (Team, Account, String) {
    let team = Arc::new(App::start(Setup::default())).team();
    let account = team.has_an_account();
    let sequence = team.has_published(&flows::welcome_days());
    (team, account, sequence)
}

/// Time passes, and then somebody looks.
fn pass(team: &Team, time: Duration) -> u64 {
    team.app.pass(time);
    team.app.sweep()
}

fn session(team: &Team, account: &Account, phone: &str, nth: usize) -> (Value, Value) {
    let conversation = team.app.settled(&account.conversation_with(phone));
    let session = &conversation["sessions"][nth];
    (session["status"].clone(), session["outcome"].clone())
}

#[test]
fn three_messages_are_sent_in_three_days() {
    let (team, account, sequence) = team_with_a_sequence();
    let phone = a_phone();
    team.triggers_sequence(&sequence, &phone).expect(201);
    assert_eq!(team.app.texts_to(&phone, 1), ["welcome"]);

    assert_eq!(pass(&team, DAY - 2 * MINUTE), 0);
    assert_eq!(pass(&team, 4 * MINUTE), 1);
    assert_eq!(team.app.texts_to(&phone, 2), ["welcome", "welcome_tips"]);

    assert_eq!(pass(&team, 2 * DAY - 4 * MINUTE), 0);
    team.triggers_sequence(&sequence, &phone).expect(200);
    assert_eq!(pass(&team, 6 * MINUTE), 1);
    assert_eq!(team.app.texts_to(&phone, 3), ["welcome", "welcome_tips", "welcome_offer"]);
    assert_eq!(session(&team, &account, &phone, 0), (json!("completed"), json!("told")));
    assert_eq!(pass(&team, 4 * DAY), 0, "and no more");
}

#[test]
fn who_answers_takes_another_way() {
    let (team, account, sequence) = team_with_a_sequence();
    let (more, enough) = (a_phone(), a_phone());
    for phone in [&more, &enough] {
        team.triggers_sequence(&sequence, phone).expect(201);
    }
    pass(&team, DAY + 2 * MINUTE);
    for (phone, id, title) in
        [(&more, "more", "Tell me more"), (&enough, "enough", "No more, please")]
    {
        team.app.wait_for_sent_to(phone, 2);
        account.receives(&Inbound::button(phone, id, title));
    }
    assert!(team.app.texts_to(&more, 3)[2].starts_with("Three minutes"));
    assert_eq!(session(&team, &account, &enough, 0), (json!("completed"), json!("left")));
    team.action("add-tag", &json!({"phone": more, "tag": "customer"})).send().expect(200);

    pass(&team, 2 * DAY + 2 * MINUTE);
    assert_eq!(team.app.texts_to(&more, 4)[3], "welcome_thanks");
    assert_eq!(team.app.sent_to(&enough).len(), 2);
}

#[test]
fn nobody_gets_a_campaigns_message_in_the_middle_of_a_dialogue() {
    let (team, account, sequence) = team_with_a_sequence();
    let late = team.has_published(&flows::as_sequence(flows::notice()));
    let question = team.has_published(&flows::question());
    let phone = a_phone();
    team.triggers_sequence(&sequence, &phone).expect(201);
    team.app.wait_for_sent_to(&phone, 1);
    team.app.pass(DAY - MINUTE);
    team.triggers(&question, &phone).expect(201);
    // Neither what comes due nor what begins now.
    let started = team.triggers_sequence(&late, &phone).expect(201);
    team.triggers_sequence(&late, &phone).is(
        200,
        &json!({"id": started["id"], "status": "already_running", "sequence_id": late,
            "sequence_name": "Notice", "contact_id": started["contact_id"]}),
    );
    assert_eq!(pass(&team, 4 * MINUTE), 0);
    assert_eq!(team.app.texts_to(&phone, 2), ["welcome", "question"]);

    account.receives(&Inbound::quick_reply(&phone, "yes", "Yes"));

    let texts = team.app.texts_to(&phone, 5);
    assert_eq!(texts[2..], ["You said yes.", "notice", "welcome_tips"], "at once, in order");
}

#[test]
fn stop_ends_a_sequence() {
    let (team, account, sequence) = team_with_a_sequence();
    let phone = a_phone();
    team.triggers_sequence(&sequence, &phone).expect(201);
    team.app.wait_for_sent_to(&phone, 1);
    account.receives(&Inbound::text(&phone, "stop"));
    assert_eq!(session(&team, &account, &phone, 0), (json!("completed"), json!("opted_out")));
    assert_eq!(pass(&team, 4 * DAY), 0);
    assert_eq!(team.app.sent_to(&phone).len(), 2, "the welcome and the confirmation");
}

#[test]
fn a_sequence_answers_nobody_who_writes_first() {
    let team = App::shared().team();
    let sequence = team.has_published(&flows::welcome_days());
    let account = team.has_an_account_answered_by(&sequence);
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "hello"));
    let conversation = team.app.settled(&account.conversation_with(&phone));
    assert_eq!(
        (&conversation["needs_attention"], team.app.sent_to(&phone).len()),
        (&json!(true), 0)
    );
}
