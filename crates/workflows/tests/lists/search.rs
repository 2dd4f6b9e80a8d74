//! What a search finds, and in which order.

use super::*;

fn found(store: &Kv, search: &str) -> Vec<String> {
    let listing = Listing { search: Some(search.to_owned()), ..plain() };
    let (names, total) = list(store, TEAM, &listing);
    assert_eq!(total, names.len());
    names
}

#[test]
fn a_search_finds_name_category_and_the_start_of_the_description_in_any_case() {
    let store = store();
    let long = format!("{} at the END", "ä".repeat(workflows::DESCRIPTION_SEARCHED - 6));
    create(&store, TEAM, 1, &named("Cart RECOVERY"));
    create(&store, TEAM, 2, &Definition { category: Some("Shop".to_owned()), ..named("b") });
    create(&store, TEAM, 3, &Definition { description: Some(long), ..named("c") });

    assert_eq!(found(&store, "recovery"), ["Cart RECOVERY"]);
    assert_eq!(found(&store, "shop"), ["b"]);
    assert_eq!(found(&store, "ääää at"), ["c"]);
    assert_eq!(found(&store, "the end"), [""; 0], "only the start of a description is searched");
    assert_eq!(found(&store, "c"), ["c", "Cart RECOVERY"]);
}

#[test]
fn a_search_knows_a_change_at_once() {
    let store = store();
    create(&store, TEAM, 1, &named("before"));
    show(&store, 1, Visibility::Public, 10);
    // Of a host whose clock is behind.
    block_on(rename(&store, 1, "after", 5)).unwrap();

    for team in [TEAM, OTHER_TEAM] {
        let search = |text: &str| Listing { search: Some(text.to_owned()), ..plain() };
        assert_eq!(list(&store, team, &search("before")), (vec![], 0));
        assert_eq!(list(&store, team, &search("after")), (vec!["after".to_owned()], 1));
    }
}

#[test]
fn a_list_is_sorted_by_what_was_asked() {
    let store = store();
    for (n, name) in [(1, "b"), (2, "C"), (3, "a")] {
        create(&store, TEAM, n, &named(name));
    }
    block_on(rename(&store, 2, "c", 10)).unwrap();
    let sorted = |sort, descending| list(&store, TEAM, &Listing { sort, descending, ..plain() }).0;

    assert_eq!(sorted(SortBy::Name, false), ["a", "b", "c"]);
    assert_eq!(sorted(SortBy::Name, true), ["c", "b", "a"]);
    assert_eq!(sorted(SortBy::UpdatedAt, false), ["b", "a", "c"]);
    assert_eq!(sorted(SortBy::UpdatedAt, true), ["c", "a", "b"]);
    assert_eq!(sorted(SortBy::CreatedAt, false), ["b", "c", "a"]);
    assert_eq!(sorted(SortBy::CreatedAt, true), ["a", "c", "b"]);
}
