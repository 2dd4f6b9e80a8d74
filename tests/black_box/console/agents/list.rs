//! Lists: pages, search and order.

use black_box::{App, Team};
use serde_json::{Value, json};

use super::super::invalid;
use super::{AGENTS, create, get, id, minimal_agent, patch, without};

fn list(team: &Team, query: &str) -> Value {
    team.request("GET", &format!("{AGENTS}{query}")).send().expect(200)
}

fn names(list: &Value) -> Vec<&str> {
    let agents = list["data"].as_array().expect("a list");
    agents.iter().map(|agent| agent["name"].as_str().expect("a name")).collect()
}

fn team_with(names: &[&str]) -> (Team, Vec<Value>) {
    let team = App::shared().team();
    let mut body = minimal_agent(&team);
    let create = |name: &&str| {
        body["name"] = json!(name);
        create(&team, &body)
    };
    let agents = names.iter().map(create).collect();
    (team, agents)
}

#[test]
fn a_list_has_pages_of_whole_agents() {
    let (team, agents) = team_with(&["one", "two", "three"]);

    let first = list(&team, "?limit=2");

    let meta = json!({
        "total_count": 3, "page_count": 2, "current_page": 1, "limit": 2,
        "has_next_page": true, "has_previous_page": false,
    });
    let shown = |agent: &Value| without(agent, &["workflow"]);
    let data = json!([shown(&agents[2]), shown(&agents[1])]);
    assert_eq!(first, json!({"message": "Success", "data": data, "meta": meta}));
    let second = list(&team, "?limit=2&page=2");
    assert_eq!(names(&second), ["one"]);
    assert_eq!(second["meta"]["has_next_page"], false);
    assert_eq!(names(&list(&team, "?limit=2&page=3")), [""; 0]);
}

#[test]
fn a_list_is_sorted_as_asked() {
    let (team, agents) = team_with(&["b", "C", "a"]);
    patch(&team, id(&agents[0]), &json!({"business_name": "New"})).expect(200);
    for (sort, expected) in [
        ("name", ["a", "b", "C"]),
        ("-name", ["C", "b", "a"]),
        ("created_at", ["b", "C", "a"]),
        ("-created_at", ["a", "C", "b"]),
        ("created_on", ["b", "C", "a"]),
        ("-created_on", ["a", "C", "b"]),
        ("updated_at", ["C", "a", "b"]),
        ("-updated_at", ["b", "a", "C"]),
        ("", ["a", "C", "b"]),
    ] {
        assert_eq!(names(&list(&team, &format!("?sort={sort}"))), expected, "{sort}");
    }
}

#[test]
fn a_list_is_searched_in_names_and_descriptions_as_they_are_now() {
    let (team, agents) = team_with(&["Shoes", "HATS", "Müsli"]);
    assert_eq!(names(&list(&team, "?search=hat")), ["HATS"]);
    assert_eq!(names(&list(&team, "?search=M%C3%9C")), ["Müsli"]);
    // All three sell shoes.
    assert_eq!(names(&list(&team, "?search=sells&sort=name")), ["HATS", "Müsli", "Shoes"]);
    let change = json!({"name": "Coats", "description": "Winter"});
    patch(&team, id(&agents[1]), &change).expect(200);

    assert_eq!(names(&list(&team, "?search=hat")), [""; 0]);
    let winter = list(&team, "?search=winter");
    assert_eq!((names(&winter), &winter["meta"]["total_count"]), (vec!["Coats"], &json!(1)));
    assert_eq!(get(&team, id(&agents[1]))["name"], "Coats");
}

#[test]
fn a_team_lists_its_own_and_nobody_elses() {
    let (team, _) = team_with(&["ours"]);
    let _theirs = team_with(&["theirs"]);

    assert_eq!(names(&list(&team, "")), ["ours"]);
    assert_eq!(names(&list(&team, "?search=theirs")), [""; 0]);
}

#[test]
fn every_wrong_parameter_is_named() {
    let team = App::shared().team();
    let query = format!("?page=0&limit=101&sort=workflow_id&search={}", "x".repeat(256));
    let refused = team.request("GET", &format!("{AGENTS}{query}")).send();
    refused.is(400, &invalid(&json!(["page: …", "limit: …", "search: …", "sort: …"])));
}
