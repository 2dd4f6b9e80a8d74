//! Pages of conversations.

use inbox::{ConversationsRequest, ConversationsView, MAX_LOOKED_FOR};
use serde_json::{Value, json};

use super::desk::{Desk, phone, shown};

/// A page, and how many keys it reads.
fn page(desk: &Desk, body: &Value) -> (Value, u64) {
    let wanted = inbox::read(body, ConversationsRequest::read).unwrap();
    let list = async |store: &_| inbox::conversations(store, super::desk::TEAM, &wanted).await;
    let (listed, reads) = desk.reads(list);
    (shown(ConversationsView::from(listed.unwrap())), reads)
}

fn named(page: &Value) -> Vec<String> {
    let items = page["dbObject"].as_array().unwrap().iter();
    items.map(|item| item["participantsIdentifiers"].as_str().unwrap().to_owned()).collect()
}

/// All pages of a list, and how many keys the dearest reads.
fn pages(desk: &Desk, body: &Value) -> (Vec<Vec<String>>, u64) {
    let (mut body, mut all, mut most) = (body.clone(), Vec::new(), 0);
    loop {
        let (found, reads) = page(desk, &body);
        all.push(named(&found));
        most = most.max(reads);
        assert_eq!(found["hasMoreItemsToFetch"], found["lastEvaluatedKey"].is_object());
        if found["hasMoreItemsToFetch"] == false {
            return (all, most);
        }
        body["startKey"] = found["lastEvaluatedKey"].clone();
    }
}

#[test]
fn the_newest_customers_conversations_come_first_and_pages_are_full_but_for_the_last() {
    let desk = Desk::with_accounts(&["1"]);
    for n in 1..=30 {
        // Every third has none.
        match n % 3 {
            0 => drop(desk.contact(n)),
            _ => drop(desk.talks("1", n)),
        }
    }
    let (all, _) = pages(&desk, &json!({"limit": 6}));
    let sizes: Vec<usize> = all.iter().map(Vec::len).collect();
    assert_eq!(sizes, [6, 6, 6, 2]);
    let expected = (1..=30).rev().filter(|n| n % 3 != 0).map(|n| format!("1#{}", phone(n)));
    assert_eq!(all.concat(), expected.collect::<Vec<_>>());
}

#[test]
fn a_page_that_is_just_filled_is_the_last() {
    let desk = Desk::with_accounts(&["1"]);
    (1..=4).for_each(|n| drop(desk.talks("1", n)));
    let (all, _) = pages(&desk, &json!({"limit": 4}));
    assert_eq!(all.len(), 1);
}

#[test]
fn a_customer_who_talks_with_two_accounts_is_listed_with_each_across_pages() {
    let desk = Desk::with_accounts(&["1", "2", "3"]);
    for n in 1..=3 {
        desk.talks("1", n);
        desk.talks("3", n);
    }
    let expected: Vec<String> =
        [3, 2, 1].iter().flat_map(|n| ["1", "3"].map(|a| format!("{a}#{}", phone(*n)))).collect();
    for limit in 1..=7 {
        let (all, _) = pages(&desk, &json!({"limit": limit}));
        assert_eq!(all.concat(), expected, "{limit} a page");
    }
    let (only, _) = page(&desk, &json!({"phoneNumberId": "3"}));
    assert_eq!(named(&only), [3, 2, 1].map(|n| format!("3#{}", phone(n))));
    for none in ["2", "4"] {
        let (none, _) = page(&desk, &json!({"phoneNumberId": none}));
        assert_eq!(
            none,
            json!({"dbObject": [], "hasMoreItemsToFetch": false, "lastEvaluatedKey": null})
        );
    }
}

#[test]
fn a_page_reads_as_many_keys_of_three_hundred_as_of_sixty() {
    let most = |size: u64| {
        let desk = Desk::with_accounts(&["1"]);
        (1..=size).for_each(|n| drop(desk.talks("1", n)));
        let (all, most) = pages(&desk, &json!({}));
        assert_eq!(all.concat().len() as u64, size);
        most
    };
    // The counter, the team, and of twenty-five and one more the slot, the contact and the conversation; what has a
    // birth is two reads.
    assert_eq!(most(60), 1 + 2 + 26 * (1 + 2 + 2));
    assert_eq!(most(300), 1 + 2 + 26 * (1 + 2 + 2));
}

#[test]
fn a_search_for_conversations_ends_where_hardly_anybody_has_one_and_goes_on_from_there() {
    let desk = Desk::with_accounts(&["1"]);
    desk.talks("1", 1);
    let many = u64::try_from(MAX_LOOKED_FOR).unwrap();
    (2..=many + 10).for_each(|n| drop(desk.contact(n)));
    let (first, reads) = page(&desk, &json!({}));
    assert_eq!((named(&first).len(), &first["hasMoreItemsToFetch"]), (0, &json!(true)));
    // Of each a slot, a contact and what is not there, two reads for the latter two; the team, and the counter for
    // each part.
    assert!(reads <= 5 * many + 2 + many / 32 + 2, "{reads}");
    let (all, _) = pages(&desk, &json!({}));
    assert_eq!(all.concat(), [format!("1#{}", phone(1))]);
}

#[test]
fn another_teams_conversations_are_not_listed() {
    let desk = Desk::with_accounts(&["1"]);
    desk.talks("1", 1);
    let wanted = inbox::read(&json!({}), ConversationsRequest::read).unwrap();
    let (listed, _) = desk.reads(async |store| inbox::conversations(store, "other", &wanted).await);
    assert!(listed.unwrap().items.is_empty());
}
