//! Telephony: calls and texts, as Twilio brings them and is asked for them.

mod calls_api;
mod menu;
mod outgoing;
mod signature;
mod texts;

use black_box::Line;
use serde_json::{Value, json};

/// How the first session with a phone stands, and its outcome.
fn session(line: &Line, phone: &str) -> (Value, Value) {
    let stored = line.team.app.conversation(&line.conversation_with(phone));
    let session = &stored["sessions"][0];
    (session["status"].clone(), session["outcome"].clone())
}

fn completed(outcome: &str) -> (Value, Value) {
    (json!("completed"), json!(outcome))
}
