//! What the console's conversations cost: a message in a test costs one write.

use black_box::{a_phone, flows};
use serde_json::{Value, json};

use super::{Counts, Shop, settled_cost, shop};

const AGENTS: &str = "/api/v1/console/agents";

/// Where the conversations are of an agent whose workflow answers.
fn conversations(shop: &Shop) -> String {
    let workflow = shop.team.creates(&flows::shop());
    let body = json!({"workflow_id": workflow, "name": "Ana", "description": "Sells tea"});
    let created = shop.team.request("POST", AGENTS).json(&body).send().expect(201);
    format!("{AGENTS}/{}/conversations", created["data"]["id"].as_str().expect("an id"))
}

/// Something that the workflow answers at once, from a phone in a test.
fn test_message(phone: &str) -> Value {
    json!({
        "channel_type": "whatsapp", "channel_user_id": phone, "is_test_channel": true,
        "message": "where is the shop located?",
    })
}

#[test]
fn a_conversation_of_the_console_costs_what_the_readme_says() {
    let shop = shop();
    let path = conversations(&shop);
    let send = format!("{path}/messages");
    let post = |phone: &str| shop.team.request("POST", &send).json(&test_message(phone));
    let phone = a_phone();
    let sent = post(&phone).send().expect(201);
    let one = format!("{path}/{}", sent["data"]["conversation_id"].as_str().expect("an id"));
    let message = format!("{one}/messages/{}", sent["data"]["id"].as_str().expect("an id"));
    let get = |path: &str| (shop.team.request("GET", path), 200);
    let mut paused = false;
    let pause = || {
        paused = !paused;
        let body = json!({"is_ai_chat_paused": paused});
        (shop.team.request("PATCH", &format!("{one}/ai-status")).json(&body), 200)
    };

    let plain = settled_cost(&shop, || (post(&phone), 201));
    let keyed = settled_cost(&shop, || (post(&phone).header("idempotency-key", &a_phone()), 201));
    let in_one = settled_cost(&shop, || {
        let body = json!({"message": "where is the shop located?"});
        (shop.team.request("POST", &format!("{one}/messages")).json(&body), 201)
    });
    let pausing = settled_cost(&shop, pause);
    let messages = settled_cost(&shop, || get(&format!("{one}/messages?limit=100")));
    let one_message = settled_cost(&shop, || get(&message));
    let shown = settled_cost(&shop, || get(&one));
    let ticket =
        settled_cost(&shop, || (shop.team.request("POST", &format!("{one}/stream-ticket")), 201));
    let new = settled_cost(&shop, || (post(&a_phone()), 201));
    for _ in 0..17 {
        post(&a_phone()).send().expect(201);
    }
    let list = settled_cost(&shop, || get(&path));
    let before = shop.at_rest();
    shop.team.request("GET", &path).send().expect(200);
    let batches = (shop.at_rest() - before).get_many;

    let costs = [
        ("a message in a test, a known conversation", plain, SEND),
        ("the same, with an Idempotency-Key", keyed, SEND_KEYED),
        ("a message by the conversation's id", in_one, SEND_IN_ONE),
        ("a message in a test, a new conversation", new, SEND_NEW),
        ("the AI paused", pausing, PAUSE),
        ("20 conversations listed", list, LIST),
        ("the newest messages", messages, MESSAGES),
        ("a message", one_message, MESSAGES),
        ("a conversation", shown, CONVERSATION),
        ("a ticket of a stream", ticket, TICKET),
    ];
    let wrong: Vec<_> = costs.iter().filter(|(_, cost, held)| cost != held).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Sixteen at a time: the entries, and the conversations.
    assert_eq!(batches, 4, "SQLite reads what a list shows together");
}

/// The key, the agent, the contact, the conversation, the workflow; one write.
const SEND: Counts = [5, 0, 0, 1];
/// Besides, the place of the key's answer: read, taken, filled.
const SEND_KEYED: Counts = [6, 2, 0, 1];
/// The conversation is read before, to see whose it is.
const SEND_IN_ONE: Counts = [6, 0, 0, 1];
/// The contact and the conversation are born, and the conversation is listed.
const SEND_NEW: Counts = [11, 4, 4, 0];
const PAUSE: Counts = [5, 0, 0, 1];
/// The key, the agent, the counter; an entry and a conversation for each of the twenty.
const LIST: Counts = [43, 0, 0, 0];
const MESSAGES: Counts = [3, 0, 0, 0];
const CONVERSATION: Counts = [4, 0, 0, 0];
const TICKET: Counts = [3, 0, 0, 0];
