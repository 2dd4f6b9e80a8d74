//! The workflows that conversations under test run.

use std::collections::HashMap;

use flow::{Definition, FlowScript, Pin, Program};
use serde_json::{Value, json};

use crate::Programs;

/// The workflows, by the name that stands for the hash of their content.
pub(super) struct Shelf(HashMap<&'static str, Program>);

impl Programs for Shelf {
    fn program(&self, content: &str) -> Option<&Program> {
        self.0.get(content)
    }
}

/// A workflow that is called is named after its content.
impl flow::Programs for Shelf {
    fn pinned(&self, pin: &Pin) -> Option<&Program> {
        self.0.get(pin.content.as_str())
    }

    fn published(&self, workflow: &str) -> Option<(Pin, &Program)> {
        let pin = Pin { workflow: workflow.to_owned(), content: workflow.to_owned() };
        Some((pin, self.0.get(workflow)?))
    }
}

/// Those of the workflows that are sequences.
pub(super) const SEQUENCES: [&str; 4] = ["drip", "pulse", "survey", "digest"];

pub(super) fn shelf() -> Shelf {
    let graphs = [
        // Says what it hears, for ever; gives up after an hour.
        (
            "echo",
            json!({"entry": "ask", "nodes": [
                {"id": "ask", "type": "ask", "text": "Yes?", "timeout": 60},
                {"id": "got", "type": "message", "text": "got {{input.text}}"},
                {"id": "bye", "type": "message", "text": "bye"},
            ], "edges": [{"from": "ask", "to": "got"}, {"from": "got", "to": "ask"},
                {"from": "ask", "port": "timeout", "to": "bye"}]}),
        ),
        // The same, as it was published later.
        (
            "echo2",
            json!({"entry": "ask", "nodes": [
                {"id": "ask", "type": "ask", "text": "Yes, please?"},
                {"id": "got", "type": "message", "text": "heard {{input.text}}"},
            ], "edges": [{"from": "ask", "to": "got"}, {"from": "got", "to": "ask"}]}),
        ),
        // Asks once, without a timeout.
        (
            "once",
            json!({"entry": "ask", "nodes": [
                {"id": "ask", "type": "ask", "text": "Name?", "save_as": "name"},
                {"id": "end", "type": "end", "outcome": "named"},
            ], "edges": [{"from": "ask", "to": "end"}]}),
        ),
        // Reaches whom it likes, whenever it likes.
        (
            "offer",
            json!({"entry": "ask", "nodes": [
                {"id": "ask", "type": "ask",
                    "template": {"name": "offer", "language": "en", "variables": ["{{context.cart}}"]}},
                {"id": "thanks", "type": "message", "text": "Thanks for {{context.cart}}"},
            ], "edges": [{"from": "ask", "to": "thanks"}]}),
        ),
        (
            "three",
            json!({"entry": "a", "nodes": [
                {"id": "a", "type": "message", "text": "one"},
                {"id": "b", "type": "message", "text": "two"},
                {"id": "c", "type": "message", "text": "three"},
            ], "edges": [{"from": "a", "to": "b"}, {"from": "b", "to": "c"}]}),
        ),
        // Its timer is due as soon as it is set.
        (
            "restless",
            json!({"entry": "ask", "nodes": [
                {"id": "ask", "type": "ask", "text": "Still there?", "timeout": 0.000_001},
            ], "edges": [{"from": "ask", "to": "ask"}, {"from": "ask", "port": "timeout", "to": "ask"}]}),
        ),
        (
            "handoff",
            json!({"entry": "h", "nodes": [{"id": "h", "type": "handoff", "text": "One moment"}],
                "edges": []}),
        ),
        ("loud", loud()),
        // A phone menu.
        (
            "menu",
            json!({"entry": "hello", "nodes": [
                {"id": "hello", "type": "message", "text": "Welcome"},
                {"id": "ask", "type": "ask", "text": "What about?", "retries": 1, "timeout": 30,
                    "choices": [{"id": "sales", "title": "Sales"}, {"id": "help", "title": "Help"}]},
                {"id": "sold", "type": "message", "text": "Thank you"},
                {"id": "person", "type": "handoff", "text": "One moment", "phone": "+14155550199"},
                {"id": "bye", "type": "message", "text": "Nobody there"},
                {"id": "what", "type": "message", "text": "Sorry"},
            ], "edges": [{"from": "hello", "to": "ask"}, {"from": "ask", "port": "sales", "to": "sold"},
                {"from": "ask", "port": "help", "to": "person"},
                {"from": "ask", "port": "timeout", "to": "bye"},
                {"from": "ask", "port": "invalid", "to": "what"}]}),
        ),
        // Says two things in its own words if it may.
        (
            "words",
            json!({"entry": "a", "nodes": [
                {"id": "a", "type": "message", "text": "Hi {{context.cart}}",
                    "outside_window": {"name": "hi", "language": "en", "variables": ["{{context.cart}}"]}},
                {"id": "b", "type": "ask", "text": "Pay now?",
                    "choices": [{"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}],
                    "outside_window": {"name": "pay", "language": "en",
                        "buttons": [{"id": "yes", "title": "Yes"}]}},
                {"id": "end", "type": "end"},
            ], "edges": [{"from": "a", "to": "b"}, {"from": "b", "to": "end"}]}),
        ),
        // Looks something up, then says what it hears; looks it up again when asked to.
        (
            "lookup",
            json!({"entry": "wait", "nodes": [
                {"id": "wait", "type": "message", "text": "One moment"},
                {"id": "get", "type": "http", "url": "https://api.example.com/lookup", "save_as": "found"},
                {"id": "more", "type": "ask", "text": "It is {{vars.found.body.x}}. More?"},
                {"id": "again", "type": "branch", "cases": [{"id": "again", "when":
                    {"all": [{"value": "{{input.text}}", "op": "equals", "to": "again"}]}}]},
                {"id": "got", "type": "ask", "text": "got {{input.text}}. More?"},
                {"id": "sorry", "type": "handoff", "text": "A colleague will help you"},
            ], "edges": [{"from": "wait", "to": "get"}, {"from": "get", "to": "more"},
                {"from": "get", "port": "error", "to": "sorry"}, {"from": "more", "to": "again"},
                {"from": "again", "port": "again", "to": "wait"},
                {"from": "again", "port": "else", "to": "got"}, {"from": "got", "to": "got"}]}),
        ),
        (
            "rename",
            json!({"entry": "set", "nodes": [
                {"id": "set", "type": "set", "contact": {"name": "Ana", "level": "gold"}, "add_tags": ["vip"]},
                {"id": "ask", "type": "ask", "text": "{{contact.name}}?"},
                {"id": "say", "type": "message",
                    "text": "{{contact.name}} {{contact.tags}} {{contact.metadata.level}}"},
            ], "edges": [{"from": "set", "to": "ask"}, {"from": "ask", "to": "say"}]}),
        ),
        ("drip", steps(&["drip 1", "drip 2", "drip 3"], 24 * 60)),
        ("pulse", steps(&["pulse 1", "pulse 2"], 60)),
        // Asks for an answer for two days, and says which it was.
        (
            "survey",
            json!({"entry": "ask", "nodes": [
                {"id": "ask", "type": "ask", "timeout": 2 * 24 * 60,
                    "template": {"name": "survey 1", "language": "en"}},
                {"id": "thanks", "type": "message",
                    "template": {"name": "survey 2", "language": "en", "variables": ["{{input.text}}"]}},
                {"id": "silent", "type": "message", "template": {"name": "survey 3", "language": "en"}},
            ], "edges": [{"from": "ask", "to": "thanks"}, {"from": "ask", "port": "timeout", "to": "silent"}]}),
        ),
        // Looks something up before each of its steps.
        (
            "digest",
            json!({"entry": "get", "nodes": [
                {"id": "get", "type": "http", "url": "https://api.example.com/lookup", "save_as": "found"},
                {"id": "tell", "type": "message", "template": {"name": "digest", "language": "en"}},
            ], "edges": [{"from": "get", "to": "tell"}, {"from": "get", "port": "error", "to": "tell"}]}),
        ),
        (
            "leave",
            json!({"entry": "out", "nodes": [{"id": "out", "type": "consent", "action": "opt_out"}],
                "edges": []}),
        ),
    ];
    let compile = |graph: Value| flow::compile(&graph).expect("a graph that compiles");
    let mut programs: HashMap<_, _> =
        graphs.into_iter().map(|(name, graph)| (name, compile(graph))).collect();
    programs.insert("scripted", scripted());
    Shelf(programs)
}

/// Templates, with as many minutes between.
fn steps(names: &[&str], minutes: u64) -> Value {
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    for (n, name) in names.iter().enumerate() {
        if n > 0 {
            let wait = format!("wait {n}");
            edges.push(json!({"from": names[n - 1], "to": wait}));
            edges.push(json!({"from": wait, "to": name}));
            nodes.push(json!({"id": wait, "type": "wait", "minutes": minutes}));
        }
        let template = json!({"name": name, "language": "en"});
        nodes.push(json!({"id": name, "type": "message", "template": template}));
    }
    json!({"entry": names[0], "nodes": nodes, "edges": edges})
}

/// Asks once, like `once`, and has a script besides.
fn scripted() -> Program {
    let graph = json!({"entry": "ask", "nodes": [{"id": "ask", "type": "ask", "text": "Name?"},
        {"id": "end", "type": "end"}], "edges": [{"from": "ask", "to": "end"}]});
    let script = json!([{"name": "Order", "priority": 5, "is_active": true,
        "trigger_keywords": [{"keyword": "order", "weight": "high"}],
        "conversation_steps": [{"type": "text_response", "followup": "Which number?"},
            {"type": "text_response", "content": "We look into {{vars.answer_1}}"}]}]);
    let flows: Vec<FlowScript> = serde_json::from_value(script).expect("a script");
    let definition = Definition { graph: Some(&graph), flows: &flows, ..Definition::default() };
    flow::compile(definition).expect("a definition that compiles")
}

/// Answers everything with nearly as much as a turn may say.
fn loud() -> Value {
    let text = "x".repeat(1_500);
    let mut nodes = vec![json!({"id": "ask", "type": "ask", "text": "More?"})];
    let mut edges = vec![json!({"from": "ask", "to": "m0"}), json!({"from": "m18", "to": "ask"})];
    for n in 0..19 {
        nodes.push(json!({"id": format!("m{n}"), "type": "message", "text": text}));
        if n > 0 {
            edges.push(json!({"from": format!("m{}", n - 1), "to": format!("m{n}")}));
        }
    }
    json!({"entry": "ask", "nodes": nodes, "edges": edges})
}
