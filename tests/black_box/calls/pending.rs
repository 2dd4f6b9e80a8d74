//! What happens while a call is under way.

use std::sync::Arc;
use std::time::Duration;

use black_box::{Account, App, Setup, Team, a_path, a_phone, flows};
use serde_json::{Value, json};
use stand_in::{Answer, Gate, Inbound, Webhook};

/// Calls an address, then asks two things.
fn questions_after(address: &str) -> Value {
    let graph = json!({
        "entry": "call",
        "nodes": [
            {"id": "call", "type": "http", "url": address},
            {"id": "first", "type": "ask", "text": "First?", "save_as": "first"},
            {"id": "second", "type": "ask", "text": "Second?", "save_as": "second"},
            {"id": "said", "type": "message", "text": "{{vars.first}}, {{vars.second}}"},
        ],
        "edges": [
            {"from": "call", "to": "first"}, {"from": "call", "port": "error", "to": "first"},
            {"from": "first", "to": "second"}, {"from": "second", "to": "said"},
        ],
    });
    flows::with_graph("Questions", &graph)
}

/// A contact whose session waits for an address that answers when the gate is opened.
struct Pending {
    team: Team,
    account: Account,
    phone: String,
    path: String,
    gate: Gate,
}

impl Pending {
    fn begin(app: &Arc<App>) -> Self {
        let (path, phone, gate) = (a_path(), a_phone(), Gate::default());
        let (team, account) = app.account_answered_by(&questions_after(&app.address(&path)));
        app.is_answered(&path, [Answer::json(200, &json!({})).behind(&gate)]);
        account.receives(&Inbound::text(&phone, "hi"));
        app.wait_for_calls_of(&path, 1);
        Self { team, account, phone, path, gate }
    }

    fn conversation(&self) -> String {
        self.account.conversation_with(&self.phone)
    }

    fn says(&self, text: &str) {
        self.account.receives(&Inbound::text(&self.phone, text));
    }

    fn texts(&self, count: usize) -> Vec<String> {
        self.team.app.texts_to(&self.phone, count)
    }
}

#[test]
fn what_a_contact_writes_meanwhile_waits_and_is_then_answered_in_order() {
    let pending = Pending::begin(&App::shared());
    pending.says("tea");
    let again = pending.account.delivery_of(&Inbound::text(&pending.phone, "coffee"));
    for _ in 0..2 {
        again.send().is(200, &json!({}));
    }
    let waiting = pending.team.app.conversation(&pending.conversation());
    assert_eq!(waiting["queue"].as_array().map(Vec::len), Some(2), "{waiting:#}");
    assert_eq!(waiting["messages"].as_array().map(Vec::len), Some(3));
    assert!(pending.team.app.sent_to(&pending.phone).is_empty());

    pending.gate.open();

    assert_eq!(pending.texts(3), ["First?", "Second?", "tea, coffee"]);
    let after = pending.team.app.settled(&pending.conversation());
    assert_eq!(after["sessions"][0]["status"], "completed");
    assert_eq!(pending.team.app.calls_of(&pending.path).len(), 1);
}

#[test]
fn what_comes_in_one_batch_with_what_begins_the_call_waits_too() {
    let app = App::shared();
    let (path, phone) = (a_path(), a_phone());
    let (_, account) = app.account_answered_by(&questions_after(&app.address(&path)));
    let texts = ["hi", "one", "two"].map(|text| Inbound::text(&phone, text));
    let webhook =
        texts.iter().fold(Webhook::new(&account.id), |webhook, text| webhook.message(text));

    account.webhook(&webhook.body()).send().is(200, &json!({}));

    assert_eq!(app.texts_to(&phone, 3), ["First?", "Second?", "one, two"]);
    assert_eq!(app.calls_of(&path).len(), 1);
}

#[test]
fn what_no_longer_fits_behind_a_call_is_delivered_again_later() {
    let pending = Pending::begin(&App::shared());
    let texts: Vec<Inbound> =
        (1..=33).map(|n| Inbound::text(&pending.phone, &format!("message {n}"))).collect();
    let webhook = Webhook::new(&pending.account.id);
    let webhook = texts[..32].iter().fold(webhook, |webhook, text| webhook.message(text));
    pending.account.webhook(&webhook.body()).send().is(200, &json!({}));

    let last = pending.account.delivery_of(&texts[32]);
    let refused = last.send();
    assert!(refused.status >= 500, "{refused}");
    let full = pending.team.app.conversation(&pending.conversation());
    assert_eq!(full["messages"].as_array().map(Vec::len), Some(33), "nothing of it was taken");

    pending.gate.open();
    assert_eq!(pending.texts(3)[2], "message 1, message 2");
    pending.team.app.settled(&pending.conversation());
    last.send().is(200, &json!({}));
}

#[test]
fn the_sweep_leaves_a_call_alone_that_is_under_way() {
    let pending = Pending::begin(&Arc::new(App::start(Setup::default())));
    let app = &pending.team.app;
    for _ in 0..3 {
        app.pass_amid(Duration::from_secs(40));
        app.sweep();
    }
    assert_eq!(app.calls_of(&pending.path).len(), 1, "its lease runs, and the clocks may differ");

    pending.gate.open();

    assert_eq!(pending.texts(1), ["First?"]);
    app.settled(&pending.conversation());
    assert_eq!(app.calls_of(&pending.path).len(), 1);
}

#[test]
fn what_comes_back_after_the_call_was_made_again_counts_for_nothing() {
    let pending = Pending::begin(&Arc::new(App::start(Setup::default())));
    let app = &pending.team.app;
    // As if the holder stood still: its lease ends, another takes over.
    app.pass_amid(Duration::from_secs(220));
    app.sweep();
    assert_eq!(pending.texts(1), ["First?"]);
    let calls = app.calls_of(&pending.path);
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].header("idempotency-key"), calls[1].header("idempotency-key"));

    pending.gate.open();
    pending.says("tea");

    assert_eq!(pending.texts(2), ["First?", "Second?"]);
    app.settled(&pending.conversation());
    assert_eq!(pending.texts(2).len(), 2);
}

#[test]
fn a_contact_that_stops_meanwhile_is_told_so_at_once_and_nothing_else() {
    let pending = Pending::begin(&App::shared());
    pending.says("tea");
    pending.says("STOP");
    assert_eq!(pending.texts(1), [OPTED_OUT]);

    pending.gate.open();

    let after = pending.team.app.settled(&pending.conversation());
    assert_eq!(after["sessions"][0]["outcome"], "opted_out", "{after:#}");
    assert_eq!(pending.texts(1), [OPTED_OUT]);
}

const OPTED_OUT: &str =
    "You will receive no more messages from us. Answer START to receive them again.";
