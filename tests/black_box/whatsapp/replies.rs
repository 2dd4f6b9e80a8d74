//! What a contact answers, and what it does.

use black_box::{Account, App, Team, a_phone, flows};
use serde_json::{Value, json};
use stand_in::{Inbound, new_message_id};

fn team_with(definition: &Value) -> (Team, Account, String) {
    let team = App::shared().team();
    let flow = team.has_published(definition);
    let account = team.has_an_account_answered_by(&flow);
    (team, account, flow)
}

fn texts(team: &Team, phone: &str, count: usize) -> Vec<String> {
    let sent = team.app.wait_for_sent_to(phone, count);
    sent.iter().map(|message| message.text().to_owned()).collect()
}

/// What is stored, once all is sent: how its only session ended.
fn outcome(account: &Account, phone: &str) -> (Value, Value) {
    let conversation = account.app.settled(&account.conversation_with(phone));
    let session = &conversation["sessions"][0];
    (session["status"].clone(), session["outcome"].clone())
}

#[test]
fn a_quick_reply_of_the_template_answers_the_question() {
    let (team, account, flow) = team_with(&flows::question());
    let phone = a_phone();
    team.triggers(&flow, &phone).expect(201);
    let asked = team.app.wait_for_sent_to(&phone, 1)[0].clone();
    let id = asked.id.expect("the provider took it");

    account.receives(&Inbound::quick_reply(&phone, "yes", "Yes").answering(id));

    assert_eq!(texts(&team, &phone, 2)[1], "You said yes.");
    assert_eq!(outcome(&account, &phone), (json!("completed"), json!("answered")));
}

#[test]
fn a_reply_button_and_a_typed_title_answer_it_too() {
    for answer in [
        |phone: &str| Inbound::button(phone, "no", "No"),
        |phone: &str| Inbound::text(phone, "  nO "),
    ] {
        let (team, account, flow) = team_with(&flows::question());
        let phone = a_phone();
        team.triggers(&flow, &phone).expect(201);
        account.receives(&answer(&phone));
        assert_eq!(texts(&team, &phone, 2)[1], "You said no.");
    }
}

#[test]
fn what_does_not_fit_is_asked_again_and_then_leaves_by_invalid() {
    let (team, account, flow) = team_with(&flows::question());
    let phone = a_phone();
    team.triggers(&flow, &phone).expect(201);

    account.receives(&Inbound::text(&phone, "maybe"));
    let repeated = team.app.wait_for_sent_to(&phone, 2)[1].clone();
    assert_eq!(repeated.text(), "Do you like this?");
    assert_eq!(repeated.choices(), [("yes", "Yes"), ("no", "No")]);
    account.receives(&Inbound::text(&phone, "perhaps"));

    assert_eq!(outcome(&account, &phone), (json!("completed"), json!("unclear")));
    assert_eq!(team.app.sent_to(&phone).len(), 2);
}

#[test]
fn a_contact_who_writes_first_walks_through_the_support_menu() {
    let (team, account, _) = team_with(&flows::support_menu());
    let phone = a_phone();

    account.receives(&Inbound::text(&phone, "hello").name("Ada"));
    let menu = team.app.wait_for_sent_to(&phone, 1)[0].clone();
    assert_eq!(menu.text(), "Hello Ada, what is it about?");
    assert_eq!(menu.choices()[2], ("invoice", "A copy of my invoice"));
    account.receives(&Inbound::row(&phone, "invoice", "A copy of my invoice"));
    assert_eq!(texts(&team, &phone, 2)[1], "What is the number of your order?");
    account.receives(&Inbound::text(&phone, "I do not know"));
    assert!(texts(&team, &phone, 3)[2].starts_with("The number stands"));
    account.receives(&Inbound::text(&phone, "10234"));
    assert!(texts(&team, &phone, 4)[3].ends_with("invoice of order 10234?"));
    account.receives(&Inbound::text(&phone, "ada@example.com"));

    let thanks = "Thank you. The invoice of order 10234 goes to ada@example.com.";
    assert_eq!(texts(&team, &phone, 5)[4], thanks);
    assert_eq!(outcome(&account, &phone), (json!("completed"), json!("solved")));
}

#[test]
fn a_message_that_no_session_waits_for_is_kept_for_a_person() {
    let team = App::shared().team();
    let account = team.has_an_account();
    let phone = a_phone();

    account.receives(&Inbound::text(&phone, "anybody?"));

    let conversation = team.app.conversation(&account.conversation_with(&phone));
    assert_eq!(conversation["needs_attention"], true);
    assert_eq!(conversation["messages"][0]["content"], json!({"body": "anybody?"}));
    assert_eq!(team.app.sent_to(&phone).len(), 0);
}

#[test]
fn a_contact_known_by_another_id_finds_the_same_conversation() {
    let (team, account, flow) = team_with(&flows::question());
    let phone = a_phone();
    // As in Brazil or Mexico: the `wa_id` is not the number sent to.
    let wa_id = format!("9{}", phone.trim_start_matches('+'));
    team.app.provider_answers(&phone, [stand_in::Answer::AcceptAs { wa_id: wa_id.clone() }]);
    team.triggers(&flow, &phone).expect(201);
    let conversation = account.conversation_with(&phone);
    team.app.wait_for_sent_to(&phone, 1);
    team.app.settled(&conversation);

    account.receives(&Inbound::quick_reply(&wa_id, "yes", "Yes"));

    assert_eq!(texts(&team, &phone, 2)[1], "You said yes.");
}

#[test]
fn an_image_is_kept_and_does_not_answer_a_question() {
    let (team, account, flow) = team_with(&flows::question());
    let phone = a_phone();
    team.triggers(&flow, &phone).expect(201);

    let image = json!({"id": "1003383421387256", "mime_type": "image/jpeg", "sha256": "x"});
    account.receives(&Inbound::new(&phone, "image", image.clone()));

    team.app.wait_for_sent_to(&phone, 2);
    let conversation = team.app.settled(&account.conversation_with(&phone));
    assert_eq!(conversation["messages"][1]["message_type"], "image");
    assert_eq!(conversation["messages"][1]["content"]["id"], image["id"]);
    assert_eq!(conversation["sessions"][0]["status"], "running");
}

#[test]
fn an_account_may_show_that_a_message_was_read() {
    let (team, account, _) = team_with(&flows::question());
    let mut wanted = account.registration();
    wanted["mark_as_read"] = json!(true);
    team.app.ops("POST", "/ops/channels").json(&wanted).send().expect(201);
    let phone = a_phone();
    let id = new_message_id();
    let message = Inbound::text(&phone, "hello").id(&id);
    for _ in 0..2 {
        account.receives(&message);
        texts(&team, &phone, 1);
        team.app.settled(&account.conversation_with(&phone));
    }
    let sent = team.app.stand_in.sent();
    let shown = sent.iter().filter(|sent| sent.account == account.id && sent.to().is_empty());
    let shown: Vec<&Value> = shown.map(|sent| &sent.body).collect();
    assert_eq!(
        shown,
        [&json!({"messaging_product": "whatsapp", "status": "read", "message_id": id})],
        "once, however often it is delivered"
    );
}
