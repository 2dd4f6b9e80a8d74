//! Telling webhooks what happened: after the commit, until they take it.

use conversation::NoticeEvent;
use engine::SendError;
use serde_json::json;
use store::memory::block_on;

use super::simulation::conversation_of;
use super::simulation::provider::answer;
use super::simulation::receiver::Told;
use super::simulation::setup::{self, TEAM};
use super::stage::{MINUTE, SECOND, Stage, status};

/// A stage with a webhook that wants to be told of these events.
fn stage_that_tells(events: &[NoticeEvent]) -> Stage {
    let stage = Stage::new();
    setup::register_webhook(&stage.world.kv, Some(events.to_vec()));
    stage
}

fn told(stage: &Stage) -> Vec<Told> {
    stage.world.receiver.borrow().told.clone()
}

fn events(stage: &Stage) -> Vec<String> {
    told(stage).into_iter().map(|told| told.event).collect()
}

/// So the next notices are answered.
fn is_answered(stage: &Stage, answers: impl IntoIterator<Item = u16>) {
    let answers = answers.into_iter().map(|status| Ok(answer(status, &json!({}))));
    stage.world.receiver.borrow_mut().decided.extend(answers);
}

#[test]
fn a_webhook_is_told_of_a_message_and_its_answer_in_the_shapes_of_the_api() {
    let mut stage = stage_that_tells(&NoticeEvent::ACTIONS);
    stage.hear(0, "wamid.1", "hi");
    let told = told(&stage);
    let of = |event: &str| told.iter().find(|told| told.event == event).expect(event).clone();
    assert_eq!(told.len(), 3, "{told:?}");
    let received = of("message.received").body;
    let conversation = stage.conversation(0);
    let message = &conversation.log[0];
    assert_eq!(received["timestamp"], message.at.to_rfc3339());
    assert_eq!(received["message"]["id"], message.id.to_string());
    assert_eq!(received["message"]["content"], json!({"body": "hi"}));
    assert_eq!(received["contact"]["phone"], conversation.address);
    assert_eq!(received["contact"]["total_messages"], 2);
    let started = of("flow.started").body;
    assert_eq!(started["session"]["id"], conversation.sessions[0].id.to_string());
    assert_eq!((&started["session"]["status"], started.get("outcome")), (&json!("running"), None));
    let sent = of("message.status.sent").body;
    assert_eq!(sent["message_id"], conversation.log[1].id.to_string());
    assert_eq!(sent["whatsapp_message_id"], "wamid.out.0");
    assert!(conversation.notices.is_empty(), "and it is recorded");
}

#[test]
fn what_a_receipt_or_the_time_brings_is_told_too() {
    let mut stage = stage_that_tells(&NoticeEvent::ACTIONS);
    stage.offer(0);
    let account = stage.account();
    for (n, receipt) in ["delivered", "read"].into_iter().enumerate() {
        let received = stage.receive(&account, status(&stage, 0, receipt));
        received.committed.into_iter().for_each(|committed| stage.deliver(committed));
        assert_eq!(events(&stage).len(), 3 + n);
    }
    stage.sweep_for(60);
    let ended = ["flow.completed", "message.status.failed"].map(str::to_owned);
    let mut rest = events(&stage)[4..].to_vec();
    rest.sort();
    // What the timeout says comes a day late for a free text: nobody has written.
    assert_eq!(rest, ended, "{:?}", events(&stage));
    let failed = told(&stage).into_iter().find(|told| told.event.ends_with("failed"));
    let failed = failed.expect("a failure").body;
    assert_eq!(
        (&failed["error_code"], &failed["whatsapp_message_id"]),
        (&json!(131_047), &json!(null))
    );
}

#[test]
fn what_is_not_taken_is_told_again_under_the_same_id() {
    for refusal in [500, 302, 404, 429] {
        let mut stage = stage_that_tells(&[NoticeEvent::MessageReceived]);
        is_answered(&stage, [refusal, refusal]);
        stage.hear(0, "wamid.1", "hi");
        assert_eq!(told(&stage).len(), 1);
        assert_eq!(stage.conversation(0).notices[0].tries, 1);
        stage.sweep_for(4);
        let told = told(&stage);
        assert_eq!(told.iter().map(|told| told.taken).collect::<Vec<_>>(), [false, false, true]);
        assert!(told.iter().all(|again| again.id == told[0].id));
        stage.sweep_for(10);
        assert_eq!(events(&stage).len(), 3, "once taken, no more");
    }
}

