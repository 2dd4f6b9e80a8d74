//! `user_preferences`: whether a contact wants marketing messages, as it says in WhatsApp's own settings.

use flow::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::inbound::{string, timestamp};
use super::message::{Sender, phone};

/// The only category that there is (page: webhooks/reference/user_preferences).
const MARKETING: &str = "marketing_messages";

/// A contact stopped marketing messages, or wants them again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preference {
    /// Whose.
    pub from: Sender,
    /// Whether it wants none.
    pub stops: bool,
    /// When that was said, by the provider's clock.
    pub timestamp: Option<Timestamp>,
}

/// `Ok(None)` for a preference about anything else.
pub(super) fn read(preference: &Value) -> Result<Option<Preference>, &'static str> {
    if string(preference, "/category").is_some_and(|category| category != MARKETING) {
        return Ok(None);
    }
    let stops = match string(preference, "/value").as_deref() {
        Some("stop") => true,
        Some("resume") => false,
        _ => return Err("a preference that is neither `stop` nor `resume`"),
    };
    let from = Sender {
        wa_id: string(preference, "/wa_id").and_then(phone),
        user_id: string(preference, "/user_id"),
    };
    if from.wa_id.is_none() && from.user_id.is_none() {
        return Err("a preference of nobody");
    }
    Ok(Some(Preference { from, stops, timestamp: timestamp(preference) }))
}
