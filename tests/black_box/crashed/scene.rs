//! What the hosts serve, and the events that come to it: each has a name that nothing else has, by which it is found again.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use black_box::{Client, Request, Up, flows, signature};
use conversation::{Channel, identity};
use serde_json::{Value, json};
use stand_in::{
    ACCESS_TOKEN, ACCOUNT, APP_SECRET, Inbound, SentMessage, Status, VERIFY_TOKEN, Webhook,
};

const TEAM: &str = "acme";
/// Events of a kind in one conversation, which several clients bring at the same time. Fewer than a conversation holds in its
/// document, so that all can be read there.
const IN_ONE_CONVERSATION: usize = 12;

/// What comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A backend triggers a workflow that sends one template, with an `Idempotency-Key`.
    Trigger,
    /// A contact writes: a webhook of WhatsApp, which answers what the workflow asked.
    Message,
    /// A backend speaks for a contact in a test conversation, with an `Idempotency-Key`.
    Console,
    /// A contact has read a message: a webhook.
    Receipt,
}

/// A request, to be repeated until it is answered.
#[derive(Debug, Clone)]
pub struct Event {
    pub kind: Kind,
    /// What is said again by what it brings about; of a receipt, the message that was read.
    pub name: String,
    pub conversation: String,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Event {
    pub fn request(&self, client: &Client) -> Request {
        let request = client.post(&self.path).header("content-type", "application/json");
        let headers = self.headers.iter();
        headers
            .fold(request, |request, (name, value)| request.header(name, value))
            .body(self.body.clone())
    }
}

/// The workflows, and how many events of each kind there were.
pub struct Scene {
    key: String,
    notice: String,
    echo: String,
    agent: String,
    counts: [AtomicUsize; 3],
}

impl Scene {
    /// Made by the APIs of a host.
    pub fn set(up: &Up) -> Self {
        let body = json!({"team": TEAM, "name": "first key"});
        let key = up.ops("POST", "/ops/keys").json(&body).send().expect(201)["key"].clone();
        let key = key.as_str().expect("a key").to_owned();
        let post = |path: &str, body: &Value| {
            let created = up.client.post(path).bearer(&key).json(body).send().expect(201);
            created["data"]["id"].as_str().expect("an id").to_owned()
        };
        let notice = post("/api/v1/console/workflows", &notice());
        let echo = post("/api/v1/console/workflows", &echo(1));
        for workflow in [&notice, &echo] {
            let path = format!("/api/v1/console/workflows/{workflow}/publish");
            up.client.post(&path).bearer(&key).send().expect(200);
        }
        let agent = json!({"workflow_id": echo, "name": "Ada", "description": "Says it again"});
        let agent = post("/api/v1/console/agents", &agent);
        let channel = json!({
            "team": TEAM, "type": "whatsapp", "account": ACCOUNT, "workflow_id": echo,
            "credentials": {
                "access_token": ACCESS_TOKEN, "app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN,
            },
        });
        up.ops("POST", "/ops/channels").json(&channel).send().expect(201);
        Self { key, notice, echo, agent, counts: Default::default() }
    }

    /// Publishes another version of what answers messages.
    pub fn publish(&self, up: &Up, version: usize) {
        let path = format!("/api/v1/console/workflows/{}", self.echo);
        let graph = json!({"graph": echo(version)["graph"]});
        up.client.patch(&path).bearer(&self.key).json(&graph).send().expect(200);
        up.client.post(&format!("{path}/publish")).bearer(&self.key).send().expect(200);
    }

    /// The next event of a kind but receipts.
    pub fn next(&self, kind: Kind) -> Event {
        let number = self.counts[kind as usize].fetch_add(1, Relaxed);
        let at = number / IN_ONE_CONVERSATION;
        match kind {
            Kind::Trigger => self.trigger(number, &format!("+1415{at:07}")),
            Kind::Console => self.console(number, at),
            Kind::Message | Kind::Receipt => Self::message(number, &format!("+1416{at:07}")),
        }
    }

    fn trigger(&self, number: usize, phone: &str) -> Event {
        let name = format!("[trigger {number}]");
        let body = json!({"flow_id": self.notice, "phone": phone, "context": {"name": name}});
        self.keyed(Kind::Trigger, name, on_whatsapp(phone), "/api/v1/actions/trigger-flow", &body)
    }

    fn console(&self, number: usize, at: usize) -> Event {
        let name = format!("[console {number}]");
        let visitor = format!("0197aef0-0000-4000-8000-{at:012}");
        let account = format!("test:{}", self.agent);
        let conversation = identity::conversation(TEAM, Channel::Webchat, &account, &visitor);
        let path = format!("/api/v1/console/agents/{}/conversations/messages", self.agent);
        let body = json!({
            "channel_type": "webchat", "channel_user_id": visitor, "is_test_channel": true,
            "message": name,
        });
        self.keyed(Kind::Console, name, conversation.to_string(), &path, &body)
    }

    fn keyed(
        &self,
        kind: Kind,
        name: String,
        conversation: String,
        path: &str,
        body: &Value,
    ) -> Event {
        let headers = vec![
            ("authorization", format!("Bearer {}", self.key)),
            ("idempotency-key", name.clone()),
        ];
        let body = body.to_string().into_bytes();
        Event { kind, name, conversation, path: path.to_owned(), headers, body }
    }

    fn message(number: usize, phone: &str) -> Event {
        let name = format!("[message {number}]");
        let webhook = Webhook::new(ACCOUNT).message(&Inbound::text(phone, &name));
        webhook_event(Kind::Message, name, on_whatsapp(phone), &webhook)
    }

    /// A contact has read what was sent.
    pub fn receipt(&self, sent: &SentMessage) -> Event {
        let callback = sent.callback_data().unwrap_or_default().to_owned();
        let webhook = Webhook::new(ACCOUNT).status(&Status::of(sent, "read"));
        webhook_event(Kind::Receipt, callback, on_whatsapp(sent.to()), &webhook)
    }
}

fn on_whatsapp(phone: &str) -> String {
    identity::conversation(TEAM, Channel::Whatsapp, ACCOUNT, phone).to_string()
}

fn webhook_event(kind: Kind, name: String, conversation: String, webhook: &Webhook) -> Event {
    let body = webhook.body();
    let headers = vec![("x-hub-signature-256", signature(APP_SECRET, &body))];
    let path = format!("/channels/whatsapp/{ACCOUNT}/webhook");
    Event { kind, name, conversation, path, headers, body }
}

/// Sends one template that has the event's name.
fn notice() -> Value {
    let template = json!({"name": "notice", "language": "en", "variables": ["{{context.name}}"]});
    let graph = json!({
        "entry": "notice",
        "nodes": [{"id": "notice", "type": "message", "template": template}],
        "edges": [],
    });
    flows::with_graph("Notice", &graph)
}

/// Counts what it hears, and says it again with its number and the version.
fn echo(version: usize) -> Value {
    let said = format!("v{version} {{{{vars.count}}}} {{{{input.text}}}}");
    let graph = json!({
        "entry": "count",
        "nodes": [
            {"id": "count", "type": "set", "vars": {"count": "{{ vars.count|default(0) + 1 }}"}},
            {"id": "echo", "type": "ask", "text": said},
        ],
        "edges": [{"from": "count", "to": "echo"}, {"from": "echo", "to": "count"}],
    });
    flows::with_graph("Echo", &graph)
}
