//! What a server is given before it is measured: a team with an account, an agent, workflows and conversations.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use http::Request;
use serde_json::{Value, json};
use stand_in::{Inbound, Webhook, exchange};
use tokio::task::JoinSet;

use super::side::Side;

/// What begins the phones of the contacts that a team has: of WhatsApp, and of the console's test channel.
pub const KNOWN: &str = "+1415";
/// See [`KNOWN`].
pub const TESTERS: &str = "+1510";
/// Requests at the same time while a server is set up.
const TOGETHER: u64 = 16;
/// Workflows that a list shows.
const LISTED: usize = 20;
/// Teams whose workflow is changed. One team's changes all write its list: with one, the bench would measure how writers
/// meet, which the floor's do not.
const CHANGED: u64 = 64;
const LIMIT: Duration = Duration::from_secs(30);

/// What a team's WhatsApp account signs with.
pub const APP_SECRET: &str = "bench-app-secret";

/// What was made.
#[derive(Clone, Debug)]
pub struct World {
    /// Where the server is.
    pub addr: SocketAddr,
    /// The team's name.
    pub team: String,
    /// Its API key.
    pub key: String,
    /// Its access token, for the trigger surface.
    pub token: String,
    /// Its WhatsApp account: a phone number id.
    pub account: String,
    /// Its agent, who answers by `talk`.
    pub agent: String,
    /// Sends one template and ends.
    pub notify: String,
    /// Other teams' keys and workflows, to be changed.
    pub changed: Vec<(String, String)>,
    /// Contacts with a conversation, on WhatsApp and on the test channel, that are written.
    pub conversations: u64,
    /// How far the numbers of their phones are from each other.
    pub spread: u64,
    /// The team's workflows.
    pub workflows: usize,
}

impl World {
    /// Makes all of it, in a team that nobody has.
    ///
    /// # Errors
    /// When the server refuses any of it.
    pub async fn set_up(side: &Side, admin_key: &str, conversations: u64) -> anyhow::Result<Self> {
        let taken = side.taken();
        let mut world = Self::empty(side.addr(), conversations)?;
        world.key = world.new_key(admin_key, &world.team).await?;
        let token: Value = world.post("/auth/token", &world.key, &json!({})).await?;
        world.token = text(&token["accessToken"])?;
        let talk = world.workflow(&world.key, &talk("talk")).await?;
        world.notify = world.workflow(&world.key, &notify()).await?;
        for n in 2..LISTED {
            world.workflow(&world.key, &talk_named(n)).await?;
        }
        let agent = json!({"workflow_id": talk, "name": "Ada", "description": "Answers"});
        let agent = world.post("/api/v1/console/agents", &world.key, &agent).await?;
        world.agent = text(&agent["data"]["id"])?;
        let credentials =
            json!({"access_token": "bench", "app_secret": APP_SECRET, "verify_token": "bench"});
        let account = json!({"team": world.team, "type": "whatsapp", "account": world.account,
            "agent_id": world.agent, "credentials": credentials});
        world.post("/ops/channels", admin_key, &account).await?;
        for n in 0..CHANGED.min(conversations) {
            let key = world.new_key(admin_key, &format!("{}-{n}", world.team)).await?;
            let mut draft = talk_named(0);
            // A change is one of the draft; it is another's work to publish it.
            draft["settings"] = json!({"auto_publish": false});
            let workflow = world.workflow(&key, &draft).await?;
            world.changed.push((key, workflow));
        }
        world.converse().await?;
        side.settle(taken, 2 * conversations).await.context("setting up")?;
        Ok(world)
    }

