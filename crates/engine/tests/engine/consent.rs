//! What a contact agrees to.

use conversation::{Body, SessionStatus};
use engine::TriggerError;
use flow::{OPTED_IN_TEXT, OPTED_OUT_TEXT};
use serde_json::json;
use store::keys;
use store::memory::{Fault, Scheduler};

use super::simulation::callers;
use super::simulation::provider::Fate;
use super::simulation::setup::{ACCOUNT, NOON, TEAM, offer};
use super::stage::{MINUTE, SECOND, Stage, messages, status, to, webhook};

#[test]
fn a_stop_has_reached_the_contact_when_it_is_acknowledged() {
    let mut stage = Stage::new();
    stage.offer(0);
    // Nothing is delivered: the host is killed.
    stage.take(&[(0, "wamid.1", "Stop")]);
    assert!(stage.contact(0).opted_out_at.is_some());
    assert!(matches!(stage.start(0), Err(TriggerError::OptedOut)));
    assert_eq!(stage.conversation(0).sessions[0].status, SessionStatus::Completed);
    stage.sweep_for(10);
    assert_eq!(stage.received(0), ["v1 open", OPTED_OUT_TEXT]);
}

#[test]
fn a_stop_that_did_not_reach_the_contact_is_not_acknowledged_and_is_told_when_it_comes_again() {
    let mut stage = Stage::new();
    stage.offer(0);
    let contact = keys::contact(&stage.contact(0).id.to_string());
    // The webhook reads the contact once before.
    let mut reads = 0;
    stage.world.kv.faults(move |operation| {
        let fails = operation.key.starts_with(&contact);
        reads += i32::from(fails);
        (fails && reads > 1).then_some(Fault::Before)
    });
    let received = stage.receive(&stage.account(), messages(&[(0, "wamid.1", "STOP")]));
    assert!(received.failed.is_some());
    stage.world.kv.settle();
    assert!(stage.contact(0).opted_out_at.is_none());
    assert!(matches!(stage.start(0), Err(TriggerError::OptedOut)), "its conversation knows");
    stage.hear(0, "wamid.1", "STOP");
    assert!(stage.contact(0).opted_out_at.is_some());
    stage.sweep_for(10);
    assert_eq!(stage.received(0), ["v1 open", OPTED_OUT_TEXT], "once");
}

#[test]
fn start_lifts_a_stop_and_the_old_stop_delivered_again_changes_nothing() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "stop");
    stage.hear(0, "wamid.2", "START!");
    let contact = stage.contact(0);
    assert!(contact.opted_out_at.is_none() && contact.opted_in_at.is_some());
    stage.hear(0, "wamid.1", "stop");
    assert_eq!(stage.contact(0), contact);
    stage.offer(0);
    assert_eq!(stage.received(0), [OPTED_OUT_TEXT, OPTED_IN_TEXT, "v1 open"]);
}

#[test]
fn a_stop_delivered_to_several_at_once_is_not_obeyed_after_a_start() {
    for seed in 0..300 {
        let mut stage = Stage::new();
        stage.hear(0, "wamid.0", "hi");
        let mut scheduler = Scheduler::new(seed);
        for id in ["wamid.1", "wamid.1", "wamid.2"] {
            let text = if id == "wamid.1" { "STOP" } else { "START" };
            let (host, account) = (stage.host(), stage.account());
            let body = webhook(&messages(&[(0, id, text)]));
            scheduler.spawn(callers::receive(host, account, body, |acknowledged| {
                assert!(acknowledged);
            }));
        }
        scheduler.run();
        // They are obeyed in the order of the log, whichever that is.
        let log = stage.conversation(0).log;
        let mut last = log.iter().filter_map(|message| message.provider_id.as_deref());
        let last = last.rfind(|id| ["wamid.1", "wamid.2"].contains(id));
        let out = stage.contact(0).opted_out_at.is_some();
        assert_eq!(out, last == Some("wamid.1"), "seed {seed}");
    }
}

#[test]
fn cancel_is_an_answer_while_a_session_waits_for_one_and_a_stop_otherwise() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "hi");
    stage.hear(0, "wamid.2", "cancel");
    assert_eq!(stage.received(0), ["v1 hello", "v1 got cancel", "v1 more?"]);
    assert!(stage.contact(0).opted_out_at.is_none());
    // Nobody has swept yet, but nothing waits any more.
    stage.pass(31 * MINUTE);
    stage.hear(0, "wamid.3", "cancel");
    assert_eq!(stage.received(0)[3..], [OPTED_OUT_TEXT]);
    assert!(stage.contact(0).opted_out_at.is_some());
}

