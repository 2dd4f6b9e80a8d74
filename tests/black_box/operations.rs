//! What a request costs in the store: writes are dear, so their number is held. The README prints the same table.

mod conversations;
mod inbox;
mod telephony;
mod webchat;
mod webhooks;

use std::sync::Arc;

use black_box::{Account, App, Request, Setup, Team, a_path, a_phone, flows, wait_for};
use host::StoreOperations;
use serde_json::{Value, json};
use stand_in::Inbound;

/// Reads, and writes by kind: sets and deletions, increments, swaps.
type Counts = [u64; 4];

struct Shop {
    team: Team,
    account: Account,
    /// Sends one template and ends.
    notice: String,
    /// Asks, waits, and asks again.
    echo: String,
}

fn shop() -> Shop {
    shop_of(Setup::default())
}

fn shop_of(setup: Setup) -> Shop {
    let team = Arc::new(App::start(setup)).team();
    let notice = team.has_published(&flows::notice());
    let echo = team.has_published(&flows::echo());
    let account = team.has_an_account_answered_by(&echo);
    Shop { team, account, notice, echo }
}

impl Shop {
    /// What `act` costs, what goes on after its answer included.
    fn cost(&self, act: impl FnOnce()) -> Counts {
        let before = self.at_rest();
        act();
        let cost = self.at_rest() - before;
        // A read of a swap is a read; what a swap reads again after it failed is the host's own.
        let reads = cost.get + cost.exists + cost.cas_current;
        [reads, cost.set + cost.delete, cost.increment, cost.cas_swap]
    }

    /// The operations so far, once nothing goes on any more.
    fn at_rest(&self) -> StoreOperations {
        let mut last = None;
        let mut same = 0;
        wait_for("rest", || {
            let now = self.team.app.operations();
            same = if last == Some(now) { same + 1 } else { 0 };
            last = Some(now);
            (same >= 20).then_some(now)
        })
    }

    fn costs(&self, request: &Request, status: u16) -> Counts {
        self.cost(|| {
            request.send().expect(status);
        })
    }

    fn trigger(&self, flow: &str, phone: &str) -> Request {
        self.team.trigger(&json!({"flow_id": flow, "phone": phone, "context": {"cart_id": "1"}}))
    }
}

/// Instances keep what never changes (births, published contents): the second request shows what each costs.
fn settled_cost(shop: &Shop, mut request: impl FnMut() -> (Request, u16)) -> Counts {
    let (first, status) = request();
    shop.costs(&first, status);
    let (second, status) = request();
    shop.costs(&second, status)
}

#[test]
fn a_trigger_costs_what_the_readme_says() {
    let shop = shop();
    let new = settled_cost(&shop, || (shop.trigger(&shop.notice, &a_phone()), 201));
    assert_eq!(new, TRIGGER_NEW, "a new contact");

    let phone = a_phone();
    shop.costs(&shop.trigger(&shop.notice, &phone), 201);
    let known = settled_cost(&shop, || (shop.trigger(&shop.notice, &phone), 201));
    assert_eq!(known, TRIGGER_KNOWN, "a known contact");

    let phone = a_phone();
    shop.costs(&shop.trigger(&shop.echo, &phone), 201);
    let running = settled_cost(&shop, || (shop.trigger(&shop.echo, &phone), 200));
    assert_eq!(running, TRIGGER_RUNNING, "a session that runs already");
}

#[test]
fn a_sequence_costs_what_a_flow_does() {
    let shop = shop();
    let sequence = shop.team.has_published(&flows::welcome_days());
    let trigger = |phone: &str| {
        shop.team.action("trigger-sequence", &json!({"sequence_id": sequence, "phone": phone}))
    };
    let phone = a_phone();
    shop.costs(&trigger(&a_phone()), 201);
    assert_eq!(shop.costs(&trigger(&phone), 201), TRIGGER_NEW, "a new contact");
    let running = settled_cost(&shop, || (trigger(&phone), 200));
    assert_eq!(running, TRIGGER_RUNNING, "a session that runs already");
    let poll = || (shop.team.request("GET", "/api/v1/triggers/new-sequence-triggered"), 200);
    assert_eq!(settled_cost(&shop, poll)[1..], POLL_FLOWS[1..], "two sessions");
}

