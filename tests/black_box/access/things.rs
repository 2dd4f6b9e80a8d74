//! What a team has: one of everything that a path can name.

use std::sync::Arc;

use black_box::{Account, App, Line, Request, Team, a_path, a_phone, flows};
use serde_json::{Value, json};
use stand_in::Inbound;

use super::guard::Guard;
use crate::trigger::token;

/// The page that may use the team's web chat.
pub const PAGE: &str = "https://shop.example";
/// Nobody's id.
const NOBODYS: &str = "0197aef0-0000-7000-8000-000000000000";
/// Every scope that there is.
const SCOPES: [&str; 8] = [
    "agents:read",
    "agents:write",
    "conversations:read",
    "conversations:write",
    "workflows:read",
    "workflows:write",
    "actions",
    "trigger",
];

/// A team with one of everything.
pub struct Things {
    pub team: Team,
    pub account: Account,
    /// Its phone number.
    pub line: Line,
    /// Its web chat, and a visitor's token.
    pub site: String,
    pub visitor: String,
    /// The secret of its webhook.
    pub webhook_secret: String,
    /// Its access token.
    pub token: String,
    /// A key of its own whose time is over.
    pub expired: String,
    workflow: String,
    sequence: String,
    agent: String,
    call: String,
    knowledge: String,
    conversation: String,
    message: String,
    webhook: String,
    contact: String,
    key_id: String,
    /// The conversation with who wrote on WhatsApp, as the trigger API names it.
    sides: String,
}

impl Things {
    /// Everything made anew, for a team with this account.
    pub fn of(app: &Arc<App>, secrets: impl FnOnce(&mut Account)) -> Self {
        let team = app.team();
        let post = |path: &str, body: Value| team.request("POST", path).json(&body).send();
        let text = |of: &Value| of.as_str().expect("a text").to_owned();
        let workflow = team.has_published(&flows::echo());
        let sequence = team.has_published(&flows::welcome_days());
        let body = json!({"workflow_id": workflow, "name": "Ana", "description": "Sells tea"});
        let agent = text(&post("/api/v1/console/agents", body).expect(201)["data"]["id"]);
        let of_agent = |rest: &str| format!("/api/v1/console/agents/{agent}/{rest}");
        let body =
            json!({"type": "text", "name": "Hours", "content": "9 to 17", "description": "When"});
        let knowledge = post(&of_agent("knowledge_bases"), body).expect(201);
        let visitor = format!("0197aef0-0000-4000-8000-0{}", a_phone().trim_start_matches('+'));
        let body = json!({
            "channel_type": "webchat", "channel_user_id": visitor, "is_test_channel": true,
            "message": "hello",
        });
        let said = post(&of_agent("conversations/messages"), body).expect(201);
        let mut account = team.has_an_account_of_agent(&agent);
        secrets(&mut account);
        let mut registration = account.registration();
        registration["agent_id"] = json!(agent);
        app.ops("POST", "/ops/channels").json(&registration).send().expect(201);
        let phone = a_phone();
        account.receives(&Inbound::text(&phone, "hello"));
        let body = json!({"destination": a_phone(), "is_test_call": true});
        let call = post(&of_agent("calls"), body).expect(201);
        let body = json!({"url": app.address(&a_path())});
        let webhook = post("/api/v1/webhooks", body).expect(201);
        let contact = post("/api/v1/actions/create-contact", json!({"phone": a_phone()}));
        let keys = app.ops("GET", &format!("/ops/keys?team={}", team.name)).send().expect(200);
        let site = format!("site-of-{}", team.name);
        let body = json!({
            "team": team.name, "type": "webchat", "account": site, "allowed_origins": [PAGE],
            "workflow_id": workflow,
        });
        app.ops("POST", "/ops/channels").json(&body).send().expect(201);
        let first = json!({"id": visitor, "text": "hello"});
        let first = app.client.post(&format!("/channels/webchat/{site}/messages")).json(&first);
        let first = first.header("origin", PAGE).send().expect(201);
        Self {
            knowledge: text(&knowledge["data"]["id"]),
            conversation: text(&said["data"]["conversation_id"]),
            message: text(&said["data"]["id"]),
            webhook: text(&webhook["id"]),
            webhook_secret: text(&webhook["secret"]),
            contact: text(&contact.expect(201)["id"]),
            key_id: text(&keys["keys"][0]["id"]),
            visitor: text(&first["token"]),
            sides: format!("{}%23{}", account.id, phone.trim_start_matches('+')),
            token: token(&team),
            expired: team.key_until("2020-01-01T00:00:00Z"),
            account,
            line: Line::with(&team, json!({})),
            call: text(&call["data"]["call_id"]),
            site,
            workflow,
            sequence,
            agent,
            team,
        }
    }

