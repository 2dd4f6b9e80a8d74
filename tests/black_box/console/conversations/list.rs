//! The list of an agent's conversations: its filters, its orders, its pages.

use black_box::a_phone;
use serde_json::{Value, json};

use super::{ANSWER, Desk, HOURS, QUESTION, a_visitor, conversation_of, id, test_chat};

/// A desk with five conversations, oldest first: a visitor in a test, one on WhatsApp in a test, one live; one of
/// which the AI is paused; and one, also paused, that needs attention.
fn five() -> (Desk, Vec<String>) {
    let desk = Desk::shop();
    desk.connects_whatsapp();
    let whatsapp = |test: bool| {
        let phone = a_phone();
        let name = if test { "Bola" } else { "Cara Müller" };
        json!({
            "channel_type": "whatsapp", "channel_user_id": phone, "channel_username": name,
            "is_test_channel": test, "message": QUESTION,
        })
    };
    let mut ann = test_chat(&a_visitor(), QUESTION);
    ann["channel_username"] = json!("Ann");
    let bodies = [
        ann,
        whatsapp(true),
        whatsapp(false),
        test_chat(&a_visitor(), QUESTION),
        test_chat(&a_visitor(), QUESTION),
    ];
    let send = |body: &Value| desk.to_send(body).send().expect(201);
    let ids: Vec<String> =
        bodies.iter().map(|body| conversation_of(&send(body)).to_owned()).collect();
    desk.pauses(&ids[3], true);
    desk.pauses(&ids[4], true);
    desk.says(&ids[4], &json!({"message": HOURS})).expect(201);
    (desk, ids)
}

fn ids(listed: &Value) -> Vec<String> {
    let listed = listed["data"].as_array().expect("conversations").iter();
    listed.map(|conversation| id(conversation).to_owned()).collect()
}

#[test]
fn a_list_is_filtered_by_each_filter_and_by_all_of_them() {
    let (desk, all) = five();
    let phone =
        desk.conversation(&all[2])["channel_user_id"].as_str().expect("a phone")[1..].to_owned();
    let by_phone = format!("?search={phone}");
    for (query, found) in [
        ("", &[4, 3, 2, 1, 0][..]),
        ("?channel=whatsapp", &[2]),
        ("?channel=test_whatsapp", &[1]),
        ("?channel=test_webchat", &[4, 3, 0]),
        ("?channel=webchat", &[]),
        ("?channel=telephony", &[]),
        ("?channel=test_telephony", &[]),
        ("?is_test_channel=true", &[4, 3, 1, 0]),
        ("?is_test_channel=false", &[2]),
        ("?is_ai_chat_paused=true", &[4, 3]),
        ("?is_ai_chat_paused=false", &[2, 1, 0]),
        ("?needs_attention=true", &[4]),
        ("?needs_attention=false", &[3, 2, 1, 0]),
        ("?is_ai_chat_paused=true&needs_attention=false", &[3]),
        ("?channel=test_webchat&is_ai_chat_paused=false&is_test_channel=true", &[0]),
        ("?channel=whatsapp&is_test_channel=true", &[]),
        ("?search=ANN", &[0]),
        ("?search=m%C3%BCller", &[2]),
        (by_phone.as_str(), &[2]),
        ("?search=a&channel=test_whatsapp&needs_attention=false&sort=created_at", &[1]),
        ("?search=nobody", &[]),
    ] {
        let listed = desk.get(query);
        let expected: Vec<&String> = found.iter().map(|n| &all[*n]).collect();
        assert_eq!(ids(&listed).iter().collect::<Vec<_>>(), expected, "{query}");
        assert_eq!(listed["meta"]["total_count"], json!(found.len()), "{query}");
        // A page of a filter is a page of what it finds.
        let separator = if query.is_empty() { "?" } else { "&" };
        let second = desk.get(&format!("{query}{separator}limit=1&page=2"));
        let expected: Vec<&String> = expected.into_iter().skip(1).take(1).collect();
        assert_eq!(ids(&second).iter().collect::<Vec<_>>(), expected, "{query}, page 2");
        assert_eq!(second["meta"]["has_next_page"], json!(found.len() > 2), "{query}");
        assert_eq!(second["meta"]["page_count"], json!(found.len()), "{query}");
    }
}

