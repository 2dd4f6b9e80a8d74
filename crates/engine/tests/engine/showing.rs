//! That a message was read, and that an answer is being made: shown to the contact, and of no other consequence.

use std::cell::RefCell;
use std::rc::Rc;

use conversation::MessageStatus::Sent;
use serde_json::{Value, json};

use super::calls::decide;
use super::simulation::provider::Fate;
use super::simulation::shop::answer;
use super::stage::{SECOND, Stage, change_account};

fn shown(stage: &Stage) -> Vec<Value> {
    stage.world.provider.borrow().shown.clone()
}

fn read(id: &str) -> Value {
    json!({"messaging_product": "whatsapp", "status": "read", "message_id": id})
}

fn wants(stage: &Stage) {
    change_account(stage, |account| account.mark_as_read = true);
}

#[test]
fn a_message_is_shown_as_read_once_when_it_is_answered_and_the_answer_does_not_wait_for_that() {
    let mut stage = Stage::new();
    wants(&stage);
    let begun = stage.world.clock.get();
    stage.hear(0, "wamid.1", "hi");
    assert_eq!((shown(&stage), stage.received(0).len()), (vec![read("wamid.1")], 1));
    assert!(stage.world.clock.get() - begun < 30 * SECOND, "it was never answered");
    stage.hear(0, "wamid.1", "hi");
    assert_eq!(shown(&stage).len(), 1, "delivered again");
    stage.hear(0, "wamid.2", "a");
    assert_eq!(shown(&stage)[1..], [read("wamid.2")], "once, for two messages");
    assert_eq!(stage.received(0), ["v1 hello", "v1 got a", "v1 more?"]);
}

#[test]
fn it_costs_the_store_nothing() {
    let cost = |wanted: bool| {
        let mut stage = Stage::new();
        change_account(&stage, |account| account.mark_as_read = wanted);
        let operations = Rc::new(RefCell::new(Vec::new()));
        let seen = Rc::clone(&operations);
        // The document's own key has a random part.
        let name = |key: &str| key.split('#').next().unwrap_or_default().to_owned();
        stage.world.kv.faults(move |operation| {
            seen.borrow_mut().push(format!("{:?} {}", operation.kind, name(operation.key)));
            None
        });
        stage.hear(0, "wamid.1", "hi");
        assert_eq!((stage.received(0).len(), shown(&stage).len()), (1, usize::from(wanted)));
        operations.take()
    };
    // What is compiled once is not read again.
    cost(false);
    assert_eq!(cost(true), cost(false));
}

#[test]
fn nothing_is_shown_where_the_account_does_not_want_it_or_nothing_answers() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "hi");
    assert!(shown(&stage).is_empty());
    wants(&stage);
    change_account(&stage, |account| account.workflow_id = None);
    stage.hear(1, "wamid.2", "hi");
    assert!(shown(&stage).is_empty());
    // Nor what the team starts: nobody wrote.
    stage.offer(1);
    assert!(shown(&stage).is_empty());
}

#[test]
fn typing_is_shown_while_a_call_is_made() {
    let graph = json!({"entry": "call", "nodes": [
        {"id": "call", "type": "http", "url": "https://api.example.com/", "save_as": "found"},
        {"id": "ok", "type": "message", "text": "{{vars.found.status}}"},
    ], "edges": [{"from": "call", "to": "ok"}, {"from": "call", "port": "error", "to": "ok"}]});
    let mut stage = Stage::with(&graph);
    wants(&stage);
    decide(&stage, Ok(answer(200, "{}")));
    stage.hear(0, "wamid.1", "hi");
    let mut typing = read("wamid.1");
    typing["typing_indicator"] = json!({"type": "text"});
    assert_eq!((shown(&stage), stage.received(0)), (vec![typing], vec!["200".to_owned()]));
}

#[test]
fn a_message_that_is_tried_again_is_not_shown_again() {
    let mut stage = Stage::new();
    wants(&stage);
    stage.world.provider.borrow_mut().decided = vec![Fate::Busy, Fate::NotSent];
    stage.hear(0, "wamid.1", "hi");
    stage.sweep_for(10);
    assert_eq!((shown(&stage).len(), stage.received(0).len()), (1, 1));
    assert_eq!(stage.statuses(0)[1], Sent);
}
