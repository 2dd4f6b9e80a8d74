//! What webhooks bring.

use std::collections::BTreeSet;

use conversation::{Channel, Conversation, MessageStatus, TurnError, identity, limits};
use engine::{EngineError, Place, Words, WordsError};
use serde_json::json;
use store::keys;
use store::memory::{Fault, Scheduler, block_on};

use super::model::agent;
use super::simulation::conversation_of;
use super::simulation::setup::{ACCOUNT, TEAM, create, new_account};
use super::stage::{MINUTE, Stage, change_account, messages, status};

#[test]
fn a_message_starts_the_accounts_workflow_and_the_next_one_answers_it() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "hi");
    stage.hear(0, "wamid.2", "a");
    assert_eq!(stage.received(0), ["v1 hello", "v1 got a", "v1 more?"]);
}

#[test]
fn messages_of_one_delivery_are_taken_in_order_a_few_in_a_commit() {
    let mut stage = Stage::new();
    let ids: Vec<String> = (0..20).map(|n| format!("wamid.{n}")).collect();
    let all: Vec<_> = ids.iter().map(|id| (0, id.as_str(), id.as_str())).collect();
    let received = stage.receive(&stage.account(), messages(&all));
    assert_eq!(received.committed.len(), 1, "the others sent nothing yet: they wait for it");
    received.committed.into_iter().for_each(|committed| stage.deliver(committed));
    let conversation = stage.conversation(0);
    let heard = conversation.log.iter().filter_map(|m| Some((m.provider_id.as_ref()?, m.at)));
    let heard: Vec<_> = heard.filter(|(id, _)| ids.contains(id)).collect();
    assert_eq!(heard.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids.iter().collect::<Vec<_>>());
    // Each commit has a time of its own.
    let commits: BTreeSet<_> = heard.iter().map(|(_, at)| at.0).collect();
    assert_eq!(commits.len(), 20_usize.div_ceil(limits::EVENTS_A_COMMIT));
    assert_eq!(stage.received(0).len(), 1 + 2 * 19);
}

#[test]
fn a_message_after_the_session_expired_starts_the_workflow_though_no_sweep_came() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "hi");
    stage.pass(31 * MINUTE);
    stage.hear(0, "wamid.2", "still there?");
    assert_eq!(stage.received(0), ["v1 hello", "v1 hello"]);
}

#[test]
fn the_second_message_of_a_delivery_starts_the_workflow_when_the_first_ended_the_session() {
    let mut stage = Stage::new();
    let graph = json!({"entry": "ask", "nodes": [{"id": "ask", "type": "ask", "text": "v9 Name?"},
        {"id": "end", "type": "end"}], "edges": [{"from": "ask", "to": "end"}]});
    let store = stage.store();
    let welcome = super::simulation::setup::welcome();
    assert!(block_on(super::simulation::setup::publish(&store, welcome, &graph, "v9")));
    stage.hear(0, "wamid.1", "hi");
    let both = messages(&[(0, "wamid.2", "Ann"), (0, "wamid.3", "hi again")]);
    let received = stage.receive(&stage.account(), both);
    received.committed.into_iter().for_each(|committed| stage.deliver(committed));
    assert_eq!(stage.received(0), ["v9 Name?", "v9 Name?"]);
}

#[test]
fn a_receipt_for_a_conversation_that_does_not_exist_creates_nothing() {
    let mut stage = Stage::new();
    let before = stage.world.kv.keys();
    for callback in [json!(format!("{}:{}", uuid::Uuid::nil(), uuid::Uuid::nil())), json!(null)] {
        let received = stage.receive(&stage.account(), json!({
            "metadata": {"phone_number_id": ACCOUNT}, "statuses": [{"id": "wamid.x",
            "status": "read", "recipient_id": "14155550199", "biz_opaque_callback_data": callback}]}));
        assert!(received.failed.is_none() && received.committed.is_empty());
    }
    assert_eq!(stage.world.kv.keys(), before);
}

