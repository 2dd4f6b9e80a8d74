//! Sending under a lease: who holds what, for how long, and what becomes of what was not accepted.

use std::time::Duration;

use channels::whatsapp::{Backoff, WAITS};
use uuid::Uuid;

use super::talk::{DAY, HOUR, MINUTE, SECOND, Talk, accepted, error};
use crate::MessageStatus::{Failed, Queued, Sent};
use crate::{Attempt, EntryState, MessageStatus, Settled, limits};

const LEASE: u64 = 90 * SECOND;
const TAKEOVER: u64 = 60 * SECOND;

/// Three messages, taken by a holder.
fn three() -> (Talk, Uuid, [Uuid; 3]) {
    let mut talk = Talk::new();
    talk.hear("hello");
    let done = talk.trigger("three");
    let held = talk.held(done.id).try_into().expect("three messages");
    (talk, done.id, held)
}

fn status(talk: &Talk, message: Uuid) -> MessageStatus {
    talk.conversation.message(message).expect("the message").status
}

fn until(talk: &Talk, at: usize) -> u64 {
    match talk.conversation.outbox[at].state {
        EntryState::Sending { until, .. } | EntryState::Unknown { until } => until.0,
        EntryState::Queued { not_before } => not_before.expect("a time").0,
    }
}

#[test]
fn a_turn_takes_what_it_wrote_and_sends_it_in_order() {
    let (mut talk, holder, [first, second, third]) = three();
    assert_eq!(until(&talk, 0), talk.conversation.updated_at.0 + LEASE);
    talk.settle(holder, first, &accepted("wamid.1"));
    assert_eq!(talk.held(holder), [second, third]);
    talk.settle(holder, second, &accepted("wamid.2"));
    talk.settle(holder, third, &accepted("wamid.3"));
    assert_eq!(talk.conversation.outbox, []);
    let ids: Vec<_> = talk.conversation.log.iter().skip(1).map(|m| &m.provider_id).collect();
    assert_eq!(ids, [&Some("wamid.1".into()), &Some("wamid.2".into()), &Some("wamid.3".into())]);
    assert_eq!(status(&talk, first), Sent);
}

#[test]
fn a_settled_message_renews_the_lease_of_the_others() {
    let (mut talk, holder, [first, ..]) = three();
    talk.pass(60 * SECOND);
    talk.settle(holder, first, &accepted("wamid.1"));
    assert_eq!(until(&talk, 0), talk.clock + LEASE);
}

#[test]
fn a_holder_that_finds_its_message_settled_goes_on_with_a_new_lease() {
    // The answer was lost, a receipt was faster, and all of that took until others were about to take over.
    let (mut talk, holder, [first, second, third]) = three();
    let receipt = super::talk::receipt(first, MessageStatus::Delivered);
    talk.receive(&receipt);
    talk.pass(140 * SECOND);
    assert_eq!(talk.settle(holder, first, &Attempt::Unanswered), Settled::Before);
    assert_eq!(talk.held(holder), [second, third]);
    assert_eq!(until(&talk, 0), talk.conversation.updated_at.0 + LEASE);
    talk.pass(20 * SECOND);
    talk.touch();
    assert_eq!(talk.held(holder), [second, third], "nobody takes over");
}

#[test]
fn settling_twice_is_settling_once() {
    let (mut talk, holder, [first, ..]) = three();
    assert_eq!(talk.settle(holder, first, &accepted("wamid.1")), Settled::Recorded);
    assert_eq!(talk.settle(holder, first, &accepted("wamid.1")), Settled::Before);
    assert_eq!(talk.settle(holder, first, &Attempt::Refused(error("100"))), Settled::Before);
    assert_eq!(status(&talk, first), Sent);
}

#[test]
fn what_is_said_behind_a_live_holder_is_taken_by_it_after_its_mark() {
    let (mut talk, holder, [first, second, third]) = three();
    let behind = talk.trigger("three");
    assert!(talk.held(behind.id).is_empty());
    assert_eq!(talk.held(holder), [first, second, third], "not before");
    talk.settle(holder, first, &accepted("wamid.1"));
    let all = talk.held(holder);
    assert_eq!((all.len(), &all[..2]), (5, &[second, third][..]));
}

#[test]
fn others_take_over_60_seconds_after_the_end_of_a_lease_and_not_before() {
    let (mut talk, holder, messages) = three();
    let over = until(&talk, 0) + TAKEOVER;
    talk.clock = over - 2;
    let early = talk.touch();
    assert_eq!((early.finished, talk.held(holder)), (None, messages.to_vec()));
    talk.clock = over;
    let next = talk.touch();
    assert!(talk.held(holder).is_empty());
    assert_eq!(talk.held(next.id), messages);
}

