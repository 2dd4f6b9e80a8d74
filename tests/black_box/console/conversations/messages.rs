//! What was said in a conversation: newest in its document, older in pages that were written out.

use serde_json::{Value, json};

use super::{ANSWER, Desk, QUESTION, id, shown};

/// A conversation of 2 + 158 messages: of a log that spills at 75, so that there are several pages.
fn long() -> (Desk, String, Vec<Value>) {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    desk.pauses(&conversation, true);
    let mut all = desk.get(&format!("/{conversation}/messages"))["data"]
        .as_array()
        .expect("messages")
        .clone();
    for n in 0..158 {
        let body = match n % 3 {
            0 => json!({"message": format!("answer {n}"), "role": "assistant"}),
            _ => json!({"message": format!("word {n}")}),
        };
        all.push(desk.says(&conversation, &body).expect(201)["data"].clone());
    }
    (desk, conversation, all)
}

fn page(desk: &Desk, conversation: &str, query: &str) -> (Vec<Value>, Value) {
    let listed = desk.get(&format!("/{conversation}/messages?{query}"));
    (listed["data"].as_array().expect("messages").clone(), listed["meta"].clone())
}

#[test]
fn a_message_says_what_it_is() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    let listed = desk.get(&format!("/{conversation}/messages"));
    let expected = json!([shown("user", QUESTION), shown("assistant", ANSWER)]);
    black_box::like::compare(&listed["data"], &expected).expect("like it");
    let meta = json!({
        "total_count": 2, "page_count": 1, "current_page": 1, "limit": 20, "has_next_page": false,
        "has_previous_page": false,
    });
    assert_eq!(listed["meta"], meta);
    for message in listed["data"].as_array().expect("messages") {
        let one = desk.request("GET", &format!("/{conversation}/messages/{}", id(message))).send();
        one.is(200, &json!({"message": "Success", "data": message}));
        assert_eq!(message["conversation_id"], json!(conversation));
    }
}

#[test]
fn a_long_conversation_is_read_to_its_end_in_both_orders() {
    let (desk, conversation, all) = long();
    for limit in [7, 50, 100] {
        let pages = all.len().div_ceil(limit);
        let (mut forth, mut back) = (Vec::new(), Vec::new());
        for n in 1..=pages {
            let query = format!("limit={limit}&page={n}");
            let (messages, meta) = page(&desk, &conversation, &query);
            assert_eq!(meta["total_count"], json!(all.len()));
            assert_eq!(meta["has_next_page"], json!(n < pages));
            forth.extend(messages);
            back.extend(page(&desk, &conversation, &format!("{query}&sort=-created_at")).0);
        }
        assert!(forth == all, "each once and in order, {limit} at a time");
        back.reverse();
        assert!(back == all, "each once and newest first, {limit} at a time");
        let (beyond, _) = page(&desk, &conversation, &format!("limit={limit}&page={}", pages + 1));
        assert_eq!(beyond, Vec::<Value>::new());
    }
}

#[test]
fn every_message_of_a_long_conversation_is_found_by_its_id() {
    let (desk, conversation, all) = long();
    for message in all.iter().step_by(9).chain(all.last()) {
        let one = desk.request("GET", &format!("/{conversation}/messages/{}", id(message))).send();
        one.is(200, &json!({"message": "Success", "data": message}));
    }
}

#[test]
fn a_search_finds_words_new_and_old() {
    let (desk, conversation, all) = long();
    let answers: Vec<Value> = all
        .iter()
        .filter(|message| {
            message["message"].as_str().is_some_and(|text| text.starts_with("answer"))
        })
        .cloned()
        .collect();
    let (found, meta) = page(&desk, &conversation, "search=ANSWER&limit=100");
    assert!(found == answers, "{found:?}");
    assert_eq!(meta["total_count"], json!(answers.len()));
    let (newest, meta) =
        page(&desk, &conversation, "search=answer&limit=10&page=2&sort=-created_at");
    let expected: Vec<Value> = answers.iter().rev().skip(10).take(10).cloned().collect();
    assert!(newest == expected);
    assert_eq!(meta["has_next_page"], true);
    assert_eq!(page(&desk, &conversation, "search=nothing+of+this").0, Vec::<Value>::new());
}
