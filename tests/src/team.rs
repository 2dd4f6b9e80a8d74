//! A team, its workflows and its WhatsApp account, as the team and the operator set them up.

use std::sync::Arc;

use conversation::{Channel, identity};
use serde_json::{Value, json};
use stand_in::{Inbound, Webhook};

use crate::app::unique;
use crate::{Answer, App, Request, signature};

/// A team with an API key.
#[derive(Clone)]
pub struct Team {
    /// Where it is.
    pub app: Arc<App>,
    /// Its name.
    pub name: String,
    /// Its key, for everything.
    pub key: String,
}

impl Team {
    #[track_caller]
    pub(crate) fn with_a_key(app: &Arc<App>) -> Self {
        let name = format!("team-{}", unique());
        let key = Self::new_key(app, &json!({"team": name, "name": "tests"}));
        Self { app: Arc::clone(app), name, key }
    }

    /// Another key of this team, with these scopes only.
    #[track_caller]
    pub fn key_with_scopes(&self, scopes: &[&str]) -> String {
        let body = json!({"team": self.name, "name": "scoped", "scopes": scopes});
        Self::new_key(&self.app, &body)
    }

    /// Another key of this team, which is refused from this time on.
    #[track_caller]
    pub fn key_until(&self, expires_at: &str) -> String {
        let body = json!({"team": self.name, "name": "ends", "expires_at": expires_at});
        Self::new_key(&self.app, &body)
    }

    /// Another key of this team, which may make so many requests a minute.
    #[track_caller]
    pub fn key_with_limit(&self, requests: u32) -> String {
        let body = json!({"team": self.name, "name": "limited", "rate_limit": requests});
        Self::new_key(&self.app, &body)
    }

    #[track_caller]
    fn new_key(app: &App, body: &Value) -> String {
        let made = app.ops("POST", "/ops/keys").json(body).send().expect(201);
        made["key"].as_str().expect("a key is shown once").to_owned()
    }

    /// A request with the team's key.
    pub fn request(&self, method: &str, path: &str) -> Request {
        self.app.client.request(method, path).bearer(&self.key)
    }

    /// Creates a workflow, and gives its id.
    #[track_caller]
    pub fn creates(&self, definition: &Value) -> String {
        let path = "/api/v1/console/workflows";
        let created = self.request("POST", path).json(definition).send().expect(201);
        created["data"]["id"].as_str().expect("an id").to_owned()
    }

    /// Publishes a workflow's draft.
    #[track_caller]
    pub fn publishes(&self, workflow: &str) -> Value {
        let path = format!("/api/v1/console/workflows/{workflow}/publish");
        self.request("POST", &path).send().expect(200)
    }

    /// Creates and publishes a workflow, and gives its id.
    #[track_caller]
    pub fn has_published(&self, definition: &Value) -> String {
        let workflow = self.creates(definition);
        self.publishes(&workflow);
        workflow
    }

    /// Has a WhatsApp account, which nothing answers unless a session waits.
    #[track_caller]
    pub fn has_an_account(&self) -> Account {
        self.registers(Account::new(self, None))
    }

    /// Has a WhatsApp account that a workflow answers.
    #[track_caller]
    pub fn has_an_account_answered_by(&self, workflow: &str) -> Account {
        self.registers(Account::new(self, Some(workflow)))
    }

    /// Has a WhatsApp account that an agent answers.
    #[track_caller]
    pub fn has_an_account_of_agent(&self, agent: &str) -> Account {
        let account = Account::new(self, None);
        let mut registration = account.registration();
        registration["agent_id"] = json!(agent);
        self.app.ops("POST", "/ops/channels").json(&registration).send().expect(201);
        account
    }

    /// Has a WhatsApp account of a business that has these templates: see [`stand_in::template`].
    #[track_caller]
    pub fn has_an_account_with_templates(&self, templates: &[Value]) -> Account {
        let business = format!("9008007{:08}", unique());
        self.app.stand_in.has_templates(&business, templates.to_vec());
        let mut account = Account::new(self, None);
        account.business_account = Some(business);
        self.registers(account)
    }

    #[track_caller]
    fn registers(&self, account: Account) -> Account {
        self.app.ops("POST", "/ops/channels").json(&account.registration()).send().expect(201);
        account
    }

