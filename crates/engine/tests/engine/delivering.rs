//! Sending what the outbox holds.

use conversation::MessageStatus::{Failed, Queued, Sent};
use conversation::TurnError;
use engine::WordsError;
use store::memory::{Backend, Fault, Kind, Scheduler, block_on};

use super::simulation::provider::Fate;
use super::stage::{MINUTE, SECOND, Stage, change_account, status};

#[test]
fn what_was_accepted_is_recorded_with_the_providers_id() {
    let mut stage = Stage::new();
    stage.offer(0);
    let conversation = stage.conversation(0);
    assert_eq!(conversation.log[0].provider_id.as_deref(), Some("wamid.out.0"));
    assert_eq!((conversation.log[0].status, conversation.outbox.len()), (Sent, 0));
}

#[test]
fn a_holder_begins_to_send_within_30_seconds_or_not_at_all() {
    let mut stage = Stage::new();
    let started = stage.start(0).unwrap();
    stage.pass(31 * SECOND);
    stage.deliver(started.committed);
    assert!(stage.received(0).is_empty());
    // Until another takes over.
    stage.pass(3 * MINUTE);
    stage.sweep();
    assert_eq!(stage.received(0), ["v1 open"]);
}

#[test]
fn a_lease_is_as_old_as_the_commit_though_the_commit_took_long() {
    let mut stage = Stage::new();
    // The machine stands still between the reading of its clock and the write.
    let world = std::rc::Rc::downgrade(&stage.world);
    stage.world.kv.faults(move |operation| {
        if operation.kind == Kind::Set && operation.key.starts_with("conversation:") {
            world.upgrade().expect("the world").pass(140 * SECOND);
        }
        None
    });
    let started = stage.start(0).unwrap();
    stage.world.kv.settle();
    stage.deliver(started.committed);
    assert!(stage.received(0).is_empty(), "others may be about to take over");
    stage.pass(MINUTE);
    stage.sweep();
    assert_eq!(stage.received(0), ["v1 open"]);
}

#[test]
fn the_time_that_reading_takes_counts() {
    let mut stage = Stage::new();
    let started = stage.start(0).unwrap();
    let world = std::rc::Rc::downgrade(&stage.world);
    stage.world.kv.faults(move |operation| {
        if operation.key.starts_with("contact:") {
            world.upgrade().expect("the world").pass(140 * SECOND);
        }
        None
    });
    stage.deliver(started.committed);
    assert!(stage.received(0).is_empty());
}

#[test]
fn what_came_due_while_a_message_was_sent_asks_the_contact_anew() {
    for (minutes, read) in [(0, 1), (3 * 24 * 60, 2)] {
        let mut stage = Stage::new();
        let started = stage.start(0).unwrap();
        let world = std::rc::Rc::downgrade(&stage.world);
        let reads = std::rc::Rc::new(std::cell::Cell::new(0));
        let (seen, mut is_sent) = (reads.clone(), false);
        stage.world.kv.faults(move |operation| {
            seen.set(seen.get() + i32::from(operation.key.starts_with("contact:")));
            // What came of the sending is told.
            if operation.kind == Kind::Watch && operation.key.starts_with("conversation:") {
                let passes = if std::mem::replace(&mut is_sent, true) { 0 } else { minutes };
                world.upgrade().expect("the world").pass(passes * MINUTE);
            }
            None
        });
        stage.deliver(started.committed);
        stage.world.kv.settle();
        assert_eq!(reads.get(), read, "{minutes} minutes later");
    }
}

#[test]
fn an_answer_is_recorded_though_the_store_fails_for_a_while() {
    let mut stage = Stage::new();
    let started = stage.start(0).unwrap();
    let mut failures = 5;
    stage.world.kv.faults(move |operation| {
        let fails = failures > 0
            && operation.kind == Kind::Watch
            && operation.key.starts_with("conversation:");
        failures -= i32::from(fails);
        fails.then_some(Fault::Before)
    });
    stage.deliver(started.committed);
    stage.world.kv.settle();
    assert_eq!(stage.statuses(0), [Sent]);
}

#[test]
fn an_answer_is_recorded_though_the_alias_it_brings_cannot_be_written() {
    let mut stage = Stage::new();
    stage.world.provider.borrow_mut().wa_id = Some("14155550999".to_owned());
    let started = stage.start(0).unwrap();
    stage.world.kv.faults(|operation| operation.key.starts_with("alias:").then_some(Fault::Before));
    stage.deliver(started.committed);
    stage.world.kv.settle();
    assert_eq!(stage.statuses(0), [Sent]);
}

