//! What requests of the inbox say. Bodies are closed: a field that is not known is an error.

mod change;
mod customer;
mod message;
mod pages;

pub use change::{Told, read_agents, read_answer_mode, read_status, read_tags};
pub use customer::NewCustomer;
pub use message::NewMessage;
pub use pages::{ConversationsRequest, CustomersRequest, MessagesRequest};

use conversation::E164;
use fields::Object;
use serde_json::json;

use crate::participants::{self, Participants};

/// The longest id, in characters.
const MAX_ID: usize = 100;
/// The longest `participantsIdentifiers`, in characters: two ids and `#`.
const MAX_PARTICIPANTS: usize = 2 * MAX_ID + 1;

const PARTICIPANTS: &str = "participantsIdentifiers";

/// Says of a field that must be there when it is not; its reader has said what else is wrong.
fn required(fields: &Object<'_, '_>, name: &str) {
    if !fields.given(name) {
        fields.error(name, "required");
    }
}

/// Reads `participantsIdentifiers`, where it must be there. `None`: there was an error.
fn required_participants(fields: &Object<'_, '_>) -> Option<Participants> {
    let text = fields.required_text(PARTICIPANTS, MAX_PARTICIPANTS);
    // Empty: that is an error already.
    parse_participants(fields, Some(text).filter(|text| !text.is_empty()))
}

/// Reads `participantsIdentifiers`. `None`: there was an error, or it is not there.
fn read_participants(fields: &Object<'_, '_>) -> Option<Participants> {
    let text = fields.filled_text(PARTICIPANTS, MAX_PARTICIPANTS).value();
    parse_participants(fields, text)
}

fn parse_participants(fields: &Object<'_, '_>, text: Option<String>) -> Option<Participants> {
    fields.describe(PARTICIPANTS, || {
        // What is before the first # is the account.
        json!({"pattern": r"^\s*[^#\s][^#]*#\s*\S", "examples": ["106540352242922#972501234567"]})
    });
    let text = text?;
    let participants = Participants::parse(&text);
    if participants.is_none() {
        fields.error(PARTICIPANTS, "must be <phoneNumberId>#<customerPhoneNumberId>");
    }
    participants
}

/// Reads the digits of a phone, country code first, which must be there. `None`: there was an error.
fn read_phone(fields: &Object<'_, '_>, name: &str) -> Option<E164> {
    let text = fields.required_text(name, MAX_ID);
    fields.describe(name, || {
        let pattern = format!("^[1-9][0-9]{{6,14}}$|{}", E164::PATTERN);
        json!({"pattern": pattern, "examples": ["972501234567"]})
    });
    let phone = participants::phone(&text);
    if phone.is_none() && !text.is_empty() {
        fields.error(name, "must be a phone number with its country code, such as 972501234567");
    }
    phone
}
