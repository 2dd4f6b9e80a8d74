//! The language model: what it is told, what becomes of what it says and does, and what is done where it fails.

use agents::{Agent, Knowledge, KnowledgeItem, KnowledgeKind, LiveStatus, Persona, Profile};
use conversation::Conversation;
use engine::{Answer, SendError};
use flow::Timestamp;
use serde_json::{Value, json};
use store::keys;
use uuid::Uuid;

use super::calls::decide;
use super::simulation::conversation_of;
use super::simulation::setup::{self, NOON, TEAM, welcome};
use super::simulation::shop::answer;
use super::stage::Stage;

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

/// What the model wants done, with what it says.
fn wants(content: &Value, name: &str, arguments: &str) -> Result<Answer, SendError> {
    let call = json!({"id": "call_1", "type": "function",
        "function": {"name": name, "arguments": arguments}});
    let message = json!({"role": "assistant", "content": content, "tool_calls": [call]});
    let choice = json!({"message": message, "finish_reason": "tool_calls"});
    Ok(answer(200, &json!({"choices": [choice]}).to_string()))
}

/// Answers by the model, which may start a flow.
fn clerk() -> Stage {
    let stage = with_model(&talking(&Value::Null));
    stage.publish_definition(
        welcome(),
        &json!({
            "system_prompt": "You sell shoes.", "actions": ["create_order"],
            "flows": [{"name": "Delivery", "priority": 5, "is_active": true, "trigger_keywords": [], "conversation_steps": [
                {"type": "text_response", "followup": "Which order?"},
                {"type": "text_response", "content": "{{vars.answer_1}} is on its way."}]}],
        }),
    );
    stage
}

