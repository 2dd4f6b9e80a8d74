//! Deliveries of many updates, and many deliveries of one.

use black_box::{Account, App, Team, a_phone, at_once, flows};
use serde_json::{Value, json};
use stand_in::{Inbound, Webhook};

fn an_echo() -> (Team, Account) {
    let team = App::shared().team();
    let flow = team.has_published(&flows::echo());
    let account = team.has_an_account_answered_by(&flow);
    (team, account)
}

fn inbound_texts(conversation: &Value) -> Vec<&str> {
    let log = conversation["messages"].as_array().expect("messages").iter();
    let inbound = log.filter(|message| message["direction"] == "inbound");
    inbound.map(|message| message["content"]["body"].as_str().expect("a text")).collect()
}

fn sent_texts(team: &Team, phone: &str) -> Vec<String> {
    team.app.sent_to(phone).iter().map(|message| message.text().to_owned()).collect()
}

#[test]
fn five_deliveries_of_one_message_are_one_step_and_one_reply() {
    let (team, account) = an_echo();
    let phone = a_phone();
    let delivery = account.delivery_of(&Inbound::text(&phone, "hello"));

    for _ in 0..5 {
        delivery.send().is(200, &json!({}));
    }

    let conversation = team.app.settled(&account.conversation_with(&phone));
    assert_eq!(inbound_texts(&conversation), ["hello"]);
    assert_eq!(sent_texts(&team, &phone), ["What is it?"]);
}

#[test]
fn sixteen_copies_at_once_are_one_step_and_one_reply() {
    let (team, account) = an_echo();
    let phone = a_phone();
    for (round, reply) in [(1, "What is it?"), (2, "You wrote: hello 2"), (3, "You wrote: hello 3")]
    {
        let delivery = account.delivery_of(&Inbound::text(&phone, &format!("hello {round}")));
        for answer in delivery.send_at_once(16) {
            answer.is(200, &json!({}));
        }
        let conversation = team.app.settled(&account.conversation_with(&phone));
        assert_eq!(inbound_texts(&conversation).len(), round);
        let sent = sent_texts(&team, &phone);
        assert_eq!((sent.len(), sent[round - 1].as_str()), (round, reply));
    }
}

#[test]
fn sixteen_messages_at_once_are_sixteen_steps() {
    let (team, account) = an_echo();
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "begin"));
    let texts: Vec<String> = (0..16).map(|n| format!("message {n}")).collect();

    let deliveries = texts.iter().map(|text| account.delivery_of(&Inbound::text(&phone, text)));
    for answer in at_once(deliveries.collect()) {
        answer.is(200, &json!({}));
    }

    team.app.wait_for_sent_to(&phone, 17);
    let conversation = team.app.settled(&account.conversation_with(&phone));
    let mut heard = inbound_texts(&conversation)[1..].to_vec();
    let replies: Vec<_> = heard.iter().map(|text| format!("You wrote: {text}")).collect();
    assert_eq!(sent_texts(&team, &phone)[1..], replies, "in the order in which they were heard");
    heard.sort_unstable();
    let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    texts.sort_unstable();
    assert_eq!(heard, texts);
}

#[test]
fn a_batch_of_several_contacts_reaches_each_in_order() {
    let (team, account) = an_echo();
    let phones = [a_phone(), a_phone(), a_phone()];
    let mut webhook = Webhook::new(&account.id);
    for text in ["one", "two", "three"] {
        for phone in &phones {
            webhook = webhook.message(&Inbound::text(phone, text));
        }
    }

    let delivery = account.webhook(&webhook.body());
    delivery.send().is(200, &json!({}));
    delivery.send().is(200, &json!({}));

    for phone in &phones {
        team.app.wait_for_sent_to(phone, 3);
        let conversation = team.app.settled(&account.conversation_with(phone));
        assert_eq!(inbound_texts(&conversation), ["one", "two", "three"]);
        let expected = ["What is it?", "You wrote: two", "You wrote: three"];
        assert_eq!(sent_texts(&team, phone), expected);
    }
}

#[test]
fn a_message_that_comes_twice_in_one_batch_is_one_step() {
    let (team, account) = an_echo();
    let phone = a_phone();
    let message = Inbound::text(&phone, "hello");

    let webhook = Webhook::new(&account.id).message(&message).message(&message);
    account.webhook(&webhook.body()).send().is(200, &json!({}));

    let conversation = team.app.settled(&account.conversation_with(&phone));
    assert_eq!(inbound_texts(&conversation), ["hello"]);
    assert_eq!(sent_texts(&team, &phone), ["What is it?"]);
}

#[test]
fn a_batch_of_a_hundred_messages_is_kept_whole() {
    let (team, account) = an_echo();
    let phones: Vec<String> = (0..10).map(|_| a_phone()).collect();
    let mut webhook = Webhook::new(&account.id);
    for n in 0..10 {
        for phone in &phones {
            webhook = webhook.message(&Inbound::text(phone, &n.to_string()));
        }
    }

    account.webhook(&webhook.body()).send().is(200, &json!({}));

    for phone in &phones {
        team.app.wait_for_sent_to(phone, 10);
        let conversation = team.app.settled(&account.conversation_with(phone));
        assert_eq!(inbound_texts(&conversation).len(), 10);
        assert_eq!(team.app.sent_to(phone).len(), 10);
    }
}
