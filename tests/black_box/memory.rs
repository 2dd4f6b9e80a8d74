//! How much linear memory an instance needs for the hungriest requests: never 64 MiB.

use std::sync::Arc;

use black_box::{Account, App, Request, Setup, Team, a_phone, flows};
use serde_json::{Value, json};
use stand_in::{Inbound, Status, Webhook};

/// What an instance may need: issue 8.
const LIMIT: usize = 64 << 20;
/// The longest body of most endpoints (design, section 6).
const BODY: usize = 1 << 20;
/// Updates of one payload, and the bytes of all of them (contract/channel-whatsapp.md).
const UPDATES: usize = 1_000;
const PAYLOAD: usize = 3_000_000;

const WORKFLOWS: &str = "/api/v1/console/workflows";

/// An application of its own: its instances are asked for nothing else.
fn team() -> Team {
    Arc::new(App::start(Setup::default())).team()
}

/// What components need, all of which is shown before it is judged.
struct Needs {
    app: Arc<App>,
    over: Vec<String>,
}

impl Needs {
    fn of(team: &Team) -> Self {
        Self { app: Arc::clone(&team.app), over: Vec::new() }
    }

    /// Notes the most that an instance of the component has needed by now.
    fn after(&mut self, what: &str, component: &str) {
        let peak = self.app.peak_memory()[component];
        assert!(peak > 0, "{component} was not asked");
        let needs = format!("{component}: {} KiB, {what}", peak >> 10);
        println!("{needs}");
        if peak >= LIMIT {
            self.over.push(needs);
        }
    }
}

impl Drop for Needs {
    fn drop(&mut self) {
        assert!(std::thread::panicking() || self.over.is_empty(), "{:#?}", self.over);
    }
}

/// The answer to a request with a body that may be refused before it is read.
fn sent(request: &Request, bytes: usize) -> black_box::Answer {
    request.send_while_reading(&format!("content-length: {bytes}"))
}

fn filled(unit: &str, open: &str, close: &str) -> String {
    let count = (BODY - open.len() - close.len()) / unit.len();
    let units = unit.repeat(count);
    format!("{open}{}{close}", units.trim_end_matches(','))
}

/// Bodies of one MiB that grow most when they are read.
fn growing() -> Vec<(&'static str, String)> {
    vec![
        ("numbers", filled("0,", "[", "]")),
        ("lists of one", filled("[0],", "[", "]")),
        ("empty objects", filled("{},", "[", "]")),
        ("objects of one field", filled("{\"\":0},", "[", "]")),
        ("lists of lists", filled("[[[[0]]]],", "[", "]")),
        ("empty texts", filled("\"\",", "[", "]")),
        ("a long text", filled("a", "\"", "\"")),
        ("escapes", filled("\\u0041", "\"", "\"")),
    ]
}

#[test]
fn no_body_of_a_mebibyte_needs_64() {
    let team = team();
    let mut needs = Needs::of(&team);
    let flow = team.has_published(&flows::notice());
    for (name, value) in growing() {
        for (method, path, field, component) in [
            ("POST", "/api/v1/actions/trigger-flow".to_owned(), "context", "actions-trigger-flow"),
            ("POST", WORKFLOWS.to_owned(), "graph", "console-workflows"),
            ("PATCH", format!("{WORKFLOWS}/{flow}"), "rules", "console-workflow"),
            (
                "POST",
                format!("{WORKFLOWS}/{flow}/simulate"),
                "definition",
                "console-workflow-simulate",
            ),
            (
                "POST",
                "/api/v1/actions/create-contact".to_owned(),
                "metadata",
                "actions-create-contact",
            ),
        ] {
            let body = format!("{{\"{field}\":{}}}", &value);
            let body = match body.len() > BODY {
                // The field's name takes its place.
                true => value.clone(),
                false => body,
            };
            let answer = sent(&team.request(method, &path).text(body.clone()), body.len());
            assert!((200..500).contains(&answer.status), "{name}: {answer:.300}");
            needs.after(name, component);
        }
    }
}

/// A workflow of nearly the 200 KiB that one may have, of 1,000 nodes that lead through one another.
fn largest_workflow(number: usize) -> Value {
    let text = "{{vars.it}} ".repeat(5);
    let ask = |n| json!({"id": format!("n{n}"), "type": "ask", "text": text, "save_as": "it"});
    let end = json!({"id": "n999", "type": "end"});
    let nodes: Vec<Value> = (0..999).map(ask).chain([end]).collect();
    let edges: Vec<Value> =
        (1..1_000).map(|n| json!({"from": format!("n{}", n - 1), "to": format!("n{n}")})).collect();
    let graph = json!({"entry": "n0", "nodes": nodes, "edges": edges});
    flows::with_graph(&format!("Largest {number}"), &graph)
}

