//! Lists: pages, scopes, search and order.

use std::sync::Arc;

use black_box::{App, Setup, Team};
use serde_json::{Value, json};

use super::{WORKFLOWS, create, error, invalid, patch, path};

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
        ("created_on", ["b", "C", "a"]),
        ("updated_at", ["b", "C", "a"]),
        ("-updated_at", ["a", "C", "b"]),
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
fn a_change_is_sorted_and_searched_at_once() {
    let team = team_with(&["old", "other"]);
    let old = list(&team, "?search=old")["data"][0]["id"].as_str().expect("an id").to_owned();
    patch(&team, &old, &json!({"name": "new"})).expect(200);

    assert_eq!(names(&list(&team, "?search=new")), ["new"]);
    assert_eq!(names(&list(&team, "?search=old")), [""; 0]);
    assert_eq!(names(&list(&team, "?sort=-updated_at")), ["new", "other"]);
    assert_eq!(names(&list(&team, "?sort=-created_at")), ["other", "new"]);
    assert_eq!(names(&list(&team, "?sort=name")), ["new", "other"]);
}

#[test]
fn a_search_looks_at_name_category_and_the_start_of_the_description() {
    let team = team_with(&["first"]);
    let described = |name: &str, description: String| {
        create(&team, &json!({"name": name, "system_prompt": "x", "description": description}));
    };
    described("second", "Brings back CARTS".to_owned());
    described("third", format!("{}far away", "x".repeat(100)));
    create(&team, &json!({"name": "fourth", "system_prompt": "x", "category": "Carts"}));

    assert_eq!(names(&list(&team, "?search=carts")), ["fourth", "second"]);
    assert_eq!(names(&list(&team, "?search=carts&sort=created_at")), ["second", "fourth"]);
    assert_eq!(names(&list(&team, "?search=far%20away")), [""; 0]);
    assert_eq!(names(&list(&team, "?search=help")), [""; 0]);
}

/// The names of all pages, by `meta`.
fn all_names(team: &Team, query: &str) -> Vec<String> {
    let mut all = Vec::new();
    for page in 1.. {
        let list = list(team, &format!("?limit=7&page={page}&{query}"));
        all.extend(names(&list).into_iter().map(str::to_owned));
        if list["meta"]["has_next_page"] == false {
            break;
        }
    }
    all
}

/// Sixty, of whose entries the list's document holds some twenty: the others are in pages.
fn team_with_many() -> (Team, Vec<String>) {
    let team = App::shared().team();
    let names: Vec<_> = (10..70).map(|n| format!("n{n}{}", "\u{1f600}".repeat(250))).collect();
    for name in &names {
        create(
            &team,
            &json!({
                "name": name, "system_prompt": "x", "category": "\u{1f6d2}".repeat(100),
                "description": "\u{1f4e6}".repeat(100),
            }),
        );
    }
    (team, names)
}

#[test]
fn a_long_list_is_read_searched_and_shrinks_as_a_short_one() {
    let (team, mut expected) = team_with_many();
    assert_eq!(all_names(&team, "sort=created_at"), expected);
    assert_eq!(all_names(&team, "sort=name"), expected);
    assert_eq!(all_names(&team, "search=n6&sort=created_at"), expected[50..]);

    let oldest = list(&team, "?sort=created_at&limit=1")["data"][0]["id"].clone();
    let oldest = oldest.as_str().expect("an id");
    patch(&team, oldest, &json!({"name": "renamed"})).expect(200);
    expected[0] = "renamed".to_owned();
    assert_eq!(all_names(&team, "search=renamed"), expected[..1]);
    expected.reverse();
    assert_eq!(all_names(&team, ""), expected);

    for n in (1..60).rev() {
        let newest = list(&team, "?sort=created_at&limit=100");
        let gone = newest["data"][n / 2]["id"].as_str().expect("an id").to_owned();
        team.request("DELETE", &path(&gone)).send().expect(200);
        assert_eq!(list(&team, "")["meta"]["total_count"], n);
    }
}

#[test]
fn no_page_repeats_what_another_had_while_workflows_are_deleted() {
    let (team, all) = team_with_many();
    let mut seen: Vec<String> = Vec::new();
    for page in 1.. {
        let list = list(&team, &format!("?limit=7&page={page}"));
        let found = names(&list).into_iter().map(str::to_owned);
        seen.extend(found);
        if list["meta"]["has_next_page"] == false {
            break;
        }
        let read = list["data"][0]["id"].as_str().expect("an id");
        team.request("DELETE", &path(read)).send().expect(200);
    }
    let mut distinct = seen.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), seen.len());
    // Each deletion moves one up to a page that was read by then.
    assert!(seen.len() >= all.len() - 9, "{}", seen.len());
}

#[test]
fn a_public_workflow_is_in_every_teams_list_once_until_it_is_private_again() {
    // What is public is so for all teams of an app.
    let app = Arc::new(App::start(Setup::default()));
    let (owner, other) = (app.team(), app.team());
    let workflow = create(&owner, &named("shared"))["id"].as_str().expect("an id").to_owned();
    create(&owner, &named("hidden"));
    create(&other, &named("theirs"));
    let set = |visibility: &str| {
        let path = format!("/ops/workflows/{workflow}");
        app.ops("PATCH", &path).json(&json!({ "visibility": visibility })).send().expect(200);
    };
    let listed = |team: &Team, query: &str| -> (Vec<String>, Value) {
        let list = list(team, query);
        let names = names(&list).into_iter().map(str::to_owned).collect();
        (names, list["meta"]["total_count"].clone())
    };
    let are = |names: &[&str]| {
        (names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), json!(names.len()))
    };

    set("public");
    assert_eq!(listed(&owner, ""), are(&["hidden", "shared"]));
    assert_eq!(listed(&owner, "?scope=owned"), are(&["hidden", "shared"]));
    assert_eq!(listed(&owner, "?scope=public"), are(&["shared"]));
    assert_eq!(listed(&other, ""), are(&["theirs", "shared"]));
    assert_eq!(listed(&other, "?search=sha"), are(&["shared"]));
    patch(&owner, &workflow, &json!({"name": "renamed"})).expect(200);
    assert_eq!(listed(&other, "?search=renamed"), are(&["renamed"]));
    set("private");
    assert_eq!(listed(&owner, ""), are(&["hidden", "renamed"]));
    assert_eq!(listed(&other, ""), are(&["theirs"]));
    assert_eq!(listed(&other, "?search=renamed"), are(&[]));
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
    for sort in ["category", "-category", "id", "--name", "-", "name,created_at"] {
        refused(&format!("?sort={sort}")).is(400, &invalid(&json!(["sort: …"])));
    }
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
