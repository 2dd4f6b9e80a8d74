//! What teams poll for, after turns: in which order, for how long, and who is shown what.

use conversation::{Contact, SessionStatus, limits};
use flow::{Kind, Timestamp};
use polling::{MessageView, OfFlow, SHOWN, SessionView};
use serde_json::json;
use store::keys;
use store::memory::block_on;
use uuid::Uuid;

use super::simulation::setup::{self, TEAM};
use super::simulation::{conversation_of, phone};
use super::stage::{MINUTE, Stage};

fn sessions(stage: &Stage, flow: Option<Uuid>) -> Vec<SessionView<OfFlow>> {
    let now = Timestamp(stage.world.clock.get());
    block_on(polling::sessions(&stage.store(), TEAM, flow, now)).unwrap()
}

fn messages(stage: &Stage, kind: Option<&str>) -> Vec<MessageView> {
    block_on(polling::messages(&stage.store(), TEAM, kind)).unwrap()
}

fn counted(stage: &Stage, flow: Uuid) -> u64 {
    block_on(stage.store().count(&keys::recent_flow(TEAM, &flow.to_string()))).unwrap()
}

#[test]
fn of_a_thousand_contacts_triggered_the_newest_hundred_are_listed_in_order() {
    let mut stage = Stage::new();
    let started: Vec<Uuid> = (0..1_000)
        .map(|contact| {
            stage.pass(50);
            stage.start(contact).unwrap().session
        })
        .collect();
    let newest: Vec<Uuid> = started.iter().rev().take(SHOWN).copied().collect();
    let shown = |flow| sessions(&stage, flow).iter().map(|view| view.id).collect::<Vec<_>>();
    assert_eq!(shown(None), newest);
    assert_eq!(shown(Some(setup::offer())), newest);
    assert_eq!(shown(Some(setup::welcome())), Vec::<Uuid>::new());
    assert_eq!(counted(&stage, setup::offer()), 1_000);
}

#[test]
fn a_session_is_shown_with_its_flow_its_contact_and_what_it_knows() {
    let mut stage = Stage::new();
    let session = stage.offer(0);
    let contact = conversation::identity::contact(TEAM, &phone(0));
    stage.change(&keys::contact(&contact.to_string()), |contact: &mut Contact| {
        contact.name = Some("Ada".to_owned());
        contact.email = Some("ada@example.com".to_owned());
    });
    let shown = serde_json::to_value(&sessions(&stage, None)[0]).unwrap();
    let of = |at: Timestamp| json!(at.to_rfc3339());
    let stored = stage.conversation(0).sessions[0].clone();
    assert_eq!(
        shown,
        json!({
            "id": session, "flow_id": setup::offer(), "flow_name": "Test", "contact_id": contact,
            "contact_phone": phone(0), "contact_name": "Ada", "contact_email": "ada@example.com",
            "status": "running", "current_node_id": "open",
            "context": {"cart": "cart", "trigger_source": "api"},
            "last_interaction_at": of(stored.last_interaction_at),
            "expires_at": of(stored.expires_at), "completed_at": null,
            "created_at": of(stored.created_at),
        })
    );
}

#[test]
fn a_flow_that_a_message_starts_is_listed_and_a_message_that_it_takes_starts_none() {
    let mut stage = Stage::new();
    stage.hear(0, "1", "hi");
    stage.hear(0, "2", "again");
    stage.hear(0, "2", "again");
    let shown = sessions(&stage, None);
    assert_eq!(shown.len(), 1);
    assert_eq!(
        (shown[0].of.flow_id, &shown[0].context["trigger_source"]),
        (setup::welcome(), &json!("inbound"))
    );
    assert_eq!(counted(&stage, setup::welcome()), 1);
}

#[test]
fn a_trigger_that_comes_twice_is_listed_once() {
    let mut stage = Stage::new();
    let key = || Some(engine::Key { key: "k", route: "trigger", body: b"" });
    let session = stage.start_as(TEAM, super::stage::to(0), key()).unwrap().session;
    stage.start_as(TEAM, super::stage::to(0), key()).unwrap();
    stage.start(0).unwrap();
    assert_eq!(sessions(&stage, None).iter().map(|view| view.id).collect::<Vec<_>>(), [session]);
    assert_eq!(counted(&stage, setup::offer()), 1);
}

#[test]
fn a_session_is_shown_expired_once_its_time_is_over_swept_or_not() {
    let mut stage = Stage::new();
    stage.hear(0, "1", "hi");
    let status = |stage: &Stage| sessions(stage, None)[0].status;
    stage.pass(29 * MINUTE);
    assert_eq!(status(&stage), SessionStatus::Running);
    stage.pass(2 * MINUTE);
    assert_eq!(stage.conversation(0).sessions[0].status, SessionStatus::Running, "not swept");
    assert_eq!(status(&stage), SessionStatus::Expired);
    stage.sweep_for(1);
    assert_eq!(stage.conversation(0).sessions[0].status, SessionStatus::Expired);
    let shown = &sessions(&stage, None)[0];
    assert_eq!((shown.status, &shown.completed_at), (SessionStatus::Expired, &None));
}

