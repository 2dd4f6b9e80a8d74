//! What workflows remember of a contact.

use black_box::{App, a_phone, flows};
use serde_json::json;
use stand_in::Inbound;

/// Keeps the answer as the contact's plan and name, with a tag, and shows the contact.
fn remembering() -> serde_json::Value {
    let shown = "{{contact.name}}, {{contact.metadata.plan}}, {{contact.tags|join('+')}}";
    let graph = json!({
        "entry": "before",
        "nodes": [
            {"id": "before", "type": "ask", "text": format!("{shown}. Your plan?"), "save_as": "plan"},
            {
                "id": "keep", "type": "set", "vars": {"old": "{{contact.metadata.plan|lower}}", "kept": "{{vars.plan|upper}}"},
                "contact": {"plan": "{{vars.kept}}", "name": "Ada {{vars.plan}}"},
                "add_tags": ["has-{{vars.plan}}"], "remove_tags": ["has-{{vars.old}}"],
            },
            {"id": "after", "type": "message", "text": format!("{shown}.")},
        ],
        "edges": [{"from": "before", "to": "keep"}, {"from": "keep", "to": "after"}],
    });
    flows::with_graph("Remembering", &graph)
}

#[test]
fn what_is_set_is_there_at_once_and_in_a_later_session_of_any_workflow() {
    let (team, account) = App::shared().account_answered_by(&remembering());
    let phone = a_phone();
    let says = |text: &str| {
        account.receives(&Inbound::text(&phone, text).name("Profile"));
        team.app.settled(&account.conversation_with(&phone));
    };
    for text in ["hi", "basic", "hi", "gold"] {
        says(text);
    }
    assert_eq!(
        team.app.texts_to(&phone, 4),
        [
            "Profile, , . Your plan?",
            "Ada basic, BASIC, has-basic.",
            "Ada basic, BASIC, has-basic. Your plan?",
            "Ada gold, GOLD, has-gold.",
        ]
    );

    // Another account, another workflow, the same contact.
    let other = team.has_an_account_answered_by(&team.has_published(&remembering()));
    other.receives(&Inbound::text(&phone, "hi").name("Profile"));
    assert_eq!(team.app.texts_to(&phone, 5)[4], "Ada gold, GOLD, has-gold. Your plan?");
}

#[test]
fn tags_have_the_order_in_which_they_were_first_added_at_once_and_later() {
    let graph = json!({
        "entry": "tags",
        "nodes": [
            {"id": "tags", "type": "set", "add_tags": ["{{input.text}}", "known"]},
            {"id": "told", "type": "ask", "text": "{{contact.tags|join(' ')}}"},
            {"id": "later", "type": "message", "text": "{{contact.tags|join(' ')}}"},
        ],
        "edges": [{"from": "tags", "to": "told"}, {"from": "told", "to": "later"}],
    });
    let (team, account) = App::shared().account_answered_by(&flows::with_graph("Tags", &graph));
    let phone = a_phone();
    for text in ["one", "ok", "two", "ok"] {
        account.receives(&Inbound::text(&phone, text));
        team.app.settled(&account.conversation_with(&phone));
    }
    let told = ["one known", "one known", "one known two", "one known two"];
    assert_eq!(team.app.texts_to(&phone, 4), told);
}

#[test]
fn a_branch_reads_what_an_earlier_session_set() {
    let graph = json!({
        "entry": "known",
        "nodes": [
            {"id": "known", "type": "branch", "cases": [{
                "id": "yes",
                "when": {"all": [{"value": "{{contact.tags}}", "op": "contains", "to": "known"}]},
            }]},
            {"id": "tag", "type": "set", "add_tags": ["known"]},
            {"id": "welcome", "type": "message", "text": "Welcome."},
            {"id": "again", "type": "message", "text": "Welcome back."},
        ],
        "edges": [
            {"from": "known", "port": "yes", "to": "again"}, {"from": "known", "port": "else", "to": "tag"},
            {"from": "tag", "to": "welcome"},
        ],
    });
    let (team, account) = App::shared().account_answered_by(&flows::with_graph("Known", &graph));
    let phone = a_phone();
    for _ in 0..2 {
        account.receives(&Inbound::text(&phone, "hi"));
        team.app.settled(&account.conversation_with(&phone));
    }
    assert_eq!(team.app.texts_to(&phone, 2), ["Welcome.", "Welcome back."]);
}

#[test]
fn a_split_gives_a_contact_the_same_arm_every_time() {
    let arms: Vec<_> = (0..4).map(|n| json!({"id": format!("arm{n}")})).collect();
    let mut nodes = vec![json!({"id": "split", "type": "split", "arms": arms})];
    nodes.extend(
        (0..4).map(|n| json!({"id": format!("m{n}"), "type": "message", "text": n.to_string()})),
    );
    let edge =
        |n: usize| json!({"from": "split", "port": format!("arm{n}"), "to": format!("m{n}")});
    let edges: Vec<_> = (0..4).map(edge).collect();
    let graph = json!({"entry": "split", "nodes": nodes, "edges": edges});
    let (team, account) = App::shared().account_answered_by(&flows::with_graph("Split", &graph));
    let mut taken = std::collections::HashSet::new();
    for _ in 0..12 {
        let phone = a_phone();
        for _ in 0..2 {
            account.receives(&Inbound::text(&phone, "hi"));
            team.app.settled(&account.conversation_with(&phone));
        }
        let texts = team.app.texts_to(&phone, 2);
        assert_eq!(texts[0], texts[1]);
        taken.extend(texts);
    }
    // All twelve on one arm: once in four million.
    assert!(taken.len() > 1, "{taken:?}");
}
