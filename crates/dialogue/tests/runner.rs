//! What a person reads when a dialogue does not go as its file says, and what blessing does to the file.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use dialogue::{Report, check};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Asks for a size, gives up after ten minutes, and marks who answers.
fn workflow() -> Value {
    json!({"name": "Sizes", "graph": {"entry": "size", "nodes": [
        {"id": "size", "type": "ask", "text": "Which size?", "save_as": "size", "timeout": 10,
         "choices": [{"id": "s", "title": "Small"}, {"id": "l", "title": "Large"}]},
        {"id": "said", "type": "message", "text": "{{vars.size}}, {{contact.name}}"},
        {"id": "late", "type": "ask", "text": "Still there?", "timeout": 5},
        {"id": "gone", "type": "end", "outcome": "gone"},
    ], "edges": [
        {"from": "size", "to": "said"},
        {"from": "size", "port": "timeout", "to": "late"},
        {"from": "late", "to": "size"},
        {"from": "late", "port": "timeout", "to": "gone"},
    ]}})
}

/// A folder with `shop/sizes.json` and one dialogue in `shop/tests/`.
struct Shop(TempDir);

impl Shop {
    fn new(turns: &Value) -> Self {
        let shop = Self(TempDir::new().unwrap());
        std::fs::create_dir_all(shop.path("tests")).unwrap();
        std::fs::write(shop.path("sizes.json"), workflow().to_string()).unwrap();
        shop.write(
            &json!({"workflow": "../sizes.json", "contact": {"name": "Ana"}, "turns": turns}),
        );
        shop
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, dialogue: &Value) {
        std::fs::write(self.path("tests/a.json"), dialogue.to_string()).unwrap();
    }

    fn read(&self) -> Value {
        serde_json::from_str(&std::fs::read_to_string(self.path("tests/a.json")).unwrap()).unwrap()
    }

    fn check(&self, bless: bool) -> Report {
        check(&[self.0.path().to_owned()], None, bless).unwrap()
    }

    /// What is said of the dialogue; empty if nothing is wrong.
    fn said(&self) -> String {
        self.check(false).failures.iter().map(|failure| failure.text.as_str()).collect()
    }
}

fn buttons() -> Value {
    json!({"type": "buttons", "text": "Which size?",
           "buttons": [{"id": "s", "title": "Small"}, {"id": "l", "title": "Large"}]})
}

#[test]
fn a_dialogue_that_goes_as_it_says_is_quiet() {
    let shop = Shop::new(&json!([
        {"start": true, "messages": [buttons()], "status": "waiting for reply, 10m"},
        {"wait": "4m", "status": "waiting for reply, 6m"},
        {"reply": "2", "messages": ["l, Ana"], "vars": {"size": "l"}, "status": "completed"},
    ]));
    let report = shop.check(false);
    assert!(report.failures.is_empty(), "{report}");
    assert_eq!(
        report.to_string(),
        "sizes.json: nodes 2/4, ports 2/5, not taken: size.timeout, late, gone\n\
         1 dialogue, 0 failed"
    );
}

#[test]
fn a_difference_names_the_turn_and_shows_both_sides() {
    let shop = Shop::new(&json!([
        {"start": true, "messages": ["Hello", buttons()], "status": "waiting for reply"},
        {"reply": "1", "messages": [{"type": "text", "text": "s, Ana"}], "status": "completed"},
    ]));
    assert_eq!(
        shop.said(),
        r#"turn 1, start
  messages
    - "Hello"
    + { "type": "buttons", "text": "Which size?", "buttons": [{ "id": "s", "title": "Small" }, { "id": "l", "title": "Large" }] }
    - { "type": "buttons", "text": "Which size?", "buttons": [{ "id": "s", "title": "Small" }, { "id": "l", "title": "Large" }] }
  status
    - "waiting for reply"
    + "waiting for reply, 10m"
turn 2, reply "1"
  vars
    + { "size": "s" }
"#
    );
}

#[test]
fn blessing_writes_what_was_seen_and_keeps_the_rest() {
    let shop = Shop::new(&json!([
        {"start": "size", "trace": []}, {"reply": {"kind": "button", "payload": "l", "text": "Large"}},
    ]));
    let mut before = shop.read();
    before["about"] = json!("A large one.");
    shop.write(&before);

    let report = shop.check(true);

    assert!(report.failures.is_empty(), "{report}");
    assert_eq!(report.blessed, [shop.path("tests/a.json")]);
    let after = shop.read();
    assert_eq!(
        (&after["about"], &after["workflow"]),
        (&json!("A large one."), &json!("../sizes.json"))
    );
    assert_eq!(after["turns"][0]["trace"][0], json!({"type": "entered", "node": "size"}));
    assert_eq!(after["turns"][1]["messages"], json!(["l, Ana"]));
    assert_eq!(after["turns"][1].get("trace"), None);
    // Again: nothing to write.
    assert!(shop.check(true).blessed.is_empty());
    assert_eq!(shop.said(), "");
}

