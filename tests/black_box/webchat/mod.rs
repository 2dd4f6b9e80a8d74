//! `/channels/webchat/…`: what a page of a site does for its visitors.

mod example;
mod messages;
mod origins;
mod stream;
mod tokens;
mod widget;

use std::sync::Arc;

use black_box::{Answer, App, Request, Team, a_phone, flows};
use serde_json::{Value, json};

/// The page that may use the account.
const PAGE: &str = "https://shop.example";

/// A team's web chat.
struct Site {
    team: Team,
    account: String,
}

impl Site {
    /// One that asks, and says what was written.
    fn echo() -> Self {
        Self::answered_by(&App::shared(), &flows::echo())
    }

    /// One that a workflow answers.
    fn answered_by(app: &Arc<App>, definition: &Value) -> Self {
        let team = app.team();
        let workflow = match definition["graph"].is_null() {
            true => team.creates(definition),
            false => team.has_published(definition),
        };
        let site = Self { account: format!("site-of-{}", team.name), team };
        site.is_registered(&json!({"workflow_id": workflow})).expect(201);
        site
    }

    /// The answer to `POST /ops/channels`, with these fields besides.
    fn is_registered(&self, more: &Value) -> Answer {
        let mut body = json!({
            "team": self.team.name, "type": "webchat", "account": self.account,
            "allowed_origins": [PAGE],
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        self.team.app.ops("POST", "/ops/channels").json(&body).send()
    }

    /// A request from no page.
    fn bare(&self, method: &str, rest: &str) -> Request {
        self.team.app.client.request(method, &format!("/channels/webchat/{}{rest}", self.account))
    }

    /// A request from the page.
    fn request(&self, method: &str, rest: &str) -> Request {
        self.bare(method, rest).header("origin", PAGE)
    }

    /// A request of whoever sends a first message.
    fn first(&self, body: &Value) -> Request {
        self.request("POST", "/messages").json(body)
    }

    /// A new visitor who has said something.
    fn visitor(&self, text: &str) -> Visitor<'_> {
        let answered = self.first(&message(text)).send().expect(201);
        Visitor {
            site: self,
            id: field(&answered, "visitor"),
            token: field(&answered, "token"),
            answered,
        }
    }
}

/// Whoever has a token.
struct Visitor<'s> {
    site: &'s Site,
    id: String,
    token: String,
    /// What the first message was answered.
    answered: Value,
}

impl Visitor<'_> {
    fn request(&self, method: &str, rest: &str) -> Request {
        self.site.request(method, rest).bearer(&self.token)
    }

    fn post(&self, body: &Value) -> Request {
        self.request("POST", "/messages").json(body)
    }

    /// Says something; what is replied at once.
    #[track_caller]
    fn says(&self, text: &str) -> Vec<String> {
        texts(&self.post(&message(text)).send().expect(201)["replies"])
    }

    /// Presses a button, or chooses a row; what is replied at once.
    #[track_caller]
    fn chooses(&self, payload: &str) -> Vec<String> {
        let body = json!({"id": an_id(), "payload": payload});
        texts(&self.post(&body).send().expect(201)["replies"])
    }

    #[track_caller]
    fn history(&self, query: &str) -> Value {
        self.request("GET", &format!("/messages{query}")).send().expect(200)
    }

    /// Everything that was said, as it is shown on the newest page.
    #[track_caller]
    fn log(&self) -> Vec<String> {
        texts(&self.history("")["messages"])
    }

    fn conversation(&self) -> String {
        let Site { team, account } = self.site;
        let channel = conversation::Channel::Webchat;
        conversation::identity::conversation(&team.name, channel, account, &self.id).to_string()
    }
}

/// A message with an id of its own.
fn message(text: &str) -> Value {
    json!({"id": an_id(), "text": text})
}

/// A random UUID, as far as its form goes, that no other test has.
fn an_id() -> String {
    format!("3f0a5d1c-7b1c-4c2d-8e4f-0{}", a_phone().trim_start_matches('+'))
}

fn field(of: &Value, name: &str) -> String {
    of[name].as_str().expect("a text").to_owned()
}

fn texts(messages: &Value) -> Vec<String> {
    messages.as_array().expect("messages").iter().map(|message| field(message, "text")).collect()
}

/// A problem, as it is said to a page.
fn problem(code: &str) -> Value {
    json!({"error": code, "message": "…"})
}

/// What is wrong with a field.
fn invalid(path: &str) -> Value {
    json!({"error": "validation_error", "message": "…", "errors": [{"path": path, "message": "…"}]})
}