#[test]
fn a_receipt_moves_its_message_and_one_without_our_id_as_well() {
    let mut stage = Stage::new();
    stage.offer(0);
    let account = stage.account();
    stage.receive(&account, status(&stage, 0, "delivered"));
    assert_eq!(stage.statuses(0), [MessageStatus::Delivered]);
    let mut anonymous = status(&stage, 0, "read");
    anonymous["statuses"][0]["biz_opaque_callback_data"].take();
    stage.receive(&account, anonymous);
    assert_eq!(stage.statuses(0), [MessageStatus::Read]);
}

#[test]
fn a_receipt_of_another_teams_account_changes_nothing() {
    let mut stage = Stage::new();
    stage.offer(0);
    let before = stage.conversation(0);
    let theirs = new_account("999", "other");
    create(&stage.store(), &keys::channel("whatsapp", "999"), &theirs);
    let mut forged = status(&stage, 0, "read");
    forged["metadata"]["phone_number_id"] = json!("999");
    // Not even what is due there is done on their word.
    stage.pass(60 * MINUTE);
    stage.receive(&theirs, forged);
    assert_eq!(stage.conversation(0), before);
}

#[test]
fn updates_of_another_account_are_left_alone() {
    let mut stage = Stage::new();
    let mut other = messages(&[(0, "wamid.1", "hi")]);
    other["metadata"]["phone_number_id"] = json!("999");
    let received = stage.receive(&stage.account(), other);
    assert!(received.failed.is_none() && received.committed.is_empty());
    assert_eq!(stage.find(conversation_of(0)), None);
}

#[test]
fn a_conversation_that_fails_does_not_hold_up_the_others_of_a_delivery() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "hi");
    stage.hear(1, "wamid.2", "hi");
    let broken = keys::conversation(&conversation_of(0).to_string());
    stage
        .world
        .kv
        .faults(move |operation| operation.key.starts_with(&broken).then_some(Fault::Before));
    let both = messages(&[(0, "wamid.3", "a"), (1, "wamid.4", "b")]);
    let received = stage.receive(&stage.account(), both.clone());
    assert!(matches!(received.failed, Some(EngineError::Store(_))), "it must come again");
    received.committed.into_iter().for_each(|committed| stage.deliver(committed));
    assert_eq!(stage.received(1), ["v1 hello", "v1 got b", "v1 more?"]);
    stage.world.kv.settle();
    let received = stage.receive(&stage.account(), both);
    assert!(received.failed.is_none());
    received.committed.into_iter().for_each(|committed| stage.deliver(committed));
    assert_eq!(stage.received(0), ["v1 hello", "v1 got a", "v1 more?"]);
    assert_eq!(stage.received(1).len(), 3, "once");
}

#[test]
fn a_contact_whom_the_provider_knows_by_an_id_only_is_answered() {
    let mut stage = Stage::new();
    let message = json!({"id": "wamid.1", "from": "", "from_user_id": "US.13491208655302741918",
        "type": "text", "text": {"body": "hi"}});
    let value = json!({"metadata": {"phone_number_id": ACCOUNT}, "messages": [message]});
    let received = stage.receive(&stage.account(), value);
    received.committed.into_iter().for_each(|committed| stage.deliver(committed));
    let provider = stage.world.provider.borrow();
    assert_eq!(provider.accepted[0].body["recipient"], "US.13491208655302741918");
}

#[test]
fn an_alias_leads_to_the_conversation_of_its_contact() {
    let mut stage = Stage::new();
    // The provider knows this Brazilian number without its ninth digit.
    stage.world.provider.borrow_mut().wa_id = Some("551187654321".to_owned());
    let contact = conversation::E164::parse("+5511987654321").unwrap();
    let started = stage.start_as(TEAM, engine::ContactRef::Phone(contact.clone()), None).unwrap();
    stage.deliver(started.committed);
    let message = json!({"id": "wamid.1", "from": "551187654321", "type": "text",
        "text": {"body": "a"}});
    let value = json!({"metadata": {"phone_number_id": ACCOUNT}, "messages": [message]});
    let received = stage.receive(&stage.account(), value);
    received.committed.into_iter().for_each(|committed| stage.deliver(committed));
    let id = identity::conversation(TEAM, Channel::Whatsapp, ACCOUNT, contact.as_str());
    assert_eq!(stage.find(id).unwrap().log.len(), 4, "asked, answered, answered");
}

