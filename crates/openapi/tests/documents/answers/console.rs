//! What the console shows.

use agents::{
    Agent, AgentDetailView, AgentView, KnowledgeItem, KnowledgeKind, KnowledgeView, NewAgentView,
    Profile, StatusView, TestCodeView,
};
use console::{CallDetail, CallView, ConversationView, MessageErrorView, MessageView};
use conversation::{CallDirection, MessageStatus, PhoneCallStatus};
use flow::{Event, NoPrograms, Program, Reply, Scope, State, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;
use workflows::{Definition, ValidationView, Workflow, WorkflowView};

use crate::surface::Surface;

const NOON: Timestamp = Timestamp(1_778_155_200_000);

fn assert_fits(name: &str, value: &Value) {
    Surface::Console.assert_fits(name, value);
}

fn fits<T: Serialize>(name: &str, data: &T) {
    assert_fits(name, &json!({"message": "Success", "data": data}));
}

fn workflow(body: &Value) -> Workflow {
    let mut draft = Definition::default();
    assert_eq!(fields::refusals(body, |body| Definition::default().apply(body, true)), []);
    draft.apply(&fields::Errors::new().body(body), true);
    Workflow::new(Uuid::from_u128(1), "team", draft, NOON)
}

fn plain() -> Value {
    json!({"name": "W", "system_prompt": "p"})
}

fn full() -> Value {
    json!({
        "name": "W", "system_prompt": "p", "description": "d", "category": "c", "tags": ["a"],
        "rules": [{"id": "r", "name": "n", "trigger": "t", "condition": "c", "response": "r", "action": "a"}],
        "flows": [{"name": "f", "trigger_keywords": [{"keyword": "k"}], "conversation_steps": [{"type": "t", "content": "c"}]}],
        "integrations": ["a"], "channels": ["a"], "actions": ["a"],
        "guide": {"youtubeUrl": "https://example.com/x", "steps": ["a"]},
        "faq": [{"question": "q", "answer": "a"}], "setup_steps": ["a", {}], "setup_time": 3,
        "video_url": "https://example.com/x", "kind": "sequence", "trigger_type": "manual",
        "graph": {"entry": "a", "nodes": [{"id": "a", "type": "message", "text": "hi"}], "edges": []},
        "settings": {"auto_publish": false, "fixed_reply": "f"},
    })
}

#[test]
fn workflows_and_their_versions_fit() {
    for body in [plain(), full()] {
        let mut workflow = workflow(&body);
        fits("WorkflowEnvelope", &workflow.shown_to("team"));
        fits("ValidationEnvelope", &ValidationView::of(workflow.issues()));
        if workflow.publish(NOON).is_ok() {
            fits("WorkflowEnvelope", &workflow.shown_to("another"));
            let mut shown = workflow.shown_release(&workflow.releases[0]);
            fits("WorkflowVersionEnvelope", &shown);
            shown["definition"] = workflows::shown_definition(&workflow.draft);
            fits("WorkflowVersionEnvelope", &shown);
        }
    }
    let broken = json!({"name": "W", "system_prompt": "p", "graph": {"entry": 7}});
    let issues = workflow(&broken).issues();
    assert!(!issues.is_empty());
    fits("ValidationEnvelope", &ValidationView::of(issues));
}

fn turn(program: &Program, state: &mut State, event: &Event) -> Value {
    let contact = json!({});
    let context = Map::new();
    let scope = Scope {
        now: NOON,
        context: &context,
        contact: &contact,
        programs: &NoPrograms,
        has_model: true,
        graph_runs: false,
    };
    let step = flow::advance(program, state, event, &scope);
    workflows::shown(state, &step)
}

#[test]
fn every_kind_of_turn_fits() {
    let graph = json!({
        "entry": "tell",
        "nodes": [
            {"id": "tell", "type": "message", "text": "hi", "buttons": [{"id": "y", "title": "Yes"}]},
            {"id": "mark", "type": "set", "vars": {"a": 1}, "contact": {"name": "Ana"}},
            {"id": "in", "type": "consent", "action": "opt_in"},
            {"id": "call", "type": "http", "url": "https://example.com", "save_as": "got"},
            {"id": "think", "type": "ai", "save_as": "said"},
            {"id": "ask", "type": "ask", "text": "Who?", "save_as": "who", "timeout": 10},
            {"id": "end", "type": "end", "outcome": "done"},
        ],
        "edges": [
            {"from": "tell", "to": "mark"}, {"from": "mark", "to": "in"}, {"from": "in", "to": "call"},
            {"from": "call", "to": "think"}, {"from": "think", "to": "ask"}, {"from": "ask", "to": "end"},
        ],
    });
    let program = flow::compile(&graph).unwrap_or_else(|issues| panic!("{issues:#?}"));
    let events = [
        json!({"type": "start"}),
        json!({"type": "result", "effect": 1, "result": {"type": "http", "status": 200, "body": {"a": 1}}}),
        json!({"type": "result", "effect": 2, "result": {"type": "reply", "text": "so"}}),
        json!({"type": "reply", "text": "Ana"}),
        json!({"type": "timeout"}),
    ];
    let mut state = State::default();
    let mut seen = Vec::new();
    for event in events {
        let simulate = json!({"event": event, "state": state});
        assert_fits("SimulateWorkflow", &simulate);
        let event: Event = serde_json::from_value(event).unwrap();
        let shown = turn(&program, &mut state, &event);
        fits("SimulatedTurnEnvelope", &shown);
        seen.push(shown["status"]["type"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen, ["waiting", "waiting", "waiting", "completed", "completed"]);
    let routed = workflow(&full());
    let program =
        flow::compile(routed.draft.parts()).unwrap_or_else(|issues| panic!("{issues:#?}"));
    let shown = turn(&program, &mut State::default(), &Event::Message(Reply::text("k")));
    assert!(shown.get("route").is_some());
    fits("SimulatedTurnEnvelope", &shown);
}

#[test]
fn agents_and_what_they_know_fit() {
    let mut agent =
        Agent::new(Uuid::from_u128(1), "team", Profile::default(), Uuid::from_u128(2), NOON);
    fits("AgentEnvelope", &agent.shown());
    fits("AgentStatusEnvelope", &StatusView::of(&agent));
    agent.test_code = Some("ABCDEFGH".to_owned());
    agent.status_reason = Some("holidays".to_owned());
    agent.profile.logo = Some("https://example.com/x".to_owned());
    fits("AgentEnvelope", &AgentView::of(&agent));
    fits("AgentStatusEnvelope", &StatusView::of(&agent));
    let item = KnowledgeItem {
        id: Uuid::from_u128(3),
        kind: KnowledgeKind::Text,
        name: "n".to_owned(),
        description: None,
        content: Some("c".to_owned()),
        created_at: NOON,
    };
    fits("KnowledgeBaseEnvelope", &item.shown());
    fits("KnowledgeBasesEnvelope", &[KnowledgeView::of(&item)]);
    fits("AgentDetailEnvelope", &AgentDetailView::of(&agent, &[item], &[]));
    let channel = agents::AgentChannel {
        id: "telephony:+14155550100".to_owned(),
        kind: conversation::Channel::Telephony,
        name: "+14155550100".to_owned(),
        status: "connected",
        is_connected: true,
    };
    fits("AgentChannelsEnvelope", &[&channel]);
    fits("AgentTestCodeEnvelope", &TestCodeView::of("ABCDEFGH", &[]));
    fits("AgentTestCodeEnvelope", &TestCodeView::of("ABCDEFGH", &[channel]));
    let workflow = workflow(&plain());
    let workflow = WorkflowView::of(&workflow, "team");
    fits("NewAgentEnvelope", &NewAgentView { agent: AgentView::of(&agent), workflow });
}

#[test]
fn conversations_and_their_messages_fit() {
    let conversation = ConversationView {
        id: Uuid::from_u128(1),
        channel_type: "whatsapp",
        channel_id: None,
        channel_user_id: Some("+14155550100".to_owned()),
        channel_user_username: None,
        is_test_channel: true,
        is_ai_chat_paused: false,
        needs_attention: false,
        last_message_at: None,
        last_seen: None,
        last_message_preview: None,
        created_at: NOON.to_rfc3339(),
        updated_at: NOON.to_rfc3339(),
        contact: None,
    };
    let meta = json!({"total_count": 1, "page_count": 1, "current_page": 1, "limit": 20,
        "has_next_page": false, "has_previous_page": false});
    let page = json!({"message": "Success", "data": [conversation], "meta": meta});
    assert_fits("ConversationPage", &page);
    fits("ConversationDetailEnvelope", &conversation.with(None));
    let error = MessageErrorView { code: "131047".to_owned(), message: "m".to_owned() };
    for (message, error) in [(None, Some(error)), (Some("hi".to_owned()), None)] {
        let shown = MessageView {
            id: Uuid::from_u128(1),
            conversation_id: Uuid::from_u128(2),
            role: "assistant",
            message,
            message_type: "text".to_owned(),
            created_at: NOON.to_rfc3339(),
            attachments: vec![console::AttachmentView {
                kind: "image",
                url: "https://example.com/x".to_owned(),
            }],
            status: MessageStatus::Failed,
            error,
            content: json!({"type": "text"}),
        };
        fits("MessageEnvelope", &shown);
    }
}

#[test]
fn calls_fit() {
    let mut call = CallView {
        id: Uuid::from_u128(1),
        source: None,
        destination: Some("+14155550100".to_owned()),
        status: PhoneCallStatus::Queued,
        direction: CallDirection::Outbound,
        created_on: NOON.to_rfc3339(),
        duration_seconds: None,
        is_test_call: true,
        error_reason: None,
        end_reason: None,
        ringing_at: None,
        ended_at: None,
        detail: None,
    };
    assert_fits("Call", &json!(call));
    call.duration_seconds = Some(9);
    call.end_reason = Some("completed".to_owned());
    call.error_reason = Some("no".to_owned());
    call.ended_at = Some(NOON.to_rfc3339());
    assert_fits("Call", &json!(call));
    call.detail = Some(CallDetail {
        started_at: NOON.to_rfc3339(),
        answered_at: None,
        conversation_logs: Vec::new(),
    });
    fits("CallDetailEnvelope", &call);
    assert_fits(
        "MadeCallEnvelope",
        &json!({"message": "Success", "data": {
            "status": "failed", "call_id": Uuid::from_u128(1), "detail": "no",
        }}),
    );
}
