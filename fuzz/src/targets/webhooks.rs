//! WhatsApp's webhook: whatever the body, it is taken apart, and every message and status of it goes through a turn of a
//! conversation, which stays within its limits and can be read back.

use channels::whatsapp::{InboundMessage, UpdateKind, parse, sign, signature_matches};
use conversation::{EventId, Inbound, Receipt};

use crate::talk;

const SECRET: &str = "app secret";

pub fn run(input: &[u8]) {
    let signature = sign(SECRET, input);
    assert!(signature_matches(SECRET, Some(&signature), input));
    assert!(!signature_matches("another", Some(&signature), input));
    let Ok(updates) = parse(input) else { return };
    let (mut heard, mut receipts) = (Vec::new(), Vec::new());
    for update in updates {
        let unreadable = matches!(update.kind, UpdateKind::Unreadable(_));
        assert!(unreadable || !update.account.is_empty(), "{update:?} is of no account");
        match update.kind {
            UpdateKind::Message(message) => heard.push(inbound(message)),
            UpdateKind::Status(status) => receipts.push(Receipt::of_whatsapp(status, None)),
            UpdateKind::Preference(preference) => drop(serde_json::to_string(&preference)),
            UpdateKind::Unreadable(why) => assert!(!why.is_empty()),
        }
    }
    if !heard.is_empty() || !receipts.is_empty() {
        talk::begin(&heard, &receipts);
    }
}

fn inbound(message: InboundMessage) -> Inbound {
    assert!(message.from.wa_id.is_some() || message.from.user_id.is_some(), "nobody sent it");
    Inbound {
        event: EventId::of("whatsapp", &message.id),
        provider_id: message.id,
        sent_at: message.timestamp,
        kind: message.message_type,
        content: message.content,
        reply: message.reply,
    }
}