#[test]
fn a_reply_costs_what_the_readme_says() {
    let shop = shop();
    let phone = a_phone();
    shop.account.receives(&Inbound::text(&phone, "hello"));
    let reply = |n: u32| shop.account.delivery_of(&Inbound::text(&phone, &format!("answer {n}")));
    shop.costs(&reply(1), 200);
    assert_eq!(shop.costs(&reply(2), 200), REPLY, "a reply that is answered by one message");

    let twice = reply(3);
    shop.costs(&twice, 200);
    assert_eq!(shop.costs(&twice, 200), REDELIVERED, "the same again");

    let poll = shop.team.request("GET", "/api/v1/triggers/new-message-received");
    shop.costs(&poll, 200);
    shop.costs(&reply(4), 200);
    assert_eq!(shop.costs(&reply(5), 200), REPLY_POLLED, "of a team that polls for messages");
}

#[test]
fn a_poll_costs_what_it_shows_and_writes_nothing() {
    let shop = shop();
    let flows = || (shop.team.request("GET", "/api/v1/triggers/new-flow-triggered"), 200);
    let messages = || (shop.team.request("GET", "/api/v1/triggers/new-message-received"), 200);
    settled_cost(&shop, messages);
    shop.costs(&shop.account.delivery_of(&Inbound::text(&a_phone(), "hello")), 200);

    assert_eq!(settled_cost(&shop, flows), POLL_FLOWS, "one session");
    assert_eq!(settled_cost(&shop, messages), POLL_MESSAGES, "one message");
}

/// What an account's second message costs that is answered by this workflow, whose conversation exists.
fn cost_of_a_message(shop: &Shop, workflow: &Value, mut text: impl FnMut() -> String) -> Counts {
    let id = match workflow["graph"].is_null() {
        true => shop.team.creates(workflow),
        false => shop.team.has_published(workflow),
    };
    let account = shop.team.has_an_account_answered_by(&id);
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, &text()));
    let mut again = || (account.delivery_of(&Inbound::text(&phone, &text())), 200);
    shop.costs(&again().0, 200);
    settled_cost(shop, again)
}

