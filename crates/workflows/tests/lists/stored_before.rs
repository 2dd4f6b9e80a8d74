//! Lists that were written before lists had pages and summaries.

use super::*;

/// The list `workflows:acme` as it was written until then.
const LIST: &str = r#"{"workflows":[
    {"id":"00000000-0000-0000-0000-000000000001","created_at":1},
    {"id":"00000000-0000-0000-0000-000000000003","created_at":3},
    {"id":"00000000-0000-0000-0000-000000000002","created_at":2},
    {"id":"00000000-0000-0000-0000-000000000009","created_at":4}
]}"#;

/// A store with this list, of which the first three workflows are there.
fn stored_before() -> Kv {
    let store = store();
    for (n, name) in [(1, "b"), (2, "C"), (3, "a")] {
        create(&store, TEAM, n, &named(name));
    }
    let place = |key: &String| key.starts_with("workflows:acme#");
    let place = store.kv().keys().into_iter().find(place).unwrap();
    store.kv().poke(&place, LIST.as_bytes());
    store
}

#[test]
fn a_list_of_the_first_format_is_read_searched_and_sorted() {
    let store = stored_before();
    assert_eq!(list(&store, TEAM, &plain()), (["a", "C", "b"].map(str::to_owned).into(), 4));
    let search = Listing { search: Some("c".to_owned()), ..plain() };
    assert_eq!(list(&store, TEAM, &search), (vec!["C".to_owned()], 1));
    let by_name = Listing { sort: SortBy::Name, descending: false, ..plain() };
    assert_eq!(list(&store, TEAM, &by_name), (["a", "b", "C"].map(str::to_owned).into(), 3));
}

#[test]
fn a_list_of_the_first_format_is_changed() {
    let store = stored_before();
    create(&store, TEAM, 5, &named("new"));
    block_on(rename(&store, 1, "renamed", 10)).unwrap();
    block_on(delete(&store, 3)).unwrap();
    show(&store, 2, Visibility::Public, 20);

    let names = ["new", "C", "renamed"].map(str::to_owned);
    assert_eq!(list(&store, TEAM, &plain()), (names.into(), 4));
    let search = Listing { search: Some("rename".to_owned()), ..plain() };
    assert_eq!(list(&store, TEAM, &search), (vec!["renamed".to_owned()], 1));
    assert_eq!(super::names(&store, OTHER_TEAM, Scope::Public), ["C"]);
}

#[test]
fn a_long_list_of_the_first_format_becomes_pages() {
    let store = stored_before();
    let listed = |n: u64| format!(r#"{{"id":"{}","created_at":{n}}}"#, id(n));
    let list_before: Vec<_> = (1..=2_000).map(listed).collect();
    let place = |key: &String| key.starts_with("workflows:acme#");
    let place = store.kv().keys().into_iter().find(place).unwrap();
    let json = format!(r#"{{"workflows":[{}]}}"#, list_before.join(","));
    store.kv().poke(&place, json.as_bytes());

    for n in 2_001..=2_010 {
        create(&store, TEAM, n, &named(&format!("new {n}")));
    }
    assert!(store.kv().peek(&place).unwrap().len() < 64 * 1024);
    let oldest = Listing { offset: 2_007, ..plain() };
    assert_eq!(list(&store, TEAM, &oldest), (["a", "C", "b"].map(str::to_owned).into(), 2_010));
}
