//! `flows`: scripts chosen by weighted keywords. The highest score wins, then the higher priority, then the earlier.
//!
//! Each step is a node `#flow/<flow>/<step>`: `content` is said; `followup` is said and waited for, any answer being
//! kept as `{{vars.answer_1}}`, `{{vars.answer_2}}` … in the order of the script; `action` is done where the type is
//! `action` (see `actions.rs`).

mod circles;

use std::collections::{BTreeMap, HashMap, HashSet};

use self::circles::Jump;
use super::actions::Action;
use super::answer::{Answer, Question};
use super::{Decision, Reader, Route, texts};
use crate::fold::fold;
use crate::limits::MAX_CONSIDERED;
use crate::program::Placed;
use crate::turn::Turn;
use crate::{ConversationStep, FlowScript, Weight};

/// A script that a message can choose.
#[derive(Debug)]
pub(super) struct Script {
    /// Its index in the definition.
    index: usize,
    name: String,
    priority: f64,
    /// The phrases that choose it, with what each counts.
    keywords: BTreeMap<usize, u32>,
    /// The node of its first step.
    start: usize,
}

/// Where the scripts will begin that an action can lead to, by folded name.
pub(super) fn starts(flows: &[FlowScript], nodes: &[Placed]) -> HashMap<String, usize> {
    let mut starts = HashMap::new();
    let mut at = nodes.len();
    for flow in flows.iter().filter(|flow| flow.is_active) {
        if !flow.conversation_steps.is_empty() {
            starts.entry(fold(&flow.name)).or_insert(at);
            at += flow.conversation_steps.len();
        }
    }
    starts
}

pub(super) fn read(flows: &[FlowScript], reader: &mut Reader<'_>) -> Vec<Script> {
    let mut scripts = Vec::new();
    let mut names = HashMap::new();
    let mut jumps = BTreeMap::new();
    for (index, flow) in flows.iter().enumerate().filter(|(_, flow)| flow.is_active) {
        let path = format!("/flows/{index}");
        if let Some(first) = names.insert(fold(&flow.name), index) {
            let message = format!(
                "flow {first} has this name too; `flow:{}` leads to the first of them",
                flow.name
            );
            reader.reading.issues.warning("duplicate_flow", format!("{path}/name"), message);
            names.insert(fold(&flow.name), first);
        }
        let keywords = read_keywords(flow, &path, reader);
        if flow.conversation_steps.is_empty() {
            let message = "a flow without steps says nothing, so no message chooses it";
            let path = format!("{path}/conversation_steps");
            reader.reading.issues.warning("flow_without_steps", path, message);
            continue;
        }
        let start = reader.nodes.len();
        if let Some(jump) = read_steps(flow, index, &path, reader) {
            jumps.insert(start, jump);
        }
        let (name, priority) = (flow.name.clone(), flow.priority);
        scripts.push(Script { index, name, priority, keywords, start });
    }
    circles::report(&jumps, &mut reader.reading.issues);
    scripts
}

fn read_keywords(flow: &FlowScript, path: &str, reader: &mut Reader<'_>) -> BTreeMap<usize, u32> {
    let mut keywords = BTreeMap::new();
    for (i, keyword) in flow.trigger_keywords.iter().enumerate() {
        let weight = match keyword.weight {
            Weight::High => 3,
            Weight::Medium => 2,
            Weight::Low => 1,
        };
        match reader.phrases.add(&keyword.keyword) {
            Some(phrase) => {
                let counts = keywords.entry(phrase).or_insert(weight);
                *counts = weight.max(*counts);
            }
            None => {
                let path = format!("{path}/trigger_keywords/{i}/keyword");
                let message = "a keyword without letters or digits is in no message";
                reader.reading.issues.warning("never_chosen", path, message);
            }
        }
    }
    keywords
}

