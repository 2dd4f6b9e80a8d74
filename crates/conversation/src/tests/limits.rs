//! A document stays small enough to be written, whatever comes.

use flow::Content;
use serde_json::json;

use super::talk::{MINUTE, Talk, inbound, pinned};
use crate::{TurnError, limits};

/// What the engine refuses to write.
const MAX_BYTES: usize = 900 * 1024;

fn bytes(talk: &Talk) -> usize {
    serde_json::to_vec(&talk.conversation).expect("a document").len()
}

#[test]
fn the_worst_that_contacts_and_flows_can_do_is_still_written() {
    for mut talk in [Talk::new(), Talk::test()] {
        talk.route = Some(pinned("loud", 30));
        let route = talk.route.clone();
        for round in 0..30 {
            let messages: Vec<_> = (0..limits::EVENTS_A_COMMIT)
                .map(|n| inbound(&format!("wamid.{round}.{n}"), &"\u{1}".repeat(65_536)))
                .collect();
            talk.turn(|turn, conversation| {
                for message in &messages {
                    turn.inbound(conversation, message, route.as_ref()).unwrap();
                }
            });
            assert!(bytes(&talk) < MAX_BYTES, "round {round}: {}", bytes(&talk));
        }
    }
}

#[test]
fn an_answer_of_any_size_is_kept_within_bounds() {
    let mut talk = Talk::test();
    talk.trigger("echo");
    let mut message = inbound("wamid.1", "");
    message.reply.payload = Some("é".repeat(1_000_000));
    message.reply.url = Some("x".repeat(1_000_000));
    talk.turn(|turn, conversation| turn.inbound(conversation, &message, None).unwrap());
    assert!(bytes(&talk) < 32 * 1024, "{}", bytes(&talk));
}

#[test]
fn a_usual_conversation_is_small() {
    let mut talk = Talk::new();
    let done = talk.trigger("echo");
    let mut holder = done.id;
    for n in 0..300 {
        talk.pass(MINUTE);
        let next = talk.hear(&format!("message {n}"));
        if !talk.held(next.id).is_empty() {
            holder = next.id;
        }
        for message in talk.held(holder) {
            talk.settle(holder, message, &super::talk::accepted("wamid.out"));
        }
    }
    assert!(bytes(&talk) < 64 * 1024, "{}", bytes(&talk));
}

#[test]
fn sessions_that_are_too_large_together_refuse_a_further_one() {
    let mut talk = Talk::test();
    let mut refused = None;
    for n in 0..20 {
        let mut request = talk.request("once");
        request.workflow.workflow = uuid::Uuid::from_u128(n);
        request.context.insert("large".to_owned(), json!("x".repeat(15 * 1024)));
        if let Err(error) = talk.try_trigger(&request) {
            refused = Some((n, error));
            break;
        }
    }
    let (n, error) = refused.expect("a refusal");
    assert!((7..12).contains(&n), "{n}");
    assert!(matches!(error, TurnError::Full(_)));
    talk.route = Some(pinned("echo", 30));
    for session in &mut talk.conversation.sessions {
        session.state.awaits = flow::Awaits::Time;
    }
    assert_eq!(talk.hear("hello").result, crate::Applied::Kept, "nor does a message start one");
}

#[test]
fn all_texts_of_a_content_count() {
    let button = || flow::Button { id: "i".repeat(100), title: "t".repeat(100) };
    let row = flow::Row { id: "i".repeat(100), title: "t".repeat(100), description: None };
    let line = || Some("l".repeat(100));
    let text = "x".repeat(100);
    let (header, footer) = (line(), line());
    let variables = flow::Variables::Positional(vec![text.clone(); 3]);
    for (content, least) in [
        (Content::Text { text: text.clone() }, 100),
        (Content::Buttons { text: text.clone(), header, footer, buttons: vec![button(); 2] }, 700),
        (
            Content::List {
                text: text.clone(),
                header: line(),
                footer: line(),
                button: text.clone(),
                sections: vec![flow::Section { title: None, rows: vec![row; 3] }],
            },
            1_000,
        ),
        (Content::Template { name: text.clone(), language: text, variables, buttons: vec![] }, 500),
    ] {
        let counted = crate::log::content_bytes(&content);
        let json = serde_json::to_vec(&content).expect("JSON").len();
        assert!((least..=json).contains(&counted), "{counted} of {json}");
    }
}
