//! Calls that sessions wait for: of an address, and what holds for all of them.

use conversation::Body;
use engine::{Answer, SendError};
use serde_json::{Value, json};
use uuid::Uuid;

use super::simulation::conversation_of;
use super::simulation::setup::TEAM;
use super::simulation::shop::{answer, key};
use super::stage::{SECOND, Stage, to};

/// What came back is told, or why nothing did.
fn asking(url: &str) -> Value {
    json!({"entry": "call", "nodes": [
        {"id": "call", "type": "http", "url": url, "timeout": 5, "save_as": "found"},
        {"id": "ok", "type": "ask", "text": "{{vars.found.status}} {{vars.found.body.name}}"},
        {"id": "failed", "type": "message",
            "text": "failed: {{vars.found.error|default(vars.found.status)}}"},
        {"id": "got", "type": "message", "text": "got {{input.text}}"},
        {"id": "more", "type": "ask", "text": "more?"},
    ], "edges": [{"from": "call", "to": "ok"}, {"from": "call", "port": "error", "to": "failed"},
        {"from": "ok", "to": "got"}, {"from": "got", "to": "more"}, {"from": "more", "to": "got"}]})
}

/// What is answered to the next call.
pub fn decide(stage: &Stage, result: Result<Answer, SendError>) {
    stage.world.shop.borrow_mut().decided.push_back(result);
}

