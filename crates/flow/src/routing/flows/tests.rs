use serde_json::{Value, json};

use crate::routing::tests::{name_of, play};

fn flow(name: &str, keywords: &[(&str, &str)]) -> Value {
    let keywords: Vec<Value> = keywords
        .iter()
        .map(|(keyword, weight)| json!({"keyword": keyword, "weight": weight}))
        .collect();
    json!({"name": name, "priority": 5, "is_active": true, "trigger_keywords": keywords,
        "conversation_steps": [{"type": "text_response", "content": name}]})
}

/// The flow that each text chooses.
fn chosen(flows: &[Value], texts: &[(&str, Option<&str>)]) {
    for (text, expected) in texts {
        let step = play(&json!({"flows": flows}), text);
        let expected = expected.map_or("fixed".to_owned(), |name| format!("flow {name}"));
        assert_eq!(name_of(&step), expected, "{text}");
    }
}

#[test]
fn the_weights_of_the_keywords_found_add_up() {
    let flows = [
        flow("one high", &[("refund", "high")]),
        flow("two medium", &[("money", "medium"), ("back", "medium")]),
        flow("low", &[("money", "low"), ("coin", "low"), ("bill", "low"), ("purse", "low")]),
    ];
    chosen(
        &flows,
        &[
            ("refund", Some("one high")),
            ("REFUND my money", Some("one high")),
            ("refund my money back", Some("two medium")),
            ("money", Some("two medium")),
            ("a coin", Some("low")),
            ("money: a coin, a bill, a purse", Some("low")),
            ("refunds", None),
            ("", None),
        ],
    );
}

#[test]
fn a_keyword_counts_once_with_its_highest_weight() {
    let flows = [
        flow("twice", &[("Café", "low"), ("cafe", "medium"), (" CAFE!", "low")]),
        flow("high", &[("table", "high")]),
    ];
    chosen(&flows, &[("cafe cafe cafe, a table", Some("high")), ("un café", Some("twice"))]);
}

#[test]
fn a_keyword_of_several_words_is_a_phrase() {
    let flows = [flow("track", &[("track my order", "low")]), flow("order", &[("order", "low")])];
    chosen(
        &flows,
        &[
            ("please track my order", Some("track")),
            ("track that order of mine", Some("order")),
            ("track, my ORDER", Some("track")),
        ],
    );
}

#[test]
fn among_equals_the_higher_priority_wins_then_the_earlier() {
    let mut flows =
        [flow("a", &[("x", "low")]), flow("b", &[("x", "low")]), flow("c", &[("x", "low")])];
    chosen(&flows, &[("x", Some("a"))]);
    flows[1]["priority"] = json!(7.5);
    flows[2]["priority"] = json!(7.5);
    chosen(&flows, &[("x", Some("b"))]);
    flows[0]["trigger_keywords"][0]["weight"] = json!("medium");
    chosen(&flows, &[("x", Some("a"))]);
}

#[test]
fn an_inactive_flow_and_one_without_steps_are_not_chosen() {
    let mut flows =
        [flow("a", &[("x", "high")]), flow("b", &[("x", "high")]), flow("c", &[("x", "low")])];
    flows[0]["is_active"] = json!(false);
    flows[1]["conversation_steps"] = json!([]);
    chosen(&flows, &[("x", Some("c"))]);
}

#[test]
fn every_candidate_is_traced_with_its_score_the_best_first() {
    let flows =
        [flow("a", &[("x", "low")]), flow("b", &[("y", "high")]), flow("c", &[("z", "high")])];
    let step = play(&json!({"flows": flows}), "x y");
    let trace = serde_json::to_value(&step.trace[..3]).unwrap();
    assert_eq!(
        trace,
        json!([
            {"type": "considered", "route": "flow", "name": "b", "score": 3.0},
            {"type": "considered", "route": "flow", "name": "a", "score": 1.0},
            {"type": "routed", "route": "flow", "name": "b"},
        ])
    );
}
