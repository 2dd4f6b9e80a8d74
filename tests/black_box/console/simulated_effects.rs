//! What a simulated turn wants of the world, and does to the contact: told to the client, and not done.

use black_box::{App, Team, a_path, flows};
use serde_json::{Value, json};

use super::simulate::{id, turn};
use super::{create, get};

/// A client that keeps the state, as a program that tests a workflow does.
struct Client<'a> {
    team: &'a Team,
    workflow: String,
    contact: Value,
    state: Value,
}

impl<'a> Client<'a> {
    fn of(team: &'a Team, definition: &Value) -> Self {
        let workflow = id(&create(team, definition));
        let contact = json!({"name": "Ada", "metadata": {}, "tags": ["old"]});
        Self { team, workflow, contact, state: Value::Null }
    }

    fn takes(&mut self, event: Value) -> Value {
        let body = json!({
            "event": event, "state": self.state, "contact": self.contact, "has_model": true,
        });
        let step = turn(self.team, &self.workflow, &body);
        self.state = step["state"].clone();
        step
    }
}

fn start() -> Value {
    json!({"type": "start"})
}

fn message(text: &str) -> Value {
    json!({"type": "message", "text": text})
}

#[test]
fn an_address_is_not_called_and_the_client_says_what_it_answers() {
    let team = App::shared().team();
    let path = a_path();
    let fields = json!({"method": "POST", "body": {"for": "{{contact.name}}"}, "timeout": 3});
    let workflow = flows::calling(&team.app.address(&path), &fields);
    let mut client = Client::of(&team, &workflow);

    let wanted = client.takes(start());
    assert_eq!((&wanted["status"]["type"], &wanted["messages"]), (&json!("waiting"), &json!([])));
    let request = json!({
        "type": "http", "method": "POST", "url": team.app.address(&path),
        "headers": {"content-type": "application/json"}, "body": "{\"for\":\"Ada\"}",
        "timeout_seconds": 3,
    });
    assert_eq!(wanted["effect"], json!({"number": 1, "request": request}));
    // What is not its result changes nothing.
    let result =
        |effect: u32, result: Value| json!({"type": "result", "effect": effect, "result": result});
    let answered = json!({"type": "http", "status": 200, "body": {"stock": 7}});
    for event in [result(2, answered.clone()), json!({"type": "reply", "text": "hello?"})] {
        let ignored = client.takes(event);
        assert_eq!(ignored["trace"][0]["type"], "ignored");
        assert_eq!(ignored["status"]["type"], "waiting");
    }

    let before = client.state.clone();
    let said = client.takes(result(1, answered));
    assert_eq!(said["messages"][0]["text"], "Answered 200: 7");
    assert_eq!(said["status"]["type"], "completed");
    for (result_of_it, text) in [
        (json!({"type": "timed_out"}), "Failed:  timed_out "),
        (
            json!({"type": "failed", "code": "unreachable", "message": "no"}),
            "Failed:  unreachable ",
        ),
        (json!({"type": "http", "status": 503, "body": {"why": "late"}}), "Failed: 503  late"),
    ] {
        client.state = before.clone();
        let failed = client.takes(result(1, result_of_it));
        assert_eq!(failed["messages"][0]["text"], text);
    }
    assert!(team.app.calls_of(&path).is_empty());
}

#[test]
fn the_model_is_not_asked_and_the_client_says_what_it_says() {
    let team = App::shared_with_a_model().team();
    let mut client = Client::of(&team, &flows::shop());
    let wanted = client.takes(message("Do you have Assam?"));
    assert_eq!(
        (&wanted["route"], &wanted["effect"]["request"]["type"]),
        (&json!("model"), &json!("ai"))
    );
    assert_eq!(wanted["effect"]["request"]["input"], "Do you have Assam?");
    let waiting = client.state.clone();

    let reply = json!({"type": "result", "effect": 1, "result": {"type": "reply", "text": "Yes."}});
    assert_eq!(client.takes(reply)["messages"], json!([{"type": "text", "text": "Yes."}]));
    client.state = waiting;
    let failed =
        client.takes(json!({"type": "result", "effect": 1, "result": {"type": "timed_out"}}));
    assert_eq!(failed["needs_attention"], true);
    assert!(team.app.calls_of("Do you have Assam?").is_empty());
}

#[test]
fn a_message_takes_the_way_that_a_contact_would_see_and_the_trace_says_why() {
    let team = App::shared().team();
    let mut client = Client::of(&team, &flows::shop());
    for (text, route, name, said) in [
        ("a refund for my order", "flow", "Refund", "We refund within 14 days."),
        ("my order is late", "flow", "Delivery", "It takes three days."),
        ("when are you open", "rule", "hours", "9 to 17."),
        ("where is the shop located", "faq", "Where is the shop located?", "In Lagos."),
    ] {
        client.state = Value::Null;
        let step = client.takes(message(text));
        assert_eq!((&step["route"], &step["messages"][0]["text"]), (&json!(route), &json!(said)));
        let trace = step["trace"].as_array().expect("a trace");
        let routed = json!({"type": "routed", "route": route, "name": name});
        assert!(trace.contains(&routed), "{trace:#?}");
        assert!(trace.iter().any(|entry| entry["type"] == "considered" && entry["name"] == name));
    }
    client.state = Value::Null;
    client.takes(message("refund"));
    let noted = client.takes(json!({"type": "reply", "text": "17"}));
    assert_eq!(noted["messages"][0]["text"], "Order 17 is noted.");
    client.state = Value::Null;
    let handed = client.takes(message("an agent please"));
    assert_eq!(
        (&handed["handed_off"], &handed["status"]["outcome"]),
        (&json!(true), &json!("handoff"))
    );
}

#[test]
fn changes_of_the_contact_are_told_and_seen_within_the_turn_only() {
    let graph = json!({
        "entry": "set",
        "nodes": [
            {
                "id": "set", "type": "set", "contact": {"name": "Ada L.", "plan": "gold"},
                "add_tags": ["new"], "remove_tags": ["old"],
            },
            {"id": "consent", "type": "consent", "action": "opt_in"},
            {"id": "ask", "type": "ask", "text": "{{contact.name}} {{contact.metadata.plan}} {{contact.tags|join}}"},
            {"id": "after", "type": "message", "text": "{{contact.name}}"},
        ],
        "edges": [
            {"from": "set", "to": "consent"}, {"from": "consent", "to": "ask"},
            {"from": "ask", "to": "after"},
        ],
    });
    let team = App::shared().team();
    let workflow = flows::with_graph("Contact", &graph);
    let mut client = Client::of(&team, &workflow);
    let before = get(&team, &client.workflow);

    let step = client.takes(start());
    assert_eq!(step["messages"][0]["text"], "Ada L. gold new");
    assert_eq!(
        step["changes"],
        json!([
            {"type": "field", "name": "name", "value": "Ada L."},
            {"type": "field", "name": "plan", "value": "gold"},
            {"type": "add_tag", "tag": "new"}, {"type": "remove_tag", "tag": "old"},
            {"type": "opt_in"},
        ])
    );
    // The contact is the client's: it has not changed it.
    let after = client.takes(json!({"type": "reply", "text": "ok"}));
    assert_eq!(after["messages"][0]["text"], "Ada");
    assert_eq!(after["changes"], Value::Null);
    assert_eq!(get(&team, &client.workflow), before);
}