    fn empty(addr: SocketAddr, conversations: u64) -> anyhow::Result<Self> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).context("no random numbers")?;
        Ok(Self {
            addr,
            team: format!("bench-{}", hex::encode(random)),
            // As long as a phone number id is.
            account: format!("{:015}", u64::from_le_bytes(random) % 1_000_000_000_000_000),
            key: String::new(),
            token: String::new(),
            agent: String::new(),
            notify: String::new(),
            changed: Vec::new(),
            conversations,
            spread: 1,
            workflows: LISTED,
        })
    }

    async fn new_key(&self, admin_key: &str, team: &str) -> anyhow::Result<String> {
        let key = json!({"team": team, "name": "bench"});
        text(&self.post("/ops/keys", admin_key, &key).await?["key"])
    }

    /// Makes a workflow, and gives its id.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn workflow(&self, key: &str, definition: &Value) -> anyhow::Result<String> {
        let created = self.post("/api/v1/console/workflows", key, definition).await?;
        text(&created["data"]["id"])
    }

    /// Makes so many more workflows of the team.
    ///
    /// # Errors
    /// When the server refuses one.
    pub async fn more_workflows(&self, count: usize) -> anyhow::Result<()> {
        self.together(count as u64, |world, n| async move {
            world.workflow(&world.key, &talk_named(n as usize)).await.map(drop)
        })
        .await
    }

    /// Starts every conversation: on WhatsApp with a message and a trigger, on the test channel with a message.
    async fn converse(&self) -> anyhow::Result<()> {
        self.together(self.conversations, |world, n| async move {
            let hello =
                Webhook::new(&world.account).message(&Inbound::text(&phone(KNOWN, n), "hello"));
            let answer = hello.sign(APP_SECRET).post(&world.origin(), &world.account).await?;
            ensure!(answer.status().is_success(), "webhook: {}", answer.status());
            let known = notification(&world.notify, &phone(KNOWN, n));
            world.post("/api/v1/actions/trigger-flow", &world.key, &known).await?;
            let said = words(&phone(TESTERS, n), "hello");
            world.post(&world.messages(), &world.key, &said).await?;
            Ok(())
        })
        .await
    }

    async fn together<F>(
        &self,
        count: u64,
        each: impl Fn(World, u64) -> F + Clone + Send + 'static,
    ) -> anyhow::Result<()>
    where
        F: Future<Output = anyhow::Result<()>> + Send,
    {
        let mut tasks = JoinSet::new();
        for first in 0..TOGETHER {
            let (world, each) = (self.clone(), each.clone());
            tasks.spawn(async move {
                for n in (first..count).step_by(TOGETHER as usize) {
                    each(world.clone(), n).await?;
                }
                anyhow::Ok(())
            });
        }
        while let Some(task) = tasks.join_next().await {
            task??;
        }
        Ok(())
    }

    /// Where the agent is spoken to.
    pub fn messages(&self) -> String {
        format!("/api/v1/console/agents/{}/conversations/messages", self.agent)
    }

    fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The answer to a request, as JSON.
    ///
    /// # Errors
    /// An answer that is no success, or none.
    pub async fn post(&self, path: &str, key: &str, body: &Value) -> anyhow::Result<Value> {
        let request = json_request("POST", &format!("{}{path}", self.origin()))
            .header("authorization", format!("Bearer {key}"))
            .body(body.to_string().into_bytes())?;
        Ok(serde_json::from_slice(&exchanged(request).await?)?)
    }
}

/// Asks again and again, and counts on being answered.
fn talk(name: &str) -> Value {
    let graph = json!({"entry": "ask", "edges": [{"from": "ask", "to": "ask"}], "nodes": [
        {"id": "ask", "type": "ask", "text": "You said {{ input.text }}. Anything else?", "save_as": "last",
         "timeout": 600}]});
    with_graph(name, &graph)
}

fn talk_named(n: usize) -> Value {
    talk(&format!("Workflow {n:04}"))
}

fn notify() -> Value {
    let graph = json!({"entry": "hello", "edges": [], "nodes": [
        {"id": "hello", "type": "message", "template": {"name": "hello", "language": "en",
         "variables": ["{{ context.cart_total }}"]}}]});
    with_graph("notify", &graph)
}

fn with_graph(name: &str, graph: &Value) -> Value {
    json!({"name": name, "system_prompt": "bench", "graph": graph, "settings": {"auto_publish": true}})
}

/// The body of a trigger.
pub fn notification(flow: &str, phone: &str) -> Value {
    json!({"flow_id": flow, "phone": phone, "context": context()})
}

/// What a trigger brings along.
pub fn context() -> Value {
    json!({"cart_id": "8f14e45f", "cart_total": "129.00"})
}

/// What is said to an agent on the test channel.
pub fn words(phone: &str, text: &str) -> Value {
    json!({"channel_type": "whatsapp", "channel_user_id": phone, "is_test_channel": true, "message": text})
}

/// The phone of a number.
pub fn phone(prefix: &str, n: u64) -> String {
    format!("{prefix}{n:07}")
}

/// A request with JSON.
pub fn json_request(method: &str, uri: &str) -> http::request::Builder {
    Request::builder().method(method).uri(uri).header("content-type", "application/json")
}

/// The body of the answer to `request`.
///
/// # Errors
/// An answer that is no success, or none.
pub async fn exchanged(request: Request<Vec<u8>>) -> anyhow::Result<Vec<u8>> {
    let path = request.uri().path().to_owned();
    let answer = exchange(request, LIMIT).await?;
    let text = String::from_utf8_lossy(answer.body());
    ensure!(answer.status().is_success(), "{path}: {} {text}", answer.status());
    Ok(answer.into_body())
}

fn text(value: &Value) -> anyhow::Result<String> {
    Ok(value.as_str().with_context(|| format!("no text: {value}"))?.to_owned())
}
