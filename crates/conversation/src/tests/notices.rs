//! What webhooks are to be told: committed with what it tells of, each once, and held by one turn at a time.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::talk::{DAY, HOUR, MINUTE, SECOND, Talk, accepted, receipt};
use crate::NoticeEvent::{
    ConversationStarted, FlowCompleted, FlowExpired, FlowFailed, FlowStarted, MessageDelivered,
    MessageFailed, MessageRead, MessageReceived, MessageSent, MessagesCreated,
};
use crate::{Attempt, EntryState, MessageStatus, NoticeEvent, Noticed, Subscription, limits};

const ALL: &[NoticeEvent] = &NoticeEvent::ACTIONS;

fn webhook(n: u128) -> Uuid {
    Uuid::from_u128(1_000 + n)
}

fn wanting(mut talk: Talk, events: &[NoticeEvent]) -> Talk {
    talk.subscriptions = vec![Subscription { webhook: webhook(1), events: events.to_vec() }];
    talk
}

fn events(talk: &Talk) -> Vec<NoticeEvent> {
    talk.conversation.notices.iter().map(|notice| notice.event).collect()
}

/// What a holder has to tell.
fn held(talk: &Talk, holder: Uuid) -> Vec<Uuid> {
    talk.conversation.held_notices(holder).map(|notice| notice.id).collect()
}

fn told(talk: &mut Talk, holder: Uuid, ids: &[Uuid], noticed: Noticed) {
    let outcomes: Vec<(Uuid, Noticed)> = ids.iter().map(|id| (*id, noticed)).collect();
    talk.turn_of(holder, |turn, conversation| turn.noticed(conversation, &outcomes));
}

#[test]
fn what_happened_is_told_to_who_wants_it_and_held_by_the_turn_in_which_it_happened() {
    let mut talk = wanting(Talk::new(), ALL);
    let heard = talk.hear("hello");
    assert_eq!(events(&talk), [MessageReceived]);
    assert_eq!(talk.conversation.notices[0].about, Some(talk.last().id));
    let started = talk.trigger("offer");
    assert_eq!(events(&talk), [MessageReceived, FlowStarted]);
    let notice = &talk.conversation.notices[1];
    assert_eq!((notice.about, notice.webhook), (Some(started.started()), webhook(1)));
    assert_eq!(notice.session.as_ref().map(|session| session.name.as_str()), Some("offer"));
    assert_eq!((held(&talk, heard.id).len(), held(&talk, started.id).len()), (1, 1));
}

#[test]
fn nothing_is_kept_for_nobody_nor_of_what_nobody_wants_nor_of_a_test() {
    let mut unheard = Talk::new();
    unheard.hear("hello");
    assert!(unheard.conversation.notices.is_empty());
    let mut other = wanting(Talk::new(), &[FlowFailed]);
    other.hear("hello");
    other.trigger("offer");
    assert!(other.conversation.notices.is_empty());
    let mut test = wanting(Talk::test(), ALL);
    test.hear("hello");
    test.trigger("offer");
    assert!(test.conversation.notices.is_empty());
}

#[test]
fn each_webhook_is_told_by_a_notice_of_its_own() {
    let mut talk = wanting(Talk::new(), ALL);
    talk.subscriptions
        .push(Subscription { webhook: webhook(2), events: vec![MessageReceived, FlowFailed] });
    talk.hear("hello");
    talk.trigger("offer");
    let to = |n| {
        let all =
            talk.conversation.notices.iter().filter(move |notice| notice.webhook == webhook(n));
        all.map(|notice| notice.event).collect::<Vec<_>>()
    };
    assert_eq!((to(1), to(2)), (vec![MessageReceived, FlowStarted], vec![MessageReceived]));
    let ids: BTreeSet<Uuid> = talk.conversation.notices.iter().map(|notice| notice.id).collect();
    assert_eq!(ids.len(), 3);
}

