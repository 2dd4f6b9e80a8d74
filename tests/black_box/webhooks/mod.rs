//! Outgoing webhooks: docs/webhooks.md.

mod events;
mod refused;
mod registered;
mod retried;
mod trigger;

use black_box::{App, Request, Team, a_path, notice_signature};
use serde_json::{Value, json};
use stand_in::Called;

const WEBHOOKS: &str = "/api/v1/webhooks";

/// A webhook of a team, at the stand-in.
struct Hook {
    id: String,
    path: String,
    secret: String,
}

impl Hook {
    /// Of these events; `null`: of all.
    #[track_caller]
    fn new(team: &Team, events: &Value) -> Self {
        let path = a_path();
        let body = json!({"url": team.app.address(&path), "events": events});
        let created = registration(team, &body).send().expect(201);
        let text = |name: &str| created[name].as_str().expect("a text").to_owned();
        Self { id: text("id"), path, secret: text("secret") }
    }

    /// What it was told, after the first notice: each signed.
    fn told(&self, app: &App) -> Vec<Value> {
        let called = app.calls_of(&self.path).into_iter();
        called
            .map(|called| self.verified(&called))
            .filter(|b| b["event"] != "webhook.test")
            .collect()
    }

    /// Waits until it was told so much, and gives it, in the order of events and time.
    #[track_caller]
    fn waits_for(&self, app: &App, count: usize) -> Vec<Value> {
        black_box::wait_for(&format!("notice {count} at {}", self.path), || {
            Some(self.told(app)).filter(|told| told.len() >= count)
        })
    }

    /// Waits until it was told of an event, and gives the first such notice.
    #[track_caller]
    fn waits_for_event(&self, app: &App, event: &str) -> Value {
        black_box::wait_for(&format!("{event} at {}", self.path), || {
            self.told(app).into_iter().find(|told| told["event"] == event)
        })
    }

    /// The body of a notice whose headers are right.
    #[track_caller]
    fn verified(&self, called: &Called) -> Value {
        let header =
            |name: &str| called.header(name).unwrap_or_else(|| panic!("{name}: {called:?}"));
        let signature = header("x-qyvo-signature").strip_prefix("t=").expect("a time");
        let (seconds, digits) = signature.split_once(",v1=").expect("a signature");
        assert_eq!(digits, notice_signature(&self.secret, seconds, &called.body));
        let body = called.json();
        assert_eq!(header("content-type"), "application/json");
        assert_eq!(header("x-qyvo-webhook-id"), self.id);
        assert_eq!(body["event"], header("x-qyvo-event"));
        assert_eq!(body["id"], header("idempotency-key"));
        assert_eq!(body["id"], header("webhook-id"));
        assert_eq!(header("webhook-timestamp"), seconds);
        // By a key that is not the same; what it is of, the published vectors hold.
        let standard = header("webhook-signature").strip_prefix("v1,").expect("a signature");
        assert_eq!(standard.len(), 44, "32 bytes in base64: {standard}");
        assert_eq!(called.method, "POST");
        body
    }
}

fn registration(team: &Team, body: &Value) -> Request {
    team.request("POST", WEBHOOKS).json(body)
}