fn ann() -> Result<Answer, SendError> {
    Ok(answer(200, r#"{"name": "Ann"}"#))
}

#[test]
fn an_answer_is_saved_and_the_session_goes_on() {
    let mut stage = Stage::with(&asking("https://api.example.com/who?x=1"));
    decide(&stage, ann());
    stage.hear(0, "wamid.1", "hi");
    assert_eq!(stage.received(0), ["200 Ann"]);
    let shop = stage.world.shop.borrow();
    let request = &shop.called[0].request;
    assert_eq!(request.uri(), "https://api.example.com/who?x=1");
    assert_eq!((request.method().as_str(), shop.called.len()), ("GET", 1));
}

#[test]
fn what_cannot_be_kept_goes_through_the_error_port_and_is_not_asked_again() {
    let broken = Answer { is_whole: false, ..answer(200, "") };
    let large = json!({"name": "x".repeat(17 * 1024)}).to_string();
    for (result, said) in [
        (Err(SendError::Unanswered("no first byte".into())), "timed_out"),
        (Err(SendError::NotSent("no such host".into())), "unreachable"),
        (Ok(broken), "too_large"),
        (Ok(answer(200, &large)), "too_large"),
        (Ok(answer(503, "busy")), "503"),
    ] {
        let mut stage = Stage::with(&asking("https://api.example.com/"));
        decide(&stage, result);
        stage.hear(0, "wamid.1", "hi");
        assert_eq!(stage.received(0), [format!("failed: {said}")]);
        stage.sweep_for(10);
        assert!(stage.world.shop.borrow().called.len() <= 1);
    }
}

#[test]
fn an_address_within_the_network_is_called_only_if_the_operator_lists_it() {
    for url in ["http://10.0.0.1:8080/orders", "http://localhost/", "http://169.254.169.254/latest"]
    {
        let mut stage = Stage::with(&asking(url));
        stage.hear(0, "wamid.1", "hi");
        assert_eq!(stage.received(0), ["failed: refused"]);
        assert!(stage.world.shop.borrow().called.is_empty());
    }
    let mut stage = Stage::with(&asking("http://10.0.0.1:8080/orders"));
    stage.set("outbound3", "http://10.0.0.1:8080");
    decide(&stage, ann());
    stage.hear(0, "wamid.1", "hi");
    assert_eq!(stage.received(0), ["200 Ann"]);
}

#[test]
fn what_the_contact_writes_meanwhile_is_acknowledged_and_has_its_turn_afterwards() {
    let mut stage = Stage::with(&asking("https://api.example.com/"));
    decide(&stage, ann());
    let calling = stage.take(&[(0, "wamid.1", "hi")]);
    stage.hear(0, "wamid.2", "a");
    stage.hear(0, "wamid.3", "b");
    assert!(stage.received(0).is_empty());
    calling.into_iter().for_each(|committed| stage.deliver(committed));
    assert_eq!(stage.received(0), ["200 Ann", "got a", "more?", "got b", "more?"]);
}

#[test]
fn what_waited_for_a_call_starts_the_accounts_workflow_if_nobody_waits_for_it_then() {
    // One session waits for a single answer; a newer one calls.
    let mut stage = Stage::new();
    let once = json!({"entry": "ask", "nodes": [{"id": "ask", "type": "ask", "text": "Name?"},
        {"id": "thanks", "type": "message", "text": "Thanks, {{input.text}}"}],
        "edges": [{"from": "ask", "to": "thanks"}]});
    stage.publish(Uuid::from_u128(5), &once);
    let call = json!({"entry": "call", "nodes": [
        {"id": "call", "type": "http", "url": "https://api.example.com/"}], "edges": []});
    stage.publish(Uuid::from_u128(6), &call);
    stage.start_workflow(Uuid::from_u128(5), TEAM, to(0), None).unwrap();
    let calling = stage.start_workflow(Uuid::from_u128(6), TEAM, to(0), None).unwrap();
    let log = |stage: &Stage| {
        let log = stage.conversation(0).log;
        let texts = log.iter().filter_map(|message| match &message.body {
            Body::Outbound { content: flow::Content::Text { text } } => Some(text.clone()),
            _ => None,
        });
        texts.collect::<Vec<_>>()
    };
    stage.hear(0, "wamid.1", "Ann");
    stage.hear(0, "wamid.2", "hello?");
    stage.deliver(calling.committed);
    assert_eq!(log(&stage), ["Name?", "Thanks, Ann", "v1 hello"]);
}

#[test]
fn many_that_waited_have_their_turn_at_once_though_nothing_is_said() {
    let graph = json!({"entry": "call", "nodes": [
        {"id": "call", "type": "http", "url": "https://api.example.com/"},
        {"id": "person", "type": "handoff"}], "edges": [{"from": "call", "to": "person"}]});
    let mut stage = Stage::with(&graph);
    let calling = stage.take(&[(0, "wamid.0", "hi")]);
    for n in 1..=conversation::limits::EVENTS_A_COMMIT + 2 {
        stage.hear(0, &format!("wamid.{n}"), "hello?");
    }
    calling.into_iter().for_each(|committed| stage.deliver(committed));
    let conversation = stage.conversation(0);
    assert!(conversation.needs_attention && conversation.queue.is_empty());
}

#[test]
fn a_holder_begins_to_call_within_30_seconds_or_another_does_under_the_same_key() {
    let mut stage = Stage::with(&asking("https://api.example.com/"));
    let committed = stage.take(&[(0, "wamid.1", "hi")]);
    let wanted = stage.conversation(0).calls[0].id;
    stage.pass(31 * SECOND);
    committed.into_iter().for_each(|committed| stage.deliver(committed));
    assert!(stage.world.shop.borrow().called.is_empty());
    stage.sweep_for(2);
    assert!(stage.world.shop.borrow().called.is_empty(), "it may be about to call");
    decide(&stage, ann());
    stage.sweep_for(2);
    assert_eq!(stage.received(0), ["200 Ann"]);
    assert_eq!(key(&stage.world.shop.borrow().called[0].request), wanted);
}

#[test]
fn a_stop_ends_what_waits_for_a_call_and_its_answer_is_ignored() {
    let mut stage = Stage::with(&asking("https://api.example.com/"));
    decide(&stage, ann());
    let calling = stage.take(&[(0, "wamid.1", "hi")]);
    stage.hear(0, "wamid.2", "never heard");
    stage.hear(0, "wamid.3", "STOP");
    calling.into_iter().for_each(|committed| stage.deliver(committed));
    stage.sweep_for(10);
    assert_eq!(stage.received(0), [flow::OPTED_OUT_TEXT]);
    let conversation = stage.conversation(0);
    assert!(conversation.calls.is_empty() && conversation.queue.is_empty());
}

#[test]
fn a_result_is_recorded_though_the_store_fails_for_a_while() {
    let mut stage = Stage::with(&asking("https://api.example.com/"));
    decide(&stage, ann());
    let calling = stage.take(&[(0, "wamid.1", "hi")]);
    let mut failures = 5;
    stage.world.kv.faults(move |operation| {
        let fails = failures > 0
            && operation.kind == store::memory::Kind::Watch
            && operation.key.starts_with("conversation:");
        failures -= i32::from(fails);
        fails.then_some(store::memory::Fault::Before)
    });
    calling.into_iter().for_each(|committed| stage.deliver(committed));
    stage.world.kv.settle();
    assert_eq!(stage.received(0), ["200 Ann"]);
    assert_eq!(stage.world.shop.borrow().called.len(), 1);
    assert!(stage.find(conversation_of(0)).unwrap().calls.is_empty());
}