#[test]
fn the_model_is_offered_what_a_rule_can_do_and_nothing_else() {
    let mut stage = clerk();
    decide(&stage, words("Hello!"));
    stage.hear(0, "wamid.1", "hi");
    let body = asked(&stage);
    let functions = body["tools"].as_array().unwrap();
    let names: Vec<&str> =
        functions.iter().map(|tool| tool["function"]["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["hand_off", "end_conversation", "opt_out", "start_flow"]);
    let flow = "/function/parameters/properties/flow/enum";
    assert_eq!(functions[3].pointer(flow), Some(&json!(["Delivery"])));
    assert!(body.get("tool_choice").is_none());
}

#[test]
fn a_classification_and_an_ai_node_offer_nothing() {
    for labels in [Value::Null, json!([{"id": "buy"}, {"id": "other"}])] {
        let mut stage = with_model(&talking(&labels));
        stage.hear(0, "wamid.1", "hi");
        decide(&stage, words("buy"));
        stage.hear(0, "wamid.2", "one");
        assert!(asked(&stage).get("tools").is_none());
    }
}

#[test]
fn a_flow_that_the_model_starts_goes_on_without_it() {
    let mut stage = clerk();
    decide(&stage, wants(&Value::Null, "start_flow", r#"{"flow": "Delivery"}"#));
    stage.hear(0, "wamid.1", "it has not come");
    stage.hear(0, "wamid.2", "10234");
    assert_eq!(stage.received(0), ["Which order?", "10234 is on its way."]);
    assert_eq!(stage.world.shop.borrow().called.len(), 1);
    assert!(!stage.conversation(0).needs_attention);
}

#[test]
fn what_the_model_wants_is_done_once_though_it_is_asked_again() {
    let mut stage = clerk();
    let started = wants(&json!("Sure."), "start_flow", r#"{"flow": "Delivery"}"#);
    decide(&stage, started.clone());
    decide(&stage, started);
    let first = stage.take(&[(0, "wamid.1", "it has not come")]);
    // What it answers first is not recorded.
    stage.world.kv.faults(|operation| {
        let fails = operation.kind == store::memory::Kind::Watch
            && operation.key.starts_with("conversation:");
        fails.then_some(store::memory::Fault::Before)
    });
    first.into_iter().for_each(|committed| stage.deliver(committed));
    stage.world.kv.settle();
    stage.sweep_for(10);
    assert_eq!(stage.received(0), ["Sure.", "Which order?"]);
    let shop = stage.world.shop.borrow();
    assert_eq!(shop.called.len(), 2);
    assert_eq!(shop.called[0].key, shop.called[1].key);
}

#[test]
fn a_person_takes_over_where_the_model_hands_off() {
    for (content, said) in [
        (json!("A person will answer."), "A person will answer."),
        (Value::Null, flow::FIXED_REPLY),
    ] {
        let mut stage = clerk();
        decide(&stage, wants(&content, "hand_off", "{}"));
        stage.hear(0, "wamid.1", "a person please");
        let conversation = stage.conversation(0);
        assert!(conversation.needs_attention && conversation.paused);
        stage.hear(0, "wamid.2", "hello?");
        assert_eq!(stage.received(0), [said]);
    }
}

#[test]
fn who_the_model_opts_out_is_told_so_and_written_to_no_more() {
    let mut stage = clerk();
    decide(&stage, wants(&json!(""), "opt_out", "{}"));
    stage.hear(0, "wamid.1", "leave me alone for good");
    assert_eq!(stage.received(0), [flow::OPTED_OUT_TEXT]);
    assert!(stage.contact(0).opted_out_at.is_some());
    assert!(stage.start(0).is_err());
}

#[test]
fn a_call_of_what_was_not_offered_counts_as_what_is_said_with_it() {
    for (content, name, arguments, said) in [
        (json!("It is here."), "create_order", "{}", "It is here."),
        (Value::Null, "create_order", "{}", flow::FIXED_REPLY),
        (json!(" "), "start_flow", "{", flow::FIXED_REPLY),
        (Value::Null, "start_flow", r#"{"flow": "Refund"}"#, flow::FIXED_REPLY),
        (json!("Wait."), "start_flow", r#"{"flow": "Refund"}"#, "Wait."),
    ] {
        let mut stage = clerk();
        decide(&stage, wants(&content, name, arguments));
        stage.hear(0, "wamid.1", "hi");
        assert_eq!(stage.received(0), [said], "{name} {arguments}");
        let conversation = stage.conversation(0);
        assert_eq!(conversation.needs_attention, said == flow::FIXED_REPLY);
        assert!(!conversation.paused);
    }
}

#[test]
fn an_answer_that_is_too_large_too_late_or_none_gets_the_fixed_reply() {
    let broken = Answer { is_whole: false, ..answer(200, "") };
    for result in [
        Ok(broken),
        Err(SendError::Unanswered("no whole answer in time".into())),
        Err(SendError::NotSent("no such host".into())),
        Ok(answer(200, "<html>")),
        Ok(answer(200, r#"{"choices": []}"#)),
        Ok(answer(200, &"[".repeat(200_000))),
        Ok(answer(503, "busy")),
    ] {
        let mut stage = clerk();
        decide(&stage, result);
        stage.hear(0, "wamid.1", "hi");
        stage.sweep_for(10);
        assert_eq!(stage.received(0), [flow::FIXED_REPLY]);
        assert!(stage.conversation(0).needs_attention);
        assert!(stage.world.shop.borrow().called.len() <= 1);
    }
}

pub fn agent(team: &str) -> Agent {
    Agent {
        id: Uuid::from_u128(77),
        team: team.to_owned(),
        workflow_id: welcome(),
        status: LiveStatus::Live,
        status_reason: None,
        test_code: None,
        profile: Profile {
            name: "Ada".to_owned(),
            description: String::new(),
            language: "en".to_owned(),
            persona: Persona::Friendly,
            timezone: "UTC".to_owned(),
            logo: None,
            business_name: Some("Kalahari Shoes".to_owned()),
            business_address: None,
            business_email: None,
            business_description: None,
            escalation_email: None,
        },
        created_at: Timestamp(NOON),
        updated_at: Timestamp(NOON),
        deleted: false,
        keys: Default::default(),
    }
}

/// What the model is told, in a conversation that an agent answers.
fn told_with(agent: &Agent) -> String {
    let mut stage = clerk();
    let id = agent.id.to_string();
    setup::create(&stage.store(), &keys::agent(&id), agent);
    let item = KnowledgeItem {
        id: Uuid::nil(),
        kind: KnowledgeKind::Text,
        name: "Returns".to_owned(),
        description: None,
        content: Some("Within 14 days.".to_owned()),
        created_at: Timestamp(NOON),
    };
    setup::create(
        &stage.store(),
        &keys::knowledge(&id),
        &Knowledge { items: vec![item], ..Knowledge::default() },
    );
    decide(&stage, words("Hello!"));
    stage.hear(0, "wamid.1", "hi");
    let key = keys::conversation(&conversation_of(0).to_string());
    stage.change(&key, |conversation: &mut Conversation| conversation.agent = Some(agent.id));
    decide(&stage, words("Yes."));
    stage.hear(0, "wamid.2", "can I bring them back?");
    asked(&stage)["messages"][0]["content"].as_str().unwrap().to_owned()
}

#[test]
fn the_model_answers_as_the_agent_of_the_conversation_by_what_that_knows() {
    let told = told_with(&agent(TEAM));
    for part in ["You sell shoes.", "Your name is Ada.", "Kalahari Shoes", "Within 14 days."] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

#[test]
fn an_agent_that_is_deleted_or_another_teams_is_left_out() {
    for agent in [agent("globex"), Agent { deleted: true, ..agent(TEAM) }] {
        let told = told_with(&agent);
        assert!(told.contains("You sell shoes.") && !told.contains("Ada"), "{told}");
        assert!(!told.contains("Within 14 days."), "{told}");
    }
}
