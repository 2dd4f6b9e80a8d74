//! What the web chat costs: a message costs one write, reading none.

use black_box::{Request, a_phone, flows};
use serde_json::{Value, json};

use super::{Counts, settled_cost, shop};

const PAGE: &str = "https://shop.example";

fn message() -> Value {
    let id = format!("3f0a5d1c-7b1c-4c2d-9e4f-0{}", a_phone().trim_start_matches('+'));
    json!({"id": id, "text": "where is the shop located?"})
}

#[test]
fn a_web_chat_costs_what_the_readme_says() {
    let shop = shop();
    let workflow = shop.team.creates(&flows::shop());
    let account = json!({
        "team": shop.team.name, "type": "webchat", "account": "costs", "workflow_id": workflow,
        "allowed_origins": [PAGE],
    });
    shop.team.app.ops("POST", "/ops/channels").json(&account).send().expect(201);
    let request = |method: &str| -> Request {
        let request = shop.team.app.client.request(method, "/channels/webchat/costs/messages");
        request.header("origin", PAGE)
    };
    let begun = request("POST").json(&message()).send().expect(201);
    let token = begun["token"].as_str().expect("a token").to_owned();

    let new = settled_cost(&shop, || (request("POST").json(&message()), 201));
    let known = settled_cost(&shop, || (request("POST").bearer(&token).json(&message()), 201));
    let sent = request("POST").bearer(&token).json(&message());
    sent.send().expect(201);
    let again = settled_cost(&shop, || (sent.clone(), 200));
    let history = settled_cost(&shop, || (request("GET").bearer(&token), 200));
    // An answer without a body.
    let preflight = shop.cost(|| assert_eq!(request("OPTIONS").send().status, 200));

    let costs = [
        ("a message of a new visitor", new, MESSAGE_NEW),
        ("a message", known, MESSAGE),
        ("the same again", again, MESSAGE_AGAIN),
        ("the newest messages", history, HISTORY),
        ("a preflight", preflight, PREFLIGHT),
    ];
    let wrong: Vec<_> = costs.iter().filter(|(_, cost, held)| cost != held).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The contact and the conversation are born, and the contact is listed.
const MESSAGE_NEW: Counts = [13, 3, 3, 0];
/// The account, the contact, the conversation, the workflow, and whether the team polls; one write.
const MESSAGE: Counts = [7, 0, 0, 1];
const MESSAGE_AGAIN: Counts = [4, 0, 0, 0];
const HISTORY: Counts = [2, 0, 0, 0];
const PREFLIGHT: Counts = [1, 0, 0, 0];