#[test]
fn who_opted_out_is_answered_and_is_never_sent_a_template() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "stop");
    stage.hear(0, "wamid.2", "hi");
    assert_eq!(stage.received(0), [OPTED_OUT_TEXT, "v1 hello"]);
    let template = json!({"entry": "offer", "nodes": [{"id": "offer", "type": "message",
        "template": {"name": "offer", "language": "en"}}], "edges": []});
    let mut stage = Stage::with(&template);
    stage.hear(0, "wamid.1", "hi");
    stage.hear(0, "wamid.2", "stop");
    stage.hear(0, "wamid.3", "hi");
    assert_eq!(stage.received(0), ["offer", OPTED_OUT_TEXT]);
    let log = stage.conversation(0).log;
    assert_eq!(log.back().unwrap().error.as_ref().unwrap().code, "opted_out");
}

#[test]
fn what_was_written_before_a_stop_is_not_sent_after_it_whatever_the_clocks_say() {
    for (early, late) in [(0, 0), (30_000, -30_000)] {
        let mut stage = Stage::new();
        stage.skew = early;
        stage.world.provider.borrow_mut().decided = vec![Fate::Lost { accepted: true }];
        stage.hear(0, "wamid.1", "hi");
        stage.skew = late;
        stage.hear(0, "wamid.2", "stop");
        stage.sweep_for(15);
        let once = ["v1 hello", OPTED_OUT_TEXT];
        assert_eq!(stage.received(0), once, "the first may have arrived");
    }
}

#[test]
fn a_second_stop_holds_back_what_was_written_after_the_first() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "stop");
    stage.world.provider.borrow_mut().decided = vec![Fate::Lost { accepted: false }];
    stage.hear(0, "wamid.2", "hi");
    stage.hear(0, "wamid.3", "stop");
    stage.sweep_for(15);
    assert_eq!(stage.received(0), [OPTED_OUT_TEXT, OPTED_OUT_TEXT]);
}

#[test]
fn a_stop_is_confirmed_though_another_host_is_ahead() {
    let mut stage = Stage::new();
    stage.skew = 30_000;
    // Ended before it has sent anything.
    stage.take(&[(0, "wamid.1", "stop")]);
    stage.skew = -30_000;
    stage.hear(0, "wamid.1", "stop");
    stage.sweep_for(10);
    assert_eq!(stage.received(0), [OPTED_OUT_TEXT]);
}

#[test]
fn a_word_of_a_workflow_before_a_stop_does_not_lift_it() {
    let agree = json!({"entry": "ask", "nodes": [
        {"id": "ask", "type": "ask", "text": "May we write?"},
        {"id": "agree", "type": "consent", "action": "opt_in"},
        {"id": "ok", "type": "message", "text": "Thanks"}],
        "edges": [{"from": "ask", "to": "agree"}, {"from": "agree", "to": "ok"}]});
    // The one who was to tell the contact is ended; or both come at once.
    for apart in [true, false] {
        let mut stage = Stage::with(&agree);
        stage.hear(0, "wamid.1", "hi");
        let both = [(0, "wamid.2", "yes"), (0, "wamid.3", "stop")];
        if apart {
            stage.take(&both[..1]);
            stage.hear(0, "wamid.3", "stop");
        } else {
            stage.take(&both);
        }
        stage.sweep_for(10);
        assert!(stage.contact(0).opted_out_at.is_some());
        assert!(matches!(stage.start(0), Err(TriggerError::OptedOut)));
    }
}

#[test]
fn a_trigger_that_meets_a_stop_starts_nothing_after_it() {
    for seed in 0..300 {
        let mut stage = Stage::new();
        let mut scheduler = Scheduler::new(seed);
        let (host, account) = (stage.host(), stage.account());
        let body = webhook(&messages(&[(0, "wamid.1", "stop")]));
        scheduler.spawn(callers::receive(host, account, body, |acknowledged| {
            assert!(acknowledged);
        }));
        let host = stage.host();
        scheduler.spawn(async move {
            let request = engine::TriggerRequest {
                team: TEAM,
                workflow: offer(),
                contact: to(0),
                account: None,
                start_at: None,
                context: serde_json::Map::new(),
                key: None,
            };
            let engine = host.engine();
            match engine.trigger(&request).await {
                Ok(started) => drop(engine.deliver(started.committed).await),
                Err(error) => assert!(matches!(error, TriggerError::OptedOut)),
            }
        });
        scheduler.run();
        let conversation = stage.conversation(0);
        assert!(conversation.sessions.iter().all(|s| s.status == SessionStatus::Completed));
        let inbound = |m: &conversation::Message| matches!(m.body, Body::Inbound { .. });
        let stop = conversation.log.iter().position(inbound).expect("the STOP");
        assert_eq!(conversation.log.len() - stop, 2, "seed {seed}: it is confirmed, nothing else");
    }
}