#[test]
fn time_fires_every_timeout_in_it_each_at_its_own_time() {
    let turns = |wait: &str| Shop::new(&json!([{"start": true}, {"wait": wait}]));
    for (wait, messages, status) in [
        ("9m 59s", json!(null), "waiting for reply, 1s"),
        ("10m", json!(["Still there?"]), "waiting for reply, 5m"),
        ("14m", json!(["Still there?"]), "waiting for reply, 1m"),
        ("1h", json!(["Still there?"]), "completed: gone"),
    ] {
        let shop = turns(wait);
        shop.check(true);
        let turn = &shop.read()["turns"][1];
        assert_eq!((&turn["messages"], &turn["status"]), (&messages, &json!(status)), "{wait}");
    }
}

#[test]
fn a_reply_or_result_that_nobody_waits_for_must_be_marked() {
    let result = json!({"type": "reply", "text": "hi"});
    let shop = Shop::new(&json!([
        {"reply": "2"}, {"start": true}, {"result": result}, {"reply": "2", "ignored": true},
    ]));
    shop.check(true);
    assert_eq!(
        shop.said(),
        "turn 1, reply \"2\"\n  reply \"2\" is not taken: the session does not wait for anything; \
         if that is meant, add \"ignored\": true\n\
         turn 3, result\n  result is not taken: the session does not wait for this result; \
         if that is meant, add \"ignored\": true\n\
         turn 4, reply \"2\"\n  reply \"2\" is taken, not ignored\n"
    );
    let shop =
        Shop::new(&json!([{"reply": "2", "ignored": true}, {"result": result, "ignored": true}]));
    assert!(shop.check(true).failures.is_empty());
}

#[test]
fn each_start_is_a_session_of_its_own() {
    let shop =
        Shop::new(&json!([{"start": true}, {"reply": "1"}, {"message": "hi"}, {"start": "said"}]));
    shop.check(true);
    let turns = shop.read()["turns"].clone();
    assert_eq!(turns[1]["vars"], json!({"size": "s"}));
    assert_eq!(turns[2]["route"], "graph");
    assert_eq!(turns[3]["messages"], json!([", Ana"]));
}

#[test]
fn called_workflows_are_found_by_id_and_counted_by_file() {
    let shop = Shop::new(&json!([]));
    let graph = json!({"entry": "ask", "nodes": [
        {"id": "ask", "type": "call", "workflow": "the-id", "save_as": "back"},
        {"id": "done", "type": "message", "text": "{{vars.back.size}}"},
        {"id": "failed", "type": "end", "outcome": "failed"},
    ], "edges": [{"from": "ask", "to": "done"}, {"from": "ask", "port": "error", "to": "failed"}]});
    shop.write(&json!({
        "workflow": {"graph": graph}, "workflows": {"the-id": "../sizes.json"},
        "turns": [{"start": true}, {"reply": "large"}],
    }));
    let report = shop.check(true);
    assert!(report.failures.is_empty(), "{report}");
    assert_eq!(shop.read()["turns"][1]["messages"], json!(["l, ", "l"]));
    assert_eq!(shop.read()["turns"][1]["status"], "completed");
    let (file, coverage) = &report.coverage[0];
    assert_eq!(file.file_name(), Some("sizes.json".as_ref()));
    assert_eq!(coverage.not_taken(), ["size.timeout", "late", "gone"]);
    // Without it, the call leaves by `error`.
    shop.write(&json!({"workflow": {"graph": graph}, "turns": [{"start": true}]}));
    shop.check(true);
    assert_eq!(shop.read()["turns"][0]["status"], "completed: failed");
}

#[test]
fn what_cannot_be_played_is_a_failure_that_says_why() {
    for (text, why) in [
        ("{", "EOF"),
        (r#"{"turns": []}"#, "missing field `workflow`"),
        (r#"{"workflow": "none.json", "turns": []}"#, "none.json"),
        (r#"{"workflow": {"graph": {}}, "turns": []}"#, "missing_field"),
        (r#"{"workflow": {}, "turns": [], "begins_at": "monday"}"#, "2026-05-07T08:14:23Z"),
        (r#"{"workflow": {}, "turns": [{"say": "hi"}]}"#, "say"),
    ] {
        let shop = Shop::new(&json!([]));
        std::fs::write(shop.path("tests/a.json"), text).unwrap();
        assert!(shop.said().contains(why), "{text}: {}", shop.said());
        shop.check(true);
        assert_eq!(std::fs::read_to_string(shop.path("tests/a.json")).unwrap(), text);
    }
}

#[test]
fn a_folder_without_a_dialogue_is_an_error_and_a_filter_chooses() {
    let shop = Shop::new(&json!([{"start": true}]));
    let error = check(&[shop.path("sizes.json")], None, false).unwrap_err().to_string();
    assert!(error.contains("no dialogue in"), "{error}");
    assert!(check(&[Path::new("/nowhere").to_owned()], None, false).is_err());
    let played = |filter| check(&[shop.path("tests")], Some(filter), false).unwrap().played;
    assert_eq!((played("tests/a"), played("another")), (1, 0));
}

#[test]
fn what_templates_see_is_what_the_dialogue_says() {
    let shop = Shop::new(&json!([]));
    shop.write(&json!({
        "workflow": {"graph": {"entry": "a", "edges": [], "nodes": [
            {"id": "a", "type": "message", "text": "{{contact.name}} {{context.n}}"}]}},
        "context": {"n": 1}, "contact": {"name": "Ana"}, "begins_at": "2026-01-01T00:00:00Z",
        "turns": [{"start": true, "messages": ["Ana 1"], "status": "completed"}],
    }));
    assert_eq!(shop.said(), "");
}
