//! One person by phone and by `user_id`: one contact and one conversation, whichever was known first.

use channels::whatsapp;
use contacts::{Person, Search, Sought};
use conversation::{Body, Channel, Conversation, MessageStatus, identity};
use engine::{OrderError, OrderRequest, Ordered, TriggerError};
use flow::Content;
use serde_json::{Value, json};
use store::memory::{Backend, Scheduler, block_on};
use uuid::Uuid;

use super::simulation::conversation_of;
use super::simulation::phone;
use super::simulation::setup::{ACCOUNT, TEAM};
use super::stage::{Stage, status, webhook};

const ID: &str = "US.13491208655302741918";

/// What the first contact writes, known by its phone, by its id, or by both.
fn written(wamid: &str, (by_phone, by_id): (bool, bool), text: &str) -> Value {
    let from = phone(0).trim_start_matches('+').to_owned();
    let mut message = json!({"id": wamid, "from": "", "type": "text", "text": {"body": text}});
    if by_phone {
        message["from"] = from.into();
    }
    if by_id {
        message["from_user_id"] = ID.into();
    }
    json!({"metadata": {"phone_number_id": ACCOUNT}, "messages": [message]})
}

const PHONE: (bool, bool) = (true, false);
const ID_ALONE: (bool, bool) = (false, true);
const BOTH: (bool, bool) = (true, true);

fn hear(stage: &mut Stage, wamid: &str, by: (bool, bool), text: &str) {
    let received = stage.receive(&stage.account(), written(wamid, by, text));
    assert!(received.failed.is_none());
    received.committed.into_iter().for_each(|committed| stage.deliver(committed));
}

fn of_id() -> Uuid {
    identity::conversation(TEAM, Channel::Whatsapp, ACCOUNT, &format!("id:{ID}"))
}

/// What the contact wrote in a conversation.
fn heard(conversation: &Conversation) -> Vec<&str> {
    let text = |body: &'_ Body| matches!(body, Body::Inbound { .. });
    let inbound = conversation.log.iter().filter(|message| text(&message.body));
    inbound.filter_map(conversation::Message::words).collect()
}

fn person(stage: &Stage, address: &str) -> Person {
    block_on(contacts::by_address(&stage.store(), TEAM, address)).unwrap().expect("a contact")
}

fn found_by_phone(stage: &Stage) -> Uuid {
    let sought = contacts::read(&json!({"phone": phone(0)}), Sought::read).unwrap();
    block_on(contacts::get(&stage.store(), TEAM, &sought)).unwrap().id
}

fn listed(stage: &Stage) -> usize {
    block_on(contacts::search(&stage.store(), TEAM, &Search::default())).unwrap().len()
}

/// To whom messages went.
fn recipients(stage: &Stage) -> Vec<String> {
    let provider = stage.world.provider.borrow();
    let to = |body: &Value| body.get("recipient").or(body.get("to")).cloned().unwrap_or_default();
    provider.accepted.iter().map(|accepted| to(&accepted.body).as_str().unwrap().into()).collect()
}

#[test]
fn a_phone_that_appears_later_leads_to_the_conversation_that_there_is() {
    let mut stage = Stage::new();
    hear(&mut stage, "wamid.1", ID_ALONE, "hi");
    let first = person(&stage, &format!("id:{ID}")).contact;
    assert_eq!(first.phone, None);
    for (wamid, by, text) in [
        ("wamid.2", BOTH, "a"),
        ("wamid.3", PHONE, "b"),
        ("wamid.4", ID_ALONE, "c"),
        // Delivered again.
        ("wamid.1", ID_ALONE, "hi"),
        ("wamid.2", BOTH, "a"),
        ("wamid.3", PHONE, "b"),
    ] {
        hear(&mut stage, wamid, by, text);
    }
    assert_eq!(heard(&stage.find(of_id()).unwrap()), ["hi", "a", "b", "c"]);
    assert_eq!(stage.find(conversation_of(0)), None);
    assert_eq!((found_by_phone(&stage), listed(&stage)), (first.id, 1));
    assert_eq!(person(&stage, &phone(0)).contact.phone, Some(phone(0)));
    // What the team starts for the phone goes on there.
    let started = stage.start(0).unwrap();
    assert_eq!(started.contact, first.id);
    stage.deliver(started.committed);
    assert_eq!(stage.find(of_id()).unwrap().sessions.len(), 2);
    assert!(recipients(&stage).iter().all(|to| to == ID), "{:?}", recipients(&stage));
    // And what it says of itself there counts for the phone.
    hear(&mut stage, "wamid.9", PHONE, "stop");
    assert!(matches!(stage.start(0), Err(TriggerError::OptedOut)));
}

#[test]
fn an_id_that_appears_later_leads_to_the_conversation_that_there_is() {
    let mut stage = Stage::new();
    stage.offer(0);
    let first = stage.contact(0);
    hear(&mut stage, "wamid.1", BOTH, "a");
    hear(&mut stage, "wamid.2", ID_ALONE, "b");
    hear(&mut stage, "wamid.1", BOTH, "a");
    assert_eq!(heard(&stage.conversation(0)), ["a", "b"]);
    assert_eq!(stage.find(of_id()), None);
    assert_eq!((person(&stage, &format!("id:{ID}")).contact.id, listed(&stage)), (first.id, 1));
    assert!(recipients(&stage).iter().all(|to| *to == phone(0)));
}

