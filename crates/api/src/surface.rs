//! The surfaces: the same problem, in the words of each product whose API it takes the place of.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::problem::{Problem, Rule};

/// What is said of credentials that do not open.
const WRONG_KEY: &str = "What the operator stored cannot be opened with the present secrets_key: it is not the one that sealed it.";

/// A public API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// `/workflows/:id/trigger`, `/auth/token` and the inbox beside them: contract/trigger-pingmee.md.
    Trigger,
    /// `/api/v1`: contract/actions-qyvo.md.
    Actions,
    /// `/api/v1/console`: contract/console-bimpe.md.
    Console,
    /// `/ops` and `/channels`: ours.
    Ops,
}

/// A problem, as every surface says it.
struct Said {
    status: StatusCode,
    code: &'static str,
    message: String,
    extra: Map<String, Value>,
}

impl Surface {
    /// The surface that a path belongs to.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let mut parts = path.trim_start_matches('/').split('/');
        match [parts.next(), parts.next(), parts.next()] {
            [Some("api"), Some("v1"), Some("console")] => Self::Console,
            [Some("api"), ..] => Self::Actions,
            [Some("workflows" | "auth" | "openapi.json"), ..]
            | [Some("conversations" | "conversation" | "customers" | "webhook"), ..]
            | [Some("sendMessage" | "getMessages"), ..] => Self::Trigger,
            _ => Self::Ops,
        }
    }

    /// The status and body with which this surface says a problem.
    #[must_use]
    pub fn say(self, problem: &Problem, request_id: &str) -> (StatusCode, Value) {
        let said = self.said(problem);
        let body = match self {
            Self::Actions => actions(problem, &said),
            Self::Console => console(problem, &said, request_id),
            Self::Trigger => json!({"error": label(said.status), "message": said.message}),
            Self::Ops => ops(problem, &said),
        };
        (said.status, body)
    }

    fn said(self, problem: &Problem) -> Said {
        let (status, code, message) = match problem {
            Problem::KeyMissing => (401, "api_key_missing", self.key_missing().to_owned()),
            Problem::KeyInvalid => (401, "api_key_invalid", "Invalid API key.".to_owned()),
            Problem::KeyExpired => (401, "api_key_expired", "This API key has expired.".to_owned()),
            Problem::TicketInvalid => {
                (401, "unauthorized", "The stream ticket is missing, used or expired.".to_owned())
            }
            Problem::TokenInvalid => (
                401,
                "token_invalid",
                "The visitor's token is missing, wrong or expired.".to_owned(),
            ),
            Problem::AccessTokenInvalid => (
                401,
                "access_token_invalid",
                "The accessToken is wrong or has expired: POST /auth/token gives a new one."
                    .to_owned(),
            ),
            Problem::Forbidden(why) => (403, "forbidden", why.clone()),
            Problem::SignatureInvalid => (
                401,
                "signature_invalid",
                "The signature, or the verification token, is missing or wrong.".to_owned(),
            ),
            Problem::ScopeMissing(scope) => (
                403,
                "insufficient_scope",
                format!("This API key is missing the required scope: {scope}."),
            ),
            Problem::NotFound(what) => (404, "not_found", what.clone()),
            Problem::MethodNotAllowed(allowed) => {
                let allowed: Vec<&str> = allowed.iter().map(http::Method::as_str).collect();
                (405, "method_not_allowed", format!("This path takes {}.", allowed.join(", ")))
            }
            Problem::UnsupportedMediaType(given) => (
                415,
                "unsupported_media_type",
                format!("The body must be sent as application/json, not {given}."),
            ),
            Problem::TooLarge(limit) => {
                (413, "payload_too_large", format!("The body may be at most {limit} bytes."))
            }
            Problem::Malformed(why) => {
                let status = if self == Self::Actions { 422 } else { 400 };
                (status, "bad_request", format!("The body is not valid JSON: {why}."))
            }
            Problem::Invalid(errors) => {
                let status = if self == Self::Actions { 422 } else { 400 };
                let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
                (status, "validation_error", all.join("; "))
            }
            Problem::Rule(Rule { code, message, .. }) => {
                (if self == Self::Actions { 422 } else { 400 }, *code, message.clone())
            }
            Problem::Conflict(Rule { code, message, .. }) => (409, *code, message.clone()),
            Problem::NotImplemented(what) => (501, "not_implemented", what.clone()),
            Problem::NotConfigured(variable) => (
                503,
                "not_configured",
                format!("The operator has not set the variable {variable}, which this needs."),
            ),
            Problem::WrongKey => (503, "not_configured", WRONG_KEY.to_owned()),
            Problem::Unavailable => {
                (503, "service_unavailable", "This could not be done now. Try again.".to_owned())
            }
            Problem::RateLimited(limit) => (
                429,
                "rate_limited",
                format!(
                    "This API key may make {} requests a minute. Try again later.",
                    limit.limit
                ),
            ),
            Problem::TooOften(why) => (429, "rate_limited", why.clone()),
            Problem::Answered(answered) => (answered.status, "answered", String::new()),
            Problem::Internal(_) => (500, "internal_error", "Internal error.".to_owned()),
        };
        let extra = match problem {
            Problem::Rule(rule) | Problem::Conflict(rule) => rule.extra.clone(),
            _ => Map::new(),
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Said { status, code, message, extra }
    }

    fn key_missing(self) -> &'static str {
        match self {
            Self::Console => {
                "An API key is required: send it as Authorization: Bearer or X-Api-Key."
            }
            Self::Trigger => "Both x-api-key and the cookie accessToken are required.",
            Self::Actions => "Unauthenticated.",
            Self::Ops => "The admin key is required: send it as Authorization: Bearer.",
        }
    }
}

