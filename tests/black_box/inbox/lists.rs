//! `POST /conversations`.

use black_box::{App, a_phone};
use serde_json::{Value, json};
use stand_in::Inbound;

use super::inbox;

#[test]
fn conversations_are_listed_page_by_page_those_of_the_newest_customers_first() {
    let team = App::shared().team();
    let (one, two) = (team.has_an_account(), team.has_an_account());
    let mut expected = Vec::new();
    for account in [&one, &two, &one, &two, &one] {
        let phone = a_phone();
        account.receives(&Inbound::text(&phone, "hello"));
        expected.push(format!("{}#{}", account.id, phone.trim_start_matches('+')));
    }
    expected.reverse();
    let list = |body: &Value| inbox(&team, "POST", "/conversations").json(body).send().expect(200);
    let named = |page: &Value| -> Vec<String> {
        let items = page["dbObject"].as_array().expect("conversations").iter();
        items
            .map(|item| item["participantsIdentifiers"].as_str().expect("sides").to_owned())
            .collect()
    };
    let (mut body, mut all) = (json!({"limit": 2}), Vec::new());
    loop {
        let page = list(&body);
        all.extend(named(&page));
        body["startKey"] = page["lastEvaluatedKey"].clone();
        if page["hasMoreItemsToFetch"] == false {
            assert_eq!(page["lastEvaluatedKey"], Value::Null);
            break;
        }
        assert_eq!(named(&page).len(), 2);
    }
    assert_eq!(all, expected);
    let only = list(&json!({"phoneNumberId": two.id}));
    assert_eq!(named(&only), [expected[1].clone(), expected[3].clone()]);
    assert_eq!(only["dbObject"][0]["customer"]["platform"], "whatsapp");
    // No body is an empty one.
    let none = inbox(&team, "POST", "/conversations").send().expect(200);
    assert_eq!(named(&none), expected);
    let other = App::shared().team();
    let theirs = inbox(&other, "POST", "/conversations").json(&json!({"phoneNumberId": one.id}));
    let nothing = json!({"dbObject": [], "hasMoreItemsToFetch": false, "lastEvaluatedKey": null});
    theirs.send().is(200, &nothing);
}
