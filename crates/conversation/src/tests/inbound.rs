//! Messages of the contact.

use serde_json::json;

use super::talk::{DAY, HOUR, MINUTE, Talk, inbound, pinned};
use crate::{Applied, EventId, Seen, SessionStatus, limits};

#[test]
fn a_message_advances_the_session_that_waits() {
    let mut talk = Talk::new();
    let session = talk.trigger("echo").started();
    assert_eq!(talk.hear("hello").result, Applied::Advanced(session));
    assert_eq!(talk.said()[1..], ["< hello", "> got hello", "> Yes?"]);
}

#[test]
fn a_message_delivered_again_advances_nothing() {
    let mut talk = Talk::new();
    talk.trigger("echo");
    talk.hear_as("wamid.1", "hello");
    for wait in [0, MINUTE, 7 * DAY] {
        talk.pass(wait);
        talk.touch();
        let again = talk.hear_as("wamid.1", "hello");
        assert_eq!((again.result, again.finished), (Applied::Duplicate, None));
    }
    assert_eq!(talk.said().iter().filter(|said| *said == "< hello").count(), 1);
}

#[test]
fn a_message_twice_in_one_delivery_counts_once() {
    let mut talk = Talk::new();
    talk.trigger("echo");
    let message = inbound("wamid.1", "hello");
    let done = talk.turn(|turn, conversation| {
        [(); 2].map(|()| turn.inbound(conversation, &message, None).unwrap())
    });
    assert!(matches!(done.result, [Applied::Advanced(_), Applied::Duplicate]));
}

#[test]
fn a_message_whose_event_moved_to_a_page_is_known_by_the_page() {
    let mut talk = Talk::test();
    let kept = limits::SEEN_KEPT + limits::SEEN_PAGE;
    for n in 0..kept {
        talk.hear_as(&format!("wamid.{n}"), "hello");
        talk.pass(MINUTE);
    }
    let event = EventId::of("whatsapp", "wamid.0");
    assert!(!talk.conversation.seen.contains(event));
    let pages = talk.conversation.seen.pages_for(None);
    assert_eq!(pages, [1]);
    assert!(Seen::page_contains(&talk.pages["seen/1"], event));
    // As the engine does: it looks the event up, and says so.
    talk.older = vec![event];
    assert_eq!(talk.hear_as("wamid.0", "hello").result, Applied::Duplicate);
}

#[test]
fn a_message_that_nothing_waits_for_is_kept_for_a_person() {
    let mut talk = Talk::new();
    assert_eq!(talk.hear("hello").result, Applied::Kept);
    assert_eq!(talk.said(), ["< hello"]);
    assert!(talk.conversation.needs_attention);
    assert_eq!(talk.last().provider_id.as_deref(), Some("wamid.0"));
}

#[test]
fn a_message_that_nothing_waits_for_starts_the_workflow_of_its_route() {
    let mut talk = Talk::new();
    talk.route = Some(pinned("echo", 30));
    let Applied::Advanced(session) = talk.hear("hello").result else { panic!("not started") };
    assert_eq!(talk.said(), ["< hello", "> Yes?"], "the message starts it, and is not its answer");
    assert_eq!(talk.session(session).source, "inbound");
    assert_eq!(talk.hear("a").result, Applied::Advanced(session));
    assert!(!talk.conversation.needs_attention);
}

#[test]
fn a_message_after_the_session_expired_starts_the_route_anew() {
    let mut talk = Talk::new();
    talk.route = Some(pinned("once", 30));
    let Applied::Advanced(first) = talk.hear("hello").result else { panic!("not started") };
    talk.pass(HOUR);
    let Applied::Advanced(second) = talk.hear("still there?").result else { panic!("kept") };
    assert_ne!(first, second);
    assert_eq!(talk.status(first), SessionStatus::Expired);
}

#[test]
fn the_second_message_of_a_delivery_starts_the_route_when_the_first_ended_the_session() {
    let mut talk = Talk::new();
    talk.trigger("once");
    let messages = [inbound("wamid.1", "Ann"), inbound("wamid.2", "hello")];
    let route = pinned("echo", 30);
    talk.turn(|turn, conversation| {
        for message in &messages {
            turn.inbound(conversation, message, Some(&route)).unwrap();
        }
    });
    assert_eq!(talk.said()[1..], ["< Ann", "< hello", "> Yes?"]);
}

