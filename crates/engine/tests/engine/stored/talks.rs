//! Conversations as turns leave them: asked, calling, waiting, ended, long; and one with every field.

use std::collections::{BTreeSet, VecDeque};

use conversation::{
    CallDirection, CallStep, Case, CaseStatus, Conversation, EventId, MessageError, Parting,
    PhoneCall, PhoneCallStatus, Then,
};
use engine::Key;
use flow::Timestamp;
use serde_json::{Value, json};
use store::keys;
use uuid::Uuid;

use super::Document;
use crate::calls::decide;
use crate::simulation::setup::{TEAM, register_webhook};
use crate::simulation::shop::answer;
use crate::stage::{Stage, to};

/// Asks, sets, calls, asks again with a time limit, and hands over.
fn graph() -> Value {
    json!({"entry": "ask", "nodes": [
        {"id": "ask", "type": "ask", "text": "Name?", "save_as": "name", "timeout": 20},
        {"id": "set", "type": "set", "contact": {"name": "{{vars.name}}"}, "add_tags": ["asked"]},
        {"id": "call", "type": "http", "url": "https://api.example.com/", "timeout": 5, "save_as": "found"},
        {"id": "more", "type": "ask", "text": "{{vars.found.body.name}}: more?", "choices": [
            {"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}]},
        {"id": "end", "type": "end", "outcome": "done"},
    ], "edges": [
        {"from": "ask", "to": "set"}, {"from": "set", "to": "call"}, {"from": "call", "to": "more"},
        {"from": "more", "to": "end"},
    ]})
}

fn document(name: &'static str, conversation: &Conversation) -> Document {
    Document::of(name, keys::conversation(&conversation.id.to_string()), conversation)
}

fn found() -> Result<engine::Answer, engine::SendError> {
    Ok(answer(200, r#"{"name": "Ann"}"#))
}

pub fn all() -> Vec<Document> {
    let mut stage = Stage::with(&graph());
    register_webhook(&stage.world.kv, None);
    let mut all = Vec::new();
    stage.hear(0, "wamid.1", "hi");
    all.push(document("conversation-asked", &stage.conversation(0)));
    let calling = stage.take(&[(0, "wamid.2", "Ann")]);
    all.push(document("conversation-calling", &stage.conversation(0)));
    let waiting = stage.take(&[(0, "wamid.3", "yes")]);
    all.push(document("conversation-waiting", &stage.conversation(0)));
    decide(&stage, found());
    calling.into_iter().chain(waiting).for_each(|committed| stage.deliver(committed));
    all.push(document("conversation-ended", &stage.conversation(0)));
    for n in 0..60 {
        decide(&stage, found());
        stage.hear(0, &format!("wamid.many.{n}"), "yes");
    }
    let long = stage.conversation(0);
    all.push(document("conversation-long", &long));
    let key = Key { key: "one", route: "a route", body: b"{}" };
    let started = stage.start_as(TEAM, to(0), Some(key)).unwrap();
    all.push(document("conversation-triggered", &stage.conversation(0)));
    stage.deliver(started.committed);
    all.push(document("conversation-whole", &whole(long)));
    all
}

/// With a value for what a turn seldom leaves.
fn whole(long: Conversation) -> Conversation {
    Conversation {
        agent: Some(Uuid::from_u128(2)),
        listed: Some(3),
        username: Some("Ada".to_owned()),
        test: true,
        needs_attention: true,
        paused: true,
        case: Case {
            status: CaseStatus::Standby,
            ai: true,
            tags: vec!["vip".to_owned()],
            agents: vec!["dana".to_owned()],
        },
        notices_dropped: 1,
        phone_calls: vec![phone_call()],
        strays: VecDeque::from([(1, 2)]),
        ..long
    }
}

fn phone_call() -> PhoneCall {
    let at = Some(Timestamp(1_778_141_663_000));
    let steps = [
        Then::Listen { seconds: 5 },
        Then::Wait { seconds: 1 },
        Then::PutThrough { number: Some("+14155550199".to_owned()) },
        Then::HangUp { parting: Some(Parting::Goodbye) },
    ];
    let steps = (0..).zip(steps).map(|(n, then)| CallStep { n, after: 1, last: 2, then });
    PhoneCall {
        id: Uuid::from_u128(11),
        direction: CallDirection::Inbound,
        status: PhoneCallStatus::Ended,
        provider_id: Some("CA1".to_owned()),
        request: Some(EventId::of("request", "1")),
        listed: Some(3),
        sessions: vec![Uuid::from_u128(12)],
        created_at: Timestamp(1_778_141_663_000),
        ringing_at: at,
        answered_at: at,
        ended_at: at,
        duration: Some(17),
        end_reason: Some("completed".to_owned()),
        error: Some(MessageError { code: "21217".to_owned(), message: "no number".to_owned() }),
        after: 1,
        last: Some(2),
        silences: 1,
        is_open: true,
        steps: steps.collect(),
        until: at,
    }
}

/// The names of all fields; one that is missing here does not compile.
macro_rules! fields_of {
    ($type:ident { $($field:ident),* $(,)? }) => {{
        fn _all(of: &$type) {
            let $type { $($field: _),* } = of;
        }
        BTreeSet::from([$(stringify!($field)),*])
    }};
}

#[test]
fn every_field_of_a_conversation_is_in_some_fixture() {
    let all_fields = fields_of!(Conversation {
        id,
        team,
        channel,
        account,
        address,
        contact_id,
        agent,
        listed,
        username,
        test,
        created_at,
        updated_at,
        sequence,
        last_inbound_at,
        check_at,
        needs_attention,
        paused,
        case,
        sessions,
        past,
        outbox,
        calls,
        phone_calls,
        queue,
        notices,
        notices_dropped,
        changes,
        change_number,
        log,
        log_pages,
        spilled,
        strays,
        seen,
        keys,
    });
    let stored: Vec<Value> = all().iter().map(Document::stored).collect();
    let has = |field: &&str| stored.iter().any(|stored| stored.get(*field).is_some());
    let missing: Vec<_> = all_fields.into_iter().filter(|field| !has(field)).collect();
    assert!(missing.is_empty(), "no fixture has {missing:?}");
}
