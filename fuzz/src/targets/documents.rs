//! Stored documents, read back: whatever bytes a store gives, a document is read, or it is an error; and what was read is
//! written and read as the same. An old conversation, whatever it holds, hears the next message.

use std::fmt::Debug;

use conversation::{Contact, Conversation, EventId, Inbound};
use flow::{Reply, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use webchat::VisitorToken;

use crate::talk;

/// A year after which no document was written: the host's clock is then wrong. 2200-01-01.
const MAX_MILLIS: u64 = 7_258_118_400_000;
/// A number that nothing is counted up to.
const MAX_COUNTED: u64 = 1 << 53;

pub fn run(input: &[u8]) {
    let conversation: Option<Conversation> = read("conversation:1", input);
    read::<Contact>("contact:1", input);
    read::<workflows::Workflow>("workflow:1", input);
    read::<workflows::Definition>("workflow:1@2", input);
    read::<agents::Agent>("agent:1", input);
    read::<teams::Account>("channel:whatsapp:1", input);
    read::<teams::ApiKey>("key:1", input);
    read::<teams::KeyList>("keys:acme", input);
    read::<teams::Team>("team:acme", input);
    read::<templates::Templates>("templates:1", input);
    read::<webhooks::Webhooks>("webhooks:acme", input);
    read::<Vec<conversation::Message>>("conversation:1/log/1", input);
    read::<VisitorToken>("token", input);
    let _ = conversation::Seen::page_contains(input, EventId::of("", ""));
    if let Some(conversation) = conversation {
        hear(conversation);
    }
}

fn read<T: Serialize + DeserializeOwned + PartialEq + Debug>(key: &str, bytes: &[u8]) -> Option<T> {
    let document: T = store::from_json(key, bytes).ok()?;
    let Ok(written) = store::to_json(key, &document) else { panic!("{key} cannot be written") };
    match store::from_json::<T>(key, &written) {
        Ok(read) => assert_eq!(read, document, "{key}: read as it was written"),
        // Only depth can be in the way: the document was read from one that was as deep.
        Err(error) => panic!("{key} cannot be read again: {error:?}"),
    }
    Some(document)
}

fn hear(mut conversation: Conversation) {
    if conversation.updated_at.0 > MAX_MILLIS || conversation.sequence > MAX_COUNTED {
        return;
    }
    let _ = (conversation.due(), conversation.pinned().count(), conversation.acting().count());
    let contact = Contact::new(&conversation.team, &conversation.address, "api", Timestamp(0));
    let inbound = Inbound {
        event: EventId::of("whatsapp", "wamid.new"),
        provider_id: "wamid.new".to_owned(),
        sent_at: None,
        kind: "text".to_owned(),
        content: json!({"body": "2"}),
        reply: Reply::text("2"),
    };
    let _ = talk::hear(&mut conversation, &contact, &[inbound], &[]);
}