/// `{error}`, `{message, errors}` for fields, and both for 401, which the contract documents in two ways.
fn actions(problem: &Problem, said: &Said) -> Value {
    match problem {
        Problem::KeyMissing
        | Problem::KeyInvalid
        | Problem::KeyExpired
        | Problem::AccessTokenInvalid => {
            json!({"message": "Unauthenticated.", "error": "Unauthenticated."})
        }
        Problem::Invalid(errors) => {
            let mut by_field: Map<String, Value> = Map::new();
            for error in errors {
                let path = error.dotted();
                let field = if path.is_empty() { "body".to_owned() } else { path };
                let texts = by_field.entry(field).or_insert_with(|| json!([]));
                if let Some(texts) = texts.as_array_mut() {
                    texts.push(error.message.clone().into());
                }
            }
            json!({"message": "The given data was invalid.", "errors": by_field})
        }
        Problem::Malformed(_) => {
            json!({"message": "The given data was invalid.", "errors": {"body": [said.message]}})
        }
        _ => {
            let mut body = Map::from_iter([("error".to_owned(), said.message.clone().into())]);
            body.extend(said.extra.clone());
            Value::Object(body)
        }
    }
}

/// `ConsoleErrorResponseDto`: `message` is a list for validation errors.
fn console(problem: &Problem, said: &Said, request_id: &str) -> Value {
    let message = match problem {
        Problem::Invalid(errors) => {
            Value::from(errors.iter().map(ToString::to_string).collect::<Vec<_>>())
        }
        _ => Value::from(said.message.clone()),
    };
    let mut body = Map::from_iter([
        ("message".to_owned(), message),
        ("error".to_owned(), label(said.status).into()),
        ("code".to_owned(), said.code.into()),
        ("statusCode".to_owned(), said.status.as_u16().into()),
        ("request_id".to_owned(), request_id.into()),
    ]);
    body.extend(said.extra.clone());
    Value::Object(body)
}

/// Ours: a code for programs, a message for people, and a JSON pointer for each field.
fn ops(problem: &Problem, said: &Said) -> Value {
    let mut body = Map::from_iter([
        ("error".to_owned(), said.code.into()),
        ("message".to_owned(), said.message.clone().into()),
    ]);
    if let Problem::Invalid(errors) = problem {
        let errors: Vec<Value> =
            errors.iter().map(|e| json!({"path": e.path, "message": e.message})).collect();
        body.insert("errors".to_owned(), errors.into());
    }
    body.extend(said.extra.clone());
    Value::Object(body)
}

fn label(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Error")
}