#[test]
fn sessions_that_their_conversation_has_forgotten_are_listed_with_their_end() {
    let graph = json!({"entry": "bye", "nodes": [
        {"id": "bye", "type": "message", "text": "Bye."}], "edges": []});
    let mut stage = Stage::with(&graph);
    let all = limits::ENDED_SESSIONS + 15;
    for n in 0..all {
        stage.pass(1_000);
        stage.hear(0, &n.to_string(), "hi");
    }
    assert_eq!(stage.conversation(0).sessions.len(), limits::ENDED_SESSIONS);
    let shown = sessions(&stage, None);
    assert_eq!(shown.len(), all);
    assert!(shown.iter().all(|view| view.status == SessionStatus::Completed));
    assert!(shown.iter().all(|view| view.completed_at.is_some()));
    assert!(shown.iter().all(|view| view.context["trigger_source"] == "inbound"));
    assert!(shown.is_sorted_by(|a, b| a.created_at >= b.created_at));
}

#[test]
fn messages_are_listed_for_a_week_after_a_poll() {
    let mut stage = Stage::new();
    let day = 24 * 60 * MINUTE;
    // The stage's team has polled when it began.
    stage.hear(0, "1", "on the first day");
    stage.pass(6 * day);
    stage.hear(0, "2", "on the seventh day");
    stage.pass(day);
    stage.hear(0, "3", "on the eighth day");
    let bodies = |stage: &Stage| {
        let bodies =
            messages(stage, Some("text")).into_iter().map(|view| view.content["body"].clone());
        bodies.collect::<Vec<_>>()
    };
    assert_eq!(bodies(&stage), ["on the seventh day", "on the first day"]);
    let now = Timestamp(stage.world.clock.get());
    block_on(polling::note_poll(&stage.store(), TEAM, now)).unwrap();
    stage.hear(0, "4", "after another poll");
    assert_eq!(bodies(&stage)[0], "after another poll");
    assert!(messages(&stage, Some("image")).is_empty());
}

#[test]
fn a_message_is_shown_as_the_contract_says_also_when_its_log_has_moved_on() {
    let mut stage = Stage::new();
    let values = [
        json!({"type": "image", "image": {"id": "m1", "mime_type": "image/jpeg", "caption": "Look"}}),
        json!({"type": "button", "button": {"text": "Yes", "payload": "yes"}}),
        json!({"type": "text", "text": {"body": "words"}}),
    ];
    for (n, mut message) in values.into_iter().enumerate() {
        stage.pass(1_000);
        message["id"] = json!(format!("wamid.{n}"));
        message["from"] = json!(phone(0).trim_start_matches('+'));
        let value = json!({"metadata": {"phone_number_id": setup::ACCOUNT}, "messages": [message]});
        for committed in stage.receive(&stage.account(), value).committed {
            stage.deliver(committed);
        }
    }
    let shown = messages(&stage, None);
    let contents: Vec<_> = shown.iter().map(|view| (view.kind.as_str(), &view.content)).collect();
    let image = json!({"url": null, "mime_type": "image/jpeg", "id": "m1", "caption": "Look"});
    let button = json!({"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}});
    assert_eq!(
        contents,
        [("text", &json!({"body": "words"})), ("interactive", &button), ("image", &image)]
    );
    let first = serde_json::to_value(&shown[0]).unwrap();
    let contact = conversation::identity::contact(TEAM, &phone(0));
    assert_eq!(
        first,
        json!({
            "id": shown[0].id, "direction": "inbound", "type": "text", "content": {"body": "words"},
            "status": "received", "contact_id": contact, "contact_phone": phone(0),
            "contact_name": null, "contact_email": null, "sent_at": null, "delivered_at": null,
            "read_at": null, "created_at": shown[0].created_at,
        })
    );

    for n in 0..limits::LOG_KEPT + limits::LOG_PAGE {
        stage.pass(1_000);
        stage.hear(0, &n.to_string(), "more");
    }
    assert!(stage.find(conversation_of(0)).is_some_and(|found| found.log_pages > 0));
    let shown = messages(&stage, Some("image"));
    assert_eq!(shown.iter().map(|view| &view.content).collect::<Vec<_>>(), [&image]);
    assert_eq!(messages(&stage, None).len(), limits::LOG_KEPT + limits::LOG_PAGE + 3);
}

#[test]
fn another_team_is_shown_nothing() {
    let mut stage = Stage::new();
    stage.offer(0);
    stage.hear(0, "1", "hi");
    let (store, now) = (stage.store(), Timestamp(stage.world.clock.get()));
    let theirs =
        block_on(polling::sessions::<_, OfFlow>(&store, "other", Some(setup::offer()), now));
    assert_eq!(theirs, Ok(vec![]));
    assert_eq!(block_on(polling::messages(&store, "other", None)), Ok(vec![]));
    assert_eq!(block_on(polling::choices(&store, "other", Kind::Flow)), Ok(vec![]));
}

#[test]
fn published_flows_are_there_to_choose_from_by_name() {
    let stage = Stage::new();
    let store = stage.store();
    let named = |n: u128, name: &str| {
        setup::create_workflow(&store, Uuid::from_u128(n), TEAM, &setup::offer_graph(1));
        let key = keys::workflow(&Uuid::from_u128(n).to_string());
        stage.change(&key, |workflow: &mut workflows::Workflow| {
            workflow.draft.name = name.to_owned()
        });
    };
    named(11, "draft");
    stage.publish_prompt(setup::welcome(), "You help.");
    let choices = block_on(polling::choices(&store, TEAM, Kind::Flow)).unwrap();
    assert_eq!(choices, [json!({"id": setup::offer(), "label": "Test"})]);
}
