//! Delivery over time: providers that are down for long, every code that they refuse with, timers on several hosts.

use conversation::MessageStatus::{Failed, Queued, Sent};
use conversation::{MessageStatus, SessionStatus};
use serde_json::json;
use store::memory::{Backend, Scheduler, block_on};

use super::simulation::provider::Fate;
use super::simulation::setup;
use super::stage::{MINUTE, SECOND, Stage, change_account};

/// What is answered to the message that a fate meets.
fn refused(code: i64) -> Fate {
    // Throttling and the like come as 400; the code decides.
    Fate::Coded { status: 400, code }
}

#[test]
fn a_channel_that_is_down_for_an_hour_delivers_everything_afterwards_in_order_and_once() {
    let down = [Fate::NotSent, Fate::Coded { status: 503, code: 2 }, refused(131_000)];
    for fate in down {
        let mut stage = Stage::new();
        // More tries than there are in an hour.
        stage.world.provider.borrow_mut().decided = vec![fate; 500];
        for (minute, text) in ["hi", "a", "b"].into_iter().enumerate() {
            for contact in 0..3 {
                stage.hear(contact, &format!("wamid.{contact}.{minute}"), text);
            }
            stage.sweep_for(7);
        }
        stage.sweep_for(60 - 3 * 7);
        let statuses = stage.statuses(0);
        assert!(statuses.iter().all(|status| *status != Failed), "{fate:?}: {statuses:?}");
        stage.world.provider.borrow_mut().decided.clear();
        stage.sweep_for(75);
        for contact in 0..3 {
            let all = ["v1 hello", "v1 got a", "v1 more?", "v1 got b", "v1 more?"];
            assert_eq!(stage.received(contact), all, "{fate:?}");
            assert!(stage.conversation(contact).outbox.is_empty());
        }
        stage.sweep_for(60);
        assert_eq!(stage.world.provider.borrow().accepted.len(), 15, "{fate:?}: once");
    }
}

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It goes when it is tried again.
    Later,
    /// It waits until the account is mended.
    Stopped,
    /// It fails with the code, and the next one goes.
    Fails,
}

/// contract/channel-whatsapp.md, every code of its table.
fn documented() -> Vec<(i64, End)> {
    let later = [1, 2, 4, 80_007, 130_429, 131_000, 131_016, 131_056, 131_057, 133_004];
    let permission = [0, 190, 3, 10, 200, 250, 299, 131_005];
    let account = [368, 131_031, 131_042, 131_045, 131_048];
    let window = [131_047];
    let recipient = [131_021, 131_026, 131_049, 131_050, 130_472, 130_497];
    let ours = [33, 100, 131_008, 131_009, 131_051, 131_052, 131_053];
    let template =
        [132_000, 132_001, 132_005, 132_007, 132_012, 132_015, 132_016, 132_068, 132_069];
    let stopped = permission.into_iter().chain(account);
    let fails = window.into_iter().chain(recipient).chain(ours).chain(template);
    let with = |end| move |code| (code, end);
    later
        .into_iter()
        .map(with(End::Later))
        .chain(stopped.map(with(End::Stopped)))
        .chain(fails.map(with(End::Fails)))
        .collect()
}

#[test]
fn every_documented_code_ends_as_the_contract_says() {
    for (code, end) in documented() {
        let mut stage = Stage::new();
        stage.hear(0, "wamid.1", "hi");
        stage.world.provider.borrow_mut().decided = vec![refused(code)];
        stage.hear(0, "wamid.2", "a");
        let error = stage.conversation(0).log[3].error.clone().map(|error| error.code);
        let stop = stage.account().stopped.map(|stop| stop.code);
        match end {
            End::Later => {
                assert_eq!(stage.received(0), ["v1 hello"], "{code}: nothing overtakes it");
                stage.sweep_for(2);
                assert_eq!((stage.received(0).len(), error, stop), (3, None, None), "{code}");
            }
            End::Stopped => {
                stage.sweep_for(30);
                assert_eq!(stage.statuses(0)[3..], [Queued, Queued], "{code}");
                assert_eq!(stop, Some(code.to_string()));
                change_account(&stage, |account| account.stopped = None);
                stage.sweep_for(7);
                assert_eq!(stage.received(0), ["v1 hello", "v1 got a", "v1 more?"], "{code}");
            }
            End::Fails => {
                assert_eq!((error, stop), (Some(code.to_string()), None), "{code}");
                let sent = if code == 131_050 { Failed } else { Sent };
                stage.sweep_for(30);
                assert_eq!(stage.statuses(0)[3..], [Failed, sent], "{code}: never again");
            }
        }
    }
}