#[test]
fn the_largest_workflows_need_less_than_64() {
    let team = team();
    let mut needs = Needs::of(&team);
    let account = team.has_an_account();
    for number in 0..12 {
        let workflow = team.has_published(&largest_workflow(number));
        needs.after("a workflow created", "console-workflows");
        needs.after("a workflow published", "console-workflow-publish");
        let path = format!("{WORKFLOWS}/{workflow}");
        team.request("GET", &path).send().expect(200);
        needs.after("a workflow read", "console-workflow");
        team.request("POST", &format!("{path}/validate")).send().expect(200);
        needs.after("a workflow validated", "console-workflow-validate");
        let event = json!({"event": {"type": "start"}});
        team.request("POST", &format!("{path}/simulate")).json(&event).send().expect(200);
        needs.after("a workflow simulated", "console-workflow-simulate");
        team.request("GET", &format!("{path}/versions")).send().expect(200);
        needs.after("a workflow's versions", "console-workflow-versions");
        let phone = a_phone();
        team.triggers(&workflow, &phone).expect(201);
        needs.after("a workflow triggered", "actions-trigger-flow");
        account.receives(&Inbound::text(&phone, "yes"));
        needs.after("a workflow answered", "channels-whatsapp");
    }
}

#[test]
fn a_page_of_a_hundred_of_the_largest_workflows_needs_less_than_64() {
    let team = team();
    let mut needs = Needs::of(&team);
    for number in 0..100 {
        team.request("POST", WORKFLOWS).json(&largest_workflow(number)).send().expect(201);
    }
    let page = team.request("GET", &format!("{WORKFLOWS}?limit=100")).send().expect(200);
    assert_eq!(page["data"].as_array().map(Vec::len), Some(100));
    needs.after("a page of 100 workflows", "console-workflows");
}

/// A payload of so many updates, which come from these phones in turn.
fn payload(account: &Account, phones: &[String]) -> Vec<u8> {
    let text = "word ".repeat(PAYLOAD / UPDATES / 5 - 60);
    let messages = (0..UPDATES).map(|n| Inbound::text(&phones[n % phones.len()], &text));
    messages.fold(Webhook::new(&account.id), |webhook, message| webhook.message(&message)).body()
}

#[test]
fn a_payload_of_a_thousand_messages_needs_less_than_64() {
    let team = team();
    let mut needs = Needs::of(&team);
    let flow = team.has_published(&flows::echo());
    for (count, what) in [(1, "of one contact"), (20, "of 20 contacts"), (100, "of 100 contacts")] {
        let account = team.has_an_account_answered_by(&flow);
        let phones: Vec<String> = (0..count).map(|_| a_phone()).collect();
        let body = payload(&account, &phones);
        assert!((2_500_000..PAYLOAD).contains(&body.len()), "{}", body.len());
        account.webhook(&body).send().expect(200);
        needs.after(what, "channels-whatsapp");
    }
}

#[test]
fn a_payload_for_conversations_that_are_long_needs_less_than_64() {
    let team = team();
    let mut needs = Needs::of(&team);
    let account = team.has_an_account();
    let phones: Vec<String> = (0..200).map(|_| a_phone()).collect();
    for twenty in phones.chunks(20) {
        account.webhook(&payload(&account, twenty)).send().expect(200);
    }
    needs.after("long conversations made", "channels-whatsapp");
    let stored = team.app.conversation(&account.conversation_with(&phones[0])).to_string().len();
    println!("{} conversations of {stored} bytes", phones.len());
    account.webhook(&payload(&account, &phones)).send().expect(200);
    needs.after("a message for each of 200 long conversations", "channels-whatsapp");
    let sent = Status::new("wamid.none", "read", &phones[0]);
    let statuses = (0..UPDATES).fold(Webhook::new(&account.id), |hook, _| hook.status(&sent));
    account.webhook(&statuses.body()).send().expect(200);
    needs.after("1,000 receipts", "channels-whatsapp");
    let get = |path: &str| team.request("GET", path).send().expect(200);
    get("/api/v1/triggers/new-message-received");
    needs.after("100 messages polled", "actions-new-message-received");
    let body = json!({});
    team.action("search-contacts", &body).send().expect(200);
    needs.after("contacts searched", "actions-search-contacts");
}