#[test]
fn with_a_message_that_its_holder_does_not_settle_go_those_that_it_took_later() {
    let (mut talk, holder, [first, ..]) = three();
    talk.trigger("three");
    // Its lease is nearly new, so it is not renewed; what it takes now gets one that ends 5 seconds later.
    talk.pass(5 * SECOND);
    talk.settle(holder, first, &accepted("wamid.1"));
    let held = talk.held(holder);
    assert_eq!((held.len(), until(&talk, 4) - until(&talk, 0) > SECOND), (5, true));
    talk.clock = until(&talk, 0) + TAKEOVER;
    let taken_over = talk.touch().id;
    assert_eq!(talk.held(taken_over), held, "nothing is left that could overtake");
}

#[test]
fn a_holder_that_was_taken_over_can_only_say_that_its_message_was_accepted() {
    let (mut talk, holder, [first, second, third]) = three();
    talk.pass(LEASE + TAKEOVER + SECOND);
    let next = talk.touch();
    for attempt in [
        Attempt::Refused(error("100")),
        Attempt::retry(error("131016")),
        Attempt::Stopped(error("190")),
        Attempt::Unanswered,
    ] {
        assert_eq!(talk.settle(holder, first, &attempt), Settled::Before);
    }
    assert_eq!(talk.held(next.id), [first, second, third]);
    assert_eq!(talk.settle(holder, first, &accepted("wamid.1")), Settled::Recorded);
    assert_eq!(talk.held(next.id), [second, third]);
}

#[test]
fn a_holder_that_was_taken_over_does_not_take_its_message_again() {
    let (mut talk, holder, [first, ..]) = three();
    talk.pass(LEASE + TAKEOVER + SECOND);
    talk.touch();
    // The next holder is over its time as well.
    talk.pass(LEASE + TAKEOVER + SECOND);
    assert_eq!(talk.settle(holder, first, &Attempt::Refused(error("100"))), Settled::Before);
    assert!(talk.held(holder).is_empty());
    assert_eq!(status(&talk, first), Queued);
    // Nor when the next holder gave it back.
    let next = talk.touch().id;
    talk.settle(next, first, &Attempt::retry(error("131016")));
    talk.pass(MINUTE);
    assert_eq!(talk.settle(holder, first, &Attempt::Unanswered), Settled::Before);
    assert!(talk.held(holder).is_empty());
}

#[test]
fn what_a_timer_says_while_a_holder_settles_is_sent_by_it() {
    let mut talk = Talk::new();
    talk.hear("hello");
    let done = talk.trigger("echo");
    let asked = talk.held(done.id)[0];
    talk.settle(done.id, asked, &accepted("wamid.1"));
    talk.pass(61 * MINUTE);
    assert_eq!(talk.settle(done.id, asked, &accepted("wamid.1")), Settled::Before);
    assert_eq!(talk.said().last().unwrap(), "> bye");
    assert_eq!(talk.held(done.id), [talk.last().id]);
}

#[test]
fn a_holder_that_is_late_still_says_what_came_of_its_message() {
    let (mut talk, holder, [first, second, _]) = three();
    talk.pass(HOUR);
    assert_eq!(talk.settle(holder, first, &Attempt::Refused(error("100"))), Settled::Recorded);
    assert_eq!(status(&talk, first), Failed);
    assert_eq!(talk.settle(holder, second, &Attempt::Unanswered), Settled::Recorded);
    assert!(talk.held(holder).is_empty(), "not sent again at once");
}

#[test]
fn a_message_that_must_wait_is_not_overtaken() {
    for attempt in
        [Attempt::retry(error("131016")), Attempt::Stopped(error("190")), Attempt::Unanswered]
    {
        let (mut talk, holder, [first, second, third]) = three();
        talk.settle(holder, first, &attempt);
        assert!(talk.held(holder).is_empty(), "{attempt:?}");
        talk.trigger("three");
        talk.clock = until(&talk, 0);
        let next = talk.touch();
        assert_eq!(talk.held(next.id)[..3], [first, second, third], "{attempt:?}");
    }
}

#[test]
fn a_message_that_was_refused_lets_the_next_one_go() {
    let (mut talk, holder, [first, second, third]) = three();
    talk.settle(holder, first, &Attempt::Refused(error("131026")));
    assert_eq!(status(&talk, first), Failed);
    assert_eq!(talk.conversation.message(first).unwrap().error, Some(error("131026")));
    assert_eq!(talk.held(holder), [second, third]);
}