#[test]
fn no_answer_means_unknown_until_a_receipt_or_for_5_minutes() {
    for receipt in [true, false] {
        let mut stage = Stage::new();
        stage.world.provider.borrow_mut().decided = vec![Fate::Lost { accepted: true }];
        stage.offer(0);
        assert_eq!(stage.statuses(0), [Queued]);
        if receipt {
            let account = stage.account();
            stage.receive(&account, status(&stage, 0, "sent"));
        }
        for _ in 0..4 {
            stage.pass(MINUTE);
            stage.sweep();
        }
        assert_eq!(stage.received(0).len(), 1);
        stage.pass(2 * MINUTE);
        stage.sweep();
        assert_eq!(stage.received(0).len(), if receipt { 1 } else { 2 });
        assert_eq!(stage.statuses(0), [Sent]);
    }
}

#[test]
fn what_comes_behind_a_message_that_waits_comes_after_it() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "hi");
    stage.world.provider.borrow_mut().decided = vec![Fate::Busy];
    stage.hear(0, "wamid.2", "a");
    assert_eq!(stage.received(0), ["v1 hello"]);
    stage.hear(0, "wamid.3", "b");
    assert_eq!(stage.received(0), ["v1 hello"]);
    stage.pass(MINUTE + 10 * SECOND);
    stage.sweep();
    let rest = ["v1 got a", "v1 more?", "v1 got b", "v1 more?"];
    assert_eq!(stage.received(0)[1..], rest);
}

#[test]
fn a_refused_message_fails_with_the_providers_code() {
    let mut stage = Stage::new();
    stage.world.provider.borrow_mut().decided = vec![Fate::Refused];
    stage.offer(0);
    let conversation = stage.conversation(0);
    assert_eq!(conversation.log[0].status, Failed);
    assert_eq!(conversation.log[0].error.as_ref().unwrap().code, "131026");
}

#[test]
fn a_channel_whose_credentials_are_refused_stops_until_they_are_replaced() {
    let mut stage = Stage::new();
    stage.world.provider.borrow_mut().decided = vec![Fate::Denied];
    stage.offer(0);
    assert_eq!(stage.account().stopped.unwrap().code, "190");
    stage.offer(1);
    assert_eq!((stage.statuses(0), stage.statuses(1)), (vec![Queued], vec![Queued]));
    stage.pass(30 * MINUTE);
    stage.sweep();
    assert!(stage.received(0).is_empty() && stage.received(1).is_empty());
    change_account(&stage, |account| account.stopped = None);
    stage.pass(7 * MINUTE);
    stage.sweep();
    assert_eq!((stage.statuses(0)[0], stage.statuses(1)[0]), (Sent, Sent));
}

/// What the operator is shown of messages that failed.
fn failures(stage: &Stage) -> Vec<polling::FailureView> {
    block_on(polling::failures(&stage.store(), None)).unwrap()
}

#[test]
fn what_failed_is_listed_until_it_is_sent_again_and_then_leaves_once() {
    let mut stage = Stage::new();
    stage.world.provider.borrow_mut().decided = vec![Fate::Refused, Fate::Accepted];
    stage.offer(0);
    stage.offer(1);
    let listed = failures(&stage);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].error.as_ref().unwrap().code, "131026");
    let (conversation, message) = (listed[0].conversation_id, listed[0].id);
    let of = block_on(polling::conversation_of_failure(&stage.store(), message)).unwrap();
    assert_eq!(of, Some(conversation));

    let committed = block_on(stage.host().engine().resend(conversation, message)).unwrap();
    assert!(failures(&stage).is_empty());
    let again = block_on(stage.host().engine().resend(conversation, message));
    assert!(matches!(again, Err(WordsError::Turn(TurnError::NotFailed))));
    // Its host dies: the sweep sends it.
    drop(committed);
    stage.sweep_for(6);
    assert_eq!(stage.received(0), ["v1 open"]);
    assert_eq!(stage.statuses(0), [Failed, Sent]);
}

#[test]
fn two_operators_at_once_have_it_sent_once_whatever_the_store_does() {
    for backend in [Backend::Sqlite, Backend::Redis] {
        for seed in 0..100 {
            let mut stage = Stage::on(backend);
            stage.world.provider.borrow_mut().decided = vec![Fate::Refused];
            stage.offer(0);
            let listed = failures(&stage);
            let mut scheduler = Scheduler::new(seed);
            for _ in 0..3 {
                let host = stage.host();
                let (conversation, message) = (listed[0].conversation_id, listed[0].id);
                scheduler.spawn(async move {
                    if let Ok(committed) = host.engine().resend(conversation, message).await {
                        host.engine().deliver(committed).await;
                    }
                });
            }
            scheduler.run();
            stage.sweep_for(6);
            assert_eq!(stage.received(0), ["v1 open"], "{backend:?} {seed}");
        }
    }
}

#[test]
fn what_a_contact_wants_no_more_has_not_failed() {
    let mut stage = Stage::new();
    stage.world.provider.borrow_mut().decided = vec![Fate::Lost { accepted: false }];
    stage.hear(0, "wamid.1", "hi");
    stage.hear(0, "wamid.2", "a");
    stage.hear(0, "wamid.3", "stop");
    stage.sweep_for(15);
    assert!(stage.conversation(0).log.iter().any(|message| message.status == Failed));
    assert!(failures(&stage).is_empty());
}