#[test]
fn a_document_that_would_be_too_large_is_refused_and_stays_as_it_was() {
    let mut stage = Stage::new();
    stage.offer(0);
    let mut conversation = stage.conversation(0);
    let id = conversation_of(2);
    conversation.id = id;
    conversation.sessions[0].context.insert("huge".to_owned(), json!("x".repeat(900 * 1024)));
    conversation.address = super::simulation::phone(2);
    create(&stage.store(), &keys::conversation(&id.to_string()), &conversation);
    let before = stage.find(id);
    let received = stage.receive(&stage.account(), messages(&[(2, "wamid.1", "hi")]));
    assert!(matches!(received.failed, Some(EngineError::Unwritable(_))));
    assert_eq!(stage.find(id), before);
}

#[test]
fn a_turn_that_meets_others_announces_itself_once() {
    for seed in 0..50 {
        let mut stage = Stage::new();
        let mut scheduler = Scheduler::new(seed);
        for n in 0..6 {
            let (host, account) = (stage.host(), stage.account());
            scheduler.spawn(async move {
                let body = json!({"object": "whatsapp_business_account", "entry": [{"changes": [
                    {"field": "messages", "value": messages(&[(0, &format!("wamid.{n}"), "hi")])}]}]});
                let updates = channels::whatsapp::parse(body.to_string().as_bytes()).unwrap();
                assert!(host.engine().receive(&account, updates).await.failed.is_none());
            });
        }
        scheduler.run();
        let slots = |key: &&String| key.starts_with("due:") && key.contains('/');
        let slots = stage.world.kv.keys().iter().filter(slots).count();
        assert!(slots <= 6, "seed {seed}: {slots} slots by 6 turns");
    }
}

/// Another agent answers on the account from now on.
fn reassign(stage: &Stage) -> uuid::Uuid {
    let agent = agent(TEAM);
    create(&stage.store(), &keys::agent(&agent.id.to_string()), &agent);
    change_account(stage, |account| account.agent_id = Some(agent.id));
    agent.id
}

/// The entries of an agent's list of conversations.
fn entries(stage: &Stage, agent: uuid::Uuid) -> u64 {
    block_on(stage.store().count(&keys::conversations(&agent.to_string()))).unwrap()
}

#[test]
fn a_change_of_agents_takes_no_message_out_of_a_long_log() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "hi");
    let key = keys::conversation(&conversation_of(0).to_string());
    stage.change(&key, |conversation: &mut Conversation| {
        while conversation.log.len() < 80 {
            let mut message = conversation.log[1].clone();
            conversation.sequence += 1;
            message.id = uuid::Uuid::from_u128(u128::from(conversation.sequence));
            message.sequence = conversation.sequence;
            conversation.log.push_back(message);
        }
    });
    let before = stage.conversation(0).log;
    let agent = reassign(&stage);
    // Nothing else changes: the message came before. And it comes again.
    for _ in 0..3 {
        stage.hear(0, "wamid.1", "hi");
        let conversation = stage.conversation(0);
        assert_eq!((conversation.agent, conversation.listed), (Some(agent), Some(1)));
        assert_eq!((conversation.log, conversation.log_pages), (before.clone(), 0));
    }
    assert_eq!(entries(&stage, agent), 1);
}

#[test]
fn what_is_refused_is_not_named_in_the_list_of_an_agent() {
    let mut stage = Stage::new();
    let agent = agent(TEAM);
    create(&stage.store(), &keys::agent(&agent.id.to_string()), &agent);
    let place = Place::Contact {
        channel: Channel::Whatsapp,
        address: "+14155550100".to_owned(),
        username: None,
        test: true,
    };
    let request = uuid::Uuid::from_u128(5);
    let words = Words { agent: &agent, place, text: "Hello", request, may_repeat: true };
    // Automation answers there.
    let refused = block_on(stage.host().engine().say(&words));
    assert!(matches!(refused, Err(WordsError::Turn(TurnError::NotPaused))));
    assert_eq!(entries(&stage, agent.id), 0);
}