#[test]
fn the_trigger_surface_is_told_of_the_conversation_and_of_messages_of_both() {
    let mut talk = wanting(Talk::new(), &NoticeEvent::TRIGGER);
    talk.hear("hello");
    talk.trigger("offer");
    assert_eq!(events(&talk), [ConversationStarted, MessagesCreated, MessagesCreated]);
    talk.hear("again");
    assert_eq!(events(&talk)[3..], [MessagesCreated, MessagesCreated]);
}

#[test]
fn each_status_that_a_message_comes_to_is_told_once() {
    let mut talk = wanting(Talk::new(), ALL);
    let done = talk.trigger("offer");
    let message = talk.held(done.id)[0];
    talk.settle(done.id, message, &accepted("wamid.out"));
    // In one webhook, and then once more.
    for _ in 0..2 {
        talk.turn(|turn, conversation| {
            turn.receipt(conversation, &receipt(message, MessageStatus::Sent));
            turn.receipt(conversation, &receipt(message, MessageStatus::Delivered));
            turn.receipt(conversation, &receipt(message, MessageStatus::Read));
        });
    }
    assert_eq!(events(&talk), [FlowStarted, MessageSent, MessageDelivered, MessageRead]);
}

#[test]
fn a_message_that_fails_is_told_whoever_refused_it() {
    let mut talk = wanting(Talk::new(), &[MessageFailed]);
    let done = talk.trigger("offer");
    let message = talk.held(done.id)[0];
    talk.settle(done.id, message, &Attempt::Refused(super::talk::error("131026")));
    assert_eq!(events(&talk), [MessageFailed]);
    // Outside of the window, nothing is sent: three texts.
    talk.pass(2 * DAY);
    talk.trigger("three");
    assert_eq!(events(&talk), [MessageFailed; 4]);
}

#[test]
fn a_session_is_told_of_when_it_starts_and_however_it_ends() {
    let mut talk = wanting(Talk::new(), &[FlowStarted, FlowCompleted, FlowExpired, FlowFailed]);
    talk.hear("hello");
    talk.trigger("echo");
    talk.hear("STOP");
    assert_eq!(events(&talk), [FlowStarted, FlowCompleted]);
    talk.hear("START");
    talk.trigger("once");
    talk.pass(2 * HOUR);
    talk.touch();
    assert_eq!(events(&talk)[2..], [FlowStarted, FlowExpired]);
}

#[test]
fn what_only_answers_a_message_is_no_session_to_be_told_of() {
    let mut talk = wanting(Talk::new(), ALL);
    talk.hear("hello");
    assert!(!events(&talk).contains(&FlowStarted));
}

#[test]
fn what_is_told_is_forgotten_and_many_of_them_in_one_commit() {
    let mut talk = wanting(Talk::new(), ALL);
    let done = talk.trigger("offer");
    let message = talk.held(done.id)[0];
    talk.settle(done.id, message, &accepted("wamid.out"));
    let ids = held(&talk, done.id);
    assert_eq!(ids.len(), 2, "what came in while it went on is its own too");
    told(&mut talk, done.id, &ids, Noticed::Delivered);
    assert!(talk.conversation.notices.is_empty());
    assert_eq!(talk.conversation.notices_dropped, 0);
}

#[test]
fn a_notice_whose_holder_is_gone_is_taken_over_and_counts_once() {
    let mut talk = wanting(Talk::new(), &[MessageReceived]);
    let done = talk.hear("hello");
    let ids = held(&talk, done.id);
    talk.pass(149 * SECOND);
    let other = talk.touch().id;
    assert!(held(&talk, other).is_empty(), "its lease, and clocks that differ");
    talk.pass(2 * SECOND);
    let other = talk.touch().id;
    assert_eq!((held(&talk, other), held(&talk, done.id)), (ids.clone(), vec![]));
    // The first comes back: that it could not tell it is not for it to say.
    told(&mut talk, done.id, &ids, Noticed::Failed);
    assert_eq!(held(&talk, other), ids);
    // But it was told if it was, whoever did it.
    told(&mut talk, done.id, &ids, Noticed::Delivered);
    assert!(talk.conversation.notices.is_empty());
    told(&mut talk, other, &ids, Noticed::Delivered);
}

