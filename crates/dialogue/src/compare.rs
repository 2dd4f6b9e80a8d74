//! What is expected beside what was seen.

use std::fmt;

use serde_json::Value;

use crate::seen::short_message;
use crate::{Dialogue, Played, Seen, json};

/// A part of a turn that is not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// In which turn, from 0; `None`: at the end.
    pub turn: Option<usize>,
    /// What: `messages`, `status`, ….
    pub field: &'static str,
    /// Line by line: `- ` was expected, `+ ` was seen, `  ` both.
    pub lines: Vec<String>,
}

/// All that is not as a dialogue says.
#[must_use]
pub fn differences(dialogue: &Dialogue, played: &Played) -> Vec<Difference> {
    let mut found = Vec::new();
    for (at, (turn, seen)) in dialogue.turns.iter().zip(&played.seen).enumerate() {
        turn_differences(at, &turn.expected, seen, &mut found);
    }
    if let Some(expected) = &dialogue.state {
        let state = serde_json::to_value(&played.state).unwrap_or_default();
        if *expected != state {
            let lines = vec![minus(expected), plus(&state)];
            found.push(Difference { turn: None, field: "state", lines });
        }
    }
    found
}

fn turn_differences(at: usize, expected: &Seen, seen: &Seen, found: &mut Vec<Difference>) {
    let mut add = |field, lines: Option<Vec<String>>| {
        found.extend(lines.map(|lines| Difference { turn: Some(at), field, lines }));
    };
    let text = |text: &Option<String>| text.clone().map(Value::from);
    let flag = |flag: bool| flag.then_some(Value::Bool(true));
    let vars = |seen: &Seen| seen.vars.clone().map(Value::Object);
    let messages: Vec<Value> = expected.messages.iter().cloned().map(short_message).collect();
    add("route", one(text(&expected.route), text(&seen.route)));
    add("messages", list(&messages, &seen.messages));
    add("effect", one(expected.effect.clone(), seen.effect.clone()));
    add("changes", list(&expected.changes, &seen.changes));
    add("needs_attention", one(flag(expected.needs_attention), flag(seen.needs_attention)));
    add("handed_off", one(flag(expected.handed_off), flag(seen.handed_off)));
    add("vars", one(vars(expected), vars(seen)));
    add("status", one(expected.status.clone(), seen.status.clone()));
    if let (Some(expected), Some(seen)) = (&expected.trace, &seen.trace) {
        add("trace", list(expected, seen));
    }
}

fn one(expected: Option<Value>, seen: Option<Value>) -> Option<Vec<String>> {
    if expected == seen {
        return None;
    }
    Some([expected.as_ref().map(minus), seen.as_ref().map(plus)].into_iter().flatten().collect())
}

fn list(expected: &[Value], seen: &[Value]) -> Option<Vec<String>> {
    if expected == seen {
        return None;
    }
    let mut lines = Vec::new();
    for at in 0..expected.len().max(seen.len()) {
        match (expected.get(at), seen.get(at)) {
            (Some(expected), Some(seen)) if expected == seen => {
                lines.push(format!("  {}", json::line(seen)));
            }
            (expected, seen) => {
                lines.extend(expected.map(minus));
                lines.extend(seen.map(plus));
            }
        }
    }
    Some(lines)
}

fn minus(value: &Value) -> String {
    format!("- {}", json::line(value))
}

fn plus(value: &Value) -> String {
    format!("+ {}", json::line(value))
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.field)?;
        self.lines.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

/// What is wrong with a dialogue as it was played, turn by turn; empty when all is as expected.
#[must_use]
pub fn explain(dialogue: &Dialogue, played: &Played) -> String {
    let differences = differences(dialogue, played);
    let mut text = String::new();
    for (at, turn) in dialogue.turns.iter().enumerate() {
        let problems = played.problems.iter().filter(|problem| problem.turn == at);
        let of_turn = differences.iter().filter(|difference| difference.turn == Some(at));
        let said = problems.map(|problem| problem.message.clone());
        let said: Vec<String> = said.chain(of_turn.map(ToString::to_string)).collect();
        if !said.is_empty() {
            text.push_str(&format!("turn {}, {}\n", at + 1, turn.event.describe()));
            said.iter().for_each(|said| text.push_str(&indented(said)));
        }
    }
    for difference in differences.iter().filter(|difference| difference.turn.is_none()) {
        text.push_str(&format!("at the end\n{}", indented(&difference.to_string())));
    }
    text
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}
