//! What the inbox of the trigger API costs.

use black_box::{a_phone, flows};
use serde_json::{Value, json};
use stand_in::Inbound;

use super::{Counts, settled_cost, shop};
use crate::inbox::{Talk, inbox};

#[test]
fn the_inbox_costs_what_the_readme_says() {
    let shop = shop();
    let rules = shop.team.creates(&flows::shop());
    let account = shop.team.has_an_account_answered_by(&rules);
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "where is the shop located?"));
    let talk = Talk { team: shop.team.clone(), account, phone };
    let team = &talk.team;
    // The token costs nothing: it is signed, not stored. It is asked for before what is counted.
    let post = |path: &str, body: &Value| (inbox(team, "POST", path).json(body), 200);
    let mut n = 0;
    let mut in_turns = |rest: &str, field: &str, values: [&str; 2]| {
        settled_cost(&shop, || {
            n += 1;
            let mut body = json!({});
            body[field] = json!(values[n % 2]);
            (talk.request("POST", rest, &body), 200)
        })
    };
    let mode = in_turns("/answer-mode", "answerMode", ["bot", "manual"]);
    let status = in_turns("/status", "status", ["open", "closed"]);
    let send = settled_cost(&shop, || post("/sendMessage", &talk.message("Hello")));
    let shown = settled_cost(&shop, || (inbox(team, "GET", &talk.path("")), 200));
    let list = settled_cost(&shop, || post("/conversations", &json!({})));
    let messages = json!({"phoneNumberId": talk.account.id, "targetPhoneNumberId": talk.digits()});
    let messages = settled_cost(&shop, || post("/getMessages", &messages));
    let mut n = 0;
    let tag = settled_cost(&shop, || {
        n += 1;
        let title = format!("VIP {n}");
        let tag = json!({"id": "vip", "title": title, "color": "red", "associatedTo": "acme"});
        post("/conversation/tags", &tag)
    });
    let mut n = 0;
    let tagged = settled_cost(&shop, || {
        n += 1;
        let method = if n % 2 == 0 { "DELETE" } else { "POST" };
        (talk.request(method, "/tags", &json!({"tagIds": ["vip"]})), 200)
    });
    let assigned = settled_cost(&shop, || {
        n += 1;
        (talk.request("POST", "/agents", &json!({"agentIds": [n.to_string()]})), 200)
    });
    let customer = settled_cost(&shop, || {
        let body = json!({"customerName": "Dana", "phoneNumberId": a_phone()});
        (inbox(team, "PUT", "/customers").json(&body), 200)
    });
    let costs = [
        ("who answers", mode, MODE),
        ("a case closed or opened", status, CHANGED),
        ("a message of a person, and its sending", send, SEND),
        ("a conversation", shown, SHOWN),
        ("a page of one conversation", list, LIST),
        ("a page of messages", messages, MESSAGES),
        ("a tag changed", tag, TAG),
        ("a tag taken from a conversation", tagged, CHANGED),
        ("a person assigned", assigned, CHANGED),
        ("a new customer", customer, CUSTOMER),
    ];
    let wrong: Vec<_> = costs.iter().filter(|(_, cost, held)| cost != held).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The key, the conversation, and of the commit the conversation and its contact; one write.
const MODE: Counts = [4, 0, 0, 1];
/// The key, the conversation, and of the commit the conversation; one write.
const CHANGED: Counts = [3, 0, 0, 1];
const SEND: Counts = [10, 0, 0, 2];
/// The key, the conversation, the contact.
const SHOWN: Counts = [3, 0, 0, 0];
/// The key, the team, the counter; of the conversation its contact's slot, the contact and itself, and that on the
/// team's other account, which is not there: two reads.
const LIST: Counts = [8, 0, 0, 0];
const MESSAGES: Counts = [2, 0, 0, 0];
const TAG: Counts = [2, 0, 0, 1];
/// Itself, and its place in the list of the team's contacts; and it has no conversation on either account.
const CUSTOMER: Counts = [11, 2, 2, 0];
