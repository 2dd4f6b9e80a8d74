//! What Twilio tells of a call: with each request for TwiML, after `<Gather>` and `<Dial>`, and when its status changes
//! (pages: voice/twiml#request-parameters, voice/twiml/gather, voice/api/call-resource#statuscallback).

use super::form::{text, value};

/// A webhook of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRequest {
    /// Twilio's id (`CA…`): the same in every webhook of one call.
    pub call_sid: String,
    /// Who calls: E.164, or a word such as `anonymous`, or `client:…`, `sip:…`. Of an outgoing call, our number.
    pub from: String,
    /// Who is called. Of an outgoing call, the contact.
    pub to: String,
    /// Whether we called: `Direction` is `outbound-api` or `outbound-dial`.
    pub is_outbound: bool,
    /// How far the call is; `None` for a name that is not known here.
    pub status: Option<CallStatus>,
    /// The keys pressed, without the one that ended the input: digits, `*`, `#`.
    pub digits: Option<String>,
    /// The words recognised.
    pub speech: Option<String>,
    /// What became of a `<Dial>`.
    pub dial_status: Option<CallStatus>,
    /// Whether a machine or a fax took the call.
    pub is_machine: bool,
    /// How long the call was, in seconds; there only when it has ended.
    pub duration: Option<u64>,
}

impl CallRequest {
    /// Reads a webhook's parameters. `None`: it is of no call, for it has no `CallSid`.
    #[must_use]
    pub fn read(params: &[(String, String)]) -> Option<Self> {
        let status = |name| value(params, name).and_then(CallStatus::from_name);
        let answered_by = value(params, "AnsweredBy").unwrap_or_default();
        Some(Self {
            call_sid: value(params, "CallSid")?.into(),
            from: text(params, "From"),
            to: text(params, "To"),
            is_outbound: matches!(
                value(params, "Direction"),
                Some("outbound-api" | "outbound-dial")
            ),
            status: status("CallStatus"),
            digits: value(params, "Digits").map(Into::into),
            speech: value(params, "SpeechResult").map(Into::into),
            dial_status: status("DialCallStatus"),
            is_machine: answered_by.starts_with("machine_") || answered_by == "fax",
            duration: value(params, "CallDuration").and_then(|seconds| seconds.parse().ok()),
        })
    }
}

/// How far a call is (page: voice/api/call-resource#call-status-values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallStatus {
    /// Not dialled yet.
    Queued,
    /// It rings.
    Ringing,
    /// Somebody took it.
    InProgress,
    /// It was taken, and has ended.
    Completed,
    /// The other was speaking.
    Busy,
    /// It could not be put through: no such number, most likely.
    Failed,
    /// Nobody took it in time.
    NoAnswer,
    /// We ended it before anybody took it.
    Canceled,
}

impl CallStatus {
    /// The status of that name. A callback's `initiated` is queued, and `answered`, which `<Dial>` has too, is in progress.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "queued" | "initiated" => Self::Queued,
            "ringing" => Self::Ringing,
            "in-progress" | "answered" => Self::InProgress,
            "completed" => Self::Completed,
            "busy" => Self::Busy,
            "failed" => Self::Failed,
            "no-answer" => Self::NoAnswer,
            "canceled" => Self::Canceled,
            _ => return None,
        })
    }

    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Ringing => "ringing",
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
            Self::Busy => "busy",
            Self::Failed => "failed",
            Self::NoAnswer => "no-answer",
            Self::Canceled => "canceled",
        }
    }

    /// Whether nothing comes after it.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Ringing | Self::InProgress)
    }
}