    /// A key with every scope but this.
    pub fn key_without(&self, scope: &str) -> String {
        let others: Vec<&str> = SCOPES.into_iter().filter(|other| *other != scope).collect();
        assert_eq!(others.len() + 1, SCOPES.len(), "{scope} is a scope");
        self.team.key_with_scopes(&others)
    }

    /// What a part of a route such as `:agent_id` is, of this team's.
    pub fn named(&self, route: &str, part: &str) -> String {
        let named = match part {
            ":workflow_id" => &self.workflow,
            ":agent_id" => &self.agent,
            ":conversation_id" => &self.conversation,
            ":message_id" => &self.message,
            ":knowledge_base_id" => &self.knowledge,
            ":webhook_id" => &self.webhook,
            ":key_id" => &self.key_id,
            ":id" => &self.sides,
            ":account" if route.starts_with("/channels/webchat") => &self.site,
            ":account" if route.starts_with("/channels/telephony") => &self.line.number,
            ":account" => &self.account.id,
            ":call_id" => &self.call,
            ":version" => "1",
            ":phone_number_id" => NOBODYS,
            "..." => "anything",
            _ => panic!("{route}: {part} is nothing that a team has: give it one in Things"),
        };
        named.to_owned()
    }

    /// The path of a route that names what is this team's.
    pub fn path(&self, route: &str) -> String {
        path(route, |part| self.named(route, part))
    }

    /// A right body, which names what is this team's.
    pub fn body(&self, route: &str) -> Option<Value> {
        let phone = a_phone();
        let digits = phone.trim_start_matches('+');
        if route == "/ops/workflows/:workflow_id" {
            return Some(json!({"visibility": "private"}));
        }
        let body = match route.rsplit('/').next().unwrap_or_default() {
            "trigger-flow" => json!({"flow_id": self.workflow, "phone": phone}),
            "trigger-sequence" => json!({"sequence_id": self.sequence, "phone": phone}),
            "get-flow" => json!({"flow_id": self.workflow}),
            "get-sequence" => json!({"sequence_id": self.sequence}),
            "get-contact" => json!({"contact_id": self.contact}),
            "update-contact" => json!({"contact_id": self.contact, "name": "Dana"}),
            "add-tag" | "remove-tag" => json!({"contact_id": self.contact, "tag": "vip"}),
            "trigger" => {
                json!({"phoneNumberId": self.account.id, "customerPhoneNumberId": digits})
            }
            "calls" => json!({"destination": phone, "is_test_call": true}),
            "answer-mode" => json!({"answerMode": "bot"}),
            "status" => json!({"status": "open"}),
            "tags" if route.starts_with("/conversations") => json!({"tagIds": ["vip"]}),
            "agents" if route.starts_with("/conversations") => json!({"agentIds": ["dana"]}),
            _ => return None,
        };
        Some(body)
    }

    /// A request with what lets this team in.
    pub fn request(&self, guard: Guard, method: &str, path: &str) -> Request {
        self.request_with(guard, &self.team.key, method, path)
    }

    /// The same with another key.
    pub fn request_with(&self, guard: Guard, key: &str, method: &str, path: &str) -> Request {
        let request = self.team.app.client.request(method, path);
        match guard {
            Guard::Trigger => request
                .header("x-api-key", key)
                .header("cookie", &format!("accessToken={}", self.token)),
            Guard::Token => request.header("x-api-key", key),
            _ => request.bearer(key),
        }
    }
}

/// The path of a route that names what nobody has.
pub fn nobodys_path(route: &str) -> String {
    path(route, |part| match part {
        "..." => "anything".to_owned(),
        ":version" => "1".to_owned(),
        ":id" => "1%232".to_owned(),
        ":account" => "987654321".to_owned(),
        _ => NOBODYS.to_owned(),
    })
}

fn path(route: &str, named: impl Fn(&str) -> String) -> String {
    let parts = route.split('/').map(|part| match part {
        _ if part.starts_with(':') || part == "..." => named(part),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The same request, with what a host adds, as a client would forge it to name what is somebody else's.
pub fn forged(request: Request, route: &str, theirs: &Things) -> Request {
    let path = theirs.path(route);
    let url = format!("{}{path}", theirs.team.app.client.base());
    let mut forged = request
        .header("spin-path-info", &path)
        .header("spin-full-url", &url)
        .header("spin-matched-route", route)
        .header("spin-component-route", &path)
        .header("spin-raw-component-route", route)
        .header("spin-base-path", "/")
        .header("spin-client-addr", "127.0.0.1:1")
        .header("x-original-url", &path)
        .header("x-forwarded-for", "127.0.0.1");
    for part in route.split('/').filter(|part| part.starts_with(':')) {
        let name = part.trim_start_matches(':');
        let named = theirs.named(route, part);
        forged = forged.header(&format!("spin-path-match-{name}"), &named);
        if name.contains('_') {
            let hyphened = format!("spin-path-match-{}", name.replace('_', "-"));
            forged = forged.header(&hyphened, &named);
        }
    }
    forged
}
