//! What lets in, and in which words each surface refuses.

use serde_json::{Value, json};

/// What an endpoint asks of whoever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Nothing: it says the same to everybody.
    Open,
    /// Nothing is there.
    Nothing,
    /// The `admin_key`.
    Operator,
    /// An API key with this scope, in `Authorization: Bearer` or `X-Api-Key`.
    Console(&'static str),
    /// An API key with the scope `actions`, in `Authorization: Bearer`.
    Actions,
    /// An API key with the scope `trigger`, in `x-api-key`, and a token of the same team in a cookie.
    Trigger,
    /// The same key, alone: it is what tokens are issued for.
    Token,
    /// A ticket of the console's, in the query.
    Ticket,
    /// WhatsApp's signature of the body.
    Signature,
    /// Twilio's signature of the address and the form.
    SignedForm,
    /// What WhatsApp proves itself with when a webhook is set up.
    Verification,
    /// A page of an allowed origin, and a visitor's token.
    Visitor,
    /// A page of an allowed origin.
    Page,
}

/// Why somebody is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// No credentials.
    Missing,
    /// Credentials that are not ours, or not whole.
    Wrong,
    /// A key whose time is over.
    Expired,
    /// A key that has every scope but the one.
    Scope,
    /// There is nothing of this id that is the team's.
    NotFound,
}

impl Guard {
    /// The scope that a key needs.
    pub fn scope(self) -> Option<&'static str> {
        match self {
            Self::Console(scope) => Some(scope),
            Self::Actions => Some("actions"),
            Self::Trigger | Self::Token => Some("trigger"),
            _ => None,
        }
    }

    /// Whether an API key is what lets in.
    pub fn wants_a_key(self) -> bool {
        self.scope().is_some()
    }

    /// The documented refusal: its status and body.
    pub fn refusal(self, why: Why) -> (u16, Value) {
        let status = match why {
            Why::Missing | Why::Wrong | Why::Expired => 401,
            Why::Scope => 403,
            Why::NotFound => 404,
        };
        let label = match status {
            401 => "Unauthorized",
            403 => "Forbidden",
            _ => "Not Found",
        };
        let code = match why {
            Why::Missing => "api_key_missing",
            Why::Wrong => "api_key_invalid",
            Why::Expired => "api_key_expired",
            Why::Scope => "insufficient_scope",
            Why::NotFound => "not_found",
        };
        let body = match self {
            Self::Console(_) => json!({
                "message": "…", "error": label, "code": code, "statusCode": status,
                "request_id": "…",
            }),
            Self::Ticket => json!({
                "message": "…", "error": label, "code": "unauthorized", "statusCode": status,
                "request_id": "…",
            }),
            Self::Actions if status == 401 => {
                json!({"message": "Unauthenticated.", "error": "Unauthenticated."})
            }
            Self::Actions => json!({"error": "…"}),
            Self::Trigger | Self::Token => json!({"error": label, "message": "…"}),
            Self::Signature | Self::SignedForm | Self::Verification if why != Why::NotFound => {
                json!({"error": "signature_invalid", "message": "…"})
            }
            Self::Visitor if why != Why::NotFound => {
                json!({"error": "token_invalid", "message": "…"})
            }
            _ => json!({"error": code, "message": "…"}),
        };
        (status, body)
    }
}
