//! What webhooks cost: a write more for all that a request has to tell, and nothing for teams without.

use black_box::{Setup, a_path, a_phone};
use serde_json::json;
use stand_in::Inbound;

use super::{Counts, settled_cost, shop_of};

#[test]
fn what_is_told_of_a_reply_costs_one_write() {
    let shop = shop_of(Setup { private_webhooks: true, ..Setup::default() });
    let url = shop.team.app.address(&a_path());
    let register = || {
        let body = json!({"url": url, "events": ["message.received", "message.status.sent"]});
        (shop.team.request("POST", "/api/v1/webhooks").json(&body), 201)
    };
    let registered = settled_cost(&shop, register);
    let phone = a_phone();
    shop.account.receives(&Inbound::text(&phone, "hello"));
    let reply = || (shop.account.delivery_of(&Inbound::text(&phone, "answer")), 200);
    settled_cost(&shop, reply);
    let told = settled_cost(&shop, reply);
    let list = || (shop.team.request("GET", "/api/v1/webhooks"), 200);
    let listed = settled_cost(&shop, list);
    let keyed = |key: &str| register().0.header("idempotency-key", key);
    let with_a_key = settled_cost(&shop, || (keyed(&a_phone()), 201));
    shop.costs(&keyed("again"), 201);
    let again = shop.costs(&keyed("again"), 201);
    let costs = [
        ("a reply of which two webhooks are told twice", told, TOLD),
        ("a webhook registered", registered, REGISTERED),
        ("a webhook registered with an Idempotency-Key", with_a_key, REGISTERED_KEYED),
        ("the same again", again, REGISTERED_AGAIN),
        ("webhooks listed", listed, LISTED),
    ];
    let wrong: Vec<_> = costs.iter().filter(|(_, cost, held)| cost != held).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Besides what a reply costs: the webhooks and the contact with its conversation, to be told of, and the mark.
const TOLD: Counts = [14, 0, 0, 3];
/// The key, and the document as it is found and changed.
const REGISTERED: Counts = [3, 0, 0, 1];
/// Besides, the entry of the key, which is taken and let go.
const REGISTERED_KEYED: Counts = [4, 2, 0, 1];
/// The key, its entry, which is not waited for, and the document.
const REGISTERED_AGAIN: Counts = [3, 0, 0, 0];
const LISTED: Counts = [2, 0, 0, 0];
