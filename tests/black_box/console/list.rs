//! Lists: pages, scopes, search and order.

use black_box::{App, Team};
use serde_json::{Value, json};

use super::{WORKFLOWS, create, error, invalid};

fn named(name: &str) -> Value {
    json!({"name": name, "system_prompt": "You help."})
}

fn list(team: &Team, query: &str) -> Value {
    team.request("GET", &format!("{WORKFLOWS}{query}")).send().expect(200)
}

fn names(list: &Value) -> Vec<&str> {
    let data = list["data"].as_array().expect("a list");
    data.iter().map(|workflow| workflow["name"].as_str().expect("a name")).collect()
}

fn team_with(names: &[&str]) -> Team {
    let team = App::shared().team();
    for name in names {
        create(&team, &named(name));
    }
    team
}

#[test]
fn a_list_has_pages_and_says_where_it_is() {
    let team = team_with(&["one", "two", "three", "four", "five"]);
    let meta = |page: u64, next: bool, previous: bool| {
        json!({
            "total_count": 5, "page_count": 3, "current_page": page, "limit": 2,
            "has_next_page": next, "has_previous_page": previous,
        })
    };

    let first = list(&team, "?limit=2");
    assert_eq!((names(&first), &first["meta"]), (vec!["five", "four"], &meta(1, true, false)));
    let second = list(&team, "?limit=2&page=2");
    assert_eq!((names(&second), &second["meta"]), (vec!["three", "two"], &meta(2, true, true)));
    let third = list(&team, "?limit=2&page=3");
    assert_eq!((names(&third), &third["meta"]), (vec!["one"], &meta(3, false, true)));
    let beyond = list(&team, "?limit=2&page=4");
    assert_eq!((names(&beyond), &beyond["meta"]), (vec![], &meta(4, false, true)));
}

#[test]
fn an_empty_list_is_a_list() {
    let empty = list(&App::shared().team(), "");
    let meta = json!({
        "total_count": 0, "page_count": 0, "current_page": 1, "limit": 20,
        "has_next_page": false, "has_previous_page": false,
    });
    assert_eq!(empty, json!({"message": "Success", "data": [], "meta": meta}));
}

#[test]
fn a_list_is_sorted_as_asked() {
    let team = team_with(&["b", "C", "a"]);
    for (sort, expected) in [
        ("name", ["a", "b", "C"]),
        ("-name", ["C", "b", "a"]),
        ("created_at", ["b", "C", "a"]),
        ("-created_at", ["a", "C", "b"]),
        ("-created_on", ["a", "C", "b"]),
        ("updated_at", ["b", "C", "a"]),
        ("", ["a", "C", "b"]),
    ] {
        assert_eq!(names(&list(&team, &format!("?sort={sort}"))), expected, "{sort}");
    }
}

#[test]
fn a_list_is_searched_in_any_case() {
    let team = team_with(&["Cart recovery", "Support MENU", "Menü"]);

    assert_eq!(names(&list(&team, "?search=menu")), ["Support MENU"]);
    assert_eq!(names(&list(&team, "?search=cart%20rec")), ["Cart recovery"]);
    assert_eq!(names(&list(&team, "?search=MEN%C3%9C")), ["Menü"]);
    let none = list(&team, "?search=nothing");
    assert_eq!((names(&none), &none["meta"]["total_count"]), (vec![], &json!(0)));
    assert_eq!(list(&team, "?search=&limit=2")["meta"]["total_count"], 3);
}

#[test]
fn a_team_lists_its_own_and_nobody_elses() {
    let team = team_with(&["ours"]);
    let _other = team_with(&["theirs"]);

    for scope in ["", "?scope=owned", "?scope=accessible"] {
        assert_eq!(names(&list(&team, scope)), ["ours"], "{scope}");
    }
    assert_eq!(names(&list(&team, "?scope=public")), [""; 0]);
}

#[test]
fn every_wrong_parameter_is_named() {
    let team = App::shared().team();
    let refused = |query: &str| team.request("GET", &format!("{WORKFLOWS}{query}")).send();

    let query = format!("?page=0&limit=101&sort=password&search={}", "x".repeat(256));
    let messages = json!(["page: …", "limit: …", "search: …", "sort: …"]);
    refused(&query).is(400, &invalid(&messages));
    refused("?page=one").is(400, &invalid(&json!(["page: …"])));
    refused("?scope=all").is(400, &invalid(&json!(["scope: …"])));
}

#[test]
fn a_key_that_may_only_read_reads() {
    let team = team_with(&["one"]);
    let key = team.key_with_scopes(&["workflows:read"]);
    let client = &team.app.client;

    client.get(WORKFLOWS).bearer(&key).send().expect(200);
    let refused = client.post(WORKFLOWS).bearer(&key).json(&named("two")).send();
    let message = json!("This API key is missing the required scope: workflows:write.");
    refused.is(403, &error(&message, "Forbidden", "insufficient_scope", 403));
    let key = team.key_with_scopes(&["workflows:write"]);
    client.get(WORKFLOWS).bearer(&key).send().expect(403);
}