#[test]
fn what_a_message_costs_depends_on_what_it_makes_a_workflow_do() {
    let shop = shop();
    let text = |text: &str| {
        let text = text.to_owned();
        move || text.clone()
    };
    let asked = text("where is the shop located?");
    let routed = cost_of_a_message(&shop, &flows::shop(), asked);

    let address = shop.team.app.address(&a_path());
    let calling = cost_of_a_message(&shop, &flows::calling(&address, &json!({})), text("hi"));

    let graph = json!({
        "entry": "set",
        "nodes": [
            {"id": "set", "type": "set", "contact": {"last": "{{input.text}}"}},
            {"id": "told", "type": "message", "text": "Noted."},
        ],
        "edges": [{"from": "set", "to": "told"}],
    });
    let mut n = 0;
    let numbered = || {
        n += 1;
        format!("message {n}")
    };
    let setting = cost_of_a_message(&shop, &flows::with_graph("Set", &graph), numbered);

    let mut starts = false;
    let in_turns = || {
        starts = !starts;
        if starts { "start".to_owned() } else { "stop".to_owned() }
    };
    // START, STOP, START, STOP.
    let stop = cost_of_a_message(&shop, &flows::shop(), in_turns);

    let costs = [
        ("a question that the workflow answers", routed, ROUTED),
        ("an address called, and its answer told", calling, CALLING),
        ("a field of the contact set", setting, SETTING),
        ("a STOP and its confirmation", stop, STOP),
    ];
    let wrong: Vec<_> = costs.iter().filter(|(_, cost, held)| cost != held).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn contacts_cost_what_the_readme_says() {
    let shop = shop();
    let post = |action: &str, body: &Value| {
        shop.team.request("POST", &format!("/api/v1/actions/{action}")).json(body)
    };
    let create = || (post("create-contact", &json!({"phone": a_phone(), "name": "Ana"})), 201);
    assert_eq!(settled_cost(&shop, create), CONTACT_CREATE, "create, a new contact");

    let phone = a_phone();
    post("create-contact", &json!({"phone": phone})).send().expect(201);
    let get = || (post("get-contact", &json!({"phone": phone})), 200);
    assert_eq!(settled_cost(&shop, get), CONTACT_GET, "get");

    let known = json!({"phone": a_phone(), "tags": "t1,t2"});
    post("create-contact", &known).send().expect(201);
    let mut n = 0;
    let add = || {
        n += 1;
        (post("add-tag", &json!({"phone": phone, "tag": format!("t{n}")})), 200)
    };
    assert_eq!(settled_cost(&shop, add), TAG_ADD, "a tag that the team has given before");
    let search = || (post("search-contacts", &json!({"query": "ana"})), 200);
    assert_eq!(settled_cost(&shop, search)[1..], [0, 0, 0], "a search writes nothing");
}

#[test]
fn the_console_costs_what_the_readme_says() {
    let shop = shop();
    let path = "/api/v1/console/workflows";
    let create = || {
        let body: Value = flows::notice();
        (shop.team.request("POST", path).json(&body), 201)
    };
    assert_eq!(settled_cost(&shop, create), WORKFLOW_CREATE, "create");
    let one = format!("{path}/{}", shop.notice);
    let mut n = 0;
    let update = || {
        n += 1;
        let body = json!({"description": format!("change {n}")});
        (shop.team.request("PATCH", &one).json(&body), 200)
    };
    assert_eq!(settled_cost(&shop, update), WORKFLOW_UPDATE, "update");
    let nothing = || (shop.team.request("PATCH", &one).json(&json!({})), 200);
    assert_eq!(settled_cost(&shop, nothing)[1..], [0, 0, 0], "an update that changes nothing");
    let publish = || (shop.team.request("POST", &format!("{one}/publish")), 200);
    assert_eq!(settled_cost(&shop, publish), WORKFLOW_PUBLISH, "publish");
    let get = || (shop.team.request("GET", &one), 200);
    assert_eq!(settled_cost(&shop, get), WORKFLOW_GET, "get");
    let list = || (shop.team.request("GET", path), 200);
    assert_eq!(settled_cost(&shop, list)[1..], [0, 0, 0], "a list writes nothing");
    let validate = || (shop.team.request("POST", &format!("{one}/validate")), 200);
    assert_eq!(settled_cost(&shop, validate)[1..], [0, 0, 0], "validation writes nothing");
}

const CONTACT_CREATE: Counts = [9, 2, 2, 0];
const CONTACT_GET: Counts = [5, 0, 0, 0];
const TAG_ADD: Counts = [3, 0, 0, 1];
/// The contact is named in the list of the team's contacts: a set and an increment. Of each start an entry in the polling
/// list of sessions is a set and an increment, and its flow's count an increment.
const TRIGGER_NEW: Counts = [16, 5, 6, 1];
const TRIGGER_KNOWN: Counts = [10, 1, 2, 2];
const TRIGGER_RUNNING: Counts = [6, 0, 0, 0];
/// Of each message a read says whether the team polls for messages; of whatever happens one says who is to be told of it.
const REPLY: Counts = [9, 0, 0, 2];
/// The same for a team that does: an entry in the polling list of messages.
const REPLY_POLLED: Counts = [9, 1, 1, 2];
const REDELIVERED: Counts = [4, 0, 0, 0];
const WORKFLOW_CREATE: Counts = [7, 1, 1, 1];
/// The workflow, then its entry in the team's list.
const WORKFLOW_UPDATE: Counts = [4, 0, 0, 2];
const WORKFLOW_PUBLISH: Counts = [2, 1, 0, 1];
const WORKFLOW_GET: Counts = [2, 0, 0, 0];
/// What only answers a message is no session of a flow.
const ROUTED: Counts = [10, 0, 0, 2];
const CALLING: Counts = [12, 1, 2, 3];
const SETTING: Counts = [11, 1, 2, 3];
const STOP: Counts = [12, 0, 0, 3];
/// The key, the counter, and of one session its entry, its conversation and its contact.
const POLL_FLOWS: Counts = [5, 0, 0, 0];
/// The key, the note of the last poll, the counter, and of one message the same three.
const POLL_MESSAGES: Counts = [6, 0, 0, 0];