#[test]
fn what_is_not_taken_is_told_again_ever_later_for_a_day() {
    let mut talk = wanting(Talk::new(), &[MessageReceived]);
    let mut holder = talk.hear("hello").id;
    let begun = talk.clock;
    let (mut waits, mut tries) = (Vec::new(), 1);
    loop {
        let ids = held(&talk, holder);
        assert_eq!(ids.len(), 1);
        told(&mut talk, holder, &ids, Noticed::Failed);
        let Some(notice) = talk.conversation.notices.first() else { break };
        let EntryState::Queued { not_before: Some(at) } = notice.state else { panic!("waits") };
        waits.push(at.0 - talk.clock);
        talk.clock = at.0;
        holder = talk.touch().id;
        tries += 1;
    }
    assert!(talk.clock - begun >= DAY, "a day of tries");
    assert_eq!(talk.conversation.notices_dropped, 1);
    let wanted = [10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 4 * HOUR];
    for (wait, wanted) in waits.iter().zip(wanted) {
        assert!((wanted..=wanted + wanted / 4 + 1_000).contains(wait), "{wait} for {wanted}");
    }
    assert!((9..=13).contains(&tries), "{tries}");
}

#[test]
fn receivers_that_failed_together_are_not_all_told_again_together() {
    let mut talk = wanting(Talk::new(), &[MessageReceived]);
    talk.subscriptions = (0..10)
        .map(|n| Subscription { webhook: webhook(n), events: vec![MessageReceived] })
        .collect();
    let done = talk.hear("hello");
    let ids = held(&talk, done.id);
    told(&mut talk, done.id, &ids, Noticed::Failed);
    let states = talk.conversation.notices.iter().map(|notice| match notice.state {
        EntryState::Queued { not_before } => not_before,
        _ => None,
    });
    let distinct: BTreeSet<_> = states.collect();
    assert!(distinct.len() > 5, "{distinct:?}");
}

#[test]
fn a_full_list_gives_up_the_oldest_and_counts_it() {
    let mut talk = wanting(Talk::new(), &[MessageReceived]);
    let first = talk.hear("hello").id;
    let oldest = held(&talk, first);
    for n in 0..limits::NOTICES {
        talk.hear(&format!("message {n}"));
    }
    assert_eq!(talk.conversation.notices.len(), limits::NOTICES);
    assert_eq!(talk.conversation.notices_dropped, 1);
    assert!(talk.conversation.notices.iter().all(|notice| notice.id != oldest[0]));
    // Who was telling it finds it gone.
    told(&mut talk, first, &oldest, Noticed::Failed);
    assert_eq!(talk.conversation.notices_dropped, 1);
}

#[test]
fn no_message_waits_for_a_notice() {
    let mut talk = wanting(Talk::new(), ALL);
    talk.hear("hello");
    let busy = talk.trigger("offer");
    let message = talk.held(busy.id)[0];
    talk.settle(busy.id, message, &accepted("wamid.out"));
    assert!(!held(&talk, busy.id).is_empty(), "it is telling webhooks");
    let next = talk.trigger("three");
    assert_eq!(talk.held(next.id).len(), 3, "meanwhile another sends");
}

#[test]
fn what_a_sequence_says_when_the_flow_ends_that_held_it_back_is_told_with_it() {
    let mut talk = wanting(Talk::new(), &[MessagesCreated, FlowStarted, FlowCompleted]);
    talk.hear("hello");
    talk.trigger("once");
    talk.trigger("pulse");
    talk.conversation.notices.clear();
    talk.hear("Ann");
    let said = talk.last().id;
    let told: Vec<_> = talk.conversation.notices.iter().map(|it| (it.event, it.about)).collect();
    assert!(told.contains(&(MessagesCreated, Some(said))), "{told:?} without {said}");
}
