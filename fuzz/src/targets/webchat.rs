//! The web chat: what visitors send, one after the other, to a workflow: a list of bodies, or one.

use conversation::{Channel, Contact, Conversation};
use fields::Errors;
use flow::Timestamp;
use serde_json::Value;
use webchat::{MessageView, VisitorMessage, heard};

use crate::{pointer, talk};

/// Messages of one input.
const MESSAGES: usize = 8;

pub fn run(input: &[u8]) {
    let Ok(input) = serde_json::from_slice::<Value>(input) else { return };
    let bodies = match &input {
        Value::Array(bodies) => bodies.as_slice(),
        body => std::slice::from_ref(body),
    };
    let contact = Contact::new("acme", "id:visitor", "webchat", Timestamp(talk::NOON));
    let mut conversation = Conversation::new(
        "acme",
        Channel::Webchat,
        "shop",
        "id:visitor",
        contact.id,
        Timestamp(talk::NOON),
    );
    for body in bodies.iter().take(MESSAGES) {
        let errors = Errors::new();
        let message = VisitorMessage::read(&errors.body(body));
        let message = match errors.into_result(message) {
            Ok(message) => message,
            Err(errors) => {
                pointer::check(body, &errors, "VisitorMessage");
                continue;
            }
        };
        let now = conversation.now(Timestamp(talk::NOON));
        let Ok(inbound) = message.inbound(&conversation, true, now) else { continue };
        let committed = talk::hear(&mut conversation, &contact, &[inbound], &[]);
        assert!(committed.is_err() || heard(&conversation, &message).is_some(), "it is in the log");
        let shown =
            conversation.log.iter().map(|message| serde_json::to_value(MessageView::of(message)));
        assert!(shown.into_iter().all(|shown| shown.is_ok()));
    }
}
