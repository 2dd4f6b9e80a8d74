//! Talking to a workflow, line by line, as a terminal does.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};

use dialogue::{Play, Reaction, check};
use serde_json::{Map, json};
use tempfile::TempDir;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

fn cart() -> Play {
    let context = json!({"cart_id": "987654321", "cart_total": "129.00"});
    let contact = json!({"name": "Ana"});
    let (context, contact) = (context.as_object().unwrap(), contact.as_object().unwrap());
    let workflow = example("abandoned-cart.json");
    Play::new(&workflow, context.clone(), contact.clone(), false).unwrap()
}

fn menu() -> Play {
    Play::new(&example("support-menu.json"), Map::new(), Map::new(), false).unwrap()
}

#[track_caller]
fn shows(play: &mut Play, line: &str) -> String {
    match play.line(line) {
        Reaction::Show(text) => text,
        Reaction::Quit => panic!("{line} ends it"),
    }
}

#[test]
fn what_can_be_tapped_is_numbered_and_a_number_taps_it() {
    let mut play = cart();
    assert!(play.greeting().starts_with("Abandoned cart\n"));
    assert_eq!(
        shows(&mut play, "/start"),
        "template abandoned_cart (en) [\"Ana\", \"129.00\"]\n  1. Finish my order\n  \
         2. I have a question\n  3. No, thanks\n-- waiting for reply, 10m"
    );
    assert_eq!(shows(&mut play, "2"), "What would you like to know?\n-- waiting for reply");
    assert!(shows(&mut play, "/vars").contains("\"answer\": \"question\""));
    assert!(shows(&mut play, "/trace").contains("\"type\": \"saved\""));
    assert!(shows(&mut play, "/contact").contains("Ana"));
    assert!(shows(&mut play, "Norway?").ends_with("\"Norway?\"\n-- completed: question"));
    assert_eq!(play.line("/quit"), Reaction::Quit);
}

#[test]
fn a_line_is_routed_where_no_session_waits_for_one() {
    let mut play = menu();
    let shown = shows(&mut play, "hello");
    assert!(shown.starts_with("[Support]\nHello there, what is it about?\n(Answer"), "{shown}");
    assert!(
        shown.contains("[Topics]\n  1. Where is my order? — The state of a delivery\n"),
        "{shown}"
    );
    assert!(shown.ends_with("-- route: graph\n-- waiting for reply, 30m"), "{shown}");
    assert!(shows(&mut play, "/say 1").contains("What is the number of your order?"));
    // There is nothing to tap now: the number is what is said.
    assert!(shows(&mut play, "2").contains("/orders/2"));
}

#[test]
fn time_passes_only_when_it_is_told_to() {
    let mut play = menu();
    shows(&mut play, "hello");
    assert_eq!(shows(&mut play, "/wait 29m"), "-- waiting for reply, 1m");
    assert!(shows(&mut play, "/wait soon").contains("\"10m\""));
    assert_eq!(shows(&mut play, "/wait 1m"), "-- completed: no_answer");
}

#[test]
fn after_a_handoff_a_person_answers_until_the_next_start() {
    let mut play = menu();
    shows(&mut play, "hello");
    assert!(shows(&mut play, "5").contains("-- a person takes over\n-- completed: handoff"));
    assert!(shows(&mut play, "are you there?").contains("until /start"));
    assert!(shows(&mut play, "/start order").starts_with("What is the number"));
}

#[test]
fn what_is_wrong_is_said_and_changes_nothing() {
    let mut play = menu();
    for (line, says) in [
        ("/dance", "/help"),
        ("/result {}", "No result is waited for"),
        ("/wait", "\"10m\""),
        ("/save", "Name a file"),
        ("/save /nowhere/at/all.json", "no folder /nowhere/at"),
        ("/trace", "Nothing has happened"),
        ("/start nowhere", "failed: node_not_found"),
        ("", ""),
    ] {
        let shown = shows(&mut play, line);
        assert!(shown.contains(says), "{line}: {shown}");
    }
    assert!(shows(&mut play, "/help").contains("/wait 10m"));
}

#[test]
fn what_was_played_is_saved_as_a_dialogue_that_goes_as_it_went() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("played.json");
    let mut play = cart();
    for line in ["/start", "/wait 10m", "hm", "1"] {
        shows(&mut play, line);
    }
    let shown = shows(&mut play, &format!("/save {}", file.display()));
    assert_eq!(shown, format!("4 turns written to {}", file.display()));
    let report = check(std::slice::from_ref(&file), None, false).unwrap();
    assert!(report.failures.is_empty(), "{report}");
    let saved = std::fs::read_to_string(&file).unwrap();
    assert!(saved.contains("/examples/abandoned-cart.json\""), "{saved}");
    assert!(saved.contains("completed: recovered"), "{saved}");
    assert!(!saved.contains("trace"), "{saved}");
}