#[test]
fn a_receiver_that_does_not_answer_delays_nobodys_message() {
    let mut stage = stage_that_tells(&[NoticeEvent::MessageReceived, NoticeEvent::FlowStarted]);
    let silence = || Err(SendError::Unanswered("no first byte".to_owned()));
    stage.world.receiver.borrow_mut().decided.extend([silence(), silence()]);
    let committed = stage.take(&[(0, "wamid.1", "hi")]);
    let begun = stage.world.clock.get();
    let host = stage.host();
    let engine = host.engine();
    for committed in committed {
        let delivered = block_on(engine.carry_out(committed));
        assert_eq!(stage.received(0), ["v1 hello"], "it is sent before anybody is told");
        block_on(engine.notify(delivered));
    }
    // Both at the same time.
    assert!(stage.world.clock.get() - begun < 18 * SECOND);
    stage.sweep_for(2);
    assert_eq!(stage.world.receiver.borrow().taken().len(), 2);
}

#[test]
fn what_was_told_and_never_recorded_is_told_again_under_the_same_id() {
    let mut stage = stage_that_tells(&[NoticeEvent::MessageReceived]);
    let committed = stage.take(&[(0, "wamid.1", "hi")]);
    // The machine ends once the receiver has answered: nothing of the conversation can be written any more.
    let world = std::rc::Rc::downgrade(&stage.world);
    stage.world.kv.faults(move |operation| {
        let is_told = world.upgrade().is_some_and(|w| !w.receiver.borrow().told.is_empty());
        let is_commit = operation.kind == store::memory::Kind::Watch;
        (is_told && is_commit).then_some(store::memory::Fault::Before)
    });
    committed.into_iter().for_each(|committed| stage.deliver(committed));
    stage.world.kv.settle();
    assert_eq!((told(&stage).len(), stage.conversation(0).notices.len()), (1, 1));
    stage.sweep_for(2);
    assert_eq!(told(&stage).len(), 1, "its holder may still come back");
    stage.sweep_for(2);
    let told = told(&stage);
    assert_eq!((told.len(), told[0].id), (2, told[1].id));
    assert!(stage.conversation(0).notices.is_empty());
}

#[test]
fn a_receiver_that_is_gone_is_told_nothing_more() {
    let mut stage = stage_that_tells(&NoticeEvent::ACTIONS);
    is_answered(&stage, [410]);
    stage.hear(0, "wamid.1", "hi");
    stage.hear(1, "wamid.2", "hi");
    stage.sweep_for(10);
    // Those that left at the same time.
    assert!(events(&stage).len() <= 3, "{:?}", events(&stage));
    for contact in [0, 1] {
        assert!(stage.conversation(contact).notices.is_empty());
    }
    let webhooks = block_on(webhooks::load(&stage.store(), TEAM)).unwrap();
    let disabled = webhooks.webhooks[0].disabled.as_ref().expect("it is disabled");
    assert!(disabled.reason.contains("410"), "{disabled:?}");
}

#[test]
fn a_webhook_that_was_deleted_is_not_told_what_still_waited_for_it() {
    let mut stage = stage_that_tells(&[NoticeEvent::MessageReceived]);
    let id = setup::register_webhook(&stage.world.kv, None);
    is_answered(&stage, [500]);
    stage.hear(0, "wamid.1", "hi");
    block_on(webhooks::remove(&stage.store(), TEAM, id)).unwrap().expect("it was there");
    stage.sweep_for(3);
    assert_eq!(told(&stage).len(), 1);
    assert!(stage.find(conversation_of(0)).unwrap().notices.is_empty());
}

#[test]
fn a_team_without_webhooks_keeps_no_notices() {
    let mut stage = Stage::new();
    let committed = stage.take(&[(0, "wamid.1", "hi")]);
    assert!(stage.conversation(0).notices.is_empty());
    committed.into_iter().for_each(|committed| stage.deliver(committed));
    stage.pass(MINUTE);
    assert!(told(&stage).is_empty());
}