#[test]
fn too_much_to_one_contact_is_tried_again_after_1_4_16_seconds() {
    let mut stage = Stage::new();
    stage.world.provider.borrow_mut().decided = vec![refused(131_056); 3];
    stage.offer(0);
    let mut waits = Vec::new();
    while stage.received(0).is_empty() {
        let due = stage.conversation(0).outbox[0].clone();
        let json = json!(due);
        let wait = json["not_before"].as_u64().unwrap() - stage.conversation(0).updated_at.0;
        waits.push(wait / SECOND);
        stage.pass(wait + SECOND);
        // Touched by the contact's other message, or by a sweep.
        stage.sweep_for(1);
    }
    assert!(matches!(waits[..], [1, 4..=5, 16..=20]), "{waits:?}");
}

#[test]
fn words_that_whatsapp_takes_no_more_go_as_their_template_once_and_in_order() {
    let graph = json!({"entry": "a", "nodes": [
        {"id": "a", "type": "message", "text": "in words",
            "outside_window": {"name": "a template", "language": "en"}},
        {"id": "b", "type": "message", "text": "and more"}], "edges": [{"from": "a", "to": "b"}]});
    // The provider says so.
    let mut stage = Stage::with(&graph);
    stage.world.provider.borrow_mut().decided = vec![refused(131_047)];
    stage.hear(0, "wamid.1", "hi");
    assert_eq!(stage.received(0), ["a template", "and more"]);
    assert_eq!(stage.statuses(0)[1..], [Sent, Sent]);
    // It takes the template no more than the words.
    let mut stage = Stage::with(&graph);
    stage.world.provider.borrow_mut().decided = vec![refused(131_047), refused(132_015)];
    stage.hear(0, "wamid.1", "hi");
    assert_eq!(
        (stage.received(0), &stage.statuses(0)[1..]),
        (vec!["and more".into()], &[Failed, Sent][..])
    );
    // The window is closed when it is said.
    let mut stage = Stage::new();
    stage.publish(setup::offer(), &graph);
    stage.offer(0);
    assert_eq!(stage.received(0), ["a template"]);
    assert_eq!(stage.statuses(0), [Sent, Failed]);
}

#[test]
fn hosts_that_meet_send_the_template_once_whatever_the_store_does() {
    let graph = json!({"entry": "a", "nodes": [{"id": "a", "type": "message", "text": "in words",
        "outside_window": {"name": "a template", "language": "en"}}], "edges": []});
    for backend in [Backend::Sqlite, Backend::Redis] {
        for seed in 0..60 {
            let mut stage = Stage::on(backend);
            stage.publish(setup::welcome(), &graph);
            stage.world.provider.borrow_mut().decided = vec![refused(131_047)];
            let mut scheduler = Scheduler::new(seed);
            for committed in stage.take(&[(0, "wamid.1", "hi")]) {
                let host = stage.host();
                scheduler.spawn(async move { drop(host.engine().deliver(committed).await) });
            }
            for _ in 0..2 {
                let host = stage.host();
                scheduler.spawn(async move { drop(host.engine().sweep().await) });
            }
            scheduler.run();
            stage.sweep_for(6);
            assert_eq!(stage.received(0), ["a template"], "{backend:?} {seed}");
        }
    }
}

#[test]
fn a_refusal_of_credentials_that_were_replaced_meanwhile_stops_nothing() {
    let mut stage = Stage::new();
    let mut scheduler = Scheduler::new(1);
    let started = stage.start(0).unwrap();
    stage.world.provider.borrow_mut().decided = vec![Fate::Denied];
    let host = stage.host();
    let committed = started.committed;
    scheduler.spawn(async move { drop(host.engine().deliver(committed).await) });
    // The answer is on its way.
    while !stage.world.provider.borrow().decided.is_empty() {
        assert!(scheduler.step());
    }
    let secrets = teams::Secrets::new(super::simulation::host::SECRETS_KEY).unwrap();
    change_account(&stage, |account| {
        let credentials = account.credentials(&secrets).unwrap();
        let (kind, name) = (account.kind, account.account.clone());
        let sealed = teams::Account::seal(kind, &name, &credentials, &secrets, [9; 24]);
        account.credentials = sealed.ok();
    });
    scheduler.run();
    assert_eq!(stage.account().stopped, None);
    stage.sweep_for(7);
    assert_eq!((stage.received(0).len(), stage.statuses(0)), (1, vec![Sent]));
}

