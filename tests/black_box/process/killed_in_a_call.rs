//! `kill -9` while an address is called: the call is made again, and its answer counts once.

use std::path::Path;

use black_box::{Up, flows, wait_for};
use serde_json::{Value, json};
use stand_in::{Answer, Config, Inbound, StandIn};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::killed::{
    PHONE, channel, conversation, deliver, key, publish, sent_to, settled, workflow,
};

/// The address, which outlives the server, and what lets the server call it.
fn an_address() -> (Runtime, StandIn, Vec<(String, String)>) {
    let runtime = Runtime::new().expect("a Tokio runtime");
    let address = runtime.block_on(StandIn::start(Config::default())).expect("it starts");
    let variables = vec![("outbound1".to_owned(), address.origin())];
    (runtime, address, variables)
}

fn set_up(state: &Path, variables: &[(String, String)], definition: &Value) -> Up {
    let up = Up::start_with(state, variables, 0);
    let key = key(&up);
    let flow = workflow(&up, &key, definition);
    publish(&up, &key, &flow);
    channel(&up, &flow);
    up
}

#[test]
fn killed_while_an_address_is_called_the_call_is_made_again_and_counts_once() {
    let state = TempDir::new().expect("a temporary folder");
    let (_runtime, address, variables) = an_address();
    let answered = address.origin() + "/http/stock";
    let up = set_up(state.path(), &variables, &flows::calling(&answered, &json!({})));
    // The first never has an answer.
    address.answer_calls_with(|called| match called.number {
        1 => Answer::Hang,
        n => Answer::json(200, &json!({"stock": n})),
    });
    deliver(&up, &Inbound::text(PHONE, "hi"));
    wait_for("a call", || address.called().first().map(|_| ()));
    let meanwhile = Inbound::text(PHONE, "STOCK?");
    deliver(&up, &meanwhile);

    let up = up.killed_and_started_again();
    deliver(&up, &meanwhile);
    let held = conversation(&up, PHONE);
    assert_eq!(held["calls"].as_array().map(Vec::len), Some(1), "{held:#}");
    assert_eq!(held["queue"].as_array().map(Vec::len), Some(1), "{held:#}");
    assert_eq!(address.called().len(), 1, "its lease may still run");

    // 90 s and 60 s for clocks that differ, and up to a minute, since sweeps look by the minute.
    let up = up.killed_and_started_ahead(220);

    wait_for("two messages", || (sent_to(&up, PHONE).len() == 2).then_some(()));
    let after = settled(&up, PHONE);
    let calls = address.called();
    let keys: Vec<_> = calls.iter().map(|call| call.header("idempotency-key")).collect();
    assert_eq!((keys.len(), keys[0]), (3, keys[1]), "again, then for the message that waited");
    assert_ne!(keys[1], keys[2]);
    assert_eq!(sent_to(&up, PHONE), ["Answered 200: 2", "Answered 200: 3"]);
    let sessions = after["sessions"].as_array().expect("sessions");
    let statuses: Vec<_> = sessions.iter().map(|session| session["status"].clone()).collect();
    assert_eq!(statuses, ["completed", "completed"]);
}