#[test]
fn a_message_is_answered_beside_a_session_that_only_waits_for_a_time() {
    let mut talk = Talk::test();
    talk.route = Some(pinned("once", 30));
    let session = talk.trigger("once").started();
    talk.session_mut(session).state.awaits = flow::Awaits::Time;
    let heard = talk.hear("do you like boats?");
    assert!(matches!(heard.result, Applied::Advanced(_)));
    let call = talk.conversation.held_calls(heard.id).next().expect("a question to the model").id;
    talk.turn_of(heard.id, |turn, conversation| {
        turn.called(conversation, call, &flow::EffectResult::TimedOut)
    });
    // Not by the graph, which runs; and what only answered is not kept.
    assert_eq!(talk.said()[2..], [format!("> {}", flow::FIXED_REPLY)]);
    assert_eq!(talk.conversation.sessions.len(), 1);
    assert!(talk.conversation.needs_attention && !talk.conversation.paused);
}

#[test]
fn a_trigger_starts_the_graph_beside_a_script_that_waits_for_an_answer() {
    let mut talk = Talk::test();
    talk.route = Some(pinned("scripted", 30));
    talk.hear("where is my order");
    talk.trigger("scripted").started();
    assert_eq!(talk.said()[1..], ["> Which number?", "> Name?"]);
    talk.hear("Ann");
    talk.hear("4711");
    assert_eq!(talk.said()[3..], ["< Ann", "< 4711", "> We look into 4711"]);
    // What only answered is not kept, the session that was triggered is.
    assert_eq!(talk.conversation.sessions.len(), 1);
}

#[test]
fn after_a_handoff_messages_are_kept_and_nothing_is_said() {
    let mut talk = Talk::new();
    talk.hear("hello");
    talk.trigger("handoff");
    assert!(talk.conversation.paused && talk.conversation.needs_attention);
    talk.route = Some(pinned("echo", 30));
    assert_eq!(talk.hear("are you there?").result, Applied::Kept);
    assert_eq!(talk.said(), ["< hello", "> One moment", "< are you there?"]);
}

#[test]
fn a_message_of_any_size_is_kept_within_bounds() {
    let mut talk = Talk::new();
    let huge = [
        json!({"body": "\u{1}".repeat(65_536)}),
        json!({"body": "💬".repeat(65_536)}),
        json!({"contacts": vec![json!({"name": "x".repeat(300)}); 2_000]}),
        json!({"deep": vec![json!([[[[]]]]); 50_000]}),
    ];
    for (n, content) in huge.into_iter().enumerate() {
        let mut message = inbound(&format!("wamid.{n}"), "");
        message.content = content;
        talk.turn(|turn, conversation| turn.inbound(conversation, &message, None).unwrap());
        let bytes = serde_json::to_vec(talk.last()).unwrap().len();
        assert!(bytes < limits::INBOUND_BYTES + 1_024, "{bytes}");
    }
    assert!(talk.said()[1].starts_with("< 💬💬"), "what fits is kept");
}

#[test]
fn the_longest_text_that_the_console_takes_is_kept_whole() {
    // Four bytes each, and six where they are counted as JSON.
    for text in ["💬".repeat(4_096), "\n".repeat(4_096), "\u{1}".repeat(4_096)] {
        let mut talk = Talk::new();
        talk.hear(&text);
        assert_eq!(talk.said(), [format!("< {text}")]);
    }
}

#[test]
fn a_message_nested_however_deep_leaves_a_conversation_that_can_be_read() {
    let mut talk = Talk::new();
    for levels in [64, 65, 126] {
        let mut message = inbound(&format!("wamid.{levels}"), "hi");
        message.content = (1..levels).fold(json!({}), |inner, _| json!({"a": inner}));
        // Every turn of a talk is written and read back.
        talk.turn(|turn, conversation| turn.inbound(conversation, &message, None).unwrap());
        let crate::Body::Inbound { content, .. } = &talk.last().body else {
            panic!("it is inbound")
        };
        assert_eq!(content.get("truncated").is_some(), levels > 64, "{levels}");
    }
}