#[test]
fn a_message_that_is_refused_for_now_is_tried_again_ever_later_and_fails_at_last() {
    let (mut talk, mut holder, [first, ..]) = three();
    let mut waits = Vec::new();
    while talk.conversation.outbox[0].message == first {
        talk.settle(holder, first, &Attempt::retry(error("131016")));
        if status(&talk, first) == Failed {
            break;
        }
        assert_eq!(status(&talk, first), Queued);
        let at = until(&talk, 0);
        waits.push(at - talk.conversation.updated_at.0);
        talk.clock = at;
        holder = talk.touch().id;
    }
    assert_eq!(waits.len(), WAITS.len());
    for (waited, usual) in waits.iter().zip(WAITS) {
        // A quarter more at most: the jitter.
        assert!((usual * SECOND..=usual * SECOND * 5 / 4).contains(waited), "{waits:?}");
    }
    assert_eq!(talk.conversation.message(first).unwrap().error, Some(error("131016")));
}

#[test]
fn the_class_of_the_refusal_and_the_provider_say_how_long_to_wait() {
    let refused = |backoff, after: Option<u64>| Attempt::Retry {
        error: error("131056"),
        backoff,
        after: after.map(Duration::from_secs),
    };
    for (attempt, seconds) in [
        (refused(Backoff::Quadruple, None), 1),
        (refused(Backoff::Usual, None), 10),
        (refused(Backoff::Usual, Some(3)), 10),
        (refused(Backoff::Usual, Some(600)), 600),
    ] {
        let (mut talk, holder, [first, ..]) = three();
        talk.settle(holder, first, &attempt);
        let waited = until(&talk, 0) - talk.conversation.updated_at.0;
        let longest = seconds * SECOND + 10 * SECOND / 4;
        assert!((seconds * SECOND..=longest).contains(&waited), "{attempt:?}: {waited}");
    }
}

#[test]
fn what_failed_together_does_not_come_again_together() {
    let waits = [0, 1, 2].map(|which| {
        let (mut talk, holder, messages) = three();
        for refused in &messages[..which] {
            talk.settle(holder, *refused, &Attempt::Refused(error("131026")));
        }
        talk.settle(holder, messages[which], &Attempt::retry(error("131016")));
        until(&talk, 0) - talk.conversation.updated_at.0
    });
    assert!(waits[0] != waits[1] || waits[1] != waits[2], "{waits:?}");
}

#[test]
fn a_message_that_nobody_answered_for_is_sent_again_after_5_minutes() {
    let (mut talk, holder, [first, ..]) = three();
    talk.settle(holder, first, &Attempt::Unanswered);
    assert!(matches!(talk.conversation.outbox[0].state, EntryState::Unknown { .. }));
    let at = until(&talk, 0);
    assert_eq!(at, talk.conversation.updated_at.0 + 5 * MINUTE);
    talk.clock = at - 2;
    let early = talk.touch();
    assert!(talk.held(early.id).is_empty());
    talk.clock = at;
    let next = talk.touch();
    assert_eq!(talk.held(next.id)[0], first);
}

#[test]
fn a_message_that_nobody_ever_answers_for_fails_and_says_that_it_may_have_arrived() {
    let (mut talk, mut holder, [first, ..]) = three();
    for tries in 1.. {
        assert!(tries <= 7, "it goes on for ever");
        talk.settle(holder, first, &Attempt::Unanswered);
        if status(&talk, first) == Failed {
            break;
        }
        talk.pass(6 * MINUTE);
        holder = talk.touch().id;
    }
    assert_eq!(
        talk.conversation.message(first).unwrap().error.as_ref().unwrap().code,
        "unanswered"
    );
}

#[test]
fn a_stopped_channel_costs_no_tries_and_is_waited_for_a_day() {
    let (mut talk, mut holder, [first, ..]) = three();
    let written = talk.clock;
    while status(&talk, first) != Failed {
        assert_eq!(talk.conversation.outbox[0].tries, 0);
        talk.settle(holder, first, &Attempt::Stopped(error("190")));
        talk.pass(6 * MINUTE);
        holder = talk.touch().id;
    }
    assert!((DAY..DAY + 15 * MINUTE).contains(&(talk.clock - written)));
}

#[test]
fn an_outbox_takes_so_many_messages_and_no_more() {
    let mut talk = Talk::new();
    talk.hear("hello");
    for _ in 0..limits::OUTBOX / 3 {
        talk.trigger("three");
    }
    talk.trigger("offer");
    talk.hear("yes");
    assert_eq!(talk.conversation.outbox.len(), limits::OUTBOX);
    let request = talk.request("three");
    assert!(matches!(talk.try_trigger(&request).err(), Some(crate::TurnError::Full(_))));
}

#[test]
fn an_outbox_takes_so_many_bytes_and_no_more() {
    let mut talk = Talk::new();
    talk.hear("hello");
    talk.trigger("loud");
    for _ in 0..3 {
        talk.hear("more");
    }
    let bytes: usize = talk.conversation.log.iter().map(crate::Message::bytes).sum();
    assert!(bytes <= limits::OUTBOX_BYTES, "{bytes}");
}