#[test]
fn an_item_says_what_a_conversation_is() {
    let (desk, all) = five();
    let listed = desk.get("?needs_attention=true");
    let expected = json!({
        "id": all[4], "channel_type": "webchat", "channel_id": null, "channel_user_id": "…",
        "channel_user_username": null, "is_test_channel": true, "is_ai_chat_paused": true,
        "needs_attention": true, "last_message_at": "…", "last_seen": "…",
        "last_message_preview": HOURS, "created_at": "…", "updated_at": "…",
    });
    black_box::like::compare(&listed["data"][0], &expected).expect("like it");
    assert_eq!(listed["message"], "Success");
}

#[test]
fn a_list_is_sorted_by_its_beginning_or_the_last_message() {
    let (desk, all) = five();
    // The first is spoken in last.
    desk.says(&all[0], &json!({"message": QUESTION})).expect(201);
    for (sort, order) in [
        ("created_at", [0, 1, 2, 3, 4]),
        ("-created_at", [4, 3, 2, 1, 0]),
        ("created_on", [0, 1, 2, 3, 4]),
        ("-created_on", [4, 3, 2, 1, 0]),
        ("-last_message_at", [0, 4, 3, 2, 1]),
        ("last_message_at", [1, 2, 3, 4, 0]),
    ] {
        let expected: Vec<&String> = order.iter().map(|n| &all[*n]).collect();
        let listed = ids(&desk.get(&format!("?sort={sort}")));
        assert_eq!(listed.iter().collect::<Vec<_>>(), expected, "{sort}");
        let mut paged = Vec::new();
        for page in 1..=3 {
            paged.extend(ids(&desk.get(&format!("?sort={sort}&limit=2&page={page}"))));
        }
        assert_eq!(paged, listed, "{sort}, in pages");
    }
    let shown = desk.get("?sort=-last_message_at&limit=1");
    assert_eq!(shown["data"][0]["last_message_preview"], ANSWER);
}

#[test]
fn a_list_is_sorted_by_the_last_change() {
    let desk = Desk::shop();
    let all: Vec<String> = (0..3).map(|_| desk.a_conversation()).collect();
    // A change in which nothing is said.
    desk.pauses(&all[1], true);
    for (sort, order) in [("-updated_at", [1, 2, 0]), ("updated_at", [0, 2, 1])] {
        let expected: Vec<&String> = order.iter().map(|n: &usize| &all[*n]).collect();
        let listed = ids(&desk.get(&format!("?sort={sort}")));
        assert_eq!(listed.iter().collect::<Vec<_>>(), expected, "{sort}");
        let second = ids(&desk.get(&format!("?sort={sort}&limit=1&page=2")));
        assert_eq!(second, [all[2].as_str()], "{sort}, the second page");
    }
}

#[test]
fn pages_go_on_to_the_end() {
    let desk = Desk::shop();
    let all: Vec<String> = (0..23).map(|_| desk.a_conversation()).collect();
    let mut found = Vec::new();
    for page in 1..=5 {
        let listed = desk.get(&format!("?limit=5&page={page}&sort=created_at"));
        let meta = json!({
            "total_count": 23, "page_count": 5, "current_page": page, "limit": 5,
            "has_next_page": page < 5, "has_previous_page": page > 1,
        });
        assert_eq!(listed["meta"], meta);
        found.extend(ids(&listed));
    }
    assert_eq!(found, all);
    let beyond = desk.get("?limit=5&page=6");
    assert_eq!(beyond["data"], json!([]));
    assert_eq!(beyond["meta"]["has_next_page"], false);
    assert_eq!(desk.get("")["data"].as_array().map(Vec::len), Some(20), "by default");
}

#[test]
fn an_agent_without_conversations_has_an_empty_list() {
    let desk = Desk::shop();
    desk.beside().a_conversation();
    let meta = json!({
        "total_count": 0, "page_count": 0, "current_page": 1, "limit": 20, "has_next_page": false,
        "has_previous_page": false,
    });
    let empty = json!({"message": "Success", "data": [], "meta": meta});
    for query in ["", "?sort=-last_message_at", "?needs_attention=true", "?search=a"] {
        desk.request("GET", query).send().is(200, &empty);
    }
}

#[test]
fn a_preview_is_short() {
    let desk = Desk::shop();
    let conversation = desk.a_conversation();
    desk.pauses(&conversation, true);
    desk.says(&conversation, &json!({"message": "é".repeat(4096)})).expect(201);
    let preview = desk.conversation(&conversation)["last_message_preview"].clone();
    assert_eq!(preview, json!("é".repeat(100)));
}
