//! Calls that sessions wait for: of an address, of the language model.

use conversation::Body;
use engine::{Answer, SendError};
use serde_json::{Value, json};
use store::keys;
use uuid::Uuid;

use super::simulation::conversation_of;
use super::simulation::setup::{TEAM, welcome};
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

fn decide(stage: &Stage, result: Result<Answer, SendError>) {
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
    stage.set("outbound_3", "http://10.0.0.1:8080");
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

/// Asks the model, for a reply or a label.
fn talking(labels: &Value) -> Value {
    let mut graph = json!({"entry": "ask", "nodes": [
        {"id": "ask", "type": "ask", "text": "How can I help?"},
        {"id": "ai", "type": "ai", "prompt": "Be brief.", "history": 5},
        {"id": "failed", "type": "message", "text": "A person will answer"},
    ], "edges": [{"from": "ask", "to": "ai"}, {"from": "ai", "port": "error", "to": "failed"}]});
    if !labels.is_null() {
        graph["nodes"][1]["labels"] = labels.clone();
        let sales = json!({"id": "sales", "type": "message", "text": "To sales"});
        graph["nodes"].as_array_mut().unwrap().push(sales);
        for port in ["buy", "other"] {
            let edge = json!({"from": "ai", "port": port, "to": if port == "buy" { "sales" } else { "failed" }});
            graph["edges"].as_array_mut().unwrap().push(edge);
        }
    }
    graph
}

fn words(content: &str) -> Result<Answer, SendError> {
    let body = json!({"choices": [{"message": {"role": "assistant", "content": content}}]});
    Ok(answer(200, &body.to_string()))
}

fn with_model(graph: &Value) -> Stage {
    let stage = Stage::with(graph);
    stage.set("llm_url", "https://llm.example.com");
    stage.set("llm_key", "sk-secret");
    stage.set("llm_model", "small");
    stage
}

fn asked(stage: &Stage) -> Value {
    let shop = stage.world.shop.borrow();
    serde_json::from_slice(shop.called.last().expect("a call").request.body()).unwrap()
}

#[test]
fn the_model_is_given_instructions_what_was_said_and_the_input() {
    let mut stage = with_model(&talking(&Value::Null));
    stage.hear(0, "wamid.1", "hi");
    stage.change_workflow(welcome(), |workflow| workflow.draft.system_prompt = "Later.".to_owned());
    decide(&stage, words(" In the mail. "));
    stage.hear(0, "wamid.2", "Where is my order?");
    assert_eq!(stage.received(0), ["How can I help?", "In the mail."]);
    let body = asked(&stage);
    assert_eq!(body["model"], "small");
    assert_eq!(body["messages"][0]["role"], "system");
    let system = body["messages"][0]["content"].as_str().unwrap();
    assert!(system.ends_with("Be brief.") && !system.contains("Later."), "{system}");
    let said = json!([{"role": "user", "content": "hi"},
        {"role": "assistant", "content": "How can I help?"},
        {"role": "user", "content": "Where is my order?"}]);
    assert_eq!(body["messages"].as_array().unwrap()[1..], *said.as_array().unwrap());
    let shop = stage.world.shop.borrow();
    let request = &shop.called[0].request;
    assert_eq!(request.uri(), "https://llm.example.com/v1/chat/completions");
    assert_eq!(request.headers()["authorization"], "Bearer sk-secret");
}

#[test]
fn what_still_waits_to_be_heard_is_not_told_to_the_model() {
    let mut stage = with_model(&talking(&Value::Null));
    stage.hear(0, "wamid.1", "hi");
    decide(&stage, words("In the mail."));
    let asking = stage.take(&[(0, "wamid.2", "Where is my order?")]);
    stage.hear(0, "wamid.3", "Never mind");
    asking.into_iter().for_each(|committed| stage.deliver(committed));
    let body = asked(&stage);
    let said: Vec<&str> = body["messages"].as_array().unwrap()[1..]
        .iter()
        .map(|message| message["content"].as_str().unwrap())
        .collect();
    assert_eq!(said, ["hi", "How can I help?", "Where is my order?"]);
}

#[test]
fn a_label_of_the_model_chooses_the_port() {
    let labels = json!([{"id": "buy", "description": "wants to buy"}, {"id": "other"}]);
    for (label, said) in [("Buy.", "To sales"), ("rent", "A person will answer")] {
        let mut stage = with_model(&talking(&labels));
        stage.hear(0, "wamid.1", "hi");
        decide(&stage, words(label));
        stage.hear(0, "wamid.2", "I want one");
        assert_eq!(stage.received(0)[1..], [said]);
        let system = asked(&stage)["messages"][0]["content"].to_string();
        assert!(system.contains("- buy: wants to buy") && system.contains("- other"), "{system}");
    }
}

#[test]
fn without_a_model_its_node_fails_and_what_no_workflow_answers_gets_the_fixed_reply() {
    let mut stage = Stage::with(&talking(&Value::Null));
    stage.hear(0, "wamid.1", "hi");
    stage.hear(0, "wamid.2", "Where is my order?");
    assert_eq!(stage.received(0)[1..], ["A person will answer"]);
    let mut stage = Stage::new();
    stage.publish_prompt(welcome(), "You sell shoes.");
    stage.hear(0, "wamid.1", "hi");
    assert_eq!(stage.received(0), [flow::FIXED_REPLY]);
    assert!(stage.world.shop.borrow().called.is_empty());
}

#[test]
fn with_a_model_it_answers_what_no_workflow_does_by_the_instructions_of_the_account() {
    let mut stage = with_model(&talking(&Value::Null));
    stage.publish_prompt(welcome(), "You sell shoes.");
    decide(&stage, words("Size 42?"));
    stage.hear(0, "wamid.1", "hi");
    assert_eq!(stage.received(0), ["Size 42?"]);
    assert!(asked(&stage)["messages"][0]["content"].to_string().contains("You sell shoes."));
}

#[test]
fn the_key_of_the_model_is_in_no_log_line_and_no_document() {
    let mut stage = with_model(&talking(&Value::Null));
    stage.hear(0, "wamid.1", "hi");
    let refused = json!({"error": {"message": "Incorrect API key provided: sk-secret"}});
    decide(&stage, Ok(answer(401, &refused.to_string())));
    // Something is logged.
    let contact = keys::contact(&stage.conversation(0).contact_id.to_string());
    let asking = stage.take(&[(0, "wamid.2", "Where is my order?")]);
    let mut failures = 8;
    stage.world.kv.faults(move |operation| {
        let fails = failures > 0 && operation.key.starts_with("conversation:");
        failures -= i32::from(fails);
        (fails || operation.key.starts_with(&contact)).then_some(store::memory::Fault::Before)
    });
    asking.into_iter().for_each(|committed| stage.deliver(committed));
    stage.world.kv.settle();
    assert_eq!(stage.received(0)[1..], [] as [&str; 0]);
    stage.sweep_for(10);
    assert_eq!(stage.received(0)[1..], ["A person will answer"]);
    let lines = stage.world.lines.borrow();
    assert!(!lines.is_empty() && !lines.iter().any(|line| line.contains("sk-secret")));
    for key in stage.world.kv.keys() {
        let value = stage.world.kv.peek(&key).unwrap();
        assert!(!String::from_utf8_lossy(&value).contains("sk-secret"), "{key}");
    }
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