#[test]
fn the_answer_to_a_message_tells_the_other_address() {
    let mut stage = Stage::new();
    stage.world.provider.borrow_mut().user_id = Some(ID.to_owned());
    stage.offer(0);
    hear(&mut stage, "wamid.1", ID_ALONE, "a");
    assert_eq!(heard(&stage.conversation(0)), ["a"]);

    let mut stage = Stage::new();
    stage.world.provider.borrow_mut().wa_id = Some(phone(0).trim_start_matches('+').to_owned());
    hear(&mut stage, "wamid.1", ID_ALONE, "hi");
    stage.offer(0);
    assert_eq!((stage.find(conversation_of(0)), listed(&stage)), (None, 1));
    hear(&mut stage, "wamid.2", PHONE, "a");
    assert_eq!(heard(&stage.find(of_id()).unwrap()), ["hi", "a"]);
}

/// Has a message sent; it is not delivered yet.
fn order(stage: &mut Stage, address: &str) -> Result<Ordered, OrderError> {
    let (host, account) = (stage.host(), stage.account());
    let content = Content::Text { text: "By the way".to_owned() };
    let request = OrderRequest { account: &account, address, content, reply_to: None, key: None };
    block_on(host.engine().order(&request))
}

#[test]
fn a_message_is_sent_to_whom_an_id_is_known_of_and_nobody_is_created_by_one() {
    let mut stage = Stage::new();
    let by_id = format!("id:{ID}");
    assert!(matches!(order(&mut stage, &by_id), Err(OrderError::NoContact)));
    assert_eq!(listed(&stage), 0);
    hear(&mut stage, "wamid.1", ID_ALONE, "hi");
    let ordered = order(&mut stage, &by_id).unwrap();
    assert_eq!(ordered.committed.conversation.id, of_id());
    stage.deliver(ordered.committed);
    assert_eq!(recipients(&stage), [ID, ID]);
    // The phone appears: by either it goes on there.
    hear(&mut stage, "wamid.2", BOTH, "a");
    for address in [by_id, phone(0)] {
        let ordered = order(&mut stage, &address).unwrap();
        assert_eq!(ordered.committed.conversation.id, of_id(), "{address}");
        stage.deliver(ordered.committed);
    }
    assert_eq!(listed(&stage), 1);
}

#[test]
fn a_status_tells_the_other_address_and_creates_nobody() {
    let mut stage = Stage::new();
    stage.offer(0);
    let mut told = status(&stage, 0, "delivered");
    told["statuses"][0]["recipient_user_id"] = ID.into();
    stage.receive(&stage.account(), told.clone());
    assert_eq!(stage.statuses(0), [MessageStatus::Delivered]);
    hear(&mut stage, "wamid.1", ID_ALONE, "a");
    assert_eq!(heard(&stage.conversation(0)), ["a"]);

    let before = stage.world.kv.keys();
    told["statuses"][0]["recipient_id"] = "14155550199".into();
    told["statuses"][0]["recipient_user_id"] = "US.2".into();
    stage.receive(&stage.account(), told);
    assert_eq!(stage.world.kv.keys(), before);
}

#[test]
fn where_both_had_a_conversation_the_phones_goes_on_and_nothing_is_taken_twice() {
    let mut stage = Stage::new();
    hear(&mut stage, "wamid.1", ID_ALONE, "hi");
    hear(&mut stage, "wamid.2", PHONE, "hello");
    let (of_the_id, of_the_phone) = (stage.find(of_id()).unwrap(), stage.conversation(0));
    hear(&mut stage, "wamid.3", BOTH, "a");
    hear(&mut stage, "wamid.4", ID_ALONE, "b");
    for (wamid, by) in [("wamid.1", ID_ALONE), ("wamid.3", BOTH), ("wamid.2", PHONE)] {
        hear(&mut stage, wamid, by, "again");
    }
    assert_eq!(stage.find(of_id()).unwrap(), of_the_id, "as it was");
    let goes_on = stage.conversation(0);
    assert_eq!(heard(&goes_on), ["hello", "a", "b"]);
    assert_eq!((goes_on.id, goes_on.contact_id), (of_the_phone.id, of_the_phone.contact_id));
    assert_eq!(found_by_phone(&stage), of_the_phone.contact_id);
    assert_eq!(listed(&stage), 2, "nothing is merged");
}

#[test]
fn who_opted_out_by_one_address_has_opted_out_by_the_other() {
    let mut stage = Stage::new();
    hear(&mut stage, "wamid.1", ID_ALONE, "stop");
    stage.offer(0);
    hear(&mut stage, "wamid.2", BOTH, "a");
    assert!(matches!(stage.start(0), Err(TriggerError::OptedOut)));
}

#[test]
fn hosts_that_hear_of_both_at_once_and_twice_come_to_one_conversation() {
    for backend in [Backend::Sqlite, Backend::Redis] {
        for seed in 0..150 {
            let mut stage = Stage::on(backend);
            let mut scheduler = Scheduler::new(seed);
            for (wamid, by) in
                [("wamid.1", ID_ALONE), ("wamid.2", BOTH), ("wamid.1", ID_ALONE), ("wamid.2", BOTH)]
            {
                let (host, account) = (stage.host(), stage.account());
                let body = webhook(&written(wamid, by, wamid)).to_string();
                scheduler.spawn(async move {
                    let updates = whatsapp::parse(body.as_bytes()).unwrap();
                    assert!(host.engine().receive(&account, updates).await.failed.is_none());
                });
            }
            scheduler.run();
            let all = [stage.find(of_id()), stage.find(conversation_of(0))];
            let all: Vec<Conversation> = all.into_iter().flatten().collect();
            assert_eq!((all.len(), listed(&stage)), (1, 1), "{backend:?} {seed}");
            let mut texts = heard(&all[0]);
            texts.sort_unstable();
            assert_eq!(texts, ["wamid.1", "wamid.2"], "{backend:?} {seed}");
        }
    }
}
