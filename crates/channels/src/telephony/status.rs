//! What became of a text message that Twilio had accepted (page: messaging/guides/track-outbound-message-status).

use super::form::{text, value};

/// A status of a text message of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextStatus {
    /// Twilio's id from [`super::Outcome::Accepted`].
    pub sid: String,
    /// What happened.
    pub status: TextState,
    /// Why it failed: Twilio's code, such as `30003`, and its words.
    pub error: Option<(String, String)>,
}

/// How far a text message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextState {
    /// Twilio has it, and will hand it to the carrier, or has.
    Sent,
    /// It will not arrive.
    Failed,
    /// The carrier says that it arrived.
    Delivered,
    /// Shown; plain SMS never says so.
    Read,
}

impl TextStatus {
    /// Reads a webhook's parameters. `None`: it names no message, or a status that is not known here.
    #[must_use]
    pub fn read(params: &[(String, String)]) -> Option<Self> {
        let sid = value(params, "MessageSid").or_else(|| value(params, "SmsSid"))?;
        let name = value(params, "MessageStatus").or_else(|| value(params, "SmsStatus"))?;
        let status = match name {
            "accepted" | "scheduled" | "queued" | "sending" | "sent" => TextState::Sent,
            // `undelivered`: a carrier refused it. `canceled`: it was scheduled, and somebody took it back.
            "failed" | "undelivered" | "canceled" => TextState::Failed,
            "delivered" => TextState::Delivered,
            "read" => TextState::Read,
            _ => return None,
        };
        let failed = status == TextState::Failed;
        let code = value(params, "ErrorCode").filter(|code| failed && *code != "0");
        let error = code.map(|code| (code.into(), message(params, code)));
        Some(Self { sid: sid.into(), status, error })
    }
}

/// `ErrorMessage`, which is seldom there; else what the code means (page: api/errors).
fn message(params: &[(String, String)], code: &str) -> String {
    let given = text(params, "ErrorMessage");
    let known = match code {
        _ if !given.is_empty() => return given,
        "30001" => "Queue overflow",
        "30002" => "Account suspended",
        "30003" => "Unreachable destination handset",
        "30004" => "Message blocked",
        "30005" => "Unknown destination handset",
        "30006" => "Landline or unreachable carrier",
        "30007" => "Message filtered",
        "30008" => "Unknown error",
        "30034" => "Message from an unregistered number",
        _ => return format!("Twilio error {code}"),
    };
    known.into()
}