/// Places the steps; where the script leads without waiting.
fn read_steps(
    flow: &FlowScript,
    index: usize,
    path: &str,
    reader: &mut Reader<'_>,
) -> Option<Jump> {
    let mut jump = None;
    let mut waits = false;
    let mut left = false;
    let mut answers = 0;
    for (i, step) in flow.conversation_steps.iter().enumerate() {
        let path = format!("{path}/conversation_steps/{i}");
        if left {
            let message =
                "the step before ends this flow or leads away, so this one is never reached";
            reader.reading.issues.warning("unreachable_step", path.as_str(), message);
        }
        let answer = read_step(step, &path, &mut answers, reader);
        waits |= answer.asks.is_some();
        let target = answer.does.as_ref().and_then(Action::target);
        if let (Some(to), false, false) = (target, waits, left) {
            jump = Some(Jump { name: flow.name.clone(), path: format!("{path}/action"), to });
        }
        left |= answer.does.as_ref().is_some_and(Action::leaves);
        let is_last = i + 1 == flow.conversation_steps.len();
        let next = target.or((!is_last).then_some(reader.nodes.len() + 1));
        reader.place(format!("#flow/{index}/{i}"), answer, next);
    }
    jump
}

fn read_step(
    step: &ConversationStep,
    path: &str,
    answers: &mut u32,
    reader: &mut Reader<'_>,
) -> Answer {
    let content = step.content.as_deref();
    let says = texts::read(content, &format!("{path}/content"), reader.reading);
    let followup = step.followup.as_deref();
    let asks = texts::read(followup, &format!("{path}/followup"), reader.reading).map(|text| {
        *answers += 1;
        Question { text, save_as: format!("answer_{answers}") }
    });
    let action = format!("{path}/action");
    let is_action = fold(&step.kind) == "action";
    let does = match is_action {
        true => Action::read(step.action.as_deref(), &action, reader),
        false => None,
    };
    if !is_action && step.action.as_ref().is_some_and(|action| !action.trim().is_empty()) {
        let message = "an action is only done in a step whose `type` is `action`";
        reader.reading.issues.warning("unused_field", action, message);
    }
    if says.is_none() && asks.is_none() && does.is_none() {
        let message = "this step does nothing; give it `content`, a `followup` or an action";
        reader.reading.issues.warning("empty_value", path, message);
    }
    Answer { says, asks, does, calls_attention: false }
}

/// The scripts that can be started by name, each with where it begins. Of those with one name, the first.
pub(super) fn named(scripts: &[Script]) -> Vec<(&str, usize)> {
    let mut names = HashSet::new();
    let named = scripts.iter().map(|script| (script.name.as_str(), script.start));
    let mut is_first = |name: &str| {
        let name = fold(name);
        !name.is_empty() && names.insert(name)
    };
    named.filter(|(name, _)| is_first(name)).collect()
}

/// Warns of scripts that nothing leads to, once everything that may lead to one is read.
pub(super) fn report_never_chosen(
    flows: &[FlowScript],
    scripts: &[Script],
    reader: &mut Reader<'_>,
) {
    for script in scripts {
        let no_keywords = flows[script.index].trigger_keywords.is_empty();
        if no_keywords && !reader.led_to.contains(&script.start) {
            let message = "no message chooses a flow without keywords, and no `flow:<name>` leads here; \
                only a language model could start it";
            let path = format!("/flows/{}/trigger_keywords", script.index);
            reader.reading.issues.warning("never_chosen", path, message);
        }
    }
}

/// The script whose keywords are in a message.
pub(super) fn choose<'a>(
    scripts: &'a [Script],
    turn: &mut Turn<'_>,
    found: &[bool],
) -> Option<Decision<'a>> {
    let mut candidates: Vec<(u32, &Script)> = scripts
        .iter()
        .map(|script| (script.score(found), script))
        .filter(|(score, _)| *score > 0)
        .collect();
    candidates.sort_by(|(score, script), (other_score, other)| {
        other_score.cmp(score).then(other.priority.total_cmp(&script.priority))
    });
    for (score, script) in candidates.iter().take(MAX_CONSIDERED) {
        Route::Flow.consider(turn, &script.name, f64::from(*score));
    }
    let (_, best) = candidates.first()?;
    Some(Decision { route: Route::Flow, name: Some(&best.name), at: best.start })
}

impl Script {
    fn score(&self, found: &[bool]) -> u32 {
        let found = self.keywords.iter().filter(|(phrase, _)| found[**phrase]);
        found.map(|(_, weight)| weight).sum()
    }
}

#[cfg(test)]
mod tests;
