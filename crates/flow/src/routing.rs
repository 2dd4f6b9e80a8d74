//! Which way a message goes that no session waits for (design, section 4, «Routing»): flows by their keywords, rules by
//! their phrases, questions by likeness, the graph, the language model, the fixed reply. A way is a file in `routing/`.
//! What each says and does becomes nodes, behind those of the graph, so that one engine runs everything.

mod actions;
mod answer;
mod commands;
mod faq;
mod fixed;
mod flows;
mod instructions;
mod model;
mod phrases;
mod rules;
mod texts;

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

pub use self::commands::{Command, OPTED_IN_TEXT, OPTED_OUT_TEXT, command};
pub use self::faq::nearest;
pub use self::fixed::FIXED_REPLY;
use self::phrases::Phrases;
use crate::failure::Failure;
use crate::fields::Reading;
use crate::node::{ERROR, NEXT, Node};
use crate::program::Placed;
use crate::template::Text;
use crate::turn::Turn;
use crate::words::Words;
use crate::{Definition, Reply, Trace};

/// What the ids of nodes begin with that no graph has: those which the routing makes. They name places in the
/// definition (`#flow/0/2` is the third step of the first flow), which is the same for a session from its begin to its
/// end.
pub(crate) const RESERVED: char = '#';

/// A way to answer a message that no session waits for.
#[derive(Serialize, Deserialize, Copy, Clone, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Route {
    /// A script of `flows`, chosen by its keywords.
    Flow,
    /// A rule, chosen by its phrases.
    Rule,
    /// An answer of `faq`.
    Faq,
    /// The graph, from its entry.
    Graph,
    /// The language model.
    Model,
    /// A fixed text.
    Fixed,
}

/// The ways that a workflow has.
#[derive(Debug)]
pub(crate) struct Router {
    /// The keywords and phrases of flows and rules.
    phrases: Phrases,
    flows: Vec<flows::Script>,
    rules: Vec<rules::Phrased>,
    questions: faq::Questions,
    /// The node of the language model.
    model: usize,
    /// The node of the fixed reply.
    fixed: usize,
    instructions: String,
}

/// The way that a message takes.
struct Decision<'a> {
    route: Route,
    /// The flow's or rule's name, the question.
    name: Option<&'a str>,
    /// The index of the node at which it begins.
    at: usize,
}

/// What reading the ways needs.
struct Reader<'r> {
    nodes: &'r mut Vec<Placed>,
    reading: &'r mut Reading,
    phrases: Phrases,
    /// The nodes at which scripts begin, by folded name.
    starts: HashMap<String, usize>,
    /// Those of them that an action leads to.
    led_to: HashSet<usize>,
}

impl Reader<'_> {
    /// Puts a node behind the others; `next` is the index of the node that follows it.
    fn place(&mut self, id: String, node: impl Node + 'static, next: Option<usize>) {
        let edges = next.map(|next| (NEXT.to_owned(), next)).into_iter().collect();
        self.nodes.push(Placed { id, node: Box::new(node), edges });
    }
}

/// Reads the flows, rules and questions of a definition. What they say and do becomes nodes behind those of the graph.
pub(crate) fn read(
    definition: &Definition<'_>,
    nodes: &mut Vec<Placed>,
    reading: &mut Reading,
) -> Router {
    let starts = flows::starts(definition.flows, nodes);
    let phrases = Phrases::default();
    let mut reader = Reader { nodes, reading, phrases, starts, led_to: HashSet::new() };
    let flows = flows::read(definition.flows, &mut reader);
    let rules = rules::read(definition.rules, &mut reader);
    flows::report_never_chosen(definition.flows, &flows, &mut reader);
    let questions = faq::read(definition.faq, &mut reader);
    let answer = fixed::read(definition.fixed_reply, &mut reader);
    let model = reader.nodes.len();
    let fixed = model + 1;
    place_model(&flows, answer.says.clone(), &mut reader);
    reader.nodes[model].edges.insert(ERROR.to_owned(), fixed);
    reader.place("#fixed".to_owned(), answer, None);
    let phrases = reader.phrases;
    let instructions = instructions::write(definition);
    Router { phrases, flows, rules, questions, model, fixed, instructions }
}

/// The node of the language model, from which every script can be started.
fn place_model(flows: &[flows::Script], fixed: Option<Text>, reader: &mut Reader<'_>) {
    let named = flows::named(flows);
    let node = model::Model::new(named.iter().map(|(name, _)| *name), fixed);
    let edges = named.iter().map(|(name, start)| (model::port_of(name), *start)).collect();
    reader.nodes.push(Placed { id: "#model".to_owned(), node: Box::new(node), edges });
}

impl Router {
    pub(crate) fn instructions(&self) -> &str {
        &self.instructions
    }

    /// The way that a message takes, and the index of the node at which it begins.
    pub(crate) fn route(
        &self,
        turn: &mut Turn<'_>,
        reply: &Reply,
    ) -> Result<(Route, usize), Failure> {
        let Decision { route, name, at } = match self.by_words(turn, &reply.text)? {
            Some(decision) => decision,
            None => self.otherwise(turn),
        };
        turn.trace_surely(Trace::Routed { route, name: name.map(str::to_owned) });
        Ok((route, at))
    }

    /// The ways that a text chooses.
    fn by_words(&self, turn: &mut Turn<'_>, text: &str) -> Result<Option<Decision<'_>>, Failure> {
        let words = Words::of(text);
        if words.is_empty() {
            return Ok(None);
        }
        let found = self.phrases.found_in(&words);
        if let Some(decision) = flows::choose(&self.flows, turn, &found) {
            return Ok(Some(decision));
        }
        if let Some(decision) = rules::choose(&self.rules, turn, &found)? {
            return Ok(Some(decision));
        }
        Ok(self.questions.choose(turn, &words))
    }

    /// The ways that are open to any message.
    fn otherwise(&self, turn: &Turn<'_>) -> Decision<'static> {
        let entry = turn.program.start().filter(|_| !turn.scope.graph_runs);
        let (route, at) = match entry {
            Some(entry) => (Route::Graph, entry),
            None if turn.scope.has_model => (Route::Model, self.model),
            None => (Route::Fixed, self.fixed),
        };
        Decision { route, name: None, at }
    }
}

impl Route {
    fn consider(self, turn: &mut Turn<'_>, name: &str, score: f64) {
        turn.trace(Trace::Considered { route: self, name: name.to_owned(), score });
    }
}

#[cfg(test)]
mod tests;