#[test]
fn two_hosts_that_sweep_at_once_fire_each_timer_once() {
    for backend in [Backend::Sqlite, Backend::Redis] {
        for seed in 0..40 {
            let mut stage = Stage::on(backend);
            for contact in 0..4 {
                stage.offer(contact);
            }
            // The contact writes, so that the words after the timeout may go.
            (0..4).for_each(|contact| stage.hear(contact, &format!("wamid.{contact}"), "a"));
            stage.pass(16 * MINUTE);
            let mut scheduler = Scheduler::new(seed);
            for _ in 0..2 {
                let host = stage.host();
                scheduler.spawn(async move { drop(host.engine().sweep().await.unwrap()) });
            }
            scheduler.run();
            stage.sweep_for(5);
            for contact in 0..4 {
                let all = ["v1 open", "v1 got a", "v1 more?", "v1 bye"];
                assert_eq!(stage.received(contact), all, "{backend:?} {seed}");
            }
        }
    }
}

#[test]
fn a_reminder_comes_after_10_minutes_and_the_session_expires_after_its_time() {
    let graph = json!({"entry": "ask", "nodes": [
        {"id": "ask", "type": "ask", "text": "Pay now?", "timeout": 10},
        {"id": "remind", "type": "ask", "text": "Still there?"},
        {"id": "end", "type": "end"}],
        "edges": [{"from": "ask", "to": "end"}, {"from": "ask", "port": "timeout", "to": "remind"},
            {"from": "remind", "to": "end"}]});
    let mut stage = Stage::with(&graph);
    stage.hear(0, "wamid.1", "hi");
    stage.sweep_for(9);
    assert_eq!(stage.received(0), ["Pay now?"]);
    stage.sweep_for(2);
    assert_eq!(stage.received(0), ["Pay now?", "Still there?"]);
    stage.sweep_for(29);
    assert_eq!(stage.conversation(0).sessions[0].status, SessionStatus::Running);
    stage.sweep_for(2);
    assert_eq!(stage.conversation(0).sessions[0].status, SessionStatus::Expired);
    stage.sweep_for(60);
    assert_eq!(stage.received(0).len(), 2, "nothing more is said");
}

#[test]
fn a_sequence_of_three_days_says_its_steps_on_their_days() {
    const DAY: u64 = 24 * 60;
    let step = |n: u32| {
        json!({"id": format!("day {n}"), "type": "message",
            "template": {"name": format!("day {n}"), "language": "en"}})
    };
    let wait = |n: u32| json!({"id": format!("wait {n}"), "type": "wait", "minutes": DAY});
    let edge = |from: &str, to: &str| json!({"from": from, "to": to});
    let graph = json!({"entry": "day 1",
        "nodes": [step(1), wait(1), step(2), wait(2), step(3), wait(3), step(4)],
        "edges": [edge("day 1", "wait 1"), edge("wait 1", "day 2"), edge("day 2", "wait 2"),
            edge("wait 2", "day 3"), edge("day 3", "wait 3"), edge("wait 3", "day 4")]});
    let mut stage = Stage::new();
    stage.publish(setup::campaign(), &graph);
    let started = stage.start_workflow(setup::campaign(), setup::TEAM, super::stage::to(0), None);
    stage.deliver(started.unwrap().committed);
    for day in 1..=4 {
        let said: Vec<String> = (1..=day).map(|n| format!("day {n}")).collect();
        assert_eq!(stage.received(0), said);
        stage.pass(DAY * MINUTE - 2 * MINUTE);
        stage.sweep();
        assert_eq!(stage.received(0), said, "not before its time");
        stage.sweep_for(3);
    }
    assert_eq!(stage.received(0).len(), 4);
    let all: Vec<MessageStatus> = stage.statuses(0);
    assert!(all.iter().all(|status| *status == Sent));
    assert_eq!(block_on(polling::failures(&stage.store(), None)).unwrap().len(), 0);
}
