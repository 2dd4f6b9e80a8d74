//! `rules`: phrases with an answer, in order. The first enabled rule of which a phrase is in the message, and whose
//! condition holds, answers.

use std::collections::HashSet;

use super::actions::Action;
use super::answer::Answer;
use super::{Decision, Reader, Route, texts};
use crate::Rule;
use crate::condition::Condition;
use crate::failure::Failure;
use crate::fields::Reading;
use crate::limits::MAX_CONSIDERED;
use crate::turn::Turn;

/// A rule that a message can choose.
#[derive(Debug)]
pub(super) struct Phrased {
    name: String,
    phrases: Vec<usize>,
    /// Absent where it is in words, which only the language model reads.
    condition: Option<Condition>,
    at: usize,
}

/// What stands between the phrases of a `trigger`: commas, those of Chinese, Japanese and Arabic too, and lines.
const BETWEEN: [char; 5] = [',', '\n', '，', '、', '،'];

pub(super) fn read(rules: &[Rule], reader: &mut Reader<'_>) -> Vec<Phrased> {
    let mut ids = HashSet::new();
    for (i, rule) in rules.iter().enumerate() {
        if !ids.insert(rule.id.as_str()) {
            let message = format!("another rule has the id `{}`; each needs its own", rule.id);
            reader.reading.issues.warning("duplicate_rule", format!("/rules/{i}/id"), message);
        }
    }
    let enabled = rules.iter().enumerate().filter(|(_, rule)| rule.enabled);
    enabled.map(|(i, rule)| read_rule(i, rule, reader)).collect()
}

fn read_rule(i: usize, rule: &Rule, reader: &mut Reader<'_>) -> Phrased {
    let path = format!("/rules/{i}");
    let phrases = rule.trigger.split(BETWEEN).filter_map(|phrase| reader.phrases.add(phrase));
    let phrases: Vec<usize> = phrases.collect();
    if phrases.is_empty() {
        let message = "no message chooses a rule without words; write phrases, with commas between";
        reader.reading.issues.warning("never_chosen", format!("{path}/trigger"), message);
    }
    let written = rule.condition.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let condition =
        written.and_then(|text| read_condition(text, &format!("{path}/condition"), reader.reading));
    let says = texts::read(Some(&rule.response), &format!("{path}/response"), reader.reading);
    let does = Action::read(rule.action.as_deref(), &format!("{path}/action"), reader);
    let next = does.as_ref().and_then(Action::target);
    let at = reader.nodes.len();
    reader.place(format!("#rule/{i}"), Answer { says, does, ..Answer::default() }, next);
    Phrased { name: rule.name.clone(), phrases, condition, at }
}

/// Reads a condition that is written as JSON.
fn read_condition(text: &str, path: &str, reading: &mut Reading) -> Option<Condition> {
    let condition = Condition::parse_text(text, path, reading);
    if condition.is_none() {
        let message = "not read as a condition, which is JSON such as {\"all\": [{\"value\": \"{{contact.name}}\", \
            \"op\": \"exists\"}]}: only the language model reads it, and the rule answers whether it holds or not";
        reading.issues.warning("unread_condition", path, message);
    }
    condition
}

/// The first rule that a message fits.
pub(super) fn choose<'a>(
    rules: &'a [Phrased],
    turn: &mut Turn<'_>,
    found: &[bool],
) -> Result<Option<Decision<'a>>, Failure> {
    let fitting = rules.iter().filter_map(|rule| {
        let count = rule.phrases.iter().filter(|phrase| found[**phrase]).count();
        (count > 0).then_some((rule, count))
    });
    for (considered, (rule, count)) in fitting.enumerate() {
        if considered < MAX_CONSIDERED {
            Route::Rule.consider(turn, &rule.name, count as f64);
        }
        // What the condition lacks is traced as the rule's.
        turn.at = rule.at;
        let holds = rule.condition.as_ref().map_or(Ok(true), |condition| condition.holds(turn))?;
        if holds {
            return Ok(Some(Decision { route: Route::Rule, name: Some(&rule.name), at: rule.at }));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