    /// A request to trigger a flow.
    pub fn trigger(&self, body: &Value) -> Request {
        self.request("POST", "/api/v1/actions/trigger-flow").json(body)
    }

    /// Triggers a sequence for a phone.
    #[track_caller]
    pub fn triggers_sequence(&self, sequence: &str, phone: &str) -> Answer {
        let body = json!({"sequence_id": sequence, "phone": phone});
        self.action("trigger-sequence", &body).send()
    }

    /// Triggers a workflow for a phone over the trigger surface.
    #[track_caller]
    pub fn triggers_on(&self, account: &Account, workflow: &str, phone: &str) -> Answer {
        let post = self.app.client.post("/auth/token").header("x-api-key", &self.key);
        let token = post.send().expect(200)["accessToken"].as_str().expect("a token").to_owned();
        let body = json!({"phoneNumberId": account.id, "customerPhoneNumberId": phone});
        let post = self.app.client.post(&format!("/workflows/{workflow}/trigger")).json(&body);
        let post = post.header("x-api-key", &self.key);
        post.header("cookie", &format!("accessToken={token}")).send()
    }

    /// A request of the actions API: `send-text-message`, ….
    pub fn action(&self, name: &str, body: &Value) -> Request {
        self.request("POST", &format!("/api/v1/actions/{name}")).json(body)
    }

    /// Triggers a flow for a phone.
    #[track_caller]
    pub fn triggers(&self, flow: &str, phone: &str) -> Answer {
        self.trigger(&json!({"flow_id": flow, "phone": phone})).send()
    }
}

/// A WhatsApp account of a team.
pub struct Account {
    /// Where it is registered.
    pub app: Arc<App>,
    /// Whose it is.
    pub team: String,
    /// Its phone number id.
    pub id: String,
    /// What its webhooks are signed with.
    pub app_secret: String,
    /// What messages are sent with.
    pub access_token: String,
    /// What WhatsApp asks for it with.
    pub verify_token: String,
    /// What answers a contact who writes first.
    pub workflow: Option<String>,
    /// Whose account it is at WhatsApp, which has the templates.
    pub business_account: Option<String>,
}

impl Account {
    fn new(team: &Team, workflow: Option<&str>) -> Self {
        let id = format!("1002003{:08}", unique());
        Self {
            app: Arc::clone(&team.app),
            team: team.name.clone(),
            app_secret: format!("app-secret-of-{id}"),
            access_token: format!("access-token-of-{id}"),
            verify_token: format!("verify-token-of-{id}"),
            id,
            workflow: workflow.map(str::to_owned),
            business_account: None,
        }
    }

    /// The body of `POST /ops/channels`.
    pub fn registration(&self) -> Value {
        let mut body = json!({
            "team": self.team, "type": "whatsapp", "account": self.id,
            "credentials": {
                "access_token": self.access_token,
                "app_secret": self.app_secret,
                "verify_token": self.verify_token,
            },
        });
        if let Some(workflow) = &self.workflow {
            body["workflow_id"] = json!(workflow);
        }
        if let Some(business) = &self.business_account {
            body["business_account_id"] = json!(business);
        }
        body
    }

    /// Where WhatsApp posts to.
    pub fn webhook_path(&self) -> String {
        format!("/channels/whatsapp/{}/webhook", self.id)
    }

    /// A signed webhook with this body.
    pub fn webhook(&self, body: &[u8]) -> Request {
        self.app
            .client
            .post(&self.webhook_path())
            .header("x-hub-signature-256", &signature(&self.app_secret, body))
            .header("content-type", "application/json")
            .body(body)
    }

    /// A signed webhook with one message.
    pub fn delivery_of(&self, message: &Inbound) -> Request {
        self.webhook(&Webhook::new(&self.id).message(message).body())
    }

    /// A contact writes: the message is delivered and acknowledged.
    #[track_caller]
    pub fn receives(&self, message: &Inbound) {
        self.delivery_of(message).send().is(200, &json!({}));
    }

    /// The id of its conversation with a phone.
    pub fn conversation_with(&self, phone: &str) -> String {
        identity::conversation(&self.team, Channel::Whatsapp, &self.id, phone).to_string()
    }
}

/// A phone number that no other test uses.
pub fn a_phone() -> String {
    format!("+1415{:07}", unique())
}

/// A path of the stand-in that no other test calls.
pub fn a_path() -> String {
    format!("/http/{}", unique())
}