#[test]
fn a_contact_is_changed_once_though_the_change_is_told_late_and_twice() {
    let count = json!({"entry": "count", "nodes": [
        {"id": "count", "type": "set",
            "contact": {"visits": "{{contact.metadata.visits|default(0) + 1}}"}},
        {"id": "ask", "type": "ask", "text": "visit {{contact.metadata.visits}}"}],
        "edges": [{"from": "count", "to": "ask"}, {"from": "ask", "to": "count"}]});
    let mut stage = Stage::with(&count);
    let mut late = stage.take(&[(0, "wamid.1", "hi")]);
    late.extend(stage.take(&[(0, "wamid.2", "hi")]));
    stage.hear(0, "wamid.3", "hi");
    stage.pass(5 * SECOND);
    late.into_iter().for_each(|committed| stage.deliver(committed));
    stage.sweep_for(10);
    assert_eq!(stage.contact(0).metadata["visits"], 3);
    assert_eq!(stage.received(0), ["visit 1", "visit 2", "visit 3"]);
    assert!(stage.conversation(0).changes.is_empty());
}

#[test]
fn a_turn_whose_copy_of_the_contact_is_old_reads_it_again() {
    let count = json!({"entry": "count", "nodes": [
        {"id": "count", "type": "set",
            "contact": {"visits": "{{contact.metadata.visits|default(0) + 1}}"}},
        {"id": "ask", "type": "ask", "text": "?"}],
        "edges": [{"from": "count", "to": "ask"}, {"from": "ask", "to": "count"}]});
    for seed in 0..100 {
        let mut stage = Stage::with(&count);
        let mut scheduler = Scheduler::new(seed);
        for n in 0..4 {
            let (host, account) = (stage.host(), stage.account());
            let body = webhook(&messages(&[(0, &format!("wamid.{n}"), "hi")]));
            scheduler.spawn(callers::receive(host, account, body, |_| {}));
        }
        scheduler.run();
        assert_eq!(stage.contact(0).metadata["visits"], 4, "seed {seed}");
    }
}

/// What the first contact says in WhatsApp's settings, at a time in seconds.
fn preference(value: &str, seconds: u64) -> serde_json::Value {
    json!({"metadata": {"phone_number_id": ACCOUNT}, "user_preferences": [{"wa_id": "14155550100",
        "category": "marketing_messages", "value": value, "timestamp": seconds}]})
}

#[test]
fn who_wants_no_marketing_is_started_nothing_until_it_wants_it_again() {
    let mut stage = Stage::new();
    let account = stage.account();
    let now = NOON / SECOND;
    // Of whom nothing was known; and the news come in any order, and again.
    for (value, seconds, may_start) in [
        ("resume", now - 100, None),
        ("stop", now, Some(false)),
        ("resume", now - 50, Some(false)),
        ("stop", now, Some(false)),
        ("resume", now + 10, Some(true)),
        ("stop", now, Some(true)),
    ] {
        assert!(stage.receive(&account, preference(value, seconds)).failed.is_none());
        if let Some(may_start) = may_start {
            assert_eq!(stage.start(0).is_ok(), may_start, "{value} {seconds}");
        }
    }
}

#[test]
fn a_preference_that_was_not_stored_comes_again() {
    let mut stage = Stage::new();
    let account = stage.account();
    stage
        .world
        .kv
        .faults(|operation| operation.key.starts_with("contact:").then_some(Fault::Before));
    assert!(stage.receive(&account, preference("stop", NOON / SECOND)).failed.is_some());
    stage.world.kv.settle();
    assert!(stage.receive(&account, preference("stop", NOON / SECOND)).failed.is_none());
    assert!(matches!(stage.start(0), Err(TriggerError::OptedOut)));
}

#[test]
fn who_is_found_to_want_no_marketing_is_started_nothing_more() {
    // The answer to a request says so, or a status afterwards.
    let mut stage = Stage::new();
    stage.world.provider.borrow_mut().decided = vec![Fate::Unwanted];
    stage.offer(0);
    assert!(matches!(stage.start(0), Err(TriggerError::OptedOut)));

    let mut stage = Stage::new();
    stage.offer(0);
    let mut failed = status(&stage, 0, "failed");
    failed["statuses"][0]["errors"] = json!([{"code": 131_050, "title": "no marketing"}]);
    failed["statuses"][0]["timestamp"] = json!((NOON / SECOND + 1).to_string());
    assert!(stage.receive(&stage.account(), failed.clone()).failed.is_none());
    assert!(matches!(stage.start(0), Err(TriggerError::OptedOut)));
    // It changed its mind: the old status, delivered again, does not.
    stage.receive(&stage.account(), preference("resume", NOON / SECOND + 60));
    stage.receive(&stage.account(), failed);
    assert!(stage.start(0).is_ok());
}
