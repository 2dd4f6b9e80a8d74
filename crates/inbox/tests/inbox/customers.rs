//! Customers: contacts, created, changed and listed.

use conversation::identity;
use flow::Timestamp;
use inbox::{CustomersRequest, CustomersView, NewCustomer};
use serde_json::{Value, json};
use store::keys;
use store::memory::block_on;

use super::desk::{Desk, NOON, TEAM, phone, shown};

fn put(desk: &Desk, body: &Value) -> (Value, u64) {
    let new = inbox::read(body, NewCustomer::read).unwrap();
    let (customer, writes) =
        desk.writes(async |store| inbox::customer(store, TEAM, &new, None, Timestamp(NOON)).await);
    (shown(customer.unwrap()), writes)
}

fn page(desk: &Desk, team: &str, body: &Value) -> (Value, u64) {
    let wanted = inbox::read(body, CustomersRequest::read).unwrap();
    let (listed, reads) = desk.reads(async |store| inbox::customers(store, team, &wanted).await);
    (shown(CustomersView::from(listed.unwrap())), reads)
}

#[test]
fn a_customer_is_created_and_shown_with_every_documented_field() {
    let desk = Desk::with_accounts(&["1"]);
    let body = json!({
        "customerName": " Dana ", "phoneNumberId": "972501234567", "email": "dana@example.com",
        "profileImage": "https://example.com/dana.png", "customerNickname": "D",
    });
    let expected = json!({
        "profileImage": "https://example.com/dana.png", "customerName": "Dana",
        "customerNickname": "D", "createdAt": NOON, "lastActiveAt": null,
        "email": "dana@example.com", "platform": "whatsapp", "phoneNumberId": "972501234567",
        "countryCode": "972", "associatedTo": "acme", "parsedPhoneNumber": "+972501234567",
    });
    assert_eq!(put(&desk, &body).0, expected);
    assert_eq!(put(&desk, &body), (expected, 0), "the same again writes nothing");
    let id = identity::contact(TEAM, "+972501234567");
    let contact = block_on(contacts::load(&desk.store, TEAM, id)).unwrap().unwrap();
    assert_eq!(contact.opted_in_at, Some(Timestamp(NOON)));
}

#[test]
fn what_is_absent_stays_and_null_clears() {
    let desk = Desk::with_accounts(&["1"]);
    let mut body = json!({
        "customerName": "Dana", "phoneNumberId": "+972 50-123-4567", "email": "dana@example.com",
        "profileImage": "p", "customerNickname": "D",
    });
    put(&desk, &body);
    // Itself, and that its name changes, in a document that was not there.
    let (changed, writes) =
        put(&desk, &json!({"customerName": "Dana L", "phoneNumberId": "972501234567"}));
    assert_eq!((&changed["customerNickname"], writes), (&json!("D"), 3));
    assert_eq!(
        (&changed["customerName"], &changed["profileImage"]),
        (&json!("Dana L"), &json!("p"))
    );
    for field in ["email", "profileImage", "customerNickname"] {
        body[field] = Value::Null;
    }
    let (cleared, _) = put(&desk, &body);
    for field in ["email", "profileImage", "customerNickname"] {
        assert_eq!(cleared[field], Value::Null, "{field}");
    }
}

#[test]
fn customers_are_listed_page_by_page_the_newest_first() {
    let desk = Desk::with_accounts(&["1"]);
    (1..=12).for_each(|n| drop(desk.contact(n)));
    let mut talks = desk.conversation("1", 12);
    talks.last_inbound_at = Some(Timestamp(NOON + 99));
    desk.write(&keys::conversation(&talks.id.to_string()), &talks);

    let (mut body, mut all) = (json!({"limit": 5}), Vec::new());
    loop {
        let (found, reads) = page(&desk, TEAM, &body);
        // The counter, of six a slot and a contact, the team, and of five a conversation, which most have none of.
        assert!(reads <= 1 + 6 * 3 + 2 + 5 * 2, "{reads}");
        let customers = found["customers"].as_array().unwrap();
        all.extend(customers.iter().map(|customer| customer["phoneNumberId"].clone()));
        assert_eq!(found["hasMoreItemsToFetch"], found["lastEvaluatedKey"].is_object());
        if found["hasMoreItemsToFetch"] == false {
            break;
        }
        body["lastEvaluatedKey"] = found["lastEvaluatedKey"].clone();
    }
    let expected: Vec<Value> = (1..=12).rev().map(|n| phone(n).into()).collect();
    assert_eq!(all, expected);
    let (first, _) = page(&desk, TEAM, &json!({"limit": 1}));
    assert_eq!(first["customers"][0]["lastActiveAt"], NOON + 99);
    let none = json!({"customers": [], "hasMoreItemsToFetch": false, "lastEvaluatedKey": null});
    assert_eq!(page(&desk, "other", &json!({})).0, none);
}
