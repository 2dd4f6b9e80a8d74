//! Broken graphs as files, one defect or one kind of defect each, with the issues they must give.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod golden;

use std::collections::BTreeSet;

use flow::{CODES, compile, validate};
use serde_json::{Value, json};

#[test]
fn every_broken_graph_gives_the_issues_of_its_file() {
    let files = golden::check("tests/broken", |case| {
        let parts = golden::Parts::of(case);
        let issues = validate(parts.definition());
        let has_error = issues.iter().any(|issue| issue.severity == flow::Severity::Error);
        match compile(parts.definition()) {
            Err(found) => assert_eq!((found, true), (issues.clone(), has_error)),
            Ok(_) => assert!(!has_error),
        }
        for issue in &issues {
            let parent = issue.path.rsplit_once('/').map_or("", |(parent, _)| parent);
            assert!(case.pointer(parent).is_some(), "{} points nowhere", issue.path);
        }
        case["issues"] = serde_json::to_value(issues).unwrap();
    });
    let given: BTreeSet<&str> = files
        .iter()
        .flat_map(|(_, case)| case["issues"].as_array().unwrap())
        .map(|issue| issue["code"].as_str().unwrap())
        .collect();
    for (name, case) in &files {
        assert_ne!(case["issues"], serde_json::json!([]), "{name} is not broken");
    }
    let given: BTreeSet<&str> =
        given.into_iter().chain(["too_many_nodes", "too_many_edges"]).collect();
    let listed: BTreeSet<&str> = CODES.iter().map(|(code, _)| *code).collect();
    let missing: Vec<_> = listed.difference(&given).collect();
    assert!(missing.is_empty(), "no file shows {missing:?}");
}

/// The codes and paths of a graph's issues.
fn found(graph: &Value) -> Vec<(&'static str, String)> {
    validate(graph).into_iter().map(|issue| (issue.code, issue.path)).collect()
}

#[test]
fn a_graph_has_a_thousand_nodes_at_most() {
    let graph = |count: usize| {
        let nodes: Vec<Value> = (0..count)
            .map(|i| json!({"id": format!("n{i}"), "type": "message", "text": "x"}))
            .collect();
        let edge = |i: usize| json!({"from": format!("n{i}"), "to": format!("n{}", i + 1)});
        json!({"entry": "n0", "nodes": nodes, "edges": (0..count - 1).map(edge).collect::<Vec<_>>()})
    };
    assert_eq!(found(&graph(1_000)), []);
    assert_eq!(found(&graph(1_001)), [("too_many_nodes", "/graph/nodes".to_owned())]);
}

#[test]
fn a_graph_has_ten_thousand_edges_at_most() {
    let edges = vec![json!({"from": "a", "to": "end"}); 10_001];
    let nodes = json!([{"id": "a", "type": "message", "text": "x"}, {"id": "end", "type": "end"}]);
    let found = found(&json!({"entry": "a", "nodes": nodes, "edges": edges}));
    assert_eq!(found[0], ("too_many_edges", "/graph/edges".to_owned()));
    // The rest is duplicates, of which only so many are listed.
    assert_eq!(found.len(), flow::limits::MAX_ISSUES);
}
