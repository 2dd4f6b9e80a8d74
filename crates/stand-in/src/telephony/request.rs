//! One request to Twilio's API as it was received, and how a person reads it.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use super::new_sid;

/// A call, a hang-up or a text message, whatever the answer was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TelephonyRequest {
    /// The order of arrival, from 1; goes on over restarts where there is a record file.
    pub number: u64,
    /// When it arrived, in milliseconds since 1970.
    pub at: u64,
    /// The account of the path (`AC…`).
    pub account: String,
    /// What follows it: `Calls.json`, `Calls/CA….json`, `Messages.json`.
    pub resource: String,
    /// The user that the request names itself: the account, if all is well. Empty where there was none.
    pub user: String,
    /// That user's password; empty where there was none.
    pub token: String,
    /// The form's names and values, in their order.
    pub fields: Vec<(String, String)>,
    /// The id of the call or the message, if Twilio has it, which it may without having answered.
    pub sid: Option<String>,
    /// The status of the answer; `None` where none is given.
    pub status: Option<u16>,
}

impl TelephonyRequest {
    pub(super) fn is_resource(resource: &str) -> bool {
        matches!(resource, "Calls.json" | "Messages.json") || call_of(resource).is_some()
    }

    pub(super) fn new(account: &str, resource: &str, authorization: &str) -> Self {
        let pair = authorization.strip_prefix("Basic ").unwrap_or_default();
        let pair = BASE64_STANDARD.decode(pair.trim()).unwrap_or_default();
        let pair = String::from_utf8(pair).unwrap_or_default();
        let (user, token) = pair.split_once(':').unwrap_or_default();
        Self {
            number: 0,
            at: 0,
            account: account.into(),
            resource: resource.into(),
            user: user.into(),
            token: token.into(),
            fields: Vec::new(),
            sid: None,
            status: None,
        }
    }

    /// The first value of that field; empty where there is none.
    pub fn field(&self, name: &str) -> &str {
        self.fields_of(name).next().unwrap_or_default()
    }

    /// All values of that field.
    pub fn fields_of(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.fields.iter().filter(move |(given, _)| given == name);
        named.map(|(_, value)| value.as_str())
    }

    /// Whom it is for.
    pub fn to(&self) -> &str {
        self.field("To")
    }

    /// Our number.
    pub fn from(&self) -> &str {
        self.field("From")
    }

    /// Whether it is a text message.
    pub fn is_message(&self) -> bool {
        self.resource == "Messages.json"
    }

    /// Whether it is a new call.
    pub fn is_call(&self) -> bool {
        self.resource == "Calls.json"
    }

    /// The call that it changes: a hang-up's.
    pub fn call_sid(&self) -> Option<&str> {
        call_of(&self.resource)
    }

    /// The words of a text message.
    pub fn body(&self) -> &str {
        self.field("Body")
    }

    /// Where a call's instructions are asked for.
    pub fn url(&self) -> &str {
        self.field("Url")
    }

    /// Where its statuses go.
    pub fn status_callback(&self) -> &str {
        self.field("StatusCallback")
    }

    /// 201 for what is new, 200 for a change.
    pub(super) fn accepted_status(&self) -> u16 {
        if self.call_sid().is_some() { 200 } else { 201 }
    }

    pub(super) fn new_sid(&self) -> String {
        match self.call_sid() {
            Some(sid) => sid.to_owned(),
            None => new_sid(if self.is_message() { "SM" } else { "CA" }),
        }
    }
}

fn call_of(resource: &str) -> Option<&str> {
    let sid = resource.strip_prefix("Calls/")?.strip_suffix(".json")?;
    (sid.starts_with("CA") && !sid.contains('/')).then_some(sid)
}

/// One line: `→ +14155550123 [text] Hello`.
impl fmt::Display for TelephonyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = match self.call_sid() {
            Some(sid) => format!("→ {sid} [call] {}", self.field("Status")),
            None if self.is_message() => {
                let media: String =
                    self.fields_of("MediaUrl").map(|url| format!(" <{url}>")).collect();
                format!("→ {} [text] {}{media}", self.to(), self.body())
            }
            None => format!("→ {} [call] {}", self.to(), self.url()),
        };
        f.write_str(&line.replace(char::is_control, " "))?;
        match self.status {
            Some(200 | 201) => Ok(()),
            Some(status) => write!(f, " - refused with {status}"),
            None => write!(f, " - not answered"),
        }
    }
}
