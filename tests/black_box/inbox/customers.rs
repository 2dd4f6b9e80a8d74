//! `PUT /customers` and `POST /customers`.

use black_box::{App, a_phone};
use serde_json::{Value, json};

use super::inbox;

#[test]
fn a_customer_is_created_and_changed_and_is_the_contact_of_the_actions_api() {
    let team = App::shared().team();
    let phone = a_phone();
    let digits = phone.trim_start_matches('+');
    let put = |body: &Value| inbox(&team, "PUT", "/customers").json(body).send();
    let customer = |name: &str| {
        json!({
            "profileImage": "https://example.com/dana.png", "customerName": name, "customerNickname": "D",
            "createdAt": "…", "lastActiveAt": null, "email": "dana@example.com", "platform": "whatsapp",
            "phoneNumberId": digits, "countryCode": "…", "associatedTo": team.name,
            "parsedPhoneNumber": phone,
        })
    };
    let body = json!({"customerName": "Dana", "phoneNumberId": digits, "customerNickname": "D",
        "profileImage": "https://example.com/dana.png", "email": "dana@example.com"});
    put(&body).is(200, &customer("Dana"));
    put(&json!({"customerName": "Dana L", "phoneNumberId": digits})).is(200, &customer("Dana L"));
    let contact = team.action("get-contact", &json!({"phone": phone})).send().expect(200);
    assert_eq!(
        (&contact["name"], &contact["email"]),
        (&json!("Dana L"), &json!("dana@example.com"))
    );

    let keyed = |name: &str| {
        let body = json!({"customerName": name, "phoneNumberId": digits});
        inbox(&team, "PUT", "/customers").json(&body).header("idempotency-key", "k").send()
    };
    keyed("Noa").is(200, &customer("Noa"));
    keyed("Noa").is(200, &customer("Noa"));
    keyed("Tal").is(409, &super::error("Conflict", "…"));
}

#[test]
fn customers_are_listed_page_by_page_the_newest_first() {
    let team = App::shared().team();
    let phones: Vec<String> = (0..5).map(|_| a_phone()).collect();
    for phone in &phones {
        let body = json!({"customerName": "Dana", "phoneNumberId": phone});
        inbox(&team, "PUT", "/customers").json(&body).send().expect(200);
    }
    let list = |body: &Value| inbox(&team, "POST", "/customers").json(body).send().expect(200);
    let first = list(&json!({"limit": 3}));
    assert_eq!(first["hasMoreItemsToFetch"], true);
    let second = list(&json!({"limit": 3, "lastEvaluatedKey": first["lastEvaluatedKey"]}));
    assert_eq!(second["hasMoreItemsToFetch"], false);
    let of = |page: &Value| page["customers"].as_array().expect("customers").clone();
    let listed = [of(&first), of(&second)].concat();
    let listed: Vec<&str> =
        listed.iter().filter_map(|customer| customer["parsedPhoneNumber"].as_str()).collect();
    let newest: Vec<&str> = phones.iter().rev().map(String::as_str).collect();
    assert_eq!(listed, newest);
    // No body is an empty one.
    let all = inbox(&team, "POST", "/customers").send().expect(200);
    assert_eq!(of(&all).len(), 5);
}
