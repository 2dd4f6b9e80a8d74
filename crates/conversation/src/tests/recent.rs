//! What a turn says of itself for those who poll, and what is remembered of sessions that are forgotten.

use uuid::Uuid;

use super::talk::{HOUR, Talk, accepted, inbound, pinned};
use crate::{Applied, Conversation, SessionStatus, limits};

#[test]
fn a_turn_says_which_sessions_it_started_and_which_messages_it_took() {
    let mut talk = Talk::new();
    let done = talk.trigger("offer");
    let session = done.started();
    let finished = done.finished.unwrap();
    assert_eq!((finished.started, finished.heard), (vec![session], vec![]));
    let finished = talk.hear("ok").finished.unwrap();
    let heard = talk.conversation.log[1].id;
    assert_eq!((finished.started, finished.heard), (vec![], vec![heard]));
}

/// Reading a message takes about as long as stepping the flow, and a conversation keeps up to 75.
#[test]
fn of_many_messages_a_turn_reads_the_last_ones() {
    let as_stored = |conversation: &Conversation| -> Conversation {
        serde_json::from_slice(&serde_json::to_vec(conversation).unwrap()).unwrap()
    };
    let mut talk = Talk::new();
    for _ in 0..40 {
        talk.hear("hello");
    }
    let ids = (Uuid::from_u128(1_000_000), Uuid::from_u128(1_000_001));
    let before = as_stored(&talk.conversation);
    let (hello, route) = (inbound("wamid.1", "hello"), pinned("offer", 30));
    let (after, ..) = talk
        .apply(&before, ids, |turn, conversation| turn.inbound(conversation, &hello, Some(&route)));
    assert_eq!((after.log.len(), before.log.read_so_far()), (42, 1), "it is heard and answered");

    let sent = talk.trigger("offer");
    let offer = talk.last().id;
    let before = as_stored(&talk.conversation);
    let ids = (sent.id, ids.1);
    let (after, ..) = talk.apply(&before, ids, |turn, conversation| {
        turn.settle(conversation, offer, &accepted("wamid.1"))
    });
    assert_eq!((after.outbox.len(), before.log.read_so_far()), (0, 1), "it is sent");
}

#[test]
fn what_a_message_starts_is_started() {
    let mut talk = Talk::new();
    talk.route = Some(pinned("once", 30));
    let done = talk.hear("hi");
    let Applied::Advanced(session) = done.result else { panic!("a session") };
    let finished = done.finished.unwrap();
    assert_eq!((finished.started, finished.heard.len()), (vec![session], 1));
}

#[test]
fn of_a_session_that_is_forgotten_only_its_end_is_remembered() {
    let mut talk = Talk::test();
    for n in 1..=limits::ENDED_SESSIONS as u64 + 2 {
        let session = talk.trigger("once").started();
        talk.session_mut(session).listed = Some(n);
        if n == 1 {
            talk.pass(HOUR);
            talk.touch();
        } else {
            talk.hear("Ann");
        }
    }
    let past: Vec<_> =
        talk.conversation.past.iter().map(|past| (past.listed, past.status)).collect();
    assert_eq!(past, [(1, SessionStatus::Expired), (2, SessionStatus::Completed)]);
    let [expired, completed] = &talk.conversation.past[..] else { panic!("two") };
    assert!(expired.completed_at.is_none() && completed.completed_at.is_some());
}

#[test]
fn what_is_remembered_is_bounded_and_what_no_list_names_is_not() {
    let mut talk = Talk::test();
    for n in 0..(limits::ENDED_SESSIONS + limits::PAST_SESSIONS) as u64 + 40 {
        let session = talk.trigger("once").started();
        talk.session_mut(session).listed = (n >= 20).then_some(n);
        talk.hear("Ann");
    }
    let past: Vec<u64> = talk.conversation.past.iter().map(|past| past.listed).collect();
    let newest = (limits::PAST_SESSIONS + 40) as u64;
    assert_eq!(past, (newest - limits::PAST_SESSIONS as u64..newest).collect::<Vec<_>>());
}
