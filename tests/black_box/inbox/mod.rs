//! The inbox of the trigger API: contract/trigger-pingmee.md, sections 3 to 5.

mod cases;
mod customers;
mod lists;
mod messages;
mod refused;

use black_box::{Account, App, Request, Team, a_phone};
use serde_json::{Value, json};
use stand_in::Inbound;

use crate::trigger::token;

/// A request with both credentials of the team.
pub(crate) fn inbox(team: &Team, method: &str, path: &str) -> Request {
    let request = team.app.client.request(method, path).header("x-api-key", &team.key);
    request.header("cookie", &format!("accessToken={}", token(team)))
}

/// What a team that has a conversation asks of it.
pub(crate) struct Talk {
    pub(crate) team: Team,
    pub(crate) account: Account,
    /// E.164.
    pub(crate) phone: String,
}

impl Talk {
    /// With who has just written, where nothing answers.
    pub(crate) fn with_who_wrote(text: &str) -> Self {
        let team = App::shared().team();
        let account = team.has_an_account();
        let phone = a_phone();
        account.receives(&Inbound::text(&phone, text).name("Dana"));
        Self { team, account, phone }
    }

    /// The customer, as the API writes it.
    pub(crate) fn digits(&self) -> &str {
        self.phone.trim_start_matches('+')
    }

    /// `participantsIdentifiers`.
    pub(crate) fn sides(&self) -> String {
        format!("{}#{}", self.account.id, self.digits())
    }

    /// The path of the conversation, and what follows it.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/conversations/{}%23{}{rest}", self.account.id, self.digits())
    }

    pub(crate) fn request(&self, method: &str, rest: &str, body: &Value) -> Request {
        inbox(&self.team, method, &self.path(rest)).json(body)
    }

    /// The conversation, as it is shown.
    #[track_caller]
    pub(crate) fn shown(&self) -> Value {
        inbox(&self.team, "GET", &self.path("")).send().expect(200)
    }

    /// The conversation's status is set, which is answered as documented.
    #[track_caller]
    pub(crate) fn is_set(&self, rest: &str, field: &str, value: &str) {
        let mut body = json!({"participantsIdentifiers": self.sides()});
        body[field] = json!(value);
        self.request("POST", rest, &body).send().is(200, &json!("success"));
    }

    pub(crate) fn message(&self, text: &str) -> Value {
        json!({
            "sender": self.account.id, "receiver": self.digits(), "message": text,
            "participantsIdentifiers": self.sides(), "type": "default", "initiator": "person",
            "messagePlatform": "whatsapp",
        })
    }
}

pub(crate) fn error(status: &str, message: &str) -> Value {
    json!({"error": status, "message": message})
}
