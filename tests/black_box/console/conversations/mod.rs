//! `/api/v1/console/agents/:id/conversations`: contract/console-bimpe.md, section 5.

mod fields;
mod list;
mod live;
mod messages;
mod model;
mod paused;
mod refused;
mod repeated;
mod send;
mod stream;
mod timed;

use std::sync::Arc;

use black_box::{Account, Answer, App, Request, Team, a_phone, flows};
use serde_json::{Value, json};

use super::error;

const AGENTS: &str = "/api/v1/console/agents";
/// A question that the shop's workflow answers, and what it says.
const QUESTION: &str = "where is the shop located?";
const ANSWER: &str = "In Lagos.";
/// Another.
const HOURS: &str = "opening hours";
const OPEN: &str = "9 to 17.";

/// A team's agent, whose conversations are looked at.
struct Desk {
    team: Team,
    agent: String,
}

impl Desk {
    /// An agent whose workflow answers [`QUESTION`] and [`HOURS`].
    fn shop() -> Self {
        Self::of(&App::shared(), &flows::shop())
    }

    /// An agent with this workflow.
    fn of(app: &Arc<App>, workflow: &Value) -> Self {
        let team = app.team();
        let workflow = match workflow["graph"].is_null() {
            true => team.creates(workflow),
            false => team.has_published(workflow),
        };
        let agent = an_agent(&team, &workflow);
        Self { team, agent }
    }

    /// Another agent of this team, with a workflow like it.
    fn beside(&self) -> Self {
        let app = Arc::clone(&self.team.app);
        let team = Team { app, name: self.team.name.clone(), key: self.team.key.clone() };
        let agent = an_agent(&team, &team.creates(&flows::shop()));
        Self { team, agent }
    }

    fn path(&self, rest: &str) -> String {
        format!("{AGENTS}/{}/conversations{rest}", self.agent)
    }

    fn request(&self, method: &str, rest: &str) -> Request {
        self.team.request(method, &self.path(rest))
    }

    fn get(&self, rest: &str) -> Value {
        self.request("GET", rest).send().expect(200)
    }

    /// A request to send something in a conversation that is found or created.
    fn to_send(&self, body: &Value) -> Request {
        self.request("POST", "/messages").json(body)
    }

    /// What a visitor says to the agent in a test.
    fn hears(&self, visitor: &str, text: &str) -> Value {
        self.to_send(&test_chat(visitor, text)).send().expect(201)
    }

    /// The id of a new test conversation, in which something was said.
    fn a_conversation(&self) -> String {
        conversation_of(&self.hears(&a_visitor(), QUESTION)).to_owned()
    }

    /// What is said in a conversation.
    fn says(&self, conversation: &str, body: &Value) -> Answer {
        self.request("POST", &format!("/{conversation}/messages")).json(body).send()
    }

    fn conversation(&self, conversation: &str) -> Value {
        self.get(&format!("/{conversation}"))["data"].clone()
    }

    /// Lets the AI rest, or go on.
    fn pauses(&self, conversation: &str, paused: bool) {
        let status = json!({"is_ai_chat_paused": paused});
        let patched = self.request("PATCH", &format!("/{conversation}/ai-status")).json(&status);
        let expected = json!({"message": "AI status updated successfully", "data": status});
        patched.send().is(200, &expected);
    }

    /// Who said what, oldest first.
    fn log(&self, conversation: &str) -> Vec<(String, String)> {
        let messages = self.get(&format!("/{conversation}/messages?limit=100"));
        let messages = messages["data"].as_array().expect("messages").iter();
        let line = |message: &Value, field: &str| message[field].as_str().unwrap_or("?").to_owned();
        messages.map(|message| (line(message, "role"), line(message, "message"))).collect()
    }

    /// A WhatsApp account that the agent answers.
    fn connects_whatsapp(&self) -> Account {
        self.team.has_an_account_of_agent(&self.agent)
    }
}

fn an_agent(team: &Team, workflow: &str) -> String {
    let body = json!({"workflow_id": workflow, "name": "Ana", "description": "Sells tea"});
    let created = team.request("POST", AGENTS).json(&body).send().expect(201);
    id(&created["data"]).to_owned()
}

fn id(of: &Value) -> &str {
    of["id"].as_str().expect("an id")
}

/// The conversation of what was answered to a message.
fn conversation_of(sent: &Value) -> &str {
    sent["data"]["conversation_id"].as_str().expect("a conversation")
}

/// A visitor of a web site whom no other test knows.
fn a_visitor() -> String {
    format!("0197aef0-0000-4000-8000-0{}", a_phone().trim_start_matches('+'))
}

fn test_chat(visitor: &str, text: &str) -> Value {
    json!({
        "channel_type": "webchat", "channel_user_id": visitor, "is_test_channel": true,
        "message": text,
    })
}

/// A text as it is shown.
fn shown(role: &str, text: &str) -> Value {
    json!({
        "id": "…", "conversation_id": "…", "role": role, "message": text, "message_type": "text",
        "created_at": "…", "attachments": [], "status": "…", "error": null, "content": "…",
    })
}

/// What is answered to words that were answered with these, in order.
fn answered_with(replies: &[&str]) -> Value {
    let replies: Vec<Value> = replies.iter().map(|text| shown("assistant", text)).collect();
    json!({
        "message": "Message sent successfully", "data": replies.last(), "replies": replies,
    })
}

/// What is answered to words that only were kept.
fn kept(role: &str, text: &str) -> Value {
    json!({"message": "Message sent successfully", "data": shown(role, text), "replies": []})
}

fn line(role: &str, text: &str) -> (String, String) {
    (role.to_owned(), text.to_owned())
}

fn conversation_not_found() -> Value {
    error(&json!("Conversation not found"), "Not Found", "not_found", 404)
}

fn refused(message: &str, code: &str) -> Value {
    error(&json!(message), "Bad Request", code, 400)
}
